"""Lan signs in; Trị runs the system and opens no file; Bảo is a second administrator."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

PASSWORD = "mat-khau-thu-nghiem"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def tri(root):
    from conftest import _user

    return _user("tri", "Đỗ Quang Trị", "administrator", root)


@pytest.fixture
def bao(root):
    from conftest import _user

    return _user("bao", "Ngô Gia Bảo", "administrator", root)


@pytest.fixture
def sign_in(client):
    """Sign in by the form, as a person does; answers what the server said."""

    def act(username, password=PASSWORD, by=None, **fields):
        return (by or client).post(
            reverse("login"), {"username": username, "password": password, **fields}
        )

    return act


@pytest.fixture
def give_app():
    """Give somebody an authenticator app and recovery codes; return the secret of the app."""

    def act(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"):
        seal = get_adapter().encrypt
        Authenticator.objects.create(user=user, type="totp", data={"secret": seal(secret)})
        Authenticator.objects.create(
            user=user, type="recovery_codes", data={"seed": seal("ab" * 40), "used_mask": 0}
        )
        return secret

    return act


@pytest.fixture
def events():
    from ngangtam.foundation.audit.models import Event

    def read(kind=""):
        found = Event.objects.order_by("pk")
        return list(found.filter(type=kind) if kind else found)

    return read
