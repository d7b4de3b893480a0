"""Pages of the booth, all of one length: else the log of a proxy tells what a voter marked.

The usual log of a web server holds the address, the time and the length of each answer, and
“agree” is shorter than “do not agree”.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape

from ngangtam.stages.ballots import marking
from ngangtam.stages.ballots.reckoning import Setting

# Bytes that one name, one name written in, and a warning add to a page at the most, and how long
# each is in the address form of what a browser sends back.
_NAME: Final = 600
_WRITTEN: Final = 6 * 4 * marking.LONGEST_NAME
_WARNING: Final = 2048
_SENT_NAME: Final = 24
_SENT_WRITTEN: Final = 9 * marking.LONGEST_NAME + 8
_SENT_ELSE: Final = 256
_BLOCK: Final = 1024


def room(setting: Setting) -> int:
    """Return how much longer any paper can make a page than a blank one does. Units: bytes."""
    names = sum(_NAME + 2 * len(escape(one.label).encode()) for one in setting.names)
    return names + setting.write_ins * _WRITTEN + _WARNING


def sent(setting: Setting) -> int:
    """Return how long what a browser sends of a paper is made. Units: letters."""
    return (
        _SENT_ELSE + len(setting.names) * _SENT_NAME + setting.write_ins * _SENT_WRITTEN
    )  # fmt: skip


def page(
    request: HttpRequest, name: str, context: Mapping[str, Any], blank: Mapping[str, Any],
    setting: Setting,
) -> HttpResponse:  # fmt: skip
    """Return a page that is as long as it would be for any other paper of this vote.

    Shape: the template `_name` holds what page `name` says of the paper; the rest is the same
        for every paper. `blank` is the context of a blank paper, empty where the page shows that
        one. What fills the page up is letters of chance and spaces in a proportion of chance: a
        page that a proxy presses together is of no steady length either.
    """
    part = f"ballots/_{name}.html"
    body = render_to_string(f"ballots/{name}.html", dict(context), request).encode()
    least = len(body)
    if blank:
        least += _length(part, {**context, **blank}, request) - _length(part, context, request)
    whole = -(-(least + room(setting)) // _BLOCK) * _BLOCK
    missing = max(whole - len(body), 0)
    noise = secrets.token_hex(secrets.randbelow(missing // 2 + 1))
    return HttpResponse(body + f"<!--{noise:<{missing}}-->".encode())


def _length(part: str, context: Mapping[str, Any], request: HttpRequest) -> int:
    return len(render_to_string(part, dict(context), request).encode())
