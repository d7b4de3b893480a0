"""Citations on pages: the same tag everywhere, and no pinpoint that it fails on."""

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from ngangtam.law.citing.citations import anchor, citation, weaker


def drawn(source, **context):
    whole = Template("{% load citing %}" + source).render(Context(context))
    return BeautifulSoup(whole, "html.parser")


def cited(pinpoint):
    return drawn("{% cite pinpoint %}", pinpoint=pinpoint).select_one(".cite")


def test_a_citation_leads_to_its_place_in_the_text():
    mark = cited("377-qd-tw#48")

    assert mark["href"] == reverse("law-instrument", args=["377-qd-tw"]) + "#" + anchor("48")
    assert mark.b.text == "377-QĐ/TW"
    assert mark.select_one(".pin").text == "48"


def test_a_whole_text_has_no_place():
    mark = cited("377-qd-tw")

    assert mark["href"] == reverse("law-instrument", args=["377-qd-tw"])
    assert mark.select_one(".pin") is None


@pytest.mark.parametrize(("page", "words"), [("vi", "chưa rõ điều"), ("en", "article not known")])
def test_a_word_for_a_place_is_never_shown(page, words):
    with translation.override(page):
        mark = cited("377-qd-tw#planning")

    assert mark.select_one(".pin").text == words
    assert "planning" not in mark.text


@pytest.mark.parametrize(("page", "words"), [("vi", "phụ lục"), ("en", "annex")])
def test_an_annex_is_called_one(page, words):
    with translation.override(page):
        assert cited("377-qd-tw#annex").select_one(".pin").text == words


@pytest.mark.parametrize("pinpoint", ["no-such-text#12.a", "no-such-text", ""])
def test_a_text_that_nobody_knows_is_a_number_without_a_link(pinpoint):
    mark = cited(pinpoint)

    assert mark.name == "span"
    assert mark.b.text == pinpoint.partition("#")[0]


def test_each_place_stands_once():
    marks = drawn("{% cite_all pins %}", pins=["377-qd-tw#1", "377-qd-tw#48", "377-qd-tw#1"])

    assert [pin.text for pin in marks.select(".cites > .cite .pin")] == ["1", "48"]


@pytest.mark.parametrize("pins", [[], (), None])
def test_no_citations_leave_nothing_behind(pins):
    assert drawn("{% cite_all pins %}{% cite_all nowhere %}", pins=pins).decode() == ""


def test_in_a_list_of_one_text_the_place_stands_alone():
    mark = drawn('{% cite "377-qd-tw#48" short=True %}').select_one(".cite")

    assert mark.b.text == "48"
    assert mark["title"].startswith("377-QĐ/TW")


def test_a_weak_text_weakens_what_rests_on_it():
    assert weaker("read", "reported", "quoted") == "reported"
    assert citation("no-such-text#1", "vi").confidence == "to_confirm"
