"""Small invented corpora for the tests of the engine. Every sentence is drawn from words, so none is anybody's."""

from __future__ import annotations

import random

_WORDS = (
    "我们 单位 今年 认真 组织 开展 活动 群众 服务 窗口 学习 制度 改进 流程 部门 同志 提高 质量 安全 检查 责任 落实 "
    "计划 培训 会议 交流 经验 问题 整改 措施 效果 目标 完成 任务 积极 主动 参与 社区 学校 医院 企业 农村 环境 卫生 "
    "道路 水利 工程 建设 管理 监督 考核 评比 先进 典型 宣传 教育 青年 老人 儿童 困难 帮扶 慰问 走访 调查 研究 方案"
)
WORDS = _WORDS.split()


def sentence(rng: random.Random, words: int = 9) -> str:
    """One invented sentence of about twenty characters."""
    return "".join(rng.choice(WORDS) for _ in range(words)) + "。"


def essay(seed: int, sentences: int = 20, paragraph: int = 4) -> str:
    """An invented essay; the same seed gives the same one."""
    rng = random.Random(seed)
    parts = [sentence(rng) for _ in range(sentences)]
    return "\n".join("".join(parts[i : i + paragraph]) for i in range(0, sentences, paragraph))


def recut(text: str, every: int) -> str:
    """The same sentences in paragraphs of another length."""
    parts = [part + "。" for part in text.replace("\n", "").split("。") if part]
    return "\n".join("".join(parts[i : i + every]) for i in range(0, len(parts), every))
