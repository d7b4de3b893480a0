"""The language, which is everybody's; signing in is a door of its own."""

from django.urls import path
from django.views.i18n import set_language

from ngangtam.foundation.access import views

urlpatterns = [
    path("language/", views.public(set_language), name="set_language"),
]
