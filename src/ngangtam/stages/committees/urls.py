"""Pages of the room: structure plans of committees and their candidates."""

from django.urls import path

from ngangtam.stages.committees import views

urlpatterns = [
    path("", views.structure_list, name="committee-list"),
    path("open/", views.structure_open, name="committee-open"),
    path("<int:pk>/", views.detail, name="committee-detail"),
    path("<int:pk>.xlsx", views.export, name="committee-xlsx"),
    path("<int:pk>/numbers/", views.numbers, name="committee-numbers"),
    path("<int:pk>/figures/", views.figures, name="committee-figures"),
    path("<int:pk>/approve/", views.approve, name="committee-approve"),
    path("<int:pk>/election/", views.election, name="committee-election"),
    path("<int:pk>/candidates/", views.candidates, name="committee-candidates"),
    path("<int:pk>/candidates/<str:number>/", views.candidate, name="committee-candidate"),
    path("candidates/<int:pk>/off/", views.off, name="committee-off"),
]
