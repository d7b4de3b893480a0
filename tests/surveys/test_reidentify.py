"""Trying to find out who said what: as a colleague, as the office, as the owner of the database."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit import verifying
from ngangtam.stages.surveys import actions, boxes, queries
from ngangtam.stages.surveys.models import Slip, Ticket

DAY = date(2026, 3, 20)
LAST = date(2026, 3, 27)
AFTER = LAST + timedelta(days=1)

SPEAKERS = [f"cv-{number}" for number in (4, 1, 7, 0, 6)]


@pytest.fixture
def town(standing_town):
    return standing_town


@pytest.fixture
def lan(town):
    return town["lan"]


@pytest.fixture
def hoa(town):
    return town["hoa"]


@pytest.fixture
def survey(town, lan):
    return actions.open_survey(
        cycle_id=town["cycle"].pk, unit_code="T1.NV", closes_on=LAST, today=DAY, by=lan,
        person_number=town["people"]["pho-1"].number,
    ).survey  # fmt: skip


@pytest.fixture
def answered(survey, town):
    for turn, key in enumerate(SPEAKERS):
        ticket = Ticket.objects.get(survey=survey, person=town["people"][key])
        actions.answer(ratings={"manners": 1 + turn}, comment=f"Lời riêng của {key}", today=DAY,
                       ticket_id=ticket.pk, by=town["users"][key])  # fmt: skip
    return survey


def rows(sql, *given):
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def test_no_column_but_the_side_is_common_to_tickets_and_slips(db):
    columns = {
        table: {name for (name,) in rows(
            "select column_name::text from information_schema.columns where table_name = %s", table
        )}
        for table in ("surveys_ticket", "surveys_slip")
    }  # fmt: skip

    assert columns["surveys_ticket"] & columns["surveys_slip"] == {"id", "survey_id", "side"}
    assert not {"at", "day", "person_id", "ticket_id"} & columns["surveys_slip"]
    assert "used_at" not in columns["surveys_ticket"]


def test_no_foreign_key_leads_from_an_answer_to_a_ticket(db):
    for table in ("surveys_slip", "surveys_tally"):
        found = rows("select confrelid::regclass::text from pg_constraint"
                     " where contype = 'f' and conrelid = %s::regclass", table)  # fmt: skip
        assert found == [("surveys_survey",)]


def test_until_closing_the_owner_sees_sealed_slips_of_one_length(answered):
    """The transaction joins a ticket and a slip for the owner; what it joins is sealed."""
    joined = rows("select t.person_id, length(s.sealed), s.sealed from surveys_ticket t"
                  " join surveys_slip s on s.xmin::text = t.xmin::text where t.used")  # fmt: skip

    assert len({length for _who, length, _sealed in joined}) == 1
    assert len({bytes(sealed) for _who, _length, sealed in joined}) == len(joined)
    for _who, _length, sealed in joined:
        assert "Lời".encode() not in bytes(sealed)


def test_after_closing_nothing_in_the_database_joins_them(answered, town, lan):
    before = {bytes(one.sealed) for one in Slip.objects.all()}
    actions.close(survey_id=answered.pk, today=AFTER, by=lan)

    assert rows("select count(*) from surveys_slip") == [(0,)]
    tickets = {xmin for (xmin,) in rows("select xmin::text from surveys_ticket where used")}
    tallies = {xmin for (xmin,) in rows("select xmin::text from surveys_tally")}
    assert not tickets & tallies
    assert len(tallies) == 1
    # Whoever kept the slips of before, in a copy of the database, lacks the key.
    with pytest.raises(boxes.LostKeyError):
        boxes.unfold([("subordinate", sealed) for sealed in before], bytes(answered.lock))


def test_the_result_is_the_same_whoever_spoke_first(answered, lan):
    actions.close(survey_id=answered.pk, today=AFTER, by=lan)

    [told] = answered.tallies.all()
    assert told.comments == sorted(f"Lời riêng của {key}" for key in SPEAKERS)
    assert told.figures["manners"] == {"mean": 3.0, "count": 5}


def test_the_journal_and_the_digests_name_no_slip(answered, lan):
    """Guards tell which rows each transaction wrote: tickets, and the tallies all at once."""
    assert rows("select count(*) from audit_change where table_name = 'surveys_slip'") == [(0,)]
    actions.close(survey_id=answered.pk, today=AFTER, by=lan)

    tallies = {xact for (xact,) in rows(
        "select xact from audit_change where table_name = 'surveys_tally'"
    )}  # fmt: skip
    people = {xact for (xact,) in rows(
        "select xact from audit_change where table_name = 'surveys_ticket' and op = 'U'"
    )}  # fmt: skip
    assert len(tallies) == 1
    assert not tallies & people
    said = " ".join(str(row) for row in rows("select what::text, subject from audit_event"))
    assert "Lời riêng" not in said
    assert verifying.verify().findings == []


def test_tickets_are_laid_down_in_an_order_of_chance(survey, town):
    """Neither the number of a ticket nor its place in the table follows the list of people."""
    drawn = list(Ticket.objects.filter(survey=survey).order_by("pk")
                 .values_list("side", "person_id"))  # fmt: skip

    assert drawn != sorted(drawn) or len(drawn) < 4


@pytest.mark.parametrize("who", ["lan", "cv-1", "pho-1"])
@pytest.mark.parametrize(
    "sql",
    [
        "select * from surveys_slip",
        "select * from surveys_ticket t join surveys_slip s on s.survey_id = t.survey_id",
        "select * from surveys_tally",
    ],
)
def test_through_the_web_nobody_reads_the_box(answered, town, lan, who, sql):
    user = lan if who == "lan" else town["users"][who]
    with seen_by(user.pk):
        assert rows(sql) == []


def test_through_the_web_one_sees_only_the_own_ticket(answered, town, lan):
    with seen_by(lan.pk):
        assert rows("select count(*) from surveys_ticket") == [(0,)]
    with seen_by(town["users"]["cv-1"].pk):
        assert rows("select person_id from surveys_ticket") == [(town["people"]["cv-1"].pk,)]


@pytest.mark.parametrize(
    "sql",
    [
        "insert into surveys_slip (id, survey_id, side, sealed)"
        " values (gen_random_uuid(), %s, 'peer', '')",
        "insert into surveys_ticket (survey_id, side, digest) values (%s, 'peer', 'abc')",
        "insert into surveys_tally (survey_id, sides, answered, figures, comments)"
        " values (%s, '[]', 5, '{}', '[]')",
        "select * from ngangtam_survey_empty(%s)",
    ],
)
@pytest.mark.parametrize("who", ["hoa", "cv-1", "pho-1"])
def test_through_the_web_nobody_forges(answered, town, hoa, who, sql):
    user = hoa if who == "hoa" else town["users"][who]
    with seen_by(user.pk), pytest.raises(ProgrammingError), transaction.atomic():
        rows(sql, answered.pk)


def test_the_web_neither_takes_back_nor_uses_a_ticket_by_hand(answered, town):
    with seen_by(town["users"]["cv-2"].pk):
        with connection.cursor() as cursor:
            cursor.execute("update surveys_ticket set used = not used")
            assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows("delete from surveys_slip returning 1")


def test_one_account_cannot_use_the_ticket_of_another(answered, town):
    theirs = Ticket.objects.get(survey=answered, person=town["people"]["cv-2"])
    mine = town["people"]["cv-2"].pk
    with seen_by(town["users"]["cv-3"].pk):
        dropped = rows("select ngangtam_survey_drop(%s, null, %s, gen_random_uuid(), 'x',"
                       " now()::date)", theirs.pk, mine)  # fmt: skip
        assert dropped == [("none",)]
        assert rows("select * from ngangtam_survey_asked(%s, null, %s)", theirs.pk, mine) == []


def test_the_subject_sees_neither_counts_nor_names_before_closing(answered, town):
    with seen_by(town["users"]["pho-1"].pk):
        assert queries.counts(answered.pk) == []
        assert rows("select * from ngangtam_survey_names(null, null, 1)") == []
        assert rows("select * from surveys_survey") == []


def test_keys_of_closed_surveys_are_cleared_after_a_crash(answered, lan, monkeypatch):
    with monkeypatch.context() as crash:
        crash.setattr(boxes, "destroy", lambda lock: None)
        actions.close(survey_id=answered.pk, today=AFTER, by=lan)
    assert boxes.kept() == [bytes(answered.lock)]

    assert actions.clear_keys() == 1
    assert boxes.kept() == []
