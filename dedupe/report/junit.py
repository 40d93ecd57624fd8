"""JUnit XML for the test reports of CI: a document is a suite, a finding a failed case, a note a skipped case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from dedupe.core.model import Failure, Finding, Report, Severity
from dedupe.report.paths import told
from dedupe.report.view import View, address, by_code, visible

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="dedupe"'


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield unusable inputs as errors, then the findings; with `view.statistics` only the number of each code.

    A report without findings has one case that passes, because some readers take an empty file for a broken one.
    """
    notes = 0 if view.statistics else sum(finding.severity is Severity.NOTE for finding in report.findings)
    failures = 0 if view.statistics else report.summary.findings - notes
    sizes = {"tests": failures + notes or 1, "failures": failures, "errors": len(report.errors), "skipped": notes}
    sizes["tests"] += len(report.errors)
    yield f"{HEAD}{_attributes(sizes)} time={quoteattr(f'{report.summary.seconds:.3f}')}>\n"
    yield from map(_error, report.errors)
    if view.statistics:
        yield "  <properties>\n"
        for first, number in by_code(report):
            yield f"    <property{_attributes({'name': f'{first.code} {first.name}', 'value': number})}/>\n"
        yield "  </properties>\n"
    elif report.summary.findings:
        for (path, record), group in groupby(report.findings, key=lambda f: (f.path, f.record)):
            yield from _suite(address(path, record), list(group))
    if view.statistics or not report.summary.findings:
        yield '  <testsuite name="dedupe" tests="1" failures="0">\n'
        yield '    <testcase name="check" classname="dedupe"/>\n  </testsuite>\n'
    yield "</testsuites>\n"


def _suite(name: str, findings: Sequence[Finding]) -> Iterator[str]:
    notes = sum(finding.severity is Severity.NOTE for finding in findings)
    sizes = {"name": name, "tests": len(findings), "failures": len(findings) - notes, "skipped": notes}
    yield f"  <testsuite{_attributes(sizes)}>\n"
    for finding in findings:
        case = {"name": f"{finding.code} {finding.name}", "classname": name, "line": finding.line}
        said = told(finding)
        yield f"    <testcase{_attributes(case)}>"
        if finding.severity is Severity.NOTE:
            yield f"<skipped{_attributes({'message': said})}/>"
        else:
            place = f"{name}:{finding.line}:{finding.column}: {finding.code} {said}"
            yield f"<failure{_attributes({'type': finding.severity.value, 'message': said})}>{_text(place)}</failure>"
        yield "</testcase>\n"
    yield "  </testsuite>\n"


def _error(failure: Failure) -> str:
    name = visible(failure.path)
    suite = _attributes({"name": name, "tests": 1, "errors": 1})
    case = _attributes({"name": "read", "classname": name})
    error = f"<error{_attributes({'message': failure.reason})}/>"
    return f"  <testsuite{suite}>\n    <testcase{case}>{error}</testcase>\n  </testsuite>\n"


def _attributes(values: Mapping[str, object]) -> str:
    return "".join(f" {key}={quoteattr(visible(str(value)))}" for key, value in values.items())


def _text(text: str) -> str:
    return escape(visible(text))
