"""The pages of the reference, made from the code: commands, settings, rules, the JSON report, names for Python.

`mkdocs build` calls this first (`hooks` in mkdocs.yml) and finds the pages in `docs/reference/`, which git ignores.

python tools/reference.py        writes them without building the site
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextvars import copy_context
from html import escape
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

import dedupe
from dedupe.cleaning.options import KEYS as CLEAN_KEYS
from dedupe.cleaning.options import Choices
from dedupe.cli.localised import told
from dedupe.cli.main import cli
from dedupe.config.keys import CLEAN, KEYS, OPTION_KEYS
from dedupe.config.settings import Settings
from dedupe.core.messages import speak, tell
from dedupe.core.model import Kind
from dedupe.report.rules import rows
from dedupe.rules.rule import Rule

DOCS = Path(__file__).resolve().parent.parent / "docs"
FENCED_RE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
# Between these a line end is no space.
JOINED_RE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef」”’—…])\n(?=[\u3001-\u9fff\uff00-\uffef「“‘—…])")
OUTSIDE_RE = re.compile(r"(\]\()\.\./((?!\.\.)[^)]*\))")

# What the pages say around what the code says. English is the key.
CHINESE = {
    "All commands": "全部命令",
    "Command": "命令",
    "What it does": "作用",
    "Option": "选项",
    "Meaning": "含义",
    "Settings": "设置",
    "Keys of `dedupe.toml`, and of the table `[tool.dedupe]` in `pyproject.toml`. How they work together is in "
    "[Configure a check](../configuration.md).": "`dedupe.toml` 以及 `pyproject.toml` 中 `[tool.dedupe]` 表的键。"
    "怎样配合使用见[配置](../configuration.md)。",
    "Key": "键",
    "Value": "值",
    "Default": "默认",
    "The table `[clean]`": "`[clean]` 表",
    "Rules": "规则",
    "Every code, with a page of examples each. `dedupe rules CODE` shows the same on a terminal.": "全部代码，每个"
    "一页，附例子。`dedupe rules CODE` 在终端里显示同样的内容。",
    "Code": "代码",
    "Name": "名称",
    "Severity": "级别",
    "Finds": "会报告",
    "Leaves alone": "不会报告",
    "What it finds stands in «».": "报告的文字在 «» 之内。",
    "Slot": "槽位",
    "This is found by comparing documents; [How it works](../../how-it-works.md) says how.": "这一类靠文档之间的比较"
    "发现，见[工作原理](../../how-it-works.md)。",
    "Let it pass": "放行",
    "Leave the code out with `--ignore {code}`, or let single findings pass with an "
    "[`[[allow]]`](../../own-rules.md#let-single-findings-pass).": "用 `--ignore {code}` 不报告这个代码；只想放行个别"
    "问题，用 [`[[allow]]`](../../own-rules.md#let-single-findings-pass)。",
    "placeholder": "占位符",
    "boilerplate": "样板内容",
    "duplicate": "近似重复",
    "The JSON report": "JSON 报告",
    "This is what `--format json` prints, and `--format jsonl` line by line. The schema is a file: "
    "[report.schema.json](../report.schema.json).": "`--format json` 输出的内容（`--format jsonl` 则逐行输出）。"
    "模式文件：[report.schema.json](../report.schema.json)。字段说明为英文。",
    "Field": "字段",
    "Type": "类型",
    "always there": "必有",
    "The Python API": "Python 接口",
    "Everything that `from dedupe import …` gives. [Use it from Python](../python.md) shows it at work.": "`from "
    "dedupe import …` 可以导入的一切。用法见[在 Python 中使用](../python.md)。以下说明取自代码，为英文。",
    "On Spark": "Spark",
}


def pages() -> dict[str, str]:
    """All pages by their paths below `docs/`."""
    found: dict[str, str] = {}
    for language, ending in (("en", ".md"), ("zh", ".zh.md")):
        found |= {f"reference/{name}{ending}": text for name, text in copy_context().run(_pages, language).items()}
    return found


def _pages(language: str) -> dict[str, str]:
    speak(language)
    said = (lambda text: text) if language == "en" else (lambda text: CHINESE[text])
    commands = dict(_commands(cli, ""))
    found = {"commands/index": _command_index(commands, said)}
    found |= {f"commands/{name.replace(' ', '-')}": _command(name, command, said) for name, command in commands.items()}
    found["settings"] = _settings(commands, said)
    found["rules/index"] = _rule_index(said)
    found |= {f"rules/{rule.code}": _rule(rule, said) for rule in rows()}
    found["schema"] = _schema(said)
    found["api"] = _api(said)
    return found


def _commands(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def _help(command: click.Command) -> list[str]:
    """The paragraphs of a command's help, in the language of the run."""
    return [" ".join(part.split()) if part.isascii() else part for part in told(_plain(command)).split("\n\n")]


def _plain(command: click.Command) -> str:
    return cleandoc(command.help or "").replace("\b\n", "")


def _command_index(commands: dict[str, click.Command], said: Any) -> str:
    lines = [
        f"| [`dedupe {name}`]({name.replace(' ', '-')}.md) | {_cell(_help(c)[0])} |" for name, c in commands.items()
    ]
    return _table(said("All commands"), (said("Command"), said("What it does")), lines)


def _command(name: str, command: click.Command, said: Any) -> str:
    context = click.Context(command, info_name=f"dedupe {name}", **command.context_settings)
    usage = " ".join([f"dedupe {name}", *command.collect_usage_pieces(context)])
    options = [option.get_help_record(context) for option in command.get_params(context)]
    lines = [f"| {_code(names)} | {_cell(told(text))} |" for names, text in filter(None, options) if text]
    text = "\n\n".join(map(_prose, _help(command)))
    return _table(f"dedupe {name}", (said("Option"), said("Meaning")), lines, f"```text\n{usage}\n```\n\n{text}")


def _settings(commands: dict[str, click.Command], said: Any) -> str:
    options = {
        option.opts[-1].lstrip("-"): option
        for command in reversed(list(commands.values()))
        for option in command.params
        if isinstance(option, click.Option)
    }
    head = (said("Key"), said("Value"), said("Default"), said("Meaning"))
    note = (
        "Keys of `dedupe.toml`, and of the table `[tool.dedupe]` in `pyproject.toml`. How they work together is in "
        "[Configure a check](../configuration.md)."
    )

    def lines(keys: dict[str, str], defaults: object) -> list[str]:
        return [
            f"| `{key}` | {form} | {_default(key, defaults)} | {_cell(told(options[key].help or ''))} |"
            for key, form in keys.items()
        ]

    return (
        _table(said("Settings"), head, lines({**KEYS, **OPTION_KEYS}, Settings()), said(note))
        + f"\n## {said('The table `[clean]`')} {{ #{CLEAN} }}\n\n"
        + _rows(head, lines(CLEAN_KEYS, Choices()))
    )


def _default(key: str, defaults: object) -> str:
    value = getattr(defaults, key.replace("-", "_"), None)
    if value in (None, (), ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{json.dumps(value)}`"


def _rule_index(said: Any) -> str:
    note = "Every code, with a page of examples each. `dedupe rules CODE` shows the same on a terminal."
    text = f"# {said('Rules')}\n\n{said(note)}\n"
    head = (said("Code"), said("Name"), said("Severity"), said("Meaning"))
    for kind in (Kind.PLACEHOLDER, Kind.BOILERPLATE, Kind.DUPLICATE):
        lines = [
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {tell(rule.severity.value)} "
            f"| {_cell(tell(rule.message))} |"
            for rule in rows()
            if rule.kind is kind
        ]
        text += f"\n## {said(kind.value).capitalize()} {{ #{kind.value} }}\n\n{_rows(head, lines)}"
    return text


def _rule(rule: Rule, said: Any) -> str:
    """A rule as a page: what it says, and its examples, which tests hold it to."""
    facts = f"`{rule.name}` · {said(rule.kind.value)} · {tell(rule.severity.value)}"
    parts = [f"# {rule.code}", f"**{_prose(tell(rule.message))}**", facts]
    parts += [f"{said('Slot')}: `{rule.slot}`"] if rule.slot else []
    if rule.hits:
        parts += [f"## {said('Finds')}", said("What it finds stands in «»."), *map(_example, rule.hits)]
    else:
        parts.append(said("This is found by comparing documents; [How it works](../../how-it-works.md) says how."))
    if rule.misses:
        parts += [f"## {said('Leaves alone')}", *map(_example, rule.misses)]
    way = (
        "Leave the code out with `--ignore {code}`, or let single findings pass with an "
        "[`[[allow]]`](../../own-rules.md#let-single-findings-pass)."
    )
    parts += [f"## {said('Let it pass')}", said(way).format(code=rule.code)]
    return "\n\n".join(parts) + "\n"


def _example(text: str) -> str:
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = "".join(char if char in "\n\t" or ord(char) >= 32 else chr(0x2400 + ord(char)) for char in text)
    return f"{fence}text\n{shown}\n{fence}"


def _schema(said: Any) -> str:
    schema = json.loads((DOCS / "report.schema.json").read_text("utf-8"))
    note = (
        "This is what `--format json` prints, and `--format jsonl` line by line. The schema is a file: "
        "[report.schema.json](../report.schema.json)."
    )
    text = f"# {said('The JSON report')}\n\n{said(note)}\n\n{_fields(schema, schema['$defs'], said)}"
    for name, part in schema["$defs"].items():
        if "properties" in part:
            text += f"\n## {name} {{ #{name} }}\n\n{_fields(part, schema['$defs'], said)}"
    return text


def _fields(part: dict[str, Any], parts: dict[str, Any], said: Any) -> str:
    always = f" ({said('always there')})"
    lines = [
        f"| `{name}`{always if name in part.get('required', ()) else ''} | {_type(field, parts)} "
        f"| {_cell(field['description'])} |"
        for name, field in part["properties"].items()
    ]
    return _rows((said("Field"), said("Type"), said("Meaning")), lines)


def _type(field: dict[str, Any], parts: dict[str, Any]) -> str:
    """The type of a field in words, with a link where it is an object of its own."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})" if "properties" in parts[name] else _type(parts[name], parts)
    if "items" in field:
        return f"array: {_type(field['items'], parts)}"
    if "enum" in field or "const" in field:
        return ", ".join(f"`{json.dumps(value)}`" for value in field.get("enum", [field.get("const")]))
    kind = field["type"]
    return kind if isinstance(kind, str) else " / ".join(kind)


def _api(said: Any) -> str:
    note = "Everything that `from dedupe import …` gives. [Use it from Python](../python.md) shows it at work."
    names = [name for name in dedupe.__all__ if not name.startswith("_")]
    names.sort(key=lambda name: name[0].isupper())
    modules = "".join(f"\n::: dedupe.{name}\n" for name in names)
    spark = "".join(f"\n::: dedupe.spark.{name}\n" for name in ("check", "clean"))
    return f"# {said('The Python API')}\n\n{said(note)}\n{modules}\n## {said('On Spark')} {{ #spark }}\n{spark}"


def _table(title: str, head: tuple[str, ...], lines: list[str], note: str = "") -> str:
    return f"# {title}\n\n{note + chr(10) * 2 if note else ''}{_rows(head, lines)}"


def _rows(head: tuple[str, ...], lines: list[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *lines]) + "\n"


def _cell(text: str) -> str:
    """Text in a cell of a table."""
    return _prose(" ".join(text.split()))


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>".replace("|", "&#124;")


def _prose(text: str) -> str:
    """Text that is no Markdown, but for its backticks."""
    return re.sub(r"(`[^`]*`)|([|<>*_\[\]])", lambda m: m[1].replace("|", "\\|") if m[1] else f"\\{m[2]}", text)


def write(folder: Path = DOCS) -> None:
    """Write the pages that are not there as they should be, and delete those of rules that are gone."""
    found = {folder / name: text for name, text in pages().items()}
    for old in set(folder.glob("reference/**/*.md")) - found.keys():
        old.unlink()
    for path, text in found.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def on_startup(**_: Any) -> None:
    """MkDocs: before it looks what pages there are."""
    write()


def on_page_markdown(markdown: str, config: Any, **_: Any) -> str:
    """MkDocs: links to files that are no pages lead to the repository, and Chinese lines are joined without a space."""
    parts = FENCED_RE.split(OUTSIDE_RE.sub(rf"\1{config.repo_url}/blob/main/\2", markdown))
    return "".join(part if part.startswith("```") else JOINED_RE.sub("", part) for part in parts)


if __name__ == "__main__":
    write()
