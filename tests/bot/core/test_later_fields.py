"""Tests of forms that ask one thing first."""

from __future__ import annotations

from dataclasses import replace

from bot.core.forms.later import first_fields, hidden_values, later_fields, show_all
from bot.core.messages import Field, FieldKind, Form, Option

FORM = Form(
    "Log an aha", "log",
    (
        Field("text", "What?", FieldKind.TEXT),
        Field("before", "Before", required=False, later=True),
        Field("quest", "Q", FieldKind.CHOICE, "none", options=(Option("none", "None"),), later=True, default="none"),
    ),
)  # fmt: skip


def names(fields: tuple[Field, ...]) -> list[str]:
    return [field.name for field in fields]


def test_a_form_asks_one_thing_first() -> None:
    """A choice that nobody made counts as not filled in, and is sent as it is."""
    assert names(first_fields(FORM)) == ["text"]
    assert names(later_fields(FORM)) == ["before", "quest"]
    assert hidden_values(FORM) == {"before": "", "quest": "none"}
    assert names(first_fields(show_all(FORM))) == ["text", "before", "quest"]


def test_what_has_a_value_or_is_wrong_is_shown_at_once() -> None:
    """Nobody searches for what they wrote, or for what a sentence is about."""
    text, before, quest = FORM.fields
    filled = replace(FORM, fields=(text, replace(before, value="So we thought"), quest))
    assert names(first_fields(filled)) == ["text", "before"]
    assert names(first_fields(replace(FORM, errors={"quest": "Choose one."}))) == ["text", "quest"]


def test_a_form_never_asks_nothing() -> None:
    """One with later fields alone shows them all."""
    assert names(first_fields(replace(FORM, fields=FORM.fields[1:]))) == ["before", "quest"]
