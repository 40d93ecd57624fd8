"""What a report said of groups and of recurring lines, known again by all that it was made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.cache.columns import Writer, ends
from dedupe.cache.past import UNKNOWN, Past
from dedupe.core.codec import dump, dump_cluster, dump_findings, findings_of, load_all, load_findings
from dedupe.core.model import Finding
from dedupe.pipeline.findings import cluster_place
from dedupe.rules.recurring import Frequencies, LineTable, at_edges, recount

if TYPE_CHECKING:
    from dedupe.copies.describe import Copies
    from dedupe.copies.find import Duplicates
    from dedupe.copies.skeletons import I64, U64


class Retold:
    """Groups that the past knows: their clusters, and the findings of their members by path, read when asked for.

    `likeness` is that of `describe.Copies`; `by_code` counts the findings.
    """

    def __init__(self, past: Past | None = None, numbers: Sequence[int] = ()) -> None:
        self._past = past
        self.numbers = numbers
        # Looked at now, for what is damaged must be known before anything is said.
        self._clusters, self._copies = (past.dumps("clusters"), past.dumps("copies")) if past else ([], [])
        self._read: dict[int, list[list[Any]]] = {}
        wanted = np.array(numbers, np.int64)
        self.likeness: U64 = np.empty(0, np.uint64)
        self.by_code: Counter[str] = Counter()
        if past and len(wanted):
            group = past.reader.numbers("member_group")
            mine = np.isin(group, wanted)
            self.likeness = past.reader.numbers("likeness")[mine]
            codes: list[str] = past.about["codes"]
            counts = np.bincount(past.reader.numbers("member_code")[mine], minlength=len(codes))
            self.by_code = Counter({code: number for code, number in zip(codes, counts.tolist()) if code and number})

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def clusters(self) -> list[tuple[tuple[int, str], memoryview]]:
        """The clusters of the groups, dumped, and what each is sorted by."""
        places = self._past.cluster_places if self._past else []
        return [(places[number], self._clusters[number]) for number in self.numbers]

    def findings(self, path: str) -> list[Finding]:
        """The findings of members in documents of this path."""
        if not self.numbers:
            return []
        rows = chain.from_iterable(map(self._rows, self._groups(path)))
        return findings_of([*row] for row in rows if row[4] == path)

    @cached_property
    def _members(self) -> tuple[I64, I64]:
        """The group and the source of every member, by source."""
        group, source = self._past.members if self._past else (np.empty(0, np.int64), np.empty(0, np.int64))
        wanted = np.isin(group, self.numbers)
        group, source = group[wanted], source[wanted]
        order = np.argsort(source, kind="stable")
        return group[order], source[order]

    def _groups(self, path: str) -> list[int]:
        """The groups that have members in a path."""
        group, source = self._members
        low, high = np.searchsorted(source, self._past.sources(path) if self._past else (0, 0)).tolist()
        return sorted(set(group[low:high].tolist()))

    def _rows(self, number: int) -> list[list[Any]]:
        """What was found in a group; most have members in several paths, one of which asks first."""
        if number not in self._read:
            self._read[number] = load_all([self._copies[number]])
        return self._read[number]


def identities(paths: Sequence[str], contents: Sequence[bytes]) -> U64:
    """uint64[sources, 3]: what a source is known by, its path and its content."""
    names = b"".join(blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8).digest() for path in paths)
    numbers = np.frombuffer(b"".join(contents), np.uint64).reshape(-1, 2)
    return np.column_stack((np.frombuffer(names, np.uint64), numbers))


def group_keys(duplicates: Duplicates, sources: U64, source_doc: I64) -> list[bytes]:
    """For each group a key of 16 bytes of all that is said of it: its members, their documents and measures."""
    groups = duplicates.groups
    if not groups:
        return []
    nodes = np.concatenate([group.nodes for group in groups])
    sentences = duplicates.nodes[nodes]
    whole, doc = duplicates.skeletons, duplicates.doc[nodes]
    source = np.searchsorted(source_doc, doc, side="right") - 1
    columns = (
        sources[source].view(np.int64),
        doc - source_doc[source],
        *(side.astype(np.int64) for side in duplicates.spans(nodes)),
        whole.first[sentences[:, 1]] - whole.first[sentences[:, 0]],
        duplicates.marks[nodes],
        np.concatenate([group.shared for group in groups]),
        np.concatenate([group.same for group in groups]).astype(np.int64),
    )
    rows = np.ascontiguousarray(np.column_stack(columns))
    keys, at = [], 0
    for group in groups:
        keys.append(blake2b(rows[at : at + len(group.nodes)].tobytes(), digest_size=16).digest())
        at += len(group.nodes)
    return keys


def recall(past: Past | None, keys: Sequence[bytes], untouched: Sequence[int]) -> tuple[Retold, list[int]]:
    """The groups of these keys as the past told them, and the numbers of those that it does not know.

    `untouched` are groups that the past knows by their numbers.
    """
    if past is None:
        return Retold(), list(range(len(keys)))
    alone, known = past.reader.numbers("group_alone").tolist(), past.group_numbers
    found = [known.get(key, -1) for key in keys]
    found = [number if number >= 0 and alone[number] else -1 for number in found]
    retold = Retold(past, [*untouched, *(number for number in found if number >= 0)])
    return retold, [at for at, number in enumerate(found) if number < 0]


@dataclass(frozen=True)
class Group:
    """What is said of a group: its cluster and findings, dumped, and the code and the likeness of each member.

    `place` is what clusters are sorted by.
    """

    place: tuple[int, str]
    cluster: bytes | memoryview
    copies: bytes | memoryview
    codes: Sequence[str]
    likeness: Sequence[int]


def said_of(groups: Sequence[I64], copies: Copies, findings: Mapping[int, Finding]) -> list[Group]:
    """What is said of groups of nodes, from the findings of nodes."""
    out: list[Group] = [Group((0, ""), b"", b"", (), ())] * len(groups)
    for place, cluster in zip(copies.order, copies.clusters):
        nodes = groups[place].tolist()[1:]
        said = [findings[node] for node in nodes if node in findings]
        codes = [findings[node].code if node in findings else "" for node in nodes]
        likeness = copies.likeness[nodes].tolist()
        out[place] = Group(cluster_place(cluster), dump(dump_cluster(cluster)), dump_findings(said), codes, likeness)
    return out


def known_groups(past: Past) -> dict[bytes, Group]:
    """What the past said of all its groups, by key."""
    reader = past.reader
    codes, names = reader.numbers("member_code").tolist(), past.about["codes"]
    likeness = reader.numbers("likeness").tolist()
    bounds = np.searchsorted(reader.numbers("member_group"), np.arange(len(past.group_numbers) + 1)).tolist()
    clusters, copies = past.dumps("clusters"), past.dumps("copies")
    return {
        key: Group(
            past.cluster_places[at],
            clusters[at],
            copies[at],
            [names[code] for code in codes[bounds[at] : bounds[at + 1]]],
            likeness[bounds[at] : bounds[at + 1]],
        )
        for key, at in past.group_numbers.items()
    }


def write_groups(writer: Writer, told: Mapping[bytes, Group]) -> list[str]:
    """Leave what was said of groups, by key, and which of them nothing said elsewhere bears upon.

    The names of the codes that members have come back.
    """
    seen = Counter(like for group in told.values() for like in group.likeness)
    codes = sorted({code for group in told.values() for code in group.codes})
    numbers = {code: number for number, code in enumerate(codes)}
    sizes = [len(group.likeness) for group in told.values()]
    alone = [all(seen[like] == 1 for like in group.likeness) for group in told.values()]
    for name, dumps in (
        ("clusters", [group.cluster for group in told.values()]),
        ("copies", [group.copies for group in told.values()]),
    ):
        writer.add(name, b"".join(dumps))
        writer.add(f"{name}_ends", ends(dumps))
    writer.add("group_keys", b"".join(told))
    writer.add("cluster_weights", np.array([group.place[0] for group in told.values()], np.int64))
    writer.add("cluster_ids", "".join(group.place[1] for group in told.values()).encode())
    writer.add("group_alone", np.array(alone, np.uint8))
    writer.add("member_group", np.repeat(np.arange(len(sizes), dtype=np.int64), sizes))
    writer.add("member_code", np.array([numbers[code] for g in told.values() for code in g.codes], np.uint8))
    writer.add("likeness", np.array([like for group in told.values() for like in group.likeness], np.uint64))
    return codes


def retell(dumps: Sequence[bytes | memoryview], frequencies: Frequencies) -> list[bytes]:
    """The dumped findings of recurring lines, source by source, with the numbers of documents of this run."""
    parts = [load_findings([dump]) for dump in dumps]
    findings = iter(recount([finding for part in parts for finding in part], frequencies))
    return [dump_findings(list(islice(findings, len(part)))) for part in parts]


def recurring_keys(table: LineTable, frequencies: Frequencies, source_doc: I64, copied: I64) -> list[bytes]:
    """For each source a key of what its recurring lines depend on; `UNKNOWN` where it has none.

    That is which of its lines recur, and which of them at edges; their numbers of documents are put in by `recount`.
    `copied` int64[members, 3] are document, start and end of what stands in copies, by document.
    """
    doc_line = np.concatenate(([0], np.cumsum(table.shape[:, 0])))
    at = np.minimum(np.searchsorted(frequencies.key, table.key), max(0, len(frequencies.key) - 1))
    lines = np.flatnonzero(frequencies.key[at] == table.key) if len(frequencies.key) else np.empty(0, np.int64)
    at = at[lines]
    line_cuts, copy_cuts = np.searchsorted(lines, doc_line[source_doc]), np.searchsorted(copied[:, 0], source_doc)
    # All is counted from the beginning of the source.
    lines = lines - np.repeat(doc_line[source_doc[:-1]], np.diff(line_cuts))
    edges = at_edges(frequencies)[at].astype(np.int64)
    rows = memoryview(np.column_stack((lines, edges)).astype(np.int64).tobytes())
    places = copied.copy()
    places[:, 0] -= np.repeat(source_doc[:-1], np.diff(copy_cuts))
    spans = memoryview(places.tobytes())
    keys = [UNKNOWN] * (len(source_doc) - 1)
    for number in np.flatnonzero(np.diff(line_cuts)).tolist():
        low, high = line_cuts[number : number + 2] * 16
        digest = blake2b(rows[low:high], digest_size=16)
        low, high = copy_cuts[number : number + 2] * 24
        digest.update(b"|")
        digest.update(spans[low:high])
        keys[number] = digest.digest()
    return keys
