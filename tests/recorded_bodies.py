"""A small recorded body with every kind of record, for tests that count what is recorded."""

from datetime import date
from random import Random

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.law.engine import rulebook
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel


def codes(catalogue):
    return [entry.code for entry in rulebook().catalogues[catalogue]]


def populate(source, root, seed=7, people=60):
    """A small body with every kind of record, some of them over, voided or yet to come."""
    draw = Random(seed)
    units = [root]
    for number in range(12):
        units.append(
            organisation.add_unit(
                code=f"Z{number}", name=f"Đơn vị {number}", parent=draw.choice(units),
                kind=draw.choice(["party_committee", "department", "body"]),
                first_day=date(2020, 1, 1), source=source,
            )
        )  # fmt: skip
    posts = [
        organisation.add_post(
            unit=draw.choice(units), title=f"Chức vụ {number}", first_day=date(2020, 1, 1),
            seats=None, leadership=number % 2 == 0, head=number % 4 == 0,
            title_kind=draw.choice(["secretary", "professional", "no_such_code"]),
            committee_member=draw.random() < 0.3, managed_by=draw.choice(["", "politburo"]),
            source=source,
        )
        for number in range(30)
    ]  # fmt: skip
    for number in range(people):
        add_somebody(draw, source, posts, units[0], number)
    return units


def some_day(draw, first=2015, last=2027):
    return date(draw.randint(first, last), draw.randint(1, 12), draw.randint(1, 28))


def add_somebody(draw, source, posts, unit, number):
    person = personnel.add_person(
        full_name=f"Người Thử {number}", unit=unit, source=source,
        birth=draw.choice([None, PartialDate("1980", date(1980, 1, 1), "year"),
                           PartialDate("x", some_day(draw, 1960, 2000), "day")]),
        gender=draw.choice(["", "male", "female"]), ethnicity=draw.choice(["", "kinh", "tay"]),
        religion=draw.choice(["", "none", "catholic"]),
    )  # fmt: skip
    since = some_day(draw, 2018, 2025)
    for place, post in enumerate(draw.sample(posts, draw.randint(1, 3))):
        personnel.add_posting(
            person=person, post=post, first_day=since, main=place == 0, seat=number + 1,
            until=draw.choice([None, None, date(2026, 3, 1)]), source=source,
        )  # fmt: skip
    for kind, catalogue, detail in (
        ("education", "degree", {}), ("theory", "political_theory", {"exact": "advanced"}),
        ("language", "language_level", {"international": draw.random() < 0.5}),
        ("rating", "rating", {"year": draw.randint(2021, 2025)}),
        ("rating", "rating", {"year": draw.randint(2021, 2025)}),
        ("discipline", "discipline", {}), ("state_management", "state_management", {}),
        ("rank", "rank_group", {}), ("plan", "", {"higher": draw.random() < 0.5}),
        ("party", "", {"official": "2016-01-05"}), ("declaration", "", {"year": 2025}),
        ("elected_term", "", {"count": 2, "previous": True}), ("service", "", {}),
        ("political_conclusion", "", {}),
        *(("rating_quarter", "rating", {"period": f"2025-Q{draw.randint(1, 4)}"}) for _ in "123"),
        *(("rating_month", "rating", {"period": f"2026-0{draw.randint(1, 5)}"}) for _ in "12"),
    ):  # fmt: skip
        for _ in range(draw.choice([0, 1, 1, 2])):
            first = some_day(draw)
            code = draw.choice([*codes(catalogue), ""]) if catalogue else word_of(draw, kind)
            record = personnel.add_record(
                person=person, kind=kind, first_day=first, code=code, detail=detail,
                until=draw.choice([None, None, date(first.year + 2, 1, 1)]), source=source,
            )  # fmt: skip
            if draw.random() < 0.1:
                personnel.void(record, by="thử", reason="thử")


def word_of(draw, kind):
    return {
        "party": draw.choice(["member", "none"]),
        "political_conclusion": draw.choice(["fit", "unfit"]),
    }.get(kind, "")
