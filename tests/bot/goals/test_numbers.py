"""Tests of numbers as people write them, in every script and style."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.goals.numbers import NO_NUMBER, TOO_LONG, NumberError, format_number, parse_number, plain_number


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.000,5", "1000.5", ""),
        ("1,000.5", "1000.5", ""),
        ("1,200", "1200", ""),
        ("1.000.000", "1000000", ""),
        ("12,34,567.8", "1234567.8", ""),
        ("1'200", "1200", ""),
        ("€ 1 200", "1200", "€"),
        ("1\u202f200,50 EUR", "1200.5", "EUR"),
        ("10k", "10000", ""),
        ("$5k", "5000", "$"),
        ("2.5m", "2500000", ""),
        ("5 m", "5", "m"),
        ("3 million euros", "3000000", "euros"),
        ("2,5 Mio. €", "2500000", "€"),
        ("3万", "30000", ""),
        ("١٢٣", "123", ""),
        ("١٬٢٠٠٫٥", "1200.5", ""),
        ("१२३", "123", ""),
        ("１２", "12", ""),
        ("50%", "50", "%"),
        ("٥٠٪", "50", "%"),
        ("-5", "-5", ""),
        ("− 5", "-5", ""),
        ("0.500", "0.5", ""),
        ("0,125", "0.125", ""),
        ("2,5", "2.5", ""),
        ("10 clients", "10", "clients"),
        ("5.", "5", ""),
        ("½", "0.5", ""),
        ("2½ hours", "2.5", "hours"),
        ("minus 5", "-5", ""),
        ("3g", "3", "g"),
        ("5t", "5", "t"),
        ("1.5m²", "1.5", "m²"),
        ("12 🏫", "12", "🏫"),
        ("10 тыс", "10000", ""),
        ("5 lakh rupees", "500000", "rupees"),
        ("\u200f١٢\u200b", "12", ""),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: str, unit: str) -> None:
    """The unit is what stands beside it."""
    read = parse_number(text)
    assert (plain_number(read.value), read.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "", "ten", "3 of 7", "about 10 or 12", "1 2", "1/2", "1e6", "1,5,5", "1–2", "(5)", "~12", "≈ 12", "> 12",
        "12+", "about 12", "5-", "5²", "⑤", "⅓", "2⅓", "12:30",
    ],
)  # fmt: skip
def test_what_is_no_number_gets_one_sentence(text: str) -> None:
    """It says how to write one."""
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert str(refused.value) == NO_NUMBER


@pytest.mark.parametrize(
    ("text", "large", "small"), [("1.000", "1000", "1.0"), ("€ 12.250", "12250", "12.25")]
)
def test_a_number_that_could_be_two_is_asked_about(text: str, large: str, small: str) -> None:
    """In one country it is a thousand times the other. Nobody's reading is taken for granted."""
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert str(refused.value) == f"“{text}” could mean {large} or {small}. Please write one of these."
    assert parse_number(large) != parse_number(small)


@pytest.mark.parametrize("text", ["9" * 16, "9" * 400, "1.23456789", "9999999999m"])
def test_a_number_too_long_to_show_is_refused(text: str) -> None:
    """Whatever its length, it is a sentence and never an error."""
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert str(refused.value) == TOO_LONG


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False), st.sampled_from(["", "%", "€", "clients"]))
def test_what_is_shown_is_read_again(value: Decimal, unit: str) -> None:
    """A form shows the present number, and sending it unchanged changes nothing."""
    read = parse_number(format_number(value, unit))
    assert (read.value, read.unit) == (value, unit)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """It is a number, or one sentence."""
    with suppress(NumberError):
        assert plain_number(parse_number(text).value)
