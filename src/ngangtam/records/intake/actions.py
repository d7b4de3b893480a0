"""Verbs of intake: check a roster, decide who is who, commit, undo, discard, keep a mapping."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import Actor, record
from ngangtam.foundation.kernel.home import room
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.intake import (
    events,
    made_units,
    report,
    source_rows,
    steps,
    two_officers,
    writing,
)
from ngangtam.records.intake.headers.mapping import TableMapping, Template
from ngangtam.records.intake.models import Batch, MappingTemplate, Match, Row
from ngangtam.records.intake.people import place_text
from ngangtam.records.intake.roster import Progress, Roster, read_roster, silent
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel import witnessing


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs commands on the machine itself: the owner of the database, not a user."""

    name: str = "ngangtam"
    pk: int | None = None

    def get_username(self) -> str:
        return self.name


def allow(by: Actor, unit: Unit) -> None:
    """Refuse unless `by` may bring rosters into the unit. Errors: Forbidden."""
    if isinstance(by, Operator):
        return
    assert isinstance(by, User)
    require(by, Permission.INTAKE_RUN, str(unit.path))


@dataclass(slots=True)
class Outcome:
    """What an import came to."""

    batch: Batch
    report: dict[str, Any]
    already: bool = False


def folder_of(batch: Batch) -> Path:
    """Return where the files of a batch wait until it is committed or discarded."""
    return room("intake") / str(batch.pk)


def paths_of(batch: Batch) -> list[tuple[Path, str]]:
    """Return the waiting files of a batch with the names that people know them by."""
    folder = folder_of(batch)
    return [(folder / str(entry["stored"]), str(entry["name"])) for entry in batch.files]


@transaction.atomic(durable=True)
def open_batch(
    *, files: Sequence[tuple[Path, str]], unit: Unit, post_title: str, posts: str, day: date,
    by: Actor,
) -> Batch:  # fmt: skip
    """Take files in for checking; nothing of them is read yet.

    Errors: Forbidden without INTAKE_RUN in the unit; DomainError when no file is given.
    """
    allow(by, unit)
    if not files:
        raise DomainError(_("Choose at least one file."))
    if not post_title.strip():
        raise DomainError(_("Say which post the people of the roster hold."))
    batch = Batch(
        state=Batch.State.READING, unit=unit, post_title=post_title, posts=posts, day=day,
        created_by=by.get_username(), step="read", total=len(files),
    )  # fmt: skip
    batch.files = _described(files)
    batch.fingerprint = _fingerprint(batch)
    batch.save()
    folder = folder_of(batch)
    folder.mkdir(parents=True, exist_ok=True)
    for (path, _name), entry in zip(files, batch.files, strict=True):
        shutil.copyfile(path, folder / str(entry["stored"]))
    record(events.CHECKED, by=by, subject=batch, files=batch.files, unit=unit.code)
    return batch


def _described(files: Sequence[tuple[Path, str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "sha256": steps.hash_of(path), "bytes": path.stat().st_size,
         "stored": f"{number}{Path(name).suffix.lower()}"}
        for number, (path, name) in enumerate(files, start=1)
    ]  # fmt: skip


def _fingerprint(batch: Batch) -> str:
    return steps.fingerprint_of(
        [str(entry["sha256"]) for entry in batch.files], unit=batch.unit.code,
        post=batch.post_title, posts=batch.posts, day=batch.day,
    )  # fmt: skip


def check(
    *, batch_id: int, template: Template | None = None,
    corrected: dict[str, TableMapping] | None = None, progress: Progress = silent,
) -> Batch:  # fmt: skip
    """Read and judge the files of a batch, and lay the verdicts down to be looked at.

    Permission was asked when the batch was opened. Errors: none for bad files; the batch is then
    refused, says why, and keeps neither rows nor files.
    """
    batch = Batch.objects.select_related("unit").get(pk=batch_id)
    roster = read_roster(
        paths_of(batch), batch.day, template=template,
        corrected=corrected or steps.mapping_from(batch.mapping), progress=progress,
    )  # fmt: skip
    if roster.errors:
        return _refuse(batch, roster)
    with transaction.atomic():
        steps.find_areas(roster, batch.day)
        identities = steps.identify(roster)
        batch.mapping = steps.mapping_json(roster)
        _describe(batch, roster, identities)
        _clear(batch)
        batch.state = Batch.State.CHECKED
        batch.step, batch.done, batch.total = "", 0, 0
        batch.save()
        source_rows.write_rows(roster, batch.pk)
        steps.lay_down_matches(batch, identities)
    return batch


def _clear(batch: Batch) -> None:
    """Forget what an earlier check of the same batch laid down. Only the owner may remove rows."""
    Row.objects.filter(batch=batch).delete()
    Match.objects.filter(batch=batch, decision="").delete()


def _describe(batch: Batch, roster: Roster, identities: steps.Identities) -> dict[str, Any]:
    """Fill the counts and the short report of a batch; return the whole report."""
    whole = report.report_of(roster)
    totals = whole["totals"]
    batch.rows_read = totals["rows_read"]
    batch.rows_accepted = totals["rows_accepted"]
    batch.rows_rejected = totals["rows_rejected"]
    batch.people_known = len(set(identities.known.values()))
    batch.people_new = totals["rows_accepted"] - len(identities.known) - len(identities.twice)
    totals["people"] = {
        "new": batch.people_new, "known": batch.people_known, "to_review": len(identities.open),
    }  # fmt: skip
    whole["matches"] = _matches(roster, identities)
    batch.report = {
        "totals": totals,
        "files": [
            {name: entry[name] for name in _SHORT if name in entry} for entry in whole["files"]
        ],
    }
    return whole


_SHORT = ("file", "tables", "rows_read", "rows_accepted", "rows_rejected", "cells", "columns",
          "error")  # fmt: skip


def _matches(roster: Roster, identities: steps.Identities) -> list[dict[str, Any]]:
    names = [found.name for found in roster.files]
    linked = identities.known
    return [
        {
            "file": names[one.said.place[0]], "table": one.said.place[1], "row": one.said.place[3],
            "name": one.said.name, "kind": str(one.kind), "evidence": one.evidence,
            "person": one.person, "same_row": list(one.other) if one.other else None,
            "linked": linked.get(place_text(one.said.place)) == one.person
            and one.person is not None,
        }
        for one in identities.candidates
    ]  # fmt: skip


def _refuse(batch: Batch, roster: Roster) -> Batch:
    """Refuse a batch with a bad file: the reason stays, its files and rows do not."""
    batch.report = report.report_of(roster)
    batch.state = Batch.State.FAILED
    batch.error = "; ".join(f"{found.name}: {found.error}" for found in roster.errors)[:500]
    with transaction.atomic():
        _clear(batch)
        batch.save()
    shutil.rmtree(folder_of(batch), ignore_errors=True)
    return batch


@transaction.atomic(durable=True)
def commit(*, batch_id: int, by: Actor, today: date, progress: Progress = silent) -> Batch:
    """Write a checked batch into the files, whole or not at all.

    Errors: Forbidden without INTAKE_RUN in the unit; DomainError when the batch is not checked,
        matches wait for a decision, the same roster is already in, or the post lacks seats.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    allow(by, batch.unit)
    if batch.state not in {Batch.State.CHECKED, Batch.State.WRITING}:
        raise DomainError(_("Only a checked roster can be committed."))
    if Match.objects.filter(batch=batch, strong=True, decision="").exists():
        raise DomainError(_("Some rows may be people already known. Decide on them first."))
    roster = read_roster(
        paths_of(batch), batch.day, corrected=steps.mapping_from(batch.mapping), progress=progress
    )
    if roster.errors:
        raise DomainError(str(roster.errors[0].error))
    areas = steps.find_areas(roster, batch.day)
    identities = steps.identify(roster)
    steps.settle_matches(batch, identities)
    _describe(batch, roster, identities)
    Row.objects.filter(batch=batch).delete()
    written = _write(batch, roster, identities, areas, by=by, today=today, progress=progress)
    record(events.COMMITTED, by=by, subject=batch, people=written.new, known=len(written.known),
           records=written.records, proposals=two_officers.proposed(batch))  # fmt: skip
    folder = folder_of(batch)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return batch


def _write(
    batch: Batch, roster: Roster, identities: steps.Identities, areas: dict[str, int], *,
    by: Actor, today: date, progress: Progress,
) -> writing.Written:  # fmt: skip
    """Write people, postings, records and rows, and close the batch."""
    source = organisation.add_source(
        kind="roster", name=str(batch), day=batch.day, reference=two_officers.reference(batch)
    )
    posts = steps.posts_for(roster, batch, source)
    steps.check_seats(posts, roster)
    new = roster.people - len(identities.known) - len(identities.twice)
    plan = writing.Plan(
        batch=batch.pk, unit=batch.unit, source=source, day=batch.day, by=by.get_username(),
        posts=posts, known=identities.known, twice=identities.twice, areas=areas,
        many=new > _MANY,
    )  # fmt: skip
    written = writing.write(roster, plan, progress)
    progress("refresh", 0, 1)
    _recount(written, today, many=plan.many)
    two_officers.let_wait(batch, written, by)
    batch.source, batch.post = source, posts.one
    batch.people_new, batch.people_known = written.new, len(written.known)
    batch.state = Batch.State.COMMITTED
    batch.step = ""
    batch.committed_at, batch.committed_by = timezone.now(), by.get_username()
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError as error:
        raise DomainError.from_constraint(Batch, error) from error
    return written


def _recount(written: writing.Written, today: date, *, many: bool) -> None:
    """Reckon lists and units anew; one pass over all of them is quicker for a long roster."""
    if written.known:
        personnel.refresh(sorted(written.known), day=today)
    if many:
        personnel.settle(day=today)
    elif written.new:
        people = {int(one) for rows in written.people for one in rows[rows > 0]}
        personnel.refresh(sorted(people - written.known), day=today)


_MANY = 200


@transaction.atomic(durable=True)
def import_at_once(
    *, files: Sequence[tuple[Path, str]], unit_code: str, unit_name: str | None, post_title: str,
    posts: str, day: date, by: Actor, today: date, dry_run: bool = False,
    template: Template | None = None, progress: Progress = silent,
) -> Outcome:  # fmt: skip
    """Check and commit in one go, for the command line.

    A row that a personal number, or name and birth day and something more, tie to one file is
    added to that file and reported; every other resemblance stays apart and waits for review.
    The same files for the same post and day are written once: the second time changes nothing.

    Errors: Forbidden; DomainError as `commit`. A roster with a bad file is not written at all,
        and the report says why.
    """
    batch = Batch(state=Batch.State.CHECKED, post_title=post_title, posts=posts, day=day,
                  created_by=by.get_username())  # fmt: skip
    batch.files = _described(files)
    unit = Unit.objects.filter(code=unit_code).first()
    roster = read_roster(files, day, template=template, progress=progress)
    if roster.errors:
        return Outcome(batch, _only_report(roster))
    if not dry_run and (unit is None or made_units.is_let_go(unit)):
        unit = steps.unit_for(unit_code, unit_name, day=day)
    areas = steps.find_areas(roster, day)
    identities = steps.identify(roster)
    whole = _describe(batch, roster, identities)
    batch.mapping = steps.mapping_json(roster)
    if dry_run or unit is None:
        return Outcome(batch, whole)
    allow(by, unit)
    batch.unit = unit
    batch.fingerprint = _fingerprint(batch)
    known = _already(batch)
    if known is not None:
        return Outcome(known, whole, already=True)
    batch.save()
    steps.lay_down_matches(batch, identities, decided=True)
    written = _write(batch, roster, identities, areas, by=by, today=today, progress=progress)
    record(events.COMMITTED, by=by, subject=batch, people=written.new, known=len(written.known),
           records=written.records, proposals=two_officers.proposed(batch))  # fmt: skip
    whole["needs_two_officers"] = two_officers.left_out(written, batch)
    return Outcome(batch, whole)


def _only_report(roster: Roster) -> dict[str, Any]:
    whole = report.report_of(roster)
    whole["totals"]["people"] = {"new": 0, "known": 0, "to_review": 0}
    whole["matches"] = []
    return whole


def _already(batch: Batch) -> Batch | None:
    """Return the committed batch of the same files, post and day; waits for one being written."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [batch.fingerprint])
    found = Batch.objects.filter(fingerprint=batch.fingerprint, state=Batch.State.COMMITTED)
    return found.first()


@transaction.atomic(durable=True)
def undo(*, batch_id: int, reason: str, by: Actor, today: date) -> Batch:
    """Void everything that a committed batch wrote.

    Errors: Forbidden; DomainError when the batch is not committed, or when later records rest on
        the people that it brought in — those must be dealt with first.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    allow(by, batch.unit)
    if batch.state != Batch.State.COMMITTED or batch.source_id is None:
        raise DomainError(_("Only a committed roster can be undone."))
    later = {name: count for name, count in steps.later_records(batch.source_id).items() if count}
    if later:
        raise DomainError(
            _("Undoing is refused: %(count)s people have newer records that rest on this roster.")
            % {"count": max(later.values())}
        )
    withdrawn = witnessing.withdraw(two_officers.reference(batch))
    touched = steps.void_all(batch.source_id, by=by.get_username(), reason=reason)
    personnel.refresh(touched, day=today)
    if len(touched) > _MANY:
        personnel.settle(day=today)
    batch.state = Batch.State.UNDONE
    batch.undone_at, batch.undone_by = timezone.now(), by.get_username()
    batch.undo_reason = reason[:300]
    batch.save(update_fields=["state", "undone_at", "undone_by", "undo_reason"])
    unit_gone = made_units.let_go(batch, by=by.get_username(), reason=reason)
    record(events.UNDONE, by=by, subject=batch, reason=reason, people=len(touched),
           unit_gone=unit_gone, proposals=withdrawn)  # fmt: skip
    return batch


@transaction.atomic(durable=True)
def discard(*, batch_id: int, by: Actor) -> Batch:
    """Give up a batch that was never committed; its files go.

    Errors: Forbidden; DomainError when it was committed.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    allow(by, batch.unit)
    if batch.state in {Batch.State.COMMITTED, Batch.State.UNDONE, Batch.State.WRITING}:
        raise DomainError(_("A committed roster is undone, not discarded."))
    batch.state = Batch.State.DISCARDED
    batch.save(update_fields=["state"])
    record(events.DISCARDED, by=by, subject=batch)
    folder = folder_of(batch)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return batch


@transaction.atomic(durable=True)
def save_template(*, name: str, batch_id: int, by: Actor) -> MappingTemplate:
    """Keep the mapping of a batch under a name, for the next roster of the same kind.

    Errors: Forbidden; DomainError when the name is empty.
    """
    batch = Batch.objects.select_related("unit").get(pk=batch_id)
    allow(by, batch.unit)
    if not name.strip():
        raise DomainError(_("Give the template a name."))
    columns: dict[str, list[str]] = {}
    blanks: list[str] = []
    for mapping in steps.mapping_from(batch.mapping).values():
        one = Template.of(mapping).as_json()
        columns.update(one["columns"])
        blanks = one["blank_means_no"]
    kept, _made = MappingTemplate.objects.update_or_create(
        name=name.strip(),
        defaults={"mapping": {"columns": columns, "blank_means_no": blanks},
                  "created_by": by.get_username()},
    )  # fmt: skip
    record(events.TEMPLATE_SAVED, by=by, subject=kept, batch=batch.pk)
    return kept
