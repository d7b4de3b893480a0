"""Papers of a dossier: one person attaches them, another looks at them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.stages.procedure import duties, steps
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, DossierItem, Step

S = DossierItem.State


def _locked(item_id: int, by: User) -> tuple[Case, DossierItem, Standing]:
    """Return a paper of a dossier that is being put together, its case locked."""
    found = DossierItem.objects.filter(pk=item_id).values_list("case_id", flat=True).first()
    case = steps.lock(found or 0)
    duties.refuse_unless_running(case)
    item = (
        DossierItem.objects.select_for_update(of=("self",)).select_related("step").get(pk=item_id)
    )
    if item.step.state != Step.State.WAITING:
        raise DomainError(_("The dossier of this step is closed."))
    return case, item, Standing(case, by)


def _write(case: Case, item: DossierItem, event: EventType, by: User, **fields: Any) -> Case:
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    steps.touch(case)
    record(event, by=by, subject=case, item=item.pk, label=item.label[:200], note=item.note)
    return case


@transaction.atomic(durable=True)
def attach(*, item_id: int, file: Checked | None, reference: str = "", by: User) -> Case:
    """Attach a file, or name a document that lies elsewhere; anew after it was returned.

    Errors: Forbidden without CASE_RUN or in one's own case; DomainError without either, once it
        was checked, on hold, or when the step is over.
    """
    case, item, standing = _locked(item_id, by)
    standing.require_verb(Permission.CASE_RUN)
    if item.state == S.CHECKED:
        raise DomainError(_("This paper was checked already."))
    named = fold(reference)[:300]
    if file is None and not named:
        raise DomainError(_("Attach a file or name a document."))
    return _write(
        case, item, EventType.ATTACHED, by, state=S.ATTACHED, reference=named, note="",
        file=keep(file, sent_by=by.pk) if file is not None else None,
        attached_by=by, attached_at=timezone.now(), checked_by=None, checked_at=None,
    )  # fmt: skip


@transaction.atomic(durable=True)
def attach_many(
    *, case_id: int, step_id: int, papers: Mapping[int, tuple[Checked | None, str]],
    version: int | None, by: User,
) -> Case:  # fmt: skip
    """Attach several papers of a dossier at once. Shape: paper → its file, or where it lies.

    Errors: as `attach`; DomainError when none is named.
    """
    case, items = _several(case_id, step_id, papers, version)
    Standing(case, by).require_verb(Permission.CASE_RUN)
    for item in items:
        file, reference = papers[item.pk]
        named = fold(reference)[:300]
        if item.state == S.CHECKED:
            raise DomainError(_("This paper was checked already."))
        if file is None and not named:
            raise DomainError(_("Attach a file or name a document."))
        item.state, item.reference, item.note = S.ATTACHED, named, ""
        item.file = keep(file, sent_by=by.pk) if file is not None else None
        item.attached_by, item.attached_at = by, timezone.now()
        item.checked_by = item.checked_at = None
        item.save()
    _note_several(case, items, EventType.ATTACHED, by)
    return case


def _several(
    case_id: int, step_id: int, wanted: Mapping[int, object] | Sequence[int], version: int | None
) -> tuple[Case, list[DossierItem]]:
    """Return papers of one dossier, its case locked."""
    case = steps.lock(case_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    rows = DossierItem.objects.select_for_update(of=("self",)).filter(
        case=case, step=step_id, step__state=Step.State.WAITING, pk__in=list(wanted)
    )
    items = list(rows.order_by("pk"))
    if not items:
        raise DomainError(_("Name at least one paper."))
    return case, items


def _note_several(case: Case, items: Sequence[DossierItem], event: EventType, by: User) -> None:
    steps.touch(case)
    record(event, by=by, subject=case, items=[one.pk for one in items],
           label="; ".join(one.label for one in items)[:1000])  # fmt: skip


@transaction.atomic(durable=True)
def check_many(
    *, case_id: int, step_id: int, items: Sequence[int], version: int | None, by: User
) -> Case:
    """Find several attached papers in order. Errors: as `check`; DomainError when none is named."""
    case, found = _several(case_id, step_id, items, version)
    standing = Standing(case, by)
    for item in found:
        _second_look(case, item, standing)
        item.state, item.checked_by = S.CHECKED, None if case.fictional else by
        item.checked_at = timezone.now()
        item.save(update_fields=["state", "checked_by", "checked_at"])
    _note_several(case, found, EventType.CHECKED, by)
    return case


def _second_look(case: Case, item: DossierItem, standing: Standing) -> None:
    if not (standing.may(Permission.CASE_RUN) or standing.may(Permission.CASE_APPRAISE)):
        standing.require_verb(Permission.CASE_RUN)
    refusal = standing.why_not_by_duty("dossier")
    if refusal:
        raise Forbidden(refusal)
    if item.state != S.ATTACHED:
        raise DomainError(_("Nothing was attached here that could be checked."))
    if item.attached_by_id == standing.by.pk and not case.fictional:
        raise Forbidden(_("Somebody else than who attached it checks a paper."))


@transaction.atomic(durable=True)
def check(*, item_id: int, by: User) -> Case:
    """Find an attached paper in order. Errors: Forbidden for whoever attached it; DomainError."""
    case, item, standing = _locked(item_id, by)
    _second_look(case, item, standing)
    # One person alone walks a simulation: nobody's second look is claimed there.
    checker = None if case.fictional else by
    return _write(
        case, item, EventType.CHECKED, by, state=S.CHECKED, checked_by=checker,
        checked_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic(durable=True)
def send_back(*, item_id: int, reason: str, by: User) -> Case:
    """Return an attached paper with a reason. Errors: as `check`."""
    case, item, standing = _locked(item_id, by)
    _second_look(case, item, standing)
    checker = None if case.fictional else by
    return _write(
        case, item, EventType.RETURNED, by, state=S.RETURNED, note=given(reason)[:500],
        checked_by=checker, checked_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic(durable=True)
def set_aside(*, item_id: int, reason: str, by: User) -> Case:
    """Say with a reason that this case does not need the paper. Errors: as `attach`."""
    case, item, standing = _locked(item_id, by)
    standing.require_verb(Permission.CASE_RUN)
    if item.state == S.CHECKED:
        raise DomainError(_("This paper was checked already."))
    return _write(
        case, item, EventType.UNNEEDED, by, state=S.UNNEEDED, note=given(reason)[:500],
        attached_by=by, attached_at=timezone.now(), checked_by=None, checked_at=None,
    )  # fmt: skip


@transaction.atomic(durable=True)
def add_item(*, step_id: int, label: str, by: User) -> Case:
    """Ask for one more paper than the checklist names. Errors: as `attach`."""
    step = Step.objects.filter(pk=step_id, kind="dossier").first()
    case = steps.lock(step.case_id if step is not None else 0)
    duties.refuse_unless_running(case)
    Standing(case, by).require_verb(Permission.CASE_RUN)
    if step is None or step.state != Step.State.WAITING:
        raise DomainError(_("The dossier of this step is closed."))
    said = fold(label)[:500]
    if not said:
        raise DomainError(_("Name the paper."))
    item = DossierItem.objects.create(case=case, step=step, label=said)
    steps.touch(case)
    record(EventType.ATTACHED, by=by, subject=case, item=item.pk, label=said[:200], note="")
    return case
