"""Cases under attack: two hands at once, people who are gone, forged files, drawings that run."""

import re
import threading
import time
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from assigned_work import make_person
from conftest import _unit, _user
from made_files import PDF
from ngangtam.foundation.access.wall import see_as, see_as_owner
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.files.problems import FileRefusedError
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine import rulebook
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Decision
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.procedure import actions, actions_holds, drawings
from ngangtam.stages.procedure.engine import Walk
from ngangtam.stages.procedure.models import Case, CaseSubject, DossierItem, Step
from ngangtam.stages.procedure.values import SubjectValues
from procedures_drawn import HEAD, draw, local_layer, pairs, step

TODAY = date(2026, 3, 20)
DOCUMENT = {"number": "12/TTr", "day": TODAY, "signer": "Ký"}
DECISION = {"number": "99/QĐ", "day": TODAY, "body": "UBND", "signer": "CT", "result": "approved"}


def waiting(case):
    return Step.objects.get(case=case, state="waiting")


def complete(case, by, **answers):
    return actions.complete_step(
        case_id=case.pk, step_id=waiting(case).pk, answers=answers, version=None, by=by,
        today=TODAY,
    )  # fmt: skip


def to_the_decision(case, officer, appraiser):
    complete(case, officer, **DOCUMENT)
    complete(case, appraiser, result="agreed", reason="Đủ")


# -- at the same moment --------------------------------------------------------------------------


class Town:
    """Who acts in the races, where transactions end."""

    def __init__(self):
        source = organisation.add_source(kind="test", name="Thử", day=date(2025, 7, 1))
        self.unit = _unit("T1", "Tỉnh Sông Thanh", organisation.root_unit(), source)
        self.person = make_person("Nguyễn Thị Bình", self.unit, source, head=True)
        for name, role in (
            ("officer", "personnel_officer"), ("appraiser", "appraiser"),
            ("decider", "deciding_member"), ("other", "deciding_member"),
            ("inspector", "inspector"),
        ):  # fmt: skip
            setattr(self, name, _user(name, name.title(), role, self.unit))

    def open(self):
        return actions.open_case(
            procedure="thu.short", unit_id=self.unit.pk, title="Bổ nhiệm", by=self.officer,
            subjects=[SubjectValues(self.person.pk)], today=TODAY,
        )  # fmt: skip


@pytest.fixture
def town(committed, drawn, wrote):
    drawn()
    return Town()


class Hand(threading.Thread):
    """Somebody acting as the web's role over a connection of the own."""

    def __init__(self, by, act):
        super().__init__()
        self.by, self.act, self.said = by, act, None
        self.start()

    def run(self):
        try:
            see_as(self.by.pk)
            self.act()
            self.said = "done"
        except DomainError as error:
            self.said = error.messages[0]
        finally:
            connection.close()

    def end(self):
        self.join(20)
        return self.said


@contextmanager
def stopped_before_the_end(place, monkeypatch):
    """Hold whoever acts first back before the journal is written; yield what lets it go on."""
    first, reached, go = threading.Lock(), threading.Event(), threading.Event()
    real = place.record

    def record(*args, **named):
        if first.acquire(blocking=False):
            reached.set()
            assert go.wait(20)
        return real(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(place, "record", record)
        yield reached, go


def somebody_waits():
    """Wait until the database itself says that one connection waits for another."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where not granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")


def test_of_two_deciders_at_once_one_decides(town, wrote, monkeypatch):
    case = town.open()
    to_the_decision(case, town.officer, town.appraiser)
    step_id = waiting(case).pk

    def decide(number, by):
        return lambda: actions.complete_step(
            case_id=case.pk, step_id=step_id, answers={**DECISION, "number": number},
            version=None, by=by, today=TODAY,
        )  # fmt: skip

    with stopped_before_the_end(actions, monkeypatch) as (reached, go):
        first = Hand(town.decider, decide("1/QĐ", town.decider))
        assert reached.wait(20)
        second = Hand(town.other, decide("2/QĐ", town.other))
        somebody_waits()
        go.set()
        assert first.end() == "done"
        assert second.end() not in {"done", None}
    assert [number for _case, number, _by in wrote] == ["1/QĐ"]
    assert Decision.objects.filter(number__in=["1/QĐ", "2/QĐ"]).count() == 1
    assert Event.objects.filter(type="case.decided").count() == 1


@pytest.mark.parametrize("on", ["case", "person"])
def test_a_step_waits_for_a_hold_that_is_being_placed_and_is_refused(town, monkeypatch, on):
    case = town.open()
    step_id = waiting(case).pk
    asked = {"case_id": case.pk} if on == "case" else {"person_id": town.person.pk}
    with stopped_before_the_end(actions_holds, monkeypatch) as (reached, go):
        hold = Hand(town.inspector, lambda: actions_holds.place_hold(
            reason="Xác minh", by=town.inspector, **asked
        ))  # fmt: skip
        assert reached.wait(20)
        late = Hand(town.officer, lambda: actions.complete_step(
            case_id=case.pk, step_id=step_id, answers=DOCUMENT, version=None, by=town.officer,
            today=TODAY,
        ))  # fmt: skip
        somebody_waits()
        go.set()
        assert hold.end() == "done"
        assert "Xác minh" in late.end()
    case.refresh_from_db()
    assert case.state == "frozen"
    assert waiting(case).pk == step_id


def test_a_case_opened_while_its_person_is_put_on_hold_is_not_opened(town, monkeypatch):
    with stopped_before_the_end(actions_holds, monkeypatch) as (reached, go):
        hold = Hand(town.inspector, lambda: actions_holds.place_hold(
            reason="Xác minh", by=town.inspector, person_id=town.person.pk
        ))  # fmt: skip
        assert reached.wait(20)
        late = Hand(town.officer, town.open)
        somebody_waits()
        go.set()
        assert hold.end() == "done"
        assert town.person.full_name in late.end()
    assert not Case.objects.exists()


def test_a_hold_placed_while_a_case_is_opened_freezes_it(town, monkeypatch):
    with stopped_before_the_end(actions, monkeypatch) as (reached, go):
        opened = Hand(town.officer, town.open)
        assert reached.wait(20)
        hold = Hand(town.inspector, lambda: actions_holds.place_hold(
            reason="Xác minh", by=town.inspector, person_id=town.person.pk
        ))  # fmt: skip
        somebody_waits()
        go.set()
        assert (opened.end(), hold.end()) == ("done", "done")
    assert Case.objects.get().state == "frozen"


# -- people who are gone -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["left", "closed"])
def test_nothing_is_decided_on_somebody_who_is_gone(
    open_case, person, officer, appraiser, decider, wrote, how
):
    case = open_case("thu.short")
    to_the_decision(case, officer, appraiser)
    if how == "left":
        personnel.end(Posting.objects.standing().get(person=person), on=date(2026, 3, 1))
    else:
        Person.objects.filter(pk=person.pk).update(voided_at="2026-03-01T00:00Z")

    see_as(decider.pk)
    try:
        with pytest.raises(DomainError, match=person.full_name):
            complete(case, decider, **DECISION)
    finally:
        see_as_owner()

    case.refresh_from_db()
    assert (case.state, case.decision, wrote) == ("running", None, [])
    assert not Decision.objects.filter(number="99/QĐ").exists()


@pytest.mark.django_db
def test_who_never_held_a_post_may_be_decided_on(
    open_case, lan_department, source, officer, appraiser, decider, wrote
):
    newcomer = personnel.add_person(full_name="Trần Văn Mới", unit=lan_department, source=source)
    case = open_case("thu.short", subjects=[SubjectValues(newcomer.pk)])
    assert CaseSubject.objects.get(case=case).headline == ""
    to_the_decision(case, officer, appraiser)
    complete(case, decider, **DECISION)
    assert len(wrote) == 1


# -- forged files --------------------------------------------------------------------------------


@pytest.fixture
def dossier(drawn, officer, person, lan_department):
    drawn(**{"procedures/thu/papers.bpmn": draw(
        "thu.papers", (step("papers", "dossier", dossier="signed_proposal"),)
    )})  # fmt: skip
    case = actions.open_case(
        procedure="thu.papers", unit_id=lan_department.pk, title="Bổ nhiệm", by=officer,
        subjects=[SubjectValues(person.pk)], today=TODAY,
    )  # fmt: skip
    return case, DossierItem.objects.get(case=case)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "data"), [
    ("to-trinh.pdf", b"MZ\x90\x00 a program that calls itself a paper"),
    ("to-trinh.exe", PDF),
    ("to-trinh.pdf.html", b"<html><script>alert(1)</script></html>"),
    ("to-trinh.txt", b"<script>alert(1)</script>"),
    ("to-trinh.docx", b"PK\x03\x04 no document"),
    ("to-trinh", PDF),
    ("to-trinh.pdf", b""),
])  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_stays_out_of_the_dossier(
    dossier, client, officer, name, data
):
    case, item = dossier
    client.force_login(officer)
    where = f"/cases/{case.number}/paper/{item.pk}/attach/"
    answer = client.post(where, {
        "version": case.version, "file": SimpleUploadedFile(name, data), "reference": "",
    })  # fmt: skip
    assert answer.status_code == 422
    item.refresh_from_db()
    assert item.state == "missing"
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", [
    "../../../../etc/passwd.pdf", "..\\..\\windows\\system32\\to trinh.pdf", "/etc/cron.d/x.pdf",
    "to\r\nSet-Cookie: a=b.pdf", "to\u202efdp.exe.pdf", 'to".pdf',
])  # fmt: skip
def test_the_name_of_a_file_leads_nowhere(dossier, client, officer, proof, name):
    _case, item = dossier
    try:
        made = proof(name)
    except FileRefusedError:
        return
    from ngangtam.stages.procedure import actions_dossier

    actions_dossier.attach(item_id=item.pk, file=made, by=officer)
    kept = DossierItem.objects.get(pk=item.pk).file
    assert not set(kept.name) & set('/\\\r\n"\u202e')
    client.force_login(officer)
    answer = client.get(f"/cases/files/{kept.token}/")
    told = answer["Content-Disposition"]
    assert told.startswith("attachment;")
    assert "Set-Cookie" not in answer
    assert not set(told) & {"/", "\\", "\r", "\n"}
    assert client.get("/cases/files/../../etc/passwd/").status_code == 404


# -- drawings that run ---------------------------------------------------------------------------

BOMB = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in zip("abcdefgh", "bcdefghi",
                                                                     strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
GOOD = "result == 'done'"
RUNS = "open('{canary}', 'w').write('ran')"


def line(*, before="", inside="", beside="", extension="", condition=GOOD, head=HEAD, outside=""):
    """Draw one step; what is hidden stands where it would run."""
    label = pairs(kind="document", role="officer", label_vi="Bước", label_en="Step",
                  cites="170-2025-nd-cp#33.1")  # fmt: skip
    label = label.replace("</bpmn:extensionElements>", f"{extension}</bpmn:extensionElements>")
    asked = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
    process = pairs(
        label_vi=f"Thủ tục {before}", label_en="x", stage="appointment", regime="civil_servant",
        subject="person", cites="170-2025-nd-cp#33.1", status="shipped", effect="test.effect",
        **{"from": "2025-07-01"},
    )  # fmt: skip
    return (
        f'{head}{outside}<bpmn:process id="thu.evil" isExecutable="true">{process}'
        f'<bpmn:startEvent id="start"/><bpmn:userTask id="one">{label}{inside}</bpmn:userTask>'
        f'{beside}<bpmn:exclusiveGateway id="x" default="usual"/><bpmn:endEvent id="end"/>'
        '<bpmn:endEvent id="other"/>'
        '<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="one"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="one" targetRef="x"/>'
        '<bpmn:sequenceFlow id="usual" sourceRef="x" targetRef="end"/>'
        f'<bpmn:sequenceFlow id="f4" sourceRef="x" targetRef="other">{asked}'
        "</bpmn:sequenceFlow></bpmn:process></bpmn:definitions>"
    )


BODY = HEAD.partition("?>")[2]
SCRIPT = (
    f'<bpmn:scriptTask id="s"><bpmn:script>{RUNS}</bpmn:script></bpmn:scriptTask>'
    '<bpmn:sequenceFlow id="fs" sourceRef="one" targetRef="s"/>'
)
# What is hidden → the drawing, and a word of why it is refused.
HIDDEN = {
    "entities that grow": (line(head=BOMB + BODY, before="&i;"), "document type|XML"),
    "a file of the machine": (
        line(head=OUTSIDE + BODY, before="&i;"), "document type|external entity"
    ),
    "a script": (line(beside=SCRIPT), "'scriptTask' is not allowed"),
    "a script before a step": (
        line(extension=f"<spiffworkflow:preScript>{RUNS}</spiffworkflow:preScript>"),
        "extension 'preScript' is not allowed",
    ),
    "a script behind a step": (
        line(extension=f"<spiffworkflow:postScript>{RUNS}</spiffworkflow:postScript>"),
        "extension 'postScript' is not allowed",
    ),
    "a service": (
        line(extension='<spiffworkflow:serviceTaskOperator id="http/Get" resultVariable="r"/>'),
        "extension 'serviceTaskOperator' is not allowed",
    ),
    "a service task": (line(beside='<bpmn:serviceTask id="s"/>'), "'serviceTask' is not allowed"),
    "a drawing called": (
        line(beside='<bpmn:callActivity id="s" calledElement="party.planning"/>'),
        "'callActivity' is not allowed",
    ),
    "a table of decisions": (
        line(beside='<bpmn:businessRuleTask id="s"/>'), "'businessRuleTask' has no place"
    ),
    "a clock": (
        line(beside=(
            '<bpmn:boundaryEvent id="b" attachedToRef="one"><bpmn:timerEventDefinition>'
            f"<bpmn:timeDuration>{RUNS}</bpmn:timeDuration></bpmn:timerEventDefinition>"
            "</bpmn:boundaryEvent>"
        )),
        "'boundaryEvent' has no place",
    ),
    "a loop": (
        line(inside=(
            "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>"
            f"{RUNS}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
        )),
        "'standardLoopCharacteristics' is not allowed",
    ),
    "many at once": (
        line(inside=(
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>"
            f"{RUNS}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
        )),
        "'multiInstanceLoopCharacteristics' is not allowed",
    ),
    "a condition that runs": (line(condition=RUNS), "only comparisons"),
    "a condition that asks for more": (
        line(condition="result.__class__ == 'done'"), "only comparisons"
    ),
    "a condition without end": (line(condition="not " * 5000 + GOOD), "longer than 300"),
    "a second process": (
        line(outside=(
            '<bpmn:process id="thu.second" isExecutable="true"><bpmn:startEvent id="z"/>'
            f'<bpmn:scriptTask id="y"><bpmn:script>{RUNS}</bpmn:script></bpmn:scriptTask>'
            "</bpmn:process>"
        )),
        "exactly one process",
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("what", HIDDEN)
def test_a_local_drawing_that_hides_something_is_kept_out_and_runs_nothing(
    what, lan, lan_province, tmp_path
):
    canary = tmp_path / "canary"
    text, why = HIDDEN[what][0].replace("{canary}", str(canary)), HIDDEN[what][1]
    with local_layer({"procedures/thu/evil.bpmn": text}) as book:
        assert "thu.evil" not in book.procedures
        told = [one.message for one in book.problems if "thu/evil" in str(one.file)]
        assert any(re.search(why, one) for one in told), told
        with pytest.raises(DomainError):
            actions.open_case(
                procedure="thu.evil", unit_id=lan_province.pk, title="Thử", fictional=True,
                subjects=[SubjectValues(None, name="A")], by=lan, today=TODAY,
            )  # fmt: skip
    # Not even where the text were already kept with a case.
    with pytest.raises(ValueError, match=r"thu\.evil"):
        drawings.spec_of("forged", text, "thu.evil")
    assert not canary.exists()


def test_the_same_drawing_without_anything_hidden_is_taken():
    with local_layer({
        "procedures/thu/evil.bpmn": line()
    }) as book:  # fmt: skip
        assert "thu.evil" in book.procedures


def go_on(spec):
    walk = Walk.begin(spec)
    walk.complete(walk.waiting()[0].id, "done")


@pytest.mark.parametrize("where", ["a script", "a script before a step", "a script behind a step"])
def test_the_engine_itself_runs_no_code_even_of_a_drawing_that_nobody_looked_at(where, tmp_path):
    canary = tmp_path / "canary"
    parser = SpiffBpmnParser()
    text = HIDDEN[where][0].replace("{canary}", str(canary)).replace(
        'sourceRef="start" targetRef="one"',
        'sourceRef="start" targetRef="' + ("s" if where == "a script" else "one") + '"',
    )  # fmt: skip
    parser.add_bpmn_str(text.encode())
    spec = parser.get_spec("thu.evil")
    with pytest.raises((WorkflowException, ValueError)):
        go_on(spec)
    assert not canary.exists()


@pytest.mark.django_db
def test_a_drawing_that_nobody_adopted_decides_nothing(drawn, lan_department, person, officer):
    drawn()
    with pytest.raises(DomainError):
        actions.open_case(
            procedure="thu.open", unit_id=lan_department.pk, title="Bổ nhiệm", by=officer,
            subjects=[SubjectValues(person.pk)], today=TODAY,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_drawing_swapped_under_way_changes_no_case_that_has_begun(
    open_case, officer, appraiser, decider, wrote
):
    case = open_case("thu.short")
    opened = Event.objects.get(type="case.opened", subject_id=case.pk)
    assert opened.what["version"] == rulebook().procedures["thu.short"].latest.digest
    with local_layer({
        "procedures/thu/short.bpmn": draw("thu.short", (step("decide", "decide", "decider"),))
    }):  # fmt: skip
        to_the_decision(case, officer, appraiser)
        complete(case, decider, **DECISION)
    case.refresh_from_db()
    assert case.state == "done"
    done = Step.objects.filter(case=case, state="done").values_list("bpmn", flat=True)
    assert list(done) == ["propose", "appraise", "decide"]
