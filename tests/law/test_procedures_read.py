"""A drawing is read strictly: whatever would run, reach out or mean nothing is refused."""

from datetime import date

import pytest

from law import drawings
from law.drawings import FLOW, IDENT, PATH, drawing
from ngangtam.law.engine.bpmn import MAX_BYTES, BadDrawing, parse
from ngangtam.law.engine.bpmn_adopt import adopted
from ngangtam.law.engine.bpmn_flow import condition_fault

RESULTS = frozenset(("agreed", "refused"))


def test_a_small_drawing_holds_and_runs(example_book):
    book = example_book({PATH: drawing()})

    assert book.problems == ()
    procedure = book.procedures[IDENT].latest
    assert procedure.steps["ask"].days == 15
    walks = {results: walked for results, walked, _ in drawings.every_walk(procedure)}
    assert walks[("refused",)] == ["ask"]
    assert walks[("agreed", "passed")] == ["ask", "meet"]


BAD = [
    (drawing(ask={"cites": None}), "a citation is missing"),
    (drawing(ask={"cites": "ex-decree-1-2025#99"}), "not in the outline"),
    (drawing(ask={"cites": "no-such#1"}), "there is no instrument"),
    (drawing(ask={"kind": "guess"}), "'kind' must be one of"),
    (drawing(ask={"role": None}), "'role' is missing"),
    (drawing(ask={"body": None}), "says which body"),
    (drawing(ask={"body": "neighbour"}), "'body' must be one of"),
    (drawing(ask={"dayz": "3"}), "unknown property 'dayz'"),
    (drawing(ask={"days": "soon"}), "whole number or the id"),
    (drawing(ask={"days": "no.such_parameter"}), "there is no parameter"),
    (drawing(ask={"label_en": None}), "'label_en' is missing"),
    (drawing(ask={"gates": "x.y"}), "belong to a step of the kind gates"),
    (drawing(ask={"kind": "gates", "role": "officer", "gates": "x.y"},
             condition='result == "met"'), "there is no gate 'x.y'"),
    (drawing(ask={"kind": "dossier", "role": "officer", "dossier": "diary"},
             condition='result == "complete"'), "not in the catalogue"),
    (drawing(ask={"silence": "yes", "days": None}), "silence needs a deadline"),
    (drawing(ask={"not_by": "dreams"}), "no kind of step"),
    (drawing(ask={"results": "agreed,maybe"}), "'maybe' is no result"),
    (drawing(meet={"quorum": "most"}), "must be like 2/3"),
    (drawing(meet={"quorum_of": None}), "go together"),
    (drawing(meet={"ballot": "counting.none"}), "there is no counting rule"),
    (drawing(meet={"kind": "record", "role": "officer"}), "belongs to a meeting only"),
    (drawing(process={"stage": "party"}), "'stage' must be one of"),
    (drawing(process={"from": "soon"}), "must be a day"),
    (drawing(process={"from": "2018-01-01"}), "not in force on"),
    (drawing(process={"until": "2025-02-01"}), "later than 'from'"),
    (drawing(condition="True"), "only comparisons"),
    (drawing(condition="__import__('os')"), "only comparisons"),
    (drawing(condition='result == "passed"'), "no result of the step before"),
    (drawing(condition="result &lt; 3"), "compared with a word"),
    (drawing(flow=FLOW.replace(' default="no"', "")), "exactly one default arrow"),
    (drawing(flow=FLOW.replace('id="f3" sourceRef="meet"', 'id="f3" sourceRef="ask"')),
     "never reaches an end"),
    (drawing(flow=FLOW.replace('targetRef="ask"', 'targetRef="meet"')), "nothing leads to 'ask'"),
    (drawing(flow=FLOW.replace('targetRef="meet"', 'targetRef="gone"')),
     "leads to or from nothing"),
    (drawing(more='<bpmn:scriptTask id="s"><bpmn:script>x=1</bpmn:script></bpmn:scriptTask>'),
     "it would run by itself"),
    (drawing(more='<bpmn:callActivity id="c" calledElement="x"/>'), "it would run by itself"),
    (drawing(more='<bpmn:boundaryEvent id="b" attachedToRef="ask"/>'), "has no place"),
    (drawing(flow=FLOW.replace("{ask}", "{ask}").replace(
        '<bpmn:startEvent id="start"/>',
        '<bpmn:startEvent id="start"><bpmn:extensionElements><spiffworkflow:preScript>x=1'
        "</spiffworkflow:preScript></bpmn:extensionElements></bpmn:startEvent>")),
     "extension 'preScript' is not allowed"),
    (drawing(flow=FLOW.replace('<bpmn:endEvent id="end"/>',
        '<bpmn:endEvent id="end"><bpmn:messageEventDefinition/></bpmn:endEvent>')),
     "'messageEventDefinition' is not allowed"),
    (drawing(more="".join(f'<bpmn:endEvent id="e{n}"/>' for n in range(201))), "at most 200"),
    (drawing().replace(f'id="{IDENT}"', 'id="other"'), "is not the path"),
    (drawing().replace(' isExecutable="true"', ""), "isExecutable"),
    (drawing().replace("</bpmn:process>", ""), "not well-formed XML"),
    (drawing().replace('id="ask"', 'id="a b"').replace('"ask"', '"a b"'), "cannot be the id"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD, ids=[message for _, message in BAD])
def test_a_wrong_drawing_is_refused_with_its_line(text, message, example_book):
    book = example_book({PATH: text})

    told = [problem for problem in book.problems if problem.file.endswith("example.bpmn")]
    assert any(message in problem.message for problem in told), told
    assert all(problem.line > 0 for problem in told)
    assert IDENT not in book.procedures


def test_a_wrong_file_leaves_the_others_alone(example_book):
    other = drawing().replace("civil_servant.example", "civil_servant.other")
    book = example_book({PATH: drawing(ask={"cites": None}),
                         "procedures/civil_servant/other.bpmn": other})  # fmt: skip

    assert set(book.procedures) == {"civil_servant.other"}


BOMB = """<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<d>&b;</d>"""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BOMB.encode(), "document type"),
        (b'<!DOCTYPE d SYSTEM "http://example.org/x.dtd"><d/>', "document type"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "document type"),
        ("<d/>".encode("utf-16"), "not UTF-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><d/>', "must say UTF-8"),
        (b"<d>" + b"x" * MAX_BYTES + b"</d>", "larger than"),
        (b"", "not well-formed"),
    ],
)
def test_unsafe_files_are_not_read(data, message):
    with pytest.raises(BadDrawing, match=message):
        parse(data)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('result == "agreed"', ""),
        ('result in ("agreed", "refused")', ""),
        ('not (result == "agreed" or result == "refused")', ""),
        ('result == "sold"', "no result"),
        ("result == 1", "compared with a word"),
        ('result in "agreed"', "compared with a word"),
        ("result.upper() == 'AGREED'", "only comparisons"),
        ("(lambda: 1)()", "only comparisons"),
        ("open('/etc/passwd')", "only comparisons"),
        ("result ==", "not an expression"),
        ("x" * 301, "longer than"),
    ],
)
def test_a_condition_only_compares_the_result_with_words(text, fault):
    said = condition_fault(text, RESULTS)

    assert (fault in said) if fault else said == ""


def test_a_local_drawing_replaces_the_national_one(example_book):
    book = example_book({PATH: drawing()}, local={PATH: drawing(ask={"days": "7"})})

    found = book.procedures[IDENT].latest
    assert found.steps["ask"].days == 7
    assert found.place.local


def test_the_latest_version_that_has_begun_speaks(example_book):
    later = PATH.replace(".bpmn", "@2027-01-01.bpmn")
    book = example_book({
        PATH: drawing(), later: drawing(process={"from": "2027-01-01"}, ask={"days": "9"}),
    })  # fmt: skip

    assert book.problems == ()
    found = book.procedures[IDENT]
    assert found.on(date(2026, 12, 31)).steps["ask"].days == 15
    assert found.on(date(2027, 1, 1)).steps["ask"].days == 9


def test_the_name_of_a_version_says_its_day(example_book):
    later = PATH.replace(".bpmn", "@2027-01-01.bpmn")
    book = example_book({PATH: drawing(), later: drawing(process={"from": "2027-02-01"})})

    assert any("the name says 2027-01-01" in problem.message for problem in book.problems)


def test_a_number_comes_from_its_parameter_on_the_day(example_book):
    # The term of the example is 60 from 2018 and 48 from March 2025.
    book = example_book({PATH: drawing(ask={"days": "appointment.term.length"})})

    step = book.procedures[IDENT].on(date(2025, 4, 1)).steps["ask"]
    assert step.days == 48
    assert "ex-decree-1-2025#12.2.a" in step.cites


def test_adopting_switches_the_procedure_on_and_names_the_decision(example_book):
    off = drawing(process={"status": "to_confirm"}, ask={"status": "to_confirm"})
    book = example_book(
        {PATH: off}, local={PATH: adopted(off.encode(), "QĐ 12/QĐ-SNV & nhé").decode()}
    )

    found = book.procedures[IDENT].latest
    assert found.is_on
    assert found.note["vi"] == "Áp dụng theo QĐ 12/QĐ-SNV & nhé."
    assert not found.steps["ask"].is_on
