"""The words for closed lists of the rulebook's schema."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

KINDS: Final[dict[str, Text]] = {
    "instrument": _("Text"),
    "parameter": _("Parameter"),
    "standard": _("Standard"),
    "criterion": _("Criterion"),
    "target": _("Target"),
    "indicator": _("Set of definitions"),
    "scheme": _("Evaluation scheme"),
    "procedure": _("Procedure"),
    "conflict": _("Conflict of texts"),
    "fact": _("Fact"),
}
GROUPS: Final[dict[str, Text]] = {
    "instrument": _("Texts"),
    "parameter": _("Parameters"),
    "standard": _("Standards"),
    "target": _("Targets"),
    "scheme": _("Evaluation schemes"),
    "fact": _("Vocabulary"),
}
REGIMES: Final[dict[str, Text]] = {
    "party": _("Party"),
    "civil_servant": _("Civil servants"),
    "public_employee": _("Public employees"),
    "elected": _("Elected"),
    "all": _("All regimes"),
}
CONFIDENCES: Final[dict[str, Text]] = {
    "read": _("Text read"),
    "quoted": _("Quoted in another text"),
    "reported": _("As reported"),
    "to_confirm": _("To be confirmed"),
}
MEANINGS: Final[dict[str, Text]] = {
    "read": _("Somebody read the text itself."),
    "quoted": _("The clause was seen as quoted by another publication, not in the text itself."),
    "reported": _("Known from press reports or one official outlet; check before relying on it."),
    "to_confirm": _("Not seen in any source; nothing may rest on it until it is confirmed."),
}
# What stands after a number of that unit; "" when the number says enough.
UNITS: Final[dict[str, Text]] = {
    "person": _("people"),
    "people": _("people"),
    "month": _("months"),
    "year": _("years"),
    "quarter": _("quarters"),
    "day": _("days"),
    "minute": _("minutes"),
    "character": _("characters"),
    "working day": _("working days"),
    "week": _("weeks"),
    "month of salary": _("months of salary"),
    "level": _("levels"),
    "group": _("groups"),
    "band": _("bands"),
    "indicator": _("indicators"),
    "tier": _("tiers"),
    "period": _("periods"),
    "unit": _("units"),
    "percent": "%",
    "point": _("points"),
    "title": _("titles"),
    "term": _("terms"),
    "units": _("units"),
    "per_10000": _("per 10,000"),
    "age": _("years of age"),
    "step": _("steps"),
    "time": _("times"),
    "ratio": "",
    "none": "",
}
COMPARISONS: Final[dict[str, Text]] = {
    "<": _("must be below"),
    "<=": _("at most"),
    ">": _("must be above"),
    ">=": _("at least"),
    "==": _("exactly"),
}
SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="}
COUNTINGS: Final[dict[str, Text]] = {
    "share": _("share of the people counted"),
    "count": _("number of people"),
    "at_least_one_per_unit": _("in every unit"),
    "ratio": _("people per 10,000 of a number that the operator sets"),
}
VALUES: Final[dict[str, Text]] = {
    "flag": _("yes or no"),
    "int": _("number"),
    "day": pgettext_lazy("kind of value", "day"),
    "code": _("code"),
}
CLASSES: Final[dict[str, Text]] = {
    "public": pgettext_lazy("privacy", "public"),
    "internal": pgettext_lazy("privacy", "internal"),
    "personal": pgettext_lazy("privacy", "personal"),
    "sensitive": pgettext_lazy("privacy", "sensitive"),
}
STATES: Final[dict[str, Text]] = {
    "in_force": _("In force"),
    "off": _("Switched off"),
    "repealed": _("Repealed"),
    "silent": _("No text speaks"),
}
CYCLES: Final[dict[str, Text]] = {
    "month": pgettext_lazy("cycle", "month"),
    "quarter": pgettext_lazy("cycle", "quarter"),
    "half": pgettext_lazy("cycle", "half-year"),
    "year": pgettext_lazy("cycle", "year"),
    "term": pgettext_lazy("cycle", "term of office"),
    "when_needed": pgettext_lazy("cycle", "when needed"),
}
DUTIES: Final[dict[str, Text]] = {
    "self_assessment": _("Self-assessment"),
    "proposes": _("Who proposes"),
    "decides": _("Who decides"),
    "publication": _("Notice and publication"),
    "petition": _("Petition"),
}
CONFLICTS: Final[dict[str, Text]] = {
    "open": pgettext_lazy("conflict", "open"),
    "decided": pgettext_lazy("conflict", "decided"),
}
# The rulebook's own words for keys of tables and for values that are text.
KEY_WORDS: Final = "table_key"
VALUE_WORDS: Final = "value_word"
# Catalogues whose codes serve as keys in parameters that are tables.
TABLE_KEYS: Final = ("gender", "level", "regime", "discipline", "rating", "title_kind", "degree")


def unit_name(unit: str) -> str:
    """Return what stands after a number of that unit."""
    return str(UNITS.get(unit, unit))
