"""The pages of cases: lists, one case and its acts, holds, special cases, the calendar."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from icalendar import Calendar

from assigned_work import link
from made_files import PDF
from ngangtam.foundation.access.models import Reading
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import today
from ngangtam.stages.procedure import actions, actions_feeds
from ngangtam.stages.procedure.models import Case, DossierItem, Feed, GateFinding, Step
from ngangtam.stages.procedure.values import SubjectValues

pytestmark = pytest.mark.django_db


def waiting(case):
    return Step.objects.get(case=case, state="waiting")


def act(client, case, on, pk, name, **data):
    case.refresh_from_db()
    where = f"/cases/{case.number}/case/{name}/" if on == "case" else (
        f"/cases/{case.number}/{on}/{pk}/{name}/"
    )  # fmt: skip
    return client.post(where, {"version": case.version, **data})


@pytest.fixture
def case(open_case):
    return open_case(today=today())


def day():
    return today().strftime("%d/%m/%Y")


def test_a_case_is_walked_in_the_browser(
    client, case, officer, second, appraiser, decider, person, wrote, soup
):
    client.force_login(officer)
    page = client.get(f"/cases/{case.number}/")
    assert page.status_code == 200
    assert "Bước propose" in page.content.decode()
    step = waiting(case)
    assert client.get(f"/cases/{case.number}/step/{step.pk}/complete/").status_code == 200
    bad = act(client, case, "step", step.pk, "complete", number="1", day="", signer="")
    assert bad.status_code == 422
    good = act(client, case, "step", step.pk, "complete", number="1/TTr", day=day(), signer="Ký")
    assert good.status_code == 302
    step = waiting(case)
    act(client, case, "step", step.pk, "ask", body="Đảng ủy", question="Xin ý kiến")
    opinion = step.opinions.get()
    client.post(f"/cases/opinions/{opinion.pk}/", {"verdict": "agrees", "reference": "05-CV"})
    act(client, case, "step", step.pk, "complete")
    act(client, case, "step", waiting(case).pk, "complete", result="")
    item = DossierItem.objects.get(case=case)
    file = SimpleUploadedFile("to-trinh.pdf", PDF)
    act(client, case, "paper", item.pk, "attach", file=file)
    assert client.get(f"/cases/{case.number}/paper/{item.pk}/check/").status_code == 404
    client.force_login(second)
    act(client, case, "paper", item.pk, "check")
    item.refresh_from_db()
    assert item.state == "checked"
    assert client.get(f"/cases/files/{item.file.token}/").content == PDF
    client.force_login(officer)
    act(client, case, "step", waiting(case).pk, "complete")
    missed = act(client, case, "step", waiting(case).pk, "complete", convened=9, present=5,
                 day=day(), minutes="x", result="passed")  # fmt: skip
    assert missed.status_code == 422
    assert "2/3" in missed.content.decode()
    act(client, case, "step", waiting(case).pk, "complete", convened=9, present=7, day=day(),
        minutes="Thống nhất", result="passed")  # fmt: skip
    assert client.get(f"/cases/{case.number}/step/{waiting(case).pk}/complete/").status_code == 404
    client.force_login(appraiser)
    act(client, case, "step", waiting(case).pk, "complete", result="agreed", reason="Đủ")
    client.force_login(decider)
    done = act(client, case, "step", waiting(case).pk, "complete", result="approved", number="9/QĐ",
               day=day(), body="UBND tỉnh", signer="Chủ tịch")  # fmt: skip
    assert done.status_code == 302
    assert wrote
    client.force_login(officer)
    act(client, case, "step", waiting(case).pk, "complete", text="Thông báo", day=day())
    act(client, case, "step", waiting(case).pk, "complete", note="Đã lưu")
    case.refresh_from_db()
    assert case.state == "done"
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "9/QĐ" in page
    for style, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        paper = client.get(f"/cases/{case.number}/contents.{style}")
        assert paper.status_code == 200
        assert paper.content.startswith(start)
    assert client.get(f"/cases/{case.number}/print/").status_code == 200
    own = link("binh", "Nguyễn Thị Bình", person)
    client.force_login(own)
    assert "Thông báo" in client.get("/cases/tasks/").content.decode()
    assert client.get(f"/cases/{case.number}/").status_code == 404


def test_an_older_form_is_refused_in_words(client, case, officer):
    client.force_login(officer)
    step = waiting(case)
    answer = client.post(
        f"/cases/{case.number}/step/{step.pk}/complete/",
        {"version": case.version - 1, "number": "1", "day": day(), "signer": "Ký"},
    )
    assert answer.status_code == 422
    assert "người khác" in answer.content.decode()


def test_a_case_is_nobodys_elses(client, case, hoa, minh):
    for nobody in (hoa, minh):
        client.force_login(nobody)
        assert client.get(f"/cases/{case.number}/").status_code == 404
        assert client.get(f"/cases/{case.number}/print/").status_code == 404
        assert client.get(f"/cases/{case.number}/contents.pdf").status_code == 404
    assert case.number not in client.get("/cases/tasks/").content.decode()


def test_a_subject_with_a_grant_sees_nothing_of_the_own_case(client, case, person, lan_province):
    own = link("binh", "Nguyễn Thị Bình", person, "unit_head", lan_province)
    client.force_login(own)
    assert client.get(f"/cases/{case.number}/").status_code == 404
    assert case.number not in client.get("/cases/").content.decode()


def test_the_list_is_narrowed_and_leaves_simulations_out(client, case, open_case, officer, person):
    other = open_case("thu.short", title="Việc khác", today=today())
    trial = open_case(
        "thu.short", fictional=True, title="Thử", subjects=[SubjectValues(None, name="Tưởng")],
        today=today(),
    )  # fmt: skip
    client.force_login(officer)
    every = client.get("/cases/").content.decode()
    assert case.number in every
    assert other.number in every
    assert trial.number not in every
    assert trial.number in client.get("/cases/?trial=yes").content.decode()
    found = client.get("/cases/?q=Việc+khác").content.decode()
    assert other.number in found
    assert case.number not in found
    assert client.get("/cases/?show=mine&stage=appointment&state=open").status_code == 200
    Step.objects.filter(case=other).update(due=date(2026, 1, 5))
    Case.objects.filter(pk=other.pk).update(due=date(2026, 1, 5))
    late = client.get("/cases/?show=overdue").content.decode()
    assert other.number in late
    assert case.number not in late


def test_the_pages_need_few_queries(client, case, officer, django_assert_max_num_queries):
    client.force_login(officer)
    for where, most in (("/cases/", 16), (f"/cases/{case.number}/", 20), ("/cases/tasks/", 12)):
        with django_assert_max_num_queries(most):
            assert client.get(where).status_code == 200


def test_a_hold_is_placed_and_lifted_on_its_page(client, case, inspector, officer, person):
    client.force_login(inspector)
    assert client.get("/cases/holds/").status_code == 200
    client.post("/cases/holds/add/", {"number": person.number, "reason": "Xác minh đơn thư"})
    client.force_login(officer)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "Xác minh đơn thư" in page
    stopped = client.get(f"/cases/{case.number}/step/{waiting(case).pk}/complete/")
    assert (stopped.status_code, stopped["Location"]) == (302, f"/cases/{case.number}/")
    assert client.get("/cases/holds/").status_code == 404
    client.force_login(inspector)
    hold = person_hold(person)
    client.post(f"/cases/holds/{hold.pk}/lift/", {"reason": "Không có căn cứ"})
    client.force_login(officer)
    assert client.get(f"/cases/{case.number}/step/{waiting(case).pk}/complete/").status_code == 200


def person_hold(person):
    from ngangtam.stages.procedure.models import Hold

    return Hold.objects.get(person=person)


def test_a_special_case_is_allowed_on_its_page_and_listed_for_inspectors(
    client, open_case, officer, decider, inspector, other
):
    case = open_case(subjects=[SubjectValues(other.pk)], today=today())
    client.force_login(officer)
    act(client, case, "step", waiting(case).pk, "complete", number="1", day=day(), signer="Ký")
    act(client, case, "step", waiting(case).pk, "ask", body="Đảng ủy", question="Xin ý kiến")
    opinion = waiting(case).opinions.get()
    client.post(f"/cases/opinions/{opinion.pk}/", {"verdict": "agrees", "reference": "05-CV"})
    act(client, case, "step", waiting(case).pk, "complete")
    finding = GateFinding.objects.get(case=case)
    where = f"/cases/{case.number}/condition/{finding.pk}/special/"
    assert client.get(where).status_code == 404
    client.force_login(decider)
    told = {"authority": "Ban Thường vụ", "reason": "Nhu cầu", "document": "10-TB/TU"}
    assert client.post(where, told).status_code == 302
    client.force_login(inspector)
    page = client.get("/cases/specials/").content.decode()
    assert "10-TB/TU" in page
    assert "Đặng Văn An" in page


def test_what_a_case_shows_of_sensitive_parts_is_read_with_a_trace(
    client, open_case, officer, inspector, decider, person
):
    case = open_case(today=today())
    client.force_login(officer)
    act(client, case, "step", waiting(case).pk, "complete", number="1", day=day(), signer="Ký")
    act(client, case, "step", waiting(case).pk, "ask", body="Đảng ủy", question="Xin ý kiến")
    opinion = waiting(case).opinions.get()
    client.post(f"/cases/opinions/{opinion.pk}/", {"verdict": "agrees", "reference": "05-CV"})
    act(client, case, "step", waiting(case).pk, "complete")
    client.get(f"/cases/{case.number}/")
    assert not Reading.objects.exists()

    GateFinding.objects.filter(case=case).update(
        facts=["special_hardship"], value={"vi": "Hoàn cảnh kín", "en": "Hoàn cảnh kín"}
    )
    seen = {}
    for user in (officer, inspector, decider):
        client.force_login(user)
        page = client.get(f"/cases/{case.number}/").content.decode()
        seen[user.username] = "Hoàn cảnh kín" in page
        rows = Reading.objects.filter(reader=user, subjects=[person.pk], parts=["family"])
        assert rows.count() == int(seen[user.username]), user
    assert set(seen.values()) == {True, False}
    # The person finds who looked, and is told of no case before its notice.
    assert not any(case.number in one.purpose for one in Reading.objects.all())
    assert Event.objects.filter(type="person.sensitive_read", subject_id=case.pk).count() == sum(
        seen.values()
    )


def test_a_simulation_is_begun_and_marked(client, drawn, officer, lan_province):
    drawn()
    client.force_login(officer)
    assert "thu.open" in client.get("/cases/try/").content.decode()
    answer = client.post(
        "/cases/try/thu.open/",
        {"unit": lan_province.pk, "title": "Thử", "people": "Người A\nNgười B"},
    )
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Mô phỏng" in page
    assert "Người B" in page


def test_a_calendar_address_is_a_secret_that_can_be_revoked(client, open_case, officer, person):
    case = open_case("thu.short", today=today())
    client.force_login(officer)
    page = client.post("/cases/calendar/make/").content.decode()
    token = page.split("?token=")[1].split("<")[0]
    assert token not in str(Feed.objects.values_list("digest", flat=True))
    client.logout()
    answer = client.get(f"/cases/calendar.ics?token={token}")
    assert answer["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(one["summary"]) for one in events] == [f"{case.number}: Bước propose"]
    assert person.full_name not in answer.content.decode()
    assert case.title not in answer.content.decode()
    assert client.get("/cases/calendar.ics?token=" + "x" * 43).status_code == 404
    assert client.get("/cases/calendar.ics").status_code == 404
    actions_feeds.revoke_feed(by=officer)
    assert client.get(f"/cases/calendar.ics?token={token}").status_code == 404


def test_a_new_address_ends_the_old_one(officer, db):
    first = actions_feeds.make_feed(by=officer)
    second = actions_feeds.make_feed(by=officer)
    assert actions_feeds.user_of(first) is None
    assert actions_feeds.user_of(second) == officer.pk


def test_a_draft_of_a_document_is_handed_out(client, drawn, officer, person, lan_department):
    from procedures_drawn import draw, step

    drawn(**{"procedures/thu/paper.bpmn": draw(
        "thu.paper", (step("propose", "document", document="proposal"),)
    )})  # fmt: skip
    case = actions.open_case(
        procedure="thu.paper", unit_id=lan_department.pk, title="Bổ nhiệm",
        subjects=[SubjectValues(person.pk)], by=officer, today=today(),
    )  # fmt: skip
    client.force_login(officer)
    draft = client.get(f"/cases/{case.number}/steps/{waiting(case).pk}/draft.docx")
    assert draft.content.startswith(b"PK")


def test_the_hold_of_a_case_is_placed_on_its_page(client, case, inspector):
    client.force_login(inspector)
    assert act(client, case, "case", 0, "hold", reason="Dừng để kiểm tra").status_code == 302
    case.refresh_from_db()
    assert case.state == "frozen"
