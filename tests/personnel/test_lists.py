"""Lists are exact at every depth, search finds by any word, and the second wall stands behind."""

import csv
import random
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.text import name_key
from ngangtam.records.personnel import exports, steps
from ngangtam.records.personnel.kinds import SENSITIVE
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries import people as queries
from ngangtam.records.personnel.queries.people import Wish
from ngangtam.records.personnel.queries.reach import reach_of
from personnel.conftest import TODAY

NAMES = ["Nguyễn Thị Yến", "Trần Văn Ân", "Lê Thị Ánh", "Phạm Văn Đạt", "Đỗ Thị Đào",
         "Nguyễn Văn Ái", "Hoàng Yến Nhi", "Y Thanh Hà Niê Kđăm", "Bùi Quang Ý"]  # fmt: skip


@pytest.fixture
def crowd(person_at, lan_province, lan_department, hoa_province):
    """Sixty people in two of Lan's units, and three of Hoa's."""
    draw = random.Random(5)
    for at in range(60):
        unit = lan_province if at % 3 else lan_department
        person_at(unit, draw.choice(NAMES), birth=f"{draw.randint(1960, 2000)}",
                  gender=draw.choice(["male", "female"]))  # fmt: skip
    for name in NAMES[:3]:
        person_at(hoa_province, name)


def settle(smallest=10, block=4):
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_settle_people(%s, %s)", [smallest, block])


def pages_of(user, sort, under=None, size=7):
    """Read a list page by page, as the web would."""
    reach = reach_of(user, TODAY)
    ids, at = [], 0
    with seen_by(user.pk):
        while True:
            found = queries.find(reach, Wish(sort=sort, under=under, skip=at, take=size))
            ids += [person.pk for person in found.rows]
            at += size
            if at >= found.total:
                return ids, found.total


def expected(sort, under):
    rows = Person.objects.filter(home_path__within=str(under.path), voided_at=None)
    orders = {
        "name": ["name_key", "id"], "unit": ["home_path", "name_key", "id"],
        "birth": [F("birth_day").asc(nulls_last=True), "id"],
    }  # fmt: skip
    ids = list(rows.order_by(*orders[sort.lstrip("-")]).values_list("pk", flat=True))
    return ids[::-1] if sort.startswith("-") else ids


@pytest.mark.parametrize("sort", ["name", "-name", "birth", "-birth", "unit", "-unit"])
@pytest.mark.parametrize("shelved", [True, False])
def test_every_page_of_every_order_is_exact(lan, crowd, lan_province, sort, shelved):
    if shelved:
        settle()

    assert pages_of(lan, sort) == (expected(sort, lan_province), 60)


@pytest.mark.parametrize("sort", ["name", "birth", "unit"])
def test_pages_stay_exact_while_people_come_go_and_change(
    lan, crowd, lan_province, lan_department, person_at, sort
):
    settle()
    draw = random.Random(2)
    for at, person in enumerate(Person.objects.filter(home_path__within=str(lan_province.path))):
        if at % 5 == 0:
            person.name_key = draw.choice(["", "zz"]) + person.name_key
        elif at % 5 == 1:
            person.birth_day = None
        elif at % 5 == 2:
            person.home_unit, person.home_path = lan_department, lan_department.path
        elif at % 5 == 3:
            person.voided_at = timezone.now()
        person.save()
    person_at(lan_department, "Aa")

    ids, total = pages_of(lan, sort)
    assert ids == expected(sort, lan_province)
    assert total == len(ids)


def test_a_page_past_the_end_is_the_last_one(lan, crowd, lan_province):
    with seen_by(lan.pk):
        found = queries.find(reach_of(lan, TODAY), Wish(skip=5000, take=50))
    assert [row.pk for row in found.rows] == expected("name", lan_province)[50:]


def test_a_narrower_unit_holds_its_own_people_alone(lan, crowd, lan_department):
    settle()

    ids, total = pages_of(lan, "name", under=str(lan_department.path))
    assert (ids, total) == (expected("name", lan_department), 20)


def search(user, text, **wish):
    words, number = queries.read_words(text)
    with seen_by(user.pk):
        return queries.find(reach_of(user, TODAY), Wish(words=words, number=number, **wish))


@pytest.mark.parametrize(
    "text", ["yen", "Yến", "thi yen", "yen thi", "ng yen", "NGUYEN  V", "kdam nie", "y", "đào"]
)
def test_search_takes_any_word_order_any_beginning_and_no_accents(lan, crowd, text):
    words, _number = queries.read_words(text)

    found = search(lan, text, take=100)
    fits = [
        name for name in NAMES
        if all(f" {word}" in f" {queries.plain(name)}" for word in words)
    ]  # fmt: skip
    assert {person.full_name for person in found.rows} <= set(fits)
    mine = Person.objects.filter(home_path__within=str(lan.grants.get().path))
    assert found.total == mine.filter(full_name__in=fits).count()


@pytest.mark.parametrize("text", ["yen", "thi", "nguyen van", "kdam"])
@pytest.mark.parametrize("sort", ["name", "-name", "birth", "unit"])
@pytest.mark.parametrize("enough", [3000, 1])
def test_search_of_a_large_list_gives_the_same_people(lan, crowd, text, sort, enough):
    """With a small budget people are found through their names, and counted up to enough."""
    whole = [person.pk for person in search(lan, text, sort=sort, take=100).rows]
    words, _number = queries.read_words(text)
    with seen_by(lan.pk), connection.cursor() as cursor:
        cursor.execute(
            "select ids, total, more from ngangtam_people_find(%s::ltree[], %s, '{}', %s, %s, 0, 3,"
            " 2, %s)",
            [[str(lan.grants.get().path)], list(words), sort.lstrip("-"), sort.startswith("-"),
             enough],
        )  # fmt: skip
        ids, total, more = cursor.fetchone()

    assert ids == whole[:3]
    assert total <= len(whole) if more else total == len(whole)


@pytest.mark.parametrize("text", ["yen", "thi", "nguyen van", "y", "nobody"])
def test_a_rare_word_and_a_walk_through_all_names_lead_to_the_same_names(crowd, text):
    with connection.cursor() as cursor:
        found = []
        for many in (0, 5000):
            cursor.execute("select ngangtam_names_with(%s, true, %s)", [text.split(), many])
            (line,) = cursor.fetchone()
            cursor.execute(line.replace("$2", "(%(words)s::text[])"), {"words": text.split()})
            found.append(cursor.fetchall())

    assert found[0] == found[1]


def test_a_new_name_is_found_and_one_that_nobody_bears_is_forgotten(lan, crowd, lan_department):
    person = Person.objects.filter(home_path__within=str(lan_department.path)).first()
    Person.objects.filter(pk=person.pk).update(
        full_name="Kpă Thuận", name_key=name_key("Kpă Thuận"), name_plain="kpa thuan"
    )
    with connection.cursor() as cursor:
        cursor.execute("select name_plain from personnel_name_word where word = 'kpa'")
        assert cursor.fetchall() == [("kpa thuan",)]
        Person.objects.filter(pk=person.pk).update(
            full_name="Đào Yến", name_key=name_key("Đào Yến"), name_plain="dao yen"
        )
        cursor.execute("select ngangtam_settle_names()")
        cursor.execute("select count(*) from personnel_name_word where word = 'kpa'")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(*) from personnel_name")
        assert cursor.fetchone() == (Person.objects.values("name_key").distinct().count(),)


def test_filters_narrow_together_with_words(lan, crowd):
    found = search(lan, "thi", filters=(("gender", "female"),), take=100)

    assert found.rows
    assert all(row.gender == "female" and "thi" in row.name_plain for row in found.rows)


@pytest.mark.parametrize(
    ("born", "band", "fits"),
    [("1986-03-02", "40s", True), ("1986-03-03", "40s", False), ("1986-03-03", "u40", True),
     ("1976-03-02", "40s", False), ("1976-03-03", "40s", True)],
)  # fmt: skip
def test_age_bands_turn_on_the_birthday(lan, person_at, lan_department, born, band, fits):
    person_at(lan_department, birth=born)

    found = search(lan, "binh", filters=tuple(queries.born_between(band, TODAY).items()))
    assert bool(found.rows) == fits


def test_a_number_is_found_as_a_whole_and_a_personal_number_only_with_the_permission(
    lan, hoa, person_at, lan_department
):
    person = person_at(lan_department, personal_number="001086000001", number="CB0000042")

    assert [row.pk for row in search(lan, "cb0000042").rows] == [person.pk]
    assert [row.pk for row in search(lan, "42").rows] == [person.pk]
    assert [row.pk for row in search(lan, "001086 000001").rows] == [person.pk]
    assert not search(lan, "00108600000").rows
    assert not search(hoa, "CB0000042").rows


# --- the second wall ---------------------------------------------------------------------


def ask(user, sql, *params):
    with seen_by(user.pk), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_raw_sql_as_the_web_role_shows_hoa_only_her_own(hoa, crowd, hoa_province, lan_province):
    assert ask(hoa, "select count(*) from personnel_person") == [(3,)]
    everything = [str(lan_province.path), str(hoa_province.path), str(lan_province.path)[:1]]
    assert ask(hoa, "select ngangtam_people_count(%s::ltree[])", everything) == [(3,)]
    assert ask(hoa, "select * from ngangtam_people_page(%s::ltree[], 'name', 0, 9)",
               [str(lan_province.path)]) == []  # fmt: skip
    assert ask(hoa, "select total from ngangtam_people_find(%s::ltree[], '{thi}', '{}', 'name',"
               " false, 0, 9)", [str(lan_province.path)]) == [(0,)]  # fmt: skip


@pytest.mark.parametrize(
    "table", ["personnel_tally", "personnel_shelf", "personnel_name", "personnel_name_word"]
)
def test_the_blocks_of_lists_are_closed_to_the_web(lan, crowd, table):
    settle()

    assert ask(lan, f"select count(*) from {table}") == [(0,)]


def test_hoa_changes_none_of_lans_rows(hoa, posting, degree, binh):
    for sql in (
        "update personnel_person set full_name = 'x'",
        "update personnel_posting set voided_at = now()",
        "update personnel_record set voided_at = now()",
    ):
        with seen_by(hoa.pk), connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.rowcount == 0, sql


def test_the_web_role_removes_nothing(lan, binh):
    with seen_by(lan.pk), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("delete from personnel_person")
    assert Person.objects.exists()


def test_the_policy_knows_the_same_sensitive_kinds(db):
    with connection.cursor() as cursor:
        cursor.execute("select qual from pg_policies where policyname = 'record_read'")
        (text,) = cursor.fetchone()
    named = {kind for kind in text.split("'") if kind.isidentifier()}
    assert named >= SENSITIVE
    assert not (named - SENSITIVE) & {"education", "party", "rating", "note", "work", "plan"}


def test_a_head_of_unit_reads_no_sensitive_record_by_raw_sql(lan_province, binh, source):
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    head = User.objects.create_user("truong")
    Grant.objects.create(
        user=head, role="unit_head", path=lan_province.path, valid=span(date(2020, 1, 1))
    )
    for kind in (*SENSITIVE, "award"):
        steps.add_record(person=binh, kind=kind, first_day=TODAY, raw="x", source=source)
    assert ask(head, "select distinct kind from personnel_record") == [("award",)]


# --- leaving as a file ---------------------------------------------------------------------


def test_an_export_holds_the_list_and_leaves_a_trace(client, lan, crowd):
    client.force_login(lan)

    answer = client.get(reverse("person-export-csv") + "?q=yen")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) - 1 == search(lan, "yen").total
    event = Event.objects.get()
    assert (event.type, event.what["people"]) == ("people.exported", len(rows) - 1)


def test_the_workbook_opens_and_holds_no_formula(client, lan, person_at, lan_department):
    from python_calamine import CalamineWorkbook

    person_at(lan_department, '=HYPERLINK("http://x")')
    client.force_login(lan)

    answer = client.get(reverse("person-export"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    assert sheet.to_python()[1][2] == '\'=HYPERLINK("http://x")'
    assert b"<f>" not in answer.content


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "|x", "%x"])
def test_what_a_spreadsheet_would_run_is_made_harmless(text):
    assert exports.harmless(text) == f"'{text}"
    assert exports.harmless("Nguyễn") == "Nguyễn"
