"""A process killed at any boundary leaves a case where it was; a new one takes it to its end.

Each procedure is walked twice as the web's role: by a twin that nothing disturbs, and by processes
of which two die at every step, one inside the transaction and one behind its commit.
"""

import random
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, models

from conftest import _unit, _user
from held_votes import built_hall
from killed_processes import BEHIND_COMMIT, Nursery
from ngangtam.foundation.audit import verifying
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import accounted
from ngangtam.law import rulebook as package
from ngangtam.law.engine import rulebook
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Decision
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.ballots.models import Receipt
from ngangtam.stages.exits.models import Departure
from ngangtam.stages.procedure.models import (
    Case,
    CasePaper,
    CaseSubject,
    DossierItem,
    GateFinding,
    Notice,
    Opinion,
    Step,
)
from wholly import walked

FOLDER = Path(package.__file__).parent / "procedures"
SHIPPED = sorted({
    ".".join(path.relative_to(FOLDER).with_suffix("").parts).partition("@")[0]
    for path in FOLDER.rglob("*.bpmn")
})  # fmt: skip
RETIREMENT = "civil_servant.retirement"
DAILY = ("civil_servant.appointment-onsite", "party.planning", "party.removal", RETIREMENT)
# Kinds of step that need something before they can be completed.
PREPARED = {"opinion", "dossier", "gates", "decide"}
HANGING = (CasePaper, CaseSubject, DossierItem, GateFinding, Notice, Opinion, Step)
# What differs between two walks though nothing went wrong: keys, numbers, the engine's marks.
OWN = {"id", "number", "token", "workflow", "decided_in", "payload", "question"}


@pytest.fixture(scope="module")
def nursery(committing):
    """Processes on the database of this suite."""
    made = Nursery(connection.settings_dict["NAME"])
    yield made
    made.close()


@pytest.fixture(scope="module")
def town(committing):
    """A province with a leader to retire, and the hands that a case needs."""
    with accounted("test.prepared"):
        source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
        province = _unit("T1", "Tỉnh Sông Thanh", organisation.root_unit(), source)
        post = organisation.add_post(
            unit=province, title="Giám đốc Sở", first_day=date(2020, 1, 1), source=source,
            head=True, leadership=True, seats=None,
        )  # fmt: skip
        people = []
        for name in ("Nguyễn Thị Bình", "Trần Thị Song Sinh"):
            row = personnel.add_person(full_name=name, unit=province, source=source)
            personnel.add_posting(
                person=row, post=post, first_day=date(2022, 1, 1), source=source,
                seat=len(people) + 1,
            )  # fmt: skip
            people.append(row)
        personnel.refresh([row.pk for row in people], day=date.today())
        hands = {
            "officer": _user("lan", "Trần Thị Lan", "personnel_officer", province),
            "second": _user("hai", "Ngô Thị Hai", "personnel_officer", province),
            "decider": _user("quyet", "Hà Văn Quyết", "deciding_member", province),
        }
    return province, people, hands


def kept(case):
    """Everything that the database holds of a case."""
    rows = {"case": list(Case.objects.filter(pk=case).values())}
    for table in HANGING:
        rows[table.__name__] = list(table.objects.filter(case=case).order_by("pk").values())
    rows["journal"] = Event.objects.filter(subject_type="procedure.case", subject_id=case).count()
    return rows


def told(case):
    """The same as two walks may be compared: without keys, clocks and marks of their own."""
    rows = {}
    for table in (Case, *HANGING):
        key = "pk" if table is Case else "case"
        rows[table.__name__] = [
            {
                field.name: getattr(row, field.attname) for field in table._meta.fields
                if field.name not in OWN and not isinstance(field, models.DateTimeField)
                and (not field.is_relation or field.related_model.__name__ == "User")
            }
            for row in table.objects.filter(**{key: case}).order_by("pk")
        ]  # fmt: skip
    return rows


def journal(case):
    """What the journal says of a case, without the keys of rows."""
    rows = Event.objects.filter(subject_type="procedure.case", subject_id=case).order_by("pk")
    return [
        (row.type, row.actor, row.cites,
         {name: said for name, said in row.what.items() if name not in {"item", "opinion"}})
        for row in rows
    ]  # fmt: skip


def newest():
    return Case.objects.order_by("-pk").values_list("pk", flat=True).first()


def waits(case):
    return Step.objects.filter(case=case, state="waiting").order_by("pk").first()


@pytest.mark.parametrize("ident", walked(SHIPPED, DAILY))
def test_processes_killed_at_every_step_bring_a_case_to_the_end_of_its_twin(ident, nursery, town):
    assert rulebook().procedures[ident].on(date.today()) is not None
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    said = f"seed {seed}"
    province, _people, hands = town
    lan = hands["officer"]
    opening = {"procedure": ident, "unit": province.pk, "subjects": []}

    took = nursery.ask("open_case", lan, **opening)
    twin = newest()
    each = nursery.ask("walk", lan, case=twin)

    dies = chance.randint(1, took)
    assert nursery.ask("open_case", lan, dies=dies, **opening) is None, said
    assert newest() == twin, (said, dies)
    assert nursery.ask("open_case", lan, dies=BEHIND_COMMIT, **opening) is None, said
    case = newest()
    assert case != twin, said
    for most in each:
        step = waits(case)
        if step.kind in PREPARED:
            nursery.ask("make_ready", lan, case=case)
        before = kept(case)
        dies = chance.randint(1, most)
        assert nursery.ask("complete", lan, dies=dies, case=case) is None, said
        assert kept(case) == before, (said, step.bpmn, dies)
        assert nursery.ask("complete", lan, dies=BEHIND_COMMIT, case=case) is None, said
        step.refresh_from_db()
        assert step.state == "done", (said, step.bpmn)

    assert waits(case) is None
    assert Case.objects.get(pk=case).state == Case.objects.get(pk=twin).state
    assert told(case) == told(twin), said
    assert journal(case) == journal(twin), said


def test_a_killed_decision_leaves_effect_and_case_both_or_neither(nursery, town):
    province, people, hands = town
    lan, second, decider = hands["officer"], hands["second"], hands["decider"]

    def opened(person):
        nursery.ask("open_case", lan, procedure=RETIREMENT, unit=province.pk, subjects=[person.pk])
        case = newest()
        nursery.ask("complete", lan, case=case)
        nursery.ask("make_ready", lan, case=case)
        nursery.ask("check_papers", second, case=case)
        nursery.ask("complete", lan, case=case)
        assert waits(case).kind == "decide"
        return case

    def written(person):
        ends = Posting.objects.standing().get(person=person).valid.upper
        return ends, Departure.objects.filter(person=person).count()

    case, twin = opened(people[0]), opened(people[1])
    took = nursery.ask("complete", decider, case=twin)
    before = kept(case)
    decisions = Decision.objects.count()
    # Behind every single statement of the decision, and before its commit.
    for dies in (*range(1, took + 1), took + 1):
        assert nursery.ask("complete", decider, dies=dies, case=case) is None
        assert kept(case) == before, dies
        assert written(people[0]) == (None, 0), dies
        assert Decision.objects.count() == decisions, dies
    assert nursery.ask("complete", decider, dies=BEHIND_COMMIT, case=case) is None

    for person, one in ((people[0], case), (people[1], twin)):
        row = Case.objects.get(pk=one)
        assert (row.state, row.decision is not None) == ("done", True)
        assert written(person) == (date.today(), 1)
    assert [row[0] for row in journal(case)] == [row[0] for row in journal(twin)]
    # Whoever never saw the answer sends the form again: it is refused, and changes nothing.
    step = Step.objects.filter(case=case).last()
    ended = kept(case)
    again = {"case": case, "step": step.pk, "version": None}
    assert nursery.ask("complete_again", decider, **again) != "done"
    assert kept(case) == ended
    assert written(people[0]) == (date.today(), 1)


def test_after_all_these_deaths_the_proof_finds_nothing_wrong(nursery, town):
    assert verifying.verify().findings == []


def in_the_box(poll):
    """How many papers and how many marks of voters lie there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select (select count(*) from ballots_box.paper_{poll.box}),"
            f" (select count(*) from ballots_box.mark_{poll.box})"
        )
        return cursor.fetchone()


def test_a_voter_killed_before_the_receipt_has_voted_once_or_not_at_all(nursery, committed):
    with accounted("test.prepared"):
        hall = built_hall().ready()
    first, *others = hall.voters[:3]
    sealed = hall.seal({"1": "yes"})
    paper = {"poll": hall.poll.pk, "sealed": sealed.hex()}
    told = [
        nursery.ask("cast", one, poll=hall.poll.pk, sealed=hall.seal({"1": "no"}).hex())
        for one in others
    ]

    for dies in range(1, told[0]["took"] + 2):
        assert nursery.ask("cast", first, dies=dies, **paper) is None
        assert in_the_box(hall.poll) == (2, 2)
    assert nursery.ask("cast", first, dies=BEHIND_COMMIT, **paper) is None
    assert in_the_box(hall.poll) == (3, 3)

    said = nursery.ask("cast", first, **paper)
    assert said["again"]
    hall.close()
    assert {bytes(one.digest).hex() for one in Receipt.objects.all()} == {
        said["receipt"], *(one["receipt"] for one in told)
    }  # fmt: skip
    hall.enter(hall.tellers[0])
    hall.enter(hall.tellers[1])
    hall.poll.refresh_from_db()
    assert (hall.poll.state, hall.poll.papers) == ("counted", 3)
    assert verifying.verify().findings == []
