"""The package's rulebook, and small fictional ones built beside it."""

import shutil
from datetime import date

import pytest

from ngangtam.law.engine.loader import PACKAGE, load

ON = date(2025, 3, 1)
ROADMAP = "parameters/retirement/age/roadmap.yaml"

TEXT = """
id: ex-decree-1-2025
number: 1/2025/NĐ-VD
title: {vi: Nghị định ví dụ, en: Example decree}
issuer: {vi: Cơ quan ví dụ, en: Example body}
issued: 2025-01-15
in_force: {from: 2025-03-01, until: null}
outline: ["12", "12.2", "12.2.a", "40.1"]
confidence: read
verified_until: 2026-03
"""
OLD_TEXT = """
id: ex-decree-1-2018
number: 1/2018/NĐ-VD
title: {vi: Nghị định cũ, en: Old decree}
issuer: {vi: Cơ quan ví dụ, en: Example body}
issued: 2018-05-01
in_force: {from: 2018-07-01, until: 2025-03-01}
outline: ["12.1"]
confidence: read
verified_until: 2026-03
"""
TERM = """
id: appointment.term.length
label: {vi: Thời hạn bổ nhiệm, en: Length of one term}
regime: all
unit: month
type: integer
status: shipped
values:
  - {from: 2018-07-01, value: 60, cites: [ex-decree-1-2018#12.1], confidence: read}
  - {from: 2025-03-01, value: 48, cites: [ex-decree-1-2025#12.2.a], confidence: read}
"""
STANDARD = """
id: head
label: {vi: Trưởng phòng, en: Head of division}
regime: civil_servant
title_kinds: [division_head]
level: province
status: shipped
cites: [ex-decree-1-2025#12]
criteria:
  - id: degree
    label: {vi: Trình độ, en: Degree}
    expr: degree >= 'university'
    cites: [ex-decree-1-2025#12.2]
  - id: young
    label: {vi: Tuổi, en: Age}
    expr: age_full < 40
    cites: [ex-decree-1-2025#12.2.a]
  - id: served
    label: {vi: Thời gian, en: Time}
    expr: months_in_post >= param('appointment.term.length')
    cites: [ex-decree-1-2025#12.2]
"""
FILES = {
    "instruments/ex-decree-1-2025.yaml": TEXT,
    "instruments/ex-decree-1-2018.yaml": OLD_TEXT,
    "parameters/appointment/term/length.yaml": TERM,
    "standards/head.yaml": STANDARD,
}


@pytest.fixture(scope="session")
def book():
    """The rulebook that the package ships, without any local layer."""
    return load()


@pytest.fixture
def example_book(tmp_path):
    """Build a rulebook of the real vocabulary and fictional law; `change` replaces files."""

    def build(change=None, local=None):
        package = tmp_path / "package"
        if not package.exists():
            shutil.copytree(PACKAGE / "catalogues", package / "catalogues")
            shutil.copy(PACKAGE / "facts.yaml", package)
            shutil.copytree(PACKAGE / "instruments", package / "instruments")
            _write(package, {ROADMAP: (PACKAGE / ROADMAP).read_text(encoding="utf-8")})
        _write(package, {**FILES, **(change or {})})
        if local is None:
            return load(package)
        _write(tmp_path / "local", local)
        return load(package, tmp_path / "local")

    return build


def _write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
