"""The units of Lan's province: an office with a room under it, and a second office."""

from dataclasses import dataclass
from datetime import date

import pytest

from ngangtam.records.organisation import steps
from ngangtam.records.organisation.models import Unit


@dataclass
class Province:
    """The units, by the name that tests call them."""

    province: Unit
    office: Unit
    finance: Unit
    planning: Unit
    neighbour: Unit


@pytest.fixture
def units(lan_province, lan_department, hoa_province, source):
    def make(code, name, parent, **more):
        return steps.add_unit(
            code=code, name=name, parent=parent, first_day=date(2020, 1, 1), source=source, **more
        )

    return Province(
        province=lan_province,
        office=lan_department,
        finance=make("T1.TC", "Sở Tài chính", lan_province, position=1),
        planning=make("T1.NV.KH", "Phòng Kế hoạch", lan_department),
        neighbour=hoa_province,
    )
