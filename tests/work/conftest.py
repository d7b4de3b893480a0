"""A department with a head and two officials, each with an account; a province above it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assigned_work import link, make_person
from conftest import _user
from made_files import PDF, home
from ngangtam.foundation.files import steps as files
from ngangtam.stages.work import actions_plan, actions_products, closing
from ngangtam.stages.work.actions_products import Ware
from ngangtam.stages.work.values import Work

__all__ = ["home"]


@pytest.fixture(autouse=True)
def _own_store(home):
    return home


@pytest.fixture(autouse=True)
def _nothing_closed():
    """Every month is open, whatever room above closes months, unless a test says otherwise."""
    kept = list(closing._asked)
    closing._asked.clear()
    yield
    closing._asked[:] = kept


@pytest.fixture
def close_month():
    """Close a month as a room above does."""
    shut = set()
    closing.say_what_is_closed(lambda _path, month: "đã khóa" if month in shut else "")
    return shut.add


@pytest.fixture
def person(lan_department, source):
    return make_person("Nguyễn Thị Bình", lan_department, source)


@pytest.fixture
def other(lan_department, source):
    return make_person("Đặng Văn An", lan_department, source)


@pytest.fixture
def director(lan_department, source):
    return make_person("Hồ Thị Giang", lan_department, source, head=True, title="Giám đốc Sở")


@pytest.fixture
def binh(person):
    return link("binh", "Nguyễn Thị Bình", person)


@pytest.fixture
def an(other):
    return link("an", "Đặng Văn An", other)


@pytest.fixture
def giang(director, lan_department):
    """The head of the department, who has work of her own too."""
    return link("giang", "Hồ Thị Giang", director, "unit_head", lan_department)


@pytest.fixture
def pho(lan_department, source):
    """A deputy with the same grant over the same department."""
    row = make_person("Mai Văn Phó", lan_department, source, title="Phó Giám đốc Sở")
    return link("pho", "Mai Văn Phó", row, "unit_head", lan_department)


@pytest.fixture
def chair(lan_province):
    """Who leads the whole province."""
    return _user("chu-tich", "Hà Văn Trưởng", "unit_head", lan_province)


@pytest.fixture
def product(lan_province, chair):
    return actions_products.add_product(
        unit_id=lan_province.pk, by=chair,
        ware=Ware("BC", "Báo cáo", "báo cáo", Decimal("1.5"), date(2026, 1, 1)),
    )  # fmt: skip


@pytest.fixture
def work(person, product):
    """What is given to Bình, changed as a test likes."""

    def make(**given):
        given = {
            "title": "Báo cáo tháng", "due": date(2026, 3, 15), "quantity": Decimal(4),
            "person_id": person.pk, "product_id": product.pk, **given,
        }  # fmt: skip
        return Work(**given)

    return make


@pytest.fixture
def task(work, lan_department, giang):
    return actions_plan.assign(unit_id=lan_department.pk, work=work(), by=giang)


@pytest.fixture
def plan_task(lan_department, giang, product):
    """A task of the plan of the department, nobody's yet."""
    return actions_plan.plan(
        unit_id=lan_department.pk, by=giang,
        work=Work("Rà soát hồ sơ", date(2026, 3, 31), quantity=Decimal(10),
                  product_id=product.pk, origin="Nghị quyết 1, mục II"),
    )  # fmt: skip


@pytest.fixture
def proof():
    return lambda name="Báo cáo.pdf", data=PDF: files.check(SimpleUploadedFile(name, data))
