"""The program that takes the screenshots in docs/pictures anew, with Chromium.

The screenshots show the demo's team in a fixed week, in a temporary folder. The same story on
the same days gives the same pictures, so only a change of the look changes them. Run by `make
pictures`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from adapters.playground.adapter import Playground
from adapters.playground.chat import disk
from adapters.playground.demo import story
from adapters.playground.text import card_plain_words
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import open_database
from storage.engine.schema import migrate_database
from tests.support import chromium

FOLDER = Path("docs/pictures")
TODAY = datetime(2026, 3, 19, 18, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 16, 5, tzinfo=UTC)
RECAP = ("The week to 20 March", "For next week")
TWO_VERSIONS = ("Aha #", "A cache does not only make a page fast.")

WIDTH, HEIGHT, SCALE = 600, 2400, 2
"""The page's size in CSS pixels, and its scale.

It is as narrow as a picture in a README, high enough for a recap, and sharp on high-density
screens.
"""

BOOK_HEIGHT = 900
"""The height of a picture of a book, which is a page of any length."""

Scheme = Literal["light", "dark"]

COLOURS = 256
"""Colours of a picture. They are enough for a page of text, and save three quarters of the bytes."""


QUARTER_END = datetime(2026, 3, 27, 16, 5, tzinfo=UTC)
HARVEST = ("Our quarter: January to March", "What we found")
BREAKTHROUGH = ("How we got here", "The lantern was never wrong")
TRIED = ("Experiment #", "Swapping the nine")
WHYS = ("Why? · Experiment", "With ")
MISSION = ("Our mission", "How we serve them best")
GOAL = ("Supporting goal #", "On pace, off mission")
FOCUS_CHECK = ("Focus check", "Where our time really went")
DOOR = ("Chance #", "I might be able to help")
REFUSAL = ("Declined #", "Why we said no")
BEFORE_WE_KNEW = ("Experiment #", "What we expected")
UNDER_WAY = ("Experiment #", "hidden until there's a result")
SAID = ("A retro question", "One next step")
OPENED = ("A retro question", "What came of it?")
LOOKED_BACK = ("Aha #", "I should have asked what a roof does.")
TOLD_AGAIN = ("Aha #", "He had already found the nail.")
PATIENCE = 300_000
"""Milliseconds that the page may take for anything, however slow the machine is."""
DRAW_WITHIN = 300.0
"""Seconds that a recap waits for its picture: here none goes without, however slow the machine is."""
YEAR_AGO = ("The week to 20 March", "A year ago:")
NEW_GOAL = "/aha goal new"


@asynccontextmanager
async def run_demo(folder: Path) -> AsyncIterator[tuple[Playground, str]]:
    """Run the demo up to a Friday afternoon, and yield its playground and address."""
    playground = Playground.open_file(folder / "chat.json", begins=story.story_start(TODAY))
    with closing(open_database(f"sqlite:///{folder / 'ahabot.db'}")) as database:
        migrate_database(database)
        bot = build_bot(database, [playground], playground.current_time)
        bot.drawer.within = DRAW_WITHIN
        async with run_bot(bot, "127.0.0.1", 0) as port:
            await story.play_story(playground, TODAY)
            await playground.jump_to(FRIDAY)
            yield playground, f"http://127.0.0.1:{port}/#p=noor&c={story.HOME}"


@asynccontextmanager
async def open_page(
    browser: Browser, scheme: Scheme = "light", height: int = HEIGHT, **more: Any
) -> AsyncIterator[Page]:
    """Open a page of the pictures' size, in which a screenshot may have a style of its own."""
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": height}, device_scale_factor=SCALE, color_scheme=scheme,
        bypass_csp=True,  # otherwise the page's CSP rejects the screenshot's style
        **more,
    )  # fmt: skip
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    await context.close()


async def take_screenshot(
    browser: Browser, address: str, name: str, scheme: Scheme, title: str, words: str
) -> None:
    """Save a picture of the newest card that contains this title and these words."""
    async with open_page(browser, scheme) as page:
        await page.goto(address)
        cards = page.get_by_role("article")
        card = cards.filter(has_text=title).filter(has_text=words).last
        await expect(card, f"{name}: no card has {title!r} and {words!r}").to_be_visible(timeout=PATIENCE)
        await _wait_for_images(card)
        shot = await card.locator(".body").screenshot(style="details { display: none }")
        _save_picture(FOLDER / f"{name}.png", shot)


async def take_line_screenshot(browser: Browser, address: str, name: str, title: str, words: str) -> None:
    """Save a picture of one line of the newest card with this title: the line that begins with these words."""
    async with open_page(browser) as page:
        await page.goto(address)
        card = page.get_by_role("article").filter(has_text=title).filter(has_text=words).last
        line = card.get_by_text(words).last.locator("xpath=..")
        await expect(line, f"{name}: no line has {words!r}").to_be_visible(timeout=PATIENCE)
        _save_picture(FOLDER / f"{name}.png", await line.screenshot())


async def take_form_screenshot(browser: Browser, address: str, name: str, typed: str) -> None:
    """Save a picture of the form that a command brings."""
    async with open_page(browser, reduced_motion="reduce") as page:
        await page.goto(address)
        await page.get_by_role("textbox", name="Write, or type /aha").fill(typed)
        await page.keyboard.press("Enter")
        form = page.get_by_role("dialog")
        await expect(form).to_be_visible(timeout=PATIENCE)
        _save_picture(FOLDER / f"{name}.png", await form.screenshot())


async def take_book_screenshots(browser: Browser, playground: Playground) -> None:
    """Save pictures of the top of Ana's book, light and dark."""
    found = [each.file for each in playground.chat.world.messages.values() if each.file]
    page_of_book = disk.read_file(playground.chat.world.path, found[-1]["name"])
    assert page_of_book is not None
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for scheme in schemes:
        async with open_page(browser, scheme, BOOK_HEIGHT) as page:
            await page.set_content(page_of_book.decode())
            await page.get_by_role("heading", level=2).last.evaluate("each => each.scrollIntoView()")
            _save_picture(FOLDER / f"book-{scheme}.png", await page.screenshot())


def thread_address(playground: Playground, *words: str) -> str:
    """Return the URL part that opens the thread of the card with these words."""
    said = (
        (each.id, card_plain_words(each.card))
        for each in playground.chat.world.messages.values()
        if each.card
    )
    found = next(message for message, text in said if all(word in text for word in words))
    return f"&t={found}&m={found}"


async def take_memory_screenshots(browser: Browser, address: str) -> None:
    """Save pictures of a recap's line of a year ago, of a look-back, and of a moment that was told again."""
    await take_line_screenshot(browser, address, "year-ago", *YEAR_AGO)
    await take_screenshot(browser, address, "look-back", "light", *LOOKED_BACK)
    await take_screenshot(browser, address, "told-again", "light", *TOLD_AGAIN)


async def _wait_for_images(card: Locator) -> None:
    """Wait until the card's images are decoded."""
    for picture in await card.get_by_role("img").all():
        await picture.evaluate("node => node.decode()")


def _save_picture(path: Path, png: bytes) -> None:
    image = Image.open(BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {image.width} × {image.height}, {path.stat().st_size // 1024} KB")


async def main() -> None:
    """Take all screenshots."""
    with TemporaryDirectory() as folder:
        async with run_demo(Path(folder)) as (playground, address), async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
            )
            await take_screenshot(browser, address, "recap-light", "light", *RECAP)
            await take_screenshot(browser, address, "recap-dark", "dark", *RECAP)
            await take_screenshot(browser, address, "capture", "light", *TWO_VERSIONS)
            await take_screenshot(browser, address, "breakthrough", "light", *BREAKTHROUGH)
            await take_screenshot(
                browser, address + thread_address(playground, *TRIED), "ladder", "light", *WHYS
            )
            await take_screenshot(browser, address, "mission", "light", *MISSION)
            await take_form_screenshot(browser, address, "goal-form", NEW_GOAL)
            await take_screenshot(browser, address, "goal", "light", *GOAL)
            await take_screenshot(browser, address, "focus-check", "light", *FOCUS_CHECK)
            await take_screenshot(browser, address, "door", "light", *DOOR)
            await take_screenshot(browser, address, "no", "light", *REFUSAL)
            await take_book_screenshots(browser, playground)
            await take_screenshot(browser, address, "before-we-knew", "light", *BEFORE_WE_KNEW)
            await take_screenshot(browser, address, "under-way", "light", *UNDER_WAY)
            await take_screenshot(browser, address, "next-step", "light", *SAID)
            await take_screenshot(browser, address, "next-step-asked", "light", *OPENED)
            await take_memory_screenshots(browser, address)
            await playground.jump_to(QUARTER_END)
            await take_screenshot(browser, address, "harvest", "light", *HARVEST)
            await browser.close()


if __name__ == "__main__":
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main())
