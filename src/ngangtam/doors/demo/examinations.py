"""An examination in the fictional province, by a scheme that its authority wrote for itself: one
with its result, one in its rounds. The scheme and its basis are invented.
"""

from datetime import timedelta
from decimal import Decimal
from textwrap import dedent
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.home import home
from ngangtam.law.engine import forget, rulebook
from ngangtam.law.engine.bpmn_adopt import adopted
from ngangtam.records.organisation.models import Post
from ngangtam.records.personnel.models import Person
from ngangtam.stages.appointment import actions_exams, actions_marks, marking
from ngangtam.stages.appointment.models import Entrant, Examination

SCHEME: Final = "thi-tuyen-lanh-dao"
PROCEDURE: Final = "civil_servant.examination"
BASIS: Final = "Quy chế thi tuyển số 03-QC/TU (hư cấu)"
OFFICER: Final = "lan"
DECIDER: Final = "truongban"
COUNCIL: Final = ("uyvien", "khanh", "thamdinh")
_YAML: Final = f"""\
    # Quy chế thi tuyển của tỉnh hư cấu: mẫu để mỗi nơi tự viết quy chế của mình.
    id: {SCHEME}
    label:
      vi: Thi tuyển chức danh lãnh đạo cấp sở, cấp phòng
      en: Examination for heads of departments and divisions
    basis: {BASIS}
    council: 3
    complaint_days: 10
    answer_days: 15
    trimmed: false
    ties: [defence]
    rounds:
      - {{id: written, label: {{vi: Thi viết, en: Written}}, max: 100, pass: 50, jurors: 2}}
      - {{id: defence, label: {{vi: Bảo vệ đề án, en: Defence of a plan}}, max: 100, pass: 50,
         weight: 2, jurors: 3}}
"""
# Marks of each juror, by the order of names: the first two end equal, the defence tells them apart.
_WRITTEN: Final = ((80, 70, 40), (84, 72, 44), (82, 74, 42))
_DEFENCE: Final = ((70, 75), (72, 77), (71, 76))


def write_rules() -> None:
    """Write the scheme, and switch the procedure of examinations on by the same invented basis."""
    folder = home() / "rulebook"
    scheme = folder / "examinations" / f"{SCHEME}.yaml"
    found = rulebook().procedures[PROCEDURE].latest
    drawing = folder / found.place.file.partition("/")[2]
    for path in (scheme, drawing):
        path.parent.mkdir(parents=True, exist_ok=True)
    scheme.write_text(dedent(_YAML), "utf-8")
    drawing.write_bytes(adopted(found.xml.encode(), BASIS))
    forget()


def hold(posts: list[Post], candidates: list[list[Person]]) -> int:
    """Hold an examination for the first post to its result, for the second to its first round."""
    pairs = zip(posts, candidates, (True, False), strict=False)
    return sum(_one(post, people, to_the_end=end) for post, people, end in pairs if people)


def _one(post: Post, people: list[Person], *, to_the_end: bool) -> int:
    day = workdays.before(today(), 20)
    who = {one.username: one for one in User.objects.filter(username__in=(OFFICER, DECIDER,
                                                                          *COUNCIL))}  # fmt: skip
    exam = actions_exams.announce(
        post_id=post.pk, scheme_id=SCHEME, title=f"Thi tuyển {post.title} – {post.unit.name}",
        entries_until=day + timedelta(days=5), today=day, by=who[OFFICER],
    )  # fmt: skip
    for name in COUNCIL:
        actions_exams.name_juror(
            examination_id=exam.pk, username=name, chair=name == COUNCIL[0], by=who[OFFICER]
        )
    for one in people:
        actions_exams.enter(
            examination_id=exam.pk, number=one.number, today=day, by=who[OFFICER]
        )  # fmt: skip
    exam = actions_exams.start(examination_id=exam.pk, version=_version(exam), by=who[OFFICER])
    if not to_the_end:
        _mark(exam, who[COUNCIL[1]], "written", (76, 81, 68))
        return 1
    for round_id, rows in (("written", _WRITTEN), ("defence", _DEFENCE)):
        for juror, marks in zip(COUNCIL, rows, strict=True):
            _mark(exam, who[juror], round_id, marks)
        actions_marks.close_round(
            examination_id=exam.pk, round_id=round_id, version=_version(exam), by=who[COUNCIL[0]]
        )
        exam.refresh_from_db()
    first = [one.candidate for one in marking.lines(exam) if one.place == 1]
    actions_exams.publish(
        examination_id=exam.pk, chosen=first[0], version=_version(exam), by=who[DECIDER],
        today=workdays.before(today(), 3),
        reason="" if len(first) == 1 else "Có kinh nghiệm thực tiễn ở cơ sở",
    )  # fmt: skip
    return 1


def _version(exam: Examination) -> int:
    return int(Examination.objects.values_list("version", flat=True).get(pk=exam.pk))


def _mark(exam: Examination, juror: User, round_id: str, marks: tuple[int, ...]) -> None:
    going: list[Entrant] = marking.going_on(exam)
    given = {one.pk: Decimal(mark) for one, mark in zip(going, marks, strict=False)}
    actions_marks.give_marks(examination_id=exam.pk, round_id=round_id, marks=given, by=juror)
