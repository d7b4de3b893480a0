"""Handing a kept file out: always as a download, never as a page."""

from django.http import Http404, HttpResponse

from ngangtam.foundation.files import store
from ngangtam.foundation.files.kinds import KINDS
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.files.names import disposition


def download(file: StoredFile) -> HttpResponse:
    """Return the file for saving, under its name.

    Shape: the type is the one that was found when it came, never what a browser said; a browser
        that shows it nevertheless shows it in a sandbox without scripts.
    Errors: Http404 when the bytes are gone or were changed.
    """
    data = store.get(file.hash)
    if data is None:
        raise Http404
    answer = HttpResponse(data, content_type=KINDS[file.kind].media_type)
    answer["Content-Disposition"] = disposition(file.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
