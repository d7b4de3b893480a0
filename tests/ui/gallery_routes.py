"""The room alone, with the two doors that its frame links to: no page of a higher floor."""

from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    path("", lambda request: HttpResponse("start"), name="home"),
    path("sign-in/", lambda request: HttpResponse("sign in"), name="login"),
    path("sign-out/", lambda request: HttpResponse("sign out"), name="logout"),
    path("", include("ngangtam.foundation.access.urls")),
    path("ui/", include("ngangtam.foundation.ui.urls")),
]
