import pytest
from django.utils import translation

from ngangtam.foundation.kernel.speech import language, said

WORDS = {"vi": "cán bộ", "en": "official"}


@pytest.mark.parametrize(
    ("page", "words"), [("vi", "vi"), ("en", "en"), ("en-gb", "en"), ("fr", "vi"), (None, "vi")]
)
def test_a_page_speaks_english_or_else_vietnamese(page, words):
    with translation.override(page):
        assert (language(), said(WORDS)) == (words, WORDS[words])


@pytest.mark.parametrize("words", [None, {}])
def test_of_no_words_nothing_is_said(words):
    assert said(words) == ""


def test_words_kept_in_vietnamese_alone_stand_on_an_english_page():
    with translation.override("en"):
        assert said({"vi": "cán bộ"}) == said({"vi": "cán bộ", "en": ""}) == "cán bộ"
