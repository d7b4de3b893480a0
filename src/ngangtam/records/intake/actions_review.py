"""Verbs of the check page: correct a mapping, apply a template, say who is who, order the writing.

Reading and writing a roster is the work of the background worker, because only the owner of the
database sees every file that a row may belong to. These actions decide; the worker carries out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.intake import actions, queries, steps, tasks
from ngangtam.records.intake.headers.fields import fields
from ngangtam.records.intake.headers.mapping import ColumnMap, TableMapping, Template
from ngangtam.records.intake.headers.meaning import year_in
from ngangtam.records.intake.models import Batch, MappingTemplate, Match
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Unit

MAPPED = "intake.mapped"
ORDERED = "intake.commit_ordered"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that is set up with the roster: below the unit of the batch, when it is committed."""

    code: str
    name: str


def take_in(
    *, files: Sequence[tuple[Path, str]], unit: Unit, new_unit: NewUnit | None, post_title: str,
    posts: str, day: date, template: MappingTemplate | None, by: User,
) -> Batch:  # fmt: skip
    """Open a batch and have the worker check it.

    Errors: Forbidden as `actions.open_batch`, and without UNIT_CHANGE when a unit is to be set up.
    """
    if new_unit is not None:
        require(by, Permission.UNIT_CHANGE, str(unit.path))
    batch = actions.open_batch(
        files=files, unit=unit, post_title=post_title, posts=posts, day=day, by=by
    )
    tasks.order_check(
        batch.pk, by, language=_language(), template=template.pk if template else None,
        new_unit={"code": new_unit.code, "name": new_unit.name} if new_unit else None,
    )  # fmt: skip
    return batch


def _language() -> str:
    return get_language() or "vi"


def _open(batch_id: int, by: User) -> Batch:
    """Return a checked batch, locked. Errors: Forbidden; DomainError when it is past checking."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    actions.allow(by, batch.unit)
    if batch.state != Batch.State.CHECKED:
        raise DomainError(_("This roster is no longer open to changes."))
    return batch


def _read_again(batch: Batch, mappings: Mapping[str, TableMapping], by: User) -> None:
    batch.mapping = {shape: mapping.as_json() for shape, mapping in mappings.items()}
    batch.state = Batch.State.READING
    batch.save(update_fields=["mapping", "state"])
    tasks.order_check(batch.pk, by, language=_language(), new_unit=batch.report.get("new_unit"))


@transaction.atomic(durable=True)
def correct_mapping(
    *, batch_id: int, chosen: Mapping[str, Sequence[tuple[str, str]]],
    blank_means_no: Mapping[str, Sequence[str]], by: User,
) -> Batch:  # fmt: skip
    """Say what columns mean, and have the roster read again by that.

    Shape: `chosen` gives for the shape of a table the (field, part) of every column, empty for a
        column whose cells are only kept.
    Errors: Forbidden; DomainError when no name is left, or two columns claim one meaning.
    """
    batch = _open(batch_id, by)
    mappings = steps.mapping_from(batch.mapping)
    changed: list[str] = []
    for shape, wanted in chosen.items():
        before = mappings.get(shape)
        if before is None or len(wanted) != len(before.columns):
            raise DomainError(_("The columns have changed meanwhile. Reload the page."))
        columns = tuple(
            _chosen(column, *pair) for column, pair in zip(before.columns, wanted, strict=True)
        )
        changed += [
            column.label for column, old in zip(columns, before.columns, strict=True)
            if (column.field, column.part) != (old.field, old.part)
        ]  # fmt: skip
        blanks = tuple(name for name in blank_means_no.get(shape, ()) if name in fields())
        mappings[shape] = _sound(replace(before, columns=columns, blank_means_no=blanks))
    _read_again(batch, mappings, by)
    record(MAPPED, by=by, subject=batch, columns=changed)
    return batch


def _chosen(column: ColumnMap, field: str, part: str) -> ColumnMap:
    """Return the column with the meaning that a person gave to it."""
    if (field, part) == (column.field, column.part):
        return column
    if field and field not in fields():
        raise DomainError(_("There is no such field."))
    if field and not part and fields()[field].repeat == "each":
        part = year_in(column.label) if field == "rating" else column.label
    return replace(column, field=field, part=part if field else "", confidence=1.0, why="person")


def _sound(mapping: TableMapping) -> TableMapping:
    """Settle columns of one meaning; refuse what cannot be read. Errors: DomainError."""
    seen: dict[tuple[str, str], ColumnMap] = {}
    columns: list[ColumnMap] = []
    for one in mapping.columns:
        column = one
        held = seen.get((column.field, column.part)) if column.field else None
        if held is None:
            seen[(column.field, column.part)] = column
        else:
            repeat = fields()[column.field].repeat
            if repeat == "check" and not column.part:
                column = replace(column, part="check")
            elif repeat not in {"join", "each"} and column.part != "check":
                raise DomainError(
                    _("Two columns cannot both be “%(field)s”: “%(one)s” and “%(other)s”.")
                    % {"field": fields()[column.field].label, "one": held.label,
                       "other": column.label}
                )  # fmt: skip
        columns.append(column)
    sound = replace(mapping, columns=tuple(columns))
    if not sound.names:
        raise DomainError(_("One column must hold the name or the code of the person."))
    return sound


@transaction.atomic(durable=True)
def apply_template(*, batch_id: int, template_id: int, by: User) -> Batch:
    """Give every column the meaning that a saved mapping knows for its header; read again.

    Errors: Forbidden; DomainError when the template knows none of the headers.
    """
    batch = _open(batch_id, by)
    kept = MappingTemplate.objects.filter(pk=template_id).first()
    if kept is None:
        raise DomainError(_("There is no such template."))
    template = Template.from_json(kept.mapping)
    mappings = steps.mapping_from(batch.mapping)
    known = 0
    for shape, mapping in mappings.items():
        columns = []
        for column in mapping.columns:
            saved = template.column(column.label)
            known += saved is not None
            columns.append(
                column if saved is None
                else replace(column, field=saved[0], part=saved[1], confidence=1.0, why="template")
            )  # fmt: skip
        blanks = template.blank_means_no or mapping.blank_means_no
        mappings[shape] = _sound(replace(mapping, columns=tuple(columns), blank_means_no=blanks))
    if not known:
        raise DomainError(_("This template knows none of the columns."))
    _read_again(batch, mappings, by)
    record(MAPPED, by=by, subject=batch, template=kept.name)
    return batch


@transaction.atomic(durable=True)
def decide_rows(
    *, batch_id: int, choices: Mapping[str, int | None], seen: Iterable[int], by: User
) -> int:
    """Say for rows which of their possible matches they are; None: none of them.

    Shape: `seen` are the people whose files the actor may read: a row is never tied to a file
        that its keeper cannot open.
    Returns: how many rows are decided now.
    Errors: Forbidden; DomainError when the batch is past checking or a choice is not on offer.
    """
    batch = _open(batch_id, by)
    readable = set(seen)
    rows = Match.objects.filter(batch=batch, place__in=choices)
    same: list[int] = []
    for match in rows:
        if choices[match.place] != match.pk:
            continue
        if match.person_id is not None and match.person_id not in readable:
            raise DomainError(_("This file is kept elsewhere; you cannot add to it."))
        same.append(match.pk)
    if len(same) != sum(choice is not None for choice in choices.values()):
        raise DomainError(_("The possible matches have changed meanwhile. Reload the page."))
    stamp = {"decided_by": by.get_username(), "decided_at": timezone.now()}
    rows.exclude(pk__in=same).update(decision=Match.Decision.DIFFERENT, **stamp)
    rows.filter(pk__in=same).update(decision=Match.Decision.SAME, **stamp)
    apart = sorted(place for place, choice in choices.items() if choice is None)
    record("intake.decided", by=by, subject=batch, same=same, apart=apart[:1000])
    return len(choices)


@transaction.atomic(durable=True)
def order_commit(*, batch_id: int, today: date, by: User) -> Batch:
    """Freeze a checked batch and have the worker write it; sets up the new unit it asks for.

    Errors: Forbidden without INTAKE_RUN, and without UNIT_CHANGE when a unit is set up;
        DomainError when rows wait for a decision, nothing is accepted, or it is already in.
    """
    batch = _open(batch_id, by)
    if queries.must_decide(batch).exists():
        raise DomainError(_("Some rows may be people already known. Decide on them first."))
    if not batch.rows_accepted:
        raise DomainError(_("No row of this roster was accepted: there is nothing to write."))
    wish = batch.report.pop("new_unit", None)
    if wish:
        _set_up(batch, NewUnit(**wish), by)
    if already(batch) is not None:
        raise DomainError(_("This roster has already been brought in."))
    batch.state, batch.error = Batch.State.WRITING, ""
    batch.save(update_fields=["state", "error", "unit", "fingerprint", "report"])
    tasks.order_commit(batch.pk, by, language=_language())
    record(ORDERED, by=by, subject=batch, unit=batch.unit.code, new_unit=bool(wish))
    return batch


def _set_up(batch: Batch, wish: NewUnit, by: User) -> None:
    """Create the unit that the roster is brought into, below the one it was opened for."""
    require(by, Permission.UNIT_CHANGE, str(batch.unit.path))
    source = organisation.add_source(
        kind="roster", name=str(batch)[:300], day=batch.day, reference=f"intake:{batch.pk}"
    )
    batch.unit = organisation.add_unit(
        code=wish.code, name=wish.name, kind=batch.unit.kind, level=batch.unit.level,
        parent=batch.unit, first_day=batch.day, source=source, by=by.get_username(),
    )  # fmt: skip
    batch.fingerprint = steps.fingerprint_of(
        [str(entry["sha256"]) for entry in batch.files], unit=batch.unit.code,
        post=batch.post_title, posts=batch.posts, day=batch.day,
    )  # fmt: skip


def already(batch: Batch) -> Batch | None:
    """Return the committed batch of the same files, post and day, when there is one."""
    found = Batch.objects.filter(fingerprint=batch.fingerprint, state=Batch.State.COMMITTED)
    return found.exclude(pk=batch.pk).first()


@transaction.atomic(durable=True)
def order_undo(*, batch_id: int, reason: str, by: User) -> Batch:
    """Have the worker take back everything that a committed batch wrote.

    Errors: Forbidden; DomainError when it is not committed, or newer records plainly rest on it.
        The worker, who sees every file, looks again.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    actions.allow(by, batch.unit)
    if batch.state != Batch.State.COMMITTED or batch.source_id is None:
        raise DomainError(_("Only a committed roster can be undone."))
    later = max(steps.later_records(batch.source_id).values())
    if later:
        raise DomainError(
            _("Undoing is refused: %(count)s people have newer records that rest on this roster.")
            % {"count": later}
        )
    tasks.order_undo(batch.pk, by, language=_language(), reason=reason)
    return batch


def check_again(*, batch_id: int, by: User) -> Batch:
    """Order anew, after it stopped, the check or the writing of a batch.

    Errors: Forbidden; DomainError when it is done.
    """
    batch = Batch.objects.select_related("unit").get(pk=batch_id)
    actions.allow(by, batch.unit)
    if batch.state == Batch.State.WRITING:
        tasks.order_commit(batch.pk, by, language=_language())
        return batch
    if batch.state != Batch.State.READING:
        raise DomainError(_("This roster has been checked."))
    tasks.order_check(batch.pk, by, language=_language(), new_unit=batch.report.get("new_unit"))
    return batch
