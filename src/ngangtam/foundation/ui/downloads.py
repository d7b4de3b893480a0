"""Files that pages hand out: what they are called, what they are, and that nobody keeps them."""

from typing import Final

from django.http import HttpResponse

TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
# Options of a workbook. Cells hold what people wrote; the writer must take none of it for a
# formula or an address.
SAFE: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip


def download(body: bytes, name: str) -> HttpResponse:
    """Return bytes as a file that the browser saves. Shape: the ending of `name` is in `TYPES`."""
    answer = HttpResponse(body, content_type=TYPES[name.rpartition(".")[2]])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
