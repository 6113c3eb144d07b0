"""The words by which a line says what kind of task it is: call, 打电话, visit, 拜访."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.textcontext import ChoiceItem

Span = tuple[int, int]

_ENGLISH = {
    Tasks.CALL: ("call", "phone", "ring", "telephone", "call back", "ring up", "dial"),
    Tasks.VISIT: ("visit", "meet", "see", "go to", "drop by", "drop in on"),
    Tasks.EMAIL: ("email", "e-mail", "mail", "write to", "reply to", "answer"),
    Tasks.LETTER: ("letter to", "write a letter to", "post"),
    Tasks.DEMO: ("demo", "demo for", "demonstrate", "present to", "show"),
    Tasks.OTHER: ("todo", "to-do", "to do"),
}
# What stands in front of the verb and says nothing of it.
_LEAD = r"(?:please\s+|pls\s+|remember to\s+|remind me to\s+|don't forget to\s+|need to\s+|to\s+)?"

# The longer first; a gap stands for whom: 给张三打电话.
_CHINESE = (
    (Tasks.CALL, "打个?电话|打个?语音|致电|通电话|回个?电话|回电|去电|电话联系|电话沟通"),
    (Tasks.EMAIL, "发送?一?封?(?:电子)?邮件|写一?封?邮件|回复?邮件|邮件联系|发电邮"),
    (Tasks.VISIT, "登门拜访|上门拜访|拜访|走访|回访|拜会|上门|面谈|见面"),
    (Tasks.LETTER, "寄信|写信|发函|寄送?(?:样本|资料|合同)"),
    (Tasks.DEMO, "产品演示|演示|做demo"),
    (Tasks.CALL, "^(?:请|记得|提醒我)?电话"),
)


def kind_of(text: str, items: Iterable[ChoiceItem]) -> tuple[str, Span] | None:
    """The key of the kind that a line says, and where it says so; only kinds that there are.

    English verbs count at the beginning, Chinese ones anywhere; so does the name of a kind
    that the user gave to the list.
    """
    items = tuple(items)
    keys = {item.key for item in items}
    for key, pattern in _CHINESE:
        found = re.search(pattern, text) if key in keys else None
        if found is not None:
            return key, found.span()
    lowered = text.casefold()
    words = {word: key for key, verbs in _ENGLISH.items() if key in keys for word in verbs}
    for item in items:
        for label in (item.label_en, item.label_zh):
            if label:
                words.setdefault(folded(label), item.key)
    for word in sorted(words, key=len, reverse=True):
        found = re.match(rf"\s*{_LEAD}({re.escape(word)})(?![\w-])", lowered)
        if found is not None:
            return words[word], found.span(1)
    return None
