"""Pages about the API: the reference, and one's own tokens."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.doors.api import actions, document, forms, problems, queries
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Listing
from ngangtam.records.personnel.queries.reach import actor_of

LISTING = Listing(target="token-table", page_size=25)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API for programs: with a token, or for who is signed in."""
    return JsonResponse(
        document.document(get_language() or "vi"), json_dumps_params={"ensure_ascii": False}
    )


def nothing(request: HttpRequest, **_rest: Any) -> HttpResponse:
    """Every address of the API that is none."""
    words = _("There is nothing at this address, or it is out of your reach.")
    return problems.answer(request, "not-found", words)


@require_safe
def reference(request: Request) -> HttpResponse:
    """The same for people, searchable, without a line of somebody else's script."""
    q = fold(request.GET.get("q", "").replace("\0", ""))[:100]
    context = {
        "q": q, "parts": document.parts(get_language() or "vi", q),
        "scopes": document.scope_labels(),
        "problems": [(kind, status, title) for kind, (status, title) in problems.KINDS.items()],
    }  # fmt: skip
    return page(request, "api/reference.html", "api/_operations.html", context)


@never_cache
@require_safe
def token_list(request: Request) -> HttpResponse:
    table = LISTING.read(request.GET).cut(queries.tokens_for(request.user))
    rows = [(token, queries.state_of(token)) for token in table.rows]
    context = {"table": table, "rows": rows}
    return page(request, "api/token_list.html", "api/_token_table.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]  # the library types none
def token_make(request: Request) -> HttpResponse:
    """Make a token; its secret stands on the answer and nowhere else.

    A token outlives the session, so whoever makes one says once more who they are.
    """
    form = forms.TokenForm(request.POST or None)
    if form.is_valid():
        by = actor_of(request.user)
        try:
            made = actions.make(user_id=by.pk, **form.values, by=by)
            return render(request, "api/token_made.html", {"made": made})
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "back": reverse("token-list")}
    return page(request, "api/token_make.html", "api/_token_form.html", context)


@require_http_methods(["GET", "POST"])
def token_revoke(request: Request, pk: int) -> HttpResponse:
    token = queries.token_for(request.user, pk)
    if token is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.revoke(token_id=pk, by=actor_of(request.user))
        except DomainError as error:
            return done(request, to=reverse("token-list"), message=" ".join(error.messages))
        return done(request, to=reverse("token-list"), message=_("The token is revoked."))
    context = {"token": token, "back": reverse("token-list")}
    return page(request, "api/token_revoke.html", "api/_token_revoke.html", context)
