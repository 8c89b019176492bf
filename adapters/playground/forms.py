"""Forms as JSON for the page, and their values on the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from adapters.playground.chat.model import Channel, Json, Person
from adapters.playground.errors import ChatError
from bot.core.forms.later import later_fields
from bot.core.language.words import _
from bot.core.messages import Field, FieldKind, Form
from bot.core.text import submit_word
from bot.core.times import parse_time
from storage.models.shown import has_words


def form_to_json(asked: Form) -> Json:
    """Return a form as JSON. Its command stays in the chat, which finds it by the form's id."""
    later = later_fields(asked)
    return {
        "title": asked.title,
        "intro": asked.intro,
        "submit": submit_word(asked),
        "fields": [_field_json(field, field in later) for field in asked.fields],
        "errors": dict(asked.errors),
    }


def _field_json(field: Field, later: bool) -> Json:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "value": field.value,
        "required": field.required,
        "hint": field.hint,
        "public": field.public,
        "later": later,
        "placeholder": field.placeholder,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
    }


def check_form_values(
    form: Json,
    values: Mapping[str, str],
    channels: Mapping[str, Channel],
    people: Mapping[str, Person] | None = None,
) -> dict[str, str]:
    """Return a form's values, each checked against its field. A later field that isn't given keeps its value.

    `channels` and `people` are those that the person can choose. ChatError with a sentence for each invalid value.
    """
    taken: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in form["fields"]:
        value = values.get(field["name"], field["value"] if field.get("later") else "")
        taken[field["name"]] = value
        if has_words(value):
            wrong = _field_error(field, value, channels, people or {})
            errors |= {field["name"]: wrong} if wrong else {}
        elif field["required"]:
            errors[field["name"]] = _("Please fill this in.")
        if field["kind"] == FieldKind.CHANNEL and value in channels:
            taken |= _channel_values(field["name"], channels[value])
        if field["kind"] == FieldKind.PEOPLE:
            names = [people[each].name for each in value.split("\n") if people and each in people]
            taken |= {f"{field['name']}_names": "\n".join(names), f"{field['name']}_outside": ""}
    if errors:
        raise ChatError(_("Not sent yet. Please fix the marked field."), 422, errors)
    return taken


def _channel_values(name: str, channel: Channel) -> dict[str, str]:
    private = "1" if channel.private else ""
    return {f"{name}_name": channel.name, f"{name}_private": private, f"{name}_threads_only": ""}


def _field_error(field: Json, value: str, channels: Collection[str], people: Collection[str]) -> str:
    options = {option["value"] for option in field["options"]}
    match FieldKind(field["kind"]):
        case FieldKind.CHOICE if value not in options:
            return _("Choose one of these.")
        case FieldKind.CHOICES if not options.issuperset(value.split("\n")):
            return _("Choose from these.")
        case FieldKind.CHANNEL if value not in channels:
            return _("Choose a channel from the list.")
        case FieldKind.PEOPLE if not set(people).issuperset(value.split("\n")):
            return _("Choose from these.")
        case FieldKind.TIME if parse_time(value) is None:
            return _("Write the time like 16:00.")
        case FieldKind.DATE if not _can_parse(date.fromisoformat, value):
            return _("Write the day like 2026-03-20.")
        case _:
            return ""


def _can_parse(read: Callable[[str], Any], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
