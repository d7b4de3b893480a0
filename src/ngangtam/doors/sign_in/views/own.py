"""One's own account: password, sessions, links."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.doors.sign_in import actions, queries
from ngangtam.doors.sign_in.adapters import MUST_CHANGE
from ngangtam.doors.sign_in.forms import ChangePasswordForm
from ngangtam.doors.sign_in.passwords import needed_length
from ngangtam.foundation.ui.http import done


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    user = queries.actor_of(request.user)
    context = {
        "account": user,
        "standing": queries.standing_of(user),
        "factors": queries.factors_for(user),
        "must_have_factor": queries.must_enrol(user),
        "sessions": queries.sessions_for(user, request.session),
        "providers": queries.providers_for(user),
        "policy": queries.policy(),
        "least": needed_length(user),
    }
    return render(request, "sign_in/account.html", context)


@never_cache
@require_safe
def secure(request: HttpRequest) -> HttpResponse:
    """Why a second step is needed, and which."""
    return render(
        request,
        "sign_in/secure.html",
        {"factors": queries.factors_for(queries.actor_of(request.user))},
    )


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password."""
    user = queries.actor_of(request.user)
    standing = queries.standing_of(user)
    form = ChangePasswordForm(
        request.POST or None, check=lambda old: get_adapter(request).reauthenticate(user, old)
    )
    if form.is_valid():
        try:
            actions.choose_password(
                password=form.cleaned_data["new"],
                session_key=request.session.session_key or "", by=user,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error("new", error)
        else:
            update_session_auth_hash(request, user)
            reauthenticate_by_password(request)
            request.session[MUST_CHANGE] = False
            return done(
                request, to="/account/" if not standing.must_change else "/",
                message=_("The password was changed; other sessions were ended."),
            )  # fmt: skip
    context = {
        "form": form, "standing": standing, "least": needed_length(user),
        "forced": bool(request.session.get(MUST_CHANGE)),
    }  # fmt: skip
    return render(request, "sign_in/password.html", context, status=422 if form.errors else 200)


@require_POST
def end_session(request: HttpRequest, key: str) -> HttpResponse:
    """End one of one's own sessions."""
    if actions.end_session(key=key, by=queries.actor_of(request.user)):
        messages.success(request, _("The session was ended."))
    return redirect("account-page")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this."""
    ended = actions.end_other_sessions(
        session_key=request.session.session_key or "", by=queries.actor_of(request.user)
    )
    words = ngettext("%(number)d session was ended.", "%(number)d sessions were ended.", ended)
    return done(request, to="/account/", message=words % {"number": ended})


@require_POST
def unlink(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Untie the own account from an identity provider."""
    try:
        actions.unlink(provider=provider_id, by=queries.actor_of(request.user))
        messages.success(request, _("The account is no longer linked."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("account-page")
