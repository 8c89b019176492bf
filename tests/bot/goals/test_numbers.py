"""Tests of numbers as people write them, in every script and style."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.words import speaking
from bot.goals.numbers import (
    NO_NUMBER,
    TOO_FINE,
    TOO_LONG,
    Number,
    NumberError,
    format_number,
    parse_number,
    plain_number,
    shorten_measured,
)


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
    assert str(refused.value) == NO_NUMBER()


@pytest.mark.parametrize(
    ("text", "large", "small"),
    [
        ("1.000", "1000", "1.0"),
        ("€ 12.250", "12250", "12.25"),
        ("1.234", "1234", "1.2340"),
        ("-1.234", "-1234", "-1.2340"),
        ("minus 1.500", "-1500", "-1.5"),
        ("1.000k", "1000k", "1.0k"),
        ("2.125m", "2125m", "2.1250m"),
        ("1.250 million euros", "1250 million", "1.25 million"),
    ],
)
def test_a_number_that_could_be_two_is_asked_about(text: str, large: str, small: str) -> None:
    """In one country it is a thousand times the other. Nobody's reading is taken for granted."""
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert str(refused.value) == f"“{text}” could mean {large} or {small}. Please write one of these."
    assert parse_number(large).value == 1000 * parse_number(small).value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1⅛", "1.125"), ("-12⅜", "-12.375"), ("١٫٢٣٤", "1.234"), ("1.2340", "1.234"), ("1,234", "1234")],
)
def test_a_sign_that_only_begins_decimals_is_never_asked_about(text: str, value: str) -> None:
    """A fraction has no thousands, and the Arabic point groups nothing."""
    assert parse_number(text) == Number(Decimal(value))


@pytest.mark.parametrize(
    ("text", "counted", "value", "unit"),
    [
        ("12m", "m", "12", "m"),
        ("12 mil", "mil", "12", "mil"),
        ("5k", "clients", "5000", ""),
        ("2.5m", "€", "2500000", ""),
        ("$2.5m", "", "2500000", "$"),
        ("12 million m", "m", "12000000", "m"),
    ],
)
def test_the_unit_that_is_counted_comes_before_a_thousand(
    text: str, counted: str, value: str, unit: str
) -> None:
    """Twelve metres aren't twelve million where metres are counted."""
    read = parse_number(text, counted)
    assert (plain_number(read.value), read.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "counted", "thousands", "counts"),
    [
        ("12m", "", "12,000,000", "12 m"),
        ("12m", "metres", "12,000,000", "12 metres"),
        ("5k", "km", "5,000", "5 km"),
    ],
)
def test_a_letter_that_could_be_the_unit_is_asked_about(
    text: str, counted: str, thousands: str, counts: str
) -> None:
    """Both answers can be sent as they stand."""
    with pytest.raises(NumberError) as refused:
        parse_number(text, counted)
    assert str(refused.value) == f"“{text}” could mean {thousands} or {counts}. Please write one of these."
    assert parse_number(thousands, counted).value > parse_number(counts, counted).value


@pytest.mark.parametrize("text", ["1.23456789", "0.0000001", "-0.0000005 t"])
def test_too_many_decimals_are_refused(text: str) -> None:
    """A larger unit would make it worse."""
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert str(refused.value) == TOO_FINE(most=6)


@pytest.mark.parametrize("text", ["9" * 16, "9" * 400, "9999999999m"])
def test_a_number_too_long_to_show_is_refused(text: str) -> None:
    """Whatever its length, it is a sentence and never an error."""
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert str(refused.value) == TOO_LONG()


@given(
    st.integers(0, 6).flatmap(
        lambda places: st.one_of(
            st.decimals(-9999, 9999, places=places, allow_nan=False),
            st.decimals(-(10**12), 10**12, places=places, allow_nan=False),
        )
    ),
    st.sampled_from(["", "%", "€", "clients"]),
)
def test_what_is_shown_is_read_again(value: Decimal, unit: str) -> None:
    """A form shows the present number, and sending it unchanged changes nothing."""
    read = parse_number(format_number(value, unit))
    assert (read.value, read.unit) == (value, unit)


@given(st.decimals(-9999, 9999, places=3, allow_nan=False), st.sampled_from(["", "€", "Kunden"]))
def test_what_is_shown_in_german_is_read_again(value: Decimal, unit: str) -> None:
    """With a comma before the decimals, and points between the groups."""
    with speaking("de"):
        read = parse_number(format_number(value, unit))
    assert (read.value, read.unit) == (value, unit)


def test_german_groups_by_points() -> None:
    """What's a thousand in one language is asked about in the other."""
    with speaking("de"):
        assert parse_number("1.200").value == 1200
        assert format_number(Decimal("1204.5")) == "1.204,5"
        assert shorten_measured(Decimal(125_000_000), "€")[1] == "€ 125 Mio."
        with pytest.raises(NumberError) as refused:
            parse_number("1,200")
    assert "1200" in str(refused.value)
    assert "1,2 " in str(refused.value)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """It is a number, or one sentence."""
    with suppress(NumberError):
        assert plain_number(parse_number(text).value)
