"""Service after the sale: requests and what customers own."""

from __future__ import annotations

from crmdesk.schema.crm.words import (
    choice,
    choice_list,
    date,
    entity,
    external_id,
    instant,
    longtext,
    owner,
    rating,
    ref,
    text,
)
from crmdesk.schema.marks import Due, Told
from crmdesk.schema.registry import Default

CHOICES = (
    choice_list(
        "request_status", "Status", "状态",
        ("new", "New", "新建", "#2f6fed"), ("active", "In progress", "处理中", "#9a6700"),
        ("waiting", "Waiting for customer", "等待客户", "#64748b"),
        ("resolved", "Resolved", "已解决", "#1f7a4d"), ("closed", "Closed", "已关闭", "#64748b"),
    ),
    choice_list(
        "request_kind", "Kind", "类型",
        ("question", "Question", "咨询"), ("fault", "Fault", "故障"),
        ("complaint", "Complaint", "投诉"), ("wish", "Wish", "需求"),
    ),
)  # fmt: skip

ENTITIES = (
    entity(
        "request", ("Service request", "服务请求"), ("Service", "服务"), "service",
        [
            text("number", "Number", "编号", indexed=True),
            text("subject", "Subject", "主题", required=True, indexed=True),
            choice("kind", "Kind", "类型", "request_kind", default="question"),
            choice("status", "Status", "状态", "request_status", default="new", indexed=True),
            choice("priority", "Priority", "优先级", "priority", default="normal"),
            ref("company", "Company", "公司", "company", "requests"),
            ref("contact", "Contact", "联系人", "contact", "requests"),
            ref("asset", "Asset", "客户资产", "asset", "requests"),
            instant("received_at", "Received", "收到时间", default=Default.NOW, indexed=True),
            instant("due_at", "Due", "截止", indexed=True),
            instant("resolved_at", "Resolved", "解决时间"),
            rating("satisfaction", "Satisfaction", "满意度"),
            owner("requests"),
            longtext("description", "Description", "描述"),
            longtext("solution", "Solution", "解决方案"),
            external_id(),
        ],
        title="number subject", colour="request", icon="life-ring", timeline="received_at",
        status="status", order="-received_at",
        due=Due("due_at", "status", ("new", "active", "waiting", None)),
        grid="number subject company contact status priority due_at owner satisfaction",
        header="company contact owner",
        faces="tasks notes interactions attachments",
        told=Told(after=("status", "priority"), under="description"),
    ),
    entity(
        "asset", ("Customer asset", "客户资产"), ("Customer assets", "客户资产"), "service",
        [
            text("name", "Name", "名称", required=True, indexed=True),
            ref("company", "Company", "公司", "company", "assets"),
            ref("product", "Product", "产品", "product", "assets"),
            text("serial", "Serial number", "序列号", indexed=True),
            date("installed_on", "Installed", "安装日期"),
            date("warranty_until", "Warranty until", "保修期至", indexed=True),
            longtext("description", "Description", "描述"),
        ],
        title="name serial", colour="product", icon="cubes",
        grid="name company product serial installed_on warranty_until",
        header="company product",
    ),
)  # fmt: skip
