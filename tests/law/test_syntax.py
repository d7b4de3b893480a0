import builtins

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngangtam.law.engine.loader import load
from ngangtam.law.engine.syntax import BadExpression, parse
from ngangtam.law.engine.vocabulary import FLAG, INT, Type

BOOK = load()  # not a fixture: a failing example would print the whole of it
REFUSED = [
    ("__import__('os').system('true')", "only the functions"),
    ("__import__('os')", "no function '__import__'"),
    ("gender.__class__", "attribute"),
    ("().__class__.__bases__[0]", "index"),
    ("(lambda: True)()", "only the functions"),
    ("[x for x in (1, 2)]", "ListComp"),
    ("f'{gender}' == 'x'", "formatted"),
    ("woman if woman else woman", "if … else"),
    ("age_full ** 9 > 1", r"\*\*"),
    ("age_full // 2 > 1", "//"),
    ("age_full % 2 == 1", "%"),
    ("age_full is 40", "is"),
    ("(woman := True)", "NamedExpr"),
    ("param(id='x') > 1", "only the functions"),
    ("param(woman) > 1", "in quotes"),
    ("param('no.such') > 1", "no parameter 'no.such'"),
    ("age_ful < 40", "no fact is called 'age_ful'"),
    ("gender < 'female'", "no order"),
    ("gender == 'woman'", "not a code of gender"),
    ("degree >= theory", "cannot be compared"),
    ("degree >= 3", "cannot be compared"),
    ("woman == True", "not compared"),
    ("woman + 1 > 1", "a number is needed"),
    ("age_full < '40'", "no code and no day"),
    ("birth_day < 1980", "cannot be compared"),
    ("birth_day < '1980-02-30'", "not a day"),
    ("age_full in ()", "empty"),
    ("degree in ('master', 'mastre')", "not a code"),
    ("age_full in (1, elected_terms)", "only literals"),
    ("woman in (True, False)", "needs a code"),
    ("age_full and woman", "a flag is needed"),
    ("not age_full", "a flag is needed"),
    ("years(birth_day) > 1", "2 argument"),
    ("years(gender, day) > 1", "a day is needed"),
    ("retirement(retirement_day, gender) > day", "recorded"),
    ("day", "a flag is needed here"),
    ("age_full", "a flag is needed here"),
    ("age_full < 10000000000", "numbers go up"),
    ("age_full < 1e999", "numbers go up"),
    ("elected_terms * elected_terms > 1", "too large"),
    ("woman and", "not an expression"),
    ("woman; woman", "not an expression"),
    ("b'x' == gender", "not allowed"),
    ("1 < 2j", "not allowed"),
    ("...", "not allowed"),
    ("", "not an expression"),
    ("not " * 50 + "woman", "nested deeper"),
    (" or ".join(["woman"] * 200), "longer than"),
    ("(" * 400 + "woman" + ")" * 400, "not an expression"),
    (" or ".join(["1<2"] * 100), "more than"),
]


@pytest.mark.parametrize(("text", "word"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_what_is_not_on_the_white_list_is_refused_with_a_reason(book, text, word):
    with pytest.raises(BadExpression, match=word):
        parse(text, book.vocabulary, book.parameter_types, expect=FLAG)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("age_full", INT),
        ("months_in_post / 12", Type("number")),
        ("elected_terms * 12 - 3", INT),
        ("-3", INT),
        ("day", Type("day")),
        ("degree", Type("code", "degree")),
        ("'master' <= degree", FLAG),
        ("18 <= age_full < 40", FLAG),
        ("known(birth_day)", FLAG),
        ("between(age_full, 30, 40)", FLAG),
        ("birth_day < '1980-01-01'", FLAG),
        ("theory in ['advanced', 'bachelor']", FLAG),
    ],
)
def test_the_type_of_an_expression_is_known_before_any_person(book, text, kind):
    assert parse(text, book.vocabulary, {}).type == kind


WORDS = """
woman age_full degree birth_day gender 'master' 'female' 40 3.5 '1980-01-01' True None and or not in
< <= > >= == != + - * / ( ) , [ ] { } . : = lambda if else for is await yield param known between
years months retirement day __class__ __import__ eval exec open print import os system globals
getattr f'' b'' ** // % @ ~ ; # _ __builtins__ \\
"""
TOKENS = st.sampled_from([*WORDS.split(), "\n"])


@given(st.lists(TOKENS, max_size=25).map(" ".join) | st.text(max_size=80))
@settings(max_examples=600, deadline=None)
def test_no_text_runs_code_or_breaks_the_reader(text):
    def never(*_, **__):
        raise AssertionError("something was executed")

    kept = builtins.eval, builtins.exec, builtins.open
    builtins.eval = builtins.exec = builtins.open = never
    try:
        node = parse(text, BOOK.vocabulary, BOOK.parameter_types)
    except BadExpression:
        return
    finally:
        builtins.eval, builtins.exec, builtins.open = kept
    assert type(node).__module__ == "ngangtam.law.engine.tree"


def test_a_fact_that_rests_on_itself_is_refused(book):
    from dataclasses import replace

    from ngangtam.law.engine.vocabulary import Vocabulary

    facts = dict(book.facts)
    facts["woman"] = replace(facts["woman"], derived="not religious")
    facts["religious"] = replace(facts["religious"], derived="not woman")
    circular = Vocabulary(facts, book.catalogues)

    with pytest.raises(BadExpression, match="rests on itself"):
        parse("woman", circular, {})
