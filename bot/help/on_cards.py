"""What is a button on a card and no command: where it is, for people who type its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.commands import ON_CARD, Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import lazy
from bot.core.messages import Button, Reply, Style, text_reply
from bot.help.not_built import QUESTS, Near
from bot.schedules.schedules import Plan


@dataclass(frozen=True)
class OnCard:
    """Tell where a button is. `said` is the phrase that asked for it."""

    said: str = ""


EXPECT = Near(
    lazy(
        "You'll find “What do you expect?” on the card of an experiment that's under way, and on its quest's. "
        "You can change or remove your line there too."
    ),
    *QUESTS,
)
RESULT = Near(
    lazy(
        "You'll find “Save the result” on the experiment's card. “We're trying something” on a quest's card starts an "
        "experiment."
    ),
    *QUESTS,
)
STEP = Near(
    lazy(
        "You'll find “One next step” on the card of the latest retro question. The next one asks what became of it: "
        "done, not yet, or something else."
    ),
    lazy("Schedule"),
    Plan(),
)
ABOUT: Mapping[str, Near] = {"expect": EXPECT, "expectation": EXPECT, "line": EXPECT, "result": RESULT}
"""What to say by a word of the phrase, also in the plural. Every other phrase is about a next step."""


def tell_place(_context: Context, command: OnCard) -> Reply:
    """Say in one line which card has the button, with a button for what is near."""
    words = [word.removesuffix("s") for word in command.said.casefold().split()]
    near = next((ABOUT[word] for word in words if word in ABOUT), STEP)
    return text_reply(near.sentence(), buttons=(Button(near.label(), near.command, Style.PRIMARY),))


DECLARATIONS = (
    Declaration(
        ON_CARD,
        OnCard,
        tell_place,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        said_as=(
            "what do you expect, expect, expectation, expectations, my expectation, take my expectation out, "
            "take my line out, result, results, keep result, keep the result, "
            "keep the result of 1, keep the result: …, keep the result of 1: …, change the result, "
            "change the result of 1, take the result back, take the result of 1 back, "
            "next step, next steps, one next step, our next step, next step: …, "
            "one next step: …, change the next step, not yet, carry it over, hand it back, "
            "i'll take it"
        ),
    ),
)
