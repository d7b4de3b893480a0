"""The personnel of a committee in the browser: numbers, who qualifies, the balance, the election.

Refusals come where they would: numbers beyond the law, somebody too old, a list without its
surplus, the keeper's own approval. The decision of the case seats those elected.
"""

import re
import time
from datetime import date

import pytest
from screens import PHONE
from walking import Walk

TODAY = f"{date.today():%d/%m/%Y}"
COMMITTEES = ("SG.X05.DU", "SG.X06.DU", "SG.X02.DU", "SG.X08.DU")
SEATS, LISTED = 10, 11


@pytest.fixture
def walk(visit):
    return Walk(visit)


class Committee:
    """One structure plan in the hands of who keeps it and who approves it."""

    def __init__(self, walk, unit, **numbers):
        self.walk, self.unit = walk, unit
        office = walk.at("lan", "/committees/open/")
        told = {"unit": unit, "term": f"2025–2030, lần {time.time_ns() % 10**9}",
                "seats": SEATS, "standing": 9, "deputies": 2, "merged": 1, **numbers}  # fmt: skip
        walk.fill(office, told)
        walk.submit(office)
        self.path = office.page.url.removeprefix(office.url)
        assert re.fullmatch(r"/committees/\d+/", self.path), office.text()

    def at(self, who="lan", more=""):
        return self.walk.at(who, self.path + more)

    def send(self, who, more, **told):
        screen = self.at(who, more)
        self.walk.fill(screen, told)
        self.walk.submit(screen)
        return screen

    def found(self, kind="again", words=""):
        """Return (address, what the rules say) of the people offered."""
        rows = self.at("lan", f"candidates/?kind={kind}&q={words}").page.locator(
            "main tbody tr[data-nt-row]"
        )
        return [
            (str(rows.nth(at).locator("a").first.get_attribute("href")), rows.nth(at).inner_text())
            for at in range(rows.count())
        ]

    def add(self, address):
        office = self.walk.at("lan", address)
        self.walk.fill(office, {"judgement": "Cấp ủy đã xem xét, thống nhất"})
        self.walk.submit(office)
        assert office.page.url.endswith(self.path), office.text()

    def refused(self, office):
        """Return what a form refuses; the browser notes the answer 422 and nothing else."""
        office.complaints[:] = [text for text in office.complaints if "422" not in text]
        return " ".join(office.page.locator("main .form-errors").first.inner_text().split())

    def row(self, who, words):
        return self.at(who).page.locator("main tbody tr").filter(has_text=words).first.inner_text()


@pytest.mark.whole
def test_a_committee_from_its_numbers_to_the_seats(walk, visit):
    one = Committee(walk, COMMITTEES[0])
    people = [address for address, said in one.found() if "Không đạt" not in said]
    assert len(people) >= LISTED, "the demo commune has leaders enough"
    for address in people[:SEATS]:
        one.add(address)

    # As many as seats: the rule wants a surplus of 10 to 15 percent.
    assert "Không đạt" in one.row("lan", "Số dư do cấp ủy triệu tập")
    one.add(people[SEATS])
    assert "Không đạt" not in one.row("lan", "Số dư do cấp ủy triệu tập")
    assert "190-QĐ/TW" in one.row("lan", "Số dư do cấp ủy triệu tập")

    # The balance: what the authority set is measured, what nobody set is not judged.
    assert "chưa được xác nhận" in one.row("lan", "Ba độ tuổi")
    one.send("uyvien", "figures/", women_percent=15, young_percent=10, young_under=40,
             band_width=8, basis="Kế hoạch 18-KH/TU")  # fmt: skip
    assert "Kế hoạch 18-KH/TU" in one.row("lan", "Nữ")
    assert "dưới 40" in one.row("lan", "Ba độ tuổi")
    assert "26-NQ/TW" in one.at().text(), "targets of the resolutions stand beside"

    # Approved by somebody else; then nothing in it changes any more.
    keeper = visit("lan")
    assert keeper.meets_nothing(one.path + "approve/")
    one.send("uyvien", "approve/", document="45-TB/TU", day=TODAY)
    assert "đã phê duyệt" in one.at().text()
    assert keeper.meets_nothing(one.path + "candidates/")

    # The congress votes, the level above confirms; that decision gives the seats.
    office = one.at("lan", "election/")
    walk.submit(office)
    case = office.page.url.removeprefix(office.url)
    votes = {"seats": SEATS, "max_choices": SEATS, "votes": [21] * SEATS + [3]}
    walk.carry(case, until="confirm", answers={"election": votes})
    assert "không trúng cử" not in one.at().text()
    walk.carry(case)

    said = one.at().text()
    assert "Cấp ủy đã bầu xong" in said
    badges = one.at().page.locator("main tbody tr").filter(has_text="không trúng cử")
    assert badges.count() == LISTED - SEATS
    winner = re.search(r"CB\d+", people[0]).group()
    file = walk.at("lan", f"/people/{winner}/")
    assert "Ủy viên Ban Chấp hành" in file.text()


def test_numbers_beyond_the_law_are_shown_and_not_approved(walk):
    one = Committee(walk, COMMITTEES[1], seats=40)
    assert "Không đạt" in one.row("lan", "Số lượng cấp ủy viên")
    people = [address for address, said in one.found() if "Không đạt" not in said]
    one.add(people[0])

    office = one.send("uyvien", "approve/", document="46-TB/TU", day=TODAY)
    assert "nhiều nhất 27" in one.refused(office)

    one.send("lan", "numbers/", seats=27)
    assert "Không đạt" not in one.row("lan", "Số lượng cấp ủy viên")


def test_who_is_too_old_cannot_stand_and_reads_why(walk):
    one = Committee(walk, COMMITTEES[2])
    refused = [address for address, said in one.found("first") if "Không đạt" in said]
    assert refused, "somebody in the demo commune is near retirement"
    office = walk.at("lan", refused[0])
    assert "60" in office.text()
    assert "45-CT/TW" in office.text()

    walk.fill(office, {"judgement": "Đã xem xét"})
    walk.submit(office)

    assert "60" in one.refused(office)
    assert (
        not one.at()
        .page.locator("main")
        .get_by_text(re.search(r"CB\d+", refused[0]).group())
        .count()
    )


def test_somebody_from_outside_the_list_needs_the_delegates(walk):
    one = Committee(walk, COMMITTEES[3])
    (address, _said), *_rest = [row for row in one.found() if "Không đạt" not in row[1]]
    office = walk.at("lan", address)
    told = {"outside": True, "present": 100, "judgement": "Đại hội giới thiệu thêm"}
    walk.fill(office, {**told, "support": 30})
    walk.submit(office)
    assert "30 %" in one.refused(office), "exactly 30 % is not more"

    walk.fill(office, {**told, "support": 31})
    walk.submit(office)
    assert "31" in one.row("lan", re.search(r"CB\d+", address).group())


def test_the_pages_of_a_committee_fit_a_phone(walk, visit):
    one = Committee(walk, COMMITTEES[1])
    phone = visit("lan", size=PHONE)
    for more in ("", "candidates/", "numbers/"):
        phone.go(one.path + more)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
