"""The list of cases on paper and as a workbook: what fits, what the viewer may see, no more."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from ngangtam.foundation.kernel.days import today

pytestmark = pytest.mark.django_db


def cells(answer):
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return [str(cell) for row in book.get_sheet_by_index(0).to_python()[1:] for cell in row]


def test_what_fits_is_printed_and_handed_out_as_a_workbook(client, open_case, officer):
    one = open_case(today=today())
    other = open_case(today=today(), title="=1+1")
    client.force_login(officer)
    told = cells(client.get("/cases/export.xlsx"))
    assert one.number in told
    assert "=1+1" in told  # as words, not as a formula
    assert other.number not in cells(client.get(f"/cases/export.xlsx?q={one.number}"))
    page = client.get(f"/cases/print/?q={one.number}").content.decode()
    assert one.number in page
    assert other.number not in page


def test_who_may_not_see_a_case_gets_no_row_of_it(client, open_case, minh, hoa):
    one = open_case(today=today())
    client.force_login(minh)
    assert client.get("/cases/export.xlsx").status_code == 404
    assert client.get("/cases/print/").status_code == 404
    client.force_login(hoa)
    assert one.number not in cells(client.get("/cases/export.xlsx"))
    assert one.number not in client.get("/cases/print/").content.decode()
