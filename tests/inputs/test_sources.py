from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import re
import socket
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.core.atomic import MARK, MARKED
from dedupe.core.errors import ConfigError
from dedupe.core.model import Document, Failure
from dedupe.inputs.find import find
from dedupe.inputs.sources import Source, read
from dedupe.pipeline.pipeline import check
from dedupe.text.decode import UndecodableError, decode
from tests import files

SHORT = "今年值班表已经贴出来了。"
LONG = "上半年我科收治病人xx人次,同比增加12%。全体同志团结一心,圆满完成了院里交办的各项任务。\r\n" * 40
TRADITIONAL = "這是我們學校的年度報告,老師與學生都說內容很實際。"
JAPANESE = "今年の活動についてご報告いたします。皆さまのおかげで無事に終わりました。"
NEEDS_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes of a POSIX system")


def put(folder: Path, name: str, content: bytes | str = SHORT) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def found(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    sources, failures = find(paths, Settings(exclude=exclude))
    assert failures == []
    return [source.path for source in sources]


def inside(folder: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return [Path(path).relative_to(folder).as_posix() for path in found(str(folder), exclude=exclude)]


def failure(path: str, settings: Settings | None = None) -> Failure:
    """The one Failure that a path gives, whether at finding or at reading."""
    settings = settings or Settings()
    sources, failures = find([path], settings)
    items = [*failures, *(item for source in sources for item in read(source, settings))]
    assert len(items) == 1
    assert isinstance(items[0], Failure)
    return items[0]


def items(path: str, settings: Settings | None = None) -> list[Document | Failure]:
    settings = settings or Settings()
    (source,), failures = find([path], settings)
    assert failures == []
    return list(read(source, settings))


def text_of(path: str, encoding: str | None = None) -> str:
    (document,) = items(path, Settings(encoding=encoding))
    assert isinstance(document, Document)
    return document.text


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


# Finding


def test_folders_are_read_deeply_and_sorted(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/deep/c.jsonl", "sub/d.txt.gz", "e.TXT", "f.md.zst"):
        put(tmp_path, name)
    assert inside(tmp_path) == ["a.md", "b.txt", "e.TXT", "f.md.zst", "sub/d.txt.gz", "sub/deep/c.jsonl"]


def test_folders_leave_out_other_suffixes_hidden_names_and_version_control(tmp_path: Path) -> None:
    for name in ("keep.txt", "page.pdf", "data.gz", ".hidden.txt", ".git/x.txt", "CVS/x.txt", ".cache/sub/x.md"):
        put(tmp_path, name)
    assert inside(tmp_path) == ["keep.txt"]


def test_a_file_named_by_hand_is_taken_whatever_its_name(tmp_path: Path) -> None:
    paths = [put(tmp_path, name) for name in ("page.html", ".hidden", "no_suffix")]
    assert found(*paths, exclude=("*",)) == sorted(Path(path).as_posix() for path in paths)


def test_paths_are_shown_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "pages/sub/a.txt")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["pages/sub/a.txt"]
    assert found("./pages/") == ["pages/sub/a.txt"]
    assert found("pages/../pages") == ["pages/../pages/sub/a.txt"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("draft*", ["a.txt", "old/b.md", "old/deep/c.txt"]),
        ("*.txt", ["old/b.md"]),
        ("old", ["a.txt", "drafts/d.txt"]),
        ("old/", ["a.txt", "drafts/d.txt"]),
        ("old/*.md", ["a.txt", "drafts/d.txt", "old/deep/c.txt"]),
        ("**/deep/**", ["a.txt", "drafts/d.txt", "old/b.md"]),
        ("/deep", ["a.txt", "drafts/d.txt", "old/b.md", "old/deep/c.txt"]),
        ("a.txt/", ["a.txt", "drafts/d.txt", "old/b.md", "old/deep/c.txt"]),
    ],
)
def test_exclude_works_like_gitignore(tmp_path: Path, pattern: str, left: list[str]) -> None:
    for name in ("a.txt", "drafts/d.txt", "old/b.md", "old/deep/c.txt"):
        put(tmp_path, name)
    assert inside(tmp_path, exclude=(pattern,)) == left


def test_exclude_can_take_back_what_it_excluded(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    put(tmp_path, "b.txt")
    assert inside(tmp_path, exclude=("*.txt", "!b.txt")) == ["b.txt"]


def test_an_impossible_exclude_pattern_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="exclude"):
        find([str(tmp_path)], Settings(exclude=("!",)))


def test_one_file_under_two_arguments_is_given_once_in_any_order(tmp_path: Path) -> None:
    path = put(tmp_path, "sub/a.txt")
    put(tmp_path, "b.txt")
    arguments = [str(tmp_path), path, str(tmp_path / "sub"), str(tmp_path / "sub" / ".." / "b.txt"), "-", "-"]
    forward, backward = find(arguments, Settings()), find(arguments[::-1], Settings())
    assert forward == backward
    assert len(forward[0]) == 3


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.txt")
    sources, failures = find([missing, put(tmp_path, "a.txt"), missing], Settings())
    assert len(sources) == 1
    assert [f.path for f in failures] == [Path(missing).as_posix()]
    assert "check the spelling" in failures[0].reason


@pytest.mark.parametrize("given", ["", "a\0b"])
def test_impossible_paths_are_failures_and_not_the_current_folder(given: str) -> None:
    sources, failures = find([given], Settings())
    assert (len(sources), len(failures)) == (0, 1)


def test_a_folder_that_gives_nothing_is_told_with_what_there_is(tmp_path: Path) -> None:
    (lonely,) = find([str(tmp_path)], Settings())[1]
    assert lonely.reason.startswith("no document in it: check")
    put(tmp_path, "a.pdf")
    put(tmp_path, "006")
    (unread,) = find([str(tmp_path)], Settings())[1]
    told = "files were passed over for what they are called (no suffix 1, .pdf 1): have them read with include"
    assert told in unread.reason


def test_a_folder_of_which_all_is_excluded_is_fine(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    assert find([str(tmp_path)], Settings(exclude=("*.txt",))) == ([], [])


@NEEDS_POSIX
def test_pipes_and_sockets_are_failures_by_hand_and_skipped_in_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    os.mkfifo("pipe.txt")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind("socket.txt")
        put(tmp_path, "a.txt")
        sources, failures = find(["."], Settings())
        assert ([source.path for source in sources], failures) == (["a.txt"], [])
        for name in ("pipe.txt", "socket.txt", os.devnull):
            assert "name it -" in failure(name).reason


@NEEDS_POSIX
def test_links_are_followed_but_loops_end(tmp_path: Path) -> None:
    put(tmp_path, "pages/a.txt")
    put(tmp_path, "other/b.txt")
    (tmp_path / "pages" / "again").symlink_to(tmp_path / "pages")
    (tmp_path / "pages" / "up").symlink_to("..")
    (tmp_path / "pages" / "linked.txt").symlink_to(tmp_path / "other" / "b.txt")
    assert inside(tmp_path) == ["other/b.txt", "pages/a.txt"]


@NEEDS_POSIX
def test_links_that_lead_out_of_a_folder_are_named_and_followed_when_asked(tmp_path: Path) -> None:
    put(tmp_path, "pages/a.txt")
    put(tmp_path, "other/b.txt")
    put(tmp_path, "pages-2/c.txt")
    links = {"up": "..", "linked.txt": "../other/b.txt", "next": "../pages-2", "in.txt": "a.txt", "no.pdf": "../other"}
    for name, target in links.items():
        (tmp_path / "pages" / name).symlink_to(target)
    pages = str(tmp_path / "pages")
    sources, failures = find([pages], Settings())
    assert [Path(s.path).name for s in sources] == ["a.txt"]
    assert [Path(f.path).name for f in failures] == ["linked.txt", "next", "no.pdf", "up"]
    assert {"follow_links" in f.reason for f in failures} == {True}
    followed, failures = find([pages], Settings(follow_links=True))
    assert failures == []
    assert [Path(s.path).name for s in followed] == ["a.txt", "linked.txt", "c.txt"]
    assert found(pages, str(tmp_path / "other"), str(tmp_path / "pages-2"), exclude=("up",)) == [
        str(tmp_path / name) for name in ("other/b.txt", "pages-2/c.txt", "pages/a.txt")
    ]
    assert found(str(tmp_path / "pages" / "linked.txt")) == [str(tmp_path / "pages" / "linked.txt")]


@NEEDS_POSIX
def test_real_names_come_before_links(tmp_path: Path) -> None:
    put(tmp_path, "z/page.txt")
    (tmp_path / "a").symlink_to("z")
    (tmp_path / "b.txt").symlink_to("z/page.txt")
    assert inside(tmp_path) == ["z/page.txt"]


@NEEDS_POSIX
def test_broken_links_are_named(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "self").symlink_to("self")
    sources, failures = find([str(tmp_path)], Settings())
    assert [Path(s.path).name for s in sources] == ["a.txt"]
    assert [Path(f.path).name for f in failures] == ["gone.txt", "self.txt"]


@NEEDS_POSIX
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "closed/a.txt")
    put(tmp_path, "open/b.txt")
    os.chmod(path, 0)
    os.chmod(tmp_path / "closed", 0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    try:
        sources, failures = find([str(tmp_path)], Settings())
    finally:
        os.chmod(tmp_path / "closed", 0o700)
    assert [Path(s.path).name for s in sources] == ["b.txt"]
    assert [Path(f.path).name for f in failures] == ["closed"]
    assert "permission denied" in failure(path).reason


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_not_utf8_are_shown_printable(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xd7\xdc.txt"
    with open(name, "wb") as file:
        file.write(SHORT.encode())
    (source,), _ = find([str(tmp_path)], Settings())
    assert source.path.endswith(r"/\xd7\xdc.txt")
    assert list(read(source, Settings())) == [Document(source.path, SHORT)]
    assert failure(os.fsdecode(b"gone\xff")).path == r"gone\xff"


# Encodings


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SHORT, "utf-8"),
        (LONG, "utf-8-sig"),
        (LONG, "utf-16"),
        (SHORT, "utf-32"),
        ("\ufeff" + SHORT, "utf-16-be"),
        ("总结", "gbk"),
        ("联通", "gbk"),
        (SHORT, "gbk"),
        (LONG, "gbk"),
        ("𠮷野家的招牌换了新的。" + SHORT, "gb18030"),
        (TRADITIONAL, "gbk"),
        ("本年度工作報告", "big5"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL * 300, "big5"),
        ("report 2023: " * 50 + "完毕", "gbk"),
        (JAPANESE, "shift_jis"),
        ("plain ASCII", "ascii"),
    ],
)
def test_encodings_are_recognised(tmp_path: Path, text: str, encoding: str) -> None:
    assert text_of(put(tmp_path, "a.txt", text.encode(encoding))) == text.lstrip("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "big5"])
def test_encoding_forces_one(tmp_path: Path, encoding: str) -> None:
    text = "年度報告\r\n"
    assert text_of(put(tmp_path, "a.txt", text.encode(encoding)), encoding) == text


def test_half_a_surrogate_pair_is_the_name_of_no_file() -> None:
    (one,) = find(["\ud800.txt"], Settings())[1]
    assert one.path == "\\ud800.txt"
    assert one.reason.startswith("cannot be read (")


def test_encoding_drops_a_mark(tmp_path: Path) -> None:
    assert text_of(put(tmp_path, "a.txt", SHORT.encode("utf-8-sig")), "utf-8") == SHORT


@pytest.mark.parametrize("encoding", ["no-such", "hex", "utf\0"])
def test_an_unknown_encoding_is_a_config_error(encoding: str) -> None:
    with pytest.raises(ConfigError, match="utf-8"):
        find([], Settings(encoding=encoding))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (LONG.encode()[:-2] + b"\xff" + LONG.encode(), r"byte \d+ \(0xff\) is not UTF-8, though the text around it is"),
        (LONG.encode()[:-4], "though the text around it is"),
        (LONG.encode("gbk")[:-2] + b"\xff\xff", "looks like GB18030, but byte"),
        (b"\xff\xfe" + SHORT.encode("utf-16-le") + b"\0", "mark of utf-16-le"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\xff", "binary"),
        (b"MZ\0\0" * 20, "binary"),
        ("a总结\n".encode("utf-16-le"), "encoding='utf-16-le'"),
        (bytes(range(256)).replace(b"\0", b""), "name its encoding"),
    ],
)
def test_what_is_no_text_is_named_with_a_way_out(tmp_path: Path, data: bytes, reason: str) -> None:
    path = put(tmp_path, "a.txt", data)
    with pytest.raises(UndecodableError, match=reason):
        decode(data)
    assert failure(path).path == Path(path).as_posix()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16", "gb18030"])
def test_a_forced_encoding_is_strict(tmp_path: Path, encoding: str) -> None:
    path = put(tmp_path, "a.txt", b"abc\xff\xff\xff\xff")
    reason = failure(path, Settings(encoding=encoding)).reason
    assert re.match(rf"(byte \d+ \(0xff\)|it) is not {encoding}: name another encoding, none to have", reason)


def test_a_stray_nul_is_no_binary(tmp_path: Path) -> None:
    assert text_of(put(tmp_path, "a.txt", LONG + "\0")) == LONG + "\0"


# Reading


@pytest.mark.parametrize("text", ["", "\r\n", "a\r\nb\rc\n", SHORT])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_text_is_kept_exactly(tmp_path: Path, text: str, suffix: str) -> None:
    path = put(tmp_path, f"a.txt{suffix}", pack(text.encode(), suffix))
    assert items(path) == [Document(Path(path).as_posix(), text)]


def pack(data: bytes, suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data)
    return zstandard.ZstdCompressor().compress(data) if suffix == ".zst" else data


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_files_may_have_several_parts_or_be_empty(tmp_path: Path, suffix: str) -> None:
    parts = b"".join(pack(part, suffix) for part in (b"ab", b"", b"c"))
    assert text_of(put(tmp_path, f"a.txt{suffix}", parts)) == "abc"
    assert text_of(put(tmp_path, f"b.txt{suffix}", b"")) == ""


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_truncated_files_are_named(tmp_path: Path, suffix: str, name: str) -> None:
    noise = "".join(chr(0x4E00 + i * 7919 % 20000) for i in range(3000))
    packed = pack(noise.encode(), suffix)
    for size in (len(packed) // 2, len(packed) - 1):
        *_, last = items(put(tmp_path, f"{size}{name}{suffix}", packed[:size]))
        assert isinstance(last, Failure)
        assert "truncated" in last.reason


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_records_before_the_damage_are_given(tmp_path: Path, suffix: str) -> None:
    records = [{"text": "".join(chr(0x4E00 + i * k % 20000) for i in range(3000))} for k in range(7001, 7100)]
    packed = pack(lines(*records).encode(), suffix)
    *documents, last = items(put(tmp_path, f"a.jsonl{suffix}", packed[: len(packed) * 9 // 10]))
    assert len(documents) > 10
    assert all(isinstance(item, Document) for item in documents)
    assert isinstance(last, Failure)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_files_that_are_not_packed_are_named(tmp_path: Path, suffix: str) -> None:
    assert "damaged" in failure(put(tmp_path, f"a.txt{suffix}", "not packed at all")).reason


def test_damaged_gzip_data_is_named(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(LONG.encode()))
    packed[len(packed) // 2] ^= 0xFF
    assert "damaged" in failure(put(tmp_path, "a.txt.gz", bytes(packed))).reason


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    (source,), _ = find([path], Settings())
    os.remove(path)
    (item,) = read(source, Settings())
    assert isinstance(item, Failure)
    assert "deleted or renamed" in item.reason


@pytest.mark.parametrize("closed", [False, True])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    (source,), _ = find(["-"], Settings())
    assert source == Source("-", None, 0)
    monkeypatch.setattr(sys, "stdin", None if closed else io.TextIOWrapper(io.BytesIO(SHORT.encode("gbk"))))
    (item,) = read(source, Settings())
    assert isinstance(item, Failure) if closed else item == Document("-", SHORT)


def test_sources_can_be_read_in_another_process(tmp_path: Path) -> None:
    (source,), _ = find([put(tmp_path, "a.txt")], Settings())
    assert pickle.loads(pickle.dumps(source)) == source
    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(read_all, source).result() == [Document(source.path, SHORT)]


def read_all(source: Source) -> list[Document | Failure]:
    return list(read(source, Settings()))


# Records


def test_records_are_named_by_id_or_line(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "a.jsonl",
        lines({"text": "甲", "id": "x"}, {"text": "乙", "id": 7}, {"text": "丙"})
        + "\n  \r\n"
        + lines({"text": "丁", "id": None}, {"text": "戊", "id": ""}, {"text": "己", "id": [1]}),
    )
    assert items(path) == [
        Document(Path(path).as_posix(), text, record)
        for text, record in [("甲", "x"), ("乙", "7"), ("丙", "3"), ("丁", "6"), ("戊", "7#7"), ("己", "8")]
    ]


def test_other_fields_can_be_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", lines({"content": "甲", "url": "u1", "text": 3}))
    assert items(path, Settings(text_field="content", id_field="url")) == [Document(Path(path).as_posix(), "甲", "u1")]


def test_ids_that_come_twice_still_name_one_record(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", lines(*({"text": "甲", "id": i} for i in ("a", "a", "a#2", "a"))))
    records = [item.record for item in items(path) if isinstance(item, Document)]
    assert records == ["a", "a#2", "a#2#3", "a#4"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "甲"', "not JSON"),
        ("text", "not JSON"),
        (f'{{"text": "甲", "n": {"9" * 9_999}}}', "not JSON (a number of too many digits): mend the line or drop it"),
        ("[" * 100_000, "not JSON"),
        ('["甲"]', "a JSON array, not an object"),
        ('"甲"', "a JSON string, not an object"),
        ("3.5", "a JSON number, not an object"),
        ("null", "a JSON null, not an object"),
        ('{"content": "甲", "\\ud800": 1}', "there are: 'content'"),
        ("{}", "there are: none"),
        ('{"text": null}', "'text' is a null, not a string"),
        ('{"text": true}', "'text' is a true, not a string"),
        ('{"text": 5}', "'text' is a number, not a string"),
        ('{"text": {"a": 1}}', "'text' is an object, not a string"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_given(tmp_path: Path, line: str, reason: str) -> None:
    path = put(tmp_path, "a.jsonl", lines({"text": "前"}) + line + "\n" + lines({"text": "后"}))
    before, bad, after = items(path)
    assert isinstance(bad, Failure)
    assert bad.path == f"{Path(path).as_posix()}:2"
    assert reason in bad.reason
    bad.reason.encode()
    assert [d.text for d in (before, after) if isinstance(d, Document)] == ["前", "后"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "big5", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_in_other_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    text = "這是年度報告的第一部分"
    data = lines({"text": text}, {"text": text}).replace("\n", end).encode(encoding)
    for forced in (None, encoding):
        path = put(tmp_path, "a.jsonl", data)
        assert [getattr(d, "text", d) for d in items(path, Settings(encoding=forced))] == [text, text]


def test_an_undecodable_line_costs_that_line(tmp_path: Path) -> None:
    good = lines({"text": SHORT}).encode()
    path = put(tmp_path, "a.jsonl", good + b'{"text": "\xff"}\n' + good)
    assert [type(item) for item in items(path)] == [Document, Failure, Document]


def test_lone_surrogates_become_replacement_characters(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", '{"text": "a\\ud800b\\ud83d\\ude00c", "id": "\\udfff"}\n')
    assert items(path) == [Document(Path(path).as_posix(), "a\ufffdb\U0001f600c", "\ufffd")]


# Properties


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_utf8_is_never_misjudged(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(text.encode("utf-16")) == text


@given(st.binary())
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    try:
        text = decode(data)
    except UndecodableError:
        return
    text.encode()


# What is passed over


def test_files_of_obvious_names_are_read_whatever_their_case(tmp_path: Path) -> None:
    names = ["A.TXT", "a.shtml", "b.text", "c.Log", "d.MARKDOWN", "e.xhtml", "x.jsonlines", "y.JL", "z.txt.ZSTD"]
    for name in names:
        put(tmp_path, name)
    passed = Counter[str]()
    sources, failures = find([str(tmp_path)], Settings(), passed)
    assert sorted(Path(source.path).name for source in sources) == sorted(names)
    assert (failures, passed) == ([], {})


def test_what_is_not_read_of_a_folder_is_counted_by_what_its_names_end_in(tmp_path: Path) -> None:
    for name in ("006", "c.aspx", "d.PDF", "in/e.pdf", "f.xls.gz", "in/.hidden", ".git/a", "out.bin", "dedupe.toml"):
        put(tmp_path, name)
    for name in ("a.txt", "no/b.doc"):
        put(tmp_path, name)
    passed = Counter[str]()
    settings = Settings(exclude=("no/",), own=(str(tmp_path / "out.bin"),))
    sources, _ = find([str(tmp_path), str(tmp_path / "in")], settings, passed)
    assert [Path(source.path).name for source in sources] == ["a.txt"]
    assert passed == {"": 1, ".aspx": 1, ".pdf": 2, ".xls.gz": 1}


def test_files_that_are_included_are_read_whatever_they_are_called(tmp_path: Path) -> None:
    for name in ("006", "in/c.aspx", "d.pdf", "no/006"):
        put(tmp_path, name)
    passed = Counter[str]()
    sources, _ = find([str(tmp_path)], Settings(include=("006", "*.aspx"), exclude=("no",)), passed)
    assert sorted(Path(source.path).name for source in sources) == ["006", "c.aspx"]
    assert passed == {".pdf": 1}


def test_a_named_file_without_a_document_is_told(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.json", "c.csv"):
        put(tmp_path, name, b"\n")
        (item,) = items(str(tmp_path / name))
        assert isinstance(item, Failure)
        assert item.reason == "no document in it: check that it is what you mean, or leave it out"


def test_a_run_of_which_no_file_gives_a_document_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", b"\n")
    put(tmp_path, "b.csv", b"")
    report = check([tmp_path])
    assert report.exit_code == 2
    assert [error.reason for error in report.errors] == [
        "no document in it, nor in any other path: check that it is what you mean, or leave it out"
    ]
    put(tmp_path, "c.txt")
    assert check([tmp_path]).exit_code == 0


def saved(folder: Path, names: Sequence[str]) -> None:
    """What `save_to_disk` of the library datasets leaves in a folder."""
    folder.mkdir(parents=True)
    for number, name in enumerate(names):
        (folder / name).write_bytes(files.stream([(f"{number}", "甲")]))
    (folder / "dataset_info.json").write_text('{"features": {"text": {"dtype": "string", "_type": "Value"}}}')
    rows = [{"filename": name} for name in names]
    (folder / "state.json").write_text(json.dumps({"_data_files": rows, "_fingerprint": "1"}))


def test_a_folder_of_the_library_datasets_gives_its_rows_once(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    saved(tmp_path / "set" / "train", ["data-00000-of-00002.arrow", "data-00001-of-00002.arrow"])
    saved(tmp_path / "set" / "test", ["data-00000-of-00001.arrow"])
    (tmp_path / "set" / "train" / "cache-0a1b.arrow").write_bytes(files.stream([("9", "甲")]))
    report = check([tmp_path / "set"])
    assert report.errors == ()
    assert report.summary.documents == 3
    assert report.summary.passed_over == {".arrow": 1}


@pytest.mark.parametrize("state", ["", "[]", '{"_data_files": 1}', '{"_data_files": [{}]}', "[" * 9_999])
def test_a_folder_that_says_nothing_of_use_gives_all_its_rows(tmp_path: Path, state: str) -> None:
    saved(tmp_path / "set", ["a.arrow"])
    (tmp_path / "set" / "state.json").write_text(state)
    report = check([tmp_path / "set"])
    assert (report.summary.documents, report.errors) == (1, ())


def test_what_was_written_here_is_left_out_where_it_lies_and_read_where_it_is_named(tmp_path: Path) -> None:
    """Results of `clean`, annotated corpora and reports stand beside texts, and are no texts."""
    run = partial(CliRunner().invoke, cli)
    put(tmp_path, "pages/a.txt", LONG)
    put(tmp_path, "other/manifest.jsonl", '{"id": 1, "text": "一份货单。"}\n')
    for args in (["clean", "-o", "clean"], ["clean", "--annotate", "-o", "annotated"]):
        run([args[0], str(tmp_path / "pages"), *args[1:-1], str(tmp_path / "in" / args[-1])])
    for name in ("r.json", "r.jsonl", "r.html", "r.csv"):
        run(["check", str(tmp_path / "pages"), "-o", str(tmp_path / name)])
    passed = Counter[str]()
    sources, failures = find(tmp_path, Settings(), passed)
    assert [Path(source.path).name for source in sources] == ["manifest.jsonl", "a.txt"]
    assert (failures, list(passed)) == ([], ["written by dedupe"])
    assert passed["written by dedupe"] == sum(len(names) for _, _, names in os.walk(tmp_path)) - 2
    named = [tmp_path / "in" / "clean", tmp_path / "r.csv"]
    assert {Path(source.path).name for source in find(named, Settings())[0]} == {"a.txt", "r.csv"}
    assert len(find([tmp_path, named[0]], Settings())[0]) == 3
    (failure,) = find(tmp_path / "in", Settings())[1]
    assert failure.reason == "no document in it but what dedupe wrote: name its folder, or the file, to have that read"


def test_what_a_killed_clean_left_is_no_corpus_until_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, "pages/a.txt", LONG)
    put(tmp_path, "out.dedupe-partial/pages/a.txt", LONG)
    (tmp_path / "out.dedupe-partial" / MARK).write_bytes(MARKED)
    (tmp_path / "out.dedupe-lock").touch()
    put(tmp_path, "named.dedupe-partial/b.txt", LONG)  # a user's own
    passed = Counter[str]()
    sources, failures = find(tmp_path, Settings(include=("*-lock",)), passed)
    assert [Path(source.path).name for source in sources] == ["b.txt", "a.txt"]
    assert (failures, passed) == ([], {"written by dedupe": 3})
    assert len(find(tmp_path / "out.dedupe-partial", Settings())[0]) == 1
