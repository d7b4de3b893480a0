"""The procedures of the rulebook: list, show, draw, take over into the local layer."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from ngangtam.doors.cli.base import DAY, REFUSED, fail, note, print_json
from ngangtam.foundation.kernel.days import today

LANG = click.Choice(["vi", "en"])


@click.group()
def procedures() -> None:
    """Procedures of personnel work as drawings with rules."""


@procedures.command("list")
@click.option("--on", "day", type=DAY, help="The day asked about; today.")
@click.option("--regime", help="Only this regime.")
@click.option("--stage", help="Only this stage.")
@click.option("--lang", type=LANG, default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(
    day: date | None, regime: str | None, stage: str | None, lang: str, as_json: bool
) -> None:
    """List the procedures in force on a day, with their state."""
    from ngangtam.law.engine import rulebook
    from ngangtam.law.engine.procedure_words import STAGE_WORDS, state_word

    on = day or today()
    found = [one for versions in rulebook().procedures.values() if (one := versions.on(on))]
    found = [one for one in found if regime in (None, one.regime) and stage in (None, one.stage)]
    if as_json:
        print_json(
            [
                {
                    "id": one.id, "regime": one.regime, "stage": one.stage, "label": one.label,
                    "from": one.from_day.isoformat(), "status": one.status,
                    "steps": len(one.steps), "cites": list(one.cites),
                }
                for one in found
            ]
        )  # fmt: skip
        return
    if not found:
        fail(f"no procedure fits on {on:%d/%m/%Y}")
    wide = max(len(one.id) for one in found)
    for one in found:
        state = state_word(one, lang)
        stage_word = STAGE_WORDS[one.stage][lang]
        click.echo(
            f"{one.id:<{wide}}  {one.from_day:%d/%m/%Y}  {len(one.steps):>2}  {state:<13} "
            f" {stage_word}: {one.label[lang]}"
        )


@procedures.command()
@click.argument("id_", metavar="ID")
@click.option("--on", "day", type=DAY, help="The day asked about; today.")
@click.option("--lang", type=LANG, default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(id_: str, day: date | None, lang: str, as_json: bool) -> None:
    """Show the steps of a procedure: who, what, quorum, threshold, deadline, citation, state."""
    from ngangtam.law.engine import rulebook
    from ngangtam.law.engine.procedure_words import LINES, state_word, step_words
    from ngangtam.law.engine.procedures import near

    book, on = rulebook(), day or today()
    versions = book.procedures.get(id_)
    if versions is None:
        close = near(id_, book.procedures)
        hint = f"; near: {', '.join(close)}" if close else ""
        fail(f"the rulebook has no procedure {id_!r}{hint}; list them: ngangtam procedures list")
    found = versions.on(on)
    if found is None:
        days = ", ".join(f"{one.from_day:%d/%m/%Y}" for one in versions.versions)
        fail(f"{id_} is not in force on {on:%d/%m/%Y}; its versions begin on {days}")
    if as_json:
        print_json(_as_data(found, book, on))
        return
    click.echo(f"{found.label[lang]} ({found.id})")
    click.echo(f"{found.from_day:%d/%m/%Y} · {state_word(found, lang)} · {', '.join(found.cites)}")
    if found.note:
        click.echo(found.note[lang])
    for number, step in enumerate(found.steps.values(), 1):
        words = step_words(step, book, on, lang)
        click.echo(f"\n{number:>2}. {step.label[lang]}  [{step.id}]")
        state = state_word(step, lang) + (f": {step.note[lang]}" if step.note else "")
        told = (
            words.who, "; ".join(words.what), words.quorum, words.threshold,
            "; ".join(words.deadline), ", ".join(step.cites), state,
        )  # fmt: skip
        for title, line in zip(LINES[lang], told, strict=True):
            if line:
                click.echo(f"    {title + ':':<13} {line}")


# The objects are those of the rulebook, which is read only when a command needs it.
def _as_data(found: Any, book: Any, on: date) -> dict[str, object]:
    from ngangtam.law.engine.procedure_words import step_words

    return {
        "id": found.id,
        "label": found.label,
        "regime": found.regime,
        "stage": found.stage,
        "subject": found.subject,
        "on": on.isoformat(),
        "from": found.from_day.isoformat(),
        "until": found.until.isoformat() if found.until else None,
        "status": found.status,
        "effect": found.effect,
        "digest": found.digest,
        "cites": list(found.cites),
        "note": found.note,
        "steps": [
            {
                "number": number,
                "id": step.id,
                "label": step.label,
                "kind": step.kind,
                "role": step.role,
                "body": step.body or None,
                "who": step_words(step, book, on).who,
                "quorum": step.quorum or None,
                "quorum_of": step.quorum_of or None,
                "ballot": step.ballot or None,
                "threshold": step_words(step, book, on).threshold or None,
                "days": step.days,
                "within": step.within,
                "before": step.before,
                "gates": list(step.gates),
                "dossier": list(step.dossier),
                "announced": step.announced,
                "results": list(step.results),
                "not_by": list(step.not_by),
                "cites": list(step.cites),
                "status": step.status,
                "awaiting_confirmation": list(step.waits),
                "note": step.note,
            }
            for number, step in enumerate(found.steps.values(), 1)
        ],
    }


@procedures.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail if it would change.")
def layout(file: Path, only_check: bool) -> None:
    """Write lanes and coordinates of a drawing anew from its flow."""
    from ngangtam.law.engine.bpmn import BadDrawing
    from ngangtam.law.engine.bpmn_layout import lay_out

    before = file.read_bytes()
    try:
        after = lay_out(before)
    except BadDrawing as error:
        fail(f"{file}:{error.line}: {error.message}")
    except (ValueError, KeyError) as error:
        fail(f"{file}: {error}")
    if only_check:
        if before != after:
            note(f"{file}: would be drawn otherwise; run: ngangtam procedures layout {file}")
        sys.exit(REFUSED if before != after else 0)
    file.write_bytes(after)
    note(f"{file}: drawn." if before != after else f"{file}: stood so already.")


@procedures.command()
@click.argument("id_", metavar="ID")
@click.option("--basis", required=True, help="Number and day of the decision that confirms it.")
@click.option("--replace", is_flag=True, help="Write over a local file that is there.")
def adopt(id_: str, basis: str, replace: bool) -> None:
    """Take a procedure that waits for confirmation into the local rulebook, switched on."""
    from ngangtam.foundation.kernel.home import home
    from ngangtam.law.engine import forget, rulebook
    from ngangtam.law.engine.bpmn_adopt import adopted
    from ngangtam.law.engine.procedures import near

    book = rulebook()
    versions = book.procedures.get(id_)
    if versions is None:
        close = near(id_, book.procedures)
        hint = f"; near: {', '.join(close)}" if close else ""
        fail(f"the rulebook has no procedure {id_!r}{hint}")
    found = versions.latest
    if found.is_on:
        fail(f"{id_} is in use already")
    inside = found.place.file.partition("/")[2]
    target = home() / "rulebook" / inside
    if target.exists() and not replace:
        fail(f"{target} is there already; look at it, or give --replace")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(adopted(found.xml.encode(), basis))
    forget()
    note(f"{target}: switched on by {basis}. Its steps keep their own state; read them through.")
