"""Drawings of processes on a page: what is sent, in whose language, and never as markup."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.utils import translation

from ngangtam.foundation.ui.components.drawing import bpmn
from ngangtam.foundation.ui.gallery.samples import DRAWING, LIT


def drawn(xml=DRAWING, **given):
    html = bpmn(xml, **given)
    soup = BeautifulSoup(html, "html.parser")
    return html, soup, json.loads(soup.select_one("script[type='application/json']").text)


def test_the_steps_stand_as_a_list_with_their_states():
    _, soup, data = drawn(lit=LIT)

    items = [item.text for item in soup.select("ol.drawing-steps li")]
    assert items[0] == "Xin chủ trương (đã xong)"
    assert items[2] == "Hội nghị, bỏ phiếu kín (đang làm)"
    assert data["lit"] == LIT


def test_the_drawing_speaks_the_readers_language():
    with translation.override("en"):
        _, soup, data = drawn()

    assert soup.select("li")[0].text == "Ask for the policy"
    assert "Personnel office" in data["xml"]
    assert "Xin chủ trương" not in data["xml"]


def test_the_rules_stay_in_the_house():
    _, _, data = drawn()

    assert "spiffworkflow:property" not in data["xml"]
    assert "extensionElements" not in data["xml"]


def test_a_name_is_never_markup():
    evil = DRAWING.replace('"Quyết định"', '"&lt;/script&gt;&lt;img onerror=x&gt;"')
    html, soup, _ = drawn(evil)

    assert len(soup.select("script")) == 2
    assert not soup.select("img")
    assert not re.search(r"</script><img", html)


def test_an_unknown_state_is_left_out():
    _, soup, data = drawn(lit={"ask": "exploded", "answer": "done"})

    assert data["lit"] == {"answer": "done"}
    assert soup.select("li")[0].text == "Xin chủ trương"


@pytest.mark.parametrize(
    "xml",
    ["", "<a", '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "<d>" + "x" * 700_000 + "</d>"],
)
def test_what_cannot_be_read_says_so(xml):
    assert "Không đọc được sơ đồ" in bpmn(xml)


def test_the_list_can_be_left_to_the_page():
    _, soup, _ = drawn(steps=False)

    assert not soup.select("ol")
