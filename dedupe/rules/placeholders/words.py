"""Words that stand beside a mark and say what it stands for: plain data, one set a meaning.

The longest word at the mark's edge decides, so an exception is only a longer word in another set: 人 makes a number,
人民 a name, 家 a number, 家庭 a name. Text is folded before it is looked up.
"""

from __future__ import annotations


def words(listing: str) -> frozenset[str]:
    """The words of a listing parted by white space."""
    return frozenset(listing.split())


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

YEARS_AFTER = words("年 学年 财年")
DATES_AFTER = words("月 月份 日 号上午 号下午 号晚 季度 时 时许 日前 日起")
# Measure words and units. Those of two characters guard a first character that means something else alone.
MEASURES = words(
    """
    个 名 人 位 口 户 家 次 回 遍 趟 场 项 条 款 件 份 册 本 部 篇 章 节 段 句 字 张 幅 块 面 片 枚 颗 粒 只 头 匹 尾
    羽 把 台 辆 架 艘 套 副 批 组 班 类 种 门 座 栋 幢 间 层 处 支 根 盏 株 棵 朵 顶 盒 箱 袋 瓶 桶 车 笔 例 宗 起 桩
    则 轮 期 级 号 双 排 行 列 团 圈 环 声 道 题 问 步 对 岁 周 天 分 秒 点 倍 折 度 成 桌 碗 群 串 筐 捆 卷 页 版 集
    席 课 剂 针 粒 床 等奖 周岁 周年 星期 小时 分钟 刻钟 年级 年来 年多 年内 年间 年期 年制 年龄段 月龄 余 多万 多人
    多名 多家 多个 多项 多件 多条 多场 多份 多亩 多亿 多户 多吨 多台 多位 多种 多篇 多元 多米 多平 多天 多年 多所 多只
    多块 多张 多辆 所学 所高 所中 所小 所医 所院 所幼 所村 学时 学分 课时 百 千 万 亿 兆 十 元 角 圆 美元 欧元 港元
    日元 英镑 人民币 % ‰ ℃ °C ° 米 厘 毫 公里 公顷 公斤 公吨 公升 公分 里 海里 平方 平米 立方 亩 顷 吨 千克 斤 克 升
    瓦 伏 兆瓦 兆帕 赫兹 字节 像素 英寸 英里 加仑 磅 分贝 卡路 km cm mm m2 m² m³ ㎡ kg ml mg GB MB kW 歳 円 冊 枚 個
    명 개 원 년차 hours days years people percent
    """
)
ORDINALS_AFTER = words("届 中全会 中、 次全国代")
PLACES = words(
    """
    省 市 县 区 镇 乡 村 旗 州 盟 街 街道 社区 小区 路 巷 弄 屯 寨 港 岛 湖 河 江 山 海 湾 桥 园 城 庄 庵 沟 坡 坪 岭
    地 国 等地 组村 片区 里弄 流域 大桥 大道 大厦 大楼 大街 广场 公园 花园 花苑 公路 机场 车站 码头 水库 寺 庙 半岛
    环境 口岸 商场 超市 车间 户籍 县 県 府 都 町 丁目 駅 시 도 군 구 동
    """
)
BODIES = words(
    """
    局 厅 委 院 校 杯 厂 店 科 室 队 网 报 系 社 厨 站 所 办 处长 医院 学院 大学 中学 小学 幼儿园 幼儿 学校 高中 初中
    公司 集团 企业 银行 中心 服务站 组织 协会 学会 商会 工会 大队 小组 政府 党委 党支 党总 党组 支部 支行 支队 机关
    单位 部门 部队 分行 分局 分公 分校 分院 分店 日报 晚报 时报 晨报 电视 电台 台长 频道 栏目 平台 系统 软件 品牌 牌
    型号 产品 项目 工程 专业 学科 课程 课题 班级 班主 教研 建设 科技 实业 会 大会 论坛 联合 代表 家庭 家园 家居 家具
    家电 家委 家族 门诊 门店 籍 族 人民 人事 人士 人家 人员 人口 人力 人大 人寿 奖 株式 会社 病院 회사 대학 병원
    """
)
PEOPLE = words(
    """
    同志 同学 同事 同仁 先生 女士 小姐 老师 教师 教授 医生 医师 大夫 护士 主任 书记 经理 副主 副局 副书 副总 副校 副院
    副部 副科 副处 总经 总监 总裁 总 院长 校长 局长 省长 市长 县长 区长 镇长 乡长 村长 部长 科长 厅长 站长 所长 队长
    组长 班长 团长 店长 行长 秘书 主席 主管 董事 工程师 师傅 律师 法官 博士 硕士 院士 专家 领导 干部 党员 员工 职工
    学生 患者 病人 家长 家属 孩子 老人 农民 战士 民警 记者 妈妈 爸爸 爷爷 奶奶 叔叔 阿姨 哥 姐 弟 妹 等人 等同 等领
    等老 等单 等部 等企 本人 君 さん 様 氏 殿 ちゃん くん 씨 님 군 양
    """
)
NAMES_AFTER = PLACES | BODIES | PEOPLE | words(
    """
    多次 个人 字样 本着 面向 面对 面临 部分 部署 处于 处理 处在 位于 位居 位列 条例 条件 件事 节目 节日 种植 类别 所属
    所有 所以 所在 分别 分析 分享 分管 层面 级别 组建 班子 起到 起来 起草 期间 期望 成立 成为 成功 成员 成果 成绩 度过
    升级 对于 对待 行业 行政 行动 行为 团结 团队 强化 问题 声明 声音 道德 道路 环保 环节 步入 课堂 把握 家校 部委 次品
    元旦 元宵 角度 角色 口号 里面 千方 百姓 十分 列入 列车 排名 版权 集中 集体 页面 度假 天气 天空 周边 间接 版本
    """
)
# Words that begin like a measure word and say nothing about the mark.
NO_CLUE = words(
    """
    处以 年龄 年纪 年轻 年少 年老 号称 号召 时代 时期 时候 时常 时间 时刻 人数 天数 次数 个数 件数 户数 月数 年数 年限
    期限 日利 日工 月利 年利 元素 系数 系列 世纪 染色 人称 个性 级数 层次 分布 分类 分之 点击 点评 对象
    """
)
WORDS_AFTER = words("大精神 大报告 大召开 地完成 律己 俱进 倡廉 奉公")
RANGES_AFTER = words("为主题 为题 为内容 为主线 为口号 为载体")
# Events and writings: a mark between an opening quote and one of these is their theme, not a name: “××研讨会”.
EVENTS = words("研讨会 座谈会 报告会 培训班 学习班 讲座 讲坛 活动 主题 竞赛 比赛 大赛 演讲 征文 晚会 展览 知识")

# --- before a mark --------------------------------------------------------------------------------------------------

NUMBERS_BEFORE = words(
    """
    达 达到 约 近 超 超过 逾 增长 增加 增幅 下降 降低 提高 减少 上升 提升 共 共计 总计 合计 累计 仅 足 多达 高达 突破
    不足 不少于 不低于 不超过 第 率 率为 率达 比例 比例为 占 占比 人数 人数为 总数 数量 金额 总额 产值 利润 面积 人均
    同比 环比 全国 全省 全市 全县 个 $ ¥ £ € № NO. No. 年龄 电话 手机 TEL Tel tel 身份证号 卡号 邮编 编号 学号 工号
    账号 帐号 分数 成绩 票价 价格 投资 捐款 罚款 身高 体重
    """
)
DATES_BEFORE = words("日期 时间 date Date DATE")
ORDINALS_BEFORE = words("党的 党的十 我党")
# The first half of a set phrase: a filter that masks words takes the other half.
WORDS_BEFORE = words(
    """
    反腐 激情 圆满 廉洁 勤政 爱岗 无私 兢兢 任劳 与时 求真 开拓 艰苦 自强 再接 继往 承前 严于 以人 尽职 齐抓 群策 众志
    攻坚 锐意 奋发 埋头 脚踏 精益 全心 克己 遵纪 恪尽 砥砺 拒腐 齐心 万众 率先 身先 言传 以身 实事 吃苦 勤勤 默默 孜孜
    持之
    """
)
# Left factors of a product: 长×宽, 单价×数量. A lone cross after one of these is arithmetic.
FACTORS = words("量 额 率 价 数 费 积 宽 长 高 值 比 系数 工资 标准 天数 月数 年数 比例 基数 单价 面积 时间 底 径")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)

# --- holes ----------------------------------------------------------------------------------------------------------

NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两几数半多余")
# What is left without its figure when one of these is followed by one of the units at the end of a clause.
LOST_FIGURES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        words(
            """
            达 达到 多达 共计 总计 合计 累计 增长 增加 增收 减少 下降 降低 提高 上升 缩短 延长 提前 推迟 新增 节约
            采纳了 降了
            """
        ),
        words(
            """
            人次 万元 亿元 元 天 条 例 项 件 篇 份 亩 吨 倍 次 个百分点 平方米 平方公里 公里 小时 例次 场次 台次 户
            万人次
            """
        ),
    ),
    (words("了"), words("条 项 件 篇 份 元 万元 亿元 亩 吨 人次 例次 场次 台次 平方米 公里")),
    (words("超过 突破 不足 高达"), words("人次 条 例 项 件 篇 份 亩 吨 倍 次 个百分点 平方米 公里 户")),
    (words("锦旗"), words("面")),
    (words("表扬信 感谢信"), words("封")),
    (words("论文 文章 稿件 报道 简报 信息 新闻 标语 横幅 建议 意见 提案"), words("篇 条 份 件")),
    (words("资料 材料 传单 宣传单 问卷 试卷 合同 手册 宣传画"), words("份 册")),
    (
        words(
            """
            资金 善款 捐款 收入 费用 金额 产值 利润 税收 经费 投资 工资 奖金 补助 款项 营业额 销售额 总收入 总额 总值
            支出 贷款
            """
        ),
        words("元 万元 亿元"),
    ),
    (words("住院 病人 患者 手术 门诊 急诊 分娩 会诊 治愈 抢救 接诊 收治 剖宫产"), words("例 例次 台次")),
    (words("党支部 支部 行政村 村民小组 自然村 网点"), words("个")),
    (words("党员 会员 团员"), words("名")),
    (words("罚没款 罚款"), words("元 万元")),
    (words("面积"), words("平方米 亩 平方公里")),
    (words("案件 纠纷 事故 隐患"), words("起 件")),
    (words("会议 讲座 演练 召开 举办 组织 开展 接受培训 完成培训"), words("次 场次 人次")),
    (words("住院日 工期 历时 为期 耗时"), words("天 小时")),
    (words("图书 藏书"), words("册 万册")),
    (words("树木 树苗 植树"), words("棵 株")),
)
