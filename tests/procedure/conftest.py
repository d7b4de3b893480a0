"""A department, the hands that a case needs, and a procedure with every kind of step."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assigned_work import link, make_person
from conftest import _user
from made_files import PDF, home
from ngangtam.foundation.files import steps as files
from ngangtam.stages.procedure import actions, effects
from ngangtam.stages.procedure.values import SubjectValues
from procedures_drawn import CITE, GATE, draw, local_layer, step

__all__ = ["home"]
TODAY = date(2026, 3, 20)
WHOLE = "thu.whole"
STEPS = (
    step("propose", "document"),
    step("ask", "opinion", "body", body="party_committee", days="5", silence="yes"),
    step("check", "gates", gates="thu.headed"),
    step("papers", "dossier", dossier="signed_proposal"),
    step("meet", "meeting", "collective", quorum="2/3", quorum_of="convened"),
    step("appraise", "appraise", "appraiser"),
    step("decide", "decide", "decider", days="3"),
    step("tell", "notice"),
    step("note", "record"),
)


@pytest.fixture(autouse=True)
def _own_store(home):
    return home


@pytest.fixture
def drawn(monkeypatch):
    """Procedures of the test's own in the local layer: id → text."""
    monkeypatch.setitem(effects._effects, "test.effect", lambda case, decision, by: None)
    kept = []

    def put(**more):
        layer = local_layer({
            "procedures/thu/whole.bpmn": draw(WHOLE, STEPS),
            "procedures/thu/short.bpmn": draw(
                "thu.short",
                (step("propose", "document", days="2"), step("appraise", "appraise", "appraiser"),
                 step("decide", "decide", "decider")),
                forks=(("appraise", "agreed"),),
            ),
            "procedures/thu/asking.bpmn": draw(
                "thu.asking",
                (step("ask", "opinion", "body", body="superior", days="5"),
                 step("decide", "decide", "decider")),
            ),
            "procedures/thu/open.bpmn": draw(
                "thu.open", (step("propose", "document"),), status="to_confirm"
            ),
            "gates/thu/headed.yaml": GATE.format(expr="leadership", cite=CITE, special="true"),
            **more,
        })  # fmt: skip
        book = layer.__enter__()
        kept.append(layer)
        wrong = [one for one in book.problems if "thu" in str(one.file)]
        assert not wrong, wrong
        return book

    yield put
    for layer in kept:
        layer.__exit__(None, None, None)


@pytest.fixture
def person(lan_department, source):
    return make_person("Nguyễn Thị Bình", lan_department, source, head=True, title="Giám đốc Sở")


@pytest.fixture
def other(lan_department, source):
    return make_person("Đặng Văn An", lan_department, source)


@pytest.fixture
def officer(lan):
    return lan


@pytest.fixture
def second(lan_province):
    """Another personnel officer."""
    return _user("thu-hai", "Ngô Thị Hai", "personnel_officer", lan_province)


@pytest.fixture
def appraiser(lan_province):
    return _user("tham", "Bùi Văn Thẩm", "appraiser", lan_province)


@pytest.fixture
def decider(lan_province):
    return _user("quyet", "Hà Văn Quyết", "deciding_member", lan_province)


@pytest.fixture
def inspector(lan_province):
    return _user("tra", "Lý Thị Tra", "inspector", lan_province)


@pytest.fixture
def wrote(drawn, monkeypatch):
    """What the effect of the procedure was asked to write."""
    told = []
    monkeypatch.setitem(
        effects._effects,
        "test.effect",
        lambda case, decision, by: told.append((case.number, decision.number, by.username)),
    )
    return told


@pytest.fixture
def open_case(drawn, person, officer, lan_department):
    drawn()

    def make(procedure=WHOLE, **given):
        given = {
            "unit_id": lan_department.pk, "title": "Bổ nhiệm Giám đốc Sở", "by": officer,
            "subjects": [SubjectValues(person.pk)], "today": TODAY, **given,
        }  # fmt: skip
        return actions.open_case(procedure=procedure, **given)

    return make


@pytest.fixture
def proof():
    return lambda name="Tờ trình.pdf", data=PDF: files.check(SimpleUploadedFile(name, data))


__all__ += ["TODAY", "WHOLE", "link"]
