import pytest
from django.db import ProgrammingError, connection, transaction

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import record


@pytest.fixture
def event(lan, lan_province):
    return record("unit.seen", by=lan, subject=lan_province, cites=["s0#II.2"], pages=2)


def test_an_event_keeps_words_that_later_changes_do_not_reach(event, lan, lan_province):
    lan_province.name = "Tên khác"
    lan_province.save()

    kept = Event.objects.get()
    assert (kept.actor, kept.subject, kept.cites) == ("lan", "Tỉnh Sông Thanh", ["s0#II.2"])
    assert kept.what == {"pages": 2}


@pytest.mark.parametrize(
    "sql", ["update audit_event set actor = 'x'", "delete from audit_event", "truncate audit_event"]
)
def test_not_even_the_owner_changes_or_removes_an_event(event, sql):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
