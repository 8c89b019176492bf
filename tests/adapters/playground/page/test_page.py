"""Tests of the page in a browser: text stays text, no input is lost, and the keyboard suffices."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from adapters.playground.chat.model import Progress
from adapters.playground.chat.store import Store
from bot.core.events import EmojiAdded
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Post,
    Quote,
    Small,
    TextLink,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.origin import Place
from tests.adapters.playground.conftest import Running
from tests.adapters.playground.stand_in import HighFive, Log
from tests.support import chromium as arguments

NASTY = '<img src=x onerror="document.title=1"><script>document.title=1</script> **bold** &lt;'
PHONE = {"width": 320, "height": 640}


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Yield the system's browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(arguments.ARGUMENTS))
        yield browser
        await browser.close()


async def tab(browser: Browser, here: Running, address: str, **context: Any) -> Page:
    """Open the page in a tab of its own. Any error of the page fails the test."""
    page = await (await browser.new_context(**context)).new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: pytest.fail(f"the page raised {error}"))
    await page.goto(f"{here.page.base}/{address}")
    await expect(page.locator("#you")).to_contain_text("You are")
    return page


async def test_two_tabs_are_two_people(here: Running, browser: Browser) -> None:
    """Ana speaks and asks. Ben sees what she said, but not her private reply."""
    here.bot.answers[Log] = text_reply("Kept as #1.", buttons=(Button("Fine", HighFive("1")),))
    here.bot.answers[HighFive] = text_reply("Good.", replaces=True)
    ana = await tab(browser, here, "#p=ana&c=random")
    ben = await tab(browser, here, "#p=ben&c=random")
    await ana.keyboard.press("/")
    await ana.keyboard.type("Hello, all.\n")
    await expect(ben.locator("#feed")).to_contain_text("Hello, all.")
    await ana.locator("#composer").fill("/aha We sign once.")
    await ana.keyboard.press("Enter")
    await expect(ana.locator(".whisper")).to_contain_text("Only you can see this")
    await ana.get_by_role("button", name="Fine").click()
    await expect(ana.locator(".whisper")).to_contain_text("Good.")
    await expect(ben.locator(".whisper")).to_have_count(0)
    await ben.keyboard.press("Alt+1")
    await expect(ben.locator(".whisper")).to_contain_text("Good.")


async def test_a_time_is_on_the_reader_s_own_clock(here: Running, browser: Browser) -> None:
    """Ana is in Lisbon, where the time was set. For Ben in Berlin it is shown in his zone."""
    friday = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
    here.bot.answers[Log] = text_reply("Next: ", Timestamp(friday, "Europe/Lisbon", clock=True))
    for person, clock in (("ana", "16:00"), ("ben", "17:00 your time")):
        page = await tab(browser, here, f"#p={person}&c=random")
        await page.get_by_role("button", name="Log an aha").click()
        await expect(page.locator(".whisper time")).to_have_text(re.compile(f", {clock}$"))


async def test_words_are_only_words(here: Running, browser: Browser) -> None:
    """Markup in a message, card, name, title and form is shown as written and has no effect."""
    await here.people.invite_bot("ana", "random")
    here.playground.chat.add_person("<b>Eve</b>", "UTC")
    await here.people.type_line("-b-eve--b-", "random", NASTY)
    lines = Small((NASTY, TextLink(NASTY, "javascript:alert(1)"), Timestamp(here.playground.current_time())))
    card = Card((Title(NASTY), Quote(NASTY, NASTY), lines), (Button(NASTY, HighFive("1")),))
    await here.playground.post(Place("playground", "random"), Post(card), "p1")
    here.bot.answers[HighFive] = Form(
        NASTY, Log(), (Field("text", NASTY, hint=NASTY, value=NASTY),), intro=NASTY
    )
    page = await tab(browser, here, "#p=ben&c=random")
    await expect(page.locator(".words")).to_have_text(NASTY)
    await expect(page.locator("blockquote")).to_have_text(NASTY)
    await page.locator(".card .button").click()
    await expect(page.locator("dialog h2")).to_have_text(NASTY)
    await expect(page).to_have_title("#random · Ahabot playground")
    assert await page.locator("main b, main script, main img[src='x'], dialog img").count() == 0


async def test_a_form_keeps_what_was_typed(here: Running, browser: Browser) -> None:
    """It survives an error and an accidental Esc, until it is sent."""
    fields = (Field("text", "What became clear?", FieldKind.TEXT), Field("note", "Who was there?"))
    here.bot.answers[Log] = Form("Keep an aha", Log(), fields)
    page = await tab(browser, here, "#p=mei&c=random")
    await page.get_by_role("button", name="Log an aha").click()
    words = page.get_by_label("What became clear?")
    await expect(words).to_be_focused()
    await words.fill("Two signatures.")
    await page.get_by_role("button", name="Save", exact=True).click()
    note = page.get_by_label("Who was there?")
    await expect(note).to_be_focused()
    assert "Please fill this in." in await said_of(note)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Open it again").click()
    await expect(words).to_have_value("Two signatures.")
    here.bot.answers[Log] = text_reply("Kept as #1.")
    await note.fill("Ben")
    await page.keyboard.press("Enter")
    await expect(page.locator(".whisper")).to_contain_text("Kept as #1.")
    assert here.bot.last[0] == Log("Two signatures.", "Ben")


async def test_a_form_asks_one_thing_first(here: Running, browser: Browser) -> None:
    """By keyboard alone, *Add more* shows the rest in place and goes to its first field. People are ticked."""
    fields = (
        Field("text", "What became clear?", FieldKind.TEXT, placeholder="We sign tokens"),
        Field("note", "Who else was there?", FieldKind.PEOPLE, required=False, later=True),
    )
    here.bot.answers[Log] = Form("Keep an aha", Log(), fields)
    page = await tab(browser, here, "#p=mei&c=random")
    await page.get_by_role("button", name="Log an aha").press("Enter")
    words = page.get_by_label("What became clear?")
    await expect(words).to_be_focused()
    await expect(words).to_have_attribute("placeholder", "We sign tokens")
    await page.keyboard.type("Two signatures.")
    more = page.get_by_role("button", name="Add more")
    await expect(more).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_label("Ben", exact=True)).to_be_hidden()
    await page.keyboard.press("Tab")
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Who else was there?")
    await expect(group.get_by_role("checkbox", name="Ana")).to_be_focused()
    await group.get_by_role("checkbox", name="Ben").press("Space")
    await group.get_by_role("checkbox", name="Chidi").press("Space")
    here.bot.answers[Log] = text_reply("Kept as #1.")
    await page.get_by_role("button", name="Save", exact=True).press("Enter")
    await expect(page.locator(".whisper")).to_contain_text("Kept as #1.")
    assert here.bot.last[0] == Log("Two signatures.", "ben\nchidi")


async def test_what_is_wrong_behind_add_more_is_shown(here: Running, browser: Browser) -> None:
    """Its field comes forward with its sentence, and nothing typed is lost."""
    fields = (Field("text", "What became clear?"), Field("note", "When?", later=True))
    here.bot.answers[Log] = Form("Keep an aha", Log(), fields)
    page = await tab(browser, here, "#p=mei&c=random")
    await page.get_by_role("button", name="Log an aha").click()
    await page.get_by_label("What became clear?").fill("Two signatures.")
    when = page.get_by_label("When?")
    await expect(when).to_be_hidden()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(when).to_be_focused()
    assert "Please fill this in." in await said_of(when)
    await expect(page.get_by_label("What became clear?")).to_have_value("Two signatures.")


async def said_of(field: Any) -> str:
    """Return what a screen reader says about a field besides its label."""
    script = (
        "e => e.getAttribute('aria-describedby').split(' ').map(i => document.getElementById(i)?.textContent)"
    )
    return str(await field.evaluate(script))


async def test_while_the_server_is_away(here: Running, browser: Browser) -> None:
    """The page says so, keeps the text, and sends it once when the server is back."""
    page = await tab(browser, here, "#p=ana&c=random")
    await page.locator("#composer").fill("Still here.")
    server = f"{here.page.base}/api/**"
    await page.route(server, lambda route: route.abort())
    await page.context.set_offline(True)
    await here.playground.live.close()
    await expect(page.locator("#away")).to_contain_text("not answering")
    await page.locator("#composer").press("Enter")
    await expect(page.locator("#composer")).to_have_value("Still here.")
    await page.unroute(server)
    await page.context.set_offline(False)
    await expect(page.locator("#feed")).to_contain_text("Still here.", timeout=60_000)
    await expect(page.locator("#away")).to_be_hidden()
    await expect(page.locator("#composer")).to_have_value("")
    assert [m.text for m in world(here).messages.values()] == ["Still here."]


async def test_a_story_that_is_being_written(here: Running, browser: Browser) -> None:
    """The page tells its month and how far it is, follows it, and keeps what somebody wants to say until it is done."""
    here.bot.answers[Log] = text_reply("Kept as #1.")
    page = await tab(browser, here, "#p=ana&c=random")
    world(here).set_clock(datetime(2030, 3, 20, 16, tzinfo=UTC))
    world(here).show_progress(Progress(3, 12))
    await expect(page.locator("#story")).to_contain_text("The story is playing: March 2030")
    await expect(page.locator("#story progress")).to_have_js_property("position", 0.25)
    await expect(page.locator("#feed")).to_contain_text("appear here, week by week")
    await here.people.type_line("ben", "random", "Long.\n" * 80)
    await here.people.type_line("ana", "random", "/aha We sign once.")
    last = (await here.people.type_line("ben", "random", "Short.")).message
    await expect(page.locator(f"#m{last}")).to_be_in_viewport()
    await expect(page.locator(".whisper")).to_have_count(0)
    await page.locator("#composer").fill("Hello.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".notice")).to_have_text(
        "The story is still playing. It'll be your turn in a moment."
    )
    world(here).show_progress(Progress())
    await expect(page.locator("#story")).to_be_hidden()
    await expect(page.locator("#composer")).to_have_value("Hello.")
    await page.keyboard.press("Enter")
    await expect(page.locator("#feed")).to_contain_text("Hello.")
    await expect(page.locator(".whisper")).to_contain_text("Kept as #1.")


async def test_the_keyboard_alone(here: Running, browser: Browser) -> None:
    """It reaches everything from the skip link to a reaction and a thread."""
    await here.people.invite_bot("ana", "random")
    said = (await here.people.type_line("ben", "random", "We signed each one twice.")).message
    page = await tab(browser, here, "#p=ana&c=random")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer")).to_be_focused()
    await page.goto(f"{here.page.base}/#c=random&m={said}")
    await expect(page.locator(f"#m{said}")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="thumbs up, by Ana")).to_be_visible()
    assert [c.emoji for c, _ in here.bot.heard if isinstance(c, EmojiAdded)] == ["👍"]
    await page.get_by_role("button", name="Reply in a thread").press("Enter")
    await page.locator("#answer").fill("Oh.")
    await page.keyboard.press("Enter")
    await expect(page.locator("#replies")).to_contain_text("Oh.")
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()


async def test_a_small_phone(here: Running, browser: Browser) -> None:
    """At 320 pixels nothing overflows, the sidebar slides in and out, and a thread covers the channel."""
    root = (await here.people.type_line("ben", "random", "lantern" * 60)).message
    page = await tab(browser, here, "#p=ana&c=random", viewport=PHONE, has_touch=True, is_mobile=True)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await page.get_by_role("button", name="Channels and people").tap()
    await page.get_by_role("link", name="quiet-corner").tap()
    await expect(page.locator("#room-name")).to_contain_text("quiet-corner")
    await expect(page.locator("#side")).to_be_hidden()
    await page.goto(f"{here.page.base}/#c=random&t={root}")
    await expect(page.locator("#feed")).to_be_hidden()
    await page.get_by_role("button", name="Close the thread").tap()
    await expect(page.locator("#feed")).to_be_visible()


def world(here: Running) -> Store:
    """Return the chat's store."""
    return here.playground.chat.world


async def test_the_page_in_german(here: Running, browser: Browser) -> None:
    """A person chooses it in their menu. Every tab of theirs follows, and nobody else's."""
    page = await tab(browser, here, "#p=ana&c=random")
    other = await tab(browser, here, "#p=ana&c=random")
    ben = await tab(browser, here, "#p=ben&c=random")
    await page.locator("#you").click()
    await page.get_by_role("menuitemradio", name="Deutsch").click()
    for german in (page, other):
        await expect(german.locator("#you")).to_contain_text("Du bist")
        await expect(german.locator("html")).to_have_attribute("lang", "de")
        await expect(german.get_by_role("heading", name="Kanäle")).to_be_visible()
        await expect(german.get_by_role("button", name="Aha festhalten")).to_be_visible()
    await expect(ben.locator("#you")).to_contain_text("You are")
    await page.locator("#time").click()
    await expect(page.get_by_role("menuitem", name="Heute in einem Jahr")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator("#you").click()
    await page.get_by_role("menuitemradio", name="English").click()
    await expect(page.locator("#you")).to_contain_text("You are")
