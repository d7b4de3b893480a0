"""Commands speak Vietnamese unless they are told otherwise."""

import pytest

from ngangtam.foundation.kernel.wording import gettext

TEXT = "the passphrase needs %(count)s letters at least"


@pytest.mark.parametrize("language", ["vi", "", None])
def test_vietnamese_is_what_a_command_speaks(monkeypatch, language):
    monkeypatch.delenv("NGANGTAM_LANGUAGE", raising=False)
    if language:
        monkeypatch.setenv("NGANGTAM_LANGUAGE", language)
    assert gettext(TEXT) == "cụm mật khẩu cần ít nhất %(count)s ký tự"


@pytest.mark.parametrize("language", ["en", "fr", "../../etc"])
def test_any_other_language_is_english(monkeypatch, language):
    monkeypatch.setenv("NGANGTAM_LANGUAGE", language)
    assert gettext(TEXT) == TEXT
