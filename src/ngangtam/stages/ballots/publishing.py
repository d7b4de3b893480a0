"""The published papers of a vote as files from which anybody can count again."""

import csv
from io import StringIO
from typing import Any

from ngangtam.stages.ballots import queries, standing
from ngangtam.stages.ballots.marking import WRITTEN
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.ballots.recounting import FORMAT


def as_data(poll: Poll) -> dict[str, Any]:
    """Return everything that a count depends on, with the result that was announced."""
    setting = standing.setting_of(poll)
    kept = queries.kept_result(poll)
    return {
        "format": FORMAT, "id": poll.pk, "title": poll.title,
        "vote": {
            "kind": setting.kind, "rules": setting.rules, "day": setting.day.isoformat(),
            "seats": setting.seats, "max_choices": setting.max_choices,
            "write_ins": setting.write_ins, "convened": setting.convened,
            "present": setting.present, "share_of": setting.share_of,
            "names": [
                {"key": one.key, "label": one.label,
                 "born": one.born.isoformat() if one.born else None}
                for one in setting.names
            ],
        },
        "result": kept.figures if kept else None,
        "root_of_papers": bytes(kept.root).hex() if kept else None,
        "root_of_receipts": bytes(poll.root or b"").hex(),
        "receipts": [bytes(one.digest).hex() for one in queries.receipts_of(poll)],
        "papers": [{"marks": marks, "invalid": why} for marks, why in queries.opened_papers(poll)],
    }  # fmt: skip


def as_csv(poll: Poll) -> str:
    """Return the opened papers as a table: one line a paper, one column a name."""
    setting = standing.setting_of(poll)
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["number", *(_safe(one.label) for one in setting.names), "written_in",
                     "invalid"])  # fmt: skip
    for number, (marks, why) in enumerate(queries.opened_papers(poll), 1):
        written = "; ".join(
            key.removeprefix(WRITTEN) for key in sorted(marks) if key.startswith(WRITTEN)
        )
        writer.writerow([number, *(marks.get(one.key, "") for one in setting.names),
                         _safe(written), why])  # fmt: skip
    return "\ufeff" + out.getvalue()


def _safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
