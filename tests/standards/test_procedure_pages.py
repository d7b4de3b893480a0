"""Procedures on screen: the list, each drawing, each step with its rule, text and state."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

ONSITE = "civil_servant.appointment-onsite"


@pytest.fixture
def look(client, minh, soup):
    """Open a page of the law as somebody who is signed in."""
    client.force_login(minh)

    def go(name, *args, **query):
        return soup(client.get(reverse(name, args=args), query))

    return go


def test_the_list_says_what_is_switched_off_and_how_many_steps_wait(look):
    page = look("law-procedures")

    rows = {row.select_one(".sub").text: row.text for row in page.select("tbody tr")}
    assert "Chưa áp dụng" in rows["party.planning"]
    assert "Chưa áp dụng" not in rows[ONSITE]
    assert "1 bước chờ xác nhận" in rows[ONSITE]
    assert "170/2025/NĐ-CP" in rows[ONSITE]


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ({"stage": "suspension"}, "civil_servant.suspension", ONSITE),
        ({"regime": "elected"}, "elected.confidence", "party.confidence"),
        ({"status": "to_confirm"}, "party.planning", ONSITE),
        ({"q": "biet phai"}, "civil_servant.secondment", ONSITE),
        ({"on": "2025-09-01"}, ONSITE, "party.removal"),
    ],
)
def test_the_list_is_filtered_by_work_regime_state_words_and_day(query, inside, outside, look):
    found = {one.text for one in look("law-procedures", **query).select("tbody .sub")}

    assert inside in found
    assert outside not in found


def test_an_empty_list_says_what_to_do(look):
    assert "Hãy bỏ bớt bộ lọc" in look("law-procedures", q="zzzz").text


def test_a_page_shows_the_drawing_and_each_step_with_its_rule(look):
    page = look("law-procedure", ONSITE)

    assert page.select_one("figure.drawing script[type='application/json']")
    step = page.select_one("#step-s2_expanded").text
    assert "từ 2/3 số người được triệu tập" in step
    assert "trên 1/2 số người được triệu tập" in step
    assert "không công bố kết quả" in step
    assert "15 ngày làm việc" in page.select_one("#step-s0_answer").text
    assert "170/2025/NĐ-CP" in step
    assert "Cần xác nhận" in page.select_one("#step-s5_leadership").text
    assert len(page.select("#step-gates details > ul > li")) == 13
    assert len(page.select("#step-dossier details li")) == 7


def test_a_procedure_that_waits_says_that_no_case_runs_by_it(look):
    page = look("law-procedure", "party.appointment")

    assert "Chưa mở được việc theo quy trình này" in page.select_one(".notice").text
    assert "377" in page.select_one(".notice").text


def test_the_day_chooses_the_version(look):
    old = look("law-procedure", "party.suspension", on="2025-06-01")
    new = look("law-procedure", "party.suspension")

    assert "15 ngày làm việc" in old.select_one("#step-outcome").text
    assert "chờ xác nhận" in new.select_one("#step-outcome").text
    assert "(đang xem)" in old.text


def test_before_any_version_the_newest_is_shown_and_said_so(look):
    page = look("law-procedure", ONSITE, on="2020-01-01")

    assert "Không có hiệu lực vào ngày này" in page.text
    assert page.select_one("#step-decide")


def test_a_text_names_the_procedures_that_rest_on_it(look):
    page = look("law-instrument", "727-qd-bnv")

    assert reverse("law-procedure", args=["public_employee.appointment-onsite"]) in str(page)


def test_pages_of_procedures_ask_the_database_little(client, minh):
    client.force_login(minh)
    for url in (reverse("law-procedures"), reverse("law-procedure", args=[ONSITE])):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        assert len(asked) <= 20


@pytest.mark.parametrize(
    "parameter",
    ["civil_servant.policy_answer_working_days", "appointment.discipline_window_months.reprimand"],
)
def test_a_parameter_names_the_procedures_that_draw_on_it(parameter, look):
    page = look("law-parameter", parameter)

    assert page.select(f'a[href="{reverse("law-procedure", args=[ONSITE])}"]')


def test_a_condition_is_told_in_words_with_its_parameter(look):
    conditions = look("law-procedure", ONSITE).select_one("#step-gates details")

    assert "24 tháng" in conditions.text
    href = reverse("law-parameter", args=["appointment.discipline_window_months.reprimand"])
    assert conditions.select(f'a[href^="{href}"]')
