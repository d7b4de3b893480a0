from pathlib import Path

from ngangtam.foundation.papers.shelves import Shelf

SHELF = Shelf("ballots", Path(__file__).parent / "sheets")
