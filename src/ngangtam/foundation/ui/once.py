"""A form that is sent twice acts once: by a double click, a reload, or after a lost answer.

Every form that carries the token against forged requests carries a number, too. The same number
with the same content is the same act; content that was changed meanwhile is another one. What
comes of the first sending is what the second is answered with.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.apps import apps
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from ngangtam.foundation.audit import once
from ngangtam.foundation.audit.models import Event, Once
from ngangtam.foundation.ui.http import done

FIELD: Final = "_once"
_LEAST: Final = 16  # letters; whoever sends fewer did not get them from us
_OURS: Final = "_once_mark"


class OnceMiddleware:
    """Gives forms that carry a number their mark, and answers a second sending."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        finally:
            once.ask(None)
        mark = getattr(request, _OURS, None)
        if mark is None:
            return response
        if response.status_code >= 400 and (earlier := once.before(mark)):
            # It was refused because the other sending has just done it.
            return _again(request, earlier) or response
        once.note(mark, response.status_code, _whither(response))
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Ask whether this was done; when not, let the act be known by its mark."""
        if request.method != "POST" or not request.user.is_authenticated:
            return None
        drawn = request.POST.get(FIELD, "")
        if len(drawn) < _LEAST:
            return None
        mark = mark_of(request, drawn)
        earlier = once.before(mark)
        if earlier is None:
            setattr(request, _OURS, mark)
            once.ask(mark)
            return None
        return _again(request, earlier)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The other sending was quicker; this one has undone what it had begun."""
        mark = getattr(request, _OURS, None)
        if mark is None or not isinstance(error, once.AlreadyDoneError):
            return None
        delattr(request, _OURS)
        earlier = once.before(mark)
        return None if earlier is None else _back(request, earlier)


def mark_of(request: HttpRequest, drawn: str) -> once.Mark:
    """Return the mark of a form: its number, where it goes, and all that it says."""
    said = [request.path.encode()]
    for name, values in sorted(request.POST.lists()):
        if name not in {FIELD, "csrfmiddlewaretoken"}:
            said += [name.encode(), *(value.encode() for value in values), b""]
    for name, files in sorted(request.FILES.lists()):
        said += [name.encode(), *(_bytes_of(file) for file in files), b""]
    # The number is kept nowhere: without it the mark tells nobody what was said, of an answer
    # without a name for instance.
    return once.Mark(viewer_id=request.user.pk or 0, key=once.hashed([drawn.encode(), *said]))


def _bytes_of(file: "UploadedFile[Any]") -> bytes:
    """Return what stands for a file: its name and a hash of what is in it."""
    whole = once.hashed(file.chunks())
    file.seek(0)
    return f"{file.name} {whole}".encode()


def _whither(response: HttpResponse) -> str:
    return str(response.get("HX-Redirect") or response.get("Location") or "")


def _again(request: HttpRequest, earlier: Once) -> HttpResponse | None:
    """Answer what was done before; None when its answer was no page to go to, but what was asked.

    A download may be asked for again; what was refused may be tried again.
    """
    if earlier.status is not None and not earlier.location:
        return None
    return _back(request, earlier)


def _back(request: HttpRequest, earlier: Once) -> HttpResponse:
    messages.info(request, _("This was already done before; nothing was done a second time."))
    return done(request, to=earlier.location or _made(earlier) or _where_from(request))


def _made(earlier: Once) -> str:
    """Return the page of what the first sending made, which did not live to say so."""
    event = Event.objects.filter(pk=earlier.event_id).first()
    if event is None or event.subject_id is None or not event.subject_type:
        return ""
    subject = apps.get_model(event.subject_type).objects.filter(pk=event.subject_id).first()
    return subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""


def _where_from(request: HttpRequest) -> str:
    given = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(given, {request.get_host()}):
        return urlsplit(given).path or "/"
    return "/"
