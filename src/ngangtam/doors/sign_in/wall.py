"""The second wall before anybody is signed in.

Second steps and linked identities lie behind row-level security that shows the viewer's own rows.
Between the password and the code there is no viewer yet: then this setting of the connection names
the one account that is signing in, for the length of one request. A link to an identity provider
is found by what the provider has said, and by nothing else.
"""

from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

_SIGNING_IN: Final = "ngangtam.signing_in"
_IDENTITY: Final = "ngangtam.identity"
_USED: Final = "_ngangtam_sign_in"


def signs_in(user_id: int) -> None:
    """From now on this connection sees the second steps of this account."""
    _set(_SIGNING_IN, str(user_id))


def is_said_to_be(provider: str, value: str) -> None:
    """From now on this connection sees the link or mapping of what a provider has said."""
    _set(_IDENTITY, f"{provider}:{value}")


def forget() -> None:
    """At the end of the request: nobody is signing in on this connection."""
    # The connection of this thread itself: `django.db.connection` is one proxy for all threads.
    connection = connections[DEFAULT_DB_ALIAS]
    used: set[str] = connection.__dict__.pop(_USED, set())
    if not used or connection.connection is None or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        for name in used:
            cursor.execute("select set_config(%s, '', false)", [name])


def _set(name: str, value: str) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    connection.__dict__.setdefault(_USED, set()).add(name)
    with connection.cursor() as cursor:
        cursor.execute("select set_config(%s, %s, false)", [name, value])
