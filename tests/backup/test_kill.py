"""Web and database are killed in the middle of writes; what was acknowledged is there once."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ngangtam.foundation.kernel import database

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.mark.slow
@pytest.mark.whole
def test_what_was_acknowledged_survives_a_kill(tmp_path):
    for path in (tmp_path, *tmp_path.parents):
        if path != Path("/") and path.stat().st_uid == os.getuid():
            path.chmod(path.stat().st_mode | 0o111)
    environment = {
        name: value for name, value in os.environ.items()
        if name not in {"DJANGO_SETTINGS_MODULE", "NGANGTAM_DATABASE_URL"}
    }  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-c", "from ngangtam.doors.cli.main import main; main()",
         "bench", "kill", "--rounds", "2", "--writes", "40", "--format", "json"],
        env={**environment, "NGANGTAM_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["sound"]
    assert 0 < found["acknowledged"] < found["written"] == 80
    assert not found["lost"] + found["half"] + found["duplicates"] + found["findings"]
    assert found["miscounted"] == 0
    assert found["sent_again"] == sum(found["unanswered"].values()) == 80 - found["acknowledged"]
    assert set(found["durable"].values()) == {"on"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    (tmp_path / "database").mkdir()
    return tmp_path


def postmaster(home, *, pid, port=1, state="ready   "):
    lines = [pid, home / "database", 1, port, "", "127.0.0.1", "1 1", state, ""]
    (home / "database" / "postmaster.pid").write_text("\n".join(map(str, lines)))


def test_a_number_that_somebody_else_has_by_now_is_no_server(home):
    postmaster(home, pid=os.getpid())
    assert database.running_port() is None
    assert not database.stop()


@pytest.fixture
def worker(home):
    """A process that works in the data folder, as every process of the server does."""
    child = subprocess.Popen(["sleep", "60"], cwd=home / "database")
    yield child
    child.kill()
    child.wait()


def test_a_server_that_still_recovers_does_not_serve_yet(home, worker):
    postmaster(home, pid=worker.pid, state="starting")
    assert database.running_port() is None
    assert database._postmaster() == database._Postmaster(worker.pid, 1, False)


def test_a_server_that_left_half_a_file_is_no_server(home):
    (home / "database" / "postmaster.pid").write_text("12\n")
    assert database.running_port() is None


def test_only_a_process_of_postgresql_is_ended_as_an_orphan(home, worker):
    assert list(database._orphans()) == []
    database._end_orphans()
    assert worker.poll() is None


def test_an_orphan_is_ended_when_it_does_not_notice(home, monkeypatch, tmp_path_factory):
    monkeypatch.setattr(database, "_ORPHANS", 0.1)
    program = tmp_path_factory.mktemp("bin") / "postgres"
    program.symlink_to("/bin/sleep")
    orphan = subprocess.Popen([program, "60"], cwd=home / "database")
    try:
        assert list(database._orphans()) == [orphan.pid]
        reaper = threading.Thread(target=orphan.wait)
        reaper.start()
        database._end_orphans()
        reaper.join(5)
        assert orphan.returncode == -9
    finally:
        orphan.kill()


def test_a_database_starts_again_after_every_kind_of_crash(home):
    """One was killed while it was made; one left the number of a process that nobody reaped."""
    (home / "database").rmdir()
    (home / "database.new").mkdir()
    (home / "database.new" / "PG_VERSION").write_text("18\n")
    for path in (home, *home.parents):
        if path != Path("/") and path.stat().st_uid == os.getuid():
            path.chmod(path.stat().st_mode | 0o111)
    try:
        port = database.start()
        assert database.running_port() == port
        assert not (home / "database.new").exists()
        database.stop()
        zombie = subprocess.Popen(["sleep", "60"], user=database._system_user())
        zombie.kill()
        postmaster(home, pid=zombie.pid)
        assert database.start()
        zombie.wait()
    finally:
        assert database.stop()
    assert database.running_port() is None


WORKER = """
import multiprocessing, os, signal, time

def work(pipe):
    from ngangtam.foundation.kernel.processes import end_with_master
    end_with_master()
    pipe.send(os.getpid())
    time.sleep(60)

if __name__ == "__main__":
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.Process(target=work, args=(theirs,)).start()
    print(ours.recv(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_does_not_outlive_its_master(tmp_path):
    program = tmp_path / "master.py"
    program.write_text(WORKER)
    master = subprocess.run(
        [sys.executable, program], env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert master.returncode == -9
    # The kernel tells the worker; a busy machine lets it die a moment later.
    end = time.monotonic() + 20
    while _alive(int(master.stdout)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _alive(int(master.stdout))


def _alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
