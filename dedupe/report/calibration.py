"""What a calibration found, for a person who chooses a threshold, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from io import StringIO
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedupe.calibration.calibrate import Calibration, Pair, Side
from dedupe.calibration.evidence import KINDS, Kinds, Trial
from dedupe.copies.minhash import SHINGLE
from dedupe.copies.seeds import BANDS, ROWS, RUN, SENTENCE, WINDOW
from dedupe.core.messages import tell
from dedupe.core.model import Unit
from dedupe.report.aligned import aligned
from dedupe.report.draw import console_for
from dedupe.report.rows import UNSAFE_RE, escaped
from dedupe.report.view import View, address, count, lines, visible

VERSION = 1
NARROWEST, WIDEST = 60, 110
FIGURES = 45  # cells that a row of the histogram takes without its bar
SURE = 3  # of n tries that all went well: fewer than 3 in n go wrong, 19 times in 20


def render(calibration: Calibration, form: str, view: View) -> str:
    """The whole calibration as one string, `json` or `rich`, line end included."""
    if form == "json":
        return _json(calibration)
    view = replace(view, width=max(view.width, NARROWEST))
    file = StringIO()
    console = console_for(view, file)
    parts = (_histogram, _proposal, _pairs, _misses)
    for part in (one for section in parts for one in section(calibration, view)):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def one_in(part: float, whole: float = 1.0) -> str:
    """How many of `whole` a part of them is, as a person says it.

    >>> one_in(5, 2000), one_in(0.45), one_in(1990, 2000), one_in(0, 2000), one_in(7, 7), one_in(1e-9)
    ('1 in 400', '45 %', '99.5 %', 'none', 'all', '< 1 in a million')
    """
    share = part / whole
    if share in (0, 1):
        return tell("all" if share else "none")
    if share < 1e-6:
        return tell("< 1 in a million")
    return tell(f"1 in {round(1 / share):,}") if share < 0.4 else f"{100 * share:.3g} %"


def _tried(part: int, whole: int) -> str:
    """As `one_in`, for a trial: that none went wrong says only that not many do."""
    return one_in(part, whole) if part else tell(f"under 1 in {max(1, whole // SURE):,}")


def _histogram(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    bins, settings = calibration.bins, calibration.settings
    copies, others = sum(row.copies for row in bins), sum(row.others for row in bins)
    yield _heading("Jaccard of the pairs in this corpus", view)
    yield _prose(
        f"{count(calibration.documents, 'document')}, {count(copies + others, 'pair')} of regions that were grown from "
        f"a seed and share {count(settings.min_length - SHINGLE + 1, 'shingle')} or more; at threshold "
        f"{settings.threshold:g} (▸) {copies:,} of them are copies (█) and {others:,} are not (░). “If here” is how "
        "many would be copies were the threshold where the row begins; regions of which enough stands inside the "
        f"other are copies at any jaccard. Not among the pairs: {count(calibration.twins, 'document')} equal to an "
        "earlier one.",
        view,
    )
    most = max(row.copies + row.others for row in bins) or 1
    room = min(view.width, WIDEST) - FIGURES
    yield Text(tell(f"{'  jaccard':13}{'copies':>10}{'others':>10}{'if here':>10}"), "dim")
    for row in bins:
        is_here = row.low <= settings.threshold < row.high or row.high == settings.threshold == 1
        text = Text(f"{'▸' if is_here else ' '} {row.low:.2f}–{row.high:.2f}")
        text.append(f"{row.copies:10,}{row.others:10,}{row.kept:10,}  ")
        text.append("█" * -(-room * row.copies // most), "green")
        yield text.append("░" * -(-room * row.others // most), "yellow")
    yield Text()


def _proposal(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    """What threshold the corpus speaks for, and what that would change."""
    found, threshold = calibration.proposal, calibration.settings.threshold
    if found is None:
        yield _prose("No gap: the pairs lie side by side from chance to equality, so no threshold parts them.", view)
        return
    if found.low < threshold <= found.high:
        yield _prose(
            f"{found.inside:,} of the pairs have a jaccard between {found.low:.2f} and {found.high:.2f}: a gap. "
            f"The threshold {threshold:g} lies in it: keep it.",
            view,
        )
        return
    yield _prose(
        f"{found.inside:,} of the pairs have a jaccard between {found.low:.2f} and {found.high:.2f}: a gap. "
        f"A threshold in it is {found.threshold:g}: {found.more:,} more would be copies than at {threshold:g}, and "
        f"{found.fewer:,} fewer.",
        view,
    )


def _pairs(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    threshold = f"{calibration.settings.threshold:g}"
    for is_copy, title in ((True, f"Copies nearest to {threshold}"), (False, f"Not copies, nearest to {threshold}")):
        pairs = [pair for pair in calibration.pairs if pair.is_copy is is_copy]
        if pairs:
            yield _heading(title, view)
        for pair in pairs:
            said = tell(f"containment {pair.one.containment:.2f} and {pair.other.containment:.2f}")
            yield Text.assemble((f"jaccard {pair.jaccard:.4f}", "bold"), f" · {said}")
            for name, side in (("A", pair.one), ("B", pair.other)):
                yield Padding(Text.assemble((name, "dim"), " ", _place(side)), (0, 0, 0, 2))
            yield from aligned(pair.one.sentences, pair.other.sentences, view)
            yield Text()


def _place(side: Side) -> Text:
    region = side.region
    inside = "in " if region.unit is Unit.PASSAGE else ""
    essay = [] if region.essay is None else [tell(f"{inside}essay {region.essay}")]
    title = [visible(region.title).strip()] if region.title else []
    about = " · ".join((*essay, *title, count(side.tokens, "token")))
    return Text.assemble(f"{address(region.path, region.record)}:{lines(region)}", (f"  {about}", "dim"))


def _misses(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    yield _heading("What finding them misses", view)
    kinds = calibration.evidence[-1].kinds
    if not kinds.total:
        yield _prose("Nothing to tell by: no region of this corpus is a copy.", view)
        return
    trial = next(trial for trial in calibration.trials if trial.jaccard == calibration.settings.threshold)
    yield _prose(_bands(calibration, trial), view)
    made = trial.kinds
    yield _prose(
        f"A trial. Of {made.total:,} copies made from texts of this corpus, tokens replaced at random until jaccard is "
        f"about {trial.jaccard:g}, {_tried(made.by_none, made.total)} goes unseen by all three kinds. "
        "Changes spread that evenly are the hardest to see: people rewrite some sentences and keep others, which "
        "leaves longer runs, so of real copies fewer go unseen.",
        view,
    )
    yield _table("unseen by", ("bands, computed", *KINDS, "all three"), map(_trial_row, calibration.trials))
    first, *others = ((tell(kind), one_in(kinds.missed(kind), kinds.total)) for kind in KINDS)
    missed = ", ".join(
        [
            tell(f"{first[0]} alone would have missed {first[1]}"),
            *(tell(f"{kind} alone {part}") for kind, part in others),
        ]
    )
    yield Text()
    yield _prose(
        f"The corpus. Of its {kinds.total:,} copies {missed}; "
        f"{one_in(kinds.by_one, kinds.total)} are seen by exactly one kind.",
        view,
    )
    rows = [_evidence_row(row.low, row.high, row.kinds) for row in calibration.evidence]
    yield _table("unseen by", ("copies", *KINDS, "seen by one"), rows)


def _bands(calibration: Calibration, trial: Trial) -> str:
    passages = max(1.0, calibration.copy_tokens / calibration.passage_tokens)
    missed = trial.kinds.missed("bands")
    seen = one_in(missed - trial.kinds.by_none, missed) if missed else "all"
    return (
        f"Bands. A copy of median length ({calibration.copy_tokens:,.0f} tokens, {passages:.1f} passages) that has "
        f"jaccard {trial.jaccard:g} throughout meets in none of the {BANDS} bands of {ROWS} rows with the chance "
        f"(1 − j^{ROWS})^({BANDS} × {passages:.1f}): bands alone would miss {one_in(trial.no_band)}. That takes "
        "the passages of both to be cut alike, which edits spoil, so trust the trial below rather than the formula. "
        f"But bands are not alone. Equal sentences of {SENTENCE} tokens or more are seen as well, and equal runs: all "
        f"of {RUN + WINDOW - 1} tokens or more, and some from {RUN} on. Of what bands miss in the trial, these two see "
        f"{seen}."
    )


def _trial_row(trial: Trial) -> tuple[str, ...]:
    kinds = trial.kinds
    missed = (*(kinds.missed(kind) for kind in KINDS), kinds.by_none)
    return (f"jaccard {trial.jaccard:g}", one_in(trial.no_band), *(_tried(part, kinds.total) for part in missed))


def _evidence_row(low: float, high: float, kinds: Kinds) -> tuple[str, ...]:
    parts = (*(kinds.missed(kind) for kind in KINDS), kinds.by_one)
    return (f"{low:.2f}–{high:.2f}", f"{kinds.total:,}", *(one_in(part, kinds.total) for part in parts))


def _table(head: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(tell(head), box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(tell(column), justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _heading(title: str, view: View) -> Text:
    title = tell(title)
    return Text.assemble(("── ", "dim"), (title, "bold"), (" " + "─" * (view.width - cell_len(title) - 4), "dim"), "\n")


def _prose(text: str, view: View) -> Padding:
    """A paragraph, no wider than one reads with ease."""
    return Padding(Text(tell(text)), (0, max(0, view.width - WIDEST), 1, 0))


def _json(calibration: Calibration) -> str:
    from dedupe.core.version import version

    settings = calibration.settings
    whole = {
        "version": VERSION,
        "tool": {"name": "dedupe", "version": version()},
        "settings": {
            "threshold": settings.threshold,
            "min_length": settings.min_length,
            "exclude": settings.exclude,
            "encoding": settings.encoding,
            "text_field": settings.text_field,
            "id_field": settings.id_field,
            "fold_script": settings.fold_script,
        },
        "summary": {
            "documents": calibration.documents,
            "twins": calibration.twins,
            "copies": calibration.evidence[-1].kinds.total,
            "copy_tokens": calibration.copy_tokens,
            "passage_tokens": round(calibration.passage_tokens, 1),
            "passed_over": calibration.passed_over,
        },
        "histogram": [asdict(row) for row in calibration.bins],
        "proposal": None if calibration.proposal is None else asdict(calibration.proposal),
        "trials": [
            {"jaccard": trial.jaccard, "no_band": round(trial.no_band, 9), **_kinds(trial.kinds)}
            for trial in calibration.trials
        ],
        "evidence": [{"low": row.low, "high": row.high, **_kinds(row.kinds)} for row in calibration.evidence],
        "pairs": [_pair(pair) for pair in calibration.pairs],
        "errors": [asdict(error) for error in calibration.errors],
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    return UNSAFE_RE.sub(escaped, text) + "\n"


def _kinds(kinds: Kinds) -> dict[str, Any]:
    missed = {kind: kinds.missed(kind) for kind in KINDS}
    return {"copies": kinds.total, "missed_by": missed, "missed_by_all": kinds.by_none, "seen_by_one": kinds.by_one}


def _pair(pair: Pair) -> dict[str, Any]:
    return {"copy": pair.is_copy, "jaccard": round(pair.jaccard, 6), "regions": [_side(pair.one), _side(pair.other)]}


def _side(side: Side) -> dict[str, Any]:
    region = {key: value for key, value in asdict(side.region).items() if value is not None}
    return {
        **region,
        "tokens": side.tokens,
        "containment": round(side.containment, 6),
        "sentences": side.sentences,
    }
