"""What is stored: marked text in every field, on every page and in every export; uploads."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.urls import reverse
from paged_rosters import csv_file, send

from addresses import patterns
from ngangtam.foundation.access import steps as access
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.home import home
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.models import IdentityChange

MARK = "ntmark'\"><script>nt_run()</script><img src=x onerror=nt_run()>"
RAW = re.compile(r"<script>nt_run|<img src=x onerror|ntmark['\"]{1,2}\">", re.IGNORECASE)
FORMULA = '=HYPERLINK("http://evil.example","ntcell")'
TABS = ("overview", "timeline", "work", "training", "party", "merit", "private", "identity",
        "decisions", "history")  # fmt: skip


def _poison(things, lan, minh, text):
    """Write the text into every text field that the tables of one person's province have."""
    person, unit = things["person"], things["unit"]
    source = organisation.add_source(kind="statement", name=text, day=date(2021, 1, 1))
    decision = organisation.add_decision(
        number=text[:60], day=date(2022, 1, 1), body=text, signer=text, summary=text
    )
    for kind in KINDS.values():
        personnel.add_record(
            person=person, kind=kind.id, raw=text, first_day=date(2021, 1, 1), decision=decision,
            detail={detail.name: text for detail in kind.details},
        )  # fmt: skip
    IdentityChange.objects.create(
        person=person, field="full_name", old=text, new=text, reason=text, by=text
    )
    access.lay_down(
        user=minh, role="supervisor", path=str(unit.path), unit_label=text, reason=text,
        first_day=date(2020, 1, 1),
    )  # fmt: skip
    record("person.opened", by=lan, subject=person, reason=text)
    for row in (person, unit, things["post"], things["posting"], source, lan, minh):
        _fill(row, text)
    for version in unit.versions.all():
        _fill(version, text)
    return decision


def _fill(row, text):
    """Set every free text field of a row, as far as its length allows."""
    keep = {"number", "code", "username", "password", "name_key", "path", "kind", "regime",
            "level", "gender", "ethnicity", "religion", "degree", "birth_precision",
            "title_kind", "managed_by", "personal_number", "precision", "email"}  # fmt: skip
    changed = {
        field.name: text[: field.max_length or None]
        for field in row._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and field.name not in keep and not field.choices
    }  # fmt: skip
    type(row)._default_manager.filter(pk=row.pk).update(**changed)


@pytest.fixture
def poisoned(things, lan, minh, specimens, checked):
    decision = _poison(things, lan, minh, MARK)
    checked(csv_file(f"Họ và tên,Ngày sinh,Cột lạ,Nơi làm việc\nLê Thị Ba,1980,{_cell(MARK)},"
                     f"{_cell(MARK)}\n{_cell(MARK)},1990,x,y\n"), post_title=MARK)  # fmt: skip
    specimens.rules[r"decisions/"]["pk"] = decision.pk
    return things


def _cell(text):
    return '"' + text.replace('"', '""') + '"'


def _pages(specimens, person):
    for route, _entry in patterns():
        if not route.startswith("sign-out"):
            yield specimens.fill(route)
    for tab in TABS:
        yield f"/people/{person.number}/?tab={tab}"
    for query in ("state=every", "state=closed"):
        yield f"/grants/?{query}"


def _text(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace")


@pytest.mark.parametrize("who", ["lan", "administrator", "inspector"])
def test_marked_text_only_ever_appears_escaped(who, poisoned, others, specimens, client):
    client.force_login(others[who])
    met, raw = 0, []

    pages = [client.get(address) for address in _pages(specimens, poisoned["person"])]
    if who != "administrator":
        pages += [
            client.post(
                reverse("person-sensitive", args=[poisoned["person"].number]),
                {"part": [part], "purpose": MARK, **more},
            )
            for part in ("family", "health", "origin")
            for more in ({}, {"paper": "yes"})
        ]
    for answer in pages:
        if answer.status_code in {200, 422} and "html" in answer.get("Content-Type", ""):
            text = _text(answer)
            met += "ntmark" in text
            if RAW.search(text):
                raw.append(answer.wsgi_request.path)

    assert not raw
    assert met >= (3 if who == "administrator" else 20)


def test_every_model_with_words_was_poisoned_or_holds_none_of_a_person(poisoned):
    """A new table of texts about persons has to appear in `_poison`, or say why it need not."""
    elsewhere = {
        "personnel_record",
        "personnel_identitychange",
        "organisation_decision",
        "access_grant",
        "audit_event",
        "organisation_source",
    }
    missed = []
    for model in apps.get_models():
        if not model.__module__.startswith("ngangtam.records.personnel"):
            continue
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'select count(*) from "{table}" t where t::text like %s', ["%ntmark%"])
            if not cursor.fetchone()[0] and table not in elsewhere:
                missed.append(table)

    assert not missed


def _exports(specimens):
    for route, entry in patterns():
        if re.search(r"\.(xlsx|csv)$", route):
            yield entry.name, specimens.fill(route)


def test_no_export_holds_a_formula(things, lan, minh, others, specimens, client):
    _poison(things, lan, minh, FORMULA)
    seen = 0

    for user in (others["lan"], others["inspector"], others["auditor"]):
        client.force_login(user)
        for name, address in _exports(specimens):
            answer = client.get(address, {"state": "every", "reason": "x"})
            if answer.status_code == 405:
                answer = client.post(address, {"reason": "x", "purpose": "x"})
            if answer.status_code != 200:
                continue
            body = b"".join(answer) if answer.streaming else answer.content
            seen += 1
            assert "attachment" in answer["Content-Disposition"], name
            _no_formula(name, body)

    assert seen >= 6


def _no_formula(name, body):
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            for part in book.namelist():
                assert b"<f>" not in book.read(part), (name, part)
                assert b'evil.example" TargetMode' not in book.read(part), (name, part)
        return
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))):
        for cell in row:
            assert not re.match(r"[=+@\t\r]|-\D", cell), (name, cell)


NAMES = (
    "../../../etc/passwd.csv", "..\\..\\boot.csv", "/etc/cron.d/x.csv", "a\x00b.csv",
    "con.csv", "....//....//x.csv", "%2e%2e%2fx.csv", f"{MARK}.csv", "x" * 300 + ".csv",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_of_a_file_leads_out_of_its_folder(name, lan, lan_department, work, client):
    client.force_login(lan)
    before = _outside()

    answer = send(client, SimpleUploadedFile(name, "Họ và tên\nLê Thị Ba\n".encode()))
    work()

    assert answer.status_code in {302, 400, 422}
    assert _outside() == before
    if answer.status_code == 302:
        page = client.get(answer.url)
        assert page.status_code == 200
        assert not RAW.search(_text(page))


def _outside():
    """Every file where no upload belongs: in other rooms of the home, or above it by that name."""
    rooms = {"intake", "tmp", "database", "log", "cache", "facts", "files"}
    wanted = {re.split(r"[\\/]", name)[-1] for name in NAMES}
    above = [*home().parents[0].iterdir(), *home().parents[-1].iterdir()]
    return {path for path in above if path.name in wanted} | {
        path for path in home().rglob("*")
        if path.is_file() and path.relative_to(home()).parts[0] not in rooms
    }  # fmt: skip


def _zip(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


XXE = ('<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
       '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
       "<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>")  # fmt: skip
POLYGLOTS = {
    "page.xlsx": f"<html><body>{MARK}</body></html>".encode(),
    "page.csv": f"<!DOCTYPE html><html>{MARK}</html>".encode(),
    "picture.csv": b"GIF89a/*" + MARK.encode() + b"*/=1;\x00\x01\x02",
    "paper.docx": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(nt_run())>>>>endobj\n",
    "slip.xlsx": _zip(**{"../../../etc/cron.d/x": "x", "[Content_Types].xml": "<x/>"}),
    "entity.docx": _zip(**{"[Content_Types].xml": "<Types/>", "word/document.xml": XXE}),
    "both.xlsx": b"MZ\x90\x00" + _zip(**{"[Content_Types].xml": "<x/>"}),
    "program.csv": b"#!/bin/sh\ntouch /tmp/nt_run\n",
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_file_that_is_something_else_is_refused_and_never_shown(
    name, lan, lan_department, work, client
):
    client.force_login(lan)
    before = _outside()

    answer = send(client, SimpleUploadedFile(name, POLYGLOTS[name]))
    work()

    assert answer.status_code in {302, 400, 422}
    pages = [client.get(answer.url)] if answer.status_code == 302 else []
    pages.append(client.get(reverse("intake-list")))
    for page in pages:
        text = _text(page)
        assert not RAW.search(text)
        assert "root:x:" not in text
    assert _outside() == before
