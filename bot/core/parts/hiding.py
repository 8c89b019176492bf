"""What is out of sight while a part is off: buttons, fields of forms and offers.

Nothing else has to know of it. A button is hidden by the part of the command that it sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bot.core.messages import Block, Button, Card, Entry, Form, Offer, Quote, Reply, Text
from bot.core.parts.part import Part, Parts

FindPart = Callable[[Any], Part | None]
"""A function that returns the part that a command belongs to, or None."""


def hide_in_answer(answer: Reply | Form | None, off: Parts, find_part: FindPart) -> Reply | Form | None:
    """Return an answer without what belongs to the parts that are off."""
    if not off or answer is None:
        return answer
    if isinstance(answer, Form):
        return hide_in_form(answer, off)
    offers = tuple(kept for offer in answer.offers if (kept := _hide_in_offer(offer, off, find_part)).buttons)
    return replace(answer, card=hide_in_card(answer.card, off, find_part), offers=offers)


def hide_in_card(card: Card, off: Parts, find_part: FindPart) -> Card:
    """Return a card without the buttons whose command belongs to a part that is off."""
    return Card(
        tuple(_hide_in_block(block, off, find_part) for block in card.blocks),
        keep_shown(card.buttons, off, find_part),
        keep_shown(card.menu, off, find_part),
    )


def keep_shown(buttons: Iterable[Button], off: Parts, find_part: FindPart) -> tuple[Button, ...]:
    """Return the buttons whose command belongs to no part that is off."""
    return tuple(button for button in buttons if find_part(button.command) not in off)


def hide_in_form(form: Form, off: Parts) -> Form:
    """Return a form without the fields of the parts that are off. What isn't asked is left as it is."""
    return replace(form, fields=tuple(field for field in form.fields if field.part not in off))


def _hide_in_block(block: Block, off: Parts, find_part: FindPart) -> Block:
    if isinstance(block, Quote | Entry | Text) and block.button is not None:
        return replace(block, button=None) if find_part(block.button.command) in off else block
    return block


def _hide_in_offer(offer: Offer, off: Parts, find_part: FindPart) -> Offer:
    return replace(offer, buttons=keep_shown(offer.buttons, off, find_part))
