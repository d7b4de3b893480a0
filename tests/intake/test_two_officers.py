"""What a roster newly says of degrees, titles and the Party of somebody known waits for two."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.corrections import actions as corrections
from ngangtam.records.corrections.models import Account, Proposal
from ngangtam.records.intake import actions, actions_matches
from ngangtam.records.intake.commands import import_roster
from ngangtam.records.intake.models import Batch, Match
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Record

DAY, TODAY = date(2025, 7, 1), date(2026, 3, 1)
PLAIN = "Họ và tên,Ngày sinh,Số định danh\nTrần Thị Lan,12/03/1980,001180000001\n"
MORE = (
    "Họ và tên,Ngày sinh,Số định danh,Trình độ chuyên môn,Ngày vào Đảng,Khen thưởng\n"
    "Trần Thị Lan,12/03/1980,001180000001,Thạc sĩ,03/02/2005,Bằng khen\n"
    "Đỗ Thị Mai,01/02/1985,001185000002,Đại học,19/05/2010,Giấy khen\n"
)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setattr(actions, "room", lambda name: tmp_path / name)


@pytest.fixture
def khanh(lan_province):
    """The second officer of the same province."""
    return _user("khanh", "Ngô Văn Khánh", "personnel_officer", lan_province)


@pytest.fixture
def bring(lan, lan_province, tmp_path):
    """Bring a roster in as Lan does on the web: checked, matched, committed."""

    def go(text, name, post="Chuyên viên"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        batch = actions.open_batch(
            files=[(path, name)], unit=lan_province, post_title=post, posts=Batch.Posts.ONE,
            day=DAY, by=lan,
        )  # fmt: skip
        actions.check(batch_id=batch.pk)
        found = Match.objects.filter(batch=batch, decision="").values_list("pk", flat=True)
        actions_matches.decide(match_ids=list(found), decision="same", batch_id=batch.pk, by=lan)
        return actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    return go


@pytest.fixture
def known(bring):
    """Somebody whose file the first roster opened, without degree and Party day."""
    bring(PLAIN, "a.csv")
    return Person.objects.get()


def _kinds(person):
    return set(Record.objects.filter(person=person, voided_at=None).values_list("kind", flat=True))


def test_a_known_person_gets_neither_degree_nor_party_day_from_one_officer(bring, known):
    batch = bring(MORE, "b.csv")

    assert Person.objects.count() == 2
    assert _kinds(known) == {"award"}
    assert batch.report["totals"]["people"]["proposed"] == 2
    assert Event.objects.filter(type="intake.committed").latest("pk").what["proposals"] == 2


def test_somebody_new_is_written_whole(bring, known):
    bring(MORE, "b.csv")

    mai = Person.objects.get(full_name="Đỗ Thị Mai")
    assert _kinds(mai) == {"education", "party", "award"}
    assert (mai.degree, mai.party) == ("university", True)
    assert not Proposal.objects.filter(person=mai).exists()


def test_the_second_officer_confirms_and_the_file_says_it(bring, known, khanh, lan):
    bring(MORE, "b.csv")

    waiting = Proposal.objects.filter(person=known).order_by("kind")
    assert [(one.kind, one.act, one.state, one.proposed_by_id) for one in waiting] == [
        ("education", "add", "waiting", lan.pk), ("party", "add", "waiting", lan.pk),
    ]  # fmt: skip
    assert "b.csv" in waiting[0].reason
    for one in waiting:
        with pytest.raises(DomainError):
            corrections.confirm(proposal_id=one.pk, today=TODAY, by=lan)
        corrections.confirm(proposal_id=one.pk, today=TODAY, by=khanh)

    known.refresh_from_db()
    assert (known.degree, known.party) == ("master", True)
    degree, party = (Record.objects.get(person=known, kind=kind) for kind in ("education", "party"))
    assert (degree.code, degree.raw, degree.precision, degree.valid.lower) == (
        "master", "Thạc sĩ", "none", DAY,
    )  # fmt: skip
    assert (party.valid.lower, party.precision) == (date(2005, 2, 3), "day")
    assert degree.recorded_by == "lan + khanh"
    assert "b.csv" in degree.source.name


def test_what_the_file_says_already_or_what_waits_already_does_not_wait_twice(bring, known, source):
    personnel.add_record(
        person=known, kind="education", code="master", raw="Thạc sĩ", first_day=DAY, source=source
    )
    bring(MORE, "b.csv")
    bring(MORE, "c.csv", post="Trưởng phòng")

    assert list(Proposal.objects.values_list("kind", flat=True)) == ["party"]


def test_undoing_takes_back_what_still_waits_and_leaves_what_two_confirmed(
    bring, known, khanh, lan
):
    batch = bring(MORE, "b.csv")
    degree, party = Proposal.objects.order_by("kind")
    corrections.confirm(proposal_id=degree.pk, today=TODAY, by=khanh)

    actions.undo(batch_id=batch.pk, reason="Nhầm", by=lan, today=TODAY)

    party.refresh_from_db()
    assert (party.state, party.decided_by_id) == ("withdrawn", lan.pk)
    assert _kinds(known) == {"education"}


def test_nobody_proposes_about_the_own_file(bring, known, lan):
    Account.objects.create(user=lan, person=known, state="linked")

    batch = bring(MORE, "b.csv")

    assert not Proposal.objects.exists()
    assert batch.report["totals"]["people"]["left_out"] == 2


def test_the_command_line_leaves_it_out_and_says_so(known, tmp_path, lan_province):
    path = tmp_path / "d.csv"
    path.write_text(MORE, encoding="utf-8")

    result = import_roster(
        [path], unit_code=lan_province.code, unit_name=None, post_title="Chuyên viên", day=DAY
    )

    assert result.refused
    assert _kinds(known) == {"award"}
    assert result.report["needs_two_officers"] == [
        {"person": known.number, "kind": "education", "raw": "Thạc sĩ"},
        {"person": known.number, "kind": "party", "raw": "03/02/2005"},
    ]
    assert any("2 " in line and "hai cán bộ" in line for line in result.summary)


def test_the_pages_say_what_waits(bring, known, lan, client, soup):
    batch = bring(MORE, "b.csv")
    client.force_login(lan)

    text = client.get(reverse("batch-detail", args=[batch.pk])).text
    assert "cán bộ thứ hai" in text
    assert reverse("proposal-list") in text
    assert known.full_name in client.get(reverse("proposal-list")).text


def test_two_files_of_one_person_are_joined_on_the_web_without_a_second_officer(
    bring, known, lan, client, tmp_path
):
    """The degree of the second file waits; the rest moves at once."""
    path = tmp_path / "e.csv"
    path.write_text(MORE.replace("001180000001", ""), encoding="utf-8")
    batch = actions.open_batch(
        files=[(path, "e.csv")], unit=known.home_unit, post_title="Phó phòng",
        posts=Batch.Posts.ONE, day=DAY, by=lan,
    )  # fmt: skip
    actions.check(batch_id=batch.pk)
    Match.objects.filter(batch=batch).update(strong=False)
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)
    match = Match.objects.get(batch=batch, person=known)

    with seen_by(lan.pk):
        actions_matches.decide_afterwards(match_id=match.pk, decision="same", by=lan, today=TODAY)

    twin = Person.objects.exclude(voided_at=None).get()
    assert _kinds(twin) == set()
    assert _kinds(known) == {"award"}
    assert sorted(Proposal.objects.values_list("person", "kind")) == [
        (known.pk, "education"), (known.pk, "party"),
    ]  # fmt: skip


def test_by_sql_degrees_are_struck_out_in_closed_files_alone(bring, known, lan, hoa, source):
    personnel.add_record(
        person=known, kind="education", code="master", raw="Thạc sĩ", first_day=DAY, source=source
    )
    order = "select ngangtam_strike_out_closed(%s, %s, 'lan', 'x')"
    for viewer in (lan, hoa):
        with seen_by(viewer.pk), pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute(order, [known.pk, source.pk])
    Person.objects.filter(pk=known.pk).update(voided_at="2026-01-01T00:00:00Z")
    with seen_by(hoa.pk), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(order, [known.pk, source.pk])

    assert _kinds(known) == {"education"}
