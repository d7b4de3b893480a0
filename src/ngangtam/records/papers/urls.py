"""Pages of the room: the papers about one person."""

from django.urls import path

from ngangtam.records.papers import views

urlpatterns = [
    path("people/<str:number>/papers/", views.paper_list, name="paper-list"),
    path("people/<str:number>/papers/<slug:form_id>.<slug:style>", views.paper_print,
         name="paper-print"),
]  # fmt: skip
