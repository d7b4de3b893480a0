from datetime import date

import pytest

from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.organisation import actions, changes, post_actions, steps
from ngangtam.records.organisation.actions import NewUnit
from ngangtam.records.organisation.changes import Basis
from ngangtam.records.organisation.models import (
    Establishment,
    Post,
    Unit,
    UnitSuccession,
    UnitVersion,
)
from ngangtam.records.personnel import steps as people

DAY = date(2026, 3, 1)
TODAY = date(2026, 11, 21)
BASIS = Basis(number="12/QĐ-UBND", day=date(2026, 1, 5), body="UBND tỉnh Sông Thanh")
pytestmark = pytest.mark.django_db


def create(by, units, **more):
    given = {
        "code": "ST-YT",
        "name": "Sở  Y tế",
        "kind": "department",
        "level": "province",
        "parent_id": units.province.pk,
        "first_day": DAY,
        "basis": BASIS,
        "by": by,
    }
    return actions.create(**(given | more))


def rename(by, units, **more):
    given = {
        "unit_id": units.office.pk,
        "name": "Sở Nội vụ và Lao động",
        "first_day": DAY,
        "basis": BASIS,
        "today": TODAY,
        "by": by,
    }
    return actions.rename(**(given | more))


def move(by, units, **more):
    given = {
        "unit_id": units.planning.pk,
        "parent_id": units.finance.pk,
        "first_day": DAY,
        "basis": BASIS,
        "today": TODAY,
        "by": by,
    }
    return actions.move(**(given | more))


def merge(by, units, **more):
    given = {
        "unit_ids": [units.office.pk],
        "into_id": units.finance.pk,
        "day": DAY,
        "basis": BASIS,
        "today": TODAY,
        "by": by,
    }
    return actions.merge(**(given | more))


def split(by, units, **more):
    given = {
        "unit_id": units.office.pk,
        "into": [NewUnit("ST-LD", "Sở Lao động")],
        "day": DAY,
        "basis": BASIS,
        "today": TODAY,
        "by": by,
    }
    return actions.split(**(given | more))


def end(by, units, **more):
    given = {"unit_id": units.planning.pk, "on": DAY, "basis": BASIS, "today": TODAY, "by": by}
    return actions.end(**(given | more))


def establish(by, units, **more):
    given = {
        "unit_id": units.office.pk,
        "regime": "civil_servant",
        "number": 40,
        "first_day": DAY,
        "basis": BASIS,
        "by": by,
    }
    return post_actions.set_establishment(**(given | more))


def add_post(by, units, **more):
    given = {
        "unit_id": units.office.pk,
        "title": "Giám đốc",
        "first_day": DAY,
        "basis": BASIS,
        "leadership": True,
        "head": True,
        "by": by,
    }
    return post_actions.add_post(**(given | more))


def _post(units):
    """Return the post of the office, set up beside the action where there is none."""
    if held := Post.objects.filter(unit=units.office).first():
        return held
    source = steps.add_source(kind="roster", name="Danh sách", day=DAY)
    return steps.add_post(unit=units.office, title="Chuyên viên", first_day=DAY, source=source)


def change_post(by, units, **more):
    given = {"post_id": _post(units).pk, "reason": "Giao thêm", "seats": 3, "by": by}
    return post_actions.change_post(**(given | more))


def close_post(by, units, **more):
    given = {"post_id": _post(units).pk, "on": date(2026, 6, 1), "basis": BASIS, "by": by}
    return post_actions.close_post(**(given | more))


ACTIONS = {
    "unit.created": create,
    "unit.renamed": rename,
    "unit.moved": move,
    "unit.merged": merge,
    "unit.split": split,
    "unit.ended": end,
    "establishment.set": establish,
    "post.added": add_post,
    "post.changed": change_post,
    "post.closed": close_post,
}


@pytest.fixture(params=sorted(ACTIONS))
def action(request):
    return request.param, ACTIONS[request.param]


def _state():
    rows = (Unit, UnitVersion, UnitSuccession, Establishment, Post)
    return {row.__name__: list(row.objects.order_by("pk").values()) for row in rows}


def test_each_action_leaves_one_event(lan, units, action):
    name, act = action

    act(lan, units)

    event = Event.objects.get()
    assert (event.type, event.actor) == (name, "lan")


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_each_action_is_refused_without_the_grant(request, units, action, who):
    _name, act = action
    _post(units)
    before = _state()

    with pytest.raises(Forbidden):
        act(request.getfixturevalue(who), units)

    after = _state()
    assert after == before
    assert not Event.objects.exists()


def test_each_action_keeps_nothing_when_the_audit_cannot_be_written(
    lan, units, action, monkeypatch
):
    _name, act = action

    def full_disk(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(actions, "record", full_disk)
    monkeypatch.setattr(post_actions, "record", full_disk)
    before = _state()

    with pytest.raises(OSError, match="no space left"):
        act(lan, units)

    after = _state()
    after["Post"] = [{**row, "seats": 1} for row in after["Post"] if row["title"] == "Giám đốc"]
    assert after == before


def test_each_action_works_through_the_second_wall(lan, units, action):
    _name, act = action
    _post(units)

    with seen_by(lan.pk):
        act(lan, units)

    assert Event.objects.count() == 1


def test_a_change_rests_on_a_decision_or_a_source(lan, units):
    with pytest.raises(DomainError):
        rename(lan, units, basis=Basis())
    with pytest.raises(DomainError):
        rename(lan, units, basis=Basis(number="1/QĐ"))

    rename(lan, units, basis=Basis(source="Báo cáo của Sở"))

    version = UnitVersion.objects.on(TODAY).get(unit=units.office)
    assert version.decision is None
    assert version.source.name == "Báo cáo của Sở"


def test_a_new_unit_stands_under_its_parent_with_a_folded_name(lan, units):
    unit = create(lan, units)

    assert (unit.name, unit.name_plain) == ("Sở Y tế", "so y te")
    assert unit.path == f"{units.province.path}.{unit.pk}"
    with pytest.raises(DomainError, match="ST-YT"):
        create(lan, units)


def test_a_unit_is_not_set_up_before_its_parent(lan, units):
    with pytest.raises(DomainError):
        create(lan, units, first_day=date(2019, 12, 31))


def test_a_renamed_unit_keeps_its_old_name_in_history(lan, units):
    rename(lan, units)

    versions = UnitVersion.objects.standing().filter(unit=units.office).order_by("valid")
    assert [(v.name, v.valid.lower, v.valid.upper) for v in versions] == [
        ("Sở Nội vụ", date(2020, 1, 1), DAY),
        ("Sở Nội vụ và Lao động", DAY, None),
    ]
    units.office.refresh_from_db()
    assert units.office.name_plain == "so noi vu va lao dong"


def test_a_change_decided_ahead_comes_into_effect_on_its_day(lan, units):
    rename(lan, units, first_day=date(2027, 1, 1))

    units.office.refresh_from_db()
    assert units.office.name == "Sở Nội vụ"
    assert changes.settle(None, date(2026, 12, 31)) == 0
    assert changes.settle(None, date(2027, 1, 1)) == 1
    units.office.refresh_from_db()
    assert units.office.name == "Sở Nội vụ và Lao động"


def test_changes_are_entered_in_their_order(lan, units):
    rename(lan, units)

    with pytest.raises(DomainError, match="01/03/2026"):
        rename(lan, units, name="Tên khác", first_day=date(2025, 1, 1))


def test_two_changes_of_one_day_make_one_version(lan, units):
    rename(lan, units)

    actions.move(
        unit_id=units.office.pk,
        parent_id=units.finance.pk,
        first_day=DAY,
        basis=BASIS,
        today=TODAY,
        by=lan,
    )

    standing = UnitVersion.objects.on(DAY).get(unit=units.office)
    assert (standing.name, standing.parent) == ("Sở Nội vụ và Lao động", units.finance)
    assert UnitVersion.objects.filter(unit=units.office, voided_at__isnull=False).count() == 1


def test_people_and_grants_follow_the_unit_that_moves(lan, units):
    person = people.add_person(full_name="Nguyễn Văn An", unit=units.planning, source=None)
    grant = Grant.objects.create(
        user=lan, role="unit_head", path=units.planning.path, valid=span(DAY)
    )

    move(lan, units)

    new = f"{units.finance.path}.{units.planning.pk}"
    person.refresh_from_db()
    grant.refresh_from_db()
    units.planning.refresh_from_db()
    assert (units.planning.path, person.home_path, grant.path) == (new, new, new)


def test_a_unit_cannot_stand_under_itself(lan, units):
    for place in (units.office, units.planning):
        with pytest.raises(DomainError):
            move(lan, units, unit_id=units.office.pk, parent_id=place.pk)


def test_a_unit_moves_only_into_a_place_that_is_granted_too(lan, units):
    with pytest.raises(Forbidden):
        move(lan, units, parent_id=units.neighbour.pk)


def test_a_merged_unit_ends_and_what_stood_below_it_moves_on(lan, units):
    _post(units)

    merge(lan, units)

    units.office.refresh_from_db()
    units.planning.refresh_from_db()
    assert units.office.ended_on == DAY
    assert units.planning.parent == units.finance
    assert UnitSuccession.objects.get().after == units.finance
    assert Post.objects.get().voided_at is not None or Post.objects.get().valid.upper == DAY


def test_a_unit_does_not_end_while_people_hold_its_posts(lan, units):
    source = steps.add_source(kind="roster", name="Danh sách", day=DAY)
    post = steps.add_post(
        unit=units.planning, title="Trưởng phòng", first_day=date(2021, 1, 1), source=source
    )
    person = people.add_person(full_name="Trần Thị Bình", unit=units.planning, source=source)
    posting = people.add_posting(
        person=person, post=post, first_day=date(2021, 1, 1), source=source
    )

    with pytest.raises(DomainError, match="1"):
        end(lan, units)
    people.end(posting, on=DAY)
    end(lan, units)

    units.planning.refresh_from_db()
    post.refresh_from_db()
    assert (units.planning.ended_on, post.valid.upper) == (DAY, DAY)


def test_a_unit_does_not_end_while_units_stand_below_it(lan, units):
    with pytest.raises(DomainError):
        end(lan, units, unit_id=units.office.pk)


def test_a_split_that_ends_the_unit_gives_everything_below_a_place(lan, units):
    new = [NewUnit("A", "Sở A"), NewUnit("B", "Sở B")]
    with pytest.raises(DomainError, match="Phòng Kế hoạch"):
        split(lan, units, into=new, ends=True)
    assert not Unit.objects.filter(code="A").exists()

    split(lan, units, into=new, ends=True, below={units.planning.pk: "B"})

    units.planning.refresh_from_db()
    units.office.refresh_from_db()
    assert units.planning.parent.code == "B"
    assert units.office.ended_on == DAY


def test_establishment_follows_establishment(lan, units):
    establish(lan, units)
    establish(lan, units, number=38, first_day=date(2026, 7, 1))

    numbers = [Establishment.objects.on(day).get().number for day in (DAY, date(2026, 7, 1))]
    assert numbers == [40, 38]
    with pytest.raises(DomainError):
        establish(lan, units, number=30, first_day=date(2026, 5, 1))


def test_the_head_of_a_unit_holds_a_leadership_post(lan, units):
    with pytest.raises(DomainError):
        add_post(lan, units, leadership=False)


def test_a_post_keeps_the_seats_that_are_held(lan, units):
    source = steps.add_source(kind="roster", name="Danh sách", day=DAY)
    post = steps.add_post(
        unit=units.office, title="Phó giám đốc", seats=3, first_day=DAY, source=source
    )
    person = people.add_person(full_name="Lê Văn Cường", unit=units.office, source=source)
    people.add_posting(person=person, post=post, seat=2, first_day=DAY, source=source)

    with pytest.raises(DomainError):
        post_actions.change_post(post_id=post.pk, reason="Giảm", seats=1, by=lan)
    with pytest.raises(DomainError):
        post_actions.close_post(post_id=post.pk, on=date(2026, 6, 1), basis=BASIS, by=lan)
    post_actions.change_post(post_id=post.pk, reason="Giảm", seats=2, by=lan)

    post.refresh_from_db()
    assert post.seats == 2
    assert Event.objects.get().what["before"] == {"seats": 3}
