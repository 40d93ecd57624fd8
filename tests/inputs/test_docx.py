"""Texts of Word: nothing that a reader of them sees is left out, and nothing in them is obeyed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cleaning.clean import Order, clean
from dedupe.config.settings import Settings
from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers.docx import read

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
NAMES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def related(*parts: tuple[str, str], space: str = RELATIONS) -> str:
    rows = "".join(f'<Relationship Type="{space}/{kind}" Target="{target}"/>' for kind, target in parts)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def part(root: str, body: str, space: str = MAIN) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} xmlns:w="{space}" {NAMES}>{body}</w:{root}>'


def made(body: str, others: dict[str, str] | None = None, space: str = MAIN, home: str = RELATIONS) -> bytes:
    out = io.BytesIO()
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": related(("officeDocument", "word/document.xml"), space=home),
        "word/document.xml": part("document", f"<w:body>{body}</w:body>", space),
        **(others or {}),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def items(data: bytes, settings: Settings | None = None) -> list[Document | Failure]:
    return [item for _, item in read("a.docx", io.BytesIO(data), settings or Settings())]


def text_of(data: bytes, settings: Settings | None = None) -> str:
    (item,) = items(data, settings)
    assert isinstance(item, Document)
    return item.text


def run(text: str) -> str:
    return f"<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>"


def line(*runs: str) -> str:
    return f'<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>{"".join(runs)}</w:p>'


def control(content: str) -> str:
    return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def box(content: str) -> str:
    inner = f"<w:txbxContent>{content}</w:txbxContent>"
    choice = f'<mc:Choice Requires="wps"><wps:txbx>{inner}</wps:txbx></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


PARAGRAPHS = {
    "block control": (line(run("甲")) + control(line(run("乙")) + line(run("丙"))), "甲\n乙\n丙"),
    "inline control": (line(run("甲"), control(run("乙")), run("丙")), "甲乙丙"),
    "controls in controls": (control(control(line(control(run("甲"))))), "甲"),
    "insertion": (line(run("甲"), f"<w:ins>{run('乙')}</w:ins>"), "甲乙"),
    "deletion": (line(run("甲"), "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>"), "甲"),
    "move": (line(f"<w:moveFrom>{run('甲')}</w:moveFrom>", f"<w:moveTo>{run('乙')}</w:moveTo>"), "乙"),
    "smart tag": (line(f"<w:smartTag><w:smartTagPr/>{run('甲')}</w:smartTag>", run("乙")), "甲乙"),
    "simple field": (line(f'<w:fldSimple w:instr="PAGE">{run("甲")}</w:fldSimple>'), "甲"),
    "complex field": (line("<w:r><w:instrText>HYPERLINK</w:instrText></w:r>", run("甲")), "甲"),
    "link": (line(f"<w:hyperlink>{run('甲')}</w:hyperlink>"), "甲"),
    "text box": (
        line(run("甲"), box(line(run("乙")) + line(run("丙"))), run("丁")) + line(run("戊")),
        "甲丁\n乙\n丙\n戊",
    ),
    "box in a box": (line(box(line(run("甲"), box(line(run("乙")))))), "\n甲\n乙"),
    "breaks": (
        line("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:br w:type='page'/></w:r>"),
        "甲\t乙\n丙",
    ),
    "hyphens": (line("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/></w:r>"), "a-b"),
    "reading": (line(f"<w:ruby><w:rt>{run('jia')}</w:rt><w:rubyBase>{run('甲')}</w:rubyBase></w:ruby>"), "甲"),
    "formula": (line(run("甲"), "<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"), "甲x+1"),
    "spaces": (line('<w:r><w:t xml:space="preserve"> 甲 </w:t></w:r>') + line(), " 甲 \n"),
}


@pytest.mark.parametrize("what", PARAGRAPHS)
@pytest.mark.parametrize(("space", "home"), [(MAIN, RELATIONS), (STRICT, STRICT_RELATIONS)])
def test_all_that_a_paragraph_shows_is_read(what: str, space: str, home: str) -> None:
    body, expected = PARAGRAPHS[what]
    assert text_of(made(body, space=space, home=home)) == expected


def test_tables_are_rows_of_cells_wherever_they_stand() -> None:
    inner = f"<w:tbl>{row(cell(line(run('丙'))), cell(line(run('丁'))))}</w:tbl>"
    rows = (
        row(cell(line(run("甲")), '<w:vMerge w:val="restart"/>'), cell(line(run("乙")) + inner + line())),
        control(row(cell(line(), "<w:vMerge/>"), control(cell(line(control(run("戊"))))))),
        row(cell(line(run("己"), box(line(run("庚"))))), cell(line())),
    )
    table = f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"
    assert text_of(made(control(table) + line(run("末")))) == "甲\t乙\n丙\t丁\n\n戊\n己\n庚\t\n末"


BESIDE = {
    "word/_rels/document.xml.rels": related(
        ("header", "header1.xml"),
        ("footnotes", "footnotes.xml"),
        ("endnotes", "/word/notes/endnotes.xml"),
        ("footer", "footer1.xml"),
        ("comments", "comments.xml"),
        ("image", "../NULL"),
        ("footer", "footer9.xml"),
    ),
    "word/header1.xml": part("hdr", line(run("眉"))),
    "word/footer1.xml": part("ftr", line(run("脚"))),
    "word/comments.xml": part("comments", f"<w:comment>{line(run('批'))}</w:comment>"),
    "word/footnotes.xml": part(
        "footnotes",
        f'<w:footnote w:type="separator">{line(run("—"))}</w:footnote><w:footnote>{line(run("注"))}</w:footnote>',
    ),
    "word/notes/endnotes.xml": part("endnotes", f"<w:endnote>{line(run('尾'))}</w:endnote>"),
}


def test_notes_are_read_and_what_stands_around_a_page_if_all_is_asked_for() -> None:
    data = made(line(run("甲")), BESIDE)
    assert text_of(data) == "甲\n注\n尾"
    assert text_of(data, Settings(docx="all")) == "甲\n注\n尾\n眉\n脚\n批"


def test_relations_that_lead_nowhere_cost_nothing() -> None:
    nowhere = {"word/_rels/document.xml.rels": related(("footnotes", "../../../etc/passwd"), ("image", "../NULL"))}
    assert text_of(made(line(run("甲")), nowhere)) == "甲"
    assert text_of(made(line(run("甲")), {"_rels/.rels": related(("officeDocument", "../NULL"))})) == "甲"
    elsewhere = related(("officeDocument", "/text/main.xml"))
    other = {"_rels/.rels": elsewhere, "text/main.xml": part("document", line(run("乙")))}
    assert text_of(made(line(run("甲")), other)) == "乙"


def test_a_part_that_is_not_read_is_named() -> None:
    document, failure = items(made(line(run("甲")) + "<w:altChunk/>"))
    assert isinstance(document, Document)
    assert isinstance(failure, Failure)
    assert "altChunk" in failure.reason


def test_clean_writes_all_that_was_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    body = "".join(body for body, _ in PARAGRAPHS.values())
    (tmp_path / "in" / "a.docx").write_bytes(made(body, BESIDE))
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    written = (tmp_path / "out" / "a.docx.jsonl").read_text("utf-8")
    assert all(char in written for char in "甲乙丙丁戊注尾")


# Hostile files


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    data = made("", {"word/document.xml": bomb + part("document", line(run("&b;"))).partition("?>")[2]})
    with pytest.raises(UnreadableError, match="declares entities"):
        items(data)


def test_deep_nesting_is_named_or_costs_nothing() -> None:
    controls = "<w:sdt>" * 20_000 + line(run("甲")) + "</w:sdt>" * 20_000
    assert text_of(made(controls), Settings(max_expansion=0)) == "甲"
    tables = "<w:tbl><w:tr><w:tc>" * 90 + line(run("甲")) + "</w:tc></w:tr></w:tbl>" * 90
    assert text_of(made(tables)) == "甲"
    for tags in (("p",), ("tbl", "tr", "tc")):
        opened, closed = "".join(f"<w:{tag}>" for tag in tags), "".join(f"</w:{tag}>" for tag in tags[::-1])
        with pytest.raises(UnreadableError, match="nested more than 200 deep"):
            items(made(opened * 100_000 + closed * 100_000), Settings(max_expansion=0))


def test_what_is_no_xml_is_named() -> None:
    with pytest.raises(UnreadableError, match=r"not a .docx file, or damaged \(mismatched tag"):
        items(made("<w:p></w:q>"))


TAGS = ["<w:p>", "</w:p>", "<w:tc>", "</w:tc>", "<w:tr>", "</w:tr>", "<w:t>甲</w:t>", "<w:br/>"]


@given(st.lists(st.sampled_from(TAGS)))
def test_tags_in_any_order_give_a_text_or_a_reason(tags: list[str]) -> None:
    try:
        assert text_of(made("".join(tags))).count("甲") == tags.count("<w:t>甲</w:t>")
    except UnreadableError as error:
        assert "mismatched tag" in str(error)  # noqa: PT017
