"""The private answer to a capture: its number, where others see it, and the way back."""

from __future__ import annotations

from bot.core.context import CardPlace, describe_place
from bot.core.messages import Button, Card, Reply, Text
from bot.moments.commands import Edit, Undo

BUTTON_LIMIT = 4
"""Maximum buttons on the answer to a capture. The others are in its menu."""
OTHERS = " Were others there? They can add their own version."


def saved_reply(
    at: str,
    place: CardPlace,
    more: str = OTHERS,
    further: tuple[Button, ...] = (),
    may_edit: bool = True,
    replaces: bool = False,
) -> Reply:
    """Return the answer to a capture. `at` is the moment's reference, `more` what follows the place.

    `may_edit` is whether the person wrote the moment.
    """
    back = (Button("Undo", Undo(at)), *((Button("Edit", Edit(at)),) if may_edit else ()))
    buttons = (*back, *further)
    said = Text((f"Saved as #{at.rpartition('.')[2]} ", *describe_place(place), f".{more}"))
    return Reply(Card((said,), buttons[:BUTTON_LIMIT], buttons[BUTTON_LIMIT:]), replaces)
