"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.glances import Rows, glance
from ngangtam.records.corrections.navigation import has_own_file
from ngangtam.stages.evaluation.navigation import may_read

__all__ = ["asked", "has_own_file", "may_read", "waiting"]


def waiting(request: HttpRequest) -> int | None:
    """How many opinions wait to be given; nothing is shown for none."""
    return glance(request, "surveys") or None


def asked(user: User) -> Rows:
    """What the viewer is asked and can still answer; as `queries.waiting_for`."""
    return Rows(
        "select 1 from ngangtam_survey_asked(null, null, (select a.person_id"
        " from corrections_account a where a.user_id = %s and a.state = 'linked')) s"
        " where not s.used and s.state = 'open' and s.closes_on >= %s",
        [user.pk, today()],
    )
