"""What this program wrote, known again when it is met among texts: folders of `clean`, and reports for programs."""

from __future__ import annotations

from pathlib import Path

from dedupe.core import regex as re
from dedupe.core.atomic import is_result
from dedupe.core.regular import open_regular

OURS = "written by dedupe"  # what such files are counted by, as others are by the ends of their names
ANNOTATED = ".dedupe-annotated"  # stands in a folder of `clean --annotate`
HEAD = 1 << 10  # bytes within which a report for programs, or a page, tells what it is
BEGINNINGS = (
    "code,name,kind,severity,path,record,line,column,end_line,end_column,text,slot,message,fingerprint,",
    "code,name,severity,count\n",
    "### dedupe: ",
    '[\n  {"type": "issue", "engine_name": "dedupe", ',
    '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="dedupe" ',
    '{"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [{\n'
    ' "tool": {"driver": {"name": "dedupe", ',
)
# Of ours in JSON, also where another program has written it anew.
JSON_RE = re.compile(r'\s*\{\s*(?:"type":\s*"summary",\s*)?"version":\s*1,\s*"tool":\s*\{\s*"name":\s*"dedupe",')
PAGE_RE = re.compile(r'<!DOCTYPE html>\n.*<meta name="generator" content="dedupe ', re.DOTALL)


def begins_report(text: str) -> bool:
    """Whether a text begins as a report for programs does, or as a page."""
    return text.startswith(BEGINNINGS) or any(form.match(text) for form in (JSON_RE, PAGE_RE))


def is_output(folder: Path) -> bool:
    """Whether a folder is what a clean wrote, or an annotated corpus."""
    return is_result(folder) or (folder / ANNOTATED).is_file()


def is_reported(file: str) -> bool:
    """Whether a file begins as a report of ours."""
    try:
        with open_regular(file) as opened:
            return begins_report(opened.read(HEAD).decode("utf-8-sig", "replace"))
    except OSError:
        return False
