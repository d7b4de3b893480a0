"""Tables and what steers them: sortable heads, filters, search, pages."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.ui.components.html import NOTHING, attributes, draw, icon, swap
from ngangtam.foundation.ui.tables import Page


def table(
    content: str, *, caption: str, id: str = "", cards: bool = True, matrix: bool = False
) -> SafeString:
    """{% table caption=… %}<thead>…</thead><tbody>…</tbody>{% endtable %}

    On a phone each row becomes a card; `cards=False` scrolls sideways instead. `matrix` keeps the
    first column in sight.
    """
    kind = "data" + (" data-cards" if cards and not matrix else "")
    kind += " data-matrix" if matrix else ""
    scroll = not cards or matrix
    wrap = attributes(
        class_="data-wrap data-scroll" if scroll else "data-wrap",
        tabindex="0" if scroll else "",
        role="region" if scroll else "",
        aria_label=caption if scroll else "",
    )
    return format_html(
        "<div{}><table{}><caption>{}</caption>{}</table></div>",
        wrap, attributes(class_=kind, id=id), caption, content,
    )  # fmt: skip


def sort_header(table: Page, name: str, label: object, *, title: str = "") -> SafeString:
    """{% sort_header table "name" "Họ và tên" %} — a heading that sorts; a whole <th>."""
    query = table.query
    column = next(one for one in query.listing.columns if one.name == name)
    style = "num" if column.numeric else ""
    if not column.order:
        return format_html("<th{}>{}</th>", attributes(scope="col", class_=style), label)
    state, picture = "", "arrows-sort"
    target = f"-{name}" if column.down_first else name
    if query.sort == name:
        state, picture, target = "ascending", "arrow-narrow-up", f"-{name}"
    elif query.sort == f"-{name}":
        state, picture, target = "descending", "arrow-narrow-down", name
    url = query.url(sort=target)
    return format_html(
        '<th{}><a class="sort" href="{}"{}{}>{}{}</a></th>',
        attributes(scope="col", class_=style, aria_sort=state), url,
        swap(query.listing.target, url), attributes(title=title), label, icon(picture),
    )  # fmt: skip


def pager(table: Page) -> SafeString:
    """{% pager table %} — where we stand, and the way to the other pages."""
    query = table.query
    links = [
        (number, query.url(page=number), abs((number or 0) - table.number) > 1)
        for number in table.numbers
    ]
    return draw(
        "pager",
        table=table,
        links=[
            (number, url, swap(query.listing.target, url) if number else NOTHING, far)
            for number, url, far in links
        ],
        before=_step(table, table.number - 1),
        after=_step(table, table.number + 1),
    )


def _step(table: Page, number: int) -> tuple[str, SafeString] | None:
    if not 1 <= number <= table.pages:
        return None
    url = table.query.url(page=number)
    return url, swap(table.query.listing.target, url)


def filter_bar(content: str, table: Page, *, id: str = "filters") -> SafeString:
    """{% filter_bar table %}fields{% endfilter_bar %} — a GET form, and chips of what is on."""
    query = table.query
    hidden = dict(query.kept)
    if query.sort != query.listing.default_sort:
        hidden["sort"] = query.sort
    target = query.listing.target
    live = NOTHING
    if target:
        live = attributes(
            hx_get="?", hx_target=f"#{target}", hx_swap="outerHTML show:none", hx_push_url="true",
            hx_trigger="change, submit, input delay:350ms from:find input[type=search]",
        )  # fmt: skip
    return draw(
        "filter_bar", content=content, hidden=hidden, live=live, chips=query.chips(),
        clear=query.clear_url(), target=target, id=id, swap_clear=swap(target, query.clear_url()),
    )  # fmt: skip


def filter_fields(table: Page, *, skip: str = "q", id: str = "filters") -> SafeString:
    """{% filter_fields table %} — a field for every declared filter but those in `skip`."""
    left_out = set(skip.split())
    fields = [
        (one, [(str(value), label) for value, label in one.options()], table.query.values[one.name])
        for one in table.query.listing.filters
        if one.name not in left_out
    ]
    return draw("filter_fields", fields=fields, id=id, active=sum(bool(f[2]) for f in fields))


def search_box(
    table: Page | None = None,
    *,
    name: str = "q",
    label: str = "",
    action: str = "",
    value: str = "",
) -> SafeString:
    """{% search_box table label=… %} — inside a filter bar; with `action`, a form of its own."""
    if table is not None:
        value = table.query.values.get(name, "")
    words = label or _("Search")
    return draw("search_box", name=name, label=words, action=action, value=value)
