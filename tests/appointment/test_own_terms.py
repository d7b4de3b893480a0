"""What officials see of the time of their own posts, and that nobody else's is among it."""

from datetime import date

import pytest

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.corrections.models import Account
from ngangtam.stages.appointment import queries_own
from ngangtam.stages.appointment.models import Term

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)
PAGE = "/appointment/terms/mine/"


@pytest.fixture(autouse=True)
def _today(monkeypatch, client):
    for where in ("views.terms", "shown", "navigation"):
        monkeypatch.setattr(f"ngangtam.stages.appointment.{where}.today", lambda: DAY)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def official_of():
    def link(person, username):
        user = _user(username, person.full_name)
        Account.objects.create(user=user, person=person, state="linked")
        return user

    return link


@pytest.fixture
def head(employ, director):
    return employ("Lý Văn An", director, first=date(2025, 9, 1))


def add(person, kind, until, **more):
    posting = person.postings.get()
    return Term.objects.create(
        person=person, posting=posting, path=posting.post.unit.path, kind=kind,
        first=posting.valid.lower, until=until, basis="QĐ 5/2021", **more,
    )  # fmt: skip


def page_of(client, user):
    client.force_login(user)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_end_by_law_is_the_last_day_of_five_years(client, head, official_of):
    text = page_of(client, official_of(head, "an"))

    assert "31/08/2030" in text, "five years from 01/09/2025; the last day is the day before"
    assert "by law; no term on record" in text


def test_a_term_on_record_goes_before_the_law(client, head, official_of):
    add(head, "term", date(2026, 6, 1), noticed_on=date(2026, 3, 2))

    text = page_of(client, official_of(head, "an"))

    assert "31/05/2026" in text
    assert "31/08/2030" not in text
    assert "notice given" in text
    assert "02/03/2026" in text


def test_what_will_be_asked_stands_there_with_its_basis_and_without_an_outcome(
    client, head, official_of
):
    add(head, "term", date(2026, 6, 1))

    text = page_of(client, official_of(head, "an"))

    assert "What will be asked" in text
    assert rulebook().gates["reappointment.tasks-completed"].label["en"] in text
    assert "170/2025/NĐ-CP" in text
    assert "a hold" not in text.lower(), "nobody learns here of a hold"


def test_goals_of_a_probation_are_shown(client, head, official_of):
    add(head, "probation", date(2026, 9, 1),
        goals=[{"goal": "Trình đề án trước 30/6", "reached": None, "note": ""}])  # fmt: skip

    assert "Trình đề án trước 30/6" in page_of(client, official_of(head, "an"))


def test_an_official_without_a_leading_post_is_told_so(client, employ, official, official_of):
    user = official_of(employ("Trần Thị Bé", official), "be")

    assert "No post of yours is held for a time" in page_of(client, user)
    assert not queries_own.posts_counted(user, DAY).exists()
    assert PAGE not in client.get("/").content.decode(), "and the menu leads nowhere"


def test_nobody_sees_the_terms_of_somebody_else(client, head, employ, deputy, official_of):
    add(head, "term", date(2026, 6, 1))
    other = official_of(employ("Vũ Thị Cúc", deputy), "cuc")

    text = page_of(client, other)

    assert "31/05/2026" not in text
    assert "Giám đốc Sở –" not in text.replace("Phó Giám đốc Sở –", "")
    with seen_by(other.pk):
        assert not Term.objects.exists(), "the second wall shows nobody else's"


def test_the_menu_leads_heads_to_their_terms(client, head, official_of):
    client.force_login(official_of(head, "an"))

    assert PAGE in client.get("/").content.decode()


def test_a_page_costs_few_queries(client, head, official_of, django_assert_max_num_queries):
    client.force_login(official_of(head, "an"))
    with django_assert_max_num_queries(40):
        client.get(PAGE)
