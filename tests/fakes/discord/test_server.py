"""Tests of the fake Discord with a minimal discord.py client over real sockets, without the bot."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest

from tests.fakes.discord import faults, read
from tests.fakes.discord.bare import Bare, Card, connected, pixel
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.gateway import Intent
from tests.fakes.discord.people import People
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import FORUM, Channel, Message, Server, World
from tests.support.samples import needs
from tests.support.waiting import until

SEND = "POST /channels/{channel_id}/messages"
READ = "GET /channels/{channel_id}/messages/{message_id}"
UNPRIVILEGED = discord.Intents(guilds=True, messages=True, reactions=True)


@dataclass
class Scene:
    """A fake Discord, a server with Ana, Ben and the bot, and a minimal client that records its events."""

    discord: Discord
    here: Server
    home: Channel
    people: People
    client: Bare

    @property
    def world(self) -> World:
        return self.discord.world

    def channel(self, place: Channel | None = None) -> Any:
        """Return a channel as the client knows it."""
        id = int((place or self.home).id)
        return self.client.get_channel(id) or self.client.get_partial_messageable(id)

    def message(self, said: Message) -> Any:
        """Return a message as the client can reach it."""
        return self.channel(self.world.channels[said.channel]).get_partial_message(int(said.id))

    async def posts(self, **what: Any) -> Message:
        """Send a message from the client to the home channel."""
        sent = await self.channel().send(**what)
        return self.world.messages[str(sent.id)]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def there() -> AsyncIterator[tuple[Discord, Channel]]:
    """Run a fake Discord that no client is connected to yet."""
    async with serving() as one:
        here = one.world.found()
        one.world.add("Ana", admin=True)
        one.world.add("Ben", locale="de")
        yield one, one.world.make(here, "team-lantern")


@pytest.fixture
async def scene(there: tuple[Discord, Channel]) -> AsyncIterator[Scene]:
    """Connect the minimal client without privileged intents."""
    one, home = there
    async with connected(one, UNPRIVILEGED) as client:
        await one.connected()
        yield Scene(one, one.world.home, home, People(one, after=2.0), client)


async def refused(doing: Awaitable[Any]) -> tuple[int, int]:
    """Return the HTTP status and the error code of a refused call."""
    with pytest.raises(discord.HTTPException) as wrong:
        await doing
    return wrong.value.status, wrong.value.code


# Starting


async def test_starting(scene: Scene) -> None:
    """The client logs in, registers its commands and connects, and knows the server with its channels."""
    assert [done.route for done in scene.discord.calls][:3] == [
        "GET /users/@me", "GET /oauth2/applications/@me", "PUT /applications/{application_id}/commands",
    ]  # fmt: skip
    guild = scene.client.get_guild(int(scene.here.id))
    assert guild is not None
    assert [channel.name for channel in guild.channels] == ["team-lantern"]
    assert guild.me.guild_permissions.send_messages
    assert not guild.me.guild_permissions.manage_guild
    assert guild.member_count == 3
    registered = await scene.client.tree.fetch_commands()
    assert {each.name for each in registered} == {"aha", "Save as aha"}
    assert scene.discord.gateway.identifies[0]["intents"] == UNPRIVILEGED.value
    assert scene.client.names()[:3] == ["connect", "guild_available", "ready"]


async def test_who_keeps_a_name_keeps_the_id(scene: Scene) -> None:
    first = {each.name: each.id for each in await scene.client.tree.fetch_commands()}
    assert {each.name: each.id for each in await scene.client.tree.sync()} == first


async def test_a_wrong_token(there: tuple[Discord, Channel]) -> None:
    one, _ = there
    with pytest.raises(discord.LoginFailure):
        async with connected(one, UNPRIVILEGED, token="wrong"):
            pass
    assert one.rates.invalid[401] == 1


async def test_asking_for_too_much(there: tuple[Discord, Channel]) -> None:
    """A privileged intent that is not switched on closes with 4014; switched on, it does not."""
    one, _ = there
    wanted = UNPRIVILEGED | discord.Intents(message_content=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(one, wanted):
            pass
    one.allows(Intent.CONTENT)
    async with connected(one, wanted) as client:
        assert client.application_flags.gateway_message_content_limited


# Commands


async def test_a_command(scene: Scene) -> None:
    got = await scene.people.types("Ben", "aha log", scene.home, text="We sign them.")
    assert got.text == "You said We sign them."
    assert [message.to for message in got.whispers] == [scene.world.person("Ben").id]
    assert scene.world.standing(scene.home.id) == []
    did = scene.client.last("log")
    assert did.user.display_name == "Ben"
    assert did.channel.name == "team-lantern"
    assert did.locale is discord.Locale.german
    assert not did.permissions.manage_guild
    assert did.app_permissions.send_messages


async def test_an_answer_for_everyone(scene: Scene) -> None:
    got = await scene.people.types("Ana", "aha log", scene.home, text="We sign them.", loud=True)
    assert not got.whispers
    assert [read.words(message) for message in scene.world.standing(scene.home.id)] == [
        "You said We sign them."
    ]
    assert scene.client.last("log").permissions.manage_guild


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("other", {}),
        ("aha", {}),
        ("aha logs", {"text": "x"}),
        ("aha log", {}),
        ("aha log", {"text": "x", "words": "x"}),
        ("aha log", {"text": 7}),
        ("aha log", {"text": "x", "loud": "yes"}),
        ("aha show", {"moment": "42"}),
    ],
)
async def test_what_discord_would_not_send(scene: Scene, line: str, options: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        await scene.people.types("Ana", line, scene.home, **options)
    assert not scene.world.interactions


async def test_a_late_answer_with_a_picture(scene: Scene) -> None:
    """After a deferral, words and a file arrive in a multipart body, and the CDN serves the file."""
    waiting = asyncio.create_task(scene.people.types("Ana", "aha show", scene.home, moment=42, who="Ben"))
    await scene.discord.quiet()
    (promised,) = scene.world.whispers(scene.world.person("Ana").id)
    assert read.words(promised) == "is thinking…"
    scene.client.held.set()
    got = await waiting
    assert got.whispers == [promised]
    assert got.text == "#42 of ben"
    assert read.picture(promised) == "A small chart"
    edit = scene.discord.called("PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original")[0]
    assert edit.files == ("chart.png",)
    fetched = await _original(got.interaction, scene)
    async with aiohttp.ClientSession() as session, session.get(fetched["attachments"][0]["url"]) as answer:
        assert await answer.read() == pixel()


async def _original(did: Any, scene: Scene) -> Any:
    address = f"{scene.discord.api}/webhooks/{scene.world.app}/{did.token}/messages/@original"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        return await answer.json()


async def test_suggestions(scene: Scene) -> None:
    offered = await scene.people.completes("Ana", "aha show", scene.home, "moment", moment="4")
    assert offered == [{"name": "#42 Tokens", "value": 42}]
    with pytest.raises(AssertionError):
        await scene.people.completes("Ana", "aha log", scene.home, "text", text="W")


async def test_a_messages_menu(scene: Scene) -> None:
    """The interaction contains the message's words, whatever the intents."""
    said = await scene.people.says("Ben", "It is *fast* now.", scene.home)
    got = await scene.people.chooses("Ana", "Save as aha", said)
    assert got.text == "Saved: It is fast now."
    with pytest.raises(AssertionError):
        await scene.people.chooses("Ana", "Another entry", said)


async def test_no_answer(scene: Scene) -> None:
    scene.discord.answer_within = 0.1
    got = await scene.people.types("Ana", "aha silent", scene.home)
    assert got.text == got.trouble == "The application did not respond"
    did = scene.client.last("silent")
    assert await refused(did.response.send_message("Too late.")) == (404, 10062)


async def test_answers_in_the_wrong_order(scene: Scene) -> None:
    """Refused are a follow-up before the first answer, a second first answer, and a follow-up after 15 minutes."""
    scene.discord.answer_within = 0.1
    await scene.people.types("Ana", "aha silent", scene.home)
    did = scene.client.last("silent")
    assert await refused(did.followup.send("First.")) == (404, 10015)
    scene.discord.answer_within = 60.0
    await did.response.send_message("First.", ephemeral=True)
    did.response._response_type = None
    assert await refused(did.response.send_message("Again.")) == (400, 40060)
    await did.followup.send("And more.", ephemeral=True)
    whispers = scene.world.whispers(scene.world.person("Ana").id)
    assert [each.content for each in whispers] == ["First.", "And more."]
    scene.world.interactions[did.token].ages(15 * 60)
    assert await refused(did.followup.send("Much later.")) == (401, 50027)
    assert scene.discord.rates.invalid == {401: 1}


async def test_follow_ups_are_rewritten_and_deleted(scene: Scene) -> None:
    await scene.people.types("Ana", "aha log", scene.home, text="x")
    did = scene.client.last("log")
    more = await did.followup.send("More.", ephemeral=True, wait=True)
    await more.edit(content="Other.")
    (first, second) = scene.world.whispers(scene.world.person("Ana").id)
    assert (first.content, second.content) == ("You said x", "Other.")
    await more.delete()
    await did.delete_original_response()
    assert scene.world.whispers(scene.world.person("Ana").id) == []
    assert await refused(did.original_response()) == (404, 10008)


async def test_the_first_follow_up_takes_the_place_of_a_promise(scene: Scene) -> None:
    """It is ephemeral if the deferral was, whatever its own flags say."""
    scene.discord.answer_within = 0.1
    await scene.people.types("Ana", "aha silent", scene.home)
    did = scene.client.last("silent")
    scene.discord.answer_within = 60.0
    await did.response.defer(ephemeral=True)
    await did.followup.send("Filled.")
    assert [each.content for each in scene.world.whispers(scene.world.person("Ana").id)] == ["Filled."]
    await did.followup.send("More.")
    assert [each.content for each in scene.world.standing(scene.home.id)] == ["More."]


# Components


async def test_a_button_that_rewrites(scene: Scene) -> None:
    card = await scene.posts(view=Card())
    got = await scene.people.presses("Ben", "Yes", card)
    assert got.shown == [card]
    assert not got.whispers
    assert read.words(card).startswith("Aha #1\nanother word\n[Yes]")
    assert scene.client.last("interaction").message.id == int(card.id)


async def test_a_button_must_be_there(scene: Scene) -> None:
    card = await scene.posts(view=Card())
    for label in ("No", "card:no"):
        with pytest.raises(AssertionError):
            await scene.people.presses("Ben", label, card)
    await scene.message(card).delete()
    with pytest.raises(AssertionError):
        await scene.people.presses("Ben", "Yes", card)


async def test_a_menu_in_a_private_message(scene: Scene) -> None:
    """Only the person who sees the message can choose in its menu."""
    await scene.people.types("Ana", "aha log", scene.home, text="x")
    card = Card()
    await scene.client.last("log").followup.send(view=card, ephemeral=True)
    whisper = scene.world.whispers(scene.world.person("Ana").id)[-1]
    with pytest.raises(AssertionError):
        await scene.people.presses("Ben", "Edit", whisper)
    assert (await scene.people.presses("Ana", "Edit", whisper)).text == "You chose ['Edit']"
    got = await scene.people.presses("Ana", "Yes", whisper)
    assert got.whispers == [whisper]
    assert "another word" in got.text


async def test_a_menu_of_people(scene: Scene) -> None:
    """The chosen people come with the interaction. A menu from before a restart works by its custom_id."""
    menu = {"type": 5, "custom_id": "card:menu", "placeholder": "Who was there", "max_values": 2}
    old = scene.discord.stood(scene.home, [{"type": 1, "components": [menu]}])
    ids = [scene.world.person(name).id for name in ("Ana", "Ben")]
    got = await scene.people.picks("Ana", "Who was there", old, "Ana", "Ben")
    assert got.text == f"You chose {ids}"
    assert got.interaction.data["resolved"]["members"].keys() == set(ids)
    with pytest.raises(AssertionError):
        await scene.people.picks("Ana", "Who was not", old, "Ben")


async def test_a_button_whose_answer_comes_later(scene: Scene) -> None:
    card = await scene.posts(view=Card())
    waiting = asyncio.create_task(scene.people.presses("Ben", "Later", card))
    await scene.discord.quiet()
    scene.client.held.set()
    assert (await waiting).text == "At last."


async def test_a_button_that_nobody_answers(scene: Scene) -> None:
    scene.discord.answer_within = 0.1
    got = await scene.people.presses("Ben", "Nothing", await scene.posts(view=Card()))
    assert got.text == "This interaction failed"


async def test_a_form(scene: Scene) -> None:
    """A form opens, shows its initial values, is sent once, and closes."""
    got = await scene.people.presses("Ana", "Form", await scene.posts(view=Card()))
    assert got.modal is not None
    assert got.text.split("\n") == ["A form", "What happened", "In your words", "Which kind", "[Submit]"]
    fields = read.fields(got.modal.body)
    assert fields["text"]["value"] == "as it was"
    assert fields["text"]["label"] == "What happened"
    with pytest.raises(AssertionError):
        await scene.people.submits(got.modal, text="")
    with pytest.raises(AssertionError):
        await scene.people.submits(got.modal, kind="none")
    with pytest.raises(AssertionError):
        await scene.people.submits(got.modal, kind="aha", other="x")
    sent = await scene.people.sends(got.modal, {"What happened": "We sign them.", "kind": "Aha"})
    assert sent.text == "Kept We sign them. as ['aha']"
    assert not got.modal.open
    with pytest.raises(AssertionError):
        await scene.people.submits(got.modal, kind="aha")


async def test_a_form_that_nobody_takes_stays_open(scene: Scene) -> None:
    got = await scene.people.types("Ana", "aha form", scene.home)
    assert got.modal is not None
    scene.discord.answer_within = 0.1
    scene.discord.faults.put(
        "POST /interactions/{interaction_id}/{interaction_token}/callback", faults.Breaks()
    )
    lost = await scene.people.submits(got.modal, kind="aha")
    assert lost.trouble == "Something went wrong. Try again."
    assert got.modal.open
    scene.discord.answer_within = 3.0
    assert "Kept as it was" in (await scene.people.submits(got.modal, kind="aha")).text


# Messages, and who may read them


async def test_words_without_the_intent(scene: Scene) -> None:
    """A message is empty unless it mentions the bot, replies to it, is its own, or is a direct message."""
    ana, me = scene.world.person("Ana"), scene.world.bot
    await scene.people.says("Ana", "Nobody told the bot.", scene.home)
    heard = scene.client.last("message")
    assert (heard.content, heard.author.name) == ("", "ana")
    assert (await scene.message(scene.world.standing(scene.home.id)[-1]).fetch()).content == ""
    await scene.people.says("Ana", f"<@{me.id}> look", scene.home)
    assert scene.client.last("message").content == f"<@{me.id}> look"
    card = await scene.posts(content="A question")
    await scene.people.says("Ana", "An answer", scene.home, to=card)
    assert scene.client.last("message").content == "An answer"
    assert scene.client.last("message").reference.message_id == int(card.id)
    await scene.people.says("Ana", "A quiet one", scene.home, to=card, ping=False)
    assert scene.client.last("message").content == ""
    user = await scene.client.fetch_user(int(ana.id))
    await user.create_dm()
    assert scene.world.direct(ana.id).user == ana.id


async def test_words_with_the_intent(there: tuple[Discord, Channel]) -> None:
    one, home = there
    one.allows(Intent.CONTENT)
    async with connected(one, UNPRIVILEGED | discord.Intents(message_content=True)) as client:
        await one.connected()
        people = People(one)
        said = await people.says("Ana", "Everyone may read it.", home, files={"a.txt": b"x"})
        heard = client.last("message")
        assert heard.content == "Everyone may read it."
        assert heard.attachments[0].filename == "a.txt"
        await people.edits(said, "In other words.")
        assert client.last("raw_message_edit").message.content == "In other words."
        await people.deletes(said)
        assert client.last("raw_message_delete").message_id == int(said.id)
        more = [await people.says("Ben", text, home) for text in ("one", "two")]
        await people.deletes(*more)
        assert client.last("raw_bulk_message_delete").message_ids == {int(each.id) for each in more}


async def test_only_what_was_asked_for(there: tuple[Discord, Channel]) -> None:
    one, home = there
    async with connected(one, discord.Intents(guilds=True)) as client:
        await one.connected()
        people = People(one)
        said = await people.says("Ana", "Hello", home)
        await people.reacts("Ben", "💡", said)
        assert not {"message", "raw_reaction_add"} & set(client.names())
        assert (await people.types("Ana", "aha log", home, text="x")).text == "You said x"


async def test_direct_messages(scene: Scene) -> None:
    """The app opens direct messages with a button in them, and the person closes them."""
    ana = scene.world.person("Ana")
    user = await scene.client.fetch_user(int(ana.id))
    await user.send(view=Card())
    direct = scene.world.direct(ana.id)
    (note,) = scene.world.standing(direct.id)
    got = await scene.people.presses("Ana", "Edit", note)
    assert got.text == "You chose ['Edit']"
    pressed = scene.client.last("interaction")
    assert (pressed.guild_id, pressed.user.name) == (None, "ana")
    assert pressed.context.dm_channel
    ana.closed = True
    assert await refused(user.send("Again.")) == (403, 50007)


async def test_a_nonce_makes_one_message(scene: Scene) -> None:
    first, again = [await scene.posts(content="Once.", nonce="posting-1") for _ in range(2)]
    assert first is again
    assert len(scene.world.standing(scene.home.id)) == 1
    assert await scene.posts(content="Other.", nonce="posting-2") is not first
    scene.discord.nonces.lives = 0.0
    assert await scene.posts(content="Once.", nonce="posting-1") is not first


async def test_history(scene: Scene) -> None:
    for number in range(5):
        await scene.posts(content=f"{number}")
    last = [each.content async for each in scene.channel().history(limit=3)]
    assert last == ["4", "3", "2"]
    second = scene.world.standing(scene.home.id)[1]
    later = scene.channel().history(after=discord.Object(int(second.id)), oldest_first=True)
    assert [each.content async for each in later] == ["2", "3", "4"]


async def test_a_message_with_a_picture(scene: Scene) -> None:
    """A file is uploaded with the message, shown by `attachment://`, and kept by an edit that names it."""
    file = discord.File(io.BytesIO(pixel()), "chart.png", description="A small chart")
    view: Any = discord.ui.LayoutView()
    gallery: Any = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://chart.png", description="A small chart")
    view.add_item(gallery)
    sent = await scene.channel().send(view=view, file=file)
    said = scene.world.messages[str(sent.id)]
    assert read.picture(said) == "A small chart"
    assert said.components[0]["items"][0]["media"]["url"].startswith(scene.discord.address)
    nobody = discord.AllowedMentions.none()  # the library leaves it out where only components change
    await sent.edit(view=Card(), attachments=sent.attachments, allowed_mentions=nobody)
    assert [each.name for each in said.attachments] == ["chart.png"]
    await sent.edit(view=Card(), attachments=[], allowed_mentions=nobody)
    assert said.attachments == []


# Reactions


async def test_reactions(scene: Scene) -> None:
    """Plain, super and custom reactions are added, and removed one by one or all at once."""
    said = await scene.people.says("Ben", "Hello", scene.home)
    custom = scene.world.emoji(scene.here, "lantern")
    for emoji, burst in (("💡", False), ("💡", True), (custom, False)):
        await scene.people.reacts("Ana", emoji, said, burst=burst)
    added = [data for name, data in scene.client.heard if name == "raw_reaction_add"]
    assert [str(each.emoji) for each in added] == ["💡", "💡", f"<:lantern:{custom['id']}>"]
    assert [each.burst for each in added] == [False, True, False]
    assert added[0].member.name == "ana"
    assert added[0].message_author_id == int(scene.world.person("Ben").id)
    fetched = await scene.message(said).fetch()
    assert [(each.count, each.burst_count) for each in fetched.reactions] == [(2, 1), (1, 0)]
    await scene.people.reacts("Ana", "💡", said, on=False)
    assert scene.client.last("raw_reaction_remove").emoji.name == "💡"
    await scene.people.clears(said, f"lantern:{custom['id']}")
    assert scene.client.last("raw_reaction_clear_emoji").emoji.name == "lantern"
    await scene.people.clears(said)
    assert scene.client.last("raw_reaction_clear").message_id == int(said.id)


async def test_the_bots_own_reaction(scene: Scene) -> None:
    said = await scene.people.says("Ben", "Hello", scene.home)
    await scene.message(said).add_reaction("💡")
    await scene.message(said).add_reaction("💡")
    assert said.marks(scene.world.bot.id) == {"💡"}
    await scene.discord.quiet()
    assert scene.client.names().count("raw_reaction_add") == 1
    me = discord.Object(int(scene.world.bot.id))
    await scene.message(said).remove_reaction("💡", me)
    assert said.marks(scene.world.bot.id) == frozenset()
    assert await refused(scene.message(said).add_reaction("bulb")) == (404, 10014)
    assert await refused(scene.message(said).add_reaction("bulb:1234")) == (404, 10014)


# Channels, servers and roles


async def test_threads(scene: Scene) -> None:
    """A person and the app start threads from messages, write in them, and close and delete them."""
    card = await scene.posts(content="A question")
    thread = await scene.people.threads("Ana", card, "Answers")
    assert scene.client.last("thread_create").name == "Answers"
    await scene.people.says("Ben", "One", thread)
    assert scene.client.last("message").channel.id == int(card.id)
    assert [m.content for m in scene.world.standing(scene.home.id, threads=True)] == ["A question", "One"]
    assert await refused(scene.message(card).create_thread(name="Again")) == (400, 160004)
    other = await scene.posts(content="Another")
    made = await scene.message(other).create_thread(name="Ours")
    await made.send("First.")
    assert scene.world.standing(str(made.id))[0].content == "First."
    await scene.people.changes(thread, archived=True, locked=True)
    assert scene.client.last("raw_thread_update").thread_id == int(thread.id)
    assert await refused(scene.channel(thread).send("More.")) == (400, 50083)
    await scene.people.removes_channel(thread)
    assert scene.client.last("raw_thread_delete").thread_id == int(thread.id)
    assert await refused(scene.channel(thread).send("More.")) == (404, 10003)


async def test_a_forum(scene: Scene) -> None:
    forum = scene.discord.made(scene.world.make(scene.here, "ideas", FORUM))
    post, first = await scene.people.posts("Ana", forum, "Signing", "We sign them.")
    assert post.id == first.id
    assert scene.client.last("thread_create").parent_id == int(forum.id)
    await scene.people.reacts("Ben", "💡", first)
    assert scene.client.last("raw_reaction_add").channel_id == int(post.id)
    there = scene.client.get_partial_messageable(int(forum.id))
    assert await refused(there.send("Hello")) == (400, 50008)
    place: Any = scene.client.get_channel(int(forum.id))
    made = await place.create_thread(name="Ours", content="Words")
    assert scene.world.messages[str(made.message.id)].content == "Words"


async def test_what_the_bot_may_not(scene: Scene) -> None:
    """Hidden, muted and deleted channels each give the right code, and the events report them."""
    card = await scene.posts(content="Here")
    secret = scene.world.make(scene.here, "secret")
    secret = scene.discord.made(secret)
    await scene.people.shuts(secret)
    assert scene.client.last("guild_channel_update")[1].id == int(secret.id)
    assert await refused(scene.channel(secret).send("Hello")) == (403, 50001)
    assert await refused(scene.client.fetch_channel(int(secret.id))) == (403, 50001)
    before = scene.client.names().count("message")
    await scene.people.says("Ana", "Among us", secret)
    assert scene.client.names().count("message") == before
    await scene.people.shuts(scene.home, Can.SEND_MESSAGES)
    assert await refused(scene.posts(content="More")) == (403, 50013)
    await scene.message(card).edit(content="Edited all the same")
    await scene.people.shuts(scene.home, 0)
    await scene.people.permits(scene.here, Can.VIEW_CHANNEL)
    assert scene.client.last("guild_role_update")[1].permissions.value == Can.VIEW_CHANNEL
    ben = await scene.people.says("Ben", "Mine", scene.home)
    assert await refused(scene.message(ben).edit(content="Ours")) == (403, 50005)
    assert await refused(scene.message(ben).delete()) == (403, 50013)
    assert await refused(scene.channel().fetch_message(12345)) == (404, 10008)
    await scene.people.removes_channel(scene.home)
    assert scene.client.last("guild_channel_delete").id == int(scene.home.id)
    assert await refused(scene.posts(content="More")) == (404, 10003)
    assert scene.discord.rates.invalid == {403: 5}


async def test_servers_come_and_go(scene: Scene) -> None:
    """The bot joins a server and is removed from it. An outage of a server is no removal."""
    other = scene.world.found("Harbour", joined=False)
    place = scene.world.make(other, "general")
    await scene.people.invites(other)
    assert scene.client.last("guild_join").name == "Harbour"
    await scene.channel(place).send("Hello")
    await scene.people.removes(other)
    assert scene.client.last("guild_remove").id == int(other.id)
    assert await refused(scene.channel(place).send("Hello")) == (403, 50001)
    scene.discord.outage(scene.here)
    await scene.discord.quiet()
    assert scene.client.last("guild_unavailable").id == int(scene.here.id)
    scene.discord.outage(scene.here, on=False)
    await scene.discord.quiet()
    assert scene.client.last("guild_available").id == int(scene.here.id)
    assert scene.client.names().count("guild_remove") == 1


async def test_roles(scene: Scene) -> None:
    """Without the privileged intent the bot is told of its own roles, and not of others'."""
    await scene.people.promotes("Ben", Can.MANAGE_GUILD)
    assert scene.client.last("guild_role_create").permissions.manage_guild
    assert "member_update" not in scene.client.names()
    await scene.people.promotes("Ahabot", Can.MANAGE_MESSAGES)
    assert scene.client.last("member_update")[1].guild_permissions.manage_messages
    await scene.people.types("Ben", "aha log", scene.home, text="x")
    assert scene.client.last("log").permissions.manage_guild
    ben = await scene.people.says("Ben", "Mine", scene.home)
    await scene.message(ben).delete()
    assert ben.deleted


# Faults and limits


async def test_rate_limits(scene: Scene) -> None:
    """With `Via` the client waits and retries, without it the call fails. A limit can be global."""
    scene.discord.faults.put(SEND, faults.Limited(0.01))
    await scene.posts(content="Again.")
    scene.discord.faults.put(SEND, faults.Limited(0.01, everywhere=True))
    await scene.posts(content="Again and again.")
    assert [done.status for done in scene.discord.called(SEND)] == [429, 200, 429, 200]
    scene.discord.faults.put(SEND, faults.Limited(0.01, via=False))
    assert (await refused(scene.posts(content="No.")))[0] == 429
    assert scene.discord.rates.wasted == 3


async def test_a_narrow_bucket(scene: Scene) -> None:
    """The client sees the limit in the headers and keeps to it. Another channel has its own bucket."""
    scene.discord.rates.narrow(SEND, 2, 0.05)
    other = scene.discord.made(scene.world.make(scene.here, "other"))
    await asyncio.gather(*(scene.posts(content=f"{number}") for number in range(5)))
    await scene.channel(other).send("Here too.")
    assert len(scene.world.standing(scene.home.id)) == 5
    assert scene.discord.rates.wasted == 0
    scene.discord.rates.narrow(SEND, 2, 60.0)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {scene.discord.token}"}) as session:
        address = f"{scene.discord.api}/channels/{scene.home.id}/messages"
        quiet = {"content": "x", "allowed_mentions": {"parse": []}}
        statuses = [(await session.post(address, json=quiet)).status for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_faults(scene: Scene) -> None:
    """Faults come before or after the work is done, delay the answer, or refuse the call."""
    scene.discord.faults.put(SEND, faults.Breaks(503))
    assert (await refused(scene.posts(content="Not said.")))[0] == 503
    scene.discord.faults.put(SEND, faults.Breaks(503, after=True))
    assert (await refused(scene.posts(content="Said.")))[0] == 503
    scene.discord.faults.put(SEND, faults.Drops(after=True))
    with pytest.raises(aiohttp.ClientError):
        await scene.posts(content="Said too.")
    scene.discord.faults.put(SEND, faults.Refuses(403, 50013))
    assert await refused(scene.posts(content="Not said.")) == (403, 50013)
    scene.discord.faults.put(SEND, faults.Dawdles(0.02))
    await scene.posts(content="Late.")
    assert [each.content for each in scene.world.standing(scene.home.id)] == ["Said.", "Said too.", "Late."]


async def test_a_dropped_connection_is_resumed(scene: Scene) -> None:
    """Messages sent meanwhile arrive after the reconnect, in order and once."""
    scene.discord.gateway.closed = True
    scene.discord.gateway.drops()
    await until(lambda: not scene.discord.gateway.live)
    for text in ("one", "two"):
        scene.discord.stands(
            Message(
                scene.world.mint.mint(), scene.home.id, scene.world.bot.id, text
            )
        )  # fmt: skip
    scene.discord.gateway.closed = False
    await _resumed(scene)
    heard = [data.content for name, data in scene.client.heard if name == "message"]
    assert heard == ["one", "two"]
    assert len(scene.discord.gateway.identifies) == 1


async def _resumed(scene: Scene) -> None:
    await until(lambda: "resumed" in scene.client.names())
    await scene.discord.connected()


@pytest.mark.parametrize("how", ["reconnect", "invalid"])
async def test_it_is_told_to_come_again(scene: Scene, how: str) -> None:
    if how == "reconnect":
        scene.discord.gateway.reconnects()
    else:
        scene.discord.gateway.invalidates(resumable=True)
    await _resumed(scene)
    assert len(scene.discord.gateway.resumes) == 1
    assert (await scene.people.types("Ana", "aha log", scene.home, text="x")).text == "You said x"


async def test_an_invalid_session(scene: Scene) -> None:
    """The client identifies again, and is told of everything again."""
    scene.discord.gateway.ready.clear()
    scene.discord.gateway.invalidates()
    await scene.discord.connected()
    assert len(scene.discord.gateway.identifies) == 2
    assert not scene.discord.gateway.resumes
    assert scene.discord.gateway.starts == 998
    assert scene.client.names().count("connect") == 2


async def test_an_unknown_session_is_not_resumed(scene: Scene) -> None:
    scene.discord.gateway.sessions.clear()
    scene.discord.gateway.drops()
    await scene.discord.connected()
    assert len(scene.discord.gateway.resumes) == 1
    assert len(scene.discord.gateway.identifies) == 2


async def test_nobody_is_there_for_a_while(scene: Scene) -> None:
    async with scene.discord.outage_of_everything():
        with pytest.raises(aiohttp.ClientError):
            await scene.posts(content="Lost.")
    await scene.discord.connected()
    await scene.posts(content="Back.")
    assert [each.content for each in scene.world.standing(scene.home.id)] == ["Back."]


async def test_a_close_that_ends_it(there: tuple[Discord, Channel]) -> None:
    one, _ = there
    async with connected(one, UNPRIVILEGED) as client:
        await one.gateway.closes(4004)
        await until(client.is_closed)
    assert len(one.gateway.identifies) == 1


async def test_two_at_once(scene: Scene) -> None:
    """Each session is told of everything, and the first answer counts."""
    async with connected(scene.discord, UNPRIVILEGED) as second:
        await scene.discord.connected(2)
        await scene.people.says("Ana", "Hello", scene.home)
        assert [each.names().count("message") for each in (scene.client, second)] == [1, 1]
        got = await scene.people.types("Ana", "aha log", scene.home, text="x")
        await scene.discord.quiet()
        assert got.text == "You said x"
        callbacks = scene.discord.called("POST /interactions/{interaction_id}/{interaction_token}/callback")
        assert sorted(done.code for done in callbacks) == [0, 40060]


async def test_shards(there: tuple[Discord, Channel]) -> None:
    """Each client is told of its own servers only, and the first one of direct messages."""
    one, _ = there
    other = one.world.make(one.world.found("Harbour"), "general")
    async with (
        connected(one, UNPRIVILEGED, shard_id=0, shard_count=2) as first,
        connected(one, UNPRIVILEGED, shard_id=1, shard_count=2) as second,
    ):
        await one.connected(2)
        shards = [[each.name for each in client.guilds] for client in (first, second)]
        assert sorted(shards) == [["Harbour"], ["Lantern"]]
        people = People(one)
        await people.says("Ana", "Hello", other)
        told = [client.names().count("message") for client in (first, second)]
        assert sorted(told) == [0, 1]
        before = first.names().count("message")
        await people.says("Ana", "Hello", one.world.direct(one.world.person("Ana").id))
        assert first.names().count("message") == before + 1


async def test_heartbeats(there: tuple[Discord, Channel]) -> None:
    one, _ = there
    one.gateway.beat = 0.4
    async with connected(one, UNPRIVILEGED) as client:
        await until(lambda: 0 < client.latency < float("inf"))


# Checks of bodies and answers


async def asked(method: str, path: str, wanted: int, body: Any = None, **odd: Any) -> None:
    """Send one request to a Discord whose state has the odd values."""
    async with serving() as one:
        vars(one.world).update(odd)
        home = one.world.make(one.world.found(), "team-lantern")
        head = {"Authorization": f"Bot {one.token}"}
        async with aiohttp.ClientSession(headers=head) as session:
            address = one.api + path.format(channel=home.id)
            async with session.request(method, address, json=body) as answer:
                assert answer.status == wanted
        assert one.world.standing(home.id) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"content": "x"}, "allowed_mentions"),
        pytest.param(
            {"content": "x", "text": "x", "allowed_mentions": {"parse": []}},
            "'text' was unexpected",
            marks=needs("discord-openapi.json"),
        ),
    ],
)
async def test_a_body_that_discord_would_not_take_fails_the_test(body: Any, reason: str) -> None:
    """It fails even if the caller handles the refusal."""
    with pytest.raises(AssertionError, match=reason):
        await asked("POST", "/channels/{channel}/messages", 400, body)


@needs("discord-openapi.json")
async def test_a_slip_of_ours_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="Our Discord is not like Discord"):
        await asked("GET", "/oauth2/applications/@me", 200, app_name=7)


async def test_nothing_without_a_token(scene: Scene) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{scene.discord.api}/users/@me")
        assert answer.status == 401
        assert await answer.json() == {"message": "401: Unauthorized", "code": 0}
        assert (await session.get(f"{scene.discord.address}/attachments/1/2/chart.png")).status == 404
