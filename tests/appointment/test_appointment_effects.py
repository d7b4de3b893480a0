"""What a decision writes into the records, each effect alone."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.personnel.models import Posting, Record
from ngangtam.stages.appointment import steps
from ngangtam.stages.appointment.models import Term

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)
FIRST = date(2026, 4, 1)


def begin(person, post, basis, *, first=FIRST, months=None):
    return steps.begin(
        person_id=person.pk, post_id=post.pk, first=first, months=months, basis=basis, today=DAY
    )


def again(person, post, basis, *, first=FIRST, months=None):
    return steps.again(
        person_id=person.pk, post_id=post.pk, first=first, months=months, basis=basis
    )


def second(person, post, basis, *, months, first=FIRST):
    return steps.second(
        person_id=person.pk, post_id=post.pk, first=first, months=months, basis=basis, today=DAY
    )


def test_the_old_main_post_ends_the_day_before_and_the_new_one_begins(
    employ, official, deputy, basis
):
    person = employ("Lý Văn An", official)

    posting = begin(person, deputy, basis)

    old = Posting.objects.get(person=person, post=official)
    assert old.valid.upper == FIRST
    assert posting.valid.lower == FIRST
    assert posting.valid.upper is None
    assert posting.main
    assert posting.seat == 1
    assert posting.decision == basis.decision
    assert posting.recorded_by == "ky"


def test_the_term_is_the_one_that_the_law_gives_on_the_first_day(employ, official, deputy, basis):
    begin(employ("Lý Văn An", official), deputy, basis)

    term = Term.objects.get()
    assert (term.kind, term.first, term.until) == ("term", FIRST, date(2031, 4, 1))
    assert (term.case_number, term.decision) == ("2026-000001", basis.decision)


def test_where_the_law_says_nothing_of_a_term_none_is_made_up(employ, official, post, basis):
    secretary = post("Bí thư", regime="party", leadership=True)

    begin(employ("Lý Văn An", official), secretary, basis)

    assert not Term.objects.exists()


def test_a_shorter_term_of_the_decision_counts(employ, official, deputy, basis):
    begin(employ("Lý Văn An", official), deputy, basis, months=30)

    assert Term.objects.get().until == date(2028, 10, 1)


def test_the_second_seat_is_taken_when_the_first_is_held(employ, official, deputy, basis):
    employ("Mạc Thị Phụng", deputy)

    assert begin(employ("Lý Văn An", official), deputy, basis).seat == 2


def test_no_free_seat_is_refused_and_nothing_is_written(employ, official, director, basis):
    employ("Đào Thị Giám", director)
    person = employ("Lý Văn An", official)

    with pytest.raises(DomainError, match="seat"), transaction.atomic():
        begin(person, director, basis)
    assert Posting.objects.get(person=person).valid.upper is None
    assert not Term.objects.exists()


def test_a_seat_that_becomes_free_on_the_day_is_free(employ, official, director, basis):
    from ngangtam.records.personnel import steps as personnel

    leaving = employ("Đào Thị Giám", director)
    personnel.end(leaving.postings.get(), on=FIRST)

    assert begin(employ("Lý Văn An", official), director, basis).seat == 1


def test_who_holds_the_post_already_is_reappointed_not_appointed(employ, deputy, basis):
    person = employ("Mạc Thị Phụng", deputy)

    with pytest.raises(DomainError, match="reappointment"):
        begin(person, deputy, basis)


def test_a_main_post_that_begins_later_stands_in_the_way(employ, official, deputy, source, basis):
    person = employ("Lý Văn An", official, first=date(2026, 6, 1))

    with pytest.raises(DomainError, match="01/06/2026"):
        begin(person, deputy, basis)


def test_a_post_that_has_ended_takes_nobody(employ, official, deputy, basis):
    from ngangtam.foundation.kernel.models import span

    deputy.valid = span(date(2020, 1, 1), date(2026, 2, 1))
    deputy.save(update_fields=["valid"])

    with pytest.raises(DomainError, match="does not exist"):
        begin(employ("Lý Văn An", official), deputy, basis)


def test_the_term_of_the_post_that_was_left_ends_with_it(employ, official, deputy, director, basis):
    person = employ("Lý Văn An", official)
    begin(person, deputy, basis, first=date(2026, 3, 1))

    begin(person, director, basis)

    assert Term.objects.get(posting__post=deputy).state == Term.State.ENDED
    assert Term.objects.get(posting__post=director).state == Term.State.RUNNING


def test_reappointment_is_a_new_term_in_the_same_posting(employ, deputy, basis):
    person = employ("Mạc Thị Phụng", deputy)
    posting = person.postings.get()
    Term.objects.create(
        person=person, posting=posting, path=deputy.unit.path, kind="term",
        first=date(2021, 4, 1), until=FIRST, basis="QĐ 5/2021",
    )  # fmt: skip

    term = again(person, deputy, basis)

    assert (term.posting, term.first, term.until) == (posting, FIRST, date(2031, 4, 1))
    assert Posting.objects.filter(person=person).count() == 1
    assert list(Term.objects.order_by("first").values_list("state", flat=True)) == [
        "renewed", "running",
    ]  # fmt: skip


def test_who_does_not_hold_the_post_is_not_reappointed(employ, official, deputy, basis):
    with pytest.raises(DomainError, match="does not hold"):
        again(employ("Lý Văn An", official), deputy, basis)


def test_a_reappointment_without_a_known_length_says_so(employ, post, basis):
    secretary = post("Bí thư", regime="party", leadership=True)
    person = employ("Mạc Thị Phụng", secretary)

    with pytest.raises(DomainError, match="No rule"):
        again(person, secretary, basis)
    assert again(person, secretary, basis, months=60).until == date(2031, 4, 1)


def test_secondment_keeps_the_main_post_and_ends_by_itself(employ, deputy, post, basis):
    person = employ("Mạc Thị Phụng", deputy)
    place = post("Phó Giám đốc Sở Tài chính", unit="beside", leadership=True)

    posting = second(person, place, basis, months=36)

    assert not posting.main
    assert posting.valid.upper == date(2029, 4, 1)
    assert Posting.objects.get(person=person, main=True).valid.upper is None
    person.refresh_from_db()
    assert person.home_unit == deputy.unit
    assert Term.objects.get().kind == Term.Kind.SECONDMENT


def test_a_civil_servant_is_seconded_for_at_most_what_the_law_says(employ, deputy, post, basis):
    place = post("Phó Giám đốc Sở Tài chính", unit="beside", leadership=True)

    with pytest.raises(DomainError, match="36"):
        second(employ("Mạc Thị Phụng", deputy), place, basis, months=37)


def test_an_unconfirmed_limit_binds_nobody(employ, post, basis):
    secretary = post("Bí thư", regime="party", leadership=True)
    place = post("Phó Bí thư", unit="beside", regime="party", leadership=True)

    assert second(employ("Mạc Thị Phụng", secretary), place, basis, months=48)


def test_without_a_main_post_there_is_nothing_to_be_seconded_from(employ, official, post, basis):
    person = employ("Mạc Thị Phụng", official, first=date(2026, 5, 1))

    with pytest.raises(DomainError, match="main post"):
        second(person, post("Phó", unit="beside"), basis, months=12)


def test_probation_has_an_end_and_goals(employ, official, deputy, basis):
    person = employ("Lý Văn An", official)

    steps.on_probation(
        person_id=person.pk, post_id=deputy.pk, first=FIRST, months=6,
        goals=["Trình đề án trước 01/08", " "], basis=basis, today=DAY,
    )  # fmt: skip

    term = Term.objects.get()
    assert (term.kind, term.until) == ("probation", date(2026, 10, 1))
    assert term.goals == [{"goal": "Trình đề án trước 01/08", "reached": None, "note": ""}]


@pytest.mark.parametrize(("months", "goals"), [(0, ["Một"]), (6, []), (6, ["  "])])
def test_a_probation_without_an_end_or_goals_is_refused(
    employ, official, deputy, basis, months, goals
):
    with pytest.raises(DomainError, match="goal"):
        steps.on_probation(
            person_id=employ("Lý Văn An", official).pk, post_id=deputy.pk, first=FIRST,
            months=months, goals=goals, basis=basis, today=DAY,
        )  # fmt: skip


def test_a_nomination_is_a_record_and_no_posting(employ, official, basis):
    person = employ("Lý Văn An", official)

    steps.nominate(
        person_id=person.pk, title="Phó Chủ tịch UBND", body="Hội đồng nhân dân tỉnh",
        first=FIRST, basis=basis,
    )  # fmt: skip

    found = Record.objects.get(person=person, kind="nomination")
    assert (found.raw, found.detail["body"]) == ("Phó Chủ tịch UBND", "Hội đồng nhân dân tỉnh")
    assert found.decision == basis.decision
    assert Posting.objects.filter(person=person).count() == 1


@pytest.mark.parametrize(
    ("changed", "name"),
    [({"until": FIRST}, "has_length"), ({"basis": "", "decision": None}, "rests_on")],
)
def test_the_database_refuses_a_senseless_term(employ, deputy, changed, name):
    person = employ("Mạc Thị Phụng", deputy)
    row = {
        "person": person, "posting": person.postings.get(), "path": deputy.unit.path,
        "kind": "term", "first": FIRST, "until": date(2031, 4, 1), "basis": "QĐ 5",
    }  # fmt: skip

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Term.objects.create(**{**row, **changed})


def test_one_term_of_a_kind_runs_in_a_posting(employ, deputy):
    person = employ("Mạc Thị Phụng", deputy)
    row = {
        "person": person, "posting": person.postings.get(), "path": deputy.unit.path,
        "kind": "term", "first": FIRST, "until": date(2031, 4, 1), "basis": "QĐ 5",
    }  # fmt: skip
    Term.objects.create(**row)

    with pytest.raises(IntegrityError, match="one_running"), transaction.atomic():
        Term.objects.create(**row)
