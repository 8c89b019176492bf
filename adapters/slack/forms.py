"""A form as a modal, and what comes back from it.

Each field's block carries a digest of its form: Slack keeps what was typed under a block's id, and another form in
the same modal must not inherit it. `private_metadata` (3,000 characters) says what the submission is and where
its answer belongs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from hashlib import blake2b
from typing import Any

from adapters.slack.emoji import characters
from adapters.slack.render import TEXT, Encode, Json, in_view, plain_text, pressed
from adapters.slack.text import unescape
from bot.core.messages import Card, Field, FieldKind, Form, Option

TITLE, LABEL, OPTION, METADATA = 24, 2_000, 75, 3_000
RADIOS, CHECKBOXES, OPTIONS = 5, 10, 100
"""How many a group of buttons or boxes holds, ours and Slack's, and a list."""


@dataclass(frozen=True)
class Opened:
    """Where a form was opened, kept in the form itself, so that any process can take its submission."""

    command: str = ""
    channel: str = ""
    channel_name: str = ""
    private: bool = False
    thread: str = ""
    card: str = ""
    """The address that replaces the private card whose button opened the form."""
    home: bool = False


def modal(form: Form, opened: Opened, encode: Encode) -> Json:
    """The form as a view."""
    mark = digest(form, encode)
    kept = Opened(**{**asdict(opened), "command": pressed(form.command, encode)})
    head = [{"type": "header", "text": plain_text(form.title, 150)}] if len(form.title) > TITLE else []
    intro = [{"type": "section", "text": plain_text(form.intro, TEXT)}] if form.intro else []
    fields = [_input(field, mark) for field in form.fields if field.options or not _chooses(field)]
    return {
        "type": "modal",
        "callback_id": mark,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "close": plain_text("Cancel", TITLE),
        "private_metadata": _carried(kept),
        "blocks": [*head, *intro, *fields],
    }


def answer(card: Card, opened: Opened, encode: Encode) -> Json:
    """A private answer as a view, for whoever stands in a modal or came from the app's home."""
    return {
        "type": "modal",
        "callback_id": "answer",
        "title": plain_text("Ahabot", TITLE),
        "close": plain_text("Close", TITLE),
        "private_metadata": _carried(opened),
        "blocks": in_view(card, encode),
    }


def errors(form: Form, view: Json) -> Json | None:
    """Sentences beside their fields, where this very form is the one that stands open."""
    places = {action: block for block, held in _state(view).items() for action in held}
    if not form.errors or not set(form.errors) <= set(places):
        return None
    return {places[name]: sentence for name, sentence in form.errors.items()}


def opened(view: Json) -> Opened:
    """What a view carries. ValueError for anything that is not ours."""
    kept = json.loads(view.get("private_metadata") or "{}")
    return Opened(**{name: kept[name] for name in Opened.__dataclass_fields__ if name in kept})


def values(view: Json) -> dict[str, str]:
    """What was given in each field, as the core wants it."""
    return {name: _value(given) for held in _state(view).values() for name, given in held.items()}


def channels(view: Json) -> list[str]:
    """The names of the fields that ask for a channel."""
    return [
        name
        for held in _state(view).values()
        for name, given in held.items()
        if given.get("type") == "conversations_select"
    ]


def digest(form: Form, encode: Encode) -> str:
    """A short name for a form: the same for the same form, so that a redelivery is recognised."""
    known = [form.title, encode(form.command), *(field.value for field in form.fields)]
    return blake2b("\n".join(known).encode(errors="replace"), digest_size=6).hexdigest()


def _carried(kept: Opened) -> str:
    """As JSON without what is empty; the way back to the private card goes first where it is too long."""
    shown = {name: value for name, value in asdict(kept).items() if value}
    text = json.dumps(shown, separators=(",", ":"))
    if len(text) > METADATA and shown.pop("card", None):
        text = json.dumps(shown, separators=(",", ":"))
    return text


def _state(view: Json) -> Mapping[str, Mapping[str, Json]]:
    found: Mapping[str, Mapping[str, Json]] = (view.get("state") or {}).get("values") or {}
    return found


def _value(given: Json) -> str:
    kind = given.get("type")
    if kind == "plain_text_input":
        return characters(unescape(given.get("value") or ""))
    if kind in ("checkboxes", "multi_static_select"):
        return "\n".join(unescape(each["value"]) for each in given.get("selected_options") or [])
    if kind in ("static_select", "radio_buttons"):
        return unescape((given.get("selected_option") or {}).get("value") or "")
    names = ("selected_date", "selected_time", "selected_conversation")
    return next((str(given[name]) for name in names if given.get(name)), "")


def _chooses(field: Field) -> bool:
    return field.kind in (FieldKind.CHOICE, FieldKind.CHOICES)


def _input(field: Field, mark: str) -> Json:
    drawn: Json = {
        "type": "input",
        "block_id": f"{mark}-{field.name}",
        "label": plain_text(field.label, LABEL),
        "optional": not field.required,
        "element": {**_element(field), "action_id": field.name},
    }
    return {**drawn, "hint": plain_text(field.hint, LABEL)} if field.hint else drawn


def _element(field: Field) -> Json:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            several = {"multiline": True, "max_length": TEXT} if field.kind is FieldKind.TEXT else {}
            return {"type": "plain_text_input", **several, **_first("initial_value", field.value)}
        case FieldKind.CHOICE:
            kind = "radio_buttons" if len(field.options) <= RADIOS else "static_select"
            return {"type": kind, **_choice(field)}
        case FieldKind.CHOICES:
            kind = "checkboxes" if len(field.options) <= CHECKBOXES else "multi_static_select"
            return {"type": kind, **_choices(field)}
        case FieldKind.DATE:
            return {"type": "datepicker", **_first("initial_date", _if(date.fromisoformat, field.value))}
        case FieldKind.TIME:
            return {"type": "timepicker", **_first("initial_time", _if(time.fromisoformat, field.value)[:5])}
        case FieldKind.CHANNEL:
            of = {"include": ["public", "private"], "exclude_bot_users": True}
            return {
                "type": "conversations_select",
                "filter": of,
                **_first("initial_conversation", field.value),
            }


def _choice(field: Field) -> Json:
    chosen = [_option(each) for each in field.options if each.value == field.value]
    return {**_offered(field), **({"initial_option": chosen[0]} if chosen else {})}


def _choices(field: Field) -> Json:
    values = field.value.split("\n")
    chosen = [_option(each) for each in field.options if each.value in values]
    return {**_offered(field), **({"initial_options": chosen} if chosen else {})}


def _offered(field: Field) -> Json:
    """What can be chosen; more than a list may hold stands in groups, named by what they begin with."""
    options = [_option(each) for each in field.options]
    if len(options) <= OPTIONS:
        return {"options": options}
    groups = [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)]
    return {"option_groups": [{"label": group[0]["text"], "options": group} for group in groups]}


def _option(option: Option) -> Json:
    return {"text": plain_text(option.label, OPTION), "value": option.value[:150]}


def _first(name: str, value: str) -> Json:
    return {name: value} if value else {}


def _if(read: Any, value: str) -> str:
    try:
        return str(read(value))
    except ValueError:
        return ""
