"""What is written down about locales is what babel's data says."""

from __future__ import annotations

import pytest

from crmdesk.schema.localeforms import LocaleForms, forms_of, read_forms


@pytest.mark.parametrize("name", ["en_US", "zh_CN"])
def test_the_ready_locales_are_those_of_babel(name: str) -> None:
    assert forms_of(name) == read_forms(name)


@pytest.mark.parametrize(
    ("name", "order", "decimal", "group"),
    [
        ("de_DE", "dmy", ",", "."),
        ("de-DE", "dmy", ",", "."),
        ("de_DE.UTF-8", "dmy", ",", "."),
        ("de", "dmy", ",", "."),
        ("en", "", ".", ","),
        ("en_GB", "dmy", ".", ","),
        ("sv_SE", "ymd", ",", "\u00a0"),
        ("fr_FR", "dmy", ",", "\u202f"),
        ("nonsense", "", ".", ","),
        ("", "", ".", ","),
    ],
)
def test_orders_and_signs(name: str, order: str, decimal: str, group: str) -> None:
    forms = forms_of(name)
    assert (forms.order, forms.decimal, forms.group) == (order, decimal, group)


def test_indian_grouping_and_the_place_of_the_currency() -> None:
    assert forms_of("en_IN").indian
    assert not forms_of("de_DE").currency_first
    assert forms_of("xx_YY") == LocaleForms("en")
