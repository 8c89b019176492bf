"""The private answer to a capture: its number, where others see it, and the way back."""

from __future__ import annotations

from bot.core.context import CardPlace, locate_card
from bot.core.language.words import _, lazy, line
from bot.core.messages import Button, Card, Line, Reply, Text
from bot.moments.commands import Edit, Undo

BUTTON_LIMIT = 4
"""Maximum buttons on the answer to a capture. The others are in its menu."""
OTHERS = lazy("Were others there? They can add their own version.")


def saved_reply(
    at: str,
    place: CardPlace,
    more: str | None = None,
    further: tuple[Button, ...] = (),
    may_edit: bool = True,
    replaces: bool = False,
) -> Reply:
    """Return the answer to a capture. `at` is the moment's reference, `more` what follows the place:
    without it, that others can add their versions.

    `may_edit` is whether the person wrote the moment.
    """
    back = (Button(_("Undo"), Undo(at)), *((Button(_("Edit"), Edit(at)),) if may_edit else ()))
    buttons = (*back, *further)
    follows = join_sentences(OTHERS() if more is None else more)
    said = (*say_saved(at.rpartition(".")[2], place), *((" " + follows,) if follows else ()))
    return Reply(Card((Text(said),), buttons[:BUTTON_LIMIT], buttons[BUTTON_LIMIT:]), replaces)


def say_saved(number: str, place: CardPlace) -> Line:
    """Return the sentence that a moment is saved, with where its card is or why there is none."""
    if place.marked:
        return (_("Saved as #{number}.", number=number),)
    if not place.takes_cards or place.closed:
        return (_("Saved as #{number}.", number=number), " ", *locate_card(place))
    if place.below:
        return line("Saved as #{number} in the thread under that message.", number=number)
    if place.thread:
        return line("Saved as #{number} in this thread.", number=number)
    return line("Saved as #{number} in {channel}.", number=number, channel=place.mention)


def join_sentences(*sentences: str) -> str:
    """Return whole sentences one after another, without empty ones."""
    return " ".join(each.strip() for each in sentences if each.strip())
