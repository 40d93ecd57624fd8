"""Lines that recur over documents: what is counted, and what is called chrome."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedupe.config.settings import Settings
from dedupe.core.model import Document, Kind, Severity, Span
from dedupe.rules.boilerplate.table import CHROME
from dedupe.rules.recurring import apart, frequencies, repeated, total
from dedupe.rules.scan import scan
from dedupe.text.batch import Texts
from dedupe.text.lines import LineKeys, line_keys

LEAST = Settings().chrome_documents
PLACES = "东西南北山河湖海林田村镇街桥塔井泉谷坡岸洲湾"


def page(number: int, top: str = "", end: str = "", inside: str = "") -> Document:
    """A page with a body of its own, so that only the lines given recur."""
    place = PLACES[number % len(PLACES)] + PLACES[number // len(PLACES) % len(PLACES)]
    body = f"今年{place}修渠若干里,{place}的群众投工投劳,{place}的田地都用上了清水,收成比去年好了许多。"
    return Document(f"{number:04}.txt", "\n".join(filter(None, [top, body, inside, body[::-1] + "。", end])))


def keys_of(documents: list[Document]) -> list[LineKeys]:
    return line_keys(Texts([document.text for document in documents]))


def texts(documents: list[Document], code: str = "BP291", copied: tuple[Span, ...] = ()) -> list[str]:
    lines = keys_of(documents)
    counts = frequencies(lines, LEAST)
    found = [
        finding for document, keys in zip(documents, lines) for finding in repeated(document, keys, counts, copied)
    ]
    return [finding.text for finding in found if finding.code == code]


def test_label_at_the_edge_of_many_pages_is_chrome() -> None:
    documents = [page(i, top="青山水利之窗", end=f"  青山站 友情赞助 {i}") for i in range(LEAST)]
    assert texts(documents) == [label for i in range(LEAST) for label in ("青山水利之窗", f"青山站 友情赞助 {i}")]


def test_message_holds_the_document_frequency() -> None:
    documents = [page(i, top="青山水利之窗") for i in range(LEAST + 3)]
    lines = keys_of(documents)
    (finding,) = repeated(documents[0], lines[0], frequencies(lines, LEAST))
    assert f"{LEAST + 3} documents" in finding.message
    assert (finding.kind, finding.severity, finding.line) == (Kind.BOILERPLATE, Severity.WARNING, 1)


def test_small_folder_never_accuses_itself() -> None:
    documents = [page(i, top="青山水利之窗") for i in range(LEAST - 1)]
    assert texts(documents) == []


def test_document_counts_once_however_often_it_has_the_line() -> None:
    assert texts([page(0, top="青山水利之窗\n" * 50)]) == []


def test_line_between_body_lines_is_no_chrome() -> None:
    documents = [page(i, inside="青山水利之窗") for i in range(LEAST * 2)]
    assert texts(documents) == []


def test_line_that_mostly_stands_inside_is_no_chrome_at_an_edge() -> None:
    documents = [page(i, inside="青山水利之窗") for i in range(LEAST)] + [page(99, top="青山水利之窗")]
    assert texts(documents) == []


def test_titles_headings_greetings_and_thanks_are_the_essays_own() -> None:
    own = ["年度工作总结", "一、指导思想", "第二章 水渠管护", "尊敬的各位领导", "谢谢大家", "此致 敬礼"]
    for line in own:
        assert texts([page(i, top=line, end=line) for i in range(LEAST)]) == [], line


def test_what_stands_in_a_copy_is_no_chrome() -> None:
    documents = [page(i, top="青山水利之窗") for i in range(LEAST)]
    assert texts(documents, copied=(Span(0, 500),)) == []


def test_stock_sentence_is_a_note_wherever_it_stands() -> None:
    sentence = "在全体同志的共同努力下,各项任务圆满完成。"
    documents = [page(i, inside=sentence) for i in range(LEAST)]
    assert texts(documents, "ND304") == [sentence] * LEAST
    lines = keys_of(documents)
    (finding,) = repeated(documents[0], lines[0], frequencies(lines, LEAST))
    assert (finding.kind, finding.severity) == (Kind.DUPLICATE, Severity.NOTE)


def test_apart_leaves_the_word_to_a_rule() -> None:
    documents = [page(i, top="青山水利之窗", end="网站地图") for i in range(LEAST)]
    lines = keys_of(documents)
    found = repeated(documents[0], lines[0], frequencies(lines, LEAST))
    assert [f.text for f in found] == ["青山水利之窗", "网站地图"]
    assert [f.text for f in apart(found, scan(documents[0], CHROME))] == ["青山水利之窗"]


def test_of_a_small_corpus_a_share_is_enough_and_of_a_few_pages_none() -> None:
    footed = [page(i, end="青山水利之窗 网上读者之家") for i in range(9)]
    small = [*footed, *(page(i) for i in range(9, 38))]
    for documents, expected in ((small, 9), ([*small, *(page(i) for i in range(38, 90))], 0), (footed, 0)):
        lines = keys_of(documents)
        counts = total([frequencies(lines[:5], 1), frequencies(lines[5:], 1)], LEAST)
        found = [finding for document, keys in zip(documents, lines) for finding in repeated(document, keys, counts)]
        assert len(found) == expected


def test_empty_corpus_and_empty_document() -> None:
    assert not frequencies([], LEAST).has_any(*keys_of([page(0)]))
    assert not keys_of([Document("empty.txt", " \n\n")])[0].key


@given(st.permutations(range(30)))
def test_frequencies_do_not_depend_on_the_order(order: list[int]) -> None:
    lines = keys_of([page(i, top="青山水利之窗", inside="各项任务在大家努力下圆满完成。") for i in range(30)])
    straight, mixed = frequencies(lines, LEAST), frequencies([lines[i] for i in order], LEAST)
    assert straight.key.tolist() == mixed.key.tolist()
    assert straight.documents.tolist() == mixed.documents.tolist() == [30] * 2
    assert straight.edges.tolist() == mixed.edges.tolist()


@given(st.text(alphabet="青山水利之窗网站地图 \n\r\u3000。xX*1", max_size=120))
def test_spans_are_lines_without_the_space_around_them(text: str) -> None:
    document = Document("page.txt", text)
    (keys,) = keys_of([document])
    counts = frequencies([keys] * 2, 1)
    for finding in repeated(document, keys, counts):
        assert text[finding.start : finding.end] == finding.text == finding.text.strip()
        assert "\n" not in finding.text


def test_spans_of_a_page_with_indented_lines_and_windows_line_ends() -> None:
    body = "今年修渠若干里,群众投工投劳,收成比去年好了许多。" * 4
    text = f"\r\n\u3000青山水利之窗\r\n \r\n{body}\r\n\t 青山站 友情赞助 \r\n"
    document = Document("page.txt", text)
    found = repeated(document, *keys_of([document]), frequencies(keys_of([document]), 1))
    assert [finding.text for finding in found] == ["青山水利之窗", "青山站 友情赞助"]
    assert [finding.line for finding in found] == [2, 5]
