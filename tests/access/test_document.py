"""docs/access.md is written from the code, and says what the code does."""

from pathlib import Path

from ngangtam.doors.grants.document import markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"


def test_the_document_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "write it anew: ngangtam grant document > docs/access.md"
    )
