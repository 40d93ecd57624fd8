"""Find characters that were injected into a text: signs inside a clause, and lines of noise.

Protected pages add them to text that somebody copies. Inside a Chinese clause, between two Han characters, a backtick,
an apostrophe or an ASCII full stop is out of place, unless it is one of a pair, separates the parts of a name
(约翰.史密斯, John Smith), or ends a sentence for a writer who does not type 。.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dedupe.core import regex as re
from dedupe.core.model import Span
from dedupe.rules.placeholders.context import FIGURES, WINDOW, meaning
from dedupe.rules.prose import prose_of
from dedupe.rules.rule import Met
from dedupe.text.signs import IN_CLAUSE, TOGETHER, bits_of

HAN = "\u3400-\u9fff"
HAN_CHARACTER = re.compile(f"[{HAN}]")
SIGNS = "`'.\\^"
AFTER_STOPS = frozenset(",。;!?、")
MOST = 6  # a sign that stands alone more often is a habit of the writer
# Characters that cannot end a clause, and characters that cannot begin one.
CANNOT_END = frozenset("的地得和与及在把被对从为以不很而或将向让使由并更最")
CANNOT_BEGIN = frozenset("的了着过们里予之吗呢吧么上下中内外边间者性化些")
# ... but a clause with 是 (is), 有, 会 or 没 may end in 的, unless the noun that 的 modifies follows the dot and a
# comma ends the clause behind it.
SAYS_WHAT = re.compile("[是有没]|(?<![体机社大晚开])会(?![场议员])")
THE_THING = re.compile(rf"\.(?![我你他她它咱大这那此今明昨但可不也就都还只所因如而且并却请在])(?:[{HAN}]){{2,5}},")
CLAUSE = 30
CLAUSE_MARK = re.compile("[,。;:!?\n]")

CLAUSE_SIGNS = "`'~*^.\\#@"
BITS_IN_CLAUSE = bits_of(CLAUSE_SIGNS)
SIDE_BY_SIDE = re.compile(rf"(?<=[{HAN},。;!?、])[{re.escape(CLAUSE_SIGNS)}]{{2,3}}(?=[{HAN}])")
# A sign between a clause and its comma: 二十三*,祭灶.
BESIDE_STOP = re.compile(rf"(?<=[{HAN}])(?:[`^\\][,;](?=[{HAN}])|\*,(?=[{HAN}]))")
UNITS = "年月日号时个名次元人万千百位届级班等条项"
NOT_COUNTED = f"(?![{UNITS}市县区镇村])"  # before a unit or a place a sign may stand for a figure or a name
# Signs that a sentence of Chinese hardly ever has between two words: 立即$封存,不得流入下%道工序.
LONE = re.compile(rf"[\^~|\\=$%&_#{{@](?<=[{HAN},、].)(?=[{HAN}]){NOT_COUNTED}")
FEW = 2
PARTING = "!?*@#%^&~|`$+"
PARTING_BITS = bits_of(PARTING)
# w!w@w#: the letters of a web address with signs between them.
SPELT = re.compile(
    rf"(?<=[{HAN},。;])(?:[a-z](?:[!@#$%^&*][a-z]){{1,5}}[!@#$%^&*]?|[a-z](?:\.[a-z]){{2,6}}|[a-z][A-Z][a-z\d])(?=[{HAN}])"
)
LONG_PARTED, SHORT_PARTED = 11, 7  # least lengths; the second applies if a sign comes first
INTERLEAVED = re.compile(
    f"(?:[{re.escape(PARTING)}][{HAN}]){{3,}}[{re.escape(PARTING)}]|[{HAN}](?:[{re.escape(PARTING)}][{HAN}]){{3,}}"
)
# A line, or its end behind a sentence, that consists of single letters, digits and many kinds of signs.
NOISE = re.compile(rf"(?:^[^\S\n]*|(?<=[。!?])|(?<=[{HAN}] ))(?P<span>(?=[!-~])[!-~ ]{{8,80}})[^\S\n]*$", re.MULTILINE)
# The same inside a line, in words of one or two characters: 按月公开q5 R! m# x9 $T,接受监督.
NOISE_INSIDE = re.compile(
    rf"(?:^[^\S\n]*(?=[!-~ ]{{8,80}}[{HAN}×○])|(?<=[{HAN}。]))"
    rf"(?P<span>[!-~]{{1,2}}(?: [!-~]{{1,2}}){{3,26}}?)(?=[ ,]?(?:[{HAN}×○,。]|\d{{1,2}}[、.]))",
    re.MULTILINE,
)
WORD = re.compile(r"[A-Za-z]{3}|\d{3}")
NOISE_SIGNS, NOISE_OTHERS, SURELY_NOISE = 4, 3, 7
HAS = "(?=[!-~ ]{{0,16}}{})"
# Further injected text, searched only where injection is certain: signs in a clause or behind its comma, odd mixtures
# of letters and digits, and short noise. A sign before a unit is not matched, for * before a unit is a placeholder.
TRACES = re.compile(
    rf"(?<=[{HAN},。;!?、”])(?:,?(?P<signs>(?:[`'~*^\\\\\"|#/¦]|\.(?!\.))(?![{UNITS}])(?=[{HAN}])"
    rf"|[`'|^](?=[,。])|(?!\*\*)[`'~*^.\\\\#@,]{{1,2}}[`'~*^.\\\\#@](?=[{HAN}《“,。]))"
    rf"|(?P<letters>(?=\d?[A-Za-z]*(?:[a-z][A-Z\d]|\d[a-z]|[A-Z][a-z]\d))[A-Za-z\d]{{2,5}})(?=[{HAN}])"
    rf"|(?P<noise>{HAS.format('[0-9]')}{HAS.format('[A-Za-z]')}{HAS.format('[^0-9A-Za-z_ ,]')}"
    rf"(?:[!-~]{{1,2}} ){{2,8}}[!-~]{{1,2}})(?=[{HAN}\n]))"
)
WORDLIKE = frozenset(
    ("pH", "mRNA", "tRNA", "iOS", "iPad", "eBay", "kWh", "kW", "mA", "mL", "dB", "m2", "m3", "km2", "cm2", "Wi")
)
PRICED = frozenset("元角分斤吨")
NOISY = bits_of("{}[]^&~$#@<>|\\%")  # signs that are rare in prose; noise has at least two of them
MEANT = re.compile(r"[=+]|->|\)\s*;|//|\.\.|--|\*\*|__|##")


# A line of random characters that a site puts between paragraphs: few are frequent and few repeat. In prose on any
# topic at least a quarter of the characters are in FREQUENT.
SALAD = re.compile(rf"^[^\S\n]*([{HAN}]{{30,600}})[^\S\n]*$", re.MULTILINE)
LEAST_FREQUENT, DISTINCT = 0.26, 0.95
FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本"
    "去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总"
    "次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权"
    "收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连"
    "断深难近"
)


def find_salad(folded: str) -> Iterator[Span]:
    """Yield the lines of random characters in a folded text."""
    for match in SALAD.finditer(folded):
        line = match[1]
        frequent = sum(map(FREQUENT.__contains__, line))
        if len(set(line)) >= DISTINCT * len(line) and frequent < LEAST_FREQUENT * len(line):
            yield Span(*match.span(1))


def find_signs(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    """Yield signs injected into Chinese clauses, in a text that ends sentences with ``。``."""
    if "。" in folded:
        found = [*_together(folded, met.signs), *(_alone(folded) if met.signs & IN_CLAUSE else ())]
        lone = list(_lone(folded)) if met.signs & IN_CLAUSE else []
        if len({folded[start:end] for start, end in found + lone}) > 1:
            found += lone
        found += _traces(folded) if _is_tampered(folded, found) else ()
        yield from (("BP286", start, end) for start, end in found)


def _is_tampered(folded: str, found: list[tuple[int, int]]) -> bool:
    """True if the found signs prove injection: two kinds of signs, a caret or backslash, or one kind beside noise."""
    put_in = {folded[start:end] for start, end in found}
    if len(put_in) != 1 or put_in <= {"^", "\\"}:
        return bool(put_in)
    return len(set(*put_in)) > 1 or any(find_noise(folded)) or any(find_interleaved(folded))


def _lone(folded: str) -> Iterator[tuple[int, int]]:
    """Yield signs that stand alone in the clauses of sentences, each kind at most twice; one kind proves nothing."""
    found = [match.span() for match in LONE.finditer(folded)]
    kinds = Counter(folded[start] for start, _ in found)
    prose = prose_of(folded) if found else None
    for start, end in found:
        sign, behind = folded[start], folded[end : end + 30]
        if prose is None or kinds[sign] > FEW or prose.is_machine(start, end) or prose.is_emphasis(start):
            continue
        if (sign == "{" and "}" in behind) or (sign == "_" and meaning(behind)):
            continue  # a prompt; a mark
        low, high = folded.rfind("\n", 0, start) + 1, folded.find("\n", end)
        if "。" in folded[low : high if high >= 0 else len(folded)]:
            yield start, end


def _traces(folded: str) -> Iterator[tuple[int, int]]:
    """Yield further signs, letters and noise that were likely injected into a tampered text."""
    prose = prose_of(folded)
    for match in TRACES.finditer(folded):
        start, end = match.span(match.lastgroup or 0)
        is_rate = folded[start] == "/" and folded[start - 1] in PRICED  # 1500元/户
        is_meant = is_rate or folded[start:end] in WORDLIKE or prose.is_machine(start, end)
        if not is_meant and not prose.is_emphasis(start):
            yield start, end


def _alone(folded: str) -> Iterator[tuple[int, int]]:
    """Yield single signs in clauses that do not occur twice in their line."""
    found = sorted(at for sign in SIGNS for at in _between_han(folded, sign))
    if not found:
        return
    prose = prose_of(folded)
    found = [at for at in found if not prose.is_machine(at, at + 1) and not prose.is_emphasis(at)]
    found = [at for at in found if not folded.startswith(("表示", "代表"), at + 1)]
    kinds = Counter(folded[at] for at in found)
    counting = Counter(folded[at] for at in found if meaning(folded[at + 1 : at + 1 + WINDOW]) in FIGURES)
    marks = {sign for sign, count in counting.items() if count > 1 and 2 * count >= kinds[sign]}  # 种了^亩,收了^吨
    found = [at for at in found if folded[at] not in marks]
    alone = [at for at in found if folded[at] != "." and _is_alone(folded, at)]
    dots = [at for at in found if folded[at] == "."]
    for sign in sorted({folded[at] for at in alone}):
        of_it = [at for at in alone if folded[at] == sign]
        yield from ((at, at + 1) for at in of_it if len(of_it) <= MOST)
    if len(dots) <= MOST // 2 and folded.count("。") >= len(dots):
        # If other signs were injected, dots were too. Otherwise a dot may separate a name, so its neighbours decide.
        yield from ((at, at + 1) for at in dots if alone or _cannot_end(folded, at))


def _together(folded: str, signs: int) -> Iterator[tuple[int, int]]:
    """Yield two or three adjacent signs of several kinds in a clause, such as ~`, and signs beside a comma."""
    if not signs & TOGETHER or ((signs & BITS_IN_CLAUSE).bit_count() < 2 and "^^" not in folded):
        return
    prose = prose_of(folded)
    for match in BESIDE_STOP.finditer(folded):
        if (match[0][0] != "*" or folded.count("*") == 1) and not prose.is_machine(*match.span()):
            yield match.span()
    for match in SIDE_BY_SIDE.finditer(folded):
        if (len(set(match[0])) > 1 or "^" in match[0]) and match[0] != ".*" and not prose.is_machine(*match.span()):
            yield match.span()


def _between_han(folded: str, sign: str) -> Iterator[int]:
    """Yield the offsets of a sign between two Han characters, or, for some signs, between one and punctuation."""
    at = folded.find(sign, 1)
    while at >= 0:
        is_inside = "\u3400" <= folded[at - 1] <= "\u9fff" or (sign != "." and folded[at - 1] in AFTER_STOPS)
        behind = folded[at + 1 : at + 2]
        if is_inside and ("\u3400" <= behind <= "\u9fff" or (sign in "`^'" and behind in AFTER_STOPS)):
            yield at
        at = folded.find(sign, at + 1)


def _is_alone(folded: str, at: int) -> bool:
    """True if the sign occurs only once in its line, or is one that encloses nothing."""
    if folded[at] in "^\\":
        return True
    start = folded.rfind("\n", 0, at) + 1
    end = folded.find("\n", at)
    line = folded[max(start, at - 400) : min(end if end >= 0 else len(folded), at + 400)]
    return line.count(folded[at]) == 1


def _cannot_end(folded: str, dot: int) -> bool:
    clause = CLAUSE_MARK.split(folded[max(0, dot - CLAUSE) : dot])[-1]
    if folded[dot - 1] == "的" and SAYS_WHAT.search(clause):
        return THE_THING.match(folded, dot) is not None
    return folded[dot - 1] in CANNOT_END or folded[dot + 1] in CANNOT_BEGIN


def find_noise(folded: str) -> Iterator[Span]:
    """Yield lines of noise near Chinese text."""
    for match in NOISE.finditer(folded):
        start, end = match.span("span")
        text = folded[start:end].rstrip()
        if is_noise(text) and HAN_CHARACTER.search(folded, max(0, start - 60), end + 60):
            yield Span(start, start + len(text))
    for match in NOISE_INSIDE.finditer(folded):
        text = match["span"].rstrip(" ,")
        mixed = sum(len(word) > 1 and not word.isalnum() for word in text.split(" "))
        if mixed > 1 and is_noise(text, NOISE_SIGNS - 1):
            yield Span(match.start("span"), match.start("span") + len(text))


def find_interleaved(folded: str) -> Iterator[Span]:
    """Yield clauses whose characters are separated by signs of several kinds, to evade filters: 好!文*网@站."""
    yield from (Span(*match.span()) for match in SPELT.finditer(folded))
    for match in INTERLEAVED.finditer(folded):
        if len(set(match[0]).intersection(PARTING)) > 1 or len(match[0]) >= (
            SHORT_PARTED if match[0][0] in PARTING else LONG_PARTED
        ):
            yield Span(*match.span())


def is_noise(text: str, least: int = NOISE_SIGNS) -> bool:
    """True if a run of ASCII is noise: no words, at least `least` kinds of signs, brackets that do not match.

    >>> is_noise("q7)V& n(3 K~ /u"), is_noise("f(x) = [a; b]{c}"), is_noise("1. A 2. B 3. C")
    (True, False, False)
    """
    signs = {char for char in text if not char.isalnum() and char not in " .,"}
    others = sum(char.isalnum() for char in text)
    is_meant = len(signs) < SURELY_NOISE and MEANT.search(text) is not None
    if len(signs) < least or others < NOISE_OTHERS or WORD.search(text) or is_meant:
        return False
    return others * 3 > len(text.replace(" ", "")) and not _match_up(text)


def _match_up(text: str) -> bool:
    """True if a text has brackets and all of them match."""
    stack: list[str] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    seen = 0
    for char in text:
        if char in "([{":
            stack.append(char)
            seen += 1
        elif char in pairs and (not stack or stack.pop() != pairs[char]):
            return False
    return not stack and seen > 0
