"""Roles: what each may do, who holds which where, giving, confirming, ending, reviewing."""

from django.urls import path

from ngangtam.doors.grants import views

urlpatterns = [
    path("roles/", views.role_list, name="role-list"),
    path("grants/", views.grant_list, name="grant-list"),
    path("grants/give/", views.grant_give, name="grant-give"),
    path("grants/review/", views.grant_review, name="grant-review"),
    path("grants/export.xlsx", views.grant_export, {"style": "xlsx"}, name="grant-export"),
    path("grants/export.csv", views.grant_export, {"style": "csv"}, name="grant-export-csv"),
    path("grants/<int:pk>/", views.grant_detail, name="grant-detail"),
    path("grants/<int:pk>/confirm/", views.grant_confirm, name="grant-confirm"),
    path("grants/<int:pk>/refuse/", views.grant_refuse, name="grant-refuse"),
    path("grants/<int:pk>/withdraw/", views.grant_withdraw, name="grant-withdraw"),
    path("grants/<int:pk>/end/", views.grant_end, name="grant-end"),
]
