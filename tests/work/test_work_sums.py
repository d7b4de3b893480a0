"""However work is split, shared and handed over, as much is to be done as before."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.work import actions_change, actions_plan
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.steps import LIVE, split_by_shares

CENTS = st.integers(1, 1_000_000).map(lambda cents: Decimal(cents) / 100)
SHARES = st.lists(st.integers(1, 1000).map(Decimal), min_size=1, max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CENTS, SHARES)
def test_shares_give_the_whole_again(quantity, shares):
    try:
        parts = split_by_shares(quantity, shares)
    except DomainError:
        # Too little for so many: somebody would get less than a hundredth.
        assert min(quantity * share / sum(shares) for share in shares) < Decimal("0.01")
        return
    assert sum(parts) == quantity
    assert all(part > 0 for part in parts)
    exact = [quantity * share / sum(shares) for share in shares]
    assert all(abs(part - one) < Decimal("0.01") for part, one in zip(parts, exact, strict=True))


STEPS = st.lists(
    st.tuples(st.sampled_from(["share", "hand", "whole", "cancel"]), st.integers(0, 99),
              st.integers(0, 2), st.integers(1, 99)), max_size=8,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(STEPS)
def test_no_step_makes_or_loses_work(work, person, other, director, lan_department, chair, moves):
    Task.objects.update(state="cancelled")  # what the example before left
    whole = Decimal("20.00")
    actions_plan.assign(unit_id=lan_department.pk, work=work(quantity=whole), by=chair)
    people = [person, other, director]
    for kind, which, to, percent in moves:
        tasks = list(Task.objects.filter(state__in=LIVE).order_by("pk"))
        task, receiver = tasks[which % len(tasks)], people[to]
        part = (task.quantity * percent / 100).quantize(Decimal("0.01"))
        with suppress(DomainError):
            _move(kind, task, receiver, part, chair)
        live = Task.objects.filter(state__in=LIVE)
        assert sum(live.values_list("quantity", flat=True)) == whole


def _move(kind, task, receiver, part, by):
    common = {"task_id": task.pk, "reason": "x", "version": None, "by": by}
    match kind:
        case "share":
            actions_change.share(parts=[(receiver.pk, part)], **common)
        case "hand":
            actions_change.hand_over(to=receiver.pk, kept=part, **common)
        case "whole":
            actions_change.hand_over(to=receiver.pk, kept=Decimal(0), **common)
        case "cancel":
            actions_change.cancel(**common)
            actions_change.restore(task_id=task.pk, version=None, by=by)
