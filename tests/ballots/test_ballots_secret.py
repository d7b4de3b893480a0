"""A whole secret vote, and what refuses."""

from ngangtam.foundation.audit import verifying
from ngangtam.stages.ballots import queries
from ngangtam.stages.ballots.models import OpenedPaper, Receipt, Roll, Share

YES, NO = {"1": "yes"}, {"1": "no"}


def test_a_vote_from_preparing_to_its_result(standing_hall):
    hall = standing_hall.counted([YES, YES, YES, YES, YES, NO, {}])

    result = queries.result_of(hall.poll.pk)
    assert hall.poll.state == "counted"
    assert result.votes == {"1": {"yes": 5, "no": 1}}
    assert result.invalid == {"blank": 1}
    assert result.outcome.elected == ("1",)
    assert (result.tally.convened, result.tally.present, result.tally.returned) == (7, 7, 7)
    assert sorted(bytes(one.digest) for one in Receipt.objects.all()) == sorted(
        hall.receipts.values()
    )
    assert Roll.objects.filter(voted=True).count() == OpenedPaper.objects.count() == 7
    assert not Share.objects.exists()
    assert queries.recount(hall.poll).sound
    assert verifying.verify().findings == []
