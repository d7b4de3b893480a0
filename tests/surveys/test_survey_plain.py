"""What protects, without a database: groups that are told, the box, the marks in a comment."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.stages.surveys import boxes, codes, screening, tallying

INSIDE = ["superior", "peer", "subordinate"]
COUNTS = st.fixed_dictionaries(
    {}, optional={side: st.integers(0, 30) for side in [*INSIDE, "citizen"]}
)


@given(COUNTS, st.integers(0, 12))
def test_no_group_is_smaller_than_the_fewest(counts, least):
    told = tallying.groups_of(counts, INSIDE, least)

    for group in told:
        assert sum(counts[side] for side in group) >= max(least, 5)
    sides = [side for group in told for side in group]
    assert len(sides) == len(set(sides)), "no side is told twice: nothing can be subtracted"


@given(COUNTS, st.integers(5, 12))
def test_a_side_inside_that_is_told_leaves_no_small_one_untold(counts, least):
    """Whoever knows how many answered inside subtracts what is told; nothing small is left."""
    told = {side for group in tallying.groups_of(counts, INSIDE, least) for side in group}
    left = sum(counts.get(side, 0) for side in INSIDE if side not in told)

    assert left == 0 or not told & set(INSIDE)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"superior": 1, "peer": 8, "subordinate": 9}, [("superior", "peer"), ("subordinate",)]),
        ({"superior": 1, "peer": 2, "subordinate": 9}, [("superior", "peer", "subordinate")]),
        ({"superior": 1, "peer": 3}, []),
        ({"peer": 5, "subordinate": 5}, [("peer",), ("subordinate",)]),
        ({"peer": 4, "subordinate": 5}, [("peer", "subordinate")]),
        ({"peer": 6, "citizen": 4}, [("peer",)]),
        ({"citizen": 5, "superior": 1}, [("citizen",)]),
    ],
)
def test_small_sides_are_told_together_or_not_at_all(counts, told):
    assert tallying.groups_of(counts, INSIDE, 5) == told


def test_a_question_that_few_answered_is_not_told():
    questions = [{"id": "a", "sides": INSIDE}, {"id": "b", "sides": INSIDE}]
    answers = [("peer", {"ratings": {"a": 5, **({"b": 1} if turn < 2 else {})}, "comment": ""})
               for turn in range(6)]  # fmt: skip

    [told] = tallying.tally(answers, questions, INSIDE, 5)

    assert told.figures["a"] == {"mean": 5.0, "count": 6}
    assert told.figures["b"] == {"mean": None, "count": None}


@given(st.permutations(list(range(7))))
def test_the_order_of_answers_leaves_no_trace(order):
    questions = [{"id": "a", "sides": INSIDE}]
    answers = [("peer", {"ratings": {"a": 1 + turn % 5}, "comment": f"lời {turn}"})
               for turn in range(7)]  # fmt: skip

    shuffled = tallying.tally([answers[turn] for turn in order], questions, INSIDE, 5)

    assert shuffled == tallying.tally(answers, questions, INSIDE, 5)


def test_a_total_needs_every_side_that_has_a_weight():
    def told(*sides, mean):
        return tallying.Told(sides, 6, {"a": {"mean": mean, "count": 6}}, ())

    weights = {"peer": 30.0, "subordinate": 70.0, "citizen": 0.0}
    both = [told("peer", mean=5.0), told("subordinate", mean=3.0)]

    assert tallying.weighted(both, weights) == {"a": 3.6}
    assert tallying.weighted(both[:1], weights) is None
    assert tallying.weighted([told("superior", "peer", mean=5.0), both[1]], weights) is None
    assert tallying.weighted(both, {}) is None


def test_slips_are_of_one_length_and_open_only_with_the_key():
    lock = boxes.make()
    short = boxes.seal({"ratings": {}, "comment": ""}, lock)
    long = boxes.seal({"ratings": {"a": 5}, "comment": "ỗ" * 1000}, lock)

    assert len(short) == len(long)
    found = boxes.unfold([("peer", short), ("peer", long)], lock)
    assert {answer["comment"] for _side, answer in found} == {"", "ỗ" * 1000}
    boxes.destroy(lock)
    with pytest.raises(boxes.LostKeyError):
        boxes.unfold([("peer", short)], lock)
    assert boxes.kept() == []


def test_a_slip_that_was_tampered_with_is_left_out():
    lock = boxes.make()
    sealed = bytearray(boxes.seal({"ratings": {}, "comment": "a"}, lock))
    sealed[-1] ^= 1

    assert boxes.unfold([("peer", bytes(sealed)), ("peer", b"x")], lock) == []


def test_a_code_is_known_however_it_is_typed():
    code = codes.make()

    assert len(code) == 14
    assert codes.digest(code) == codes.digest(f" {code.lower().replace('-', ' ')} ")
    assert codes.digest(code) != codes.digest(codes.make())


NAMES = ["Nguyễn Thị Bình", "Trần Văn Nam"]


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("Nên hỏi Nguyễn Thị Bình thêm.", "name", "Nguyễn Thị Bình"),
        ("Việc này chị Bình làm chậm.", "name", "chị Bình"),
        ("Tôi thấy Nam được ưu ái.", "name", "Nam"),
        ("Anh Quỳnh ở phòng bên rất tốt.", "name", "Anh Quỳnh"),
        ("Hôm 12/03/2026 tôi đến.", "day", "12/03/2026"),
        ("Ngày 5 tháng 3 họp muộn.", "day", "Ngày 5 tháng 3"),
        ("Gọi 0912 345 678 không ai nghe.", "number", "0912 345 678"),
        ("Hồ sơ số 123/HS bị trả lại.", "number", "số 123/HS"),
        ("Viết cho a.b@sonla.gov.vn nhé", "address", "a.b@sonla.gov.vn"),
        ("Tôi là người mới chuyển về", "self", "Tôi là người mới chuyển về"),
        ("Với tư cách kế toán, thấy chậm", "self", "Với tư cách kế toán"),
        ("Hồ sơ của tôi chậm", "self", "Hồ sơ của tôi"),
        ("Kế toán không được hỏi ý kiến", "title", "Kế toán"),
    ],
)
def test_what_could_give_somebody_away_is_marked(text, kind, marked):
    hints = screening.find(text, NAMES)

    found = [(hint.kind, text[hint.first : hint.until]) for hint in hints]
    assert any(kind == one and marked in stretch for one, stretch in found), found
    assert "".join(piece.text for piece in screening.pieces(text, hints)) == text


@pytest.mark.parametrize(
    "text",
    ["Thái độ tốt, giải quyết nhanh, đúng hẹn.", "Cần lắng nghe hơn và giao việc công bằng.",
     "Nam giới và nữ giới được đối xử như nhau."],
)  # fmt: skip
def test_an_ordinary_comment_is_not_marked(text):
    assert screening.find(text, NAMES) == []


@given(st.text(max_size=80))
def test_marks_never_lose_a_letter(text):
    hints = screening.find(text, NAMES, ["Trưởng phòng"])

    assert "".join(piece.text for piece in screening.pieces(text, hints)) == text
    assert all(one.until <= two.first for one, two in pairwise(hints))
