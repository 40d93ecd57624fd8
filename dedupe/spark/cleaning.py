"""A cleaned corpus on Spark: the rounds of `dedupe.clean` over a table; a task takes documents connected by copies.

What is removed from a document depends only on those that share a cluster with it, now or when something was removed in
their favour. So each such component is a corpus of its own, and the functions for one machine choose, cut and audit it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from dedupe.cleaning.audit import Audit, audit
from dedupe.cleaning.clean import ROUNDS, cut_out
from dedupe.cleaning.cuts import Cut, apply
from dedupe.cleaning.decide import Ledger, Window
from dedupe.cleaning.options import KEEP, REPAIR, Choices
from dedupe.cleaning.output import essay_row
from dedupe.cleaning.select import Key
from dedupe.cleaning.space import Edits, Space
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Finding, Kind, Report, Severity
from dedupe.core.order import sorted_findings
from dedupe.inputs.spill import Spill, pack, unpack
from dedupe.spark.checking import check_digests
from dedupe.spark.clusters import components
from dedupe.spark.filters import NOTHING
from dedupe.spark.frames import PLACES, Row, Store, grouped, mapped
from dedupe.spark.result import FINDINGS, Found, cluster_from, finding_from
from dedupe.spark.scan import digests_of
from dedupe.text.essays import split

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

# What one round did: a document's edits, a removal and what is kept for it, a stretch that must stay, an audit.
CHANGES = {"what": "int", "doc": "long", "other": "long", "name": "string", "packed": "binary"}
EDITS, REMOVAL, LINK, BARRED, AUDIT = range(5)
# Rows of a component: a document, a finding in it, a cluster, what earlier rounds recorded, and what may stay.
DOCUMENT, FINDING, CLUSTER, EARLIER, ALLOWED = range(5)
FRESH = {"doc": "long", "fresh": "string", "is_gone": "boolean"}
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
    "removal": "string",
    "cover": "double",
    "kept": PLACES,
}
ESSAYS = {
    "id": "string",
    "page": "string",
    "record": "string",
    "title": "string",
    "number": "long",
    "start": "long",
    "end": "long",
    "text": "string",
}


@dataclass(frozen=True)
class Cleaned:
    """Tables of Spark: `documents` is the given table with what is left of the texts.

    `cuts` is what was removed, in offsets of the source, with what is `kept` for it; `essays` is what `--split-essays`
    writes. `rounds` is how often the corpus was checked, `is_settled` whether the last round found nothing to do.
    """

    documents: DataFrame
    cuts: DataFrame
    essays: DataFrame
    audit: Audit
    rounds: int
    is_settled: bool


class Held(Space):
    """Some documents of a table, with what was removed from them so far."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], settings: Settings) -> None:
        self.settings, self.spill, self.documents = settings, Spill(is_on=True), len(rows)
        self.files: dict[str, Edits] = {}
        self.docs: dict[Key, int] = {}
        self._texts: dict[int, str] = {}
        for row in rows:
            path, doc = row["path"], row["doc"]
            file = self.files.setdefault(path, Edits(path=path))
            file.ids[doc], self.docs[path, row["record"]], self._texts[doc] = row["record"], doc, row["text"]
            if row["packed"]:
                file.cuts[doc], gone = unpack(row["packed"])
                file.gone |= {doc: gone} if gone else {}

    def documents_of(self, place: str) -> Iterator[tuple[int, Document]]:
        """Yield the documents of a path as they are now, each with its number in the table."""
        file = self.files[place]
        for doc, record in sorted(file.ids.items()):
            if doc not in file.gone:
                yield doc, Document(place, apply(self._texts[doc], file.cuts.get(doc, ())), record)

    def source_text(self, place: str, number: int) -> str:
        """Return the original text of a document."""
        return self._texts[number]

    def write(self, place: str) -> None:
        """Do nothing: texts are made from the source and all cuts on request."""

    def edits(self) -> dict[int, bytes]:
        """Return what was removed from each document, packed."""
        files = self.files.values()
        return {doc: pack((cuts, file.gone.get(doc))) for file in files for doc, cuts in file.cuts.items()}


def clean_numbered(source: DataFrame, settings: Settings, choices: Choices, store: Store) -> Cleaned:
    """Return the cleaned corpus of numbered documents that carry their rows."""
    from pyspark.sql import functions as f

    source = store.keep(source, "source").withColumn("name", _name())
    texts = source.where("text is not null").drop("row")
    settings = replace(settings, suggest=choices.placeholders == REPAIR)
    done: list[DataFrame] = []
    settled, allowed = False, None
    while not settled and len(done) < ROUNDS:
        here = store.below(f"look{len(done) + 1}")
        found = check_digests(digests_of(_edited(texts, done), settings), (), settings, here)
        # The first round decides what is allowed: a later one finds the same text among other words.
        allowed = found.passed if not done else allowed
        found = replace(found, passed=allowed if done and settings.allow else None)
        done.append(_looked(texts, found, done, choices, here))
        settled = done[-1].where(f"what = {EDITS}").isEmpty()
    audited = _audited(texts, done, settings, store)
    last = [store.keep(_latest([*done, audited]), "last")]
    documents = _edited(texts, last)
    both = source.join(store.keep(_fresh(documents), "fresh"), "doc", "left")
    left = both.where("is_gone is null or not is_gone")
    left = left.select(*(_carried(name, settings) for name in left.select("row.*").columns))
    counted = both.agg(f.count("text"), f.count(f.when(f.col("is_gone"), 1))).first() or (0, 0)
    total = reduce(_added, _audits(audited), Audit(0, 0, 0, 0, 1.0, 0, 0))
    total = replace(total, documents=counted[0], removed=counted[1], kept=counted[0] - counted[1])
    cuts = store.keep(_cuts(documents, last[0], choices), "cuts")
    return Cleaned(left, cuts, _essays(documents, settings), total, len(done), settled)


def _carried(name: str, settings: Settings) -> Column:
    """Return a column of the given table."""
    from pyspark.sql import functions as f

    column = f.col("row")[name]
    return f.coalesce("fresh", column).alias(name) if name == settings.text_field else column.alias(name)


def _name(prefix: str = "") -> Column:
    from pyspark.sql import functions as f

    return f.concat_ws("\0", f"{prefix}path", f.coalesce(f"{prefix}record", f.lit("\0")))


def _latest(done: Sequence[DataFrame]) -> DataFrame:
    """Return what is known after some rounds."""
    from pyspark.sql import functions as f

    rows = reduce(lambda one, other: one.union(other), (one.withColumn("at", f.lit(at)) for at, one in enumerate(done)))
    keys = [name for name in CHANGES if name != "packed"]
    return rows.where(f"what != {AUDIT}").groupBy(*keys).agg(f.max_by("packed", "at").alias("packed"))


def _edited(texts: DataFrame, done: Sequence[DataFrame]) -> DataFrame:
    """Return the documents, each with what was removed from it so far, packed."""
    from pyspark.sql import functions as f

    if not done:
        return texts.withColumn("packed", f.lit(None).cast("binary"))
    return texts.join(_latest(done).where(f"what = {EDITS}").select("doc", "packed"), "doc", "left")


def _looked(texts: DataFrame, found: Found, done: Sequence[DataFrame], choices: Choices, store: Store) -> DataFrame:
    """Return what one round changed."""
    from pyspark.sql import functions as f

    names = texts.select("name", "doc")
    findings = found.findings.where(_matters(choices)).withColumn("name", _name()).join(names, "name")
    single = found.clusters.select("id", f.explode("members").alias("member")).withColumn("name", _name("member."))
    members = store.keep(single.join(names, "name").select("id", "doc").distinct(), "seated")
    firsts = members.groupBy("id").agg(f.min("doc").alias("v"))
    links = members.join(firsts, "id").select(f.col("doc").alias("u"), "v").where("u != v")
    if done:
        links = links.union(_links(_latest(done)))
    labels = components(links.distinct(), store).withColumnRenamed("node", "doc")
    touched = names if choices.min_document else findings
    wanted = _labelled(touched.select("doc").union(members.select("doc")).distinct(), labels)
    # All of a component in which anything needs a decision.
    placed = wanted.union(labels.join(wanted.select("component").distinct(), "component").select("doc", "component"))
    placed = store.keep(placed.distinct(), "placed")
    heads = firsts.select("id", f.col("v").alias("doc")).join(placed, "doc").select("id", "component")
    clusters = found.clusters.join(heads, "id").withColumn("of", f.lit(CLUSTER))
    rows = _rows(_edited(texts, done).drop("name"), placed, DOCUMENT)
    more = [
        _rows(findings.select("doc", f.struct(*FINDINGS).alias("finding")), placed, FINDING),
        clusters.select("component", "of", f.struct("id", "representative", "members", "rank").alias("cluster")),
    ]
    if found.passed is not None:
        passed = found.passed.withColumn("name", _name()).join(names, "name")
        more.append(_rows(passed.select("doc", f.struct(*FINDINGS).alias("finding")), placed, ALLOWED))
    if done:
        more.append(_rows(_latest(done).where(f"what = {REMOVAL} or what = {BARRED}"), placed, EARLIER))
    rows = reduce(lambda one, other: one.unionByName(other, True), more, rows)
    work = partial(_cut, settings=found.settings, choices=choices, number=len(done))
    return store.keep(grouped(rows, ("component", ("of", "doc")), work, CHANGES), "changes")


def _links(known: DataFrame) -> DataFrame:
    """Return the documents that removals connect."""
    from pyspark.sql import functions as f

    return known.where(f"what = {LINK} and doc != other").select(f.col("doc").alias("u"), f.col("other").alias("v"))


def _matters(choices: Choices) -> str:
    """Return the condition for findings that affect what is removed."""
    marks = "false" if choices.placeholders == KEEP else f"severity != '{Severity.NOTE.value}'"
    return f"kind = '{Kind.BOILERPLATE.value}' or (kind = '{Kind.PLACEHOLDER.value}' and {marks})"


def _labelled(docs: DataFrame, labels: DataFrame) -> DataFrame:
    """Return documents with their component; a document without links is its own component."""
    from pyspark.sql import functions as f

    return docs.join(labels, "doc", "left").select("doc", f.coalesce("component", "doc").alias("component"))


def _rows(frame: DataFrame, placed: DataFrame, of: int) -> DataFrame:
    from pyspark.sql import functions as f

    return frame.join(placed, "doc").withColumn("of", f.lit(of))


def _cut(table: pa.Table, settings: Settings, choices: Choices, number: int) -> Iterator[Row]:
    """Yield what is removed from the documents of some components."""
    space, ledger, rows = _laid(table, settings)
    # No other task has this document, so all numbers are unique.
    ledger.following = (number << 64 | min(space.docs.values())) << 32
    passed = {_place(space, finding_from(row["finding"]), False) for row in rows[ALLOWED]}
    found = (finding_from(row["finding"]) for row in rows[FINDING])
    findings = sorted_findings([one for one in found if not passed or _place(space, one, True) not in passed])
    # In the order of a report, although some members may have been allowed since.
    ordered = sorted((row["cluster"] for row in rows[CLUSTER]), key=itemgetter("rank"))
    clusters = tuple(map(cluster_from, ordered))
    before, was_barred = space.edits(), set(ledger.barred)
    if cut_out(space, Report(settings, NOTHING, tuple(findings), clusters), choices, ledger):
        yield from _noted(space, ledger, before)
    for window in ledger.barred - was_barred:
        yield BARRED, space.docs[window.key], None, f"{window.start}-{window.end}", pack(window)


def _place(space: Held, finding: Finding, is_moved: bool) -> tuple[Any, ...]:
    """Return where a finding is in the source, for a text that may have moved since."""
    key, span = (finding.path, finding.record), (finding.start, finding.end)
    place = space.in_source(finding.path, space.docs[key], span)[2:] if is_moved else span
    return (*key, finding.code, *place)


def _laid(table: pa.Table, settings: Settings) -> tuple[Held, Ledger, list[list[dict[str, Any]]]]:
    """Return the documents of some components, what is known of removals, and all rows by type."""
    rows: list[list[dict[str, Any]]] = [[] for _ in range(ALLOWED + 1)]
    for row in table.to_pylist():
        rows[row["of"]].append(row)
    ledger = Ledger()
    for known in sorted((row for row in rows[EARLIER] if row["what"] == REMOVAL), key=lambda row: int(row["name"], 16)):
        ledger.put(int(known["name"], 16), unpack(known["packed"]))
    ledger.barred = {Window(*unpack(row["packed"])) for row in rows[EARLIER] if row["what"] == BARRED}
    return Held(rows[DOCUMENT], settings), ledger, rows


def _noted(space: Held, ledger: Ledger, before: Mapping[int, bytes]) -> Iterator[Row]:
    """Yield what to store of a round."""
    for doc, edits in space.edits().items():
        if before.get(doc) != edits:
            yield EDITS, doc, None, None, edits
    for number, removal in ledger.removals.items():
        doc = space.docs[removal.key]
        yield REMOVAL, doc, None, f"{number:x}", pack(removal)
        yield from ((LINK, doc, space.docs[key], None, None) for key in {window.key for window in removal.windows})


def _audited(texts: DataFrame, done: Sequence[DataFrame], settings: Settings, store: Store) -> DataFrame:
    """Return what `dedupe.cleaning.audit` restores, and its counts."""
    known = _latest(done)
    labels = components(_links(known).distinct(), store.below("audit")).withColumnRenamed("node", "doc")
    removed = known.where(f"what = {REMOVAL}")
    # A document that loses its own repeated part is linked with nothing.
    placed = _labelled(removed.select("doc").union(labels.select("doc")).distinct(), labels)
    rows = _rows(_edited(texts, done).drop("name"), placed, DOCUMENT)
    rows = rows.unionByName(_rows(removed, placed, EARLIER), True)
    return store.keep(
        grouped(rows, ("component", ("of", "doc")), partial(_held_to, settings=settings), CHANGES), "audited"
    )


def _held_to(table: pa.Table, settings: Settings) -> Iterator[Row]:
    space, ledger, _ = _laid(table, settings)
    before = space.edits()
    found = audit(space, ledger, 0)
    yield from _noted(space, ledger, before)
    yield AUDIT, None, None, None, pack(found)


def _audits(audited: DataFrame) -> Iterator[Audit]:
    rows = audited.where(f"what = {AUDIT}").select("packed").toLocalIterator()
    return (unpack(row["packed"]) for row in rows)


def _added(one: Audit, other: Audit) -> Audit:
    removals, undone = one.removals + other.removals, one.undone + other.undone
    return replace(one, removals=removals, undone=undone, least=min(one.least, other.least))


def _each(
    frame: DataFrame, work: Callable[[dict[str, Any]], Iterator[Row]], columns: Sequence[str], to: Mapping[str, str]
) -> DataFrame:
    """Return the rows that `work` makes of each row."""

    def task(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for batch in batches:
            for row in zip(*batch.values()):
                yield from work(dict(zip(batch, row)))

    return mapped(frame.select(*columns), task, to)


def _fresh(documents: DataFrame) -> DataFrame:
    """Return the documents that lost something, as they are now."""

    def work(row: dict[str, Any]) -> Iterator[Row]:
        cuts, gone = unpack(row["packed"])
        yield row["doc"], apply(row["text"], cuts), gone is not None

    return _each(documents.where("packed is not null"), work, ("doc", "text", "packed"), FRESH)


def _essays(documents: DataFrame, settings: Settings) -> DataFrame:
    """Return the essays of what is left."""

    def work(row: dict[str, Any]) -> Iterator[Row]:
        space = Held([row], settings)
        for doc, document in space.documents_of(row["path"]):
            for essay in split(document.text):
                yield tuple(essay_row(space, (row["path"], doc), document, essay).values())

    return _each(documents, work, ("doc", "path", "record", "text", "packed"), ESSAYS)


def _cuts(documents: DataFrame, last: DataFrame, choices: Choices) -> DataFrame:
    """Return what was removed, in offsets of the source."""
    from pyspark.sql import functions as f

    removals = last.where(f"what = {REMOVAL}").groupBy("doc")
    known = removals.agg(f.collect_list(f.struct("name", f.col("packed").alias("removal"))).alias("removals"))
    edited = documents.where("packed is not null").join(known, "doc", "left")

    def work(row: dict[str, Any]) -> Iterator[Row]:
        removals = {int(one["name"], 16): unpack(one["removal"]) for one in row["removals"] or ()}
        for cut in unpack(row["packed"])[0]:
            text = None if choices.no_texts else row["text"][cut.start : cut.end]
            yield (row["path"], row["record"], *_cut_row(cut, text, removals.get(cut.reason.removal)))

    return _each(edited, work, ("path", "record", "text", "packed", "removals"), CUTS)


def _cut_row(cut: Cut, text: str | None, removal: Any) -> Row:
    reason = cut.reason
    relation = reason.relation.value if reason.relation else None
    what = (cut.start, cut.end, reason.code or None, reason.action, text, cut.token or None, relation, reason.jaccard)
    if removal is None:
        return (*what, None, None, None)
    kept = [dict(zip(("path", "record", "start", "end"), (*key, *span))) for key, *span, _ in removal.windows]
    return (*what, f"{reason.removal:x}", round(removal.cover, 4), kept)
