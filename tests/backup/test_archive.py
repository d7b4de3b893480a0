"""An archive gives back what went in, and nothing that anybody did to it since."""

import io
import json
import tarfile

import pytest

from ngangtam.foundation.kernel import archive
from ngangtam.foundation.kernel.archive import BadArchiveError, Writer, check, extract

DUMP = bytes(range(256)) * 9
PROOF = "bằng tốt nghiệp".encode()


@pytest.fixture
def kept(tmp_path):
    """An archive with a dump, a rule and two attachments, one under a long name."""
    home = tmp_path / "home"
    for name, text in {
        "rulebook/parameters/a.yaml": b"id: a\n",
        f"files/ab/{'c' * 140}": PROOF,
        "files/zz": b"",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(text)
    path = tmp_path / "kept.tar"
    with path.open("w+b") as out:
        writer = Writer(out)
        writer.add("database.dump", io.BytesIO(DUMP))
        for name in archive.FOLDERS:
            writer.add_folder(name, home / name)
        writer.finish({"product": "ngangtam"}, lambda said: f"{len(said)}")
    return path


def remade(path, change):
    """Unpack an archive with ordinary tools, let `change` at its members, pack it again."""
    with tarfile.open(path) as tar:
        members = [(one, tar.extractfile(one).read()) for one in tar.getmembers()]
    change(members)
    with path.open("wb") as out:
        for info, text in members:
            info.size = len(text) if info.isreg() else 0
            out.write(info.tobuf(tarfile.GNU_FORMAT))
            out.write(text + bytes(-len(text) % 512))
        out.write(bytes(1024))


def test_gives_back_what_went_in(kept, tmp_path):
    into = tmp_path / "into"
    into.mkdir()

    manifest = extract(kept, into)

    assert manifest == check(kept)
    assert (into / "database.dump").read_bytes() == DUMP
    assert (into / f"files/ab/{'c' * 140}").read_bytes() == PROOF
    assert manifest["folders"]["files"] == {"members": 2, "bytes": len(PROOF)}


def test_ordinary_tools_read_it(kept, tmp_path):
    with tarfile.open(kept) as tar:
        assert tar.getnames()[0] == "database.dump"
        sums = tar.extractfile("SHA256SUMS").read().decode()
    assert sums.count("\n") == 4


def test_remaking_without_a_change_gives_the_same_bytes(kept):
    before = kept.read_bytes()
    remade(kept, lambda members: None)
    assert kept.read_bytes() == before


def test_no_byte_can_be_changed(kept):
    whole = kept.read_bytes()
    for at in [*range(0, len(whole), 97), len(whole) - 1]:
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        with pytest.raises(BadArchiveError):
            _differs(kept, whole, at)


def _differs(path, whole, at):
    """Check; a changed seal stands in the manifest and is found by who has the key."""
    manifest = check(path)
    if b'"seal"' in whole[at - 12 : at + 12] or b'"product"' in whole[at - 24 : at + 24]:
        raise BadArchiveError("told by the seal")
    if archive.sealed_part(manifest) != archive.sealed_part(_manifest(whole)):
        raise BadArchiveError("told by the seal")


def _manifest(whole):
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        return json.load(tar.extractfile("manifest.json"))


def test_nothing_can_be_cut_off(kept):
    whole = kept.read_bytes()
    for length in range(0, len(whole), 256):
        kept.write_bytes(whole[:length])
        with pytest.raises(BadArchiveError):
            check(kept)


def test_nothing_can_be_put_after_the_end(kept):
    kept.write_bytes(kept.read_bytes() + b"\x00")
    with pytest.raises(BadArchiveError, match="does not end"):
        check(kept)


def test_names_the_member_that_was_changed(kept):
    remade(kept, lambda members: members.__setitem__(1, (members[1][0], b"id: b\n")))
    with pytest.raises(BadArchiveError, match=r"rulebook/parameters/a\.yaml is not as"):
        check(kept)


def test_members_cannot_be_swapped(kept):
    def swap(members):
        (one, first), (other, second) = members[2], members[3]
        members[2:4] = [(one, second), (other, first)]

    remade(kept, swap)
    with pytest.raises(BadArchiveError, match="is not as it was written"):
        check(kept)


@pytest.mark.parametrize("name", ["files/zzz", "files/zz", "audit/head.json"])
def test_no_member_can_be_added(kept, name):
    remade(kept, lambda members: members.insert(-2, (tarfile_member(name), b"more")))
    with pytest.raises(BadArchiveError):
        check(kept)


def test_no_member_can_be_left_out(kept):
    remade(kept, lambda members: members.pop(1))
    with pytest.raises(BadArchiveError, match="fewer"):
        check(kept)


@pytest.mark.parametrize(
    "name",
    ["../etc/passwd", "/etc/passwd", "files/../../x", "secrets/secrets.json", "files/a\\b",
     "files//x", "database.dump/x", "files"],
)  # fmt: skip
def test_refuses_names_that_lead_elsewhere(kept, tmp_path, name):
    remade(kept, lambda members: members.insert(-2, (tarfile_member(name), b"x")))
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(BadArchiveError, match=r"unsafe|no part"):
        extract(kept, into)
    assert not (tmp_path / "etc").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_refuses_links_and_devices(kept, kind):
    link = tarfile_member("files/zzz")
    link.type, link.linkname = kind, "/etc/passwd"
    remade(kept, lambda members: members.insert(-2, (link, b"")))
    with pytest.raises(BadArchiveError, match="no regular file"):
        check(kept)


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "out").symlink_to("/etc/passwd")
    with (tmp_path / "a.tar").open("w+b") as out:
        writer = Writer(out)
        writer.add_folder("files", tmp_path / "folder")
    assert writer.counts == {}


def test_refuses_a_format_to_come(kept):
    def newer(members):
        info, text = members[-1]
        members[-1] = (info, text.replace(b'"format": 1', b'"format": 2'))

    remade(kept, newer)
    with pytest.raises(BadArchiveError, match="format 2"):
        check(kept)


@pytest.mark.parametrize("text", [b"", b"PK\x03\x04" + bytes(600), b"database.dump\x00" * 80])
def test_refuses_what_is_no_archive(tmp_path, text):
    path = tmp_path / "other.tar"
    path.write_bytes(text)
    with pytest.raises(BadArchiveError):
        check(path)


def tarfile_member(name):
    info = tarfile.TarInfo(name)
    info.mode, info.mtime = 0o600, 0
    return info
