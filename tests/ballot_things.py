"""A counted vote for the crawl of addresses: Lan runs it, an official votes and counts."""

from datetime import date

from ngangtam.foundation.access.models import User
from ngangtam.stages.ballots import merkle, reckoning, standing
from ngangtam.stages.ballots.models import OpenedPaper, Option, Poll, Result, Roll, Teller


def made(person, unit, *, name):
    """Make a vote about a name, with one opened paper and its result."""
    member = User.objects.create_user("kiem-phieu-vien", full_name="Vũ Thị Kiểm")
    poll = Poll.objects.create(
        unit=unit, path=unit.path, title=f"Bổ nhiệm {name}", kind="yes_no", convened=1, present=1,
        rules="counting.outside_opinion", day=date(2026, 1, 20), state="counted", papers=1,
    )  # fmt: skip
    Option.objects.create(poll=poll, position=1, label=name, person=person)
    Teller.objects.create(poll=poll, user=member, position=1)
    Roll.objects.create(poll=poll, voter=member, present=True, voted=True)
    papers = [({"1": "yes"}, "")]
    OpenedPaper.objects.create(poll=poll, number=1, marks={"1": "yes"})
    setting = standing.setting_of(poll)
    counted = reckoning.reckon(setting, reckoning.add_up(setting, papers, issued=1))
    root = merkle.root(reckoning.spelled(papers))
    Result.objects.create(poll=poll, figures=counted.said(), root=root)
    return {"poll": poll, "member": member}
