"""Asking, answering, two officers: done, refused, in the wrong state, undone without audit."""

from datetime import date

import pytest

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.corrections import actions, actions_links, actions_own, queries, targets
from ngangtam.records.corrections.actions import PostingValues, RecordChange, Settlement
from ngangtam.records.corrections.models import Account, Attachment, Proposal, Request
from ngangtam.records.corrections.values import RecordValues
from ngangtam.records.personnel import actions as personnel
from ngangtam.records.personnel.actions import Basis
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from ngangtam.records.personnel.waiting import waiting_on

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
MASTER = RecordValues(first_day=parse_day("2015").value, code="master", raw="Thạc sĩ Luật")


def ask(by, key="other", proposed=None, files=()):
    file = queries.own_file(by, TODAY)
    return actions_own.ask(
        target=targets.find(file, key), text="Sai rồi.", proposed=proposed or {}, files=files, by=by
    )


def events():
    return list(Event.objects.order_by("id").values_list("type", flat=True))


# --- asking ---------------------------------------------------------------------------------


def test_a_request_keeps_what_the_file_said_and_its_proof(binh, award, proof):
    request = ask(binh, f"record:{award.pk}", {"raw": "Huân chương"}, [proof(), proof("b.pdf")])

    assert (request.kind, request.said[:9], request.state) == ("award", "Bằng khen", "waiting")
    assert request.attachments.count() == 2
    assert events() == ["request.asked"]


def test_nobody_asks_for_another_or_without_words(binh, minh, lan, person):
    target = targets.find(queries.own_file(binh, TODAY), "other")
    for user in (minh, lan):
        with pytest.raises(Forbidden):
            actions_own.ask(target=target, text="x", proposed={}, files=(), by=user)
    with pytest.raises(DomainError):
        actions_own.ask(target=target, text=" ", proposed={}, files=(), by=binh)
    assert not Event.objects.exists()


def test_only_what_stands_in_the_own_file_can_be_asked_about(
    binh, make_record, lan_department, source
):
    from ngangtam.records.personnel import steps

    other = steps.add_person(full_name="Khác", unit=lan_department, source=source)
    foreign = make_record("award", person=other)
    hidden = make_record("denunciation", raw="Đơn")
    file = queries.own_file(binh, TODAY)

    for key in (f"record:{foreign.pk}", f"record:{hidden.pk}", "identity:home_path", "record:x",
                "missing:denunciation", "missing:nothing", "", "x:1", "posting:0"):  # fmt: skip
        assert targets.find(file, key) is None, key


def test_proof_is_added_and_a_request_withdrawn_while_it_waits(binh, lan, proof):
    request = ask(binh)
    actions_own.attach(request_id=request.pk, files=[proof()], by=binh)
    with pytest.raises(DomainError):
        actions_own.attach(request_id=request.pk, files=[proof()] * 10, by=binh)
    with pytest.raises(Forbidden):
        actions_own.withdraw(request_id=request.pk, by=lan)
    actions_own.withdraw(request_id=request.pk, by=binh)

    request.refresh_from_db()
    assert request.state == "withdrawn"
    for act in (actions_own.withdraw, lambda **k: actions_own.attach(files=[proof()], **k)):
        with pytest.raises(DomainError):
            act(request_id=request.pk, by=binh)
    with pytest.raises(DomainError):
        actions.refuse(request_id=request.pk, answer="x", by=lan)
    assert events() == ["request.asked", "request.attached", "request.withdrawn"]


# --- answering ------------------------------------------------------------------------------


def test_a_record_is_corrected_with_the_request_as_its_source(binh, lan, award):
    request = ask(binh, f"record:{award.pk}")
    values = RecordValues(first_day=parse_day("2011").value, raw="Huân chương")

    actions.accept(
        request_id=request.pk, settlement=Settlement(record=values), answer="Đúng", today=TODAY,
        by=lan,
    )  # fmt: skip

    award.refresh_from_db()
    new = Record.objects.standing().get(kind="award")
    assert (new.raw, new.source.kind, new.source.reference) == (
        "Huân chương", "request", str(request.pk),
    )  # fmt: skip
    assert f"{request.pk}: Đúng" in award.void_reason
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.answer) == ("accepted", lan, "Đúng")
    assert events() == ["request.asked", "request.accepted"]


def test_a_missing_record_a_posting_and_a_field_are_settled_at_once(binh, lan, person):
    missing = ask(binh, "missing:award")
    actions.accept(
        request_id=missing.pk, answer="", today=TODAY, by=lan,
        settlement=Settlement(record=RecordValues(parse_day("2020").value, raw="Giấy khen"),
                              basis=Basis("1/QĐ", date(2020, 1, 1), "UBND")),
    )  # fmt: skip
    assert Record.objects.get(kind="award").decision.number == "1/QĐ"

    posting = Posting.objects.get()
    moved = ask(binh, f"posting:{posting.pk}", {"first_day": "01/02/2022"})
    actions.accept(
        request_id=moved.pk, answer="", today=TODAY, by=lan,
        settlement=Settlement(posting=PostingValues(date(2022, 2, 1), None, "Chuyên viên", True)),
    )  # fmt: skip
    assert Posting.objects.standing().get().valid.lower == date(2022, 2, 1)

    field = ask(binh, "identity:nationality")
    actions.accept(
        request_id=field.pk, settlement=Settlement(identity={"nationality": "Việt Nam"}),
        answer="", today=TODAY, by=lan,
    )  # fmt: skip
    person.refresh_from_db()
    assert person.nationality == "Việt Nam"

    other = ask(binh, "other")
    actions.accept(request_id=other.pk, settlement=Settlement(), answer="Đã ghi nhận", today=TODAY,
                   by=lan)  # fmt: skip
    assert Event.objects.filter(type="request.accepted").count() == 4


@pytest.mark.parametrize("who", ["minh", "hoa", "truong", "auditor"])
def test_who_does_not_keep_the_file_answers_nothing(who, request, binh, award):
    user = request.getfixturevalue(who)
    asked = ask(binh, f"record:{award.pk}")

    with pytest.raises(Forbidden):
        actions.accept(
            request_id=asked.pk, settlement=Settlement(), answer="", today=TODAY, by=user
        )
    with pytest.raises(Forbidden):
        actions.refuse(request_id=asked.pk, answer="x", by=user)
    assert events() == ["request.asked"]


def test_an_officer_does_not_answer_the_own_request(lan, person, award):
    Account.objects.create(user=lan, person=person, state="linked")
    asked = ask(lan, f"record:{award.pk}")

    with pytest.raises(Forbidden):
        actions.accept(request_id=asked.pk, settlement=Settlement(), answer="", today=TODAY, by=lan)
    # Nor does the old way round the request work.
    with pytest.raises(Forbidden):
        personnel.void_record(record_id=award.pk, reason="x", today=TODAY, by=lan)


def test_a_refusal_needs_a_reason_and_reaches_the_person(binh, lan):
    request = ask(binh)
    with pytest.raises(DomainError):
        actions.refuse(request_id=request.pk, answer="  ", by=lan)

    actions.refuse(request_id=request.pk, answer="Không có giấy tờ", by=lan)

    assert queries.own_requests(binh).get().answer == "Không có giấy tờ"
    assert events() == ["request.asked", "request.refused"]


# --- two officers ---------------------------------------------------------------------------


def propose(person, by, changes=None):
    return actions.propose_identity(
        person_id=person.pk, changes=changes or {"birth": "02/03/1988", "full_name": "Nguyễn Bình"},
        reason="Cải chính hộ tịch", by=by,
    )  # fmt: skip


def confirm(proposal, by):
    return actions.confirm(proposal_id=proposal.pk, today=TODAY, by=by)


def test_birth_and_name_stand_until_another_officer_confirms(person, lan, khanh):
    proposal = propose(person, lan)

    person.refresh_from_db()
    assert (person.birth_raw, person.full_name) == ("02/03/1986", "Nguyễn Thị Bình")
    assert waiting_on(person.pk).identity["birth"].words == "02/03/1988"

    confirm(proposal, khanh)

    person.refresh_from_db()
    assert (person.birth_day, person.name_plain) == (date(1988, 3, 2), "nguyen binh")
    assert {(one.field, one.old, one.by) for one in IdentityChange.objects.all()} == {
        ("birth", "02/03/1986", "lan + khanh"), ("full_name", "Nguyễn Thị Bình", "lan + khanh"),
    }  # fmt: skip
    assert not waiting_on(person.pk)
    assert events() == ["proposal.proposed", "proposal.confirmed"]


def test_the_same_officer_the_subject_and_strangers_do_not_confirm(
    person, lan, khanh, hoa, minh, truong, binh
):
    proposal = propose(person, lan)
    Account.objects.all().delete()
    Account.objects.create(user=khanh, person=person, state="linked")

    for user, error in ((lan, DomainError), (khanh, Forbidden), (hoa, Forbidden),
                        (minh, Forbidden), (truong, Forbidden), (binh, Forbidden)):  # fmt: skip
        with pytest.raises(error):
            confirm(proposal, user)
        if user is not lan:
            with pytest.raises(error):
                actions.refuse_proposal(proposal_id=proposal.pk, answer="x", by=user)
    person.refresh_from_db()
    assert person.birth_raw == "02/03/1986"
    assert events() == ["proposal.proposed"]


def test_the_database_refuses_one_officer_for_two(person, lan):
    from django.db import IntegrityError, transaction

    proposal = propose(person, lan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state="confirmed", decided_by=lan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(user=lan, person=person, state="linked", proposed_by=lan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(user=lan, person=person, proposed_by=lan, decided_by=lan)


def test_a_second_proposal_for_the_same_waits_its_turn(person, lan, khanh, degree):
    propose(person, lan)
    with pytest.raises(DomainError):
        propose(person, khanh)
    strike = RecordChange(act="void", kind="education", record_id=degree.pk)
    actions.propose_record(person_id=person.pk, change=strike, reason="Bằng giả", by=lan)
    with pytest.raises(DomainError):
        actions.propose_record(person_id=person.pk, change=strike, reason="x", by=khanh)


def test_degrees_are_added_corrected_struck_out_and_restored_by_two(person, lan, khanh, degree):
    def settle(act, record=None, values=None):
        change = RecordChange(
            act=act, kind="education", record_id=record.pk if record else None, values=values,
            basis=Basis("9/QĐ", date(2016, 1, 1), "ĐH Luật") if values else Basis(),
        )  # fmt: skip
        proposal = actions.propose_record(
            person_id=person.pk, change=change, reason="Đối chiếu bản gốc", by=lan
        )
        before = Record.objects.standing().count()
        made = confirm(proposal, khanh).made
        return before, made

    before, made = settle("correct", degree, MASTER)
    assert before == 1
    new = Record.objects.get(pk=made["record"])
    assert (new.code, new.precision, new.recorded_by) == ("master", "year", "lan + khanh")
    person.refresh_from_db()
    assert person.degree == "master"
    settle("void", new)
    assert not Record.objects.standing().exists()
    settle("restore", new)
    settle("add", None, RecordValues(first_day=parse_day("2020").value, code="doctor"))
    assert sorted(Record.objects.standing().values_list("code", flat=True)) == ["doctor", "master"]
    assert events() == ["proposal.proposed", "proposal.confirmed"] * 4


def test_a_file_that_changed_meanwhile_is_not_overwritten(person, lan, khanh):
    proposal = propose(person, lan)
    Person.objects.filter(pk=person.pk).update(birth_raw="1987")

    with pytest.raises(DomainError):
        confirm(proposal, khanh)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert events() == ["proposal.proposed"]


def test_a_request_about_birth_passes_through_two_officers(binh, person, lan, khanh):
    request = ask(binh, "identity:birth", {"birth": "02/03/1988"})
    accept = {"request_id": request.pk, "settlement": Settlement(identity={"birth": "02/03/1988"}),
              "answer": "Đã đối chiếu giấy khai sinh", "today": TODAY}  # fmt: skip
    actions.accept(**accept, by=lan)
    request.refresh_from_db()
    proposal = request.proposals.get()
    assert (request.state, proposal.state) == ("confirming", "waiting")

    actions.refuse_proposal(proposal_id=proposal.pk, answer="Giấy không rõ", by=khanh)
    request.refresh_from_db()
    assert request.state == "waiting"

    actions.accept(**accept, by=khanh)
    confirm(request.proposals.get(state="waiting"), lan)
    request.refresh_from_db()
    person.refresh_from_db()
    assert (request.state, person.birth_raw) == ("accepted", "02/03/1988")
    assert events() == [
        "request.asked", "request.accepted", "proposal.refused", "request.accepted",
        "proposal.confirmed",
    ]  # fmt: skip


def test_a_proposal_is_withdrawn_by_who_made_it(person, lan, khanh):
    proposal = propose(person, lan)
    with pytest.raises(DomainError):
        actions.withdraw_proposal(proposal_id=proposal.pk, by=khanh)
    actions.withdraw_proposal(proposal_id=proposal.pk, by=lan)
    with pytest.raises(DomainError):
        confirm(proposal, khanh)
    assert events() == ["proposal.proposed", "proposal.withdrawn"]


def test_what_one_officer_changes_needs_no_second(person, lan, award):
    change = RecordChange(act="void", kind="award", record_id=award.pk)
    with pytest.raises(DomainError):
        actions.propose_record(person_id=person.pk, change=change, reason="x", by=lan)
    with pytest.raises(DomainError):
        propose(person, lan, {"nationality": "Việt Nam"})


# --- links ----------------------------------------------------------------------------------


def test_an_account_is_linked_by_two_and_ended_by_one(person, minh, lan, truong, hoa):
    link = actions_links.propose_link(person_id=person.pk, username="minh", reason="Gặp", by=lan)
    assert queries.own_file(minh, TODAY) is None
    for user, error in ((lan, Forbidden), (minh, Forbidden), (hoa, Forbidden)):
        with pytest.raises(error):
            actions_links.confirm_link(link_id=link.pk, by=user)

    actions_links.confirm_link(link_id=link.pk, by=truong)

    assert queries.own_file(minh, TODAY).person == person
    with pytest.raises(DomainError):
        actions_links.refuse_link(link_id=link.pk, reason="x", by=truong)
    with pytest.raises(Forbidden):
        actions_links.end_link(link_id=link.pk, reason="x", by=hoa)
    actions_links.end_link(link_id=link.pk, reason="Chuyển công tác", by=minh)
    assert queries.own_file(minh, TODAY) is None
    assert events() == ["account.link_proposed", "account.linked", "account.link_ended"]


def test_a_wrong_link_is_refused(person, minh, lan, truong, binh):
    def link(name, reason="Gặp", by=lan):
        return actions_links.propose_link(person_id=person.pk, username=name, reason=reason, by=by)

    for name, reason in (("nobody", "x"), ("minh", " "), ("lan", "x"), ("minh", "x")):
        with pytest.raises(DomainError):
            link(name, reason)  # the last: the person has an account already
    Account.objects.update(state="ended")
    with pytest.raises(Forbidden):
        link("minh", by=minh)
    waiting = link("minh")
    actions_links.refuse_link(link_id=waiting.pk, reason="Nhầm người", by=truong)
    assert events() == ["account.link_proposed", "account.link_refused"]


# --- the audit ------------------------------------------------------------------------------


def test_nothing_is_kept_when_the_audit_cannot_be_written(
    binh, lan, khanh, truong, minh, person, award, monkeypatch
):
    asked, proposal = ask(binh, f"record:{award.pk}"), propose(person, lan)
    other = Account.objects.create(user=minh, person=_another(person), proposed_by=lan)

    def full(*_args, **_kwargs):
        raise OSError("full")

    for module in (actions, actions_own, actions_links):
        monkeypatch.setattr(module, "record", full)
    acts = [
        lambda: ask(binh),
        lambda: actions_own.withdraw(request_id=asked.pk, by=binh),
        lambda: actions.refuse(request_id=asked.pk, answer="x", by=lan),
        lambda: actions.accept(
            request_id=asked.pk, answer="", today=TODAY, by=lan,
            settlement=Settlement(record=RecordValues(parse_day("2011").value, raw="Y"))),
        lambda: confirm(proposal, khanh),
        lambda: actions.refuse_proposal(proposal_id=proposal.pk, answer="x", by=khanh),
        lambda: actions.withdraw_proposal(proposal_id=proposal.pk, by=lan),
        lambda: actions_links.confirm_link(link_id=other.pk, by=truong),
        lambda: actions_links.end_link(link_id=other.pk, reason="x", by=lan),
    ]  # fmt: skip
    before = _all()
    for act in acts:
        with pytest.raises(OSError, match="full"):
            act()
    assert _all() == before


def _another(person):
    from ngangtam.records.personnel import steps

    return steps.add_person(full_name="Khác", unit=person.home_unit, source=person.source)


def _all():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Account, Request, Attachment, Proposal, Person, Record, IdentityChange)
    ]
