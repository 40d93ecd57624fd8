"""Marks that were never filled in: one rule for each code, with examples; `marks` finds and judges the runs."""

from __future__ import annotations

from dedupe.core.model import Kind, Severity
from dedupe.rules.placeholders import marks
from dedupe.rules.placeholders.context import MASKED, UNCLEAR
from dedupe.rules.rule import Rule


def _mark(code: str, name: str, slot: str, message: str, examples: tuple[tuple[str, ...], tuple[str, ...]]) -> Rule:
    """Return a rule of the sweep that `marks` judges; `examples` are its hits and its misses."""
    severity = {UNCLEAR: Severity.WARNING, MASKED: Severity.NOTE}.get(code, Severity.ERROR)
    return Rule(code, name, Kind.PLACEHOLDER, severity, message, *examples, sweep=marks.SWEEP, slot=slot)


PLACEHOLDERS: tuple[Rule, ...] = (
    _mark(
        "PH101",
        "year-blanked",
        "year",
        "stands for a year within a date",
        (
            (
                *("«20__»年春季运动会", "自«xx»年起", "«二〇××»年", "回顾«201x»年", "«20xx»上半年"),
                *("«20**»-«20**»学年", "«二0__»年底", "«20..»年是丰收年"),
                *("day of May, «20 __»,", "挥别«20**»走进«20**»,", "二月起至«二零 XX»年"),
            ),
            ("2024年", "二○○八年", "二〇二四年", "20*30米的场地"),
        ),
    ),
    _mark(
        "PH102",
        "date-blanked",
        "date",
        "stands for a month or a day",
        (("3月«xx»日上午", "1-«xx»月份", "«x»—«x»月", "«××»季度"), ("3月5日", "5月×价格")),
    ),
    _mark(
        "PH103",
        "number-blanked",
        "number",
        "stands for a figure with a unit",
        (
            (
                *(
                    "基本工资«＃＃＃＃»元",
                    "植树«xx»棵",
                    "增长«**»%",
                    "共«*»余人次",
                    "«xx»5周岁以上",
                    "用时«20__»分钟",
                    "«××»个班",
                ),
                *("5-«__»年内", "约«x»级地震", "投入«××»萬元,國家出一半"),
                *("女工占百分之«×»。", "得过«※»次先进"),
            ),
            ("3×4块", "2*3个", "植树30棵", "x2", "100×50cm", "X元素", "手机138****1234", "读写分离&分库"),
        ),
    ),
    _mark(
        "PH104",
        "name-blanked",
        "name",
        "stands where a name belongs",
        (
            (
                *("介绍人«***»、«***»同志作证",),
                *("«××»省«××»市", "«**»街道办事处", "李«XX»同志", "我叫«×××»,今年九岁"),
                *("《«____»关于开展检查的通知》", "«○○»株式会社", "«△△»様", "27家A«xxx»区"),
                *("«××»縣政府的學校", "全国5A«**»区", "侄儿  «○○○»  敬上"),
                *(
                    "校长«×××»表示",
                    "指导老师:欧阳«*»",
                    "留给儿子王«*»,",
                    "我校是«....»县最远的小学",
                    "发现«*»、«*»、«*»三处山口",
                ),
                *("I, «__(1)__», of «__(2)__»,",),
            ),
            ("密码是****", "MAXX公司", "X光检查", "**重点**", "维生素X", "file_name", "长×宽", "○ 第一点", "T_T"),
        ),
    ),
    _mark(
        "PH105",
        "ordinal-blanked",
        "ordinal",
        "stands for the number of a session, grade or class",
        (
            (
                *("党的«xx»大报告", "党的十«x»届«x»中全会", "第«__»届运动会", "四(«×»)班同学"),
                "«x»、目的\n(«x»)摸清水源\n(«x»)修渠\n«x»、时间",
            ),
            ("党的二十大报告", "第三届运动会", "x、y和z三点"),
        ),
    ),
    _mark(
        "PH106",
        "word-masked",
        "word",
        "stands for a word",
        (("反腐«__»宣传月", "“激情«xx»”主题班会", "圆满«__»地完成"), ("反腐倡廉", "激情岁月")),
    ),
    _mark(
        "PH107",
        "text-blanked",
        "range",
        "stands for a title or a theme",
        (("以“«xxxx»”为题", "《«××»》", "“«xxx»研讨会”", "以«××»为主题"), ("以“家”为题", "《X战警》")),
    ),
    _mark(
        "PH120",
        "number-masked",
        "number",
        "hides the middle of a number",
        (
            ("电话«138****1234»", "身份证号«3207××××××××0419»,自愿放弃继承。"),
            ("3×4块", "电话138********", "工期5-__-7天"),
        ),
    ),
    _mark(
        "PH109",
        "mark-unclear",
        "name",
        "stands for something left out",
        (
            ("答: «____»", "«×××»", "«××»Province", "步骤(简述):\n«__________»", "孙 海、«xxx»、«xxx»"),
            ("______\n", "* * *", "***", "kiss xx"),
        ),
    ),
)
