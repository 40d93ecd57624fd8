"""What `bench/fuzz.py` tries: each target makes an input by the dice it is given, and asserts what holds for all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bench.hostile import HOSTILE
from bench.inputs import (
    CODECS,
    HEADINGS,
    KINDS,
    ROWS,
    TOML,
    Dice,
    corpus,
    damaged,
    folder,
    jsonish,
    lay,
    made,
    pages_of,
    piece,
    plain,
    set_up,
    text_of,
)
from bench.kept import KEPT
from dedupe.cleaning import manifest
from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.cuts import Cut, Reason, apply, compose, settle
from dedupe.cleaning.options import Choices, make_choices
from dedupe.cleaning.restore import restore
from dedupe.cleaning.writers import Content, content_of
from dedupe.comparison.compare import compare, compare_cluster
from dedupe.comparison.from_report import recall
from dedupe.config import baseline
from dedupe.config.file import read_file
from dedupe.config.settings import Settings, make_settings
from dedupe.copies.skeletons import tokenize
from dedupe.core.errors import DedupeError, UnreadableError
from dedupe.core.model import Document, Failure, Report, Span
from dedupe.inputs import chunks
from dedupe.inputs.address import Extract
from dedupe.inputs.find import find
from dedupe.inputs.sources import Source, read
from dedupe.pipeline.pipeline import check
from dedupe.report import FORMATS, render
from dedupe.report.rules import codes
from dedupe.report.view import View
from dedupe.rules.scan import Lines, Scanner
from dedupe.text.decode import recognise
from dedupe.text.essays import split
from tests.corpora import essay
from tests.engine import duplicates_of

Target = Callable[[Dice], None]

SCANNER = Scanner(ROWS)


def decoding(dice: Dice) -> None:
    """Whatever the bytes, a text that can be written, and by the rules of Unicode the same bytes back."""
    text = text_of(dice, 12)
    data = text.encode(dice.choice(CODECS), "replace") if dice.random() < 0.9 else dice.randbytes(dice.randrange(99))
    data = damaged(dice, data)
    with suppress(UnreadableError):
        found = recognise(data, dice.choice((None, None, None, *CODECS, "utf-7", "hz", "idna", "punycode")))
        found.text.encode()
        if found.codec.startswith("utf-") and not found.codec.endswith(("7", "sig")) and "\ufffd" not in found.text:
            assert found.mark + found.text.encode(found.codec) == data


def tokens(dice: Dice) -> None:
    """Sentences lie in their documents in order, hold all tokens, and other documents change none of that."""
    texts = [text_of(dice) for _ in range(dice.randint(0, 4))]
    got = tokenize(texts, [], dice.random() < 0.2)
    assert got.first[0] == 0
    assert got.first[-1] == len(got.ids)
    assert np.all(np.diff(got.first) > 0)
    for number, text in enumerate(texts):
        low, high = got.doc_sentence[number : number + 2]
        spans = np.column_stack((got.begin[low:high], got.end[low:high])).ravel().astype(np.int64)
        assert np.all(np.diff(spans) >= 0)
        assert not len(spans) or 0 <= spans[0] <= spans[-1] <= len(text)
    if texts:
        alone = tokenize([texts[-1]])
        folded = tokenize(texts)
        assert np.array_equal(alone.ids, folded.ids[folded.doc_token[-2] :])


def rules(dice: Dice) -> None:
    """Findings are what stands at their places, in order, and none of a kind overlap."""
    text = text_of(dice, 80)
    findings = SCANNER.scan(Document("a.txt", text))
    lines = Lines(text)
    for finding in findings:
        assert finding.text == text[finding.start : finding.end] != ""
        assert (finding.line, finding.column) == lines.place(finding.start)
        assert (finding.end_line, finding.end_column) == lines.place(finding.end)
    for kind in {finding.kind for finding in findings}:
        ours = [finding for finding in findings if finding.kind is kind]
        assert all(one.end <= other.start for one, other in pairwise(ours))
    assert len({finding.fingerprint for finding in findings}) == len(findings)


def essays(dice: Dice) -> None:
    """Essays lie in their page in order."""
    text = dice.choice(("\n", "\n\n", "")).join(
        dice.choice((dice.choice(HEADINGS), piece(dice), essay(dice.randrange(9), 8)))
        for _ in range(dice.randint(0, 30))
    )
    found = split(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def regions(dice: Dice) -> None:
    """Members lie in their texts and are measured as sets of shingles are."""
    texts = [plain(text) for text in pages_of(dice)]
    settings = Settings(threshold=dice.choice((0.1, 0.25, 0.5, 0.9)), min_length=dice.choice((5, 10, 40)))
    found = duplicates_of(texts, settings)
    for group in found.groups:
        skeletons = found.skeletons
        sets = []
        for node, start, end in zip(group.nodes.tolist(), *(side.tolist() for side in found.spans(group.nodes))):
            text = texts[int(found.doc[node])]
            assert 0 <= start < end <= len(text)
            ids = tokenize([text[start:end]]).ids.tolist()
            sets.append({tuple(ids[at : at + 5]) for at in range(len(ids) - 4)})
        for shingles, same, (mine, yours, both) in zip(sets, group.same.tolist(), group.shared.tolist()):
            assert (mine, yours, both) == (len(shingles), len(sets[0]), len(shingles & sets[0]))
            assert same or both >= settings.threshold * (mine + yours - both) or both >= 0.8 * min(mine, yours)
        assert skeletons.documents == len(texts)


def cuts(dice: Dice) -> None:
    """Cuts one after the other are cuts of the source."""
    source = text = text_of(dice, 9)
    taken: list[Cut] = []
    for _ in range(3):
        ends = [sorted(dice.randint(0, len(text)) for _ in range(2)) for _ in range(dice.randint(0, 5))]
        fresh = settle(Cut(low, high, Reason("BP201", "chrome")) for low, high in ends if low < high)
        assert all(one.end <= other.start for one, other in pairwise(fresh))
        text, taken = apply(text, fresh), compose(taken, fresh)
        assert apply(source, taken) == text


def pipeline(dice: Dice) -> None:
    """A corpus gives the same report whatever the order, and every format can be written; `suggest` fits in."""
    with folder() as place:
        lay(dice, place)
        settings = Settings(chrome_documents=dice.choice((2, 4)), html=dice.choice(("main", "raw")))
        report = check([str(place)], settings)
        paths = sorted(str(path) for path in place.rglob("*") if path.is_file())
        dice.shuffle(paths)
        other = check(paths or [str(place)], settings)
        assert (other.findings, other.clusters, other.errors) == (report.findings, report.clusters, report.errors)
        for form in FORMATS:
            view = View(width=dice.choice((1, 20, 100)), colour=dice.random() < 0.5, limit=dice.choice((0, 3)))
            render(report, form, view).encode("utf-8", "backslashreplace")
        parsed = json.loads(render(report, "json", View()))
        assert len(parsed["findings"]) == report.summary.findings == len(report.findings)
        assert_places(report)


def assert_places(report: Report) -> None:
    """Every finding and member stands where it says."""
    texts: dict[tuple[str, str | None], str] = {}
    for path in {finding.path for finding in report.findings}:
        source = Source(path, path, Path(path).stat().st_size)
        for item in read(source, report.settings):
            if isinstance(item, Document):
                texts[item.path, item.record] = item.text
    for finding in report.findings:
        text = texts[finding.path, finding.record]
        assert 0 <= finding.start < finding.end <= len(text)
        assert Lines(text).place(finding.start) == (finding.line, finding.column)


def cleaning(dice: Dice) -> None:
    """What was cleaned comes back to the byte, and cleaning it again changes nothing."""
    with folder() as top:
        (top / "in").mkdir()
        lay(dice, top / "in")
        way = dice.choice(("keep", "drop-sentence", "drop-essay", "mask=〔空〕"))
        choices = Choices(
            placeholders=way, keep_variants=dice.random() < 0.3, keep_passages=dice.random() < 0.3,
            min_document=dice.choice((0, 0, 30)),
        )  # fmt: skip
        before = {path.name: path.read_bytes() for path in (top / "in").iterdir()}
        try:
            first = clean(Order(["in"], top / "out", Settings(), choices))
        except DedupeError as error:
            if "choose another TOKEN" not in str(error):
                raise
            return
        assert {path.name: path.read_bytes() for path in (top / "in").iterdir()} == before
        count, failures = restore(top / "out", top / "back")
        back = {path.name: path.read_bytes() for path in (top / "back").iterdir()}
        assert not failures
        assert back.items() <= before.items()
        assert len(back) == count
        unread = {Path(re.sub(r"(:\d+|#.*)$", "", failure.path)).name for failure in first.failures}
        assert before.keys() - back.keys() <= unread
        if not first.failures:  # cleaned again, it may take what was cover for something else
            clean(Order(["out"], top / "twice", Settings(), choices))


def readers(dice: Dice) -> None:
    """A damaged file of any kind gives documents and failures, and nothing is raised; whole parts are written back."""
    kind = dice.choice(KINDS)
    data = damaged(dice, made(kind))
    with folder() as place:
        name = f"a.{kind.replace('+', '')}" if dice.random() < 0.9 else "a"
        (place / name).write_bytes(data)
        settings = Settings(
            html=dice.choice(("main", "raw")), encoding=dice.choice((None, None, None, "utf-8", "gb18030", "utf-16")),
            max_expansion=dice.choice((0, 1, 200)), stdin_format=None,
        )  # fmt: skip
        for item in read(Source(name, str(place / name), len(data)), settings):
            (item.reason if isinstance(item, Failure) else f"{item.text}{item.record}").encode()
        with suppress(UnreadableError):
            content = content_of(name, data, settings)
            same = content.render({}, {})
            if isinstance(content, Content) and not content.packing and not content.is_extracted:
                assert same == data


def in_pieces(dice: Dice) -> None:
    """A damaged file of any kind gives the same documents and failures whether it is cut or not."""
    kind = dice.choice(KINDS)
    data = made(kind) * dice.choice((1, 1, 3))
    data = damaged(dice, data) if dice.random() < 0.7 else data
    with folder() as place, patch.multiple(chunks, LARGE=1, SIZE=dice.choice((1, 50, 400, 5000))):
        name = f"a.{kind.replace('+', '')}" if dice.random() < 0.9 else "a"
        (place / name).write_bytes(data)
        encoding = dice.choice((None, None, None, "utf-8", "gb18030", "utf-16"))
        settings = Settings(encoding=encoding, id_field=dice.choice(("id", "id", "text", "x")))
        whole = find(place / name, settings)[0]
        with chunks.laid_out(whole, settings, None) as (parts, failures):
            found = [item for part in parts for item in read(part, settings)]
        every = [item for source in whole for item in read(source, settings)]
    assert [item for item in found if isinstance(item, Document)] == [i for i in every if isinstance(i, Document)]
    missed = {item for item in every if isinstance(item, Failure)}
    assert missed == {*failures, *(item for item in found if isinstance(item, Failure))}


def toml(dice: Dice) -> None:
    """A configuration file can be used, or the error names its place."""
    lines = TOML.splitlines(keepends=True)
    for _ in range(dice.choice((0, 0, 1, 3))):
        at = dice.randrange(len(lines))
        key, equal, _ = lines[at].partition("=")
        values = (
            "-1",
            "[]",
            "[[]]",
            "nan",
            "inf",
            '"\\u0000"',
            "{}",
            "1e400",
            "9" * 30,
            '"' + "(" * 50 + '"',
            "[1]",
            '"[z-a]"',
        )
        lines[at] = dice.choice((f"{key}{equal}{dice.choice(values)}\n", "", lines[at] * 2, f"{key}x{equal} 1\n"))
    data = "".join(lines).encode()
    with folder() as place:
        (place / "dedupe.toml").write_bytes(damaged(dice, data) if dice.random() < 0.7 else data)
        try:
            file = read_file("dedupe.toml")
            settings = make_settings(file, {}, codes())
            make_choices(file, {})
        except DedupeError as error:
            if not str(error).startswith("dedupe.toml:"):
                raise
            return
        (place / "a.txt").write_text("某某打赏作者", encoding="utf-8")
        check(["a.txt"], settings)


def baselines(dice: Dice) -> None:
    """A baseline can be used and written anew, or the error says what to do."""
    _, kept = corpus()
    with folder() as place:
        set_up(place)
        file = place / baseline.NAME
        file.write_bytes(jsonish(dice, kept["baseline"]))
        with suppress(DedupeError):
            known = baseline.read(file)
            report = check(["."], Settings())
            again = baseline.compare(report, known, ["."], dice.random() < 0.5).accepted()
            baseline.write(again)
            assert baseline.read(file).entries == again.entries


def reports(dice: Dice) -> None:
    """A cluster of a report can be shown, or the error says why not."""
    _, kept = corpus()
    wanted = json.loads(kept["json"])["clusters"][0]["id"]
    with folder() as place:
        set_up(place)
        (place / "report.json").write_bytes(jsonish(dice, kept[dice.choice(("json", "jsonl"))]))
        with suppress(DedupeError):
            compare_cluster(recall("report.json", dice.choice((wanted, wanted[:4], "")), Settings(), ()))


def manifests(dice: Dice) -> None:
    """What a manifest gives back is right or refused, and nothing is written elsewhere."""
    texts, kept = corpus()
    with folder() as top:
        place = top / "deep" / "er"
        place.mkdir(parents=True)
        os.chdir(place)
        set_up(place, (name for name in kept if name.startswith("out/")))
        name = (
            f"out/{manifest.MANIFEST}"
            if dice.random() < 0.8
            else dice.choice([n for n in kept if n.startswith("out/")])
        )
        (place / name).write_bytes(jsonish(dice, kept[name]))
        before = {path for path in top.rglob("*") if "back" not in path.parts}
        with suppress(DedupeError):
            restore(Path("out"), Path("back"))
            whole = {data for data in texts.values()}
            for path in Path("back").rglob("*"):
                assert path.is_dir() or path.read_bytes() in whole or dice
        assert {path for path in top.rglob("*") if "back" not in path.parts} == before


def comparing(dice: Dice) -> None:
    """Every character of two texts is in one part of a pair or in the rest."""
    first, *others = (plain(text) for text in pages_of(dice))
    second = others[0] if others else plain(text_of(dice))
    one, other = (Extract(Document(name, text), Span(0, len(text))) for name, text in (("a", first), ("b", second)))
    found = compare(one, other, Settings())
    for at, text in enumerate((first, second)):
        covered = set()
        for pair in found.pairs:
            side = pair.sides[at]
            parts = [(part.one, part.other)[at] for row in pair.sentences for part in row.parts]
            assert [span.start for span in parts] == [0, *(span.end for span in parts)][:-1]
            covered |= set(range(side.region.start, side.region.end))
        covered |= {place for span in found.rest[at] for place in range(span.start, span.end)}
        assert all(place in covered or text[place].isspace() for place in range(len(text)))
    mirrored = compare(other, one, Settings())
    assert mirrored.rest == found.rest[::-1]
    assert len(mirrored.pairs) == len(found.pairs)


TARGETS: dict[str, Target] = {
    target.__name__: target
    for target in (
        decoding, tokens, rules, essays, regions, cuts, pipeline, cleaning, readers, in_pieces, toml, baselines,
        reports, manifests, comparing, *KEPT,
        *HOSTILE,
    )
}  # fmt: skip
