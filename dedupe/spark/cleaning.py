"""A cleaned corpus on Spark: look, choose, cut, and look again, as `dedupe.clean` does with files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dedupe.cleaning.clean import ROUNDS, cuts_of
from dedupe.cleaning.cuts import Cut, apply, compose, to_source
from dedupe.cleaning.decide import EVERYTHING, Decider, Desk, Ledger
from dedupe.cleaning.options import REPAIR, Choices
from dedupe.cleaning.select import AROUND, PART, Place, can_leave, key_of, options_of, places_of
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.messages import option
from dedupe.core.model import Cluster, Document, Finding, Kind, Severity, Unit
from dedupe.core.order import finding_key
from dedupe.inputs.spill import Shelf, pack, unpack
from dedupe.pipeline.scan import without_chrome
from dedupe.spark.checking import check_digests
from dedupe.spark.frames import Row, Store, mapped
from dedupe.spark.result import FINDINGS, Found, copy_from, finding_from
from dedupe.spark.scan import digests_of
from dedupe.spark.waiting import Leaving, in_order, waiting
from dedupe.text.essays import split

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# What a member would take with it: packed places, empty where it may not leave; s0..s1 is its place in the source, and
# `bare` the text of its document without what leaves it for other reasons.
SEATS = {
    "id": "string",
    "at": "int",
    "places": "binary",
    "s0": "long",
    "s1": "long",
    "bare": "string",
}
LEAVING = {
    "id": "string",
    "removed": "long",
    "name": "string",
    "keeper": "string",
    "whole": "boolean",
    "leaving": "binary",
    "cut": "binary",
    "k0": "long",
    "k1": "long",
}
KEPT = "array<struct<k0: long, k1: long>>"
CHANGES = {"doc": "long", "fresh": "string", "cuts": "binary", "is_gone": "boolean"}
CUTS = {
    "path": "string",
    "record": "string",
    "start": "long",
    "end": "long",
    "code": "string",
    "action": "string",
    "text": "string",
    "token": "string",
    "relation": "string",
    "jaccard": "double",
    "kept_path": "string",
    "kept_record": "string",
    "kept_start": "long",
    "kept_end": "long",
}


@dataclass(frozen=True)
class Cleaned:
    """Tables of Spark: `documents` with path, record and text of what is left, `cuts` with what left, in the source.

    `rounds` is how often the corpus was looked at, `is_settled` whether the last look found nothing to do.
    """

    documents: DataFrame
    cuts: DataFrame
    rounds: int
    is_settled: bool


def clean_numbered(source: DataFrame, settings: Settings, choices: Choices, store: Store) -> Cleaned:
    """The cleaned corpus of numbered documents. Raises ConfigError for choices that Spark cannot follow."""
    from pyspark.sql import functions as f

    if choices.placeholders == REPAIR or choices.split_essays:
        raise ConfigError(f"on Spark there is no repair and no {option('split_essays')}: clean on one machine")
    source = store.keep(source, "source")
    name = f.concat_ws("\0", "path", f.coalesce("record", f.lit("\0")))
    columns = {"name": name, "taken": f.lit(pack([])), "gone": f.lit(False), "kept": f.lit(None).cast(KEPT)}
    documents = store.keep(source.where("text is not null").withColumns(columns), "round0")
    settled, number = False, 0
    while not settled and number < ROUNDS:
        number += 1
        here = store.below(f"look{number}")
        found = check_digests(digests_of(documents.where("not gone"), settings), (), settings, here)
        changes, kept = _changes(documents.where("not gone"), found, choices, here)
        settled = changes.isEmpty()
        if not settled:
            documents = store.keep(_changed(documents, changes, kept), f"round{number}")
    left = documents.where("not gone").select("path", "record", "text")
    return Cleaned(left, store.keep(_cuts(source, documents, choices), "cuts"), number, settled)


def _changed(documents: DataFrame, changes: DataFrame, kept: DataFrame) -> DataFrame:
    """The documents as they are now, each with the stretches of its source that something was kept in."""
    from pyspark.sql import functions as f

    both = documents.join(changes, "doc", "left").join(kept, "name", "left")
    columns = {"text": ("fresh", "text"), "taken": ("cuts", "taken"), "gone": ("is_gone", "gone")}
    rows = f.array_union(f.coalesce("kept", f.array().cast(KEPT)), f.coalesce("more", f.array().cast(KEPT)))
    now = (f.coalesce(*two).alias(to) for to, two in columns.items())
    return both.select("doc", "path", "record", "name", *now, rows.alias("kept"))


def _changes(documents: DataFrame, found: Found, choices: Choices, store: Store) -> tuple[DataFrame, DataFrame]:
    """The documents that lose something, as they are then; and by document what was kept for it."""
    from pyspark.sql import functions as f

    findings = found.findings.groupBy(_name().alias("name")).agg(f.collect_list(f.struct(*FINDINGS)).alias("findings"))
    findings = store.keep(findings, "byname")
    seats = store.keep(_seats(documents, found, findings, choices), "seats")
    leaving = store.keep(_leaving(seats, found, choices), "leaving")
    rows = f.collect_list(f.struct("removed", "id", "cut")).alias("copies")
    chosen = store.keep(_chosen(leaving, choices, store), "chosen")
    copies = chosen.groupBy("name").agg(rows)
    both = documents.join(findings, "name", "left").join(copies, "name", "left")
    if not choices.min_document:
        both = both.where("findings is not null or copies is not null")

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for row in _dicts(batches):
            yield from _cut(row, choices)

    kept = chosen.groupBy(f.col("keeper").alias("name")).agg(f.collect_set(f.struct("k0", "k1")).alias("more"))
    return store.keep(mapped(both, work, CHANGES), "changes"), store.keep(kept, "kept")


def _name(prefix: str = "") -> Column:
    from pyspark.sql import functions as f

    return f.concat_ws("\0", f"{prefix}path", f.coalesce(f"{prefix}record", f.lit("\0")))


def _dicts(batches: Iterator[dict[str, list[Any]]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(batch, row)) for batch in batches for row in zip(*batch.values()))


def _seats(documents: DataFrame, found: Found, findings: DataFrame, choices: Choices) -> DataFrame:
    from pyspark.sql import functions as f

    single = found.clusters.select("id", f.posexplode("members").alias("at", "member"))
    by_name = single.groupBy(_name("member.").alias("name")).agg(f.collect_list(f.struct("*")).alias("members"))
    settings = found.settings

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for row in _dicts(batches):
            yield from _seated(row, choices, settings)

    return mapped(documents.join(by_name, "name").join(findings, "name", "left"), work, SEATS)


def _seated(row: Mapping[str, Any], choices: Choices, settings: Settings) -> Iterator[Row]:
    """The seats of all members in one document."""
    text, taken = row["text"], unpack(row["taken"])
    found = sorted(map(finding_from, row["findings"] or ()), key=finding_key)
    chrome = [one for one in found if one.kind is Kind.BOILERPLATE]
    bare, essays = without_chrome(text, chrome), split(text)
    meant = [one for one in found if one.severity is not Severity.NOTE and one.kind is not Kind.DUPLICATE]
    others = cuts_of(Document(row["path"], text, row["record"]), (), meant, choices)[0]
    rest = apply(bare, [cut._replace(token=" " * (cut.end - cut.start)) for cut in others])
    kept = [(one["k0"], one["k1"]) for one in row["kept"] or ()]
    for one in row["members"]:
        copy = copy_from(one["member"])
        region, places = copy.region, list[Place]()
        if can_leave(copy, text[region.start : region.end], choices, settings):
            places = [place for place in places_of(region, bare, essays) if not _is_kept(place, taken, kept)]
        yield (one["id"], one["at"], pack(places), *_in_source(taken, region.start, region.end), rest)


def _in_source(taken: Sequence[Cut], start: int, end: int) -> tuple[int, int]:
    return to_source(taken, start), to_source(taken, max(start, end - 1)) + 1


def _is_kept(place: Place, taken: Sequence[Cut], kept: Sequence[tuple[int, int]]) -> bool:
    """Whether something that left in an earlier look was kept in a place."""
    start, end = _in_source(taken, place.start, place.end)
    return any(low < end and start < high for low, high in kept)


def _leaving(seats: DataFrame, found: Found, choices: Choices) -> DataFrame:
    """All members that could leave for their representative, each measured against it."""
    from pyspark.sql import functions as f

    single = found.clusters.select("id", "removed", "representative", f.posexplode("members").alias("at", "member"))
    seated = single.join(seats, ["id", "at"])
    heads = seated.where("at = representative").select(
        "id", *(f.col(name).alias(f"head_{name}") for name in ("member", "bare", "s0", "s1"))
    )
    pairs = seated.where("at != representative").join(heads, "id")
    fold_script = found.settings.fold_script

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for row in _dicts(batches):
            yield from _left(row, choices, fold_script)

    return mapped(pairs, work, LEAVING)


def _left(row: Mapping[str, Any], choices: Choices, fold_script: bool) -> Iterator[Row]:
    """What of a member leaves for its representative, if it were alone with it."""
    copy, head = copy_from(row["member"]), copy_from(row["head_member"])
    pair = Cluster(row["id"], 0, (head, copy))
    desk = Desk(Shelf(None), fold_script)
    for one, text in ((copy, row["bare"]), (head, row["head_bare"])):
        desk.put(key_of(one.region), text, (), ())
    options = [one for one in options_of([pair], {(0, 1): unpack(row["places"])}, choices) if not one.is_held]
    for chosen, _ in Decider(desk, Ledger(), choices.rule).decide(options):
        place, region = chosen.place, head.region
        is_all = region.unit is Unit.DOCUMENT
        low, high = (0, EVERYTHING) if is_all else (max(0, region.start - AROUND), region.end + AROUND)
        keeper = replace(region, start=low, end=high)
        kept = (region.path, region.record, row["head_s0"], row["head_s1"])
        cut = Cut(place.start, place.end, chosen.reason._replace(kept=kept))
        around = (0, EVERYTHING) if is_all else (row["head_s0"] - AROUND, row["head_s1"] + AROUND)
        names = (_name_of(*chosen.key), _name_of(region.path, region.record))
        leaving = Leaving(0, chosen.key, place, copy.region, keeper)
        yield (row["id"], row["removed"], *names, place.level < PART, pack(leaving), pack(cut), *around)


def _name_of(path: str, record: str | None) -> str:
    return "\0".join((path, "\0" if record is None else record))


def _chosen(leaving: DataFrame, choices: Choices, store: Store) -> DataFrame:
    """What leaves now: see `waiting`. Clusters that all wait for each other are one task's work."""
    from pyspark.sql import functions as f

    chosen = leaving.where("whole")
    if chosen.isEmpty() and not choices.keep_passages:
        chosen = leaving
    # A cluster meets those that would take its keeper where the keeper stands.
    columns = ("id", "leaving")
    met = chosen.select("name", *columns).union(chosen.select(f.col("keeper").alias("name"), *columns)).distinct()
    by_name = met.groupBy("name").agg(f.collect_list(f.struct(*columns)).alias("rows"))

    def waits(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for row in _dicts(batches):
            names = sorted({one["id"] for one in row["rows"]})
            yield from ((names[number],) for number in waiting(_numbered(row["rows"], names)))

    free = store.keep(chosen.join(mapped(by_name, waits, {"id": "string"}).distinct(), "id", "left_anti"), "free")
    if not free.isEmpty():
        return free

    def ring(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        rows = list(_dicts(batches))
        names = sorted({row["id"] for row in rows})
        numbered = {one: row for one, row in zip(_numbered(rows, names), rows)}
        yield from (tuple(numbered[one][name] for name in LEAVING) for one in in_order(numbered))

    return mapped(chosen.coalesce(1), ring, LEAVING)


def _numbered(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Leaving]:
    numbers = {name: number for number, name in enumerate(names)}
    return [unpack(row["leaving"])._replace(cluster=numbers[row["id"]]) for row in rows]


def _cut(row: Mapping[str, Any], choices: Choices) -> Iterator[Row]:
    """One document without what leaves it, if anything does."""
    found: list[Finding] = sorted(map(finding_from, row["findings"] or ()), key=finding_key)
    meant = [one for one in found if one.severity is not Severity.NOTE and one.kind is not Kind.DUPLICATE]
    # As the report has its clusters: where two would take the same stretch, the first says why it left.
    ordered = sorted(row["copies"] or (), key=lambda one: (-one["removed"], one["id"]))
    copies: list[Cut] = [unpack(one["cut"]) for one in ordered]
    document = Document(row["path"], row["text"], row["record"])
    cuts, gone = cuts_of(document, copies, meant, choices)
    if cuts or gone:
        yield row["doc"], apply(row["text"], cuts), pack(compose(unpack(row["taken"]), cuts)), gone is not None


def _cuts(source: DataFrame, documents: DataFrame, choices: Choices) -> DataFrame:
    """What left, in places of the source."""

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for row in _dicts(batches):
            for cut in unpack(row["taken"]):
                reason = cut.reason
                text = None if choices.no_texts else row["text"][cut.start : cut.end]
                relation = reason.relation.value if reason.relation else None
                what = (reason.code or None, reason.action, text, cut.token or None, relation, reason.jaccard)
                yield (row["path"], row["record"], cut.start, cut.end, *what, *(reason.kept or (None,) * 4))

    return mapped(source.join(documents.select("doc", "taken"), "doc"), work, CUTS)
