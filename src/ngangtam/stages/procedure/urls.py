"""Pages of the room: lists, one case, every act in it, holds, simulations, the calendar."""

from django.urls import path

from ngangtam.stages.procedure.views import cases, feeds, lists, votes

urlpatterns = [
    path("", lists.case_list, name="case-list"),
    path("export.xlsx", lists.case_list_file, name="case-list-xlsx"),
    path("print/", lists.case_list_print, name="case-list-print"),
    path("open/", lists.open_list, name="case-open"),
    path("open/<str:ident>/", lists.open_by_hand, name="case-open-list"),
    path("tasks/", lists.case_tasks, name="case-tasks"),
    path("opinions/<int:pk>/", lists.opinion_answer, name="case-opinion"),
    path("holds/", lists.hold_list, name="case-holds"),
    path("holds/add/", lists.hold_add, name="case-hold-add"),
    path("holds/<int:pk>/lift/", lists.hold_lift, name="case-hold-lift"),
    path("specials/", lists.special_list, name="case-specials"),
    path("try/", lists.trial_list, name="case-trial"),
    path("try/<str:ident>/", lists.trial_open, name="case-trial-open"),
    path("calendar.ics", feeds.calendar_feed, name="case-calendar"),
    path("calendar/make/", feeds.feed_make, name="case-feed-make"),
    path("calendar/revoke/", feeds.feed_revoke, name="case-feed-revoke"),
    path("files/<str:token>/", cases.case_file, name="case-file"),
    path("<str:number>/", cases.case_detail, name="case-detail"),
    path("<str:number>/print/", cases.case_print, name="case-print"),
    path("<str:number>/contents.docx", cases.case_contents, {"style": "docx"},
         name="case-contents-docx"),
    path("<str:number>/contents.pdf", cases.case_contents, {"style": "pdf"},
         name="case-contents-pdf"),
    path("<str:number>/steps/<int:pk>/", cases.case_step, name="case-step"),
    path("<str:number>/steps/<int:pk>/draft.docx", cases.step_draft, name="case-draft"),
    path("<str:number>/steps/<int:pk>/vote/", votes.vote_prepare, name="case-vote"),
    path("<str:number>/case/<slug:act>/", cases.case_act, {"on": "case"}, name="case-act"),
    path("<str:number>/<slug:on>/<int:pk>/<slug:act>/", cases.case_act, name="case-part-act"),
]  # fmt: skip
