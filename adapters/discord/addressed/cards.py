"""The bot's answers to messages, as messages: its reply in a channel, and its answer in a direct message.

Discord has no private message in a channel without an interaction. So the reply there shows one sentence at
most. Its buttons are for the person who asked, and a longer answer or a form is opened with one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from adapters.discord import custom_ids, render
from adapters.discord.custom_ids import NOBODY_ELSE, REMOVE, SHOW
from adapters.discord.render import COMPONENTS_V2, Encode, Json
from bot.core.language.words import _
from bot.core.messages import Button, Card, Form, Quote, Reply, Style, brief_card, text_card


def reply_card(answer: Reply | Form | None, message: str, written: str) -> Card:
    """Return what everybody sees of an answer to a message: its id, and the text written in it.

    The person's own words are left out, because they stand above it.
    """
    match answer:
        case Form(title=title):
            return _opening_card(_("Here's the form."), title, message)
        case Reply():
            return brief_answer(answer, written) or _opening_card(
                _("My answer is only for you."), _("Show it"), message
            )
        case None:
            return text_card(_("Done."))


def brief_answer(answer: Reply, written: str) -> Card | None:
    """Return the card of a short answer that everybody may see, or None. `written` is what the person wrote."""
    blocks = tuple(
        each for each in answer.card.blocks if not (isinstance(each, Quote) and _is_own(each, written))
    )
    return brief_card(replace(answer, card=replace(answer.card, blocks=blocks)))


def direct_card(answer: Reply | Form | None, message: str) -> Card:
    """Return an answer to a direct message. A form is opened with a button."""
    if isinstance(answer, Form):
        return _opening_card(_("Here's the form."), answer.title, message)
    return answer.card if answer else text_card(_("Done."))


def render_reply(card: Card, encode: Encode, asker: str) -> Json:
    """Return a reply in a channel as a message body, with the button that removes it."""
    first, others = card.buttons[:1], card.buttons[1:]  # a menu takes what the row has no room for
    shown = replace(card, buttons=(*first, Button(_("Hide reply"), REMOVE), *others))
    [components] = render.render_messages(shown, with_own_commands(encode))
    return {"flags": COMPONENTS_V2, "components": _name_asker(components, asker)}


def render_direct(card: Card, encode: Encode, guild: str) -> list[Json]:
    """Return an answer in a direct message as message bodies: nearly always one."""
    parts = render.render_messages(card, with_own_commands(encode), guild)
    return [{"flags": COMPONENTS_V2, "components": _name_asker(part, NOBODY_ELSE)} for part in parts]


def with_own_commands(encode: Encode) -> Callable[[Any], str]:
    """Return the encoding of the core's commands and of those that this folder writes as text."""
    return lambda command: command if isinstance(command, str) else encode(command)


def _opening_card(said: str, label: str, message: str) -> Card:
    return Card(text_card(said).blocks, (Button(label, f"{SHOW}:{message}", Style.PRIMARY),))


def _is_own(quote: Quote, written: str) -> bool:
    return (
        not quote.by and quote.button is None and " ".join(quote.words.split()) in " ".join(written.split())
    )


def _name_asker(components: list[Json], asker: str) -> list[Json]:
    """Return components whose buttons and menu entries name the person who asked."""
    for each in _walk(components):
        for name in ("custom_id", "value"):
            if name in each:
                known = custom_ids.read_custom_id(each[name])
                each[name] = custom_ids.write_custom_id(replace(known, asker=asker))
    return components


def _walk(components: Sequence[Json]) -> Iterator[Json]:
    """Yield every component and every entry of a menu, including nested ones."""
    for each in components:
        yield each
        inner = (*each.get("components", ()), *each.get("options", ()), each.get("accessory"))
        yield from _walk([part for part in inner if part])
