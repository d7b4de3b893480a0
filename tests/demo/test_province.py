"""The fictional province: the same people every time, and none of them impossible."""

from random import Random

import pytest
from django.db.models import F

from ngangtam.doors.demo import load as demo
from ngangtam.doors.demo.careers import DRAWN_ON, REFORM, draw_career
from ngangtam.doors.demo.province import system
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.models import Person, Posting, Record


def _walk(plan):
    yield plan
    for below in plan.below:
        yield from _walk(below)


def _drawn(seed):
    draw, plans = Random(seed), list(_walk(system()))
    return [
        draw_career(draw, post, plan.level, "", ["Xã Thanh Lâm"])
        for plan in plans
        for post in plan.posts
    ]


def test_the_same_seed_draws_the_same_people():
    assert _drawn(7) == _drawn(7)
    assert _drawn(7) != _drawn(8)


def test_unit_codes_are_unique():
    codes = [plan.code for plan in _walk(system())]

    assert len(codes) == len(set(codes))


def test_nobody_did_anything_before_being_old_enough():
    for career in _drawn(1):
        start = next(fact.first_day for fact in career.facts if fact.kind == "service")
        assert start.year - career.born.year >= 20
        assert all(first < until for _title, first, until in career.earlier)
        assert all(fact.first_day <= DRAWN_ON and fact.kind in KINDS for fact in career.facts)


@pytest.mark.slow
def test_the_province_holds_together(db, monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "room", lambda _name: tmp_path)

    loaded = demo.load()

    people = Person.objects.count()
    assert 1350 <= people == loaded <= 1650
    held = Posting.objects.filter(valid__contains=DRAWN_ON)
    assert held.filter(main=True).count() == people
    assert held.filter(main=False).count() > 400
    assert Unit.objects.filter(ended_on=REFORM).count() == 5
    assert not Posting.objects.filter(post__seats__isnull=False, seat__gt=F("post__seats")).exists()
    assert set(Record.objects.values_list("kind", flat=True).distinct()) <= set(KINDS)
    assert _units_off_their_path() == []
    assert (tmp_path / "accounts.json").stat().st_mode & 0o077 == 0
    with pytest.raises(RuntimeError):
        demo.load()


def _units_off_their_path():
    return [
        unit
        for unit in Unit.objects.select_related("parent")
        if unit.path != (f"{unit.parent.path}.{unit.pk}" if unit.parent else str(unit.pk))
    ]
