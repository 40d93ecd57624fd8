"""Words beside a mark that say what it stands for: one set for each meaning, read from the vocabulary files.

The longest word next to the mark decides, so an exception is just a longer word in another set: 人 (persons) makes a
number, 人民 (the people) a name; 家 (a measure word) a number, 家庭 (family) a name. Text is folded before look-up.
"""

from __future__ import annotations

from dedupe.rules.vocabulary import words as _words

LANGUAGES = ("zh", "ja", "ko")


def words(language: str, name: str) -> frozenset[str]:
    """Return one word class of one language."""
    return frozenset(_words(language, name))


def listed(listing: str) -> frozenset[str]:
    """Return the words of a listing, split at white space."""
    return frozenset(listing.split())


def _all(name: str, *languages: str) -> frozenset[str]:
    return frozenset().union(*(words(language, name) for language in languages or LANGUAGES))


# --- after a mark ---------------------------------------------------------------------------------------------------

YEARS_AFTER = _all("years-after")
DATES_AFTER = _all("dates-after")
MEASURES = _all("measures", *LANGUAGES, "en")
ORDINALS_AFTER = words("zh", "ordinals-after")
PLACES = _all("places")
PEOPLE = _all("people")
NAMES_AFTER = PLACES | _all("bodies") | PEOPLE | words("zh", "names-after")
# Words that begin like a measure word but say nothing about the mark.
NO_CLUE = words("zh", "no-clue")
WORDS_AFTER = words("zh", "words-after")
IDEAS_AFTER = words("zh", "ideas-after")
RANGES_AFTER = words("zh", "ranges-after")
EVENTS = words("zh", "events")

# --- before a mark --------------------------------------------------------------------------------------------------

NUMBERS_BEFORE = words("zh", "numbers-before") | words("zh", "fields-numbers")
DATES_BEFORE = words("zh", "dates-before")
ORDINALS_BEFORE = words("zh", "ordinals-before")
WORDS_BEFORE = words("zh", "words-before")
DURATIONS_BEFORE = words("zh", "durations-before")
FACTORS = words("zh", "factors")
SURNAMES = words("zh", "surnames")
# The labels of a form, which stand before a colon.
FIELDS = words("zh", "fields")
FIELDS_EN = frozenset(map(str.lower, _words("en", "fields")))
DATES_EN, FIGURES_EN = frozenset(_words("en", "fields-dates")), frozenset(_words("en", "fields-numbers"))
FIELDS_OF_WORDS = words("zh", "fields-words")
LOOSE_MEASURES = words("zh", "loose-measures")

# --- holes ----------------------------------------------------------------------------------------------------------

# Units that hardly ever end a clause without a figure, and words after which a measure word needs one.
SURE_UNITS = words("zh", "sure-units")
COUNTERS_BEFORE = words("zh", "counters-before")
PEOPLE_COUNTED = words("zh", "people-counted")
# Words that cannot end a clause, and parties whose name a form leaves blank.
NEEDS_OBJECT = words("zh", "needs-object")
ROLES = words("zh", "roles")
# Words after which a run of spaces may be a blank.
WANTS_PLACE, WANTS_FIGURE = words("zh", "wants-place"), words("zh", "wants-figure")
WANTS_VALUE = words("zh", "wants-value")
ACTS = words("zh", "acts")
# Verbs that a place, a school, an honour, a count or a speech follows.
LOCATED_IN, BORN_IN, EMPLOYED_AT = words("zh", "located-in"), words("zh", "born-in"), words("zh", "employed-at")
AWARDED, STUDIES, BEGAN = words("zh", "awarded"), words("zh", "studies"), words("zh", "began")
DONE_BY, PLACES_OF = words("zh", "done-by"), words("zh", "places-of")
COUNTS_PEOPLE, COUNTS_PARTS = words("zh", "counts-people"), words("zh", "counts-parts")
NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两几数半多余壹贰叁肆伍陆柒捌玖")
# Pairs of words and units: such a unit has lost its figure where it follows such a word at the end of a clause.
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
            万人次 斤 公斤 千克 立方米 个
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
    (listed("党员 会员 团员 成员 队员 社员"), listed("名")),
    (listed("居民 住户 农户 商户 贫困户"), listed("户")),
    (listed("文物 藏品 展品"), listed("件 件套")),
    (listed("载客 乘客 核定载客"), listed("人 名")),
    (listed("总长为 长为 宽为 高为 全长为 总长 深为"), listed("米 公里 厘米 毫米")),
    (listed("罚没款 罚款"), listed("元 万元")),
    (listed("面积"), listed("平方米 亩 平方公里")),
    (listed("水库 桥梁 大棚 泵站 厂房 库房 水塔"), listed("座")),
    (listed("案件 纠纷 事故 隐患"), listed("起 件")),
    (listed("会议 讲座 演练 召开 举办 组织 开展 接受培训 完成培训"), listed("次 场次 人次")),
    (listed("住院日 工期 历时 为期 耗时"), listed("天 小时")),
    (listed("图书 藏书 藏书达"), listed("册 万册")),
    (listed("电脑 空调 车辆 汽车 机器 设备 器材"), listed("台 辆 台套")),
    (listed("专利 成果 课题 奖项 荣誉 制度 措施"), listed("项")),
    (listed("证书 奖状 海报 照片"), listed("张 份 本")),
    (listed("书籍 杂志 报刊 期刊"), listed("本 册 种")),
    (listed("道路 公路 管道 水渠 河道 光缆 行驶里程"), listed("公里 千米")),
    (listed("生猪 肉牛 奶牛 山羊 牲畜"), listed("头 只")),
    (listed("粮食 化肥 煤炭 水泥 垃圾"), listed("吨 公斤")),
    (listed("耕地 林地 农田 果园 茶园 稻田 山林"), listed("亩 公顷")),
    (listed("教室 宿舍 客房"), listed("间")),
    (listed("隐患 漏洞 景点"), listed("处")),
    (listed("安全行车 安全生产"), listed("天 公里")),
    (listed("奖牌 牌匾 展板"), listed("块")),
    (listed("教学班 班级 社区 车间"), listed("个")),
    (listed("树木 树苗 植树 树 苗"), listed("棵 株")),
    (listed("人口 总人口 常住人口 户籍人口"), listed("万 万人 余人 多人 万余人")),
    (listed("成绩为 得分为 总分为 平均分为 分数为 平均分 均分"), listed("分")),
    (listed("物资 用品 药品 礼品 奖品 衣物 书籍 慰问品"), listed("件 份 箱 册 套 盒")),
    (listed("共计 总计 合计"), listed("页 人 间 套 期 课时")),
)
