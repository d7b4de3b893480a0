"""The file with which an authority switches on a parameter that waits for confirmation."""

from datetime import date

import yaml

from ngangtam.law.engine.model import Dated, Parameter

INSTRUMENT = "our-instrument"


def local_path(parameter: Parameter) -> str:
    """Return where the local file belongs, inside the folder of the installation."""
    return f"rulebook/parameters/{parameter.id.replace('.', '/')}.yaml"


def local_draft(parameter: Parameter, value: Dated | None, day: date) -> str:
    """Return a local file ready to be filled in: the reported value, or a blank for it."""
    content: dict[str, object] = {
        "id": parameter.id,
        "label": dict(parameter.label),
        "regime": parameter.regime,
        "unit": parameter.unit,
        "type": parameter.type,
    }
    if parameter.comparison:
        content["comparison"] = parameter.comparison
    if parameter.denominator:
        content["denominator"] = dict(parameter.denominator)
    content["status"] = "shipped"
    content["values"] = [
        {
            "from": value.period.from_ if value else day,
            "value": value.value if value else "…",
            "cites": [f"{INSTRUMENT}#1"],
            "confidence": "read",
        }
    ]
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100).strip()
