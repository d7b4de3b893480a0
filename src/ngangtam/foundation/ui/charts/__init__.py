"""Charts drawn on the server: Vega-Lite to SVG, the same picture on page, paper and in Word.

Specifications are written as plain dictionaries: importing Altair costs more than a second in
every process, and what it would add is only their checking, which Vega-Lite does as well.
"""

from ngangtam.foundation.ui.charts.kinds import (
    Band,
    Bar,
    Point,
    Share,
    bars,
    histogram,
    line,
    pyramid,
    shares,
)
from ngangtam.foundation.ui.charts.picture import Picture
from ngangtam.foundation.ui.charts.ranges import Ranged, ranges

__all__ = [
    "Band",
    "Bar",
    "Picture",
    "Point",
    "Ranged",
    "Share",
    "bars",
    "histogram",
    "line",
    "pyramid",
    "ranges",
    "shares",
]
