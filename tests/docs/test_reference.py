"""The reference is made from the code: nothing is left out, in either language, and the pictures are of today."""

from __future__ import annotations

import re
from pathlib import Path

import dedupe
from dedupe.config.keys import KEYS, OPTION_KEYS
from dedupe.report.rules import rows
from tests.docs.test_pages import COMMANDS, options
from tools import pictures
from tools.reference import pages, write

PAGES = pages()


def test_every_rule_has_a_page_with_its_examples() -> None:
    for rule in rows():
        page = PAGES[f"reference/rules/{rule.code}.md"]
        assert rule.message.replace("|", "\\|") in page.replace("\\>", ">").replace("\\<", "<")
        assert page.count("\n```text\n") + page.count("\n````text\n") == len(rule.hits) + len(rule.misses)
        assert f"[{rule.code}]({rule.code}.md)" in PAGES["reference/rules/index.md"]


def test_every_command_has_a_page_with_its_options() -> None:
    for name, command in COMMANDS.items():
        page = PAGES[f"reference/commands/{name.replace(' ', '-')}.md"]
        assert options(command) - set(re.findall(r"(?<![\w-])--?[a-z0][a-z-]*", page)) == set()


def test_every_setting_and_every_public_name_is_there() -> None:
    for key in (*KEYS, *OPTION_KEYS):
        assert f"| `{key}` |" in PAGES["reference/settings.md"]
    for name in dedupe.__all__:
        assert name.startswith("_") or f"::: dedupe.{name}\n" in PAGES["reference/api.md"]


def test_chinese_pages_speak_chinese() -> None:
    english = {name for name in PAGES if not name.endswith(".zh.md")}
    assert {name.replace(".zh.md", ".md") for name in PAGES} == english
    for name in english - {"reference/api.md"}:
        assert re.search("[一-鿿]", PAGES[name.replace(".md", ".zh.md")])
    assert "日期中的年份没有填" in PAGES["reference/rules/PH101.zh.md"]
    assert "日期中的年份没有填" not in PAGES["reference/rules/PH101.md"]


def test_pages_of_what_is_gone_are_deleted(tmp_path: Path) -> None:
    gone = tmp_path / "reference" / "rules" / "XX999.md"
    gone.parent.mkdir(parents=True)
    gone.write_text("# XX999\n")
    write(tmp_path)
    assert not gone.exists()
    assert (tmp_path / "reference" / "rules" / "PH101.zh.md").read_text("utf-8") == PAGES["reference/rules/PH101.zh.md"]


def test_the_picture_of_the_terminal_is_of_today() -> None:
    for language, ending in (("en", ""), ("zh", ".zh")):
        kept = (pictures.DOCS / f"terminal{ending}.svg").read_text("utf-8")
        assert pictures.terminal(language) == kept, "python -m tools.pictures"
    assert "url(" not in kept.replace("url(#", "")
