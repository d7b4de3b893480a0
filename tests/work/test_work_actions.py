"""The course of one task: planned, broken down, assigned, reported, confirmed, and the way back."""

from datetime import date
from decimal import Decimal

import pytest

from assigned_work import make_person
from conftest import _user
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.work import (
    actions_change,
    actions_head,
    actions_own,
    actions_plan,
    actions_products,
)
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.actions_products import Ware
from ngangtam.stages.work.models import Product, Task
from ngangtam.stages.work.values import Work

DAY = date(2026, 3, 20)
pytestmark = pytest.mark.django_db


def reported(task, by, **given):
    given = {"quantity": Decimal(4), "done_on": date(2026, 3, 10), **given}
    return actions_own.report(report=Report(task.pk, **given), by=by, today=DAY)


def events(kind):
    return list(Event.objects.filter(type=kind).order_by("pk"))


# --- the catalogue ---------------------------------------------------------------------------


def ware(**given):
    given = {"code": "VB", "name": "Văn bản", "measure": "văn bản", "coefficient": Decimal(1),
             "first_day": date(2026, 1, 1), **given}  # fmt: skip
    return Ware(**given)


def test_a_code_in_force_is_refused_twice_here_and_below(lan_department, product, giang):
    add = actions_products.add_product
    first = add(unit_id=lan_department.pk, ware=ware(), by=giang)
    assert events("work.product_added")[-1].what["product"] == first.pk

    with pytest.raises(DomainError):
        add(unit_id=lan_department.pk, ware=ware(name="Khác"), by=giang)
    with pytest.raises(DomainError):  # of the province, which the department uses
        add(unit_id=lan_department.pk, ware=ware(code="BC"), by=giang)

    actions_products.end_product(
        product_id=first.pk, until=date(2026, 6, 1), reason="Thay danh mục", by=giang
    )
    again = add(unit_id=lan_department.pk, ware=ware(first_day=date(2026, 6, 1)), by=giang)
    assert again.pk != first.pk


def test_a_correction_voids_and_adds_and_leaves_given_tasks_alone(product, task, chair):
    new = actions_products.change_product(
        product_id=product.pk, reason="Nhầm hệ số", by=chair,
        ware=Ware("BC", "Báo cáo", "báo cáo", Decimal(2), date(2026, 1, 1)),
    )  # fmt: skip
    product.refresh_from_db()
    task.refresh_from_db()

    assert product.voided_at is not None
    assert new.coefficient == 2
    assert task.coefficient == Decimal("1.5")
    with pytest.raises(DomainError):
        actions_products.change_product(product_id=product.pk, ware=ware(), reason="Nữa", by=chair)


def test_the_catalogue_is_kept_by_who_assigns_or_runs_evaluation(lan, binh, hoa, lan_department):
    actions_products.add_product(unit_id=lan_department.pk, ware=ware(), by=lan)
    for stranger in (binh, hoa):
        with pytest.raises(Forbidden):
            actions_products.add_product(
                unit_id=lan_department.pk, ware=ware(code="X"), by=stranger
            )
    assert Product.objects.count() == 1


def test_a_product_of_another_unit_or_another_time_is_not_given(
    work, lan_department, hoa_province, giang, root, lan
):
    elsewhere = actions_products.add_product(
        unit_id=hoa_province.pk, ware=ware(),
        by=_user("xa", "Xa", "unit_head", hoa_province),
    )  # fmt: skip
    later = actions_products.add_product(
        unit_id=lan_department.pk, ware=ware(code="S", first_day=date(2026, 9, 1)), by=giang
    )
    for wrong in (elsewhere, later):
        with pytest.raises(DomainError):
            actions_plan.assign(unit_id=lan_department.pk, work=work(product_id=wrong.pk), by=giang)


# --- giving work -----------------------------------------------------------------------------


def test_a_task_stands_where_the_person_works_with_the_coefficient_of_the_day(
    task, lan_department, person
):
    assert (task.unit, task.person, task.month) == (lan_department, person, date(2026, 3, 1))
    assert task.standard == Decimal(6)
    [event] = events("work.assigned")
    assert (event.subject_id, event.what["task"]) == (person.pk, task.pk)


def test_nobody_is_given_work_by_oneself_from_below_or_from_elsewhere(
    work, director, lan_department, lan_province, giang, pho, chair, hoa, binh
):
    own = work(person_id=director.pk)
    for who in (giang, pho, hoa, binh):
        with pytest.raises(Forbidden):
            actions_plan.assign(unit_id=lan_department.pk, work=own, by=who)
    made = actions_plan.assign(unit_id=lan_province.pk, work=own, by=chair)
    assert made.unit == lan_department


def test_somebody_who_does_not_work_there_is_refused(work, hoa_province, source, giang,
                                                     lan_department):  # fmt: skip
    stranger = make_person("Lạ Văn Mặt", hoa_province, source)
    with pytest.raises(DomainError):
        actions_plan.assign(unit_id=lan_department.pk, work=work(person_id=stranger.pk), by=giang)
    assert not Task.objects.exists()


def test_shares_split_a_task_and_give_the_whole_again(work, person, other, lan_department, giang):
    parent, first, second = actions_plan.assign_shared(
        unit_id=lan_department.pk, work=work(quantity=Decimal(10), person_id=None),
        shares={person.pk: Decimal(2), other.pk: Decimal(1)}, by=giang,
    )  # fmt: skip
    assert (first.quantity, second.quantity) == (Decimal("6.67"), Decimal("3.33"))
    assert parent.person is None
    assert {first.parent, second.parent} == {parent}
    assert len(events("work.assigned")) == 1


def test_a_plan_is_broken_down_until_nothing_is_left(
    plan_task, person, other, lan_department, giang
):
    def part(who, quantity):
        return Work("Rà soát", date(2026, 3, 25), quantity=Decimal(quantity), person_id=who.pk,
                    product_id=plan_task.product_id)  # fmt: skip

    made = actions_plan.break_down(
        task_id=plan_task.pk, parts=[part(person, 6)], version=plan_task.version, by=giang
    )
    assert made[0].origin == "Nghị quyết 1, mục II"
    assert events("work.broken_down")[-1].what["remainder"] == "4.00"
    with pytest.raises(DomainError, match="11"):
        actions_plan.break_down(task_id=plan_task.pk, parts=[part(other, 5)], version=None,
                                by=giang)  # fmt: skip
    assert Task.objects.filter(parent=plan_task).count() == 1
    actions_plan.break_down(task_id=plan_task.pk, parts=[part(other, 4)], version=None, by=giang)


def test_an_older_form_is_refused_in_words(plan_task, person, giang):
    part = Work("Rà soát", date(2026, 3, 25), quantity=Decimal(1), person_id=person.pk)
    actions_plan.break_down(task_id=plan_task.pk, parts=[part], version=1, by=giang)
    with pytest.raises(DomainError, match=r"Look at it again|hãy xem lại"):
        actions_plan.break_down(task_id=plan_task.pk, parts=[part], version=1, by=giang)


def test_a_task_is_repeated_every_month_once(task, giang):
    again = actions_plan.repeat(task_id=task.pk, until=date(2026, 6, 1), by=giang)
    assert [one.month.month for one in again] == [4, 5, 6]
    assert [one.due for one in again][-1] == date(2026, 6, 15)
    with pytest.raises(DomainError):
        actions_plan.repeat(task_id=task.pk, until=date(2026, 6, 1), by=giang)


def test_a_plan_is_repeated_with_its_parts(plan_task, person, giang):
    part = Work("Rà soát", date(2026, 3, 25), quantity=Decimal(10), person_id=person.pk,
                product_id=plan_task.product_id)  # fmt: skip
    actions_plan.break_down(task_id=plan_task.pk, parts=[part], version=None, by=giang)
    made = actions_plan.repeat(task_id=plan_task.pk, until=date(2026, 4, 1), by=giang)
    assert [(one.person, one.month.month) for one in made] == [(None, 4), (person, 4)]
    assert made[1].parent_id == made[0].pk


def test_a_repeated_part_stays_with_what_it_is_a_part_of(plan_task, person, giang):
    part = Work("Rà soát", date(2026, 3, 25), quantity=Decimal(1), person_id=person.pk,
                product_id=plan_task.product_id)  # fmt: skip
    [made] = actions_plan.break_down(task_id=plan_task.pk, parts=[part], version=None, by=giang)
    [again] = actions_plan.repeat(task_id=made.pk, until=date(2026, 4, 1), by=giang)
    assert (again.parent_id, again.month.month) == (plan_task.pk, 4)

    [whole, *_parts] = actions_plan.repeat(task_id=plan_task.pk, until=date(2026, 4, 1), by=giang)
    more = Work("Rà soát thêm", date(2026, 3, 26), quantity=Decimal(1), person_id=person.pk,
                product_id=plan_task.product_id)  # fmt: skip
    [added] = actions_plan.break_down(task_id=plan_task.pk, parts=[more], version=None, by=giang)
    [next_month] = actions_plan.repeat(task_id=added.pk, until=date(2026, 4, 1), by=giang)
    assert next_month.parent_id == whole.pk


def test_parts_repeated_are_never_more_than_the_whole(plan_task, person, giang):
    part = Work("Rà soát", date(2026, 3, 25), quantity=plan_task.quantity, person_id=person.pk,
                product_id=plan_task.product_id)  # fmt: skip
    [made] = actions_plan.break_down(task_id=plan_task.pk, parts=[part], version=None, by=giang)
    with pytest.raises(DomainError, match=plan_task.title):
        actions_plan.repeat(task_id=made.pk, until=date(2026, 4, 1), by=giang)


# --- proposing -------------------------------------------------------------------------------


def test_an_own_proposal_waits_for_the_head(work, binh, person, giang, pho):
    task = actions_own.propose(work=work(title="Sáng kiến"), by=binh)
    assert (task.state, task.person) == ("planned", person)
    with pytest.raises(Forbidden):
        actions_plan.accept(task_id=task.pk, version=None, by=binh)
    accepted = actions_plan.accept(task_id=task.pk, version=None, by=giang)
    assert accepted.state == "assigned"
    with pytest.raises(DomainError):
        actions_plan.refuse(task_id=task.pk, reason="Thôi", version=None, by=pho)


def test_a_proposal_is_refused_with_a_reason_or_withdrawn(work, binh, giang):
    first, second = (actions_own.propose(work=work(title=name), by=binh) for name in "ab")
    with pytest.raises(DomainError):
        actions_plan.refuse(task_id=first.pk, reason=" ", version=None, by=giang)
    actions_plan.refuse(task_id=first.pk, reason="Trùng việc", version=None, by=giang)
    actions_own.withdraw(task_id=second.pk, by=binh)
    assert set(Task.objects.values_list("state", flat=True)) == {"cancelled"}


# --- reporting -------------------------------------------------------------------------------


def test_a_late_day_counts_a_delay_by_itself(task, binh):
    done = reported(task, binh, done_on=date(2026, 3, 16))
    assert (done.state, done.reported_delays) == ("reported", 1)
    assert reported(task, binh, done_on=date(2026, 3, 15)).reported_delays == 0


def test_only_the_person_reports_and_never_ahead(task, binh, an, giang):
    for somebody in (an, giang):
        with pytest.raises(Forbidden):
            reported(task, somebody)
    with pytest.raises(DomainError):
        reported(task, binh, done_on=date(2026, 3, 21))


def test_a_report_is_taken_back_before_anybody_confirms(task, binh, giang):
    reported(task, binh)
    back = actions_own.take_back(task_id=task.pk, version=None, by=binh)
    assert (back.state, back.reported_quantity) == ("assigned", None)
    with pytest.raises(DomainError):
        actions_own.take_back(task_id=task.pk, version=None, by=binh)


def test_evidence_stands_until_taken_away_and_only_by_who_brought_it(task, binh, an, proof):
    first, second = actions_own.attach(
        task_id=task.pk, files=[proof()], reference="12/BC-SNV", by=binh
    )
    assert first.file.name == "Báo cáo.pdf"
    with pytest.raises(Forbidden):
        actions_own.attach(task_id=task.pk, files=[proof()], by=an)
    with pytest.raises(Forbidden):
        actions_own.detach(evidence_id=first.pk, by=an)
    assert actions_own.detach(evidence_id=second.pk, by=binh).removed_at is not None
    with pytest.raises(DomainError):
        actions_own.attach(task_id=task.pk, files=[], by=binh)


def test_a_cause_is_judged_by_the_head_never_by_oneself(task, binh, giang):
    actions_own.claim(task_id=task.pk, cause="Bão số 3", version=None, by=binh)
    with pytest.raises(Forbidden):
        actions_head.answer_cause(task_id=task.pk, confirmed=True, answer="", version=None, by=binh)
    with pytest.raises(DomainError):
        actions_head.answer_cause(
            task_id=task.pk, confirmed=False, answer="", version=None, by=giang
        )
    judged = actions_head.answer_cause(
        task_id=task.pk, confirmed=True, answer="Đúng", version=None, by=giang
    )
    assert judged.cause_state == "confirmed"
    with pytest.raises(DomainError):
        actions_own.withdraw_claim(task_id=task.pk, version=None, by=binh)


# --- confirming ------------------------------------------------------------------------------


def test_the_head_takes_the_figures_over_or_gives_others(task, binh, giang):
    reported(task, binh, done_on=date(2026, 3, 18), quantity=Decimal(3))
    done = actions_head.confirm(confirmation=Confirmation(task.pk, delays=0), by=giang)
    assert (done.confirmed_quantity, done.delays, done.state) == (3, 1, "confirmed")

    actions_head.reopen(task_id=task.pk, reason="Nhầm", version=None, by=giang)
    done = actions_head.confirm(
        confirmation=Confirmation(task.pk, quantity=Decimal(2), failures=1, exceeds=True), by=giang
    )
    assert (done.confirmed_quantity, done.quality_failures, done.exceeds) == (2, 1, True)
    with pytest.raises(DomainError):
        reported(task, binh)


def test_what_nobody_reported_needs_a_quantity(task, giang):
    with pytest.raises(DomainError):
        actions_head.confirm(confirmation=Confirmation(task.pk), by=giang)
    done = actions_head.confirm(confirmation=Confirmation(task.pk, quantity=Decimal(0)), by=giang)
    assert done.confirmed_quantity == 0


def test_many_are_confirmed_in_one_event_or_none(task, work, binh, lan_department, giang, pho, an):
    second = actions_plan.assign(unit_id=lan_department.pk, work=work(title="Hai"), by=giang)
    reported(task, binh)
    both = [Confirmation(task.pk), Confirmation(second.pk)]
    with pytest.raises(DomainError):  # nothing was reported of the second
        actions_head.confirm_many(unit_id=lan_department.pk, confirmations=both, by=giang)
    task.refresh_from_db()
    assert task.state == "reported"

    reported(second, binh)
    with pytest.raises(Forbidden):
        actions_head.confirm_many(unit_id=lan_department.pk, confirmations=both, by=an)
    actions_head.confirm_many(unit_id=lan_department.pk, confirmations=both, by=pho)
    [event] = events("work.confirmed")
    assert event.what["count"] == 2


def test_the_work_of_a_head_is_confirmed_from_above(
    work, director, lan_province, chair, giang, pho
):
    task = actions_plan.assign(unit_id=lan_province.pk, work=work(person_id=director.pk), by=chair)
    reported(task, giang)
    for below in (giang, pho):
        with pytest.raises(Forbidden):
            actions_head.confirm(confirmation=Confirmation(task.pk), by=below)
    assert actions_head.confirm(confirmation=Confirmation(task.pk), by=chair).state == "confirmed"


def test_a_report_returns_with_a_reason_and_comes_again(task, binh, giang):
    reported(task, binh)
    with pytest.raises(DomainError):
        actions_head.return_report(task_id=task.pk, reason="", version=None, by=giang)
    back = actions_head.return_report(
        task_id=task.pk, reason="Thiếu số liệu", version=None, by=giang
    )
    assert (back.state, back.answer) == ("returned", "Thiếu số liệu")
    assert reported(task, binh).state == "reported"


# --- on the way ------------------------------------------------------------------------------


def test_the_deadline_moves_with_a_reason_until_it_is_confirmed(task, binh, giang):
    with pytest.raises(DomainError):
        actions_change.change(task_id=task.pk, due=date(2026, 3, 30), reason="", version=None,
                              by=giang)  # fmt: skip
    moved = actions_change.change(
        task_id=task.pk, due=date(2026, 3, 30), reason="Chờ số liệu", version=None, by=giang
    )
    assert moved.due == date(2026, 3, 30)
    [event] = events("work.changed")
    assert event.what["before"] == {"due": "2026-03-15"}
    reported(task, binh)
    actions_head.confirm(confirmation=Confirmation(task.pk), by=giang)
    with pytest.raises(DomainError):
        actions_change.change(task_id=task.pk, due=date(2026, 4, 1), reason="x", version=None,
                              by=giang)  # fmt: skip


def test_a_cancelled_task_comes_back_as_it_was(task, binh, giang):
    reported(task, binh)
    actions_change.cancel(task_id=task.pk, reason="Không còn cần", version=None, by=giang)
    with pytest.raises(DomainError):
        reported(task, binh)
    back = actions_change.restore(task_id=task.pk, version=None, by=giang)
    assert (back.state, back.answer) == ("reported", "")


def test_the_rest_goes_to_another_and_the_sum_stays(task, other, binh, an, giang):
    reported(task, binh, quantity=Decimal(1), done_on=None)
    with pytest.raises(DomainError):  # one is reported as done
        actions_change.hand_over(task_id=task.pk, to=other.pk, kept=Decimal(0), reason="Nghỉ",
                                 version=None, by=giang)  # fmt: skip
    new = actions_change.hand_over(
        task_id=task.pk, to=other.pk, kept=Decimal(1), reason="Nghỉ thai sản", version=None,
        by=giang,
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.quantity, new.quantity) == (1, 3)
    assert (new.previous, new.person, new.coefficient) == (task, other, task.coefficient)
    assert reported(new, an, quantity=Decimal(3)).state == "reported"


def test_a_whole_task_is_handed_over(task, other, giang):
    new = actions_change.hand_over(
        task_id=task.pk, to=other.pk, kept=Decimal(0), reason="Chuyển công tác", version=None,
        by=giang,
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.state, new.quantity) == ("handed_over", 4)


def test_a_closed_month_takes_nothing_more(task, binh, giang, close_month, work, lan_department):
    reported(task, binh)
    close_month(date(2026, 3, 1))
    for act in (
        lambda: reported(task, binh),
        lambda: actions_head.confirm(confirmation=Confirmation(task.pk), by=giang),
        lambda: actions_plan.assign(unit_id=lan_department.pk, work=work(), by=giang),
        lambda: actions_change.cancel(task_id=task.pk, reason="x", version=None, by=giang),
    ):
        with pytest.raises(DomainError, match="03/2026"):
            act()
