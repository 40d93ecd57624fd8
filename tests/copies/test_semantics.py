"""What is said of copies: pairs that depend on no other text, representatives, whole documents, relations.

Texts are sentences of random common characters, so two of them share no five characters by chance.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import Cluster, Copy, Relation, Report, Settings, Severity, Unit
from dedupe.copies.clusters import LOOSE
from dedupe.pipeline.pipeline import check

COMMON = [chr(0x4E00 + 7 * at) for at in range(900)]
SHARED = st.integers(0, 2**16)


def sentence(rng: random.Random, low: int = 16, high: int = 24) -> str:
    length = rng.randint(low, high)
    words = "".join(rng.choice(COMMON) for _ in range(length))
    return f"{words[:7]}，{words[7:]}。"


def sentences(rng: random.Random, count: int, low: int = 16, high: int = 24) -> list[str]:
    return [sentence(rng, low, high) for _ in range(count)]


def text_of(parts: Sequence[str]) -> str:
    """Sentences in paragraphs of four."""
    return "\n".join("".join(parts[at : at + 4]) for at in range(0, len(parts), 4)) + "\n"


def edited(rng: random.Random, parts: Sequence[str], share: float = 0.02) -> list[str]:
    """Sentences with so many of their characters replaced."""
    return ["".join(rng.choice(COMMON) if c not in "，。" and rng.random() < share else c for c in s) for s in parts]


def mixed(rng: random.Random, shared: Sequence[str], own: int = 1) -> list[str]:
    """Shared sentences, each followed by some of a text's own."""
    return [part for one in shared for part in (one, *sentences(rng, own))]


def report_of(folder: Path, texts: dict[str, str], asked: Settings | None = None) -> Report:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return check([str(folder)], asked or Settings(select=("ND",)))


def name_of(copy: Copy) -> str:
    return Path(copy.region.path).stem


def names(cluster: Cluster) -> list[str]:
    """The documents of a cluster, that of the representative first."""
    return [name_of(copy) for copy in cluster.members]


def pairs_of(report: Report) -> set[frozenset[str]]:
    """The pairs of documents that stand in one cluster."""
    return {frozenset(pair) for cluster in report.clusters for pair in combinations(sorted({*names(cluster)}), 2)}


# Company and names


def three(seed: int, shared: int = 14, gap: int = 13) -> dict[str, str]:
    """Two texts that share sentences, and a long one that has the same ones far from each other."""
    rng = random.Random(seed)
    same = sentences(rng, shared, 24, 30)
    one, other, page = text_of(mixed(rng, same)), text_of(mixed(rng, same)), text_of(mixed(rng, same, gap))
    return {"a": page, "b": one, "c": other}


@pytest.mark.parametrize("seed", range(4))
def test_a_page_that_has_all_that_two_texts_share_does_not_part_them(seed: int, tmp_path: Path) -> None:
    texts = three(seed)
    assert pairs_of(report_of(tmp_path / "with", texts)) == {frozenset("bc")}
    del texts["a"]
    assert pairs_of(report_of(tmp_path / "without", texts)) == {frozenset("bc")}


@settings(max_examples=12, deadline=None)
@given(seed=SHARED, company=st.lists(st.sampled_from(["copy", "half", "page", "twin", "other"]), max_size=5))
def test_copies_alone_are_copies_in_company(
    seed: int, company: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = random.Random(seed)
    same = sentences(rng, 10)
    one, other = mixed(rng, same[:5]) + same[5:], edited(rng, same) + sentences(rng, rng.randint(0, 6))
    texts = {"one": text_of(one), "other": text_of(other)}
    alone = pairs_of(report_of(tmp_path_factory.mktemp("alone"), texts))
    for number, kind in enumerate(company):
        more = {
            "copy": edited(rng, one, 0.01), "half": same[:5] + sentences(rng, 5), "page": mixed(rng, same, 6),
            "twin": other, "other": sentences(rng, 10),
        }[kind]  # fmt: skip
        texts[f"{'ps'[number % 2]}{number}"] = text_of(more)
    assert alone == {frozenset(("one", "other"))}
    assert alone <= pairs_of(report_of(tmp_path_factory.mktemp("company"), texts))


@settings(max_examples=12, deadline=None)
@given(seed=SHARED, order=st.permutations(range(8)))
def test_other_names_give_the_same_pairs(seed: int, order: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    rng = random.Random(seed)
    same, own = sentences(rng, 12), sentences(rng, 12)
    texts = [
        same, edited(rng, same), same[:6] + own[:6], own, own, edited(rng, own, 0.05),
        mixed(rng, same[:4]) + own[4:], mixed(rng, same, 5) + mixed(rng, own, 5),
    ]  # fmt: skip
    plain = report_of(tmp_path_factory.mktemp("plain"), {str(at): text_of(text) for at, text in enumerate(texts)})
    other = report_of(tmp_path_factory.mktemp("other"), {str(at): text_of(texts[of]) for at, of in enumerate(order)})
    renamed = {frozenset(str(order[int(name)]) for name in pair) for pair in pairs_of(other)}
    assert renamed == pairs_of(plain)


def test_what_stands_in_one_of_two_equal_documents_is_listed_in_both(tmp_path: Path) -> None:
    rng = random.Random(4)
    quoted = sentences(rng, 5)
    page = text_of(sentences(rng, 12) + quoted + sentences(rng, 12))
    texts = {"one": page, "two": page, "quote": text_of(quoted)}
    for names_of in (texts, {"two": page, "a": page, "quote": text_of(quoted)}):
        report = report_of(tmp_path / "".join(names_of), names_of)
        assert len(pairs_of(report)) == 3
        # What is said of the whole document is enough.
        assert sorted(finding.code for finding in report.findings) == ["ND301", "ND303"]


# Representatives and containers


def forms(texts: int, seed: int = 5) -> tuple[random.Random, list[list[str]], dict[str, str]]:
    rng = random.Random(seed)
    some = [sentences(rng, 12) for _ in range(texts)]
    copies = {f"form{k}_{i}": text_of(edited(rng, some[k])) for k in range(texts) for i in range(6)}
    return rng, some, copies


def test_a_page_beside_three_forms_swallows_none_of_them(tmp_path: Path) -> None:
    _, some, texts = forms(3)
    texts["compare"] = "\n".join("".join(some[k][i : i + 2]) for i in range(0, 12, 2) for k in range(3)) + "\n"
    clusters = report_of(tmp_path, texts).clusters
    assert sorted(names(cluster)[0][:5] for cluster in clusters) == ["form0", "form1", "form2"]
    assert len(clusters) == 3
    for cluster in clusters:
        form = names(cluster)[0][:5]
        assert {name for name in names(cluster) if name.startswith("form")} == {f"{form}_{i}" for i in range(6)}
        (page,) = (copy for copy in cluster.members if name_of(copy) == "compare")
        assert (page.relation, page.holds, page.severity) == (Relation.CONTAINED, 3, Severity.NOTE)


def test_a_container_is_reported_as_what_it_is(tmp_path: Path) -> None:
    _, some, texts = forms(3)
    texts["compare"] = "\n".join("".join(some[k][i : i + 2]) for i in range(0, 12, 2) for k in range(3)) + "\n"
    found = [finding for finding in report_of(tmp_path, texts).findings if finding.path.endswith("compare.txt")]
    assert found
    assert all(": contains 3 texts that stand alone elsewhere: " in finding.message for finding in found)


def test_a_collection_of_forms_and_its_other_edition_are_a_cluster_beside_those_of_the_forms(tmp_path: Path) -> None:
    rng, some, texts = forms(4, 8)
    for edition in "xy":
        texts[f"all_{edition}"] = "".join(text_of(edited(rng, form)) for form in some)
    clusters = report_of(tmp_path, texts).clusters
    assert {frozenset(name[:5] for name in names(cluster) if name[0] == "f") for cluster in clusters} == {
        frozenset(), *(frozenset([f"form{k}"]) for k in range(4)),
    }  # fmt: skip
    for cluster in clusters:
        head = cluster.members[cluster.representative]
        assert head.region.unit is Unit.DOCUMENT
        assert len(cluster.members) == (2 if names(cluster)[0][0] == "a" else 8)


def test_forms_that_share_half_of_their_sentences_with_their_neighbours_keep_their_own_clusters(tmp_path: Path) -> None:
    rng = random.Random(8)
    some = sentences(rng, 45, 12, 16)
    kinds = [rng.sample(some[5 * at : 5 * at + 10], 10) for at in range(8)]
    texts = {f"form{k}_{i}": text_of(edited(rng, kinds[k])) for k in range(8) for i in range(5)}
    for k in range(7):
        texts[f"mix{k}"] = text_of(edited(rng, kinds[k][:5]) + edited(rng, kinds[k + 1][5:]))
    for edition in "xy":
        texts[f"all_{edition}"] = "".join(text_of(edited(rng, form)) for form in kinds)
    for cluster in report_of(tmp_path, texts).clusters:
        assert len({name[:5] for name in names(cluster) if name.startswith("form")}) < 2, names(cluster)


@settings(max_examples=10, deadline=None)
@given(seed=SHARED, copies=st.integers(2, 5), pages=st.integers(1, 3))
def test_a_text_as_itself_stands_for_its_copies_inside_others(
    seed: int, copies: int, pages: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = random.Random(seed)
    form = sentences(rng, 10)
    texts = {f"form{i}": text_of(edited(rng, form, 0.01)) for i in range(copies)}
    for page in range(pages):
        texts[f"page{page}"] = text_of(sentences(rng, 9) + form + sentences(rng, 14))
    clusters = report_of(tmp_path_factory.mktemp("forms"), texts).clusters
    for cluster in clusters:
        assert names(cluster)[0].startswith("form") or not any(name.startswith("form") for name in names(cluster))
    (cluster,) = (cluster for cluster in clusters if len(cluster.members) == copies + pages)
    assert {copy.region.unit for copy in cluster.members if name_of(copy).startswith("page")} == {Unit.PASSAGE}


# Whole documents


@pytest.mark.parametrize("rest", ["heading", "date", "footer"])
def test_documents_equal_but_for_one_line_are_one_pair_of_documents(rest: str, tmp_path: Path) -> None:
    rng = random.Random(6)
    body = text_of(sentences(rng, 30))
    lines = [sentence(rng, 8, 9) for _ in range(2)]
    one, other = (f"{line}\n{body}" if rest == "heading" else f"{body}{line}\n" for line in lines)
    (cluster,) = report_of(tmp_path, {"one": one, "other": other}).clusters
    assert [(copy.region.unit, copy.relation) for copy in cluster.members] == [
        (Unit.DOCUMENT, Relation.EXACT),
        (Unit.DOCUMENT, Relation.EDITED),
    ]
    assert 0.9 < cluster.members[1].jaccard < 1


def test_pages_of_the_same_essays_in_another_order_are_one_pair_of_documents(tmp_path: Path) -> None:
    rng = random.Random(7)
    essays = [text_of(sentences(rng, 12)) for _ in range(3)]
    pages = [
        "".join(f"工作总结 篇{at}\n{essays[of]}" for at, of in enumerate(order, 1)) for order in ((0, 1, 2), (2, 0, 1))
    ]
    (cluster,) = report_of(tmp_path, {"one": pages[0], "other": pages[1]}).clusters
    assert {copy.region.unit for copy in cluster.members} == {Unit.DOCUMENT}


def test_two_questions_with_one_answer_share_the_answer(tmp_path: Path) -> None:
    rng = random.Random(21)
    answer = sentences(rng, 14)
    texts = {name: "".join(sentences(rng, 3)) + "\n" + "".join(answer) + "\n" for name in "ab"}
    report = report_of(tmp_path, texts)
    assert {(f.code, f.severity) for f in report.findings} >= {("ND302", Severity.ERROR)}
    answers = [copy for c in report.clusters for copy in c.members if copy.region.unit is not Unit.DOCUMENT]
    assert {name_of(copy): texts[name_of(copy)][copy.region.start : copy.region.end] for copy in answers} == {
        name: "".join(answer) for name in "ab"
    }


def test_many_questions_with_a_stock_ending_are_no_copies_of_each_other(tmp_path: Path) -> None:
    rng = random.Random(22)
    ending = sentences(rng, 4)
    texts = {str(at): "".join(sentences(rng, 7)) + "\n" + "".join(ending) + "\n" for at in range(6)}
    (cluster,) = report_of(tmp_path, texts).clusters
    assert {copy.region.unit for copy in cluster.members} == {Unit.PASSAGE}
    assert len(cluster.members) == 6


def test_parallel_steps_of_one_article_are_a_note(tmp_path: Path) -> None:
    rng = random.Random(2)
    shared = sentences(rng, 7)
    steps = [text_of(mixed(rng, shared)) for _ in range(2)]
    around = [text_of(sentences(rng, count)) for count in (20, 12, 10)]
    article = f"{around[0]}甲方步骤\n{steps[0]}{around[1]}乙方步骤\n{steps[1]}{around[2]}"
    report = report_of(tmp_path, {"article": article})
    assert [(f.code, f.severity) for f in report.findings] == [("ND303", Severity.NOTE)]
    assert report.exit_code == 0


# Relations and severities


def partly(rng: random.Random) -> tuple[list[str], list[str], list[str]]:
    """A text, a page that has 12 of its 20 sentences among its own, and more of the page."""
    text, own, page = sentences(rng, 20), sentences(rng, 24), []
    for at, part in enumerate(text):
        if at % 5 in (0, 1, 3) or at == 19:
            page += [part, own.pop()]
    return text, page, own


@pytest.mark.parametrize("has_more", [False, True])
def test_less_than_four_fifths_of_a_text_in_a_page_is_not_contained(has_more: bool, tmp_path: Path) -> None:
    text, page, more = partly(random.Random(11))
    report = report_of(tmp_path, {"k": text_of(text), "t": text_of(page + more * has_more)})
    assert {copy.relation for cluster in report.clusters for copy in cluster.members[1:]} == {Relation.EDITED}


def test_equal_texts_stay_a_pair_beside_a_page_with_some_of_both(tmp_path: Path) -> None:
    text, page, more = partly(random.Random(11))
    (cluster,) = report_of(tmp_path, {"k": text_of(text), "x": text_of(text), "t": text_of(page + more)}).clusters
    assert [(name_of(copy), copy.relation) for copy in cluster.members] == [
        ("k", Relation.EXACT), ("x", Relation.EXACT), ("t", Relation.EDITED),
    ]  # fmt: skip
    assert [copy.severity for copy in cluster.members[1:]] == [Severity.ERROR, Severity.NOTE]


def test_editions_that_drift_are_all_met(tmp_path: Path) -> None:
    rng = random.Random(3)
    text, texts = sentences(rng, 24), {}
    order = [*range(1, 23)]
    rng.shuffle(order)
    for edition in range(5):
        texts[f"e{edition}"] = text_of(text)
        for at in order[5 * edition % 22 :][:5]:
            text[at] = sentence(rng)
    found = pairs_of(report_of(tmp_path, texts))
    assert {frozenset((f"e{at}", f"e{at + 1}")) for at in range(4)} <= found


def half_of(rng: random.Random, parts: Sequence[str], every: int = 2) -> list[str]:
    """The same with other sentences in the place of most."""
    return [part if at % every == 0 else sentence(rng, 20, 30) for at, part in enumerate(parts)]


@pytest.mark.parametrize(
    ("every", "length", "severity"),
    [
        (2, 24, Severity.WARNING),  # every other sentence is another one
        (3, 24, Severity.WARNING),  # two in three are: the jaccard is below the threshold
        (2, 12, Severity.NOTE),  # too little to tell from two texts of one formula
    ],
)
def test_texts_woven_from_one_are_copies(tmp_path: Path, every: int, length: int, severity: Severity) -> None:
    rng = random.Random(5)
    text = sentences(rng, length, 30, 40)
    (cluster,) = report_of(tmp_path, {"a": text_of(text), "b": text_of(half_of(rng, text, every))}).clusters
    assert [(copy.region.unit, copy.severity) for copy in cluster.members[1:]] == [(Unit.DOCUMENT, severity)]
    assert (cluster.members[1].jaccard < 0.25) is (every == 3)


def test_texts_of_one_formula_are_not_woven(tmp_path: Path) -> None:
    rng = random.Random(6)
    formula = [sentence(rng, 14, 18) for _ in range(24)]
    one, other = ([part[:-1] + sentence(rng, 30, 40) for part in formula] for _ in range(2))
    clusters = report_of(tmp_path, {"a": text_of(one), "b": text_of(other)}).clusters
    assert all(copy.severity is Severity.NOTE for cluster in clusters for copy in cluster.members[1:])


@pytest.mark.parametrize(("heading", "severity"), [("Version 2.0", Severity.NOTE), ("Version 1.0", Severity.WARNING)])
def test_two_versions_must_be_nearly_equal(tmp_path: Path, heading: str, severity: Severity) -> None:
    rng = random.Random(7)
    text = sentences(rng, 24)
    other = f"Moss License, {heading}\n\n{text_of(edited(rng, text, 0.03))}"
    (cluster,) = report_of(tmp_path, {"a": f"Moss License, Version 1.0\n\n{text_of(text)}", "b": other}).clusters
    assert [copy.severity for copy in cluster.members[1:]] == [severity]


@pytest.mark.parametrize(("fold", "severity"), [(True, Severity.WARNING), (False, Severity.NOTE)])
def test_a_title_in_the_other_script_is_the_same_title(tmp_path: Path, fold: bool, severity: Severity) -> None:
    rng = random.Random(8)
    text = sentences(rng, 20)
    texts = {"a": f"藝苑小事\n\n{text_of(text)}", "b": f"艺苑小事\n\n{text_of(edited(rng, text, 0.02))}"}
    texts = {name: one.replace("。\n", f"。{one[0]}。\n") for name, one in texts.items()}
    (cluster,) = report_of(tmp_path, texts, Settings(select=("ND",), fold_script=fold)).clusters
    assert [copy.severity for copy in cluster.members[1:]] == [severity]


@settings(max_examples=15, deadline=None)
@given(seed=SHARED, threshold=st.sampled_from([0.25, 0.4, 0.7, 0.85]))
def test_relations_mean_what_they_say(seed: int, threshold: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    rng = random.Random(seed)
    base = sentences(rng, 14)
    texts = {
        "base": base, "some": edited(rng, base, 0.01), "more": edited(rng, base, 0.06),
        "part": base[: rng.randint(4, 13)],
        "page": mixed(rng, base, rng.randint(0, 3)), "half": base[:7] + sentences(rng, rng.randint(2, 12)),
    }  # fmt: skip
    written = {name: text_of(parts) for name, parts in texts.items()}
    written["again"] = written["base"].replace("\n", "\n\n　　")
    folder = tmp_path_factory.mktemp("relations")
    for cluster in report_of(folder, written, Settings(select=("ND",), threshold=threshold)).clusters:
        sides = [written[name_of(copy)][copy.region.start : copy.region.end] for copy in cluster.members]
        for copy, text in zip(cluster.members[1:], sides[1:]):
            short = max(copy.containment, inside_of(copy))
            assert (copy.relation is Relation.EXACT) is ("".join(text.split()) == "".join(sides[0].split()))
            if copy.relation is Relation.CONTAINED:
                assert short >= max(0.8, threshold) - 1e-3
            else:
                is_whole = copy.region.unit is Unit.DOCUMENT
                assert copy.jaccard >= (LOOSE * threshold if is_whole else threshold) - 1e-4


def inside_of(copy: Copy) -> float:
    """How much of the representative stands in a member: |A∩B|/|B| from |A∩B|/|A∪B| and |A∩B|/|A|."""
    return 1 / (1 / copy.jaccard - 1 / copy.containment + 1)


def test_forms_for_other_matters_are_notes_and_editions_of_one_are_warnings(tmp_path: Path) -> None:
    rng = random.Random(9)
    same, own = sentences(rng, 12), [sentences(rng, 3) for _ in range(3)]
    texts = {
        "stay": "准许撤诉裁定书\n" + text_of(same + own[0]), "dismiss": "驳回起诉裁定书\n" + text_of(same + own[1]),
        "again": "准许撤诉裁定书\n" + text_of(same + own[2]),
    }  # fmt: skip
    found = {}
    for name, other in combinations(texts, 2):
        report = report_of(tmp_path / f"{name}-{other}", {one: texts[one] for one in (name, other)})
        found[name, other] = {finding.severity for finding in report.findings if finding.code == "ND301"}
    assert found == {
        ("stay", "dismiss"): set(), ("stay", "again"): {Severity.WARNING}, ("dismiss", "again"): set(),
    }  # fmt: skip


def words_of(rng: random.Random, count: int) -> list[str]:
    """Sentences of ten invented words."""
    words = ["".join(rng.choice("bdfglmnprstv") + rng.choice("aeiou") for _ in range(3)) for _ in range(700)]
    return [" ".join(rng.choice(words) for _ in range(10)) + ". " for _ in range(count)]


@pytest.mark.parametrize("language", ["characters", "words"])
def test_a_copy_with_one_word_in_five_changed_is_a_warning_and_one_with_half_of_it_another_is_a_note(
    language: str, tmp_path: Path
) -> None:
    rng = random.Random(31)
    if language == "words":
        text, own = words_of(rng, 30), [words_of(rng, 14) for _ in range(2)]
        all_over = [" ".join("other" if rng.random() < 0.2 else word for word in one.split()) + " " for one in text]
    else:
        text, own = sentences(rng, 30), [sentences(rng, 14) for _ in range(2)]
        all_over = edited(rng, text, 0.13)
    half = [["".join(text[:9]), "".join(one), "".join(text[9:16])] for one in own]
    for name, pair, severities in (("over", (text, all_over), {Severity.WARNING}), ("half", half, set[Severity]())):
        texts = {f"{at}": "\n".join(("".join(one[:10]), "".join(one[10:]))) + "\n" for at, one in enumerate(pair)}
        report = report_of(tmp_path / name, texts)
        found = {f.severity for f in report.findings if f.code == "ND301"}
        assert found - {Severity.NOTE} == severities, name


@pytest.mark.parametrize(("count", "is_said"), [(4, False), (12, True)])
def test_a_few_sentences_scattered_over_passages_of_two_pages_are_not_worth_a_word(
    count: int, is_said: bool, tmp_path: Path
) -> None:
    rng = random.Random(36)
    same = sentences(rng, count)
    texts = {name: text_of(sentences(rng, 30) + mixed(rng, same) + sentences(rng, 30)) for name in "ab"}
    assert bool(report_of(tmp_path, texts).findings) is is_said


@pytest.mark.parametrize("language", ["characters", "words"])
def test_a_stock_beginning_and_ending_are_a_note_however_few_words_differ_between(
    language: str, tmp_path: Path
) -> None:
    rng = random.Random(33)
    make = words_of if language == "words" else sentences
    greeting, ending = make(rng, 2), make(rng, 4)
    # Bodies of one language share its common words, so single words are shared all over.
    common = words_of(rng, 40) if language == "words" else sentences(rng, 40)
    texts = {}
    for at in range(8):
        body = make(rng, 7 + at % 3)
        words = [rng.choice(common)[:3] + one for one in body]
        texts[str(at)] = "\n".join("".join(part) for part in (greeting, words, ending)) + "\n"
    found = [finding for finding in report_of(tmp_path, texts).findings if finding.severity is not Severity.NOTE]
    assert found == []


@pytest.mark.parametrize(("threshold", "is_found"), [(0.25, True), (0.4, False)])
def test_a_text_with_one_word_in_three_changed_is_found_where_the_threshold_is_low(
    threshold: float, is_found: bool, tmp_path: Path
) -> None:
    rng = random.Random(34)
    text = sentences(rng, 40)
    texts = {"a": text_of(text), "b": text_of(edited(rng, text, 0.22)), "c": text_of(sentences(rng, 40))}
    report = report_of(tmp_path, texts, Settings(select=("ND",), threshold=threshold))
    assert pairs_of(report) == ({frozenset("ab")} if is_found else set())
    assert {finding.severity for finding in report.findings} == ({Severity.WARNING} if is_found else set())
    jaccards = [copy.jaccard for cluster in report.clusters for copy in cluster.members[1:]]
    assert all(0.1 <= jaccard < threshold for jaccard in jaccards)


def test_sentences_replaced_here_and_there_are_a_warning_and_as_many_at_one_place_are_none(tmp_path: Path) -> None:
    rng = random.Random(35)
    text = sentences(rng, 40)
    there = [sentence(rng) if at % 3 == 1 else one for at, one in enumerate(text)]
    block = text[:14] + sentences(rng, 13) + text[27:]
    for name, other, severity in (("all", there, Severity.WARNING), ("one", block, Severity.NOTE)):
        found = report_of(tmp_path / name, {"a": text_of(text), "b": text_of(other)}).findings
        assert [finding.severity for finding in found if finding.code == "ND301"] == [severity], name


@pytest.mark.parametrize(("count", "severity"), [(4, Severity.NOTE), (14, Severity.ERROR)])
def test_an_equal_passage_is_a_note_as_long_as_it_is_a_quotation(
    count: int, severity: Severity, tmp_path: Path
) -> None:
    rng = random.Random(32)
    shared = "".join(sentences(rng, count))
    texts = {name: text_of(sentences(rng, 30)) + shared + "\n" for name in "ab"}
    found = report_of(tmp_path, texts).findings
    assert [(finding.code, finding.severity) for finding in found] == [("ND303", severity)]


@pytest.mark.parametrize(("titles", "severity"), [("木桥 石桥", Severity.NOTE), ("木桥 木桥", Severity.WARNING)])
def test_pages_on_two_things_of_a_series_must_be_nearly_equal(titles: str, severity: Severity, tmp_path: Path) -> None:
    rng = random.Random(33)
    same = sentences(rng, 20)
    texts = {}
    for at, title in enumerate(titles.split()):
        own = [f"{title[0]}头{sentence(rng)}" for _ in range(2)]
        texts[str(at)] = f"修理{title}\n" + text_of(same[:10] + own + same[10:])
    report = report_of(tmp_path, texts)
    assert [(f.code, f.severity) for f in report.findings] == [("ND301", severity)]
    assert 0.7 < report.clusters[0].members[1].jaccard < 0.9


def test_members_that_are_less_than_alike_share_a_cluster_only_if_they_match_each_other(tmp_path: Path) -> None:
    rng = random.Random(34)
    text = sentences(rng, 30)
    texts = {"both": text_of(text), "one": text_of(mixed(rng, text[::2])), "other": text_of(mixed(rng, text[1::2]))}
    report = report_of(tmp_path, texts)
    assert pairs_of(report) == {frozenset(("both", "one")), frozenset(("both", "other"))}
    assert all(copy.jaccard < 0.4 for cluster in report.clusters for copy in cluster.members[1:])


def test_a_page_of_two_essays_is_not_one_text_however_short_one_is(tmp_path: Path) -> None:
    rng = random.Random(35)
    long, short = sentences(rng, 60), [text_of(sentences(rng, count)) for count in (6, 20, 20)]
    texts = {
        "page": f"第一篇 春天\n{short[0]}第二篇 秋天\n{text_of(long)}",
        "other": f"第一篇 冬天\n{short[1]}第二篇 秋天\n{text_of(edited(rng, long))}第三篇 夏天\n{short[2]}",
    }
    units = {name_of(copy): copy.region.unit for c in report_of(tmp_path, texts).clusters for copy in c.members}
    assert units == {"page": Unit.ESSAY, "other": Unit.ESSAY}


def test_essays_of_which_a_part_is_shared_are_copies_as_wholes(tmp_path: Path) -> None:
    rng = random.Random(44)
    one, others = sentences(rng, 14), [text_of(sentences(rng, 8)) for _ in range(3)]
    other = [*sentences(rng, 2), *one[4:11], *sentences(rng, 2)]
    texts = {
        "page": f"第一篇 春天\n{others[0]}第二篇 秋天\n{text_of(one)}第三篇 夏天\n{others[1]}",
        "other": f"第一篇 秋天\n{text_of(other)}第二篇 冬天\n{others[2]}",
    }
    parts = {"page": one, "other": other}
    wholes = [c for c in report_of(tmp_path, texts).clusters if {m.region.unit for m in c.members} == {Unit.ESSAY}]
    (cluster,) = wholes
    for copy in cluster.members:
        text = texts[name_of(copy)][copy.region.start : copy.region.end]
        assert parts[name_of(copy)][0] in text
        assert parts[name_of(copy)][-1] in text


def relations(folder: Path, one: str, other: str) -> list[tuple[Unit, Relation, Severity]]:
    report = report_of(folder, {"a": one, "b": other})
    return [(c.region.unit, c.relation, c.severity) for cluster in report.clusters for c in cluster.members[1:]]


@pytest.mark.parametrize(
    ("signs", "count"),
    [("对错", 60), ("阴阳", 200), ("甲乙丙丁", 120), (("正确、", "错误、"), 80), (("满意。", "一般。"), 40)],
)
def test_random_answers_of_few_kinds_are_no_copies(tmp_path: Path, signs: Sequence[str], count: int) -> None:
    rng = random.Random(7)
    keys = ("".join(rng.choice(signs) for _ in range(count)) for _ in range(2))
    assert all(told[2] is Severity.NOTE for told in relations(tmp_path, *(f"判断题：{key}" for key in keys)))


@pytest.mark.parametrize("row", ["{number}. {letter}", "{figure}", "x^2+{figure}x=0", "https://a.example/{figure}"])
def test_other_answers_behind_the_last_word_make_no_exact_copy(tmp_path: Path, row: str) -> None:
    rng = random.Random(8)
    head = text_of(sentences(rng, 6))
    tails = (
        "\n".join(
            row.format(number=number, letter=rng.choice("ABCD"), figure=rng.randint(100, 999))
            for number in range(1, 30)
        )
        for _ in range(2)
    )
    told = relations(tmp_path, *(head + tail for tail in tails))
    assert told == [(Unit.DOCUMENT, Relation.VARIANT, Severity.WARNING)]


@pytest.mark.parametrize(
    "text",
    [
        "Le déjeuner est prêt à l'auberge où nous étions l'été passé, près de la forêt enneigée.",
        "Buổi sáng chúng tôi đi bộ dọc bờ sông rồi về nhà nấu cơm, chiều lại ra đồng thả diều.",
        "우리는 아침에 강가를 따라 걷고 집으로 돌아와 밥을 지었으며 저녁에는 들판에서 연을 날렸다.",
        "けさ私たちは川べりを歩いてから家にもどり、ごはんを炊いて、夕がたには畑でたこをあげました。",
    ],
)
def test_decomposed_letters_make_an_exact_copy(tmp_path: Path, text: str) -> None:
    told = relations(tmp_path, normalize("NFC", text), normalize("NFD", text))
    assert told == [(Unit.DOCUMENT, Relation.EXACT, Severity.ERROR)]


def test_radicals_of_a_pdf_file_are_characters(tmp_path: Path) -> None:
    text = "我们一大早就下到水里修渠，人人手里拿着木桩和石头，一直干到日头偏西才回家。"
    told = relations(tmp_path, text, text.translate(str.maketrans("一大水人手木石日", "⼀⼤⽔⼈⼿⽊⽯⽇")))
    assert told == [(Unit.DOCUMENT, Relation.COPY, Severity.ERROR)]


@pytest.mark.parametrize("row", ["{figure}\t{figure}", "😀{figure}", "A{figure}！？"])
def test_texts_without_a_word_are_copies_if_they_are_equal(tmp_path: Path, row: str) -> None:
    rows = ["\n".join(row.format(figure=at * 7919 % 1000 + last) for at in range(30)) for last in (0, 0, 1)]
    assert relations(tmp_path, rows[0], rows[2]) == []
    assert relations(tmp_path, rows[0], rows[1]) == [(Unit.DOCUMENT, Relation.EXACT, Severity.ERROR)]


def test_menus_are_no_copies_because_of_the_bars_between_their_links(tmp_path: Path) -> None:
    menus = "点击下载文档\n| * |\n上一篇：春天的故事\n", "上一篇：秋天的雨\n| * |\n下一篇：冬天的雪人\n"
    assert relations(tmp_path, *menus) == []
