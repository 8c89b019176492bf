"""Forms as Slack modals, and the parsing of submissions.

Each block's ID contains a digest of its form. Slack keeps typed text by block ID, and
without the digest the next form in the same modal would inherit it. A digest of the text that
the field opened with tells later whether somebody changed it. `private_metadata` (3,000
characters) holds the command to run and the place where the form was opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, time
from hashlib import blake2b
from typing import Any

from adapters.slack.blocks.later_fields import focus_first, hidden_values, hide_fields
from adapters.slack.reading.mrkdwn import read_typed, unescape_if_escaped
from adapters.slack.render import TEXT, Encode, Json, button_value, plain_text, render_view
from bot.core.forms.later import later_fields
from bot.core.language.words import _, lazy
from bot.core.messages import PEOPLE_MOST, Card, Field, FieldKind, Form, Option
from bot.core.text import submit_word
from bot.core.zones.names import describe_zone, find_zone
from storage.models.shown import has_words

TITLE, LABEL, OPTION, PLACEHOLDER, METADATA = 24, 2_000, 75, 150, 3_000
RADIOS, CHECKBOXES, OPTIONS = 5, 10, 100
"""Limits of radio buttons (the bot's own), of checkboxes and of options in a list (Slack's)."""


ALL_CHANNELS = {"include": ["public", "private"], "exclude_bot_users": True}
PUBLIC_CHANNELS = {
    "include": ["public"],
    "exclude_external_shared_channels": True,
    "exclude_bot_users": True,
}
"""The filters of a channel menu. A channel shared with another organisation counts as private."""


@dataclass(frozen=True)
class FormOrigin:
    """Where a form was opened, stored in the form so any process can handle its submission."""

    command: str = ""
    channel: str = ""
    channel_name: str = ""
    private: bool = False
    thread: str = ""
    card: str = ""
    """The response URL that replaces the private card whose button opened the form."""
    home: bool = False
    respond: str = ""
    """The response URL for private messages, where the form was not opened from a private card."""

    @property
    def response_url(self) -> str:
        """The response URL for a private message where the form was opened, or an empty string."""
        return self.respond or self.card


def build_modal(form: Form, opened: FormOrigin, encode: Encode) -> Json:
    """Return the form as a modal view."""
    mark = form_digest(form, encode)
    kept = FormOrigin(**{**asdict(opened), "command": button_value(form.command, encode)})
    head = [{"type": "header", "text": plain_text(form.title, 150)}] if len(form.title) > TITLE else []
    intro = [{"type": "section", "text": plain_text(form.intro, TEXT)}] if form.intro else []
    asked = [field for field in form.fields if field.options or not _is_choice(field)]
    later = later_fields(replace(form, fields=tuple(asked)))
    fields = focus_first([_input_block(field, mark) for field in asked if field not in later])
    fields += hide_fields([_input_block(field, mark) for field in later])
    return {
        "type": "modal",
        "callback_id": mark,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(submit_word(form), TITLE),
        "close": plain_text(_("Cancel"), TITLE),
        "private_metadata": _encode_origin(kept),
        "blocks": [*head, *intro, *fields],
    }


def build_answer_view(card: Card, opened: FormOrigin, encode: Encode) -> Json:
    """Return a private answer as a modal view.

    For a person who has a modal open or came from the App Home.
    """
    return {
        "type": "modal",
        "callback_id": "answer",
        "title": plain_text("Ahabot", TITLE),
        "close": plain_text(_("Close"), TITLE),
        "private_metadata": _encode_origin(opened),
        "blocks": render_view(card, encode),
    }


def build_field_errors(form: Form, view: Json) -> Json | None:
    """Return the error of each field by its block ID.

    None if there are no errors, or if the open modal is not this form.
    """
    places = {action: block for block, held in _view_state(view).items() for action in held}
    if not form.errors or not set(form.errors) <= set(places):
        return None
    return {places[name]: sentence for name, sentence in form.errors.items()}


def read_form_origin(view: Json) -> FormOrigin:
    """Return the form origin that a view carries.

    Raise ValueError if the bot did not make the view's metadata.
    """
    kept = json.loads(view.get("private_metadata") or "{}")
    return FormOrigin(**{name: kept[name] for name in FormOrigin.__dataclass_fields__ if name in kept})


def read_values(view: Json) -> dict[str, str]:
    """Return each field's value as text, in the form that the core expects.

    Those of the fields behind *Add more* are the ones they would open with.
    """
    before = _initial_texts(view)
    return hidden_values(view) | {
        name: _read_value(given, block, before.get(block, ""))
        for block, held in _view_state(view).items()
        for name, given in held.items()
    }


def find_channel_fields(view: Json) -> list[str]:
    """Return the names of the fields that ask for a channel."""
    return _find_fields(view, "conversations_select")


def find_people_fields(view: Json) -> list[str]:
    """Return the names of the fields that ask for people."""
    return _find_fields(view, "multi_users_select")


def _find_fields(view: Json, kind: str) -> list[str]:
    return [
        name
        for held in _view_state(view).values()
        for name, given in held.items()
        if given.get("type") == kind
    ]


def form_digest(form: Form, encode: Encode) -> str:
    """Return a short digest of a form, equal for equal forms.

    A redelivered submission is recognised by it.
    """
    known = [form.title, encode(form.command), *(field.value for field in form.fields)]
    return _text_digest(*known)


def _encode_origin(kept: FormOrigin) -> str:
    """Encode the form origin as JSON without its empty fields.

    If the text is too long, leave out the response URLs.
    """
    shown = {name: value for name, value in asdict(kept).items() if value}
    text = json.dumps(shown, separators=(",", ":"))
    if len(text) > METADATA:
        brief = {name: value for name, value in shown.items() if name not in ("card", "respond")}
        text = json.dumps(brief, separators=(",", ":"))
    return text


def _view_state(view: Json) -> Mapping[str, Mapping[str, Json]]:
    found: Mapping[str, Mapping[str, Json]] = (view.get("state") or {}).get("values") or {}
    return found


def _initial_texts(view: Json) -> dict[str, str]:
    """Return the texts that the fields opened with, by block ID, as far as Slack sends them back unchanged."""
    told: dict[str, str] = {}
    for each in view.get("blocks") or []:
        element, block = each.get("element"), str(each.get("block_id"))
        initial = str(element.get("initial_value") or "") if isinstance(element, dict) else ""
        told[block] = next((words for words in _readings(initial) if _opened_with(block, words)), "")
    return told


def _read_value(given: Json, block: str, before: str) -> str:
    kind = given.get("type")
    if kind == "plain_text_input":
        return _read_text(given.get("value") or "", block, before)
    if kind in ("checkboxes", "multi_static_select"):
        return "\n".join(unescape_if_escaped(each["value"]) for each in given.get("selected_options") or [])
    if kind == "multi_users_select":
        return "\n".join(str(each) for each in given.get("selected_users") or [])
    if kind in ("static_select", "external_select", "radio_buttons"):
        return unescape_if_escaped((given.get("selected_option") or {}).get("value") or "")
    names = ("selected_date", "selected_time", "selected_conversation")
    return next((str(given[name]) for name in names if given.get(name)), "")


def _read_text(value: str, block: str, before: str) -> str:
    """Return the text in a field: exactly the one it opened with, if nobody changed it."""
    unchanged = (words for words in _readings(value) if _opened_with(block, words))
    return next(unchanged, None) or read_typed(value, before)


def _readings(value: str) -> tuple[str, str]:
    """Return a value as it came and without Slack's escaping."""
    return value, unescape_if_escaped(value)


def _opened_with(block: str, words: str) -> bool:
    """Return whether a block's ID has the digest of these words, so that its field opened with them."""
    return block.split("-")[1:2] == [_text_digest(words)]


def _text_digest(*texts: str) -> str:
    return blake2b("\n".join(texts).encode(errors="replace"), digest_size=6).hexdigest()


def _is_choice(field: Field) -> bool:
    return field.kind in (FieldKind.CHOICE, FieldKind.CHOICES)


def _input_block(field: Field, mark: str) -> Json:
    drawn: Json = {
        "type": "input",
        "block_id": f"{mark}-{_text_digest(field.value)}-{field.name}",
        "label": plain_text(field.label, LABEL),
        "optional": field.later or not field.required,
        "element": {**_input_element(field), "action_id": field.name},
    }
    return {**drawn, "hint": plain_text(field.hint, LABEL)} if field.hint else drawn


PLACEHOLDERS = {
    FieldKind.CHOICE: lazy("Pick one"),
    FieldKind.CHOICES: lazy("Pick any"),
    FieldKind.DATE: lazy("Pick a day"),
    FieldKind.TIME: lazy("Pick a time"),
    FieldKind.CHANNEL: lazy("Pick a channel"),
    FieldKind.PEOPLE: lazy("Pick people"),
    FieldKind.ZONE: lazy("Type a city"),
}
"""What an empty list or picker shows, where the field has no example of its own."""
WITHOUT_PLACEHOLDER = ("radio_buttons", "checkboxes")


def _input_element(field: Field) -> Json:
    """Return a field's element, with an example in it while it is empty."""
    element = _bare_element(field)
    words = field.placeholder or (PLACEHOLDERS[field.kind]() if field.kind in PLACEHOLDERS else "")
    if not words or element["type"] in WITHOUT_PLACEHOLDER:
        return element
    return {**element, "placeholder": plain_text(words, PLACEHOLDER)}


def _bare_element(field: Field) -> Json:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            several = {"multiline": True, "max_length": TEXT} if field.kind is FieldKind.TEXT else {}
            initial = _initial_value("initial_value", field.value)
            return {"type": "plain_text_input", **several, **initial}
        case FieldKind.CHOICE:
            kind = "radio_buttons" if len(field.options) <= RADIOS else "static_select"
            return {"type": kind, **_choice_options(field)}
        case FieldKind.CHOICES:
            kind = "checkboxes" if len(field.options) <= CHECKBOXES else "multi_static_select"
            return {"type": kind, **_choices_options(field)}
        case FieldKind.ZONE:
            return {"type": "external_select", "min_query_length": 1, **_chosen_zone(field.value)}
        case FieldKind.DATE:
            return {
                "type": "datepicker",
                **_initial_value("initial_date", _text_if_valid(date.fromisoformat, field.value)),
            }
        case FieldKind.TIME:
            return {
                "type": "timepicker",
                **_initial_value("initial_time", _text_if_valid(time.fromisoformat, field.value)[:5]),
            }
        case FieldKind.CHANNEL:
            return {
                "type": "conversations_select",
                "filter": PUBLIC_CHANNELS if field.public else ALL_CHANNELS,
                **(
                    _initial_value("initial_conversation", field.value)
                    or {"default_to_current_conversation": True}
                ),
            }
        case FieldKind.PEOPLE:
            chosen = field.value.split()[:PEOPLE_MOST]
            return {
                "type": "multi_users_select",
                "max_selected_items": PEOPLE_MOST,
                **({"initial_users": chosen} if chosen else {}),
            }


def _chosen_zone(value: str) -> Json:
    """Return the option that a time zone's field opens with. A value that is no zone is shown as it is."""
    if not value:
        return {}
    zone = find_zone(value)
    label = describe_zone(zone.key) if zone is not None else value
    return {"initial_option": option_object(Option(value, label))}


def build_options(options: Sequence[Option], typed: str) -> Json:
    """Return the response with suggestions for what is typed in a field.

    Where there are none, the typed text itself is one, so that it can be sent and the core says what is
    wrong with it.
    """
    shown = options or ([Option(typed, typed)] if has_words(typed) else [])
    return {"options": [option_object(each) for each in shown[:OPTIONS]]}


def _choice_options(field: Field) -> Json:
    chosen = [option_object(each) for each in field.options if each.value == field.value]
    return {**_offered_options(field), **({"initial_option": chosen[0]} if chosen else {})}


def _choices_options(field: Field) -> Json:
    values = field.value.split("\n")
    chosen = [option_object(each) for each in field.options if each.value in values]
    return {**_offered_options(field), **({"initial_options": chosen} if chosen else {})}


def _offered_options(field: Field) -> Json:
    """Return the options of a choice.

    More than one list can hold are split into groups, each named after its first option.
    """
    options = [option_object(each) for each in field.options]
    if len(options) <= OPTIONS:
        return {"options": options}
    groups = [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)]
    return {"option_groups": [{"label": group[0]["text"], "options": group} for group in groups]}


def option_object(option: Option) -> Json:
    """Return an option of a list."""
    return {"text": plain_text(option.label, OPTION), "value": option.value[:150]}


def _initial_value(name: str, value: str) -> Json:
    return {name: value} if value else {}


def _text_if_valid(read: Any, value: str) -> str:
    try:
        return str(read(value))
    except ValueError:
        return ""
