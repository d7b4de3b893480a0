"""Areas of the demonstration are told apart from the country's."""

from datetime import date

from django.urls import reverse

from ngangtam.foundation.kernel.models import span
from ngangtam.records.organisation.areas import queries
from ngangtam.records.organisation.models import Area, Level

DAY = date(2026, 1, 1)


def test_areas_of_the_demonstration_are_counted_apart(client, lan, soup):
    for code, name in (("01", "Thành phố Hà Nội"), ("S0", "Tỉnh Sông Thanh")):
        Area.objects.create(
            code=code, level=Level.PROVINCE, kind="province", name=name, name_plain=name.lower(),
            valid=span(date(2025, 7, 1)),
        )  # fmt: skip

    counts = queries.counts_on(DAY)
    client.force_login(lan)
    page = soup(client.get(reverse("area-list"), {"day": "01/01/2026"}))

    assert (counts.provinces, counts.communes, counts.invented) == (1, 0, 1)
    marked = [row for row in page.select("#area-table tbody tr") if row.select_one(".badge")]
    assert ["Sông Thanh" in row.text for row in marked] == [True]
