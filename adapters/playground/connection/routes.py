"""What the page can ask for, by the last word of the address: each takes the request's JSON and gives JSON.

One line of reading for each field, so that the whole HTTP API can be read here in a minute.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

from adapters.playground.chat.model import Json
from adapters.playground.chat.timeline import moment
from adapters.playground.interactions import Shown
from adapters.playground.payloads import event, flag, text, texts
from bot.core.messages import Form, Reply

if TYPE_CHECKING:
    from adapters.playground.adapter import Playground

Doing = Callable[["Playground", Json], Awaitable[Json]]


def _answer(shown: Shown) -> Json:
    return {
        "reply": shown.json if isinstance(shown.what, Reply) else None,
        "form": shown.json if isinstance(shown.what, Form) else None,
        "message": shown.message,
    }


async def _type(here: Playground, body: Json) -> Json:
    """{person, channel, text, thread?, event}"""
    who, where, thread = text(body, "person"), text(body, "channel"), text(body, "thread", default="")
    return _answer(await here.people.type(who, where, text(body, "text"), thread=thread, event=event(body)))


async def _press(here: Playground, body: Json) -> Json:
    """{person, card, button, thread?, event}"""
    who, card, button = text(body, "person"), text(body, "card"), text(body, "button")
    thread = text(body, "thread", default="")
    return _answer(await here.people.press(who, card, button, thread=thread, event=event(body)))


async def _submit(here: Playground, body: Json) -> Json:
    """{person, form, values: {name: text}}"""
    return _answer(await here.people.submit(text(body, "person"), text(body, "form"), texts(body, "values")))


async def _shortcut(here: Playground, body: Json) -> Json:
    """{person, label, message, event}"""
    who, label, message = text(body, "person"), text(body, "label"), text(body, "message")
    return _answer(await here.people.shortcut(who, label, message, event=event(body)))


async def _react(here: Playground, body: Json) -> Json:
    """{person, message, emoji, on, event}"""
    do = here.people.react if flag(body, "on") else here.people.unreact
    await do(text(body, "person"), text(body, "message"), text(body, "emoji"), event=event(body))
    return {}


async def _edit(here: Playground, body: Json) -> Json:
    """{person, message, text, event}"""
    who, message = text(body, "person"), text(body, "message")
    await here.people.edit_message(who, message, text(body, "text"), event=event(body))
    return {}


async def _delete(here: Playground, body: Json) -> Json:
    """{person, message, event}"""
    await here.people.delete_message(text(body, "person"), text(body, "message"), event=event(body))
    return {}


async def _dismiss(here: Playground, body: Json) -> Json:
    """{person, whisper}"""
    here.chat.dismiss(text(body, "person"), text(body, "whisper"))
    return {}


async def _invite(here: Playground, body: Json) -> Json:
    """{person, channel, on, event}"""
    do = here.people.invite if flag(body, "on") else here.people.remove
    await do(text(body, "person"), text(body, "channel"), event=event(body))
    return {}


async def _change_channel(here: Playground, body: Json) -> Json:
    """{person, channel, name, private, event}"""
    who, channel, name = text(body, "person"), text(body, "channel"), text(body, "name")
    await here.people.change_channel(
        who, channel, name=name, private=flag(body, "private"), event=event(body)
    )
    return {}


async def _add_channel(here: Playground, body: Json) -> Json:
    """{person, name, private, members: "ana\\nben"}"""
    members = text(body, "members", default="").split() if flag(body, "private") else None
    return {"channel": here.chat.add_channel(text(body, "person"), text(body, "name"), members).id}


async def _add_person(here: Playground, body: Json) -> Json:
    """{name, zone}"""
    return {"person": here.chat.add_person(text(body, "name"), text(body, "zone")).id}


async def _take_notes(here: Playground, body: Json) -> Json:
    """{person, on}: whether this person takes direct messages"""
    here.chat.take_notes(text(body, "person"), flag(body, "on"))
    return {}


async def _jump(here: Playground, body: Json) -> Json:
    """{person, to: "2026-03-20T16:00"}, in the person's zone unless it says its own"""
    await here.jump(moment(text(body, "to"), here.chat.person(text(body, "person")).zone))
    return {}


DOINGS: MappingProxyType[str, Doing] = MappingProxyType(
    {
        "type": _type,
        "press": _press,
        "submit": _submit,
        "shortcut": _shortcut,
        "react": _react,
        "edit": _edit,
        "delete": _delete,
        "dismiss": _dismiss,
        "invite": _invite,
        "change-channel": _change_channel,
        "add-channel": _add_channel,
        "add-person": _add_person,
        "take-notes": _take_notes,
        "jump": _jump,
    }
)
