"""The way back: the original files byte for byte, and a clear word where that cannot be."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import rebuild, restore
from dedupe.cleaning.writers import content_of
from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError, CorpusError
from dedupe.inputs.readers.compressed import pack
from dedupe.inputs.readers.json import literal_of
from dedupe.text.decode import recognise
from tests.cleaning.test_clean import CHROME, KEEP_MARKS
from tests.corpora import essay, recut

SAMPLES = Path(__file__).parents[2] / "samples"
PAGE = f"工作总结（一）\n{essay(1)}\n\n{CHROME}\n\n工作总结（二）\n{essay(2)}\n{KEEP_MARKS}\n"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def there_and_back(corpus: Path, choices: Choices | None = None) -> dict[str, bytes]:
    """The files that come back from a clean of a corpus."""
    with tempfile.TemporaryDirectory() as place:
        clean(Order([str(corpus)], Path(place) / "clean", Settings(), choices or Choices()))
        count, failures = restore(Path(place) / "clean", Path(place) / "back")
        assert failures == []
        back = files_of(Path(place) / "back")
    assert len(back) == count
    return back


def awkward(folder: Path) -> Path:
    """Files that cannot simply be written as they were read."""
    record = {"id": "a", "text": PAGE, "more": [1.50, None]}
    lines = "".join(json.dumps({**record, "id": n}, ensure_ascii=False) + "\n" for n in range(3))
    traditional = "今年我們在山上種樹，學校的老師與學生都來幫忙。" * 9
    two = json.dumps({"id": 2, "text": f"{essay(5)}\n{CHROME}"}, ensure_ascii=False)
    odd = json.dumps(PAGE).replace("\\u5de5", "\\u5DE5").replace("\\n", "\\u000a")
    files = {
        "gbk.txt": PAGE.encode("gb18030"),
        "big5.txt": f"{traditional}\n{CHROME}".encode("big5hkscs", "ignore"),
        "utf16.txt": PAGE.encode("utf-16"),
        "utf16be.md": b"\xfe\xff" + PAGE.encode("utf-16-be"),
        "bom.txt": b"\xef\xbb\xbf" + PAGE.encode(),
        "crlf.txt": PAGE.replace("\n", "\r\n").encode(),
        "mac.txt": PAGE.replace("\n", "\r").encode(),
        "mixed.txt": PAGE.replace("\n", "\r\n", 3).encode(),
        "no-end.txt": PAGE.rstrip("\n").encode(),
        "empty.txt": b"",
        "blank.txt": b"\n \n",
        "only-chrome.txt": CHROME.encode(),
        "deep/er/packed.txt.gz": gzip.compress(PAGE.encode(), 1, mtime=99),
        "packed.txt.zst": zstandard.ZstdCompressor(level=19).compress(PAGE.encode()),
        "packed.jsonl.gz": gzip.compress((json.dumps(record) + "\n").encode(), 9),
        "plain.jsonl": "".join(json.dumps({**record, "id": n}, ensure_ascii=n > 1) + "\n" for n in range(4)).encode(),
        "odd.jsonl": (
            '{"id" :1,  "text": ' + odd + ' }\r\n\n{"text": ' + json.dumps(essay(7)) + ', "text":' + odd + "}\n"
            'not json\n{"other": 1}\n' + '{"text": "\\ud83d' + CHROME + "\\n" + essay(8).replace("\n", "\\n") + '"}'
        ).encode(),
        "bom.jsonl": b"\xef\xbb\xbf" + (json.dumps(record) + "\n" + json.dumps({"text": essay(9)}) + "\n").encode(),
        "utf16.jsonl": lines.encode("utf-16"),
        "gbk.jsonl": lines.encode("gbk"),
        "mixed.jsonl": json.dumps(record, ensure_ascii=False).encode("gbk") + b"\n" + two.encode() + b"\n",
        "empty.jsonl": b"",
        "broken.txt": b"\xff\x00\xfe" * 9,
        "broken.txt.gz": gzip.compress(PAGE.encode())[:-9],
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


CHOICES = (
    Choices(),
    Choices(placeholders="drop-sentence"),
    Choices(placeholders="drop-essay", min_document=30),
    Choices(placeholders="mask=〔空〕"),
    Choices(split_essays=True),
)


@pytest.mark.parametrize("choices", CHOICES)
def test_awkward_files_come_back_to_the_byte(tmp_path: Path, choices: Choices) -> None:
    corpus = awkward(tmp_path)
    assert there_and_back(corpus, choices) == files_of(corpus)


def test_samples_come_back_to_the_byte() -> None:
    for choices in CHOICES:
        assert there_and_back(SAMPLES, choices) == files_of(SAMPLES)


@settings(max_examples=6)
@given(st.integers(0, 10**6), st.sampled_from(CHOICES))
def test_generated_corpora_come_back_to_the_byte(seed: int, choices: Choices) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        for number in range(rng.randint(1, 8)):
            parts = [recut(essay(rng.randrange(5)), rng.randint(1, 5)) for _ in range(rng.randint(1, 3))]
            text = rng.choice(("\n", "\r\n")).join([*parts, CHROME, KEEP_MARKS])
            codec = rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
            if rng.random() < 0.5:
                (Path(place) / f"{number}.txt").write_bytes(text.encode(codec))
            else:
                lines = (json.dumps({"text": part}, ensure_ascii=rng.random() < 0.5) for part in (text, *parts))
                (Path(place) / f"{number}.jsonl").write_bytes("\n".join(lines).encode(codec))
        assert there_and_back(Path(place), choices) == files_of(Path(place))


def test_cleaned_files_keep_encoding_mark_and_line_ends(tmp_path: Path) -> None:
    awkward(tmp_path / "in")
    for name in ("gbk.txt", "utf16.txt", "bom.txt", "crlf.txt", "bom.jsonl", "packed.txt.zst"):
        only = tmp_path / name.replace(".", "-")
        only.mkdir()
        (only / name).write_bytes((tmp_path / "in" / name).read_bytes())
        clean(Order([str(only)], tmp_path / f"out-{name}", Settings()))
        before, after = ((folder / name).read_bytes() for folder in (only, tmp_path / f"out-{name}"))
        if name.endswith(".zst"):
            before, after = (zstandard.ZstdDecompressor().decompress(data) for data in (before, after))
        one, other = recognise(before), recognise(after)
        assert (one.codec, one.mark) == (other.codec, other.mark)
        assert len(other.text) < len(one.text)
        assert one.text.count("\r\n") == one.text.count("\n") or "\r" not in other.text
        if name == "crlf.txt":
            assert other.text.count("\r\n") == other.text.count("\n") > 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_an_encoding_by_its_family_name_puts_no_marks_inside(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "in").mkdir()
    texts = (f"{essay(1)}\n{CHROME}\n", f"{essay(2)}\n{CHROME}\n")
    data = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts).encode(encoding)
    (tmp_path / "in" / "a.jsonl").write_bytes(data)
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(encoding=encoding)))
    first, second = (tmp_path / "out" / "a.jsonl").read_bytes().decode(encoding).splitlines()
    assert [json.loads(line)["text"] for line in (first, second)] == [f"{essay(1)}\n", f"{essay(2)}\n"]
    restore(tmp_path / "out", tmp_path / "back")
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == data


def cleaned(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text(f"{essay(ord(name))}\n{CHROME}\n", "utf-8")
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    return tmp_path / "out"


def test_a_file_that_was_changed_is_named_and_the_others_come_back(tmp_path: Path) -> None:
    folder = cleaned(tmp_path)
    (folder / "a.txt").write_text("另写的", "utf-8")
    result = CliRunner().invoke(cli, ["restore", str(folder), "-o", str(tmp_path / "back")])
    assert result.exit_code == 2
    assert f"{folder / 'a.txt'}: changed since" in result.stderr
    assert "1 file restored" in result.stdout
    assert files_of(tmp_path / "back") == {"b.txt": (tmp_path / "in" / "b.txt").read_bytes()}


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    folder = cleaned(tmp_path)
    (folder / "a.txt").unlink()
    count, failures = restore(folder, tmp_path / "back")
    assert (count, [failure.path for failure in failures]) == (1, [str(folder / "a.txt")])


@pytest.mark.parametrize(("old", "new"), [('"text": "', '"text": "多'), ('"end"', '"stop"')])
def test_a_manifest_that_was_changed_is_told(tmp_path: Path, old: str, new: str) -> None:
    folder = cleaned(tmp_path)
    rows = (folder / "manifest.jsonl").read_text("utf-8")
    at = rows.rindex('"row": "edit"')
    (folder / "manifest.jsonl").write_text(rows[:at] + rows[at:].replace(old, new, 1), "utf-8")
    count, failures = restore(folder, tmp_path / "back")
    assert (count, [failure.reason for failure in failures]) == (1, ["the rows of b.txt were changed"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("start", "[]"), ("start", "1e400"), ("text", "[]"), ("sha256", "null"), ("cleaned", "{}"), ("encoding", '"."'),
        ("encoding", "1"), ("sha", "1"), ("original", '"\\ud800"'), ("path", '"\\ud800"'),
    ],
)  # fmt: skip
def test_a_value_that_no_manifest_has_is_told(tmp_path: Path, key: str, value: str) -> None:
    folder = cleaned(tmp_path)
    *rows, last = [json.loads(row) for row in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    file = next(row for row in rows if row["row"] == "file" and row["path"] == "b.txt")
    changed = last if key in last and key != "path" else file
    for row in (file, last) if key == "path" else (changed,):
        row[key] = json.loads(value)
    if key == "sha":
        del file["sha256"]
    (folder / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (*rows, last)), "utf-8")
    count, failures = restore(folder, tmp_path / "back")
    assert (count, len(failures)) == (1, 1)


NOISE = {
    "noise": "noise",
    "nesting": "[" * 100_000,
    "a huge line": '{"row": "record", "path": "a.txt", "record": null, "line": 1' + "0" * 400 + "}",
    "a list": "[]",
    "half a pair": '{"row": "file", "path": "\\ud800", "sha256": "", "cleaned": null}',
    "up": '{"row": "file", "path": "../up.txt", "sha256": "", "cleaned": null}',
    "no name": '{"row": "file", "path": "", "sha256": "", "cleaned": null, "encoding": "utf-8", "bom": false}',
}


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE)
@pytest.mark.parametrize("at", [1, 3, None])
def test_a_row_that_is_none_is_named_and_the_other_files_come_back(tmp_path: Path, noise: str, at: int | None) -> None:
    folder = cleaned(tmp_path)
    rows = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    rows.insert(len(rows) if at is None else at, noise)
    (folder / "manifest.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    result = CliRunner().invoke(cli, ["restore", str(folder), "-o", str(tmp_path / "back")])
    assert result.exit_code == 2, result.exception
    assert "manifest.jsonl" in result.stderr or "cannot be written under this name" in result.stderr
    back = files_of(tmp_path / "back")
    assert back["b.txt"] == (tmp_path / "in" / "b.txt").read_bytes()
    assert set(back) <= {"a.txt", "b.txt"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back", "in", "out"]


def test_the_line_of_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = cleaned(tmp_path)
    with (folder / "manifest.jsonl").open("a", encoding="utf-8") as file:
        file.write("noise\n")
    count, failures = restore(folder, tmp_path / "back")
    line = len((folder / "manifest.jsonl").read_text("utf-8").splitlines())
    assert (count, [failure.path for failure in failures]) == (2, [f"{folder / 'manifest.jsonl'}:{line}"])


def test_a_line_beyond_the_last_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text(json.dumps({"text": PAGE}, ensure_ascii=False) + "\n", "utf-8")
    (tmp_path / "in" / "b.txt").write_text(essay(3), "utf-8")
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    manifest = tmp_path / "out" / "manifest.jsonl"
    manifest.write_text(manifest.read_text("utf-8").replace('"line": 1,', '"line": 1000000000000,'), "utf-8")
    count, failures = restore(tmp_path / "out", tmp_path / "back")
    assert (count, [failure.reason for failure in failures]) == (1, ["the rows of a.jsonl were changed"])


def test_two_rows_for_one_name_give_one_file_and_a_word(tmp_path: Path) -> None:
    folder = cleaned(tmp_path)
    rows = [json.loads(row) for row in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        if row["row"] == "file" and row["path"] == "b.txt":
            row["name"] = "a.txt"
    (folder / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    count, failures = restore(folder, tmp_path / "back")
    assert (count, [failure.path for failure in failures]) == (1, ["a.txt"])
    assert files_of(tmp_path / "back") == {"a.txt": (tmp_path / "in" / "a.txt").read_bytes()}


def test_without_texts_there_is_no_way_back(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(PAGE, "utf-8")
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(), Choices(no_texts=True)))
    with pytest.raises(CorpusError, match="no_texts"):
        restore(tmp_path / "out", tmp_path / "back")


def test_what_is_no_result_and_what_is_no_free_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"manifest\.jsonl"):
        restore(tmp_path, tmp_path / "back")
    folder = cleaned(tmp_path)
    with pytest.raises(ConfigError, match="not an empty folder"):
        restore(folder, tmp_path / "in")


@pytest.mark.parametrize("key", ["path", "name", "original"])
@pytest.mark.parametrize("place", ["../a.txt", "/a.txt", "b/../../a.txt", "a.txt\\u0000", None])
def test_no_row_leads_out_of_the_folder(tmp_path: Path, key: str, place: str | None) -> None:
    folder = cleaned(tmp_path)
    rows = (folder / "manifest.jsonl").read_text("utf-8")
    evil = f'"{key}": {json.dumps(place)}'.replace("\\\\", "\\")
    found = '"path": "a.txt"'
    (folder / "manifest.jsonl").write_text(rows.replace(found, evil if key == "path" else f"{found}, {evil}"), "utf-8")
    count, failures = restore(folder, tmp_path / "back")
    assert count == 1
    assert failures
    assert all(failure.reason.startswith(("leads out of the folder", "not a row")) for failure in failures)
    assert not (tmp_path / "a.txt").exists()
    assert files_of(tmp_path / "back") == {"b.txt": (tmp_path / "in" / "b.txt").read_bytes()}


@given(st.dictionaries(st.text(max_size=3), st.one_of(st.integers(), st.text(max_size=5), st.none()), max_size=4))
def test_the_value_of_a_field_is_found_in_any_record(record: dict[str, object]) -> None:
    record["text"] = '甲"\\乙'
    for line in (json.dumps(record), json.dumps(record, ensure_ascii=False, indent=2), f" {json.dumps(record)} \n"):
        start, end = literal_of(line, "text")
        assert json.loads(line[start:end]) == '甲"\\乙'


@given(st.binary(max_size=60), st.sampled_from(("a.jsonl", "a.txt")))
def test_a_file_without_cuts_is_written_as_it_was(data: bytes, name: str) -> None:
    try:
        content = content_of(name, data, Settings())
    except ValueError:
        return
    assert content.render({}, {}) == data


@pytest.mark.parametrize("packing", [".gz", ".zst", ".xz", ".bz2", ""])
def test_packing_gives_the_same_bytes_each_time(packing: str) -> None:
    data = pack(packing, PAGE.encode())
    assert data == pack(packing, PAGE.encode())
    assert content_of("a.txt", data, Settings()).render({}, {}) == data


def test_records_come_back_in_their_lines_with_what_was_taken_from_them() -> None:
    file = {"path": "a.jsonl", "encoding": "utf-8", "bom": True, "field": "text"}
    rows = [
        {"row": "record", "record": "1", "line": 1, "escaped": False},
        {"record": "1", "start": 1, "end": 2, "text": "个", "token": "〔空〕"},
        {"record": "1", "start": 3, "end": 4, "text": "了"},
        {"row": "record", "record": "3", "line": 3, "escaped": False, "around": ['{"text": ', ', "id": 3}\n']},
        {"record": "3", "start": 0, "end": 2, "text": "丢了"},
        {"row": "record", "record": "5", "line": 5, "escaped": True},
        {"record": "5", "start": 0, "end": 1, "text": "甲"},
    ]
    lines = ['{"text": "一个人了"}\n', '{"text": "二"}\n', '{"text": "丢了", "id": 3}\n', "\n", '{"text": "\\u7532"}']
    left = '\ufeff{"text": "一〔空〕人"}\n{"text": "二"}\n\n{"text": ""}'
    assert rebuild([file, *rows], left.encode()) == ("\ufeff" + "".join(lines)).encode()


def test_a_text_comes_back_in_its_encoding_and_one_that_left_from_its_rows() -> None:
    file = {"path": "a.txt", "encoding": "gb18030", "bom": False, "field": "text"}
    edits = [
        {"row": "edit", "start": 0, "end": 2, "text": "开头"},
        {"row": "edit", "start": 4, "end": 6, "text": "xx", "token": "〔空〕"},
        {"row": "edit", "start": 6, "end": 7, "text": "。"},
    ]
    left = "种了〔空〕棵".encode("gb18030")
    assert rebuild([file, *edits], left) == "开头种了xx。棵".encode("gb18030")
    assert rebuild([file, {"row": "edit", "start": 0, "end": 2, "text": "全文"}], None) == "全文".encode("gb18030")
    assert (rebuild([file], b"as it was"), rebuild([file], None)) == (b"as it was", b"")
