"""The session store: one row a browser, found by a digest of its cookie, its content sealed.

The list of one's sessions and the idle lock read the same row that the session itself is, so
that ending a session is removing a row, and nothing can say otherwise.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from ngangtam.doors.sign_in.models import Session
from ngangtam.doors.sign_in.seal import seal, unseal

BEGAN: Final = "nt_began"
_PURPOSE: Final = "session"


def row_key(session_key: str) -> str:
    """Return the primary key of the row of a session cookie."""
    return hashlib.sha256(session_key.encode()).hexdigest()


# Sessions hold values of any type that JSON has; the base class leaves its methods untyped.
class SessionStore(DatabaseStore):
    """Django's database store over our own model."""

    seen_at: datetime | None = None
    locked_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Any:
        # Nobody is known before this row is read: the database answers to the cookie's digest.
        rows = Session.objects.raw(
            "select * from ngangtam_session(%s)", [row_key(self.session_key or "")]
        )
        row = next(iter(rows), None) if self.session_key else None
        if row is None:
            self._session_key = None
            return None
        self.seen_at, self.locked_at = row.seen_at, row.locked_at
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(row_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            with connection.cursor() as cursor:
                cursor.execute("select ngangtam_session_end(%s)", [row_key(key)])

    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal(json.dumps(session_dict, separators=(",", ":")), purpose=_PURPOSE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        text = session_data.decode() if isinstance(session_data, bytes) else session_data
        try:
            return dict(json.loads(unseal(text, purpose=_PURPOSE)))
        except ValueError:
            return {}

    def save(self, must_create: bool = False) -> None:
        """Write the content; when it was last seen and whether it is locked are not touched.

        A session that was ended meanwhile stays ended: the request that still held it is refused.
        """
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        row = self.create_model_instance(self._session)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(
                "select ngangtam_session_write(%s, %s, %s, %s, %s, %s, %s)",
                [row.pk, row.session_data, row.expire_date, row.account_id, row.started_at,
                 row.started_from, row.device],
            )  # fmt: skip
            written = cursor.fetchone()
        if not written or not written[0]:
            raise UpdateError

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        began = data.get(BEGAN) or {}
        account = data.get(SESSION_KEY)
        self.seen_at = self.seen_at or now
        return Session(
            session_key=row_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(account) if account else None,
            started_at=datetime.fromisoformat(began["at"]) if "at" in began else now,
            started_from=began.get("from", ""),
            device=began.get("device", "")[:300],
            seen_at=now,
        )
