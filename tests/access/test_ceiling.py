"""The secrecy ceiling: what a deployment may not hold is refused, with the text that says so."""

from datetime import date

import pytest
from django.urls import reverse
from paged_rosters import csv_file

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.intake.models import Row
from ngangtam.records.organisation import post_actions, secrecy, steps
from ngangtam.records.organisation.changes import Basis
from ngangtam.records.organisation.models import Post
from ngangtam.records.personnel import actions
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.actions import Basis as FileBasis
from ngangtam.records.personnel.models import Person

TODAY = date(2026, 11, 1)
HEAD = "STT,Họ và tên,Ngày sinh,Diện quản lý,Đơn vị công tác\n"
TOP = "1,Nguyễn Văn Trung Ương,01/01/1960,Bộ Chính trị,Tỉnh ủy\n"
PLAIN = "2,Trần Thị Địa Phương,01/01/1980,Ban Thường vụ Tỉnh ủy,Văn phòng Ban Bí thư\n"


@pytest.mark.parametrize("manager", ["politburo", "secretariat"])
def test_a_normal_deployment_holds_no_files_of_centrally_managed_officials(manager):
    found = secrecy.above(manager, TODAY)

    assert found is not None
    assert (found.level, found.ceiling) == ("top_secret", "none")
    assert "2500/QĐ-TTg" in found.reason


@pytest.mark.parametrize("manager", ["", "body", "commune_committee", "province_committee"])
def test_everybody_else_may_be_held(manager):
    assert secrecy.above(manager, TODAY) is None


def test_an_operator_with_a_higher_level_says_so(settings):
    settings.NGANGTAM_SECRECY = "top_secret"

    assert secrecy.above("politburo", TODAY) is None
    assert secrecy.ceiling(TODAY).set_here


@pytest.mark.parametrize("said", ["secret", "nonsense"])
def test_a_lower_level_or_a_wrong_word_opens_nothing(said, settings):
    settings.NGANGTAM_SECRECY = said

    assert secrecy.above("politburo", TODAY) is not None


def test_before_the_decision_was_in_force_the_rulebook_is_silent():
    assert secrecy.above("politburo", date(2025, 11, 16)) is None


def test_a_post_of_that_kind_is_refused_with_the_reason(lan, lan_department):
    with pytest.raises(DomainError) as refused:
        post_actions.add_post(
            unit_id=lan_department.pk, title="Ủy viên", first_day=date(2026, 1, 1),
            basis=Basis(source="Tờ trình"), by=lan, managed_by="politburo",
        )  # fmt: skip

    assert "2500/QĐ-TTg" in refused.value.messages[0]
    assert not Post.objects.exists()


def test_a_post_is_not_changed_into_one_either(lan, lan_department, source):
    post = steps.add_post(
        unit=lan_department, title="Ủy viên", first_day=date(2026, 1, 1), source=source
    )

    with pytest.raises(DomainError):
        post_actions.change_post(post_id=post.pk, reason="x", by=lan, managed_by="secretariat")


def test_nobody_is_put_into_such_a_post(lan, lan_department, source):
    post = steps.add_post(
        unit=lan_department, title="Ủy viên", first_day=date(2026, 1, 1), source=source,
        managed_by="politburo",
    )  # fmt: skip
    person = personnel.add_person(full_name="Ngô Văn Bình", unit=lan_department, source=source)

    with pytest.raises(DomainError):
        actions.add_posting(
            person_id=person.pk, post_id=post.pk, seat=1, first_day=date(2026, 2, 1), until=None,
            main=True, basis=FileBasis(source="Tờ trình"), today=TODAY,
            by=User.objects.get(pk=lan.pk),
        )  # fmt: skip
    assert not person.postings.exists()


@pytest.mark.parametrize("row", [TOP, TOP.replace("Bộ Chính trị", "Thuộc diện BBT quản lý")])
def test_a_roster_with_such_a_row_is_refused_whole(row, checked, client):
    batch = checked(csv_file(HEAD + PLAIN + row))
    page = client.get(reverse("batch-detail", args=[batch.pk])).content.decode()

    assert batch.state == "failed"
    assert "2500/QĐ-TTg" in page
    assert not Row.objects.exists()
    assert not Person.objects.exists()


def test_where_somebody_works_says_nothing_of_who_manages_them(checked):
    assert checked(csv_file(HEAD + PLAIN)).state == "checked"


def test_everybody_reads_how_high_the_ceiling_is(minh, client):
    client.force_login(minh)

    page = client.get(reverse("role-list")).content.decode()

    assert "331/2026/NĐ-CP" in page
