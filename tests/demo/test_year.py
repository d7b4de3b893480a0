"""A year of a department, act by act: assigned, reported, confirmed, scored, decided, published."""

from collections import Counter
from datetime import date

import pytest

from ngangtam.doors.demo import load as demo
from ngangtam.doors.demo import year as play
from ngangtam.doors.demo.duties import A_MONTH, draw_diligence, draw_month
from ngangtam.law.engine.rulebook import forget
from ngangtam.stages.evaluation.models import Cycle, Rating, Result, Sheet
from ngangtam.stages.work.models import Task


def test_the_same_month_is_drawn_twice():
    drawn = [draw_month(play._drawn("x"), draw_diligence(play._drawn("y")), date(2026, 2, 1))
             for _again in range(2)]  # fmt: skip

    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == A_MONTH


def test_nobody_finishes_after_the_month_or_does_more_than_was_asked():
    for n in range(50):
        for duty in draw_month(play._drawn(n), draw_diligence(play._drawn(n)), date(2026, 2, 1)):
            assert duty.done_on is None or date(2026, 2, 1) <= duty.done_on <= date(2026, 2, 28)
            assert 0 <= duty.done <= duty.quantity


@pytest.mark.slow
@pytest.mark.whole
def test_a_year_ends_in_classes_within_the_caps_that_everybody_was_told(db, monkeypatch, tmp_path):
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    forget()
    demo.load()
    played = play.play_year("SG.UB.STC", 2026, lambda _text, _share: None)

    months = Sheet.objects.filter(cycle__kind="month", person__isnull=False)
    assert played.tasks == A_MONTH * months.count()
    assert played.tasks == Task.objects.filter(person__isnull=False).count()
    assert set(Cycle.objects.values_list("state", flat=True)) == {Cycle.State.CLOSED}
    assert Cycle.objects.count() == 13
    assert not Task.objects.exclude(state=Task.State.CONFIRMED).exists()
    year = Cycle.objects.get(code="2026")
    served = Sheet.objects.filter(cycle=year, scheme="civil_servant")
    people = served.count()
    assert 20 < people < 60
    results = Result.objects.filter(cycle=year, run=year.run, sheet__in=served)
    assert all(one.total is None or 0 <= one.total <= 100 for one in results)
    told = Rating.objects.filter(sheet__in=served)
    assert told.count() == results.exclude(proposed="").count() > people * 0.8
    assert not told.filter(noticed_at__isnull=True).exists()
    assert not told.filter(published_at__isnull=True).exists()
    for body in served.values_list("body", flat=True).distinct():
        count = Counter(told.filter(sheet__body=body).values_list("level", flat=True))
        assert count["excellent"] <= 0.2 * count["good"]
    forget()
