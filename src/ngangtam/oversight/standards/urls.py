"""Pages of the law, and of who meets a standard. A standard's id holds dots, never a slash."""

from django.urls import path

from ngangtam.oversight.standards import views, views_procedures, views_schemes
from ngangtam.oversight.standards import views_people as people

urlpatterns = [
    path("", views.home, name="law-home"),
    path("instruments/", views.instruments, name="law-instruments"),
    path("instruments/<str:ident>/", views.instrument, name="law-instrument"),
    path("parameters/", views.parameters, name="law-parameters"),
    path("parameters/<str:ident>/", views.parameter, name="law-parameter"),
    path("targets/", views.targets, name="law-targets"),
    path("targets/<str:ident>/", views.target, name="law-target"),
    path("indicators/", views.indicators, name="law-indicators"),
    path("indicators/<str:ident>/", views.indicator_set, name="law-indicator-set"),
    path("schemes/", views_schemes.schemes, name="law-schemes"),
    path("schemes/<str:ident>/", views_schemes.scheme, name="law-scheme"),
    path("procedures/", views_procedures.procedures, name="law-procedures"),
    path("procedures/<str:ident>/", views_procedures.procedure, name="law-procedure"),
    path("facts/", views.facts, name="law-facts"),
    path("catalogues/<str:ident>/", views.catalogue, name="law-catalogue"),
    path("conflicts/", views.conflicts, name="law-conflicts"),
    path("check/", views.check, name="law-check"),
    path("standards/", views.standards, name="standard-list"),
    path("standards/<str:ident>/", people.standard, name="standard-detail"),
    path("standards/<str:ident>/people.xlsx", people.export, name="standard-export"),
    path("standards/<str:ident>/<str:number>/", people.finding, name="standard-finding"),
    path("people/<str:number>/", people.standards_of, name="standard-person"),
]
