"""Pages of the room: plans, who stands in them, reviews, the balance, lists sent up."""

from django.urls import path

from ngangtam.stages.planning.views import balance, lists, plans, reviews, titles

urlpatterns = [
    path("", plans.plan_list, name="planning-list"),
    path("open/", plans.plan_open, name="planning-open"),
    path("mine/", plans.mine, name="planning-mine"),
    path("balance/", balance.balance_page, name="planning-balance"),
    path("balance.xlsx", balance.balance_export, name="planning-balance-xlsx"),
    path("balance/print/", balance.balance_print, name="planning-balance-print"),
    path("lists/", lists.sent_list, name="planning-sent-list"),
    path("lists/<int:pk>/", lists.sent, name="planning-sent"),
    path("lists/<int:pk>/seen/", lists.seen, name="planning-seen"),
    path("lists/<int:pk>.docx", lists.export, {"style": "docx"}, name="planning-sent-docx"),
    path("lists/<int:pk>.xlsx", lists.export, {"style": "xlsx"}, name="planning-sent-xlsx"),
    path("titles/<int:pk>/candidates/", titles.candidates, name="planning-candidates"),
    path("titles/<int:pk>/candidates/<str:number>/", titles.candidate, name="planning-candidate"),
    path("titles/<int:pk>/remove/", titles.remove, name="planning-title-remove"),
    path("entries/<int:pk>/", titles.entry, name="planning-entry"),
    path("entries/<int:pk>/judge/", titles.entry_judge, name="planning-judge"),
    path("entries/<int:pk>/out/", titles.entry_out, name="planning-out"),
    path("entries/<int:pk>/stay/", titles.entry_stay, name="planning-stay"),
    path("reviews/lines/<int:pk>/", reviews.line, name="planning-line"),
    path("<int:pk>/", plans.plan_detail, name="planning-detail"),
    path("<int:pk>/print/", plans.plan_print, name="planning-print"),
    path("<int:pk>.xlsx", plans.plan_export, name="planning-xlsx"),
    path("<int:pk>/titles/", titles.add, name="planning-titles"),
    path("<int:pk>/review/", reviews.review, name="planning-review"),
    path("<int:pk>/review/open/", reviews.review_open, name="planning-review-open"),
    path("<int:pk>/review/close/", reviews.review_close, name="planning-review-close"),
    path("<int:pk>/send/", lists.send, name="planning-send"),
    path("<int:pk>/outlook/", plans.outlook, name="planning-outlook"),
    path("<int:pk>/case/", plans.plan_case, name="planning-case"),
    path("<int:pk>/<slug:act>/", plans.plan_act, name="planning-act"),
]
