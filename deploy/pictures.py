"""Takes the pictures of docs/pictures anew: the demo's team on a fixed week, in a folder of its own, seen by Chromium.

The same story on the same days gives the same pictures, so that only a change in how things look changes them.
Run by `make pictures`.
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
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, Locator, async_playwright, expect

from adapters.playground.adapter import Playground
from adapters.playground.demo import story
from adapters.playground.render import plain
from bot.runtime.process import build, running
from storage.engine.database import open_database
from storage.engine.schema import migrate
from tests.support import chromium

FOLDER = Path("docs/pictures")
TODAY = datetime(2026, 3, 19, 18, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 16, 5, tzinfo=UTC)
RECAP = ("The week of 13 March", "For the week ahead")
TWO_VERSIONS = ("Aha #", "A cache does not only make a page fast.")

WIDTH, HEIGHT, SCALE = 600, 2400, 2
"""A page as narrow as a picture in a README, and high enough for a recap; sharp on fine screens."""

Scheme = Literal["light", "dark"]

COLOURS = 256
"""Enough for a page of words, and a quarter of the bytes."""


QUARTER_S_END = datetime(2026, 3, 27, 16, 5, tzinfo=UTC)
HARVEST = ("Harvest · January to March", "Found")
BREAKTHROUGH = ("The road here", "The lantern was never wrong")
TRIED = ("Experiment #", "Swapping the nine")
LADDER = ("Why? · Experiment", "Climbed by")


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[tuple[Playground, str]]:
    """The demo's quarter up to a Friday afternoon, and its address."""
    playground = Playground.open(folder / "chat.json", begins=story.begins(TODAY))
    with closing(open_database(f"sqlite:///{folder / 'ahabot.db'}")) as database:
        migrate(database)
        async with running(build(database, [playground], playground.clock), "127.0.0.1", 0) as port:
            await story.tell(playground, TODAY)
            await playground.jump(FRIDAY)
            yield playground, f"http://127.0.0.1:{port}/#p=noor&c={story.HOME}"


async def shot(browser: Browser, address: str, name: str, scheme: Scheme, title: str, words: str) -> None:
    """A picture of the newest card in which this title and these words stand."""
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme=scheme,
        bypass_csp=True,  # or the page refuses the style of a screenshot
    )  # fmt: skip
    page = await context.new_page()
    await page.goto(address)
    cards = page.get_by_role("article")
    card = cards.filter(has_text=title).filter(has_text=words).last
    await expect(card).to_be_visible()
    await _drawn(card)
    _write(FOLDER / f"{name}.png", await card.locator(".body").screenshot(style="details { display: none }"))
    await context.close()


def thread(playground: Playground, *words: str) -> str:
    """The part of an address that opens the thread of the card with these words."""
    said = ((each.id, plain(each.card)) for each in playground.chat.world.messages.values() if each.card)
    found = next(message for message, text in said if all(word in text for word in words))
    return f"&t={found}&m={found}"


async def _drawn(card: Locator) -> None:
    """Wait until the pictures in it are there."""
    for picture in await card.get_by_role("img").all():
        await picture.evaluate("node => node.decode()")


def _write(path: Path, png: bytes) -> None:
    image = Image.open(BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {image.width} × {image.height}, {path.stat().st_size // 1024} KB")


async def main() -> None:
    """All of them."""
    with TemporaryDirectory() as folder:
        async with demo(Path(folder)) as (playground, address), async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
            )
            await shot(browser, address, "recap-light", "light", *RECAP)
            await shot(browser, address, "recap-dark", "dark", *RECAP)
            await shot(browser, address, "capture", "light", *TWO_VERSIONS)
            await shot(browser, address, "breakthrough", "light", *BREAKTHROUGH)
            await shot(browser, address + thread(playground, *TRIED), "ladder", "light", *LADDER)
            await playground.jump(QUARTER_S_END)
            await shot(browser, address, "harvest", "light", *HARVEST)
            await browser.close()


if __name__ == "__main__":
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main())
