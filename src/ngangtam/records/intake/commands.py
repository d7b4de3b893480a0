"""What the command line calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.days import today
from ngangtam.records.intake import actions, report
from ngangtam.records.intake.models import Batch


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What `ngangtam import roster` prints and how it ends."""

    report: dict[str, Any]
    summary: list[str]
    refused: bool


def import_roster(
    files: Sequence[Path],
    *,
    unit_code: str,
    unit_name: str | None,
    post_title: str,
    day: date,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _line: None,
) -> ImportResult:
    """Bring several files in as one roster.

    Shape: `report` is the JSON of `--report`; `summary` lines for people; `refused` when a file,
        a row or a cell was refused (exit status 1).
    Errors: DomainError, which is a ValidationError, when nothing could be written.
    """
    outcome = actions.import_at_once(
        files=[(path, path.name) for path in files], unit_code=unit_code, unit_name=unit_name,
        post_title=post_title, posts=Batch.Posts.ONE, day=day, by=actions.Operator(),
        today=today(), dry_run=dry_run, progress=_Teller(progress),
    )  # fmt: skip
    return ImportResult(
        outcome.report, _summary(outcome, dry_run=dry_run), report.refused(outcome.report)
    )


class _Teller:
    """Turns steps into lines, one for each tenth of the work."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._last: tuple[str, int] = ("", -1)

    def __call__(self, step: str, done: int, total: int) -> None:
        tenth = 10 * done // max(1, total)
        if (step, tenth) == self._last:
            return
        if not self._last[0]:
            self._tell(_("Reading %(total)s files …") % {"total": total})
        self._last = (step, tenth)
        if not done and step != "refresh":
            return
        words = {
            "read": _("Read %(done)s of %(total)s files"),
            "write": _("Wrote %(done)s of %(total)s people"),
            "refresh": _("Counting people in units"),
        }[step]
        self._tell(words % {"done": done, "total": total})


def _summary(outcome: actions.Outcome, *, dry_run: bool) -> list[str]:
    lines = [
        f"{entry['file']}: {entry['error']}"
        for entry in outcome.report["files"]
        if entry.get("error")
    ]
    totals = outcome.report["totals"]
    lines.append(
        _("%(files)s files, %(tables)s tables: %(read)s rows read, %(accepted)s accepted, "
          "%(rejected)s rejected, %(skipped)s that hold no person")
        % {"files": totals["files"], "tables": totals["tables"], "read": totals["rows_read"],
           "accepted": totals["rows_accepted"], "rejected": totals["rows_rejected"],
           "skipped": totals["rows_skipped"]}
    )  # fmt: skip
    lines.append(
        _("Cells: %(taken)s taken, %(normalised)s normalised, %(uncertain)s uncertain, "
          "%(refused)s refused") % totals["cells"]
    )  # fmt: skip
    if lines and any(entry.get("error") for entry in outcome.report["files"]):
        lines.append(_("Nothing was written."))
    elif outcome.already:
        lines.append(_("This roster is already in; nothing new was written."))
    elif dry_run:
        lines.append(_("Checked only; nothing was written."))
    else:
        lines.append(
            _("%(new)s new people, %(known)s added to known files, %(to_review)s to review")
            % totals["people"]
        )
        if left := totals["people"].get("left_out"):
            lines.append(
                _("%(left)s entries about degrees, titles or the Party of people already known "
                  "were left out: they need two officers. Bring the roster in on the web, or "
                  "propose them in the files.") % {"left": left}
            )  # fmt: skip
    return lines
