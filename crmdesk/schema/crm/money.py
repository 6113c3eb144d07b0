"""What customers cost: direct expenses, and pools shared by drivers."""

from __future__ import annotations

from crmdesk.i18n import Label
from crmdesk.schema.crm.words import (
    choice,
    choice_list,
    date,
    decimal,
    entity,
    integer,
    longtext,
    money,
    owned,
    percent,
    ref,
    text,
)
from crmdesk.schema.marks import Told
from crmdesk.schema.registry import Default

CHOICES = (
    choice_list(
        "expense_kind", "Kind", "类型",
        ("travel", "Travel", "差旅"), ("gift", "Gift", "礼品"), ("sample", "Sample", "样品"),
        ("discount", "Discount", "折让"), ("commission", "Commission", "佣金"),
        ("service", "Service", "服务"), ("other", "Other", "其他"),
    ),
    choice_list(
        "driver_measure", "Measure", "计量",
        ("orders", "Orders", "订单数"), ("revenue", "Revenue", "收入"),
        ("minutes", "Minutes", "分钟"), ("requests", "Service requests", "服务请求数"),
        ("visits", "Visits", "拜访次数"), ("equal", "Equal shares", "平均"),
    ),
)  # fmt: skip

ENTITIES = (
    entity(
        "expense", ("Expense", "费用"), ("Expenses", "费用"), "money",
        [
            text("name", "Name", "名称", required=True),
            choice("kind", "Kind", "类型", "expense_kind"),
            date("spent_on", "Date", "日期", required=True, default=Default.TODAY, indexed=True),
            money("amount", "Amount", "金额", required=True, indexed=True),
            ref("company", "Company", "公司", "company", "expenses"),
            ref("contact", "Contact", "联系人", "contact", "expenses"),
            ref("opportunity", "Opportunity", "商机", "opportunity", "expenses"),
            ref("campaign", "Campaign", "营销活动", "campaign", "expenses"),
            ref("request", "Service request", "服务请求", "request", "expenses"),
            longtext("description", "Description", "描述"),
        ],
        title="name", colour="product", icon="coins", timeline="spent_on", order="-spent_on",
        grid="spent_on name kind amount company contact opportunity campaign",
        told=Told(after=("amount",), under="description"),
    ),
    entity(
        "cost_driver", ("Cost driver", "成本动因"), ("Cost drivers", "成本动因"), "money",
        [
            text("name", "Name", "名称", required=True),
            choice("measure", "Measure", "计量", "driver_measure", required=True,
                   default="orders"),
            longtext("description", "Description", "描述"),
        ],
        title="name", colour="product", icon="gauge", grid="name measure description",
    ),
    entity(
        "cost_pool", ("Cost pool", "成本池"), ("Cost pools", "成本池"), "money",
        [
            text("name", "Name", "名称", required=True),
            date("starts_on", "From", "开始", required=True, default=Default.TODAY),
            date("ends_on", "To", "结束"),
            money("amount", "Amount", "金额", required=True),
            ref("driver", "Driver", "动因", "cost_driver", "pools",
                inverse_label=Label("Pools", "成本池")),
            longtext("description", "Description", "描述"),
        ],
        title="name", colour="product", icon="layer-group",
        grid="name starts_on ends_on amount driver",
    ),
    entity(
        "capacity", ("Capacity", "产能"), ("Capacities", "产能"), "money",
        [
            text("name", "Name", "名称", required=True),
            owned("pool", "Cost pool", "成本池", "cost_pool", "capacities"),
            integer("theoretical_minutes", "Theoretical minutes", "理论分钟"),
            percent("practical_share", "Practical share", "实际比例"),
            decimal("minutes_per_unit", "Minutes per unit", "单位分钟"),
        ],
        title="name", colour="product", icon="clock",
        grid="name pool theoretical_minutes practical_share minutes_per_unit",
    ),
)  # fmt: skip
