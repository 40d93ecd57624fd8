"""What each kind of seed sees of copies, and what it misses: `python -m bench.seeds CORPUS [--threshold .25]`.

Counted on the copies of a corpus, and tried out. The copies of a corpus are those that some kind found, so they cannot
tell what all kinds miss. A trial can: texts of the corpus with tokens replaced here and there, until a copy of a given
jaccard is left.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.comparison.calibrate import level
from dedupe.config.settings import Settings
from dedupe.copies.clusters import are_copies
from dedupe.copies.find import find_duplicates, mark_table
from dedupe.copies.minhash import SHINGLE
from dedupe.copies.seeds import BANDS, ROWS, Places, seeds_of
from dedupe.copies.skeletons import I64, U64, Skeletons, bounds_of, ranges
from dedupe.pipeline.pipeline import silent, taken_in

KINDS = ("bands", "sentences", "runs")
RANGES = 4  # of jaccard
LADDER = (0.25, 0.5, 0.8)  # thresholds to compare the chosen one with; the nearest of them gives way to it
TRIALS, LONGEST = 2000, 100  # texts a threshold, and sentences of each at most
CHUNK = 20_000  # pairs whose keys are compared in one go
_FOREIGN = 0xF0000000  # no token of a text: words have the top bit, but 31 bits that few share

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Copies by what their two texts share: at i, how many have keys in common of just the `KINDS` whose bit i has."""

    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many copies there are."""
        return sum(self.counts)

    @property
    def by_none(self) -> int:
        """How many no kind finds."""
        return self.counts[0]

    def missed(self, kind: str) -> int:
        """How many one kind would not find alone.

        >>> Kinds((0, 5, 0, 1, 2, 0, 0, 7)).missed("sentences")
        7
        """
        bit = 1 << KINDS.index(kind)
        return sum(number for kinds, number in enumerate(self.counts) if not kinds & bit)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The copies of a corpus with low <= jaccard < high (or up to 1) by the kinds that see them."""

    low: float
    high: float
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class Trial:
    """Made copies of about this jaccard by the kinds that see them.

    `no_band` is the computed chance that a copy of median length meets in no band, if all of it is that alike and its
    passages are cut alike. Edits move cuts, so the trial's own figure for bands may be much higher.
    """

    jaccard: float
    no_band: float
    kinds: Kinds


def evidence(skeletons: Skeletons, seeds: Sequence[Places], regions: I64, shared: I64) -> tuple[Evidence, ...]:
    """The measured copies of a corpus by ranges of jaccard that have any, and last all of them.

    `seeds` are those of `seeds_of`, `regions` and `shared` those of `Duplicates`.
    """
    kinds = _kinds_of(skeletons, seeds, skeletons.first[regions])
    place = level(shared, RANGES)
    parts = [(number / RANGES, (number + 1) / RANGES, kinds[place == number]) for number in range(RANGES)]
    parts = [*(part for part in parts if len(part[2])), (0.0, 1.0, kinds)]
    return tuple(Evidence(low, high, _counted(part)) for low, high, part in parts)


def trials(skeletons: Skeletons, regions: I64, threshold: float, passages: float) -> tuple[Trial, ...]:
    """Copies made at the threshold and at two others; `passages` is how many a copy of median length has.

    Out of the first regions of copies, evenly chosen. Any token may be replaced, as likely as any other: an edit that
    is spread so evenly leaves the shortest runs, so real copies of that jaccard are seen rather more often.
    """
    others = sorted(LADDER, key=lambda step: abs(step - threshold))[1:]
    steps = sorted({threshold, *others})
    texts = _sample(skeletons, regions)
    return tuple(Trial(step, (1 - step**ROWS) ** (BANDS * max(1.0, passages)), _trial(texts, step)) for step in steps)


def _trial(texts: Skeletons, jaccard: float) -> Kinds:
    """Each text and a copy of it: one in `rate` of its tokens is replaced by one that stands nowhere else."""
    shingle = 2 * jaccard / (1 + jaccard)  # the share of shingles that survives on each side
    rate = 1 - shingle ** (1 / SHINGLE)
    tokens, sentences = len(texts.ids), len(texts.begin)
    random = np.random.RandomState(1)
    foreign = (_FOREIGN + np.arange(tokens)).astype(np.uint32)
    edited = np.where(random.random_sample(tokens) < rate, foreign, texts.ids)
    both = Skeletons(
        ids=np.concatenate((texts.ids, edited)),
        first=np.concatenate((texts.first, texts.first[1:] + tokens)),
        begin=np.tile(texts.begin, 2),
        end=np.tile(texts.end, 2),
        doc_sentence=np.concatenate((texts.doc_sentence, texts.doc_sentence[1:] + sentences)),
        units=np.concatenate((texts.units, texts.units + tokens)),
    )
    bounds = texts.doc_token
    spans = np.column_stack((bounds[:-1], bounds[1:], bounds[:-1] + tokens, bounds[1:] + tokens))
    return _counted(_kinds_of(both, seeds_of(both), spans))


def _sample(skeletons: Skeletons, regions: I64) -> Skeletons:
    """`TRIALS` of the first regions as documents of their own, each cut to `LONGEST` sentences."""
    rows = regions[np.arange(TRIALS) * len(regions) // TRIALS] if len(regions) else regions
    low, high = rows[:, 0], np.minimum(rows[:, 1], rows[:, 0] + LONGEST)
    doc_sentence, sentences = bounds_of(high - low), ranges(low, high)
    t0, t1 = skeletons.first[sentences], skeletons.first[sentences + 1]
    first, tokens = bounds_of(t1 - t0), ranges(t0, t1)
    begin, end = skeletons.begin[sentences], skeletons.end[sentences]
    return Skeletons(skeletons.ids[tokens], first, begin, end, doc_sentence, first[doc_sentence[:-1]])


def _counted(kinds: I64) -> Kinds:
    return Kinds(tuple(np.bincount(kinds, minlength=1 << len(KINDS)).tolist()))


def _kinds_of(skeletons: Skeletons, seeds: Sequence[Places], spans: I64) -> I64:
    """int64[copies]: the kinds of which the two token spans a0, a1, b0, b1 of each copy share a key, as bits.

    Each copy itself is asked, and not the star edges: those say how a bucket was walked and not who was in it.
    A passage counts for a span that it only overlaps.
    """
    sentences, runs, *bands = seeds
    kinds = np.zeros(len(spans), np.int64)
    for low in range(0, len(spans), CHUNK):
        part = spans[low : low + CHUNK]
        wide = _to_passages(part, bands[0].at, skeletons.doc_token)
        in_bands = np.any([_share(places, wide) for places in bands], axis=0)
        for bit, shares in enumerate((in_bands, _share(sentences, part), _share(runs, part))):
            kinds[low : low + CHUNK] |= shares.astype(np.int64) << bit
    return kinds


def _to_passages(spans: I64, starts: I64, doc_token: I64) -> I64:
    """The spans, each side from the start of the passage that it begins in; `starts` are those of all passages."""
    wide: I64 = spans.copy()
    begin = spans[:, ::2]
    if len(starts):
        before = starts[np.maximum(np.searchsorted(starts, begin, side="right") - 1, 0)]
        document = doc_token[np.searchsorted(doc_token, begin, side="right") - 1]
        wide[:, ::2] = np.where((before >= document) & (before <= begin), before, begin)
    return wide


def _share(places: Places, spans: I64) -> Bools:
    """bool[pairs]: whether a key was seen at two places, one in each of the two spans."""
    bounds = np.searchsorted(places.at, spans)
    pair, keys = _keys_of(places.keys, bounds[:, 0], bounds[:, 1])
    # In one document the passage that the first span ends in may be the one that the second begins in.
    _, others = _keys_of(places.keys, np.maximum(bounds[:, 1], bounds[:, 2]), bounds[:, 3])
    out = np.zeros(len(spans), bool)
    out[pair[np.isin(keys, others)]] = True
    return out


def _keys_of(keys: U64, low: I64, high: I64) -> tuple[I64, U64]:
    """The keys low..high of every pair side by side, each mixed with its pair, after the pair each is of."""
    high = np.maximum(low, high)
    pair = np.repeat(np.arange(len(low)), high - low)
    mixed: U64 = keys[ranges(low, high)] ^ (pair.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return pair, mixed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--threshold", type=float, default=Settings().threshold)
    given = parser.parse_args()
    with taken_in(given.paths, Settings(select=("ND",), threshold=given.threshold), None) as (_, intake, settings, _):
        signed = intake.signed()
        seeds = list(signed.seeds)  # which are let go once they are joined
        found = find_duplicates(signed, mark_table([]), settings, silent)
    copies = are_copies(found.shared, settings)
    regions = found.regions[copies]
    spans = found.skeletons.first[regions]
    tokens = float(np.median(np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2]))) if len(spans) else 0.0
    passages = tokens / (len(found.skeletons.ids) / max(1, len(seeds[-1].at)))
    print(f"{'share unseen by':24}" + "".join(f"{name:>12}" for name in ("copies", *KINDS, "all", "formula")))
    for trial in trials(found.skeletons, regions, settings.threshold, passages):
        _print(f"trial, jaccard {trial.jaccard:g}", trial.kinds, f"{trial.no_band:12.4f}")
    for row in evidence(found.skeletons, seeds, regions, found.shared[copies]):
        _print(f"corpus, {row.low:.2f} to {row.high:.2f}", row.kinds, "")


def _print(name: str, kinds: Kinds, rest: str) -> None:
    missed = [*map(kinds.missed, KINDS), kinds.by_none]
    print(f"{name:24}{kinds.total:12,}" + "".join(f"{part / max(1, kinds.total):12.4f}" for part in missed) + rest)


if __name__ == "__main__":
    main()
