"""The page's HTTP interactions, by the last word of their address: JSON in, JSON out.

Each field is read in one line, so that the whole HTTP API can be read here in a minute.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MappingProxyType

from adapters.playground.chat.model import Json
from adapters.playground.chat.timeline import parse_jump_time
from adapters.playground.interactions import People
from adapters.playground.payloads import read_body_event, read_body_flag, read_body_text, read_body_texts
from adapters.playground.responses import Shown
from bot.core.messages import Form, Reply

InteractionHandler = Callable[[People, Json], Awaitable[Json]]


def _answer_json(shown: Shown) -> Json:
    return {
        "reply": shown.json if isinstance(shown.what, Reply) else None,
        "form": shown.json if isinstance(shown.what, Form) else None,
        "message": shown.message,
    }


async def _send_line(people: People, body: Json) -> Json:
    """Send a line. Body: {person, channel, text, thread?, event}."""
    who, where, thread = (
        read_body_text(body, "person"),
        read_body_text(body, "channel"),
        read_body_text(body, "thread", default=""),
    )
    return _answer_json(
        await people.type_line(
            who, where, read_body_text(body, "text"), thread=thread, event=read_body_event(body)
        )
    )


async def _press_button(people: People, body: Json) -> Json:
    """Press a button. Body: {person, card, button, thread?, event}."""
    who, card, button = (
        read_body_text(body, "person"),
        read_body_text(body, "card"),
        read_body_text(body, "button"),
    )
    thread = read_body_text(body, "thread", default="")
    return _answer_json(
        await people.press_button(who, card, button, thread=thread, event=read_body_event(body))
    )


async def _submit_form(people: People, body: Json) -> Json:
    """Submit a form. Body: {person, form, values: {name: text}}."""
    return _answer_json(
        await people.submit_form(
            read_body_text(body, "person"), read_body_text(body, "form"), read_body_texts(body, "values")
        )
    )


async def _use_shortcut(people: People, body: Json) -> Json:
    """Use a message shortcut. Body: {person, label, message, event}."""
    who, label, message = (
        read_body_text(body, "person"),
        read_body_text(body, "label"),
        read_body_text(body, "message"),
    )
    return _answer_json(await people.use_shortcut(who, label, message, event=read_body_event(body)))


async def _set_reaction(people: People, body: Json) -> Json:
    """Add or remove a reaction. Body: {person, message, emoji, on, event}."""
    do = people.add_reaction if read_body_flag(body, "on") else people.remove_reaction
    await do(
        read_body_text(body, "person"),
        read_body_text(body, "message"),
        read_body_text(body, "emoji"),
        event=read_body_event(body),
    )
    return {}


async def _edit_message(people: People, body: Json) -> Json:
    """Edit a message. Body: {person, message, text, event}."""
    who, message = read_body_text(body, "person"), read_body_text(body, "message")
    await people.edit_message(who, message, read_body_text(body, "text"), event=read_body_event(body))
    return {}


async def _delete_message(people: People, body: Json) -> Json:
    """Delete a message. Body: {person, message, event}."""
    await people.delete_message(
        read_body_text(body, "person"), read_body_text(body, "message"), event=read_body_event(body)
    )
    return {}


async def _dismiss_whisper(people: People, body: Json) -> Json:
    """Dismiss a private reply. Body: {person, whisper}."""
    people.chat.dismiss_whisper(read_body_text(body, "person"), read_body_text(body, "whisper"))
    return {}


async def _invite_bot(people: People, body: Json) -> Json:
    """Invite the bot to a channel, or remove it. Body: {person, channel, on, event}."""
    do = people.invite_bot if read_body_flag(body, "on") else people.remove_bot
    await do(read_body_text(body, "person"), read_body_text(body, "channel"), event=read_body_event(body))
    return {}


async def _change_channel(people: People, body: Json) -> Json:
    """Rename a channel or change its privacy. Body: {person, channel, name, private, event}."""
    who, channel, name = (
        read_body_text(body, "person"),
        read_body_text(body, "channel"),
        read_body_text(body, "name"),
    )
    await people.change_channel(
        who, channel, name=name, private=read_body_flag(body, "private"), event=read_body_event(body)
    )
    return {}


async def _add_channel(people: People, body: Json) -> Json:
    """Add a channel. Body: {person, name, private, members: "ana ben"}."""
    members = read_body_text(body, "members", default="").split() if read_body_flag(body, "private") else None
    return {
        "channel": people.chat.add_channel(
            read_body_text(body, "person"), read_body_text(body, "name"), members
        ).id
    }


async def _add_person(people: People, body: Json) -> Json:
    """Add a person. Body: {name, zone}."""
    return {"person": people.chat.add_person(read_body_text(body, "name"), read_body_text(body, "zone")).id}


async def _allow_notes(people: People, body: Json) -> Json:
    """Set whether this person accepts direct messages. Body: {person, on}."""
    people.chat.allow_notes(read_body_text(body, "person"), read_body_flag(body, "on"))
    return {}


async def _choose_language(people: People, body: Json) -> Json:
    """Set the language that this person uses the page in. Body: {person, language}."""
    people.chat.choose_language(read_body_text(body, "person"), read_body_text(body, "language"))
    return {}


async def _jump_time(people: People, body: Json) -> Json:
    """Move time forward. Body: {person, to: "2026-03-20T16:00"}.

    The time is in the person's zone unless it has an offset.
    """
    await people.jump_to(
        parse_jump_time(
            read_body_text(body, "to"), people.chat.find_person(read_body_text(body, "person")).zone
        )
    )
    return {}


INTERACTIONS: MappingProxyType[str, InteractionHandler] = MappingProxyType(
    {
        "type": _send_line,
        "press": _press_button,
        "submit": _submit_form,
        "shortcut": _use_shortcut,
        "react": _set_reaction,
        "edit": _edit_message,
        "delete": _delete_message,
        "dismiss": _dismiss_whisper,
        "invite": _invite_bot,
        "change-channel": _change_channel,
        "add-channel": _add_channel,
        "add-person": _add_person,
        "take-notes": _allow_notes,
        "language": _choose_language,
        "jump": _jump_time,
    }
)
