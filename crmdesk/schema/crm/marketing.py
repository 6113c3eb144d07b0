"""Campaigns, who takes part in them and what is sent."""

from __future__ import annotations

from crmdesk.i18n import Label
from crmdesk.schema.crm.words import (
    choice,
    choice_list,
    date,
    entity,
    external_id,
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

CHOICES = (
    choice_list(
        "campaign_status", "Status", "状态",
        ("planned", "Planned", "计划中", "#2f6fed"), ("active", "Active", "进行中", "#1f7a4d"),
        ("done", "Done", "已完成", "#64748b"), ("cancelled", "Cancelled", "已取消", "#c9372c"),
    ),
    choice_list(
        "campaign_kind", "Kind", "类型",
        ("fair", "Trade fair", "展会"), ("mailing", "Mailing", "邮寄"),
        ("email", "E-mail", "邮件"), ("web", "Web", "网络"), ("event", "Event", "活动"),
        ("calls", "Calls", "电话营销"),
    ),
    choice_list(
        "member_status", "Status", "状态",
        ("planned", "Planned", "计划"), ("sent", "Sent", "已发送"),
        ("responded", "Responded", "已回应", "#1f7a4d"),
        ("declined", "Declined", "已拒绝", "#c9372c"),
    ),
)  # fmt: skip

ENTITIES = (
    entity(
        "campaign", ("Campaign", "营销活动"), ("Campaigns", "营销活动"), "marketing",
        [
            text("name", "Name", "名称", required=True, indexed=True),
            choice("kind", "Kind", "类型", "campaign_kind"),
            choice("status", "Status", "状态", "campaign_status", default="planned",
                   indexed=True),
            date("starts_on", "Start", "开始", indexed=True),
            date("ends_on", "End", "结束"),
            money("budget", "Budget", "预算"),
            money("cost", "Actual cost", "实际成本"),
            percent("expected_response", "Expected response", "预期回应率"),
            integer("actual_responses", "Actual responses", "实际回应数"),
            ref("segment", "Segment", "客户细分", "segment", "campaigns"),
            owner("campaigns"),
            longtext("description", "Description", "描述"),
            external_id(),
        ],
        title="name", colour="campaign", icon="bullhorn", status="status", order="-starts_on",
        grid="name kind status starts_on ends_on budget cost expected_response owner",
        header="kind owner",
        faces="members opportunities tasks notes",
    ),
    entity(
        "campaign_member", ("Campaign member", "活动成员"), ("Campaign members", "活动成员"),
        "marketing",
        [
            owned("campaign", "Campaign", "营销活动", "campaign", "members",
                  inverse_label=Label("Members", "成员")),
            owned("contact", "Contact", "联系人", "contact", "campaigns",
                  inverse_label=Label("Campaigns", "营销活动")),
            choice("status", "Status", "状态", "member_status", default="planned"),
            instant("responded_at", "Responded", "回应时间"),
            text("response", "Response", "回应"),
        ],
        title="campaign contact", colour="campaign", icon="user-check",
        link=("campaign", "contact"),
        grid="contact campaign status responded_at response",
    ),
    entity(
        "template", ("Template", "模板"), ("Templates", "模板"), "marketing",
        [
            text("name", "Name", "名称", required=True),
            choice("channel", "Channel", "渠道", "channel", default="email"),
            text("subject", "Subject", "主题"),
            longtext("body", "Text", "内容"),
        ],
        title="name", colour="campaign", icon="envelope-open-text", grid="name channel subject",
    ),
)  # fmt: skip
