"""The files of other programs that are known by their headers, and what makes two rows one.

A `Form` says for one kind of file which records its rows become: one `Part` for each
entity, in the order in which they are to be made. Files of no known form are read by
the names and labels of fields, with the further `HEADERS` below.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from crmdesk.schema.crm.facts import Stages
from crmdesk.schema.crm.stagewords import CHINESE
from crmdesk.schema.query import ID, USER

Missing = Literal["report", "create"]


@dataclass(frozen=True)
class Take:
    """What a column becomes: the field it fills, and what to do where that needs a record.

    `missing` says what happens to a title (or choice) that is not there: it is reported,
    or made with the values `makes`. A record that has the value of `makes` in its field
    `mark` is reported each time.
    `factor` is what the file's numbers count in. With `blank_told` empty cells are
    reported. `currency` is the header of the column with the currency of an amount.
    """

    header: str
    field: str
    missing: Missing = "report"
    makes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    mark: str = ""
    factor: Decimal = Decimal(1)
    blank_told: bool = False
    currency: str = ""


@dataclass(frozen=True)
class Composed:
    """A field that new records get from columns; the first filled header of each group."""

    field: str
    headers: tuple[tuple[str, ...], ...]
    between: str = " "


@dataclass(frozen=True)
class Copy:
    """A field filled from another one where a reference points at a record of some value."""

    field: str
    source: str
    reference: str
    of: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The records of one entity that the rows of a file become.

    `identity` are the fields by which a row finds its record, tried in order; each is
    one or several fields. With `distinct` equal rows are one record. `composed` fills
    a field of new records alone, so that a name given later stays.
    """

    entity: str
    takes: tuple[Take, ...]
    identity: tuple[tuple[str, ...], ...] = ()
    composed: Composed | None = None
    distinct: bool = False
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True)
class Form:
    """A kind of file, known by the headers that it must have."""

    name: str
    headers: frozenset[str]
    parts: tuple[Part, ...]


MILLIONS = Decimal(1_000_000)

# Maven Analytics, "CRM Sales Opportunities": its data dictionary gives the revenue of an
# account "in millions of US dollars", which the file itself does not say.
_MAVEN = (
    Form(
        "Maven sales teams",
        frozenset(("sales_agent", "manager", "regional_office")),
        (
            Part(USER, (Take("manager", "name"), Take("regional_office", "team")),
                 (("name",),), distinct=True),
            Part(USER, (Take("sales_agent", "name"), Take("manager", "manager"),
                        Take("regional_office", "team")), (("name",),)),
        ),
    ),
    Form(
        "Maven products",
        frozenset(("product", "series", "sales_price")),
        (
            Part("product", (Take("product", "name"), Take("series", "series"),
                             Take("sales_price", "price")), (("name",),)),
        ),
    ),
    Form(
        "Maven accounts",
        frozenset(("account", "sector", "year_established", "revenue", "employees",
                   "office_location", "subsidiary_of")),
        (
            Part("company", (
                Take("account", "name"), Take("sector", "industry", "create"),
                Take("year_established", "founded"),
                Take("revenue", "revenue", factor=MILLIONS),
                Take("employees", "employees"), Take("office_location", "country"),
                Take("subsidiary_of", "parent", "create"),
            ), (("name",),)),
        ),
    ),
    Form(
        "Maven sales pipeline",
        frozenset(("opportunity_id", "sales_agent", "product", "account", "deal_stage",
                   "engage_date", "close_date", "close_value")),
        (
            Part(
                "opportunity",
                (
                    Take("opportunity_id", "external_id"),
                    Take("sales_agent", "owner", "create"),
                    Take("product", "product", "create", {"in_catalogue": False},
                         "in_catalogue"),
                    Take("account", "company", "create", blank_told=True),
                    Take("deal_stage", "stage", "create",
                         {"outcome": "open", "probability": Decimal(25)}),
                    Take("engage_date", "engaged_on"),
                    Take("close_date", "close_date"),
                    Take("close_value", "amount"),
                ),
                (("external_id",),),
                Composed("name", (("product",), ("account", "opportunity_id")), " – "),
                copies=(Copy("closed_on", "close_date", "stage", "outcome", ("won", "lost")),),
            ),
        ),
    ),
)  # fmt: skip

FORMS: tuple[Form, ...] = _MAVEN


@dataclass(frozen=True)
class Place:
    """Where a record goes that is made among others of one parent, such as a stage.

    The parent is the one whose `default` is set; in the order of `position` the record
    comes before the first one whose `rank` is above its own.
    """

    parent: str
    default: str
    position: str
    rank: str


PLACES: Mapping[str, Place] = {
    "stage": Place("pipeline", "is_default", "position", "probability"),
}
"""The entities whose titles are looked for among those of one parent alone."""

EXTERNAL_ID = "external_id"

IDENTITY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "company": (("name",),),
    "contact": (("email", "name"), ("name", "company"), ("name",)),
    "product": (("code", "name"), ("name",)),
    "user": (("email", "name"), ("name",)),
    "opportunity": (("name", "company"), ("name",)),
    "campaign": (("name",),),
    "pipeline": (("name",),),
    "stage": (("pipeline", "name"),),
    "role": (("name",),),
    "choice_list": (("name",),),
    "choice": (("list", "key"),),
    "setting": (("name",),),
    "price_book": (("name",),),
    "segment": (("name",),),
    "asset": (("serial", "name"),),
    "request": (("number",),),
    "quote": (("number",),),
    "contract": (("number",),),
}
"""By what a row finds its record, after its own id and its external id; records of other
entities are the same where all that the file says of them is."""

TRANSLATED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    Stages.ENTITY: (Stages.NAME_ZH, CHINESE),
}
"""The field for the Chinese title, and known titles in small letters, of entities whose
records an import makes because a file names them."""

MADE_ON_THE_WAY = frozenset({"company"})
"""The entities of which a record is made where a file names one that is not there."""

COMPOSED: Mapping[str, Composed] = {
    "contact": Composed("name", (("given_name",), ("family_name",))),
}
"""What required fields are made of where a file has only its parts; by field."""

HEADERS: Mapping[str, tuple[str, ...]] = {
    "recordid": (ID,),
    "firstname": ("given_name",),
    "first": ("given_name",),
    "forename": ("given_name",),
    "lastname": ("family_name",),
    "surname": ("family_name",),
    "fullname": ("name",),
    "displayname": ("name",),
    "contactname": ("name",),
    "companyname": ("company", "name"),
    "accountname": ("company", "name"),
    "account": ("company", "name"),
    "organization": ("company", "name"),
    "organisation": ("company", "name"),
    "organizationname": ("company", "name"),
    "opportunityname": ("name",),
    "dealname": ("name",),
    "productname": ("name",),
    "emailaddress": ("email",),
    "email1value": ("email",),
    "mail": ("email",),
    "businessphone": ("phone",),
    "workphone": ("phone",),
    "phonenumber": ("phone",),
    "telephone": ("phone",),
    "tel": ("phone",),
    "phone1value": ("phone",),
    "mobilephone": ("mobile",),
    "cell": ("mobile",),
    "cellphone": ("mobile",),
    "web": ("website",),
    "url": ("website",),
    "webpage": ("website",),
    "homepage": ("website",),
    "jobtitle": ("job_title",),
    "position": ("job_title", "position"),
    "address": ("street",),
    "businessstreet": ("street",),
    "businesscity": ("city",),
    "businesspostalcode": ("postcode",),
    "businessstate": ("region",),
    "businesscountryregion": ("country",),
    "streetaddress": ("street",),
    "zip": ("postcode",),
    "zipcode": ("postcode",),
    "postalcode": ("postcode",),
    "town": ("city",),
    "state": ("region",),
    "province": ("region",),
    "countryregion": ("country",),
    "sector": ("industry",),
    "numberofemployees": ("employees",),
    "annualrevenue": ("revenue",),
    "parentaccount": ("parent",),
    "dealstage": ("stage",),
    "dealvalue": ("amount",),
    "value": ("amount", "value"),
    "closedate": ("close_date",),
    "salesagent": ("owner",),
    "dealowner": ("owner",),
    "accountowner": ("owner",),
    "contactowner": ("owner",),
    "birthdate": ("birthday",),
    "notes": ("description", "body"),
    "comment": ("description",),
    "remarks": ("description",),
    "sku": ("code",),
    "listprice": ("price",),
    "unitprice": ("price",),
    "姓名": ("name",),
    "公司名称": ("company", "name"),
    "客户名称": ("company", "name"),
    "单位": ("company", "unit"),
    "邮箱": ("email",),
    "手机号": ("mobile",),
    "手机号码": ("mobile",),
    "联系电话": ("phone",),
    "电话号码": ("phone",),
    "职务": ("job_title",),
    "地址": ("street",),
    "备注": ("description", "body"),
    "邮政编码": ("postcode",),
    "省": ("region",),
    "省份": ("region",),
}
"""Headers of other programs, without case, spaces and signs, and the fields they may be."""
