"""Every table of the database, read as the web role by the wrong people.

Nothing is listed by hand: tables come from pg_class, what is personal from the models' own
classes of privacy. Lan's people carry a marked word in every text that their tables have.
"""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from conftest import _user
from ngangtam.foundation.access.models import Reading
from ngangtam.foundation.access.wall import open_tables, seen_by
from ngangtam.foundation.audit.steps import record
from ngangtam.records.intake.models import Batch
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.models import IdentityChange

MARK = "Quỷ Xế Ngỡ"
PERSONAL = {"personal", "sensitive"}
# Accounts are names of office, which whoever is signed in may meet; no person's file is there.
OFFICES = {"access_user"}


@pytest.fixture
def marked(lan, lan_department, source):
    """One person of Lan's of whom every table says something that bears the mark."""
    decision = organisation.add_decision(
        number="7/QĐ", day=date(2021, 1, 1), body="Tỉnh ủy", summary=f"Bổ nhiệm {MARK}"
    )
    post = organisation.add_post(
        unit=lan_department, title="Phó Giám đốc", first_day=date(2021, 1, 1), source=source
    )
    person = steps.add_person(
        full_name=MARK, unit=lan_department, source=source, other_names=MARK,
        hometown_raw=MARK, birthplace_raw=MARK, ethnicity_raw=MARK, religion_raw=MARK,
    )  # fmt: skip
    steps.add_posting(
        person=person, post=post, first_day=date(2021, 1, 1), decision=decision, title_raw=MARK
    )
    for kind in KINDS:
        steps.add_record(
            person=person, kind=kind, raw=MARK, first_day=date(2021, 1, 1), decision=decision,
            detail={"name": MARK},
        )  # fmt: skip
    IdentityChange.objects.create(
        person=person, field="full_name", old=MARK, new=MARK, reason=MARK, by="lan"
    )
    record("person.opened", by=lan, subject=person, reason=MARK)
    Reading.objects.create(
        reader=lan, reader_label="Lan", subject_type="personnel.person", subjects=[person.pk],
        parts=["health"], purpose=MARK,
    )  # fmt: skip
    Batch.objects.create(
        unit=lan_department, post_title=MARK, files=[{"name": MARK}], day=date(2021, 1, 1),
        state=Batch.State.values[0], created_by="lan",
    )  # fmt: skip
    steps.refresh([person.pk], day=date(2026, 6, 1))
    open_tables()
    return person


def _tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') order by 1"
        )
        return [name for (name,) in cursor.fetchall()]


def _rows(viewer, table):
    """Every row as text, as the web role sees it; None when the role may not read at all."""
    with seen_by(viewer.pk if viewer else None):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f'select t::text from "{table}" t')
                return [row for (row,) in cursor.fetchall()]
        except ProgrammingError:
            return None


def _bears(row, person):
    keys = ("quy xe ngo", MARK.lower(), person.number.lower())
    return any(key in row.lower() for key in keys)


@pytest.fixture
def viewers(minh, hoa, supervisor, root):
    return {
        "minh": minh, "hoa": hoa, "stranger": None, "supervisor": supervisor,
        "administrator": _user("quan-tri", "Đỗ Quang Trị", "administrator", root),
    }  # fmt: skip


def test_no_table_tells_the_wrong_people_about_lans_person(marked, viewers, lan):
    tables, told = _tables(), []

    for name, viewer in viewers.items():
        for table in tables:
            rows = _rows(viewer, table) or []
            told += [(name, table) for row in rows if _bears(row, marked)]

    assert not told
    met = [table for table in tables if any(_bears(row, marked) for row in _rows(lan, table) or [])]
    assert len(met) >= 5, met  # so that nothing above passes by accident


def test_tables_of_persons_show_the_wrong_people_no_row_at_all(marked, viewers, lan):
    """By the classes of privacy of the models, a new table fails here until it has a wall."""
    personal = [
        model for model in apps.get_models()
        if model.__module__.startswith("ngangtam.")
        and PERSONAL & set(getattr(model, "privacy", {}).values())
        and model._meta.db_table not in OFFICES
    ]  # fmt: skip
    assert len(personal) >= 8

    shown = []
    for model in personal:
        for name, viewer in viewers.items():
            shown += [(model.__name__, name, row) for row in _rows(viewer, model._meta.db_table)
                      or [] if not _own(row, viewer)]  # fmt: skip

    assert not shown


def _own(row, viewer):
    """Rows about the viewer's own account are nobody else's person."""
    return viewer is not None and viewer.username in row


def test_what_commands_reckon_is_closed_to_the_web(marked, lan):
    for table in ("personnel_tally", "personnel_shelf"):
        assert not _rows(lan, table)


def test_no_table_is_owned_or_emptied_by_the_web(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace "
            "and c.relkind in ('r', 'p') and (c.relowner = 'ngangtam_web'::regrole "
            "or has_table_privilege('ngangtam_web', c.oid, 'truncate'))"
        )
        assert cursor.fetchall() == []


def test_functions_that_look_over_the_wall_hold_to_a_fixed_path(db):
    """A definer's function that searches where its caller says could be fed another's table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname = 'public' and p.prosecdef and not exists (select 1 from "
            "unnest(coalesce(p.proconfig, '{}')) c where c like 'search_path=%')"
        )
        assert cursor.fetchall() == []


def test_two_provinces_rest_on_one_decision_without_reading_each_other(marked, hoa, minh):
    said = {"number": "7/QĐ", "day": date(2021, 1, 1), "body": "Tỉnh ủy"}

    with seen_by(hoa.pk):
        same, made = organisation.find_or_add_decision(**said)
        other, new = organisation.find_or_add_decision(**said | {"number": "8/QĐ"})

    assert (made, new) == (False, True)
    assert (same.summary, other.pk != same.pk) == ("", True)
    with seen_by(minh.pk), pytest.raises(ProgrammingError), transaction.atomic():
        organisation.find_or_add_decision(**said)
