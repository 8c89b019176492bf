"""The product's main use on the playground's page, with a real browser, the real bot and a fixed start time.

Elements are found as a person finds them, by role, label and text. Any error or warning on the page fails the test.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from adapters.playground.adapter import Playground
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import open_database
from tests.support import chromium as browsers

pytestmark = pytest.mark.asyncio(loop_scope="module")

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
PHONE = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce",
}  # fmt: skip
PATIENCE = 10_000
"""Milliseconds to wait for an element. Usually a few are enough, except on a busy machine."""

STICKS_OUT = """() => [...document.querySelectorAll("body, body *")].filter((node) => {
  const { left, right, width } = node.getBoundingClientRect();
  const seen = width > 1 && node.checkVisibility({ visibilityProperty: true });
  return seen && (node === document.body ? node.scrollWidth > innerWidth : left < -1 || right > innerWidth + 1);
}).map((node) => node.outerHTML.slice(0, 80))"""

AHA = "We used to cache tokens, now we sign them."
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


@dataclass
class Playing:
    """An empty playground, and a browser to open it in."""

    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    async def tab(self, who: str, **look: Any) -> Tab:
        """Open a new tab as this person, in the team's channel."""
        page = await (await self.browser.new_context(**look)).new_page()
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


async def test_the_main_job(playing: Playing) -> None:
    """Two people in two tabs: from an empty channel to Friday's recap with its picture."""
    ana, ben = await asyncio.gather(playing.tab("ana"), playing.tab("ben"))
    await ana.button("Invite Ahabot").click()
    await expect(ben.said("Hello, I'm Ahabot")).to_be_visible()
    await ana.writes(f"/aha {AHA}")
    await expect(ana.told("Saved as #1")).to_contain_text("Were others there?")
    await expect(ben.said("Aha #1", AHA)).to_be_visible()
    await expect(ben.page.get_by_role("article", name=PRIVATE)).to_have_count(0)
    await _versions(ana, ben)
    await _a_question(ana, ben)
    await _an_emoji(ana, ben)
    await _friday(ana, ben)


async def _versions(ana: Tab, ben: Tab) -> None:
    """Check that Ben's version is hidden until Mei, in the same tab, adds hers."""
    await ben.said("Aha #1").get_by_role("button", name="Add my version").click()
    await ben.answers("How did you get there?", "For me it was the silence after the demo.")
    await expect(ben.told("Your version of #1")).to_be_visible()
    card = ana.said("Aha #1")
    await expect(card).to_contain_text(
        "Ben added a version. It opens when a second one comes in, or after two days."
    )
    await expect(card).not_to_contain_text("silence")
    await ben.becomes("Mei")
    await expect(ben.page.get_by_role("article", name=PRIVATE)).to_have_count(0)
    await ben.said("Aha #1").get_by_role("button", name="Add my version").click()
    await ben.answers("How did you get there?", "The customer's own spreadsheet.")
    await expect(card).to_contain_text("For me it was the silence after the demo.")
    await expect(card).to_contain_text("The customer's own spreadsheet.")


async def _a_question(ana: Tab, mei: Tab) -> None:
    """Check a question that Ana schedules, asked on Tuesday, answered by Mei in its thread and by Ana with its form."""
    await ana.said("Hello, I'm Ahabot").get_by_role("button", name="Turn on questions").click()
    await expect(ana.told("Questions are on. Question: Tuesday 17 March, 10:00.")).to_be_visible()
    await ana.jumps("Tuesday 10:00", "Tue 17 Mar")
    asked = mei.said("A question for us")
    await asked.hover()
    await asked.get_by_role("button", name="Reply in a thread").click()
    await mei.page.get_by_role("textbox", name="Reply in this thread").fill("The import, again.")
    await mei.page.keyboard.press("Enter")
    await expect(mei.page.get_by_role("log", name="Replies")).to_contain_text("The import, again.")
    await mei.button("Close the thread").click()
    question = ana.said("A question for us")
    await expect(question).to_contain_text("1 answered")
    await expect(question.get_by_role("button", name="1 reply")).to_be_visible()
    await question.get_by_role("button", name="Answer").click()
    await ana.answers("Your answer", "That nobody reads the second page.")
    answered = mei.said("A question for us", "That nobody reads the second page.")
    await expect(answered).to_contain_text("2 answered")


async def _an_emoji(ana: Tab, mei: Tab) -> None:
    """Check that Ana's 💡 saves Mei's message, and that Mei is told in private and presses *Fine*."""
    await mei.writes("It is fast because nobody logs in twice.")
    said = ana.said("nobody logs in twice")
    await said.hover()
    await said.get_by_role("button", name="React with 💡").click()
    await expect(said.get_by_role("button", name="bulb, by Ana, Ahabot")).to_be_visible()
    await mei.page.get_by_role("link", name="Ahabot something new").click()
    note = mei.said("Ana saved what you wrote")
    await expect(note).to_contain_text("nobody logs in twice")
    await note.get_by_role("button", name="Fine").click()
    await expect(note).to_contain_text("It stays.")
    await expect(note.get_by_role("button", name="Remove it")).to_have_count(0)
    await mei.page.get_by_role("link", name="team-lantern").click()


async def _friday(ana: Tab, mei: Tab) -> None:
    """Check that time moves for both people, and that Friday's recap loads its picture."""
    await ana.jumps("Friday 16:00", "Fri 20 Mar")
    recap = mei.said("The week to 20 March", AHA, "nobody logs in twice")
    await expect(recap).to_contain_text("For me it was the silence after the demo.")
    await expect(recap).to_contain_text("Three people took part.")
    picture = recap.get_by_role("img", name="Moments saved each week")
    told = re.compile(r"weeks to 20 March 2026\. .*Last week, highlighted: no experiments, 2 ahas")
    await expect(picture).to_have_attribute("alt", told)
    await expect(picture).to_have_js_property("naturalWidth", 960)
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_be_in_viewport()


async def test_by_keyboard_in_the_dark(playing: Playing) -> None:
    """The menu, a form closed by accident and a capture work by keyboard, with the dark colour scheme."""
    ana = await playing.tab("ana", color_scheme="dark")
    red, green, blue = map(int, re.findall(r"\d+", str(await ana.page.evaluate(BACKGROUND)))[:3])
    assert red + green + blue < 150
    keyboard = ana.page.keyboard
    await keyboard.press("/")
    await keyboard.type("/aha\n")
    await expect(ana.told("What would you like to do?")).to_be_visible()
    entry = ana.told("What would you like to do?").get_by_role("button", name="Log an aha")
    await _walk(ana, "Shift+Tab", entry)
    await keyboard.press("Enter")
    words = ana.page.get_by_role("textbox", name="What did you notice or finally understand?")
    await expect(words).to_be_focused()
    await keyboard.type("Two signatures.")
    await keyboard.press("Escape")
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)
    await _walk(ana, "Tab", ana.button("Open it again"))
    await keyboard.press("Enter")
    await expect(words).to_have_value("Two signatures.")
    await _walk(ana, "Tab", ana.button("Save"))
    await keyboard.press("Enter")
    await expect(ana.told("Saved as #1")).to_be_visible()
    await keyboard.press("Alt+2")
    await expect(ana.page.get_by_role("article", name=PRIVATE)).to_have_count(0)


BACKGROUND = "getComputedStyle(document.body).backgroundColor"


async def _walk(tab: Tab, key: str, to: Locator) -> None:
    """Press a key until an element has the focus. Fail after 30 times."""
    for _ in range(30):
        if await to.evaluate("node => node === document.activeElement"):
            return
        await tab.page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead there")


async def test_on_a_phone(playing: Playing) -> None:
    """The main use works by touch on a phone, and no element extends beyond the screen's width."""
    ana = await playing.tab("ana", **PHONE)
    await ana.button("Invite Ahabot").tap()
    await expect(ana.said("Hello, I'm Ahabot")).to_be_visible()
    assert await ana.sticks_out() == []
    await ana.button("💡 Log an aha").tap()
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    assert await ana.sticks_out() == []
    await ana.answers("What did you notice or finally understand?", AHA)
    await expect(ana.said("Aha #1", AHA)).to_be_visible()
    await ana.becomes("Ben")
    await ana.said("Aha #1").get_by_role("button", name="Add my version").tap()
    await ana.answers("How did you get there?", "For me it was the silence after the demo.")
    await expect(ana.said("Aha #1")).to_contain_text("Ben added a version")
    await ana.button("Channels and people").tap()
    await expect(ana.page.get_by_role("link", name="random")).to_be_in_viewport()
    assert await ana.sticks_out() == []
    await ana.page.get_by_role("link", name="team-lantern", exact=True).tap()
    await ana.jumps("Friday 16:00", "Fri 20 Mar")
    recap = ana.said("The week to 20 March", AHA)
    await expect(recap.get_by_role("img", name="Moments saved each week")).to_have_js_property(
        "naturalWidth", 960
    )
    assert await ana.sticks_out() == []
