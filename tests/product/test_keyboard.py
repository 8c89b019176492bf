"""The whole dialogue on the playground's page with the keyboard alone: no mouse, no touch.

The focus can be seen at each step, nothing traps it, and it's where one expects it: in a form that opened, back at the
button when it closed, at the answer to what one did. A screen reader is told each message and answer once.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.support.playing import PRIVATE, Playing, Tab, browser, playing

__all__ = ["browser", "playing"]

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),  # a browser, on a busy machine
]

WATCH = """() => {
  window.pointed = 0;
  window.announced = [];
  for (const kind of ["pointerdown", "mousedown", "touchstart"]) addEventListener(kind, () => window.pointed++, true);
  new MutationObserver((changes) => changes.forEach(({ addedNodes }) =>
    addedNodes.forEach(({ textContent }) => window.announced.push(textContent))))
    .observe(document.getElementById("announcer"), { childList: true });
}"""
"""From now on, note whether the mouse was used and what a screen reader was told."""

BACKGROUND = "getComputedStyle(document.body).backgroundColor"


async def test_the_whole_dialogue(playing: Playing) -> None:
    """From an empty channel to the recap."""
    ana = await playing.tab("ana")
    await ana.page.evaluate(WATCH)
    await _begin(ana)
    await _by_name(ana)
    await _by_menu(ana)
    await _a_question(ana)
    await _as_ben(ana)
    await _find(ana)
    await _a_recap(ana)
    assert await ana.page.evaluate("window.pointed") == 0
    announced = await _announced(ana)
    assert any("Hello, I'm Ahabot" in each for each in announced)
    assert len(announced) == len(set(announced))
    playing.forgive_refusals()


async def _begin(ana: Tab) -> None:
    """Skip to the box, and go back to the button in the empty channel."""
    await ana.page.keyboard.press("Tab")
    assert await ana.focused() == "Skip to the message box"
    await ana.page.keyboard.press("Enter")
    await expect(_box(ana)).to_be_focused()
    await ana.walks("Shift+Tab", ana.button("Invite Ahabot"))
    await ana.page.keyboard.press("Enter")
    await expect(_card(ana, "Hello, I'm Ahabot")).to_be_visible()
    assert await ana.focused() != "nothing"


async def _by_name(ana: Tab) -> None:
    """Take the name from the suggestions, and save something by it. Whoever writes goes on writing."""
    await ana.walks("Tab", _box(ana))
    await ana.page.keyboard.type("@a")
    await expect(ana.page.get_by_role("option", name="@Ahabot")).to_be_visible()
    await ana.page.keyboard.press("ArrowDown")
    await ana.page.keyboard.press("Enter")
    await expect(_box(ana)).to_have_value("@Ahabot ")
    await ana.page.keyboard.type("We used to cache tokens, now we sign them.\n")
    answer = ana.told("Saved as #1")
    await expect(answer).to_be_visible()
    await expect(_box(ana)).to_be_focused()
    assert len([each for each in await _announced(ana) if "Saved as #1" in each]) == 1


async def _by_menu(ana: Tab) -> None:
    """Save a message with its menu. The answer gets the focus, and isn't told a second time."""
    await ana.page.keyboard.type("It is fast because nobody logs in twice.\n")
    said = ana.said("nobody logs in twice")
    await expect(said).to_be_visible()
    await expect(_box(ana)).to_have_value("")
    await ana.page.keyboard.press("ArrowUp")
    await expect(said).to_be_focused()
    await ana.walks("Tab", said.get_by_role("button", name="More for this message"))
    await ana.page.keyboard.press("Enter")
    await _chooses(ana, "Save as aha")
    answer = ana.told("Saved as #2")
    await expect(answer).to_be_focused()
    assert not [each for each in await _announced(ana) if "Saved as #2" in each]
    await ana.walks("Tab", answer.get_by_role("button", name="Dismiss"))
    await ana.page.keyboard.press("Enter")
    await expect(answer).to_have_count(0)
    assert await ana.focused() != "nothing"


async def _a_question(ana: Tab) -> None:
    """Turn questions on, move to the day, open the form, leave it, open it again and send it."""
    hello = _card(ana, "Hello, I'm Ahabot")
    await _goes_up_to(ana, hello)
    await ana.walks("Tab", hello.get_by_role("button", name="Turn on questions"))
    await ana.page.keyboard.press("Enter")
    await expect(ana.told("Questions are on.")).to_be_focused()
    await _jumps(ana, "Tuesday 10:00", "Tue 17 Mar")
    question = _card(ana, "A question for us")
    await expect(question).to_be_visible()
    await ana.walks("Tab", _box(ana))
    await _goes_up_to(ana, question)
    button = question.get_by_role("button", name="Answer")
    await ana.walks("Tab", button)
    await ana.page.keyboard.press("Enter")
    words = ana.page.get_by_role("dialog").get_by_role("textbox", name="Your answer")
    await expect(words).to_be_focused()
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)
    await expect(button).to_be_focused()
    await ana.page.keyboard.press("Enter")
    await expect(words).to_be_focused()
    await ana.walks("Tab", ana.button("Save"))
    await ana.page.keyboard.press("Enter")
    await expect(words).to_be_focused()
    await expect(words).to_have_accessible_description(re.compile("Please fill this in."))
    await ana.page.keyboard.type("That nobody reads the second page.")
    await ana.walks("Tab", ana.button("Save"))
    await ana.page.keyboard.press("Enter")
    await expect(question).to_contain_text("That nobody reads the second page.")
    assert await ana.focused() != "nothing"


async def _as_ben(ana: Tab) -> None:
    """Switch to Ben with the menu, and add his version."""
    you = ana.page.get_by_role("button", name="You are")
    await ana.walks("Shift+Tab", you)
    await ana.page.keyboard.press("Enter")
    await _chooses(ana, "Ben", role="menuitemradio")
    await expect(ana.page.get_by_role("button", name="You are Ben")).to_be_focused()
    await ana.page.keyboard.press("/")
    await ana.page.keyboard.type("/aha version 1\n")
    words = ana.page.get_by_role("dialog").get_by_role("textbox", name="How did you get there?")
    await expect(words).to_be_focused()
    await ana.page.keyboard.type("For me it was the silence after the demo.")
    await ana.walks("Tab", ana.button("Save"))
    await ana.page.keyboard.press("Enter")
    await expect(ana.told("Your version of #1")).to_be_focused()


async def _find(ana: Tab) -> None:
    """Search, and show what was found."""
    await ana.page.keyboard.press("/")
    await ana.page.keyboard.type("/aha find tokens\n")
    found = ana.told("now we sign them").get_by_role("button", name="Show").first
    await expect(found).to_be_visible()
    await ana.page.keyboard.press("ArrowUp")
    await ana.walks("Tab", found)
    await expect(found).to_have_accessible_description(re.compile("#1"))
    await ana.page.keyboard.press("Enter")
    await expect(ana.told("Aha #1").last).to_be_focused()


async def _a_recap(ana: Tab) -> None:
    """Move to Friday, and read the recap with its picture's description."""
    await _jumps(ana, "Friday 16:00", "Fri 20 Mar")
    recap = _card(ana, "The week to 20 March")
    await expect(recap).to_be_visible()
    await ana.walks("Tab", _box(ana))
    await _goes_up_to(ana, recap)
    await expect(recap).to_have_accessible_description(re.compile("We used to cache tokens"))
    told = recap.get_by_text("What the picture shows")
    await ana.walks("Tab", told)
    await ana.page.keyboard.press("Enter")
    await expect(recap.get_by_text("Last week, highlighted")).to_be_visible()


async def test_in_the_dark(playing: Playing) -> None:
    """The menu, a form closed by accident and a capture work by keyboard, with the dark colour scheme."""
    ana = await playing.tab("ana", color_scheme="dark")
    red, green, blue = map(int, re.findall(r"\d+", str(await ana.page.evaluate(BACKGROUND)))[:3])
    assert red + green + blue < 150
    keyboard = ana.page.keyboard
    await keyboard.press("/")
    await keyboard.type("/aha\n")
    await expect(ana.told("What would you like to do?")).to_be_visible()
    entry = ana.told("What would you like to do?").get_by_role("button", name="Log an aha")
    await ana.walks("Shift+Tab", entry)
    await keyboard.press("Enter")
    words = ana.page.get_by_role("textbox", name="What did you notice or finally understand?")
    await expect(words).to_be_focused()
    await keyboard.type("Two signatures.")
    await keyboard.press("Escape")
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)
    await ana.walks("Tab", ana.button("Open it again"))
    await keyboard.press("Enter")
    await expect(words).to_have_value("Two signatures.")
    await ana.walks("Tab", ana.button("Save"))
    await keyboard.press("Enter")
    await expect(ana.told("Saved as #1")).to_be_visible()
    await keyboard.press("Alt+2")
    await expect(ana.page.get_by_role("article", name=PRIVATE)).to_have_count(0)


async def test_a_thread(playing: Playing) -> None:
    """A thread opens at its box, and Escape leads back to the message. Suggestions don't hold the focus."""
    ana = await playing.tab("ana")
    await ana.page.keyboard.press("/")
    await ana.page.keyboard.type("We signed each one twice.\n")
    said = ana.said("We signed each one twice.")
    await expect(said).to_be_visible()
    await expect(_box(ana)).to_have_value("")
    await ana.page.keyboard.press("ArrowUp")
    reply = said.get_by_role("button", name="Reply in a thread")
    await ana.walks("Tab", reply)
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.get_by_role("textbox", name="Reply in this thread")).to_be_focused()
    await ana.page.keyboard.press("Escape")
    await expect(said.get_by_role("button", name="Reply in a thread")).to_be_focused()
    await ana.walks("Tab", _box(ana))
    await ana.page.keyboard.type("/aha ")
    await expect(ana.page.get_by_role("listbox")).to_be_visible()
    await ana.page.keyboard.press("Shift+Tab")
    await expect(ana.page.get_by_role("listbox")).to_have_count(0)
    assert await ana.focused() != "nothing"


def _box(ana: Tab) -> Locator:
    return ana.page.get_by_role("textbox", name="Write, or type /aha")


def _card(ana: Tab, words: str) -> Locator:
    """Return the newest card of the bot with these words that everyone sees."""
    return ana.page.get_by_role("article", name=re.compile("^Ahabot, ")).filter(has_text=words).last


async def _announced(ana: Tab) -> Any:
    return await ana.page.evaluate("window.announced")


async def _goes_up_to(ana: Tab, message: Locator) -> None:
    """Go from message to message with the arrow, from the box or from any message."""
    await ana.walks("ArrowUp", message)


async def _chooses(ana: Tab, entry: str, role: Any = "menuitem") -> None:
    """Go through the open menu with the arrow, and choose an entry."""
    item = ana.page.get_by_role("menu").get_by_role(role, name=entry)
    await ana.walks("ArrowDown", item)
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.get_by_role("menu")).to_have_count(0)


async def _jumps(ana: Tab, to: str, day: str) -> None:
    """Move the time with its menu, and keep the focus there."""
    time = ana.page.get_by_role("button", name="Jump to")
    await ana.walks("Shift+Tab", time)
    await ana.page.keyboard.press("Enter")
    await _chooses(ana, to)
    await expect(time).to_contain_text(day)
    await expect(time).to_be_focused()
