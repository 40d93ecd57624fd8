"""What the scan promises for any text at all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.core.model import Document, Finding, Kind, Severity
from dedupe.rules import RULES
from dedupe.rules.rule import Rule
from dedupe.rules.scan import Hit, Lines, finish, scan, settle
from dedupe.text.batch import fold

ROWS = [rule for table in RULES for rule in table]
PLACEHOLDERS = [rule for rule in ROWS if rule.kind is Kind.PLACEHOLDER]
# Text made of what rules look for, so that properties are tried where rules meet.
SCRAPS = st.lists(
    st.sampled_from([*"xX×*_○〇□?％　年月日党第“”《》（）[]{}<>$:、，。省的\r\n"])
    | st.sampled_from(["二0", "20", "人次", "某某", "XX", "增长", "。的"])
    | st.text(max_size=3),
    max_size=40,
).map("".join)
ANY_TEXT = SCRAPS | st.text(st.characters(), max_size=60)


@given(ANY_TEXT)
def test_scan_never_raises_and_its_findings_are_in_order(text: str) -> None:
    findings = scan(Document("a.txt", text), ROWS)
    assert findings == sorted(findings, key=lambda f: (f.start, f.end, f.code))
    for finding in findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.text == text[finding.start : finding.end]
        assert text[: finding.start].endswith(finding.before)
        assert text[finding.end :].startswith(finding.after)


@given(ANY_TEXT)
def test_findings_of_one_kind_never_overlap(text: str) -> None:
    for kind in Kind:
        findings = [f for f in scan(Document("a.txt", text), ROWS) if f.kind is kind]
        assert all(one.end <= other.start for one, other in pairwise(findings))


@given(ANY_TEXT)
def test_fingerprints_differ_inside_a_document(text: str) -> None:
    findings = scan(Document("a.txt", text), ROWS)
    assert len({f.fingerprint for f in findings}) == len(findings)


@given(st.text(st.characters(), max_size=200))
def test_fold_keeps_the_length_and_is_done_after_once(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_fold_maps_each_wide_character_to_its_twin() -> None:
    narrow = "".join(map(chr, range(0x21, 0x7F))).replace("*", "﹡")  # of Markdown's stars none is wide
    assert fold("".join(map(chr, range(0xFF01, 0xFF5F)))) == narrow


@given(st.text(st.sampled_from("一x\r\n"), max_size=30), st.integers(0, 30))
def test_places_agree_with_a_plain_count(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    line, column = 1, 1
    for i, char in enumerate(text[:offset]):
        ends = char == "\n" or (char == "\r" and text[i + 1 : i + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    assert Lines(text).place(offset) == (line, column)


@given(st.text(st.sampled_from("一x\r\n"), max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
@example("\n一\r一", [(1, 2), (3, 4)])
def test_findings_are_placed_like_any_offset(text: str, spans: list[tuple[int, int]]) -> None:
    lines = Lines(text)
    for finding in finished(text, *{(start, end) for start, end in spans if start < end <= len(text)}):
        assert (finding.line, finding.column) == lines.place(finding.start)
        assert (finding.end_line, finding.end_column) == lines.place(finding.end)


def test_a_finding_says_where_it_is() -> None:
    (finding,) = scan(Document("a.txt", "第一行\r\n投入ｘｘ万元", record="7"), ROWS)
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 3, 2, 5)
    assert (finding.text, finding.slot, finding.severity) == ("ｘｘ", "number", Severity.ERROR)
    assert (finding.before, finding.after) == ("第一行\r\n投入", "万元")
    assert finding.record == "7"


def test_a_fingerprint_outlives_lines_added_far_above_and_changes_with_the_path() -> None:
    text = "上午我们在操场上集合，随后出发，门诊量达xx人次，比去年多了不少，大家都很高兴。"
    (one,) = scan(Document("a.txt", text), ROWS)
    (moved,) = scan(Document("a.txt", "新加的一行。\n" + text), ROWS)
    (elsewhere,) = scan(Document("b.txt", text), ROWS)
    assert one.fingerprint == moved.fingerprint
    assert one.fingerprint != elsewhere.fingerprint


@pytest.mark.parametrize(("away", "is_same"), [(16, False), (17, True)])
def test_a_fingerprint_is_made_of_sixteen_characters_on_either_side(away: int, is_same: bool) -> None:
    text = "路" * 40
    (one,) = finished(text, (away, away + 1))
    for changed in (0, 2 * away):
        (other,) = finished(text[:changed] + "桥" + text[changed + 1 :], (away, away + 1))
        assert (other.fingerprint == one.fingerprint) == is_same


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    findings = scan(Document("a.txt", "共xx人。\n" * 40), ROWS)
    assert len(findings) == 40
    assert len({f.fingerprint for f in findings}) == 40


def a_rule(code: str, pattern: str, kind: Kind = Kind.PLACEHOLDER) -> Rule:
    return Rule(code, code.lower(), kind, Severity.NOTE, "m", ("«a»",), ("b",), pattern=pattern)


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        (("aa", "aaa"), ["R1"]),  # the longer
        (("aa", "a."), ["R0"]),  # as long: the earlier row
        (("a{0}", "aa"), ["R1"]),  # nothing is no finding
        (("aab", "bcc", "ccd"), ["R0", "R2"]),  # a chain keeps both ends
    ],
)
def test_of_overlapping_findings_the_longer_then_the_earlier_stays(patterns: tuple[str, ...], kept: list[str]) -> None:
    rules = [a_rule(f"R{i}", pattern) for i, pattern in enumerate(patterns)]
    findings = scan(Document("a.txt", "aabccd" if len(patterns) == 3 else "aaa"), rules)
    assert [f.code for f in findings] == kept


def test_findings_of_different_kinds_may_overlap() -> None:
    rules = [a_rule("R0", "aa"), a_rule("R1", "aaa", Kind.BOILERPLATE), a_rule("R2", "aaa", Kind.DUPLICATE)]
    assert [f.code for f in scan(Document("a.txt", "aaa"), rules)] == ["R0", "R1", "R2"]


def test_findings_are_sorted_by_start_then_end_then_code() -> None:
    spans = [(0, 2, "R0", "b"), (0, 2, "R1", "a"), (0, 3, "R0", "b"), (1, 2, "R0", "b")]
    hits = [Hit(*span, Kind.PLACEHOLDER, Severity.NOTE, "m") for span in reversed(spans)]
    assert [(f.start, f.end, f.code, f.name) for f in finish(Document("a.txt", "aaa"), hits)] == spans


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 3)), max_size=20))
def test_settling_keeps_a_longest_span_and_loses_none_without_a_rival(spans: list[tuple[int, int, int]]) -> None:
    real = [span for span in spans if span[0] < span[1]]
    kept = settle(spans)
    assert kept == sorted(kept)
    assert all(one[1] <= other[0] for one, other in pairwise(kept))
    for start, end, _ in real:
        rivals = [k for k in kept if k[0] < end and start < k[1]]
        assert any(k[1] - k[0] >= end - start for k in rivals)


def finished(text: str, *spans: tuple[int, int]) -> list[Finding]:
    """Findings of hits that some other stage made."""
    said = ("BP290", "line-repeated", Kind.BOILERPLATE, Severity.NOTE, "seen in 30 documents")
    return finish(Document("a.txt", text), [Hit(*span, *said) for span in spans])


def test_finish_takes_hits_of_others() -> None:
    (finding,) = finished("一\n二", (2, 3))
    assert (finding.text, finding.line, finding.message) == ("二", 2, "seen in 30 documents")


@pytest.mark.parametrize("unit", [*"x_ （*某[<$`“第1", "a@", "x×", "**a", "年 ", "_/", "二〇", "\\(", "{{a", "xx人"])
def test_a_long_line_of_one_thing_is_scanned_in_linear_time(unit: str) -> None:
    # A quadratic pattern would take minutes here and not a tenth of a second.
    scan(Document("a.txt", unit * (50_000 // len(unit))), PLACEHOLDERS)


def test_findings_side_by_side_both_stay() -> None:
    assert [span[:2] for span in settle([(0, 2, 0), (2, 5, 0), (5, 6, 0)])] == [(0, 2), (2, 5), (5, 6)]


def test_a_finding_over_two_lines_ends_on_the_second() -> None:
    (finding,) = finished("一\n二三\n", (0, 4))
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (1, 1, 2, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我于20xxxx区工作。", [("PH101", "20xx"), ("PH104", "xx")]),
        ("19××××镇的水渠。", [("PH101", "19××"), ("PH104", "××")]),
        ("拨款20xxxx元。", [("PH103", "xxxx")]),
        ("从20xx年到xx年。", [("PH101", "20xx"), ("PH101", "xx")]),
        ("共xx、xx、xx万元。", [("PH103", "xx")] * 3),
        ("3月xx号开会。", [("PH102", "xx")]),
        ("近xx年来。", [("PH103", "xx")]),
        ("党的第xx届三中全会。", [("PH105", "xx")]),
        ("主题为“xx”。", [("PH107", "xx")]),
    ],
)
def test_marks_are_judged_by_what_stands_on_both_sides(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(finding.code, finding.text) for finding in scan(Document("a.txt", text), PLACEHOLDERS)] == expected
