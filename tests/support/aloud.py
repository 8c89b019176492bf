"""Everything that a team is told in a day, as it is heard on each platform, and what does not sound right in it.

`python -m tests.support.aloud` prints it, one text of each kind, for reading it aloud.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text as sql

from adapters.discord.render import render_messages
from adapters.playground.render import card_to_json
from adapters.playground.text import card_plain_words
from adapters.slack.render import notification_text
from adapters.slack.text import unescape_text
from bot.core.messages import Card, Reply
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database, open_database
from storage.engine.schema import migrate_database
from tests.fakes.discord import read
from tests.support.databases import Clock
from tests.support.day_in_life import EVENTS, list_sentences
from tests.support.grown import Shape, grow
from tests.support.people import Everyone
from tests.support.recorder import Recorder

SMALL = Shape(big=200, small=6, recent=60)
WRITTEN = "https://lantern.example/plans/7?all=1"
HARD = (
    "“Measure twice”, she said: “cut once”.",
    f'He wrote "done" at {WRITTEN} and *left*',
    "# Not a heading\n- nor a list",
)
"""What people write that does not sound like their words when it is read as markup or as an address."""
WEEKS = (1, 2, 4, 7, 14, 30, 30, 90, 200)

ADDRESS = re.compile(r"https?://|www\.|\.example/")
DOUBLED = re.compile(r"[“”„\"]\s?[“„\"]|[”\"][“”\"]")
BUTTON = re.compile(r"\[[A-ZÄÖÜ][^\]]*\]")
SIGNS = re.compile(r"[●○]|→| · |[<>|]\w|\w[<>|]|&(?:amp|lt|gt);|\*\*")
ID = re.compile(r"\bU-\w+|\b[CGWem]\d+\b")
ENDS = re.compile(r"[.!?…:。！？：][”“\"’)»\u2069]*$")
TYPED = re.compile(r"\[?/aha[^.]*")
"""What one types is spelled as it is typed."""

QUOTED = re.compile(r"“[^”]*”")
"""People's own words, which end as they ended them."""

SHARED: Mapping[str, re.Pattern[str]] = {"a raw link": ADDRESS, "an id": ID}
"""What no text has on any platform, by what it is. An address that somebody wrote is shown, but not spoken."""
SPOKEN: Mapping[str, re.Pattern[str]] = {
    "doubled quotes": DOUBLED,
    "a button": BUTTON,
    "a sign or markup": SIGNS,
}
"""What a text that is made to be heard does not have either."""


def spoken_on_slack(card: Card) -> str:
    """Return the text that Slack's screen reader and notifications read."""
    return unescape_text(notification_text(card))


def read_on_discord(card: Card) -> str:
    """Return what a screen reader finds in Discord's message, without the buttons."""
    texts = (
        node["content"]
        for part in render_messages(card, _no_command)
        for node in read.nodes(part)
        if "content" in node
    )
    return "\n".join(map(read.markdown, texts))


def read_on_the_page(card: Card) -> str:
    """Return what a screen reader finds in the playground's card, without the buttons."""
    return card_plain_words(card_to_json(card, _no_command))


def _no_command(_command: Any) -> str:
    """Return what stands in a button, where nobody presses any."""
    return "x"


PLATFORMS: Mapping[str, Callable[[Card], str]] = {
    "slack": spoken_on_slack, "discord": read_on_discord, "playground": read_on_the_page,
}  # fmt: skip


def find_faults(text: str, spoken: bool) -> Iterator[str]:
    """Yield what does not sound right in a text. One that is `spoken` also has to end each line as a sentence."""
    if not text.strip():
        yield "nothing is said"
    shown = text if spoken else text.replace(WRITTEN, "")
    for name, pattern in {**SHARED, **(SPOKEN if spoken else {})}.items():
        if found := pattern.search(TYPED.sub("", shown)):
            yield f"{name}: {found[0]!r}"
    if spoken:
        lines = QUOTED.sub(lambda quote: quote[0].replace("\n", " "), text).splitlines()
        yield from (f"no end: {line!r}" for line in lines if not ENDS.search(line))


async def live_day(database: Database, language: str = "en") -> dict[Card, str]:
    """Live a day in the life of a team and the weeks after, and return each card with what it came after."""
    clock, recorder, told = Clock(), Recorder(), dict[Card, str]()
    bot = build_bot(database, [recorder], clock)
    bot.patience, recorder.bot = 300, bot
    people = Everyone(bot)
    for each in (people.ana, people.ben, people.mei, people.noor):
        each.origin = replace(each.origin, locale=language)
    for number, words in enumerate(HARD):
        told |= _card_of(await people.ben.does(bot.commands.parse(words)), f"{words} {number}")
    grow(database, SMALL)
    with database.writing.begin() as connection:
        connection.execute(sql("UPDATE team SET language = :language"), {"language": language})
    for sentence in list_sentences():
        command = bot.database.read_now(sentence.build)
        told |= _card_of(await people.find_person(sentence.who).does(command, from_form=True), sentence.line)
        await _deliver(bot, recorder, told, f"the posts after {sentence.line}")
    for who, event in EVENTS:
        await people.find_person(who).does(event)
        await _deliver(bot, recorder, told, f"the posts after {type(event).__name__}")
    for days in WEEKS:
        clock.forward(hours=24 * days)
        await bot.tick()
        await _deliver(bot, recorder, told, f"{days} days later")
    return told


def _card_of(got: Any, name: str) -> dict[Card, str]:
    return {got.answer.card: name} if isinstance(got.answer, Reply) else {}


async def _deliver(bot: Bot, recorder: Recorder, told: dict[Card, str], name: str) -> None:
    await bot.fetching.fetch_all()
    await bot.delivery.deliver_all()
    for standing in recorder.standing.values():
        told.setdefault(standing.post.card, name)


async def print_all(platform: str) -> None:
    """Print each text once, under what it came after."""
    with (
        TemporaryDirectory() as folder,
        closing(open_database(f"sqlite:///{Path(folder) / 'aloud.db'}")) as database,
    ):
        migrate_database(database)
        told = await live_day(database)
    said: dict[str, str] = {}
    for card, name in told.items():
        said.setdefault(PLATFORMS[platform](card), name)
    for text, name in said.items():
        print(f"--- {name}\n{text}\n")


if __name__ == "__main__":
    asyncio.run(print_all(sys.argv[1] if len(sys.argv) > 1 else "slack"))
