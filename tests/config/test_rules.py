"""Rules of a user's own, from the file to the report; and every way in which one cannot be used."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe import Document, Failure, Kind, RuleError, Settings, Severity
from dedupe.cli.main import cli
from dedupe.config import rules
from dedupe.config.file import read_file
from dedupe.config.rules import SlowRuleError
from dedupe.config.settings import make_settings
from dedupe.index.check import surveyed
from dedupe.pipeline.pipeline import check as run_check
from dedupe.report.rules import codes
from dedupe.rules.rule import Rule
from dedupe.rules.scan import scan

RULES = r"""
[[rule]]
code = "MY101"
name = "pending-figure"
kind = "placeholder"
slot = "number"
pattern = '(?:共计|合计)(?P<span>待核[实对]?)(?=[万亿]?元)'
message = "the figure was still to be checked"
hits = ["全年合计«待核»万元", "两项共计«待核实»元，三项合计«待核对»元。"]
misses = ["合计待核准的项目12个", "数字待核实"]

[[rule]]
code = "BP901"
name = "our-banner"
kind = "boilerplate"
severity = "error"
pattern = '^[ \t]*(?P<span>城南文档站\(每日更新\))'
message = "the banner of our own site"
hits = ["  «城南文档站（每日更新）»"]
misses = ["我在城南文档站（每日更新）上班"]
"""
PAGE = "城南文档站（每日更新）\n\n　　20__年修路两条，全年合计待核万元。\n"
ESSAY = "　　春天来了，我们在河边种下一排柳树，老人搬着板凳坐在树下聊天，孩子们给每一棵树写名牌，中午大家一起吃饺子。\n"


def folder(path: Path, config: str = RULES, page: str = PAGE) -> Path:
    (path / "dedupe.toml").write_text(config, encoding="utf-8")
    (path / "page.txt").write_text(page, encoding="utf-8")
    return path


def settings_of(path: Path, config: str = RULES, **flags: object) -> Settings:
    return make_settings(read_file(str(folder(path, config) / "dedupe.toml")), flags, codes())


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def found(*arguments: str | Path) -> list[tuple[str, int, int]]:
    report = json.loads(run("check", *arguments, "--format", "json").stdout)
    return [(row["code"], row["line"], row["column"]) for row in report["findings"]]


def a_rule(**fields: object) -> str:
    """One `[[rule]]` that works, with some of its fields changed; None takes a field away."""
    values: dict[str, object] = {
        "code": "MY101",
        "name": "told-off",
        "kind": "placeholder",
        "pattern": "待(?:核|补)",
        "message": "still to come",
        "hits": ["金额«待核»"],
        "misses": ["等待"],
        **fields,
    }
    # What JSON says of strings and lists TOML understands.
    rows = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items() if value is not None)
    return "\n# ours\n[[rule]]\n" + "".join(rows)


def test_rules_of_ones_own_are_found_with_the_others(tmp_path: Path) -> None:
    result = run("check", folder(tmp_path))
    assert result.exit_code == 1
    path = tmp_path / "page.txt"
    assert result.stdout.splitlines() == [
        f"{path}:1:1: BP901 the banner of our own site [城南文档站（每日更新）]",
        f"{path}:3:3: PH101 stands for a year within a date [20__]",
        f"{path}:3:17: MY101 the figure was still to be checked [待核]",
        f"{path}:3:19: PH122 lacks a figure that is due here [万元]",
    ]


def test_a_finding_has_the_fields_of_its_rule(tmp_path: Path) -> None:
    report = run_check([str(tmp_path / "page.txt")], settings_of(tmp_path, select=("MY",)))
    (finding,) = report.findings
    assert (finding.name, finding.kind, finding.severity, finding.slot, finding.text) == (
        "pending-figure",
        Kind.PLACEHOLDER,
        Severity.WARNING,
        "number",
        "待核",
    )


def test_codes_of_ones_own_are_selected_and_ignored_like_others(tmp_path: Path) -> None:
    folder(tmp_path)
    assert found(tmp_path, "--select", "MY") == [("MY101", 3, 17)]
    assert found(tmp_path, "--select", "my101,BP9") == [("BP901", 1, 1), ("MY101", 3, 17)]
    assert found(tmp_path, "--ignore", "MY,BP") == [("PH101", 3, 3), ("PH122", 3, 19)]
    assert found(tmp_path, "--no-config", "--ignore", "BP") == [("PH101", 3, 3), ("PH122", 3, 19)]
    assert "no code begins with 'MY'" in run("check", tmp_path, "--select", "MY", "--no-config").stderr


def test_a_selection_of_the_file_is_taken_at_its_word(tmp_path: Path) -> None:
    assert settings_of(tmp_path).select == ("PH", "BP", "ND", "MY")
    assert settings_of(tmp_path, 'select = ["BP"]\n' + RULES).select == ("BP",)
    assert found(folder(tmp_path, 'select = ["BP", "MY1"]\n' + RULES)) == [("BP901", 1, 1), ("MY101", 3, 17)]


def test_pyproject_can_hold_rules(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    text = RULES.replace("[[rule]]", "[[tool.dedupe.rule]]")
    (tmp_path / "pyproject.toml").write_text(f"[tool.dedupe]\nignore = ['PH']\n{text}", encoding="utf-8")
    assert found(tmp_path) == [("BP901", 1, 1), ("MY101", 3, 17)]


def test_dedupe_rules_lists_them_last_with_their_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder(tmp_path))
    assert [line.split()[:3] for line in run("rules").stdout.splitlines()[-2:]] == [
        ["MY101", "pending-figure", "warning"],
        ["BP901", "our-banner", "error"],
    ]
    assert "  finds   全年合计«待核»万元\n" in run("rules", "my1").stdout
    assert "MY101" not in run("rules", "--no-config").stdout


def test_worker_processes_have_them_too(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert pickle.loads(pickle.dumps(settings)) == settings
    for number in range(3):
        (tmp_path / f"long{number}.txt").write_text(PAGE + ESSAY * 4000 + str(number), encoding="utf-8")
    (alone, shared) = (found(tmp_path, "--select", "MY,BP9", "--jobs", jobs) for jobs in ("1", "2"))
    assert alone == shared
    assert len(alone) == 8


def test_of_findings_as_long_ones_own_rule_has_the_word() -> None:
    own = Rule("MY102", "n", Kind.PLACEHOLDER, Severity.NOTE, "m", (), (), find=rules.Search("MY102", "20__(?=年)"))
    theirs = Rule("PH101", "n", Kind.PLACEHOLDER, Severity.ERROR, "m", (), (), pattern="20__")
    assert [f.code for f in scan(Document("a", "20__年"), [own, theirs])] == ["MY102"]


def test_the_regex_package_is_for_those_who_have_rules(tmp_path: Path) -> None:
    code = (
        "import sys; from dedupe.cli.main import cli; cli(['check', '--select', 'PH,BP', '-q', *sys.argv[1:]], "
        "standalone_mode=False); sys.exit('regex' in sys.modules)"
    )
    folder(tmp_path)
    for option, loaded in (("--no-config", 0), ("--quiet", 1)):
        done = subprocess.run([sys.executable, "-c", code, tmp_path, option], capture_output=True, check=False)
        assert done.returncode == loaded, done.stderr


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"code": None}, "rule number 1: the field 'code' is missing"),
        ({"misses": None}, "rule MY101: the field 'misses' is missing"),
        ({"hits": []}, "rule MY101: hits is empty"),
        ({"message": ""}, "rule MY101: message is empty"),
        ({"hits": "金额«待核»"}, "rule MY101: hits is '金额«待核»': give a list of strings"),
        ({"code": 101}, "rule number 1: code is 101: give a string"),
        ({"code": "MINE-1"}, "rule MINE-1: a code is two to four capitals and three digits"),
        ({"code": "PH101"}, "rule PH101: this code is taken by a built-in rule"),
        ({"code": "BP901"}, "codes that begin with BP are for the kind boilerplate, and this is placeholder"),
        ({"code": "ND901"}, "codes that begin with ND are for the kind duplicate"),
        ({"kind": "duplicate"}, "kind is 'duplicate': give one of placeholder, boilerplate"),
        ({"severity": "fatal"}, "severity is 'fatal': give one of error, warning, note"),
        ({"slot": "years"}, "slot is 'years': give one of year, date"),
        ({"kind": "boilerplate", "slot": "year"}, "only a placeholder has a slot"),
        ({"message": "two\nlines"}, "message is 'two\\nlines': give one line without control characters"),
        ({"name": "\x1b[2J"}, "name is '\\x1b[2J': give one line"),
        ({"pattern": "待(核"}, "the pattern is wrong at character 4: missing )"),
        ({"pattern": "(" * 3000 + "a" + ")" * 3000}, "the pattern is nested too deep"),
        ({"hits": ["金额待核"]}, "hit 1 is '金额待核': put « before and » behind"),
        ({"hits": ["金额«待核»", "»金额«"]}, "hit 2 is '»金额«': put « before"),
        ({"hits": ["金额«待核"]}, "hit 1 is '金额«待核': put « before"),
        ({"hits": ["金额«»待核"]}, "hit 1 is '金额«»待核': put « before"),
        ({"hits": ["«金额待核»"]}, "hit 1 is '«金额待核»', but it finds '金额«待核»'"),
        ({"hits": ["«待核»，待补"]}, "hit 1 is '«待核»，待补', but it finds '«待核»，«待补»'"),
        ({"hits": ["«未填»"]}, "hit 1 is '«未填»', but it finds nothing"),
        ({"pattern": "，待核", "hits": ["«，待核»"]}, "(patterns see ASCII for full-width forms: write ','"),
        ({"pattern": "(?=待核)"}, "it finds nothing"),
        ({"misses": ["等待", "待补给船"]}, "miss 2 is to be left alone, but the pattern finds '«待补»给船'"),
        ({"misses": ["«等待»"]}, "miss 1 is '«等待»': leave « and » out"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_with_file_line_and_code(
    tmp_path: Path, fields: dict[str, object], message: str
) -> None:
    result = run("check", folder(tmp_path, a_rule(**fields)))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"error: {tmp_path / 'dedupe.toml'}:3: rule ")
    assert message in result.stderr


def test_an_unknown_key_of_a_rule_is_told_with_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r":11: rule MY101: unknown key 'sverity': did you mean 'severity'\?"):
        settings_of(tmp_path, a_rule(sverity="note"))


def test_a_code_used_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        settings_of(tmp_path, a_rule() + a_rule())
    path = tmp_path / "dedupe.toml"
    assert str(caught.value) == f"{path}:13: rule MY101: this code is taken by {path}:3: choose another"


@pytest.mark.parametrize(
    ("pattern", "hit"),
    [
        ("(a+)+b", "«aab»"),
        ("(?:x+x+)+y", "«xxy»"),
        (r"(?:\w+\s*)+网$", "«新华 网»"),
        ("(?:甲|乙|甲乙)*丙", "«甲乙丙»"),
    ],
)
def test_a_pattern_that_backtracks_catastrophically_is_refused(tmp_path: Path, pattern: str, hit: str) -> None:
    with pytest.raises(RuleError, match=r":3: rule MY101: the pattern backtracks catastrophically: over 0\.2 seconds"):
        settings_of(tmp_path, a_rule(pattern=pattern, hits=[hit]))


@pytest.mark.parametrize(
    ("pattern", "hit"),
    [
        (r"\d+元", "«12元»"),
        (".*通知.*", "«开会通知一»"),
        (r"\s*第\s*\d*\s*届", "«第 届»"),
        (r"(?i)编辑:\s*\S+", "«编辑：小王»"),
        (r"\p{Han}{2,30}元", "«人民币元»"),
        ("(?r)待核元", "«待核元»，«待核元»"),
    ],
)
def test_a_pattern_that_people_write_is_not(tmp_path: Path, pattern: str, hit: str) -> None:
    (rule,) = settings_of(tmp_path, a_rule(pattern=pattern, hits=[hit])).rules
    assert [f.code for f in scan(Document("a", hit), [rule])] == ["MY101"] * hit.count("«")


def test_a_document_on_which_a_rule_is_stopped_is_named_and_all_else_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Square time, which the check at loading lets pass; the bound is lowered instead of waiting for it.
    monkeypatch.setattr(rules, "DOCUMENT_SECONDS", 0.05)
    settings = settings_of(tmp_path, a_rule(pattern=r"\d+待核", hits=["«1待核»"]) + RULES.replace("MY101", "MY102"))
    (tmp_path / "bad.txt").write_text("1" * 30_000 + "\n" + PAGE, encoding="utf-8")
    record = {"id": "r7", "text": "2" * 30_000 + "\n待核"}
    (tmp_path / "bad.jsonl").write_text(json.dumps(record), encoding="utf-8")
    report = run_check([str(tmp_path)], settings)
    reason = str(SlowRuleError("MY101"))
    assert reason.startswith("rule MY101 took more than 0.05 seconds here, so it was stopped and left out")
    assert report.errors == (
        Failure(f"{tmp_path}/bad.jsonl#r7", reason),
        Failure(f"{tmp_path}/bad.txt", reason),
    )
    assert report.exit_code == 2
    assert [(Path(f.path).name, f.code) for f in report.findings if f.code in ("MY102", "PH101")] == [
        ("bad.txt", "PH101"),
        ("bad.txt", "MY102"),
        ("page.txt", "PH101"),
        ("page.txt", "MY102"),
    ]


def slow_corpus(path: Path) -> Path:
    """Many documents, on each of which the rule `SLOW` takes longer than a bound that was lowered for it."""
    path.mkdir()
    for number in range(40):
        (path / f"{number:02}.txt").write_text("1" * 30_000 + f"\n{PAGE}", encoding="utf-8")
    return path


SLOW = {"pattern": r"\d+待核", "hits": ["«1待核»"]}


def test_a_rule_that_is_stopped_again_and_again_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "DOCUMENT_SECONDS", 0.05)
    settings = settings_of(tmp_path, a_rule(**SLOW) + RULES.replace("MY101", "MY102"))
    pages = slow_corpus(tmp_path / "pages")
    for batch in (60_000, 10_000_000):  # many batches, of which two are begun when the first is done; and one
        monkeypatch.setattr("dedupe.pipeline.pipeline.BATCH", batch)
        report = run_check([str(pages)], settings)
        reason = str(SlowRuleError("MY101"))
        stopped = set(report.errors) - {rules.left_out("MY101")}
        assert len(report.errors) == len(stopped) + 1
        assert {failure.reason for failure in stopped} == {reason}
        assert rules.STOPPED <= len(stopped) <= rules.STOPPED + 2
        assert report.exit_code == 2
        assert report.summary.by_code["MY102"] == 40
        assert report.summary.by_code["BP901"] == 40
    assert "was stopped in 3 documents, so it was left out of all others" in rules.left_out("MY101").reason


def test_an_index_leaves_such_a_rule_out_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "DOCUMENT_SECONDS", 0.05)
    monkeypatch.setattr("dedupe.index.check.BATCH", 30_000)
    settings, pages = settings_of(tmp_path, a_rule(**SLOW), jobs=1), slow_corpus(tmp_path / "pages")
    found = [failure for part in surveyed([str(pages)], settings) for failure in part.failures]
    assert [failure.path for failure in found] == [*(f"{pages}/{number:02}.txt" for number in range(3)), "rule MY101"]


def test_rules_that_take_long_to_be_tried_together_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ALL_RULES_SECONDS", 0.0)
    with pytest.raises(RuleError, match=r":3: rule MY101: the rules before it took 0 seconds to be tried"):
        settings_of(tmp_path, a_rule())


def test_patterns_to_allow_that_take_long_on_all_findings_together_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedupe.pipeline.filter.SECONDS", 0.0)
    folder(tmp_path, '[[allow]]\npattern = "x"\nreason = "x"\n')
    done = run("check", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "dedupe.toml:1: allow: the patterns took more than 0 s on all findings" in done.stderr
