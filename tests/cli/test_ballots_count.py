"""`ngangtam ballots count`: tables as offices keep them, real ones among them."""

import csv
import io
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from ngangtam.doors.cli.ballots import ballots

HEAD = "constituency,seats,candidate,votes,valid"


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch):
    monkeypatch.setenv("NGANGTAM_LANGUAGE", "vi")


def run(text, *more, rules="counting.deputies", style="json"):
    raw = text if isinstance(text, bytes) else text.encode()
    words = ["count", "--rules", rules, "--input", "-", "--format", style, *more]
    return CliRunner().invoke(ballots, words, input=raw)


def counted(text, *more, **how):
    done = run(text, *more, **how)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def refused(text, *more, **how):
    done = run(text, *more, **how)
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


# -- real tables -----------------------------------------------------------------------------------


def constituencies(shared_data):
    """The official table of 2021, with the valid papers that votes and percentages agree on."""
    path = shared_data / "national_assembly" / "na15_2021_votes.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} beside the project (NGANGTAM_SHARED_DATA)")
    found = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[f"{row['province']} – {row['unit']}"].append(row)
    return found


def valid_papers(rows):
    """The number of papers in which all published shares, to two decimals, are right."""
    low = max(int(one["votes"]) * 100 / (float(one["pct_of_valid"]) + 0.005) for one in rows)
    high = min(int(one["votes"]) * 100 / (float(one["pct_of_valid"]) - 0.005) for one in rows)
    assert low <= high
    return round((low + high) / 2)


def as_table(found):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*HEAD.split(","), "elected"])
    for name, rows in found.items():
        for one in rows:
            writer.writerow(
                [name, one["quota_third_party"], one["candidate"], one["votes"],
                 valid_papers(rows), one["elected"]]
            )  # fmt: skip
    return out.getvalue()


def test_the_winners_of_every_constituency_of_2021(shared_data):
    found = constituencies(shared_data)

    said = counted(as_table(found), "--on", "2021-05-23")

    assert [one["constituency"] for one in said] == list(found)
    assert len(said) == 184
    for one in said:
        rows = found[one["constituency"]]
        won = {row["candidate"] for row in rows if row["status"].endswith("won")}
        assert set(one["elected"]) == won
        assert one["seats_unfilled"] == int(rows[0]["quota_third_party"]) - len(won)
        lost = {row["candidate"] for row in rows} - won
        assert {left["candidate"] for left in one["not_elected"]} == lost
    assert sum(len(one["elected"]) for one in said) == 500


def test_who_was_counted_elected_and_not_confirmed_later_is_shown(shared_data):
    found = constituencies(shared_data)

    done = run(as_table(found), "--compare", "--on", "2021-05-23")
    differs = {
        one["constituency"]: one["differences"]
        for one in json.loads(done.stdout)
        if one["differences"]
    }

    assert differs == {
        "Tỉnh Bình Dương – 1": [
            {"candidate": "UCV15-0314", "count": "elected", "list": "not_elected"}
        ]
    }
    assert "kiểm phiếu trúng cử nhưng danh sách thì không" in done.stderr


def test_the_published_percentages_of_2018(shared_data):
    """One rule gives all 42 figures: two decimals, half up, a closing zero not printed."""
    path = shared_data / "votes" / "confidence_votes_2018.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} beside the project (NGANGTAM_SHARED_DATA)")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = ("high", "trust", "low")
    text = "subject,high,trust,low,denominator\n" + "".join(
        f"{one['subject']},{one['high']},{one['trust']},{one['low']},485\n" for one in rows
    )

    said = counted(text, rules="counting.confidence")

    published = [[one[f"{level}_pct"] for level in levels] for one in rows]
    assert [[f"{one[f'{level}_pct']}" for level in levels] for one in said] == published
    assert {one["zone"] for one in said} == {"none"}
    assert len(said) == 14


# -- the shape of the output -----------------------------------------------------------------------


def test_the_output_of_the_issue():
    said = counted(f"{HEAD}\nA,2,An,70,100\nA,2,Bình,50,100\nB,1,Cúc,51,100\n")

    assert said == [
        {
            "constituency": "A",
            "elected": ["An"],
            "not_elected": [{"candidate": "Bình", "reason": "exactly_half"}],
            "seats_unfilled": 1,
        },
        {"constituency": "B", "elected": ["Cúc"], "not_elected": [], "seats_unfilled": 0},
    ]


def test_a_tie_at_the_last_seat_goes_to_the_older():
    said = counted(
        f"{HEAD},born\nA,1,An,70,100,1/2/1980\nA,1,Bình,70,100,31/01/1980\nA,1,Cúc,69,100,\n"
    )

    assert said[0]["elected"] == ["Bình"]
    assert said[0]["not_elected"] == [
        {"candidate": "An", "reason": "younger"},
        {"candidate": "Cúc", "reason": "fewer_votes"},
    ]


def test_a_tie_without_birth_days_stays_open():
    said = counted(f"{HEAD}\nA,1,An,70,100\nA,1,Bình,70,100\n")

    assert said[0]["elected"] == []
    assert {one["reason"] for one in said[0]["not_elected"]} == {"tied"}
    assert said[0]["seats_unfilled"] == 1


def test_the_table_is_in_vietnamese_and_says_that_the_rule_is_not_confirmed():
    done = run(f"{HEAD}\nA,2,An,70,100\nA,2,Bình,50,100\n", style="table")

    assert "trúng cử" in done.stdout
    assert "không trúng cử: đúng bằng ngưỡng" in done.stdout
    assert "còn thiếu 1" in done.stdout
    assert "counting.deputies" in done.stderr
    assert "xác nhận" in done.stderr


def test_the_zones_of_a_vote_of_confidence():
    text = (
        "subject,high,trust,low,denominator\nAn,9,40,51,100\nBình,0,100,200,300\nCúc,0,50,50,100\n"
    )

    said = counted(text, rules="counting.confidence")

    assert [(one["subject"], one["low_pct"], one["zone"]) for one in said] == [
        ("An", 51.0, "over_half"), ("Bình", 66.67, "two_thirds"), ("Cúc", 50.0, "none"),
    ]  # fmt: skip
    shown = run(text, rules="counting.confidence", style="table").stdout
    assert "66,67" in shown
    assert "từ 2/3 trở lên" in shown


def test_another_denominator_asks_for_its_own_column():
    text = "constituency,seats,candidate,votes,convened\nHội nghị,1,An,7,12\n"

    assert counted(text, rules="counting.outside_opinion")[0]["elected"] == ["An"]
    assert "convened" in refused(f"{HEAD}\nA,1,An,7,12\n", rules="counting.outside_opinion")


# -- tables as they come ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        f"\ufeff{HEAD}\nA,1,An,557717,600000\n".encode(),
        b"constituency;seats;candidate;votes;valid\r\nA;1;An;557.717;600.000\r\n",
        "constituency\tseats\tcandidate\tvotes\tvalid\nA\t1\tAn\t557717\t600000\n".encode("utf-16"),
        b'sep=;\nconstituency;seats;candidate;votes;valid\nA;1;An;"557 717";600 000\n',
        b'Constituency , SEATS,candidate,votes,valid\n\nA,1,An,"557,717","600,000"\n,,,,\n',
        "constituency,seats,candidate,votes,valid\rA,1,An,557717.0,600\u00a0000\r".encode(),
    ],
)
def test_what_office_software_makes_of_a_table(raw):
    assert counted(raw)[0]["elected"] == ["An"]


def test_names_are_the_same_however_their_accents_are_kept():
    said = refused(f"{HEAD}\nA,1,Bình,7,12\nA,1,Bi\u0300nh,7,12\n")

    assert "dòng 3: “Bình” đã có ở dòng 2" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A,1,An,12a,100", "dòng 2: “votes” không phải số nguyên: 12a"),
        ("A,1,An,12.5,100", "dòng 2: “votes” không phải số nguyên: 12.5"),
        ("A,1,An,1.23.456,100", "dòng 2: “votes” không phải số nguyên"),
        ("A,1,An,-3,100", "dòng 2: “votes” là số âm: -3"),
        ("A,1,An,,100", "dòng 2: “votes” để trống"),
        ("A,1,An,101,100", "dòng 2: An được 101 phiếu, nhiều hơn 100 phiếu"),
        ("A,0,An,1,100", "dòng 2: “seats” của A phải từ 1 trở lên"),
        (",1,An,1,100", "dòng 2: “constituency” để trống"),
        ("A,1,,1,100", "dòng 2: “candidate” để trống"),
        ("A,1,An,1,100\nA,2,Bình,1,100", "dòng 3: “seats” của A ở đây là 2, ở dòng 2 là 1"),
        ("A,1,An,1,100\nA,1,Bình,1,99", "dòng 3: “valid” của A ở đây là 99, ở dòng 2 là 100"),
        ("A,1,An,1,100,6", "dòng 2: nhiều ô hơn số cột"),
        ('A,1,"An,1,100', "dòng 2:"),
        ("A,1,An,99999999999999,100", "dòng 2: “votes” không phải số nguyên"),
        ("", "không có dòng nào dưới tiêu đề"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(line, said):
    assert said in refused(f"{HEAD}\n{line}\n")


def test_every_wrong_line_is_told_up_to_twenty():
    said = refused(HEAD + "\n" + "".join(f"A,1,c{i},x,100\n" for i in range(50)))

    assert said.count("không phải số nguyên") == 20
    assert "còn 30 lỗi khác" in said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "bảng trống"),
        (b"constituency,seats,candidate,votes\nA,1,An,3\n", "thiếu cột: valid"),
        (b"constituency,seats,candidate,votes,valid,votes\n", "cột “votes” có hai lần"),
        (HEAD.encode() + b"\nA,1,\xc0n,3,4\n", "dòng 2: không phải văn bản UTF-8"),
        (b"PK\x03\x04\x00\x00", "không phải bảng CSV"),
    ],
)
def test_what_is_no_table_is_refused(raw, said):
    assert said in refused(raw)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("An,50,50,1,100", "dòng 2: tổng số phiếu (101) nhiều hơn mẫu số (100)"),
        ("An,0,0,0,0", "dòng 2: mẫu số phải lớn hơn 0"),
        ("An,1,1,1,9\nAn,1,1,1,9", "dòng 3: “An” đã có ở dòng 2"),
        (",1,1,1,9", "dòng 2: “subject” để trống"),
    ],
)
def test_wrong_votes_of_confidence(line, said):
    text = f"subject,high,trust,low,denominator\n{line}\n"

    assert said in refused(text, rules="counting.confidence")


def test_an_unknown_rule_and_a_day_before_any_text():
    assert "counting.deputies" in refused(f"{HEAD}\nA,1,An,1,2\n", rules="counting.none")
    assert "01/01/2019" in refused(f"{HEAD}\nA,1,An,1,2\n", "--on", "2019-01-01")


def test_a_missing_file_is_one_line():
    done = CliRunner().invoke(
        ballots, ["count", "--rules", "counting.deputies", "--input", "/no/such.csv"]
    )

    assert (done.exit_code, done.stdout) == (2, "")
    assert "/no/such.csv" in done.stderr


def test_the_command_itself_and_a_table_of_two_hundred_thousand_lines(tmp_path):
    file = tmp_path / "many.csv"
    lines = "".join(f"U{i // 5},3,c{i % 5},{600 + i % 5},1000\n" for i in range(200_000))
    file.write_text(f"{HEAD}\n{lines}", encoding="utf-8")
    command = str(Path(sys.executable).parent / "ngangtam")

    done = subprocess.run(
        [command, "ballots", "count", "--rules", "counting.deputies", "--input", str(file),
         "--format", "json"],
        capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said) == 40_000
    assert said[0]["elected"] == ["c4", "c3", "c2"]
