"""The declared names that derived facts are about: stages, tasks, contacts, seeds."""

from __future__ import annotations

CREATED_AT, CREATED_BY, UPDATED_AT = "created_at", "created_by", "updated_at"
"""The fields that every record has."""


class Opportunities:
    """What follows from the stage of an opportunity."""

    ENTITY = "opportunity"
    PIPELINE, STAGE, STATUS = "pipeline", "stage", "status"
    PROBABILITY, OVERRIDDEN = "probability", "probability_overridden"
    FORECAST, CLOSED_ON, AMOUNT = "forecast_category", "closed_on", "amount"
    CLOSE_DATE, LOST_REASON = "close_date", "lost_reason"
    ENGAGED_ON, COMPANY, CONTACT = "engaged_on", "company", "contact"


class Pipelines:
    """The pipelines among which one is the default."""

    ENTITY = "pipeline"
    NAME, DEFAULT, POSITION = "name", "is_default", "position"


class Stages:
    """The stages of pipelines and what an opportunity takes from them."""

    ENTITY = "stage"
    PIPELINE, NAME, NAME_ZH, POSITION, COLOUR = (
        "pipeline", "name", "name_zh", "position", "colour",
    )  # fmt: skip
    PROBABILITY, OUTCOME, FORECAST, ROTTING = (
        "probability", "outcome", "forecast_category", "rotting_days",
    )  # fmt: skip
    NEEDED = "required_fields"
    OPEN, WON, LOST = "open", "won", "lost"


class StageHistory:
    """When an opportunity entered and left its stages."""

    ENTITY = "stage_history"
    OPPORTUNITY, STAGE, PREVIOUS, AT, LEFT_AT, AMOUNT = (
        "opportunity", "stage", "previous", "at", "left_at", "amount",
    )  # fmt: skip


class Tasks:
    """A task is done by its tick or by its status, which say the same."""

    ENTITY = "task"
    DONE, STATUS, DONE_AT = "done", "status", "done_at"
    STATUS_DONE, STATUS_OPEN = "done", "open"
    SUBJECT, KIND, DUE, LENGTH, PRIORITY = "subject", "kind", "due", "length", "priority"
    CONTACT, COMPANY, OPPORTUNITY = "contact", "company", "opportunity"
    CALL, VISIT, EMAIL, LETTER, OTHER, DEMO = "call", "visit", "email", "letter", "todo", "demo"


class Contacts:
    """A contact's full name and what it is made of."""

    ENTITY = "contact"
    NAME, FAMILY, GIVEN = "name", "family_name", "given_name"
    COMPANY = "company"


class Companies:
    """A company and what it is to the firm: a prospect until it buys something."""

    ENTITY = "company"
    KIND, PROSPECT, CUSTOMER = "kind", "prospect", "customer"


class Sales:
    """What was sold to whom."""

    ENTITY = "sale"
    COMPANY = "company"


class ContactPoints:
    """Ways to reach somebody, in a form that can be compared."""

    ENTITY = "contact_point"
    KIND, VALUE, NORMALISED = "kind", "value", "normalised"
    EMAIL, PHONE, WEB = "email", "phone", "web"


class Choices:
    """The rows of choice lists."""

    LIST_LABEL, LIST_LABEL_ZH = "label", "label_zh"
    LABEL, LABEL_ZH, COLOUR, ARCHIVED = "label", "label_zh", "colour", "archived"


class CustomFields:
    """The rows that add columns to other entities."""

    ENTITY, NAME, LABEL, LABEL_ZH = "entity", "name", "label", "label_zh"
    KIND, TARGET, LIST, PLACES = "kind", "target", "list_name", "places"
    REQUIRED, POSITION = "required", "position"


class Users:
    """Who uses the store."""

    ENTITY = "user"
    NAME = "name"


class SavedViews:
    """The rows that keep ways to look at the records of an entity."""

    ENTITY, NAME, NAME_ZH, OF = "saved_view", "name", "name_zh", "entity"
    DEFINITION, POSITION, FIRST = "definition", "position", "first_shown"


class Pins:
    """The rows that keep a record in sight for a user."""

    ENTITY, RECORD, POSITION, OWNER = "pin", "record", "position", "owner"


class Attachments:
    """A file that hangs on a record: its content by hash, and what it was called."""

    ENTITY = "attachment"
    CONTENT, NAME, SIZE, MEDIA_TYPE, AT = "content", "name", "size", "media_type", "at"
