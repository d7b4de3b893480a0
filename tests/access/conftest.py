"""One person of Lan's with everything that an address can lead to."""

from datetime import date

import pytest
from paged_rosters import checked, csv_file, work

import appointment_things
import ballot_things
import planned_things
from addresses import Specimens
from conftest import _user
from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

NAME = "Nguyễn Thị Bí Mật"
__all__ = ["checked", "work"]  # fixtures of the intake's tests


@pytest.fixture
def things(lan, lan_department, source, checked, client):
    """What Lan's province holds, by name."""
    decision = organisation.add_decision(number="5/QĐ", day=date(2021, 1, 1), body="Tỉnh ủy")
    post = organisation.add_post(
        unit=lan_department, title="Giám đốc Sở Thử nghiệm", first_day=date(2021, 1, 1),
        source=source, leadership=True, title_kind="department_head",
    )  # fmt: skip
    person = personnel.add_person(
        full_name=NAME, unit=lan_department, source=source, gender="female",
        birth=PartialDate("02/03/1980", date(1980, 3, 2), "day"),
    )  # fmt: skip
    posting = personnel.add_posting(
        person=person, post=post, first_day=date(2021, 1, 1), decision=decision
    )
    record = personnel.add_record(
        person=person, kind="theory", code="advanced", first_day=date(2015, 1, 1), source=source
    )
    personnel.refresh([person.pk], day=date(2026, 6, 1))
    batch = checked(csv_file(f"Họ và tên,Ngày sinh\n{NAME},02/03/1980\n"))
    client.logout()
    return {
        "person": person, "posting": posting, "record": record, "post": post,
        "decision": decision, "batch": batch, "unit": lan_department,
        "grant": lan.grants.get(), "lan": lan, "survey": _survey(person, lan_department),
        **_work(person, lan_department), **_evaluation(person, lan_department),
        "petition": _petition(person, lan_department),
        "ballot": ballot_things.made(person, lan_department, name=NAME),
        "confidence": _confidence(person, lan_department),
        "exits": _exits(person, posting, decision, lan_department),
        "cases": _cases(person, lan_department, lan),
        "appointment": _appointment(person, posting, lan_department, lan),
        "planned": planned_things.made(person, post, lan_department, lan, NAME),
    }  # fmt: skip


def _appointment(person, posting, unit, lan):
    from ngangtam.foundation.access.models import User

    juror = User.objects.get(username="giam-doc")
    return appointment_things.made(person, posting, unit, juror=juror, officer=lan, name=NAME)


def _work(person, unit):
    """A task of somebody whose account reported it, its proof, a product, a list of tasks."""
    from ngangtam.foundation.files import store
    from ngangtam.foundation.files.models import StoredFile
    from ngangtam.records.corrections.models import Account
    from ngangtam.stages.work.models import Draft, Evidence, Product, Task

    user = _user("can-bo", "Một Cán Bộ")
    head = _user("giam-doc", "Trịnh Văn Giám", "unit_head", unit.parent)
    Account.objects.create(user=user, person=person, state="linked")
    product = Product.objects.create(
        unit=unit, code="BC", name="Báo cáo", measure="báo cáo", coefficient=1,
        valid="[2026-01-01,)",
    )  # fmt: skip
    task = Task.objects.create(
        unit=unit, path=unit.path, person=person, title=f"Việc của {NAME}", product=product,
        month=date(2026, 1, 1), due=date(2026, 1, 31), assigned_by=head,
    )  # fmt: skip
    file = StoredFile.objects.create(
        hash=store.put(b"x"), size=1, kind="pdf", name="a.pdf", sent_by=user.pk
    )
    return {
        "official": user, "work_head": head, "product": product, "task": task,
        "evidence": Evidence.objects.create(task=task, file=file, added_by=user),
        "draft": Draft.objects.create(
            unit=unit, path=unit.path, name=NAME, digest="a", made_by=head
        ),
    }  # fmt: skip


def _cases(person, unit, lan):
    """A case at its first step and at the vote of another, one on hold, a question, a paper."""
    from uuid import uuid4

    from ngangtam.foundation.files import store
    from ngangtam.foundation.files.models import StoredFile
    from ngangtam.foundation.kernel.days import today
    from ngangtam.stages.procedure import actions
    from ngangtam.stages.procedure.models import CasePaper, Hold, Opinion, Step
    from ngangtam.stages.procedure.values import SubjectValues

    def opened():
        return actions.open_case(
            procedure="civil_servant.appointment-onsite", unit_id=unit.pk, title=f"Việc của {NAME}",
            subjects=[SubjectValues(person.pk)], by=lan, today=today(),
        )  # fmt: skip

    case, held = opened(), opened()
    file = StoredFile.objects.create(
        hash=store.put(b"x"), size=1, kind="pdf", name="a.pdf", sent_by=lan.pk
    )
    step = case.steps.get()
    meeting = Step.objects.create(
        case=case, token=uuid4(), bpmn="s2_expanded", kind="meeting", opened_on=today(),
        prepared={"convened": 9, "present": 9},
    )  # fmt: skip
    return {
        "case": case, "step": step, "meeting": meeting,
        "paper": CasePaper.objects.create(case=case, step=step, title="x", file=file, made_by=lan),
        "opinion": Opinion.objects.create(
            case=case, step=step, body="x", question=NAME, asked_by=lan, asked_on=today(),
            due=today(),
        ),
        "hold": Hold.objects.create(
            case=held, label=NAME, path=unit.path, reason="x", placed_by=lan
        ),
    }  # fmt: skip


def _survey(person, unit):
    from ngangtam.stages.evaluation.models import Cycle
    from ngangtam.stages.surveys.models import Survey

    cycle = Cycle.objects.create(
        unit=unit, path=unit.path, code="2026-S", kind="needed", first=date(2026, 1, 1),
        until=date(2026, 2, 1), report_by=date(2026, 2, 1), confirm_by=date(2026, 2, 1),
    )  # fmt: skip
    return Survey.objects.create(
        cycle=cycle, person=person, unit=unit, path=unit.path, closes_on=date(2026, 2, 1), lock=b"x"
    )


def _evaluation(person, unit):
    """A sheet of a month that is open, and one of a month that is closed and reckoned."""
    from ngangtam.stages.evaluation.models import Cycle, Result, Sheet

    def sheet(code, month, **given):
        cycle = Cycle.objects.create(
            unit=unit, path=unit.path, code=code, kind="month", first=month,
            until=month.replace(day=28), report_by=month, confirm_by=month, **given,
        )  # fmt: skip
        return Sheet.objects.create(
            cycle=cycle, person=person, unit=unit, path=unit.path, body=unit,
            scheme="civil_servant", group="professional",
        )  # fmt: skip

    closed = sheet("2026-02", date(2026, 2, 1), state="closed", run=1)
    Result.objects.create(cycle=closed.cycle, sheet=closed, run=1, total=80, level="good",
                          proposed="good")  # fmt: skip
    return {"open_sheet": sheet("2026-03", date(2026, 3, 1)), "closed_sheet": closed}


def _petition(person, unit):
    from ngangtam.stages.evaluation.models import Cycle, Petition, Rating, Sheet

    cycle = Cycle.objects.create(
        unit=unit, path=unit.path, code="2026-P", kind="needed", first=date(2026, 1, 1),
        until=date(2026, 2, 1), report_by=date(2026, 2, 1), confirm_by=date(2026, 2, 1),
        state="closed", run=1,
    )  # fmt: skip
    where = {"cycle": cycle, "person": person, "path": unit.path}
    sheet = Sheet.objects.create(unit=unit, body=unit, scheme="civil_servant", **where)
    rating = Rating.objects.create(sheet=sheet, body_path=unit.path, level="good", **where)
    return Petition.objects.create(rating=rating, person=person, path=unit.path, text="x",
                                   asked_by=_user("nguoi-kien-nghi", "Ai Đó"))  # fmt: skip


def _confidence(person, unit):
    """A round that was counted, somebody in it, a deadline, and a low result that waits."""
    from ngangtam.stages.confidence.models import Due, Result, Round, Subject

    one = Round.objects.create(
        unit=unit, path=unit.path, regime="elected", title=f"Lấy phiếu {NAME}", state="counted",
        day=date(2026, 1, 20), session=date(2026, 1, 20), share_of="ballots",
    )  # fmt: skip
    line = Subject.objects.create(round=one, person=person, titles="Giám đốc Sở", state="in")
    due = Due.objects.create(round=one, code="front", due=date(2025, 12, 26))
    result = Result.objects.create(
        round=one, person=person, path=unit.path, titles="Giám đốc Sở", day=one.day, high=1,
        regime="elected", trust=0, low=2, convened=3, returned=3, denominator=3,
        zone="two_thirds", followed="waits",
    )  # fmt: skip
    return {"round": one, "subject": line, "due": due, "result": result}


def _exits(person, posting, decision, unit):
    """A proposal to consider, a finding with its copy, a letter and a suspension."""
    from ngangtam.foundation.access.models import User
    from ngangtam.foundation.files import store
    from ngangtam.foundation.files.models import StoredFile
    from ngangtam.stages.exits.models import Letter, Proposal, Statement, Suspension

    at = {"person": person, "path": unit.path}
    here = {**at, "unit": unit, "post": posting.post}
    file = StoredFile.objects.create(hash=store.put(b"y"), size=1, kind="pdf", name="b.pdf")
    return {
        "proposal": Proposal.objects.create(
            **here, ground="removal.head-results", exit="removal", confirmed=True, mark="m",
            evidence={}, first_seen=date(2026, 1, 5), last_seen=date(2026, 1, 5),
        ),
        "statement": Statement.objects.create(
            **at, about="dismissal.degradation", day=date(2026, 1, 5), word=True, says=NAME,
            decision=decision, file=file,
        ),
        "letter": Letter.objects.create(
            **here, ground="resignation.voluntary", text=f"Tôi, {NAME}",
            sent_by=User.objects.get(username="can-bo"),
        ),
        "suspension": Suspension.objects.create(
            **here, ground="suspension.party", first=date(2026, 1, 5), last=date(2026, 1, 9),
            decision=decision, reason=NAME,
        ),
    }  # fmt: skip


@pytest.fixture
def specimens(things):
    """The things above, as the parts of addresses. The first rule that fits a route wins."""
    return Specimens({
        **appointment_things.rules(things["appointment"]),
        r"postings/": {"pk": things["posting"].pk},
        r"records/": {"pk": things["record"].pk},
        r"posts/": {"pk": things["post"].pk},
        r"decisions/": {"pk": things["decision"].pk},
        r"grants/": {"pk": things["grant"].pk},
        r"intake/rosters/": {"pk": things["batch"].pk},
        r"targets/": {"ident": "s0.commune-full-time-degree"},
        r"law/standards/": {"ident": "assets.declared", "number": things["person"].number},
        r"accounts/": {"username": things["lan"].username},
        r"people/<str:number>/papers/": {"number": things["person"].number, "form_id": "2c",
                                         "style": "pdf"},
        r"people/<str:number>/records/add/": {"number": things["person"].number, "kind": "award"},
        r"surveys/": {"pk": things["survey"].pk},
        r"cases/opinions/": {"pk": things["cases"]["opinion"].pk},
        r"cases/holds/": {"pk": things["cases"]["hold"].pk},
        r"cases/files/": {"token": things["cases"]["paper"].file.token},
        r"cases/open/": {"ident": "party.confidence"},
        r"cases/try/": {"ident": "civil_servant.appointment-onsite"},
        r"cases/<str:number>/steps/<int:pk>/vote/": {"number": things["cases"]["case"].number,
                                                     "pk": things["cases"]["meeting"].pk},
        r"cases/<str:number>/case/": {"number": things["cases"]["case"].number, "act": "withdraw"},
        r"cases/": {"number": things["cases"]["case"].number, "on": "step", "act": "complete",
                    "pk": things["cases"]["step"].pk},
        r"exits/proposals/": {"pk": things["exits"]["proposal"].pk},
        r"exits/findings/": {"pk": things["exits"]["statement"].pk},
        r"exits/(mine/)?letters/": {"pk": things["exits"]["letter"].pk},
        r"exits/suspensions/": {"pk": things["exits"]["suspension"].pk},
        r"ballots/<int:pk>/minutes": {"pk": things["ballot"]["poll"].pk, "style": "docx"},
        r"ballots/<int:pk>/": {"pk": things["ballot"]["poll"].pk, "style": "json"},
        r"confidence/people/": {"pk": things["confidence"]["subject"].pk},
        r"confidence/dues/": {"pk": things["confidence"]["due"].pk},
        r"confidence/results/": {"pk": things["confidence"]["result"].pk},
        r"confidence/<int:pk>/": {"pk": things["confidence"]["round"].pk, "act": "release"},
        r"assignments/products/": {"pk": things["product"].pk},
        r"assignments/evidence/": {"pk": things["evidence"].pk},
        r"assignments/files/": {"token": things["evidence"].file.token},
        r"assignments/imports/": {"pk": things["draft"].pk},
        r"assignments/": {"pk": things["task"].pk, "act": "change", "code": things["unit"].code},
        r"evaluation/cycles/.*/acts/": {"unit_code": things["unit"].code, "code": "2026-03",
                                        "act": "lock"},
        r"evaluation/cycles/": {"unit_code": things["unit"].code, "code": "2026-02",
                                "body": things["unit"].code, "scheme": "civil_servant"},
        r"evaluation/sheets/<int:pk>/decide/": {"pk": things["closed_sheet"].pk},
        r"evaluation/sheets/": {"pk": things["open_sheet"].pk},
        r"evaluation/units/": {"code": things["unit"].code, "cycle": "2026-03"},
        r"evaluation/bodies/": {"code": things["unit"].code, "cycle": "2026-02"},
        r"evaluation/petitions/": {"pk": things["petition"].pk},
        r"plans/titles/": {"pk": things["planned"]["title"].pk,
                           "number": things["person"].number},
        r"plans/entries/": {"pk": things["planned"]["entry"].pk},
        r"plans/reviews/": {"pk": things["planned"]["line"].pk},
        r"plans/lists/": {"pk": things["planned"]["list"].pk},
        r"plans/": {"pk": things["planned"]["plan"].pk, "act": "submit"},
        r"committees/<int:pk>/election/": {"pk": things["planned"]["approved"].pk},
        r"committees/candidates/": {"pk": things["planned"]["candidate"].pk},
        r"committees/": {"pk": things["planned"]["structure"].pk,
                         "number": things["person"].number},
        r"audit/rows/": {"kind": "posting", "pk": things["posting"].pk},
        r"": {"number": things["person"].number, "person": things["person"].number,
              "code": things["unit"].code, "unit": things["unit"].code,
              "username": things["lan"].username, "pk": things["person"].pk},
    })  # fmt: skip


@pytest.fixture
def others(minh, hoa, auditor, root, lan, lan_province, things):
    """Whoever may open something that Lan may not, beside Lan, Minh and Hoa."""
    return {
        "lan": lan, "minh": minh, "hoa": hoa, "auditor": auditor,
        "administrator": _user("quan-tri", "Đỗ Quang Trị", "administrator", root),
        "inspector": _user("thanh-tra", "Ngô Đức Thanh", "inspector", lan_province),
        "official": things["official"], "work_head": things["work_head"],
        "teller": things["ballot"]["member"],
        "head": _user("thu-truong", "Bùi Văn Trưởng", "unit_head", lan_province),
    }  # fmt: skip
