"""What pages show that is not a row of a table: tabs, the conditions of a candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Post
from ngangtam.stages.appointment import queries_exams, starts, terms
from ngangtam.stages.appointment.forms import StartForm
from ngangtam.stages.appointment.starts import Look, Wish


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that others told the office of a candidate. Shape: `value` is yes, no or ""."""

    key: str
    label: str
    value: str


def tabs(current: str) -> list[Tab]:
    """Return the lists of this room."""
    return [
        Tab(_("Vacant posts"), reverse("vacancy-list"), current == "vacancies"),
        Tab(_("Terms that end"), reverse("term-list"), current == "terms"),
        Tab(_("Secondments and probations"), reverse("limited-list"), current == "limited"),
        Tab(_("Examinations"), reverse("exam-list"), current == "exams"),
    ]


def wish_of(
    form: StartForm, procedure: str, numbers: Sequence[str],
    entered: Mapping[str, Mapping[str, bool]],
) -> Wish:  # fmt: skip
    """Return what is wanted; before the form was sent, the people and what was told of them."""
    if form.is_bound and form.is_valid():
        return form.wish(procedure, numbers, entered)
    return Wish(procedure, tuple(numbers), entered=entered)


def looks(wish: Wish, post: Post, by: User) -> list[Look]:
    """Return how the people wanted stand to the conditions. Errors: DomainError as `named`."""
    people = starts.named(wish.numbers, by, today())
    return starts.looks(wish, people, post, day=today(), by=by)


def with_error(form: StartForm, error: ValidationError) -> StartForm:
    """Return the form with a refusal on it; one that was not sent is bound first."""
    if not form.is_bound:
        form.is_bound, form.data = True, {}
        form.full_clean()
        form.errors.clear()
    form.add_error(None, error)
    return form


def entered(stage: str, data: QueryDict, looked: Sequence[Look]) -> dict[str, list[Told]]:
    """Return by file number what the office may enter of each candidate, with what it entered."""
    facts = rulebook().case_vocabulary.facts
    return {
        one.person.number: [
            Told(
                f"told.{one.person.number}.{name}", said(facts[name].label),
                data.get(f"told.{one.person.number}.{name}", ""),
            )
            for name in starts.ENTERED.get(stage, ()) if name in facts
        ]
        for one in looked
    }  # fmt: skip


def notice_state() -> dict[str, Any]:
    """Return what the page of terms says about the rule on the notice."""
    found = terms.notice_rule(today())
    return {
        "days": terms.notice_days(today()), "cites": found.cites,
        "label": said(rulebook().parameters[terms.NOTICE].label),
    }  # fmt: skip


def case_start(exam: Any, hands: Any) -> str:
    """Return where the office opens the case for who was proposed, "" when it does not."""
    if not hands.runs or not exam.chosen_id:
        return ""
    wanted = {"person": queries_exams.chosen_number(exam)}
    ways = starts.roads(exam.post.regime, ["exam"], today())
    fits = next((one.id for one in ways if not one.why_not), "")
    query = urlencode({key: value for key, value in {**wanted, "procedure": fits}.items() if value})
    return f"{reverse('appointment-start', args=[exam.post_id])}?{query}"


def ties(exam: Any) -> list[str]:
    """Return the names of the rounds that tell equal totals apart."""
    named = {one["id"]: said(one["label"]) for one in exam.scheme["rounds"]}
    return [named[one] for one in exam.scheme["ties"] if one in named]
