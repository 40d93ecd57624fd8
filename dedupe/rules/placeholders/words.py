"""Words that stand beside a mark and say what it stands for, one set a meaning; their files are `dedupe/rules/vocabulary`.

The longest word at the mark's edge decides, so an exception is only a longer word in another set: 人 makes a number,
人民 a name, 家 a number, 家庭 a name. Text is folded before it is looked up.
"""

from __future__ import annotations

from dedupe.rules.vocabulary import words as _words

LANGUAGES = ("zh", "ja", "ko")


def words(language: str, name: str) -> frozenset[str]:
    """One class, as texts are folded."""
    return frozenset(word.translate(SIMPLIFIED) for word in _words(language, name))


def listed(listing: str) -> frozenset[str]:
    """The words of a listing parted by white space."""
    return frozenset(listing.split())


def _all(name: str, *languages: str) -> frozenset[str]:
    return frozenset().union(*(words(language, name) for language in languages or LANGUAGES))


# --- traditional script ----------------------------------------------------------------------------------------------

# The characters of these words in traditional script, and each as it stands here, after OpenCC's table.
SIMPLIFIED = dict(zip(map(ord, (
    "乾佈佔來侖侷係俬傢傳僅價億儘兒內兩別則剋劉劑動務勞區協厤吳呂員問喫單噸嚮嚴囌國園圓圖團埰堅報場塊壇壽奮媽孫學宮寀實"
    "寬專對導屆層屬島崗崙嶺師帳幣幹幾庫廈廚廟廠廣廳張強彆徑徵愛戰戶捲採揚搶摺擊數於旂昇時曆曏書會朮條棟楊業榦樁樑樓標樣"
    "樹橋機橫檯欄權歐歲歷氣沒減湯準溝滿潔潤瀋灣為無營爺獎環產畝畫癒發盃盞盡監盧眾硃碩碼礪祕稅種稱積競筆箇節範簡糰糾紀約"
    "納級紛組結統綑經網線編練縣縮總績織繫繼纍罈罰羅習聞聯聲職腳臨臺與舉艱茲莊菴萬葉蓆蔣薑蘇處號術衕衚補裡製見視覽計討訓"
    "記設許診証評試話誌語課談論講謝證識譚議護貝財貸費賀資賈賬賽趙踰車軟載輕輛輪辦農迴逕週進過達遲邊郵鄉鄒鄧鄭醫釐針銀銳"
    "銷錢錦錶鍼鍾鎊鎮鐘長門閆開間閤關陞陳陸隊隱隻雙電韆韋韓頁頂頃項領頭頻顆題額類顧颱餘馬馮體髮鬍麵黃點黨齊齡齣龍龔"
)), (
    "干布占来仑局系私家传仅价亿尽儿内两别则克刘剂动务劳区协历吴吕员问吃单吨向严苏国园圆图团采坚报场块坛寿奋妈孙学宫采实"
    "宽专对导届层属岛岗仑岭师帐币干几库厦厨庙厂广厅张强别径征爱战户卷采扬抢折击数于旗升时历向书会术条栋杨业干桩梁楼标样"
    "树桥机横台栏权欧岁历气没减汤准沟满洁润沈湾为无营爷奖环产亩画愈发杯盏尽监卢众朱硕码砺秘税种称积竞笔个节范简团纠纪约"
    "纳级纷组结统捆经网线编练县缩总绩织系继累坛罚罗习闻联声职脚临台与举艰兹庄庵万叶席蒋姜苏处号术同胡补里制见视览计讨训"
    "记设许诊证评试话志语课谈论讲谢证识谭议护贝财贷费贺资贾账赛赵逾车软载轻辆轮办农回径周进过达迟边邮乡邹邓郑医厘针银锐"
    "销钱锦表针钟镑镇钟长门闫开间合关升陈陆队隐只双电千韦韩页顶顷项领头频颗题额类顾台余马冯体发胡面黄点党齐龄出龙龚"
), strict=True))
# Characters that hardly a page in traditional script goes without, and no page in simplified script has.
TRADITIONAL = "個們這來對時會國學過關於"

# --- after a mark ---------------------------------------------------------------------------------------------------

YEARS_AFTER = _all("years-after")
DATES_AFTER = _all("dates-after")
MEASURES = _all("measures", *LANGUAGES, "en")
ORDINALS_AFTER = words("zh", "ordinals-after")
PLACES = _all("places")
PEOPLE = _all("people")
NAMES_AFTER = PLACES | _all("bodies") | PEOPLE | words("zh", "names-after")
# Words that begin like a measure word and say nothing about the mark.
NO_CLUE = words("zh", "no-clue")
WORDS_AFTER = words("zh", "words-after")
RANGES_AFTER = words("zh", "ranges-after")
EVENTS = words("zh", "events")

# --- before a mark --------------------------------------------------------------------------------------------------

NUMBERS_BEFORE = words("zh", "numbers-before")
DATES_BEFORE = words("zh", "dates-before")
ORDINALS_BEFORE = words("zh", "ordinals-before")
WORDS_BEFORE = words("zh", "words-before")
DURATIONS_BEFORE = words("zh", "durations-before")
FACTORS = words("zh", "factors")
SURNAMES = words("zh", "surnames")
# What a form asks for, before its colon.
FIELDS = words("zh", "fields")
FIELDS_EN = frozenset(map(str.lower, _words("en", "fields")))
LOOSE_MEASURES = words("zh", "loose-measures")

# --- holes ----------------------------------------------------------------------------------------------------------

NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两几数半多余")
# What is left without its figure when one of these is followed by one of the units at the end of a clause.
LOST_FIGURES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        listed(
            """
            达 达到 多达 共计 总计 合计 累计 增长 增加 增收 减少 下降 降低 提高 上升 缩短 延长 提前 推迟 新增 节约
            采纳了 降了
            """
        ),
        listed(
            """
            人次 万元 亿元 元 天 条 例 项 件 篇 份 亩 吨 倍 次 个百分点 平方米 平方公里 公里 小时 例次 场次 台次 户
            万人次
            """
        ),
    ),
    (listed("了"), listed("条 项 件 篇 份 元 万元 亿元 亩 吨 人次 例次 场次 台次 平方米 公里")),
    (listed("超过 突破 不足 高达"), listed("人次 条 例 项 件 篇 份 亩 吨 倍 次 个百分点 平方米 公里 户")),
    (listed("锦旗"), listed("面")),
    (listed("表扬信 感谢信"), listed("封")),
    (listed("论文 文章 稿件 报道 简报 信息 新闻 标语 横幅 建议 意见 提案"), listed("篇 条 份 件")),
    (listed("资料 材料 传单 宣传单 问卷 试卷 合同 手册 宣传画"), listed("份 册")),
    (
        listed(
            """
            资金 善款 捐款 收入 费用 金额 产值 利润 税收 经费 投资 工资 奖金 补助 款项 营业额 销售额 总收入 总额 总值
            支出 贷款
            """
        ),
        listed("元 万元 亿元"),
    ),
    (listed("住院 病人 患者 手术 门诊 急诊 分娩 会诊 治愈 抢救 接诊 收治 剖宫产"), listed("例 例次 台次")),
    (listed("党支部 支部 行政村 村民小组 自然村 网点"), listed("个")),
    (listed("党员 会员 团员"), listed("名")),
    (listed("罚没款 罚款"), listed("元 万元")),
    (listed("面积"), listed("平方米 亩 平方公里")),
    (listed("案件 纠纷 事故 隐患"), listed("起 件")),
    (listed("会议 讲座 演练 召开 举办 组织 开展 接受培训 完成培训"), listed("次 场次 人次")),
    (listed("住院日 工期 历时 为期 耗时"), listed("天 小时")),
    (listed("图书 藏书"), listed("册 万册")),
    (listed("树木 树苗 植树"), listed("棵 株")),
)
