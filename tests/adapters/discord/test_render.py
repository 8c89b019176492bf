"""Tests of cards as Discord components: within every limit for any text, and complete."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings, strategies
from PIL import Image

from adapters.discord import custom_ids, render
from adapters.discord.render import Json
from adapters.discord.text import unescape_text
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Picture,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Title,
)
from bot.core.params import ENCODED_LIMIT
from tests.fakes.discord.checks import limits, schema

MESSAGES = "/channels/{channel_id}/messages"
WORDS = strategies.text(strategies.characters(codec="utf-8", exclude_characters="\0"), max_size=4_000)


def encode(command: Any) -> str:
    return f"press:{command}"


def problems(components: Sequence[Json], files: dict[str, bytes] | None = None) -> list[str]:
    """Return what Discord would reject in a message of these components."""
    attachments = [{"id": number, "filename": name} for number, name in enumerate(files or ())]
    body = {
        "flags": render.COMPONENTS_V2,
        "components": list(components),
        "allowed_mentions": {"parse": []},
        **({"attachments": attachments} if files else {}),
    }
    described = {**body, "attachments": [{**each, "id": str(each["id"])} for each in attachments]}
    return [*limits.of_message(body, files), *schema.of_request("POST", MESSAGES, described)]


def nodes(components: Any) -> list[Json]:
    """Return every component, in reading order."""
    found: list[Json] = []
    for each in components:
        found += [
            each,
            *nodes(each.get("components", ())),
            *nodes([each["accessory"]] if "accessory" in each else []),
        ]
    return found


def texts(components: Any) -> list[str]:
    return [each["content"] for each in nodes(components) if each["type"] == render.DISPLAY]


def pressable(components: Any) -> dict[str, str]:
    """Return the command of each button and each entry of a menu, by its label."""
    found: dict[str, str] = {}
    for each in nodes(components):
        if each["type"] == render.BUTTON:
            found[each["label"]] = custom_ids.read_custom_id(each["custom_id"]).command
        for option in each.get("options", ()):
            found[option["label"]] = custom_ids.read_custom_id(option["value"]).command
    return found


def rows(components: Any) -> list[list[str]]:
    """Return the labels in each row of buttons."""
    found = [each["components"] for each in nodes(components) if each["type"] == render.ROW]
    return [[each["label"] for each in row] for row in found if row[0]["type"] == render.BUTTON]


def crowded(quotes: list[str], labels: list[str]) -> Card:
    """Return a card with these texts in every possible place."""
    buttons = tuple(Button(label or "Go", str(number)) for number, label in enumerate(labels))
    blocks: list[Block] = [Title("Aha #1"), *(Quote(words, by=words[:40]) for words in quotes)]
    blocks += [Quote(words, button=Button("Show", words[:20])) for words in quotes]
    blocks += [Text((words, Strong(words))) for words in quotes]
    blocks += [Entry(words, (words,), Button("Show", words[:20])) for words in quotes]
    blocks += [Section("A list"), *(Entry(words, (words, Strong(words))) for words in quotes)]
    blocks += [
        block for words in quotes for block in (Small((words,)), Section(words[:100]), Title(words[:150]))
    ]
    return Card(tuple(blocks), buttons, buttons)


@settings(deadline=None, max_examples=10)
@given(strategies.lists(WORDS, max_size=3), strategies.lists(WORDS, max_size=12))
def test_any_words_fit(quotes: list[str], labels: list[str]) -> None:
    """Each private message and the public one are valid, whatever text the card holds."""
    card = crowded(quotes, labels)
    for components in (
        *render.render_messages(card, encode, str(2**64 - 1)),
        render.render_message(card, encode, key="recap:1"),
    ):
        assert problems(components) == []


@settings(deadline=None, max_examples=60)
@given(WORDS)
def test_nothing_of_a_quote_is_lost(words: str) -> None:
    """Every character is shown, at any length."""
    card = Card((Title("Aha #1"), Quote(words * 6, by="Ana")))
    parts = render.render_messages(card, encode)
    assert letters(words * 6) in letters(told(parts)) or not words.strip()


def told(parts: Sequence[Sequence[Json]]) -> str:
    """Return the text that people read in messages."""
    shown = "\n".join(texts(part for each in parts for part in each))
    return unescape_text(re.sub(r"(?m)^> (?:### )?", "", shown))


def letters(words: str) -> str:
    """Return a text without spaces and line breaks."""
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize(
    "words", ["word " * 8_000, "*" * 40_000, "💡" * 20_000, "\n*" * 20_000, "x" * 40_000]
)
def test_forty_thousand_characters_come_back(words: str) -> None:
    """They come back in several messages, because one holds about four thousand."""
    parts = render.render_messages(Card((Text(("Too late.",)), Quote(words))), encode)
    assert [problem for each in parts for problem in problems(each)] == []
    assert letters(told(parts)).endswith(letters(words))


def test_words_are_the_largest() -> None:
    """The main text is a heading under a small title. Long texts and answers are plain."""
    card = Card(
        (Title("Aha #42"), Quote("We sign\\ them"), Section("How"), Quote("Ana's", by="Ana"), Title("Alone"))
    )
    (message,) = render.render_messages(card, encode)
    expected = ["-# **Aha \\#42**", "> ### We sign\\\\ them", "**How**", "-# **Ana**\n> Ana's", "### Alone"]
    assert texts(message) == [each.replace("\\#", "#") for each in expected]
    for words in ("long " * 50, "two\nlines", "we use C#"):
        (message,) = render.render_messages(Card((Title("Aha #42"), Quote(words))), encode)
        assert "###" not in texts(message)[1]


def test_words_are_never_obeyed() -> None:
    """Markup in people's text is shown, even within a line of a quote."""
    nasty = "<@1> **b** ||s||\n# big\n> [x](https://evil.example)"
    card = Card(
        (Quote(nasty, by=nasty), Text((nasty, Strong(nasty))), Small((nasty,)), Title(nasty), Section(nasty))
    )
    for text in texts(render.render_messages(card, encode)[0]):
        bare = re.sub(r"<https://evil\.example>|\\.", "", text)
        assert not re.search(r"[<|`\[]|\w\*\*\w", bare)
        assert not re.search(r"(?m)^(> )?# ", bare)


def test_a_list_is_a_list() -> None:
    """Entries have bullets, or their buttons beside them. None of them is a heading, and no markup is obeyed."""
    listed = Card(
        (Title("Open quests"), Entry("Why?\nWhy *now*?", ("Ana\nBen",)), Entry((Strong("Goal"), " · 3")))
    )
    (message,) = render.render_messages(listed, encode)
    bullets = "- Why?\n  Why \\*now\\*?\n-# Ana\n-# Ben\n- **Goal** · 3"
    assert texts(message) == ["### Open quests", bullets]
    pressed = Card(
        (Title("Open quests"), *(Entry(f"# {each}", ("Ana",), Button("Show", each)) for each in "ab"))
    )
    (message,) = render.render_messages(pressed, encode)
    assert texts(message) == ["### Open quests", "\\# a\n-# Ana", "\\# b\n-# Ana"]
    sections = [each for each in nodes(message) if each["type"] == render.SECTION]
    assert [custom_ids.read_custom_id(each["accessory"]["custom_id"]).command for each in sections] == [
        "press:a",
        "press:b",
    ]


def test_one_row_of_buttons_and_a_menu() -> None:
    """As many buttons as a phone shows in a line stay, three at most. The others are entries of a menu, as in a
    private answer. None is lost."""
    buttons = tuple(
        Button(label, "same") for label in ("High-five", "I was there", "Add my version", "Ask why")
    )
    menu = (Button("Edit", "e"), Button("Delete", "d"))
    long = (Button("Take it over from somebody else", "x"), Button("Not me", "y"))
    card = Card((Quote("words"),), buttons, menu)
    for post in (render.render_messages(card, encode)[0], render.render_message(card, encode)):
        assert problems(post) == []
        assert rows(post) == [["High-five", "I was there", "Add my version"]]
        assert [*pressable(post)] == [each.label for each in (*buttons, *menu)]
    assert rows(render.render_message(Card((), long), encode)) == [["Take it over from somebody else"]]
    many = Card((), (), tuple(Button(f"Entry {number}", str(number)) for number in range(60)))
    (message,) = render.render_messages(many, encode)
    assert problems(message) == []
    assert len(pressable(message)) == 60


def test_a_scale_stays_a_row() -> None:
    """Choices of a few letters are all buttons, in rows of the same length."""
    scale = tuple(Button(f"{number} mm", str(number)) for number in range(6))
    (message,) = render.render_messages(Card((), scale), encode)
    assert rows(message) == [["0 mm", "1 mm", "2 mm"], ["3 mm", "4 mm", "5 mm"]]


def test_buttons_and_menu() -> None:
    """Each has its own id, and none is left out."""
    buttons = tuple(Button(f"Button {number}", "same") for number in range(7))
    menu = tuple(Button(f"Entry {number}", "same") for number in range(20))
    card = Card((Quote("words", button=Button("Show", "x")),), buttons, menu)
    (message,) = render.render_messages(card, encode)
    assert problems(message) == []
    assert pressable(message) == {
        "Show": "press:x",
        **{each.label: "press:same" for each in (*buttons, *menu)},
    }
    post = render.render_message(card, encode)
    assert problems(post) == []
    assert pressable(post) == pressable(message)


def test_a_sentence_with_a_button_of_its_own() -> None:
    """It stands beside the sentence."""
    [message] = render.render_messages(Card((Text(("Recap",), Button("Pause", "go")),)), encode)
    assert problems(message) == []
    [section] = message[0]["components"]
    assert section["components"][0]["content"] == "Recap"
    assert section["accessory"]["label"] == "Pause"


def test_styles() -> None:
    """Quiet, recommended and dangerous buttons each have one look."""
    card = Card((), tuple(Button(style.value, style.value, style) for style in Style))
    (message,) = render.render_messages(card, encode)
    styles = {each["label"]: each["style"] for each in nodes(message) if each["type"] == render.BUTTON}
    assert styles == {"plain": 2, "primary": 1, "danger": 4}


def test_a_press_in_a_direct_message_says_which_server() -> None:
    """The message itself does not say it. The longest command of the core still fits."""
    command = "c" * (ENCODED_LIMIT - len(encode("")))
    card = Card((Text(("Kept.",)),), (Button("Fine", command),), (Button("Remove it", command),))
    (message,) = render.render_messages(card, encode, str(2**64 - 1))
    assert problems(message) == []
    button, menu = (row["components"][0] for row in nodes(message) if row["type"] == render.ROW)
    found = [custom_ids.read_custom_id(each) for each in (button["custom_id"], menu["options"][0]["value"])]
    assert found == [custom_ids.CustomId(encode(command), number, str(2**64 - 1)) for number in (1, 3)]


def test_a_post_that_is_too_long_says_so_and_keeps_its_buttons() -> None:
    """Whole blocks are left out, and the public buttons stay."""
    quotes = tuple(Quote(f"{number} " + "*" * 290, by="Ana") for number in range(30))
    card = Card((Title("Aha #42"), *quotes), (Button("High-five", "h"),), (Button("Edit", "e"),))
    message = render.render_message(card, encode)
    assert problems(message) == []
    assert texts(message)[-1].startswith("-# There's more than fits here.")
    assert texts(message)[:-1] == texts(render.render_messages(card, encode)[0])[: len(texts(message)) - 1]
    assert set(pressable(message)) == {"High-five", "Edit"}


def test_many_short_lines_stand_together() -> None:
    """Lines are joined in a public message with too many components, and split over private messages."""
    card = Card(tuple(Small((f"Line {number}",)) for number in range(60)))
    message = render.render_message(card, encode)
    assert problems(message) == []
    shown = "\n".join(texts(message))
    assert all(f"-# Line {number}" in shown.splitlines() for number in range(60))
    assert [problem for each in render.render_messages(card, encode) for problem in problems(each)] == []


def test_a_picture() -> None:
    """It is above the buttons, with its alternative text."""
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    picture = Picture(drawn.getvalue(), "Twelve weeks. " * 100, "recap-2026-03-16.png")
    message = render.render_message(
        Card((Title("The week"),), (Button("Answer", "a"),)), encode, picture=picture
    )
    assert problems(message, {picture.name: picture.png}) == []
    kinds = [each["type"] for each in message[0]["components"]]
    assert kinds == [render.DISPLAY, render.GALLERY, render.ROW]
    (item,) = message[0]["components"][1]["items"]
    assert item["description"].startswith("Twelve weeks.")


def test_a_posting_is_known_by_its_number() -> None:
    """It is the same for the same key, and an integer that Discord accepts."""
    (container,) = render.render_message(Card((Title("T"),)), encode, key="recap:1:2026-03-20")
    assert (
        container["id"]
        == render.container_id("recap:1:2026-03-20")
        != render.container_id("recap:2:2026-03-20")
    )
    assert all(0 < render.container_id(str(number)) < 2**31 for number in range(1_000))
    assert "id" not in render.render_message(Card((Title("T"),)), encode)[0]


@pytest.mark.parametrize(
    "card", [Card(()), Card((Quote(" \n "),)), Card((Text((" ",)), Small(("",)))), Card((Title(""),))]
)
def test_nothing_to_say_is_still_a_message(card: Card) -> None:
    """Discord accepts no empty text."""
    (message,) = render.render_messages(card, encode)
    assert problems(message) == []


def test_a_blank_between_two_parts_of_a_line() -> None:
    """It separates them, so it stays."""
    card = Card(
        (Text(("Another way to ask:", " ", Strong("What was known?"))), Small((Strong("a"), " ", "b")))
    )
    (message,) = render.render_messages(card, encode)
    assert texts(message) == ["Another way to ask: **What was known?**", "-# **a** b"]


def test_the_prominent_button_is_never_in_the_menu() -> None:
    """Where not all buttons fit a row, it comes first. Where they do, their order stays."""
    long = [
        Button("We're trying something", "a"),
        Button("Log an attempt", "b"),
        Button("Found it", "c", Style.PRIMARY),
    ]
    (message,) = render.render_messages(Card((Title("T"),), tuple(long)), encode)
    row = next(each for each in message[0]["components"] if each["type"] == render.ROW)
    assert row["components"][0]["label"] == "Found it"
    short = (Button("Fine", "a"), Button("Remove it", "b", Style.PRIMARY))
    (message,) = render.render_messages(Card((Title("T"),), short), encode)
    row = next(each for each in message[0]["components"] if each["type"] == render.ROW)
    assert [each["label"] for each in row["components"]] == ["Fine", "Remove it"]
