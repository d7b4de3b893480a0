"""The start page and the health of the instance."""

from django.urls import path

from ngangtam.doors.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health", views.health, name="health"),
]
