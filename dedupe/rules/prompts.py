"""Prompts: words that ask the writer to fill something in, and stand-ins that were never replaced."""

from __future__ import annotations

from dedupe.model import Kind, Severity
from dedupe.rules.rule import Rule

# What a form asks for. The field's own name ends the prompt: [领导姓名], 【贵公司名称】.
NAMES = "姓名|名字|名称|单位|公司|公司名|企业名|部门|职务|职位|岗位|学校|学校名|班级|地址|地点|城市|省份|项目名|产品名|品牌|品牌名|作者|主办方|签名|领导|对方"
DATES = "日期|时间|年份|月份|年月日|年月|年度"
FIGURES = "金额|数字|数量|数值|数据|人数|电话|电话号码|手机号|编号|号码|年龄|价格|百分比|比例|分数|具体数字|天数"
NAMES_EN = "name|first name|last name|full name|client|client name|company|company name|customer|employer|address|city|title|position|school|product|brand|recipient|email"
DATES_EN = "date|year|month|day|time|start date|end date"
FIGURES_EN = "amount|number|phone|phone number|price|quantity|age|zip|x"


def _asked(chinese: str, english: str) -> str:
    """The pattern of a bracketed prompt for one kind of field; English in brackets must be a whole field name."""
    whose = "(?:your |the |insert |enter |client'?s? |my )?"
    return "|".join(
        (
            rf"[\[【<](?:[^\[\]【】<>\n,。:;!/|(]{{0,6}}(?:{chinese})|(?i:{whose}(?:{english})))[\]】>](?![(:])(?<![】]\n)",
            rf"\{{\{{ ?(?i:[\w.]{{0,20}}?(?:{english.replace(' ', '[_ ]?')}))(?:_\w+)? ?\}}\}}",
            rf"\$\{{(?i:\w{{0,20}}?(?:{english.replace(' ', '_?')}))\}}",
            rf"%(?i:{english.replace(' ', '_?')})%",
        )
    )


PROMPTS: tuple[Rule, ...] = (
    Rule(
        "PH108", "date-form-blank", Kind.PLACEHOLDER, Severity.ERROR, "the date of this form was never filled in",
        hits=("于«    年  月  日»签订", "Date: «XX/XX/20XX»", "生日«__/__/____»", "签字: «   年   月   日»"),
        misses=("2024年5月6日", "年月日", "一年 一月", "10/12/2024", "and/or"),
        pattern=r"(?<![A-Za-z\d/])(?:[xX_]{2}/[xX_]{2}/(?:20)?[xX_]{2,4}|_{1,8}/_{1,8}/_{1,8})(?![A-Za-z\d/])|"
        r"(?: {1,20}|(?<=\d))年 {1,20}月 {1,20}日",
        needs=("X/", "x/", "_/", "年 "), slot="date",
    ),
    Rule(
        "PH110", "name-prompt", Kind.PLACEHOLDER, Severity.ERROR, "a prompt for a name was never replaced",
        hits=("我是«[姓名]»", "感谢«【公司名称】»的支持", "由«[领导姓名]»致辞", "Dear «[Name]»,", "Hi «{{client}}»!", "«${name}»您好", "I am «<your name>»", "Dear «%NAME%»"),
        misses=("【活动主题】", "[1]", "[编辑]", "a[i]", "<title>News</title>", "[链接](http://a.cn)", "${HOME}/bin"),
        pattern=_asked(NAMES, NAMES_EN), needs=("[", "【", "{", "<", "%"), slot="name",
    ),
    Rule(
        "PH111", "date-prompt", Kind.PLACEHOLDER, Severity.ERROR, "a prompt for a date was never replaced",
        hits=("于«[日期]»开学", "自«【年份】»年以来", "on «[Date]»"), misses=("[2024]", "【重要】", "[日记]"),
        pattern=_asked(DATES, DATES_EN), needs=("[", "【", "{", "<", "%"), slot="date",
    ),
    Rule(
        "PH112", "number-prompt", Kind.PLACEHOLDER, Severity.ERROR, "a prompt for a figure was never replaced",
        hits=("共«[金额]»元", "联系电话«【电话号码】»", "call «(___) ___-____»", "for «[Amount]»"), misses=("[3]", "(020) 123-4567"),
        pattern=_asked(FIGURES, FIGURES_EN) + r"|\(_{2,4}\) ?_{2,4}-_{3,4}", needs=("[", "【", "{", "<", "%", "(__"), slot="number",
    ),
    Rule(
        "PH113", "instruction", Kind.PLACEHOLDER, Severity.ERROR, "an instruction to the writer was left in",
        hits=("获«(填写奖项)»奖", "«(此处插入图片)»", "«【请输入标题】»", "«Your Name Here»", "«[Insert logo here]»", "«(请在此处填写单位名称)»", "«(单位名称)»成立于"),
        misses=("请填写姓名", "(见附表)", "填写申请表", "此处风景优美", "(填表人签字)"),
        pattern=r"[(【\[](?:请|在)?(?:在?此处|在此|这里|自行)?(?:插入|填写|填入|输入|填上|补充|替换|写上|添加)[^()【】\[\]\n,。;]{0,14}[)】\]]"
        r"|[(【\[](?:请|在|请在)?此处[^()【】\[\]\n,。;]{0,14}[)】\]]"
        r"|\((?:你的|您的|贵|本人|我的)?(?:姓名|单位名称|公司名称|学校名称|部门名称)\)(?![:填须应由])"
        r"|(?i:\[(?:insert|enter|add|type|your)\b[^\[\]\n]{1,40}\]|\byour (?:full |company |first |last )?name here\b|\bclick (?:or tap )?here to enter text\b)",
        needs=("入", "填", "此处", "名)", "名称)", "补充", "here", "Here", "HERE", "[", "写上", "添加", "替换"), slot="range",
    ),
    Rule(
        "PH114", "someone", Kind.PLACEHOLDER, Severity.WARNING, "a name was left as 某某",
        hits=("«某某»中学开学典礼", "我叫«某某某»", "尊敬的«某某»老师"), misses=("某些同学", "某种意义", "某一天"),
        pattern=r"某某某?", needs=("某某",), slot="name",
    ),
    Rule(
        "PH115", "some-place", Kind.PLACEHOLDER, Severity.NOTE, "a place or a body is only called 某",
        hits=("«某市»第一中学", "在«某公司»任职"), misses=("某些市", "某个城市", "某天"),
        pattern=r"某(?<!某某)[省市县区镇乡村校局]|某(?<!某某)(?:公司|单位|医院|学校|大学|中学|小学|企业|银行|部门)", needs=("某",), slot="name",
    ),
    Rule(
        "PH116", "filler-text", Kind.PLACEHOLDER, Severity.ERROR, "filler text was never replaced",
        hits=("«Lorem ipsum» dolor", "«LOREM IPSUM»", "«lorem ipsum dolor sit amet» foo"), misses=("ipso facto", "lore"),
        pattern=r"(?i:lorem\s+ipsum(?:\s+dolor\s+sit(?:\s+amet)?)?)", needs=("psum", "PSUM"), slot="range",
    ),
    Rule(
        "PH117", "to-do", Kind.PLACEHOLDER, Severity.WARNING, "the writer left a note to finish this",
        hits=("«TODO»: 补上数据", "地点«待定»。", "具体数据«待补充»", "(«此处省略»)", "«TBD»"),
        misses=("待补充能量", "todos los días", "等待定时器", "待人", "mastodon"),
        pattern=r"(?<![A-Za-z_])(?:TODO|TBD|TBC|FIXME)(?![A-Za-z_])|待补充?(?=[,。;、)\]】\n]|\Z)|(?<![等期不未])待(?:定|填写?|完善|更新|确定)(?=[,。;、)\]】\n]|\Z)"
        r"|此处省略",
        needs=("TODO", "TB", "FIXME", "待", "此处省略"), slot="range",
    ),
    Rule(
        "PH118", "stock-name", Kind.PLACEHOLDER, Severity.NOTE, "a stock name stands in a form's field",
        hits=("姓名:«张三»", "申请人: «李四»", "Name: «John Doe»"), misses=("张三丰", "张三说", "李四光"),
        pattern=r"(?<=[:]|[: ] )(?:张三|李四|王五|赵六|(?i:john|jane) (?i:doe|smith))(?![\w])|(?<=[:])(?:张三|李四|王五|赵六|John Doe|Jane Doe)(?=[,。;、\s]|\Z)",
        needs=("张三", "李四", "王五", "赵六", "Doe", "DOE"), slot="name",
    ),
    Rule(
        "PH119", "check-box", Kind.PLACEHOLDER, Severity.NOTE, "a check box was never ticked",
        hits=("性别: «□»男 «□»女", "是否同意: «☐» 是"), misses=("□□□", "口腔", "■重点"),
        pattern=r"(?<![□☐])[□☐](?![□☐])(?= ?[^\W_])", needs=("□", "☐"), slot="word",
    ),
)
