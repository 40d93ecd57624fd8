"""Boilerplate rules for encoding damage and for pronunciation readings that a machine put behind characters.

Damage is recognised by text that nobody writes. UTF-8 that was decoded as GBK gives rare characters in an order that
real GBK text hardly ever has: encoded as GBK again, they are valid UTF-8, which is the repair. The same holds for UTF-8
and GBK decoded as Latin-1 or Windows-1252, and for UTF-8 decoded as Shift-JIS, with half-width katakana among Han.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from dedupe.core import regex as re
from dedupe.rules.boilerplate.injected import FREQUENT, HAN_CHARACTER, NOT_COUNTED
from dedupe.rules.boilerplate.shapes import row
from dedupe.rules.rule import Met, Sweep
from dedupe.text import marks
from dedupe.text.batch import BEYOND, simplify
from dedupe.text.signs import ODD

DAMAGED = "BP289"
HAN = "\u3400-\u9fff"


def _as_gbk(firsts: Iterable[int], seconds: Iterable[int]) -> str:
    """Return the characters that all pairs of these bytes are in GBK."""
    return "".join(bytes(pair).decode("gbk", "ignore") for pair in product(firsts, seconds))


# In UTF-8: the first bytes of Han, of Chinese punctuation and of full-width forms, and the continuation bytes.
FIRST_BYTES = frozenset((0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF))
OTHER_BYTES = range(0x80, 0xC0)
ORDER_MARK = (0xBF,)  # the last byte of a byte order mark; its first two bytes are 锘 in GBK

# Signs of no width, and signs that no word of Chinese has inside.
INVISIBLE, STRAY = "\u200b\u200c\u200d\u2060\ufeff", "§¤㊣¶"
# 锟斤拷 is two U+FFFD, written as UTF-8 and read as GBK; 烫, 屯 and 葺 are memory that a debugger filled or freed.
FILLING = re.compile(
    r"(?:烫{2,}(?=屯屯|锟斤拷)|屯{2,}(?=烫烫|锟斤拷))(?:[烫屯]|锟斤拷)+"
    r"|(?<![“‘「『])(?:锟斤拷|锟斤(?=\ufffd)|锟脚|锟叫|锟角|锟侥|锟节|锟接)+(?:锟斤?|斤?拷)?"
    r"|(?<![\u3400-\u9fff:\uff1a“\"])(?:烫{3,}|屯{3,}|葺{4,})(?![\u3400-\u9fff”\"])"
    r"|(?<=[\u3400-\u9fff，])(?:烫{3,}|屯{3,}|葺{4,})(?=[\u3400-\u9fff])"
    r"|(?:[\xa1-\xff\u0152-\u017e\u0192\u02c6\u02dc\u20ac]{1,2}\ufffd+[\xa1-\xff\u0152-\u017e\u0192\u02c6\u02dc]{0,2})+"
    rf"|锘匡豢?|锘[{_as_gbk(ORDER_MARK, range(0xE3, 0xEA))}][{HAN}]|锘[{_as_gbk(ORDER_MARK, range(0x41, 0xE3))}]"
    # Paragraph numbers, (一) to (十), that were converted twice.
    r"|[。?](?:ㄒ唬|ǘ|ㄈ|ㄋ模|ㄎ澹|ㄆ撸|ò耍|ň牛|ㄊ)┏?[、)）]?|\ufffc+"
    rf"|(?<=[{HAN}])[{INVISIBLE}](?=[{HAN}])"
    rf"|(?<=[{HAN}])[{STRAY}](?=[{HAN}]){NOT_COUNTED}(?![款章节期一二三四五六七八九十])"
    rf"|(?<=[{HAN}，。、；：！？])â€(?=[{HAN}，。、；：！？])"
    rf"|(?<=[{HAN}])¡{{2,}}(?=[{HAN}])|[?？]*\ufffd+[?？]*|(?:ï¿½)+|\??(?<!锟)斤拷(?:锟\??)?|[?？]墒(?:牵攼?)?"
    "|(?:鈥[斺渽澯欐檚︹€]*)+|(?:銆€)+"
)
# A private-use character is a lost character only between letters; alone it is an icon or a bullet, and from U+F000 on
# it belongs to a symbol font.
PRIVATE = re.compile(
    rf"(?<=[{HAN}A-Za-z\d])[\ue000-\uefff\uf100-\uf8ff]+(?=[{HAN}])|(?<=[，。、；：？！,;:?!])[\ue000-\uefff]{{2,}}(?=[{HAN}])"
)
WITHIN = re.compile(f"[{HAN}，。、；：]")
# UTF-8 read as Windows-1252 that lost some bytes, so it cannot be repaired.
TORN = re.compile(
    "(?:[ä-é][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,2}){2,}"
)
# Every match of `FILLING` has one of these.
FILLERS = (*INVISIBLE, *STRAY, *"â锟锘鈥½¡\ufffd\ufffcㄒǘㄈㄋㄎㄆㄊòň")
FILLERS += ("斤拷", "烫烫", "屯屯", "葺葺", "銆€", "?墒", "？墒")
# A novel site puts syllables of Hangul for some characters, which its own font draws as those: 一個녢人.
HANGUL = re.compile("[가-힣]")
REPLACED = re.compile(
    f"(?<=[{HAN}])[가-힣]{{1,2}}(?=[{HAN}，。、！？；：」』”])|(?<=[，。「『“])[가-힣]{{1,2}}(?=[{HAN}])"
)
PRIVATE_CHARACTER = re.compile("[\ue000-\uf8ff]")
LATIN = "[\x80-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
READ_AS_LATIN = re.compile(f"{LATIN}{LATIN}+")  # `re` searches a class faster than a repeated one
# UTF-8 read as Shift-JIS, from its first half-width katakana on. Up to BEFORE_SJIS damaged characters may precede that,
# and the repair must have at least LEAST_SJIS characters.
READ_AS_SJIS = re.compile(f"[\uff61-\uff9f][{HAN}\uff01-\uff9f]{{0,200}}")
BEFORE_SJIS, LEAST_SJIS = 4, 2
LEAST_GBK, LEAST_LATIN_GBK = 4, 6  # the least length of a run that is repaired
LAST_FREQUENT = 0xD7  # the last first byte of level 1 of GB 2312: frequent characters, sorted by sound

TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
SYLLABLE = rf"[a-zü{TONES}]{{1,6}}"
TONED = re.compile(f"[{TONES}]")
# Readings without a tone mark: particles and the like.
TONELESS = "(?:de|le|zhe|ma|ne|ba|men|zi|me|bo|lo|ge)"
TAUGHT = re.compile("多音|注音|拼音|[读讀]音|生字")
READING = re.compile(
    rf"(?<=[{HAN},，。、;；_])[A-Z]?[(\uff08](?:(?=[a-zü ]{{0,6}}[{TONES}]){SYLLABLE}(?: ?{SYLLABLE}){{0,3}}"
    rf"|{TONELESS}) ?[)\uff09]"
)
# Readings in zhuyin, the phonetic signs of Taiwan: 廟口(ㄇㄧㄠˋ ㄎㄡˇ). A single one may teach a reading.
ZHUYIN = re.compile(rf"(?<=[{HAN}])[(\uff08][ㄅ-ㄩ][ㄅ-ㄩˊˇˋ˙ ]{{0,14}}[)\uff09]")
ZHUYIN_SIGN = re.compile("[ㄅ-ㄩ]")
# Damage by a lost byte: rare characters behind a question mark, up to a stray letter.
SHIFTED = re.compile(
    rf"[?\uff1f](?![哎啊呀哦嗯唉喂咦哟哈嘿嘛])[!\uff01]?[{HAN}\uff21-\uff3a≈]{{1,7}}[A-Za-z^»]{{0,2}}(?=[{HAN}，。、；：！？,])"
)


# A reading whose opening bracket and character are lost: 因?yàn)槿 for 因為(wèi)人.
TORN_READING = re.compile(rf"(?<=[{HAN}])[?\uff1f](?=[a-zü]{{0,6}}[{TONES}]){SYLLABLE}[)\uff09][{HAN}]?")
# Commas that a damaged conversion puts beside other stops; who types badly does so once or twice.
DOUBLED = re.compile("，(?=[。、])|(?<=[。！？、，])，")
MANY_DOUBLED = 4
LOST_LINES = re.compile(r"^[^\S\n]*(?P<span>\?{1,4})[^\S\n]*$", re.MULTILINE)
# GBK that lost the second byte of a comma or full stop, read on from there up to the next ASCII byte.
LOST_BYTE = re.compile(rf"[！-；？。、．](?:[{HAN}]){{1,4}}[@-~](?=[{HAN}，。、；：！？“])")


def _goes_on(torn: str) -> bool:
    """True if the last character of a torn reading is a frequent one, with which the text goes on."""
    return torn[-1] not in ")\uff09" and _is_frequent(torn[-1])


def _lost_a_byte(found: str) -> bool:
    """True if what follows the first byte of a damaged piece are frequent characters of GBK, simplified or not.

    >>> _lost_a_byte("；蛟S"), _lost_a_byte("；乙队A")
    (True, False)
    """
    said = simplify(found.encode("gbk", "replace")[1:].decode("gbk", "replace"))
    return len(said) > 1 and all(char in FREQUENT or (_is_frequent(char) and char > "\u4e00") for char in said)


@lru_cache(maxsize=1)
def odd_characters() -> NDArray[np.bool_]:
    """Return bool[0x10000]: characters that texts hardly ever have, but damage and readings always have."""
    odd = np.zeros(BEYOND + 1, np.bool_)
    odd[[ord(char) for char in f"锟烫屯葺鈥锘墒¡\ufffd\ufffcň{INVISIBLE}{STRAY}āǎēěīǐōǒūǔǖǘǚǜáàéèíìóòúù"]] = True
    odd[0x80:0xA0] = True
    odd[0x3105:0x312B] = True  # zhuyin
    odd[0xE000:0xF900] = True
    odd[0xC0:0xDF] = True
    odd[[ord(char) for char in "äåæçèéïðâ"]] = True
    odd[ord("×")] = False
    # In UTF-8 read as GBK: the first two bytes of a character, and the last byte with the first of the next character.
    pairs = _as_gbk(FIRST_BYTES, OTHER_BYTES) + _as_gbk(range(0x81, 0xA1), FIRST_BYTES)
    odd[list(map(ord, pairs))] = True
    odd[0xFF61:0xFFA0] = True
    odd[0xAC00:0xD7A4] = True
    return odd


def find_damage(source: str, _: Met) -> Iterator[tuple[str, int, int]]:
    """Yield damage and readings in an unfolded text: code, start and end."""
    if any(filler in source for filler in FILLERS):
        is_told = "编码" in source or "乱码" in source  # a text about damage shows some
        yield from (
            (DAMAGED, *match.span()) for match in FILLING.finditer(source) if not (is_told and match[0] == "锟斤拷")
        )
    replaced = list(REPLACED.finditer(source)) if HANGUL.search(source) else []
    if len(replaced) > 2 and len(HANGUL.findall(source)) * 8 < len(HAN_CHARACTER.findall(source)):
        yield from ((DAMAGED, *match.span()) for match in replaced)
    if PRIVATE_CHARACTER.search(source):
        yield from ((DAMAGED, *match.span()) for match in PRIVATE.finditer(source))
    yield from ((DAMAGED, start, end) for start, end, _ in misread(source))
    spelt = list(ZHUYIN.finditer(source)) if ZHUYIN_SIGN.search(source) else []
    if len(spelt) > 1:
        yield from (("BP280", *match.span()) for match in spelt if _is_traditional(source, match))
    if TONED.search(source):  # readings without a tone come only with others that have one
        yield from (("BP280", *match.span()) for match in READING.finditer(source) if _is_traditional(source, match))
        yield from ((DAMAGED, *match.span()) for match in SHIFTED.finditer(source) if FREQUENT.isdisjoint(match[0]))
        torn = ((match.start(), match.end() - _goes_on(match[0])) for match in TORN_READING.finditer(source))
        yield from ((DAMAGED, *span) for span in torn)
        doubled = list(DOUBLED.finditer(source))
        if len(doubled) >= MANY_DOUBLED:
            yield from ((DAMAGED, *match.span()) for match in doubled)
        alone = list(LOST_LINES.finditer(source))  # in chats somebody asks ？？ on a line, but in full width
        if len(alone) > 1:
            yield from ((DAMAGED, *match.span("span")) for match in alone)
    yield from ((DAMAGED, *match.span()) for match in LOST_BYTE.finditer(source) if _lost_a_byte(match[0]))


def misread(source: str) -> Iterator[tuple[int, int, str]]:
    """Yield spans that were decoded with a wrong encoding: start, end, and the repaired text (empty if none)."""
    yield from _read_as_gbk(source)
    yield from _read_as_sjis(source)
    for run in READ_AS_LATIN.finditer(source):
        is_within = WITHIN.match(source, max(0, run.start() - 1), run.start()) is not None
        is_within |= WITHIN.match(source, run.end()) is not None
        repair = _latin(run[0], LEAST_LATIN_GBK - 2 * is_within)
        is_torn = is_within and TORN.fullmatch(run[0]) is not None
        if repair or is_torn:
            yield run.start(), run.end(), repair


def repair_of(damaged: str) -> str:
    """Return the repair of damaged text if it is certain: all is wrongly decoded, no character cut; else empty.

    >>> repair_of("Ã©"), repair_of("锟斤拷")
    ('é', '')
    """
    found = list(misread(damaged))
    if len(found) != 1 or found[0][:2] != (0, len(damaged)):
        return ""
    repair = found[0][2]
    is_whole = max(damaged) <= "\u2122" or len(damaged) * 2 == len(repair.encode())
    return repair if is_whole else ""


def _read_as_gbk(source: str) -> Iterator[tuple[int, int, str]]:
    reach = 0
    for pair in _pairs().finditer(source):
        at = pair.start()
        if at < reach:
            continue
        length, repair = _utf8_in(source, at)
        if length >= LEAST_GBK or (length == LEAST_GBK - 1 and len(repair) == 2 and all(map(_is_frequent, repair))):
            yield at, at + length, repair
            reach = at + length


def _read_as_sjis(source: str) -> Iterator[tuple[int, int, str]]:
    reach = 0
    for run in READ_AS_SJIS.finditer(source):
        for start in range(max(reach, run.start() - BEFORE_SJIS), run.start() + 1):
            said, size = _utf8_of_sjis(source[start : run.end()])
            if len(said) >= LEAST_SJIS and start + size > run.start():
                yield start, start + size, said
                reach = start + size
                break


def _utf8_of_sjis(run: str) -> tuple[str, int]:
    """Return the repair of the start of a run of UTF-8 read as Shift-JIS, and the length of the repaired part."""
    data, ends = b"", list[int]()
    for char in run:
        try:
            data += char.encode("cp932")
        except UnicodeEncodeError:
            break
        ends.append(len(data))
    said = data.decode("utf-8", "replace").partition("\ufffd")[0]
    whole = len(said.encode())
    said = said if whole in ends and all(_is_kana_or_common(char) for char in said) else ""
    return said, ends.index(whole) + 1 if said else 0


def _is_kana_or_common(char: str) -> bool:
    return "\u3000" <= char <= "\u30ff" or _is_common(char) or "\u4e00" <= char <= "\u9fff"


@lru_cache(maxsize=1)
def _pairs() -> re.Pattern[str]:
    """Return a pattern for the start of UTF-8 read as GBK: two characters that hold four bytes."""
    return re.compile(f"[{_as_gbk(FIRST_BYTES, OTHER_BYTES)}](?=[{_as_gbk(OTHER_BYTES, FIRST_BYTES)}])")


def _utf8_in(run: str, at: int) -> tuple[int, str]:
    """Return how many characters from `at` on are UTF-8 read as GBK, and their repair; the last one may be cut."""
    data, length = b"", 0
    for char in run[at : at + 4000]:
        try:
            longer = data + char.encode("gb18030")  # GB 18030 includes private-use characters
        except UnicodeEncodeError:
            break
        if len(longer) != len(data) + 2 or not _begins_utf8(longer, len(data) - len(data) % 3):
            break
        data, length = longer, length + 1
    whole = len(data) - len(data) % 3
    repair = data[:whole].decode("utf-8", "ignore")
    return (length, repair) if repair and all(_is_common(char) for char in repair) else (0, "")


def _begins_utf8(data: bytes, since: int) -> bool:
    """True if bytes from `since` on have the form of three-byte UTF-8 characters, of which the last may be cut."""
    return all(
        byte in FIRST_BYTES if place % 3 == 0 else 0x80 <= byte <= 0xBF
        for place, byte in enumerate(data[since:], since)
    )


def _is_common(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return char in "—·…“”‘’"


def _is_frequent(char: str) -> bool:
    """True if a character is in level 1 of GB 2312 (frequent characters), or is Chinese punctuation."""
    return _is_common(char) and (char < "\u4e00" or char > "\u9fff" or char.encode("gb2312")[0] <= LAST_FREQUENT)


def _latin(run: str, least: int = LEAST_LATIN_GBK) -> str:
    """Return a run of Latin-1 or Windows-1252 decoded as UTF-8, or as GB 2312; empty if the run may be real text."""
    if len(set(run)) == 1 or not any(map(str.isalpha, run)):
        return ""  # ×××× is a placeholder, and ×” ends a slogan
    data = b"".join(_byte(char) for char in run)
    try:
        repair = data.decode("utf-8")
        return repair if not any(char in "\x80\x81\ufffd" for char in repair) else ""
    except UnicodeDecodeError:
        pass
    if len(run) < (least if run.isalpha() else min(least, LEAST_LATIN_GBK - 2)) or len(data) % 2:
        return ""
    try:
        repair = data.decode("gb2312")
    except UnicodeDecodeError:
        return ""
    # A long run may have a rare character: at most one in eight.
    rare = sum(char < "\u3000" or char.encode("gb2312")[0] > LAST_FREQUENT for char in repair)
    return repair if rare * 8 <= len(repair) else ""


def _byte(char: str) -> bytes:
    for encoding in ("cp1252", "latin-1"):
        try:
            return char.encode(encoding)
        except UnicodeEncodeError:
            continue
    return b"\xff"  # a byte that no text has in either encoding


def _is_traditional(source: str, reading: re.Match[str]) -> bool:
    """True if a toned reading follows punctuation, or its line is in traditional characters and teaches no reading."""
    if not HAN_CHARACTER.match(source, reading.start() - 1):
        return TONED.search(reading[0]) is not None
    start = source.rfind("\n", 0, reading.start()) + 1
    end = source.find("\n", reading.end())
    line = source[max(start, reading.start() - 200) : min(end if end >= 0 else len(source), reading.end() + 200)]
    return simplify(line) != line and not TAUGHT.search(line)


def find_lost_blanks(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    """Yield the question marks of a folded text that an encoding put for blanks: in rows, or behind other stops."""
    if met.inner and marks.has_lost_blanks(folded):
        yield from (("BP294", *match.span()) for match in marks.QUESTIONS.finditer(folded))
    elif len(STOPPED_TWICE.findall(folded)) >= marks.STARTS:
        yield from (("BP294", *match.span()) for match in BEHIND_STOP.finditer(folded))


SWEEP = Sweep(find_damage, signs=ODD, odd=True)
# 呈请批示。? and 经费:?三万元, where no question can be; others stand behind brackets and numbers then.
STOPPED_TWICE = re.compile(r"[。:;,]\?(?!\?)")
BEHIND_STOP = re.compile(
    r"(?<=[。:;,])\?(?!\?)|(?<=[)】〕])\?(?=[^\S\n]*$|[一-龥])|(?<=^\d)\?(?=[一-龥])|(?<=[一-龥])\?(?=[^\S\n]*$)",
    re.MULTILINE,
)
LOST = Sweep(find_lost_blanks, inner=frozenset(("??", "。?", ":?", ";?", ",?")))
DAMAGE = (
    row(
        "BP280 machine-reading error",
        "gives a reading of a character",
        sweep=SWEEP,
        hits=("這是他的責«(zé)»任。", "渠變«(biàn)»寬了，水跟著«(zhe)»多。", "渠岸滑，«(huá)»走路当心。"),
        misses=("生字:埠(bù)头、舢(shān)板。", "變成 (B) 和 (resume) 兩類。"),
    ),
    row(
        f"{DAMAGED} encoding-damage error",
        "is damaged by a wrong encoding",
        sweep=SWEEP,
        hits=(
            "村口的水渠«锟斤拷»又满了。",
            "他把麻袋«\ufffd»上车。",
            "«烫烫烫烫»",
            "«鏄ユ按杩囧悗»,队里修渠。",
            "caf«Ã©» au lait",
            "«Ë®ÇþÐÞºÃÁË»",
            "他说,«\ue011\ue5e5»渠修好了。",
            "请«娆㈣繋涔樺潗»渡船。",
            "面里«銆€»掺了荞麦。",
            "渠边的«縺薙ｓ縺ｫ縺｡縺ｯ»开了。",
            "门上挂着«µÇ¼Ç²¾»。",
            "一位«è€äººå®¶»们坐在廊下。",
            "运方责任:\n«。ㄒ唬、»按时送到。",
            "桑叶吃光了,«\ufffc»满屋是雨声。",
            "«??»\n水渠修好了,渠边长(cháng)满了草。\n«?»\n春天到了。",
            "巡«\u200b»查一遍仓库,发现异«㊣»常立即报«§»告。",
            "那«녢»人站在渠边,看见一渠的水满满地流到山下的田里,一«늀»水漫上了堤,兔«떚»跑了。",
            "渠變(biàn)寬了«；蛟S»是雨水多的緣故,因«?yàn)»雨下了三天。",
        ),
        misses=(
            "陈锟把水烧得烫烫的。",
            "“烫烫烫”,他甩着手喊。",
            "本子上写着:屯屯屯屯。",
            "他的鎴字写错了。",
            "Ça va, Zoë? Fußgänger über Öl",
            "屯屯通公路",
            "依民法典§三款,第¤期",
            "銆字他没见过。",
            "半角ｶﾅで書く",
            "他念가字。",
            "屏幕上只有锟斤拷,他说这是编码弄错了。",
        ),
    ),
    row(
        "BP294 lost-blank warning",
        "is what an encoding made of blanks",
        sweep=LOST,
        hits=(
            "«????»渠修好了。\n«????»春天到了。",
            "渠长三里。«?»\n经费:«?»三万元。«?»\n妥否,请批示«?»",
        ),
        misses=("小明:在吗?\n??\n小红:来了。\n?\n小明:走吧。", "他问:???\n谁来修渠??", "??月??日开工。"),
    ),
)
