"""Ask the law: texts, parameters, standards, targets, definitions."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import page
from ngangtam.oversight.standards import drafts, listings, pictures, queries, searching
from ngangtam.oversight.standards.book import checked, examples, rulebook

Found = TypeVar("Found")


def _one(things: Mapping[str, Found], ident: str) -> Found:
    """Return the thing with this id, or answer that there is none."""
    try:
        return things[ident]
    except KeyError:
        raise Http404(ident) from None


def _day(raw: str) -> date:
    return date.fromisoformat(raw) if raw else today()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    book, asked = rulebook(), listings.HOME.read(request.GET)
    words = asked.values["q"]
    context = {
        "table": asked.cut(searching.search(words)),
        "words": words,
        "counts": queries.counts(book),
        "waiting": queries.waiting(book),
        "conflicts": [one for one in book.conflicts.values() if one.status == "open"],
        "decided": sum(one.status == "decided" for one in book.conflicts.values()),
        "problems": len(book.problems),
    }
    return page(request, "standards/law.html", "standards/_law_found.html", context)


@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    asked = listings.INSTRUMENTS.read(request.GET)
    value = asked.values
    day = date.fromisoformat(value["on"]) if value["on"] else None
    found = queries.instruments(value["q"], value["confidence"], value["issuer"], day)
    context = {"table": asked.cut(found)}
    return page(
        request, "standards/instrument_list.html", "standards/_instrument_table.html", context
    )


@require_safe
def instrument(request: HttpRequest, ident: str) -> HttpResponse:
    book = rulebook()
    text = _one(book.instruments, ident)
    context = {
        "text": text,
        "chain": queries.chain(book, ident),
        "outline": queries.outline(book, text),
    }
    return page(
        request, "standards/instrument_detail.html", "standards/_instrument_body.html", context
    )


@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    asked = listings.PARAMETERS.read(request.GET)
    value = asked.values
    day = _day(value["on"])
    found = queries.parameters(value["q"], value["regime"], value["state"], day)
    context = {"table": asked.cut(found), "day": day}
    return page(
        request, "standards/parameter_list.html", "standards/_parameter_table.html", context
    )


@require_safe
def parameter(request: HttpRequest, ident: str) -> HttpResponse:
    book, asked = rulebook(), listings.PARAMETER.read(request.GET)
    found = _one(book.parameters, ident)
    day = _day(asked.values["on"])
    row = queries.on_day(found, day)
    context = {
        "table": asked.cut([]),
        "parameter": found,
        "row": row,
        "day": day,
        "periods": pictures.periods(found, day),
        "users": queries.users_of_parameter(book, ident),
        "examples": examples(book, found),
        "draft": drafts.local_draft(found, row.value, day),
        "draft_path": drafts.local_path(found),
    }
    return page(
        request, "standards/parameter_detail.html", "standards/_parameter_body.html", context
    )


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    asked = listings.STANDARDS.read(request.GET)
    value = asked.values
    found = queries.standards(value["q"], value["regime"], value["level"], value["status"])
    context = {"table": asked.cut(found)}
    return page(request, "standards/standard_list.html", "standards/_standard_table.html", context)


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    asked = listings.TARGETS.read(request.GET)
    value = asked.values
    context = {
        "table": asked.cut(queries.targets(value["q"], value["resolution"], value["status"]))
    }
    return page(
        request, "standards/law_target_list.html", "standards/_law_target_table.html", context
    )


@require_safe
def target(request: HttpRequest, ident: str) -> HttpResponse:
    context = {
        "target": _one(rulebook().targets, ident),
        "measures": queries.may_measure(request.user),
    }
    return page(
        request, "standards/law_target_detail.html", "standards/_law_target_body.html", context
    )


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    sets = list(rulebook().indicators.values())
    return render(request, "standards/indicator_list.html", {"sets": sets})


@require_safe
def indicator_set(request: HttpRequest, ident: str) -> HttpResponse:
    found = _one(rulebook().indicators, ident)
    return render(
        request, "standards/indicator_detail.html", {"set": found, "figures": found.items}
    )


@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    asked = listings.FACTS.read(request.GET)
    book = rulebook()
    context = {
        "table": asked.cut(queries.facts(asked.values["q"], asked.values["privacy"])),
        "catalogues": list(book.catalogues.values()),
    }
    return page(request, "standards/fact_list.html", "standards/_fact_table.html", context)


@require_safe
def catalogue(request: HttpRequest, ident: str) -> HttpResponse:
    found = _one(rulebook().catalogues, ident)
    return render(request, "standards/catalogue_detail.html", {"catalogue": found})


@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    found = list(rulebook().conflicts.values())
    return render(request, "standards/conflict_list.html", {"conflicts": found})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    book = rulebook()
    context = {"problems": checked(book), "counts": queries.counts(book)}
    return render(request, "standards/rules_check.html", context)
