"""What the views of the room share."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404
from django.views.decorators.http import require_http_methods

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request
from ngangtam.stages.ballots import queries

both = require_http_methods(["GET", "POST"])


# A vote of this room; views do not import its models.
def poll_or_404(request: Request, pk: int) -> Any:
    """Return a vote in which the viewer has any part."""
    poll = queries.get_poll(request.user, pk)
    if poll is None:
        raise Http404
    return poll


def part_or_404(request: Request, poll: Any, *, need: str) -> queries.Part:
    """Return what the viewer is in a vote, when they are what is needed there.

    Shape: `need` is runs, inside, teller, called or result.
    """
    part = queries.part_in(request.user, poll)
    allowed = {
        "runs": part.runs, "inside": part.inside, "teller": part.teller is not None,
        "called": part.called, "result": part.inside or (part.called and poll.announced),
    }  # fmt: skip
    if not allowed[need]:
        raise Http404
    return part


def told(form: Form, error: DomainError) -> None:
    """Put a refusal on top of a form."""
    form.add_error(None, ValidationError(error.messages))
