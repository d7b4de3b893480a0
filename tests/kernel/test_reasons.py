"""A reason is never empty, however many letters of no width somebody types."""

import pytest

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given


def test_a_reason_is_folded_and_kept_to_its_length():
    assert given("  vì\u00a0 thế\n") == "vì thế"
    assert given("a" * 500, most=300) == "a" * 300


@pytest.mark.parametrize("nothing", ["", "  \n", "\u200b\ufeff \u00a0"])
def test_nothing_is_no_reason(nothing):
    with pytest.raises(DomainError, match="Say why the vote ends"):
        given(nothing, "Say why the vote ends.")
    with pytest.raises(DomainError):
        given(nothing)
