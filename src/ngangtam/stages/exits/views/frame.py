"""What several pages of the room share."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import HasUrl, Request, done, page
from ngangtam.stages.exits import queries


def unit_or_404(request: Request, code: str) -> Any:
    found = queries.unit_for(request.user, code)
    if found is None:
        raise Http404
    return found


def attempt(
    request: Request, form: django_forms.Form, act: Callable[[], object], *,
    to: Callable[[Any], HasUrl | str], message: str,
) -> HttpResponse | None:  # fmt: skip
    """Do an act with a sound form and go on; None shows the form again with what is wrong."""
    if not form.is_valid():
        return None
    try:
        made = act()
    except DomainError as error:
        form.add_error(None, ValidationError(error.messages))
        return None
    return done(request, to=to(made), message=message)


def ask(request: Request, form: django_forms.Form, **context: Any) -> HttpResponse:
    """Show a page that asks: a title, a sentence, a form, a button, and the way back."""
    shown = {"form": form, "cancel": _("Cancel"), **context}
    return page(request, "exits/ask.html", "exits/_ask.html", shown)
