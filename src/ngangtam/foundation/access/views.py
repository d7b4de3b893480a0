"""Signing in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView

from ngangtam.foundation.access import queries

public = login_not_required


class SignIn(LoginView):
    """The sign-in page; in a trial it shows the accounts that the demo made."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = queries.demo_accounts() if settings.NGANGTAM_DEMO_ACCOUNTS else []
        return super().get_context_data(**kwargs, demo_accounts=shown)
