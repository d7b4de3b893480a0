"""A province whose council votes, and a department whose leaders are voted on by its people."""

from datetime import date

import pytest

from conftest import _unit, _user
from ngangtam.foundation.audit.steps import accounted
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.ballots import actions as ballots
from ngangtam.stages.ballots import keys, marking, receipts, standing
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.confidence import actions
from ngangtam.stages.confidence.actions import RoundValues
from ngangtam.stages.procedure.models import Case, CaseSubject

TODAY = date(2028, 10, 2)
DAY = date(2028, 12, 6)
HIGH, LOW = "high", "low"
PAPERS = [
    ("db-0", {"chu-tich": HIGH, "pho": LOW, "ban": LOW}),
    ("db-1", {"chu-tich": HIGH, "pho": LOW, "ban": LOW}),
    ("db-2", {"chu-tich": "trust", "pho": LOW, "ban": "trust"}),
    ("db-3", {"chu-tich": HIGH, "pho": LOW, "ban": LOW}),
    ("db-4", {"chu-tich": LOW, "pho": "trust", "ban": HIGH}),
]


class Town:
    """People by key, their accounts, and everything that a vote needs."""

    papers = PAPERS

    def __init__(self):
        self.people, self.users, self.posts, self.words = {}, {}, {}, {}
        self.source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
        root = organisation.root_unit()
        self.province = _unit("T1", "Tỉnh Sông Thanh", root, self.source)
        self.department = _unit("T1.NV", "Sở Nội vụ", self.province, self.source)
        self._posts()
        self._people()
        steps.refresh([row.pk for row in self.people.values()], day=TODAY)
        for row in self.people.values():
            row.refresh_from_db()
        self.lan = _user("lan", "Trần Thị Lan", "personnel_officer", self.province)
        self.truong = _user("truong", "Hà Văn Trưởng", "unit_head", self.province)
        hoa = _unit("T2", "Tỉnh Núi Xanh", root, self.source)
        self.hoa = _user("hoa", "Phạm Thị Hoa", "personnel_officer", hoa)
        self.minh = _user("minh", "Lê Văn Minh")

    def _post(self, key, unit, title, **more):
        values = {"seats": None, "first_day": date(2020, 1, 1), "source": self.source, **more}
        self.posts[key] = organisation.add_post(unit=unit, title=title, **values)

    def _posts(self):
        lead = {"leadership": True, "regime": "elected"}
        self._post("chair", self.province, "Chủ tịch HĐND", title_kind="council_chair", **lead)
        self._post(
            "vice", self.province, "Phó Chủ tịch HĐND", title_kind="council_vice_chair", **lead
        )
        self._post(
            "board", self.province, "Trưởng ban HĐND", title_kind="council_board_head", **lead
        )
        self._post("people", self.province, "Chủ tịch UBND",
                   title_kind="people_committee_chair", **lead)  # fmt: skip
        self._post("deputy", self.province, "Đại biểu HĐND", title_kind="council_deputy",
                   regime="elected", deputy_elected=True)  # fmt: skip
        self._post("director", self.department, "Giám đốc Sở", head=True, leadership=True)
        self._post("assistant", self.department, "Phó Giám đốc Sở", leadership=True)
        self._post("official", self.department, "Chuyên viên")

    def person(self, key, name, post, first=date(2021, 5, 1), **more):
        unit = self.posts[post].unit
        row = self.people.get(key) or steps.add_person(
            full_name=name, unit=unit, source=self.source
        )
        self.hold(row, post, first, **more)
        if key not in self.people:
            self.users[key] = _user(key, name)
            Account.objects.create(user=self.users[key], person=row, state="linked")
        self.people[key] = row
        return row

    def hold(self, row, post, first, **more):
        steps.add_posting(
            person=row, post=self.posts[post], first_day=first, source=self.source, **more
        )

    def _people(self):
        self.person("chu-tich", "Phan Văn Chủ", "chair")
        self.person("pho", "Lý Thị Phó", "vice")
        self.person("pho", "Lý Thị Phó", "board", main=False)
        self.person("moi", "Mạc Văn Mới", "people", date(2028, 3, 1))
        # A second term in the same post is no new post.
        self.person("ban", "Hồ Thị Ban", "board", date(2021, 5, 1), until=date(2028, 2, 1))
        self.hold(self.people["ban"], "board", date(2028, 2, 1))
        for number in range(6):
            self.person(f"db-{number}", f"Đại Biểu {'ABCDEF'[number]}", "deputy")
        self.person("giam-doc", "Đào Thị Giám", "director")
        self.person("pho-gd", "Vũ Văn Trợ", "assistant", date(2028, 1, 10))
        for number in range(7):
            self.person(f"cv-{number}", f"Nguyễn Văn {'ABCDEGH'[number]}", "official")

    # -- rounds --------------------------------------------------------------------------------

    def values(self, regime="elected", **more):
        base = {
            "regime": regime, "title": "Lấy phiếu tín nhiệm", "basis": "Kế hoạch 12-KH/TU",
            "day": DAY, "session": DAY if regime == "elected" else None,
            "term": 2026 if regime == "elected" else None, "below": False, "share_of": "ballots",
        }  # fmt: skip
        return RoundValues(**{**base, **more})

    def open(self, regime="elected", unit="", by=None, **more):
        code = unit or ("T1" if regime == "elected" else "T1.NV")
        return actions.open_round(
            unit_code=code, values=self.values(regime, **more), by=by or self.lan, today=TODAY
        )

    def fixed(self, regime="elected", **more):
        one = self.open(regime, **more)
        actions.convene(
            round_id=one.pk, circles=["deputies" if regime == "elected" else "staff"], numbers=[],
            version=None, by=self.lan,
        )  # fmt: skip
        return actions.fix(round_id=one.pk, version=None, by=self.lan)

    def prepare(self, one, tellers=("db-0", "db-1"), **more):
        values = {"needed": 2, "on_paper": False, "by": self.lan, "today": TODAY, **more}
        return actions.prepare_vote(
            round_id=one.pk, tellers=[self.users[key].pk for key in tellers], **values
        )

    def counted(self, one, papers, tellers=("db-0", "db-1"), voters=()):
        """Hold the vote of a round: `papers` are (key of the voter, marks by person)."""
        poll = self.prepare(one, tellers)
        places = dict(poll.options.values_list("person_id", "position"))
        for key in tellers:
            drawn = keys.draw()
            self.words[key] = " ".join(drawn.words)
            ballots.take_seat(poll_id=poll.pk, lock=drawn.lock, by=self.users[key])
        here = [self.users[key].pk for key, _marks in papers]
        ballots.note_presence(poll_id=poll.pk, present=here, by=self.lan)
        ballots.open_poll(poll_id=poll.pk, by=self.lan)
        poll = Poll.objects.get(pk=poll.pk)
        names = [setting.key for setting in standing.setting_of(poll).names]
        for key, marks in papers:
            said = {str(places[self.people[who].pk]): mark for who, mark in marks.items()}
            sealed = keys.seal(marking.fold(said, names, poll.length), bytes(poll.lock))
            proof = receipts.vouch(poll.pk, self.users[key].pk, sealed)
            ballots.cast(poll_id=poll.pk, sealed=sealed, proof=proof, by=self.users[key])
        ballots.close_poll(poll_id=poll.pk, by=self.lan)
        for key in tellers:
            ballots.enter_words(poll_id=poll.pk, words=self.words[key], by=self.users[key])
        one.refresh_from_db()
        return one

    def case_about(self, key, number="2028-000001"):
        """Return a case about somebody as it stands in the books, without walking it."""
        with accounted("test.prepared"):
            case = Case.objects.create(
                number=number, procedure="party.dismissal", digest="x", xml="<x/>", regime="party",
                stage="dismissal", unit=self.province, path=self.province.path, title="Miễn nhiệm",
                opened_by=self.lan, opened_on=DAY,
            )  # fmt: skip
            CaseSubject.objects.create(
                case=case, person=self.people[key], name="x", path=self.province.path
            )
        return case


@pytest.fixture
def town(db):
    return Town()


@pytest.fixture
def standing_town(committed):
    """The same, where transactions end."""
    with accounted("test.prepared"):
        return Town()
