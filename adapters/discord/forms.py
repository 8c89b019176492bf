"""A form as one or more modals, and the values that come back from them.

A modal has at most five parts and can't grow. What is asked later is asked by the answer, or by the same form
once more (`More`). Only a longer form without either is filled in in steps. All limits are Discord's: a title
and a label of 45 characters, a description of 100, a text of 4,000, 25 options in a list and 10 in a group of
buttons or boxes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.discord.render import Json, clip_text
from adapters.discord.text import escape_text
from bot.core.forms.later import first_fields, later_fields
from bot.core.messages import (
    PEOPLE_MOST,
    Field,
    FieldKind,
    Form,
    More,
    Option,
)
from storage.models.shown import has_words

PARTS, TITLE, LABEL, DESCRIPTION, PLACEHOLDER, VALUE, TEXT = 5, 45, 45, 100, 100, 4_000, 4_000
OPTIONS, OPTION, RADIOS, BOXES = 25, 100, 5, 10
"""The most options in a list, and three more limits.

OPTION is the characters of an option, RADIOS the most options shown as radio buttons, BOXES
the most shown as checkboxes.
"""

INPUT, SELECT, PEOPLE, DISPLAY, CHANNELS, LABELLED, RADIO, CHECKBOXES = 4, 3, 5, 10, 8, 18, 21, 22
CHANNEL_TYPES = [0, 5, 15]
"""The channel types a person can choose: text, announcement and forum channels.

A team can be set up in these, or save moments from them.
"""

ONE_MARK, MANY_MARK = "~", "+"
"""The marks after a field's name in the custom ids of its further lists.

A field with more options than a list holds has several lists. ONE_MARK: one option is chosen
from all lists. MANY_MARK: several can be chosen from each list.
"""


KNOWN_ID = re.compile("[1-9][0-9]{0,19}")
"""The format of the id of a channel or a person."""
EXAMPLES = {FieldKind.DATE: "2026-03-20", FieldKind.TIME: "16:00"}


def leave_later(form: Form) -> Form:
    """Return the form without its later fields if the answer asks for them."""
    return replace(form, fields=first_fields(form)) if form.more is More.ANSWER else form


def order_fields(form: Form) -> Form:
    """Return a form that is too long for one modal with its first fields in front."""
    if len(split_steps(form)) == 1:
        return form
    return replace(form, fields=(*first_fields(form), *later_fields(form)))


def keep_order(form: Form, before: Form) -> Form:
    """Return a form with its fields in the order of another time, and new ones at the end."""
    places = {field.name: place for place, field in enumerate(before.fields)}
    ordered = sorted(form.fields, key=lambda field: places.get(field.name, len(places)))
    return replace(form, fields=tuple(ordered))


FindLack = Callable[[str, str], str]
"""A function that names the permission without which the bot can't post in a channel, or returns an empty text.

It gets the channel's id, and the bot's permissions there if Discord sent them along.
"""


def split_steps(form: Form) -> list[Form]:
    """Split a form into steps that each fit a modal, nearly always one.

    The intro goes into the first step.
    """
    fields = [each for field in form.fields for each in _split_field(field)]
    room = PARTS - len(_intro_parts(form))
    first = replace(form, fields=tuple(fields[:room]))
    later = (tuple(fields[at : at + PARTS]) for at in range(room, len(fields), PARTS))
    return [first, *(replace(form, intro="", fields=part) for part in later)]


def find_wrong_step(form: Form) -> int:
    """Return the number of the first step with an invalid value, or 0 if there is none."""
    names = ({_split_field_id(field.name)[0] for field in step.fields} for step in split_steps(form))
    return next((number for number, there in enumerate(names) if there & form.errors.keys()), 0)


def build_modal(form: Form, custom_id: str) -> Json:
    """Return a form of one step as a modal's data. A longer form must be split by `split_steps`."""
    (shown,) = split_steps(form)
    return {
        "custom_id": custom_id,
        "title": clip_text(form.title, TITLE) or "…",
        "components": [*_intro_parts(form), *(_build_part(field, form.errors) for field in shown.fields)],
    }


def read_values(
    data: Json,
    is_private: Callable[[str], bool] = lambda channel: True,
    is_forum: Callable[[str], bool] = lambda channel: False,
    find_lack: FindLack = lambda channel, told: "",
) -> dict[str, str]:
    """Return each field's value from a submission's `data`, as the core expects it.

    A further list of a field with no choice made is left out, so that a later step keeps the
    choice of an earlier one. Of more than 125 options, several can be chosen only within one step.
    `is_private` returns whether a channel's id is hidden from the server's members at large, and
    `is_forum` whether it's a forum's, which the submission doesn't say. `find_lack` is asked for each channel.
    """
    resolved = data.get("resolved") or {}
    known = resolved.get("channels") or {}
    given: dict[str, str] = {}
    for part in data.get("components") or []:
        answered = part.get("component") or {}
        name, further = _split_field_id(str(answered.get("custom_id") or ""))
        value = _read_value(answered)
        if answered.get("type") == CHANNELS:
            given |= _channel_values(name, value, known, is_private, is_forum, find_lack)
        elif answered.get("type") == PEOPLE:
            given |= _people_values(name, value, resolved)
        elif value and further == MANY_MARK:
            given[name] = "\n".join(filter(None, (given.get(name), value)))
        elif name and (value or not further):
            given[name] = value
    return given


def written_fields(data: Json) -> set[str]:
    """Return the names of the fields in a submission that a person types a text into."""
    parts = (part.get("component") or {} for part in data.get("components") or [])
    return {str(each.get("custom_id") or "") for each in parts if each.get("type") == INPUT}


def fill_form(form: Form, given: Mapping[str, str]) -> Form:
    """Return the form with the given values in its fields."""
    fields = (replace(field, value=given.get(field.name, field.value)) for field in form.fields)
    return replace(form, fields=tuple(fields))


def current_values(
    form: Form,
    called: Callable[[str], str],
    is_private: Callable[[str], bool],
    is_forum: Callable[[str], bool] = lambda channel: False,
    find_lack: FindLack = lambda channel, told: "",
) -> dict[str, str]:
    """Return the values that a form holds, of all its steps, as the core expects them.

    `called` returns the name of a channel's id, `is_private` whether it's hidden from the server's
    members at large, `is_forum` whether it's a forum's, and `find_lack` what the bot lacks in it.
    """
    given: dict[str, str] = {}
    for field in form.fields:
        value = _field_value(field)
        if field.kind is FieldKind.CHANNEL:
            known = {value: {"name": called(value)}}
            given |= _channel_values(field.name, value, known, is_private, is_forum, find_lack)
        elif any(_split_field(field)):
            given[field.name] = value
    return given


def is_complete(form: Form) -> bool:
    """Return whether every required field of the form has a value."""
    asked = (field for field in form.fields if field.required and any(_split_field(field)))
    return all(has_words(_field_value(field)) for field in asked)


def _field_value(field: Field) -> str:
    """Return a field's value. For a choice, only values that are among the options count."""
    if field.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
        return field.value
    chosen = field.value.split("\n") if field.kind is FieldKind.CHOICES else [field.value]
    return "\n".join(option.value for option in field.options if option.value in chosen)


def _split_field_id(custom_id: str) -> tuple[str, str]:
    """Return the field's name in a part's custom id, and the mark of a further list or nothing."""
    name, _, further = custom_id.partition(ONE_MARK)
    return (
        (name, ONE_MARK)
        if further
        else (custom_id.partition(MANY_MARK)[0], MANY_MARK if MANY_MARK in custom_id else "")
    )


def _channel_values(
    name: str,
    channel: str,
    known: Mapping[str, Json],
    is_private: Callable[[str], bool],
    is_forum: Callable[[str], bool],
    find_lack: FindLack,
) -> Json:
    private = "1" if channel and is_private(channel) else ""
    forum = "1" if channel and is_forum(channel) else ""
    told = known.get(channel) or {}
    lacks = find_lack(channel, str(told.get("app_permissions") or "")) if channel else ""
    return {
        name: channel, f"{name}_name": str(told.get("name") or ""), f"{name}_private": private,
        f"{name}_threads_only": forum, f"{name}_lacks": lacks,
    }  # fmt: skip


def _people_values(name: str, chosen: str, resolved: Json) -> dict[str, str]:
    """Return the ids of chosen people with their names. Bots, and people of no server's, count as outside it."""
    users, members = resolved.get("users") or {}, resolved.get("members") or {}
    ids = [each for each in chosen.split("\n") if each]
    outside = [each for each in ids if each not in members or (users.get(each) or {}).get("bot")]
    names = (_name_member(users.get(each) or {}, members.get(each) or {}) for each in ids)
    return {name: chosen, f"{name}_names": "\n".join(names), f"{name}_outside": "\n".join(outside)}


def _name_member(user: Json, member: Json) -> str:
    called = member.get("nick") or user.get("global_name") or user.get("username") or ""
    return " ".join(str(called).split())


def _read_value(answered: Json) -> str:
    if (value := answered.get("value")) is not None:
        return str(value)
    return "\n".join(str(each) for each in answered.get("values") or [])


def _intro_parts(form: Form) -> list[Json]:
    """Return the form's intro as a list of one part, or an empty list."""
    return (
        [{"type": DISPLAY, "content": clip_text(escape_text(form.intro), TEXT)}] if form.intro.strip() else []
    )


def _split_field(field: Field) -> Iterator[Field]:
    """Yield a field as the parts it takes.

    None for a choice without options, several for one with more options than a list holds.
    """
    if field.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
        yield field
    elif len(field.options) <= OPTIONS:
        yield from [field] if field.options else []
    else:
        for number, at in enumerate(range(0, len(field.options), OPTIONS)):
            yield _make_sublist(field, number, field.options[at : at + OPTIONS])


def _make_sublist(field: Field, number: int, options: Sequence[Option]) -> Field:
    """Return one of several lists of a field; its label names its first and last option.

    Where one option is chosen from all lists, none is chosen at first. Nobody would see which of
    two counts.
    """
    label = f"{field.label} {options[0].label} – {options[-1].label}"
    one = field.kind is FieldKind.CHOICE
    name = f"{field.name}{ONE_MARK if one else MANY_MARK}{number}" if number else field.name
    value = "" if one else field.value
    return replace(field, name=name, label=label, value=value, required=False, options=tuple(options))


def _build_part(field: Field, errors: Mapping[str, str]) -> Json:
    label, rest = _split_label(field.label)
    said = errors.get(_split_field_id(field.name)[0]) or field.hint
    below = " ".join(filter(None, (rest, said)))
    described = {"description": clip_text(below, DESCRIPTION)} if below else {}
    return {"type": LABELLED, "label": label, **described, "component": _build_component(field)}


def _split_label(label: str) -> tuple[str, str]:
    """Return a label and the rest that doesn't fit, split between words."""
    if len(label) <= LABEL:
        return label or "…", ""
    cut = label.rfind(" ", 0, LABEL)
    cut = cut if cut > 0 else LABEL - 1
    return label[:cut] + "…", label[cut:].strip()


def _build_component(field: Field) -> Json:
    named = {"custom_id": field.name, "required": field.required}
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT | FieldKind.DATE | FieldKind.TIME | FieldKind.ZONE:
            return {"type": INPUT, **named, **_text_input(field)}
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return {**named, **_choice_component(field)}
        case FieldKind.CHANNEL:
            limits = {**_minimum_choice(field), "channel_types": CHANNEL_TYPES}
            return {"type": CHANNELS, **named, **limits, **_chosen_ids(field, "channel", 1)}
        case FieldKind.PEOPLE:
            limits = {**_minimum_choice(field), "max_values": PEOPLE_MOST}
            return {"type": PEOPLE, **named, **limits, **_chosen_ids(field, "user", PEOPLE_MOST)}


def _chosen_ids(field: Field, kind: str, most: int) -> Json:
    """Return the default values of a list of channels or people."""
    known = [each for each in field.value.split("\n") if KNOWN_ID.fullmatch(each)]
    chosen = [{"id": each, "type": kind} for each in known[:most]]
    return {"default_values": chosen} if chosen else {}


def _text_input(field: Field) -> Json:
    style = 2 if field.kind is FieldKind.TEXT else 1
    shown = clip_text(field.placeholder or EXAMPLES.get(field.kind, ""), PLACEHOLDER)
    example = {"placeholder": shown} if shown else {}
    value = {"value": field.value[:VALUE]} if field.value else {}
    return {"style": style, "max_length": VALUE, **example, **value}


def _choice_component(field: Field) -> Json:
    """Return radio buttons or checkboxes for a few options, else a list.

    Radio buttons can't be cleared, so only required fields get them.
    """
    several = field.kind is FieldKind.CHOICES
    chosen = field.value.split("\n") if several else [field.value]
    options = [_option_data(each, each.value in chosen) for each in field.options]
    most = {"max_values": len(options)} if several else {}
    if several and len(options) <= BOXES:
        return {"type": CHECKBOXES, **_minimum_choice(field), **most, "options": options}
    if not several and field.required and 2 <= len(options) <= RADIOS:
        return {"type": RADIO, "options": options}
    return {"type": SELECT, **_minimum_choice(field), **most, "options": options}


def _minimum_choice(field: Field) -> Json:
    """Return `min_values` 0 for an optional field.

    Without it, phones don't let a person remove the last choice (discord-api-docs, 8272).
    """
    return {} if field.required else {"min_values": 0}


def _option_data(option: Option, is_chosen: bool) -> Json:
    shown: dict[str, Any] = {"label": clip_text(option.label, OPTION) or "…", "value": option.value[:OPTION]}
    return {**shown, "default": True} if is_chosen else shown
