"""Own points, confirming, returning, reopening: who may, until when, and what is left of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.rulebook import forget
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation.actions_sheets import OwnScores, Scores
from ngangtam.stages.evaluation.models import Cycle, Sheet
from ngangtam.stages.evaluation.refusals import SheetRefusedError

pytestmark = pytest.mark.django_db

OWN = OwnScores({"general": "27.5"}, note=" Đã rà soát ")
LEADS = {"general": 27, "organising_percent": 100, "uniting_percent": 90}


def report(sheet, by, own=OWN, version=None):
    sheet.refresh_from_db()
    return actions.report(sheet_id=sheet.pk, version=version or sheet.version, own=own, by=by)


def confirm(sheet, by, points=None, version=None, **more):
    sheet.refresh_from_db()
    scores = Scores({"general": 26} if points is None else points, **more)
    return actions.confirm(
        sheet_id=sheet.pk, version=version or sheet.version, scores=scores, by=by
    )


def past(cycle, *, report=1, confirm=1):
    """Let the days for own points and for confirming lie that far back."""
    Cycle.objects.filter(pk=cycle.pk).update(
        report_by=today() - timedelta(days=report), confirm_by=today() - timedelta(days=confirm)
    )


def test_a_person_sends_the_own_points(sheet, binh):
    sent = report(sheet, binh)

    assert (sent.state, sent.own_points, sent.own_note) == (
        "reported", {"general": 27.5}, "Đã rà soát",
    )  # fmt: skip
    assert sent.own_at is not None
    assert (sent.version, sent.points) == (2, {})
    event = Event.objects.get()
    assert (event.type, event.actor, event.subject_id) == (
        "evaluation.sheet_reported", "binh", sheet.pk,
    )  # fmt: skip


@pytest.mark.parametrize("points", [{}, {"general": 30.01}, {"general": -1}, {"general": "x"},
                                    {"general": "NaN"}, {"general": "27.123"}])  # fmt: skip
def test_points_outside_the_scheme_are_refused(sheet, binh, points):
    with pytest.raises(DomainError):
        report(sheet, binh, OwnScores(points))

    sheet.refresh_from_db()
    assert (sheet.state, sheet.version) == ("open", 1)
    assert not Event.objects.exists()


def test_the_own_points_are_nobody_elses(sheet, lan, trung, minh, hoa, make_account, an_person):
    for other in (lan, trung, minh, hoa, make_account("an", an_person)):
        with pytest.raises(Forbidden):
            report(sheet, other)
    assert not Event.objects.exists()


def test_a_split_of_the_local_layer_is_asked_for(sheet, binh, tmp_path, monkeypatch):
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    local = tmp_path / "rulebook/parameters/evaluation/civil_servant/general_split.yaml"
    local.parent.mkdir(parents=True)
    local.write_text(
        "id: evaluation.civil_servant.general_split\n"
        "label: {vi: Điểm thành phần, en: Split}\n"
        "regime: civil_servant\nunit: none\ntype: table\nstatus: shipped\n"
        "values:\n  - from: 2026-01-01\n"
        "    value: {politics: 10, ability: 12, innovation: 8}\n"
        "    cites: [335-2025-nd-cp#12]\n    confidence: quoted\n"
    )
    forget()
    try:
        with pytest.raises(DomainError, match="Đổi mới"):
            report(sheet, binh, OwnScores({"politics": 9, "ability": 11}))
        with pytest.raises(DomainError):
            report(sheet, binh, OwnScores({"politics": 11, "ability": 11, "innovation": 7}))
        report(sheet, binh, OwnScores({"politics": 9, "ability": 11, "innovation": 7}))
    finally:
        forget()

    sheet.refresh_from_db()
    assert sheet.own_points == {"politics": 9, "ability": 11, "innovation": 7}


def test_the_head_confirms(sheet, binh, trung):
    report(sheet, binh)

    done = confirm(sheet, trung, shortcomings_fixed=True, remark="Cần chủ động hơn")

    assert (done.state, done.general_points, done.points) == (
        "confirmed", Decimal(26), {"general": 26},
    )  # fmt: skip
    assert (done.confirmed_by, done.answer, done.shortcomings_fixed) == (
        trung, "Cần chủ động hơn", True,
    )  # fmt: skip
    assert done.own_points == {"general": 27.5}
    assert [one.type for one in Event.objects.order_by("pk")] == [
        "evaluation.sheet_reported", "evaluation.sheet_confirmed",
    ]  # fmt: skip


def test_nobody_without_the_right_confirms(sheet, binh, lan, minh, hoa):
    report(sheet, binh)

    for other in (binh, lan, minh, hoa):
        with pytest.raises(Forbidden):
            confirm(sheet, other)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.points) == ("reported", {})


def test_nobody_confirms_the_own_sheet_whatever_the_grant(
    trung_person, make_account, lan_province, head_sheet
):
    """Also not with a grant from above the unit."""
    both = make_account("vuacao", trung_person, "unit_head", lan_province)
    report(head_sheet, both, OwnScores(LEADS))

    with pytest.raises(Forbidden):
        confirm(head_sheet, both, LEADS)


def test_the_head_is_scored_from_above(head_sheet, trung, thanh, make_account, lan_department):
    report(head_sheet, trung, OwnScores(LEADS))
    second = make_account("pho", None, "unit_head", lan_department)

    with pytest.raises(Forbidden):
        confirm(head_sheet, second, LEADS)
    done = confirm(head_sheet, thanh, LEADS)

    assert (done.organising_percent, done.uniting_percent) == (100, 90)


def test_a_leader_needs_all_items(head_sheet, trung, thanh):
    with pytest.raises(DomainError):
        report(head_sheet, trung, OwnScores({"general": 27}))
    report(head_sheet, trung, OwnScores(LEADS))
    with pytest.raises(DomainError):
        confirm(head_sheet, thanh, {**LEADS, "uniting_percent": 101})
    with pytest.raises(DomainError):
        confirm(head_sheet, thanh, {"general": 27, "organising_percent": 100})


def test_a_unit_speaks_by_its_head_and_is_scored_from_above(unit_sheet, trung, thanh, binh):
    frame = actions.frame_of_sheet(unit_sheet, unit_sheet.cycle)
    points = {entry.id: 20 if entry.id == "general" else 1 for entry in frame.entries}
    with pytest.raises(Forbidden):
        report(unit_sheet, binh, OwnScores(points))
    report(unit_sheet, trung, OwnScores(points))

    with pytest.raises(Forbidden):
        confirm(unit_sheet, trung, points)
    assert confirm(unit_sheet, thanh, points).state == "confirmed"


def test_what_nobody_sent_is_confirmed_after_the_day(sheet, cycle, trung):
    with pytest.raises(DomainError, match="/"):
        confirm(sheet, trung)

    past(cycle, confirm=-1)
    assert confirm(sheet, trung).state == "confirmed"


def test_a_returned_sheet_is_sent_again_until_heads_confirm(sheet, cycle, binh, trung):
    report(sheet, binh)
    sheet.refresh_from_db()
    with pytest.raises(DomainError):
        actions.send_back(sheet_id=sheet.pk, version=sheet.version, reason=" ", by=trung)
    back = actions.send_back(
        sheet_id=sheet.pk, version=sheet.version, reason="Thiếu minh chứng", by=trung
    )
    assert (back.state, back.answer, back.own_points) == (
        "returned", "Thiếu minh chứng", {"general": 27.5},
    )  # fmt: skip

    past(cycle, confirm=-1)
    assert report(sheet, binh).state == "reported"


def test_a_confirmed_sheet_is_reopened_with_a_reason(sheet, binh, trung):
    report(sheet, binh)
    confirm(sheet, trung)
    sheet.refresh_from_db()
    with pytest.raises(DomainError):
        report(sheet, binh)
    with pytest.raises(DomainError):
        actions.reopen(sheet_id=sheet.pk, version=sheet.version, reason="", by=trung)

    again = actions.reopen(
        sheet_id=sheet.pk, version=sheet.version, reason="Bổ sung minh chứng", by=trung
    )

    assert (again.state, again.confirmed_by, again.points) == ("reported", None, {"general": 26})
    assert confirm(sheet, trung, {"general": 28}).general_points == 28


def test_a_stale_page_is_refused_and_said(sheet, binh, trung):
    report(sheet, binh)
    report(sheet, binh, OwnScores({"general": 20}))

    with pytest.raises(SheetRefusedError, match="/") as refused:
        confirm(sheet, trung, version=2)

    assert refused.value.why == "stale"
    event = Event.objects.latest("pk")
    assert (event.type, event.actor, event.what["why"], event.what["act"]) == (
        "evaluation.sheet_refused", "trung", "stale", "confirm",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_a_cycle_that_is_shut_takes_nothing(sheet, cycle, binh, trung, state):
    report(sheet, binh)
    Cycle.objects.filter(pk=cycle.pk).update(state=state, lock_reason="Chốt sớm")
    before = Sheet.objects.values().get(pk=sheet.pk)

    for act in (
        lambda: report(sheet, binh),
        lambda: confirm(sheet, trung),
        lambda: actions.send_back(sheet_id=sheet.pk, version=2, reason="x", by=trung),
    ):
        with pytest.raises(SheetRefusedError) as refused:
            act()
        assert refused.value.why == state
        assert Event.objects.latest("pk").what["why"] == state
    assert Sheet.objects.values().get(pk=sheet.pk) == before


def test_the_databases_clock_decides(sheet, cycle, binh, trung, monkeypatch):
    """Whatever the clock of the machine that asks says."""
    for module in ("ngangtam.foundation.kernel.days.today",):
        monkeypatch.setattr(module, lambda: today() + timedelta(days=400))
    Cycle.objects.filter(pk=cycle.pk).update(report_by=_database_today())
    report(sheet, binh)

    Cycle.objects.filter(pk=cycle.pk).update(report_by=_database_today() - timedelta(days=1))
    with pytest.raises(SheetRefusedError) as refused:
        report(sheet, binh)
    assert refused.value.why == "late"


def _database_today():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select (now() at time zone 'Asia/Ho_Chi_Minh')::date")
        return cursor.fetchone()[0]


def test_several_are_confirmed_at_once(make_sheet, make_person, lan_department, cycle, trung):
    sheets = [
        make_sheet(make_person(f"Người {number}", lan_department), lan_department)
        for number in range(4)
    ]
    Sheet.objects.filter(pk=sheets[3].pk).update(state="exempt", exempt_reason="Nghỉ thai sản")
    past(cycle, confirm=-1)
    scores = {sheet.pk: Scores({"general": 25}) for sheet in sheets}
    scores[sheets[2].pk] = Scores({"general": 31})
    versions = {sheet.pk: 1 for sheet in sheets}
    versions[sheets[1].pk] = 7

    outcome = actions.confirm_many(cycle_id=cycle.pk, scores=scores, versions=versions, by=trung)

    assert outcome.done == [sheets[0].pk]
    assert set(outcome.refused) == {sheet.pk for sheet in sheets[1:]}
    assert [one.state for one in Sheet.objects.order_by("pk")] == [
        "confirmed", "open", "open", "exempt",
    ]  # fmt: skip
    event = Event.objects.get()
    assert (event.what["confirmed"], event.what["refused"]) == (1, 3)


def test_one_foreign_sheet_stops_a_bulk_act(sheet, head_sheet, cycle, trung):
    past(cycle, confirm=-1)
    scores = {sheet.pk: Scores({"general": 25}), head_sheet.pk: Scores(LEADS)}

    with pytest.raises(Forbidden):
        actions.confirm_many(cycle_id=cycle.pk, scores=scores, by=trung)
    assert not Sheet.objects.filter(state="confirmed").exists()


def test_paper_sheets_are_entered_by_the_office(sheet, head_sheet, cycle, lan, trung):
    past(cycle, report=100, confirm=90)
    own = {sheet.pk: OwnScores({"general": 25}), head_sheet.pk: OwnScores({"general": 25})}

    with pytest.raises(Forbidden):
        actions.report_many(cycle_id=cycle.pk, own=own, by=trung)
    late = actions.report_many(cycle_id=cycle.pk, own=own, by=lan)
    outcome = actions.report_many(
        cycle_id=cycle.pk, own=own, by=lan, on=today() - timedelta(days=120)
    )

    assert (late.done, set(late.refused)) == ([], set(own))
    assert (outcome.done, list(outcome.refused)) == ([sheet.pk], [head_sheet.pk])
    scores = {sheet.pk: Scores({"general": 24})}
    done = actions.confirm_many(
        cycle_id=cycle.pk, scores=scores, by=trung, on=today() - timedelta(days=95)
    )
    assert done.done == [sheet.pk]


def test_who_is_not_rated_is_for_the_office_to_say(sheet, lan, binh, trung):
    for other in (binh, trung):
        with pytest.raises(Forbidden):
            actions.exempt(sheet_id=sheet.pk, version=1, reason="x", by=other)
    out = actions.exempt(sheet_id=sheet.pk, version=1, reason="Công tác dưới 6 tháng", by=lan)
    assert (out.state, out.exempt_reason) == ("exempt", "Công tác dưới 6 tháng")
    with pytest.raises(DomainError, match="6 tháng"):
        report(sheet, binh)

    back = actions.rate_again(sheet_id=sheet.pk, version=out.version, by=lan)
    assert (back.state, back.exempt_reason) == ("open", "")


def test_the_office_sets_particulars_but_never_its_own(
    sheet, lan, make_account, binh_person, lan_province
):
    done = actions.set_particulars(
        sheet_id=sheet.pk, version=1, months_worked=Decimal("5.5"), group="one stop",
        outstanding=True, by=lan,
    )  # fmt: skip
    assert (done.months_worked, done.group, done.outstanding) == (Decimal("5.5"), "one stop", True)

    own = make_account("canbo", binh_person, "personnel_officer", lan_province)
    with pytest.raises(Forbidden):
        actions.set_particulars(
            sheet_id=sheet.pk, version=2, months_worked=Decimal(12), group="", outstanding=None,
            by=own,
        )  # fmt: skip
    with pytest.raises(Forbidden):
        actions.exempt(sheet_id=sheet.pk, version=2, reason="x", by=own)
