"""Every address of the site, tried by the wrong people. The list is crawled, not hand-picked."""

import re
from datetime import date

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

# Open to everybody, or to everybody who signs in: the law, the areas, one's own account.
OPEN = re.compile(
    r"^(sign-in|sign-out|account/|language|health|ui/|law/(?!people|standards/.+/people)|areas/|$)"
)


def _patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry


@pytest.fixture
def secret(lan_province, lan_department, source):
    """Somebody whose name nobody but Lan may meet."""
    post = organisation.add_post(
        unit=lan_department, title="Giám đốc Sở Thử nghiệm", first_day=date(2021, 1, 1),
        source=source, leadership=True,
    )  # fmt: skip
    person = personnel.add_person(
        full_name="Nguyễn Thị Bí Mật", unit=lan_department, source=source, gender="female",
        birth=PartialDate("02/03/1980", date(1980, 3, 2), "day"),
    )  # fmt: skip
    posting = personnel.add_posting(
        person=person, post=post, first_day=date(2021, 1, 1), source=source
    )
    record = personnel.add_record(
        person=person, kind="theory", code="advanced", first_day=date(2015, 1, 1), source=source
    )
    personnel.refresh([person.pk], day=date(2026, 6, 1))
    return {
        "number": person.number, "code": lan_department.code, "unit": lan_department.code,
        "person": person.number, "person_id": person.pk, "posting_id": posting.pk,
        "record_id": record.pk, "post_id": post.pk, "pk": person.pk,
    }  # fmt: skip


def _addresses(values):
    for route, _pattern in _patterns():
        if OPEN.match(route):
            continue
        filled = route
        for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", route):
            value = values.get(name, values["pk"] if converter == "int" else values["number"])
            filled = re.sub(rf"<(?:\w+:)?{name}>", str(value), filled)
        yield "/" + filled.replace("^", "").replace("$", "")


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_nobody_else_meets_the_name_at_any_address(who, request, secret, client):
    client.force_login(request.getfixturevalue(who))

    for address in _addresses(secret):
        for query in ("", "?q=bi+mat", f"?unit={secret['unit']}"):
            answer = client.get(address + query)
            assert answer.status_code < 500, address
            body = b"".join(answer) if answer.streaming else answer.content
            assert "Bí Mật" not in body.decode(errors="replace"), address + query


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_nobody_else_changes_anything_at_any_address(who, request, secret, client):
    from ngangtam.foundation.audit.models import Event
    from ngangtam.records.personnel.models import Person, Posting, Record

    client.force_login(request.getfixturevalue(who))
    before = [
        list(model.objects.order_by("pk").values()) for model in (Person, Posting, Record, Event)
    ]

    for address in _addresses(secret):
        answer = client.post(address, {"reason": "x", "confirm": "yes"})
        assert answer.status_code < 500, address

    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Person, Posting, Record, Event)
    ]


def test_a_stranger_is_sent_to_sign_in_from_every_address(secret, client):
    for address in _addresses(secret):
        answer = client.get(address)
        assert answer.status_code in {302, 404, 405}, address
        if answer.status_code == 302:
            assert answer.url.startswith("/sign-in/"), address


def test_lan_does_meet_the_name(lan, secret, client):
    """So that the tests above cannot pass by accident."""
    client.force_login(lan)

    met = [
        address
        for address in _addresses(secret)
        if "Bí Mật" in client.get(address).content.decode(errors="replace")
    ]

    assert len(met) > 5
