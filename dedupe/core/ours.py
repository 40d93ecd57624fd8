"""Recognise the program's own output among texts: folders of `clean`, and reports for programs."""

from __future__ import annotations

from pathlib import Path

from dedupe.core import regex as re
from dedupe.core.atomic import is_result, is_unfinished
from dedupe.core.regular import open_regular

OURS = "written by dedupe"  # the label under which such files are counted, as others are by suffix
ANNOTATED = ".dedupe-annotated"  # marks a folder of `clean --annotate`
HEAD = 1 << 10  # bytes within which a report for programs, or a page, is recognisable
BEGINNINGS = (
    "code,name,kind,severity,path,record,line,column,end_line,end_column,text,slot,message,fingerprint,",
    "code,name,severity,count\n",
    "### dedupe: ",
    '[\n  {"type": "issue", "engine_name": "dedupe", ',
    '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="dedupe" ',
    '{"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [{\n'
    ' "tool": {"driver": {"name": "dedupe", ',
)
# Our JSON, even if another program has reformatted it.
JSON_RE = re.compile(r'\s*\{\s*(?:"type":\s*"summary",\s*)?"version":\s*1,\s*"tool":\s*\{\s*"name":\s*"dedupe",')
PAGE_RE = re.compile(r'<!DOCTYPE html>\n.*<meta name="generator" content="dedupe ', re.DOTALL)


def begins_report(text: str) -> bool:
    """True if a text begins like a report for programs, or like a page."""
    return text.startswith(BEGINNINGS) or any(form.match(text) for form in (JSON_RE, PAGE_RE))


def is_output(folder: Path) -> bool:
    """True if a folder is the output of a clean, an annotated corpus, or what a killed run left of one."""
    try:
        return is_result(folder) or (folder / ANNOTATED).is_file() or is_unfinished(folder)
    except OSError:
        return False


def is_reported(file: str) -> bool:
    """True if a file begins like one of our reports."""
    try:
        with open_regular(file) as opened:
            return begins_report(opened.read(HEAD).decode("utf-8-sig", "replace"))
    except OSError:
        return False
