"""What this room tells of people and a post, for the conditions of a case.

A fact that is left out is unknown: the screen then asks a person. Of family records only the
finding leaves the database, never who is whose relative.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from ngangtam.foundation.kernel.days import months_between
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Posting, Record
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.models import Term
from ngangtam.stages.planning.ranking import is_higher, rank_of

Facts = dict[int, dict[str, object]]
_RELATIONS: Final = "family_incompatibility.relations"
_RULES: Final = "family_incompatibility.rules"
_SECTORS: Final = "family_incompatibility.sectors"
# Each rule of the regulation and the fact that answers it.
_RULE_FACTS: Final = {
    "same_standing_committee_or_leadership": "relative_in_same_leadership",
    "head_and_deputy_of_same_body": "relative_head_or_deputy_here",
    "head_of_committee_or_administration_and_head_of_listed_sector":
        "relative_head_of_listed_sector",
}  # fmt: skip
# How bodies of a listed sector are called, without accents; a code that an authority adds in its
# own layer is read as the words it is made of.
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "home_affairs": ("noi vu",), "inspectorate": ("thanh tra",), "finance": ("tai chinh",),
    "banking": ("ngan hang",), "tax": (r"\mthue\M",), "customs": ("hai quan",),
    "industry_trade": ("cong thuong",), "planning_investment": ("ke hoach",),
    "natural_resources_environment": ("tai nguyen", "moi truong"),
    "military": ("quan su", "quan doi"), "police": ("cong an",), "court": ("toa an",),
    "procuracy": ("kiem sat",),
}  # fmt: skip
_KINDS: Final = {
    "court": "court", "procuracy": "procuracy", "police": "police", "military": "army",
    "inspectorate": "inspectorate",
}  # fmt: skip
_DISCIPLINED: Final = {
    "reprimand": ("reprimanded", "months_since_reprimand"),
    "warning": ("warned", "months_since_warning"),
    "removal": ("removed_before", "months_since_removal"),
}  # fmt: skip
_OTHERWISE: Final = frozenset({"pay_reduction", "demotion", "dismissal", "expulsion"})


def known(people: Sequence[int], post: Post | None, day: date) -> Facts:
    """Return what is known here of these people for this post; without a post, less."""
    found: Facts = {person: {} for person in people}
    if not people:
        return found
    held = _held(people)
    _add(found, _of_posts(people, held, post, day))
    _add(found, _of_secondments(people, held, day))
    _add(found, _of_discipline(people, day))
    if post is not None:
        _add(found, _of_papers(people, post, day))
        _add(found, _of_family(people, post, day))
        _add(found, _of_terms(people, post, day))
        _add(found, _of_ranks(people, held, post, day))
    return found


def _add(found: Facts, more: Facts) -> None:
    for person, told in more.items():
        if person in found:
            found[person].update(told)


@dataclass(frozen=True, slots=True)
class _Held:
    """One post that somebody held or holds."""

    person: int
    posting: Posting
    path: str

    def on(self, day: date) -> bool:
        return day in self.posting.valid


def _held(people: Sequence[int]) -> list[_Held]:
    rows = Posting.objects.standing().filter(person__in=people).order_by("valid", "pk")
    return [
        _Held(row.person_id, row, str(row.post.unit.path))
        for row in rows.select_related("post__unit")
    ]


def _of_posts(people: Sequence[int], held: list[_Held], post: Post | None, day: date) -> Facts:
    by_person: dict[int, list[_Held]] = defaultdict(list)
    for one in held:
        by_person[one.person].append(one)
    body = _body_of(post.unit) if post is not None else None
    return {
        person: _of_own_posts(by_person[person], body, post, day)
        for person in people if by_person[person]
    }  # fmt: skip


def _of_own_posts(
    held: list[_Held], body: str | None, post: Post | None, day: date
) -> dict[str, object]:
    now = [one for one in held if one.on(day)]
    led = [one for one in held if one.posting.post.leadership and one.posting.valid.lower <= day]
    told: dict[str, object] = {"first_appointment": not led}
    months = _months_in_equivalent(held, day)
    if months is not None:
        told["months_in_equivalent_posts"] = months
    if body is not None:
        told["onsite"] = any(
            one.path == body or one.path.startswith(f"{body}.")
            for one in now if one.posting.main
        )  # fmt: skip
    if post is not None and (length := terms.term_months(post.regime, day)) is not None:
        told["term_months"] = length
    return told


def _of_secondments(people: Sequence[int], held: list[_Held], day: date) -> Facts:
    """A post beside the main one that ends on a day may be a secondment that nobody called so."""
    running = Term.objects.filter(
        person__in=people, kind=Term.Kind.SECONDMENT, first__lte=day, until__gt=day
    )
    sent = set(running.values_list("person_id", flat=True))
    unclear = {
        one.person for one in held
        if one.on(day) and not one.posting.main and one.posting.valid.upper is not None
    }  # fmt: skip
    return {
        person: {"already_seconded": person in sent}
        for person in people if person in sent or person not in unclear
    }  # fmt: skip


def _months_in_equivalent(held: list[_Held], day: date) -> int | None:
    """Return the months in posts of the kind and level held now, broken periods added up.

    None when the post held now has no kind of title to compare by.
    """
    now = next((one.posting.post for one in held if one.on(day) and one.posting.main), None)
    if now is None or now.title_kind == "other":
        return None
    same = [
        one.posting.valid for one in held
        if (one.posting.post.title_kind, one.posting.post.level) == (now.title_kind, now.level)
        and one.posting.valid.lower <= day
    ]  # fmt: skip
    return sum(months_between(valid.lower, min(valid.upper or day, day)) for valid in same)


def _of_ranks(people: Sequence[int], held: list[_Held], post: Post, day: date) -> Facts:
    """Whether the post stands higher than the main one held, and whether its unit has a plan."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_plan_here(%s, %s)", [post.pk, day])
        (planned,) = cursor.fetchone()
    found: Facts = {person: {"plan_approved_here": bool(planned)} for person in people}
    for one in held:
        if one.posting.main and one.on(day) and one.person in found:
            higher = is_higher(rank_of(post), rank_of(one.posting.post))
            if higher is not None:
                found[one.person]["title_higher_than_held"] = higher
                found[one.person]["equal_or_lower_post"] = not higher
    return found


def _body_of(unit: Unit) -> str:
    """Return the path of the body that a unit belongs to: a division is part of its department."""
    path = str(unit.path)
    ids = [int(one) for one in path.split(".")]
    kinds = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "kind"))
    while len(ids) > 1 and kinds.get(ids[-1]) == "division":
        ids.pop()
    return ".".join(str(one) for one in ids)


def _of_discipline(people: Sequence[int], day: date) -> Facts:
    """Months count from the latest of each form; records of an ended discipline count, too."""
    rows = Record.objects.standing().filter(person__in=people, kind="discipline")
    found: Facts = {
        person: {
            "reprimanded": False, "warned": False, "removed_before": False,
            "otherwise_disciplined": False, "discipline_running": False,
        }
        for person in people
    }  # fmt: skip
    for row in rows.order_by("valid", "pk"):
        told = found[row.person_id]
        if row.valid.lower > day or row.code == "none":
            continue
        if row.valid.upper is None:
            told.setdefault("_open", True)  # no end on record: in force or not, nobody said
        elif day in row.valid:
            told["discipline_running"] = True
        if row.code in _DISCIPLINED:
            flag, since = _DISCIPLINED[row.code]
            told[flag], told[since] = True, months_between(row.valid.lower, day)
        elif row.code in _OTHERWISE:
            told["otherwise_disciplined"] = True
    for told in found.values():
        if told.pop("_open", False) and not told["discipline_running"]:
            del told["discipline_running"]
    return found


def _of_papers(people: Sequence[int], post: Post, day: date) -> Facts:
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from ngangtam_conclusions_of(%s, %s, %s)", [list(people), post.pk, day]
        )
        rows = cursor.fetchall()
    found: Facts = {}
    for person, kind, code in rows:
        if kind == "political_conclusion":
            found.setdefault(person, {})["political_fit"] = code == "fit"
        else:
            found.setdefault(person, {})["declaration_verified"] = code == "verified"
    return found


def _of_family(people: Sequence[int], post: Post, day: date) -> Facts:
    """Tell the three rules apart; unknown where no family is on file or the text is not clear.

    While the definition of family waits to be confirmed, a relative who stands in the way makes
    the answer unknown, not yes: a person decides whether the relation counts.
    """
    rules = rulebook().lookup(_RULES, day)
    asked = [
        fact for rule, fact in _RULE_FACTS.items()
        if isinstance(rules.value, list) and rule in rules.value
    ]  # fmt: skip
    if not asked:
        return {}
    names, kinds = _listed(day)
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from ngangtam_family_at(%s, %s, %s, %s, %s, %s)",
            [list(people), post.pk, day, _relations(day), names, kinds],
        )
        rows = cursor.fetchall()
    on_file = {person for person, rule, _sure in rows if rule == "known"}
    hits = {(person, rule): sure for person, rule, sure in rows}
    return {person: _family_facts(person, asked, hits, on_file) for person in people}


def _family_facts(
    person: int, asked: list[str], hits: dict[tuple[int, str], bool], on_file: set[int]
) -> dict[str, object]:
    told: dict[str, object] = {}
    for fact in asked:
        sure = hits.get((person, fact))
        if sure:
            told[fact] = True
        elif sure is None and person in on_file:
            told[fact] = False
    return told


def _relations(day: date) -> list[str]:
    found = rulebook().lookup(_RELATIONS, day).value
    return [str(one) for one in found] if isinstance(found, list) else []


def _listed(day: date) -> tuple[list[str], list[str]]:
    """Return how bodies of the listed sectors are called, and which kinds of unit they are."""
    found = rulebook().lookup(_SECTORS, day).value
    sectors = [str(one) for one in found] if isinstance(found, list) else []
    names = [word for one in sectors for word in _NAMES.get(one, (one.replace("_", " "),))]
    return names, [_KINDS[one] for one in sectors if one in _KINDS]


def _of_terms(people: Sequence[int], post: Post, day: date) -> Facts:
    """Tell of those who hold the post whether their term is over and how they were rated in it."""
    rows = Term.objects.filter(
        person__in=people, posting__post=post, kind=Term.Kind.TERM, state=Term.State.RUNNING
    )
    running = {row.person_id: row for row in rows}
    rated = _ratings(running)
    found: Facts = {}
    for person, term in running.items():
        told: dict[str, object] = {}
        if term.until <= day:
            told["term_completed"] = True
        codes = rated.get(person, {})
        # A year counts once it is over.
        years = range(term.first.year, min(term.until, day).year)
        if "failed" in (codes.get(year) for year in years):
            told["term_tasks_completed"] = False
        elif years and all(year in codes for year in years):
            told["term_tasks_completed"] = True
        found[person] = told
    return found


def _ratings(people: Iterable[int]) -> dict[int, dict[int, str]]:
    rows = Record.objects.standing().filter(person__in=list(people), kind="rating")
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for row in rows.order_by("valid", "pk"):
        year = row.detail.get("year")
        found[row.person_id][int(year) if year else row.valid.lower.year] = row.code
    return found
