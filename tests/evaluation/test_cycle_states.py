"""A cycle from open to closed: locking, reminding, closing twice, reckoning anew, reopening."""

import pytest
from django.db import connection

from made_cycles import MARCH, confirm, opened, person, task
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.evaluation import actions_cycles as actions
from ngangtam.stages.evaluation import queries_cycles, steps
from ngangtam.stages.evaluation.models import Cycle, Reminder, Result, Sheet
from ngangtam.stages.work.models import Task


@pytest.fixture
def an(lan_department, source):
    return person("An", lan_department, source)


@pytest.fixture
def trung(lan_department, source):
    return person("Trung", lan_department, source, head=True)


@pytest.fixture
def month(lan, lan_province, an, trung, lan_department):
    for who in (an, trung):
        task(who, lan_department)
    return opened(lan_province, lan)


def _results(cycle):
    return list(Result.objects.filter(cycle=cycle).order_by("sheet_id", "run").values())


def test_locking_takes_a_reason_and_stops_scoring(month, lan):
    with pytest.raises(DomainError):
        actions.lock_cycle(cycle_id=month.pk, reason="  ", by=lan)

    actions.lock_cycle(cycle_id=month.pk, reason="Tổng hợp", by=lan)

    with pytest.raises(DomainError, match="Tổng hợp"):
        steps.hold_open(month.pk)
    actions.unlock_cycle(cycle_id=month.pk, reason="Bổ sung", by=lan)
    assert steps.hold_open(month.pk).state == "open"
    kinds = Event.objects.filter(type__startswith="evaluation.cycle").order_by("pk")
    assert [event.type for event in kinds][-2:] == [
        "evaluation.cycle_locked", "evaluation.cycle_unlocked",
    ]  # fmt: skip


def test_closing_reckons_every_sheet_and_leaves_one_event(month, lan, an):
    confirm(month)

    done = actions.close_cycle(cycle_id=month.pk, by=lan)

    month.refresh_from_db()
    assert (month.state, month.run, done.run, done.sheets) == ("closed", 1, 1, 2)
    found = Result.objects.get(sheet__person=an)
    assert (found.total, found.level) == (97.0, "excellent")
    assert found.conditions["threshold_excellent"] == 1
    event = Event.objects.get(type="evaluation.cycle_closed")
    assert event.what["digest"] == done.digest
    assert event.what["levels"] == {"excellent": 2}


def test_closing_twice_changes_nothing(month, lan):
    confirm(month)
    first = actions.close_cycle(cycle_id=month.pk, by=lan)
    before, events = _results(month), Event.objects.count()

    second = actions.close_cycle(cycle_id=month.pk, by=lan)

    assert (second.new, second.run, second.digest) == (False, 1, first.digest)
    assert _results(month) == before
    assert Event.objects.count() == events


def test_recomputing_equal_inputs_makes_no_new_run(month, lan):
    confirm(month)
    actions.close_cycle(cycle_id=month.pk, by=lan)

    same = actions.recompute(cycle_id=month.pk, by=lan)
    Task.objects.filter(person__full_name="An").update(delays=1)
    other = actions.recompute(cycle_id=month.pk, by=lan)

    assert (same.new, other.new, other.run) == (False, True, 2)
    assert set(Result.objects.values_list("run", flat=True)) == {1, 2}
    last = Event.objects.filter(type="evaluation.cycle_reckoned").order_by("pk")
    assert [event.what["same_as_before"] for event in last] == [True, False]


def test_what_nobody_confirmed_counts_as_not_done(month, lan, an, lan_department):
    task(an, lan_department, state="reported")
    task(an, lan_department, state="cancelled")
    confirm(month)

    actions.close_cycle(cycle_id=month.pk, by=lan)

    assert Result.objects.get(sheet__person=an).a == 50


def test_an_unconfirmed_sheet_has_no_total(month, lan, an):
    actions.close_cycle(cycle_id=month.pk, by=lan)

    found = Result.objects.get(sheet__person=an)
    assert (found.total, found.level, found.proposed) == (None, "", "")


def test_an_exempt_sheet_is_not_reckoned(month, lan, an):
    confirm(month)
    Sheet.objects.filter(person=an).update(state="exempt", exempt_reason="Nghỉ thai sản")

    done = actions.close_cycle(cycle_id=month.pk, by=lan)

    assert done.sheets == 1


def test_reopening_takes_a_reason_and_ends_with_the_first_class(month, lan, thanh):
    from datetime import date

    from ngangtam.stages.evaluation.actions_classes import Paper, decide

    confirm(month)
    actions.close_cycle(cycle_id=month.pk, by=lan)
    actions.reopen_cycle(cycle_id=month.pk, reason="Thiếu sản phẩm", by=lan)
    actions.close_cycle(cycle_id=month.pk, by=lan)
    sheet = Sheet.objects.get(person__full_name="An")
    decide(sheet_id=sheet.pk, level="good", reason="Theo biên bản",
           paper=Paper("1/QĐ", date(2026, 4, 20), "Sở Nội vụ"), by=thanh)  # fmt: skip

    with pytest.raises(DomainError):
        actions.reopen_cycle(cycle_id=month.pk, reason="Nữa", by=lan)
    with pytest.raises(DomainError):
        actions.recompute(cycle_id=month.pk, by=lan)


def test_reminders_go_by_themselves(month, lan, an, trung):
    said = actions.remind(cycle_id=month.pk, by=lan)
    Sheet.objects.filter(person=an).update(state="reported")
    again = actions.remind(cycle_id=month.pk, by=lan)

    assert said == {"report": 2, "confirm": 0}
    assert again == {"report": 1, "confirm": 1}
    assert queries_cycles.reminders_for(an.pk) == []
    heads = queries_cycles.reminders_for(trung.pk)
    assert {one.about for one in heads} == {"report", "confirm"}
    Sheet.objects.filter(person=an).update(state="confirmed")
    assert {one.about for one in queries_cycles.reminders_for(trung.pk)} == {"report"}
    assert Reminder.objects.count() == 4


def test_progress_counts_each_part_of_the_tree(month, lan, an, lan_province):
    from datetime import date

    Sheet.objects.filter(person=an).update(state="reported")

    found = queries_cycles.progress(lan, month, lan_province, today=date(2026, 4, 30))

    (line,) = found.lines
    assert (line.code, line.total, line.open, line.reported) == ("T1.NV", 2, 1, 1)
    assert (found.whole.late_report, found.whole.late_confirm) == (1, 1)


def test_only_the_office_runs_a_cycle(month, hoa, thanh, minh):
    for who in (hoa, thanh, minh):
        for act in (actions.close_cycle, actions.fill_cycle, actions.recompute, actions.remind):
            with pytest.raises(Forbidden):
                act(cycle_id=month.pk, by=who)
        with pytest.raises(Forbidden):
            actions.lock_cycle(cycle_id=month.pk, reason="x", by=who)


def test_a_year_counts_the_months_wherever_they_were_closed(month, lan, an, lan_province,
                                                            local_average):  # fmt: skip
    confirm(month)
    actions.close_cycle(cycle_id=month.pk, by=lan)
    april = opened(lan_province, lan, "2026-04")
    task(an, an.home_unit, month=MARCH.replace(month=4), done=5)
    confirm(april)
    actions.close_cycle(cycle_id=april.pk, by=lan)
    year = opened(lan_province, lan, "2026")
    confirm(year)

    actions.close_cycle(cycle_id=year.pk, by=lan)

    found = Result.objects.get(cycle=year, sheet__person=an, sheet__scheme="civil_servant")
    assert found.total == pytest.approx((97.0 + 62.0) / 2)
    assert found.level == "good"


@pytest.fixture
def local_average(tmp_path, monkeypatch):
    """The authority's own layer says that a year is the mean of its months."""
    from ngangtam.law.engine import rulebook as rules
    from ngangtam.law.engine.rulebook import forget

    folder = tmp_path / "rulebook" / "parameters" / "evaluation" / "civil_servant"
    folder.mkdir(parents=True)
    (folder / "annual_average.yaml").write_text(
        "id: evaluation.civil_servant.annual_average\n"
        'label: {vi: "Cách lấy trung bình năm", en: "How the year is averaged"}\n'
        "regime: civil_servant\nunit: none\ntype: text\nstatus: shipped\n"
        'values:\n  - {from: 2026-01-01, value: mean, cites: ["335-2025-nd-cp#20"],'
        " confidence: quoted}\n",
        encoding="utf-8",
    )
    book = rules(tmp_path / "rulebook")
    assert not book.problems, book.problems
    for module in ("closing", "steps", "queries_proposals"):
        monkeypatch.setattr(f"ngangtam.stages.evaluation.{module}.rulebook", lambda: book)
    yield
    forget()


def test_results_are_guarded_by_digests(month, lan):
    confirm(month)
    actions.close_cycle(cycle_id=month.pk, by=lan)

    with connection.cursor() as cursor:
        cursor.execute("select sum(cardinality(pks)) from audit_change"
                       " where table_name = 'evaluation_result'")  # fmt: skip
        assert cursor.fetchone()[0] == 2
    assert Cycle.objects.get(pk=month.pk).closed_at is not None
