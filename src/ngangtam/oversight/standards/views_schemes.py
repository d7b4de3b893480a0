"""Evaluation schemes on screen: how somebody is scored, and the text behind every step."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.oversight.standards import queries_schemes
from ngangtam.oversight.standards.book import rulebook


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    context = {"schemes": list(rulebook().schemes.values()), "day": today()}
    return render(request, "standards/scheme_list.html", context)


@require_safe
def scheme(request: HttpRequest, ident: str) -> HttpResponse:
    book = rulebook()
    found = book.schemes.get(ident)
    if found is None:
        raise Http404(ident)
    context = {
        "scheme": found,
        "criteria": queries_schemes.criteria(book, found, today()),
        "conditions": queries_schemes.conditions(found),
        "levels": queries_schemes.levels(found),
        "caps": queries_schemes.caps(book, found, today()),
        "examples": queries_schemes.examples(book, found),
    }
    return render(request, "standards/scheme_detail.html", context)
