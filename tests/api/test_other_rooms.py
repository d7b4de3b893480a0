"""Units, facts, findings, targets, the rulebook, rosters and the exchange."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ngangtam.foundation.access.models import Reading
from ngangtam.records.personnel import steps as personnel
from offices import employ

DAY = "2026-03-01"


@pytest.fixture
def office(lan_department, source):
    return [
        employ(lan_department, source, "Lê Thị An", degree="master"),
        employ(lan_department, source, "Lê Văn Ba", gender="male", born="1970"),
    ]


def test_units_are_walked_and_shown_as_a_tree(program, lan, lan_department, hoa_province):
    asks = program(lan, "units.read")

    first = asks.get("/units?limit=2").json()
    rest = asks.get(f"/units?limit=50&cursor={first['next']}").json()
    tree = asks.get("/units/T1/tree?depth=2").json()

    codes = [one["code"] for one in first["items"] + rest["items"]]
    assert codes == sorted(codes)
    assert {"T1", "T1.NV", "T2"} <= set(codes)
    assert [(one["code"], one["depth"]) for one in tree["items"]] == [("T1", 0), ("T1.NV", 1)]
    assert asks.get("/units/T1.NV").json()["parent"] == "T1"
    assert asks.get("/units/T1.NV/establishment").json()["items"][-1]["regime"] == "all"


def test_facts_are_codes_and_unknown_is_null(program, lan, office):
    asks = program(lan, "facts.read")

    one = asks.get(f"/people/{office[0].number}/facts?on={DAY}").json()
    before = asks.get(f"/people/{office[0].number}/facts?on=2001-01-01").json()

    assert one["facts"]["degree"] == "master"
    assert one["facts"]["gender"] == "female"
    assert one["facts"]["birth_day"] == "1985-05-05"
    assert one["facts"]["party_member"] is None
    assert {"ethnicity", "religion", "political_conclusion"} <= set(one["withheld"])
    assert not set(one["withheld"]) & set(one["facts"])
    assert before["facts"] == {}
    assert before["missing"]


def test_facts_of_a_unit_come_by_key(program, lan, office):
    asks = program(lan, "facts.read")

    first = asks.get(f"/units/T1/facts?on={DAY}&fact=degree&fact=gender&limit=1").json()
    second = asks.get(
        f"/units/T1/facts?on={DAY}&fact=degree&fact=gender&limit=1&cursor={first['next']}"
    ).json()

    assert first["columns"] == ["degree", "gender"]
    assert [one["facts"] for one in first["items"] + second["items"]] == [
        {"degree": "master", "gender": "female"}, {"degree": None, "gender": "male"},
    ]  # fmt: skip
    assert second["next"] is None


def test_a_finding_says_why_and_what_is_sealed(program, lan, office):
    from ngangtam.oversight.standards.book import rulebook
    from ngangtam.oversight.standards.standing import parts_of

    sealed = next(
        one for one in rulebook().standards.values()
        if one.status == "shipped" and any(parts_of(line) for line in one.criteria)
    )  # fmt: skip
    at = f"/findings/{sealed.id}/people/{office[0].number}?on={DAY}"

    without = program(lan, "findings.read").get(at).json()
    assert not Reading.objects.exists()
    whole = program(lan, "findings.read", "sensitive.read").get(at).json()

    assert "sealed" in {one["outcome"] for one in without["findings"]}
    assert without["outcome"] is None
    assert "sealed" not in {one["outcome"] for one in whole["findings"]}
    assert all(one["cites"] for one in whole["findings"])
    assert Reading.objects.get().purpose


def test_targets_and_indicators_are_those_of_the_page(program, lan, office, client):
    asks = program(lan)

    told = asks.get(f"/targets?unit=T1&on={DAY}").json()
    one = asks.get(f"/targets/{told['items'][0]['id']}?unit=T1&on={DAY}").json()
    sets = asks.get("/indicators").json()["items"]
    figures = asks.get(f"/indicators/{sets[0]['id']}?unit=T1&on={DAY}").json()

    assert told["unit"]["code"] == "T1"
    assert all(row["cites"] for row in told["items"])
    assert [child["unit"]["code"] for child in one["below"]] == ["T1.NV"]
    assert figures["items"][0]["total"] == 2


def test_small_groups_stay_hidden_from_who_may_not_read_files(program, supervisor, lan, office):
    asks = program(supervisor)
    narrow = program(lan, "targets.read")

    for one in (asks, narrow):
        rows = one.get(f"/targets?unit=T1&on={DAY}").json()["items"]
        shown = [row for row in rows if row["count"] is not None and row["total"]]
        assert not [row for row in shown if 0 < row["count"] < 5], rows
    assert asks.get(f"/people/{office[0].number}").status_code == 404


def test_the_law_says_what_holds_on_a_day(program, minh):
    asks = program(minh, "law.read")

    rows = asks.get(f"/law/parameters?on={DAY}&state=in_force").json()["items"]
    one = asks.get(f"/law/parameters/{rows[0]['id']}?on={DAY}").json()
    texts = asks.get("/law/instruments?q=27/2026").json()["items"]

    assert rows[0]["value"]["cites"]
    assert one["values"][0]["first_day"] <= DAY
    assert "27-2026-nd-cp" in [text["id"] for text in texts]
    assert asks.get("/law/standards").json()["items"]


def test_the_record_is_grouped_in_ten(program, lan, secret):
    asks = program(lan)
    personnel.add_record(
        person=secret, kind="award", raw="Bằng khen", first_day=date(2020, 1, 1),
        source=secret.source,
    )  # fmt: skip

    told = asks.get(f"/people/{secret.number}/exchange").json()
    groups = {group["id"]: group for group in told["groups"]}

    assert (told["mapping"], told["version"], told["codes"]) == ("27-2026-nd-cp", 1, "to_confirm")
    assert [group["number"] for group in told["groups"]] == list(range(1, 11))
    fields = {one["name"]: one for one in groups["identity"]["fields"]}
    assert fields["full_name"]["value"] == "Nguyễn Thị Bí Mật"
    assert fields["birth"]["value"] == "1980-03-02"
    assert fields["personal_number"]["why_missing"] == "withheld"
    assert fields["other_names"]["why_missing"] == "unknown"
    assert groups["health"]["withheld"] == ["health"]
    assert groups["health"]["records"] == []
    assert groups["army"]["missing"] == ["army"]
    assert groups["career"]["postings"][0]["title"] == "Giám đốc Sở Thử nghiệm"
    assert [row["raw"] for row in groups["position"]["records"]] == ["Bằng khen"]
    assert not Reading.objects.exists()
    assert asks.get(f"/people/{secret.number}/exchange?mapping=other").status_code == 404


def test_the_sensitive_groups_are_asked_for(program, lan, secret):
    asks = program(lan)

    told = asks.post(
        f"/people/{secret.number}/exchange",
        {"parts": ["origin", "health"], "purpose": "Đồng bộ cơ sở dữ liệu quốc gia"},
    ).json()
    groups = {group["id"]: group for group in told["groups"]}

    fields = {one["name"]: one["value"] for one in groups["identity"]["fields"]}
    assert fields["personal_number"] == "001080012345"
    assert [row["raw"] for row in groups["health"]["records"]] == ["Bệnh Bí Mật"]
    assert groups["family"]["withheld"] == ["family"]
    assert Reading.objects.get().parts == ["health", "origin"]


def test_every_kind_of_record_stands_in_one_group():
    from ngangtam.law.engine.exchange import mappings, read_all
    from ngangtam.oversight.standards.book import rulebook
    from ngangtam.records.personnel.kinds import GUARDS, KINDS

    found, problems = read_all(rulebook())
    assert not problems
    decree = mappings(rulebook())["27-2026-nd-cp"]
    kinds = [kind for group in decree.groups for kind in group.kinds]

    assert len(kinds) == len(set(kinds))
    # Notes are leftovers of rosters; what came of denunciations is no part of the record.
    assert set(KINDS) - set(kinds) == {"note", "denunciation"}
    assert {one.part for group in decree.groups for one in group.fields} <= {"", *GUARDS}
    assert found


def test_a_roster_is_brought_in_by_a_program(program, lan, lan_department):
    asks = program(lan, "intake.run")
    rows = "STT,Họ và tên,Ngày sinh,Giới tính\n1,Đặng Thị Bốn,04/04/1984,Nữ\n"

    made = asks.client.post(
        "/api/v1/intake/rosters",
        {"files": SimpleUploadedFile("ds.csv", rows.encode()), "unit": "T1.NV",
         "post_title": "Chuyên viên", "day": "2026-01-01"},
        headers={"Authorization": f"Bearer {asks.secret}", "Accept-Language": "en"},
    )  # fmt: skip
    assert made.status_code == 202, made.content
    _work(made.json()["id"])
    checked = asks.get(made["Location"])
    lines = asks.get(f"{made['Location']}/rows").json()["items"]
    committed = asks.post(f"{made['Location']}/commit", **{"If-Match": checked["ETag"]})

    assert checked.json()["state"] == "checked", checked.content
    assert checked.json()["rows_accepted"] == 1
    assert lines[0]["name"] == "Đặng Thị Bốn"
    assert {cell["verdict"] for cell in lines[0]["cells"]} <= {"taken", "normalised"}
    assert committed.status_code == 202, committed.content
    assert committed.json()["state"] == "writing"
    late = asks.post(f"{made['Location']}/discard", **{"If-Match": committed["ETag"]})
    assert late.status_code == 422


def _work(batch_id):
    """Do what the worker does, as the owner."""
    from ngangtam.records.intake import actions

    actions.check(batch_id=batch_id)


def test_a_roster_of_another_kind_is_refused_in_words(program, lan, lan_department):
    asks = program(lan, "intake.run")

    answer = asks.client.post(
        "/api/v1/intake/rosters",
        {"files": SimpleUploadedFile("ds.exe", b"MZ\x00\x01"), "unit": "T9", "post_title": " ",
         "day": "hôm nay"},
        headers={"Authorization": f"Bearer {asks.secret}", "Accept-Language": "en"},
    )  # fmt: skip

    assert answer.status_code == 422
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert {"body.files", "body.unit", "body.post_title", "body.day"} <= pointers
