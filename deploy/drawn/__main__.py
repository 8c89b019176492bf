"""The program that draws a week of a team on Slack and Discord, and takes it on the playground's page.

Run by `make drawings`; `--out` names the folder, and `--only` a platform. `make pictures` runs it with `--docs`.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from playwright.async_api import Browser, async_playwright

from deploy.drawn.scene import BEGINS, live
from deploy.drawn.studio import LOOKS, DrawnDiscord, DrawnSlack, PageRoom, Photos, take_shots
from storage.engine.database import Database, open_database
from storage.engine.schema import migrate_database
from tests.fakes.discord import chat as discord_chat
from tests.fakes.slack import chat as slack_chat
from tests.support import chat, chromium
from tests.support.chat import Room
from tests.support.tongues import RoomAbroad, translate_label

DOCS = Path("docs/pictures")
SHOWN = {
    "slack": (
        "home-desktop-light", "home-desktop-dark", "aha-desktop-light", "aha-desktop-dark", "by-name-desktop-light",
        "log-form-desktop-light", "recap-phone-light",
    ),
    "discord": (
        "page-desktop-light", "page-desktop-dark", "aha-desktop-light", "aha-desktop-dark", "by-name-desktop-light",
        "log-form-desktop-light", "recap-phone-dark",
    ),
}  # fmt: skip
"""The drawings that the docs show, by platform."""
PLATFORMS = ("slack", "discord", "playground")
DRAW_WITHIN = 60.0
"""Seconds that a recap waits for its picture: here none goes without, however slow the machine is."""
PATIENCE = 60_000
"""Milliseconds that the page may take for anything, however busy the machine is."""
LOCALES = {"en": "en-US", "de": "de"}
"""The locale that people use Discord and Slack in, by language."""


async def draw_slack(database: Database, browser: Browser, given: Namespace) -> list[str]:
    """Live the week on the fake Slack and save its drawings, and return what could not be drawn."""
    async with slack_chat.opened(database, BEGINS, slack_chat.SOCKET, locale=LOCALES[given.language]) as room:
        room.bot.drawer.within = DRAW_WITHIN
        studio = DrawnSlack(room, partial(translate_label, given.language))
        await live(abroad(room, given.language), studio)
        await room.people.looks_home("Ana")
        await room.settled()
        [home] = room.slack.home.homes.values()
        await studio.shows("home", "Ana", home.id)
    await take_shots(browser, studio, given.out / "slack", given.looks)
    return studio.around.unknown


async def draw_discord(database: Database, browser: Browser, given: Namespace) -> list[str]:
    """Live the week on the fake Discord and save its drawings, and return what could not be drawn."""
    async with discord_chat.opened(database, BEGINS, locale=LOCALES[given.language]) as room:
        room.bot.drawer.within = DRAW_WITHIN
        studio = DrawnDiscord(room, partial(translate_label, given.language))
        await live(abroad(room, given.language), studio)
    await take_shots(browser, studio, given.out / "discord", given.looks)
    return studio.around.unknown


async def take_playground(database: Database, browser: Browser, given: Namespace) -> list[str]:
    """Live the week on the playground and take it."""
    patient = patch("tests.support.chromium_room.PATIENCE", PATIENCE)
    with TemporaryDirectory() as there, patient:
        async with chat.playground(database, Path(there), BEGINS, given.language) as served:
            served.settle.__self__.drawer.within = DRAW_WITHIN  # type: ignore[attr-defined]  # the bot's tick
            room = PageRoom(served, browser)
            room.word = partial(translate_label, given.language)
            await live(abroad(room, given.language), Photos(room, given.out / "playground", given.looks))
    return []


def abroad(room: Any, language: str) -> Room:
    """Return the room, with what the scene presses and looks for found in the language's catalogs."""
    return room if language == "en" else RoomAbroad(room, language)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Open Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        yield browser
        await browser.close()


async def main(given: Namespace) -> list[str]:
    """Draw all, and return what could not be drawn."""
    work = {"slack": draw_slack, "discord": draw_discord, "playground": take_playground}
    unknown: list[str] = []
    async with open_browser() as browser:
        for name in given.only:
            with (
                TemporaryDirectory() as there,
                closing(open_database(f"sqlite:///{there}/drawn.db")) as database,
            ):
                migrate_database(database)
                unknown += [f"{name}: {each}" for each in await work[name](database, browser, given)]
    return unknown


if __name__ == "__main__":
    parser = ArgumentParser(description="Draw what Ahabot sends, for looking at.")
    parser.add_argument("--out", type=Path, default=Path("build/drawn"))
    parser.add_argument("--only", choices=PLATFORMS, nargs="*", default=list(PLATFORMS))
    parser.add_argument("--looks", choices=LOOKS, nargs="*", default=list(LOOKS))
    parser.add_argument("--language", choices=LOCALES, default="en")
    parser.add_argument(
        "--docs", action="store_true", help="put the drawings that the docs show into docs/pictures"
    )
    given = parser.parse_args()
    if given.docs:
        given.only, given.looks, given.language = list(SHOWN), list(LOOKS), "en"
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    missing = asyncio.run(main(given))
    if given.docs:
        for platform, names in SHOWN.items():
            for name in names:
                copyfile(given.out / platform / f"{name}.png", DOCS / f"{platform}-{name}.png")
    sys.exit("\n".join(missing))
