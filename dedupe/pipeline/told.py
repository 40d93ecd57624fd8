"""What the report says beside the findings of rules: copies, their clusters, and lines that recur.

What an earlier run said of the same things is taken as it was; the texts of the others are looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from dedupe.cache.memory import Memory
from dedupe.cache.past import UNKNOWN
from dedupe.core.codec import dump, dump_cluster, dump_findings, load_findings
from dedupe.core.model import Cluster, Failure, Finding
from dedupe.inputs.sources import Source
from dedupe.inputs.spill import Shelf, pack, unpack
from dedupe.pipeline.findings import Clusters, Others, cluster_place
from dedupe.pipeline.intake import Intake, Run
from dedupe.pipeline.reuse import Retold, group_keys, identities, recall, recurring_keys, retell
from dedupe.pipeline.revisit import NOTHING, Seen, Visit, Wanted, revisit
from dedupe.rules.recurring import Frequencies, LineTable, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe.copies.describe import Copies, Facts, Place
    from dedupe.copies.find import Duplicates
    from dedupe.copies.signed import Signed
    from dedupe.copies.skeletons import I64
    from dedupe.pipeline.shown import Shown
    from dedupe.repair.suggest import Passages, Suggestions

Batches = Sequence[Sequence[tuple[int, Source]]]


@dataclass(frozen=True)
class Numbers:
    """The copies as numbers, and how many documents are too `short` to be compared.

    For a run that has a past or is kept, with what they were found by and the keys of their groups. `untouched` are the
    numbers of those groups of the past that are what they were and not among the others, and `copied` int64[members, 3]
    are document, start and end of what stands in them.
    """

    duplicates: Duplicates
    short: int
    signed: Signed | None = None
    keys: Sequence[bytes] = ()
    untouched: Sequence[int] = ()
    copied: I64 = field(default_factory=lambda: np.empty((0, 3), np.int64))


class EntangledError(Exception):
    """What is said of copies that changed depends on others, so that all must be put together."""


@dataclass
class Sight:
    """What the second look at all batches gave.

    `seen` are packed, by batch, the findings of lines that recur, dumped, the nodes that were looked up, and the drafts
    of what is found there, packed as they came. In a run that is kept `recurring` has the lines' by source, and `keys`
    what they depend on. `by_code` counts them.
    """

    seen: Shelf
    by_code: Counter[str] = field(default_factory=Counter)
    recurring: dict[int, bytes | memoryview] = field(default_factory=dict)
    keys: Sequence[bytes] = ()
    facts: dict[int, Facts] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    passages: Passages | None = None


@dataclass(frozen=True)
class Told:
    """What was found beside the findings of rules; `missing` are the groups that the past did not know."""

    batches: Batches
    sight: Sight
    retold: Retold
    numbers: Numbers | None
    missing: Sequence[int]
    copies: Copies | None
    suggestions: Suggestions | None = None

    def others(self, number: int) -> Others:
        """The findings of a batch that no rule found."""
        recurring, nodes, drafts = unpack(self.sight.seen[number])
        paths = dict.fromkeys(source.path for _, source in self.batches[number])
        retold = dump_findings([finding for path in paths for finding in self.retold.findings(path)])
        verdicts = self.copies.verdicts(nodes) if self.copies else {}
        return Others(b",".join(part for part in (recurring, retold) if part), drafts, verdicts)

    def fresh_copies(self, number: int) -> dict[int, Finding]:
        """The findings of copies in a batch that the past did not know, by node."""
        if self.copies is None:
            return {}
        from dedupe.copies.describe import finished

        _, nodes, drafts = unpack(self.sight.seen[number])
        return finished(unpack(drafts), self.copies.verdicts(nodes))

    def clusters(self, shown: Shown | None) -> Sequence[Cluster]:
        """All clusters, the one with most to remove first; those that the past knows are read when asked for.

        `shown` is what makes their rows, if any are kept.
        """
        mine = self.copies.clusters if self.copies else []
        if not shown and not len(self.retold):
            return tuple(mine)
        dumps: list[tuple[tuple[int, str], bytes | memoryview]] = [*self.retold.clusters]
        dumps += [(cluster_place(cluster), dump(dump_cluster(cluster))) for cluster in mine]
        return Clusters([dumped for _, dumped in sorted(dumps, key=itemgetter(0))], shown)

    @property
    def by_code(self) -> Counter[str]:
        """How many findings of each code no rule found."""
        return self.sight.by_code + self.retold.by_code + (self.copies.by_code if self.copies else Counter())

    def sizes(self, intake: Intake) -> list[int]:
        """How many findings each batch has."""
        return [ruled + len(self.others(number).findings()) for number, ruled in enumerate(intake.sizes)]

    def short_documents(self, memory: Memory) -> int:
        """How many documents have fewer tokens than can be compared."""
        if self.numbers is None:
            return int(memory.past.about["short"]) if memory.is_same and memory.past else 0
        return self.numbers.short


def tell(run: Run, batches: Batches, intake: Intake) -> Told:
    """All that is to be said of what was taken in."""
    lines = total(intake.lines, run.settings.chrome_documents)
    intake.lines.clear()
    numbers, retold, missing = None, Retold(), list[int]()
    if run.settings.compares:
        if run.memory.is_same and run.memory.past:
            retold = Retold(run.memory.past, range(len(run.memory.past.group_numbers)))
        else:
            numbers = _numbers(run, intake)
            missing = list(range(len(numbers.duplicates.groups)))
            if numbers.keys or numbers.untouched:
                retold, missing = recall(run.memory.past, numbers.keys, numbers.untouched)
    told = _told((run, batches, intake), lines, numbers, (retold, missing))
    if numbers and told.copies and np.isin(retold.likeness, told.copies.likeness).any():
        # Copies that are told apart by their order alone: what the past said of some depends on the others.
        if run.memory.is_few:
            raise EntangledError
        everything = list(range(len(numbers.duplicates.groups)))
        return _told((run, batches, intake), lines, numbers, (Retold(), everything))
    return told


def _numbers(run: Run, intake: Intake) -> Numbers:
    from dedupe.copies.find import find_duplicates, mark_table

    memory, least = run.memory, run.settings.min_length
    signed, marks = intake.signed(), np.concatenate([mark_table([]), *intake.marks])
    skeletons = signed.skeletons
    if memory.is_few:
        from dedupe.pipeline.delta import find_changed

        delta = memory.delta(intake.source_doc, signed, marks)
        found = find_changed(delta, run.settings, run.progress)
        keys = _keys(found.duplicates, memory, intake)
        short = int((delta.tokens < least).sum())
        copied = memory.copied(intake.source_doc, found.untouched)
        return Numbers(found.duplicates, short, None, keys, found.untouched, copied)
    short = int((np.diff(skeletons.doc_token) < least).sum())
    if not memory.file:
        return Numbers(find_duplicates(signed, marks, run.settings, run.progress), short)
    known = memory.known(intake.source_doc, skeletons.doc_sentence, skeletons.first)
    duplicates = find_duplicates(signed, marks, run.settings, run.progress, known)
    return Numbers(duplicates, short, signed, _keys(duplicates, memory, intake))


def _keys(duplicates: Duplicates, memory: Memory, intake: Intake) -> list[bytes]:
    sources = identities([source.path for source in memory.sources], memory.contents)
    return group_keys(duplicates, sources, intake.source_doc)


def _told(
    what: tuple[Run, Batches, Intake],
    lines: Frequencies,
    numbers: Numbers | None,
    groups: tuple[Retold, Sequence[int]],
) -> Told:
    run, batches, _ = what
    sight = _sight(what, lines, numbers, groups[1])
    copies = None
    if numbers:
        from dedupe.copies.describe import describe

        duplicates = numbers.duplicates
        missing = [duplicates.groups[number] for number in groups[1]]
        # Without those whose texts are no longer there.
        named = [group for group in missing if all(node in sight.facts for node in group.nodes.tolist())]
        copies = describe(replace(duplicates, groups=named), sight.facts, run.settings)
    return Told(batches, sight, groups[0], numbers, groups[1], copies, _suggestions(run, numbers, sight))


def _suggestions(run: Run, numbers: Numbers | None, sight: Sight) -> Suggestions | None:
    """What sister copies have in the place of blanks, cluster by cluster."""
    if numbers is None or sight.passages is None:
        return None
    from dedupe.repair.suggest import Suggestions, answer

    suggestions = Suggestions()
    groups = [group.nodes.tolist() for group in numbers.duplicates.groups]
    for done, part in enumerate(run.workers.run(answer, sight.passages.jobs(groups), run.settings), 1):
        run.progress("filling blanks", done, done)
        for spot, suggestion in part:
            suggestions.add(spot, suggestion)
    return suggestions


def _sight(
    what: tuple[Run, Batches, Intake], lines: Frequencies, numbers: Numbers | None, missing: Sequence[int]
) -> Sight:
    """The second look, at the texts that hold a copy or a line that recurs and that the past does not know."""
    run, batches, intake = what
    sight = Sight(run.spill.shelf())
    wanted = _wanted(sight, (run.memory, intake), lines, numbers, missing) if run.memory.file else None
    places: Iterator[Mapping[int, list[Place]]] = repeat({}, len(batches))
    if numbers:
        from dedupe.copies.describe import places_of

        spared = None if wanted is None else _spared(wanted.sources, intake)
        places = places_of(numbers.duplicates, intake.bounds, run.settings.suggests, spared, numbers.copied)
        if run.settings.suggests:
            from dedupe.repair.suggest import Passages

            sight.passages = Passages(run.spill.shelf())
    sizes = iter(intake.source_sizes)
    visits = (
        Visit(
            batch,
            intake.entries[at],
            [next(sizes) for _ in batch],
            found,
            lines,
            wanted,
            intake.findings[at] if sight.passages else None,
        )
        for at, (batch, found) in enumerate(zip(batches, places))
    )
    has_work = bool(wanted.sources) if wanted else len(lines.key) > 0 or bool(missing)
    parts = run.workers.run(revisit, visits, run.settings) if has_work else repeat(NOTHING, len(batches))
    for done, (part, batch) in enumerate(zip(parts, batches), 1):
        run.progress("naming", done, len(batches))
        _take(sight, part, [number for number, _ in batch], run.memory.file is not None)
    return sight


def _take(sight: Sight, part: Seen, numbers: Sequence[int], is_kept: bool) -> None:
    """Take in what was seen in the sources of a batch, and what the past says of the others."""
    fresh = {number: dump_findings(found) for number, found in part.recurring.items()}
    known = [sight.recurring[number] for number in numbers if number in sight.recurring and number not in fresh]
    sight.by_code.update(finding.code for found in part.recurring.values() for finding in found)
    sight.by_code.update(finding.code for finding in load_findings(known))
    said = b",".join(one for one in (*fresh.values(), *known) if len(one))
    sight.seen.put(pack((said, np.array(list(part.facts), np.int64), part.drafts)))
    sight.facts.update(part.facts)
    sight.failures += part.failures
    if sight.passages:
        sight.passages.add(part.passages)
    if is_kept:
        sight.recurring.update(fresh)


def _spared(wanted: frozenset[int], intake: Intake) -> NDArray[np.bool_]:
    """bool[documents]: those that are not to be looked at again."""
    spared = np.ones(len(intake.source_sizes), bool)
    spared[list(wanted)] = False
    return np.repeat(spared, np.diff(intake.source_doc))


def _wanted(
    sight: Sight,
    what: tuple[Memory, Intake],
    lines: Frequencies,
    numbers: Numbers | None,
    missing: Sequence[int],
) -> Wanted:
    """The sources to look at again; what the past says of the lines of the others is taken over."""
    memory, intake = what
    source_doc = intake.source_doc
    wanted, relooked = set[int](), set[int]()
    copied = np.empty((0, 3), np.int64)
    if numbers:
        duplicates = numbers.duplicates
        copied = _by_place(np.concatenate((_copied(duplicates), numbers.copied)))
        nodes = np.concatenate([np.empty(0, np.int64), *(duplicates.groups[group].nodes for group in missing)])
        wanted.update((np.searchsorted(source_doc, duplicates.doc[nodes], side="right") - 1).tolist())
    recurring = memory.past.recurring if memory.past else []
    if memory.is_same:
        sight.recurring.update((number, part) for number, (_, part) in enumerate(recurring))
        return Wanted(frozenset(), frozenset())
    digests = intake.digests or []
    table = LineTable(
        np.concatenate([digest.lines.key for digest in digests]),
        np.concatenate([digest.lines.shape for digest in digests]),
    )
    sight.keys = recurring_keys(table, lines, source_doc, copied)
    taken: dict[int, memoryview] = {}
    for number, (key, known) in enumerate(zip(sight.keys, memory.kept)):
        if key != UNKNOWN and known >= 0 and recurring[known][0] == key:
            if len(recurring[known][1]):
                taken[number] = recurring[known][1]
        elif key != UNKNOWN:
            relooked.add(number)
    sight.recurring.update(zip(taken, retell(list(taken.values()), lines)))
    return Wanted(frozenset(wanted | relooked), frozenset(relooked))


def _copied(duplicates: Duplicates) -> I64:
    """int64[members, 3]: document, start and end of what stands in copies."""
    nodes = np.concatenate([np.empty(0, np.int64), *(group.nodes for group in duplicates.groups)])
    rows: I64 = np.column_stack((duplicates.doc[nodes], *duplicates.spans(nodes))).astype(np.int64)
    return rows


def _by_place(rows: I64) -> I64:
    ordered: I64 = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    return ordered
