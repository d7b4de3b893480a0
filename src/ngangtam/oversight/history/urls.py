"""The journal, histories, the proof."""

from django.urls import path, register_converter

from ngangtam.oversight.history import views


class RowKind:
    """The rows of a file that have a history of their own."""

    regex = "posting|record"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RowKind, "rowkind")

urlpatterns = [
    path("", views.audit_list, name="audit-list"),
    path("export.xlsx", views.audit_export, name="audit-export"),
    path("proof/", views.audit_proof, name="audit-proof"),
    path("proof/<int:pk>.txt", views.audit_checkpoint, name="audit-checkpoint"),
    path("people/<str:number>/", views.audit_person, name="audit-person"),
    path("units/<str:code>/", views.audit_unit, name="audit-unit"),
    path("users/<str:username>/", views.audit_user, name="audit-user"),
    path("rows/<rowkind:kind>/<int:pk>/", views.audit_record, name="audit-record"),
    path("<int:pk>/", views.audit_detail, name="audit-detail"),
]
