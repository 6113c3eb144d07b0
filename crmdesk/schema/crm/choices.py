"""The rows that choice lists are kept in, by the names that the declaration gives them."""

from __future__ import annotations

from crmdesk.schema.crm.system import CHOICE, CHOICE_LIST

LISTS = CHOICE_LIST
LIST_NAME = "name"
ITEMS = CHOICE
ITEM_LIST, ITEM_KEY, ITEM_POSITION = "list", "key", "position"
