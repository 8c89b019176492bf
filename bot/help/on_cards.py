"""What is a button on a card and no command: where it is, for people who type its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.commands import ON_CARD, Declaration, Needs
from bot.core.context import Context
from bot.core.messages import Button, Reply, Style, text_reply
from bot.quests.commands import Quest
from bot.schedules.schedules import Plan


@dataclass(frozen=True)
class OnCard:
    """Tell where a button is. `said` is the phrase that asked for it."""

    said: str = ""


@dataclass(frozen=True)
class Place:
    """A word of the phrase that asks, the sentence that answers, and the label and command of what is near."""

    word: str
    sentence: str
    label: str
    command: Any


QUESTS = ("Open quests", Quest())
EXPECT = (
    "What do you expect? is on the card of an experiment that's under way, and on its quest's. There you can "
    "also change your line or take it out."
)
RESULT = (
    "Keep the result is on the card of the experiment. We're trying something, on a quest's card, starts one, and "
    "failed keeps one that didn't work."
)
STEP = (
    "One next step is on the card of the newest retro, also to change it or take it. The next retro asks what "
    "became of it: done, not yet, or something else."
)
PLACES = (
    Place("expect", EXPECT, *QUESTS),
    Place("expectation", EXPECT, *QUESTS),
    Place("expectations", EXPECT, *QUESTS),
    Place("result", RESULT, *QUESTS),
    Place("experiment", RESULT, *QUESTS),
    Place("experiments", RESULT, *QUESTS),
)
SAID: Mapping[str, Place] = {each.word: each for each in PLACES}
RETRO = Place("retro", STEP, "When I post", Plan())
"""What every other phrase asks for."""


def tell_place(_context: Context, command: OnCard) -> Reply:
    """Say in one line which card has the button, with a button for what is near."""
    place = next((SAID[word] for word in command.said.casefold().split() if word in SAID), RETRO)
    near = Button(place.label, place.command, Style.PRIMARY)
    return text_reply(place.sentence, buttons=(near,))


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
