"""Findings of rules from the scan to the report: rows of its JSON, built once, and the text around each.

There can be millions, and most are only written out, so a `Finding` is built only on request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from dedupe.core.codec import KINDS, SEVERITIES, compressed, decompressed, dump, load
from dedupe.core.model import Document, Finding, Kind, Severity
from dedupe.core.order import ONLY, RecordKey, record_key
from dedupe.core.rows import UNSAFE_RE, document_fields, fields_of, quoted, rule_fields
from dedupe.rules.scan import CONTEXT, Hit, placer
from dedupe.text.batch import table_of
from dedupe.text.kernels import view

_CODE, _PRINT = len('"code": "'), -17  # offset of the code in `fields`, and of the fingerprint
_escape = json.encoder.encode_basestring


class Ruled(NamedTuple):
    """The findings of one document, in order.

    For each: its start and end, its `fields` as `core.rows.fields_of` gives them, and the text around it as JSON.
    """

    path: str
    record: str | None
    spans: Sequence[tuple[int, int]]
    fields: Sequence[str]
    around: Sequence[str]

    @property
    def place(self) -> tuple[str, RecordKey]:
        """The key that documents are sorted by."""
        return self.path, ONLY if self.record is None else record_key(self.record)


def ruled(document: Document, hits: list[Hit]) -> Ruled:
    """Return the findings for the hits in a document, which must be sorted."""
    place = document_fields(document.path, document.record)
    ways = _said, quoted, _escape
    *columns, are_twice = placer(document).rows(hits, place, CONTEXT, _changed(), ways)
    if are_twice:  # only user rules put two of one code in one place; their fingerprints order these
        rows = sorted(zip(hits, *columns), key=lambda row: (row[0][:3], row[2][_PRINT:]))
        columns = list(zip(*rows))[1:]
    return Ruled(document.path, document.record, *columns)


@lru_cache(maxsize=1)
def _changed() -> Any:
    """Return a table of the characters below 0x10000 that JSON output escapes."""
    changed = table_of(UNSAFE_RE.pattern).copy()
    changed[:32] = changed[[ord('"'), ord("\\")]] = True
    return view(changed)


@lru_cache(maxsize=1024)
def _said(rule: tuple[str, str, Kind, Severity, str, str | None]) -> tuple[str, str]:
    """Return the JSON of a rule that all its findings share: the text before and after the part that differs."""
    code, name, kind, severity, message, slot = rule
    owned = "" if slot is None else f'"slot": {quoted(slot)}, '
    return rule_fields(code, name, kind, severity), f'{owned}"message": {quoted(message)}, "fingerprint": '


def pack_ruled(documents: Iterable[Ruled]) -> bytes:
    """Return the findings of some documents as bytes; the results of several calls can be concatenated."""
    rows = b"".join(_packed(one) for one in sorted(documents, key=lambda one: one.place) if one.fields)
    if not rows:
        return b""
    packed = compressed(rows)
    return b"%d\n%b" % (len(packed), packed)


def _packed(one: Ruled) -> bytes:
    head = dump([one.path, one.record, one.spans])
    body = "\n".join(chain(one.fields, one.around)).encode("utf-8", "surrogatepass")
    return b"%d %d\n%b%b" % (len(head), len(body), head, body)


def unpack_ruled(packed: bytes) -> Iterator[Ruled]:
    """Yield the packed findings, document by document."""
    at = 0
    while at < len(packed):
        start = packed.index(b"\n", at) + 1
        at = start + int(packed[at : start - 1])
        yield from _unpacked(decompressed(packed[start:at]))


def _unpacked(rows: bytes) -> Iterator[Ruled]:
    at = 0
    while at < len(rows):
        line = rows.index(b"\n", at)
        head, body = map(int, rows[at:line].split())
        middle = line + 1 + head
        at = middle + body
        path, record, spans = load(rows[line + 1 : middle])
        texts = rows[middle:at].decode("utf-8", "surrogatepass").split("\n")
        yield Ruled(path, record, spans, texts[: len(spans)], texts[len(spans) :])


def findings_in(packed: bytes) -> list[Finding]:
    """Return packed findings as `Finding` objects."""
    found = list(unpack_ruled(packed))
    rows = json.loads(f"[{{{'},{'.join(chain.from_iterable(one.fields for one in found))}}}]") if found else []
    around = json.loads(f"[{','.join(chain.from_iterable(one.around for one in found))}]")
    return list(map(_finding, rows, around))


def _finding(row: dict[str, Any], around: str) -> Finding:
    before = min(CONTEXT, row["start"])
    row["kind"], row["severity"] = KINDS[row["kind"]], SEVERITIES[row["severity"]]
    row["before"], row["after"] = around[:before], around[before + len(row["text"]) :]
    row.setdefault("record", None)
    return Finding(**row)


def fields_in(packed: bytes, others: Sequence[Finding]) -> Iterator[str]:
    """Yield the fields of packed findings and of other findings, all in order."""
    documents: dict[tuple[str, RecordKey], tuple[list[Ruled], list[Finding]]] = {}
    for one in unpack_ruled(packed):
        documents.setdefault(one.place, ([], []))[0].append(one)
    for finding in others:
        place = (finding.path, ONLY if finding.record is None else record_key(finding.record))
        documents.setdefault(place, ([], []))[1].append(finding)
    for place in sorted(documents) if others else documents:
        known, more = documents[place]
        if more:
            yield from _merged(known, more)
        else:
            yield from chain.from_iterable(one.fields for one in known)


def _merged(known: Sequence[Ruled], more: Sequence[Finding]) -> list[str]:
    """Return the fields of all findings of one document, sorted by start, end, code and fingerprint."""
    rows = [
        (*span, fields[_CODE : fields.index('"', _CODE)], fields[_PRINT:-1], fields)
        for one in known
        for span, fields in zip(one.spans, one.fields)
    ]
    rows += [(one.start, one.end, one.code, one.fingerprint, fields_of(one)) for one in more]
    return [fields for *_, fields in sorted(rows)]
