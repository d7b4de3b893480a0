"""Pages of the room: who meets them, what they say, what they lead to."""

from datetime import date, timedelta
from textwrap import dedent

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import _user
from ngangtam.foundation.kernel.home import home
from ngangtam.law.engine.rulebook import forget
from ngangtam.records.corrections.models import Account
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.models import Examination, Mark, Term
from ngangtam.stages.procedure.models import Case
from offices import read_as_owner
from written_schemes import SCHEME

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def _today(monkeypatch, client):
    """The pages ask the clock of the wall; it stands still here."""
    for where in ("views.posts", "views.terms", "views.exams", "shown", "carrying"):
        monkeypatch.setattr(f"ngangtam.stages.appointment.{where}.today", lambda: TODAY)
    read_as_owner(monkeypatch)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def holder(employ, deputy):
    return employ("Lý Văn An", deputy)


@pytest.fixture
def term(holder, deputy):
    return Term.objects.create(
        person=holder, posting=holder.postings.get(), path=deputy.unit.path, kind="term",
        first=date(2021, 6, 1), until=date(2026, 6, 1), basis="QĐ 5/2021",
    )  # fmt: skip


@pytest.fixture
def probation(holder, deputy):
    return Term.objects.create(
        person=holder, posting=holder.postings.get(), path=deputy.unit.path, kind="probation",
        first=date(2025, 9, 1), until=date(2026, 3, 1), basis="QĐ 9/2025",
        goals=[{"goal": "Trình đề án", "reached": None, "note": ""}],
    )  # fmt: skip


@pytest.fixture
def scheme():
    folder = home() / "rulebook" / "examinations"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "so-2026.yaml"
    path.write_text(dedent(SCHEME), "utf-8")
    forget()
    yield
    path.unlink()
    forget()


@pytest.fixture
def get(client, soup):
    def ask(user, name, *args, status=200, **query):
        client.force_login(user)
        answer = client.get(reverse(name, args=args), query)
        assert answer.status_code == status, answer.content[:2000]
        return soup(answer)

    return ask


@pytest.fixture
def post_as(client, soup):
    def send(user, name, *args, status=302, query="", **data):
        client.force_login(user)
        answer = client.post(reverse(name, args=args) + query, data)
        assert answer.status_code == status, soup(answer).get_text(" ", strip=True)[:3000]
        return soup(answer)

    return send


def test_a_post_with_an_empty_seat_is_found_and_leads_to_its_case(
    get, lan, deputy, director, holder
):
    page = get(lan, "vacancy-list")
    rows = page.select("#vacancy-table tbody tr")

    leads = {
        row.select_one("th").get_text(" ", strip=True): row.select_one("td.end a")["href"]
        for row in rows
    }
    assert leads == {
        f"{post.title} Sở Nội vụ – Tỉnh Sông Thanh": reverse("appointment-start", args=[post.pk])
        for post in (director, deputy)
    }


def test_a_post_that_falls_free_shows_who_leaves_when_and_why(
    get, lan, director, employ, monkeypatch
):
    leaving = employ("Đào Thị Giám", director)
    personnel.end(leaving.postings.get(), on=date(2026, 5, 1))

    assert not get(lan, "vacancy-list").select("#vacancy-table tbody tr")
    (row,) = get(lan, "vacancy-list", months="3").select("#vacancy-table tbody tr")

    assert "Đào Thị Giám" in row.text
    assert "01/05/2026" in row.text


def test_who_reaches_retirement_age_leaves_a_vacancy(get, lan, director, source):
    from ngangtam.foundation.kernel.days import parse_day

    person = personnel.add_person(
        full_name="Hồ Văn Hưu", unit=director.unit, source=source, gender="male",
        birth=parse_day("05/02/1965").value,
    )  # fmt: skip
    personnel.add_posting(person=person, post=director, first_day=date(2021, 1, 1), source=source)
    personnel.refresh([person.pk], day=TODAY)

    (row,) = get(lan, "vacancy-list", months="12").select("#vacancy-table tbody tr")

    assert "Hồ Văn Hưu" in row.text
    assert "retirement" in row.text


def test_the_lists_are_for_who_reads_cases(get, minh, hoa, lan, director):
    for name in ("vacancy-list", "term-list", "limited-list", "exam-list"):
        get(minh, name, status=404)
        get(lan, name)
    assert not get(hoa, "vacancy-list").select("#vacancy-table tbody tr")
    get(hoa, "appointment-start", director.pk, status=404)
    get(minh, "exam-announce", status=404)


def test_the_conditions_show_before_the_case_and_opening_leads_to_it(
    get, post_as, lan, director, employ, official
):
    person = employ("Lý Văn An", official)

    page = get(lan, "appointment-start", director.pk)
    assert page.select_one('input[value="civil_servant.appointment-onsite"]')
    page = get(
        lan, "appointment-start", director.pk, procedure="civil_servant.appointment-onsite",
        others=person.number,
    )  # fmt: skip
    assert len(page.select("section table tbody tr")) >= 8
    assert page.select_one('button[name="open"]')

    post_as(
        lan, "appointment-start", director.pk, procedure="civil_servant.appointment-onsite",
        person=person.number, months="36", open="1",
        **{f"told.{person.number}.healthy": "yes"},
    )  # fmt: skip

    case = Case.objects.get()
    assert (case.post, case.payload["months"]) == (director, 36)
    assert case.payload["facts"] == {str(person.pk): {"healthy": True}}
    assert case.subjects.get().person == person
    assert case.number in get(lan, "vacancy-list").text


def test_a_file_that_is_not_there_is_refused_in_words(get, lan, director):
    page = get(
        lan, "appointment-start", director.pk, procedure="civil_servant.appointment-onsite",
        others="CB9999999", status=422,
    )  # fmt: skip

    assert "CB9999999" in page.select_one(".notice, .alert").text


def test_nobody_is_found_out_of_reach(get, lan, director, hoa_province, source):
    far = personnel.add_person(full_name="Vừ Thị Xa", unit=hoa_province, source=source)

    page = get(
        lan, "appointment-start", director.pk, procedure="civil_servant.appointment-onsite",
        others=far.number, q="vu thi", status=422,
    )  # fmt: skip
    assert "Vừ Thị Xa" not in page.text


def test_the_terms_say_that_the_clock_waits(get, lan, term):
    page = get(lan, "term-list")

    assert "The clock waits" in page.text
    assert "Lý Văn An" in page.text
    assert not page.select('form[action$="/clocks/"]')


def test_with_a_confirmed_rule_the_clock_is_set_and_stopped(
    get, post_as, lan, term, monkeypatch, lan_province
):
    monkeypatch.setattr(terms, "notice_days", lambda day: 90)

    post_as(lan, "clock-set", unit=lan_province.code)
    page = get(lan, "term-list")
    (stop,) = page.select('form[action*="/stop/"]')
    post_as(lan, "clock-stop", stop["action"].split("/")[-3])

    assert not get(lan, "term-list").select('form[action*="/stop/"]')


def test_the_notice_and_the_case_are_for_many_at_once(post_as, get, lan, term):
    post_as(lan, "term-notice", posting=term.posting_id)
    term.refresh_from_db()
    assert term.noticed_on == TODAY
    page = post_as(lan, "term-open", posting=term.posting_id, procedure="", status=422)
    assert "Choose people and the procedure" in page.text
    page = post_as(lan, "term-notice", status=422)
    assert "at least one" in page.text


def test_a_term_is_taken_over_and_struck_out(post_as, get, lan, holder):
    posting = holder.postings.get()
    get(lan, "term-record", posting.pk)
    post_as(lan, "term-record", posting.pk, first="01/06/2021", until="01/06/2026", basis="QĐ 5")
    term = Term.objects.get()
    assert "01/06/2026" in get(lan, "term-detail", term.pk).text
    post_as(lan, "term-strike", term.pk, reason="Nhầm", version="1")
    assert Term.objects.get().state == "struck"


def test_the_list_goes_to_excel_and_to_paper(client, get, lan, term):
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    client.force_login(lan)
    told = client.get(reverse("term-export")).content
    (_heads, row) = CalamineWorkbook.from_filelike(BytesIO(told)).get_sheet_by_index(0).to_python()
    assert row[1:7] == [
        term.person.number, "Lý Văn An", "Phó Giám đốc Sở", "Sở Nội vụ", "01/01/2021",
        "01/06/2026",
    ]  # fmt: skip
    assert "Lý Văn An" in get(lan, "term-print").text


def test_a_probation_past_its_end_is_concluded_by_the_authority(
    get, post_as, lan, signer, probation
):
    assert "past its end" in get(lan, "limited-list", state="over").text
    assert not get(lan, "term-detail", probation.pk).select('form[action$="/settle/"]')
    assert get(signer, "term-detail", probation.pk).select('form[action$="/settle/"]')
    page = post_as(signer, "term-settle", probation.pk, passed="yes", answer="", version="1",
                   goal_0="yes", status=422)  # fmt: skip
    assert page.select(".invalid-feedback, .errorlist")

    post_as(signer, "term-settle", probation.pk, passed="yes", answer="Đã trình đúng hạn",
            version="1", goal_0="yes", note_0="Đề án số 3")  # fmt: skip

    assert "Đã trình đúng hạn" in get(lan, "term-detail", probation.pk).text


def test_the_person_reads_the_own_term_and_nobody_else_does(get, term, holder, minh):
    own = _user("an", "Lý Văn An")
    Account.objects.create(user=own, person=holder, state="linked")

    get(own, "term-detail", term.pk)
    get(minh, "term-detail", term.pk, status=404)


def test_examinations_are_off_until_the_authority_writes_a_scheme(get, lan):
    assert "Off until the authority writes a scheme" in get(lan, "exam-list").text


def test_an_examination_by_its_pages(get, post_as, lan, signer, scheme, director, employ, official):
    post_as(lan, "exam-announce", post=director.pk, scheme="so-2026", title="Thi tuyển",
            entries_until=(TODAY + timedelta(days=5)).strftime("%d/%m/%Y"))  # fmt: skip
    exam = Examination.objects.get()
    council = [_user(f"gk-{one}", f"Giám Khảo {one}") for one in range(3)]
    for at, juror in enumerate(council):
        post_as(lan, "exam-juror", exam.pk, username=juror.username, **({"chair": "on"} if at == 0
                else {}))  # fmt: skip
    person, other = employ("Nguyễn Văn An", official), employ("Nguyễn Thị Bình", official)
    accounts = [_user(f"ts-{one.pk}", one.full_name) for one in (person, other)]
    for one, account in zip((person, other), accounts, strict=True):
        Account.objects.create(user=account, person=one, state="linked")
        post_as(lan, "exam-enter", exam.pk, number=one.number)
    page = post_as(lan, "exam-enter", exam.pk, number=person.number, status=422)
    assert "already" in page.text
    post_as(lan, "exam-start", exam.pk, version="1")

    for round_id, first, second in (("written", "80", "70"), ("defence", "60.5", "90")):
        for juror in council:
            page = get(juror, "exam-marks", exam.pk)
            names = [one["name"] for one in page.select('input[name^="mark_"]')]
            by_name = dict(zip(names, (second, first), strict=True))  # Nguyễn Thị before Văn
            post_as(juror, "exam-marks", exam.pk, **by_name)
            get(juror, "exam-marks", exam.pk, status=404)
        exam.refresh_from_db()
        assert "marks are missing" not in get(council[0], "exam-detail", exam.pk).text
        post_as(council[0], "exam-close", exam.pk, round=round_id, version=str(exam.version))
    assert Mark.objects.count() == 12
    exam.refresh_from_db()
    assert not get(accounts[0], "exam-detail", exam.pk).select("#exam table")
    page = get(signer, "exam-detail", exam.pk)
    post_as(signer, "exam-publish", exam.pk, chosen=other.pk, version=str(exam.version))

    order = get(accounts[0], "exam-detail", exam.pk).select("#exam table tbody tr")
    assert [" ".join(row.select_one("th").text.split()) for row in order] == [
        "Nguyễn Thị Bình proposed for the post",
        "Nguyễn Văn An",
    ]
    assert (
        f"person={other.number}"
        in get(lan, "exam-detail", exam.pk).select_one(
            f'a[href^="{reverse("appointment-start", args=[director.pk])}"]'
        )["href"]
    ), "the case begins with who was proposed"
    post_as(accounts[0], "exam-complain", exam.pk, text="Điểm cộng sai")
    complaint = exam.entrants.get(person=person).complaints.get()
    get(lan, "exam-answer", complaint.pk, status=404)
    post_as(signer, "exam-answer", complaint.pk, upheld="no", answer="Đã kiểm tra")
    assert "Đã kiểm tra" in get(accounts[0], "exam-detail", exam.pk).text
    assert "Đã kiểm tra" not in get(accounts[1], "exam-detail", exam.pk).text


def test_a_candidate_withdraws_by_the_page_and_nobody_for_another(
    get, post_as, lan, scheme, director, employ, official, minh
):
    post_as(lan, "exam-announce", post=director.pk, scheme="so-2026", title="Thi tuyển",
            entries_until="30/03/2026")  # fmt: skip
    exam = Examination.objects.get()
    person = employ("Nguyễn Văn An", official)
    own = _user("ts", person.full_name)
    Account.objects.create(user=own, person=person, state="linked")
    post_as(lan, "exam-enter", exam.pk, number=person.number)
    entrant = exam.entrants.get()

    get(minh, "exam-leave", entrant.pk, status=404)
    get(own, "exam-leave", entrant.pk)
    post_as(own, "exam-leave", entrant.pk, reason="Việc gia đình")

    entrant.refresh_from_db()
    assert entrant.state == "withdrawn"


def test_many_rows_cost_no_more_queries(client, lan, deputy, employ):
    wide = deputy
    wide.seats = 30
    wide.save(update_fields=["seats"])
    for turn in range(20):
        employ(f"Người Thứ {turn}", wide, seat=turn + 1)
    client.force_login(lan)

    for name, query in (("vacancy-list", {"months": "24"}), ("term-list", {"when": "unknown"})):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name), query).status_code == 200
        # The snapshot reads as the owner over this one connection, and says so each time.
        real = [one for one in asked if "set_config" not in one["sql"]]
        assert len([one for one in real if "current_setting" not in one["sql"]]) <= 40, name


def test_a_refused_form_keeps_the_candidates_and_what_was_entered(
    get, post_as, lan, director, employ, official
):
    person = employ("Lý Văn An", official)
    page = post_as(
        lan, "appointment-start", director.pk, procedure="civil_servant.appointment-onsite",
        person=person.number, probation_months="12", goals="", open="1", status=422,
    )  # fmt: skip

    assert "A probation needs a length and at least one goal." in page.text
    assert page.select_one('[name="probation_months"]')["value"] == "12"
    assert page.select_one('[name="goals"]') is not None
    assert not Case.objects.exists()
