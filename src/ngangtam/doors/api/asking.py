"""Who asks, and how far that reaches: the user's grants, as far as the token lets them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from ngangtam.doors.api.problems import Problem, Wrong
from ngangtam.doors.api.scopes import Scope, narrowed
from ngangtam.doors.api.tokens import Held
from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.oversight.standards.places import NoPlace, Place, place_for
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries import people
from ngangtam.records.personnel.queries.reach import Reach, reach_of


class Token(HttpBearer):
    """Lets an operation run for tokens of its scope. The gate has looked at the token itself."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Held:
        """Return the token. Errors: Problem when it lacks the scope of the operation."""
        held = held_by(request)
        if self.scope is not None and self.scope not in held.scopes:
            raise Problem(
                "out-of-scope",
                _("This needs a token with the scope %(scope)s.") % {"scope": self.scope},
            )
        return held


def held_by(request: HttpRequest) -> Held:
    """Return the token of a request that came through the gate."""
    held = request.token  # type: ignore[attr-defined]
    assert isinstance(held, Held)
    return held


def user_of(request: HttpRequest) -> User:
    return held_by(request).user


def reach_for(request: HttpRequest, *scopes: Scope) -> Reach:
    """Return what the user may do today, through these scopes as far as the token has them."""
    has = held_by(request).scopes & set(scopes)
    return narrowed(reach_of(user_of(request), today()), frozenset(has))


def place_at(request: HttpRequest, unit: str | None, on: Any, *scopes: Scope) -> Place:
    """Return the unit and day that are asked for. Errors: Http404 out of reach."""
    asked = {"unit": unit or "", "on": on.isoformat() if on else ""}
    try:
        place = place_for(user_of(request), asked, today=today())
    except NoPlace as error:
        raise Http404 from error
    return replace(place, reach=reach_for(request, *scopes))


def person_at(request: HttpRequest, number: str, *scopes: Scope) -> tuple[Person, Reach]:
    """Return a person whose file may be read, and how far the asker reaches.

    Errors: Http404 out of reach.
    """
    reach = reach_for(request, *scopes)
    rows = people.people_for(reach).select_related("home_unit", "hometown", "source")
    person = rows.filter(number=number).first()
    if person is None:
        raise Http404
    return person, reach


def must_be_valid(form: forms.Form, names: Callable[[str], str] = str) -> None:
    """Refuse what a form of the pages would refuse, in its words.

    Shape: `names` turns a field of the form into the place of the value in the request.
    Errors: Problem 422.
    """
    if form.is_valid():
        return
    wrong = [
        Wrong("body" if field == "__all__" else f"body.{names(field)}", str(message))
        for field, messages in form.errors.items()
        for message in messages
    ]
    raise Problem("invalid", wrong[0].detail, wrong)
