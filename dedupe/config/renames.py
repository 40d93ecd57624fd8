"""Find documents under new names by their findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from posixpath import basename

MANY = 20  # documents with the same finding from which it is site boilerplate and only links equal file names
SHARE = 0.5  # share of a document's findings; documents with fewer in common share only boilerplate

Print = tuple[str, str]  # the path of a document, and the fingerprint of one of its findings without the document


def renames(old: Iterable[Print], new: Iterable[Print]) -> dict[str, str]:
    """Return the new name for each old one, where a document has at least `SHARE` of its findings under that name.

    One new name stands for one old name, and the pair with most in common goes first. A finding that `MANY` documents
    have counts only for files with the same name (their folder was renamed), or the work would grow quadratically.

    >>> renames([("a", "1"), ("a", "2"), ("b", "1")], [("c", "1"), ("c", "2"), ("d", "7")])
    {'a': 'c'}
    """
    sizes: Counter[str] = Counter()
    owners: dict[str, list[tuple[str, int]]] = defaultdict(list)
    namesakes: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for (path, fingerprint), number in sorted(Counter(old).items()):
        sizes[path] += number
        owners[fingerprint].append((path, number))
        namesakes[fingerprint, basename(path)].append((path, number))
    common: Counter[tuple[str, str]] = Counter()
    for (path, fingerprint), number in Counter(new).items():
        near = owners.get(fingerprint, [])
        if len(near) > MANY:
            near = namesakes.get((fingerprint, basename(path)), [])
        for owner, its_number in near:
            common[owner, path] += min(number, its_number)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for (owner, path), number in sorted(common.items(), key=lambda item: (-item[1], item[0])):
        if owner not in names and path not in taken and number >= SHARE * sizes[owner]:
            names[owner] = path
            taken.add(path)
    return names
