"""Every door of the web, by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("ngangtam.doors.home.urls")),
    path("", include("ngangtam.foundation.access.urls")),
    path("", include("ngangtam.doors.grants.urls")),
    path("", include("ngangtam.doors.sign_in.urls")),
    path("", include("ngangtam.doors.api.urls")),
    path("ui/", include("ngangtam.foundation.ui.urls")),
    path("", include("ngangtam.records.personnel.urls")),
    path("", include("ngangtam.records.organisation.urls")),
    path("", include("ngangtam.records.papers.urls")),
    path("", include("ngangtam.records.corrections.urls")),
    path("assignments/", include("ngangtam.stages.work.urls")),
    path("evaluation/", include("ngangtam.stages.evaluation.urls")),
    path("surveys/", include("ngangtam.stages.surveys.urls")),
    path("ballots/", include("ngangtam.stages.ballots.urls")),
    path("confidence/", include("ngangtam.stages.confidence.urls")),
    path("plans/", include("ngangtam.stages.planning.urls")),
    path("committees/", include("ngangtam.stages.committees.urls")),
    path("appointment/", include("ngangtam.stages.appointment.urls")),
    path("exits/", include("ngangtam.stages.exits.urls")),
    path("cases/", include("ngangtam.stages.procedure.urls")),
    path("intake/", include("ngangtam.records.intake.urls")),
    path("targets/", include("ngangtam.oversight.targets.urls")),
    path("statistics/", include("ngangtam.oversight.statistics.urls")),
    path("law/", include("ngangtam.oversight.standards.urls")),
    path("audit/", include("ngangtam.oversight.history.urls")),
]
