"""Signing in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from ngangtam.foundation.access import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("language/", views.public(set_language), name="set_language"),
]
