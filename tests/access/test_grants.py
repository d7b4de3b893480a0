"""Two persons for every role that matters, in the code and in the database."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from conftest import _user
from ngangtam.foundation.access import actions, steps
from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.queries import grants_for, state_of, waiting_for
from ngangtam.foundation.access.roles import GRANTABLE, ROLES, Permission
from ngangtam.foundation.access.rules import may, scopes
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden

DAY = date(2020, 1, 1)


@pytest.fixture
def head(lan_province):
    return _user("thu-truong", "Bùi Văn Trưởng", "unit_head", lan_province)


@pytest.fixture
def administrator(root):
    return _user("quan-tri", "Đỗ Quang Trị", "administrator", root)


def give(by, user, unit, role="personnel_officer", **changes):
    values = {
        "user_id": user.pk, "role": role, "path": str(unit.path), "unit_label": unit.name,
        "first_day": DAY, "until": None, "reason": "Phân công theo QĐ 12", "by": by,
    } | changes  # fmt: skip
    return actions.give(**values)


def _fresh(user):
    return User.objects.get(pk=user.pk)


def _scopes_in_database(user, verb):
    with seen_by(user.pk), connection.cursor() as cursor:
        cursor.execute("select ngangtam_scopes(%s)::text[]", [verb])
        return cursor.fetchone()[0]


def _can(user, unit, verb=Permission.PERSON_VIEW):
    """What both walls say; they must say the same."""
    held, walled = scopes(_fresh(user), verb), _scopes_in_database(user, verb)
    assert held == sorted(walled)
    return str(unit.path) in held


def test_a_role_that_waits_confers_nothing_in_either_wall(lan, minh, lan_province):
    grant = give(lan, minh, lan_province)

    assert grant.waiting
    assert state_of(grant, today()) == "waiting"
    assert not _can(minh, lan_province)


def test_a_confirmed_role_confers_in_both_walls(lan, minh, head, lan_province):
    grant = give(lan, minh, lan_province)

    actions.confirm(grant_id=grant.pk, by=head)

    assert _can(minh, lan_province)
    grant.refresh_from_db()
    assert (grant.given_by, grant.confirmed_by) == (lan, head)
    assert list(Event.objects.order_by("id").values_list("type", flat=True)) == [
        "grant.given", "grant.confirmed",
    ]  # fmt: skip


def test_seeing_statistics_alone_takes_one_person(lan, minh, lan_province):
    assert not give(lan, minh, lan_province, role="supervisor").waiting
    assert _can(minh, lan_province, Permission.TARGET_VIEW)


def test_every_role_that_opens_files_or_changes_anything_takes_two():
    assert {role.id for role in GRANTABLE if not role.guarded} == {"supervisor"}


def test_nobody_gives_a_role_to_themselves(lan, lan_province):
    with pytest.raises(DomainError):
        give(lan, lan, lan_province, role="inspector")
    assert not Event.objects.exists()


def test_nobody_confirms_their_own_role_nor_what_they_gave(lan, minh, head, lan_province):
    both = _user("ca-hai", "Cao Thị Hai", "unit_head", lan_province)
    steps.lay_down(
        user=both, role="personnel_officer", path=str(lan_province.path), unit_label="",
        first_day=DAY,
    )  # fmt: skip
    own, given = give(lan, both, lan_province, role="inspector"), give(both, minh, lan_province)

    for grant in (own, given):
        with pytest.raises(DomainError):
            actions.confirm(grant_id=grant.pk, by=both)
    assert Grant.objects.filter(waiting=True).count() == 2


def test_who_may_not_give_there_is_refused(minh, hoa, head, lan, lan_province):
    for wrong in (minh, hoa, head):
        with pytest.raises(Forbidden):
            give(wrong, lan, lan_province, role="inspector")


def test_who_may_not_confirm_there_is_refused(minh, hoa, lan, administrator, lan_province):
    grant = give(lan, minh, lan_province)

    for wrong in (hoa, administrator, _user("la", "Người Lạ")):
        with pytest.raises(Forbidden):
            actions.confirm(grant_id=grant.pk, by=wrong)
    assert not _can(minh, lan_province)


def test_two_administrators_and_a_friend_open_no_file(administrator, minh, root):
    """Administrators prepare grants and cannot confirm: their own circle never suffices."""
    second = _user("quan-tri-2", "Ngô Thị Hai", "administrator", root)
    grant = give(administrator, minh, root, role="inspector")
    helper = give(administrator, second, root, role="unit_head")

    for one in (grant, helper):
        for by in (administrator, second, minh):
            with pytest.raises((Forbidden, DomainError)):
                actions.confirm(grant_id=one.pk, by=by)
    assert not _can(minh, root)
    assert not _can(second, root)


def test_a_refused_role_never_takes_effect(lan, minh, head, lan_province):
    grant = give(lan, minh, lan_province)

    actions.refuse(grant_id=grant.pk, reason="Không đúng vị trí việc làm", by=head)

    grant.refresh_from_db()
    assert state_of(grant, today()) == "refused"
    assert not _can(minh, lan_province)
    with pytest.raises(DomainError):
        actions.confirm(grant_id=grant.pk, by=head)


def test_the_giver_alone_withdraws(lan, minh, head, lan_province):
    grant = give(lan, minh, lan_province)

    with pytest.raises(Forbidden):
        actions.withdraw(grant_id=grant.pk, reason="x", by=head)
    actions.withdraw(grant_id=grant.pk, reason="Nhầm người", by=lan)

    grant.refresh_from_db()
    assert state_of(grant, today()) == "withdrawn"


def test_a_role_that_is_ended_stops_today(lan, minh, head, lan_province):
    grant = give(lan, minh, lan_province)
    actions.confirm(grant_id=grant.pk, by=head)

    actions.end(grant_id=grant.pk, on=today(), reason="Chuyển công tác", by=lan)

    grant.refresh_from_db()
    assert not _can(minh, lan_province)
    assert (state_of(grant, today()), grant.valid.upper) == ("ended", today())


def test_hoa_ends_nothing_of_lans(lan, minh, hoa, head, lan_province):
    grant = give(lan, minh, lan_province)
    actions.confirm(grant_id=grant.pk, by=head)

    with pytest.raises(Forbidden):
        actions.end(grant_id=grant.pk, on=today(), reason="x", by=hoa)
    assert _can(minh, lan_province)


def test_nothing_is_kept_when_the_audit_cannot_be_written(lan, minh, lan_province, monkeypatch):
    def full_disk(*_, **__):
        raise OSError("the disk is full")

    monkeypatch.setattr(actions, "record", full_disk)
    with pytest.raises(OSError, match="full"):
        give(lan, minh, lan_province)
    assert not Grant.objects.filter(user=minh).exists()


@pytest.mark.parametrize("changes", [
    {"role": "official"}, {"role": "king"}, {"reason": " "}, {"until": DAY},
])  # fmt: skip
def test_what_makes_no_sense_is_refused(changes, lan, minh, lan_province):
    with pytest.raises(DomainError):
        give(lan, minh, lan_province, **changes)


def test_the_same_role_twice_is_refused(lan, minh, lan_province):
    give(lan, minh, lan_province)

    with pytest.raises(DomainError):
        give(lan, minh, lan_province)


def test_a_review_keeps_roles_of_others(lan, minh, head, lan_province):
    grant = give(lan, minh, lan_province)
    actions.confirm(grant_id=grant.pk, by=head)

    assert actions.keep(grant_ids=[grant.pk], by=lan) == 1

    grant.refresh_from_db()
    assert grant.kept_by == lan
    assert Event.objects.filter(type="grant.kept").count() == 1
    with pytest.raises(DomainError):
        actions.keep(grant_ids=[grant.pk], by=minh)


def test_the_list_holds_what_is_within_reach(lan, minh, hoa, head, lan_province, hoa_province):
    grant = give(lan, minh, lan_province)

    assert grant in grants_for(lan)
    assert grant in grants_for(head)
    assert grant in grants_for(minh)
    assert grant not in grants_for(hoa)
    assert list(waiting_for(head)) == [grant]
    assert not waiting_for(lan).exists()
    assert not waiting_for(minh).exists()


# --- the database alone, whatever the code above it would do ---------------------------------


def _sql(viewer, sql, *values):
    with seen_by(viewer.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


GIVE = "select ngangtam_grant_give(%s, %s, %s, %s::ltree, '', '[2020-01-01,)', 'x')"


def test_the_web_role_gives_and_confirms_only_through_the_functions(lan, minh, head, lan_province):
    [(pk,)] = _sql(lan, GIVE, lan.pk, minh.pk, "inspector", lan_province.path)
    assert not _can(minh, lan_province)

    _sql(head, "select ngangtam_grant_confirm(%s, %s)", head.pk, pk)
    assert _can(minh, lan_province)


@pytest.mark.parametrize("who", ["lan", "minh", "hoa", "head"])
def test_the_database_refuses_grants_to_oneself_and_out_of_reach(who, request, lan_province):
    people = {name: request.getfixturevalue(name) for name in ("lan", "minh", "hoa", "head")}
    viewer = people[who]

    with pytest.raises(ProgrammingError):
        _sql(viewer, GIVE, viewer.pk, viewer.pk, "inspector", lan_province.path)
    if who != "lan":
        with pytest.raises(ProgrammingError):
            _sql(viewer, GIVE, viewer.pk, people["lan"].pk, "inspector", lan_province.path)


def test_the_database_refuses_a_borrowed_name(lan, minh, head, lan_province):
    with pytest.raises(ProgrammingError):
        _sql(minh, GIVE, lan.pk, minh.pk, "inspector", lan_province.path)
    grant = give(lan, minh, lan_province)
    for viewer, claimed in ((minh, head), (minh, minh), (lan, lan), (lan, head)):
        with pytest.raises(ProgrammingError):
            _sql(viewer, "select ngangtam_grant_confirm(%s, %s)", claimed.pk, grant.pk)
    assert not _can(minh, lan_province)


@pytest.mark.parametrize("sql", [
    "update access_grant set waiting = false",
    "update access_rolepermission set guarded = false",
    "insert into access_rolepermission (role, permission, guarded) values ('supervisor', "
    "'person.view', false)",
    "select ngangtam_holds(1, 'person.view', '1')",
    "delete from access_reading",
    "update access_reading set purpose = ''",
])  # fmt: skip
def test_the_web_role_cannot_write_around_it(sql, lan, minh, lan_province):
    give(lan, minh, lan_province)

    with pytest.raises(ProgrammingError):
        _sql(lan, sql)
    assert not _can(minh, lan_province)


def test_minh_reads_no_grant_of_others_by_sql(lan, minh, hoa, head):
    assert _sql(minh, "select id from access_grant") == []
    assert {row[0] for row in _sql(hoa, "select user_id from access_grant")} == {hoa.pk}
    assert {row[0] for row in _sql(lan, "select user_id from access_grant")} == {lan.pk, head.pk}


def test_not_even_the_owner_lays_down_a_guarded_role_on_one_word(lan, minh, lan_province):
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=minh, given_by=lan, role="inspector", path=lan_province.path,
            valid=steps.span(DAY),
        )  # fmt: skip


def test_a_stranger_to_the_roles_is_asked_nothing(minh):
    assert not may(minh, Permission.GRANT_GIVE)
    assert "official" in ROLES
