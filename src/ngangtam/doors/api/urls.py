"""The API, its reference, and one's own tokens."""

from django.urls import path, re_path

from ngangtam.doors.api import views
from ngangtam.doors.api.api import api

urlpatterns = [
    path("api/", views.reference, name="api-reference"),
    path("api/openapi.json", views.openapi, name="api-document"),
    path("api/v1/openapi.json", views.openapi, name="api-openapi"),
    path("api/v1/", api.urls),
    re_path(r"^api/v1/.*$", views.nothing, name="api-nothing"),
    path("account/tokens/", views.token_list, name="token-list"),
    path("account/tokens/make/", views.token_make, name="token-make"),
    path("account/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]
