"""E-mail addresses, phone numbers, web addresses."""

from __future__ import annotations

import pytest

from crmdesk.schema.contacttypes import EmailType, PhoneType, UrlType, url_target
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Phone, ValueRefused

US = TextContext()
CN = TextContext("zh_CN", "zh", region="CN")
DE = TextContext("de_DE", region="DE")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ann.Lee@Example.COM", "Ann.Lee@example.com"),
        ("o'neil+crm@sub.example.co.uk", "o'neil+crm@sub.example.co.uk"),
        ("张伟@例子.中国", "张伟@例子.中国"),
        ("wang＠example。com", "wang@example.com"),
        ("Ann Lee <ann@example.com>", "ann@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ('"ann lee"@example.com', '"ann lee"@example.com'),
        ("user@xn--fsqu00a.xn--0zwm56d", "user@xn--fsqu00a.xn--0zwm56d"),
    ],
)
def test_addresses(text: str, kept: str) -> None:
    assert EmailType().parse(text, US) == kept
    assert EmailType().check(kept) == kept


@pytest.mark.parametrize(
    "text", ["ann", "ann@", "@example.com", "ann@example", "a..b@example.com", "a b@example.com",
             "ann@-example.com", "ann@exa mple.com", "a@b.com, c@d.com", "x" * 65 + "@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        EmailType().parse(text, US)


@pytest.mark.parametrize(
    ("ctx", "text", "e164"),
    [
        (US, "(650) 253-0000", "+16502530000"),
        (US, "+86 138 0013 8000", "+8613800138000"),
        (CN, "138 0013 8000", "+8613800138000"),
        (CN, "１３８００１３８０００", "+8613800138000"),
        (CN, "010-62551234", "+861062551234"),
        (DE, "089 / 1234567", "+49891234567"),
        (US, "001 49 89", None),
        (DE, "110", None),
        (US, "call 12 first", None),
    ],
)
def test_a_phone_keeps_what_was_typed_beside_e164(
    ctx: TextContext, text: str, e164: str | None
) -> None:
    value = PhoneType().parse(text, ctx)
    assert value is not None
    assert value.e164 == e164
    assert PhoneType().show(value, ctx) == value.raw == text
    assert PhoneType().from_stored(*PhoneType().to_stored(value)) == value


def test_a_phone_read_in_another_region_says_what_it_stands_for() -> None:
    value = Phone("089 1234567", "+49891234567")
    assert PhoneType().edit_text(value, DE) == "089 1234567"
    assert PhoneType().edit_text(value, US) == "089 1234567 [+49891234567]"
    assert PhoneType().parse("089 1234567 [+49891234567]", US) == value


def test_what_is_no_phone_is_refused() -> None:
    with pytest.raises(ValueRefused):
        PhoneType().parse("none", US)
    for value in ("650 253 0000", Phone("650", "650")):
        with pytest.raises(ValueRefused):
            PhoneType().check(value)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("www.example.com", "https://www.example.com"),
        ("https://Example.com/Path?q=1#x", "https://Example.com/Path?q=1#x"),
        ("http://localhost:8080/", "http://localhost:8080/"),
        ("例子.中国/首页", "https://例子.中国/首页"),
        ("192.168.1.10", "https://192.168.1.10"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
        ("example.com:8443/x", "https://example.com:8443/x"),
    ],
)
def test_web_addresses(text: str, target: str) -> None:
    assert UrlType().parse(f" {text} ", US) == text
    assert url_target(text) == target


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JavaScript://example.com/%0aalert(1)", "data:text/html,x", "example",
     "file:///etc/passwd", "http://", "mailto:ann@example.com", "two words.com", "http://x.com:99999",
     "vbscript:x", "https://example.com/a b"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        UrlType().parse(text, US)
