"""The page where papers are chosen, and the door through which they leave."""

import pytest
from django.urls import reverse

from ngangtam.foundation.access.models import Reading
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.ui.downloads import TYPES
from ngangtam.records.papers.printing import FORMS, STYLES

PURPOSE = "Hồ sơ bổ nhiệm"
ALL = ("origin", "family", "health")


def _ask(person, form="2c", style="docx"):
    return reverse("paper-print", args=[person.number, form, style])


@pytest.fixture
def asked():
    return {"on": "01/06/2026", "part": list(ALL), "purpose": PURPOSE}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", STYLES)
def test_lan_prints_and_leaves_one_event(lan, official, client, asked, form, style):
    client.force_login(lan)

    answer = client.post(_ask(official, form, style), asked)

    assert answer.status_code == 200
    assert answer["Content-Type"] == TYPES[style]
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{form}-{official.number}.{style}"'
    )
    assert answer.content.startswith(b"%PDF" if style == "pdf" else b"PK")
    event = Event.objects.get(type="paper.printed")
    assert (event.actor, event.subject_id) == ("lan", official.pk)
    assert event.what["form"] == form
    assert sorted(event.what["parts"]) == sorted(ALL)
    reading = Reading.objects.get()
    assert (reading.subjects, reading.purpose) == ([official.pk], PURPOSE)
    history = client.get(f"{official.get_absolute_url()}?tab=history").content.decode()
    assert "In lý lịch" in history
    assert "paper.printed" not in history


def test_without_sensitive_parts_nobody_has_read_any(lan, official, client):
    client.force_login(lan)

    answer = client.post(_ask(official), {"on": "01/06/2026"})

    assert answer.status_code == 200
    assert Event.objects.get(type="paper.printed").what["parts"] == []
    assert not Reading.objects.exists()


def test_sensitive_parts_need_a_purpose(lan, official, client, asked):
    client.force_login(lan)

    answer = client.post(_ask(official), {**asked, "purpose": " "})

    assert answer.status_code == 422
    assert not Event.objects.filter(type="paper.printed").exists()


@pytest.mark.parametrize("who", ["minh", "hoa", "supervisor", "auditor"])
def test_the_others_meet_no_such_page(request, who, official, client, asked):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("paper-list", args=[official.number])).status_code == 404
    assert client.post(_ask(official), asked).status_code == 404
    assert not Event.objects.filter(type="paper.printed").exists()


def test_a_link_prints_nothing(lan, official, client):
    client.force_login(lan)

    assert client.get(_ask(official)).status_code == 405
    assert client.post(_ask(official, "3c")).status_code == 404
    assert client.post(_ask(official, "2c", "exe")).status_code == 404


def test_a_unit_head_prints_without_what_the_role_may_not_read(
    official, lan_province, client, asked
):
    from datetime import date

    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    head = User.objects.create_user("dung", password="mat-khau-thu-nghiem", full_name="Dũng")
    Grant.objects.create(user=head, role="unit_head", path=lan_province.path,
                         unit_label="x", valid=span(date(2020, 1, 1)))  # fmt: skip
    client.force_login(head)

    page = client.get(reverse("paper-list", args=[official.number])).content.decode()
    assert 'name="part"' not in page
    answer = client.post(_ask(official, "2c", "pdf"), asked)

    assert answer.status_code == 200
    assert Event.objects.get(type="paper.printed").what["parts"] == []
    assert not Reading.objects.exists()


def test_nothing_leaves_when_the_event_cannot_be_written(lan, official, client, asked, monkeypatch):
    from ngangtam.records.papers import actions

    def full_disk(*_args, **_kwargs):
        raise OSError("full")

    monkeypatch.setattr(actions, "record", full_disk)
    client.force_login(lan)
    with pytest.raises(OSError, match="full"):
        client.post(_ask(official), asked)
    assert not Reading.objects.exists()


def test_the_file_leads_to_its_papers(lan, official, client):
    client.force_login(lan)

    page = client.get(official.get_absolute_url()).content.decode()

    assert reverse("paper-list", args=[official.number]) in page
    listed = client.get(reverse("paper-list", args=[official.number])).content.decode()
    for form in FORMS:
        for style in STYLES:
            assert _ask(official, form, style) in listed


def _picture(kind):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (80, 120), "teal").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("anh.jpg", "JPEG"), ("anh.png", "PNG")])
@pytest.mark.parametrize("style", STYLES)
def test_a_photograph_is_printed_and_not_kept(lan, official, client, name, kind, style):
    import io
    import zipfile

    from django.core.files.uploadedfile import SimpleUploadedFile
    from pypdf import PdfReader

    from ngangtam.foundation.files.models import StoredFile

    client.force_login(lan)
    photo = SimpleUploadedFile(name, _picture(kind))

    answer = client.post(_ask(official, "2c", style), {"on": "01/06/2026", "photo": photo})

    assert answer.status_code == 200
    if style == "pdf":
        assert len(PdfReader(io.BytesIO(answer.content)).pages[0].images) == 1
    else:
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert any(one.startswith("word/media/") for one in names)
    assert not StoredFile.objects.exists()


def test_what_is_no_picture_is_refused(lan, official, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(lan)
    for name, data in (("anh.jpg", b"<script>x</script>"), ("anh.txt", b"abc")):
        upload = SimpleUploadedFile(name, data)
        answer = client.post(_ask(official), {"on": "01/06/2026", "photo": upload})
        assert answer.status_code == 422
    assert not Event.objects.filter(type="paper.printed").exists()
