"""Tests of people's words on Discord: in every way in as they wrote them, and shown so everywhere."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.discord.reading import content, words
from bot.data.export import write_export
from tests.adapters.discord.over_sockets.conftest import MONDAY
from tests.fakes.discord import payloads
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.faults import Dawdles, Refuses
from tests.fakes.discord.options import typed
from tests.fakes.discord.world import (
    COMMAND,
    FORUM,
    PRIVATE_THREAD,
    THREAD,
    Channel,
    Json,
    Message,
    Overwrite,
)
from tests.support.chat import Seen, sure, the, with_words

FRIDAY = MONDAY + timedelta(days=4, hours=8)
MEMBER = "GET /guilds/{guild_id}/members/{user_id}"
CHANNEL = "GET /channels/{channel_id}"
READ = "GET /channels/{channel_id}/messages/{message_id}"


@dataclass(frozen=True)
class Sample:
    """A text as Discord sends it, and as its author sees it."""

    sent: str
    seen: str


def sample(room: DiscordRoom) -> Sample:
    """Return words with a person, a channel, a role, a custom emoji, a link, a lying link and code in them."""
    world = room.discord.world
    ben, design = world.person("Ben").id, world.make(room.server, "design")
    room.discord.made(design)
    party, makers = (
        world.emoji(room.server, "party"),
        world.grants(room.server, world.person("Mei"), 0, "makers"),
    )
    room.discord.of_role(room.server, makers, "GUILD_ROLE_CREATE")
    code = f"`<@{ben}> <:party:{party['id']}>` and ```py\n<t:1773741600> <@&{makers.id}>\n```"
    after = "https://x.example/a_b?c=*1* [google.com](https://evil.example) std::key::value **so** #1"
    return Sample(
        f"<@{ben}> of <@&{makers.id}> in <#{design.id}> <:party:{party['id']}> {after} {code} \\<@{ben}>",
        f"@Ben of @makers in #design :party: {after} {code} \\<@{ben}>",
    )


async def by_command(room: DiscordRoom, text: str) -> None:
    """Save with the command."""
    await room.people.types("Ana", "aha log", room.home, text=text)


async def by_form(room: DiscordRoom, text: str) -> None:
    """Save with the form."""
    await room.people.submits(room.form(await room.types("Ana", "log")), text=text)


async def by_menu(room: DiscordRoom, text: str) -> None:
    """Save one's own message from its menu."""
    said = await room.says("Ana", text)
    await room.chooses("Ana", "Save as aha", said)


async def by_emoji(room: DiscordRoom, text: str) -> None:
    """Save one's own message with an emoji."""
    await room.types("Mei", "The first.")
    said = await room.says("Ana", text)
    await room.reacts("Ana", "💡", said)
    await room.settled()


async def by_editing_the_source(room: DiscordRoom, text: str) -> None:
    """Save something else, and then write this into the message."""
    said = await room.says("Ana", "Something else.")
    await room.chooses("Ana", "Save as aha", said)
    await room.edits("Ana", said, text)


async def by_editing_the_moment(room: DiscordRoom, text: str) -> None:
    """Save something else, and then write this into its form."""
    kept = sure(await room.types("Ana", "Something else."))
    assert "#1" in kept
    shown = sure(await room.types("Ana", "show 1"))
    form = sure(await room.presses("Ana", "Edit", shown.id))
    await room.people.submits(room.form(form), text=text)


WAYS = (by_command, by_form, by_menu, by_emoji, by_editing_the_source, by_editing_the_moment)


async def exported(room: DiscordRoom) -> list[str]:
    """Return the texts of the moments in the team's export."""

    def read(session: object) -> str:
        out = io.StringIO()
        write_export(session, 1, room.clock(), out)  # type: ignore[arg-type]
        return out.getvalue()

    return [each["text"] for each in json.loads(await room.bot.database.read(read))["moments"]]


async def friday(room: DiscordRoom) -> Seen:
    """Return the recap of the week."""
    await room.until(FRIDAY)
    return the(await room.channel(), "The week to")


async def the_latest(room: DiscordRoom) -> str:
    """Return the stored text of the newest moment."""
    await room.settled()
    return (await exported(room))[-1]


@pytest.mark.parametrize("way", WAYS)
async def test_words_arrive_as_they_were_written(
    room: DiscordRoom, way: Callable[[DiscordRoom, str], Awaitable[None]]
) -> None:
    """The card, find, the recap and the export all have what the author saw."""
    given = sample(room)
    await room.people.heard()
    await way(room, given.sent)
    assert await the_latest(room) == given.seen
    number = len(await exported(room))
    assert given.seen in sure(await room.types("Mei", f"show {number}"))
    assert with_words(await room.channel(), given.seen) or way is by_emoji
    begins = " ".join(given.seen.split())[:120]
    assert begins in sure(await room.types("Mei", "find design"))
    assert begins in await friday(room)


async def test_an_unchanged_edit_changes_nothing(room: DiscordRoom) -> None:
    """Neither that of the source nor that in the form, and a nickname is the same each time."""
    given = sample(room)
    room.server.members[room.discord.world.person("Ben").id].nick = "Benno"
    seen = given.seen.replace("@Ben", "@Benno")
    said = await room.says("Ana", given.sent)
    await room.chooses("Ana", "Save as aha", said)
    assert await the_latest(room) == seen
    await room.edits("Ana", said, given.sent)
    assert await the_latest(room) == seen
    shown = sure(await room.types("Ana", "show 1"))
    form = room.form(await room.presses("Ana", "Edit", shown.id))
    await room.people.submits(form)
    assert await the_latest(room) == seen


async def test_words_in_an_answer(room: DiscordRoom) -> None:
    """A reply is read as its author saw it, as is its edit."""
    given = sample(room)
    asked = sure(await room.types("Ana", "ask What did we learn?"))
    assert "I'm posting" in asked
    question = the(await room.channel(), "What did we learn?")
    reply = await room.says("Ben", "The import.", thread=question.id)
    code = f"`<@{room.discord.world.person('Ben').id}>`"
    await room.edits("Ben", reply, f"<@{room.discord.world.bot.id}> {code} {given.sent}")
    assert f"{code} {given.seen}"[:60] in await friday(room)


# Names


async def count(room: DiscordRoom, text: str, resolved: Json | None = None) -> dict[str, int]:
    """Log a text with these names in the interaction, and return how many names were asked for."""
    before = {route: len(room.discord.called(route)) for route in (MEMBER, CHANNEL)}
    person = room.discord.world.person("Ana")
    data = typed(room.discord.world, person, room.home, "aha log", {"text": text})
    if resolved is not None:
        data["resolved"] = resolved
    got = await room.people._does(COMMAND, person, room.home, data)
    assert "Saved as" in got.text
    return {route: len(room.discord.called(route)) - each for route, each in before.items()}


async def test_names_that_came_along_are_not_asked_for(room: DiscordRoom) -> None:
    """A text without mentions makes no request, nor does one whose names are known."""
    ben = room.discord.world.person("Ben")
    who = room.server.members[ben.id]
    who.nick = "Benno"
    assert await count(room, "We sign once now.") == {MEMBER: 0, CHANNEL: 0}
    came = {"users": {ben.id: payloads.user(ben)}, "members": {ben.id: payloads.member(who, with_user=False)}}
    assert await count(room, f"<@{ben.id}> in <#{room.home.id}>", came) == {MEMBER: 0, CHANNEL: 0}
    assert await the_latest(room) == "@Benno in #team-lantern"
    assert await count(room, f"<@{ben.id}> again") == {MEMBER: 1, CHANNEL: 0}
    assert await count(room, f"<@{ben.id}> and <@{ben.id}>") == {MEMBER: 0, CHANNEL: 0}
    assert await the_latest(room) == "@Benno and @Benno"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("nick", "seen"), [("\u202eneB", "@neB"), ("Ben\u2028admin", "@Ben admin"), ("\u3164", "@Ben")], ids=ascii
)
async def test_a_mentioned_name_turns_nothing(
    room: DiscordRoom, way: Callable[[DiscordRoom, str], Awaitable[None]], nick: str, seen: str
) -> None:
    """It stands in somebody's words, whose direction and lines are their own. One that shows nothing is none."""
    ben = room.discord.world.person("Ben").id
    room.server.members[ben].nick = nick
    await way(room, f"<@{ben}> saw it, and so did we.")
    assert await the_latest(room) == f"{seen} saw it, and so did we."


async def test_names_that_do_not_come_in_time(room: DiscordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person gets their answer all the same."""
    monkeypatch.setattr(words, "LOOKUP_WITHIN", 0.01)
    room.discord.faults.put(MEMBER, Dawdles(30))
    ben = room.discord.world.person("Ben").id
    await count(room, f"<@{ben}> saw it")
    assert await the_latest(room) == "@someone saw it"


async def test_people_and_roles_that_nobody_knows(room: DiscordRoom) -> None:
    """A phrase stands for them, never a number. Of very many, only the first few are asked for."""
    await count(room, "<@12345> of <@&12345> in <#12345>")
    assert await the_latest(room) == "@someone of @a role in #a channel"
    asked = await count(room, " ".join(f"<@{900 + each}>" for each in range(50)))
    assert asked[MEMBER] == words.LOOKUPS


async def test_the_name_of_a_hidden_channel_is_never_told(room: DiscordRoom) -> None:
    """Not everybody here may see it, whoever mentions it, and by whatever mark."""
    world, people, ana = room.discord.world, room.people, room.discord.world.person("Ana").id
    secret = world.make(room.server, "layoffs", private=True)
    room.discord.made(secret)
    quiet = room.discord.began(
        Channel(world.mint.mint(), "layoffs-plan", PRIVATE_THREAD, room.server.id, room.home.id, owner=ana)
    )
    below = room.discord.began(
        Channel(world.mint.mint(), "layoffs-who", THREAD, room.server.id, secret.id, owner=ana)
    )
    await people.heard()
    hidden = " ".join(f"<#{each.id}> <@{each.id}> <@&{each.id}>" for each in (secret, quiet, below))
    for way in (by_command, by_form, by_menu, by_emoji, by_editing_the_source):
        await way(room, f"{way.__name__} {hidden}")
        names = [
            f"#{name} @someone @a role" for name in ("a private channel", "a channel", "a private channel")
        ]
        assert await the_latest(room) == " ".join([way.__name__, *names])
    assert "layoffs" not in "\n".join(each.text for each in await room.channel())


async def test_a_hidden_channel_among_those_who_see_it(room: DiscordRoom) -> None:
    """In the channel itself, and in one with the same readers, everybody knows its name."""
    world = room.discord.world
    inner, twin = (world.make(room.server, name, private=True) for name in ("inner", "twin"))
    other = world.make(room.server, "other", private=True)
    other.overwrites = [*other.overwrites[:1], Overwrite(world.bot.id, 1, allow=Can.VIEW_CHANNEL)]
    for each in (inner, twin, other):
        room.discord.made(each)
    await room.people.heard()
    text = f"<#{inner.id}> <#{twin.id}> <#{other.id}> <#{room.home.id}>"
    await room.people.types("Ana", "aha log", inner, text=text)
    assert with_words(await room.in_channel(inner), "#inner #twin #a private channel #team-lantern")


async def test_an_archived_thread(room: DiscordRoom) -> None:
    """Its name isn't cached, so it's asked for once. That of one in a hidden channel is never told."""
    world, ana = room.discord.world, room.discord.world.person("Ana").id
    forum = world.make(room.server, "ideas", FORUM)
    secret = world.make(room.server, "secret", private=True)
    for each in (forum, secret):
        room.discord.made(each)
    open_one, hidden = (
        Channel(world.mint.mint(), name, THREAD, room.server.id, parent.id, owner=ana, archived=True)
        for name, parent in (("old-idea", forum), ("old-secret", secret))
    )
    world.channels |= {open_one.id: open_one, hidden.id: hidden}
    await room.people.heard()
    assert await count(room, f"<#{open_one.id}> <#{hidden.id}>") == {MEMBER: 0, CHANNEL: 2}
    assert await the_latest(room) == "#old-idea #a private channel"
    assert await count(room, f"<#{open_one.id}> <#{hidden.id}>") == {MEMBER: 0, CHANNEL: 0}
    assert await the_latest(room) == "#old-idea #a private channel"


# Messages without words of their author's


async def wordless(room: DiscordRoom, what: str) -> Message:
    """Let Ben post a message without words."""
    world, people, home = room.discord.world, room.people, room.home
    match what:
        case "a sticker":
            return await people.shows("Ben", home, stickers=[payloads.sticker(world.mint.mint(), "wave")])
        case "a poll":
            return await people.shows("Ben", home, poll=payloads.poll("Which one?", "This", "That"))
        case "a voice message":
            said = await people.says("Ben", "", home, files={"voice.ogg": b"x"})
            said.flags = content.VOICE_FLAG
            return said
        case "a forwarded message":
            picture = await people.says("Mei", "", home, files={"plan.png": b"x"})
            return await people.forwards("Ben", picture, home)
        case _:
            name = {"a picture": "plan.png", "a video": "plan.mp4", "a file": "plan.pdf"}[what]
            return await people.says("Ben", "", home, files={name: b"x"})


KINDS = ("a picture", "a video", "a file", "a sticker", "a poll", "a voice message", "a forwarded message")


@pytest.mark.parametrize("what", KINDS)
async def test_an_emoji_on_a_message_without_words(room: DiscordRoom, what: str) -> None:
    """Its author is told what it is and asked what it shows, one press away from its words."""
    await room.types("Ana", "The first.")
    said = await wordless(room, what)
    await room.people.reacts("Ana", "💡", said)
    [note] = await room.notes("Ben")
    assert (
        f"Ana would like to save something you posted without text: {what}. It'll be #2. What does it show?"
        in note
    )
    form = sure(await room.presses("Ben", "Say what it shows", note.id))
    assert "What does it show?" in form
    await room.people.submits(room.form(form), text="The whole import on one page.")
    found = await room.finds("import page")
    assert "The whole import on one page." in found
    assert "Ben" in found


@pytest.mark.parametrize("what", KINDS)
async def test_the_menu_of_a_message_without_words(room: DiscordRoom, what: str) -> None:
    """Its form asks what it shows. Its author's words are the message's, anybody else's are their own."""
    await room.types("Ana", "The first.")
    said = await wordless(room, what)
    form = sure(await room.chooses("Ben", "Save as aha", said.id))
    assert f"You posted this without text: {what}." in form
    await room.people.submits(room.form(form), text="The whole import on one page.")
    [card] = with_words(await room.channel(), "The whole import")
    assert "Ben" in card
    assert "💡" in (await room.message(said.id)).marks
    assert "already saved as #2" in sure(await room.chooses("Ana", "Save as aha", said.id))
    another = await wordless(room, what)
    form = sure(await room.chooses("Ana", "Save as failed experiment", another.id))
    assert f"Ben posted this without text: {what}." in form
    await room.people.submits(room.form(form), text="We drew it by hand.")
    [card] = with_words(await room.channel(), "We drew it by hand.")
    assert "Experiment #3" in card
    assert "Ana" in card
    assert "Ben" not in card


async def test_several_messages_without_words(room: DiscordRoom) -> None:
    """One Note says what each of them is."""
    await room.types("Ana", "The first.")
    room.discord.world.person("Ben").closed = True
    for what in ("a picture", "a poll"):
        await room.people.reacts("Ana", "💡", await wordless(room, what))
    await room.settled()
    shown = sure(await room.types("Ben", "help"))
    asked = "2 things you posted without text: a picture (#2), a poll (#3). What do they show?"
    assert asked in shown


async def test_the_menu_asks_for_words_first(room: DiscordRoom) -> None:
    """*Ask why* and *Add my version* say what the message is, and what can be done."""
    await room.types("Ana", "The first.")
    said = await wordless(room, "a picture")
    for entry in ("Ask why", "Add my version"):
        told = sure(await room.chooses("Ana", entry, said.id))
        assert "That message has no text, only this: a picture." in told
        assert "Save as aha" in told


async def test_words_beside_a_picture_are_kept(room: DiscordRoom) -> None:
    """Nobody is asked anything."""
    await room.types("Ana", "The first.")
    said = await room.people.says("Ben", "It fits one page.", room.home, files={"plan.png": b"x"})
    await room.people.reacts("Ana", "💡", said)
    assert await the_latest(room) == "It fits one page."
    assert "[Remove it]" in the(await room.notes("Ben"), "Ana saved what you wrote")


@pytest.mark.parametrize("way", ["menu", "emoji"])
async def test_a_forwarded_message(room: DiscordRoom, way: str) -> None:
    """Its words are read, and say that they were forwarded: whoever forwarded them didn't write them."""
    await room.types("Ana", "The first.")
    mei = room.discord.world.person("Mei").id
    written = await room.people.says("Chidi", f"<@{mei}> signs it once, `<@{mei}>`", room.home)
    said = await room.people.forwards("Ben", written, room.home)
    if way == "menu":
        await room.chooses("Ana", "Save as aha", said.id)
    else:
        await room.people.reacts("Ana", "💡", said)
    seen = f"Forwarded: @Mei signs it once, `<@{mei}>`"
    assert await the_latest(room) == seen
    assert seen in await room.finds("signs once")


async def test_a_forwarded_message_as_an_answer(room: DiscordRoom) -> None:
    """It counts as a reply, and says that it was forwarded."""
    await room.types("Ana", "ask What did we learn?")
    question = the(await room.channel(), "What did we learn?")
    written = await room.people.says("Chidi", "Nobody reads the second page.", room.home)
    thread = await room.people.threads("Ben", room.standing(question.id))
    await room.people.forwards("Ben", written, thread)
    assert "1 answered" in await room.message(question.id)
    assert "Forwarded: Nobody reads the second page." in await friday(room)


async def test_a_message_that_cannot_be_read(room: DiscordRoom) -> None:
    """Nobody can say what it shows, so its author is asked for its words."""
    await room.types("Ana", "The first.")
    said = await room.people.says("Ben", "", room.home, files={"plan.png": b"x"})
    room.discord.faults.put(READ, Refuses(403, 50001, "Missing Access"))
    await room.people.reacts("Ana", "💡", said)
    assert "[Add the text]" in the(await room.notes("Ben"), "something you wrote")


# A command's name is none of the person's words


@pytest.mark.parametrize("command", ["ask", "quest", "failed", "breakthrough", "find"])
async def test_it_was_an_aha(room: DiscordRoom, command: str) -> None:
    """The subcommand was chosen from a menu, so the aha is only the text."""
    got = sure(await room.types("Ana", f"{command} what moved the cheese so far away"))
    await room.presses("Ana", "It was an aha", got.id)
    assert await the_latest(room) == "what moved the cheese so far away"


async def test_kept_as_an_aha(room: DiscordRoom) -> None:
    """A value that was asked about is quoted and kept without the command's name."""
    asked = sure(await room.types("Ana", "show must go on"))
    assert "must go on" in asked
    assert "show must go on" not in asked
    await room.presses("Ana", "Save as an aha", asked.id)
    assert await the_latest(room) == "must go on"
