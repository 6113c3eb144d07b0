"""Judgements, samples and analyses over time."""

from __future__ import annotations

from crmdesk.i18n import Label
from crmdesk.schema.crm.words import (
    boolean,
    choice,
    choice_list,
    data,
    date,
    decimal,
    entity,
    instant,
    integer,
    longtext,
    money,
    owned,
    owner,
    percent,
    ref,
    text,
)
from crmdesk.schema.registry import Default

CHOICES = (
    choice_list(
        "value_measure", "Measure", "度量",
        ("revenue", "Revenue", "收入"), ("profit", "Profit", "利润"),
    ),
    choice_list(
        "value_level", "Level", "级别",
        ("vip", "VIP", "VIP", "#7a5af8"), ("large", "Large", "大", "#2f6fed"),
        ("medium", "Medium", "中", "#0e8f83"), ("small", "Small", "小", "#64748b"),
        ("inactive", "Inactive", "不活跃", "#9a6700"), ("prospect", "Prospect", "潜在客户"),
        ("suspect", "Suspect", "疑似客户"),
    ),
)  # fmt: skip

ENTITIES = (
    entity(
        "scorecard", ("Scorecard", "评分表"), ("Scorecards", "评分表"), "insight",
        [
            text("name", "Name", "名称", required=True),
            text("entity", "Judges", "评价对象", required=True, default="company"),
            boolean("active", "Active", "启用", default=True),
            longtext("description", "Description", "描述"),
        ],
        title="name", colour="quote", icon="star", grid="name entity active",
    ),
    entity(
        "criterion", ("Criterion", "评价标准"), ("Criteria", "评价标准"), "insight",
        [
            owned("scorecard", "Scorecard", "评分表", "scorecard", "criteria"),
            text("name", "Name", "名称", required=True),
            text("category", "Category", "类别"),
            decimal("coefficient", "Coefficient", "系数", required=True, default=1),
            integer("position", "Position", "顺序", default=0),
        ],
        title="name", colour="quote", icon="list-check", order="position",
        grid="name scorecard category coefficient position",
    ),
    entity(
        "evaluation", ("Evaluation", "评价等级"), ("Evaluations", "评价等级"), "insight",
        [
            owned("criterion", "Criterion", "评价标准", "criterion", "evaluations"),
            text("name", "Label", "标签", required=True),
            decimal("score", "Score", "分值", required=True, default=0),
        ],
        title="name", colour="quote", icon="star-half", grid="name criterion score",
    ),
    entity(
        "assessment", ("Assessment", "评估"), ("Assessments", "评估"), "insight",
        [
            owned("scorecard", "Scorecard", "评分表", "scorecard", "assessments"),
            ref("company", "Company", "公司", "company", "assessments"),
            ref("contact", "Contact", "联系人", "contact", "assessments"),
            ref("opportunity", "Opportunity", "商机", "opportunity", "assessments"),
            date("assessed_on", "Date", "日期", required=True, default=Default.TODAY,
                 indexed=True),
            decimal("score", "Score", "得分", derived=True),
            owner("assessments"),
        ],
        title="scorecard assessed_on", colour="quote", icon="clipboard-check",
        timeline="assessed_on",
        grid="assessed_on scorecard company contact opportunity score owner",
    ),
    entity(
        "answer", ("Answer", "评估答案"), ("Answers", "评估答案"), "insight",
        [
            owned("assessment", "Assessment", "评估", "assessment", "answers"),
            owned("criterion", "Criterion", "评价标准", "criterion", "answers"),
            ref("evaluation", "Evaluation", "评价等级", "evaluation", "answers"),
            text("comment", "Comment", "说明"),
        ],
        title="criterion evaluation", colour="quote", icon="comment",
        grid="assessment criterion evaluation comment",
    ),
    entity(
        "keyword_rule", ("Keyword rule", "关键词规则"), ("Keyword rules", "关键词规则"), "insight",
        [
            text("phrase", "Phrase", "短语", required=True),
            owned("criterion", "Criterion", "评价标准", "criterion", "keyword_rules"),
            ref("evaluation", "Evaluation", "评价等级", "evaluation", "keyword_rules"),
            boolean("active", "Active", "启用", default=True),
        ],
        title="phrase", colour="quote", icon="key", grid="phrase criterion evaluation active",
    ),
    entity(
        "forecast_snapshot", ("Forecast snapshot", "预测快照"),
        ("Forecast snapshots", "预测快照"), "insight",
        [
            text("name", "Name", "名称", required=True),
            instant("taken_at", "Taken", "拍摄时间", required=True, default=Default.NOW,
                    indexed=True),
            date("period_start", "Period from", "期间开始"),
            date("period_end", "Period to", "期间结束"),
        ],
        title="name", colour="opportunity", icon="camera",
        grid="name taken_at period_start period_end",
    ),
    entity(
        "forecast_row", ("Forecast row", "预测明细"), ("Forecast rows", "预测明细"), "insight",
        [
            owned("snapshot", "Snapshot", "快照", "forecast_snapshot", "rows",
                  inverse_label=Label("Rows", "明细")),
            ref("opportunity", "Opportunity", "商机", "opportunity", "forecast_rows"),
            ref("stage", "Stage", "阶段", "stage", "forecast_rows"),
            money("amount", "Amount", "金额"),
            percent("probability", "Probability", "概率"),
            choice("forecast_category", "Category", "预测类别", "forecast_category"),
            date("close_date", "Close date", "预计成交"),
        ],
        title="snapshot opportunity", colour="opportunity", icon="table",
        grid="opportunity stage amount probability forecast_category close_date",
    ),
    entity(
        "value_run", ("Value analysis", "价值分析"), ("Value analyses", "价值分析"), "insight",
        [
            text("name", "Name", "名称", required=True),
            choice("measure", "Measure", "度量", "value_measure", required=True,
                   default="revenue"),
            date("period_start", "Period from", "期间开始"),
            date("period_end", "Period to", "期间结束"),
            instant("run_at", "Run", "运行时间", default=Default.NOW, indexed=True),
            data("thresholds", "Thresholds", "阈值"),
        ],
        title="name", colour="company", icon="chart-simple",
        grid="name measure period_start period_end run_at",
    ),
    entity(
        "value_row", ("Customer value", "客户价值"), ("Customer values", "客户价值"), "insight",
        [
            owned("run", "Analysis", "分析", "value_run", "rows",
                  inverse_label=Label("Rows", "明细")),
            ref("company", "Company", "公司", "company", "value_rows"),
            money("revenue", "Revenue", "收入"),
            money("cost", "Cost", "成本"),
            money("profit", "Profit", "利润"),
            integer("rank", "Rank", "排名"),
            choice("level", "Level", "级别", "value_level", indexed=True),
        ],
        title="run company", colour="company", icon="ranking-star",
        grid="rank company level revenue cost profit",
    ),
    entity(
        "quality_target", ("Quality target", "质量目标"), ("Quality targets", "质量目标"),
        "insight",
        [
            text("name", "Name", "名称", required=True),
            text("entity", "Records of", "记录类型", required=True, default="company"),
            text("field", "Field", "字段"),
            percent("target", "Target", "目标"),
        ],
        title="name", colour="note", icon="bullseye", grid="name entity field target",
    ),
)  # fmt: skip
