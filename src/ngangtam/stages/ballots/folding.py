"""From marks to a sealed paper."""

from collections.abc import Mapping

from ngangtam.stages.ballots import keys, marking
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.ballots.reckoning import Setting


def fold_and_seal(poll: Poll, setting: Setting, marks: Mapping[str, str]) -> bytes:
    """Return a paper that only the tellers together can read."""
    plain = marking.fold(marks, [one.key for one in setting.names], poll.length)
    return keys.seal(plain, bytes(poll.lock or b""))
