"""Two texts of one pattern that are about two things, or two versions of one: what their titles say."""

from __future__ import annotations

import pytest

from dedupe.cleaning.cover import U32, inside, runs_of, shelf_of, words_of
from dedupe.cleaning.titles import are_exact, is_another
from dedupe.text.titles import heading_of, title_of

PATTERN = """{title}

本条款的保险对象是{who}。投保的{who}应当如实填写清单，保险公司按清单收取保险费，并在三日内把单证交给投保人。
发生事故以后，{who}或者受益人应当在五日内通知保险公司，并提供医院的诊断和户口所在地的证明。
"""


def says_another(one: str, other: str) -> bool:
    titles = (words_of(title_of(one)), words_of(title_of(other)))
    return is_another(titles, (lost(one, other), lost(other, one)))


def lost(one: str, other: str) -> U32:
    words = words_of(one)
    return words.ids[~inside(words.ids, [shelf_of([runs_of(words_of(other).ids)])])]


def filled(title: str, who: str) -> str:
    return PATTERN.format(title=title, who=who)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("团体意外保险条款", "团体"), ("家庭意外保险条款", "家庭"), True),
        (("团体意外保险条款", "职工"), ("家庭意外保险条款", "职工"), False),  # another title, the same text
        (("意外保险条款", "团体"), ("意外保险条款", "家庭"), False),  # the titles say the same
        (("清溪镇保险条款", "清溪镇居民"), ("石塘镇保险条款", "石塘镇居民"), False),  # a place is a fill
        (("保险条款（一）", "团体"), ("保险条款（二）", "家庭"), False),  # and so is a number
        (("团体意外保险条款", "团体"), ("写给青年的一封信", "家庭"), False),  # no names of one series
        (("yurt docs", "the docs command"), ("yurt token", "the token command"), True),
        (("", "团体"), ("家庭意外保险条款", "家庭"), False),
    ],
)
def test_a_word_of_the_title_that_runs_through_the_text_makes_another_thing(
    one: tuple[str, str], other: tuple[str, str], is_one: bool
) -> None:
    assert says_another(filled(*one), filled(*other)) is is_one
    assert says_another(filled(*other), filled(*one)) is is_one


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("意外保险条款", "团体"), ("国营企业意外保险条款", "国营企业"), True),  # only the other has a word of its own
        (("船舶保险投保单", "职工"), ("船舶保险保险单", "职工"), True),
        (("清溪镇运输合同", "职工"), ("运输合同", "职工"), False),
        (("Moss Public License", "团体"), ("Moss Reciprocal License", "团体"), True),
        (("The Moss License", "团体"), ("Moss License, Version", "团体"), False),
    ],
)
def test_deeds_are_told_apart_by_a_word_of_their_titles(
    one: tuple[str, str], other: tuple[str, str], is_one: bool
) -> None:
    assert says_another(filled(*one), filled(*other)) is is_one
    assert says_another(filled(*other), filled(*one)) is is_one


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Moss Attribution 2.0", "Moss Attribution-NoDerivs 2.0", True),
        ("The Moss License, Version 2.0", "Moss License v2", False),
        ("Moss 2.0", "Reed 2.0", False),
    ],
)
def test_headings_with_a_version_are_exact(one: str, other: str, is_one: bool) -> None:
    assert are_exact(words_of(one), words_of(other)) is is_one


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("MOSS PUBLIC LICENSE\nVersion 2, June 1991\n", {"2"}),
        ("Moss License v1.0", {"1"}),
        ("Moss 2-Clause License", {"2"}),
        ("MOSS-3 No Attribution", {"3"}),
        ("# 青苔手册 2.3.1 版", {"2.3.1"}),
        ("Moss License 2.0 " + "This text goes on and on " * 9, {"2"}),
        ("Moss License\n\n" + "The text goes on and on, as with Reed 2.0. " * 4, set()),
        ("2.3 部署步骤\n", set()),
        ("苔藓产量下降0.25个百分点\n增长3.5%\n2019.5.12\n", set()),
        ("2018年工作总结（二）\n3月12日\n", set()),
        ("https://moss.example/format/1.0/\n", set()),
    ],
)
def test_the_first_lines_name_versions(text: str, versions: set[str]) -> None:
    heading = heading_of(text)
    assert (heading.versions if heading else set()) == versions
