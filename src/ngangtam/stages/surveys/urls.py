"""Pages of the room: what one is asked, answering, running surveys, what came of them."""

from django.urls import path

from ngangtam.stages.surveys.views import answering, running

urlpatterns = [
    path("", running.survey_list, name="survey-list"),
    path("mine/", answering.mine, name="survey-mine"),
    path("mine/<int:pk>/", answering.answer, name="survey-answer"),
    path("answer/", answering.by_code, name="survey-answer-by-code"),
    path("answer/thanks/", answering.thanks, name="survey-thanks"),
    path("units/<str:code>/open/", running.survey_open, name="survey-open"),
    path("<int:pk>/", running.survey_detail, name="survey-detail"),
    path("<int:pk>/close/", running.survey_close, name="survey-close"),
    path("<int:pk>/codes/", running.survey_codes, name="survey-codes"),
]
