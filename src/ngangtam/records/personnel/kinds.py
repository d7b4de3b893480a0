"""The kinds of dated record in a file, each declared once: form, timeline, intake and facts
all read this list."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission

Shape = Literal["text", "number", "day", "flag", "year"]


@dataclass(frozen=True, slots=True)
class Detail:
    """One further field of a kind. Shape: `catalogue` names where its codes come from, if any."""

    name: str
    label: str | Promise
    shape: Shape = "text"
    catalogue: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Shape: `catalogue` names the rulebook's catalogue that `code` comes from, "" when free text;
        `single` means a newer record of the kind replaces the older one on the same day; `part`
        names the sensitive part of the file that the kind belongs to, "" for the open file;
        `witnessed` kinds are changed by two officers, never by one; see ADR 0032.
    """

    id: str
    label: str | Promise
    group: str
    catalogue: str = ""
    details: tuple[Detail, ...] = field(default=())
    single: bool = False
    part: str = ""
    witnessed: bool = False

    @property
    def sensitive(self) -> bool:
        return bool(self.part)


@dataclass(frozen=True, slots=True)
class Guard:
    """What guards one sensitive part of a file: its own permission, in both walls."""

    label: str | Promise
    permission: Permission


GUARDS: Final[dict[str, Guard]] = {
    "origin": Guard(_("Ethnicity, religion, personal number"), Permission.PERSON_VIEW_SENSITIVE),
    "family": Guard(_("Family and relations abroad"), Permission.PERSON_VIEW_FAMILY),
    "health": Guard(_("Health"), Permission.PERSON_VIEW_HEALTH),
    "political": Guard(_("Conclusion on political standards"), Permission.PERSON_VIEW_POLITICAL),
    "declarations": Guard(
        _("Declarations of assets and income"), Permission.PERSON_VIEW_DECLARATIONS
    ),
    "denunciations": Guard(_("Complaints and denunciations"), Permission.PERSON_VIEW_DENUNCIATIONS),
}
# Of oneself everything but what came of denunciations: who reported is protected by law.
OWN_PARTS: Final = tuple(part for part in GUARDS if part != "denunciations")
# The fields of identity that make the part "origin".
ORIGIN: Final = ("ethnicity", "religion", "personal_number")


KINDS: Final = {
    kind.id: kind
    for kind in (
        Kind("education", _("Degree"), "training", "degree",
             (Detail("major", _("field of study")), Detail("school", _("school")),
              Detail("form", _("form of study"))),
             witnessed=True),
        Kind("academic_title", _("Academic title"), "training", "academic_title",
             witnessed=True),
        Kind("general_education", _("General education"), "training", "general_education",
             single=True),
        Kind("theory", _("Political theory"), "training", "political_theory",
             (Detail("exact", _("class in official tables"), catalogue="theory_exact"),
              Detail("school", _("school")))),
        Kind("state_management", _("State management"), "training", "state_management"),
        Kind("language", _("Foreign language"), "training", "language_level",
             (Detail("language", _("language")), Detail("certificate", _("certificate")),
              Detail("international", _("works in an international setting"), "flag"))),
        Kind("it", _("Computing skill"), "training", "it_level"),
        Kind("training", _("Training course"), "training", "training_kind",
             (Detail("course", _("course")), Detail("school", _("school")),
              Detail("result", _("result")))),
        Kind("rank", _("Rank and pay"), "service", "rank_group",
             (Detail("name", _("rank")), Detail("step", _("step"), "number"),
              Detail("coefficient", _("coefficient"), "number"),
              Detail("allowance", _("leadership allowance"), "number"))),
        Kind("service", _("Start of service"), "service", "",
             (Detail("body", _("recruited by")),), single=True),
        Kind("party", _("Party membership"), "party", "party_membership",
             (Detail("official", _("official day"), "day"), Detail("cell", _("Party cell"))),
             single=True, witnessed=True),
        Kind("union", _("Membership of organisations"), "party"),
        Kind("army", _("Military service"), "service", "", (Detail("rank", _("highest rank")),)),
        Kind("elected_term", _("Term as deputy"), "service", "",
             (Detail("body", _("body")), Detail("terms", _("terms")),
              Detail("count", _("number of terms"), "number"),
              Detail("previous", _("held the preceding term"), "flag")), single=False),
        Kind("award", _("Award"), "merit", "", (Detail("body", _("awarded by")),)),
        Kind("discipline", _("Discipline"), "merit", "discipline",
             (Detail("side", _("Party, government or organisation")),
              Detail("ground", _("ground")))),
        Kind("rating", _("Yearly rating"), "merit", "rating", (Detail("year", _("year"), "year"),)),
        # Of the State's rules where somebody is also rated as a member of the Party.
        Kind("party_rating", _("Yearly rating as Party member"), "merit", "rating",
             (Detail("year", _("year"), "year"),)),
        # `period` is 2026-Q1 or 2026-03.
        Kind("rating_quarter", _("Quarterly rating"), "merit", "rating",
             (Detail("period", _("period")),)),
        Kind("rating_month", _("Monthly rating"), "merit", "rating",
             (Detail("period", _("period")),)),
        Kind("plan", _("In the succession plan"), "planning", "",
             (Detail("title", _("planned title")), Detail("term", _("term")),
              Detail("higher", _("for a higher title"), "flag"))),
        # `raw` is the post that the person was nominated for; a posting follows the vote alone.
        Kind("nomination", _("Nomination for election"), "service", "",
             (Detail("body", _("body")),)),
        Kind("work", _("Earlier work"), "service", "",
             (Detail("title", _("title")), Detail("unit", _("unit")))),
        Kind("note", _("Note kept from the roster"), "other", "", (Detail("column", _("column")),)),
        Kind("family", _("Family relation"), "family", "family_relation",
             (Detail("name", _("full name")), Detail("born", _("year of birth"), "year"),
              Detail("work", _("work, post, residence")), Detail("person", _("file number"))),
             part="family"),
        Kind("health", _("Health"), "health", "",
             (Detail("height", _("height"), "number"), Detail("blood", _("blood group"))),
             part="health"),
        Kind("foreign", _("Relations abroad"), "family", part="family"),
        Kind("political_conclusion", _("Conclusion on political standards"), "party",
             "political_conclusion", (Detail("body", _("concluding body")),), single=True,
             part="political"),
        Kind("declaration", _("Declaration of assets and income"), "declaration",
             "declaration_state",
             (Detail("year", _("year"), "year"),), part="declarations"),
        Kind("denunciation", _("Outcome of a complaint or denunciation"), "denunciation", "",
             (Detail("body", _("settled by")), Detail("outcome", _("outcome"))),
             part="denunciations"),
    )
}  # fmt: skip

GROUPS: Final = {
    "service": _("Work"),
    "training": _("Education and training"),
    "party": _("Party and organisations"),
    "merit": _("Ratings, awards, discipline"),
    "planning": _("Planning"),
    "family": _("Family"),
    "health": _("Health"),
    "declaration": _("Declarations"),
    "denunciation": _("Complaints and denunciations"),
    "other": _("Other"),
}

# The fields of identity that two officers change: "chạy tuổi" would begin here.
WITNESSED_FIELDS: Final = ("full_name", "birth")
WITNESSED: Final = frozenset(kind.id for kind in KINDS.values() if kind.witnessed)
SENSITIVE: Final = frozenset(kind.id for kind in KINDS.values() if kind.sensitive)


def kinds_of(parts: Iterable[str]) -> frozenset[str]:
    """Return the kinds of record that make up the given sensitive parts."""
    wanted = set(parts)
    return frozenset(kind.id for kind in KINDS.values() if kind.part in wanted)


def guard_of(kind: str) -> Permission | None:
    """Return the permission that a kind of record needs beside reading the file."""
    declared = KINDS.get(kind)
    return GUARDS[declared.part].permission if declared and declared.part else None
