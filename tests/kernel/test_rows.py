"""Many rows written at once hold what was said of each."""

from datetime import date

import pytest

from ngangtam.foundation.kernel.rows import update_many
from ngangtam.records.organisation.models import Decision

pytestmark = pytest.mark.django_db


def _decisions(count: int) -> list[Decision]:
    return Decision.objects.bulk_create(
        [Decision(number=f"{n}/QĐ", day=date(2026, 1, 1), body="Sở Nội vụ") for n in range(count)]
    )


def test_every_row_keeps_its_own_values():
    rows = _decisions(12)
    for n, row in enumerate(rows):
        row.day, row.summary, row.effects = (
            date(2026, 2, n + 1),
            f"Lan's “{n}”, {{x}}\n",
            [{"n": n}],
        )

    assert update_many(rows, ["day", "summary", "effects"]) == 12

    for row in rows:
        kept = Decision.objects.get(pk=row.pk)
        assert (kept.day, kept.summary, kept.effects) == (row.day, row.summary, row.effects)


def test_only_what_is_named_is_written():
    [row] = _decisions(1)
    row.summary, row.signer = "mới", "Minh"

    update_many([row], ["summary"])

    assert Decision.objects.values_list("summary", "signer").get(pk=row.pk) == ("mới", "")


def test_a_row_that_is_gone_is_not_counted():
    kept, gone = _decisions(2)
    Decision.objects.filter(pk=gone.pk).delete()

    assert update_many([kept, gone], ["summary"]) == 1


def test_nothing_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert update_many([], ["summary"]) == 0
