from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.roles import ROLES, Permission
from ngangtam.foundation.access.rules import may, require, scopes
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import Forbidden


def test_a_grant_reaches_everything_below_its_unit(lan, lan_department):
    assert may(lan, Permission.PERSON_CHANGE, lan_department.path)


def test_a_grant_does_not_reach_beside_its_unit(lan, hoa_province):
    assert not may(lan, Permission.PERSON_CHANGE, hoa_province.path)


def test_a_path_that_only_begins_alike_is_another_place(lan, lan_province):
    assert not may(lan, Permission.PERSON_VIEW, f"{lan_province.path}9")


def test_minh_may_nothing(minh, lan_province):
    with pytest.raises(Forbidden):
        require(minh, Permission.PERSON_VIEW, lan_province.path)


def test_a_grant_ends(lan):
    Grant.objects.filter(user=lan).update(valid=span(date(2020, 1, 1), date(2021, 1, 1)))

    assert scopes(lan, Permission.PERSON_VIEW) == []


def test_nobody_grants_to_themselves(lan, lan_province):
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=lan, given_by=lan, role="inspector", path=lan_province.path,
            valid=span(date(2020, 1, 1)),
        )  # fmt: skip


def test_the_administrator_cannot_read_files():
    assert (
        not {Permission.PERSON_VIEW, Permission.PERSON_CHANGE} & ROLES["administrator"].permissions
    )
