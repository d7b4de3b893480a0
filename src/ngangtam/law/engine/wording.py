"""The words in which a finding is explained, in Vietnamese and English."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from ngangtam.law.engine.vocabulary import Type, Vocabulary

Lang = Literal["vi", "en"]
LANGS: Final[tuple[Lang, ...]] = ("vi", "en")

_NUMBER: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "<": "dưới {}",
        "<=": "không quá {}",
        ">": "trên {}",
        ">=": "từ {} trở lên",
        "==": "bằng {}",
        "!=": "khác {}",
    },
    "en": {
        "<": "under {}",
        "<=": "at most {}",
        ">": "over {}",
        ">=": "at least {}",
        "==": "equal to {}",
        "!=": "other than {}",
    },
}
_CODE: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {**_NUMBER["vi"], "==": "là {}"},
    "en": {
        "<": "below {}",
        "<=": "no higher than {}",
        ">": "above {}",
        ">=": "{} or higher",
        "==": "{}",
        "!=": "other than {}",
    },
}
_DAY: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "<": "trước ngày {}",
        "<=": "không sau ngày {}",
        ">": "sau ngày {}",
        ">=": "từ ngày {} trở đi",
        "==": "đúng ngày {}",
        "!=": "khác ngày {}",
    },
    "en": {
        "<": "before {}",
        "<=": "on or before {}",
        ">": "after {}",
        ">=": "on or after {}",
        "==": "on {}",
        "!=": "not on {}",
    },
}
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "met": "đạt",
        "not_met": "không đạt",
        "unknown": "chưa biết",
        "must": "phải {}",
        "not": "không ",
        "must_not": "không được {}",
        "missing": "thiếu {}",
        "none_of": "không đạt điều kiện nào",
        "not_confirmed": "tham số {} chưa được cơ quan có thẩm quyền xác nhận",
        "no_rule_in_force": "chưa có quy định có hiệu lực cho tham số {}",
        "not_reckoned": "không tính được {}",
        "off": "tiêu chí chưa được xác nhận nên chưa áp dụng",
        "yes": "có",
        "no": "không",
        "must_yes": "phải là có",
        "must_no": "phải là không",
        "must_known": "phải được ghi nhận",
        "must_blank": "phải chưa ghi nhận",
        "in": "thuộc: {}",
        "not_in": "không thuộc: {}",
        "years": "số năm từ {} đến {}",
        "months": "số tháng từ {} đến {}",
        "year_difference": "hiệu số năm từ {} đến {}",
        "retirement": "ngày nghỉ hưu",
        "always": "không phụ thuộc hồ sơ",
        "note": "lưu ý: {}",
        "blank": "chưa ghi nhận",
    },
    "en": {
        "met": "met",
        "not_met": "not met",
        "unknown": "unknown",
        "must": "must be {}",
        "not": "not ",
        "must_not": "must not be {}",
        "missing": "missing {}",
        "none_of": "none of the conditions is met",
        "not_confirmed": "parameter {} is not confirmed by the authority in charge",
        "no_rule_in_force": "no rule is in force for parameter {}",
        "not_reckoned": "{} cannot be reckoned",
        "off": "the criterion is not confirmed and does not apply yet",
        "yes": "yes",
        "no": "no",
        "must_yes": "must be yes",
        "must_no": "must be no",
        "must_known": "must be recorded",
        "must_blank": "must not be recorded",
        "in": "one of: {}",
        "not_in": "none of: {}",
        "years": "years from {} to {}",
        "months": "months from {} to {}",
        "year_difference": "difference of years from {} to {}",
        "retirement": "retirement day",
        "always": "whatever the file says",
        "note": "note: {}",
        "blank": "not recorded",
    },
}


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless it begins with an acronym."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def format_value(value: object, kind: Type, vocabulary: Vocabulary, lang: Lang) -> str:
    """Return a value as a person reads it: labels for codes, dd/mm/yyyy, có / không."""
    if value is None:
        return WORDS[lang]["blank"]
    if kind.kind == "code" and isinstance(value, int):
        return vocabulary.catalogues[kind.catalogue].entries[value].label[lang]
    if isinstance(value, bool):
        return WORDS[lang]["yes" if value else "no"]
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if lang == "vi" else text
    return str(value)


def requirement(op: str, value: str, kind: Type, lang: Lang) -> str:
    """Return what a comparison asks for: 'dưới 40', 'từ Thạc sĩ trở lên', 'trước ngày …'."""
    table = {"code": _CODE, "day": _DAY}.get(kind.kind, _NUMBER)
    return table[lang][op].format(value)


def must(need: str, lang: Lang) -> str:
    """Return what has to be so: 'phải dưới 40'; what must not be so as 'không được quá 40'."""
    words = WORDS[lang]
    if need.startswith(words["not"]):
        return words["must_not"].format(need.removeprefix(words["not"]))
    return words["must"].format(need)
