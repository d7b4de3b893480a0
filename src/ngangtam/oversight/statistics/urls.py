"""Statistical forms of a unit on a day."""

from django.urls import path

from ngangtam.oversight.statistics import views

urlpatterns = [
    path("", views.forms, name="statistics-list"),
    path("<slug:ident>/", views.form, name="statistics-detail"),
    path("<slug:ident>/people/", views.people, name="statistics-people"),
    path("<slug:ident>/export.xlsx", views.excel, name="statistics-export"),
    path("<slug:ident>/export.pdf", views.paper, name="statistics-paper"),
]
