"""Similar-task groups of many sheets at once, and what the start page says of own classes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation import shown
from ngangtam.stages.evaluation.models import Cycle, Rating, Sheet


@pytest.fixture
def sheets(sheet, an_person, lan_department, make_sheet):
    return [sheet, make_sheet(an_person, lan_department)]


def _set(sheets, by, group="Văn thư"):
    versions = {one.pk: one.version for one in sheets}
    return actions.set_groups(
        cycle_id=sheets[0].cycle_id, versions=versions, group=group, by=by
    )  # fmt: skip


def test_the_office_puts_several_sheets_into_a_group(client, lan, sheets, lan_department):
    client.force_login(lan)
    page = client.get(reverse("team-month", args=[lan_department.code, "2026-03"]))
    ticks = [f"{one.pk}:{one.version}" for one in sheets]
    address = reverse("team-group", args=[lan_department.code, "2026-03"])

    answer = client.post(address, {"sheet": ticks, "group": "Văn thư"})

    assert address in page.content.decode()
    assert answer.status_code == 302
    assert set(Sheet.objects.values_list("group", "version")) == {("Văn thư", 2)}
    event = Event.objects.get(type="evaluation.groups_set")
    assert sorted(event.what["sheets"]) == sorted(one.pk for one in sheets)


def test_words_of_the_catalogue_are_its_code():
    assert shown.group_code(shown.group_label("leadership")) == "leadership"
    assert shown.group_code(" Văn  thư ") == "Văn thư"


def test_nothing_is_chosen_and_nothing_is_named(client, lan, sheets, lan_department):
    client.force_login(lan)
    address = reverse("team-group", args=[lan_department.code, "2026-03"])

    for given in ({"group": "Văn thư"}, {"sheet": [f"{sheets[0].pk}:1"], "group": " "},
                  {"sheet": ["x:1", "1:x", "9999999:1"], "group": "Văn thư"}):  # fmt: skip
        assert client.post(address, given).status_code == 302
    assert not Event.objects.filter(type="evaluation.groups_set").exists()


def test_what_changed_or_was_confirmed_is_left_out(lan, sheets):
    first, second = sheets
    Sheet.objects.filter(pk=first.pk).update(version=5)

    with seen_by(lan.pk):
        outcome = _set([first, second], lan)

    assert (outcome.done, list(outcome.refused)) == ([second.pk], [first.pk])


def test_neither_the_head_nor_a_closed_cycle(trung, lan, sheets):
    with pytest.raises(Forbidden):
        _set(sheets, trung)
    Cycle.objects.update(state="closed")
    with pytest.raises(DomainError):
        _set(sheets, lan)


def test_the_head_sees_no_box_for_groups(client, trung, sheets, lan_department):
    client.force_login(trung)
    page = client.get(reverse("team-month", args=[lan_department.code, "2026-03"]))

    assert "team-groups" not in page.content.decode()


def test_the_start_page_says_that_a_class_was_told(client, binh, sheet):
    told = Rating.objects.create(
        sheet=sheet, cycle=sheet.cycle, person=sheet.person, path=sheet.path,
        body_path=sheet.path, level="good", noticed_at=timezone.now(),
    )  # fmt: skip
    client.force_login(binh)

    before = client.get("/")
    Rating.objects.filter(pk=told.pk).update(seen_at=timezone.now())
    after = client.get("/")

    assert before.context["desk"].unseen == 1
    assert "chưa mở xem" in before.content.decode()
    assert "chưa mở xem" not in after.content.decode()
