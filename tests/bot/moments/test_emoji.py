"""Tests of the emoji that saves a message: every one that people can choose works, and no other is taken."""

import pytest
from emoji import EMOJI_DATA

from bot.core.origin import Capabilities
from bot.moments.emoji import is_custom, is_same_emoji, read_emoji
from bot.runtime.bot import Bot
from tests.support.people import Everyone
from tests.support.recorder import Recorder

NAMES = {"bulb": "💡", "+1": "👍", "heart": "❤"}


def find_character(name: str) -> str:
    return NAMES.get(name, "")


def read(typed: str) -> str:
    return read_emoji(typed, find_character)


def test_every_emoji_can_be_set() -> None:
    """In each of its spellings it is the same one, with variation selectors or without."""
    wrong = [
        each
        for each in EMOJI_DATA
        for typed in (each, f" {each}\n", each.replace("\ufe0f", ""), f"\u2068{each}\ufe0f\u2069")
        if is_custom(read(typed)) or not is_same_emoji(read(typed), each)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "event"),
    [
        ("👍🏽", "👍"),
        (":+1::skin-tone-3:", "👍🏿"),
        ("🫱🏻\u200d🫲🏿", "🤝"),
        ("👩🏻\u200d🤝\u200d👩🏿", "👭"),
        ("❤️", "❤"),
        (":heart:", "❤️"),
        ("1️⃣", "1⃣"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        (":BULB:", "💡"),
        ("<:party:123>", ":party:"),
        ("<a:Party:123>", ":party:"),
        ("<:bulb:123>", ":bulb:"),
        (":party_parrot:", ":party_parrot:"),
        (":party::skin-tone-3:", ":party:"),
        (":パーティー:", ":パーティー:"),
        ("\U0001faef", "\U0001faef"),
        ("\U0001facf", "\U0001facf"),
        ("\U0001fafd", "\U0001fafd"),
        ("🧑\u200d\U0001faef", "🧑\u200d\U0001faef"),
        ("🐻\u200d🍕", "🐻\u200d🍕"),
        ("🏽", "🏽"),
    ],
)
async def test_what_is_set_then_saves(
    people: Everyone, bot: Bot, recorder: Recorder, typed: str, event: str
) -> None:
    """The form says which emoji it is, the hello shows it, and a message with it is saved."""
    assert is_same_emoji(read(typed), event)
    recorder.capabilities = Capabilities(find_character=find_character)
    form = await (await people.ana.types("setup")).press("Change settings")
    done = await form.fill(emoji=typed)
    assert f"save a message when someone reacts with {read(typed)}" in done.text
    assert ("custom emoji" in done.text) is is_custom(event)
    await bot.tick()
    assert f"React to a message with {read(typed)}" in recorder.texts()[0]
    await people.ben.reacts("m77", people.mei, emoji=event)
    assert "#1" in (await people.ana.types("list")).text


@pytest.mark.parametrize(
    "typed",
    [
        "two words", "💡💡", "💡🌱", "→", "∑", "A", "7", "#", "∞", "█", "🀀", "🂡", "🄰", "🇽🇽", "🇵", "::", ":a b:",
        "bulb", "<:party>", "💡\u200d", "‽", ":x" * 99, "💡 :bulb:", "🇵🇹🇵🇹",
    ],
)  # fmt: skip
async def test_what_nobody_can_choose_is_refused(people: Everyone, typed: str) -> None:
    """The form stays, with a sentence that says what to write."""
    assert read(typed) == ""
    form = await (await people.ana.types("setup")).press("Change settings")
    assert "Choose one emoji" in (await form.fill(emoji=typed)).form.errors["emoji"]


@pytest.mark.parametrize("typed", [" ", "\u200d", "\u200b", "\ufe0f"])
async def test_nothing_to_see_is_no_emoji(people: Everyone, typed: str) -> None:
    assert read(typed) == ""
    form = await (await people.ana.types("setup")).press("Change settings")
    assert "nothing to see here yet" in (await form.fill(emoji=typed)).form.errors["emoji"]
