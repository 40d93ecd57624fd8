"""Boilerplate rows for what services print around a text: writing machines, libraries, novels, social apps.

A line that matches here is boilerplate on any page. The judge recognises the other lines of these services by shape
and words, and gives them the codes of these rows.
"""

from __future__ import annotations

from itertools import product

from dedupe.rules.boilerplate.shapes import CLOCK, DATE, HAN, REST, Table, any_of, row, whole

MODEL = r"(?:AI|人工智能|大?型?语言模型|大模型|智能)(?:语言模型|助手|模型|写作助手|机器人)?"
ONE = ("", "一个", "一名", "一款", "一种")
MODELS = ("大型", "大模", "大语", "型语言", "语言模", "AI", "人工智", "智能", "由")
# A language model agrees (好的, sure) and then hands over the text that it was asked for.
AGREED = ("好的", "当然", "当然可以", "当然了", "没问题", "可以", "可以的", "明白", "明白了", "收到", "OK")
AGREES = rf"(?:{'|'.join(AGREED)})[,!。~ ]{{1,3}}"
HANDS_OVER = r"(?:以下|下面|这里|这|为[您你])(?:就)?(?:是|为[您你]|有|提供|准备了?|撰写了?|生成了?)"
WRITTEN = r"(?:文章|内容|作文|范文|模板|示例|建议|信息|回答|方案|邮件|信件|文案|草稿|稿件)"
# A pinyin reading that a converter puts behind characters all along a line: 渠(qu)边.
INITIALS = "b p m f d t n l g k h j q x zh ch sh z c s r y w".split()
FINALS = "a ai an ang ao e ei en eng i ia ian iang iao ie in ing iong iu o ong ou u ua uai uan uang ue ui un uo".split()
SYLLABLES = tuple(map("".join, product(INITIALS, FINALS)))
FILE_STATES = any_of("为|是|属|已|被|VIP|vip|会员|付费|收费|加密")
ACTS = ("赞同", "喜欢", "收藏", "评论", "分享", "转发", "关注", "赞", "阅读")
LIBRARY_FILE = r"(?:该|本|此)(?:篇)?(?:文档|资料|资源|文件)"

ANYWHERE = (
    row(
        "BP210 machine-trace error",
        "is a trace of a writing machine",
        pattern=(
            r"(?P<span>【\d{1,3}†[^】\n]{1,40}】|\[citation:\d{1,3}\]|\[cite(?:_start|: ?\d{1,3}(?:, ?\d{1,3})*)\]"
            r"|:contentReference\[oaicite:\d{1,3}\](?:\{index=\d{1,3}\})?"
            r"|\[oaicite:\d{1,3}\]|<think>[^\n]{0,400}?(?:</think>|$)|</think>|turn\d{1,2}(?:search|view)\d{1,3}"
            r"|已深度思考(?:[(][^)\n]{1,20}[)])?)"
        ),
        needs=any_of("†|[citation:|[cite_start|[cite:|oaicite|think>|已深度思")
        + tuple(f"turn{figure}" for figure in range(10)),
        hits=(
            "村口的井重新淘过«【7†source】»,水又清又甜。",
            "他变了«[citation:2]»。",
            "«[cite_start]»我家门前的井«[cite: 3]»很甜。",
            "«<think>要活泼,不要长。</think>»",
        ),
        misses=("【7】见附表", "I think > you", "他思考了很久"),
    ),
    row(
        "BP245 converter-trace error",
        "is left by the program that converted or cut the file",
        pattern=(
            r"(?P<span>错误! ?(?:未(?:找到引用源|定义书签|指定书签)|超链接引用无效|不能识别的开关参数"
            r"|文档中没有指定样式的文字)[。.]?"
            r"|Error! (?:Reference source not found|Bookmark not defined|Hyperlink reference not valid|No text of"
            r" specified style in document)\.?"
            r"|(?:This (?:document|file|page|PDF) was )?(?:[Cc]reated|[Cc]onverted|[Gg]enerated|[Pp]rinted|[Ee]dited)"
            r" (?:with|by|using) [^\n]{0,60}(?:unregistered|trial|evaluation|demo|free) version[^\n]{0,60}"
            r"|[(\[【](?:图片|视频|附件)(?:加载失败|已失效|暂缺|加载中[.…]{0,3}|无法显示)[)\]】]"
            r"|[Ee]valuation (?:[Oo]nly|[Ww]arning)[.: ][^\n]{0,100}|由 ?扫描全能王 ?扫描创建|CamScanner(?=\s*$)"
            r"|(?<=[一二三四五六七八九十])_丁(?=、)"
            r"|[(](?:剩余|还剩)\d{2,6}字[)]|[….]{0,4}[(][^()\n]{2,60}(?:省略|略去|隐藏)\d{2,7}字[^()\n]{0,60}[)]"
            r"|[….—]{0,8} ?(?:此处|中间|这里)(?:省略|隐藏|略去|折叠)(?:了)?\d{2,7}个?字[….—]{0,8}"
            r"|Normal 0 (?:[\d.]+ (?:磅|pt) )?\d? ?(?:false ){2,3}[A-Z-]{2,7}[^\n]{0,80}"
            rf"|(?<={HAN})[(](?:{'|'.join(INITIALS)})(?:{'|'.join(FINALS)})[)]|/\* Style Definitions \*/[^\n]{{0,300}}"
            r"|(?:Warning|Notice|Fatal error|Parse error): [^\n]{4,160} in /[\w./-]{4,80}(?: on line \d+)?)"
        ),
        needs=any_of(
            "(剩余|(还剩|省略|略去|隐藏|处折叠|间折叠|里折叠|扫描全能王|CamScanner|_丁、|Normal 0|"
            "Style Definitions|Warning: |Notice: |atal error: |arse error: |错误!|加载失败|已失效|暂缺|加载中|无法显示|"
            "Error! |nregistered version|trial version|valuation version|demo version|free version|aluation O|"
            "aluation o|aluation W|aluation w"
        )
        + tuple(f"({syllable})" for syllable in SYLLABLES),
        hits=(
            "水位见«错误!未找到引用源。»所示。",
            "第二天«……此处隐藏8746个字……»的旧木箱摆在窗下。",
            "渠«(qu)»边的学«(xue)»堂«(tang)»开学了。",
            "他数了三遍«(图片加载失败)»,是二十三个。",
            "«This document was created with an unregistered version of Willow PDF.»",
            "水渠修好了。\n«由 扫描全能王 扫描创建»",
            "一«_丁»、水渠要挖深",
            "«Warning: mysql_connect(): Too many connections in /home/www/db.php on line 7»\n水渠修好了。",
        ),
        misses=("程序提示错误!请重试。", "I tried the trial version.", "此处省略了三个字。", "错误!这种说法不对。"),
    ),
    row(
        "BP208 machine-writer error",
        "speaks for a writing machine",
        pattern=(
            rf"(?:^|(?<=[。!?\s(【]))(?P<span>[(【]?(?:(?:作为|身为)(?:{'|'.join(ONE)})(?:大型"
            rf"|由{REST}{{2,12}}(?:训练|开发)的)?{MODEL}[,,]"
            rf"{REST}{{0,120}}|{AGREES}{HANDS_OVER}{REST}{{0,60}}[::](?=\s*$)"
            rf"|{AGREES}[您你](?:需要|想要|要的是){REST}{{2,60}}[::](?=\s*$)"
            rf"|(?:{AGREES})?(?:已?根据|按照?|依据)[您你](?:的|所?提供|所?给出){REST}{{0,50}}(?:生成|整理|撰写|写|创作|润色)"
            rf"(?:了|好|出)?{REST}{{0,16}}[::](?=\s*$)"
            rf"|(?:嗯|好的)?[,,。]?(?:用户|这位用户)(?:想要?|需要|希望|要求|让我|请我|要我){REST}{{0,30}}(?:一[篇份封段首]|模板|文案|范文|我)"
            rf"{REST}{{0,120}}"
            r"|Let me know if you(?:'d| would) like (?:me to |a |an |another |it )(?:[\w-]+,? ){0,4}?"
            r"(?:version|tone|draft|changes?|shorter|longer|formal|casual|rewrite|adjust|revise|tailor|expand)\b[^.!?\n]{0,60}"
            rf"|(?:很?抱歉|对不起),(?:由于|因为)?我的(?:知识库?|训练数据|信息)(?:只)?(?:截止|截至|更新)[到于至]{REST}{{0,80}}"
            rf"|{AGREES}(?:让)?我们一步一?步地?来?(?:思考|分析){REST}{{0,60}}"
            rf"|希望(?:以上|这[篇份封个]|上述|本){REST}{{0,12}}{WRITTEN}{REST}{{0,16}}(?:对[您你]有|帮(?:助)?到[您你]"
            rf"|符合[您你]|满足[您你]|满意|灵感)"
            rf"{REST}{{0,20}}|如(?:果|需|有)(?:[您你])?{REST}{{0,40}}(?:请|可以|欢迎)?(?:随时(?:告诉|告知)我"
            rf"|(?<=[修改调整版本语气风格完善补充细化内容])[,,]?(?:请|可以)?(?:告诉|告知)我)"
            rf"(?:,我{REST}{{0,24}})?"
            rf"|(?:[注*]:? ?|提示:|备注:)?(?:以上|上述|本文|该|此|部分|本页)?(?:内容|回答|文章|图片|信息|答案"
            rf"|文案)?(?:均)?由{MODEL}(?:辅助)?(?:生成|创作|撰写|整理)"
            rf"{REST}{{0,30}}|[(【]?注?[::]?(?:以上|上述|此处|本模板|该模板){REST}{{0,16}}(?:请|可)?(?:根据|结合"
            rf"|按照?){REST}{{0,6}}(?:实际情况|自身情况|具体情况|个人情况|(?<=[据合按照己的])需要)"
            rf"{REST}{{0,8}}(?:修改|调整|补充|替换|填写|完善){REST}{{0,10}})(?:[。!?.)】]{{1,3}}|(?=\s*$)))"
        ),
        needs=any_of(
            "用户想|用户需|用户希|用户要|用户让|用户请|"
            "作为由|据您|据你|按您|按你|照您|照你|告诉我|告知我|联系我|对您有|对你有|帮到您|帮到你|帮助到|符合您|符合你|满足您|"
            "满足你|希望以上|希望这|希望上述|希望本|Let me know if you|我的知识|我的训练|我的信息|"
            "由AI|由人工智能|由大模|由大语|由大型|由语言模|由智能|由型语|际情况|身情况|体情况|人情况|"
            "据需要|合需要|按需要|照需要|己需要|的需要"
        )
        + tuple(map("".join, product(AGREED, ",!。~ ")))
        + tuple(map("".join, product(("作为", "身为"), ONE, MODELS))),
        hits=(
            "«作为一名AI助手,我没有修过水渠,不过可以写一篇样文。»",
            "«好的,以下是一份修渠总结的初稿:»\n今年修渠十二公里。",
            "«明白了,您要的是一篇清淤心得,下面用第一人称写:»\n河里的泥清走了。",
            "«嗯,用户想要一篇写水渠的作文,语气要朴实,我先列三点。»\n水渠绕着村子走。",
            "«收到!根据您给出的词语“水渠、清淤”,生成如下:»\n水渠绕着村子走。",
            "«如需补充数据,请随时告诉我。»",
            "«抱歉,我的知识截止到2023年,没有这条渠的资料。»",
            "The weir opens in May.\n«Let me know if you'd like a shorter version!»",
            "«好的,我们一步一步来思考:先要写清修渠的缘由。»\n水渠绕着村子走。",
            "«以上内容由AI生成,仅供参考»",
            "«(以上请根据实际情况修改)»",
        ),
        misses=(
            "作为一名护林员,我天不亮就上山。",
            "好的,以下几件事马上就办。",
            "如果有困难,请告诉我们村里的干部。",
            "希望以上建议能被大会采纳,我们会继续努力。",
            "人工智能由人设计。",
            "Let me know if you'd like to walk to the weir.",
            "以上各项请按规定执行。",
        ),
    ),
    row(
        "BP244 library-notice error",
        "describes a file of a library",
        pattern=whole(
            rf"《?{REST}{{2,60}}》?由(?:会员|用户|网友|作者){REST}{{0,16}}(?:分享|上传|提供|贡献|发布){REST}{{0,60}}"
            rf"|(?:[您你])?(?:当前)?已(?:阅读|读|预览|浏览)(?:了)?(?:到)? ?(?:第)?\d+ ?页{REST}{{0,60}}"
            rf"|{LIBRARY_FILE}(?:为|是|属于?|已被?)?(?:VIP|vip|会员|付费|收费|加密){REST}{{0,40}}"
            rf"|[….—]{{0,8}}(?:此处|中间|以下|这里|部分内容)(?:省略|隐藏|略去|折叠)(?:了)?\d+(?:个)?(?:字"
            rf"|页)[^\n]{{0,16}}"
            rf"|(?:试读|预览|试看)(?:已)?(?:结束|完毕|到此){REST}{{0,40}}|(?:还剩|剩余) ?\d+ ?页(?:未读)?{REST}{{0,30}}"
            rf"|(?:精选|精品|优质|实用)(?:优质)?(?:文档|资料|文案)[ —-]{{1,6}}{REST}{{2,16}}"
        ),
        needs=any_of(
            "由会员|由用户|由网友|由作者|已阅读|已读|已预览|已浏览|试读|预览|试看|还剩|剩余|精选文|精选资|精选优|精品文|"
            "精品资|精品优|优质文|优质资|优质优|实用文|实用资|实用优"
        )
        + tuple(map("".join, product(("文档", "资料", "资源", "文件"), FILE_STATES)))
        + tuple(map("".join, product(("此处", "中间", "以下", "这里", "内容"), ("省略", "隐藏", "略去", "折叠")))),
        hits=(
            "«《修渠总结.docx》由会员分享,可在线阅读»",
            "«已阅读3页,剩余12页未读»",
            "«该资料为VIP专享»",
            "«……此处隐藏960个字……»",
        ),
        misses=("水费由用户承担。", "这本书已读了三页", "此处隐藏着一眼泉水", "该文为本刊专稿"),
    ),
    row(
        "BP258 social-line error",
        "surrounds a social post",
        pattern=whole(
            r"如题所述|(?:希望|望|请|求|谢谢)采纳[!。]?|扩展资料:?|追[问答](?=\s*$)|该楼层疑似违规已被系统折叠[^\n]{0,20}|"
            rf"(?:[▲△] ?)?(?:赞同|点赞|喜欢) ?\d[\d.,万wWkK]*(?:[\s·|▼,]{{1,5}}(?:\d+ ?条?|添加|写|暂无)?(?:评论|回复"
            rf"|分享|收藏|转发|喜欢|感谢|举报|收起|在看|不喜欢)"
            rf"(?: ?\d+)?){{0,8}}|(?:编辑|发布|发表|修改|创作|更新)于:? ?(?:{DATE}{CLOCK}?|[昨今前]天{CLOCK}?"
            rf"|\d+ ?(?:分钟|小时|天|月)前)"
            rf"(?:[\s·|,]{{0,4}}(?:IP ?属地|属地|来自|著作权)[^\n]{{0,20}})?|[·|, ]{{0,3}}IP ?属地:? ?[^\s。,]{{2,8}}"
            rf"|[©️ ]{{0,3}}著作权归(?:作者|原作者)?{REST}{{0,8}}所有[^\n]{{0,40}}"
            rf"|(?:长按|扫描|扫一扫|识别|点击)(?:识别|上方|下方|下图|图中|上图|扫描)?(?:的)?(?:二维码|蓝字"
            rf"|名片)[, ]{{0,2}}[^\n。]{{0,20}}[。!]?"
            rf"|(?:点赞|收藏|评论|分享|转发|在看|关注|打赏|喜欢|赞)(?: ?\(?\d[\d.万wWkK]*\)?)?"
            rf"(?:[\s|·、,/]{{1,4}}(?:点赞"
            rf"|收藏|评论|分享|转发|在看|关注|打赏|举报|踩|赞)"
            rf"(?: ?\(?\d[\d.万wWkK]*\)?)?){{2,8}}|阅读 ?\d[\d.,万wWkK+]*(?:[\s|·]{{1,4}}(?:赞|点赞|在看|好看|转发"
            rf"|评论) ?\d*){{1,5}}"
        ),
        needs=any_of(
            "如题所述|望采纳|请采纳|求采纳|谢谢采纳|扩展资料|追问|追答|系统折叠|"
            "编辑于|发布于|发表于|修改于|创作于|更新于|IP属|IP 属|著作权归|二维码|蓝字|名片|点赞|在看|打赏"
        )
        + tuple(map("".join, product(ACTS, " |·、,/(0123456789"))),
        hits=(
            "«赞同 57   添加评论  分享  收藏»",
            "«如题所述»\n收据写清数目就行。",
            "«发布于 2022-03-08 · IP属地安徽»",
            "«长按识别二维码,关注我们»",
            "«点赞 收藏 评论 分享»",
            "«阅读 3.4万 赞 52 在看 9»",
        ),
        misses=(
            "赞同这个办法的有三十七户。",
            "这部书发布于汉代",
            "村口贴了二维码,一扫就能报修。",
            "著作权归甲乙双方共有。",
        ),
    ),
    row(
        "BP274 novel-line error",
        "surrounds a chapter of a novel",
        pattern=whole(
            r"(?:天才)?(?:一|1|三)?秒?钟?记住[^\n。]{0,12}(?:地址|网址|域名|本站|【)[^\n]{0,60}"
            r"|(?:最新|备用|本站|本书)(?:永久)?(?:网址|域名|地址):[^\n]{0,60}|(?:本|这一|此)(?:小)?章(?:还)?(?:未完"
            r"|没有?完|没有?结束)[^\n]{0,30}"
            r"|(?:拜|跪)?求(?:收藏|月票|推荐票?|订阅|打赏|票票|支持)(?:[、, !~]{0,3}(?:拜|跪)?求?(?:收藏|月票|推荐票?"
            r"|订阅|打赏|评论|支持)){0,6}"
            r"|手机(?:用户|阅读|版)[^\n。]{0,6}(?:请)?(?:浏览|访问|登录|到|收藏)[^\n]{0,40}"
            r"|(?:关灯|开灯|护眼)(?:[\s|·]{1,5}(?:大|中|小|关灯|护眼|字体)){1,5}"
            r"|默认[冷暖]?[灰白绿黄蓝]|\d{1,2}号(?:文字|字体?)|方正[启楷宋黑]体|喜欢《?[^\n》]{1,30}》?请(?:大家)?收藏[^\n]{0,60}|[^\n。]{2,30}(?:更新速度|无弹窗|全文免费阅读"
            r"|最快更新)[^\n]{0,40}"
            r"|(?:←? ?上一?[章页]|加入书[签架])(?:[\s|·→←/]{1,5}(?:目录|章节(?:目录|列表)|返回(?:目录|书页)"
            r"|下一?[章页]|加入书[签架]|投?推荐票|报错)){1,6}(?: ?→)?"
        ),
        needs=any_of(
            "关灯|开灯|护眼|默认|号文字|号字|方正|记住|网址:|域名:|地址:|"
            "章未完|章没|章还没|章还未|求收藏|"
            "求月票|求推荐|求订阅|求打赏|求票|求支持|手机用户|手机阅读|手机版|请收藏|大家收藏|更新速|无弹窗|"
            "文免费阅|最快更|上一章|上一页|上章|上页|加入书签|加入书架"
        ),
        hits=("«一秒记住【墨渠小说】,看书更快»", "«(本章未完,请翻页)»", "«求收藏,求推荐票!»", "«上一章 目录 下一章»"),
        misses=(
            "我把那个地址记住了很多年。",
            "工程未完,人已老去。",
            "老师要我们求证。",
            "上一章讲了修渠的起因。",
            "记住他的话",
            "(关灯)",
        ),
    ),
    row(
        "BP275 begging-suffix error",
        "asks for votes behind a heading",
        pattern=(
            r"(?<=[^\s(【])[^\S\n]{0,3}(?P<span>[(【](?:拜|跪)?求(?:收藏|月票|推荐票?|订阅|打赏|票票?|支持)"
            r"[^)】\n]{0,20}[)】]|[(【][^()【】\n]{0,14}(?:加更|求(?:月|推荐)?票|(?:月|推荐)票[^()【】\n]{0,6}(?:走起|砸|投|来))[^()【】\n]{0,14}[)】])[^\S\n]*$"
        ),
        needs=("(求", "(拜求", "(跪求", "【求", "【拜求", "【跪求", "月票", "推荐票", "加更"),
        hits=("第三十章 渠水«(求收藏求月票)»", "第八章 夜航«(三更合一,月票走起)»"),
        misses=("解方程(求未知数)", "(求收藏)", "来的是武林新主(前任盟主)", "学生坐车更便宜(月票半价)"),
    ),
)

TABLE = Table(anywhere=ANYWHERE)
