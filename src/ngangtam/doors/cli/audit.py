"""Proving what happened: the hash tree over events and records, its signed checkpoints."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ngangtam.doors.cli.base import BAD_USAGE, REFUSED, django_ready, fail, note, print_json
from ngangtam.foundation.kernel.wording import gettext as _

FILE = click.Path(path_type=Path, dir_okay=False)
TO_FILE = click.option("--out", type=FILE, metavar="FILE", help="Write there, not on the screen.")


@click.group()
def audit() -> None:
    """Prove that nothing was changed, removed or slipped in."""


@audit.command()
@click.option(
    "--against",
    "kept",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="A checkpoint kept elsewhere that the tree must still begin with; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--most", type=click.IntRange(1), default=1000, show_default=True,
              help="Print so many findings at most.")  # fmt: skip
def verify(kept: tuple[Path, ...], as_json: bool, most: int) -> None:
    """Look at every event and every guarded row; status 1 when anything is wrong."""
    against = [(file.name, _read(file)) for file in kept]
    django_ready()
    from ngangtam.foundation.audit import verifying

    report = verifying.verify_and_seal(against)
    if as_json:
        print_json({
            "sound": report.sound, "events": report.events, "changes": report.changes,
            "rows": report.rows, "leaves": report.size, "unsealed": report.unsealed,
            "checkpoints": report.checkpoints, "seconds": report.seconds,
            "findings": [one.as_json() for one in report.findings[:most]],
        })  # fmt: skip
    else:
        for line in report.lines(most):
            click.echo(line)
    sys.exit(0 if report.sound else REFUSED)


@audit.command()
@TO_FILE
def checkpoint(out: Path | None) -> None:
    """Sign the tree as it is now; keep the file where nobody of this house can change it."""
    django_ready()
    from ngangtam.foundation.audit import sealing

    sealing.seal_new()
    _give(sealing.checkpoint().note, out)


@audit.command()
@click.argument("event", type=click.IntRange(1))
@TO_FILE
def prove(event: int, out: Path | None) -> None:
    """Prove that an event is in the signed tree, for somebody without the database."""
    _prove("prove_event", event, out)


@audit.command()
@click.argument("checkpoint", type=FILE)
@TO_FILE
def consistency(checkpoint: Path, out: Path | None) -> None:
    """Prove that the tree begins with the one of an older checkpoint."""
    _prove("prove_growth", _read(checkpoint), out)


def _prove(what: str, given: int | str, out: Path | None) -> None:
    django_ready()
    from ngangtam.foundation.audit import proofs
    from ngangtam.foundation.audit.seals import BadNoteError

    try:
        proof: dict[str, Any] = getattr(proofs, what)(given)
    except (proofs.NoProofError, BadNoteError) as error:
        fail(str(error))
    _give(json.dumps(proof, ensure_ascii=False, indent=1) + "\n", out)


@audit.command(name="check-proof")
@click.argument("file", type=FILE)
@click.option("--key", metavar="KEY", help="The public key that you know; this instance's own.")
def check_proof(file: Path, key: str | None) -> None:
    """Check a proof of `prove` or `consistency`; needs no database."""
    text = _read(file)
    django_ready(database=False)
    from ngangtam.foundation.audit import proofs

    try:
        held = proofs.holds(json.loads(text), key)
    except (ValueError, KeyError, TypeError) as error:
        fail(_("%(file)s proves nothing: %(error)s") % {"file": file, "error": error})
    note(_("The proof holds.") if held else _("The proof does not hold."))
    sys.exit(0 if held else REFUSED)


@audit.command()
def key() -> None:
    """Print the public key that signatures are checked with."""
    django_ready(database=False)
    from ngangtam.foundation.audit.seals import public_key

    click.echo(public_key())


@audit.command()
@click.option("--reason", required=True, metavar="TEXT", help="Why, with the order it rests on.")
def baseline(reason: str) -> None:
    """Take the records as they stand for lawful, after a repair by hand; an event says so."""
    django_ready()
    from django.core.exceptions import ValidationError

    from ngangtam.foundation.audit import actions, sealing
    from ngangtam.foundation.audit.steps import Process

    try:
        before = actions.take_as_it_stands(reason=reason, by=Process())
    except ValidationError as error:
        fail("; ".join(error.messages))
    sealing.seal_new()
    for line in before.lines():
        click.echo(line)
    note(_("Taken as it stands; the reason is in the audit."))


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        fail(_("%(file)s cannot be read: %(error)s") % {"file": file, "error": error}, BAD_USAGE)


def _give(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text)
    note(_("Wrote %(out)s.") % {"out": out})
