"""The numbers of the menu: what every room asks of the database is asked in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assigned_work import link, make_person
from held_votes import built_hall
from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.ui import glances
from ngangtam.foundation.ui.glances import Rows, glance
from ngangtam.stages.ballots import queries as ballots

pytestmark = pytest.mark.django_db
# A word of a table that each of these rooms asks for the menu.
ROOMS = ("corrections_account", "ballots_roll", "ballots_teller", "evaluation_rating",
         "confidence_result", "ngangtam_survey_asked")  # fmt: skip


class Asking:
    def __init__(self, user):
        self.user = user


@pytest.fixture
def official(lan_department, source, lan_province):
    person = make_person("Nguyễn Thị Bình", lan_department, source)
    return link("binh", "Nguyễn Thị Bình", person, "personnel_officer", lan_province)


@pytest.mark.parametrize("page", ["law-parameters", "home"])
def test_the_menu_asks_every_room_in_one_query(client, official, page):
    client.force_login(official)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(page))
    together = [one["sql"] for one in asked if all(room in one["sql"] for room in ROOMS)]
    assert len(together) == 1
    alone = [
        one["sql"] for one in asked
        if one["sql"] not in together and any(room in one["sql"] for room in ROOMS[1:])
    ]  # fmt: skip
    assert alone == []


def test_a_question_without_rows_and_one_without_sense_count_nothing(official, monkeypatch):
    monkeypatch.setattr(glances, "_questions", {
        "none": lambda _user: None, "empty": lambda _user: Grant.objects.none(),
        "own": lambda user: Grant.objects.filter(user=user),
        "percent": lambda user: Grant.objects.filter(user=user, role__contains="%"),
        "words": lambda user: Rows("select 1 from access_user u where u.id = %s", [user.pk]),
    })  # fmt: skip
    asking = Asking(official)
    with CaptureQueriesContext(connection) as asked:
        found = {name: glance(asking, name) for name in (*glances._questions, "unknown")}
    assert found == {"none": 0, "empty": 0, "own": 1, "percent": 0, "words": 1, "unknown": 0}
    assert len(asked) == 1


def test_who_is_not_signed_in_is_asked_nothing(django_assert_num_queries, rf):
    from django.contrib.auth.models import AnonymousUser

    with django_assert_num_queries(0):
        assert glance(Asking(AnonymousUser()), "own_file") == 0


def test_the_number_beside_votes_is_that_of_the_page_of_votes():
    hall = built_hall()
    stages = (
        hall.prepare, lambda: hall.seat(hall.tellers[:1]),
        lambda: hall.seat(hall.tellers[1:]),
        lambda: (hall.attend(hall.voters[:5]), hall.open()),
        lambda: [hall.vote(one, {"1": "yes"}) for one in hall.voters[:3]],
        hall.close, lambda: hall.enter(hall.tellers[0]),
        lambda: hall.enter(hall.tellers[1]),
    )  # fmt: skip
    seen = set()
    for stage in stages:
        stage()
        for user in (*hall.voters[:6], *hall.tellers, hall.lan):
            fresh = type(user).objects.get(pk=user.pk)
            with seen_by(user.pk):
                told = glance(Asking(fresh), "voting") + glance(Asking(fresh), "telling")
                assert told == ballots.waiting(fresh), (hall.poll.state, user)
                asked = glance(Asking(fresh), "rolls") + glance(Asking(fresh), "tellers")
                assert bool(asked) == ballots.is_asked(fresh)
            seen.add((hall.poll.state, told))
    assert {("prepared", 1), ("open", 1), ("open", 0), ("closed", 1), ("counted", 0)} <= seen
