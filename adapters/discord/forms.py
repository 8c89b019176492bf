"""A form as one or more modals, and what comes back from them.

A modal has at most five parts, so a longer form is filled in in steps. All limits are Discord's: a title and a label of
45 characters, a description of 100, a text of 4,000, 25 options in a list and 10 in a group of buttons or boxes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.discord.render import Json, clipped
from adapters.discord.text import escape
from bot.core.messages import Field, FieldKind, Form, Option

PARTS, TITLE, LABEL, DESCRIPTION, VALUE, TEXT = 5, 45, 45, 100, 4_000, 4_000
OPTIONS, OPTION, RADIOS, BOXES = 25, 100, 5, 10
"""How many a list holds, the characters of an option, and how many we show as buttons and as boxes."""

INPUT, SELECT, DISPLAY, CHANNELS, LABELLED, RADIO, CHECKBOXES = 4, 3, 10, 8, 18, 21, 22
PLACES = [0, 5, 15]
"""Text channels, those for announcements, and forums: where a team can be at home or keep from."""

OR, AND = "~", "+"
"""What follows a field's name in the further lists of one that has more options than a list holds: one is chosen from
all of them, or several from each."""


ID = re.compile("[1-9][0-9]{0,19}")
"""What a channel is known by."""
EXAMPLES = {FieldKind.DATE: "2026-03-20", FieldKind.TIME: "16:00"}


def steps(form: Form) -> list[Form]:
    """The form in parts that each fit a modal: nearly always one; the intro stands in the first."""
    fields = [each for field in form.fields for each in _spread(field)]
    room = PARTS - len(_intro(form))
    first = replace(form, fields=tuple(fields[:room]))
    later = (tuple(fields[at : at + PARTS]) for at in range(room, len(fields), PARTS))
    return [first, *(replace(form, intro="", fields=part) for part in later)]


def wrong_step(form: Form) -> int:
    """The number of the first step in which something cannot be taken; of the very first where nothing is wrong."""
    names = ({_named(field.name)[0] for field in step.fields} for step in steps(form))
    return next((number for number, there in enumerate(names) if there & form.errors.keys()), 0)


def modal(form: Form, custom_id: str) -> Json:
    """A form of one step as the data of a modal; of a longer one, one of its `steps`."""
    (shown,) = steps(form)
    return {
        "custom_id": custom_id,
        "title": clipped(form.title, TITLE) or "…",
        "components": [*_intro(form), *(_part(field, form.errors) for field in shown.fields)],
    }


def values(data: Json, is_private: Callable[[str], bool] = lambda channel: True) -> dict[str, str]:
    """What was given in each field, as the core wants it. `data` is the submission's own.

    A further list of a field in which nothing was chosen says nothing, so that a later step leaves the choice of an
    earlier one; of more than 125 options, several can be chosen only within one step.
    `is_private` tells of a channel's id whether it is open to the whole server; the submission itself does not.
    """
    known = (data.get("resolved") or {}).get("channels") or {}
    given: dict[str, str] = {}
    for part in data.get("components") or []:
        answered = part.get("component") or {}
        name, further = _named(str(answered.get("custom_id") or ""))
        value = _value(answered)
        if answered.get("type") == CHANNELS:
            given |= _channel(name, value, known, is_private)
        elif value and further == AND:
            given[name] = "\n".join(filter(None, (given.get(name), value)))
        elif name and (value or not further):
            given[name] = value
    return given


def filled(form: Form, given: Mapping[str, str]) -> Form:
    """The form with what was given standing in it."""
    fields = (replace(field, value=given.get(field.name, field.value)) for field in form.fields)
    return replace(form, fields=tuple(fields))


def standing(form: Form, called: Callable[[str], str], is_private: Callable[[str], bool]) -> dict[str, str]:
    """What a form gives as it stands, all its steps together, as the core wants it.

    `called` tells what a channel's id is called, and `is_private` whether it is open to the whole server.
    """
    given: dict[str, str] = {}
    for field in form.fields:
        value = _held(field)
        if field.kind is FieldKind.CHANNEL:
            given |= _channel(field.name, value, {value: {"name": called(value)}}, is_private)
        elif any(_spread(field)):
            given[field.name] = value
    return given


def is_whole(form: Form) -> bool:
    """Whether everything that must be given stands in the form."""
    asked = (field for field in form.fields if field.required and any(_spread(field)))
    return all(_held(field).strip() for field in asked)


def _held(field: Field) -> str:
    """A field's value; of what is chosen, as much as can be chosen."""
    if field.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
        return field.value
    chosen = field.value.split("\n") if field.kind is FieldKind.CHOICES else [field.value]
    return "\n".join(option.value for option in field.options if option.value in chosen)


def _named(custom_id: str) -> tuple[str, str]:
    """The field that a part belongs to, and whether it is a further list of it."""
    name, _, further = custom_id.partition(OR)
    return (name, OR) if further else (custom_id.partition(AND)[0], AND if AND in custom_id else "")


def _channel(name: str, channel: str, known: Mapping[str, Json], is_private: Callable[[str], bool]) -> Json:
    private = "1" if channel and is_private(channel) else ""
    told = str((known.get(channel) or {}).get("name") or "")
    return {name: channel, f"{name}_name": told, f"{name}_private": private}


def _value(answered: Json) -> str:
    if (value := answered.get("value")) is not None:
        return str(value)
    return "\n".join(str(each) for each in answered.get("values") or [])


def _intro(form: Form) -> list[Json]:
    """What stands above the fields, as one of the parts."""
    return [{"type": DISPLAY, "content": clipped(escape(form.intro), TEXT)}] if form.intro.strip() else []


def _spread(field: Field) -> Iterator[Field]:
    """A field as the parts it takes: none where there is nothing to choose, several where there is very much."""
    if field.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
        yield field
    elif len(field.options) <= OPTIONS:
        yield from [field] if field.options else []
    else:
        for number, at in enumerate(range(0, len(field.options), OPTIONS)):
            yield _list(field, number, field.options[at : at + OPTIONS])


def _list(field: Field, number: int, options: Sequence[Option]) -> Field:
    """One of several lists of a field; its label says from where to where it goes.

    Where one is chosen from all of them, none is chosen at first: nobody would see which of two counts.
    """
    label = f"{field.label} {options[0].label} – {options[-1].label}"
    one = field.kind is FieldKind.CHOICE
    name = f"{field.name}{OR if one else AND}{number}" if number else field.name
    value = "" if one else field.value
    return replace(field, name=name, label=label, value=value, required=False, options=tuple(options))


def _part(field: Field, errors: Mapping[str, str]) -> Json:
    label, rest = _label(field.label)
    said = errors.get(_named(field.name)[0]) or field.hint
    below = " ".join(filter(None, (rest, said)))
    described = {"description": clipped(below, DESCRIPTION)} if below else {}
    return {"type": LABELLED, "label": label, **described, "component": _component(field)}


def _label(label: str) -> tuple[str, str]:
    """A label and what it has no room for, parted between words."""
    if len(label) <= LABEL:
        return label or "…", ""
    cut = label.rfind(" ", 0, LABEL)
    cut = cut if cut > 0 else LABEL - 1
    return label[:cut] + "…", label[cut:].strip()


def _component(field: Field) -> Json:
    named = {"custom_id": field.name, "required": field.required}
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT | FieldKind.DATE | FieldKind.TIME:
            return {"type": INPUT, **named, **_input(field)}
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return {**named, **_choice(field)}
        case FieldKind.CHANNEL:
            chosen = [{"id": field.value, "type": "channel"}] if ID.fullmatch(field.value) else []
            first = {"default_values": chosen} if chosen else {}
            return {"type": CHANNELS, **named, **_at_least(field), "channel_types": PLACES, **first}


def _input(field: Field) -> Json:
    style = 2 if field.kind is FieldKind.TEXT else 1
    example = {"placeholder": EXAMPLES[field.kind]} if field.kind in EXAMPLES else {}
    value = {"value": field.value[:VALUE]} if field.value else {}
    return {"style": style, "max_length": VALUE, **example, **value}


def _choice(field: Field) -> Json:
    """Buttons or boxes for a few options, else a list; buttons cannot be let go again, so they are for what must be."""
    several = field.kind is FieldKind.CHOICES
    chosen = field.value.split("\n") if several else [field.value]
    options = [_option(each, each.value in chosen) for each in field.options]
    most = {"max_values": len(options)} if several else {}
    if several and len(options) <= BOXES:
        return {"type": CHECKBOXES, **_at_least(field), **most, "options": options}
    if not several and field.required and 2 <= len(options) <= RADIOS:
        return {"type": RADIO, "options": options}
    return {"type": SELECT, **_at_least(field), **most, "options": options}


def _at_least(field: Field) -> Json:
    """None at all, said outright: without it phones let nobody take the last one away (discord-api-docs, 8272)."""
    return {} if field.required else {"min_values": 0}


def _option(option: Option, is_chosen: bool) -> Json:
    shown: dict[str, Any] = {"label": clipped(option.label, OPTION) or "…", "value": option.value[:OPTION]}
    return {**shown, "default": True} if is_chosen else shown
