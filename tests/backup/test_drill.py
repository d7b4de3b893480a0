"""The drill: a province is backed up and comes back in an empty home, or nothing is touched."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PASSPHRASE = "một câu dài dễ nhớ"
RULE = "id: targets.local\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that a database server of another account may pass through."""
    folder = tmp_path_factory.mktemp("drill")
    for path in (folder, *folder.parents):
        if path.is_dir() and path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o111)
    return folder


def told(home, *arguments, status=0, passphrase=PASSPHRASE):
    """Run the command in another home; return what it said on both channels."""
    environment = {
        name: value for name, value in os.environ.items()
        if name not in {"DJANGO_SETTINGS_MODULE", "NGANGTAM_DATABASE_URL"}
    }  # fmt: skip
    source = Path(__file__).resolve().parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", "from ngangtam.doors.cli.main import main; main()", *arguments],
        env={**environment, "NGANGTAM_HOME": str(home), "PYTHONPATH": str(source),
             "NGANGTAM_BACKUP_PASSPHRASE": passphrase, "NGANGTAM_LANGUAGE": "en"},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


def targets(home):
    return json.loads(told(home, "targets", "--unit", "SG", "--on", "2026-03-31",
                           "--format", "json")[0])  # fmt: skip


@pytest.fixture(scope="module")
def province(demo_home):
    """The fictional province in a home of its own, with a local file and an attachment."""
    home = demo_home()
    for name, text in {"templates/note.txt": "mẫu", "files/ab/cdef": "minh chứng"}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    yield home
    told(home, "stop")
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def kept(place, province):
    """Its backup: the archive and the key file."""
    file, keys = place / "kept.tar", place / "kept.keys"
    told(province, "backup", str(file), "--keys", str(keys))
    return file, keys


@pytest.fixture
def empty(tmp_path, place):
    home = place / f"empty-{tmp_path.name}"
    yield home
    if home.exists():
        told(home, "stop")
        shutil.rmtree(home)


def untouched(home):
    return not home.exists() or not {path.name for path in home.iterdir()} - {"run", "log"}


@pytest.fixture(scope="module")
def restored(place, kept):
    """A home that was empty, and what the restore into it said."""
    home = place / "restored"
    said = told(home, "restore", str(kept[0]), "--keys", str(kept[1]))[0]
    yield home, said
    told(home, "stop")


def test_the_province_comes_back_whole(province, restored):
    home, said = restored

    assert "every table counts what it counted" in said
    assert "The audit verifies" in said
    assert targets(home) == targets(province)
    assert (home / "files/ab/cdef").read_text() == "minh chứng"
    assert (home / "templates/note.txt").read_text() == "mẫu"
    assert "Nothing is wrong" in told(home, "audit", "verify")[0]
    assert not (home / "restoring").exists()
    assert not list(home.glob("*.dump"))


def test_an_archive_holds_no_secret(province, kept):
    file, keys = kept
    secrets = json.loads((province / "secrets" / "secrets.json").read_text())
    for path in (file, keys):
        assert path.stat().st_mode & 0o777 == 0o600
        raw = path.read_bytes()
        assert not any(secret.encode() in raw for secret in secrets.values())


@pytest.mark.whole
def test_one_event_says_that_a_copy_was_made(province, kept):
    first, again = events(province), None
    told(province, "backup", str(kept[0].with_name("again.tar")))
    again = events(province)
    assert again - first == 1


def events(home):
    return json.loads(told(home, "audit", "verify", "--json")[0])["events"]


def test_check_reads_everything_and_writes_nothing(kept, empty):
    file, keys = kept
    said = told(empty, "backup", "--check", str(file), "--keys", str(keys))[1]
    assert "the seal holds" in said
    assert not empty.exists()


def damaged(file, place):
    """Yield the ways in which an archive may have been tampered with."""
    raw = file.read_bytes()
    middle = len(raw) // 2
    yield "flipped", raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]
    yield "truncated", raw[: len(raw) * 2 // 3]
    yield "longer", raw + raw[:512]
    yield "empty", b""


def test_a_tampered_archive_changes_nothing(kept, place, empty):
    file, keys = kept
    for name, raw in damaged(file, place):
        bad = place / f"{name}.tar"
        bad.write_bytes(raw)
        said = told(empty, "restore", str(bad), "--keys", str(keys), status=1)[1]
        assert said.strip().splitlines()[-1].endswith("; nothing was changed"), said
        assert "Traceback" not in said
        assert untouched(empty)


def test_a_remade_archive_is_told_by_its_seal(kept, place, empty):
    """Whoever changes a member and every digest above it still lacks the key."""
    file, keys = kept
    remade = place / "remade.tar"
    _remake(file, remade, place)

    assert "archive is" not in told(empty, "backup", "--check", str(remade))[1]
    said = told(empty, "restore", str(remade), "--keys", str(keys), status=1)[1]

    assert "its seal does not hold" in said
    assert untouched(empty)


def _remake(file, remade, place):
    from ngangtam.foundation.kernel import archive

    into = place / "opened"
    into.mkdir()
    manifest = archive.extract(file, into)
    (into / "files/ab/cdef").write_text("minh chứng giả")
    with remade.open("w+b") as out:
        writer = archive.Writer(out)
        with (into / archive.DATABASE).open("rb") as dump:
            writer.add(archive.DATABASE, dump)
        for name in archive.FOLDERS:
            writer.add_folder(name, into / name)
        writer.finish(manifest, lambda said: manifest["seal"])


def test_keys_and_passphrase_are_asked_for(kept, empty):
    file, keys = kept
    said = told(empty, "restore", str(file), status=1)[1]
    assert "the keys of the archive are not here" in said
    said = told(empty, "restore", str(file), "--keys", str(keys), status=1,
                passphrase="một câu khác hẳn")[1]  # fmt: skip
    assert "the passphrase is wrong" in said
    assert untouched(empty)


@pytest.mark.whole
def test_what_a_home_holds_is_moved_aside_and_never_lost(kept, restored):
    file, keys = kept
    home = restored[0]
    (home / "rulebook").mkdir(exist_ok=True)
    (home / "rulebook" / "own.yaml").write_text(RULE)

    said = told(home, "restore", str(file), "--keys", str(keys), status=1)[1]
    assert "is not empty" in said
    said = told(home, "restore", str(file), "--force")[0]  # the keys are those of the home

    (aside,) = home.glob("before-restore-*")
    assert str(aside) in said
    assert (aside / "rulebook" / "own.yaml").read_text() == RULE
    assert (aside / "database" / "PG_VERSION").exists()
    assert "Nothing is wrong" in told(home, "audit", "verify")[0]


def test_a_restore_that_fails_half_way_leaves_the_home_as_it_was(kept, empty, place):
    """The dump is sound by its digest and yet no dump: PostgreSQL's tool refuses it."""
    file, keys = kept
    from ngangtam.foundation.kernel import archive, keyfile

    (place / "no.dump").write_bytes(b"no dump")
    held = keyfile.unlock(keys, PASSPHRASE)
    manifest = archive.check(file)
    bad = place / "bad.tar"
    with bad.open("w+b") as out, (place / "no.dump").open("rb") as dump:
        writer = archive.Writer(out)
        writer.add(archive.DATABASE, dump)
        writer.finish(manifest, lambda said: keyfile.seal(held["audit_seal"], said))
    empty.mkdir()
    (empty / "files").mkdir()
    (empty / "files" / "own").write_text("còn đây")

    said = told(empty, "restore", str(bad), "--keys", str(keys), "--force", status=1)[1]

    assert "pg_restore could not finish" in said
    assert (empty / "files" / "own").read_text() == "còn đây"
    assert {path.name for path in empty.iterdir()} - {"run"} == {"files"}


def test_an_older_copy_is_never_written_over(province, kept):
    said = told(province, "backup", str(kept[0]), status=2)[1]
    assert "is there already" in said


def test_a_backup_that_fails_leaves_no_file(province, place):
    """A file whose name no archive may hold stops the backup."""
    bad = province / "files" / "tên\nxấu"
    bad.write_text("")
    try:
        said = told(province, "backup", str(place / "half.tar"), status=1)[1]
    finally:
        bad.unlink()
    assert "no backup was made" in said
    assert not list(place.glob("*half*"))
