"""Forms that were opened before the case moved on: the answer says why, and nothing is done."""

import pytest

from ngangtam.foundation.kernel.days import today
from ngangtam.stages.procedure import actions, actions_holds
from ngangtam.stages.procedure.models import Step

pytestmark = pytest.mark.django_db
DOCUMENT = {"number": "1/TTr", "signer": "Ký"}


@pytest.fixture
def case(open_case):
    return open_case(today=today())


def send(client, case):
    step = Step.objects.filter(case=case).order_by("pk").first()
    told = {"version": case.version, "day": today().strftime("%d/%m/%Y"), **DOCUMENT}
    return client.post(f"/cases/{case.number}/step/{step.pk}/complete/", told, follow=True)


def test_a_step_that_was_completed_meanwhile_is_not_completed_again(client, case, officer):
    client.force_login(officer)
    send(client, case)
    answer = send(client, case)
    assert "Bước này đã được hoàn thành" in answer.content.decode()
    assert Step.objects.filter(case=case, state="done").count() == 1


def test_on_hold_and_after_the_end_the_answer_says_so(client, case, officer, inspector):
    client.force_login(officer)
    hold = actions_holds.place_hold(reason="Xác minh", by=inspector, case_id=case.pk)
    assert "đang tạm dừng" in send(client, case).content.decode()
    actions_holds.lift_hold(hold_id=hold.pk, reason="Đã xác minh", by=inspector)
    actions.withdraw(case_id=case.pk, reason="Thôi", version=None, by=officer, today=today())
    assert "đã kết thúc" in send(client, case).content.decode()
    assert not Step.objects.filter(case=case, state="done").exists()


def test_what_was_never_offered_stays_a_page_that_is_not_there(client, case, appraiser):
    client.force_login(appraiser)
    assert send(client, case).status_code == 404
