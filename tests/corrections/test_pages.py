"""The pages: what each viewer meets, what a form keeps, what an address gives away."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from made_files import PDF, picture
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.files.models import StoredFile
from ngangtam.records.corrections.models import Account, Proposal, Request
from ngangtam.records.personnel.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_binh(client, binh):
    client.force_login(binh)
    return client


@pytest.fixture
def asked(as_binh):
    """A request with a proof, sent through the form."""
    proof = SimpleUploadedFile("Giấy khai sinh.pdf", PDF)
    answer = as_binh.post(
        reverse("request-ask") + "?about=identity:birth",
        {"text": "Sai năm <b>sinh</b>", "birth": "02/03/1988", "proof": [proof]},
    )
    assert answer.status_code == 302, answer.text
    return Request.objects.get()


TABS = ("identity", "work", "training", "party", "merit", "private", "requests", "looked")


def test_the_own_file_opens_on_every_tab(as_binh, person, make_record):
    make_record("family", code="spouse", raw="Vợ", detail={"name": "Trần Thị C"})
    make_record("denunciation", raw="Đơn của ông A")
    pages = {tab: as_binh.get(f"{reverse('own-file')}?tab={tab}") for tab in TABS}

    assert {page.status_code for page in pages.values()} == {200}
    assert "Tày" in pages["identity"].text
    assert "Trần Thị C" in pages["private"].text
    assert not any("ông A" in page.text for page in pages.values())
    assert as_binh.get(f"{reverse('own-file')}?tab=x").status_code == 404
    assert not Event.objects.exists()


def test_the_own_papers_are_printed_with_what_one_may_read_of_oneself(as_binh, person):
    papers = as_binh.get(reverse("paper-list", args=[person.number]))
    assert papers.status_code == 200
    shown = as_binh.post(
        reverse("person-sensitive", args=[person.number]), {"part": ["origin"], "purpose": "Xem"}
    )
    assert "Tày" in shown.text
    hidden = as_binh.post(
        reverse("person-sensitive", args=[person.number]),
        {"part": ["denunciations"], "purpose": "Xem"},
    )
    assert hidden.status_code == 422


@pytest.mark.parametrize("who", ["minh", "lan", "hoa"])
def test_an_account_of_nobody_has_no_own_file(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("own-file")).status_code == 404
    assert client.get(reverse("request-ask")).status_code == 404
    assert reverse("own-file") not in client.get(reverse("home")).text


def _addresses(asked):
    token = asked.attachments.get().file.token
    names = ("request-detail", "request-accept", "request-refuse", "request-withdraw",
             "request-attach")  # fmt: skip
    return [
        reverse("attachment", args=[token]),
        *(reverse(name, args=[asked.pk]) for name in names),
    ]


@pytest.mark.parametrize("who", ["minh", "hoa", "truong", "auditor"])
def test_nobody_else_meets_a_request_or_its_proof(client, request, who, asked):
    client.force_login(request.getfixturevalue(who))

    for address in _addresses(asked):
        assert client.get(address).status_code in {404, 405}, address
        assert client.post(address, {"answer": "x"}).status_code in {404, 405}, address
    digest = asked.attachments.get().file.hash
    for guess in (digest, str(asked.attachments.get().file.pk), "../../etc/passwd"):
        assert client.get(f"/files/{guess}/").status_code == 404
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_proof_is_a_download(as_binh, asked, client, lan):
    file = asked.attachments.get().file
    client.force_login(lan)
    answer = client.get(reverse("attachment", args=[file.token]))

    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_hostile_proof_is_refused_and_what_was_typed_stays(as_binh):
    bad = SimpleUploadedFile("anh.png", picture() + b"<script>alert(1)</script>")
    answer = as_binh.post(
        reverse("request-ask") + "?about=other", {"text": "Thiếu bằng khen", "proof": [bad]}
    )

    assert answer.status_code == 422
    assert "anh.png" in answer.text
    assert "Thiếu bằng khen" in answer.text
    assert not Request.objects.exists()
    assert not StoredFile.objects.exists()


def test_what_was_typed_is_shown_as_text(client, lan, asked):
    client.force_login(lan)
    page = client.get(reverse("request-detail", args=[asked.pk])).text

    assert "Sai năm &lt;b&gt;sinh&lt;/b&gt;" in page
    assert "<b>sinh" not in page


def test_the_queue_counts_searches_and_costs_the_same(client, lan, asked, binh, person):
    client.force_login(lan)
    page = client.get(reverse("request-list"))
    assert "Nguyễn Thị Bình" in page.text
    assert re.search(r'requests/".*?1', page.text, re.DOTALL)
    assert "Nguyễn Thị Bình" not in client.get(reverse("request-list") + "?q=khac").text
    assert "Nguyễn Thị Bình" in client.get(reverse("request-list") + "?q=binh").text
    assert "Nguyễn Thị Bình" not in client.get(reverse("request-list") + "?state=refused").text

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as watched:
            client.get(reverse("request-list"))
        counts.append(len(watched))
        Request.objects.create(person=person, asked_by=binh, about="other", label="Khác", text="x")
    assert counts[0] == counts[1] <= 8


def test_a_request_walks_through_two_officers_by_the_forms(client, lan, khanh, asked, person):
    client.force_login(lan)
    accept = reverse("request-accept", args=[asked.pk])
    assert 'value="02/03/1988"' in client.get(accept).text
    assert client.post(accept, {"birth": "02/03/1988", "answer": "Đúng"}).status_code == 302
    proposal = Proposal.objects.get()
    confirm = reverse("proposal-confirm", args=[proposal.pk])
    assert client.post(confirm).status_code == 422
    file = client.get(person.get_absolute_url() + "?tab=identity").text
    assert "đang chờ" in file
    assert "02/03/1988" in file
    person.refresh_from_db()
    assert person.birth_raw == "02/03/1986"

    client.force_login(khanh)
    assert client.post(confirm).status_code == 302
    person.refresh_from_db()
    assert person.birth_raw == "02/03/1988"
    assert [event.type for event in Event.objects.order_by("id")] == [
        "request.asked", "request.accepted", "proposal.confirmed",
    ]  # fmt: skip


def test_degrees_are_proposed_from_the_pages_of_people(client, lan, khanh, person, degree):
    client.force_login(lan)
    correct = client.get(reverse("record-correct", args=[degree.pk]))
    assert correct.url == reverse("proposal-record", args=[degree.pk, "correct"])
    made = client.post(correct.url, {"code": "master", "first_day": "2015", "reason": "Đối chiếu"})
    assert made.status_code == 302
    added = client.post(
        reverse("proposal-add", args=[person.number, "education"]),
        {"code": "doctor", "first_day": "2020", "reason": "Mới", "source_name": "Bằng gốc"},
    )
    assert added.status_code == 302
    training = client.get(person.get_absolute_url() + "?tab=training").text
    assert training.count("/proposals/") == 2
    assert Record.objects.standing().get().code == "university"

    client.force_login(khanh)
    for proposal in Proposal.objects.all():
        assert client.post(reverse("proposal-confirm", args=[proposal.pk])).status_code == 302
    codes = set(Record.objects.standing().values_list("code", flat=True))
    assert codes == {"master", "doctor"}


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_proposals_of_others_are_out_of_reach(client, request, who, lan, person, degree):
    proposal = Proposal.objects.create(
        person=person, act="void", kind="education", record=degree, reason="x", proposed_by=lan
    )
    client.force_login(request.getfixturevalue(who))

    for name in ("detail", "confirm", "refuse", "withdraw"):
        address = reverse(f"proposal-{name}", args=[proposal.pk])
        assert client.get(address).status_code in {404, 405}
        assert client.post(address, {"reason": "x"}).status_code in {404, 405}
    for address in (
        reverse("identity-propose", args=[person.number]),
        reverse("proposal-add", args=[person.number, "education"]),
        reverse("proposal-record", args=[degree.pk, "void"]),
        reverse("account-link", args=[person.number]),
    ):
        assert client.get(address).status_code == 404, address


def test_the_subject_reads_the_proposal_and_decides_nothing(as_binh, lan, person, degree):
    proposal = Proposal.objects.create(
        person=person, act="void", kind="education", record=degree, reason="Bằng giả",
        proposed_by=lan, shown=[["Văn bằng", "ĐH Luật", ""]],
    )  # fmt: skip
    page = as_binh.get(reverse("proposal-detail", args=[proposal.pk])).text

    assert "Bằng giả" in page
    assert reverse("proposal-confirm", args=[proposal.pk]) not in page
    assert as_binh.post(reverse("proposal-confirm", args=[proposal.pk])).status_code == 403


def test_an_account_is_linked_by_the_forms(client, lan, truong, minh, person):
    client.force_login(lan)
    address = reverse("account-link", args=[person.number])
    assert client.post(address, {"username": "minh", "reason": "Gặp"}).status_code == 302
    link = Account.objects.get()
    assert client.post(reverse("link-confirm", args=[link.pk])).status_code == 403
    client.force_login(truong)
    assert "minh" in client.get(reverse("link-list")).text
    assert client.post(reverse("link-confirm", args=[link.pk])).status_code == 302
    client.force_login(minh)
    assert client.get(reverse("own-file")).status_code == 200


def test_a_request_about_a_sensitive_part_leaves_a_trace_when_read(client, lan, binh, person):
    asked = Request.objects.create(
        person=person, asked_by=binh, about="missing", kind="health", part="health",
        label="Sức khỏe", text="x",
    )  # fmt: skip
    client.force_login(lan)
    client.get(reverse("request-detail", args=[asked.pk]))
    client.force_login(binh)

    assert "Trần Thị Lan" in client.get(reverse("own-file") + "?tab=looked").text
