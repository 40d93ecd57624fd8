"""What `bench/fuzz.py` tries: each target makes an input by the dice it is given, and asserts what holds for all."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from dedupe import baseline, check, manifest
from dedupe.address import Extract
from dedupe.choices import Choices, make_choices
from dedupe.clean import Order, clean
from dedupe.compare import compare, compare_cluster
from dedupe.config import Settings, make_settings
from dedupe.configfile import read_file
from dedupe.corpus import Source, read
from dedupe.cuts import Cut, Reason, apply, compose, settle
from dedupe.decode import recognise
from dedupe.errors import CorpusError, DedupeError, UnreadableError
from dedupe.essays import split
from dedupe.model import Document, Failure, Report, Span
from dedupe.recall import recall
from dedupe.report import FORMATS, render
from dedupe.report.catalogue import codes
from dedupe.report.view import View
from dedupe.restore import restore
from dedupe.rewrite import Content, content_of
from dedupe.rules import RULES
from dedupe.scan import Lines, Scanner
from dedupe.tokens import tokenize
from tests import files
from tests.corpora import essay, recut, sentence
from tests.engine import duplicates_of

Target = Callable[[random.Random], None]
Dice = random.Random

CODECS = ("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "cp932", "utf-16", "utf-32", "latin-1")
MARKS = ("xx", "**", "__", "××", "＊", "[姓名]", "{{client}}", "某某", "20__年", "（）", "“”", "%", "TODO", "_" * 9)
HOSTILE = (
    "\0", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\ufffd", "\ud800", "\udcff", "\r", "\r\n", "\n", "\n\n",
    "\u2028", "\x85", "\u0301" * 8, "\U0001f468\u200d\U0001f469", "\U000e0041", "|", "`", "<script>", "[red]", "::error::",
    "=1+1", "&#x41;", "a", " ", "\u3000", "\t", "\x7f", "\xad", "　" * 5, "哈" * 40, "x" * 40, "１２", "Ⅻ", "ﬁ", "ไทย", "한국",
)  # fmt: skip
ROWS = tuple(rule for table in RULES for rule in table)
EXAMPLES = tuple(re.sub("[«»]", "", example) for rule in ROWS for example in (*rule.hits, *rule.misses))
HEADINGS = ("篇1：", "（一）", "第一篇 总结", "总结精选篇2", "一、", "1.", "# ", "工作总结（二）")
SCANNER = Scanner(ROWS)
SPLICES = (b"\xff\xff\xff\x7f", b"\0", b"\xed\xa0\x80", b"[" * 300, b'{"a":' * 300, b"9" * 5000, b"1e999", b"\\ud800", b"\n")


def piece(dice: Dice) -> str:
    """A few characters, as texts have them or as nobody should write them."""
    kind = dice.random()
    if kind < 0.35:
        return sentence(dice, dice.randint(1, 12))
    if kind < 0.55:
        return dice.choice(EXAMPLES)
    if kind < 0.7:
        return dice.choice(MARKS)
    if kind < 0.85:
        return dice.choice(HOSTILE)
    if kind < 0.9:
        return dice.choice(HEADINGS)
    return "".join(chr(dice.choice((dice.randrange(0x20, 0x7F), dice.randrange(0x110000)))) for _ in range(dice.randint(1, 9)))


def text_of(dice: Dice, most: int = 40) -> str:
    """A text of such pieces, some of them over and over."""
    parts = [piece(dice) for _ in range(dice.randint(0, most))]
    if parts and dice.random() < 0.2:
        parts += [dice.choice(parts)] * dice.randint(1, 60)
    return dice.choice(("", "", "\n", " ")).join(parts)


def plain(text: str) -> str:
    """The text as it can stand in a file."""
    return text.encode("utf-8", "replace").decode()


def pages_of(dice: Dice) -> list[str]:
    """Texts that copy each other: essays cut anew, with other fills, between other texts."""
    bases = [essay(dice.randrange(50), dice.randint(3, 25)) for _ in range(dice.randint(1, 4))]
    pages = []
    for _ in range(dice.randint(1, 7)):
        parts = [piece(dice) if dice.random() < 0.3 else changed(dice, dice.choice(bases)) for _ in range(dice.randint(1, 4))]
        pages.append(dice.choice(("\n", "\n\n", "", "\r\n")).join(parts))
    return pages


def changed(dice: Dice, text: str) -> str:
    """A copy of a text."""
    if dice.random() < 0.5:
        text = recut(text, dice.randint(1, 9))
    for _ in range(dice.choice((0, 0, 1, 5, 20))):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + piece(dice) + text[at + dice.choice((0, 0, 1, 5, 60)) :]
    return text


def damaged(dice: Dice, data: bytes) -> bytes:
    """Bytes cut short, or with some of them changed, lost, repeated or put in."""
    out = bytearray(data)
    if out and dice.random() < 0.25:
        return bytes(out[: dice.randrange(len(out))])
    for _ in range(dice.choice((0, 1, 1, 2, 5, 30))):
        at = dice.randrange(len(out) + 1)
        kind = dice.random()
        if kind < 0.4 and at < len(out):
            out[at] = dice.randrange(256)
        elif kind < 0.6:
            del out[at : at + dice.randint(1, 50)]
        elif kind < 0.8:
            out[at:at] = out[dice.randrange(len(out) + 1) :][: dice.randint(1, 40)]
        else:
            out[at : at + dice.choice((0, 4))] = dice.choice(SPLICES)
    return bytes(out)


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder to work in, which is the current one."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)


def decoding(dice: Dice) -> None:
    """Whatever the bytes, a text that can be written, and by the rules of Unicode the same bytes back."""
    text = text_of(dice, 12)
    data = text.encode(dice.choice(CODECS), "replace") if dice.random() < 0.9 else dice.randbytes(dice.randrange(99))
    data = damaged(dice, data)
    with suppress(UnreadableError):
        found = recognise(data, dice.choice((None, None, None, *CODECS, "utf-7", "hz", "idna", "punycode")))
        found.text.encode()
        if found.codec.startswith("utf-") and not found.codec.endswith(("7", "sig")) and "\ufffd" not in found.text:
            if found.codec in ("utf-16", "utf-32"):  # named without an order, and the mark says it
                return
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
        dice.choice((dice.choice(HEADINGS), piece(dice), essay(dice.randrange(9), 8))) for _ in range(dice.randint(0, 30))
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
        for node in group.nodes.tolist():
            start, end = found.span(node)
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
        other = check(paths, settings)
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
        source = Source(path, Path(path), Path(path).stat().st_size)
        for item in read(source, report.settings):
            if isinstance(item, Document):
                texts[item.path, item.record] = item.text
    for finding in report.findings:
        text = texts[finding.path, finding.record]
        assert 0 <= finding.start < finding.end <= len(text)
        assert Lines(text).place(finding.start) == (finding.line, finding.column)


def lay(dice: Dice, place: Path) -> None:
    """A corpus of some files of several kinds."""
    records = [(f"{dice.choice(('a', '甲', '=', '../b'))}{number}", plain(text) or "空") for number, text in enumerate(pages_of(dice))]
    for number in range(dice.randint(1, 4)):
        kind = dice.choice(("txt", "txt", "md", "jsonl", "jsonl", "json", "csv", "tsv", "html", "parquet", "docx"))
        dice.shuffle(records)
        with suppress(ValueError):  # lxml: no control characters in a .docx file
            data = files.made(kind, records)
            packing = dice.choice(("", "", "", *files.PACKERS))
            data = files.PACKERS[packing](data) if packing else data
            if kind in ("txt", "jsonl") and not packing and dice.random() < 0.3:
                data = data.decode().encode(dice.choice(("utf-16", "gb18030", "utf-8-sig")))
            if dice.random() < 0.1:
                data = damaged(dice, data)
            (place / f"{number}.{kind}{packing}").write_bytes(data)


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
            assert "choose another TOKEN" in str(error)
            return
        assert {path.name: path.read_bytes() for path in (top / "in").iterdir()} == before
        count, failures = restore(top / "out", top / "back")
        back = {path.name: path.read_bytes() for path in (top / "back").iterdir()}
        assert not failures
        assert back.items() <= before.items()
        assert len(back) == count
        unread = {Path(re.sub(r"(:\d+|#.*)$", "", failure.path)).name for failure in first.failures}
        assert before.keys() - back.keys() <= unread
        if first.is_settled and not first.failures:
            second = clean(Order(["out"], top / "twice", Settings(), choices))
            assert second.taken == {}


@cache
def made(kind: str) -> bytes:
    """A file of a kind, whole."""
    name, _, packing = kind.partition("+")
    data = files.made(name, [("甲1", essay(1)), ("乙", "总结\n" + essay(2)), ("丙", f"投入xx万元。\n{essay(1)}")])
    return files.PACKERS[packing](data) if packing else data


KINDS = (*files.RECORD_KINDS, *files.SINGLE_KINDS, *(f"{kind}+{end}" for kind in ("jsonl", "txt") for end in files.PACKERS))


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
        for item in read(Source(name, place / name, len(data)), settings):
            (item.reason if isinstance(item, Failure) else f"{item.text}{item.record}").encode()
        with suppress(UnreadableError):
            content = content_of(name, data, settings)
            same = content.render({}, {})
            if isinstance(content, Content) and not content.packing and not content.is_extracted:
                assert same == data


TOML = """select = ["PH", "ND"]
ignore = ["PH115"]
threshold = 0.3
memory = "2G"
exclude = ["a/*", "!b"]
format = "json"
[clean]
placeholders = "keep"
min-document = 5
[[allow]]
path = "a/**"
codes = ["PH1"]
text = "某某"
[per-path."b/*"]
ignore = ["ND"]
[[rule]]
code = "MY101"
name = "tip"
kind = "boilerplate"
severity = "error"
pattern = "打赏(作者|我)+"
message = "a tip"
hits = ["«打赏作者»"]
misses = ["打赏"]
"""


def toml(dice: Dice) -> None:
    """A configuration file can be used, or the error names its place."""
    lines = TOML.splitlines(keepends=True)
    for _ in range(dice.choice((0, 0, 1, 3))):
        at = dice.randrange(len(lines))
        key, equal, _ = lines[at].partition("=")
        values = ("-1", "[]", "[[]]", "nan", "inf", '"\\u0000"', "{}", "1e400", "9" * 30, '"' + "(" * 50 + '"', "[1]", '"[z-a]"')
        lines[at] = dice.choice((f"{key}{equal}{dice.choice(values)}\n", "", lines[at] * 2, f"{key}x{equal} 1\n"))
    data = "".join(lines).encode()
    with folder() as place:
        (place / "dedupe.toml").write_bytes(damaged(dice, data) if dice.random() < 0.7 else data)
        try:
            file = read_file("dedupe.toml")
            settings = make_settings(file, {}, codes())
            make_choices(file, {})
        except DedupeError as error:
            assert str(error).startswith("dedupe.toml:") or "0 seconds" in str(error), error
            return
        (place / "a.txt").write_text("某某打赏作者", encoding="utf-8")
        check(["a.txt"], settings)


@cache
def corpus() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A corpus, and what its reports, its baseline and its manifest are."""
    with folder() as place:
        page = f"{essay(1)}\n今年投入xx万元。点击下载文档\n"
        texts = {"a.txt": page.encode(), "b.txt": f"{page}又有某某。\n{essay(4, 5)}".encode(), "c.txt": essay(3).encode()}
        for name, data in texts.items():
            (place / name).write_bytes(data)
        report = check(["."], Settings())
        shutil.rmtree(place / "out", ignore_errors=True)
        accepted = baseline.compare(report, baseline.Baseline(place / baseline.NAME), ["."]).accepted()
        clean(Order(["a.txt", "b.txt", "c.txt"], place / "out", Settings()))
        kept = {
            "json": render(report, "json", View()).encode(),
            "jsonl": render(report, "jsonl", View()).encode(),
            "baseline": "".join(baseline.lines(accepted)).encode(),
        }
        inside = ((path.relative_to(place).as_posix(), path) for path in (place / "out").rglob("*"))
        kept |= {name: path.read_bytes() for name, path in inside if path.is_file()}
        return texts, kept


def set_up(place: Path, names: Iterator[str] = iter(())) -> None:
    """The files of `corpus`, and of its others those named."""
    texts, kept = corpus()
    for name, data in chain(texts.items(), ((name, kept[name]) for name in names)):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)


def jsonish(dice: Dice, data: bytes) -> bytes:
    """JSON with other values here and there, or damaged bytes."""
    if dice.random() < 0.5:
        return damaged(dice, data)
    text = data.decode()
    values = (
        "null", "-1", "[]", "{}", '"\\u0000"', '"\\ud800"', "1e400", "NaN", "9" * 30, "9" * 5000, '"../../x"', "true",
        '"."', '""', "0.5", '[{"a": 1}]', '"/etc/passwd"', '"\\udc80"',
    )  # fmt: skip
    for _ in range(dice.choice((1, 1, 2, 5))):
        found = list(re.finditer(r'(?<=: )("(?:[^"\\]|\\.)*"|-?\d[\d.]*|true|false|null)', text))
        if found:
            one = dice.choice(found)
            text = text[: one.start()] + dice.choice(values) + text[one.end() :]
    return text.encode()


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
        name = f"out/{manifest.MANIFEST}" if dice.random() < 0.8 else dice.choice([n for n in kept if n.startswith("out/")])
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
        decoding, tokens, rules, essays, regions, cuts, pipeline, cleaning, readers, toml, baselines, reports, manifests,
        comparing,
    )
}  # fmt: skip
