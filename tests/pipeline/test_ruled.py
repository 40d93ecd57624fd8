"""Findings of rules between the scan and the report."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from dedupe.core.model import Document, Finding, Kind, Severity
from dedupe.core.order import sorted_findings
from dedupe.core.rows import fields_of
from dedupe.pipeline.ruled import fields_in, findings_in, pack_ruled, ruled
from dedupe.rules.scan import Hit, finish

TEXT = "一行\r\n今年接待\udc80xx人次\u202e\n“xx”\t完\n" * 3
HITS = [
    Hit(0, 2, "BP201", "menu", Kind.BOILERPLATE, Severity.NOTE, "a menu"),
    Hit(9, 11, "PH103", "letters", Kind.PLACEHOLDER, Severity.ERROR, 'two "letters"', "number"),
    Hit(17, 19, "PH103", "letters", Kind.PLACEHOLDER, Severity.ERROR, 'two "letters"', "number"),
]
DOCUMENTS = [Document("b.jsonl", TEXT, "10"), Document("b.jsonl", TEXT, "2"), Document("a.txt", TEXT)]
ORDERED = [DOCUMENTS[2], DOCUMENTS[1], DOCUMENTS[0]]


def test_findings_come_back_as_rules_made_them_sorted_by_document() -> None:
    packed = pack_ruled(ruled(document, HITS) for document in DOCUMENTS)
    assert findings_in(packed) == list(chain.from_iterable(finish(document, HITS) for document in ORDERED))
    assert findings_in(pack_ruled([ruled(DOCUMENTS[0], [])])) == findings_in(b"") == []


def test_fields_are_those_of_the_findings_and_others_stand_where_they_belong() -> None:
    packed = pack_ruled(ruled(document, HITS) for document in ORDERED)
    found = findings_in(packed)
    assert list(fields_in(packed, [])) == list(map(fields_of, found))
    first, last = (found[at]._replace(code="ND301", fingerprint="f" * 16) for at in (0, -1))
    others = [last, found[1]._replace(path="aa.txt"), first]
    assert list(fields_in(packed, others)) == list(map(fields_of, sorted_findings([*found, *others])))
    assert list(fields_in(b"", others)) == list(map(fields_of, sorted_findings(others)))
    assert [json.loads(f"{{{one}}}")["code"] for one in fields_in(packed, others)][:3] == ["BP201", "ND301", "PH103"]


def test_findings_of_one_place_and_code_stand_in_the_order_of_their_fingerprints() -> None:
    hits = [HITS[0]._replace(name=name, kind=kind) for name, kind in (("mine", Kind.BOILERPLATE), ("x", HITS[0].kind))]
    fields = list(ruled(DOCUMENTS[2], hits).fields)
    assert fields == list(map(fields_of, sorted_findings(finish(DOCUMENTS[2], hits))))


@given(st.lists(st.builds(Document, st.sampled_from("ab"), st.text(min_size=1), st.none()), max_size=3), st.data())
def test_any_text_comes_back(documents: list[Document], data: st.DataObject) -> None:
    found: list[Finding] = []
    parts = []
    for number, document in enumerate(documents):
        one = replace(document, path=f"{number}{document.path}")
        start = data.draw(st.integers(0, len(one.text) - 1))
        hit = HITS[0]._replace(start=start, end=data.draw(st.integers(start + 1, len(one.text))))
        found += finish(one, [hit])
        parts.append(pack_ruled([ruled(one, [hit])]))
    assert findings_in(b"".join(parts)) == found
    assert list(fields_in(b"".join(parts), [])) == list(map(fields_of, found))
