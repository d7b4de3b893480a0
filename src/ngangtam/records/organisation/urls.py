"""Pages of the room: areas, and the forms that change units."""

from django.urls import path

from ngangtam.records.organisation import views
from ngangtam.records.organisation.areas import views as areas

urlpatterns = [
    path("areas/", areas.area_list, name="area-list"),
    path("areas/suggest/", areas.area_suggest, name="area-suggest"),
    path("areas/export.xlsx", areas.area_export, {"style": "xlsx"}, name="area-export"),
    path("areas/export.csv", areas.area_export, {"style": "csv"}, name="area-export"),
    path("areas/<int:pk>/", areas.area_detail, name="area-detail"),
    path("unit-suggest/", views.unit_suggest, name="unit-suggest"),
    path("units/<str:code>/history/", views.unit_history, name="unit-history"),
    path("units/<str:code>/create/", views.unit_create, name="unit-create"),
    path("units/<str:code>/rename/", views.unit_rename, name="unit-rename"),
    path("units/<str:code>/move/", views.unit_move, name="unit-move"),
    path("units/<str:code>/merge/", views.unit_merge, name="unit-merge"),
    path("units/<str:code>/split/", views.unit_split, name="unit-split"),
    path("units/<str:code>/end/", views.unit_end, name="unit-end"),
    path("units/<str:code>/establishment/", views.establishment_set, name="establishment-set"),
    path("units/<str:code>/posts/add/", views.post_add, name="post-add"),
    path("posts/<int:pk>/change/", views.post_change, name="post-change"),
    path("posts/<int:pk>/close/", views.post_close, name="post-close"),
]
