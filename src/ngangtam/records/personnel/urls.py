"""Pages of the room: people, their files, units with their holders, decisions."""

from django.urls import path

from ngangtam.records.personnel.views import changes, decisions, file, people, units

urlpatterns = [
    path("people/", people.person_list, name="person-list"),
    path("people/open/", people.person_open, name="person-open"),
    path("people/export.xlsx", people.person_export, {"style": "xlsx"}, name="person-export"),
    path("people/export.csv", people.person_export, {"style": "csv"}, name="person-export-csv"),
    path("people/<str:number>/", file.person_detail, name="person-detail"),
    path("people/<str:number>/print/", file.person_print, name="person-print"),
    path("people/<str:number>/sensitive/", file.person_sensitive, name="person-sensitive"),
    path("people/<str:number>/identity/", changes.identity_change, name="identity-change"),
    path("people/<str:number>/postings/add/", changes.posting_add, name="posting-add"),
    path("people/<str:number>/records/add/", changes.record_kinds, name="record-kinds"),
    path("people/<str:number>/records/add/<str:kind>/", changes.record_add, name="record-add"),
    path("postings/<int:pk>/end/", changes.posting_end, name="posting-end"),
    path("postings/<int:pk>/correct/", changes.posting_correct, name="posting-correct"),
    path("postings/<int:pk>/void/", changes.posting_void, name="posting-void"),
    path("postings/<int:pk>/restore/", changes.posting_restore, name="posting-restore"),
    path("records/<int:pk>/correct/", changes.record_correct, name="record-correct"),
    path("records/<int:pk>/void/", changes.record_void, name="record-void"),
    path("records/<int:pk>/restore/", changes.record_restore, name="record-restore"),
    path("units/", units.unit_list, name="unit-list"),
    path("units/<str:code>/", units.unit_detail, name="unit-detail"),
    path("units/<str:code>/branch/", units.unit_branch, name="unit-branch"),
    path("units/<str:code>/chart/", units.unit_chart, name="unit-chart"),
    path("decisions/", decisions.decision_list, name="decision-list"),
    path("decisions/add/", decisions.decision_add, name="decision-add"),
    path("decisions/<int:pk>/", decisions.decision_detail, name="decision-detail"),
]
