"""From checked rows to files: written whole or not at all, once, undone as a whole, never merged
in silence."""

import json
from datetime import date

import pytest

from made_rosters import HEADER, PEOPLE
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.intake import actions, actions_matches
from ngangtam.records.intake.commands import import_roster
from ngangtam.records.intake.models import Batch, MappingTemplate, Match, Row
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting, Record

ROWS = [HEADER, *PEOPLE]
DAY = date(2025, 7, 1)
TODAY = date(2026, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Waiting files of these tests stand apart; the database stays where it is."""
    monkeypatch.setattr(actions, "room", lambda name: tmp_path / name)


@pytest.fixture
def bring(root):
    """Import at once, as the command line does."""

    def go(*paths, unit="T9", name="Đơn vị thử", post="Chuyên viên", day=DAY, **more):
        return import_roster(
            list(paths), unit_code=unit, unit_name=name, post_title=post, day=day, **more
        )

    return go


@pytest.fixture
def checked(lan, lan_province):
    """A checked batch of Lan's province."""

    def go(path, by=lan, posts=Batch.Posts.ONE):
        batch = actions.open_batch(
            files=[(path, path.name)], unit=lan_province, post_title="Chuyên viên", posts=posts,
            day=DAY, by=by,
        )  # fmt: skip
        return actions.check(batch_id=batch.pk)

    return go


def standing(model):
    return model.objects.filter(voided_at=None)


def test_a_roster_becomes_files(sheet, bring):
    result = bring(sheet(ROWS))

    lan = Person.objects.get(full_name="Trần Thị Lan")
    assert (lan.birth_day, lan.gender, lan.ethnicity) == (date(1980, 3, 12), "female", "kinh")
    assert (lan.home_unit.code, lan.headline, lan.party) == ("T9", "Trưởng phòng", True)
    assert Posting.objects.filter(
        person=lan, valid__contains=DAY, post__title="Chuyên viên"
    ).exists()
    party = {record.person.full_name: record.code for record in Record.objects.filter(kind="party")}
    assert party == {
        "Trần Thị Lan": "member", "Lê Văn Minh": "none", "Phạm Thị Hoa": "member",
        "Hoàng Đức Anh": "member",
    }  # fmt: skip
    assert Unit.objects.get(code="T9").holders == 4
    assert result.report["totals"]["people"] == {"new": 4, "known": 0, "to_review": 0}
    assert not result.refused
    json.dumps(result.report)


def test_every_row_and_cell_is_kept_as_it_was_written(sheet, bring):
    rows = [
        ["Danh sách"],
        [*HEADER, "Cỡ áo"],
        *[[*row, "L\u00a0"] for row in PEOPLE],
        ["", "Tổng số: 4"],
    ]
    bring(sheet(rows))

    kept = list(Row.objects.order_by("id"))
    assert [row.outcome for row in kept] == ["skipped", "new", "new", "new", "new", "skipped"]
    raws = [cell[0] if cell else "" for cell in kept[1].cells]
    assert raws == [*PEOPLE[0], "L\u00a0"]
    assert kept[1].person == Person.objects.get(full_name="Trần Thị Lan")
    assert [row.number for row in kept] == [1, 3, 4, 5, 6, 7]


def test_a_dry_run_writes_nothing(sheet, bring):
    result = bring(sheet(ROWS), dry_run=True)

    assert result.report["totals"]["rows_accepted"] == 4
    assert not Person.objects.exists()
    assert not Batch.objects.exists()
    assert not Row.objects.exists()
    assert not Unit.objects.filter(code="T9").exists()
    assert not Event.objects.exists()


def test_the_same_roster_twice_adds_nothing(sheet, bring):
    path = sheet(ROWS)
    bring(path)
    counts = [model.objects.count() for model in (Person, Posting, Record, Row, Batch, Event)]

    again = bring(path)

    assert [
        model.objects.count() for model in (Person, Posting, Record, Row, Batch, Event)
    ] == counts
    assert not again.refused


def test_a_corrected_roster_adds_to_the_same_files(sheet, bring):
    bring(sheet(ROWS))
    rows = [
        HEADER,
        *[list(row) for row in PEOPLE],
        ["5", "Đỗ Thị Mai", "1/2/1985", "Nữ", "Kinh", "", ""],
    ]

    result = bring(sheet(rows, name="b.xlsx"))

    # Two have a party day that agrees beside name and birth; the others wait for a person.
    assert result.report["totals"]["people"] == {"new": 3, "known": 2, "to_review": 2}
    assert Person.objects.filter(full_name="Trần Thị Lan").count() == 1
    assert Person.objects.filter(full_name="Lê Văn Minh").count() == 2
    assert Match.objects.filter(decision="").count() == 2
    assert Posting.objects.filter(person__full_name="Trần Thị Lan").count() == 1


def test_a_bad_file_among_good_ones_leaves_nothing_behind(sheet, tmp_path, bring):
    bad = tmp_path / "b.xlsx"
    bad.write_bytes(b"PK\x03\x04 broken")

    result = bring(sheet(ROWS), bad)

    assert result.refused
    assert not Person.objects.exists()
    assert not Batch.objects.exists()
    assert not Unit.objects.filter(code="T9").exists()
    assert any("b.xlsx" in line for line in result.summary)


def test_a_missing_unit_needs_a_name(sheet, root):
    with pytest.raises(DomainError):
        import_roster([sheet(ROWS)], unit_code="X", unit_name=None, post_title="A", day=DAY)
    assert not Person.objects.exists()


def test_refused_cells_are_told_by_the_exit_and_the_rest_is_written(sheet, bring):
    rows = [HEADER, [*PEOPLE[0][:2], "31/02/1980", *PEOPLE[0][3:]], PEOPLE[1]]
    result = bring(sheet(rows))

    assert result.refused
    lan = Person.objects.get(full_name="Trần Thị Lan")
    assert (lan.birth_day, lan.birth_precision) == (None, "none")


def test_a_second_post_does_not_displace_the_first(sheet, bring):
    rows = [[*HEADER, "Quê quán"], *[[*row, f"Xã {row[0]}, tỉnh T"] for row in PEOPLE]]
    bring(sheet(rows))
    bring(sheet(rows, name="b.xlsx"), unit="T8", name="Hội đồng", post="Đại biểu HĐND")

    lan = Person.objects.get(full_name="Trần Thị Lan")
    assert sorted(lan.postings.values_list("post__title", "main")) == [
        ("Chuyên viên", True), ("Đại biểu HĐND", False),
    ]  # fmt: skip
    assert lan.home_unit.code == "T9"
    assert Post.objects.get(title="Đại biểu HĐND").deputy_elected


def test_name_and_year_alone_never_join_two_people(sheet, bring):
    bring(sheet([["Họ và tên", "Năm sinh"], ["Trần Thị Lan", "1980"]]))
    result = bring(sheet([["Họ và tên", "Năm sinh"], ["Trần Thị Lan", "1980"]], name="b.xlsx"),
                   post="Trưởng phòng")  # fmt: skip

    assert Person.objects.count() == 2
    match = Match.objects.get()
    assert (match.kind, match.strong, match.decision) == ("year", False, "")
    assert result.report["totals"]["people"]["to_review"] == 1


def test_another_gender_or_number_speaks_against_a_match(sheet, bring):
    header = ["Họ và tên", "Ngày sinh", "Giới tính", "Quê quán", "CCCD"]
    one = ["Nguyễn Thanh Bình", "1/2/1980", "Nam", "tỉnh T", "001080000001"]
    bring(sheet([header, one]))
    bring(sheet([header, [*one[:2], "Nữ", one[3], ""]], name="b.xlsx"))
    bring(sheet([header, [*one[:4], "001080000002"]], name="c.xlsx"))

    assert Person.objects.count() == 3
    assert Match.objects.filter(strong=True).count() == 0


def test_a_personal_number_joins_only_with_the_name(sheet, bring):
    header = ["Họ và tên", "Ngày sinh", "CCCD"]
    bring(sheet([header, ["Nguyễn Thanh Bình", "1/2/1980", "001080000001"]]))
    bring(sheet([header, ["Nguyễn Thanh Bình", "", "001080000001"]], name="b.xlsx"), post="A")
    bring(sheet([header, ["Trần Văn Khác", "5/5/1985", "001080000001"]], name="c.xlsx"), post="B")

    assert Person.objects.count() == 2
    assert Match.objects.get(name="Trần Văn Khác").strong is False


def test_two_in_one_roster_are_kept_apart_and_reported(sheet, bring):
    rows = [HEADER, *PEOPLE, ["5", *PEOPLE[0][1:5], "Phó phòng", ""]]
    bring(sheet(rows))

    assert Person.objects.filter(full_name="Trần Thị Lan").count() == 2
    assert Match.objects.get().kind == "roster"


def test_addresses_that_are_doubtful_are_said_to_be(sheet, bring):
    from ngangtam.foundation.kernel.models import span
    from ngangtam.records.organisation.models import Area

    Area.objects.create(code="99", level="province", kind="tỉnh", name="tỉnh Sông Thanh",
                        name_plain="song thanh", valid=span(date(2025, 7, 1)))  # fmt: skip
    rows = [["Họ và tên", "Quê quán"], ["Trần Thị Lan", "Tỉnh Sông Thanh"], ["Lê Minh", "Sao Hỏa"]]
    result = bring(sheet(rows))

    assert [p["raw"] for p in result.report["files"][0]["problems"]] == ["Sao Hỏa"]
    assert Person.objects.get(full_name="Trần Thị Lan").hometown is not None


# --- the way of the web: check, decide, commit, undo ------------------------------------------


def test_checking_lays_down_rows_and_writes_no_file(sheet, checked):
    batch = checked(sheet(ROWS))

    assert batch.state == Batch.State.CHECKED
    assert (batch.rows_read, batch.rows_accepted, batch.people_new) == (4, 4, 4)
    assert Row.objects.filter(batch=batch, person=None).count() == 4
    assert not Person.objects.exists()


def test_commit_writes_and_forgets_the_waiting_files(
    sheet, checked, lan, django_capture_on_commit_callbacks
):
    batch = checked(sheet(ROWS))
    folder = actions.folder_of(batch)
    assert folder.exists()

    with django_capture_on_commit_callbacks(execute=True):
        actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTED
    assert Person.objects.count() == 4 == Row.objects.exclude(person=None).count()
    assert not folder.exists()
    assert [event.type for event in Event.objects.order_by("id")] == [
        "intake.checked",
        "intake.committed",
    ]


def test_posts_may_stand_in_a_column(sheet, checked, lan):
    batch = checked(sheet(ROWS), posts=Batch.Posts.COLUMN)
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    held = dict(Posting.objects.values_list("person__full_name", "post__title"))
    assert held["Trần Thị Lan"] == "Trưởng phòng"
    assert held["Hoàng Đức Anh"] == "Phó Trưởng phòng"
    assert Post.objects.get(title="Trưởng phòng").leadership


def test_a_bad_file_refuses_the_batch_and_goes(tmp_path, checked):
    bad = tmp_path / "b.xlsx"
    bad.write_bytes(b"nothing")

    batch = checked(bad)

    assert batch.state == Batch.State.FAILED
    assert "b.xlsx" in batch.error
    assert not Row.objects.exists()
    assert not actions.folder_of(batch).exists()


def test_strong_matches_wait_for_a_decision(sheet, checked, lan, bring):
    bring(sheet(ROWS))
    batch = checked(sheet([*ROWS, ["5", "Đỗ Thị Mai", "1/2/1985"]], name="b.xlsx"))

    with pytest.raises(DomainError):
        actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    strong = list(Match.objects.filter(batch=batch, strong=True).values_list("pk", flat=True))
    actions_matches.decide(match_ids=strong, decision="same", batch_id=batch.pk, by=lan)
    weak = list(Match.objects.filter(batch=batch, strong=False).values_list("pk", flat=True))
    actions_matches.decide(match_ids=weak, decision="different", batch_id=batch.pk, by=lan)
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    assert Person.objects.filter(full_name="Trần Thị Lan").count() == 1
    assert Person.objects.filter(full_name="Lê Văn Minh").count() == 2


def test_twice_in_a_roster_can_be_one_person(sheet, checked, lan):
    batch = checked(sheet([HEADER, *PEOPLE, ["5", *PEOPLE[0][1:5], "Phó phòng", ""]]))
    match = Match.objects.get(batch=batch)
    actions_matches.decide(match_ids=[match.pk], decision="same", batch_id=batch.pk, by=lan)

    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    assert Person.objects.filter(full_name="Trần Thị Lan").count() == 1
    assert Row.objects.filter(name="Trần Thị Lan").values("person").distinct().count() == 1


def test_undo_voids_everything_the_batch_wrote(sheet, checked, lan):
    batch = checked(sheet(ROWS))
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)

    actions.undo(batch_id=batch.pk, reason="Nhầm đơn vị", by=lan, today=TODAY)

    assert not standing(Person).exists()
    assert not standing(Posting).exists()
    assert not standing(Record).exists()
    assert not standing(Post).exists()
    assert Unit.objects.get(code="T1").holders == 0
    batch.refresh_from_db()
    assert (batch.state, batch.undo_reason) == (Batch.State.UNDONE, "Nhầm đơn vị")


def test_an_undone_roster_can_come_in_again(sheet, bring):
    path = sheet(ROWS)
    bring(path)
    actions.undo(batch_id=Batch.objects.get().pk, reason="thử", by=actions.Operator(), today=TODAY)

    bring(path)

    assert standing(Person).count() == 4


def test_undo_takes_the_unit_along_that_the_import_made(sheet, bring):
    path = sheet(ROWS)
    bring(path)
    undo = {"reason": "thử", "by": actions.Operator(), "today": TODAY}

    actions.undo(batch_id=Batch.objects.get().pk, **undo)

    unit = Unit.objects.get(code="T9")
    assert (unit.ended_on, unit.versions.filter(voided_at=None).count()) == (DAY, 0)
    bring(path)
    unit.refresh_from_db()
    assert (unit.ended_on, unit.versions.filter(voided_at=None).count()) == (None, 1)


def test_undo_leaves_a_unit_on_which_something_else_stands(sheet, bring, source):
    bring(sheet(ROWS))
    unit = Unit.objects.get(code="T9")
    organisation.add_post(unit=unit, title="Chánh Văn phòng", first_day=DAY, source=source)

    actions.undo(batch_id=Batch.objects.get().pk, reason="thử", by=actions.Operator(), today=TODAY)

    unit.refresh_from_db()
    assert (unit.ended_on, unit.versions.filter(voided_at=None).count()) == (None, 1)


def test_undo_leaves_what_others_wrote_about_known_people(sheet, bring):
    bring(sheet(ROWS))
    bring(sheet([*ROWS, ["5", "Đỗ Thị Mai", "1/2/1985"]], name="b.xlsx"), post="Đại biểu HĐND")
    second = Batch.objects.order_by("-id")[0]

    actions.undo(batch_id=second.pk, reason="thử", by=actions.Operator(), today=TODAY)

    lan = Person.objects.get(full_name="Trần Thị Lan")
    assert lan.voided_at is None
    assert [posting.post.title for posting in lan.postings.filter(voided_at=None)] == [
        "Chuyên viên"
    ]


def test_undo_is_refused_when_later_records_rest_on_it(sheet, checked, lan, source):
    batch = checked(sheet(ROWS))
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)
    person = Person.objects.get(full_name="Trần Thị Lan")
    personnel.add_record(
        person=person, kind="award", first_day=TODAY, raw="Bằng khen", source=source
    )

    with pytest.raises(DomainError, match="1"):
        actions.undo(batch_id=batch.pk, reason="thử", by=lan, today=TODAY)
    assert standing(Person).count() == 4


def test_nobody_without_the_grant_brings_rosters_in(sheet, checked, minh, hoa, lan):
    path = sheet(ROWS)
    for stranger in (minh, hoa):
        with pytest.raises(Forbidden):
            checked(path, by=stranger)
    batch = checked(path)
    for stranger in (minh, hoa):
        for act in (
            lambda by: actions.commit(batch_id=batch.pk, by=by, today=TODAY),
            lambda by: actions.undo(batch_id=batch.pk, reason="", by=by, today=TODAY),
            lambda by: actions.discard(batch_id=batch.pk, by=by),
            lambda by: actions_matches.decide(
                match_ids=[], decision="same", batch_id=batch.pk, by=by
            ),
            lambda by: actions.save_template(name="a", batch_id=batch.pk, by=by),
        ):
            with pytest.raises(Forbidden):
                act(stranger)
    assert not Person.objects.exists()


def test_nothing_is_kept_when_the_audit_cannot_be_written(sheet, checked, lan, monkeypatch):
    batch = checked(sheet(ROWS))

    def full_disk(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(actions, "record", full_disk)
    with pytest.raises(OSError, match="disk full"):
        actions.commit(batch_id=batch.pk, by=lan, today=TODAY)
    assert not Person.objects.exists()
    assert Batch.objects.get(pk=batch.pk).state == Batch.State.CHECKED


def test_states_are_walked_in_order(sheet, checked, lan):
    batch = checked(sheet(ROWS))
    with pytest.raises(DomainError):
        actions.undo(batch_id=batch.pk, reason="", by=lan, today=TODAY)
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)
    for act in (
        lambda: actions.commit(batch_id=batch.pk, by=lan, today=TODAY),
        lambda: actions.discard(batch_id=batch.pk, by=lan),
        lambda: actions_matches.decide(match_ids=[], decision="same", batch_id=batch.pk, by=lan),
    ):
        with pytest.raises(DomainError):
            act()


def test_a_discarded_batch_keeps_no_files(sheet, checked, lan, django_capture_on_commit_callbacks):
    batch = checked(sheet(ROWS))
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(batch_id=batch.pk, by=lan)

    assert not actions.folder_of(batch).exists()
    assert Batch.objects.get().state == Batch.State.DISCARDED


def test_the_same_batch_twice_is_refused_by_the_database(sheet, checked, lan):
    # One file: a workbook written again a second later is another one.
    file = sheet(ROWS)
    first, second = checked(file), checked(file)
    actions.commit(batch_id=first.pk, by=lan, today=TODAY)
    matches = list(Match.objects.filter(batch=second).values_list("pk", flat=True))
    assert not matches

    with pytest.raises(DomainError):
        actions.commit(batch_id=second.pk, by=lan, today=TODAY)
    assert Person.objects.count() == 4


def test_a_mapping_is_kept_and_read_back(sheet, checked, lan):
    from ngangtam.records.intake.headers.mapping import Template

    batch = checked(sheet([["Ai", "Họ và tên", "Ngày ra đời"], ["x", "Trần Thị Lan", "12/3/1980"]]))
    shape, mapping = next(iter(batch.mapping.items()))
    mapping["columns"][2]["field"] = "birth"
    Batch.objects.filter(pk=batch.pk).update(mapping={shape: mapping})
    actions.check(batch_id=batch.pk)
    actions.save_template(name="Mẫu của Lan", batch_id=batch.pk, by=lan)

    template = Template.from_json(MappingTemplate.objects.get().mapping)
    assert template.column("NGÀY RA ĐỜI") == ("birth", "")
    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)
    assert Person.objects.get().birth_day == date(1980, 3, 12)


def test_a_long_roster_is_written_in_few_statements(sheet, bring, django_assert_max_num_queries):
    rows = [HEADER]
    for at in range(600):
        name = f"Trần Văn {chr(65 + at % 26)}{chr(97 + at // 26)}"
        rows.append([str(at), name, "1/1/1980", "Nam", "Kinh", "", ""])
    path = sheet(rows)
    with django_assert_max_num_queries(60):
        bring(path)
    assert Person.objects.count() == 600


def test_a_match_can_be_decided_after_the_command_line(sheet, bring, lan, hoa):
    bring(sheet(ROWS), unit="T1", name="")
    bring(sheet([*ROWS, ["5", "Đỗ Thị Mai", "1/2/1985"]], name="b.xlsx"), unit="T1", post="A")
    match = Match.objects.get(name="Lê Văn Minh", decision="")
    twin = Person.objects.filter(full_name="Lê Văn Minh").exclude(pk=match.person_id).get()
    with pytest.raises(Forbidden):
        actions_matches.decide_afterwards(match_id=match.pk, decision="same", by=hoa, today=TODAY)

    actions_matches.decide_afterwards(match_id=match.pk, decision="same", by=lan, today=TODAY)

    minh = standing(Person).get(full_name="Lê Văn Minh")
    assert minh.pk == match.person_id
    assert sorted(standing(Posting).filter(person=minh).values_list("post__title", "main")) == [
        ("A", False), ("Chuyên viên", True),
    ]  # fmt: skip
    assert not standing(Record).filter(person=twin).exists()
    assert standing(Record).filter(person=minh, kind="party").count() == 1
    assert Row.objects.filter(name="Lê Văn Minh").values("person").distinct().count() == 1
    with pytest.raises(DomainError):
        actions_matches.decide_afterwards(match_id=match.pk, decision="same", by=lan, today=TODAY)


def test_two_files_are_not_joined_over_newer_records(sheet, bring, lan, source):
    bring(sheet(ROWS), unit="T1", name="")
    bring(sheet([*ROWS, ["5", "Đỗ Thị Mai", "1/2/1985"]], name="b.xlsx"), unit="T1", post="A")
    match = Match.objects.get(name="Lê Văn Minh", decision="")
    twin = Person.objects.filter(full_name="Lê Văn Minh").exclude(pk=match.person_id).get()
    personnel.add_record(person=twin, kind="award", first_day=TODAY, raw="Bằng khen", source=source)

    with pytest.raises(DomainError):
        actions_matches.decide_afterwards(match_id=match.pk, decision="same", by=lan, today=TODAY)
    actions_matches.decide_afterwards(match_id=match.pk, decision="different", by=lan, today=TODAY)
    assert standing(Person).filter(full_name="Lê Văn Minh").count() == 2


def test_the_second_wall_hides_rosters_of_other_units(sheet, checked, lan, hoa, minh):
    from ngangtam.foundation.access.wall import seen_by

    checked(sheet([*ROWS, ["5", *PEOPLE[0][1:5], "Phó phòng", ""]]))
    with seen_by(lan.pk):
        assert (Batch.objects.count(), Row.objects.count(), Match.objects.count()) == (1, 5, 1)
    for stranger in (hoa.pk, minh.pk, None):
        with seen_by(stranger):
            assert not Batch.objects.exists()
            assert not Row.objects.exists()
            assert not Match.objects.exists()


@pytest.mark.slow
def test_twenty_thousand_rows_are_all_accounted_for(sheet, bring):
    rows = [HEADER]
    for at in range(20_000):
        name = f"Trần {_word(at)} {_word(at // 97)}"
        born = f"{at % 28 + 1}/{at % 12 + 1}/{1965 + at % 35}"
        rows.append([at + 1, name, born, "Nam", "Kinh", "Chuyên viên", "03/02/2005"])

    totals = bring(sheet(rows)).report["totals"]

    assert (totals["rows_read"], totals["rows_accepted"]) == (20_000, 20_000)
    assert sum(totals["cells"].values()) == 7 * 20_000
    assert Person.objects.count() == Row.objects.exclude(person=None).count() == 20_000
    assert Posting.objects.count() == 20_000
    assert Record.objects.filter(kind="party", code="member").count() == 20_000


def _word(number):
    return "BCDGHKLMNPRSTVX"[number % 15] + "aeiou"[number // 15 % 5] + "nmtcp"[number // 75 % 5]
