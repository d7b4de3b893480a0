"""Pages of the room: bringing rosters in, checking them, committing and undoing."""

from django.urls import path

from ngangtam.records.intake.views import batches, finish, review

urlpatterns = [
    path("", batches.upload, name="intake-upload"),
    path("units/", batches.units, name="intake-units"),
    path("rosters/", batches.batch_list, name="intake-list"),
    path("rosters/<int:pk>/", batches.batch_detail, name="batch-detail"),
    path("rosters/<int:pk>/progress/", batches.progress, name="intake-progress"),
    path("rosters/<int:pk>/columns/", review.mapping, name="intake-mapping"),
    path("rosters/<int:pk>/template/", review.template_save, name="intake-template-save"),
    path("rosters/<int:pk>/template/apply/", review.template_apply, name="intake-template-apply"),
    path("rosters/<int:pk>/people/", review.decide, name="intake-decide"),
    path("rosters/<int:pk>/people/same/", review.same_all, name="intake-same"),
    path("rosters/<int:pk>/people/apart/", review.apart_all, name="intake-apart"),
    path("rosters/<int:pk>/commit/", finish.commit, name="intake-commit"),
    path("rosters/<int:pk>/undo/", finish.undo, name="intake-undo"),
    path("rosters/<int:pk>/discard/", finish.discard, name="intake-discard"),
    path("rosters/<int:pk>/again/", finish.again, name="intake-again"),
    path("rosters/<int:pk>/report.json", finish.report, {"style": "json"}, name="intake-report"),
    path(
        "rosters/<int:pk>/report.xlsx", finish.report, {"style": "xlsx"},
        name="intake-report-xlsx",
    ),
]  # fmt: skip
