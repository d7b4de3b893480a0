"""Keys stand in a file of their own, and a passphrase opens it."""

import json
import stat

import pytest

from ngangtam.foundation.kernel import keyfile, secrets
from ngangtam.foundation.kernel.keyfile import BadKeysError, lock, unlock

KEYS = {"audit_seal": "s" * 48, "secret_key": "k" * 48}


@pytest.fixture
def locked(tmp_path, monkeypatch):
    monkeypatch.setattr(keyfile, "_COST", {"n": 1 << 10, "r": 8, "p": 1})
    path = tmp_path / "instance.keys"
    path.write_text(lock(KEYS, "một câu dài dễ nhớ"))
    return path


def test_opens_with_the_passphrase(locked):
    assert unlock(locked, "một câu dài dễ nhớ") == KEYS
    assert "s" * 48 not in locked.read_text()


def test_stays_shut_to_another(locked):
    with pytest.raises(BadKeysError, match="passphrase is wrong"):
        unlock(locked, "một câu dài khó nhớ")


@pytest.mark.parametrize("part", ["salt", "nonce", "box"])
def test_stays_shut_when_it_was_changed(locked, part):
    told = json.loads(locked.read_text())
    told[part] = ("B" if told[part][0] != "B" else "C") + told[part][1:]
    locked.write_text(json.dumps(told))
    with pytest.raises(BadKeysError):
        unlock(locked, "một câu dài dễ nhớ")


@pytest.mark.parametrize("n", [1 << 30, 1 << 21])
def test_never_works_for_hours_because_a_file_says_so(locked, n):
    locked.write_text(json.dumps({**json.loads(locked.read_text()), "n": n}))
    with pytest.raises(BadKeysError, match="more work"):
        unlock(locked, "một câu dài dễ nhớ")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"box": 1}'])
def test_refuses_what_is_no_key_file(tmp_path, text):
    path = tmp_path / "other"
    path.write_text(text)
    with pytest.raises(BadKeysError, match="no key file"):
        unlock(path, "một câu dài dễ nhớ")


def test_asks_for_a_passphrase_worth_the_name():
    with pytest.raises(BadKeysError, match="12 letters"):
        lock(KEYS, "ngắn")


def test_adopted_keys_stand_beside_those_of_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    own = secrets.secret("owner_password")
    secrets.adopt(KEYS)
    assert secrets.read_kept(tmp_path) == {"owner_password": own, **KEYS}
    mode = (tmp_path / "secrets" / "secrets.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
