from hypothesis import given
from hypothesis import strategies as st

from ngangtam.foundation.kernel.text import fold, name_key, plain


def test_decomposed_and_composed_letters_become_the_same_text():
    assert fold("Thạc sĩ") == fold("Thạc sĩ") == "Thạc sĩ"


def test_every_kind_of_space_becomes_one_blank():
    assert fold("\u00a0Nguyễn\u2003Văn\u200b  An \n") == "Nguyễn Văn An"


def test_nothing_is_an_empty_text():
    assert fold(None) == fold("\u00a0") == ""


def test_search_text_has_no_accents_and_d_without_stroke():
    assert plain("Đặng Thị Ưởng") == "dang thi uong"


def test_people_sort_by_given_name_then_family_then_middle():
    names = ["Trần Văn Bình", "Nguyễn Thị An", "Lê Văn An", "Lê Đức An", "Đỗ Ân"]

    assert sorted(names, key=name_key) == [
        "Lê Đức An", "Lê Văn An", "Nguyễn Thị An", "Đỗ Ân", "Trần Văn Bình",
    ]  # fmt: skip


def test_letters_follow_the_vietnamese_alphabet():
    words = ["Đạt", "Dung", "Ăn", "Ân", "An", "Ơn", "Ôn", "On", "Ư", "U"]

    assert sorted(words, key=name_key) == [
        "An", "Ăn", "Ân", "Dung", "Đạt", "On", "Ôn", "Ơn", "U", "Ư",
    ]  # fmt: skip


def test_tones_decide_only_between_words_of_the_same_letters():
    assert sorted(["Hòa", "Hoá", "Hoan", "Hoa"], key=name_key) == ["Hoa", "Hòa", "Hoá", "Hoan"]


def test_a_single_word_is_a_given_name():
    assert name_key("Y Khoa") > name_key("Khoa")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâáàđeêghiklmnoôơuưy ", min_size=1))
def test_the_key_is_plain_ascii_and_the_same_for_any_normal_form(text):
    import unicodedata

    assert name_key(text).isascii()
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(text)
