"""The colours of charts.

Each role has one light-theme colour that no other role has. A standalone picture shows it as it is;
on a page it is exchanged for the CSS variable of the same role, so that one drawing follows light,
dark and print.
"""

from typing import Any, Final

TEXT: Final = "#17202e"
SOFT_TEXT: Final = "#465164"
GRID: Final = "#e4e7ec"
AXIS: Final = "#c9cfd8"
PLAIN: Final = "#3f77d8"
MET: Final = "#2a9960"
SHORT: Final = "#d08a13"
REST: Final = "#d3d9e1"
WOMEN: Final = "#7d55cc"
UNKNOWN: Final = "#8b94a3"  # painted as a hatch
HATCH: Final = "url(#nt-hatch)"

VARIABLES: Final[dict[str, str]] = {
    TEXT: "var(--text)",
    SOFT_TEXT: "var(--text-2)",
    GRID: "var(--line)",
    AXIS: "var(--line-strong)",
    PLAIN: "var(--blue-solid)",
    MET: "var(--green-solid)",
    SHORT: "var(--amber-solid)",
    REST: "var(--gray-line)",
    WOMEN: "var(--violet-solid)",
}
FONT: Final = "Be Vietnam Pro"

# JSON that Vega-Lite reads; its values have no common type.
CONFIG: Final[dict[str, Any]] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "padding": {"left": 2, "right": 12, "top": 4, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "domainColor": AXIS,
        "gridColor": GRID,
        "tickColor": AXIS,
        "labelColor": SOFT_TEXT,
        "labelFontSize": 12,
        "labelPadding": 6,
        "labelLimit": 260,
        "titleColor": SOFT_TEXT,
        "titleFontSize": 12,
        "titleFontWeight": 400,
        "titlePadding": 10,
        "ticks": False,
        "domain": False,
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelColor": SOFT_TEXT,
        "labelFontSize": 12,
        "labelLimit": 240,
        "symbolType": "square",
        "symbolSize": 110,
        "symbolStrokeWidth": 0,
        "columnPadding": 16,
        "padding": 0,
        "offset": 10,
    },
    "bar": {"cornerRadiusEnd": 2},
    "text": {"color": TEXT, "fontSize": 12},
    "rule": {"color": TEXT},
}
