"""The locked screen: what was typed into a form waits, sealed, until its writer is back."""

import json
from dataclasses import dataclass
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ngangtam.doors.sign_in.forms import UnlockForm
from ngangtam.doors.sign_in.seal import seal, unseal

_PURPOSE: Final = "kept"
_LOCKED: Final = 423


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent to a locked session: where to, its fields, files that could not wait."""

    path: str
    fields: list[tuple[str, str]]
    files: list[str]


def keep(request: HttpRequest) -> HttpResponse:
    """Answer a form that came too late with the lock; its content is sealed into the page.

    Sealed, because the screen is locked: whoever passes by must not read it from the source.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    content = {
        "user": request.user.pk, "path": request.get_full_path(), "fields": fields,
        "files": [
            str(file.name) for name in request.FILES for file in request.FILES.getlist(name)
        ],
    }  # fmt: skip
    kept = seal(json.dumps(content), purpose=_PURPOSE)
    return show(request, UnlockForm(), kept=kept, status=_LOCKED)


def opened(request: HttpRequest, sealed: str) -> Kept | None:
    """Return what was kept for this person; None when there is nothing, or it is not theirs."""
    try:
        content = json.loads(unseal(sealed, purpose=_PURPOSE))
    except ValueError:
        return None
    if content["user"] != request.user.pk:
        return None
    return Kept(
        content["path"], [(name, value) for name, value in content["fields"]], content["files"]
    )


def show(
    request: HttpRequest, form: UnlockForm, *, kept: str = "", status: int = 200
) -> HttpResponse:
    """Return the lock; the part alone when the script asks for it to lay it over the page."""
    htmx = bool(getattr(request, "htmx", False))
    template = "sign_in/_lock_form.html" if htmx else "sign_in/locked.html"
    passkey = Authenticator.objects.filter(
        user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN
    ).exists()
    options = webauthn.begin_authentication(request.user) if passkey else None
    context = {
        "form": form, "kept": kept, "next": safe_next(request),
        "options": json.dumps(options) if options else "", "over": htmx,
    }  # fmt: skip
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def safe_next(request: HttpRequest) -> str:
    """Return the address to go back to, of this site alone; the start page by default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("home")
