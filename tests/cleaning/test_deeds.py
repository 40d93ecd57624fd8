"""Deeds without titles: a clause makes two works, another holder does not."""

from __future__ import annotations

import pytest

from dedupe.cleaning.cover import inside, runs_of, shelf_of, words_of
from dedupe.cleaning.deeds import Side, are_apart, is_deed_by_words
from dedupe.cleaning.options import Choices
from tests.cleaning.test_losses import Cleaned

KEEP = Choices(keep_chrome=True)

GRANT = (
    "Anyone who holds this work may run it, change it and hand it on, whole or in pieces, with or without a price, and "
    "needs no further permission from its makers, as long as the terms below are kept.\n"
)
NOTICE = "Whoever hands it on in any shape puts these lines, and the names above, where a receiver will read them.\n"
NAMES = "No name of a maker may be used to praise what was built upon the work unless the maker signed a permission.\n"
END = (
    "\nTHE WORK COMES AS IT STANDS, AND ITS MAKERS GIVE NO WARRANTY OF ANY KIND, NEITHER THAT IT SELLS NOR SUITS "
    "A PURPOSE. IN NO CASE ARE THEY LIABLE FOR DAMAGES THAT COME OF ITS USE, WHATEVER THE GROUND OF THE LIABILITY.\n"
)
HOLDERS = (
    "Copyright (c) 2011 Moss and Sons\n",
    "Copyright (c) 2020-2024, The Reed Authors\nCopyright 2026 Fern\n",
)


def licence(holder: str, *clauses: str) -> str:
    return "\n".join((holder, GRANT, *clauses, END))


def test_another_holder_makes_no_other_licence() -> None:
    assert len(Cleaned({f"{at}.txt": licence(one, NOTICE, NAMES) for at, one in enumerate(HOLDERS)}, KEEP).left) == 1


@pytest.mark.parametrize("fewer", [(NOTICE,), (NAMES,), ()])
@pytest.mark.parametrize("holders", [HOLDERS, HOLDERS[:1] * 2])
def test_a_licence_stays_beside_one_with_a_clause_more(fewer: tuple[str, ...], holders: tuple[str, ...]) -> None:
    texts = {"more.txt": licence(holders[0], NOTICE, NAMES), "less.txt": licence(holders[1], *fewer)}
    texts |= {f"more-{at}.txt": licence(f"Copyright (c) 20{at} Heath\n", NOTICE, NAMES) for at in (13, 17)}
    left = Cleaned(texts, KEEP).left
    assert left["less.txt"] == texts["less.txt"]
    assert len(left) == 2


def test_a_page_of_licences_keeps_them_all_and_takes_none_with_it() -> None:
    one, other = licence(HOLDERS[0], NOTICE), licence(HOLDERS[1], NAMES)
    texts = {"page.txt": f"moss 1\n\n{one}\n\nreed 2\n\n{other}\n", "one.txt": one, "other.txt": other}
    assert Cleaned(texts, KEEP).left == texts


def test_a_page_of_one_licence_twice_is_not_that_licence() -> None:
    one, other = (licence(holder, NOTICE, NAMES) for holder in HOLDERS)
    texts = {"page.txt": f"moss 1\n\n{one}\n\nreed 2\n\n{other}\n", "one.txt": one}
    assert Cleaned(texts, KEEP).left == texts


def side(text: str, other: str) -> Side:
    words = words_of(text)
    return Side(text, words, inside(words.ids, [shelf_of([runs_of(words_of(other).ids)])]))


@pytest.mark.parametrize(
    ("change", "apart"),
    [
        (("or in pieces", "or in parts"), False),
        (("with or without a price, and", "and"), False),
        (("the terms below are kept", "the terms below are kept and no one is harmed by what was made of it"), True),
    ],
)
def test_a_changed_word_is_no_clause(change: tuple[str, str], apart: bool) -> None:
    one = licence(HOLDERS[0], NOTICE)
    other = one.replace(*change)
    assert one != other
    assert are_apart(side(one, other), side(other, one)) is apart


@pytest.mark.parametrize(
    ("text", "is_deed"),
    [
        (licence("", NOTICE), True),
        ("甲方将房屋租给乙方，租期一年，乙方按月付清，逾期不付的，甲方可以收回。", True),
        ("The mill stood by the river, and its owner gave a licence to nobody who did not bring his own grain.", False),
        ("秋天到了，果园里一片繁忙，家家户户都在收苹果，孩子们放学也来帮忙。", False),
        ("", False),
    ],
)
def test_deeds_are_told_by_their_words(text: str, is_deed: bool) -> None:
    assert is_deed_by_words(text, words_of(text)) is is_deed
