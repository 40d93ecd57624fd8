"""Clean a corpus: find, choose, cut, and check again until there is nothing to cut.

One round is not enough. A copy can hide behind another, a cut can move a line to the edge of its page, and a second
clean must find nothing that the first could have found.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import NamedTuple, overload

from dedupe.cleaning import manifest
from dedupe.cleaning.audit import Audit, audit
from dedupe.cleaning.cuts import HEADING, SENTENCE_ENDS, Cut, Reason, apply, sentence_at, settle, tidy, without
from dedupe.cleaning.decide import Decider, Desk, Ledger
from dedupe.cleaning.fetched import fetched
from dedupe.cleaning.options import DROP_ESSAY, DROP_SENTENCE, REPAIR, Choices
from dedupe.cleaning.output import Sink, Taken, write_result
from dedupe.cleaning.parts import PASSAGE, visible_length
from dedupe.cleaning.select import Key, Option, Place, can_leave, cut_of_old, options_of, places_of
from dedupe.cleaning.space import Space
from dedupe.cleaning.workspace import Workspace, check_files, root_of
from dedupe.config.settings import Settings
from dedupe.core.atomic import is_result, replacing
from dedupe.core.errors import ConfigError, DedupeError
from dedupe.core.messages import option, say
from dedupe.core.model import (
    Copy,
    Document,
    Failure,
    Finding,
    Kind,
    Origin,
    Progress,
    Report,
    Severity,
    Span,
    Suggestion,
)
from dedupe.core.report import keep
from dedupe.index.place import IndexPlace
from dedupe.inputs.find import find
from dedupe.inputs.remote import is_remote
from dedupe.pipeline.filter import sieve
from dedupe.pipeline.pipeline import check
from dedupe.pipeline.scan import without_chrome
from dedupe.rules.boilerplate.damage import DAMAGED, repair_of
from dedupe.text.essays import Essay, split

# A corpus settles in four or five rounds; this many mean a ring of copies that no round ends.
ROUNDS = 20
SHOWN = 20  # names shown in a message
HOLES = "PH12"  # prefix of the codes of holes: a hole has no sign that a token could replace
CHROME, LEFTOVER, SHORT = "chrome", "leftover", "short"


@dataclass
class Outcome:
    """The result of a clean: the corpus before and after, and what was removed.

    `taken` counts spans and characters by action and by relation (for copies) or code. `marks` are the marks still
    there, `rounds` is the number of rounds, and `is_settled` is true if the last round found nothing to do. `audit`
    measures how far the written corpus covers what was removed. `passed_over` counts files that were not read, by
    suffix; the result lacks them. `renamed` pairs each source whose own name was taken in the result with the name that
    its text has there. `cut` is how many kept documents lost something.
    """

    documents: tuple[int, int]
    characters: tuple[int, int]
    taken: Taken
    marks: int
    rounds: int
    is_settled: bool
    failures: list[Failure]
    audit: Audit | None = None
    passed_over: dict[str, int] = field(default_factory=dict)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    cut: int = 0

    @property
    def exit_code(self) -> int:
        """0, or 2 if something could not be read."""
        return 2 if self.failures else 0


# A function that checks files, locally or on Spark.
Look = Callable[[Sequence[str], Settings, "Progress | None"], Report]


@dataclass(frozen=True)
class Order:
    """What to clean and how: source paths, output folder (None: a dry run), settings and choices.

    With an `index`, copies of its documents go too; its documents from the same paths or output folder are no
    originals. `address` is the final place of the output, if elsewhere. With `everything` the sink gets all documents,
    else only changed ones. `root` is the folder that result paths start from, by default the nearest common one; if
    given, the result may lie in it. `check` checks the corpus.
    """

    paths: Sequence[str]
    output: Path | None
    settings: Settings
    choices: Choices = field(default_factory=Choices)
    force: bool = False
    index: IndexPlace | None = None
    address: str = ""
    everything: bool = False
    root: str = ""
    check: Look = check


def clean(order: Order, progress: Progress | None = None, sink: Sink | None = None) -> Outcome:
    """Write the cleaned corpus, its manifest and its quarantine, all or nothing; never touch the inputs.

    Calls `sink` with every changed document.

    Raises DedupeError if the output cannot be used or written, or if an input changes during the run.
    """
    passed = Counter[str]()
    sources, failures = find(order.paths, order.settings, passed, elsewhere=True)
    check_files(sources)
    _check_output(order, [Path(source.file) for source in sources if source.file and not is_remote(source.file)])
    with fetched(sources, order.paths) as (here, paths), _folder(order.output, order.force) as folder:
        settings = replace(order.settings, suggest=order.choices.placeholders == REPAIR)
        space = Workspace(folder, here, order.root or root_of(paths), settings)
        ledger = Ledger()
        rounds, report, is_settled = _rounds(space, order, progress, ledger)
        _balance(space, report)
        audited = audit(space, ledger, report.summary.documents)
        taken = write_result(space, order.choices, sink, (ledger, audited), order.everything)
        result = Outcome(
            (space.documents, audited.kept),
            (space.characters, report.summary.characters),
            taken,
            marks=sum(map(_is_mark, report.findings)),
            rounds=rounds,
            is_settled=is_settled,
            audit=audited,
            failures=sorted({*failures, *space.failures}, key=lambda failure: (failure.path, failure.reason)),
            passed_over=dict(sorted((passed + space.passed).items())),
            renamed=space.renamed,
            cut=sum(file.cut for file in space.files.values()),
        )
    return result


def _balance(space: Workspace, report: Report) -> None:
    """Raise DedupeError, before anything is written, unless every document that was read is either kept or removed.

    The count of kept documents comes from the last check of the files that are to be written.
    """
    removed = sum(len(file.gone) for file in space.files.values())
    if space.documents != report.summary.documents + removed:
        raise DedupeError(
            "{read} documents were read, {kept} are kept and {gone} were taken out: nothing was written, "
            "for something would be lost: this is a bug in dedupe: please report it",
            f"{space.documents:,}",
            f"{report.summary.documents:,}",
            f"{removed:,}",
        )


def _check_output(order: Order, files: Sequence[Path]) -> None:
    output = order.output
    if output is None:
        return
    real = os.path.realpath(output)
    for path in () if order.root else order.paths:
        if os.path.isdir(path) and real == os.path.realpath(path):
            way = say("name another folder with {option}, or clean in place", option("output"))
            raise ConfigError("{output}: is what is read: {WAY}", output, way)
        if os.path.isdir(path) and _is_inside(real, os.path.realpath(path)):
            inside = "{path}: stands inside {input}, which is read: name a folder beside it with {option}"
            raise ConfigError(inside, output, path, option("output"))
    for file in files:
        if _is_inside(os.path.realpath(file), real):
            around = "{path}: {file} stands in it, and inputs are never touched: name another {option}"
            raise ConfigError(around, output, file, option("output"))
    _check_free(output, order.force)


def _check_free(output: Path, force: bool) -> None:
    """Raise ConfigError for a folder that holds anything but the unchanged result of an earlier clean."""
    if not os.path.lexists(output):
        return
    if not output.is_dir() or (any(output.iterdir()) and not is_result(output)):
        other = "{path}: neither empty nor the result of a clean: name another folder with {option}"
        raise ConfigError(other, output, option("output"))
    if not is_result(output):
        return
    if not force:
        raise ConfigError("{path}: holds the result of an earlier clean: {option} replaces it", output, option("force"))
    others = manifest.others(output)
    if others:
        raise ConfigError(
            "{path}: holds what the earlier clean did not write, or what was changed since, and it would be lost: "
            "{NAMES}: move it elsewhere, or name another folder with {option}",
            output,
            manifest.named(others, SHOWN),
            option("output"),
        )


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


@contextmanager
def _folder(output: Path | None, force: bool) -> Iterator[Path]:
    if output is None:
        try:
            with TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-") as folder:
                yield Path(folder)
        except OSError as error:
            place = error.filename or gettempdir()
            hint = "the corpus is copied to the temporary folder; set TMPDIR to one with more room"
            raise DedupeError("{place}: {ERROR}: {HINT}", place, error.strerror, hint) from error
    else:
        with replacing(output, partial(_check_free, force=force), manifest.others) as begun:
            yield begun


def _rounds(space: Workspace, order: Order, progress: Progress | None, ledger: Ledger) -> tuple[int, Report, bool]:
    """Check and cut until nothing changes; return the number of rounds, the last report, and if that was clean."""
    run = order.check
    if order.index:
        from dedupe.index.check import Before, without_clusters

        sources = [file.source for file in space.files.values()]
        files = tuple(source.path if is_remote(source.path) else str(source.file) for source in sources)
        below = order.address or (str(order.output) if order.output else None)
        run = partial(without_clusters, Before(order.index, files, below))

    allowed = Allowed(space)

    def look() -> Report:
        report = run(space.copies, space.settings, progress)
        clusters = tuple(space.named_clusters(report.clusters))
        report = replace(report, findings=Named(space, report.findings), clusters=clusters)
        rest = sieve(report, order.settings, space.source_of)
        return allowed.left_out(report, rest) if order.settings.allow else rest

    for number in range(1, ROUNDS + 1):
        report = look()
        if not cut_out(space, report, order.choices, ledger):
            return number, report, True
    return ROUNDS + 1, look(), False


class Named(Sequence[Finding]):
    """The findings of a round, with records named as in the source, because an [[allow]] may name them."""

    def __init__(self, space: Workspace, findings: Sequence[Finding]) -> None:
        self._space, self._findings = space, findings

    def __len__(self) -> int:
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        return self._space.named(self._findings)

    @overload
    def __getitem__(self, at: int) -> Finding: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        if isinstance(at, int):
            return next(self._space.named((self._findings[at],)))
        return tuple(self._space.named(self._findings[at]))


class Allowed:
    """What the configuration allows, as spans of the sources, because a later round finds it among other words."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._places: dict[Key, set[tuple[str, int, int]]] | None = None
        self._numbers: dict[Key, int] = {}

    def left_out(self, report: Report, rest: Report) -> Report:
        """Drop from `rest`, the report without what is allowed now, what was allowed in the first round."""
        if self._places is None:
            kept = {(f.path, f.record, f.code, f.start, f.end) for f in rest.findings}
            self._places = defaultdict(set)
            for f in report.findings:
                if f.kind is not Kind.DUPLICATE and (f.path, f.record, f.code, f.start, f.end) not in kept:
                    self._places[f.path, f.record].add((f.code, f.start, f.end))
            return rest
        places = self._places
        is_kept = bytearray(
            f.kind is Kind.DUPLICATE or self._source(f) not in places.get((f.path, f.record), ()) for f in rest.findings
        )
        return rest if all(is_kept) else keep(rest, is_kept, tuple(rest.clusters))

    def _source(self, finding: Finding) -> tuple[str, int, int]:
        key = (finding.path, finding.record)
        if key not in self._numbers:
            self._numbers[key] = self._space.number(*key)
        _, _, start, end = self._space.in_source(finding.path, self._numbers[key], (finding.start, finding.end))
        return finding.code, start, end


class Planned(NamedTuple):
    """The cuts planned for one document, by the number of its part; if all of it goes, `gone` says why."""

    number: int
    cuts: list[Cut]
    gone: Reason | None


def cut_out(space: Space, report: Report, choices: Choices, ledger: Ledger) -> bool:
    """Cut from the corpus what one report calls for; return True if that was anything."""
    findings: dict[Key, list[Finding]] = defaultdict(list)
    numbers: dict[Key, int] = {}
    for finding in report.findings:
        if finding.severity is not Severity.NOTE and finding.kind is not Kind.DUPLICATE:
            findings[finding.path, finding.record].append(_sourced(space, finding, numbers))
    old = _old_copies(space, report, choices)
    desk, options = _lay_out(space, report, (findings, old), choices, ledger)
    first = ledger.following
    while True:
        copies = defaultdict(list, {key: [*cuts] for key, cuts in old.items()})
        for chosen, number in Decider(desk, ledger, choices.rule).decide(options):
            reason = chosen.reason._replace(removal=number)
            copies[chosen.key].append(Cut(chosen.place.start, chosen.place.end, reason))
        plans = _plan(space, (findings, copies), choices)
        failing = _failing(desk, ledger, plans, first)
        if not failing:
            break
        # A removal that fails after tidying is barred for good: each pass bars one more, so the loop ends.
        for number in failing:
            ledger.bar(number)
        ledger.forget(first)
        desk.reset()
    for path, group in groupby(sorted(plans), key=itemgetter(0)):
        for key in group:
            number, cuts, gone = plans[key]
            if gone:
                space.files[path].gone[number] = gone
            space.take(path, number, cuts)
        space.write(path)
    return bool(plans)


def _plan(
    space: Space, what: tuple[Mapping[Key, list[Finding]], Mapping[Key, list[Cut]]], choices: Choices
) -> dict[Key, Planned]:
    """Return the planned cuts of every document that loses something."""
    findings, copies = what
    paths = {path for path, _ in (*copies, *findings)}
    plans = {}
    for path in sorted(space.files if choices.min_document else paths, key=str):
        for number, document in space.documents_of(path):
            key = (path, document.record)
            found = [space.spelt(path, number, finding) for finding in findings.get(key, [])]
            cuts, gone = cuts_of(document, copies.get(key, []), found, choices)
            if cuts:
                plans[key] = Planned(number, cuts, gone)
    return plans


def _failing(desk: Desk, ledger: Ledger, plans: Mapping[Key, Planned], first: int) -> set[int]:
    """Return the removals of this round (numbered from `first`) because of which something is covered too little.

    That is either what the removal itself took, or what an earlier round removed for the sake of text that is cut now.
    """
    changed = [key for key in plans if key in desk]
    for key in changed:
        _measure(desk, ledger, key, plans[key].cuts)
    for key in changed:
        desk.settle(key, plans[key].cuts)
    failing = set()
    affected = {number for key in changed for number in ledger.by_keeper.get(key, ())}
    affected |= {number for key in changed for number in ledger.by_document.get(key, ()) if number >= first}
    for number in sorted(affected):
        removal = ledger.removals[number]
        removal.cover = desk.cover(removal)
        if removal.cover < removal.least:
            documents = {removal.key} if number >= first else {window.key for window in removal.windows}
            failing |= {one for key in documents for one in ledger.by_document.get(key, ()) if one >= first}
    return failing


def _measure(desk: Desk, ledger: Ledger, key: Key, cuts: Sequence[Cut]) -> None:
    """Record the tokens that each removal really takes from a document, because tidying may have added a heading."""
    words = desk.sheet(key).words
    for number in {cut.reason.removal for cut in cuts if cut.reason.removal is not None}:
        pieces = [words.ids[words.within(cut.start, cut.end)] for cut in cuts if cut.reason.removal == number]
        ledger.removals[number].pieces = pieces


def _old_copies(space: Space, report: Report, choices: Choices) -> dict[Key, list[Cut]]:
    """Return the cuts of copies of documents that an index holds."""
    findings: dict[Key, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.old or finding.kind is Kind.BOILERPLATE:
            findings[finding.path, finding.record].append(finding)
    cuts: dict[Key, list[Cut]] = defaultdict(list)
    for path in sorted({key[0] for key, found in findings.items() if any(finding.old for finding in found)}):
        for _, document in space.documents_of(path):
            found = findings.get((path, document.record), [])
            chrome = [finding for finding in found if not finding.old]
            for finding in found:
                cut = cut_of_old(document, finding, chrome, choices, space.settings)
                if cut is not None:
                    cuts[path, document.record].append(cut)
    return cuts


def _lay_out(
    space: Space,
    report: Report,
    what: tuple[Mapping[Key, list[Finding]], Mapping[Key, list[Cut]]],
    choices: Choices,
    ledger: Ledger,
) -> tuple[Desk, list[Option]]:
    """Return the texts that hold copies or for which others were removed, and all options for removing copies."""
    findings, old = what
    members: dict[Key, list[tuple[int, int, Copy]]] = defaultdict(list)
    chrome: dict[Key, list[Finding]] = defaultdict(list)
    for number, cluster in enumerate(report.clusters):
        for at, copy in enumerate(cluster.members):
            members[copy.region.path, copy.region.record].append((number, at, copy))
    for finding in report.findings:
        if finding.kind is Kind.BOILERPLATE:
            chrome[finding.path, finding.record].append(finding)
    touched = {*members, *findings, *old, *(space.all_keys() if choices.min_document else ())}
    standing = {number for key in touched for number in ledger.by_keeper.get(key, ())}
    wanted = {*members, *(window.key for number in standing for window in ledger.removals[number].windows)}
    desk = Desk(space.spill.shelf(), space.settings.fold_script)
    bare_choices = replace(choices, keep_chrome=False)  # chrome covers nothing, and needs no cover
    places: dict[tuple[int, int], list[Place]] = {}
    for path in sorted({path for path, _ in wanted}):
        for part, document in space.documents_of(path):
            key = (path, document.record)
            if key not in wanted:
                continue
            sure = cuts_of(document, old.get(key, []), findings.get(key, []), bare_choices)[0]
            desk.put(key, document.text, space.files[path].cuts.get(part, ()), sure)
            essays = split(document.text) if key in members else []
            bare = without_chrome(document.text, chrome.get(key, []))
            for number, at, copy in members.get(key, []):
                region = copy.region
                if can_leave(copy, document.text[region.start : region.end], choices, space.settings):
                    places[number, at] = places_of(region, bare, essays)
    return desk, list(options_of(report.clusters, places, choices))


def _sourced(space: Space, finding: Finding, numbers: dict[Key, int]) -> Finding:
    """Return the finding with the places that its suggestion comes from given as places in the sources."""
    suggestion = finding.suggestion
    if suggestion is None:
        return finding
    sources = []
    for origin in suggestion.sources:
        key = (origin.path, origin.record)
        if key not in numbers:
            numbers[key] = space.number(*key)
        place = space.in_source(origin.path, numbers[key], (origin.start, origin.end))
        sources.append(Origin(*place, origin.line))
    return finding._replace(suggestion=replace(suggestion, sources=tuple(sources)))


def cuts_of(
    document: Document, copies: Sequence[Cut], findings: Sequence[Finding], choices: Choices
) -> tuple[list[Cut], Reason | None]:
    """Return the cuts of one document, settled and tidied, and the reason if all of it is removed."""
    text = document.text
    asked = settle(copies)
    boilerplate = [one for one in findings if one.kind is Kind.BOILERPLATE and one.code != DAMAGED]
    copies, chrome = _parted(text, copies, boilerplate)
    whole = next((cut for cut in asked if (cut.start, cut.end) == (0, len(text))), None)
    if whole:
        return settle([*chrome, *copies, *without([whole], settle([*chrome, *copies]))]), whole.reason
    if choices.keep_chrome:
        outside = without(chrome, asked)
        chrome = [cut for cut in chrome if cut not in outside]
    essays = split(text)
    heads = {essay.start for essay in essays}
    mended = () if choices.keep_chrome else _mended(findings)
    cuts = [*without(copies, chrome), *chrome, *mended, *_marked(text, essays, findings, choices)]
    cuts = tidy(text, settle(cuts), heads) if cuts else []
    bare = [essay for essay in essays if _is_bare(text, (essay.start, essay.end), cuts)]
    if bare:
        rest = without((Cut(essay.start, essay.end, Reason("", LEFTOVER)) for essay in bare), cuts)
        cuts = tidy(text, settle([*cuts, *rest]), heads)
    gone = _gone(text, cuts, choices)
    if gone:
        return _with_rest(text, cuts, gone), gone
    return cuts, None


def _parted(text: str, copies: Sequence[Cut], findings: Sequence[Finding]) -> tuple[list[Cut], list[Cut]]:
    """Return the copies without the chrome at their ends, which has its own reason, and the chrome outside them."""
    chrome = settle(Cut(one.start, one.end, Reason(one.code, CHROME)) for one in findings)
    out = []
    for cut in copies:
        start, end = cut.start, cut.end
        low = max(0, bisect_right(chrome, start, key=lambda c: c.start) - 1)
        high = bisect_left(chrome, end, key=lambda c: c.start)
        for one in chrome[low:high]:
            if one.end > start and not text[start : max(start, one.start)].strip():
                start = min(end, one.end)
        for one in reversed(chrome[low:high]):
            if start < one.start and not text[min(end, one.end) : end].strip():
                end = one.start
        if start < end:
            out.append(cut._replace(start=start, end=end))
    return out, without(chrome, settle(out))


def _with_rest(text: str, cuts: Sequence[Cut], reason: Reason) -> list[Cut]:
    """Return cuts that remove all of a text: the given ones without their tokens, and the rest with `reason`."""
    out, at = [], 0
    for cut in cuts:
        out += [Cut(at, cut.start, reason), cut._replace(token="")]
        at = cut.end
    out.append(Cut(at, len(text), reason))
    return [cut for cut in out if cut.start < cut.end]


def _mended(findings: Sequence[Finding]) -> Iterator[Cut]:
    """Yield cuts that restore text that was decoded with a wrong encoding.

    Text that was lost inside a sentence is not hidden by joining the rest: it stays, and is found again.
    """
    for finding in findings:
        repair = repair_of(finding.text) if finding.code == DAMAGED else None
        if repair:
            yield Cut(finding.start, finding.end, Reason(finding.code, REPAIR), repair)


def _marked(text: str, essays: Sequence[Essay], findings: Sequence[Finding], choices: Choices) -> Iterator[Cut]:
    """Yield the cuts for marks and holes; a hole cannot be masked."""
    for finding in findings:
        if not _is_mark(finding):
            continue
        start, end, token = finding.start, finding.end, choices.token
        if choices.placeholders == DROP_SENTENCE:
            yield Cut(*sentence_at(text, start, end), Reason(finding.code, DROP_SENTENCE))
        elif choices.placeholders == DROP_ESSAY:
            inside = (e for e in essays if e.start <= start < e.end)
            essay = next(inside, None)
            yield Cut(*((essay.start, essay.end) if essay else (start, end)), Reason(finding.code, DROP_ESSAY))
        elif token and text[start:end] != token and not finding.code.startswith(HOLES):
            yield Cut(start, end, Reason(finding.code, "mask"), token)
        elif choices.placeholders == REPAIR and finding.suggestion:
            yield _repaired(text, finding, finding.suggestion)


def _repaired(text: str, finding: Finding, suggestion: Suggestion) -> Cut:
    """Replace a mark with its suggestion. For a hole, insert the suggestion between the words around it."""
    at = suggestion.at or Span(finding.start, finding.end)
    start, end = min(finding.start, at.start), max(finding.end, at.end)
    token = text[start : at.start] + suggestion.text + text[at.end : end]
    return Cut(start, end, Reason(finding.code, REPAIR, suggestion=suggestion), token)


def _is_mark(finding: Finding) -> bool:
    return finding.kind is Kind.PLACEHOLDER and finding.severity is not Severity.NOTE


def _is_bare(text: str, span: tuple[int, int], cuts: Sequence[Cut]) -> bool:
    """True if the cuts left only headings of a span; cuts of chrome, masks and repairs alone do not count."""
    start, end = span
    inside = [cut for cut in cuts if cut.start < end and start < cut.end]
    if not any(cut.reason.action not in (CHROME, "mask", REPAIR) for cut in inside):
        return False
    clipped = [c._replace(start=max(c.start, start) - start, end=min(c.end, end) - start) for c in inside]
    rest = apply(text[start:end], clipped)
    return bool(rest.strip()) and visible_length(rest) < PASSAGE and not any(map(_is_prose, rest.splitlines()))


def _is_prose(line: str) -> bool:
    line = line.strip()
    return len(line) > HEADING or line.endswith(tuple(SENTENCE_ENDS))


def _gone(text: str, cuts: Sequence[Cut], choices: Choices) -> Reason | None:
    """Return why nothing of a document should stay once its cuts are made, or None."""
    rest = visible_length(apply(text, cuts))
    if cuts and (not rest or _is_bare(text, (0, len(text)), cuts)):
        return next((cut.reason for cut in cuts if not rest), Reason("", LEFTOVER))
    return Reason("", SHORT) if rest < choices.min_document else None
