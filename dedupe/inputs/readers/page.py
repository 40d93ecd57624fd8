"""The text of an HTML page: its main text by trafilatura (the extra `html`), or all that a browser would show."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from dedupe.config.kinds import MAIN
from dedupe.core.errors import UnreadableError
from dedupe.core.messages import option
from dedupe.inputs.readers.extras import explained, library
from dedupe.text.decode import UndecodableError, decode

if TYPE_CHECKING:
    from dedupe.config.settings import Settings

CHARSET_RE = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
HEAD = 2048  # bytes in which a page states its encoding
HIDDEN = frozenset(("script", "style", "template", "noscript"))
INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark q rp rt "
        "ruby s samp small span strike strong sub sup time tt u var wbr"
    ).split()
)
ATTRIBUTES = 1_000  # of one tag: the parser compares each with each
TAG_RE = re.compile(r"<[A-Za-z][^\s/>]*")
ATTRIBUTE_RE = re.compile(r"""[\s/]*(?:[^\s/>=][^\s/>=]*|(?==))(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s>"'][^\s>]*)?)?""")
SPACE_RE = re.compile(r"[ \t\r\n\f]+")


def text_of(data: bytes, settings: Settings, declared: str | None = None) -> str:
    """Return the text of a page, its main text or all that it shows; empty if a page has none.

    The encoding is recognised as for a text file; if that fails, the one that HTTP or the page itself declares is used.
    Raises UnreadableError.
    """
    source = decoded(data, settings, declared)
    return _main(source) if settings.html == MAIN else _Shown.text(source)


def decoded(data: bytes, settings: Settings, declared: str | None) -> str:
    """Decode bytes, with the encoding recognised as for a text file, or else the one that they or HTTP declare."""
    try:
        return decode(data, settings.encoding, settings.errors)
    except UndecodableError:
        found = CHARSET_RE.search(data[:HEAD])
        name = declared or (found and found[1].decode("ascii", "ignore"))
        if settings.encoding or not name:
            raise
        with suppress(LookupError, UndecodableError):
            return decode(data, name, settings.errors)
        raise


def _main(source: str) -> str:
    trafilatura = library("trafilatura", "html")
    check_tags(source)
    # trafilatura reports pages without text on standard error, which belongs to us.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    with explained("an HTML page"):
        return trafilatura.extract(source, include_comments=False) or ""


def check_tags(source: str) -> None:
    """Raise UnreadableError for a page whose tags would keep the parser busy for minutes.

    It checks everything that looks like a tag, because parsers disagree on what is a comment or a script.
    """
    looked = 0
    for tag in TAG_RE.finditer(source):
        at, number = tag.end(), 0
        while (attribute := ATTRIBUTE_RE.match(source, at)) and attribute.end() > at:
            at, number = attribute.end(), number + 1
            if number > ATTRIBUTES or looked + at - tag.end() > 4 * len(source):
                raise UnreadableError(
                    "a tag has more than {number} attributes, or tags stand inside of each other: leave the page "
                    "out, or read it with {option}",
                    f"{ATTRIBUTES:,}",
                    option("html", "raw"),
                )
        looked += at - tag.end()


class _Shown(HTMLParser):
    """Collects what a page shows, its title first: a line for each block, white space as a browser shows it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._hidden = 0

    @classmethod
    def text(cls, source: str) -> str:
        """Return all that a page shows."""
        parser = cls()
        with explained("an HTML page"):
            parser.feed(source)
            parser.close()
        lines = (SPACE_RE.sub(" ", line).strip(" ") for line in "".join(parser._parts).split("\0"))
        return "\n".join(filter(None, lines))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in HIDDEN
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in HIDDEN))
        self._block(tag)

    def _block(self, tag: str) -> None:
        if tag not in INLINE:
            self._parts.append("\0")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data.replace("\0", ""))
