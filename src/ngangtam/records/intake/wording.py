"""What intake says to a person: one sentence for each reason and each bad file.

A reason travels as a code with at most one detail, `code` or `code:detail`, because the same
sentence falls on thousands of cells; it becomes words only where somebody reads it.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.speech import language

REASONS: Final[dict[str, Promise | str]] = {
    # --- cells taken as something else than they were written
    "spaces": _("Spaces and invisible characters were tidied."),
    "unicode": _("Letters were brought to one Unicode form."),
    "capitals": _("Capital letters were turned into a name."),
    "rank_before_name": _("The title before the name was set aside: “%(detail)s”."),
    "remark_after_name": _("The remark after the name was set aside: “%(detail)s”."),
    "legacy_font": _("Text in an old font encoding (%(detail)s) was converted to Unicode."),
    "absent": _("Read as “none”."),
    "blank_means_no": _("A blank cell of this column is read as “no”."),
    "withheld": _("The source left this value out: “%(detail)s”."),
    "alias": _("Read as “%(detail)s”."),
    "mark": _("A mark in this column means “%(detail)s”."),
    "mark_without_day": _("A mark instead of a day: a member, since when is not known."),
    "merged": _("The value comes from a merged cell."),
    "excel_serial": _("A spreadsheet day number was read as %(detail)s."),
    "excel_number": _("A number where text was expected; it was kept as written."),
    "month_first": _("Month before day: read as %(detail)s."),
    "column_month_first": _("This column writes the month before the day."),
    "day_written": _("Read as %(detail)s."),
    "two_digit_year": _("A year of two digits was read as %(detail)s."),
    "joined": _("Joined from several columns."),
    "decimal_comma": _("A decimal comma was read as a point."),
    "padded": _("Leading zeros that the spreadsheet dropped were put back."),
    "several": _("Several values in one cell; the first was used."),
    "degree_from_specialty": _("The degree was read from the speciality column."),
    "code_as_name": _("The roster has no names: the code stands for the person."),
    # --- cells that a person should look at
    "ambiguous_order": _("Day and month could be the other way round; read as %(detail)s."),
    "maybe_swapped": _("A spreadsheet may have swapped day and month; read as %(detail)s."),
    "not_in_catalogue": _("Not found in the catalogue; kept as written."),
    "both_genders": _("Both the column of men and the column of women are filled."),
    "ambiguous_code": _("Could be more than one entry: %(detail)s."),
    "guessed": _("Probably “%(detail)s”."),
    "disagrees": _("Says something else than column “%(detail)s”."),
    "unlikely_year": _("This year is unlikely here."),
    "unlikely_age": _("At that day the person would be %(detail)s years old."),
    "old_number": _("An old identity number of nine digits."),
    "formula": _("Text that a spreadsheet would run as a formula; kept as text."),
    "formula_without_value": _("A formula without a stored value: open and save the file again."),
    "odd_name": _("This does not look like a person's name; kept as written."),
    "single_word_name": _("A name of one word."),
    "range": _("More than one date; the first was used."),
    "unknown_mark": _("Not a yes or no; kept as written."),
    "broken_letters": _("Letters were lost when this file was saved in a wrong encoding."),
    "long": _("Very long text; kept whole."),
    "undated_lines": _("%(detail)s lines name no time that can be read; kept as written."),
    "unmapped": _("No field for this column; kept with the row."),
    "kept": _("Kept with the row."),
    "area": "%(detail)s",
    # --- cells refused
    "impossible_day": _("There is no such day."),
    "unreadable_day": _("This is not a date."),
    "future_day": _("This day is later than the day of the roster."),
    "unreadable_number": _("This is not a number."),
    "bad_identity_number": _("An identity number has 12 digits (or 9, the old one)."),
    "bad_phone": _("This is not a telephone number."),
    "bad_email": _("This is not an e-mail address."),
    "unknown_gender": _("This is not a gender."),
    "both_marked": _("Both columns are marked."),
    "error_value": _("The spreadsheet holds an error here: %(detail)s."),
    # --- rows
    "row_header": _("The header, printed again."),
    "row_title": _("A title or a group heading; kept as context of the rows below."),
    "row_total": _("A totals row."),
    "row_footer": _("Notes or signatures below the table."),
    "row_numbering": _("Numbers of the columns."),
    "row_only_number": _("A numbered line without content."),
    "row_without_name": _("A row without a name."),
    "row_repeated": _("The same row stands earlier in this roster: %(detail)s."),
    "row_undecided": _("Waiting for a decision: this may be somebody already known."),
    # --- tables
    "table_not_roster": _("No column of names was found in this table; nothing was read from it."),
    "table_continued": _("This table has no header and continues the one before."),
    "table_hidden": _("This sheet is hidden in the file; it was read all the same."),
    "table_empty": _("This table is empty."),
    "table_picture": _("This sheet holds a picture or a chart; pictures are not read."),
}

FILES: Final[dict[str, Promise | str]] = {
    "missing": _("The file cannot be found."),
    "unreadable": _("The file cannot be opened."),
    "empty": _("The file is empty."),
    "blank": _("The file holds nothing but blanks."),
    "too_big": _("The file is larger than %(limit)s MB."),
    "unknown_kind": _("This kind of file is not read: %(detail)s. Use .xlsx, .csv or .docx."),
    "old_office": _("This is an old Office file (.doc, .xls). Save it as .docx or .xlsx first."),
    "encrypted": _("The file is protected by a password. Save it without one first."),
    "not_office": _("This is not a %(detail)s file, whatever its name says."),
    "wrong_name": _("The file is a %(detail)s file under another name. Rename it first."),
    "truncated": _("The file is damaged or cut short."),
    "bomb": _("The file unpacks to far more than it may (%(detail)s); it was not opened."),
    "path_trick": _("The file holds an entry with a dangerous path: %(detail)s."),
    "entity": _("The file declares XML entities, which rosters never need; it was not opened."),
    "bad_xml": _("The file is damaged: its content is not well-formed."),
    "too_many_rows": _("A table has more than %(limit)s rows."),
    "too_many_columns": _("A table has more than %(limit)s columns."),
    "too_many_cells": _("The file has more than %(limit)s cells."),
    "too_many_tables": _("The file has more than %(limit)s tables."),
    "cell_too_long": _("A cell holds more than %(limit)s characters."),
    "no_tables": _("No table was found in this document."),
    "only_pictures": _("This document holds only pictures; pictures are not read."),
    "wrong_encoding": _(
        "The letters of this file cannot be read in any known encoding (%(detail)s). "
        "Save it as UTF-8 first."
    ),
    "binary": _("This is not a text file."),
    "above_ceiling": _("%(detail)s Take them out of the file: rows %(limit)s. Nothing was kept."),
    "no_roster": _("No table with a column of names was found."),
    "html": _("This is a web page under another name. Save it as .xlsx or .csv first."),
}


def say(reason: str) -> str:
    """Return the words of a reason code `code` or `code:detail`, in the language of the reader."""
    code, _sep, detail = reason.partition(":")
    if code == "2":
        vietnamese, _sep, english = detail.partition("¦")
        return english if language() == "en" else vietnamese
    text = REASONS.get(code)
    return str(text) % {"detail": detail} if text is not None else reason


def label(text: Promise | str) -> str:
    """Return a lazy label as text."""
    return str(text)


class BadFile(Exception):  # noqa: N818 - the name says what it is to the reader of a traceback
    """A file that cannot be read; says why in one line. Nothing was written."""

    def __init__(self, code: str, *, detail: str = "", limit: int | str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.limit = limit

    def __str__(self) -> str:
        return str(FILES[self.code]) % {"detail": self.detail, "limit": self.limit}
