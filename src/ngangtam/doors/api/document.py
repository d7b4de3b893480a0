"""The OpenAPI document: written by the operations, completed and translated here."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from ngangtam.doors.api import problems
from ngangtam.doors.api.api import api
from ngangtam.doors.api.asking import Token
from ngangtam.doors.api.gate import PLACE
from ngangtam.doors.api.says import DESCRIPTIONS
from ngangtam.doors.api.scopes import LABELS

Document = dict[str, Any]
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_READING: Final = ("304",)
_ALWAYS: Final = (400, 401, 403, 404, 422, 429, 500)
_BODY: Final = (413, 415)
# Operations that change a row which the caller has read.
_ON_CONDITION: Final = ("/void", "/restore", "/end", "/commit", "/undo", "/discard")
TAGS: Final = {
    "people": _("People and their files"), "changes": _("Changing files"),
    "exchange": _("Exchange with the national database"), "units": _("Units"),
    "facts": _("Facts"), "findings": _("Findings"), "targets": _("Targets and indicators"),
    "law": _("The rulebook"), "intake": _("Rosters"), "audit": _("The audit, and the token"),
}  # fmt: skip
_DONE: Final = {
    200: _("Answered"), 201: _("Made"),
    202: _("Taken in; the worker carries it out"),
}  # fmt: skip
_EXAMPLES: Final[dict[str, Any]] = {
    "number": "CB0000001", "on": "2026-03-31", "known": "2026-03-31", "unit": "T1", "code": "T1",
    "q": "nguyen lan", "limit": 50,
}  # fmt: skip


def document(language: str) -> Document:
    """Return the document in a language. It is the caller's to change."""
    return deepcopy(_document("en" if language.startswith("en") else "vi"))


@lru_cache(maxsize=2)
def _document(language: str) -> Document:
    with translation.override(language):
        made: Document = deepcopy(dict(api.get_openapi_schema(path_prefix=PLACE)))
        made["info"]["description"] = gettext(api.description)
        made["tags"] = [{"name": name, "description": gettext(text)} for name, text in TAGS.items()]
        made["components"]["schemas"]["Problem"] = _problem()
        for path, method, operation in _operations(made):
            _complete(path, method, operation)
        _translate(made)
        return made


def _operations(made: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield path, method, operation


def _complete(path: str, method: str, operation: Document) -> None:
    """Say what every operation shares: its scope, its conditions, and how it fails."""
    scope = _scope(path, method)
    summary = operation["summary"]
    operation["x-summary"] = {"en": summary, "vi": _in("vi", summary)}
    operation["description"] = gettext(DESCRIPTIONS[_name(path, method)])
    if scope:
        operation["x-scope"] = str(scope)
        operation["security"] = [{"Token": []}]
    parameters: list[Document] = operation.setdefault("parameters", [])
    for one in parameters:
        _exemplify(one)
    if _conditional(path, method):
        parameters.append(_header("If-Match", gettext("The ETag of what is to be changed."), True))
    elif method == "get":
        parameters.append(
            _header("If-None-Match", gettext("The ETag that you have; 304 when nothing changed."))
        )
    if method != "get":
        words = gettext("Drawn by you for this request; sent again with it, nothing is done twice.")
        parameters.append(_header("Idempotency-Key", words))
    parameters.append(_header("Accept-Language", gettext("vi or en: the language of labels.")))
    _answers(path, method, operation)


def _exemplify(parameter: Document) -> None:
    if parameter["name"] in _EXAMPLES:
        parameter["example"] = _EXAMPLES[parameter["name"]]


def _answers(path: str, method: str, operation: Document) -> None:
    answers: Document = operation["responses"]
    for status, told in list(answers.items()):
        told["description"] = gettext(_DONE[int(status)])
        words = gettext("Names this version of what is said.")
        told["headers"] = {"ETag": {"schema": {"type": "string"}, "description": words}}
        if method == "get":
            told["headers"]["Link"] = {
                "schema": {"type": "string"}, "description": gettext("The page that follows."),
            }  # fmt: skip
        answers[str(status)] = answers.pop(status)
    kinds = set(_ALWAYS)
    if method == "get":
        answers["304"] = {"description": gettext("Nothing changed since the ETag that was sent.")}
        kinds.add(412)
    else:
        kinds |= {409, *_BODY}
    if _conditional(path, method):
        kinds |= {412, 428}
    titles = dict(reversed(list(problems.KINDS.values())))
    for number in sorted(kinds):
        answers[str(number)] = {
            "description": str(titles[number]),
            "content": {problems.MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _conditional(path: str, method: str) -> bool:
    return method == "put" or (method == "post" and path.endswith(_ON_CONDITION))


def _header(name: str, description: str, required: bool = False) -> Document:
    return {
        "in": "header", "name": name, "required": required, "description": description,
        "schema": {"type": "string", "maxLength": 200},
    }  # fmt: skip


def _problem() -> Document:
    text = {"type": "string"}
    return {
        "type": "object", "title": "Problem",
        "description": _("What went wrong (RFC 9457), in the words of the pages."),
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": text, "title": text, "status": {"type": "integer"}, "detail": text,
            "instance": text,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object", "required": ["pointer", "detail"],
                    "properties": {"pointer": text, "detail": text},
                },
            },
        },
    }  # fmt: skip


def _scope(path: str, method: str) -> str | None:
    """Return the scope that an operation needs."""
    return _functions()[f"/{path.removeprefix(PLACE).lstrip('/')}", method.upper()][1]


def _name(path: str, method: str) -> str:
    """Return the name of the function that answers."""
    return _functions()[f"/{path.removeprefix(PLACE).lstrip('/')}", method.upper()][0]


@lru_cache(maxsize=1)
def _functions() -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return (function, scope) of every operation."""
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                token = next(
                    (one for one in operation.auth_callbacks if isinstance(one, Token)), None
                )
                for verb in operation.methods:
                    scope = str(token.scope) if token and token.scope else None
                    found[path, verb] = operation.view_func.__name__, scope
    return found


def _joined(text: str) -> str:
    return " ".join(text.split())


def _in(language: str, text: str) -> str:
    with translation.override(language):
        return gettext(text)


def _translate(node: Any, key: str = "") -> Any:
    """Put summaries and descriptions into the language of the moment, in place."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in {"summary", "description"} and isinstance(value, str):
                node[name] = gettext(_joined(value)) if value.strip() else value
            elif name not in {"example", "enum", "x-summary"}:
                _translate(value, name)
    elif isinstance(node, list):
        for value in node:
            _translate(value, key)
    return node


# --- for the page ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation as the reference page shows it."""

    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Document]
    body: list[tuple[str, str, bool, str]]
    answers: list[tuple[str, str]]
    anchor: str
    curl: str


@dataclass(frozen=True, slots=True)
class Part:
    """The operations about one thing."""

    name: str
    label: str
    operations: list[Shown] = field(default_factory=list)


def parts(language: str, words: str = "") -> list[Part]:
    """Return the operations that hold all words, by what they are about."""
    made = document(language)
    found = {tag["name"]: Part(tag["name"], tag["description"]) for tag in made["tags"]}
    for path, method, operation in _operations(made):
        one = _shown(made, path, method, operation)
        text = f"{one.method} {one.path} {one.summary} {one.description} {one.scope}".casefold()
        if all(word in text for word in words.casefold().split()):
            found[operation["tags"][0]].operations.append(one)
    return [part for part in found.values() if part.operations]


def _shown(made: Document, path: str, method: str, operation: Document) -> Shown:
    return Shown(
        method=method.upper(), path=path, summary=operation["summary"],
        description=operation["description"], scope=operation.get("x-scope", ""),
        parameters=[
            {"name": one["name"], "place": one["in"], "required": one.get("required", False),
             "description": one.get("description", ""), "kind": _kind(made, one["schema"])}
            for one in operation["parameters"] if one["in"] != "header"
        ],
        body=_fields(made, operation),
        answers=[(status, told["description"]) for status, told in operation["responses"].items()],
        anchor=operation["operationId"].rpartition("_paths_")[2] or operation["operationId"],
        curl=_curl(path, method, operation),
    )  # fmt: skip


def _curl(path: str, method: str, operation: Document) -> str:
    address = path.replace("{number}", "CB0000001").replace("{code}", "T1").replace("{pk}", "1")
    verb = "" if method == "get" else f" -X {method.upper()}"
    given = ""
    if "requestBody" in operation:
        json_body = "application/json" in operation["requestBody"]["content"]
        given = " --json @body.json" if json_body else " -F files=@roster.xlsx -F unit=T1"
    matched = ' -H "If-Match: $ETAG"' if _conditional(path, method) else ""
    return f'curl{verb} -H "Authorization: Bearer $TOKEN"{matched}{given} "$HOST{address}"'


def _fields(made: Document, operation: Document) -> list[tuple[str, str, bool, str]]:
    """Return (name, kind, required, description) of the fields of a body."""
    content = operation.get("requestBody", {}).get("content", {})
    for one in content.values():
        schema = _resolved(made, one["schema"])
        needed = set(schema.get("required", ()))
        return [
            (name, _kind(made, value), name in needed, value.get("description", ""))
            for name, value in schema.get("properties", {}).items()
        ]
    return []


def _resolved(made: Document, schema: Document) -> Document:
    if "$ref" in schema:
        found: Document = made["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _kind(made: Document, schema: Document) -> str:
    """Return in few words what a value is."""
    if "enum" in schema:
        return " | ".join(str(one) or '""' for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        kinds = [_kind(made, one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " | ".join(kinds)
    if "$ref" in schema:
        name: str = schema["$ref"].rpartition("/")[2]
        inner = _resolved(made, schema)
        return _kind(made, inner) if "enum" in inner else name
    kind = str(schema.get("format") or schema.get("type", ""))
    return f"{kind} [{_kind(made, schema['items'])}]" if "items" in schema else kind


def scope_labels() -> list[tuple[str, str]]:
    return [(scope.value, str(label)) for scope, label in LABELS.items()]
