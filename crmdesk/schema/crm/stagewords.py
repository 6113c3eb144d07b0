"""What the stages of other programs' pipelines are called in Chinese, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping

ENGAGING = "engaging"
"""The stage of opportunities that were engaged, from that day to the one they are closed."""

CHINESE: Mapping[str, str] = {
    "appointment scheduled": "已预约",
    "closed lost": "输单",
    "closed won": "赢单",
    "contact made": "已联系",
    "contacted": "已联系",
    "contract sent": "合同已发送",
    "decision maker bought-in": "决策人已认可",
    "demo": "演示",
    "demo scheduled": "已安排演示",
    "discovery": "需求调研",
    "engaged": "接洽",
    ENGAGING: "接洽",
    "evaluation": "评估",
    "id. decision makers": "确认决策人",
    "in progress": "进行中",
    "lead": "线索",
    "lost": "输单",
    "meeting": "会面",
    "meeting scheduled": "已安排会面",
    "needs analysis": "需求分析",
    "negotiation": "谈判",
    "negotiation/review": "谈判与评审",
    "negotiations started": "开始谈判",
    "new": "新建",
    "on hold": "搁置",
    "perception analysis": "认知分析",
    "presentation": "方案演示",
    "presentation scheduled": "已安排方案演示",
    "proposal": "方案",
    "proposal made": "已提方案",
    "proposal/price quote": "方案与报价",
    "prospecting": "寻找机会",
    "qualification": "资格确认",
    "qualified": "已确认",
    "qualified to buy": "已确认购买意向",
    "quote": "报价",
    "quotation": "报价",
    "trial": "试用",
    "value proposition": "价值主张",
    "verbal": "口头承诺",
    "won": "赢单",
}
"""The usual names of stages, in small letters."""
