"""Pages of the room: rounds, one round and its acts, what follows a result, the own results."""

from django.urls import path

from ngangtam.stages.confidence.views import acts, rounds

urlpatterns = [
    path("", rounds.round_list, name="confidence-list"),
    path("mine/", rounds.mine, name="confidence-mine"),
    path("low/", rounds.low_list, name="confidence-low"),
    path("units/<str:code>/open/", rounds.round_open, name="confidence-open"),
    path("<int:pk>/", rounds.round_detail, name="confidence-round"),
    path("<int:pk>/voters/", rounds.voter_list, name="confidence-voters"),
    path("<int:pk>/<slug:act>/", acts.round_act, name="confidence-act"),
    path("people/<int:pk>/leave-out/", acts.leave_out, name="confidence-leave-out"),
    path("dues/<int:pk>/", acts.due_done, name="confidence-due"),
    path("results/<int:pk>/case/", acts.result_case, name="confidence-case"),
    path("results/<int:pk>/aside/", acts.result_aside, name="confidence-aside"),
]
