"""Two people decide at the same time: one of them does."""

import threading
from datetime import date

import pytest
from django.db import connection

from conftest import _user
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.corrections import actions
from ngangtam.records.corrections.models import Proposal
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.models import IdentityChange


@pytest.fixture
def waiting(committed):
    """A change of birth that waits, and two officers who may confirm it."""
    source = organisation.add_source(kind="test", name="Thử", day=date(2025, 7, 1))
    unit = organisation.add_unit(
        code="T9", name="Tỉnh Thử", parent=organisation.root_unit(), first_day=date(2020, 1, 1),
        source=source,
    )  # fmt: skip
    officers = [
        _user(name, name.title(), "personnel_officer", unit) for name in ("mot", "hai", "ba")
    ]
    person = steps.add_person(
        full_name="Nguyễn Thị Bình", unit=unit, source=source, birth=parse_day("1986").value
    )
    proposal = actions.propose_identity(
        person_id=person.pk, changes={"birth": "1988"}, reason="x", by=officers[0]
    )
    return proposal, officers[1:]


def test_one_of_two_confirms(waiting):
    proposal, officers = waiting
    outcomes, ready = [], threading.Barrier(2)

    def confirm(officer):
        ready.wait()
        try:
            actions.confirm(proposal_id=proposal.pk, today=date(2026, 3, 2), by=officer)
            outcomes.append("done")
        except DomainError:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "late"]
    assert IdentityChange.objects.count() == 1
    assert Proposal.objects.get().state == "confirmed"
    assert Event.objects.filter(type="proposal.confirmed").count() == 1
