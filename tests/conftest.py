"""One instance for the whole suite, apart from the one that `make run` keeps."""

import os
from pathlib import Path

os.environ.setdefault("NGANGTAM_HOME", str(Path(__file__).resolve().parents[1] / "var" / "test"))
