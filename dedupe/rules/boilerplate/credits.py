"""Boilerplate rows for where a Chinese page comes from: who put it up, when, how often it was read, whose it is."""

from __future__ import annotations

from dedupe.core.model import Kind, Severity
from dedupe.rules.boilerplate.shapes import CLOCK, COUNT, DATE, HAN, REST, Table, whole
from dedupe.rules.rule import Rule

BP = Kind.BOILERPLATE
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# Fields of an info line. A label that an essay may have as well needs a fitting value: 发布时间 a date, 浏览 a count.
WHEN = (
    rf"(?:发布|发表|更新|上传|添加|录入|整理|收录|编辑|投稿|提问)(?:时间|日期|于)? ?:? ?(?:{DATE}{CLOCK}?"
    r"|\d{1,2}-\d\d)"
)
HOW_OFTEN = (
    rf"(?:浏览(?:次数|量|数)?|阅读(?:次数|量|数)?|点击(?:次数|量|数|率)?|查看(?:次数)?|访问(?:次数|量)|热度|人气"
    rf"|点赞数?|评论数?"
    rf"|(?:收藏|下载)(?:次数|数|量)?|(?:本文)?字数|推荐(?:度|指数|星级)|文[章档](?:编号|格式|大小|页数)|页数|编号"
    rf"|回复(?:数)?"
    rf"|ID) ?(?:[: ] ?)?(?:{COUNT}|人?次|-|\[\d*\])"
)
WHO = (
    r"(?:责任编辑|责编|网络编辑|文章来源|稿件来源|信息来源|内容来源|稿源|发布(?:者|人)|上传(?:者|人)|投稿者?|文章作者"
    r"|所属(?:栏目|分类|频道)|字体(?:大小)?|字号)"
    rf" ?:(?: ?[^\s:|,。;!?]{{1,24}}(?: {HAN}{{2,4}}(?![^\s)】\]]))?)?"
)
ANY_WHO = (
    r"(?:来源|出处|作者|编辑|审核|校对|供稿|撰稿|通讯员|记者|分类|栏目|类别|标签|转载|关键词|格式"
    r"|大小) ?: ?[^\s:|,。;!?]{1,24}"
)
ANY_WHEN = rf"(?:时间|日期) ?: ?{DATE}{CLOCK}?"
SURE = rf"(?:{WHEN}|{HOW_OFTEN}|{WHO})"
PIECE = (
    rf"(?:{SURE}|{ANY_WHO}|{ANY_WHEN}|{DATE}{CLOCK}?|{COUNT}(?![^\s|,;/)])"
    r"|【?(?:大|中|小|打印|收藏|关闭|分享|评论|举报|我要评论)】?)"
)
BETWEEN = r"[\s|,;/·\xa0]{0,8}"

# What a line must hold to be worth the patterns that say when, where and by whom a page was put up.
INFO_WORDS = (
    "发布",
    "发表",
    "更新",
    "上传",
    "添加",
    "录入",
    "整理",
    "收录",
    "编辑",
    "投稿",
    "提问",
    "浏览",
    "阅读",
    "点击",
    "查看",
    "访问",
    "热度",
    "人气",
    "点赞",
    "文章",
    "文档",
    "稿件",
    "信息来源",
    "内容来源",
    "稿源",
    "责任编辑",
    "责编",
    "网络编辑",
    "收藏",
    "下载",
    "字体",
    "字号",
    "字数",
    "本文字数",
    "推荐",
    "所属",
    "来源",
    "出处",
    "作者",
    "审核",
    "校对",
    "供稿",
    "撰稿",
    "记者",
    "通讯员",
    "时间",
    "日期",
    "分类",
    "栏目",
    "类别",
    "标签",
    "评论",
    "分享",
    "转载",
    "格式",
    "大小",
    "页数",
    "关键词",
    "编号",
    "ID",
    "打印",
    "19",
    "20",
)
HEADS = (
    Rule(
        "BP221",
        "info-line",
        BP,
        ERROR,
        "says when and where it appeared",
        pattern=whole(rf"(?:{PIECE}{BETWEEN}){{0,6}}?{SURE}(?:{BETWEEN}{PIECE}){{0,10}}"),
        needs=INFO_WORDS,
        hits=(
            "«来源:互联网 浏览:321次»",
            "«发布时间:2021-03-04 12:30 热度:6»",
            "«责任编辑:张晓»",
            "«时间:2020/1/2 编辑:管理员 阅读次数:88»",
        ),
        misses=("来源 三江水库", "发布时间:由局办公室另行通知。", "浏览:逛书店是我的爱好", "作者 杜甫"),
    ),
    Rule(
        "BP225",
        "credit",
        BP,
        WARNING,
        "says where the text is from",
        pattern=whole(
            rf"(?:本文|文章|该文|此文|内容|以上内容)(?:来源|来自|转自|转载自|摘自|选自|原载|地址|链接|网址|出处)(?:于|:"
            rf"| ){{0,2}}"
            rf"(?=[^。\n]{{0,40}}(?:网(?!络)|报|社|\.com|\.cn|http|《|公众号|论坛|www))[^。\n]{{2,100}}"
            rf"|本文由{REST}{{2,30}}(?:整理|提供|发布|投稿|收集|编辑|原创|上传){REST}{{0,30}}"
            rf"|(?:原文|文章|本文|网页|页面)(?:链接|地址|网址|标题):[^\n]{{2,120}}|(?:来源|来自|转自|摘自"
            rf"|出处): ?(?:https?://|www\.|{HAN}{{2,8}}网)[^。\n]{{0,60}}"
        ),
        needs=(
            "本文",
            "文章",
            "该文",
            "此文",
            "内容来",
            "以上内容",
            "原文",
            "网页",
            "页面",
            "来源",
            "来自",
            "转自",
            "摘自",
            "出处",
        ),
        hits=("«本文来源:http://www.example.com/a/1.html»", "«(本文由青山范文网整理发布)»", "«来源:青山范文网»"),
        misses=("本文来自生活,也高于生活。", "本文由三部分组成。", "文章来源于作者多年的田野调查。它很真实。"),
    ),
    Rule(
        "BP229",
        "reading-time",
        BP,
        ERROR,
        "counts words and minutes",
        pattern=whole(
            rf"(?:本文|全文|文章)?(?:共(?:计|有)?|约|字数:?)? ?\d{{2,6}} ?字[,。 |]{{0,3}}(?:预计|大约|约"
            rf"|需要?)?{REST}{{0,8}}阅读{REST}{{0,8}}分钟"
            rf"|(?:本文|全文|文章)(?:总)?(?:字数|共计?)[:约]? ?\d{{2,6}} ?字|(?:预计|大约)?阅读(?:时间|时长|本文)?(?:约"
            rf"|需|:|大约){{0,2}} ?\d+ ?分钟"
        ),
        needs=("本文", "全文", "文章", "共", "约", "字数", "预计", "大约", "阅读"),
        hits=("«本文共1200字,预计阅读时间4分钟»", "«阅读时间:6分钟»"),
        misses=("每天阅读30分钟。", "我坚持每天阅读 30 分钟"),
    ),
    Rule(
        "BP231",
        "copyright-notice",
        BP,
        ERROR,
        "says who owns the page",
        pattern=whole(
            r"(?:版权|免责|郑重|特别|重要|本站|网站|作者)?(?:声明|提示|说明|提醒) ?[:】][^\n]{0,40}"
            r"(?:本站|本网|网络|互联网|转载|侵权|版权|原创|用户上传|网友|出处)[^\n]{0,240}"
            r"|(?:本站|本网站?|本文|文章|部分)[^。\n]{0,40}(?:来自|来源于?|转载自?|摘自|收集|搜集|取自"
            r"|源自)于?(?:互联网|网络|网友|用户)[^\n]{0,200}",
            longest=400,
        ),
        needs=(
            "版权",
            "免责",
            "郑重",
            "特别",
            "重要",
            "温馨",
            "本站",
            "本网",
            "网站",
            "作者",
            "声明",
            "提示",
            "说明",
            "提醒",
            "本文",
            "文章",
            "部分",
        ),
        hits=("«版权声明:本站文章均来自网友上传,如有不妥请告知»", "«本文来源于网络,如有侵权请联系删除。»"),
        misses=("声明:本人对所报材料的真实性负责。", "本文来自对网络安全形势的思考。", "特别说明:晚会七点开始。"),
    ),
)

EDGE_HEADS = (
    Rule(
        "BP222",
        "byline",
        BP,
        WARNING,
        "says who posted it, and when",
        pattern=whole(
            rf"(?:作者|来源|编辑|供稿|撰稿|通讯员|记者|审核|校对"
            rf"|转载):(?![^\S\n]{{2,}}[^\s:]{{2,4}}:|{REST}{{0,12}}[的了]|[^\n]{{0,40}}[?!]$)[^。!?,\n]{{1,20}}?(?:{BETWEEN}{PIECE}){{0,8}}"
            rf"|{ANY_WHEN}(?:{BETWEEN}{PIECE}){{1,8}}"
        ),
        needs=INFO_WORDS,
        hits=("«来源:青山日报 2.3W»", "«作者:佚名»"),
        misses=(
            "来源:经过三个月的走访调查,我们掌握了全县水源的第一手材料。",
            "作者是一位老师",
            "审核:　　　经手:",
        ),
    ),
    Rule(
        "BP223",
        "timestamp",
        BP,
        WARNING,
        "says when it was posted",
        pattern=whole(rf"{DATE} {{0,3}}{CLOCK}(?:{BETWEEN}{PIECE}){{0,6}}|{DATE}(?:[\s|,·]{{1,6}}{PIECE}){{1,6}}"),
        needs=("19", "20"),
        hits=("«2021-03-04 12:30:05»", "«2021年3月4日 08:15 来源:青山日报»"),
        misses=("2021年3月4日", "2021-03-04"),
    ),
    Rule(
        "BP227",
        "page-id",
        BP,
        NOTE,
        "is a bare number at the edge",
        pattern=r"^[^\S\n]*(?P<span>\d{5,12}|\d{1,4}(?:\.\d{1,2})?[wWkK万]\+?)[^\S\n]*$",
        needs=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        hits=("«20388417»", "«2.6W»"),
        misses=("2023", "3.5"),
    ),
    Rule(
        "BP230",
        "tags",
        BP,
        ERROR,
        "lists the tags of the page",
        pattern=whole(
            rf"(?:本文|文章|相关|热门|TAG|tag)?(?:标签|[Tt]ags?|TAGS?|相关关键词|本文关键词) ?:{REST}{{0,100}}"
        ),
        needs=("标签", "本文", "文章", "相关", "热门", "Tag", "tag", "TAG"),
        hits=("«本文标签:防汛 总结 县级»",),
        misses=("标签上写着他的名字", "关键词:水利;防汛"),
    ),
)

ANYWHERE = (
    Rule(
        "BP226",
        "word-count",
        BP,
        ERROR,
        "counts the words of the text",
        pattern=(
            r"^(?=[^。!?\n]{2,60}$)[^\n]{0,58}?[^\s\d约近达到共于][\s_]{1,3}(?P<span>[\[(【]?(?:共|约"
            r"|全文)?\d{2,6} ?字[\])】]?)[^\S\n]*$"
        ),
        needs=tuple(f"{digit}{blank}字" for digit in "0123456789" for blank in ("", " ")),
        hits=("防汛抢险总结 «1850字»", "第二篇 护林员事迹材料 «[900字]»"),
        misses=("要求不少于 800字", "全文一共 800字", "防汛总结800字", "编写史料 30万字"),
    ),
    Rule(
        "BP232",
        "infringement-notice",
        BP,
        ERROR,
        "deals with reprints and rights",
        pattern=rf"(?:^|(?<=[。!?;,\s(【]))(?P<span>{REST}{{0,30}}(?:(?:如有|若有|如涉及|如果|如涉|若涉|若|如"
        rf"|涉及){REST}{{0,10}}侵[权犯](?!案)"
        rf"{REST}{{0,12}}(?:请|联系(?:我|本|站|网|后|客|管|即|删)|告知(?:我|本|删)|来信|立即删|马上删|立刻删|会删"
        rf"|删除处理|必删)|未经{REST}{{0,14}}(?:许可|授权|允许|同意){REST}{{0,8}}(?:不得|禁止|请勿|严禁)转载"
        rf"|(?:如需)?转载(?:本文)?(?:请|时请|须|务必|敬请)(?:注明|保留|标明|联系)|版权归{REST}{{1,16}}所有|谢绝转载"
        rf"|(?:禁止|严禁|请勿)(?:抄袭|转载){REST}{{0,4}}(?:违者|否则|$)){REST}{{0,40}}(?:[。!]|(?=[\n)】])|\Z))",
        needs=("侵权", "转载", "版权归"),
        hits=("«如有侵权,请联系我们删除。»", "«转载请注明出处»"),
        misses=("侵权人应当承担赔偿责任。", "文章被多家报刊转载,反响很好。", "如发现侵权行为,版权部门应当处理。"),
    ),
    Rule(
        "BP233",
        "site-registration",
        BP,
        ERROR,
        "gives registration and owner",
        pattern=whole(
            r"[^\n]{0,80}?(?:ICP[备证] ?(?:第? ?\d|案?号)|公网安备|增值电信业务经营许可证(?:编号)?[: ]|(?<![\"“])版权所有(?: |:"
            r"|[^\n]{0,20}(?:\d{4}|[Cc]opyright|©|网))"
            r"|违法和?不良信息举报(?:电话|邮箱|热线|中心[: ]|[: ])|技术支持:(?! *$)|站长(?:QQ|邮箱|微信))[^\n]{0,160}",
            longest=300,
        ),
        needs=("ICP", "网安备", "增值电信", "版权所有", "不良信息举报", "技术支持:", "站长"),
        hits=("«京ICP备00000000号-1»", "«版权所有 青山范文网 2015-2020»"),
        misses=(
            "地图版权所有人应当配合调查。",
            "负责ICP管理工作的同志",
            "车站站长带头值班",
            "供方应给予以下技术支持:\n一、安装调试",
            "每页须印有“版权所有1999,青山公司依版权法享有权利”字样。",
        ),
    ),
)

TABLE = Table(heads=HEADS, edge_heads=EDGE_HEADS, anywhere=ANYWHERE)
