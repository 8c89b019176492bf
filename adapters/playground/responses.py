"""A private answer, shown to the one person it is for."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import Json
from adapters.playground.chat.views import view_form, view_whisper
from adapters.playground.forms import form_to_json
from adapters.playground.posting import save_picture
from adapters.playground.render import card_to_json
from bot.core.adapter import Bot
from bot.core.messages import Form, Picture, Reply
from bot.core.origin import Origin


@dataclass(frozen=True)
class Shown:
    """The private answer to an interaction, with its card's or form's id and JSON.

    `message` is the id of the message that the person wrote, or empty.
    """

    what: Reply | Form | None = None
    id: str = ""
    json: Json | None = None
    message: str = ""


def show_answer(
    chat: Chat,
    bot: Bot,
    answer: Reply | Form | None,
    origin: Origin,
    instead: str,
    thread: str,
    picture: Picture | None = None,
) -> Shown:
    """Show the bot's answer to its person alone, and return it with its id and JSON.

    A reply that replaces its card takes the place of the private card `instead`. `picture` is the
    reply's.
    """
    caller = (origin.person, origin.channel, thread)
    match answer:
        case Reply(card, replaces):
            shown = card_to_json(card, bot.commands.encode)
            drawn = save_picture(chat, picture) if picture else None
            whisper = chat.show_whisper(*caller, origin.event, shown, instead if replaces else "", drawn)
            return Shown(answer, whisper.id, view_whisper(whisper))
        case Form():
            carried = bot.commands.encode(answer.command)
            form = chat.open_form(*caller, form_to_json(answer), carried, instead)
            return Shown(answer, form.id, view_form(form))
        case None:
            return Shown()
