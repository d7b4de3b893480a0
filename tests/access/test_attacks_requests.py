"""What comes in with a request: forged, hostile or too much. Every URL, crawled."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from addresses import parts_of, patterns
from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.audit.models import Event
from ngangtam.records.personnel.models import Person, Posting, Record
from wholly import walked

MARK = "ntmark'\"><script>nt_run()</script>"
RAW = re.compile(r"<script>nt_run|ntmark['\"]{1,2}\">|javascript:nt_run", re.IGNORECASE)
HOSTILE = (
    "' OR 1=1 --", "name); DROP TABLE personnel_person; --", "name__password", "-pk,(select 1)",
    "%00", "٣", "9" * 40, "-1", "1e9", "{{7*7}}", "../../etc/passwd", MARK, "ế" * 3000,
)  # fmt: skip
PARAMS = (
    "sort", "order", "page", "size", "q", "unit", "level", "gender", "age", "degree", "year",
    "kind", "state", "tab", "day", "on", "known", "who", "where", "criterion", "outcome", "own",
    "role", "definition", "by", "from", "until", "type", "actor", "next", "cursor", "limit",
)  # fmt: skip
# Views that take a POST without our token, and why.
WITHOUT_TOKEN = {r"api/": "a bearer token in a header, which no page of another site can send"}


def _gets(specimens, but=("sign-out",)):
    for route, _entry in patterns():
        if not route.startswith(but):
            yield route, specimens.fill(route)


def _text(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace")


def test_no_form_is_taken_without_its_token(lan, specimens):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lan)
    models = (Person, Posting, Record, Event, Grant)
    before = [model.objects.count() for model in models]

    for route, address in _gets(specimens):
        answer = client.post(address, {"reason": "x", "purpose": "x", "part": "health"})
        if any(re.match(rule, route) for rule in WITHOUT_TOKEN):
            assert answer.status_code in {401, 403, 404, 405}, address
        else:
            # 404 only where no view exists for that method at all.
            assert answer.status_code in {403, 404, 405}, address

    assert before == [model.objects.count() for model in models]


def test_no_view_is_exempt_from_the_token_without_a_reason():
    exempt = [
        route for route, entry in patterns()
        if getattr(entry.callback, "csrf_exempt", False)
        and not any(re.match(rule, route) for rule in WITHOUT_TOKEN)
    ]  # fmt: skip

    assert not exempt


def _query(turn, but=()):
    """Every parameter with a hostile value; another one in each turn."""
    return urlencode({
        name: HOSTILE[(at * 3 + turn * 5) % len(HOSTILE)]
        for at, name in enumerate(PARAMS) if name not in but
    })  # fmt: skip


@pytest.mark.parametrize("turn", walked(range(5), daily={0}))
def test_hostile_parameters_break_nothing_and_come_back_escaped(turn, lan, specimens, client):
    client.force_login(lan)
    query = _query(turn)

    for _route, address in _gets(specimens):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code < 500, address
        if "html" in answer.get("Content-Type", "") and answer.status_code == 200:
            assert not RAW.search(_text(answer)), address


def test_a_zero_byte_is_refused_before_anything_reads_it(lan, specimens, client):
    client.force_login(lan)

    for _route, address in _gets(specimens):
        answer = client.get(f"{address}?q=a%00b&unit=%00&sort=%00")
        if address.startswith("/api/"):
            assert answer.status_code < 500, address
        else:
            assert answer.status_code == 400, address


@pytest.mark.parametrize("turn", walked(range(2), daily={0}))
def test_hostile_parameters_widen_no_scope(turn, hoa, specimens, client):
    client.force_login(hoa)
    query = _query(turn, but=("unit",))

    for _route, address in _gets(specimens):
        assert "Bí Mật" not in _text(client.get(f"{address}?{query}")), address


def test_numbers_beyond_the_database_are_not_found(lan, specimens, client):
    client.force_login(lan)

    for route, _address in _gets(specimens):
        if "<int:" in route:
            for number in (0, 2**31, 2**63, 10**30):
                address = "/" + re.sub(r"<int:\w+>", str(number), route)
                if "<" in address:
                    continue
                for method in (client.get, client.post):
                    assert method(address).status_code < 500, address


def test_neighbours_of_an_id_are_not_found(hoa, things, specimens, client):
    """Guessing: ids around those that exist, and file numbers around the one that is Lan's."""
    client.force_login(hoa)
    number = int(things["person"].number.removeprefix("CB"))

    for near in range(number - 3, number + 4):
        for name in ("person-detail", "person-print"):
            assert client.get(reverse(name, args=[f"CB{near:07}"])).status_code == 404
    for route, entry in patterns():
        if parts_of(route) == ["pk"] and route.startswith(("postings/", "records/", "posts/")):
            for near in range(1, things["posting"].pk + 4):
                assert client.get(reverse(entry.name, args=[near])).status_code in {404, 405}


ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:nt_run()",
    "https:evil.example", "\thttps://evil.example",
)  # fmt: skip


def _stays_here(answer):
    where = answer.get("Location", "/")
    assert "evil.example" not in where.split("?")[0], where
    assert where.startswith("/"), where
    assert not where.startswith(("//", "/\\")), where
    if "html" in answer.get("Content-Type", "") and answer.status_code == 200:
        assert not re.search(r'(href|action)="[^"?]*(evil|javascript)', _text(answer))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_who_is_sent_on_is_sent_to_no_other_site(target, lan, client):
    for _who in ("a stranger", "lan"):
        _stays_here(client.post(reverse("set_language"), {"language": "en", "next": target}))
        _stays_here(client.get(reverse("login"), {"next": target}))
        client.force_login(lan)


@pytest.mark.parametrize("turn", walked(range(len(ELSEWHERE)), daily={0}))
def test_no_address_sends_anybody_to_another_site(turn, lan, specimens, client):
    """Every address with another target in each turn."""
    client.force_login(lan)
    for at, (_route, address) in enumerate(_gets(specimens)):
        target = ELSEWHERE[(at + turn) % len(ELSEWHERE)]
        _stays_here(client.get(address, {"next": target, "back": target, "to": target}))


def test_every_page_holds_a_browser_back_and_no_script_or_style_of_its_own(
    lan, specimens, client, soup
):
    client.force_login(lan)

    for _route, address in _gets(specimens, but=("sign-out", "health")):
        answer = client.get(address)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy, address
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer["X-Frame-Options"] == "DENY"
            page = soup(answer)
            for one in page.select("script:not([src])"):
                assert one.get("type") == "application/json", address
            assert not page.select("[onclick], [onload], [onerror], [style], iframe"), address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["Referrer-Policy"] == "same-origin"


TOO_MUCH = {
    "number": "CB9999999", "home_path": "1", "home_unit": "1", "voided_at": "2020-01-01",
    "is_superuser": "on", "is_staff": "on", "id": "1", "pk": "1", "recorded_by": "x",
    "headline": "Bộ trưởng", "waiting": "false", "given_by": "1", "confirmed_by": "1",
    "confirmed_at": "2020-01-01", "path": "1",
}  # fmt: skip


def test_more_fields_than_the_form_has_are_ignored(lan, minh, lan_province, things, client):
    client.force_login(lan)
    first, last = things["person"], Person.objects.order_by("pk").last().pk

    client.post(reverse("person-open"), {
        **TOO_MUCH, "unit": "T1.NV", "full_name": "Người Mới", "source_name": "Tờ khai",
    })  # fmt: skip
    client.post(reverse("grant-give"), {
        **TOO_MUCH, "user": minh.pk, "unit": "T1", "role": "inspector",
        "first_day": "01/01/2026", "reason": "x",
    })  # fmt: skip
    client.post(reverse("identity-change", args=[first.number]), {
        **TOO_MUCH, "full_name": "Nguyễn Thị Bí Mật", "other_names": "Tên khác", "reason": "x",
    })  # fmt: skip
    client.post(reverse("posting-correct", args=[things["posting"].pk]), {
        **TOO_MUCH, "person": 1, "reason": "x",
    })  # fmt: skip

    new = Person.objects.filter(pk__gt=last).get()
    assert new.number != "CB9999999"
    assert str(new.home_path) == str(things["unit"].path)
    assert (new.voided_at, new.headline) == (None, "")
    grant = Grant.objects.get(user=minh)
    assert (grant.waiting, grant.given_by, grant.confirmed_by) == (True, lan, None)
    assert str(grant.path) == str(lan_province.path)
    first.refresh_from_db()
    assert first.voided_at is None
    assert str(first.home_path) == str(things["unit"].path)
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(is_staff=True).exists()
