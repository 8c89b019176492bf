"""A `Room` on the playground's own page: in Chromium, people type, press and fill in, and read what it shows."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Locator, Page, Response, async_playwright

from storage.engine.database import Database
from tests.support import chat, chromium
from tests.support.chat import CALLED, HOME, Http, Opened, Seen

ANAS_ZONE = ZoneInfo("Europe/Lisbon")
PATIENCE = 10_000
"""Milliseconds to wait for an element."""
READ = """node => {
  const copy = node.cloneNode(true);
  copy.querySelectorAll(".card .button").forEach((each) => { each.textContent = `[${each.textContent}]`; });
  copy.querySelectorAll("p, h2, h3, h4, blockquote, button, bdi, figcaption, .hint, legend, label")
    .forEach((each) => each.append("\\n"));
  return copy.textContent;
}"""
"""Everything that an element says, in reading order, with a card's buttons as [Label]."""
MARKS = """node => [...node.querySelectorAll(".chip")].filter((each) => each.title.includes("Ahabot"))
  .map((each) => each.firstChild.textContent).join(" ")"""
"""The emoji that the bot added to a message."""
SHOWN = """([id, item]) => {
  const looks = document.getElementById(id)?.looks;
  return looks && JSON.stringify(JSON.parse(looks)[1].item) === JSON.stringify(item);
}"""
"""Whether an article shows this state of its message."""
FIELDS = """dialog => [...dialog.querySelectorAll("[data-field]")].map((field) => {
  const inputs = [...field.querySelectorAll("[name]")];
  const checked = inputs.filter((each) => each.checked);
  const options = field.querySelectorAll("select").length
    ? [...inputs[0].options].map((each) => [each.label, each.value])
    : inputs.filter((each) => "checked" in each && each.type !== "text" && each.type !== "date")
      .map((each) => [each.closest("label")?.textContent ?? "", each.value]);
  const chosen = ["radio", "checkbox"].includes(inputs[0].type);
  return { name: field.dataset.field, options: Object.fromEntries(options),
    error: field.querySelector(".error").textContent,
    value: chosen ? checked.map((each) => each.value).join("\\n") : inputs[0].value };
})"""
"""The fields of the open form, as they are on the page."""


class ChromiumRoom(Http):
    """The `Room` of a browser: each person has a tab of their own."""

    word: Callable[[str], str] = str
    """What the page calls something in the language of these people."""

    def __init__(self, room: Http, browser: Browser) -> None:
        super().__init__(room.session, room.address, room.settle)
        self.browser = browser
        self.tabs: dict[tuple[str, str], Page] = {}
        self.complaints: list[str] = []

    async def types(self, who: str, text: str) -> Seen | None:
        """Implement `Room.types`, in the box below the channel."""
        page = await self._tab(who)
        await page.get_by_role("textbox", name=self.word("Write, or type /aha")).fill(f"/aha {text}".strip())
        return await self._sees(page, "type", lambda: page.keyboard.press("Enter"))

    async def names(self, who: str, text: str, thread: str = "") -> Seen | None:
        """Implement `Room.names`. A thread stays open, because the answer is in it."""
        page = await self._tab(who)
        if thread:
            await self._open_thread(page, thread)
        asked = "Reply in this thread" if thread else "Write, or type /aha"
        box = page.get_by_role("textbox", name=self.word(asked))
        await box.fill(text if CALLED in text else f"{CALLED} {text}")
        return await self._speaks_in(page)

    async def writes_to_bot(self, who: str, text: str) -> Seen | None:
        """Implement `Room.writes_to_bot`."""
        page = await self._tab(who, f"with-{who.lower()}")
        await page.get_by_role("textbox", name=self.word("Write to Ahabot")).fill(text)
        return await self._speaks_in(page)

    async def _speaks_in(self, page: Page) -> Seen | None:
        answer = await self._answer(page, "type", lambda: page.keyboard.press("Enter"))
        self.spoken = answer["message"]
        return await self._shows(page, answer)

    async def _open_thread(self, page: Page, message: str) -> None:
        await self._article(page, message).hover()
        await self._article(page, message).get_by_role("button", name=self.word("Reply in a thread")).click()

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """Implement `Room.says`. A reply is written in its thread, which opens beside the channel."""
        if not thread:
            return await super().says(who, text)
        page = await self._tab(who)
        await self._open_thread(page, thread)
        await page.get_by_role("textbox", name=self.word("Reply in this thread")).fill(text)
        answer = await self._answer(page, "type", lambda: page.keyboard.press("Enter"))
        await page.get_by_role("button", name=self.word("Close the thread")).click()
        return str(answer["message"])

    async def presses(self, who: str, label: str, on: str) -> Seen | None:
        """Implement `Room.presses`, on the card or in its menu. A form that is open already needs no button."""
        if on in self.forms:
            return self.forms[on]
        page = await self._holder(who, on)
        card = self._article(page, on)
        button = card.locator("button", has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        if not await button.count():
            await card.get_by_role("button", name=self.word("More for this card")).click()
            button = page.get_by_role("menuitem", name=label, exact=True)
        return await self._sees(page, "press", button.first.click)

    async def fills(self, who: str, form: str, /, **values: str) -> Seen | None:
        """Implement `Room.fills`. What is not given stays as the page has it."""
        page = await self._tab(who)
        dialog = page.get_by_role("dialog")
        if values and await dialog.locator("button.more").is_visible():
            await dialog.locator("button.more").click()
        for name, value in values.items():
            await _fill(dialog.locator(f"[name={json.dumps(name)}]"), value)
        answer = await self._answer(page, "submit", dialog.locator("[type=submit]").click)
        if answer["form"]:
            return await self._form(page, answer["form"]["id"])
        return await self._reply(page, answer)

    async def until(self, time: datetime) -> None:
        """Implement `Room.until`, with *Another time…* of the menu at the top."""
        page = await self._tab("Ana")
        await page.get_by_role("button", name=self.word("Jump to")).click()
        await page.get_by_role("menuitem", name=self.word("Another time")).click()
        dialog = page.get_by_role("dialog")
        here = time.astimezone(ANAS_ZONE)
        await dialog.locator("[name=day]").fill(here.date().isoformat())
        await dialog.locator("[name=time]").fill(f"{here:%H:%M}")
        await self._answer(page, "jump", dialog.get_by_role("button", name=self.word("Jump")).click)

    async def channel(self) -> list[Seen]:
        """Implement `Room.channel`, as Ana's tab shows it, without threads."""
        return await self._shown("Ana", HOME)

    async def message(self, message: str) -> Seen:
        """Implement `Room.message`."""
        page = await self._tab("Ana")
        for each in await self._messages():
            if each["id"] == message:
                await _until_shown(page, each)
        return await self._read(self._article(page, message))

    async def notes(self, who: str) -> list[Seen]:
        """Implement `Room.notes`, in the person's own conversation with the bot."""
        return await self._shown(who, f"with-{who.lower()}")

    async def _shown(self, who: str, channel: str) -> list[Seen]:
        """Return the bot's messages in a channel as a person's tab shows them, once all are there."""
        world = (await self._world(who.lower()))["messages"]
        page = await self._tab(who, channel)
        for each in world:
            if each["channel"] == channel and each["card"] and not each["deleted"] and not each["thread"]:
                await _until_shown(page, each)
        return await _read_all(page.locator("#feed article.message:has(.card)"))

    async def _tab(self, who: str, channel: str = HOME) -> Page:
        """Return the person's tab of a channel, opened on first use."""
        if (who, channel) not in self.tabs:
            page = await (await self.browser.new_context(reduced_motion="reduce")).new_page()
            page.set_default_timeout(PATIENCE)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            await page.goto(f"{self.address}/#p={who.lower()}&c={channel}")
            await page.locator("#feed[aria-busy=false]").wait_for()
            self.tabs[who, channel] = page
        return self.tabs[who, channel]

    async def _answer(self, page: Page, doing: str, act: Callable[[], Any]) -> dict[str, Any]:
        """Do something on the page, and return what the server answered."""

        def is_it(response: Response) -> bool:
            return response.url.endswith(f"/api/{doing}")

        async with page.expect_response(is_it) as answered:
            await act()
        response = await answered.value
        assert response.ok, await response.text()
        found: dict[str, Any] = await response.json()
        return found

    async def _sees(self, page: Page, doing: str, act: Callable[[], Any]) -> Seen | None:
        """Do something, and return the form or the private answer that the page shows then."""
        return await self._shows(page, await self._answer(page, doing, act))

    async def _shows(self, page: Page, answer: Mapping[str, Any]) -> Seen | None:
        """Return the form or the private answer that the page shows for what the server answered."""
        if answer["form"]:
            return await self._form(page, answer["form"]["id"])
        return await self._reply(page, answer)

    async def _holder(self, who: str, card: str) -> Page:
        """Return the tab of a person that shows a card: that of their direct messages, or else of the channel."""
        direct = self.tabs.get((who, f"with-{who.lower()}"))
        if direct and await self._article(direct, card).count():
            return direct
        return await self._tab(who)

    async def _form(self, page: Page, name: str) -> Seen:
        dialog = page.get_by_role("dialog")
        await dialog.wait_for()
        fields: list[Mapping[str, Any]] = await dialog.evaluate(FIELDS)
        self.forms[name] = Seen(name, await dialog.evaluate(READ), {each["name"]: each for each in fields})
        return self.forms[name]

    async def _reply(self, page: Page, answer: Mapping[str, Any]) -> Seen | None:
        reply = answer["reply"]
        return await self._read(self._article(page, reply["id"])) if reply else None

    def _article(self, page: Page, message: str) -> Locator:
        return page.locator(f'article[id="m{message}"]').first

    async def _read(self, article: Locator) -> Seen:
        await article.wait_for()
        [seen] = await _read_all(article)
        return seen


async def _read_all(articles: Locator) -> list[Seen]:
    """Return what articles say, with the alt texts of their pictures, in one look."""
    found: list[list[str]] = await articles.evaluate_all(
        f"""nodes => nodes.map((node) => [node.id.slice(1), ({READ})(node),
            node.querySelector(".picture img")?.alt ?? "", ({MARKS})(node)])"""
    )
    return [Seen(name, text, picture=alt, marks=frozenset(marks.split())) for name, text, alt, marks in found]


async def _until_shown(page: Page, message: Mapping[str, Any]) -> None:
    """Wait until a page shows a message as the server has it. Its updates come by themselves."""
    await page.wait_for_function(SHOWN, arg=[f"m{message['id']}", message])


async def _fill(inputs: Locator, value: str) -> None:
    """Fill in one field as a person does: choose, tick or type."""
    kind = await inputs.first.evaluate("node => node.type")
    if kind in ("radio", "checkbox"):
        for each in await inputs.all():
            if await each.get_attribute("value") in value.split("\n"):
                await each.check()
    elif kind == "select-one":
        await inputs.select_option(value)
    else:
        await inputs.fill(value)


def on_chromium(path: Path) -> Opened:
    """Return what opens the playground's page in the browser at this path."""

    @asynccontextmanager
    async def opened(database: Database, folder: Path, begins: datetime) -> AsyncIterator[ChromiumRoom]:
        async with chat.playground(database, folder, begins) as room, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
            there = ChromiumRoom(room, browser)
            yield there
            await browser.close()
            assert there.complaints == []

    return opened
