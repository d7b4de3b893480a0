"""The only two ways in which a view answers."""

from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request as our middleware hands it on: it knows whether htmx asks."""

    htmx: HtmxDetails


class HasUrl(Protocol):
    """Anything with a page of its own."""

    def get_absolute_url(self) -> str: ...


# Form, formset and context are Any by Django's own typing.
def page(request: HttpRequest, full: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """Render `part` alone for htmx, else `full`, which includes `part`. 422 for a bad form."""
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    htmx = bool(getattr(request, "htmx", False))
    response = render(request, part if htmx else full, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: HttpRequest, *, to: HasUrl | str, message: str = "") -> HttpResponse:
    """End a POST: a client-side redirect for htmx, a plain redirect otherwise.

    Shape: `to` is an object with a page, or a path of this site.
    """
    if message:
        messages.success(request, message)
    url = to if isinstance(to, str) else to.get_absolute_url()
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return redirect(url)
