"""Where pictures are taken: of a drawing of what was sent to Slack or Discord, or of the playground's own page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, Protocol

from PIL import Image
from playwright.async_api import Browser, Locator, Page

from deploy.drawn import discord, slack
from deploy.drawn.html import ANAS_ZONE, Around, build_page
from tests.fakes.discord.chat import MORE_TO_SAY, DiscordRoom
from tests.fakes.discord.world import Message as DiscordMessage
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.world import Message as SlackMessage
from tests.support.chat import Http, Seen, sure
from tests.support.chromium_room import ChromiumRoom

WIDTHS = {"desktop": 720, "phone": 390}
"""CSS pixels. A desktop's message column is as wide beside its channels, and a phone is one of today's."""
LOOKS = tuple(f"{width}-{scheme}" for width in WIDTHS for scheme in ("light", "dark"))
"""The looks in which a picture is taken, such as `phone-dark`."""
SCALE, COLOURS, HEIGHT = 2, 128, 844


@dataclass
class Shot:
    """One picture in all its looks: its name, and the HTML of the drawing."""

    name: str
    drawn: str


class Studio(Protocol):
    """Takes pictures of messages, forms and pages, by the ids that people see them under."""

    async def shows(self, name: str, who: str, *seen: str) -> None:
        """Take a picture of one or more messages, or of a form, as a person sees it."""

    async def shows_more(self, name: str, who: str, form: Seen) -> None:
        """Take a picture of what a form asks behind *Add more*, and leave the form as the platform does then."""


@dataclass
class DrawnSlack:
    """Draws what was sent to the fake Slack."""

    room: SlackRoom
    word: Callable[[str], str] = str
    """What a button is called in the language of these people."""
    platform = "Slack"
    shots: list[Shot] = field(default_factory=list)
    around: Around = field(default_factory=Around)

    async def shows(self, name: str, who: str, *seen: str) -> None:
        """Implement `Studio.shows`."""
        here, files = self.room.slack.home, self.room.slack.files.known
        self.around.names |= {each.id: each.name for each in here.users.values()}
        self.around.names |= {each.id: each.name for each in here.channels.values()}
        self.around.files |= {each.id: each.data for each in files.values()}
        self.shots.append(Shot(name, "".join(map(self._draw, seen))))

    async def shows_more(self, name: str, who: str, form: Seen) -> None:
        """Implement `Studio.shows_more`, in the same modal."""
        if f"[{self.word('Add more')}]" in form.text:
            await self.room.presses(who, self.word("Add more"), form.id)
            await self.room.settled()
            await self.shows(name, who, form.id)

    def _draw(self, seen: str) -> str:
        here = self.room.slack.home
        homes = {view.id: view for view in here.homes.values()}
        if seen in homes:
            return slack.draw_home(homes[seen].body, self.around)
        if view := here.views.get(seen):
            return slack.draw_modal(view.body, self.around, view.errors)
        message = here.message(seen)
        assert message is not None, seen
        return slack.draw_message(self._told(message), self.around)

    def _told(self, message: SlackMessage) -> Mapping[str, Any]:
        here = self.room.slack.home
        replies = [
            each for each in here.messages if each.thread == message.ts and not each.to and not each.deleted
        ]
        reactions = [
            {"name": name, "count": len(users)} for name, users in message.reactions.items() if users
        ]
        ours = message.user == here.bot or bool(message.to)
        return {
            "name": "Ahabot" if ours else here.users[message.user].name, "by_bot": ours, "text": message.text,
            "blocks": message.blocks, "only_to": message.to, "reply": message.thread, "replies": len(replies),
            "reactions": reactions, "time": f"{self.room.clock.now.astimezone(ANAS_ZONE):%-I:%M %p}",
        }  # fmt: skip


@dataclass
class DrawnDiscord:
    """Draws what was sent to the fake Discord."""

    room: DiscordRoom
    word: Callable[[str], str] = str
    """What a button is called in the language of these people."""
    platform = "Discord"
    shots: list[Shot] = field(default_factory=list)
    around: Around = field(default_factory=Around)

    async def shows(self, name: str, who: str, *seen: str) -> None:
        """Implement `Studio.shows`."""
        world = self.room.discord.world
        self.around.names |= {each.id: each.name for each in world.users.values()}
        self.around.names |= {each.id: each.name for each in world.channels.values()}
        for message in world.messages.values():
            self.around.files |= {each.name: each.data for each in message.attachments}
        self.shots.append(Shot(name, "".join(map(self._draw, seen))))

    async def shows_more(self, name: str, who: str, form: Seen) -> None:
        """Implement `Studio.shows_more`: the answer has a button that asks for the rest."""
        kept = sure(await self.room.fills(who, form.id, text="Nobody reads the second page"))
        for label in map(self.word, MORE_TO_SAY):
            if f"[{label}]" in kept.text:
                await self.shows(f"{name}-answer", who, kept.id)
                await self.shows(name, who, sure(await self.room.presses(who, label, kept.id)).id)
                return

    def _draw(self, seen: str) -> str:
        world = self.room.discord.world
        modals = {each.modal.id: each.modal for each in world.interactions.values() if each.modal}
        if seen in modals:
            return discord.draw_modal(modals[seen].body, self.around)
        message = world.message(seen)
        assert message is not None, seen
        return discord.draw_message(self._told(message), self.around)

    def _told(self, message: DiscordMessage) -> Mapping[str, Any]:
        world = self.room.discord.world
        reactions = [
            {"emoji": name, "count": len(each.normal) + len(each.burst)}
            for name, each in message.reactions.items()
        ]
        return {
            "name": world.users[message.author].name, "by_bot": message.author == world.bot.id,
            "content": message.content, "embeds": message.embeds, "components": message.components,
            "only_to": message.to, "answers": self._answered(message),
            "reactions": [each for each in reactions if each["count"]],
            "time": f"Today at {self.room.clock.now.astimezone(ANAS_ZONE):%-I:%M %p}",
        }  # fmt: skip

    def _answered(self, message: DiscordMessage) -> str:
        """Return the line of the message that this one replies to, or an empty string."""
        world = self.room.discord.world
        replied = world.message(message.reference) if message.reference else None
        if replied is None:
            return ""
        words = re.sub(r"<@[!&]?(\d+)>", lambda found: f"@{self.around.names.get(found[1])}", replied.content)
        return f"{world.users[replied.author].name}  {words}"


class PageRoom(ChromiumRoom):
    """The playground's page, whose channel is read with its threads. What takes no picture is done without it."""

    async def until(self, time: datetime) -> None:
        """Implement `Room.until`."""
        await Http.until(self, time)

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """Implement `Room.says`."""
        return await Http.says(self, who, text, thread)

    async def channel(self) -> list[Seen]:
        """Implement `Room.channel`, as the server has it."""
        return await Http.channel(self)

    async def notes(self, who: str) -> list[Seen]:
        """Implement `Room.notes`, and open the conversation, so that its tab is there."""
        await self._tab(who, f"with-{who.lower()}")
        return await Http.notes(self, who)

    async def tab_with(self, who: str, message: str) -> Page:
        """Return a person's tab in which a message stands, else that of the home channel."""
        for (person, _channel), page in reversed(self.tabs.items()):
            if person == who and await self._article(page, message).count():
                return page
        return await self._tab(who)


@dataclass
class Photos:
    """Takes pictures of the playground's own page in the tab of the person who sees it."""

    room: PageRoom
    folder: Path
    looks: Sequence[str] = LOOKS

    async def shows(self, name: str, who: str, *seen: str) -> None:
        """Implement `Studio.shows`: the whole page, with the last message in view."""
        page = await self.room.tab_with(who, seen[-1])
        for look in self.looks:
            width, scheme = _read_look(look)
            await page.set_viewport_size({"width": width, "height": HEIGHT})
            article = page.locator(f'article[id="m{seen[-1]}"]').first
            if await article.count():
                await self._close_thread_over(page, article)
                await article.scroll_into_view_if_needed()
            await page.emulate_media(color_scheme=scheme)
            save_picture(self.folder / f"{name}-{look}.png", await page.screenshot())
        await page.set_viewport_size({"width": 1280, "height": HEIGHT})
        await page.emulate_media(color_scheme="light")

    async def _close_thread_over(self, page: Page, article: Locator) -> None:
        """Close the thread where it covers the channel with this message, as on a phone."""
        close = page.get_by_role("button", name=self.room.word("Close the thread"))
        if not await article.is_visible() and await close.is_visible():
            await close.click()

    async def shows_more(self, name: str, who: str, form: Seen) -> None:
        """Implement `Studio.shows_more`, in the same form."""
        page = await self.room.tab_with(who, form.id)
        more = page.get_by_role("dialog").locator("button.more")
        if await more.count():
            await more.click()
            await self.shows(name, who, form.id)


async def take_shots(
    browser: Browser, studio: DrawnSlack | DrawnDiscord, folder: Path, looks: Sequence[str] = LOOKS
) -> None:
    """Save the pictures of all drawings in these looks."""
    for look in looks:
        width, scheme = _read_look(look)
        context = await browser.new_context(
            viewport={"width": width, "height": 10}, device_scale_factor=SCALE
        )
        page = await context.new_page()
        for shot in studio.shots:
            await page.set_content(build_page(studio.platform, shot.drawn, scheme))
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{shot.name} is {wide} pixels wide"
            save_picture(folder / f"{shot.name}-{look}.png", await page.screenshot(full_page=True))
        await context.close()


def _read_look(look: str) -> tuple[int, Literal["light", "dark"]]:
    """Return a look's width in CSS pixels and its colours."""
    width, _, scheme = look.partition("-")
    return WIDTHS[width], "dark" if scheme == "dark" else "light"


def save_picture(path: Path, png: bytes) -> None:
    """Save a screenshot with few colours, which are enough for text and save most of the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
