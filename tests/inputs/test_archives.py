"""Archives of texts: what is read of them, what is said of the rest, and that nothing in them leads anywhere."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.restore import restore
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Failure, Report
from dedupe.inputs.chunks import laid_out
from dedupe.inputs.find import find
from dedupe.inputs.readers import members
from dedupe.inputs.readers import zip as zip_reader
from dedupe.inputs.sources import read
from dedupe.pipeline.pipeline import check
from dedupe.report.json import pieces
from dedupe.report.view import View
from tests import files
from tests.corpora import essay

PAGES = {
    "in/一.txt": essay(1).encode(),
    "in/二.md": f"{essay(2)}\n今年我们接待了xx人次。".encode("gb18030"),
    "三.jsonl": files.jsonl([("a", essay(3)), ("b", f"{essay(1)}\n站长**同志到任。")]),
    "四.txt.gz": gzip.compress(essay(4).encode()),
}
MORE = {**PAGES, "logo.png": b"\x89PNG", "in/.hidden.txt": b"a", "__MACOSX/a.txt": b"a", "README": b"a", "x.zip": b"a"}
NAMES = ["in/一.txt", "in/二.md", "三.jsonl#a", "三.jsonl#b", "四.txt.gz"]
PACKERS: dict[str, Callable[[Mapping[str, bytes]], bytes]] = {
    "a.zip": files.zipped,
    "a.tar.gz": files.tarred,
    "a.tar": lambda names: files.tarred(names, "w"),
    "a.tgz": files.tarred,
    "a.tar.xz": lambda names: files.tarred(names, "w:xz"),
    "A.ZIP": files.zipped,
}


def put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def items(path: Path, settings: Settings | None = None) -> tuple[list[Document], list[Failure], Counter[str]]:
    """What is worked on of a path, what cannot be read of it, and what is passed over."""
    settings, passed = settings or Settings(), Counter[str]()
    sources, failures = find(path, settings, passed)
    with laid_out(sources, settings, None, passed) as (laid, unread):
        found = [item for source in laid for item in read(source, settings)]
    documents = [item for item in found if isinstance(item, Document)]
    return documents, [*failures, *unread, *(item for item in found if isinstance(item, Failure))], passed


def names(documents: list[Document], path: Path) -> list[str]:
    shown = [f"{d.path}#{d.record}" if d.record else d.path for d in documents]
    assert all(name.startswith(f"{path.as_posix()}/") for name in shown)
    return sorted(name.removeprefix(f"{path.as_posix()}/") for name in shown)


def gist(report: Report) -> list[tuple[object, ...]]:
    return [(f.path, f.record, f.code, f.start, f.text, f.line) for f in report.findings]


@pytest.mark.parametrize("name", PACKERS)
def test_the_files_of_an_archive_are_documents_and_the_others_are_counted(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, name, PACKERS[name](MORE))
    documents, failures, passed = items(path)
    assert failures == []
    assert names(documents, path) == sorted(NAMES)
    assert {document.text for document in documents if document.path.endswith("二.md")} == {
        PAGES["in/二.md"].decode("gb18030")
    }
    assert passed == {".png": 1, "": 1, ".zip": 1}


@pytest.mark.parametrize("name", PACKERS)
def test_an_archive_has_the_report_of_the_folder_that_it_holds(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "corpus"
    put(folder, name, PACKERS[name](PAGES))
    packed = check(folder)
    (folder / name).unlink()
    for inner, data in PAGES.items():
        put((folder / name / inner).parent, Path(inner).name, data)
    plain = check(folder)
    assert packed.errors == plain.errors == ()
    assert gist(packed) == gist(plain)
    assert plain.findings
    assert packed.clusters == plain.clusters
    assert packed.summary.documents == len(NAMES)


def test_the_order_in_an_archive_changes_nothing(tmp_path: Path) -> None:
    reports = []
    for turn in (list(PAGES), list(PAGES)[::-1]):
        path = put(tmp_path, "a.zip", files.zipped({name: PAGES[name] for name in turn}))
        reports.append("".join(part for part in pieces(check([path]), View()) if '"seconds"' not in part))
    assert reports[0] == reports[1]


def test_excludes_and_includes_hold_inside(tmp_path: Path) -> None:
    path = put(tmp_path, "a.zip", files.zipped(MORE))
    documents, _, passed = items(path, Settings(exclude=("in/",), include=("README",)))
    assert names(documents, path) == ["README", "三.jsonl#a", "三.jsonl#b", "四.txt.gz"]
    assert passed == {".png": 1, ".zip": 1}


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_one_file_of_an_archive_is_named_as_reports_print_it(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, name, PACKERS[name](MORE))
    documents, failures, passed = items(path / "in" / "一.txt")
    assert ([d.path for d in documents], failures, passed) == ([f"{path.as_posix()}/in/一.txt"], [], {})
    assert "not in this archive" in items(path / "in" / "五.txt")[1][0].reason


@pytest.mark.parametrize(("name", "pack"), [("a.zip", files.zipped), ("a.tar", files.tarred)])
def test_names_in_an_archive_lead_nowhere(
    tmp_path: Path, name: str, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    hostile = {"../../b.txt": b"b", "/etc/c.txt": b"c", "d\\..\\..\\d.txt": b"d", "e/./../e.txt": b"e", "b.txt": b"f"}
    path = put(tmp_path / "corpus", name, pack(hostile))
    documents, failures, _ = items(path)
    assert failures == []
    assert names(documents, path) == ["b.txt", "b.txt (2)", "d/d.txt", "e/e.txt", "etc/c.txt"]
    clean(Order([str(path.parent)], tmp_path / "out", Settings()))
    there = sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file())
    assert there == [
        f"corpus/{name}",
        f"out/.originals/{name}",
        f"out/{name}.jsonl",
        "out/manifest.jsonl",
    ]


def test_names_of_chinese_systems_are_read(tmp_path: Path) -> None:
    data = bytearray(files.zipped({"aaaa.txt": "甲".encode()}))
    path = put(tmp_path, "a.zip", bytes(data).replace(b"aaaa.txt", "总结.txt".encode("gbk")))
    assert names(items(path)[0], path) == ["总结.txt"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_clean_writes_the_texts_beside_and_the_archive_comes_back(tmp_path: Path, name: str) -> None:
    path = put(tmp_path / "corpus", name, PACKERS[name](MORE))
    outcome = clean(Order([str(path.parent)], tmp_path / "out", Settings()))
    assert outcome.exit_code == 0
    assert outcome.documents[0] == len(NAMES)
    assert outcome.passed_over == {".png": 1, "": 1, ".zip": 1}
    rows = [json.loads(line) for line in (tmp_path / "out" / f"{name}.jsonl").read_text("utf-8").splitlines()]
    assert {row["source"] for row in rows} == {name}
    assert len(rows) == outcome.documents[1]
    assert {row["id"] for row in rows} < set(NAMES) | {"三.jsonl#a"}
    assert restore(tmp_path / "out", tmp_path / "back") == (1, [])
    assert (tmp_path / "back" / name).read_bytes() == path.read_bytes()


# Hostile archives


@pytest.mark.parametrize("pack", [files.zipped, files.tarred])
def test_an_archive_that_unpacks_to_too_much_is_named(
    tmp_path: Path, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    path = put(tmp_path, "a.bin", pack({f"{number}.txt": b"a" * 1_000_000 for number in range(30)}))
    documents, (failure,), _ = items(path)
    assert len(documents) < 30
    assert failure.path == path.as_posix()
    assert "200 times its size" in failure.reason


def test_what_is_packed_in_an_archive_counts_as_well(tmp_path: Path) -> None:
    inner = gzip.compress(b"a" * 50_000_000)
    path = put(tmp_path, "a.tar.gz", files.tarred({f"{number}.txt.gz": inner for number in range(3)}))
    assert {"200 times its size" in failure.reason for failure in items(path)[1]} == {True}


def test_an_archive_of_too_many_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MEMBERS", 3)
    monkeypatch.setattr(zip_reader, "LISTING", 150)
    for name in ("a.zip", "a.tar"):
        reasons = [failure.reason for failure in items(put(tmp_path, name, PACKERS[name](PAGES)))[1]]
        assert len(reasons) == 1
        assert "unpack it, and name the folder" in reasons[0]


def test_a_zip_archive_of_too_many_files_is_refused_before_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MEMBERS", 3)
    documents, failures, _ = items(put(tmp_path, "a.zip", files.zipped(PAGES)))
    assert not documents
    assert [failure.reason for failure in failures] == [
        "an archive of more than 3 files: unpack it, and name the folder"
    ]


def test_a_listing_that_says_it_is_endless_is_named(tmp_path: Path) -> None:
    data = bytearray(files.zipped({"a.txt": b"a"}))
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 0xFFFFFF00)
    assert "too many files" in items(put(tmp_path, "a.zip", bytes(data)))[1][0].reason


def test_a_member_that_cannot_be_read_costs_that_member(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "甲")
        archive.writestr("b.txt", "乙" * 99, zipfile.ZIP_LZMA)
        archive.writestr("c.txt", b"\0\0\0")
        archive.writestr("d.txt", "丁丁丁")
        archive.writestr("e.docx", files.zipped({"inner.txt": b"a"}))
    data = out.getvalue().replace("丁丁丁".encode(), "丁丁丙".encode())
    path = put(tmp_path, "a.zip", data)
    documents, failures, _ = items(path)
    assert names(documents, path) == ["a.txt"]
    assert {failure.path.rpartition("/")[2]: failure.reason.split(" (")[0] for failure in failures} == {
        "b.txt": "packed in a way that is not read here: unpack the archive, and name the folder",
        "c.txt": "looks binary",
        "d.txt": "not a zip archive, or damaged",
        "e.docx": "no text of Word in it: a spreadsheet, slides or another file of Office, perhaps",
    }


def test_a_locked_member_is_told(tmp_path: Path) -> None:
    data = bytearray(files.zipped({"a.txt": b"a"}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    assert "password" in items(put(tmp_path, "a.zip", bytes(data)))[1][0].reason


def test_links_and_devices_in_an_archive_are_named(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.LNKTYPE), ("c.txt", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    documents, failures, _ = items(put(tmp_path, "a.tar", out.getvalue()))
    assert documents == []
    assert [failure.reason.partition(" (")[0] for failure in failures] == ["no plain file"] * 3


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar"])
def test_an_archive_that_was_cut_short_is_named(tmp_path: Path, name: str, cut: float) -> None:
    data = PACKERS[name](PAGES)
    if name == "a.tar":
        data = data[: data.rindex("四.txt.gz".encode()) + 600]  # what follows the last file is padding
    failures = items(put(tmp_path, name, data[: int(len(data) * cut)]))[1]
    assert [failure.path for failure in failures][-1:] == [(tmp_path / name).as_posix()]


def test_an_archive_in_an_archive_is_passed_over_or_named(tmp_path: Path) -> None:
    inner = files.zipped({"a.txt": b"a"})
    documents, failures, passed = items(put(tmp_path, "a.zip", files.zipped({"b.zip": inner, "c.txt": inner})))
    assert (documents, passed) == ([], {".zip": 1})
    assert "an archive in an archive" in failures[0].reason


def test_an_archive_under_another_name_is_named_in_a_folder_and_read_by_hand(tmp_path: Path) -> None:
    data = files.zipped({"a.txt": "甲".encode()})
    put(tmp_path / "folder", "pages.txt", data)
    assert "call it .zip" in items(tmp_path / "folder")[1][0].reason
    book = put(tmp_path, "book.epub", data)
    assert names(items(book)[0], book) == ["a.txt"]


@given(st.sampled_from([files.zipped(PAGES), files.tarred(PAGES, "w")]), st.data())
def test_any_damage_gives_documents_or_reasons(whole: bytes, data: st.DataObject) -> None:
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + 1] = data.draw(st.binary(max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), "a.tar" if whole[257:262] == b"ustar" else "a.zip", bytes(broken))
        documents, failures, _ = items(path)
    assert len(documents) + len(failures) > 0
    assert all(failure.reason for failure in failures)
