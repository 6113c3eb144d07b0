"""Where phones, e-mails and web addresses lead; and that nothing else ever does."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.features.reaching.links import SCHEMES, checked, links_in, target_of
from crmdesk.schema.values import Phone


@pytest.mark.parametrize(
    ("kind", "value", "target"),
    [
        ("phone", Phone("0574 8080 1234", "+8657480801234"), "tel:+8657480801234"),
        ("phone", Phone("ext. 4711"), "tel:4711"),
        ("phone", "+49 (0) 40 555-0199", "tel:+49405550199"),
        ("phone", Phone("none"), ""),
        ("email", "li.wei@haitai.cn", "mailto:li.wei@haitai.cn"),
        ("email", "a@b.de?bcc=all@firm.de", "mailto:a@b.de%3Fbcc%3Dall@firm.de"),
        ("email", "nobody", ""),
        ("url", "www.kestrel.example", "https://www.kestrel.example"),
        ("url", "http://kestrel.example/a?b=1", "http://kestrel.example/a?b=1"),
        ("url", "file:///etc/passwd", ""),
        ("url", "javascript:alert(1)", ""),
        ("url", "ftp://kestrel.example", ""),
        ("url", "https://", ""),
        ("text", "www.kestrel.example", ""),
        ("phone", None, ""),
        ("url", "", ""),
    ],
)
def test_values_lead_where_they_should(kind: str, value: object, target: str) -> None:
    assert target_of(kind, value) == target


def test_links_are_found_in_long_texts() -> None:
    text = (
        "See https://kestrel.example/offer?id=7, or www.haitai.cn。Write to "
        "li.wei@haitai.cn; call +86 574 8080 1234 or 13900008080. Not 2026 or 1,500,000."
    )
    assert [(text[one.start : one.end], one.target) for one in links_in(text)] == [
        ("https://kestrel.example/offer?id=7", "https://kestrel.example/offer?id=7"),
        ("www.haitai.cn", "https://www.haitai.cn"),
        ("li.wei@haitai.cn", "mailto:li.wei@haitai.cn"),
        ("+86 574 8080 1234", "tel:+8657480801234"),
        ("13900008080", "tel:13900008080"),
    ]


@given(st.text(max_size=120))
def test_whatever_a_text_holds_only_known_schemes_come_out(text: str) -> None:
    at = 0
    targets = [checked(text), *(target_of(kind, text) for kind in ("phone", "email", "url"))]
    for link in links_in(text):
        assert at <= link.start < link.end <= len(text)
        at = link.end
        targets.append(link.target)
    assert all(urlsplit(one).scheme.lower() in SCHEMES for one in targets if one)
