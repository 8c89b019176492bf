"""The playground for people with a screen reader, large letters or other colours: every state of its page.

axe looks at each state on a desktop and on a phone, in the light and in the dark. At 200 % and at 400 %, nothing
overlaps, is cut off or has to be scrolled sideways.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.support.axe import axe
from tests.support.playing import PHONE, PRIVATE, Playing, Tab, browser, playing

__all__ = ["browser", "playing"]

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),  # a browser, on a busy machine
]

Check = Callable[[str], Awaitable[None]]
"""A function that looks at the page, whose state has a name."""

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
DARK = {"color_scheme": "dark"}
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": DESKTOP,
    "desktop, dark": {**DESKTOP, **DARK},
    "phone": PHONE,
    "phone, dark": {**PHONE, **DARK},
}
ZOOMED: dict[str, dict[str, Any]] = {
    "200 %": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "400 %": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
}
"""A window of 1280 pixels at these sizes."""

AHA = "We used to cache tokens, now we sign them."

HIDDEN = """() => {
  const clipped = (node, at) => {
    for (let each = node.parentElement; each; each = each.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(each);
      const { left, right, top, bottom } = each.getBoundingClientRect();
      if (overflowX + overflowY !== "visiblevisible" && (at.x < left || at.x > right || at.y < top || at.y > bottom))
        return true;
    }
    return at.x < 0 || at.y < 0 || at.x > innerWidth || at.y > innerHeight;
  };
  const inFront = document.querySelector("dialog[open], :popover-open") ?? document.body;
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const covered = [...inFront.querySelectorAll("button, a[href], input, textarea, select")].filter((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const at = { x: left + width / 2, y: top + height / 2 };
    const there = document.elementFromPoint(at.x, at.y);
    return seen(node) && width > 1 && !clipped(node, at) && there !== node && !node.contains(there)
      && !there?.contains(node) && !there?.closest(".buttons, .tools, .hints, .side, label");
  });
  const cut = [...inFront.querySelectorAll("*")].filter((node) =>
    seen(node) && node.clientWidth > 1 && node.scrollWidth > node.clientWidth + 1
    && !["visible", "auto", "scroll"].includes(getComputedStyle(node).overflowX) && !node.matches("input, select"));
  return [...covered, ...cut].map((node) => node.outerHTML.slice(0, 160));
}"""
"""What is under something else, and what is cut off at its side."""

MOVES = """() => [...document.querySelectorAll("*")].filter((node) => {
  const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(node);
  return parseFloat(transitionDuration) > 0 || animationName !== "none" || scrollBehavior === "smooth";
}).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture
def with_axe() -> bool:
    """Skip the test where axe isn't installed."""
    if not axe.SCRIPT.exists():
        pytest.skip(axe.MISSING)
    return True


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing(playing: Playing, with_axe: bool, look: str) -> None:
    """axe finds no violation in any state of the page."""
    ana = await playing.tab("ana", with_axe=with_axe, **LOOKS[look])

    async def check(state: str) -> None:
        assert await axe.find_violations(ana.page) == [], state

    await _every_state(ana, check)
    playing.forgive_refusals()


async def test_axe_would_find_something(playing: Playing, with_axe: bool) -> None:
    """A picture without its words and grey on grey are found."""
    ana = await playing.tab("ana", with_axe=with_axe)
    await ana.page.evaluate("document.getElementById('feed').append(new Image())")
    await ana.page.evaluate("document.getElementById('room-about').style.color = '#bbb'")
    rules = {each.partition(":")[0] for each in await axe.find_violations(ana.page)}
    assert rules == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("zoom", ZOOMED)
async def test_enlarged(playing: Playing, zoom: str) -> None:
    """Nothing overlaps, nothing is cut, and nothing has to be scrolled sideways."""
    ana = await playing.tab("ana", reduced_motion="reduce", **ZOOMED[zoom])

    async def check(state: str) -> None:
        assert await ana.sticks_out() == [], state
        assert await ana.page.evaluate(HIDDEN) == [], state

    await _every_state(ana, check)
    playing.forgive_refusals()


async def test_a_long_name_is_whole_on_a_phone(playing: Playing) -> None:
    """A name of forty letters takes more lines, and none of it is cut."""
    ana = await playing.tab("ana", **PHONE)
    await ana.page.evaluate("""fetch("/api/add-person", { method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name: "Wilhelmine-Charlotte Oberhausen-Lindt", zone: "Europe/Berlin" }) })""")
    await ana.becomes("Wilhelmine-Charlotte Oberhausen-Lindt")
    assert await ana.sticks_out() == []
    assert await ana.page.evaluate(HIDDEN) == []
    await ana.button("Channels and people").tap()
    await expect(ana.page.locator("#side").get_by_role("button", name="Wilhelmine")).to_be_in_viewport()
    assert await ana.page.evaluate(HIDDEN) == []


async def test_nothing_moves_for_who_wants_that(playing: Playing) -> None:
    """With reduced motion there is no transition, animation or smooth scrolling; otherwise there is some."""
    still = await playing.tab("ana", reduced_motion="reduce")
    moving = await playing.tab("ben", reduced_motion="no-preference")
    await still.button("Invite Ahabot").click()
    await expect(moving.said("Hello, I'm Ahabot")).to_be_visible()
    assert await still.page.evaluate(MOVES) == []
    assert await moving.page.evaluate(MOVES) != []


async def test_in_forced_colours(playing: Playing) -> None:
    """What elsewhere a background tells is told by a line: where one is, and where the focus is."""
    ana = await playing.tab("ana", forced_colors="active")
    here = ana.page.get_by_role("link", name="team-lantern", exact=True)
    await expect(here).to_have_css("outline-style", "solid")
    await ana.page.get_by_role("textbox", name="Write, or type /aha").focus()
    await expect(ana.page.locator("#foot .box")).to_have_css("outline-style", "solid")


async def _every_state(ana: Tab, check: Check) -> None:
    """Go through every state of the page, from an empty channel to a recap, and look at each."""
    page = ana.page
    await check("an empty channel")
    await ana.button("Invite Ahabot").click()
    await expect(ana.said("Hello, I'm Ahabot")).to_be_visible()
    await check("the first card")
    await _typing(ana, check)
    await _a_form(ana, check)
    await _answers(ana, check)
    await _menus(ana, check)
    await _card(ana).get_by_role("button", name="Reply in a thread").press("Enter")
    await expect(page.get_by_role("textbox", name="Reply in this thread")).to_be_visible()
    await check("a thread")
    await page.get_by_role("textbox", name="Reply in this thread").fill("Who knew?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Replies")).to_contain_text("Who knew?")
    await check("a reply in a thread")
    await ana.button("Close the thread").click()
    await ana.jumps("Friday 16:00", "Fri 20 Mar")
    await expect(ana.said("The week to 20 March")).to_be_visible()
    await check("a recap with its picture")
    await _direct(ana, check)


def _card(ana: Tab) -> Locator:
    """Return the card of the first aha, and none of the private answers that name it."""
    return ana.page.get_by_role("article", name=re.compile("^Ahabot, ")).filter(has_text="Aha #1").last


async def _typing(ana: Tab, check: Check) -> None:
    box = ana.page.get_by_role("textbox", name="Write, or type /aha")
    for written in ("/aha ", "Ask @"):
        await box.fill(written)
        await expect(ana.page.get_by_role("listbox")).to_be_visible()
        await ana.page.keyboard.press("ArrowDown")
        await check(f"suggestions after {written}")
    await box.fill("")


async def _a_form(ana: Tab, check: Check) -> None:
    await ana.button("Log an aha").click()
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    await check("a form")
    await ana.button("Save").click()
    await expect(ana.page.get_by_role("dialog")).to_contain_text("Please fill this in.")
    await check("a form with errors")
    await ana.page.get_by_role("dialog").get_by_role("textbox").first.fill("Half a thought")
    await ana.page.keyboard.press("Escape")
    await expect(ana.button("Open it again")).to_be_visible()
    await check("a form that was closed")
    await ana.button("Dismiss").last.click()


async def _answers(ana: Tab, check: Check) -> None:
    for typed, told in ((AHA, "Saved as #1"), ("find tokens", "Aha #1"), ("", "What would you like to do?")):
        await ana.writes(f"/aha {typed}")
        await expect(ana.told(told)).to_be_visible()
        await check(f"the private answer to {typed or 'nothing'}")
    await ana.writes("/aha me")
    await expect(ana.page.get_by_role("dialog").or_(ana.told("About me")).first).to_be_visible()
    await check("what is about oneself")
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)


async def _menus(ana: Tab, check: Check) -> None:
    page = ana.page
    await ana.writes("It is fast because nobody logs in twice.")
    for card, button in (
        (ana.said("nobody logs in twice"), "More for this message"),
        (ana.said("nobody logs in twice"), "Add a reaction"),
        (_card(ana), "More for this card"),
    ):
        await card.focus()
        await card.get_by_role("button", name=button).click()
        await expect(page.get_by_role("menu")).to_be_visible()
        await check(button)
        await page.keyboard.press("Escape")
    for button in ("Jump to", "You are", "More for this channel"):
        await page.get_by_role("button", name=button).click()
        await expect(page.get_by_role("menu")).to_be_visible()
        await check(button)
        await page.keyboard.press("Escape")
    if await ana.button("Channels and people").is_visible():
        await ana.button("Channels and people").click()
        await expect(page.get_by_role("link", name="random")).to_be_visible()
        await check("the side")
        await page.keyboard.press("Escape")


async def _direct(ana: Tab, check: Check) -> None:
    await ana.page.evaluate("location.hash = '#c=with-ana'")
    await expect(ana.page.get_by_role("textbox", name="Write to Ahabot")).to_be_visible()
    await check("direct messages")
    await ana.page.get_by_role("textbox", name="Write to Ahabot").fill("/aha help")
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.get_by_role("article", name=PRIVATE)).to_be_visible()
    await check("an answer in direct messages")
