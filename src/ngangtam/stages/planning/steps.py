"""Writes on plans that actions of this and higher rooms are built from. No permission, no audit."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Decision
from ngangtam.records.personnel.models import Record
from ngangtam.stages.planning import rules, standing
from ngangtam.stages.planning.cases import open_cases_of
from ngangtam.stages.planning.models import Plan, PlanEntry
from ngangtam.stages.planning.rights import LIVE

KIND = "plan"


def write(plan: Plan, **fields: Any) -> None:
    """Change a plan and raise its version."""
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.version = F("version") + 1
    plan.save(update_fields=[*fields, "version"])
    plan.refresh_from_db(fields=["version"])


def saved(row: Any, **more: Any) -> Any:
    """Save a row. Errors: DomainError in the words of the constraint that it breaks."""
    try:
        with transaction.atomic():
            row.save(**more)
    except IntegrityError as error:
        raise DomainError.from_constraint(type(row), error) from error
    return row


def decision_of_plan(
    *, number: str, day: date, body: str, signer: str, summary: str, effects: Sequence[str]
) -> int:
    """Record the document that approves a plan, or find the same one; returns its id.

    Who approves keeps no files: a function of the database lets exactly this through.
    """
    if not number.strip() or not body.strip():
        raise DomainError(_("Name the decision: its number and who issued it."))
    with connection.cursor() as cursor:
        cursor.execute(
            "select ngangtam_plan_decision(%s, %s, %s, %s, %s, %s::jsonb)",
            [fold(number), day, fold(body), fold(signer), fold(summary)[:500],
             json.dumps(list(effects))],
        )  # fmt: skip
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def findings_now(entries: Sequence[PlanEntry], today: date) -> dict[int, list[rules.Check]]:
    """Return what the rules say today of every entry, by entry."""
    people = [entry.person_id for entry in entries]
    now = standing.standing(people, [entry.title.post_id for entry in entries], today)
    known, cases = rules.facts_of(people, today), open_cases_of(people)
    return {
        entry.pk: rules.check(
            title=entry.title, person_id=entry.person_id, today=today, standing=now,
            known=known.get(entry.person_id),
            cases=cases.get(entry.person_id, ()) if entry.state == PlanEntry.State.PROPOSED
            else None,
        )
        for entry in entries
    }  # fmt: skip


def put_in_force(plan: Plan, *, decision_id: int, day: date, by: User, today: date
                 ) -> tuple[list[PlanEntry], list[PlanEntry]]:  # fmt: skip
    """Carry out a decision on a plan: who was proposed comes in, who was to leave goes out.

    Shape: `day` is from when on. Returns (came in, went out). The file of each holds it in the
        same transaction.
    Errors: DomainError when a rule is not met any more, or there is nothing to decide.
    """
    entries = list(
        PlanEntry.objects.select_for_update(of=("self",))
        .filter(plan=plan, state__in=LIVE).select_related("plan__unit", "title__post", "record")
    )  # fmt: skip
    coming = [one for one in entries if one.state == PlanEntry.State.PROPOSED]
    going = [one for one in entries if one.state == PlanEntry.State.LEAVING]
    if not coming and not going and plan.approved_on is not None and plan.reviewed_on is None:
        raise DomainError(_("Nothing in this plan waits for a decision."))
    standing.lock([one.person_id for one in coming], [one.title.post_id for one in coming])
    _refuse_unmet(coming, today)
    for entry in going:
        _take_out(entry, decision_id, max(day, entry.in_since or day))
    for entry in coming:
        _bring_in(entry, plan, decision_id, day, by)
    return coming, going


def _refuse_unmet(entries: Sequence[PlanEntry], today: date) -> None:
    found = findings_now(entries, today)
    unmet = [
        f"{entry.full_name} – {entry.title.name}: {one.label['vi']} ({one.reason['vi']})"
        for entry in entries for one in rules.refused(found[entry.pk])
    ]  # fmt: skip
    if unmet:
        raise DomainError(
            _("Not every rule is met any more: %(what)s") % {"what": "; ".join(unmet)}
        )


def refuse_over_limits(entry: PlanEntry, today: date) -> None:
    """Errors: DomainError when somebody who stays after all is one too many by now."""
    now = standing.standing([entry.person_id], [entry.title.post_id], today)
    unmet = rules.refused(rules.limits(entry.title, entry.person_id, today, now))
    if unmet:
        raise DomainError(
            _("A rule is not met: %(what)s")
            % {"what": "; ".join(f"{one.label['vi']} – {one.reason['vi']}" for one in unmet)}
        )


def _bring_in(entry: PlanEntry, plan: Plan, decision_id: int, day: date, by: User) -> None:
    entry.state = PlanEntry.State.IN
    entry.in_since, entry.in_decision_id = day, decision_id
    entry.save(update_fields=["state", "in_since", "in_decision"])
    entry.record = Record.objects.create(
        person_id=entry.person_id, kind=KIND, raw=f"{entry.title.name} – {entry.title.unit_name}",
        detail={"title": f"{entry.title.name} – {entry.title.unit_name}", "term": plan.term,
                "higher": True, "entry": entry.pk},
        valid=span(day), decision_id=decision_id, recorded_by=by.get_username(),
    )  # fmt: skip
    entry.save(update_fields=["record"])


def _take_out(entry: PlanEntry, decision_id: int, day: date) -> None:
    entry.state = PlanEntry.State.OUT
    entry.out_since, entry.out_decision_id = day, decision_id
    entry.save(update_fields=["state", "out_since", "out_decision"])
    record = entry.record
    if record is None:
        return
    if record.valid.lower >= day:  # It never held for a whole day.
        day = record.valid.lower + (date.resolution)
    record.valid = span(record.valid.lower, day)
    record.save(update_fields=["valid"])


def end_all(plan: Plan, *, decision_id: int, day: date, reason: str) -> list[str]:
    """Let everybody leave a plan; proposals are dropped. Returns the file numbers."""
    gone = []
    rows = PlanEntry.objects.select_for_update(of=("self",)).select_related("record")
    for entry in rows.filter(plan=plan, state__in=LIVE):
        entry.out_reason = entry.out_reason or reason
        if entry.state == PlanEntry.State.PROPOSED:
            entry.state = PlanEntry.State.DROPPED
            entry.save(update_fields=["state", "out_reason"])
            continue
        entry.save(update_fields=["out_reason"])
        _take_out(entry, decision_id, max(day, entry.in_since or day))
        gone.append(entry.number)
    return gone


def decision(pk: int) -> Decision | None:
    return Decision.objects.filter(pk=pk).first()
