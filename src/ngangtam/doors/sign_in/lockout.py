"""Failed tries: counted before a secret is looked at, so that tries at the same time count too."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.doors.sign_in import events
from ngangtam.doors.sign_in.limits import FAILED_LOGINS, limit
from ngangtam.doors.sign_in.models import Tries
from ngangtam.doors.sign_in.seal import digest
from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.text import fold

# One statement: whoever comes at the same time waits for the row and sees the new count.
_TAKE: Final = """
insert into sign_in_tries as t (key, label, count, first_at, locked_until)
values (%(key)s, %(label)s, 1, %(now)s, null)
on conflict (key) do update set
  count = case when t.locked_until > %(now)s then t.count
               when t.locked_until is not null or t.first_at < %(stale)s then 1
               else t.count + 1 end,
  first_at = case when t.locked_until > %(now)s then t.first_at
                  when t.locked_until is not null or t.first_at < %(stale)s then %(now)s
                  else t.first_at end,
  locked_until = case when t.locked_until > %(now)s then t.locked_until
                      when t.locked_until is not null or t.first_at < %(stale)s then null
                      when t.count + 1 > %(most)s then %(until)s end
returning id, count, locked_until
"""


@dataclass(frozen=True, slots=True)
class Counter:
    """What tries are counted against, and how many may fail in a row."""

    key: str
    label: str
    most: int
    username: str = ""


class Nobody:
    """Who acts when nobody is signed in yet: the door itself."""

    pk = None

    def get_username(self) -> str:
        return "—"


def counters(username: str, address: str) -> list[Counter]:
    """Return the two counters of one try: of the name that was typed, and of the address."""
    most = limit(FAILED_LOGINS, today()).value
    name = digest(fold(username).casefold(), purpose="username")
    return [
        Counter(f"name:{name}", _("the name that was typed"), most, username),
        # Who holds one IPv6 address holds the other 2⁶⁴ of its network.
        Counter(
            f"from:{truncate_ip(address)}"[:80], address[:200], settings.NGANGTAM_FAILED_PER_ADDRESS
        ),
    ]


def code_counters(user: Any) -> list[Counter]:
    """Return the counter of second-step codes of one account."""
    return [Counter(
            f"code:{user.pk}", user.get_username(), limit(FAILED_LOGINS, today()).value,
            user.get_username(),
        )
    ]  # fmt: skip


def take(counted: list[Counter]) -> None:
    """Count one try against each counter, before the secret is compared.

    Errors: ValidationError when one of them is locked. It reads the same whether or not the
        account exists.
    """
    now = timezone.now()
    rest = timedelta(minutes=settings.NGANGTAM_LOCK_MINUTES)
    locked = False
    for counter in counted:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _TAKE,
                {"key": counter.key, "label": counter.label, "now": now, "stale": now - rest,
                 "most": counter.most, "until": now + rest},
            )  # fmt: skip
            id_, count, until = cursor.fetchone()
            if until is not None:
                locked = True
                # The try that passes the limit locks, and is the one that the audit keeps.
                if until == now + rest:
                    _record(id_, counter, count - 1)
    if locked:
        raise ValidationError(
            _("Too many failed tries. Wait %(minutes)d minutes, then try again.")
            % {"minutes": settings.NGANGTAM_LOCK_MINUTES},
            code="locked",
        )


def give_back(counted: list[Counter]) -> None:
    """The secret was right: forget the failures of the account, take one off the address."""
    for counter in counted:
        row = Tries.objects.filter(key=counter.key)
        if counter.key.startswith("from:"):
            with connection.cursor() as cursor:
                cursor.execute(
                    "update sign_in_tries set count = greatest(count - 1, 0) where key = %s",
                    [counter.key],
                )
        else:
            row.update(count=0, locked_until=None)


def _record(id_: int, counter: Counter, failed: int) -> None:
    what = {"name": "account", "from": "address", "code": "second step"}
    known = User.objects.filter(username=counter.username).first() if counter.username else None
    record(
        events.LOCKED_OUT, by=Nobody(), subject=known or Tries(pk=id_, label=counter.label),
        counted=what[counter.key.partition(":")[0]], failed=failed,
        minutes=settings.NGANGTAM_LOCK_MINUTES,
    )  # fmt: skip
