"""Who works here, what they may, and what they set up for themselves."""

from __future__ import annotations

from crmdesk.i18n import Label
from crmdesk.schema.crm.words import (
    TAG_LIST,
    anyref,
    boolean,
    choice,
    choice_list,
    data,
    email,
    entity,
    external_id,
    integer,
    owned,
    phone,
    ref,
    text,
)
from crmdesk.schema.registry import Default

CHOICES = (
    choice_list(
        "field_kind", "Kind", "类型",
        ("text", "Text", "文本"), ("longtext", "Long text", "长文本"),
        ("integer", "Whole number", "整数"), ("decimal", "Number", "小数"),
        ("money", "Money", "金额"), ("percent", "Percent", "百分比"), ("date", "Date", "日期"),
        ("instant", "Date and time", "日期时间"), ("moment", "Day or time", "日期或时间"),
        ("duration", "Duration", "时长"),
        ("boolean", "Yes or no", "是否"), ("choice", "Choice", "单选"),
        ("choices", "Several choices", "多选"), ("rating", "Rating", "评级"),
        ("email", "E-mail", "电子邮件"), ("phone", "Phone", "电话"),
        ("url", "Web address", "网址"), ("reference", "Reference", "关联"),
        ("anyref", "Any reference", "任意关联"),
        ("colour", "Colour", "颜色"), ("file", "File", "文件"), ("data", "Data", "数据"),
    ),
    # Its entries are added by those who tag.
    choice_list(TAG_LIST, "Tag", "标签"),
)  # fmt: skip

CHOICE_LIST, CHOICE, CUSTOM_FIELD, USER, SETTING = (
    "choice_list", "choice", "custom_field", "user", "setting",
)  # fmt: skip
"""The system entities that the program itself reads."""

ENTITIES = (
    entity(
        "user", ("User", "用户"), ("Users", "用户"), "system",
        [
            text("name", "Name", "姓名", required=True, indexed=True),
            email("email", "E-mail", "电子邮件"),
            phone("phone", "Phone", "电话"),
            text("team", "Team", "团队", indexed=True),
            ref("manager", "Manager", "经理", "user", "reports",
                inverse_label=Label("Team members", "团队成员")),
            ref("role", "Role", "角色", "role", "users"),
            boolean("active", "Active", "启用", default=True),
            external_id(),
        ],
        title="name", colour="contact", icon="circle-user", grid="name team manager email active",
        header="team manager",
        order="name", faces="owned_opportunities owned_tasks owned_companies reports",
    ),
    entity(
        "role", ("Role", "角色"), ("Roles", "角色"), "system",
        [
            text("name", "Name", "名称", required=True),
            boolean("is_administrator", "Administrator", "管理员", default=False),
        ],
        title="name", colour="note", icon="user-shield", grid="name is_administrator",
    ),
    entity(
        "permission", ("Permission", "权限"), ("Permissions", "权限"), "system",
        [
            owned("role", "Role", "角色", "role", "permissions"),
            text("entity", "Records of", "记录类型", required=True),
            text("field", "Field", "字段"),
            boolean("may_read", "May read", "可读", default=True),
            boolean("may_write", "May change", "可改", default=True),
            boolean("may_delete", "May delete", "可删", default=True),
        ],
        title="role entity field", colour="note", icon="lock",
        grid="role entity field may_read may_write may_delete",
    ),
    entity(
        "choice_list", ("Choice list", "选项列表"), ("Choice lists", "选项列表"), "system",
        [
            text("name", "Name", "名称", required=True, indexed=True),
            text("label", "Label", "标签"),
            text("label_zh", "Chinese label", "中文标签"),
        ],
        title="name", colour="note", icon="list-ul", grid="name label label_zh",
    ),
    entity(
        "choice", ("Choice", "选项"), ("Choices", "选项"), "system",
        [
            owned("list", "List", "列表", "choice_list", "choices"),
            text("key", "Key", "键", required=True, indexed=True, searched=False),
            text("label", "Label", "标签", required=True, searched=False),
            text("label_zh", "Chinese label", "中文标签", searched=False),
            text("colour", "Colour", "颜色", searched=False),
            integer("position", "Position", "顺序", default=0, indexed=True),
            boolean("archived", "Archived", "停用", default=False),
        ],
        title="label", colour="note", icon="circle-dot", order="position",
        grid="list label label_zh colour position archived",
    ),
    entity(
        "custom_field", ("Custom field", "自定义字段"), ("Custom fields", "自定义字段"), "system",
        [
            text("entity", "Records of", "记录类型", required=True, indexed=True),
            text("name", "Column", "列名", required=True),
            text("label", "Label", "标签", required=True),
            text("label_zh", "Chinese label", "中文标签"),
            choice("kind", "Kind", "类型", "field_kind", required=True, default="text"),
            text("target", "Points at", "关联对象"),
            text("list_name", "Choice list", "选项列表"),
            integer("places", "Decimals", "小数位", default=2),
            boolean("required", "Required", "必填", default=False),
            integer("position", "Position", "顺序", default=0),
        ],
        title="label", colour="note", icon="table-columns",
        grid="entity label label_zh kind name required position",
    ),
    entity(
        "saved_view", ("Saved view", "保存的视图"), ("Saved views", "保存的视图"), "system",
        [
            text("name", "Name", "名称", required=True),
            text("name_zh", "Chinese name", "中文名称"),
            text("entity", "Records of", "记录类型", required=True, indexed=True),
            data("definition", "Definition", "定义"),
            integer("position", "Position", "顺序", default=0),
            boolean("first_shown", "Shown first", "首先显示", default=False),
        ],
        title="name", colour="note", icon="table-list", grid="name entity position",
    ),
    entity(
        "pin", ("Pin", "固定项"), ("Pins", "固定项"), "system",
        [
            anyref("record", "Record", "记录", required=True, indexed=True),
            integer("position", "Position", "顺序", default=0),
            owned("owner", "Of", "所属用户", "user", "owned_pins", default=Default.ME),
        ],
        title="record", colour="note", icon="thumbtack", grid="record position owner",
        internal=True,
    ),
    entity(
        "setting", ("Setting", "设置"), ("Settings", "设置"), "system",
        [
            text("name", "Name", "名称", required=True, indexed=True, searched=False),
            data("value", "Value", "值"),
        ],
        title="name", colour="note", icon="gear", grid="name value",
    ),
)  # fmt: skip
