"""Decisions about copies: where they land, that clean obeys them, and that nobody else can make any."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect
from rich.cells import cell_len

from dedupe.cleaning.plan import Plan
from dedupe.cli.main import cli
from dedupe.cli.review import Desk
from dedupe.config.decisions import Decision, write
from dedupe.config.file import read_file
from dedupe.config.settings import Settings, make_settings
from dedupe.core.errors import ConfigError
from dedupe.core.model import Report
from dedupe.inputs.texts import Texts
from dedupe.pipeline.pipeline import check
from dedupe.report import render
from dedupe.report.rules import codes
from dedupe.report.served import LONGEST, Served
from dedupe.report.view import View
from tests.browser import find_chromium, started
from tests.corpora import essay

CHROMIUM = find_chromium()
TOML = "dedupe.toml"
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three texts that are copies, and two records that have one title."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "pages"
    folder.mkdir()
    base = essay(1)
    for name, text in {"a.txt": base, "b [1].txt": base.replace("认真", "", 2), "c.txt": base}.items():
        (folder / name).write_text(text, "utf-8")
    rows = [{"id": name, "text": f"工作总结\n{essay(2)}"} for name in ("x", "y", "z")]
    (folder / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def desk_of(pages: Path) -> Desk:
    return Desk(check([pages.name], Settings()), pages.parent / TOML)


def key_of(desk: Desk, name: str) -> tuple[str, int]:
    """The copy of this file, or record."""
    return next(key for key, one in desk.findings.items() if name in (Path(one.path).name, one.record))


def cleaned(pages: Path) -> tuple[list[str], list[str]]:
    """The files, and the records, that a clean keeps."""
    done = CliRunner().invoke(cli, ["clean", pages.name, "-o", "out"])
    assert done.exit_code == 0, done.output
    out = pages.parent / "out"
    records = [json.loads(line)["id"] for line in (out / "r.jsonl").read_text("utf-8").splitlines()]
    return sorted(path.name for path in out.glob("*.txt")), records


def test_clean_obeys_what_was_decided(pages: Path) -> None:
    assert cleaned(pages) == (["a.txt"], ["x"])
    (pages.parent / "out").rename(pages.parent / "before")
    desk = desk_of(pages)
    desk.decide(key_of(desk, "b [1].txt"), "stays", "another  matter")
    desk.decide(key_of(desk, "c.txt"), "instead", "")
    desk.decide(key_of(desk, "y"), "stays", "")
    assert cleaned(pages) == (["b [1].txt", "c.txt"], ["x", "y"])
    allows = make_settings(read_file(TOML), {}, codes()).allow
    assert [allow.reason.partition(" [")[0] for allow in allows] == [
        "reviewed: another matter",
        "reviewed: kept in place of what it is a copy of",
        "reviewed: a text of its own",
    ]
    assert [(allow.record, allow.instead) for allow in allows] == [("", False), ("", True), ("y", False)]
    left = check([pages.name], make_settings(read_file(TOML), {}, codes()))
    assert {finding.record for finding in left.findings} == {"z"}
    assert left.summary.allowed == 3


def test_what_is_kept_instead_represents_the_others(pages: Path) -> None:
    desk = desk_of(pages)
    desk.decide(key_of(desk, "c.txt"), "instead", "")
    clusters = check([pages.name], make_settings(read_file(TOML), {}, codes())).clusters
    kept = {Path(one.members[one.representative].region.path).name for one in clusters}
    assert kept == {"c.txt", "r.jsonl"}


def test_a_decision_is_taken_back_and_the_rest_of_the_file_stays(pages: Path) -> None:
    mine = '# ours\nthreshold = 0.3\n\n[[allow]]\ncodes = ["PH103"]\nreason = "a form [0123456789abcdef]"\n'
    (pages.parent / TOML).write_text(mine, "utf-8")
    desk = desk_of(pages)
    key = key_of(desk, "c.txt")
    for verdict in ("stays", "instead", "stays"):
        desk.decide(key, verdict, 'say "no" \\ \x07\n[[rule]]')
        assert desk.verdicts() == {key: verdict}
    assert (pages.parent / TOML).read_text("utf-8").count("[[allow]]") == 2
    desk.decide(key, "none", "")
    assert (pages.parent / TOML).read_text("utf-8") == mine


def test_a_project_file_gets_tables_of_ours(pages: Path) -> None:
    file = pages.parent / "pyproject.toml"
    file.write_text("[tool.dedupe]\nthreshold = 0.3\n\n[tool.other]\nx = 1\n", "utf-8")
    desk = Desk(check([pages.name], Settings()), file)
    desk.decide(key_of(desk, "c.txt"), "stays", "")
    assert len(make_settings(read_file(str(file)), {}, codes()).allow) == 1
    assert cleaned(pages)[0] == ["a.txt", "c.txt"]


def test_a_file_elsewhere_cannot_be_named_by_the_configuration(pages: Path, tmp_path: Path) -> None:
    desk = desk_of(pages)
    (tmp_path / "other").mkdir()
    with pytest.raises(ConfigError, match="does not stand below"):
        write(tmp_path / "other" / TOML, Decision(desk.findings[key_of(desk, "c.txt")], "stays"))


def test_on_a_terminal_each_copy_is_asked_about(pages: Path) -> None:
    done = CliRunner().invoke(cli, ["review", pages.name, "--text", "--no-cache"], input="s\n\n\ni\n\nq\n")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("★") >= 2
    assert "2 decisions in " in done.stdout
    assert (pages.parent / TOML).read_text("utf-8").count("[[allow]]") == 2
    again = CliRunner().invoke(cli, ["review", pages.name, "--text", "--no-cache"], input="\n\n\n\n\n")
    assert "0 decisions in " in again.stdout, "what was decided is asked again"


def test_on_a_terminal_a_decision_is_looked_at_given_a_reason_and_undone(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (pages / "r.jsonl").unlink()
    reviewing = ["review", pages.name, "--text", "--no-cache"]
    # An unknown key, nothing to undo, a comparison, a decision with a reason, one without.
    done = CliRunner().invoke(cli, reviewing, input="x\nu\nc\ns\ntwo notices\ns\n\nu\ni\n\n\n")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("u      undo the last decision") == 2, "the keys are shown first, and for an unknown one"
    assert "nothing to undo" in done.stdout
    assert "A  pages/a.txt:" in done.stdout
    assert "B  pages/b [1].txt:" in done.stdout
    assert "[-认真-]" in done.stdout
    # The last line names the configuration of this test, however long that is.
    assert max(map(cell_len, done.stdout.splitlines()[:-1])) <= 80
    written = (pages.parent / TOML).read_text("utf-8")
    assert "reviewed: two notices [" in written
    assert "reviewed: kept in place of what it is a copy of [" in written
    # What was decided before comes back with its reason.
    done = CliRunner().invoke(cli, reviewing, input="\nu\ns\n\nq\n")
    assert "2 decisions in " in done.stdout
    assert "reviewed: two notices [" in (pages.parent / TOML).read_text("utf-8")


def test_on_a_terminal_it_asks_in_chinese(pages: Path) -> None:
    done = CliRunner().invoke(cli, ["review", pages.name, "--text", "--no-cache", "--lang", "zh"], input="s\n\nq\n")
    assert "[1/2]" in done.stdout
    assert not re.search(r"Enter|Why|undo", done.stdout)


def starred(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if line.startswith("★") and ".txt:" in line]


def test_what_clean_keeps_anyway_has_a_star_and_is_not_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the samples repeats a sentence of another, which `clean` leaves where it is."""
    monkeypatch.chdir(tmp_path)
    for name in ("depot.txt", "station.txt"):
        shutil.copy(SAMPLES / name, name)
    checked = CliRunner().invoke(cli, ["check", ".", "--format", "rich", "--no-cache", "--exit-zero"])
    asked = CliRunner().invoke(cli, ["review", ".", "--text", "--no-cache", "--select", "ND"], input="\n" * 9)
    assert (checked.exit_code, asked.exit_code) == (0, 0)
    assert starred(asked.stdout) == starred(checked.stdout)[:1], "the other cluster has nothing to decide about"
    assert len(starred(checked.stdout)) == 3
    report = check(["."], Settings(select=("ND",)))
    (left,) = Desk(report, tmp_path / TOML, Plan(0, 1, 0.9, cuts_of(report, "ND302"))).findings.values()
    assert left.code == "ND302"
    assert len(Desk(report, tmp_path / TOML).findings) == 2, "all of them where it is not known what clean would do"


def cuts_of(report: Report, code: str) -> dict[tuple[str, str | None], list[tuple[int, int]]]:
    return {(one.path, one.record): [(one.start, one.end)] for one in report.findings if one.code == code}


@contextmanager
def served(desk: Desk, pages: Path) -> Iterator[Served]:
    texts = Texts([pages.name], desk.report.settings)
    page = render(desk.report, "html", View(texts=texts, review=str(desk.file)))
    with Served(page.encode(), desk.state, desk.answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server: Served, method: str, path: str, body: bytes = b"", **headers: str | None) -> tuple[int, bytes]:
    """A request with the headers that the page would send, or others in their place."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    given = {"Host": server.origin[7:], "Origin": server.origin, "Content-Type": "application/json"}
    given |= {"Content-Length": str(len(body))}
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {**given, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_only_the_page_itself_can_decide(pages: Path) -> None:
    desk = desk_of(pages)
    cluster, at = key_of(desk, "c.txt")
    row = {"cluster": cluster, "member": at, "verdict": "stays", "reason": ""}
    body = json.dumps(row).encode()
    with served(desk, pages) as server:
        assert server.server_address[0] == "127.0.0.1"
        home, decide = f"/{server.token}/", f"/{server.token}/decide"
        assert ask(server, "GET", home)[0] == 200
        for path in ("/", "/x/", f"/{server.token}", f"{home}../etc/passwd", f"{home}page.css", f"/{'a' * 32}/"):
            assert ask(server, "GET", path)[0] == 404
        assert ask(server, "GET", home, Host="evil.example")[0] == 404
        assert ask(server, "GET", home, Host=None)[0] == 404
        assert ask(server, "GET", home, Host=f"localhost:{server.server_address[1]}")[0] == 404
        assert ask(server, "POST", decide, body, Origin="http://evil.example")[0] == 403
        assert ask(server, "POST", decide, body, Origin=None)[0] == 403
        assert ask(server, "POST", decide, body, Origin="null")[0] == 403
        assert ask(server, "POST", decide, body, Host="evil.example")[0] == 404
        assert ask(server, "POST", "/wrong/decide", body)[0] == 404
        assert ask(server, "POST", decide, body, Content_Type="text/plain")[0] == 415
        assert ask(server, "POST", decide, body, Content_Type="application/x-www-form-urlencoded")[0] == 415
        assert ask(server, "POST", decide, b"", Content_Length=str(LONGEST + 1))[0] == 413
        assert ask(server, "POST", decide, b"", Content_Length="9" * 5_000)[0] == 413
        assert ask(server, "POST", decide, b"", Content_Length="-1")[0] == 413
        for wrong in (b"", b"[", b"[]", b"{}", b"[" * 4_000, json.dumps({**row, "member": 99}).encode()):
            assert ask(server, "POST", decide, wrong)[0] == 400
        for method in ("PUT", "DELETE", "OPTIONS", "HEAD"):
            assert ask(server, method, home)[0] == 501
        assert not desk.file.exists(), "nothing of that changed anything"
        status, answer = ask(server, "POST", decide, body)
        assert (status, json.loads(answer)["verdicts"]) == (200, {f"{cluster}-{at}": "stays"})
    assert desk.file.exists()


PROMPTED = "各位同事，我叫[姓名]，来自[单位]。去年植树xx棵，今年又植树xx棵。\n首页 > 范文 > 正文\n"


@pytest.fixture
def forms(pages: Path) -> Path:
    """One text with prompts, marks and a line of a site."""
    for file in pages.iterdir():
        file.unlink()
    (pages / "form.txt").write_text(PROMPTED, "utf-8")
    return pages


def found(pages: Path, *options: str) -> list[str]:
    """The texts of what a check finds."""
    done = CliRunner().invoke(cli, ["check", pages.name, "--format", "json", "--no-cache", *options])
    return [one["text"] for one in json.loads(done.stdout)["findings"]]


def test_a_mark_and_a_line_of_a_site_can_stay_and_their_neighbours_do_not(forms: Path) -> None:
    desk = desk_of(forms)
    texts = [one.text for one in desk.findings.values()]
    assert texts == ["[姓名]", "[单位]", "xx", "xx", "首页 > 范文 > 正文"]
    for at in (0, 3, 4):
        desk.decide(list(desk.findings)[at], "stays", "our form")
    assert found(forms) == ["[单位]", "xx"]
    assert list(desk.verdicts().values()) == ["stays"] * 3
    done = CliRunner().invoke(cli, ["clean", forms.name, "-o", "out", "--placeholders", "mask=■"])
    assert done.exit_code == 0, done.output
    cleaned = (forms.parent / "out" / "form.txt").read_text("utf-8")
    assert cleaned == PROMPTED.replace("[单位]", "■").replace("xx", "■", 1)
    with pytest.raises(ValueError, match="no such member"):
        desk.decide(next(iter(desk.findings)), "instead", "")


def test_what_stays_in_records_without_ids_stays_when_others_leave(pages: Path) -> None:
    """They are called by their lines, which change from look to look of a clean."""
    for file in pages.iterdir():
        file.unlink()
    texts = [essay(2), f"{essay(2)}首页 > 范文 > 正文\n", PROMPTED, essay(2), f"{PROMPTED}再补一句别的话。", essay(3)]
    rows = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    (pages / "r.jsonl").write_text(rows, "utf-8")
    desk = desk_of(pages)
    chosen = [key for key, one in desk.findings.items() if (one.record, one.text) in (("4", "# 工作"), ("5", "[姓名]"))]
    chosen += [key for key, one in desk.findings.items() if one.record == "4" and one.cluster]
    assert len(chosen) == 2
    for key in chosen:
        desk.decide(key, "stays", "")
    args = ["clean", pages.name, "-o", "out", "--placeholders", "mask=■", "--keep-variants"]
    done = CliRunner().invoke(cli, args)
    assert done.exit_code == 0, done.output
    kept = [json.loads(line)["text"] for line in (pages.parent / "out" / "r.jsonl").read_text("utf-8").splitlines()]
    assert sum(text.startswith(essay(2)[:40]) for text in kept) == 2, "the first, and the one that was decided about"
    assert [("[姓名]" in text, "[单位]" in text) for text in kept if "各位同事" in text][-1] == (True, False)


def test_on_a_terminal_other_findings_are_asked_about_as_well(forms: Path) -> None:
    done = CliRunner().invoke(
        cli, ["review", forms.name, "--text", "--no-cache"], input="s\nit is a form\ni\nc\n\nu\nq\n"
    )
    assert done.exit_code == 0, done.output
    assert "[1/5] pages/form.txt:1: Enter leaves it to clean; s, u, q, or ? for help" in done.stdout.replace("\n", " ")
    assert done.stdout.count("only for copies") == 2
    assert found(forms) == ["[单位]", "xx", "xx", "首页 > 范文 > 正文"]
    assert 'reason = "reviewed: it is a form [' in (forms.parent / TOML).read_text("utf-8")


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_report_is_reviewed_without_another_run(pages: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (pages / "form.txt").write_text(PROMPTED, "utf-8")
    report = f"r.{form}"
    CliRunner().invoke(cli, ["check", pages.name, "-o", report, "--threshold", "0.5"])
    (pages / "c.txt").write_text("另写的一篇。", "utf-8")
    monkeypatch.setattr("dedupe.pipeline.pipeline.check", lambda *_: pytest.fail("it was compared again"))
    monkeypatch.setattr("dedupe.cli.review.trial", lambda *_: None)
    done = CliRunner().invoke(cli, ["review", report, "--text"], input="s\n\n\ns\n\nq\n")
    assert done.exit_code == 2
    assert "pages/c.txt: changed since the report was made, or gone" in done.stderr
    written = (pages.parent / TOML).read_text("utf-8")
    assert re.findall(r'record = "(.*)"', written) == ["y"], "the cluster of the changed text is left out"
    assert "姓名" in written
    monkeypatch.undo()
    monkeypatch.chdir(pages.parent)
    assert "[姓名]" not in found(pages)
    wrong = CliRunner().invoke(cli, ["check", pages.name, "-o", "r.html"])
    wrong = CliRunner().invoke(cli, ["review", "r.html", "--text"])
    assert (wrong.exit_code, "no report with clusters" in wrong.stderr) == (2, True)


def test_a_report_of_a_stranger_leads_nowhere_and_its_rows_are_held_to(forms: Path) -> None:
    CliRunner().invoke(cli, ["check", forms.name, "-o", "r.json"])
    told = json.loads(Path("r.json").read_text("utf-8"))
    row = told["findings"][0]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        elsewhere = f"http://127.0.0.1:{listening.getsockname()[1]}/form.txt"
        told["findings"] = [{**row, "path": elsewhere}, {**row, "path": "-"}, {**row, "text": "姓"}, row]
        Path("r.json").write_text(json.dumps(told), "utf-8")
        done = CliRunner().invoke(cli, ["review", "r.json", "--text"], input="q\n")
        assert (done.exit_code, done.stdout.count("PH110")) == (2, 1), done.output
        assert "[1/1]" in done.stdout
        assert [line.split(": changed since")[0] for line in done.stderr.splitlines()] == [
            *("error: -", f"error: {elsewhere}", "error: pages/form.txt")
        ]
        with pytest.raises(BlockingIOError):
            listening.accept()
    for wrong in ({"start": "x"}, {"kind": "none"}, {"line": None}):
        told["findings"] = [{**row, **wrong}]
        Path("r.json").write_text(json.dumps(told), "utf-8")
        done = CliRunner().invoke(cli, ["review", "r.json", "--text"])
        assert (done.exit_code, "r.json: its rows are not whole" in done.stderr) == (2, True), done.output


def test_the_static_page_has_nothing_of_this(pages: Path) -> None:
    page = render(check([pages.name], Settings()), "html", View())
    assert "fetch(" not in page
    assert "connect-src" not in page
    assert "class Review" not in page
    assert "review-reason" not in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM
    with started(CHROMIUM) as browser:
        yield browser


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_decides_with_the_keyboard_alone(browser: Browser, pages: Path, width: int, scheme: str) -> None:
    desk = desk_of(pages)
    with served(desk, pages) as server:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{server.address}#clusters")
        expect(page.locator("#view-clusters .verdict button").first).to_be_visible()
        first = next(iter(desk.clusters))
        # The first copy stays, the second is kept instead, and that is taken back.
        for key in ("j", "k", "p", "s"):
            page.keyboard.press(key)
        expect(page.locator("#review-said")).to_have_text("1 decided")
        assert desk.verdicts() == {(first, 1): "stays"}
        for key in ("n", "i"):
            page.keyboard.press(key)
        expect(page.locator("#review-said")).to_have_text("2 decided")
        assert desk.verdicts() == {(first, 1): "stays", (first, 2): "instead"}
        page.keyboard.press("i")
        expect(page.locator("#review-said")).to_have_text("1 decided")
        # With Tab and Space as well, and with a reason.
        reason = page.locator("#review-reason")
        expect(reason).to_have_attribute("placeholder", re.compile("optional"))
        expect(reason).to_have_css("border-radius", "6px")  # as the other fields have
        reason.focus()
        page.keyboard.type("two notices")
        button = page.locator("#view-clusters .verdict button").nth(2)
        button.focus()
        page.keyboard.press("Space")
        expect(page.locator("#review-said")).to_have_text("2 decided")
        assert "two notices" in desk.file.read_text("utf-8")
        page.keyboard.press("a")
        expect(page.locator("#view-clusters h2").first).to_contain_text("✓")
        page.reload()
        expect(page.locator('#view-clusters .verdict button[aria-pressed="true"]')).to_have_count(2)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
        assert said == []
        assert all(url.startswith((server.address, "data:")) for url in asked)
        page.close()
    assert re.search(r'reason = "reviewed: two notices \[[0-9a-f]{16}\]"', desk.file.read_text("utf-8"))


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_findings_are_decided_in_their_lines(browser: Browser, forms: Path, width: int, scheme: str) -> None:
    desk = desk_of(forms)
    with served(desk, forms) as server:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{server.address}#findings")
        expect(page.locator(".verdict button")).to_have_count(3)  # two prompts, two marks, a line
        # With Tab and Enter one of them, with the key the whole line.
        page.locator(".verdict button").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#review-said")).to_have_text("2 decided")
        expect(page.locator('.verdict button[aria-pressed="true"]')).to_have_count(1)
        for key in ("j", "s"):
            page.keyboard.press(key)
        expect(page.locator("#review-said")).to_have_text("3 decided")
        assert [one.text for one in desk.findings.values() if one.fingerprint in _fingerprints(desk)] == [
            *("[姓名]", "[单位]", "首页 > 范文 > 正文")
        ]
        page.keyboard.press("s")
        expect(page.locator("#review-said")).to_have_text("2 decided")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
        assert said == []
        page.close()


def _fingerprints(desk: Desk) -> set[str]:
    return {name for name, _ in desk.verdicts()}
