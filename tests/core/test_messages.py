"""Messages are there in Chinese, whoever made them, and reports for programs are the same in every language."""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Iterator
from contextvars import copy_context
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from click.testing import CliRunner, Result
from rich.cells import cell_len

from dedupe.cli.main import cli
from dedupe.core.errors import ConfigError, CorpusError
from dedupe.core.messages import (
    CHINESE,
    DOMAIN,
    ENGLISH,
    FIELD_RE,
    Catalogue,
    Language,
    parts,
    say,
    speak,
    tell,
    wanted,
    whole,
)
from tests.messages import MO, calls, catalogue, compiled, finished, rule_messages, texts, untold

ROOT = Path(__file__).resolve().parents[2]
HAN_RE = re.compile("[\u4e00-\u9fff]")
RULE = """[[rule]]
code = "MY101"
name = "stamp"
kind = "boilerplate"
pattern = '^内部资料,注意保存$'
message = "the library's stamp"
hits = ["«内部资料，注意保存»"]
misses = ["这批内部资料，注意保存期限。"]
"""


def entries() -> Iterator[Message]:
    return (entry for entry in catalogue() if entry.id)


def run(*args: str, **environ: str) -> Result:
    return CliRunner(env={"LANGUAGE": "", "LC_ALL": "", **environ}).invoke(cli, args)


def chinese() -> Language:
    with MO.open("rb") as file:
        read = Catalogue(file)
    return Language(CHINESE, read.messages)


def test_every_message_is_in_the_catalogue() -> None:
    assert untold() == [], "`python -m tests.messages` prints these: add them to dedupe.po, and compile it"


def test_every_rule_says_what_it_finds_in_both_languages() -> None:
    told = {entry.id: str(entry.string) for entry in entries()}
    assert [message for message in rule_messages() if not HAN_RE.search(told.get(message, ""))] == []


def test_every_entry_is_translated_with_the_fields_of_its_message() -> None:
    assert [entry.id for entry in entries() if not entry.string or entry.fuzzy] == []
    fields = ((set(FIELD_RE.findall(text)) for text in (entry.id, entry.string)) for entry in entries())
    assert [pair for ours, theirs in fields if (pair := ours ^ theirs)] == []


def test_compiled_catalogue_is_that_of_the_source() -> None:
    assert Catalogue(BytesIO(compiled())).messages == dict(chinese().messages), "`python -m tests.messages --compile`"


def test_catalogue_is_in_the_package() -> None:
    assert MO.name == f"{DOMAIN}.mo"
    assert "locale/*/LC_MESSAGES/*.mo" in (ROOT / "setup.cfg").read_text("utf-8")


COPY = "{UNIT} ({LINES}): edited copy of {place}, {MEASURED}"
OLD = "{UNIT} ({LINES}): edited copy of old {place}, {MEASURED}"
ABOUT = "jaccard about {about} ({low}–{high}), estimated without the old text"
KEPT = "kept {share} % of characters ({rest} of {size}) and {after} of {DOCUMENTS} ({number} cut)"


@pytest.mark.parametrize(
    ("message", "english", "told"),
    [
        ("stands for a year within a date", "stands for a year within a date", "日期中的年份没有填"),
        (say("{number} findings", "12"), "12 findings", "12 处问题"),
        (
            say(COPY, say("essay {number}", 2), say("lines {numbers}", "15–24"), "a.txt:18", "jaccard 0.77"),
            "essay 2 (lines 15–24): edited copy of a.txt:18, jaccard 0.77",
            "第 2 篇（第 15–24 行）：a.txt:18 的改写副本，jaccard 0.77",
        ),
        (
            say(OLD, "passage", say("line {number}", 3), "a.txt", say(ABOUT, 0.5, 0.4, 0.6)),
            "passage (line 3): edited copy of old a.txt, jaccard about 0.5 (0.4–0.6), estimated without the old text",
            "片段（第 3 行）：旧文档 a.txt 的改写副本，jaccard 约 0.5（0.4–0.6），没有旧文本，系估计",
        ),
        (
            str(ConfigError("{place}: {REASON}", "a.toml:3", ConfigError("{name} is {value}: give a number", "x", 5))),
            "a.toml:3: x is 5: give a number",
            "a.toml:3: x 是 5：应为数字",
        ),
        (
            str(CorpusError("a.txt", "has no record {record}: there are {named}", "'b'", "c, d")),
            "a.txt: has no record 'b': there are c, d",
            "a.txt: 没有记录 'b'：有 c, d",
        ),
        (
            say(KEPT, "66.8", 20, 30, 2, say("{number} documents", 3), 1),
            "kept 66.8 % of characters (20 of 30) and 2 of 3 documents (1 cut)",
            "保留 66.8 % 的字符（20 / 30），3 篇文档中的 2 篇（1 篇有删减）",
        ),
        (say("nobody says this of {name}", "x"), "nobody says this of x", "nobody says this of x"),
        ("12 findings", "12 findings", "12 findings"),
        ("", "", ""),
    ],
)
def test_messages_are_told_by_their_template(message: str, english: str, told: str) -> None:
    assert message == english
    assert tell(message) == english
    assert run_in_chinese(message) == told
    assert run_in_chinese(whole(json.loads(json.dumps(parts(message))))) == told, "and after it was kept"
    assert run_in_chinese(pickle.loads(pickle.dumps(message))) == told, "and in another process"


def run_in_chinese(message: str) -> str:
    context = copy_context()
    context.run(speak, CHINESE)
    return context.run(tell, message)


@pytest.mark.parametrize("name", ["{0}", "{number}", "{NAME}", "line 3", "\\1", "a: b is c"])
def test_names_that_look_like_messages_are_names(name: str) -> None:
    message = say("{name} is {value}: give a {FORM}", name, name, name)
    assert message == f"{name} is {name}: give a {name}"
    assert run_in_chinese(message) == f"{name} 是 {name}：应为{name}"


def test_each_message_has_as_many_values_as_fields() -> None:
    with pytest.raises(ValueError, match="other"):
        say("{one} and {other}", 1)
    with pytest.raises(ValueError, match="one"):
        say("{one}", 1, 2)
    wrong = [
        ast.unparse(node)
        for name, node in calls()
        if name in ("say", "tell") and node.args[1:] and not any(isinstance(one, ast.Starred) for one in node.args)
        for template in texts(node.args[:1])
        if len(set(FIELD_RE.findall(template))) != len(node.args) - 1
    ]
    assert wrong == []


def test_messages_are_templates_where_they_are_made() -> None:
    assert list(finished()) == [], "raise or tell a template and its values: English with names in it has no Chinese"


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "zh_CN.GB18030"}, CHINESE),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_US.UTF-8"}, CHINESE),
        ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, ENGLISH),
        ({"LANGUAGE": "zh_CN:en", "LC_ALL": "en_US.UTF-8"}, CHINESE),
        ({"LANGUAGE": "de:en:zh_CN"}, ENGLISH),
        ({"LANG": "zh_TW.UTF-8"}, ENGLISH),
        ({"LANG": "Chinese (Simplified)_China.936"}, CHINESE),
        ({"LANG": "de_DE@euro"}, ENGLISH),
    ],
)
def test_language_is_that_of_the_environment(environ: dict[str, str], language: str) -> None:
    assert wanted(environ) == language


def test_reports_for_people_are_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for form, words in {
        "rich": ("错误", "处问题", "汇总", "近似重复："),
        "text": ("数字没有填 [**]",),
        "markdown": ("| 代码 | 名称 | 级别 | 数量 |",),
        "github": ("网页在站内的路径",),
        "html": ('lang="zh-Hans"', "清除筛选", "与保留的副本并排"),
        "csv": ("网站注明的来源",),
    }.items():
        shown = run("check", "samples", "--format", form, "--no-config", LANG="zh_CN.UTF-8")
        assert [word for word in words if word not in shown.stdout] == []
        assert "PH103" in shown.stdout


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif"])
def test_reports_for_programs_are_the_same_in_every_language(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    args = ("check", "samples", "--format", form, "--no-config")
    ours, theirs = (run(*args, LANG=name).stdout for name in ("C", "zh_CN.UTF-8"))
    assert re.sub(r'"seconds": [0-9.]+', "", ours) == re.sub(r'"seconds": [0-9.]+', "", theirs)


def test_baselines_are_the_same_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("共接诊xx人次。\n", "utf-8")
    files = [tmp_path / name for name in ("c.json", "zh.json")]
    for file, language in zip(files, ("C", "zh_CN.UTF-8")):
        run("baseline", str(tmp_path), "-o", str(file), "--no-config", LANG=language)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_option_wins_over_file_and_file_over_environment(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("共接诊xx人次。\n", "utf-8")
    (tmp_path / "dedupe.toml").write_text('lang = "zh"\n', "utf-8")
    assert "数字没有填" in run("check", str(tmp_path), LANG="en_GB.UTF-8").output
    assert "stands for a figure" in run("check", str(tmp_path), "--lang", "en", LANG="zh_CN.UTF-8").output
    assert "数字没有填" in run("--lang", "zh", "check", str(tmp_path), "--no-config", LANG="C").output
    assert "数字没有填" in run("check", str(tmp_path), "--lang", "zh", "--no-config", LANG="C").output
    (tmp_path / "dedupe.toml").write_text('lang = "fr"\n', "utf-8")
    wrong = run("check", str(tmp_path), LANG="C")
    assert wrong.exit_code == 2
    assert "dedupe.toml:1: lang is 'fr': give one of auto, en, zh" in wrong.stderr


def test_language_ends_with_the_run(tmp_path: Path) -> None:
    assert "用法" in run("--help", LANG="zh_CN.UTF-8").output
    assert "Usage:" in run("--help", LANG="C").output


@pytest.mark.parametrize(
    "args",
    [(), ("check",), ("baseline",), ("calibrate",), ("clean",), ("compare",), ("restore",), ("rules",), ("config",)],
)
def test_help_is_in_chinese_and_fits_the_terminal(args: tuple[str, ...]) -> None:
    shown = run(*args, "--help", LANG="zh_CN.UTF-8").output
    assert "选项：" in shown
    assert "显示本帮助" in shown
    assert [line for line in shown.splitlines() if cell_len(line) > 80] == []
    words = re.sub(r"[A-Z]{2,}\S*|`[^`]*`", "", shown)
    assert [line for line in words.splitlines() if re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", line)] == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("chek",), "没有命令 'chek'"),
        (("check", "--foo"), "没有选项 '--foo'"),
        (("check", "--threshold", "x"), "'--threshold' 的值无效：'x' 不是有效的数字"),
        (("check", "--format", "xml"), "'--format' 的值无效：'xml' 不在可选值"),
        (("clean",), "缺少参数 'PATHS...'"),
        (("rules", "ZZ"), "没有以 'ZZ' 开头的代码，也没有叫这个名字的规则：运行 `dedupe rules` 查看全部"),
        (("check", "--no-config", "--threshold", "5"), "错误：threshold 是 5：应大于 0 且不超过 1"),
        (("check", "--no-config", "no-such.txt"), "错误：no-such.txt: 没有这个文件或文件夹"),
    ],
)
def test_errors_are_in_chinese(args: tuple[str, ...], said: str) -> None:
    shown = run(*args, LANG="zh_CN.UTF-8")
    assert shown.exit_code == 2
    assert said in shown.stderr


def test_rule_of_a_user_can_have_a_message_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("内部资料，注意保存\n关于修缮水塔的报告\n", "utf-8")
    file = tmp_path / "dedupe.toml"
    file.write_text(f'{RULE}message-zh = "图书馆的印章"\n', "utf-8")
    assert "图书馆的印章" in run("check", str(tmp_path), LANG="zh_CN.UTF-8").output
    assert "图书馆的印章" in run("rules", "MY", "--config", str(file), "--lang", "zh").output
    report = json.loads(run("check", str(tmp_path), "--format", "json", LANG="zh_CN.UTF-8").stdout)
    assert "图书馆的印章" not in json.dumps(report, ensure_ascii=False)
    file.write_text(f"{RULE}message-zh = 3\n", "utf-8")
    assert "message-zh is 3: give a string" in run("check", str(tmp_path), LANG="C").stderr


def test_a_mistake_in_a_file_is_told_behind_its_place() -> None:
    told, place = chinese().tell, "{place}: {REASON}"
    unknown = say("unknown key {key}: there are {valid}", "'x'", "a, b")
    assert told(say(place, "a.toml:2", unknown)) == "a.toml:2: 没有键 'x'：可用的有 a, b"
    threshold = say("threshold is {value}: give a number above 0 and up to 1", 4.0)
    assert told(say(place, "a.toml:1", threshold)).startswith("a.toml:1: threshold 是 4.0：")
    assert "give" not in told(say(place, "a.toml:1", threshold))
