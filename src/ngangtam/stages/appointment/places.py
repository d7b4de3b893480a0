"""Where the facts of the conditions of this room are written down, for who finds one missing."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.records.organisation.models import Post
from ngangtam.stages.appointment import starts
from ngangtam.stages.procedure import knowing
from ngangtam.stages.procedure.knowing import Hint

# Kinds of records of a file, with the facts made of them.
_RECORDS: Final[dict[str, tuple[str | Promise, tuple[str, ...]]]] = {
    "declaration": (_("Record the declaration"), ("declaration_filed", "declaration_verified")),
    "political_conclusion": (
        _("Record the political conclusion"), ("political_conclusion", "political_fit"),
    ),
    "family": (
        _("Record the relatives"),
        ("relative_in_same_leadership", "relative_head_or_deputy_here",
         "relative_head_of_listed_sector"),
    ),
    "discipline": (
        _("Record or complete the discipline"),
        ("discipline_running", "reprimanded", "months_since_reprimand", "warned",
         "months_since_warning", "removed_before", "months_since_removal",
         "otherwise_disciplined", "last_discipline_day"),
    ),
    "rating": (_("Record the yearly ratings"), ("term_tasks_completed",)),
}  # fmt: skip
_POSTS_HELD: Final = (
    "onsite", "first_appointment", "months_in_equivalent_posts", "equal_or_lower_post",
    "title_higher_than_held", "already_seconded",
)  # fmt: skip
_PLANS: Final = ("planned_for_title", "planned_for_equal_or_higher", "plan_approved_here")


def register() -> None:
    """Say where each fact is written down."""
    for kind, (label, facts) in _RECORDS.items():
        knowing.place(facts, _record(kind, label))
    knowing.place(("birth_day", "gender"), _of_person("identity-change", _("Complete the file")))
    knowing.place(_POSTS_HELD, _of_person("person-detail", _("Posts held, in the file")))
    knowing.place(_PLANS, _page("planning-list", _("Succession plans")))
    knowing.place(("term_completed",), _page("term-list", _("Terms that end")))
    told = {fact for facts in starts.ENTERED.values() for fact in facts}
    knowing.place(sorted(told), _told)


def _record(kind: str, label: str | Promise) -> knowing.Places:
    def places(number: str, _post: Post | None, _day: date) -> Sequence[Hint]:
        return [Hint(label, reverse("record-add", args=[number, kind]))]

    return places


def _of_person(url_name: str, label: str | Promise) -> knowing.Places:
    def places(number: str, _post: Post | None, _day: date) -> Sequence[Hint]:
        return [Hint(label, reverse(url_name, args=[number]))]

    return places


def _page(url_name: str, label: str | Promise) -> Callable[[str, Post | None, date], list[Hint]]:
    def places(_number: str, _post: Post | None, _day: date) -> list[Hint]:
        return [Hint(label, reverse(url_name))]

    return places


def _told(_number: str, _post: Post | None, _day: date) -> Sequence[Hint]:
    """What other bodies or the person tell is in no file: it is entered, or decided here."""
    said = _("Not kept in files: told by other bodies or the person, then decided here.")
    return [Hint(said, "")]
