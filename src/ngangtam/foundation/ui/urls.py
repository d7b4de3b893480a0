"""The display switch, and the gallery where settings show it."""

from django.conf import settings
from django.urls import URLPattern, path

from ngangtam.foundation.ui import views
from ngangtam.foundation.ui.gallery import views as gallery

urlpatterns: list[URLPattern] = [path("display", views.display, name="ui-display")]

if settings.DEBUG or settings.NGANGTAM_GALLERY:
    urlpatterns += [
        path("", gallery.index, name="ui-gallery"),
        path("progress", gallery.progress, name="ui-gallery-progress"),
        path("branch", gallery.branch, name="ui-gallery-branch"),
        path("ask", gallery.ask, name="ui-gallery-ask"),
        path("form", gallery.form, name="ui-gallery-form"),
        path("print", gallery.print_page, name="ui-gallery-print"),
    ]
