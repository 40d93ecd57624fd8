"""Signatures as datasketch has them: bit for bit those of a MinHash of its own over the same shingles."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from datasketch.lsh import _false_negative_probability, _optimal_param

import dedupe
from dedupe.copies.minhash import PERMUTATIONS, SHINGLE, shingle_hashes
from dedupe.copies.seeds import BANDS, ROWS
from dedupe.copies.skeletons import tokenize
from dedupe.core.errors import ConfigError
from dedupe.index import signatures, to_datasketch
from tests.corpora import essay
from tests.index.test_index import _built, run, write


def theirs(text: str) -> MinHash:
    """What datasketch makes of the shingles of a text, each hashed alone."""
    minhash = MinHash(num_perm=PERMUTATIONS, scheme="affine32", hashfunc=int)
    ids = tokenize([text]).ids
    for at in range(len(ids) - SHINGLE + 1):
        minhash.update(int(shingle_hashes(ids[at : at + SHINGLE])[0]))
    return minhash


def merged(hashes: list[LeanMinHash]) -> LeanMinHash:
    total = hashes[0].copy()
    for one in hashes[1:]:
        total.merge(one)
    return total


def test_signatures_of_an_essay_are_together_what_datasketch_computes(tmp_path: Path) -> None:
    text = essay(1, 40)
    report = dedupe.check(write(tmp_path / "new", a=text), select="ND")
    found = list(report.signatures())
    assert len(found) > 2
    assert [one.start for one in found] == sorted(one.start for one in found)
    total = merged([one.minhash for one in found])
    expected = theirs(text)
    assert np.array_equal(total.hashvalues, expected.hashvalues)
    assert total.jaccard(expected) == 1.0
    assert (total.scheme, total.seed) == (expected.scheme, expected.seed)
    assert sum(one.tokens for one in found) == len(tokenize([text]).ids)


def test_an_index_gives_the_signatures_that_the_texts_would(tmp_path: Path) -> None:
    old = write(tmp_path / "old", a=essay(1), b=essay(2), c="短。")
    index = _built(tmp_path / "i", old)
    found, expected = list(to_datasketch(index)), list(signatures([str(old)]))
    assert [Path(one.path).resolve() for one in found] == [Path(one.path).resolve() for one in expected]
    assert [one[1:5] for one in found] == [one[1:5] for one in expected]
    assert [one.minhash for one in found] == [one.minhash for one in expected]
    assert not any(one.path.endswith("c.txt") for one in found)


def test_they_can_be_asked_as_datasketch_is(tmp_path: Path) -> None:
    lsh = MinHashLSH(threshold=0.7, num_perm=PERMUTATIONS)
    old = list(signatures([str(write(tmp_path / "old", a=essay(1, 40), b=essay(2, 40)))]))
    for number, one in enumerate(old):
        lsh.insert(number, one.minhash)
    new = list(signatures([str(write(tmp_path / "new", c=essay(1, 40)))]))
    assert {Path(old[number].path).name for one in new for number in lsh.query(one.minhash)} == {"a.txt"}


def test_texts_that_are_gone_have_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="JSON lines"):
        list(dedupe.check([{"text": essay(1)}]).signatures())


def test_bands_are_those_that_datasketch_chooses() -> None:
    # For half of the signature's worth of errors on either side at .6, and for one in ten of false pairs at .7.
    assert _optimal_param(0.6, BANDS * ROWS, 0.5, 0.5) == (BANDS, ROWS)
    assert _optimal_param(0.7, BANDS * ROWS, 0.1, 0.9) == (BANDS, ROWS)
    steps = np.linspace(0.8, 1, 20_001)
    missed = np.trapezoid((1 - steps**ROWS) ** BANDS, steps)
    assert missed == pytest.approx(_false_negative_probability(0.8, BANDS, ROWS), rel=1e-4)


def test_no_command_loads_datasketch_for_a_file(tmp_path: Path) -> None:
    new, index = write(tmp_path / "new", a=essay(1)), _built(tmp_path / "i", write(tmp_path / "old", b=essay(1)))
    for code in (
        "import dedupe",
        f"from dedupe.cli.main import cli; cli(['check', {str(new)!r}, '-q', '--no-config'], standalone_mode=False)",
        f"from dedupe.cli.main import cli; cli(['check', {str(new)!r}, '--index', {str(index)!r}, '--no-config'],"
        " standalone_mode=False)",
    ):
        heavy = (
            f"import sys; {code}; print([m for m in ('datasketch', 'scipy', 'redis', 'fsspec') if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def test_an_address_of_something_else_is_refused(tmp_path: Path) -> None:
    done = run("check", write(tmp_path / "new", a=essay(1)), "--index", "http://localhost/x", "--no-config")
    assert (done.exit_code, "redis://HOST:PORT/NAME" in done.stderr) == (2, True)
