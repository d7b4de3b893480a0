"""Ask the law: every page opens, says where each number stands, and shows what is off."""

import re
from collections.abc import Mapping
from datetime import date

import pytest
from django.urls import reverse

from ngangtam.law.citing.citations import citation
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.oversight.standards import citing, queries, searching
from ngangtam.oversight.standards.values import key_words, value_words

ROOMS = {
    "law-instrument": "instruments", "law-parameter": "parameters", "law-target": "targets",
    "law-indicator-set": "indicators", "law-catalogue": "catalogues",
    "standard-detail": "standards", "law-scheme": "schemes",
    "law-procedure": "procedures",
}  # fmt: skip
LISTS = ("law-home", "law-instruments", "law-parameters", "standard-list", "law-targets",
         "law-indicators", "law-schemes", "law-procedures", "law-facts", "law-conflicts",
         "law-check")  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_opens_for_everybody_signed_in(name, client, minh):
    client.force_login(minh)

    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_signs_in_first(name, client, db):
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", ROOMS)
def test_every_page_of_a_kind_opens(name, client, minh):
    client.force_login(minh)

    for ident in getattr(rulebook(), ROOMS[name]):
        assert client.get(reverse(name, args=[ident])).status_code == 200, ident


@pytest.mark.parametrize("name", ROOMS)
def test_an_unknown_id_is_not_found(name, client, minh):
    client.force_login(minh)

    assert client.get(reverse(name, args=["no-such-thing"])).status_code == 404


def test_a_text_is_found_without_accents(client, minh, soup):
    client.force_login(minh)

    page = soup(client.get(reverse("law-home"), {"q": "nghi dinh tuoi nghi huu"}))

    assert "135/2020/NĐ-CP" in page.select_one("#law-found").text


def test_a_value_shows_its_text_its_confidence_and_when_it_was_checked(client, minh, soup):
    client.force_login(minh)
    ident = "appointment.discipline_window_months.reprimand"

    page = soup(client.get(reverse("law-parameter", args=[ident]), {"on": "2026-01-01"}))

    mark = page.select_one("a.cite")
    assert mark["href"].startswith(reverse("law-instrument", args=["377-qd-tw"]))
    assert "377-QĐ/TW" in mark.text
    assert "2026" in mark.select_one(".until").text
    assert "24" in page.select_one(".big-value").text


def test_before_any_text_there_is_no_value_and_no_default(client, minh, soup):
    client.force_login(minh)
    ident = "appointment.discipline_window_months.reprimand"

    page = soup(client.get(reverse("law-parameter", args=[ident]), {"on": "1990-01-01"}))

    assert "24" not in page.select_one(".big-value").text


def test_an_unconfirmed_parameter_is_visibly_off_and_says_how_to_set_it(client, minh, soup):
    client.force_login(minh)
    waiting = [one for one in rulebook().parameters.values() if one.status == "to_confirm"]

    page = soup(client.get(reverse("law-parameter", args=[waiting[0].id])))

    assert page.select_one(".big-value .badge.off")
    assert f"id: {waiting[0].id}" in page.select_one(".draft").text


def test_the_chain_leads_from_the_oldest_text_to_the_newest():
    chain = queries.chain(rulebook(), "80-qd-tw")

    assert [link.number for step in chain.before for link in step] == ["105-QĐ/TW"]
    assert [link.number for step in chain.after for link in step] == ["377-QĐ/TW"]


def test_every_citation_of_a_value_is_listed_under_its_place():
    users = citing.uses(rulebook())

    for parameter in rulebook().parameters.values():
        for value in parameter.values:
            for pinpoint in value.cites:
                assert parameter.id in {use.id for use in users[pinpoint]}


def test_a_pinpoint_leads_to_its_place_on_the_page(client, minh, soup):
    client.force_login(minh)
    found = citation("s0#II.2.2.2030.h", "vi")
    path, _hash, anchor = found.href.partition("#")

    assert soup(client.get(path)).find(id=anchor)


def test_a_list_may_be_asked_for_another_day(client, minh, soup):
    client.force_login(minh)
    url = reverse("law-instruments")

    before = soup(client.get(url, {"on": "2020-01-01", "q": "377-QĐ/TW"}))
    now = soup(client.get(url, {"on": "2026-01-01", "q": "377-QĐ/TW"}))

    assert not before.select("tbody tr")
    assert len(now.select("tbody tr")) == 1


@pytest.mark.parametrize(
    ("name", "part"),
    [("law-home", "#law-found"), ("law-parameters", "#parameter-table"),
     ("law-instruments", "#instrument-table"), ("standard-list", "#standard-table"),
     ("law-targets", "#law-target-table"), ("law-facts", "#fact-table")],
)  # fmt: skip
def test_the_part_is_cut_from_the_page(name, part, client, minh, soup):
    client.force_login(minh)

    whole = soup(client.get(reverse(name))).select_one(part)
    alone = soup(client.get(reverse(name), headers={"HX-Request": "true"})).select_one(part)

    assert whole.prettify() == alone.prettify()


def test_the_law_is_read_without_asking_the_database_for_it(
    client, minh, django_assert_max_num_queries
):
    client.force_login(minh)

    with django_assert_max_num_queries(6):
        client.get(reverse("law-parameters"))


def test_english_by_switch(client, minh, soup):
    client.force_login(minh)

    page = soup(client.get(reverse("law-home"), headers={"Accept-Language": "en"}))

    assert page.select_one("h1").text.strip() == "Ask the law"


def test_a_parameter_on_its_last_and_first_day():
    parameter = rulebook().parameters["appointment.discipline_window_months.reprimand"]
    first, second = parameter.values[-2:]
    change = second.period.from_

    assert queries.on_day(parameter, change).value == second
    assert queries.on_day(parameter, date.fromordinal(change.toordinal() - 1)).value == first


@pytest.mark.parametrize(
    ("words", "found"),
    [("bi thu", True), ("BÍ TH", True), ("cap uy", True), ("b", True), ("thu ho", False)],
)
def test_words_are_found_whole_and_the_last_as_it_is_typed(words, found):
    assert queries.fits(words, "Bí thư cấp ủy") is found


def test_a_search_for_secretaries_finds_nothing_normal():
    assert not queries.fits("bí thư", "Lộ trình tuổi nghỉ hưu trong điều kiện bình thường")


@pytest.mark.parametrize("words", ["36 thang", "36 months", "36 tháng"])
def test_a_parameter_is_found_by_its_number_and_unit(words):
    found = [hit.id for group in searching.search(words) for hit in group.hits]

    assert any("months" in one for one in found)
    assert not searching.search("36 phan tram thang nam xyz")


def test_every_text_value_of_the_rulebook_has_words():
    book = rulebook()
    raw = {
        one
        for parameter in book.parameters.values()
        for dated in parameter.values
        for one in re.findall(r"<code>(.*?)</code>", value_words(parameter, dated.value))
    }
    keys = {
        key
        for parameter in book.parameters.values()
        for dated in parameter.values
        if isinstance(dated.value, Mapping)
        for key in dated.value
        if key_words(key) == key
    }

    assert raw | keys == set()


def test_values_are_said_in_words(client, lan, soup):
    client.force_login(lan)

    cycle = soup(client.get(reverse("law-parameter", args=["evaluation.party.cycle"])))
    deadline = soup(client.get(reverse("law-parameter", args=["assets.yearly_deadline"])))
    window = soup(client.get(reverse("law-parameter", args=["civil_servant.reappointment_times"])))

    assert "quarterly" not in cycle.main.text
    assert "31/12" in deadline.select_one(".big-value").text
    assert "unlimited" not in window.main.decode()


def test_a_scheme_shows_formulas_conditions_and_caps_with_their_texts(client, minh, soup):
    client.force_login(minh)

    page = soup(client.get(reverse("law-scheme", args=["civil_servant"])))
    said = " ".join(page.select_one("main").text.split())

    assert "(Tỷ lệ số lượng + Tỷ lệ chất lượng + Tỷ lệ tiến độ) ÷ 3" in said
    assert "335/2025/NĐ-CP" in said
    assert "Trần hoàn thành xuất sắc" in said
    links = {link["href"] for link in page.select("main a[href]")}
    assert (
        reverse("law-parameter", args=["evaluation.civil_servant.excellent_cap_percent"]) in links
    )


def test_a_parameter_says_which_schemes_rest_on_it(client, minh, soup):
    client.force_login(minh)
    ident = "evaluation.civil_servant.excellent_cap_base"

    page = soup(client.get(reverse("law-parameter", args=[ident])))

    assert page.select_one(f'a[href="{reverse("law-scheme", args=["civil_servant"])}"]')


def test_a_scheme_is_found_by_its_words(client, minh, soup):
    client.force_login(minh)

    page = soup(client.get(reverse("law-home"), {"q": "danh gia vien chuc"}))

    assert page.select_one(f'a[href="{reverse("law-scheme", args=["public_employee"])}"]')
