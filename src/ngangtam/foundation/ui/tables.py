"""Sorting, filtering and paging by whitelist: nothing of the query string reaches SQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui import formats

Text = str | Promise
Choices = Sequence[tuple[str, Text]]
LONGEST: Final = 200
FARTHEST: Final = 1_000_000
Kind = Literal["choice", "text", "day", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be sorted by. `order` names the fields, the first way round."""

    name: str
    order: tuple[str, ...] = ()
    numeric: bool = False
    down_first: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to filter by. With `choices` only those values pass."""

    name: str
    label: Text
    choices: Choices | Callable[[], Choices] = ()
    kind: Kind = "text"
    any_label: Text = ""

    def options(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices

    def clean(self, raw: str) -> str:
        """Return the value in its one spelling, or "" when it is none."""
        text = fold(raw.replace("\0", ""))[:LONGEST]
        options = self.options()
        if options:
            return text if text in {str(value) for value, _label in options} else ""
        if self.kind == "day":
            read = parse_day(text).value
            return read.day.isoformat() if read.day and read.precision == "day" else ""
        if self.kind == "number":
            return text if text.lstrip("-").isdecimal() and len(text) < 12 else ""
        return text

    def shown(self, value: str) -> str:
        """Return the value as a chip says it."""
        for option, label in self.options():
            if str(option) == value:
                return str(label)
        read = parse_day(value).value if self.kind == "day" else None
        return formats.day(read.day) if read and read.day else value


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on, and the address without it."""

    label: Text
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list may be sorted, filtered and paged by.

    Shape: `target` is the id of the part that htmx replaces; `keep` names further parameters that
        links carry along (a unit, a day); `tie` ends every order, so that pages never overlap.
    """

    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    default_sort: str = ""
    page_size: int = 50
    sizes: Sequence[int] = (25, 50, 100, 200)
    target: str = ""
    keep: Sequence[str] = ()
    tie: str = "pk"

    def read(self, params: QueryDict | Mapping[str, str]) -> "Query":
        """Return what the query string asks for; what is not on the whitelist is ignored."""
        values = {one.name: one.clean(str(params.get(one.name, ""))) for one in self.filters}
        sort = str(params.get("sort", ""))
        if sort.removeprefix("-") not in {column.name for column in self.columns if column.order}:
            sort = self.default_sort
        size = _whole(params.get("size"), self.page_size)
        return Query(
            listing=self,
            values=values,
            sort=sort,
            page=min(max(_whole(params.get("page"), 1), 1), FARTHEST),
            size=size if size in self.sizes else self.page_size,
            kept={name: fold(str(params[name]))[:LONGEST] for name in self.keep if name in params},
        )


@dataclass(frozen=True, slots=True)
class Query:
    """What one request asks of a listing, cleaned."""

    listing: Listing
    values: dict[str, str]
    sort: str
    page: int
    size: int
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def order_by(self) -> tuple[str, ...]:
        """The fields to order by, in the direction asked for, ended by the tie-breaker."""
        name = self.sort.removeprefix("-")
        column = next((one for one in self.listing.columns if one.name == name), None)
        fields = column.order if column else ()
        if self.sort.startswith("-"):
            fields = tuple(one[1:] if one.startswith("-") else f"-{one}" for one in fields)
        tie = self.listing.tie
        return (*fields, tie) if tie and tie not in fields else fields

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def active(self) -> dict[str, str]:
        """The filters that are on."""
        return {name: value for name, value in self.values.items() if value}

    def url(self, **changes: object) -> str:
        """Return the query string with some of it changed; "" takes a part out."""
        parts: dict[str, object] = {**self.kept, **self.active}
        if self.sort != self.listing.default_sort:
            parts["sort"] = self.sort
        if self.size != self.listing.page_size:
            parts["size"] = self.size
        if "page" not in changes and self.page > 1 and not changes:
            parts["page"] = self.page
        parts.update(changes)
        if parts.get("page") == 1:
            del parts["page"]
        return "?" + urlencode({key: value for key, value in parts.items() if value != ""})

    def chips(self) -> list[Chip]:
        """Return the filters that are on, each with the way to take it off."""
        return [
            Chip(one.label, one.shown(self.values[one.name]), self.url(**{one.name: ""}))
            for one in self.listing.filters
            if self.values[one.name]
        ]

    def clear_url(self) -> str:
        """Return the address without any filter."""
        return self.url(**dict.fromkeys(self.active, ""))

    # Rows are whatever the caller lists: model rows, dataclasses, dicts.
    def cut(self, rows: "QuerySet[Any] | Sequence[Any]", *, total: int | None = None) -> "Page":
        """Take this page's rows out of all of them.

        Shape: `total` counts all rows when the caller knows it. A page past the end gives the last.
        """
        count = total if total is not None else _count(rows)
        pages = max(1, -(-count // self.size))
        number = min(self.page, pages)
        first = (number - 1) * self.size
        last = min(first + self.size, count)
        return Page(self, _slice(rows, first, last, count), count, number, pages)

    def show(self, rows: Sequence[Any], *, total: int) -> "Page":
        """Wrap rows that are already cut (by keyset, by the database) into a page."""
        pages = max(1, -(-total // self.size))
        return Page(self, list(rows), total, min(self.page, pages), pages)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: rows, and where they stand in the whole."""

    query: Query
    rows: list[Any]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * self.query.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.query.size, self.total)

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to link: the ends, this one and its neighbours; None is a gap."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        wanted = sorted(number for number in near if 1 <= number <= self.pages)
        shown: list[int | None] = []
        for number in wanted:
            before = shown[-1] if shown else None
            if before is not None and number - before == 2:
                shown.append(number - 1)  # a gap of one page is shown as that page
            elif before is not None and number - before > 2:
                shown.append(None)
            shown.append(number)
        return shown

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _whole(raw: object, fallback: int) -> int:
    text = str(raw or "")
    return int(text) if text.isdecimal() and len(text) < 10 else fallback


def _count(rows: "QuerySet[Any] | Sequence[Any]") -> int:
    return rows.count() if isinstance(rows, QuerySet) else len(rows)


def _slice(rows: "QuerySet[Any] | Sequence[Any]", first: int, last: int, count: int) -> list[Any]:
    """Cut from the nearer end: the last page of a million costs as little as the first."""
    if isinstance(rows, QuerySet) and rows.ordered and first > count - last:
        return list(rows.reverse()[count - last : count - first])[::-1]
    return list(rows[first:last])
