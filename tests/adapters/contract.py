"""The contract of `bot.core.adapter.Adapter`, checked in the same way on every platform.

A platform's `test_contract.py` supplies a `ContractChat`: its real adapter, connected over real sockets to its
fake server, and people there. The checks know nothing else of the platform. Where a platform differs for a good
reason, its `ContractChat` has another value, and the reason below it.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import pytest
from PIL import Image

from bot.core.adapter import Adapter
from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited, ReplyWritten
from bot.core.messages import (
    FORM_WORDS,
    Block,
    Button,
    Card,
    File,
    Picture,
    Post,
    Quote,
    Section,
    Small,
    Strong,
    Text,
    Title,
)
from bot.core.origin import (
    Access,
    ChannelAccess,
    Origin,
    OutcomeUnknownError,
    Place,
    PostFailedError,
    SentMessage,
    Source,
)
from bot.moments.commands import Log
from bot.runtime.bot import Bot
from tests.support.chat import HOME, Room, Seen

T = TypeVar("T")

WORDS = "We used to cache tokens, now we sign them."
OTHER_WORDS = "Nobody reads the second page."
MARKUP = (
    "*bold* **b** _so_ __u__ ~no~ ||s|| `x < y` <b>&amp;</b> <script> [a](https://x.example/?a=1&b=2) "
    "<@U0BEN> <!channel> <#C1|c> @everyone @here -> C:\\new 👩🏽‍💻 🏳️‍🌈 ❤️ שלום עולם \u202eאב\u202c 12:30:45"
)
"""One line of what a platform could read as markup, a mention, HTML or an emoji, and words from right to left."""
SHOWN_MARKUP = f":tada: <https://x.example|bank> {MARKUP}"
"""The same, with markup that the platforms' own clients write when a person writes it."""
LINES = f"# First\n\n  1. indented {MARKUP}\n- item\n> quoted\n-# small"
LONG = ("Every *third* word is <b>marked</b> & the rest is plain, " * 60)[: FORM_WORDS - 4] + "end."
ZONES = {"Ana": "Europe/Lisbon", "Ben": "Europe/Berlin", "Mei": "Asia/Singapore"}
PRIVATE = "quiet-corner"
KEY, OTHER_KEY = "contract:1", "contract:2"


class ContractChat(Protocol):
    """One platform: the adapter, the bot in its home channel, and Ana, Ben and Mei. Ana is an admin."""

    adapter: Adapter
    bot: Bot
    people: Room
    home: Place
    handled: list[tuple[Any, Origin]]
    """What the adapter passed to `Bot.handle`, in order."""

    messages_after_repeat: int = 1
    """How many messages there are when the same post was posted twice under one key."""
    finds_edited: bool = True
    """Whether `find` still finds a message that was edited."""
    longest_alt: int = 2_000
    """Characters of a picture's alt text that arrive."""
    direct_is_private: bool = False
    """Whether the origin of a direct message says that its channel is private, too."""
    vouches_for_buttons: bool = True
    """Whether a pressed button or a sent form proves that its person is in the channel now."""
    tells_zones: bool = True
    """Whether the platform tells a person's time zone."""
    locale: str = "en-US"
    """The language that the platform tells of a person with a command."""

    def person_id(self, who: str) -> str:
        """Return the platform's id of a person."""

    def message_link(self, message: str) -> str:
        """Return the link to a message in the home channel, as the platform's own client writes it."""

    def new_process(self) -> Adapter:
        """Return the adapter as another process with the same settings builds it, not started."""

    async def private_channel(self) -> Place:
        """Return the private channel `PRIVATE`, with Ana, Ben and the bot in it."""

    async def see(self, message: str) -> Seen:
        """Return a message as people see it, by the id that the adapter gave it."""

    async def picture(self, message: str) -> bytes:
        """Return the bytes of a message's picture."""

    async def files(self, who: str) -> dict[str, bytes]:
        """Return the files in a person's direct messages with the bot, by name."""

    async def mention(self, who: str, whom: str, text: str) -> str:
        """Write a message that begins with a mention of a person and of the home channel, and return its id."""

    async def remove_bot(self) -> None:
        """Take the bot out of the home channel."""

    async def close_messages(self, who: str) -> None:
        """Let a person accept no direct messages any more."""

    async def repeat(self) -> None:
        """Deliver the last command, button or form once more, as the platform itself may do."""


def record_handled(bot: Bot) -> list[tuple[Any, Origin]]:
    """Return a list that gets every command and event that is passed to the bot from now on."""
    handle, handled = bot.handle, list[tuple[Any, Origin]]()

    async def recorded(command: Any, origin: Origin) -> Any:
        handled.append((command, origin))
        return await handle(command, origin)

    vars(bot)["handle"] = recorded
    return handled


def post_of(*blocks: Block, buttons: tuple[Button, ...] = (), picture: Picture | None = None) -> Post:
    return Post(Card(blocks, buttons), picture)


def quote(words: str, *buttons: Button) -> Post:
    return post_of(Title("Aha #7"), Quote(words), buttons=buttons)


def blocks_with(words: str) -> Sequence[Block]:
    """Return every kind of block in which a card can have a person's words, but a title, which is the bot's."""
    return (
        Quote(words), Quote(words, by="Ana"), Quote(words, button=Button("Show", Log("x"))), Section(words),
        Text((words,)), Text(("Said: ", Strong(words))), Small((words, " · Ana")),
    )  # fmt: skip


def draw_png(color: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 4), color).save(drawn, "PNG")
    return drawn.getvalue()


def route_names(adapter: Adapter) -> Sequence[tuple[str, str]]:
    return [(str(getattr(each, "method", "")), str(getattr(each, "path", ""))) for each in adapter.routes()]


def without_spaces(words: str) -> str:
    return "".join(words.split())


async def refusal(call: Awaitable[Any]) -> PostFailedError:
    """Return the error of a refused call. It has to be one whole sentence."""
    with pytest.raises(PostFailedError) as raised:
        await call
    sentence = str(raised.value)
    assert sentence.endswith("."), sentence
    assert sentence[0].isupper(), sentence
    return raised.value


async def messages_with(chat: ContractChat, words: str) -> Sequence[Seen]:
    """Return the bot's messages with these words in the home channel and its threads."""
    return [seen for seen in await chat.people.channel() if words in seen]


async def read_source(chat: ContractChat, message: str) -> Source:
    source = await chat.adapter.read(chat.home, message)
    assert source is not None
    return source


def handled_of(chat: ContractChat, kind: type[T]) -> Sequence[tuple[T, Origin]]:
    return [(command, origin) for command, origin in chat.handled if isinstance(command, kind)]


def events_of(chat: ContractChat, command: Log) -> Sequence[str]:
    return [origin.event for handled, origin in chat.handled if handled == command]


def check_origin(chat: ContractChat, origin: Origin, who: str, **more: Any) -> None:
    """Check every field of an origin in the home channel, but the name of the workspace and the login name."""
    zone = ZONES[who] if chat.tells_zones else ""
    expected = Origin(
        chat.adapter.platform, chat.home.workspace, chat.home.channel, chat.person_id(who), who, origin.event,
        channel_name=HOME, workspace_name=origin.workspace_name, zone=zone, admin=who == "Ana",
        may_post=origin.may_post, present=origin.present, handle=origin.handle, locale=origin.locale,
    )  # fmt: skip
    assert origin == replace(expected, **more), f"{origin}\nis not\n{replace(expected, **more)}"
    assert origin.event
    assert origin.locale in ("", chat.locale)
    assert origin.may_post is not False, "the bot is in the home channel"


class Contract:
    """The checks. A platform inherits them and supplies the fixture `chat`."""

    # Start and stop

    async def test_another_process(self, chat: ContractChat) -> None:
        """Routes and capabilities are known before the start. From then on it is ready, posts, and finds by key."""
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        adapter = chat.new_process()
        try:
            known = route_names(adapter), adapter.capabilities
            assert (adapter.platform, adapter.ready) == (chat.adapter.platform, False)
            refused = await refusal(adapter.post(chat.home, quote(OTHER_WORDS), OTHER_KEY))
            assert refused.retry_after
            await adapter.start(chat.bot)
            assert (adapter.ready, chat.adapter.ready) == (True, True)
            assert known == (route_names(adapter), adapter.capabilities)
            assert known == (route_names(chat.adapter), chat.adapter.capabilities)
            assert await adapter.find(chat.home, KEY) == sent, "the key is on the platform, not in memory"
            assert await adapter.find(chat.home, OTHER_KEY) is None
            again = await adapter.post(chat.home, quote(WORDS), KEY)
            assert (again == sent) is (chat.messages_after_repeat == 1)
            other = await adapter.post(chat.home, quote(OTHER_WORDS), OTHER_KEY)
            assert await adapter.find(chat.home, OTHER_KEY) == other
        finally:
            await adapter.stop()

    # Posting

    async def test_a_key_posts_once(self, chat: ContractChat) -> None:
        """The same key again gives the same message; another key gives another one."""
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        assert sent == SentMessage(chat.home.channel, sent.message, chat.message_link(sent.message))
        again = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        assert len(await messages_with(chat, WORDS)) == chat.messages_after_repeat
        assert (again == sent) is (chat.messages_after_repeat == 1)
        other = await chat.adapter.post(chat.home, quote(OTHER_WORDS), OTHER_KEY)
        assert other.message not in (sent.message, again.message)
        assert len(await messages_with(chat, OTHER_WORDS)) == 1

    async def test_find(self, chat: ContractChat) -> None:
        """By its own key among other messages, or not at all."""
        assert await chat.adapter.find(chat.home, KEY) is None
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        other = await chat.adapter.post(chat.home, quote(OTHER_WORDS), OTHER_KEY)
        assert await chat.adapter.find(chat.home, KEY) == sent
        assert await chat.adapter.find(chat.home, OTHER_KEY) == other != sent
        assert await chat.adapter.find(chat.home, "contract:3") is None
        await chat.adapter.edit(chat.home, sent.message, quote("Something else."))
        assert (await chat.adapter.find(chat.home, KEY) == sent) is chat.finds_edited

    async def test_find_what_was_deleted(self, chat: ContractChat) -> None:
        """It certainly does not exist any more."""
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        await chat.people.deletes("Ana", sent.message)
        assert await chat.adapter.find(chat.home, KEY) is None

    async def test_a_post_in_a_thread(self, chat: ContractChat) -> None:
        """It is in that thread, and is found, edited, marked and read there by the id that was given for it."""
        root = await chat.people.says("Ben", WORDS)
        place = replace(chat.home, thread=root)
        sent = await chat.adapter.post(place, quote(OTHER_WORDS), KEY)
        assert sent == SentMessage(chat.home.channel, sent.message, chat.message_link(sent.message))
        assert (await chat.see(sent.message)).thread == root
        assert await chat.adapter.find(place, KEY) == sent
        assert await chat.adapter.find(place, OTHER_KEY) is None
        await chat.adapter.mark(place, sent.message, True)
        await chat.adapter.edit(place, sent.message, quote("Something else."))
        seen = await chat.see(sent.message)
        assert "Something else." in seen
        assert (seen.thread, seen.marks) == (root, frozenset("💡"))
        assert (await read_source(chat, sent.message)).by_bot
        assert len(await messages_with(chat, "Something else.")) == 1

    async def test_edit(self, chat: ContractChat) -> None:
        """The new content replaces the old one; once more changes nothing."""
        sent = await chat.adapter.post(chat.home, quote(WORDS, Button("First", Log("x"))), KEY)
        for _ in range(2):
            await chat.adapter.edit(chat.home, sent.message, quote(OTHER_WORDS, Button("Second", Log("x"))))
            seen = await chat.see(sent.message)
            assert OTHER_WORDS in seen
            assert "[Second]" in seen
            assert WORDS not in seen
            assert "[First]" not in seen
        assert len(await messages_with(chat, OTHER_WORDS)) == 1

    async def test_what_cannot_be_edited(self, chat: ContractChat) -> None:
        """A person's message, and one that is deleted: refused for good."""
        said = await chat.people.says("Ben", WORDS)
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        await chat.people.deletes("Ana", sent.message)
        for message in (said, sent.message):
            refused = await refusal(chat.adapter.edit(chat.home, message, quote(OTHER_WORDS)))
            assert (refused.retry_after, refused.closed) == (None, False)
        assert (await chat.see(said)).text == WORDS

    async def test_delete(self, chat: ContractChat) -> None:
        """The bot's message is gone for everyone; once more changes nothing, and nobody else's can go."""
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        await chat.adapter.post(chat.home, quote(OTHER_WORDS), OTHER_KEY)
        said = await chat.people.says("Ben", "Mine.")
        for _ in range(2):
            await chat.adapter.delete(chat.home, sent.message)
            assert await messages_with(chat, WORDS) == []
            assert len(await messages_with(chat, OTHER_WORDS)) == 1
        refused = await refusal(chat.adapter.edit(chat.home, sent.message, quote(WORDS)))
        assert (refused.retry_after, refused.closed) == (None, False)
        refused = await refusal(chat.adapter.delete(chat.home, said))
        assert (refused.retry_after, refused.closed) == (None, False)
        assert (await chat.see(said)).text == "Mine."

    async def test_delete_a_message_to_a_person(self, chat: ContractChat) -> None:
        """It leaves their direct messages."""
        place = Place(chat.home.workspace, person=chat.person_id("Ben"))
        sent = await chat.adapter.post(place, quote(WORDS), KEY)
        await chat.adapter.post(place, quote(OTHER_WORDS), OTHER_KEY)
        for _ in range(2):
            await chat.adapter.delete(replace(place, channel=sent.channel), sent.message)
            assert [OTHER_WORDS in seen for seen in await chat.people.notes("Ben")] == [True]

    async def test_mark(self, chat: ContractChat) -> None:
        """The bot's own 💡 comes and goes, on anybody's message; once more changes nothing."""
        said = await chat.people.says("Ben", WORDS)
        sent = await chat.adapter.post(chat.home, quote(OTHER_WORDS), KEY)
        for message in (said, sent.message):
            for on in (False, True, True, False, False):
                await chat.adapter.mark(chat.home, message, on)
                assert (await chat.see(message)).marks == frozenset("💡" if on else ""), f"{on=}"

    async def test_a_message_to_a_person(self, chat: ContractChat) -> None:
        """Only that person gets it; where they accept none, that is what the error says."""
        place = Place(chat.home.workspace, person=chat.person_id("Ben"))
        sent = await chat.adapter.post(place, quote(WORDS), KEY)
        assert sent.channel not in ("", chat.home.channel)
        assert [WORDS in seen for seen in await chat.people.notes("Ben")] == [True]
        assert [WORDS in seen for seen in await chat.people.notes("Mei")] == []
        assert await messages_with(chat, WORDS) == []
        await chat.adapter.edit(replace(place, channel=sent.channel), sent.message, quote(OTHER_WORDS))
        assert [OTHER_WORDS in seen for seen in await chat.people.notes("Ben")] == [True]
        await chat.close_messages("Mei")
        closed = replace(place, person=chat.person_id("Mei"))
        refused = await refusal(chat.adapter.post(closed, quote(WORDS), OTHER_KEY))
        assert (refused.closed, refused.retry_after) == (True, None)
        assert await chat.people.notes("Mei") == []

    async def test_a_channel_without_the_bot(self, chat: ContractChat) -> None:
        """Nothing is posted or marked there, and nothing is read; `find` does not say that nothing is there."""
        said = await chat.people.says("Ben", "Before.")
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        await chat.remove_bot()
        thread = replace(chat.home, thread=said)
        for refused in (
            await refusal(chat.adapter.post(chat.home, quote(OTHER_WORDS), OTHER_KEY)),
            await refusal(chat.adapter.post(thread, quote(OTHER_WORDS), OTHER_KEY)),
            await refusal(chat.adapter.mark(chat.home, said, True)),
        ):
            assert (refused.retry_after, refused.closed) == (None, False)
        assert await chat.adapter.read(chat.home, said) is None
        with suppress(OutcomeUnknownError):
            assert await chat.adapter.find(chat.home, KEY) == sent
        assert await messages_with(chat, OTHER_WORDS) == []

    # Reading

    async def test_read(self, chat: ContractChat) -> None:
        """The present text of a person's message, its author and its link; nothing once it is deleted."""
        said = await chat.people.says("Ben", WORDS)
        expected = Source(WORDS, chat.person_id("Ben"), "Ben", chat.message_link(said))
        assert await chat.adapter.read(chat.home, said) == expected
        await chat.people.edits("Ben", said, OTHER_WORDS)
        assert await chat.adapter.read(chat.home, said) == replace(expected, text=OTHER_WORDS)
        await chat.people.deletes("Ben", said)
        assert await chat.adapter.read(chat.home, said) is None

    async def test_read_what_the_bot_wrote(self, chat: ContractChat) -> None:
        """It says so, since no person's words are in it."""
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        source = await read_source(chat, sent.message)
        assert (source.by_bot, source.external, source.link) == (True, False, sent.link)

    async def test_read_in_a_private_channel(self, chat: ContractChat) -> None:
        """It says so, since nobody outside of the channel may read it."""
        place = await chat.private_channel()
        sent = await chat.adapter.post(place, quote(WORDS), KEY)
        source = await chat.adapter.read(place, sent.message)
        assert source is not None
        assert source.private

    async def test_read_words_as_written(self, chat: ContractChat) -> None:
        """Text is text: nothing is escaped, dropped or changed. A mention is a name, as its author saw it."""
        for words in (MARKUP, LINES, LONG):
            said = await chat.people.says("Ben", words)
            assert (await read_source(chat, said)).text == words
        said = await chat.mention("Ben", "Mei", "saw it first & <b>well</b>")
        assert (await read_source(chat, said)).text == f"@Mei #{HOME} saw it first & <b>well</b>"

    # What people see

    async def test_words_are_shown_as_written(self, chat: ContractChat) -> None:
        """Wherever a person's words are on a card, the reader sees each character, and nothing happens to it."""
        for number, block in enumerate(blocks_with(SHOWN_MARKUP)):
            sent = await chat.adapter.post(chat.home, post_of(Title("Aha #7"), block), f"contract:{number}")
            seen = await chat.see(sent.message)
            assert SHOWN_MARKUP in seen.text, f"{block}\nis shown as\n{seen.text}"
        sent = await chat.adapter.post(chat.home, quote(LINES), "contract:lines")
        seen = await chat.see(sent.message)
        assert LINES in seen.text, seen.text

    async def test_long_words_are_shown_as_written(self, chat: ContractChat) -> None:
        """All 3,000 characters. A platform may show them in several parts, so only spaces can be at a cut."""
        assert len(LONG) == 3_000
        sent = await chat.adapter.post(chat.home, quote(LONG, Button("Show", Log("x"))), KEY)
        seen = await chat.see(sent.message)
        assert without_spaces(LONG) in without_spaces(seen.text), seen.text
        assert seen.text.endswith("[Show]")

    async def test_a_card_in_reading_order(self, chat: ContractChat) -> None:
        """Every kind of block, and the buttons below, each once."""
        post = post_of(
            Title("The week"), Text(("What we tried.",)), Section("What we saw"), Quote(WORDS, by="Ben"),
            Quote(OTHER_WORDS), Small(("Six took part.",)),
            buttons=(Button("Answer", Log("x")), Button("Later", Log("y"))),
        )  # fmt: skip
        seen = await chat.see((await chat.adapter.post(chat.home, post, KEY)).message)
        parts = (
            "The week", "What we tried.", "What we saw", WORDS, OTHER_WORDS, "Six took part.", "[Answer]", "[Later]",
        )  # fmt: skip
        assert [seen.text.count(part) for part in (*parts, "Ben")] == [1] * 9, seen.text
        assert sorted(parts, key=seen.text.index) == [*parts], seen.text

    async def test_a_picture(self, chat: ContractChat) -> None:
        """The picture and its alt text arrive; an edit can bring another one, or none."""
        blue, red = draw_png("blue"), draw_png("red")
        week = Picture(blue, "Twelve weeks: <one> aha & *two* tries.", "week-11.png")
        sent = await chat.adapter.post(chat.home, post_of(Title("The week"), picture=week), KEY)
        assert (await chat.see(sent.message)).picture == week.alt
        assert await chat.picture(sent.message) == blue
        alt = "Twelve weeks. " * 142 + "All of it."
        longest = Picture(red, alt[:2_000], "week-12.png")
        await chat.adapter.edit(chat.home, sent.message, post_of(Title("The week"), picture=longest))
        cut = "" if chat.longest_alt >= 2_000 else "…"
        assert (await chat.see(sent.message)).picture == alt[: chat.longest_alt - len(cut)] + cut
        assert await chat.picture(sent.message) == red
        await chat.adapter.edit(chat.home, sent.message, post_of(Title("The week")))
        seen = await chat.see(sent.message)
        assert (seen.picture, seen.text) == ("", "The week")

    async def test_a_file(self, chat: ContractChat) -> None:
        """It comes with its card into a person's direct messages, whatever is in it."""
        place = Place(chat.home.workspace, person=chat.person_id("Ben"))
        book = File("<b>Ana’s 💡</b>\0".encode() * 1_000, "book.html", "text/html")
        await chat.adapter.post(place, replace(post_of(Title("Your book")), file=book), KEY)
        assert await chat.files("Ben") == {book.name: book.data}
        assert await chat.files("Ana") == {}

    async def test_a_picture_of_a_private_answer(self, chat: ContractChat) -> None:
        """It reaches the one person who asked, with its alt text, and nobody else."""
        assert await chat.people.types("Ana", f"failed {WORDS}")
        answer = await chat.people.types("Ben", "cycle")
        assert answer
        assert "So far: 1 experiment" in answer
        await chat.people.pictures("Ben")
        await chat.repeat()
        [seen] = await chat.people.pictures("Ben")
        assert (
            seen.picture
            == "Experiments and breakthroughs over time, 16 March 2026: 1 experiment and no breakthroughs."
        )
        assert await chat.people.pictures("Ana") == []
        assert not any(each.picture for each in await chat.people.channel())

    # What reaches the bot

    async def test_a_command(self, chat: ContractChat) -> None:
        """It reaches the bot with who, where and which event; the answer and the card show its words as written."""
        answer = await chat.people.types("Ana", f"log {MARKUP}")
        assert answer
        assert "#1" in answer
        [(command, origin)] = handled_of(chat, Log)
        assert command.text == MARKUP
        check_origin(chat, origin, "Ana")
        assert origin.locale == chat.locale
        await chat.repeat()
        assert events_of(chat, command) == [origin.event] * 2
        assert [MARKUP in seen.text for seen in await messages_with(chat, "Aha #")] == [True]
        shown = await chat.people.types("Mei", "show 1")
        assert shown
        assert MARKUP in shown.text, shown.text
        assert await chat.people.types("Ana", f"log {OTHER_WORDS}")
        (_, other) = handled_of(chat, Log)[-1]
        assert other.event != origin.event

    async def test_a_button(self, chat: ContractChat) -> None:
        """The command on it comes back exactly; a press that is delivered twice is done once."""
        command = Log("a:b%c; <d> & “e” 💡 \\ |")
        sent = await chat.adapter.post(chat.home, quote(WORDS, Button("Keep it", command)), KEY)
        assert await chat.people.presses("Ben", "Keep it", sent.message)
        assert [each for each, _ in handled_of(chat, Log)] == [command]
        (_, origin) = handled_of(chat, Log)[0]
        check_origin(chat, origin, "Ben")
        await chat.repeat()
        assert events_of(chat, command) == [origin.event] * 2
        assert len(await messages_with(chat, command.text)) == 1
        assert await chat.people.presses("Ben", "Keep it", sent.message)
        assert len(set(events_of(chat, command))) == 2, "pressed again, it is another event"

    async def test_a_button_in_other_places(self, chat: ContractChat) -> None:
        """In a thread, in a private channel and in a direct message: the origin says where it was pressed."""
        root, private = await chat.people.says("Ben", WORDS), await chat.private_channel()
        person = Place(chat.home.workspace, person=chat.person_id("Ben"))
        post = quote(OTHER_WORDS, Button("Keep it", Log("x")))
        origins: list[tuple[Origin, str]] = []
        for place in (replace(chat.home, thread=root), private, person):
            sent = await chat.adapter.post(place, post, f"contract:{len(origins)}")
            message = sent.message.rpartition(":")[2]
            await chat.people.presses("Ben", "Keep it", message)
            origins.append((handled_of(chat, Log)[-1][1], sent.channel))
        (threaded, _), (hidden, _), (direct, channel) = origins
        check_origin(chat, threaded, "Ben", thread=root)
        check_origin(chat, hidden, "Ben", channel=private.channel, channel_name=PRIVATE, private=True)
        also_private = chat.direct_is_private
        check_origin(chat, direct, "Ben", channel=channel, channel_name="", direct=True, private=also_private)
        assert {each.present for each, _ in origins} == {chat.vouches_for_buttons}
        assert len({each.event for each, _ in origins}) == 3

    async def test_who_is_in_a_channel(self, chat: ContractChat) -> None:
        """A person in it is a member; of somebody whom nobody knows the platform says no, or nothing."""
        for place in (chat.home, await chat.private_channel()):
            found = await chat.adapter.find_access(place.workspace, place.channel, chat.person_id("Ben"))
            assert found == ChannelAccess(Access.MEMBER)
        admin = await chat.adapter.find_access(chat.home.workspace, chat.home.channel, chat.person_id("Ana"))
        assert admin == ChannelAccess(Access.MEMBER, admin=True)
        try:
            unknown = await chat.adapter.find_access(chat.home.workspace, chat.home.channel, "99")
        except OutcomeUnknownError:
            return
        assert unknown == ChannelAccess(Access.OUTSIDE)

    async def test_a_form(self, chat: ContractChat) -> None:
        """Its values are in its command as they were typed; a form that is sent twice is taken once."""
        for number, words in enumerate((LINES, LONG), 1):
            form = await chat.people.types("Ana", "log")
            assert form
            answer = await chat.people.fills("Ana", form.id, text=words)
            assert answer
            assert f"#{number}" in answer
            (command, origin) = handled_of(chat, Log)[-1]
            assert command.text == words
            check_origin(chat, origin, "Ana", from_form=True)
            assert origin.present is chat.vouches_for_buttons
            await chat.repeat()
            assert events_of(chat, command) == [origin.event] * 2
            assert len(await messages_with(chat, "Aha #")) == number
        assert len({origin.event for filled, origin in handled_of(chat, Log) if filled.text}) == 2

    async def test_events_of_messages(self, chat: ContractChat) -> None:
        """An emoji, a reply, an edit and a deletion name a message by the id that `read` takes."""
        root = await chat.people.says("Ben", WORDS)
        await chat.people.reacts("Mei", "🎉", root)
        [(added, origin)] = handled_of(chat, EmojiAdded)
        assert added == replace(
            added, message=root, emoji="🎉", author=chat.person_id("Ben"), ours="", external=""
        )
        check_origin(chat, origin, "Mei")
        await chat.people.reacts("Mei", "🎉", root, on=False)
        [(removed, origin)] = handled_of(chat, EmojiRemoved)
        assert removed == EmojiRemoved(root, "🎉")
        await chat.people.says("Mei", MARKUP, thread=root)
        [(reply, origin)] = handled_of(chat, ReplyWritten)
        assert reply.text == MARKUP
        check_origin(chat, origin, "Mei", thread=root)
        assert (await read_source(chat, reply.message)).text == MARKUP
        await chat.people.edits("Ben", root, LINES)
        [(edited, origin)] = handled_of(chat, MessageEdited)
        assert edited == MessageEdited(root, LINES)
        check_origin(chat, origin, "Ben")
        await chat.people.deletes("Ben", root)
        assert [each for each, _ in handled_of(chat, MessageDeleted)] == [MessageDeleted(root)]

    async def test_an_emoji_on_what_the_bot_wrote(self, chat: ContractChat) -> None:
        """The event says so, since nothing of the bot's own is saved."""
        sent = await chat.adapter.post(chat.home, quote(WORDS), KEY)
        await chat.people.reacts("Mei", "🎉", sent.message)
        [(added, _)] = handled_of(chat, EmojiAdded)
        assert (added.message, added.ours) == (sent.message, "1")
