"""Whoever has no grant, or keeps the files of another unit, meets nothing of Lan's."""

import pytest

ELSEWHERE = [
    "/people/CB0000001/", "/people/CB0000001/?tab=private", "/people/CB0000001/print/",
    "/people/CB0000001/records/add/", "/people/CB0000001/postings/add/",
    "/law/people/CB0000001/", "/law/standards/appointment.department-director/CB0000001/",
]  # fmt: skip


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("username", ["minh", "hoa"])
def test_a_file_of_another_unit_does_not_exist(visit, username, path):
    assert visit(username).meets_nothing(path)


def test_hoa_finds_her_own_people_and_nobody_else(visit):
    hoa = visit("hoa")

    hoa.go("/people/")

    assert "trong 30" in hoa.text()
    hoa.go("/people/?q=CB0000001")
    assert "CB0000001" not in hoa.text("main table, main .empty")


def test_minh_has_no_list_and_is_told_whom_to_ask(visit):
    assert visit("minh").meets_nothing("/people/")
    assert visit("minh").meets_nothing("/decisions/")
    minh = visit("minh")

    minh.go("/")

    assert minh.page.locator("a[href='/people/'], a[href='/decisions/']").count() == 0
    assert minh.page.locator(".empty").count() == 1


def test_targets_of_another_unit_are_not_answered(visit):
    assert visit("hoa").meets_nothing("/targets/?unit=SG.UB.SNV")
    assert visit("minh").meets_nothing("/targets/?unit=SG")


def test_the_law_is_open_to_everybody_who_signs_in(visit):
    minh = visit("minh")

    assert minh.go("/law/").status == 200
    assert minh.go("/law/parameters/").status == 200
    assert minh.go("/law/standards/appointment.department-director/").status == 200
    assert "CB00" not in minh.text()


def test_an_inspector_reads_and_changes_nothing(visit):
    inspector = visit("thanhtra")

    assert inspector.go("/people/CB0000001/").status == 200
    assert inspector.page.get_by_role("link", name="Thêm thông tin").count() == 0
    assert inspector.meets_nothing("/people/CB0000001/records/add/training/")
