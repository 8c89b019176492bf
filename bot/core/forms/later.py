"""Forms that ask one thing first, and the rest after *Add more*.

A field that is `later` is shown at once where it has something to show: a value of its own, or a sentence
about a wrong one. Until then the form is sent with the value that the field has.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.messages import Field, Form


def first_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that a form shows at once, in their order. It is never none of several."""
    return tuple(field for field in form.fields if not _is_hidden(form, field)) or form.fields


def later_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that a form shows after *Add more*, in their order."""
    first = {field.name for field in first_fields(form)}
    return tuple(field for field in form.fields if field.name not in first)


def hidden_values(form: Form) -> dict[str, str]:
    """Return the values of the later fields, with which the form is sent as long as nobody sees them."""
    return {field.name: field.value for field in later_fields(form)}


def show_all(form: Form) -> Form:
    """Return the form with every field shown at once, as after *Add more*."""
    return replace(form, fields=tuple(replace(field, later=False) for field in form.fields))


def _is_hidden(form: Form, field: Field) -> bool:
    return field.later and field.name not in form.errors and field.value in ("", field.default)
