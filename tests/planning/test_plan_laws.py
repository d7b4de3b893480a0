"""Laws that hold whatever is proposed: the coefficients, and the order of titles."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from conftest import _unit, _user
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation import steps as organisation
from ngangtam.stages.planning import actions
from ngangtam.stages.planning.actions import Proposal
from ngangtam.stages.planning.models import PlanEntry
from ngangtam.stages.planning.ranking import Rank, is_equal_or_higher, is_higher
from planning_people import COUNTED, FIRST, TODAY, UNTIL, make_person, make_post

ranks = st.builds(
    Rank,
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 6),
    st.none() | st.integers(0, 2),
)
LIVE = ("proposed", "in", "leaving")


@settings(deadline=None)
@given(ranks, ranks)
def test_two_titles_are_never_each_higher_than_the_other(one, other):
    assert not (is_higher(one, other) is True and is_higher(other, one) is True)


@settings(deadline=None)
@given(ranks, ranks)
def test_higher_is_equal_or_higher_and_lower_is_not(one, other):
    if is_higher(one, other):
        assert is_equal_or_higher(one, other) is True
        assert is_higher(other, one) is False
    if one == other and any(step is not None for step in one.steps):
        assert is_higher(one, other) is False
        assert is_equal_or_higher(one, other) is True


class Coefficients(TestCase):
    """Whatever order people are proposed and dropped in, no limit of the rulebook is passed."""

    def setUp(self):
        source = organisation.add_source(kind="test", name="Thử", day=FIRST)
        province = _unit("T1", "Tỉnh", organisation.root_unit(), source)
        unit = _unit("T1.NV", "Sở", province, source)
        self.keeper = _user("lan", "Trần Thị Lan", "personnel_officer", province)
        below = make_post(unit, source, "Trưởng phòng", "division_head", leadership=True)
        self.people = [make_person(f"Người {n}", below, source) for n in range(5)]
        posts = [
            make_post(unit, source, f"Phó Giám đốc {n}", "deputy_department_director",
                      leadership=True, managed_by="province_committee",
                      level="central" if n > 3 else "province")
            for n in range(6)
        ]  # fmt: skip
        self.plan = actions.open_plan(unit_code="T1.NV", term="T", first=FIRST, until=UNTIL,
                                      counted_on=COUNTED, by=self.keeper)  # fmt: skip
        actions.add_titles(plan_id=self.plan.pk, posts=[one.pk for one in posts], version=None,
                           by=self.keeper)  # fmt: skip
        self.titles = list(self.plan.titles.select_related("post").order_by("pk"))
        self.most = rulebook().value("planning.max_people_per_title", TODAY).value
        self.most_titles = (
            rulebook().value("planning.max_titles_per_person_same_level", TODAY).value
        )

    @settings(max_examples=8, deadline=None)
    @given(st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.booleans()), min_size=8, max_size=25,
    ))  # fmt: skip
    def test_limits_hold(self, moves):
        PlanEntry.objects.filter(plan=self.plan).update(state="dropped")
        for title, person, drop in moves:
            self._move(self.titles[title], self.people[person], drop=drop)
        live = list(PlanEntry.objects.filter(state__in=LIVE).select_related("title__post"))
        by_title, by_person = {}, {}
        for one in live:
            by_title.setdefault(one.title_id, set()).add(one.person_id)
            key = (one.person_id, one.title.post.level)
            by_person.setdefault(key, set()).add(one.title_id)
        assert all(len(found) <= self.most for found in by_title.values())
        assert all(len(found) <= self.most_titles for found in by_person.values())

    def _move(self, title, person, *, drop):
        held = PlanEntry.objects.filter(title=title, person=person, state="proposed").first()
        count = PlanEntry.objects.filter(title=title, state__in=LIVE).count()
        same = PlanEntry.objects.filter(
            person=person, state__in=LIVE, title__post__level=title.post.level
        ).count()
        if drop and held:
            actions.drop(entry_id=held.pk, reason="Rút", by=self.keeper)
            return
        fits = held is None and count < self.most and same < self.most_titles
        try:
            actions.propose(proposal=Proposal(title.pk, person.number, "x", "x"), version=None,
                            by=self.keeper, today=TODAY)  # fmt: skip
        except DomainError:
            assert not fits
        else:
            assert fits
