"""Surveys through their actions: who is asked, answering once, closing, who reads what."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.surveys import actions, boxes, queries, tasks
from ngangtam.stages.surveys.models import Slip, Survey, Tally, Ticket

DAY = date(2026, 3, 20)
LAST = date(2026, 3, 27)
AFTER = LAST + timedelta(days=1)


@pytest.fixture
def close(django_capture_on_commit_callbacks):
    def act(survey, today, by):
        with django_capture_on_commit_callbacks(execute=True):
            return actions.close(survey_id=survey.pk, today=today, by=by)

    return act


@pytest.fixture
def opened(town):
    def make(about="pho-1", **more):
        number = town["people"][about].number if about else ""
        return actions.open_survey(
            cycle_id=town["cycle"].pk, unit_code=town["department"].code, person_number=number,
            closes_on=LAST, today=DAY, by=town["lan"], **more,
        )  # fmt: skip

    return make


def say(town, survey, key, *, comment="", rating=4, day=DAY):
    ticket = Ticket.objects.get(survey=survey, person=town["people"][key])
    ratings = {one["id"]: rating for one in survey.questions if ticket.side in one["sides"]}
    actions.answer(ratings=ratings, comment=comment, today=day, ticket_id=ticket.pk,
                   by=town["users"][key])  # fmt: skip


def test_who_is_asked_follows_from_the_organisation(opened, town):
    def sides(survey):
        rows = Ticket.objects.filter(survey=survey).values_list("side", "person_id")
        names = {row.pk: key for key, row in town["people"].items()}
        found = {}
        for side, person in rows:
            found.setdefault(side, set()).add(names[person])
        return found

    officials = {f"cv-{number}" for number in range(9)}
    assert sides(opened("pho-1").survey) == {
        "superior": {"giam-doc"}, "peer": {"pho-2"}, "subordinate": officials,
    }  # fmt: skip
    assert sides(opened("giam-doc").survey) == {
        "superior": {"chu-tich"}, "peer": {"tai-chinh"},
        "subordinate": officials | {"pho-1", "pho-2"},
    }  # fmt: skip
    assert sides(opened("cv-3").survey) == {
        "superior": {"giam-doc"}, "peer": officials - {"cv-3"},
    }  # fmt: skip
    assert sides(opened("").survey)["subordinate"] == officials | {"giam-doc", "pho-1", "pho-2"}


def test_there_is_one_survey_about_somebody_in_a_cycle(opened):
    opened("pho-1")
    kept = len(boxes.kept())

    with pytest.raises(DomainError):
        opened("pho-1")

    assert Survey.objects.count() == 1
    assert len(boxes.kept()) == kept, "no key is left of what was refused"


def test_only_who_runs_evaluation_there_opens_one(town):
    for who in (town["hoa"], town["minh"], town["truong"]):
        with pytest.raises(PermissionDenied):
            actions.open_survey(cycle_id=town["cycle"].pk, unit_code=town["department"].code,
                                closes_on=LAST, today=DAY, by=who)  # fmt: skip


def test_each_answers_once_and_nobody_for_another(opened, town):
    survey = opened().survey
    say(town, survey, "cv-1")

    with pytest.raises(DomainError):
        say(town, survey, "cv-1")
    foreign = Ticket.objects.get(survey=survey, person=town["people"]["cv-2"])
    with pytest.raises(DomainError):
        actions.answer(ratings={"manners": 1}, comment="", today=DAY, ticket_id=foreign.pk,
                       by=town["users"]["cv-3"])  # fmt: skip
    with pytest.raises(DomainError):
        say(town, survey, "cv-2", day=AFTER)
    assert Slip.objects.count() == 1


def test_a_code_works_once_and_needs_no_account(opened, town):
    survey = opened().survey
    code, *rest = actions.make_codes(survey_id=survey.pk, side="citizen", count=5, by=town["lan"])
    actions.answer(ratings={"manners": 5}, comment="", today=DAY, code=code.lower())

    with pytest.raises(DomainError):
        actions.answer(ratings={"manners": 5}, comment="", today=DAY, code=code)
    with pytest.raises(DomainError):
        actions.answer(ratings={"manners": 5}, comment="", today=DAY, code="AAAA-AAAA-AAAA")
    assert not any(code in str(event.what) + event.subject for event in Event.objects.all())
    assert all(bytes(one.digest) for one in Ticket.objects.filter(person=None))
    assert len(rest) == 4


def test_a_question_of_another_side_does_not_count(opened, town, close):
    survey = opened().survey
    [code] = actions.make_codes(survey_id=survey.pk, side="citizen", count=1, by=town["lan"])

    with pytest.raises(DomainError):
        actions.answer(ratings={"fairness": 5}, comment=" ", today=DAY, code=code)
    with pytest.raises(DomainError):
        actions.answer(ratings={"manners": 6}, comment="", today=DAY, code=code)


def test_closing_tells_only_groups_and_destroys_the_rest(opened, town, close):
    survey = opened().survey
    say(town, survey, "giam-doc", rating=1, comment="Lời cấp trên")
    say(town, survey, "pho-2", rating=2)
    for number in range(6):
        say(town, survey, f"cv-{number}", rating=5, comment=f"Lời {9 - number}")
    with pytest.raises(DomainError):
        close(survey, LAST, town["lan"])

    close(survey, AFTER, town["lan"])

    [told] = Tally.objects.all()
    assert told.sides == ["superior", "peer", "subordinate"]
    assert told.answered == 8
    assert told.figures["manners"]["mean"] == round((1 + 2 + 6 * 5) / 8, 2)
    assert told.comments == sorted(told.comments)
    assert not Slip.objects.exists()
    assert bytes(survey.lock) not in boxes.kept()
    with pytest.raises(DomainError):
        close(survey, AFTER, town["lan"])


def test_a_survey_closes_by_itself_after_its_last_day(
    opened, town, django_capture_on_commit_callbacks
):
    survey, later = opened().survey, opened("pho-2").survey
    Survey.objects.filter(pk=later.pk).update(closes_on=AFTER)
    for number in range(5):
        say(town, survey, f"cv-{number}", rating=5)

    assert tasks.close_all_over(LAST) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.close_all_over(AFTER) == 1
    assert tasks.close_all_over(AFTER) == 0

    survey.refresh_from_db()
    later.refresh_from_db()
    assert (survey.state, later.state) == ("closed", "open")
    assert Tally.objects.get().answered == 5
    assert bytes(survey.lock) not in boxes.kept()
    assert Event.objects.filter(type="survey.closed").get().actor == "survey"


def test_a_box_whose_key_is_lost_holds_no_other_up(opened, town):
    survey, other = opened().survey, opened("pho-2").survey
    say(town, survey, "cv-1")
    boxes.destroy(bytes(survey.lock))

    assert tasks.close_all_over(AFTER) == 1

    survey.refresh_from_db()
    other.refresh_from_db()
    assert (survey.state, other.state) == ("open", "closed")


def test_the_start_page_says_that_an_opinion_is_asked(client, opened, town, monkeypatch):
    survey = opened().survey
    monkeypatch.setattr("ngangtam.doors.home.views.today", lambda: DAY)
    monkeypatch.setattr("ngangtam.stages.surveys.navigation.today", lambda: DAY)
    client.force_login(town["users"]["cv-1"])

    before = client.get("/").content.decode()
    say(town, survey, "cv-1")
    after = client.get("/").content.decode()

    ticket = Ticket.objects.get(survey=survey, person=town["people"]["cv-1"])
    assert f"/surveys/mine/{ticket.pk}/" in before
    assert f"/surveys/mine/{ticket.pk}/" not in after


def test_fewer_than_five_are_never_told(opened, town, close):
    survey = opened().survey
    for number in range(4):
        say(town, survey, f"cv-{number}", comment="bí mật")

    close(survey, AFTER, town["lan"])

    assert not Tally.objects.exists()
    survey.refresh_from_db()
    assert (survey.state, survey.least) == ("closed", 5)


def test_it_may_be_closed_early_when_everybody_answered(opened, town, close):
    survey = opened("cv-3").survey
    for ticket in Ticket.objects.filter(survey=survey).select_related("person"):
        key = next(key for key, row in town["people"].items() if row.pk == ticket.person_id)
        say(town, survey, key)

    close(survey, DAY, town["lan"])

    assert Tally.objects.get().answered == 9


def test_a_box_that_was_stuffed_stays_shut(opened, town, close):
    survey = opened().survey
    for number in range(5):
        say(town, survey, f"cv-{number}")
    slip = Slip.objects.first()
    forged = boxes.seal({"ratings": {}, "comment": "x"}, bytes(survey.lock))
    Slip.objects.create(survey=survey, side=slip.side, sealed=forged)

    with pytest.raises(DomainError):
        close(survey, AFTER, town["lan"])

    assert Slip.objects.count() == 6
    assert Survey.objects.get().state == "open"


def test_without_its_key_a_box_is_not_emptied(opened, town, close):
    survey = opened().survey
    say(town, survey, "cv-1")
    boxes.destroy(bytes(survey.lock))

    with pytest.raises(DomainError):
        close(survey, AFTER, town["lan"])
    assert Slip.objects.count() == 1


def test_nobody_runs_a_survey_about_himself(opened, town):
    from ngangtam.records.corrections.models import Account

    Account.objects.filter(person=town["people"]["pho-1"]).update(user=town["lan"])

    with pytest.raises(PermissionDenied):
        opened("pho-1")


def test_every_act_leaves_one_event_without_what_was_said(opened, town, close):
    survey = opened().survey
    for number in range(5):
        say(town, survey, f"cv-{number}", comment="Câu chữ riêng")
    close(survey, AFTER, town["lan"])

    kinds = list(Event.objects.filter(type__startswith="survey.").order_by("pk")
                 .values_list("type", flat=True))  # fmt: skip
    assert kinds == ["survey.opened", *["survey.answered"] * 5, "survey.closed"]
    for event in Event.objects.filter(type="survey.answered"):
        assert event.what == {"survey": survey.pk}
        assert event.subject == ""


def test_results_are_for_the_person_the_head_and_the_office_and_only_when_closed(
    opened, town, close
):
    survey = opened().survey
    for number in range(5):
        say(town, survey, f"cv-{number}")
    subject = town["users"]["pho-1"]

    def readers():
        found = []
        others = (town["hoa"], town["minh"], subject, town["users"]["cv-1"])
        for who in (town["lan"], town["truong"], *others):
            with seen_by(who.pk):
                if queries.get_survey(who, survey.pk) is not None:
                    found.append((who.username, len(queries.results(survey))))
        return found

    assert readers() == [("lan", 0), ("truong", 0)]
    close(survey, AFTER, town["lan"])
    survey.refresh_from_db()
    assert readers() == [("lan", 1), ("truong", 1), ("pho-1", 1)]
