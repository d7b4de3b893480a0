"""Other people's accounts, for administrators. Anybody else does not find these pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.doors.sign_in import actions, queries
from ngangtam.doors.sign_in.forms import AccountForm, DisableForm, IdentityForm
from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.ui.http import done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing

LISTING = Listing(
    columns=[
        Column("name", order=("full_name", "username")),
        Column("username", order=("username",)),
        Column("used", order=("last_login",)),
    ],
    filters=[
        Filter("q", gettext_lazy("Search")),
        Filter(
            "state", gettext_lazy("State"),
            choices=[
                ("active", gettext_lazy("In use")), ("disabled", gettext_lazy("Disabled")),
                ("handed", gettext_lazy("Password handed over")),
            ],
        ),
    ],
    default_sort="name", page_size=50, target="account-table",
)  # fmt: skip


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, found by name."""
    _administrator(request)
    listing = LISTING.read(request.GET)
    rows = queries.accounts_for(request.user, listing.values).order_by(*listing.order_by, "pk")
    table = listing.cut(rows, total=rows.count())
    return page(
        request, "sign_in/account_list.html", "sign_in/_account_table.html", {"table": table}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    _administrator(request)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        try:
            user, password = actions.create_account(**form.cleaned_data, by=request.user)
            return _given(request, user, password, new=True)
        except ValidationError as error:
            form.add_error("username", error)
    return render(
        request, "sign_in/account_add.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@require_safe
def account(request: HttpRequest, username: str) -> HttpResponse:
    """One account: its state and what may be done."""
    return _account(request, _found(request, username))


@never_cache
@require_POST
def give_password(request: HttpRequest, username: str) -> HttpResponse:
    """Replace a lost password by one to hand over."""
    user = _found(request, username)
    try:
        user, password = actions.give_password(user_id=user.pk, by=request.user)
    except ValidationError as error:
        return _refused(request, user, error)
    return _given(request, user, password, new=False)


@require_POST
def forget_factors(request: HttpRequest, username: str) -> HttpResponse:
    """Remove second steps that were lost."""
    user = _found(request, username)
    return _act(
        request, user, lambda: actions.forget_factors(user_id=user.pk, by=request.user),
        _("The second steps were removed."),
    )  # fmt: skip


@require_POST
def disable(request: HttpRequest, username: str) -> HttpResponse:
    """Switch an account off."""
    user = _found(request, username)
    form = DisableForm(request.POST)
    if not form.is_valid():
        return _account(request, user, disable_form=form)
    return _act(
        request, user,
        lambda: actions.disable(user_id=user.pk, by=request.user, **form.cleaned_data),
        _("The account is disabled; its sessions were ended."),
    )  # fmt: skip


@require_POST
def enable(request: HttpRequest, username: str) -> HttpResponse:
    """Switch an account on again."""
    user = _found(request, username)
    return _act(
        request, user, lambda: actions.enable(user_id=user.pk, by=request.user),
        _("The account can be used again."),
    )  # fmt: skip


@require_POST
def lay_down_identity(request: HttpRequest, username: str) -> HttpResponse:
    """Say under which identity a provider names this person."""
    user = _found(request, username)
    form = IdentityForm(request.POST)
    if not form.is_valid():
        return _account(request, user, identity_form=form)
    return _act(
        request, user,
        lambda: actions.lay_down_identity(user_id=user.pk, by=request.user, **form.cleaned_data),
        _("The identity is laid down."),
    )  # fmt: skip


@require_POST
def remove_identity(request: HttpRequest, username: str, provider_id: str) -> HttpResponse:
    """Take an identity back."""
    user = _found(request, username)
    return _act(
        request, user,
        lambda: actions.remove_identity(user_id=user.pk, provider=provider_id, by=request.user),
        _("The identity was removed."),
    )  # fmt: skip


def _administrator(request: HttpRequest) -> Viewer:
    if not queries.runs_the_system(request.user):
        raise Http404
    return request.user


def _found(request: HttpRequest, username: str) -> queries.Account:
    user = queries.account_for(request.user, username)
    if user is None:
        raise Http404
    return user


def _account(request: HttpRequest, user: queries.Account, **forms: Form) -> HttpResponse:
    held = queries.identities_of(request.user, user)
    context: dict[str, Any] = {
        "account": user, "standing": queries.standing_of(user), "own": user == request.user,
        "factors": queries.factor_count(request.user, user),
        "identities": [(one, held.get(one.id)) for one in queries.providers()],
        "disable_form": DisableForm(), "identity_form": IdentityForm(), "policy": queries.policy(),
        **forms,
    }  # fmt: skip
    return render(request, "sign_in/account_detail.html", context, status=422 if forms else 200)


def _act(
    request: HttpRequest, user: queries.Account, act: Callable[[], object], message: str
) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        return _refused(request, user, error)
    return done(request, to=f"/accounts/{user.username}/", message=message)


def _refused(request: HttpRequest, user: queries.Account, error: ValidationError) -> HttpResponse:
    messages.error(request, " ".join(error.messages))
    return redirect("account-detail", username=user.username)


def _given(
    request: HttpRequest, user: queries.Account, password: str, *, new: bool
) -> HttpResponse:
    """Show the password, this once: it is kept nowhere but as a hash."""
    context = {"account": user, "password": password, "new": new,
               "standing": queries.standing_of(user)}  # fmt: skip
    return render(request, "sign_in/account_given.html", context)
