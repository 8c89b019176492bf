"""The playground in a real browser, with the real bot and a fixed start time: what tests of the page share.

Elements are found as a person finds them, by role, label and text. Any error or warning on the page fails the test.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from adapters.playground.adapter import Playground
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import open_database
from tests.support import chromium as browsers
from tests.support.axe.axe import bring_axe

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce",
}  # fmt: skip
PATIENCE = 30_000
"""Milliseconds to wait for an element. Usually a few are enough, except on a busy machine."""

STICKS_OUT = """() => [...document.querySelectorAll("body, body *")].filter((node) => {
  const { left, right, width } = node.getBoundingClientRect();
  const seen = width > 1 && node.checkVisibility({ visibilityProperty: true });
  return seen && (node === document.body ? node.scrollWidth > innerWidth : left < -1 || right > innerWidth + 1);
}).map((node) => node.outerHTML.slice(0, 80))"""

FOCUSED = """() => {
  const { ariaLabel, textContent } = document.activeElement;
  return document.activeElement === document.body ? "nothing" : (ariaLabel ?? textContent.trim());
}"""

SHOWS_FOCUS = """() => {
  const node = document.activeElement;
  if (node === document.body) return true;
  const { top, left, bottom, right } = node.getBoundingClientRect();
  const inView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  const lined = [node, node.closest(".box")].some((each) => {
    const look = each && getComputedStyle(each);
    const outlined = look && look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    return outlined || look?.boxShadow.includes("1px");
  });
  return inView && lined;
}"""
"""Whether the focus is in view and has a line around it, unless it has left the page."""

PRIVATE = "From Ahabot, only you can see this"


@dataclass(frozen=True)
class Tab:
    """One person's tab of the playground."""

    page: Page

    def said(self, *words: str) -> Locator:
        """Return the newest message or card in the channel that contains all of these texts."""
        found = self.page.get_by_role("log", name="Messages").get_by_role("article")
        for each in words:
            found = found.filter(has_text=each)
        return found.last

    def told(self, words: str) -> Locator:
        """Return the newest private response of the bot that contains these words."""
        return self.page.get_by_role("article", name=PRIVATE).filter(has_text=words).last

    def button(self, name: str) -> Locator:
        """Return a button of the page or of the open form."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def writes(self, text: str) -> None:
        """Type a message in the channel and send it."""
        await self.page.get_by_role("textbox", name="Write, or type /aha").fill(text)
        await self.page.keyboard.press("Enter")

    async def answers(self, question: str, words: str) -> None:
        """Fill in one field of the open form, and submit it."""
        await self.page.get_by_role("dialog").get_by_role("textbox", name=question).fill(words)
        await self.button("Save").click()
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def becomes(self, name: str) -> None:
        """Change to another person with the menu at the top."""
        await self.page.get_by_role("button", name="You are").click()
        await self.page.get_by_role("menuitemradio", name=name).click()
        await expect(self.page.get_by_role("button", name=f"You are {name}")).to_be_visible()

    async def jumps(self, to: str, day: str) -> None:
        """Move the time forward with the menu at the top."""
        time = self.page.get_by_role("button", name="Jump to")
        await time.click()
        await self.page.get_by_role("menuitem", name=to).click()
        await expect(time).to_contain_text(day)

    async def sticks_out(self) -> Any:
        """Return the visible elements that extend beyond the width of the screen."""
        return await self.page.evaluate(STICKS_OUT)

    async def focused(self) -> str:
        """Return the name of what has the focus: its label, or else its text."""
        return str(await self.page.evaluate(FOCUSED))

    async def walks(self, key: str, to: Locator) -> None:
        """Press a key until an element has the focus. Fail after 90 times, and where the focus can't be seen."""
        await expect(to).to_be_visible()
        for _ in range(90):
            if await to.evaluate("node => node === document.activeElement"):
                return
            await self.page.keyboard.press(key)
            assert await self.page.evaluate(SHOWS_FOCUS), f"nobody sees the focus on {await self.focused()}"
        raise AssertionError(f"{key} does not lead there, but to {await self.focused()}")


@dataclass
class Playing:
    """An empty playground, and a browser to open it in."""

    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def forgive_refusals(self) -> None:
        """Forget what the browser says of a form that was sent empty on purpose."""
        self.complaints[:] = [each for each in self.complaints if "status of 422" not in each]

    async def tab(self, who: str, *, with_axe: bool = False, **look: Any) -> Tab:
        """Open a new tab as this person, in the team's channel."""
        context = await self.browser.new_context(**look)
        if with_axe:
            await bring_axe(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type in BAD else None)
        await page.goto(f"{self.address}/#p={who}&c=team-lantern")
        await expect(page.get_by_role("heading", name="team-lantern")).to_be_visible()
        return Tab(page)


BAD = ("error", "warning")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Start the system's browser, once for this module because starting it is slow."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(browsers.ARGUMENTS))
        yield browser
        await browser.close()
    expect.set_options(timeout=None)


@pytest_asyncio.fixture(loop_scope="module")
async def playing(browser: Browser, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Playing]:
    """Run the whole bot on an empty playground. Errors and warnings of the page fail the test."""
    shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    there = Playground.open_file(tmp_path / "chat.json", begins=MONDAY)
    with closing(open_database(f"sqlite:///{tmp_path / 'ahabot.db'}")) as database:
        async with run_bot(build_bot(database, [there], there.current_time), "127.0.0.1", 0) as port:
            opened = Playing(f"http://127.0.0.1:{port}", browser)
            yield opened
            for context in browser.contexts:
                await context.close()
    assert opened.complaints == []
