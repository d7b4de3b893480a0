"""Targets and indicators of a unit on a day."""

from django.urls import path

from ngangtam.oversight.targets import views

urlpatterns = [
    path("", views.targets, name="target-list"),
    path("export.xlsx", views.export, name="target-export"),
    path("indicators/", views.indicators, name="target-indicators"),
    path("indicators/export.xlsx", views.export_indicators, name="target-indicators-export"),
    path("<str:ident>/", views.target, name="target-detail"),
    path("<str:ident>/people/", views.people, name="target-people"),
    path("<str:ident>/trend/", views.trend, name="target-trend"),
    path("<str:ident>/units.xlsx", views.export_units, name="target-units-export"),
]
