"""Reads for the screens of the room; every one starts from the viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import DateField, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.organisation.models import Regime, Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.models import Clock, Term
from ngangtam.stages.procedure.models import Case, CaseSubject

STAGE: Final = "reappointment"


@dataclass(frozen=True, slots=True)
class Ending:
    """One holder of a leading post and when the term ends.

    Shape: `until` None is not known; `by_law` when it follows from the law and no decision that
        is on record; `notice_by` only where a confirmed rule says; `case` is the open one.
    """

    posting: Posting
    until: date | None
    by_law: bool
    term: Term | None
    notice_by: date | None
    case: Case | None
    days_left: int | None


def reads(viewer: Viewer) -> bool:
    """Whether the viewer may read cases anywhere."""
    return may(viewer, Permission.CASE_VIEW)


def runs(viewer: Viewer) -> bool:
    """Whether the viewer may open cases anywhere."""
    return may(viewer, Permission.CASE_RUN)


def _reach(viewer: Viewer, field: str, needs: Permission) -> Q:
    reach = Q(pk__in=[])
    for path in scopes(viewer, needs):
        reach |= Q(**{f"{field}__within": path})
    return reach


def endings_for(viewer: Viewer, day: date, values: Mapping[str, str]) -> Any:
    """Leading posts held on the day, with `until`: when the term on record ends, or by the law.

    Shape: `values` narrows: `when` is past, quarter, half, year or unknown; `q` words of the name;
        `noticed` yes or no.
    """
    running = Term.objects.filter(
        posting=OuterRef("pk"), state=Term.State.RUNNING, kind=Term.Kind.TERM
    )
    rows = (
        Posting.objects.on(day)
        .filter(_reach(viewer, "post__unit__path", Permission.CASE_VIEW))
        .filter(post__leadership=True, post__deputy_elected=False, person__voided_at__isnull=True)
        .select_related("person", "post__unit", "decision")
        .annotate(
            on_record=Subquery(running.values("until")[:1]),
            noticed=Subquery(running.values("noticed_on")[:1]),
        )
        .annotate(until=Coalesce("on_record", _by_law(day), output_field=DateField(null=True)))
    )
    for word in plain(values.get("q", "")).split():
        rows = rows.filter(person__name_plain__contains=word)
    if values.get("noticed"):
        rows = rows.filter(noticed__isnull=values["noticed"] != "yes")
    return _narrowed(rows, values.get("when", ""), day)


def _by_law(day: date) -> Any:
    """Return when a term of a civil servant ends that began under a rule on its length."""
    rule = terms.term_rule(Regime.CIVIL_SERVANT, day)
    if rule is None or not isinstance(rule.value, int) or rule.from_ is None:
        return Value(None, DateField(null=True))
    # A term begun before the rule came in is the matter of its decision, not of this rule.
    ends = Func(
        F("valid"), Value(rule.value), function="", output_field=DateField(),
        template="(lower(%(expressions)s))::date", arg_joiner=") + make_interval(years => ",
    )  # fmt: skip
    return Choose(
        When(post__regime=Regime.CIVIL_SERVANT, valid__startswith__gte=rule.from_, then=ends),
        output_field=DateField(null=True),
    )


# Any: the checker does not see the annotation `until`.
def _narrowed(rows: Any, when: str, day: date) -> Any:
    ahead = {"quarter": 3, "half": 6, "year": 12}
    if when == "past":
        return rows.filter(until__lte=day)
    if when == "unknown":
        return rows.filter(until__isnull=True)
    if when == "notice":
        count = terms.notice_days(day)
        return rows.none() if count is None else rows.filter(until__lte=workdays.after(day, count))
    if when in ahead:
        return rows.filter(until__lte=add_months(day, ahead[when]))
    return rows


def endings(rows: Sequence[Posting], day: date) -> list[Ending]:
    """Return a page of postings with their terms, notices and open cases."""
    held = {
        row.posting_id: row
        for row in Term.objects.filter(
            posting__in=[one.pk for one in rows], state=Term.State.RUNNING, kind=Term.Kind.TERM
        )
    }
    open_ = open_cases([one.person_id for one in rows])
    found = []
    for row in rows:
        until: date | None = getattr(row, "until", None)
        term = held.get(row.pk)
        found.append(Ending(
            posting=row, until=until, by_law=until is not None and term is None, term=term,
            notice_by=terms.notice_by(until, day) if until is not None else None,
            case=open_.get((row.person_id, row.post_id)),
            days_left=(until - day).days if until is not None else None,
        ))  # fmt: skip
    return found


def open_cases(people: Sequence[int]) -> dict[tuple[int, int], Case]:
    """Return open cases of reappointment by (person, post)."""
    rows = CaseSubject.objects.filter(
        person__in=people, state=CaseSubject.State.IN, case__stage=STAGE, case__fictional=False,
        case__state__in=(Case.State.RUNNING, Case.State.FROZEN),
    ).select_related("case")  # fmt: skip
    found: dict[tuple[int, int], Case] = {}
    for row in rows:
        post = row.post_id or row.case.post_id
        if row.person_id is not None and post is not None:
            found[row.person_id, post] = row.case
    return found


def posting_of(viewer: Viewer, posting_id: int, day: date) -> Posting | None:
    """Return a posting whose term the viewer may take over, None otherwise."""
    rows = Posting.objects.on(day).filter(
        _reach(viewer, "post__unit__path", Permission.CASE_RUN), pk=posting_id
    )
    return rows.select_related("person", "post__unit", "decision").first()


def terms_for(viewer: Viewer, day: date, values: Mapping[str, str]) -> QuerySet[Term]:
    """Secondments and probations of the viewer's units.

    Shape: `values` narrows: `kind`; `state` is running, over (running past its end) or settled.
    """
    rows = (
        Term.objects.filter(_reach(viewer, "path", Permission.CASE_VIEW))
        .exclude(kind=Term.Kind.TERM)
        .select_related("person", "posting__post__unit", "decision")
    )
    if values.get("kind"):
        rows = rows.filter(kind=values["kind"])
    for word in plain(values.get("q", "")).split():
        rows = rows.filter(person__name_plain__contains=word)
    state = values.get("state", "")
    if state == "running":
        rows = rows.filter(state=Term.State.RUNNING)
    elif state == "over":
        rows = rows.filter(state=Term.State.RUNNING, until__lte=day)
    elif state == "settled":
        rows = rows.exclude(state=Term.State.RUNNING)
    return rows


def get_term(viewer: Viewer, term_id: int) -> Term | None:
    """Return a term that the viewer may read: there, or the own."""
    mine = Q(person=own_person(viewer)) if isinstance(viewer, User) else Q(pk__in=[])
    rows = Term.objects.filter(_reach(viewer, "path", Permission.CASE_VIEW) | mine)
    return rows.select_related(
        "person", "posting__post__unit", "decision", "settled_by", "noticed_by", "recorded_by"
    ).filter(pk=term_id).first()  # fmt: skip


def own_terms(viewer: Viewer) -> list[Term]:
    """Return the viewer's own terms that run, the first to end first."""
    me = own_person(viewer) if isinstance(viewer, User) else None
    if me is None:
        return []
    rows = Term.objects.filter(person=me, state=Term.State.RUNNING)
    return list(rows.select_related("posting__post__unit", "person").order_by("until"))


def may_settle(viewer: Viewer, term: Term) -> bool:
    """Whether the viewer concludes this probation: who decides there, and not for oneself."""
    mine = own_person(viewer) if isinstance(viewer, User) else None
    return (
        term.state == Term.State.RUNNING
        and term.person_id != mine
        and may(viewer, Permission.CASE_DECIDE, str(term.path))
    )


def may_keep(viewer: Viewer, term: Term) -> bool:
    """Whether the viewer keeps this term: opens cases there, and it is not the own."""
    mine = own_person(viewer) if isinstance(viewer, User) else None
    return term.person_id != mine and may(viewer, Permission.CASE_RUN, str(term.path))


def clocks_for(viewer: Viewer) -> list[Clock]:
    """Return the clocks that run in the viewer's units."""
    rows = Clock.objects.filter(
        _reach(viewer, "path", Permission.CASE_VIEW), stopped_at__isnull=True
    )
    return list(rows.select_related("unit", "set_by").order_by("path"))


def units_run(viewer: Viewer) -> list[Unit]:
    """Return the topmost units in which the viewer opens cases."""
    tops = scopes(viewer, Permission.CASE_RUN)
    return list(Unit.objects.filter(path__in=tops, ended_on=None).order_by("path"))


def person_named(number: str) -> Person | None:
    """Return a file by its number, as far as the walls let the viewer see it."""
    return Person.objects.filter(number=number.strip().upper(), voided_at__isnull=True).first()
