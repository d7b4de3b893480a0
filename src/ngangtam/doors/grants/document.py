"""`docs/access.md`, written from the code: which role may do what, and what each sees."""

from django.utils import translation

from ngangtam.foundation.access.queries import matrix
from ngangtam.foundation.access.roles import HARMLESS, ROLES, SAYS, SENSITIVE, Permission, Role
from ngangtam.records.personnel.kinds import GUARDS, KINDS

HEAD = """\
# Who may see and do what

Written from `foundation/access/roles.py` by `ngangtam grant document > docs/access.md`; a test
fails while the two differ. Read beside [ADR 0023](adr/0023-two-persons-for-a-role.md) and
[ADR 0024](adr/0024-sensitive-parts-behind-an-act.md).

A role is held over a unit and everything below it, for a period. A role marked *two persons* is
given by one person and takes effect when a second one confirms it; nobody grants to themselves,
and nobody confirms what they gave or what is given to them. The database holds all of this too:
the web connects as a role that owns nothing, and every table with personal data answers only
what the viewer's confirmed roles reach (`tests/access/`).
"""


def markdown() -> str:
    """Return the whole document."""
    with translation.override("en"):
        parts = [HEAD, _table(), _roles(), _groups(), _rules()]
    return "\n".join(parts)


def _table() -> str:
    roles = list(ROLES.values())
    lines = [
        "## The table\n",
        "| may | " + " | ".join(str(role.label) for role in roles) + " |",
        "| --- |" + " :-: |" * len(roles),
    ]
    for row in matrix():
        marks = " | ".join("✓" if role.id in row.roles else "" for role in roles)
        lines.append(f"| {SAYS[row.permission]} (`{row.permission}`) | {marks} |")
    return "\n".join(lines) + "\n"


def _roles() -> str:
    lines = ["## Role by role\n"]
    for role in ROLES.values():
        with translation.override("vi"):
            vietnamese = str(role.label)
        lines += [f"### {role.label} – {vietnamese} (`{role.id}`)\n", f"{role.says}\n"]
        lines.append(f"- How it is given: {_given(role)}.")
        lines.append(f"- Files: {_files(role)}.")
        hidden = [SAYS[verb] for verb in SENSITIVE if verb not in role.permissions]
        if Permission.PERSON_VIEW in role.permissions and hidden:
            lines.append(f"- May not: {'; '.join(str(words) for words in hidden)}.")
        lines.append("")
    return "\n".join(lines)


def _given(role: Role) -> str:
    if role.implied:
        return "comes with an account that is linked to a person; nobody grants it"
    return "two persons" if role.guarded else "one person, since it opens no file"


def _files(role: Role) -> str:
    if role.implied:
        return "the own file alone, whole"
    if Permission.PERSON_VIEW not in role.permissions:
        return "none; every page of a person answers 404, and raw SQL as the web role finds no row"
    parts = [str(SAYS[verb]) for verb in SENSITIVE if verb in role.permissions]
    seen = f"; on request, leaving a trace: {'; '.join(parts)}" if parts else ""
    return f"those of the unit and everything below it{seen}"


def _groups() -> str:
    lines = [
        "## Sensitive parts of a file\n",
        "Each needs its own permission in both walls. Nothing of them is shown on opening a file: "
        "the reader asks for one part and says what for; that leaves one event in the audit and "
        "one line that the person concerned reads as “who looked”.\n",
        "| part | kinds of record, fields | permission |",
        "| --- | --- | --- |",
    ]
    for part, guard in GUARDS.items():
        kinds = [str(kind.label) for kind in KINDS.values() if kind.part == part]
        fields = ["Ethnicity", "Religion", "Personal identity number"] if part == "origin" else []
        lines.append(f"| {guard.label} | {', '.join([*fields, *kinds])} | `{guard.permission}` |")
    return "\n".join(lines) + "\n"


def _rules() -> str:
    harmless = ", ".join(f"`{verb}`" for verb in sorted(HARMLESS))
    return f"""\
## Giving and ending

| act | who |
| --- | --- |
| give | whoever holds `{Permission.GRANT_GIVE}` over the unit, to somebody else, saying why |
| confirm, refuse | whoever holds `{Permission.GRANT_CONFIRM}` there, neither giver nor holder |
| withdraw | the giver, before it is confirmed |
| end early | whoever may give or confirm there; the holder |
| review | whoever may give or confirm there, every `security.access_review_months`; not one's own |
| first roles of an instance | the owner of the machine: `ngangtam grant give …`, in the audit |

Only a role made of {harmless} takes effect on one person's word. An administrator prepares
grants and confirms none, so no circle of administrators and friends opens a file without somebody
who already answers for that unit.
"""
