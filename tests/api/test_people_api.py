"""People by the API: lists by key, one person, changes on a condition, sensitive parts."""

from datetime import date

import pytest

from ngangtam.foundation.access.models import Reading
from ngangtam.foundation.audit.models import Event
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Record


def test_the_list_and_the_person_are_told(program, lan, secret):
    asks = program(lan)

    listed = asks.get("/people?q=bi+mat&count=true")
    one = asks.get(f"/people/{secret.number}")

    assert [row["number"] for row in listed.json()["items"]] == [secret.number]
    assert listed.json()["total"] == 1
    assert one.json()["full_name"] == "Nguyễn Thị Bí Mật"
    assert one.json()["birth"] == {"raw": "02/03/1980", "day": "1980-03-02", "precision": "day"}
    assert "001080012345" not in one.content.decode() + listed.content.decode()
    assert "tay" not in one.content.decode()


@pytest.fixture
def many(lan_department, hoa_province, source):
    for at in range(25):
        personnel.add_person(full_name=f"Trần Văn {chr(65 + at)}", unit=lan_department,
                             source=source, gender="male" if at % 2 else "female")  # fmt: skip
    personnel.add_person(full_name="Trần Văn Hoa", unit=hoa_province, source=source)


def _walk(asks, path):
    met, seen = [], 0
    while path:
        answer = asks.get(path)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        met += [row["full_name"] for row in told["items"]]
        follows = answer.headers.get("Link", "")
        assert bool(follows) == bool(told["next"])
        path = follows.partition(">")[0].lstrip("<") if follows else ""
        seen += 1
        assert seen < 50
    return met


def test_the_list_is_walked_by_key_without_gaps_or_doubles(program, lan, many):
    asks = program(lan)

    everybody = _walk(asks, "/people?limit=7")
    men = _walk(asks, "/people?limit=5&gender=male&q=tran")

    assert everybody == [f"Trần Văn {chr(65 + at)}" for at in range(25)]
    assert men == [f"Trần Văn {chr(65 + at)}" for at in range(1, 25, 2)]


def test_people_who_come_in_between_shift_nobody(program, lan, many, lan_department, source):
    asks = program(lan)
    first = asks.get("/people?limit=10").json()

    personnel.add_person(full_name="Trần Văn AA", unit=lan_department, source=source)
    second = asks.get(f"/people?limit=10&cursor={first['next']}").json()

    assert second["items"][0]["full_name"] == "Trần Văn K"


def test_a_cursor_is_good_for_its_user_and_its_list_alone(program, lan, hoa, many):
    cursor = program(lan).get("/people?limit=5").json()["next"]

    for asks, path in (
        (program(hoa), f"/people?limit=5&cursor={cursor}"),
        (program(lan), f"/people?limit=5&gender=male&cursor={cursor}"),
        (program(lan), f"/units?cursor={cursor}"),
        (program(lan), "/people?cursor=x"),
        (program(lan), f"/people?cursor={cursor}x"),
    ):
        answer = asks.get(path)
        assert answer.status_code == 422, path
        assert answer.json()["errors"][0]["pointer"] == "query.cursor"
        assert "Trần" not in answer.content.decode()


def test_large_lists_use_the_other_ways_of_walking(program, lan, many):
    """The same people come by the walk of a million as by that of a small unit."""
    from django.db import connection

    from ngangtam.foundation.access.wall import seen_by

    for words in ([], ["tran"]):
        with seen_by(lan.pk), connection.cursor() as cursor:
            asked = [["1"], words, '{"gender": "male"}']
            cursor.execute("select path::text from organisation_unit where code = 'T1'")
            asked[0] = [cursor.fetchone()[0]]
            found = []
            for budget in (10_000, 0):
                ids, after = [], 0
                while True:
                    cursor.execute(
                        "select ngangtam_people_after(%s::ltree[], %s, %s::jsonb, %s, 5, %s)",
                        [*asked, after, budget],
                    )
                    page = cursor.fetchone()[0]
                    if not page:
                        break
                    ids += page
                    after = page[-1]
                found.append(ids)
        assert found[0] == found[1]
        assert len(found[0]) == 12


def test_more_people_cost_no_more_queries(program, lan, many, secret, django_assert_num_queries):
    asks = program(lan)
    asks.get("/people")

    with django_assert_num_queries(LIST):
        assert len(asks.get("/people?limit=2").json()["items"]) == 2
    with django_assert_num_queries(LIST):
        assert len(asks.get("/people?limit=25").json()["items"]) == 25
    with django_assert_num_queries(ONE):
        asks.get(f"/people/{secret.number}")


def test_who_has_it_already_is_told_so(program, lan, secret):
    asks = program(lan)
    etag = asks.get(f"/people/{secret.number}")["ETag"]

    assert asks.get(f"/people/{secret.number}", **{"If-None-Match": etag}).status_code == 304
    other = asks.get(f"/people/{secret.number}", **{"If-None-Match": etag, "Accept-Language": "vi"})
    assert other.status_code in {200, 304}
    Person.objects.filter(pk=secret.pk).update(other_names="Bí")
    assert asks.get(f"/people/{secret.number}", **{"If-None-Match": etag}).status_code == 200


# The token, its user, who looks, the roles, the ids, the people, the end of looking.
LIST, ONE = 7, 6
BASIS = {"source_name": "Giấy khai sinh"}


def test_a_record_is_added_corrected_and_struck_out(program, lan, secret):
    asks = program(lan)
    given = {"kind": "theory", "code": "intermediate", "first_day": "3/2012", "basis": BASIS}

    made = asks.post(f"/people/{secret.number}/records", given)
    assert made.status_code == 201, made.content
    at = made["Location"]
    right = asks.ask(
        "PUT", at, {"reason": "sai năm", "code": "intermediate", "first_day": "2013"},
        **{"If-Match": made["ETag"]},
    )  # fmt: skip
    assert right.status_code == 200, right.content
    gone = asks.post(
        f"{right['Location']}/void", {"reason": "nhầm người"}, **{"If-Match": right["ETag"]}
    )

    assert made.json()["precision"] == "month"
    assert made.json()["first_day"] == "2012-03-01"
    assert right.json()["basis"]["source"] == "Giấy khai sinh"
    assert gone.json()["voided"] is True
    assert gone.json()["void_reason"] == "nhầm người"
    types = list(Event.objects.order_by("id").values_list("type", flat=True))
    assert types[-3:] == ["record.added", "record.corrected", "record.voided"]


def test_a_change_says_which_version_it_means(program, lan, secret):
    asks = program(lan)
    at = f"/records/{secret.record.pk}"
    etag = asks.get(at)["ETag"]

    without = asks.post(f"{at}/void", {"reason": "x"})
    old = asks.post(f"{at}/void", {"reason": "x"}, **{"If-Match": '"0123"'})

    assert (without.status_code, old.status_code) == (428, 412)
    assert old.json()["type"] == "/api/#problem-changed-meanwhile"
    assert Record.objects.get(pk=secret.record.pk).voided_at is None
    assert asks.post(f"{at}/void", {"reason": "x"}, **{"If-Match": etag}).status_code == 200
    assert asks.post(f"{at}/void", {"reason": "x"}, **{"If-Match": etag}).status_code == 412


def test_a_posting_is_added_and_ended(program, lan, secret, lan_department, source):
    from ngangtam.records.organisation import steps as organisation

    asks = program(lan)
    post = organisation.add_post(
        unit=lan_department, title="Ủy viên", first_day=date(2021, 1, 1), source=source, seats=1
    )
    given = {"post_id": post.pk, "seat": 1, "main": False, "first_day": "2024-01-01",
             "basis": {"decision_number": "1/QĐ", "decision_day": "2023-12-30",
                       "decision_body": "UBND tỉnh"}}  # fmt: skip

    made = asks.post(f"/people/{secret.number}/postings", given)
    assert made.status_code == 201, made.content
    twice = asks.post(f"/people/{secret.number}/postings", given)
    ended = asks.post(
        f"{made['Location']}/end", {"on": "2025-06-30", "reason": "hết nhiệm kỳ"},
        **{"If-Match": made["ETag"]},
    )  # fmt: skip

    assert made.json()["basis"]["decision"] == "1/QĐ"
    assert twice.status_code == 422
    assert twice.json()["type"] == "/api/#problem-refused"
    assert ended.json()["until"] == "2025-06-30"


def test_wrong_values_are_named_in_the_words_of_the_page(program, lan, secret):
    asks = program(lan)

    answer = asks.post(
        f"/people/{secret.number}/records",
        {"kind": "theory", "code": "nothing", "first_day": "hôm qua", "basis": {}},
        **{"Accept-Language": "vi"},
    )

    told = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {"body.code", "body.first_day"} <= {one["pointer"] for one in told["errors"]}
    assert "Không đọc được ngày này" in str(told) or "hôm qua" in str(told)
    assert not Event.objects.filter(type="record.added").exists()


def test_fields_that_nobody_offers_are_refused(program, lan, secret):
    asks = program(lan)
    base = {"kind": "theory", "code": "advanced", "first_day": "2020", "basis": BASIS}

    for more in (
        {"person_id": 1}, {"recorded_by": "hoa"}, {"voided_at": None}, {"id": 5},
        {"basis": {**BASIS, "decision_id": 1}}, {"detail": {"owner": "x"}},
    ):  # fmt: skip
        answer = asks.post(f"/people/{secret.number}/records", {**base, **more})
        assert answer.status_code == 422, more
    opened = asks.post(
        "/people",
        {"unit": "T1.NV", "full_name": "Ai Đó", "basis": BASIS, "number": "CB9", "home_path": "1"},
    )
    assert opened.status_code == 422
    assert not Record.objects.filter(raw="").exclude(kind="theory").exists()


def test_a_file_is_opened_in_ones_own_units_alone(program, lan, hoa_province, lan_department):
    asks = program(lan)
    given = {"full_name": "Vũ Thị Mới", "birth": "1990", "basis": BASIS}

    here = asks.post("/people", {**given, "unit": "T1.NV"})
    there = asks.post("/people", {**given, "unit": "T2"})

    assert here.status_code == 201, here.content
    assert asks.get(here["Location"]).json()["full_name"] == "Vũ Thị Mới"
    assert there.status_code == 403


def test_sensitive_parts_need_a_scope_a_purpose_and_leave_a_trace(program, lan, secret):
    plain, asks = program(lan, "people.read"), program(lan)
    at = f"/people/{secret.number}/sensitive"

    closed = plain.post(at, {"parts": ["health"], "purpose": "nhân sự"})
    silent = asks.post(at, {"parts": ["health"], "purpose": " "})
    assert not Reading.objects.exists()
    told = asks.post(at, {"parts": ["health", "origin"], "purpose": "nhân sự"})

    assert closed.status_code == 403
    assert silent.status_code == 422
    assert told.json()["origin"]["personal_number"] == "001080012345"
    assert [row["raw"] for row in told.json()["records"]] == ["Bệnh Bí Mật"]
    assert told["Cache-Control"] == "no-store"
    reading = Reading.objects.get()
    assert (reading.parts, reading.purpose) == (["health", "origin"], "nhân sự")
    assert plain.get(f"/people/{secret.number}").json()["sensitive_parts"] == []


def test_a_sensitive_record_is_no_plain_record(program, lan, secret):
    asks = program(lan)

    assert asks.get(f"/records/{secret.health.pk}").status_code == 404
    assert "Bệnh" not in asks.get(f"/people/{secret.number}/records").content.decode()
    added = asks.post(
        f"/people/{secret.number}/records",
        {"kind": "health", "raw": "x", "first_day": "2020", "basis": BASIS},
    )
    assert added.status_code == 422


def test_a_personal_number_finds_nobody_without_the_scope(program, lan, secret):
    plain, asks = program(lan, "people.read"), program(lan)

    assert plain.get("/people?q=001080012345").json()["items"] == []
    assert len(asks.get("/people?q=001080012345").json()["items"]) == 1


def test_holders_are_named_with_the_scope_of_people_alone(program, lan, secret):
    units = program(lan, "units.read").get("/units/T1.NV/posts").json()
    both = program(lan, "units.read", "people.read").get("/units/T1.NV/posts").json()

    assert units["items"][0]["held"] == both["items"][0]["held"] == 1
    assert units["items"][0]["holders"] == []
    assert both["items"][0]["holders"][0]["number"] == secret.number
