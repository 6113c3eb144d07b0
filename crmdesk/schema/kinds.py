"""The one table of all kinds of field."""

from __future__ import annotations

from crmdesk.schema.choicetypes import (
    BooleanType,
    ChoicesType,
    ChoiceType,
    ColourType,
    RatingType,
)
from crmdesk.schema.contacttypes import EmailType, PhoneType, UrlType
from crmdesk.schema.fieldtypes import (
    DataType,
    FieldType,
    LongTextType,
    TextType,
)
from crmdesk.schema.linktypes import AnyReferenceType, FileType, ReferenceType
from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.numbertypes import DecimalType, IntegerType, PercentType
from crmdesk.schema.timetypes import DateType, DurationType, InstantType, MomentType, StampType

FIELD_TYPES: dict[str, type[FieldType]] = {
    each.kind: each
    for each in (
        TextType, LongTextType, IntegerType, DecimalType, MoneyType, PercentType,
        DateType, InstantType, MomentType, StampType, DurationType,
        BooleanType, ChoiceType, ChoicesType, RatingType,
        EmailType, PhoneType, UrlType, ReferenceType, AnyReferenceType,
        ColourType, FileType, DataType,
    )
}  # fmt: skip
"""Every kind's class, by the name that declarations and custom fields use."""
