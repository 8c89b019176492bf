"""Which buttons a private card offers: those that work for the person who looks at it.

A card in a channel is the same for everyone, so a press by a person who may not is answered in a
sentence. A private card and a private menu know who looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.context import Context
from bot.core.messages import Block, Button, Card, Entry, Quote, Text


def offer_working(context: Context, card: Card) -> Card:
    """Return the card without the buttons that would not work for the person."""
    return Card(
        tuple(_offer_in_block(context, block) for block in card.blocks),
        keep_working(context, card.buttons),
        keep_working(context, card.menu),
    )


def keep_working(context: Context, buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Return the buttons that work for the person."""
    return tuple(button for button in buttons if _works(context, button))


def _offer_in_block(context: Context, block: Block) -> Block:
    if (
        isinstance(block, Quote | Entry | Text)
        and block.button is not None
        and not _works(context, block.button)
    ):
        return replace(block, button=None)
    return block


def _works(context: Context, button: Button) -> bool:
    works_for = context.commands.find_declaration(button.command).works_for
    return works_for is None or works_for(context, button.command)
