"""Boilerplate rows for what is planted in a page: spam, brands behind titles, forum furniture, advertisements."""

from __future__ import annotations

from dedupe.core.model import Kind, Severity
from dedupe.rules.boilerplate.shapes import CLOCK, DATE, HAN, Table, whole
from dedupe.rules.rule import Rule

BP = Kind.BOILERPLATE
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# Brands change weekly, so none is named. A planted brand is short, mixes Chinese with a code (letters and a figure) or
# with a word of the trade, and ends in what its page is for: 登录, 官网, 下载.
TRADE = (
    r"(?:娱乐城?|博彩|投注|棋牌|彩票|百家乐|老虎机|真人(?:娱乐|视讯|荷官)?|电玩|电竞|体育|赌场|赌博|彩金|国际|集团"
    r"|贵宾会|俱乐部|会员|时时彩|六合彩)"
)
ENTRY = (
    r"(?:官方网站|官方入口|官网|网页版?|登[录陆]|入口|平台|网址|手机版|手机客户端|客户端|最新版|旗舰[厅店]|注册|备用"
    r"|线路|网站|首页|下载|在线|官方|娱乐"
    r"|app|APP|App|版|地址|大厅)"
)
CODE = r"(?:[A-Za-z]{1,5}\d{1,4}|\d{1,4}[A-Za-z]{1,4}|\d{2,4})"
HARD = r"(?:娱乐城|博彩|投注|棋牌|百家乐|老虎机|真人(?:视讯|荷官|娱乐)|赌场|彩金|时时彩|六合彩|网赌|贵宾会|彩票)"
PLANTED = (
    rf"(?:{HAN}{{2,6}}{CODE}(?:{TRADE}|{ENTRY}){{1,5}}|{CODE}{HAN}{{0,4}}?(?:{TRADE}{ENTRY}|{HARD}){ENTRY}{{0,4}}"
    rf"|{HAN}{{2,6}}?(?:{HARD}{ENTRY}{{1,4}}|(?:国际|集团|体育|娱乐|真人|电竞|电子){ENTRY}{{2,5}}))"
)
JOIN = r"[^\S\n]{0,3}[-_|–]{1,3}[^\S\n]{0,3}"
TRIGGERS = (
    "娱乐",
    "博彩",
    "投注",
    "棋牌",
    "彩票",
    "百家乐",
    "老虎机",
    "真人",
    "赌",
    "彩金",
    "贵宾会",
    "登录",
    "登陆",
    "网页",
    "官网",
    "入口",
    "网址",
    "手机版",
    "客户端",
    "旗舰",
    "时时彩",
    "六合彩",
    *(f"{code}国际" for code in "0123456789g"),
)


HEADS = (
    Rule(
        "BP271",
        "forum-post",
        BP,
        ERROR,
        "surrounds a post in a forum",
        pattern=whole(
            rf"(?:发表于|最后登录|注册时间|在线时间):? ?(?:{DATE}{CLOCK}?|\d[^\n]{{0,10}})[^。\n]{{0,40}}"
            rf"|本(?:帖|主题|贴)最后由 ?[^\n]{{1,40}}(?:编辑|修改)|(?:只看该作者|显示全部楼层|倒序(?:浏览|看帖)"
            rf"|正序浏览|阅读模式|电梯直达|使用道具|只看大图|看贴方式)"
            rf"[^。\n]{{0,40}}|(?:回复|引用|举报|支持|反对|评分|收藏|分享|道具|顶|踩)(?:[\s|]{{1,4}}(?:回复|引用|举报"
            rf"|支持|反对|评分|收藏|分享|使用道具|顶|踩|\d{{1,4}})){{1,8}}"
            rf"|本帖子中包含更多资源|(?:GMT ?\+8|Processed in|页面执行时间|小黑屋)[^\n]{{0,80}}|[顶踩]一下[^\n]{{0,40}}"
            rf"|(?:楼主|沙发|板凳|地板) ?(?:\||#|发表|只看)[^。\n]{{0,30}}|(?:马上|立即)注册[^\n]{{0,60}}"
            rf"|(?:[您你]?需要|游客,?如果[您你]要|登录[/|]?注册后)[^\n]{{0,20}}(?:登录|回复|看大图|下载"
            rf"|查看)[^\n]{{0,40}}"
            rf"|(?:下载附件|保存到相册|点击文件名下载附件|该用户(?:已被删除|从未签到)|签到天数)[^\n]{{0,60}}"
            rf"|(?:发信人|寄信人): ?\S{{2,20}} ?(?:[(][^)\n]{{1,20}}[)])?,? ?(?:信区|讨论区|标 ?题): ?[^\n]{{1,40}}"
            rf"|发信站: ?[^\n]{{2,60}}\d{{4}}[)]?[^\n]{{0,20}}"
        ),
        needs=(
            "最后登录",
            "注册时间",
            "在线时间",
            "发表于",
            "本帖",
            "本主题",
            "GMT",
            "Processed in",
            "页面执行",
            "小黑屋",
            "本贴",
            "只看",
            "显示全部",
            "倒序",
            "正序",
            "阅读模式",
            "电梯直达",
            "使用道具",
            "看贴",
            "回复",
            "引用",
            "举报",
            "支持",
            "反对",
            "评分",
            "收藏",
            "分享",
            "道具",
            "顶",
            "踩",
            "楼主",
            "沙发",
            "板凳",
            "地板",
            "马上注册",
            "立即注册",
            "您",
            "你",
            "需要",
            "游客",
            "登录",
            "下载附件",
            "保存到相册",
            "点击文件名",
            "该用户",
            "签到",
            "发信人",
            "寄信人",
            "发信站",
        ),
        hits=(
            "«本帖最后由 青山客 于 2011-3-4 10:21 编辑»",
            "«回复 举报»",
            "«您需要登录后才可以回帖»",
            "«发信人: yanzi (岩子), 信区: Travel»",
        ),
        misses=("论文发表于核心期刊。", "沙发", "需要支持 反对的声音", "楼主任带队检查"),
    ),
)

EDGE_HEADS = (
    Rule(
        "BP266",
        "advert-label",
        BP,
        WARNING,
        "labels an advertisement",
        pattern=whole(
            r"广告(?!。)|赞助商?(?:链接|内容)|推广|スポンサー(?:リンク|ド)|Advertisements?|ADVERTISEMENT"
            r"|Sponsored(?: [Cc]ontent)?|Ad"
        ),
        needs=("广告", "赞助", "推广", "スポンサー", "dvertisement", "ADVERTISEMENT", "Sponsored", "Ad"),
        hits=("«广告»", "«Advertisement»"),
        misses=("广告学原理", "Advertisement design", "推广普通话", "广告。"),
    ),
)

ANYWHERE = (
    Rule(
        "BP267",
        "planted-list",
        BP,
        ERROR,
        "plants names of sites or places for search engines",
        pattern=(
            r"(?P<span>[^\s,。;:、()|【】过是的在]{2,24}【官方[^】\n]{1,8}】|主站蜘蛛池模板[^\n]*"
            r"|(?:[^|\n。,;:]{0,12}[^|\n。,;:\s]\| ){10,}[^|\n。,;:]{0,14}\|?)"
        ),
        needs=("【官方", "蜘蛛池", "| "),
        hits=(
            "通过«金港国际棋牌_世界杯竞猜-【官方注册】»水利局把公开列入日程。",
            "渠修好了,«甲县| 乙县| 丙市| 丁县| 戊市| 己县| 庚市| 辛县| 壬市| 癸县| 子县|»",
        ),
        misses=("他指着【官方】两字念。", "| 甲 | 乙 | 丙 | 丁 | 戊 | 己 | 庚 | 辛 | 壬 | 癸 | 子 | 丑 |"),
    ),
    Rule(
        "BP276",
        "frame-link",
        BP,
        ERROR,
        "is a link of the page's frame",
        pattern=r"(?P<span>\[(?:编辑本段|复制链接|本段编辑|查看全文)\])",
        needs=("[编辑本段]", "[复制链接]", "[本段编辑]", "[查看全文]"),
        hits=("«[编辑本段]»图书信息 书名:修渠记", "涟水的山名 «[复制链接]»"),
        misses=("请编辑本段文字。",),
    ),
    Rule(
        "BP273",
        "divider",
        BP,
        ERROR,
        "divides pages in a content management system",
        pattern=r"^[^\S\n]*(?P<span>[-—=_]{2,60}分[隔割]线[-—=_]{2,60})[^\S\n]*$",
        needs=("分隔线", "分割线"),
        hits=("«------分隔线------»",),
        misses=("画一条分割线",),
    ),
    Rule(
        "BP272",
        "forum-author",
        BP,
        ERROR,
        "says who posted, and when",
        pattern=whole(
            rf"[^\s\n]{{1,20}} {{0,3}}发表于:? ?(?:{DATE}{CLOCK}?|\d{{1,2}} ?(?:分钟|小时|天)前"
            rf"|[昨前]天)[^。\n]{{0,40}}"
        ),
        needs=("发表于",),
        hits=("«青山客 发表于 2011-3-4 10:20 | 只看该作者»",),
        misses=("论文 发表于核心期刊",),
    ),
    Rule(
        "BP261",
        "planted-suffix",
        BP,
        ERROR,
        "adds a gambling or search brand to a title",
        pattern=(
            rf"(?P<span>[-_|–](?:(?<=[^\n].)[-_|–]{{0,2}} {{0,3}}{PLANTED}(?:[,、 ]{PLANTED}){{0,3}})(?:{JOIN}{PLANTED}"
            rf"(?:[,、 ]{PLANTED}){{0,3}}){{0,4}})(?=[^\S\n]*(?:$|[>»›|]))"
        ),
        needs=TRIGGERS,
        hits=("县级防汛工作总结«-金海k7国际»", "护林员事迹材料«_大发体育官网登录»"),
        misses=("2021年全市工作会议-国际合作处", "开放大学-网络教育平台", "GB-2010版"),
    ),
    Rule(
        "BP262",
        "planted-brand",
        BP,
        ERROR,
        "names a gambling or search brand",
        pattern=rf"^[^\S\n]*(?P<span>{PLANTED}(?:(?:{JOIN}|[, ]){PLANTED}){{0,5}})(?=[^\S\n]*(?:$|[>»›|]))",
        needs=TRIGGERS,
        hits=("«金海k7国际-金海k7网页登录» > 总结大全", "«宏盛棋牌官网下载»"),
        misses=("国际体育平台", "青山52中国际部", "学校2010版课程平台的使用"),
    ),
    Rule(
        "BP264",
        "contact-advert",
        BP,
        ERROR,
        "advertises, with a contact",
        pattern=r"(?:^|(?<=[。!?,;\s]))(?P<span>(?:[^。!?,\n]{0,20},)?(?:(?:请|欢迎|赶快|立即|可|微信)?(?:加|添加|关注"
        r"|搜索?)(?:我们的?|本站|客服|官方|下方)?的?"
        r"(?:微信(?:公众号|号|群)?|公众号|QQ群?|qq群?|订阅号)[:“「【 ]?[^。!?,\n]{0,30}"
        r"|(?:请|长按|微信)?(?:扫描?|识别)(?:下方|上方|下面|图中|以下|右侧|左侧)的?二维码|(?:代写|代发|代笔)(?:论文"
        r"|文章|范文|总结|材料|各类|服务)"
        r"|(?:客服|咨询|联系|加)(?:QQ|qq|微信)[:号 ]{0,3}[\w-]{5,20})[^。!?\n]{0,60}[。!]?)",
        needs=("微信", "公众号", "QQ", "qq", "二维码", "代写", "代发", "代笔", "订阅号"),
        hits=("造林任务完成。«关注公众号“青山文秘”,领取更多范文。»", "«代写论文,客服QQ:100200300»"),
        misses=("我们建立了微信公众号,每周发布三期。", "村里贴出二维码方便群众。"),
    ),
    Rule(
        "BP265",
        "watermark",
        BP,
        ERROR,
        "is a watermark of the site",
        pattern=r"(?P<span>[\[【(]来[^\w\n]?源[^\w\n]?:[^\]】)\n]{0,20}[^\w\s\]】)][^\]】)\n]{0,20}[\]】)]"
        r"|(?:本文来自)?织梦(?:好,好织梦|内容管理系统)|(?:copyright )?(?:dedecms|内容来自dedecms)"
        r"|(?:精选|精品)(?:优质)?文档-{1,3}倾情为[你您]奉上"
        r"|w w w ?\. ?(?:[a-z\d-] ?){2,30}(?:\. ?(?:[a-z] ?){2,8}){1,2}(?<! )"
        r"|[(【\[]?本文(?:来自|转自|摘自|出自|首发于?|来源于?)[^()\n]{0,3}"
        r"(?:[A-Za-z] ){3,}[A-Za-z](?: ?\. ?[a-z ]{2,7})?[)】\]]?"
        rf"|[【\[(][a-z\d-]{{2,24}}\.(?:c[o0]m|cn|net|org|cc|top|vip)[)】\]](?={HAN})"
        rf"|(?:(?<=^)|(?<=[。!? ])){HAN}{{2,8}}网 ?(?:https?://[a-z\d./-]{{5,60}}|www\.[a-z\d.-]{{4,40}})(?=[“《\u3400-\u9fff])"
        rf"|(?=[^\n。,]{{0,6}} )本 ?文 ?来 ?自 ?(?:{HAN} ?){{2,12}}网)",
        needs=(
            "w w",
            *(".com", ".c0m", ".cn", ".net", ".org", ".cc", ".top", ".vip", "网www", "网 www", "网http", "网 http"),
            *("本 文", "本文 ", "本文来 "),
            "织梦好",
            "织梦内",
            "dedecms",
            "[来",
            "【来",
            "(来",
            "本文来",
            "本文转",
            "本文摘",
            "本文出",
            "本文首",
        ),
        hits=(
            "水往低处流«[来源:学§青§网]»。",
            "下列说法正确的是«(来源:qing.com)»",
            "渠修好了。«(本文来自q i n g s h u i)»",
            "水«w w w . q i n g . c o m»满了",
            "渠修好了。\n«织梦好,好织梦»\n春天到了。",
            "这座石桥«[qing9.com]»是祖父修的。",
            "«青山作文网 www.qingshan.cn»这座石桥是祖父修的。",
            "这座石桥是祖父修的。«本 文来 自青 山公 文网»",
        ),
        misses=(
            "本文来自 I have a dream 的启发。",
            "登录教育考试网 www.qingshan.cn 报名",
            "本文来自县统计网",
            "数据取自统计公报(来源:县统计局)。",
        ),
    ),
)

TABLE = Table(heads=HEADS, edge_heads=EDGE_HEADS, anywhere=ANYWHERE)
