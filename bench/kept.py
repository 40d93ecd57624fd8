"""What `bench/fuzz.py` tries of what outlives a run: the cache, an index, merged baselines, repaired corpora."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bench.inputs import Dice, changed, damaged, folder, lay, pages_of, piece, plain
from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.manifest import MANIFEST, is_result
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import restore
from dedupe.comparison.compare import compare, compare_cluster
from dedupe.comparison.from_report import recall
from dedupe.comparison.template import templates
from dedupe.config import baseline
from dedupe.config.settings import Settings
from dedupe.core.errors import DedupeError, IndexFileError
from dedupe.core.fingerprint import content_of
from dedupe.core.model import Document, Kind, Report, Span
from dedupe.index import index as store
from dedupe.index.check import Before, check_with, surveyed
from dedupe.index.signature import Surveyed
from dedupe.inputs.address import Extract
from dedupe.inputs.sources import Source, read
from dedupe.pipeline import pipeline
from dedupe.pipeline.cache.cache import Cache
from dedupe.pipeline.cache.folder import files_in
from dedupe.pipeline.pipeline import check
from dedupe.report import FORMATS, comparison, render, template
from dedupe.report.view import View
from dedupe.text.batch import fold
from tests import files
from tests.corpora import WORDS, sentence

BLANKS = ("xx", "**", "__", "××", "某某", "[姓名]", "", "（）", "xxx")
FORMS = ("{}年以来", "投入{}万元", "在{}镇召开", "同志{}负责", "共{}人次", "占{}%", "“{}”活动")


def filled(dice: Dice) -> list[str]:
    """Copies of one template with figures and names in it, some of them blank or other ones in each copy."""
    base = [sentence(dice, dice.randint(4, 9)) for _ in range(dice.randint(4, 12))]
    slots = {
        dice.randrange(len(base)): (dice.choice(FORMS), dice.choice((str(dice.randint(1, 2024)), dice.choice(WORDS))))
        for _ in range(dice.randint(1, 6))
    }
    copies = []
    for _ in range(dice.randint(2, 6)):
        parts = list(base)
        for at, (form, fill) in slots.items():
            chance = dice.random()
            other = dice.choice(BLANKS) if chance < 0.4 else str(dice.randint(1, 99)) if chance < 0.45 else fill
            parts[at] = form.format(other) + "，" + parts[at]
        text = dice.choice(("", "\n")).join(parts)
        copies.append(changed(dice, text) if dice.random() < 0.2 else text)
    return copies


def put(dice: Dice, place: Path, texts: Sequence[str]) -> None:
    """Texts as files of several kinds and encodings."""
    rest = [(f"r{number}", plain(text) or "空") for number, text in enumerate(texts)]
    for number in range(len(rest)):
        some = [rest.pop() for _ in range(min(len(rest), dice.choice((1, 1, 2, 3))))]
        kind = dice.choice(("txt", "txt", "jsonl", "json", "csv", "tsv", "parquet", "html", "docx"))
        if not some:
            break
        with suppress(ValueError):  # lxml: no control characters in a .docx file
            data = files.made(kind, some)
            if kind in ("txt", "jsonl", "csv", "tsv", "json") and dice.random() < 0.4:
                codec = dice.choice(("gb18030", "utf-16", "utf-8-sig", "big5", "gbk"))
                data = data.decode().encode(codec, "replace")
            (place / f"{number}.{kind}").write_bytes(data)


def caching(dice: Dice) -> None:
    """Whatever changed since, and whatever became of the cache, a report with it is the one without it."""
    with folder() as place:
        (place / "in").mkdir()
        lay(dice, place / "in")
        put(dice, place / "in", filled(dice))
        settings = Settings(chrome_documents=dice.choice((2, 4)), select=dice.choice((("PH",), ("PH", "BP", "ND"))))
        cache = Cache(place / "kept", [].append, worth=0)
        for _ in range(dice.randint(2, 4)):
            # As if files were as many, or as large, as those of a corpus that a cache is for.
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(pipeline, "BATCH", dice.choice((700, 3_000, 1_000_000)))
                with_it = check(["in"], settings, cache=cache)
                assert content(with_it) == content(check(["in"], settings))
            change(dice, place / "in")
            for kept in list(files_in(place / "kept")):
                if dice.random() < 0.3:
                    kept.write_bytes(damaged(dice, kept.read_bytes()))


def content(report: Report) -> tuple[object, ...]:
    """Everything in a report but how long it took."""
    return replace(report.summary, seconds=0.0), tuple(report.findings), tuple(report.clusters), report.errors


def change(dice: Dice, place: Path) -> None:
    """Some files of a folder edited, spoilt, copied, renamed, deleted."""
    for _ in range(dice.choice((0, 1, 1, 3))):
        there = sorted(place.iterdir())
        if not there:
            return
        one, kind = dice.choice(there), dice.random()
        if kind < 0.4:
            data = one.read_bytes()
            one.write_bytes(data + piece(dice).encode("utf-8", "replace") if kind < 0.2 else damaged(dice, data))
        elif kind < 0.6:
            one.unlink()
        elif kind < 0.8:
            shutil.copy(one, place / f"{dice.randrange(9)}c{one.name}")
        else:
            one.rename(place / f"{dice.randrange(9)}{one.name}")


def indexes(dice: Dice) -> None:
    """An index is the set of its documents, however it was made; a damaged one is used or refused."""
    with folder() as place:
        for name in ("old", "new"):
            (place / name).mkdir()
            lay(dice, place / name)
        shared = filled(dice)
        (place / "old" / "f.txt").write_text(plain(shared[0]), "utf-8")
        (place / "new" / "f.txt").write_text(plain(shared[1]), "utf-8")
        settings = Settings(chrome_documents=2)
        old, new = (documents(name, settings) for name in ("old", "new"))
        index = place / "i"
        both = store.build(index, [*old, *new], settings)
        assert store.build(place / "a", old, settings) + store.build(place / "b", new, settings) == both
        assert store.merge(place / "a", place / "b", place / "m") == both
        assert store.add(place / "a", [*new, *old], settings) == len({one.path + str(one.record) for one in new})
        said = [figures(place / name) for name in ("i", "a", "m")]
        assert said[0] == said[1] == said[2]
        assert [store.verify(place / name) for name in ("i", "a", "m")] == [[], [], []]
        assert_against(Before(place / "b" if dice.random() < 0.5 else index), settings)
        if old:
            gone = store.remove(index, ["old"])
            assert (gone, figures(index)) == (len(set(map(named, old))), figures(place / "b"))
        (place / "b").write_bytes(damaged(dice, (place / "b").read_bytes()))
        with suppress(IndexFileError):
            assert_against(Before(place / "b"), settings)
            store.verify(place / "b")
            store.add(place / "b", old, settings)


def named(document: Surveyed) -> tuple[str, str | None, bytes]:
    """What tells a document of an index from others."""
    return document.path, document.record, document.content


def documents(path: str, settings: Settings) -> list[Surveyed]:
    """What an index keeps of the documents of a folder."""
    return [document for part in surveyed([path], settings) for document in part.documents]


def figures(index: Path) -> object:
    """What an index says of itself, but for the size of its file."""
    return replace(store.info(index), size=0)


def assert_against(before: Before, settings: Settings) -> None:
    """A check against an index finds what one without does, and old copies that lie in their documents."""
    report = check_with(before, ["old"], settings)
    texts = texts_of({finding.path for finding in report.findings}, report.settings)
    for finding in report.findings:
        assert 0 <= finding.start < finding.end <= len(texts[finding.path, finding.record])
        if finding.old:
            old = finding.old
            assert 0 <= old.start <= old.end
            assert 0 <= old.low <= old.jaccard <= old.high <= 1
            assert 0 <= old.containment <= 1
    # Lines that recur in old documents are chrome, so near-duplicates may be others than without these.
    alone = [one for one in check(["old"], settings).findings if one.kind is Kind.PLACEHOLDER]
    assert [one for one in report.findings if one.kind is Kind.PLACEHOLDER] == alone


def texts_of(paths: Iterable[str], settings: Settings) -> dict[tuple[str, str | None], str]:
    """The texts of some files, by the names that a report gives them."""
    texts = {}
    for path in paths:
        for item in read(Source(path, path, Path(path).stat().st_size), settings):
            if isinstance(item, Document):
                texts[item.path, item.record] = item.text
    return texts


def merging(dice: Dice) -> None:
    """Lines of two baselines together accept what either does, in any order, and renamed documents are followed."""
    with folder() as place:
        (place / "in").mkdir()
        lay(dice, place / "in")
        put(dice, place / "in", filled(dice))
        report = check(["in"], Settings())
        file = place / baseline.NAME
        whole = baseline.compare(report, baseline.Baseline(file), ["in"]).accepted()
        head, *rows, foot = baseline.lines(whole)
        sides = [[row for row in rows if dice.random() < 0.7] for _ in range(2)]
        merged = [*sides[0], *(Counter(sides[1]) - Counter(sides[0])).elements()]
        dice.shuffle(merged)
        file.write_text("".join((head, *merged, foot)), "utf-8", newline=dice.choice(("", "\r\n")))
        known = baseline.read(file)
        assert len(known.entries) == len(merged)
        compared = baseline.compare(report, known, ["in"], dice.random() < 0.5)
        assert len(compared.new) == len(rows) - len(merged)
        assert not compared.gone
        assert compared.accepted().entries == whole.entries
        conflict = (head, "<<<<<<< ours\n", *sides[0], "=======\n", *sides[1], ">>>>>>> theirs\n", foot)
        file.write_text("".join(conflict), "utf-8")
        with suppress(DedupeError):
            baseline.read(file)
            raise AssertionError("a baseline with markers of a merge was read")
        baseline.write(whole)
        follow(dice, place, whole)


def follow(dice: Dice, place: Path, whole: baseline.Baseline) -> None:
    """Documents that were renamed keep what was accepted of them, and pruning takes out nothing that is met."""
    change(dice, place / "in")
    report = check(["in"], Settings())
    for follows in (False, True):
        after = baseline.compare(report, whole, ["in"], follows)
        summary = after.report.summary.baseline
        assert summary
        assert summary.met + len(after.new) == len(report.findings)
        assert len(after.pruned().entries) == len(whole.entries) - len(after.gone)
        prints = Counter(content_of(one.fingerprint, one.path, one.record) for one in report.findings)
        assert not Counter(entry.fingerprint for entry in after.new) - prints
        again = baseline.compare(report, after.accepted(), ["in"], follows)
        assert not again.new


def suggestions(dice: Dice) -> None:
    """A suggestion stands, but for widths, where its sources say, and the order of files does not matter."""
    with folder() as place:
        (place / "in").mkdir()
        put(dice, place / "in", filled(dice))
        settings = Settings(suggest=True)
        report = check(["in"], settings)
        paths = sorted(path.as_posix() for path in Path("in").iterdir())
        dice.shuffle(paths)
        assert content(check(paths, settings)) == content(report)
        texts = texts_of(paths, report.settings)
        for finding in report.findings:
            found = finding.suggestion
            if found is None:
                continue
            assert 1 <= found.votes <= found.of
            at = found.at or Span(finding.start, finding.end)
            assert 0 <= at.start <= at.end <= len(texts[finding.path, finding.record])
            for origin in found.sources:
                assert fold(texts[origin.path, origin.record][origin.start : origin.end]) == fold(found.text)
        for form in FORMATS:
            render(report, form, View(width=dice.choice((1, 40, 100)), limit=0)).encode("utf-8", "backslashreplace")


def repairing(dice: Dice) -> None:
    """Whatever is put into blanks or taken with them comes out again to the byte, and a second clean finds nothing."""
    with folder() as top:
        (top / "in").mkdir()
        put(dice, top / "in", filled(dice))
        if dice.random() < 0.3:
            lay(dice, top / "in")
        way = dice.choice(("repair", "repair", "repair", "drop-sentence", "drop-essay", "mask=〔空〕", "mask=空"))
        choices = Choices(
            placeholders=way, keep_copies=dice.random() < 0.7, keep_variants=dice.random() < 0.5,
            keep_chrome=dice.random() < 0.3, split_essays=dice.random() < 0.2,
        )  # fmt: skip
        before = {path.name: path.read_bytes() for path in (top / "in").iterdir()}
        try:
            first = clean(Order(["in"], top / "out", Settings(), choices))
        except DedupeError as error:
            if not way.startswith("mask=") or "choose another TOKEN" not in str(error) or (top / "out").exists():
                raise
            return
        assert is_result(top / "out")
        for line in (top / "out" / MANIFEST).read_text("utf-8").split("\n")[:-1]:
            json.loads(line)
        back(top, before, {failure.path for failure in first.failures})
        if first.is_settled and not first.failures and not choices.split_essays:
            assert clean(Order(["out"], top / "twice", Settings(), choices)).taken == {}


def back(top: Path, before: dict[str, bytes], failed: set[str]) -> None:
    """The originals are restored, all but those that could not be read."""
    count, failures = restore(top / "out", top / "back")
    after = {path.name: path.read_bytes() for path in (top / "back").iterdir()}
    assert not failures
    assert after.items() <= before.items()
    assert len(after) == count
    assert before.keys() - after.keys() <= {Path(re.sub(r"(:\d+|#.*)$", "", path)).name for path in failed}


def shown(dice: Dice) -> None:
    """Two texts, and all clusters of a report, can be shown beside each other and as templates."""
    texts = [plain(text) for text in (filled(dice) if dice.random() < 0.5 else pages_of(dice))]
    sides = [Extract(Document(str(number), text), Span(0, len(text))) for number, text in enumerate(texts)]
    found = [compare(sides[0], sides[-1], Settings())]
    with folder() as place:
        (place / "in").mkdir()
        put(dice, place / "in", texts)
        report = check(["in"], Settings())
        (place / "report.json").write_text(render(report, "json", View()), "utf-8")
        found += [compare_cluster(recall("report.json", cluster.id, Settings(), ())) for cluster in report.clusters]
    for one in found:
        for form in ("rich", "json"):
            view = View(width=dice.choice((1, 20, 79, 200)), colour=dice.random() < 0.5)
            "".join(comparison.pieces(one, form, view, dice.choice((0, 1, 9)))).encode("utf-8", "backslashreplace")
            "".join(template.pieces(one, templates(one), form, view)).encode("utf-8", "backslashreplace")


KEPT = (caching, indexes, merging, suggestions, repairing, shown)
