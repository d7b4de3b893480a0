"""After a class is decided: told, published, petitioned against, replaced, kept in the file."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from made_files import PDF, home
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.files import steps as files
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records import facts
from ngangtam.records.personnel.models import Record
from ngangtam.stages.evaluation import actions_classes, actions_results, queries_results
from ngangtam.stages.evaluation.actions_classes import Paper
from ngangtam.stages.evaluation.models import Cycle, Petition, Rating, Result

PAPER = Paper("12/QĐ-SNV", date(2026, 4, 5), "Sở Nội vụ")
AGAIN = Paper("15/QĐ-SNV", date(2026, 4, 20), "Sở Nội vụ")
__all__ = ["home"]


@pytest.fixture(autouse=True)
def _own_store(home):
    return home


@pytest.fixture
def closed(cycle):
    """The month is reckoned; every sheet of it gets a result as it is made."""
    cycle.run, cycle.state = 1, Cycle.State.CLOSED
    cycle.save()
    return cycle


@pytest.fixture
def rated(sheet, closed, thanh):
    """Bình's class, decided by Thanh."""
    Result.objects.create(cycle=closed, sheet=sheet, run=1, total=75.0, level="good",
                          proposed="good", task_percent=70.0)  # fmt: skip
    return actions_classes.decide(sheet_id=sheet.pk, level="good", reason="", paper=PAPER, by=thanh)


@pytest.fixture
def told(rated, lan, lan_department, closed):
    actions_results.notify(cycle_id=closed.pk, body_code=lan_department.code, by=lan)
    rated.refresh_from_db()
    return rated


def ask(rating, by, *, day=None, proof=()):
    return actions_results.petition(
        rating_id=rating.pk, text="Việc số 3 đã xong đúng hạn.", files=list(proof),
        today=day or today(), by=by,
    )  # fmt: skip


# --- told and published --------------------------------------------------------------------


def test_who_was_not_told_is_not_published(rated, lan, lan_department, closed):
    with pytest.raises(DomainError):
        actions_results.publish(cycle_id=closed.pk, body_code=lan_department.code, by=lan)

    actions_results.notify(cycle_id=closed.pk, body_code=lan_department.code, by=lan)
    done = actions_results.publish(cycle_id=closed.pk, body_code=lan_department.code, by=lan)

    assert (done.now, done.before) == (1, 0)
    with pytest.raises(DomainError):
        actions_results.publish(cycle_id=closed.pk, body_code=lan_department.code, by=lan)
    kinds = [one.type for one in Event.objects.filter(type__startswith="evaluation.classes_")]
    assert sorted(kinds) == ["evaluation.classes_noticed", "evaluation.classes_published"]


def test_only_the_office_tells_and_publishes(rated, lan_department, closed, hoa, minh, trung):
    for who in (hoa, minh, trung):
        for act in (actions_results.notify, actions_results.publish):
            with pytest.raises(PermissionDenied):
                act(cycle_id=closed.pk, body_code=lan_department.code, by=who)


def test_the_person_sees_the_class_once_told_and_that_is_noted_once(told, binh, trung):
    assert queries_results.unseen(binh).count() == 1
    with pytest.raises(PermissionDenied):
        actions_results.see(rating_id=told.pk, by=trung)
    actions_results.see(rating_id=told.pk, by=binh)
    actions_results.see(rating_id=told.pk, by=binh)

    assert queries_results.unseen(binh).count() == 0
    assert Event.objects.filter(type="evaluation.class_seen").count() == 1


def test_what_is_published_is_for_the_agency_and_without_totals(
    told, binh, an_person, make_account, lan, hoa, minh, lan_department, closed
):
    an = make_account("an", an_person)
    actions_results.publish(cycle_id=closed.pk, body_code=lan_department.code, by=lan)

    def seen(who):
        with seen_by(who.pk):
            return queries_results.published(closed, lan_department, today())

    assert [(one.name, one.level, one.total, one.mine) for one in seen(binh)] == [
        ("Nguyễn Thị Bình", "good", None, True)
    ]
    assert [one.mine for one in seen(an)] == [False]
    assert len(seen(lan)) == 1
    assert seen(hoa) == []
    assert seen(minh) == []
    assert queries_results.body_of(minh, lan_department.code) is None
    assert queries_results.body_of(hoa, lan_department.code) is None


# --- petitions -----------------------------------------------------------------------------


def test_one_petitions_against_the_own_class_alone(told, binh, trung, an_person, make_account):
    an = make_account("an", an_person)
    for who in (trung, an):
        with pytest.raises(PermissionDenied):
            ask(told, who)

    proof = files.check(SimpleUploadedFile("Biên bản.pdf", PDF))
    made = ask(told, binh, proof=[proof])

    assert (made.state, made.answer_by) == ("waiting", None)
    assert made.proofs.count() == 1
    with pytest.raises(DomainError):
        ask(told, binh)


def test_before_one_is_told_there_is_nothing_to_petition_against(rated, binh):
    with pytest.raises(DomainError):
        ask(rated, binh)


def test_the_days_of_the_authority_are_working_days(monkeypatch, told, binh):
    told.noticed_at = timezone.now()
    monkeypatch.setattr(
        queries_results,
        "_said",
        lambda ident, on: 5 if ident == queries_results.PETITION["civil_servant"] else 10,
    )
    last = queries_results.last_day_to_petition(told)

    assert last == workdays.after(today(), 5)
    with pytest.raises(DomainError):
        ask(told, binh, day=last + timedelta(days=1))
    made = ask(told, binh, day=last)
    assert made.answer_by == workdays.after(last, 10)


def test_who_decided_does_not_answer_while_somebody_else_may(told, binh, thanh, trung, hoa):
    made = ask(told, binh)

    with pytest.raises(PermissionDenied):
        actions_results.uphold(petition_id=made.pk, answer="Đúng", by=hoa)
    with pytest.raises(PermissionDenied):
        actions_results.uphold(petition_id=made.pk, answer="Đúng", by=thanh)
    with pytest.raises(DomainError):
        actions_results.uphold(petition_id=made.pk, answer=" ", by=trung)
    actions_results.uphold(petition_id=made.pk, answer="Đã xem lại, giữ nguyên.", by=trung)

    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("upheld", trung)
    with pytest.raises(DomainError):
        actions_results.uphold(petition_id=made.pk, answer="x", by=trung)


def test_who_decided_answers_when_nobody_else_may(told, binh, thanh):
    made = ask(told, binh)

    assert not actions_results.another_decides(made)
    actions_results.uphold(petition_id=made.pk, answer="Giữ nguyên.", by=thanh)

    assert Petition.objects.get().decided_by == thanh


def test_nobody_answers_the_own_petition(told, binh, lan_department, trung):
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.kernel.models import span

    Grant.objects.create(user=binh, role="unit_head", path=lan_department.path, unit_label="x",
                         valid=span(date(2020, 1, 1)))  # fmt: skip
    made = ask(told, binh)

    with pytest.raises(PermissionDenied):
        actions_results.uphold(petition_id=made.pk, answer="Đúng", by=binh)


def test_a_petition_replaces_the_class_by_a_new_decision(told, binh, trung):
    made = ask(told, binh)
    with pytest.raises(DomainError):
        actions_results.replace(petition_id=made.pk, level="good", answer="x", paper=AGAIN,
                                by=trung)  # fmt: skip

    fresh = actions_results.replace(petition_id=made.pk, level="excellent", answer="Đúng là xong.",
                                    paper=AGAIN, by=trung)  # fmt: skip

    told.refresh_from_db()
    assert told.replaced_at is not None
    assert (fresh.level, fresh.decision.number, fresh.noticed_at) == (
        "excellent",
        "15/QĐ-SNV",
        None,
    )
    assert Rating.objects.filter(replaced_at__isnull=True).get() == fresh
    events = Event.objects.filter(type="evaluation.petition_answered")
    assert [one.what["outcome"] for one in events] == ["replaced"]
    assert not Event.objects.filter(type="evaluation.class_replaced").exists()


def test_one_withdraws_what_waits(told, binh, trung):
    made = ask(told, binh)
    with pytest.raises(PermissionDenied):
        actions_results.withdraw(petition_id=made.pk, by=trung)
    actions_results.withdraw(petition_id=made.pk, by=binh)

    made.refresh_from_db()
    assert made.state == "withdrawn"
    ask(told, binh)


def test_petitions_are_read_by_who_decides_and_who_asked(told, binh, trung, lan, hoa, minh):
    made = ask(told, binh)
    for who, reads in ((trung, True), (lan, True), (binh, True), (hoa, False), (minh, False)):
        with seen_by(who.pk):
            assert (queries_results.get_petition(who, made.pk) is not None) is reads, who
    with seen_by(trung.pk):
        assert queries_results.waiting(trung).count() == 1


# --- what later stages read ----------------------------------------------------------------


def filed(person):
    return list(
        Record.objects.filter(person=person, kind__contains="rating", voided_at__isnull=True)
        .order_by("pk").values_list("kind", "code", "detail__year", "detail__period")
    )  # fmt: skip


def test_a_class_of_a_month_stands_in_the_file(rated, binh_person, sheet):
    assert filed(binh_person) == [("rating_month", "good", None, "2026-03")]
    record = Record.objects.get(person=binh_person, kind="rating_month")
    assert record.decision.number == "12/QĐ-SNV"
    assert record.valid.lower == PAPER.day


def test_a_replaced_class_is_struck_out_and_the_new_one_added(rated, binh_person, trung):
    actions_classes.replace(rating_id=rated.pk, level="completed", reason="Nhầm", paper=AGAIN,
                            by=trung)  # fmt: skip

    assert filed(binh_person) == [("rating_month", "completed", None, "2026-03")]
    old = Record.objects.get(person=binh_person, voided_at__isnull=False)
    assert (old.code, old.voided_by) == ("good", "trung")


@pytest.fixture
def decided_in(make_cycle, make_sheet, binh_person, lan_department, thanh):
    def make(code, kind, first, until, level, scheme="civil_servant"):
        cycle = Cycle.objects.filter(code=code).first()
        if cycle is None:
            cycle = make_cycle(code, first, until, kind=kind, state="closed", run=1)
        sheet = make_sheet(binh_person, lan_department, cycle=cycle, scheme=scheme)
        Result.objects.create(cycle=cycle, sheet=sheet, run=1, total=40.0, proposed=level)
        paper = Paper(f"{code}/{scheme}", until, "Sở Nội vụ")
        return actions_classes.decide(sheet_id=sheet.pk, level=level, reason="", paper=paper,
                                      by=thanh)  # fmt: skip

    return make


def facts_of(person, day):
    [row] = facts.on(day).frame.filter(person_id=person.pk).to_dicts()
    codes = ["failed", "completed", "good", "excellent"]

    def word(value):
        return None if value is None else codes[value]

    return {
        "last": word(row["last_rating"]), "before": word(row["rating_previous"]),
        "years": row["failed_years_in_row"], "quarters": row["failed_quarters_in_row"],
        "month": word(row["last_monthly_class"]),
    }  # fmt: skip


def test_facts_follow_what_was_decided(decided_in, binh_person, trung):
    decided_in("2024", "year", date(2024, 1, 1), date(2025, 1, 1), "good")
    last = decided_in("2025", "year", date(2025, 1, 1), date(2026, 1, 1), "failed")
    decided_in("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 4, 1), "failed")
    decided_in("2026-Q2", "quarter", date(2026, 4, 1), date(2026, 7, 1), "failed")
    decided_in("2026-05", "month", date(2026, 5, 1), date(2026, 6, 1), "completed")
    day = date(2026, 8, 1)

    assert facts_of(binh_person, day) == {
        "last": "failed", "before": "good", "years": 1, "quarters": 2, "month": "completed",
    }  # fmt: skip
    paper = Paper("9/QĐ", date(2026, 2, 1), "Sở Nội vụ")
    actions_classes.replace(rating_id=last.pk, level="good", reason="Nhầm", paper=paper, by=trung)
    assert facts_of(binh_person, day) | {"quarters": 0} == {
        "last": "good", "before": "good", "years": 0, "quarters": 0, "month": "completed",
    }  # fmt: skip
    # Before it was decided, nobody could know.
    assert facts_of(binh_person, date(2025, 12, 1))["last"] == "good"


def test_the_states_class_is_the_yearly_rating_and_the_partys_stands_beside_it(
    decided_in, binh_person, make_sheet, make_cycle, lan_department
):
    year = (date(2025, 1, 1), date(2026, 1, 1))
    cycle = make_cycle("2025", *year, kind="year", state="closed", run=1)
    state = make_sheet(binh_person, lan_department, cycle=cycle)
    decided_in("2025", "year", *year, "excellent", scheme="party_individual")

    assert filed(binh_person) == [("party_rating", "excellent", 2025, None)]
    assert state.pk


def test_the_partys_class_alone_is_the_yearly_rating(decided_in, binh_person):
    decided_in("2025", "year", date(2025, 1, 1), date(2026, 1, 1), "good",
               scheme="party_individual")  # fmt: skip

    assert filed(binh_person) == [("rating", "good", 2025, None)]


# --- pages ---------------------------------------------------------------------------------


def test_one_meets_only_the_own_class(told, binh, trung, an_person, make_account, client):
    an = make_account("an", an_person)
    for who, status in ((binh, 200), (trung, 404), (an, 404)):
        client.force_login(who)
        own = f"/evaluation/classes/{told.pk}/"
        for address in (own, f"{own}petition/"):
            assert client.get(address).status_code == status, who
        assert client.get("/evaluation/classes/").status_code == 200

    told.refresh_from_db()
    assert told.seen_at is not None


def test_a_petition_from_the_page_to_its_answer(told, binh, trung, hoa, thanh, client, soup):
    client.force_login(binh)
    proof = SimpleUploadedFile("Biên bản.pdf", PDF, content_type="application/pdf")
    sent = client.post(f"/evaluation/classes/{told.pk}/petition/",
                       {"text": "Việc số 3 đã xong.", "proof": proof})  # fmt: skip
    made = Petition.objects.get()
    assert sent.url == f"/evaluation/petitions/{made.pk}/"
    kept = soup(client.get(sent.url)).select_one('a[href^="/evaluation/petitions/proofs/"]')["href"]
    client.force_login(hoa)
    assert client.get(kept).status_code == 404
    assert client.get(sent.url).status_code == 404
    assert client.post(f"{sent.url}withdraw/").status_code == 404
    client.force_login(thanh)
    assert not soup(client.get(sent.url)).select(f'form[action="{sent.url}uphold/"]')
    client.force_login(trung)
    assert client.get(kept).status_code == 200
    assert client.get("/evaluation/petitions/").status_code == 200
    assert client.post(f"{sent.url}replace/", {"level": "excellent"}).status_code == 422
    answered = client.post(f"{sent.url}replace/", {
        "level": "excellent", "answer": "Đúng.", "number": "15/QĐ", "day": "20/04/2026",
        "body": "Sở Nội vụ",
    })  # fmt: skip
    assert answered.status_code == 302
    made.refresh_from_db()
    assert made.state == "replaced"


def test_the_office_tells_and_publishes_from_the_page(rated, lan, binh, trung, client, soup):
    address = "/evaluation/bodies/T1.NV/2026-03/"
    client.force_login(lan)
    refused = client.post(f"{address}publish/")
    assert refused.status_code == 422
    assert client.post(f"{address}notify/").url == address
    assert client.post(f"{address}publish/").url == address
    client.force_login(binh)
    page = soup(client.get(address))
    assert "Nguyễn Thị Bình" in page.text
    assert not page.select(f'form[action="{address}publish/"]')
    assert client.get(f"{address}calibration/").status_code == 404
    assert client.get(f"{address}try/").status_code == 404
    client.force_login(trung)
    assert client.get(f"{address}calibration/").status_code == 200
    assert client.get(f"{address}try/?scheme=party_individual").status_code == 200
    assert client.get(f"/evaluation/sheets/{rated.sheet_id}/equals/").status_code == 200
