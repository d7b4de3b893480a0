"""Homes that hold the fictional province: laid down once in a run of the suite, then copied."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"


def command(home: Path, *arguments: str) -> None:
    """Run the command in a home, as a person would."""
    left_out = {"DJANGO_SETTINGS_MODULE", "NGANGTAM_DATABASE_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-c", "from ngangtam.doors.cli.main import main; main()", *arguments],
        env={**environment, "NGANGTAM_HOME": str(home), "PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """Copy the province into a new home: demo_home(). The copies are the caller's to remove."""
    # Workers of one run meet in the folder above their own.
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    seed = shared / "province"

    def copied() -> Path:
        with (shared / "province.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not seed.exists():
                home = _fresh()
                command(home, "demo", "load")
                command(home, "stop")
                home.rename(seed)
        home = _fresh()
        # With owners and modes: the database has an account of its own.
        subprocess.run(["cp", "-a", f"{seed}/.", str(home)], check=True)
        return home

    yield copied
    if shared is base:
        shutil.rmtree(seed, ignore_errors=True)


def _fresh() -> Path:
    """Return a new folder that the database's account may pass through, unlike pytest's own."""
    return Path(tempfile.mkdtemp(prefix="ngangtam-e2e-", dir=os.environ.get("TMPDIR")))
