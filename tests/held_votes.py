"""A department that votes: Lan runs the vote, three tellers count, seven may vote."""

from datetime import date

from conftest import _unit, _user
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.ballots import actions, keys, marking, receipts, standing
from ngangtam.stages.ballots.actions import OptionValues

DAY = date(2026, 3, 20)
OUTSIDE = "counting.outside_opinion"


class Hall:
    """A vote from preparing to counting, with everybody's words."""

    def __init__(self, lan, tellers, voters, unit, people):
        self.lan, self.tellers, self.voters = lan, tellers, voters
        self.unit, self.people = unit, people
        self.words, self.receipts = {}, {}
        self.poll = None

    def prepare(self, names=("Lê Thị Ứng Viên",), **more):
        values = {
            "unit_id": self.unit.pk, "title": "Bổ nhiệm Phó Giám đốc Sở", "kind": "yes_no",
            "rules": RULES["yes_no"], "options": [OptionValues(name) for name in names],
            "voters": [one.pk for one in self.voters], "convened": len(self.voters),
            "tellers": [one.pk for one in self.tellers], "needed": 2, "on_paper": False,
            "max_choices": 1, "seats": 1, "announced": False, "by": self.lan, "today": DAY,
        }  # fmt: skip
        self.poll = actions.prepare_poll(**{**values, **more})
        return self.poll

    def seat(self, tellers=None):
        for teller in self.tellers if tellers is None else tellers:
            drawn = keys.draw()
            self.words[teller.pk] = " ".join(drawn.words)
            actions.take_seat(poll_id=self.poll.pk, lock=drawn.lock, by=teller)

    def attend(self, voters=None):
        here = self.voters if voters is None else voters
        actions.note_presence(poll_id=self.poll.pk, present=[one.pk for one in here], by=self.lan)

    def open(self, **more):
        self.poll = actions.open_poll(poll_id=self.poll.pk, by=self.lan, **more)

    def seal(self, marks):
        self.poll.refresh_from_db()
        setting = standing.setting_of(self.poll)
        plain = marking.fold(marks, [one.key for one in setting.names], self.poll.length)
        return keys.seal(plain, bytes(self.poll.lock))

    def send(self, voter, sealed):
        proof = receipts.vouch(self.poll.pk, voter.pk, sealed)
        return actions.cast(poll_id=self.poll.pk, sealed=sealed, proof=proof, by=voter)

    def vote(self, voter, marks):
        done = self.send(voter, self.seal(marks))
        self.receipts[voter.pk] = done.receipt
        return done

    def close(self, by=None):
        self.poll = actions.close_poll(poll_id=self.poll.pk, by=by or self.lan)

    def enter(self, teller):
        done = actions.enter_words(poll_id=self.poll.pk, words=self.words[teller.pk], by=teller)
        self.poll.refresh_from_db()
        return done

    def ready(self, names=("Lê Thị Ứng Viên",), **more):
        """Everything up to the moment in which voters may vote."""
        self.prepare(names, **more)
        self.seat()
        self.attend()
        self.open()
        return self

    def counted(self, papers, names=("Lê Thị Ứng Viên",), **more):
        """A whole vote. Shape: `papers` are marks, one a voter, in the order of the voters."""
        self.ready(names, **more)
        for voter, marks in zip(self.voters, papers, strict=False):
            self.vote(voter, marks)
        self.close()
        self.enter(self.tellers[0])
        self.enter(self.tellers[1])
        return self


RULES = {
    "yes_no": OUTSIDE, "choose": "counting.party_election",
    "confidence": "counting.confidence_elected", "nomination": "counting.onsite_nomination",
}  # fmt: skip


def built_hall(count=7):
    source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
    province = _unit("T1", "Tỉnh Sông Thanh", organisation.root_unit(), source)
    department = _unit("T1.NV", "Sở Nội vụ", province, source)
    post = organisation.add_post(
        unit=department, title="Chuyên viên", first_day=date(2020, 1, 1), source=source, seats=None
    )
    people = {}

    def person(username, name):
        row = steps.add_person(full_name=name, unit=department, source=source)
        steps.add_posting(person=row, post=post, first_day=date(2021, 1, 1), source=source)
        user = _user(username, name)
        Account.objects.create(user=user, person=row, state="linked")
        people[username] = row
        return user

    voters = [person(f"cu-tri-{at}", f"Nguyễn Văn Cử {at}") for at in range(count)]
    tellers = [person(f"kiem-phieu-{at}", f"Trần Thị Kiểm {at}") for at in range(3)]
    steps.refresh([row.pk for row in people.values()], day=DAY)
    lan = _user("lan", "Trần Thị Lan", "personnel_officer", province)
    return Hall(lan, tellers, voters, department, people)
