"""The prose map of a text: where it is prose, and where it is code, address, formula, tag or Markdown's own signs.

In code and addresses signs have their own meaning, so neither placeholders nor boilerplate are looked for there. A
map is made only when a candidate in the text must be judged, and all callers share it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.rules import emphasis
from dedupe.rules.vocabulary import words

# The kinds of zones without prose. FENCE is the line that opens or closes a block of code, RULE the row under a
# table's head or a horizontal line, EMPHASIS the signs on either side of emphasised words.
FRONT_MATTER, FENCE, CODE, FORMULA, ADDRESS, TAG, RULE, EMPHASIS = (
    "front-matter",
    "fence",
    "code",
    "formula",
    "address",
    "tag",
    "rule",
    "emphasis",
)
# Zones in which no boilerplate can stand. Addresses and tags are not among them, for a line of a site may well hold
# one.
MACHINE = frozenset((FRONT_MATTER, FENCE, CODE, FORMULA))

MATTER = re.compile(r"\s{0,8}---[ \t]*\n(?=[A-Za-z_][\w-]*:)(?:(?!---)[^\n]*\n){1,60}(?:---|\.\.\.)[ \t]*(?=\n|\Z)")
FENCE_LINE = re.compile(
    r"^(?:[ \t]|> ?|[-*+] |\d{1,2}[.)] ){0,8}(`{3,}(?=[^`\n]*$)|~{3,}(?=[^~\n一-龥]*$))[ \t]*([^\n]{0,80})$",
    re.MULTILINE,
)
BACKTICKS = re.compile("(?<!`)`{1,2}(?!`)")
LONGEST_CODE = 300
FORMULAS = (
    # Pandoc's rule: no blank just inside the $ signs and no digit after them. $____ and $____ are two sums of money,
    # and $name$ is a template variable.
    ("$", re.compile(r"\$\$[^$]{1,2000}\$\$")),
    (
        "$",
        re.compile(
            r"\$(?=\S)(?![A-Za-z]{3,20}(?:_[A-Za-z]{2,20}){0,3}\$)"
            r"(?=[^$\n]{0,200}[A-Za-z\\^=+{}])[^$\n\u4e00-\u9fff]{1,200}(?<=\S)\$(?!\d)"
        ),
    ),
    ("\\(", re.compile(r"\\\([^\n]{1,200}?\\\)")),
    ("\\[", re.compile(r"\\\[[^\n]{1,200}?\\\]")),
)
ADDRESSES = (
    ("://", re.compile(r"[A-Za-z][A-Za-z+.-]{0,11}://[!-~]+")),
    ("www.", re.compile(r"www\.[!-~]+")),
    # Part of a mail address may be masked: ***@mail.cn.
    (
        "@",
        re.compile(
            r"(?<![A-Za-z\d_.*+-])[A-Za-z\d_.*+-]{1,64}@[A-Za-z\d*-][A-Za-z\d.*-]{0,80}\.[A-Za-z]{2,8}(?![A-Za-z])"
        ),
    ),
    # The target of a Markdown link. The link's text in brackets before it is prose.
    ("](", re.compile(r"(?<=\])\((?:[!-'*-~]|\([!-'*-~]*\)){0,300}(?: \"[^\"\n]{0,80}\")?\)")),
)
# A file path: it begins with a slash, or with ~, . or .. before the slash.
PATH = re.compile(r"(?<![\w/.:~-])(?:~|\.{1,2})?/(?=[\w.*-]*[A-Za-wyz])[\w.*-]+(?:/[\w.*-]*)+(?![\w/])")
# IP addresses; some of their numbers may be masked on purpose.
NUMBERED = re.compile(
    r"(?<![A-Za-z\d.])\d{1,3}\.(?:(?:\d{1,3}|[xX*]{1,3})\.){2}(?:\d{1,3}|[xX*]{1,3})(?:/\d{1,2})?(?![A-Za-z\d.])"
)
IN_NUMBERED = re.compile(r"\.(?<=\d\.)[\dxX*]{1,3}\.[\dxX*]")  # a faster search, for it begins with a literal
HTML_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,30})((?:\s[^<>\n]{0,400})?)/?>|<![A-Za-z][^<>\n]{0,300}>")
CLOSERS = re.compile(r"</([A-Za-z][\w:-]{0,30})\s?>")
HTML_NAMES = frozenset(words("html", "tags"))
# The whole element of one of these tags is code, or no text at all.
HTML_BLOCKS = frozenset(("script", "style", "pre", "code", "svg", "textarea"))
RULES = re.compile(
    r"^[ \t>]*(?:(?:\|[ \t]*)?:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?|\|[ \t]*:?-{3,}:?[ \t]*\|"
    r"|(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}))$",
    re.MULTILINE,
)
PLAIN_WORDS = frozenset(("", *words("html", "plain-languages")))
HAN_RE = re.compile("[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7a3]")
CODE_LINE = re.compile(
    r"[;{}](?<!}})\s*$|^\s*(?://|#(?!#* |##?[一-龥])|/\*|\*/|<(?![一-龥])|>>>|\$ |@|[A-Za-z_][A-Za-z\d_.]*\("
    r"|(?:def|var|let|const|import|from|return|function|class|public|if|for|while|select|insert|update|create|sudo|npm|git"
    r"|pip|docker) )|[│├└]|=>|->|==|\S = \S|\w\(\)|\[\w+\]\s*="
)
# A letter in English may stand in a code block, too; its salutation or its close shows what it is.
LETTER = re.compile(
    r"^\s*(?:(?:Dear|To|Hi|Hello|Subject|Re|Date|From) ?[\[:,A-Z_<{]|Sincerely|Regards|Best regards|Yours)",
    re.MULTILINE,
)
BLOCKS = re.compile(
    r"[ \t]{0,12}(?:(?P<heading>#{1,6} )|(?P<quote>>)|(?P<row>\|[^\n]*\|[ \t]*$)|(?P<item>[-+*] |\d{1,3}[.)] ))",
    re.MULTILINE,
)
MARKDOWN = re.compile(r"^(?:#{1,6} \S|[-+*] \S|> \S|`{3}|\|.*\|[ \t]*$)|\]\(", re.MULTILINE)

# A faster check: a text without one of these at a line start, or `](`, has no Markdown line.
LINE_SIGNS = frozenset("#-+*>`|")
LINE_SIGN = re.compile(r"\n[#\-+*>`|]")


class Zone(NamedTuple):
    """A stretch of a text that is not prose."""

    start: int
    end: int
    kind: str


class Prose:
    """The prose map of one text, whose widths are folded."""

    def __init__(self, folded: str) -> None:
        self.folded = folded

    @cached_property
    def zones(self) -> list[Zone]:
        """The stretches that are not prose, in order and without overlaps. Signs of emphasis are not among them."""
        return _outermost(_zones(self.folded))

    @cached_property
    def emphasis(self) -> list[Zone]:
        """The signs of Markdown emphasis, in order, one zone per opener or closer. The words between them are prose."""
        found = emphasis.find(self.folded, lambda at: self.zone_at(at) is None, lambda: self.is_markdown)
        return [Zone(start, end, EMPHASIS) for start, end in found]

    @property
    def is_set_in_emphasis(self) -> bool:
        """True if the document uses emphasis so often that a lone ** is likely one that lost its partner."""
        return len(self.emphasis) >= emphasis.USUAL

    @cached_property
    def is_markdown(self) -> bool:
        """True if some line has the form of a Markdown heading, list, quotation, table or link."""
        folded = self.folded
        may_be = folded[:1] in LINE_SIGNS or LINE_SIGN.search(folded) or "](" in folded
        return bool(may_be) and MARKDOWN.search(folded) is not None

    @cached_property
    def _starts(self) -> list[int]:
        return [zone.start for zone in self.zones]

    @cached_property
    def _emphasis_starts(self) -> list[int]:
        return [zone.start for zone in self.emphasis]

    def zone_at(self, at: int) -> Zone | None:
        """Return the zone that holds an offset; None in prose."""
        return _at(self.zones, self._starts, at)

    def block_at(self, at: int) -> str:
        """Return the kind of Markdown block of the line at an offset: heading, quote, row, item, or empty.

        >>> Prose("> 1. read").block_at(4), Prose("read").block_at(0)
        ('quote', '')
        """
        block = BLOCKS.match(self.folded, self.folded.rfind("\n", 0, at) + 1)
        return block.lastgroup or "" if block else ""

    def is_emphasis(self, at: int) -> bool:
        """True if the sign at an offset is Markdown emphasis."""
        return self.folded[at] in emphasis.SIGNS and _at(self.emphasis, self._emphasis_starts, at) is not None

    def is_prose(self, at: int) -> bool:
        """True if the character at an offset is in no zone."""
        return not self.overlaps(at, at + 1)

    def is_machine(self, start: int, end: int | None = None) -> bool:
        """True if part of a span is code, fence, front matter or formula, where no boilerplate can stand."""
        return self.overlaps(start, start + 1 if end is None else end, MACHINE)

    def overlaps(self, start: int, end: int, kinds: frozenset[str] | None = None) -> bool:
        """True if a span overlaps a zone, or, if `kinds` are given, a zone of one of these kinds."""
        zones = self.zones
        if not zones:
            return False
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(zones) and zones[at].start < end:
            if zones[at].end > start and (kinds is None or zones[at].kind in kinds):
                return True
            at += 1
        return False


@lru_cache(maxsize=2)
def prose_of(folded: str) -> Prose:
    """Return the map of a text. The sweeps over one document ask in turn, so the last maps are cached."""
    return Prose(folded)


def _at(zones: list[Zone], starts: list[int], at: int) -> Zone | None:
    i = bisect_right(starts, at) - 1
    return zones[i] if i >= 0 and at < zones[i].end else None


def _outermost(zones: Iterable[Zone]) -> list[Zone]:
    """Return the zones in order, without those that begin inside another."""
    kept: list[Zone] = []
    for zone in sorted(zones, key=lambda zone: (zone.start, -zone.end)):
        if not kept or zone.start >= kept[-1].end:
            kept.append(zone)
    return kept


def _zones(folded: str) -> Iterator[Zone]:
    matter = MATTER.match(folded) if "---" in folded[:16] else None
    if matter:
        yield Zone(*matter.span(), FRONT_MATTER)
    if "```" in folded or "~~~" in folded:
        yield from _fences(folded)
    if "`" in folded:
        yield from _inline_code(folded)
    if "<" in folded:
        yield from _html(folded)
    yield from _addresses(folded)
    if "---" in folded or "***" in folded or "* *" in folded:
        yield from (Zone(*match.span(), RULE) for match in RULES.finditer(folded))


def _addresses(folded: str) -> Iterator[Zone]:
    """Yield formulas, addresses and file paths."""
    for kind, patterns in ((FORMULA, FORMULAS), (ADDRESS, ADDRESSES)):
        for sign, pattern in patterns:
            if sign in folded:
                yield from (Zone(*match.span(), kind) for match in pattern.finditer(folded))
    yield from (Zone(start, end, ADDRESS) for start, end in _paths(folded))
    if IN_NUMBERED.search(folded):
        yield from (Zone(*match.span(), ADDRESS) for match in NUMBERED.finditer(folded))


def _paths(folded: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of file paths; the search goes from slash to slash."""
    at = folded.find("/")
    while at >= 0:
        start = at
        while start > 0 and at - start < 2 and folded[start - 1] in "~.":
            start -= 1
        path = PATH.match(folded, start)
        if path:
            yield path.span()
        at = folded.find("/", path.end() if path else at + 1)


def _fences(folded: str) -> Iterator[Zone]:
    """Yield fenced blocks as code; of a block that holds text for people, yield only its two fences."""
    opener: re.Match[str] | None = None
    for line in FENCE_LINE.finditer(folded):
        if opener is None:
            opener = line
        elif line[1].startswith(opener[1]) and not line[2].strip():
            yield from _block(folded, opener, line.start(), line.end())
            opener = None
    if opener is not None:
        yield from _block(folded, opener, len(folded), len(folded))


def _block(folded: str, opener: re.Match[str], stop: int, end: int) -> Iterator[Zone]:
    body = folded[opener.end() : stop]
    word = opener[2].strip().lower()  # a language, or in Chinese what the block holds: a certificate
    if (word in PLAIN_WORDS or HAN_RE.match(word)) and is_for_people(body):
        yield Zone(*opener.span(), FENCE)
        if stop < end:
            yield Zone(stop, end, FENCE)
    else:
        yield Zone(opener.start(), end, CODE)


FIELD_IN_BRACES = re.compile(r"\{{1,2}[\u4e00-\u9fff ]{1,20}\}{1,2}|#[\u4e00-\u9fff]{1,12}#")


def is_for_people(body: str) -> bool:
    """True if a code block holds text for people: a letter or mostly Chinese, and at most a quarter lines of code."""
    lines = [line for line in body.split("\n") if line.strip()]
    code = sum(CODE_LINE.search(FIELD_IN_BRACES.sub("", line)) is not None for line in lines)
    if 4 * code > len(lines):
        return False
    if LETTER.search(body):
        return True
    spoken = sum(len(HAN_RE.findall(line)) for line in lines)
    latin = sum(char.isascii() and char.isalpha() and char not in "xX" for char in body)
    return spoken > latin


def _inline_code(folded: str) -> Iterator[Zone]:
    """Yield code between equal runs of backticks, but not a clause of prose between two stray backticks."""
    runs = [match.span() for match in BACKTICKS.finditer(folded)]
    i = 0
    while i < len(runs):
        start, end = runs[i]
        i += 1
        for j in range(i, len(runs)):
            low, high = runs[j]
            if low - end > LONGEST_CODE or "\n\n" in folded[end:low]:
                break
            if high - low == end - start:
                if not _is_clause(folded[end:low]):
                    yield Zone(start, high, CODE)
                    i = j + 1
                break


def _is_clause(inner: str) -> bool:
    spoken = len(HAN_RE.findall(inner))
    return spoken > 12 or (spoken > 0 and any(stop in inner for stop in ",。;!?"))


def _html(folded: str) -> Iterator[Zone]:
    at = folded.find("<!--")
    while at >= 0:
        end = folded.find("-->", at)
        if end < 0:
            break
        yield Zone(at, end + 3, TAG)
        at = folded.find("<!--", end)
    closers: dict[str, list[int]] = defaultdict(list)
    for closer in CLOSERS.finditer(folded):
        closers[closer[1].lower()].append(closer.start())
    reach = 0
    for tag in HTML_TAG.finditer(folded):
        start, end = tag.span()
        name = (tag[2] or "").lower()
        # Text between < and > may be no markup but a prompt, such as <your name>.
        is_tag = not name or tag[1] or name in HTML_NAMES or "=" in (tag[3] or "") or name in closers
        if start < reach or not is_tag:
            continue
        ends = closers.get(name, []) if name in HTML_BLOCKS and not tag[1] else []
        close = bisect_right(ends, start)
        if close < len(ends):
            reach = folded.find(">", ends[close]) + 1 or len(folded)
            yield Zone(start, reach, CODE)
        else:
            yield Zone(start, end, TAG)
