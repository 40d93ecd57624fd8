"""The command `review`: a person decides about findings, in a browser or on the terminal, and `clean` obeys."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dedupe.cli.cache import cache_of, cached
from dedupe.cli.compare import CONTEXT
from dedupe.cli.localised import Command
from dedupe.cli.options import (
    HELP,
    PATHS,
    SETTINGS,
    comparing,
    config_of,
    configurable,
    filled,
    finding,
    has_colour,
    settings_of,
    show_failures,
)
from dedupe.cli.showing import trial
from dedupe.core.messages import tell
from dedupe.report.output import write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import View, count, visible

if TYPE_CHECKING:
    from dedupe.cleaning.plan import Plan
    from dedupe.config.settings import Settings
    from dedupe.core.model import Finding, Progress, Report
    from dedupe.inputs.texts import Texts

# The id of a cluster and a member's place among those shown, or the fingerprint of another finding and LONE.
Key = tuple[str, int]
LONE = -1
Earlier = tuple[str, str]  # a verdict and its reason
UNDECIDED = ("none", "")
ANSWERS = {"": "none", "s": "stays", "i": "instead"}  # the decision of each key
OF_COPIES = ("c", "i")


@click.command(cls=Command, context_settings=HELP, short_help="Decide what stays: check and clean obey.")
@PATHS
@click.option("--text", is_flag=True, help="Ask on the terminal, and open no page.")
@click.option("--no-browser", is_flag=True, help="Only print the address of the page.")
@finding
@comparing
@cached
@configurable
@click.pass_context
def review(context: click.Context, /, paths: tuple[str, ...], text: bool, no_browser: bool, **options: Any) -> None:
    """Show what is found in PATHS, and take down what stays: in a page, or with --text here.  [default: .]

    PATHS may be one report of check --format json: then nothing is compared again. Each decision is an [[allow]] of
    the configuration file with its reason, so check and clean obey it. The page is served to this machine alone,
    until Ctrl-C.
    """
    from dedupe.config.decisions import without_decisions
    from dedupe.inputs.texts import Texts

    settings = settings_of(context, paths, options)
    options = filled(context, paths, options)
    paths = paths or (".",)
    if "-" in paths:
        raise click.UsageError("standard input has no name that its findings could be known by: name files and folders")
    # Earlier decisions are shown again, so that they can be changed.
    settings = replace(settings, allow=without_decisions(settings.allow))
    with progress_bar(False, "auto") as progress:
        report = _report(context, paths, settings, options, progress)
        paths = report.paths
        plan = trial(paths, report, report.settings, options, progress)
    desk = Desk(report, _file(paths, options), plan)
    if not desk.findings:
        write_out([tell("nothing to decide about") + "\n"])
    elif text:
        _ask(desk, Texts(paths, report.settings))
    else:
        _serve(desk, paths, not no_browser)
    show_failures(report.errors)
    context.exit(2 if report.errors else 0)


def _report(
    context: click.Context,
    paths: tuple[str, ...],
    settings: Settings,
    options: Mapping[str, Any],
    progress: Progress | None,
) -> Report:
    """Return what was found in some paths, or the content of the one path that is a report."""
    from dedupe.core.ours import is_reported

    if len(paths) == 1 and is_reported(paths[0]):
        from dedupe.comparison.whole_report import recall_report

        given = [name for name in SETTINGS if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
        return recall_report(paths[0], settings, given)
    from dedupe.pipeline.pipeline import check

    return check(paths, settings, progress, cache_of(paths, options))


def _file(paths: Sequence[str], options: Mapping[str, Any]) -> Path:
    """Return the configuration in force, or a new one where it will be found."""
    from dedupe.config.file import FILE

    if options["no_config"]:
        raise click.UsageError("decisions are kept in the configuration: leave --no-config out")
    found = config_of(paths, options["config"], False)
    if found:
        return Path(found.path)
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.realpath, paths)]
    here = os.getcwd()
    below = all(os.path.commonpath((folder, here)) == here for folder in folders)
    return Path(here if below else os.path.commonpath(folders)) / FILE


class Desk:
    """The findings of a report that a person can decide about, and the decisions.

    A copy that `clean` keeps anyway, as far as `plan` tells, is not among them.
    """

    def __init__(self, report: Report, file: Path, plan: Plan | None = None) -> None:
        from dedupe.core.model import Kind
        from dedupe.report.html import FINDINGS
        from dedupe.report.html.clusters import CLUSTERS, ordered

        self.report, self.file, self.plan = report, file, plan
        self.clusters = {cluster.id: cluster for cluster in report.clusters[:CLUSTERS]}
        told = {(f.cluster, f.path, f.record, f.start, f.end): f for f in report.findings if f.cluster in self.clusters}
        # Copies first, because they decide about most text.
        self.findings: dict[Key, Finding] = {}
        for cluster in self.clusters.values():
            for at, copy in enumerate(ordered(cluster)):
                region = copy.region
                found = told.get((cluster.id, region.path, region.record, region.start, region.end))
                if at and found and not (plan and plan.keeps(region)):
                    self.findings[cluster.id, at] = found
        lone = (one for one in islice(report.findings, FINDINGS) if one.kind is not Kind.DUPLICATE)
        self.findings |= {(one.fingerprint, LONE): one for one in lone}
        self._lock = threading.Lock()

    def verdicts(self) -> dict[Key, str]:
        """Return the verdicts that the configuration holds now."""
        return {key: verdict for key, (verdict, _) in self.decisions().items()}

    def decisions(self) -> dict[Key, Earlier]:
        """Return the same with the reasons."""
        from dedupe.config.decisions import decided
        from dedupe.config.file import read_file
        from dedupe.config.filters import load
        from dedupe.config.keys import ALLOW
        from dedupe.report.rules import codes

        if not self.file.exists():
            return {}
        file = read_file(str(self.file))
        rules = {rule.code: rule.name for rule in self.report.settings.rules}
        known = decided(load(file, {**codes(), **rules})) if ALLOW in file.table else {}
        return {key: known[one.fingerprint] for key, one in self.findings.items() if one.fingerprint in known}

    def state(self) -> dict[str, Any]:
        """Return the state for the page: what can be decided, and what is."""
        verdicts = {_name(key): verdict for key, verdict in self.verdicts().items()}
        return {"verdicts": verdicts, "open": list(map(_name, self.findings))}

    def decide(self, key: Key, verdict: str, reason: str) -> None:
        """Write one decision. Raises ValueError for an invalid one, and DedupeError if it cannot be written."""
        from dedupe.config.decisions import INSTEAD, NONE, STAYS, Decision, write

        if key not in self.findings or verdict not in ((STAYS, NONE) if key[1] == LONE else (STAYS, INSTEAD, NONE)):
            raise ValueError("no such member or decision")
        with self._lock:
            write(self.file, Decision(self.findings[key], verdict, reason))

    def answer(self, row: Any) -> dict[str, Any]:
        """Apply a decision from the page."""
        from dedupe.core.errors import DedupeError

        match row:
            case {"cluster": str(cluster), "member": int(at), "verdict": str(verdict), "reason": str(reason)}:
                key = cluster, at
            case {"finding": str(name), "verdict": str(verdict), "reason": str(reason)}:
                key = name, LONE
            case _:
                raise ValueError("no decision")
        try:
            self.decide(key, verdict, reason)
        except (DedupeError, OSError) as error:
            raise ValueError(tell(str(error))) from error
        return {"verdicts": self.state()["verdicts"]}


def _name(key: Key) -> str:
    """Return the page's name for the subject of a decision."""
    return key[0] if key[1] == LONE else f"{key[0]}-{key[1]}"


def _serve(desk: Desk, paths: Sequence[str], opens: bool) -> None:
    from dedupe.inputs.texts import Texts
    from dedupe.report import render
    from dedupe.report.served import Served

    texts = Texts(paths, desk.report.settings)
    page = render(desk.report, "html", View(texts=texts, plan=desk.plan, review=visible(str(desk.file))))
    with Served(page.encode("utf-8", "replace"), desk.state, desk.answer) as server:
        write_out([f"{server.address}#clusters\n"])
        click.echo(tell("decisions go to {file}; Ctrl-C ends", visible(str(desk.file))), err=True)
        if opens:
            import webbrowser

            webbrowser.open(f"{server.address}#clusters")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo(
                tell("{DECISIONS} in {file}", count(len(desk.verdicts()), "decision"), visible(str(desk.file))),
                err=True,
            )


def _ask(desk: Desk, texts: Texts) -> None:
    """Ask about each finding on the terminal: show its line, or the rows of its cluster, then ask for a decision."""
    view = View(width=get_terminal_size().columns, colour=has_colour("auto"), summary=False, plan=desk.plan)
    keys = list(desk.findings)
    numbers = _numbers(keys)
    undone: list[tuple[int, Earlier]] = []  # the finding of each decision, and the decision that it replaced
    at, shown = 0, ""
    _say(_keys(), view)
    while True:
        if at == len(keys):
            if _prompted(tell("That was the last: Enter ends, u undoes the last decision"), view).lower() != "u":
                break
            at = _undo(desk, keys, undone, len(keys) - 1)
        key = keys[at]
        if key[0] != shown:
            _show(desk, key, view)
            shown = key[0]
        answer = _answer(desk.findings[key], numbers[at], view)
        if answer == "q":
            break
        if answer == "u":
            _say([] if undone else [tell("nothing to undo")], view)
            at = _undo(desk, keys, undone, at)
        elif answer in ANSWERS and not (key[1] == LONE and answer in OF_COPIES):
            undone.append((at, _decide(desk, key, ANSWERS[answer], view)))
            at += 1
        else:
            _aside(desk, key, answer, texts, view)
    write_out([tell("{DECISIONS} in {file}", count(len(desk.verdicts()), "decision"), visible(str(desk.file))) + "\n"])


def _decide(desk: Desk, key: Key, verdict: str, view: View) -> Earlier:
    """Decide, and return the decision that this replaces."""
    earlier = desk.decisions().get(key, UNDECIDED)
    reason = _reason(desk.findings[key], verdict, earlier, view)
    if (verdict, reason) != earlier:
        desk.decide(key, verdict, reason)
    return earlier


def _aside(desk: Desk, key: Key, answer: str, texts: Texts, view: View) -> None:
    """Handle an answer that decides nothing: show a comparison, or how to continue."""
    if key[1] == LONE and answer in OF_COPIES:
        _say([tell("only for copies: s keeps this as it is, Enter leaves it to clean")], view)
    elif answer == "c":
        _compare(desk, key, texts, view)
    else:
        _say(_keys(), view)


def _numbers(keys: Sequence[Key]) -> list[str]:
    """Return the progress at each key: first in clusters, and then in other findings."""
    clusters = list(dict.fromkeys(cluster for cluster, at in keys if at != LONE))
    lone = [name for name, at in keys if at == LONE]
    of_clusters = [f"{clusters.index(name) + 1}/{len(clusters)}" for name, at in keys if at != LONE]
    return of_clusters + [f"{number:,}/{len(lone):,}" for number in range(1, len(lone) + 1)]


def _undo(desk: Desk, keys: Sequence[Key], undone: list[tuple[int, Earlier]], at: int) -> int:
    """Undo the last decision, and return the number of its finding; without one, the current number."""
    if not undone:
        return at
    at, (verdict, reason) = undone.pop()
    desk.decide(keys[at], verdict, reason)
    return at


def _keys() -> list[str]:
    return [
        tell("Enter  leave it to clean"),
        tell("s      let it stay"),
        tell("i      keep it instead of what it is a copy of"),
        tell("c      compare it with the first of its cluster, side by side"),
        tell("u      undo the last decision"),
        tell("q      end; what was decided stays"),
        tell("?      show these keys"),
        "",
    ]


def _say(lines: Sequence[str], view: View) -> None:
    from rich.text import Text

    from dedupe.report.draw import wrapped

    write_out(f"{piece.plain.rstrip()}\n" for line in lines for piece in wrapped(Text(line), 0, view))


def _show(desk: Desk, key: Key, view: View) -> None:
    """Show the rows of a cluster, or the line of another finding."""
    from dedupe.report import render

    if key[1] == LONE:
        one = replace(desk.report, findings=(desk.findings[key],), clusters=(), errors=())
    else:
        one = replace(desk.report, findings=(), clusters=(desk.clusters[key[0]],), errors=())
    write_out([render(one, "rich", view)])


def _prompted(said: str, view: View) -> str:
    """Ask a person and return the answer; the lines of the question break between words."""
    from rich.text import Text

    from dedupe.report.draw import wrapped

    lines = wrapped(Text(said), 0, replace(view, width=max(1, view.width - len(": x"))))
    text = "\n".join(line.plain.rstrip() for line in lines)
    return str(click.prompt(text, default="", show_default=False)).strip()


def _answer(one: Finding, number: str, view: View) -> str:
    place = visible(f"{one.path}{'#' + one.record if one.record else ''}:{one.line}")
    keys = "s, i, c, u, q" if one.cluster else "s, u, q"
    return _prompted(
        tell("[{which}] {place}: Enter leaves it to clean; {keys}, or ? for help", number, place, keys), view
    ).lower()


def _reason(finding: Finding, verdict: str, earlier: Earlier, view: View) -> str:
    """Return a person's reason; else that of an earlier decision of the same kind, or none."""
    from dedupe.config.decisions import NONE, said_of

    if verdict == NONE:
        return ""
    before = earlier[1] if earlier[0] == verdict else ""
    return (
        _prompted(tell("Why? Enter for “{reason}”", visible(before) or tell(said_of(finding, verdict))), view) or before
    )


def _compare(desk: Desk, key: Key, texts: Texts, view: View) -> None:
    """Show a copy and the representative of its cluster, as `dedupe compare` does."""
    from dedupe.comparison.compare import compare_cluster
    from dedupe.comparison.from_report import Recalled
    from dedupe.report.comparison import pieces
    from dedupe.report.html.clusters import ordered

    cluster, at = desk.clusters[key[0]], key[1]
    members = ordered(cluster)
    pair = replace(cluster, representative=0, members=(members[0], members[at]))
    documents = {
        (region.path, region.record): document
        for region in (member.region for member in pair.members)
        for document in texts.of(region.path, {region.record})
        if region.end <= len(document.text)
    }
    found = compare_cluster(Recalled(pair, documents, desk.report.settings, ()))
    # The heading of a cluster would count the members of this pair.
    write_out(pieces(replace(found, cluster=None) if found.pairs else found, "rich", view, CONTEXT))
