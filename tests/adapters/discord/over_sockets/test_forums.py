"""Tests of forums, of threads, and of permissions that the bot loses in a channel."""

from __future__ import annotations

from datetime import timedelta

from tests.adapters.discord.over_sockets.conftest import MONDAY
from tests.fakes.discord import faults
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.world import FORUM, Channel
from tests.support.chat import WORDS, with_words

BEGIN_POST = "POST /channels/{channel_id}/threads"
TUESDAY = MONDAY + timedelta(days=1, hours=3)
FRIDAY = MONDAY + timedelta(days=4, hours=9)


async def a_forum(room: DiscordRoom, *tags: tuple[str, bool]) -> tuple[Channel, Channel]:
    """Make a forum and a post in it. With `tags` (name, moderated) every further post needs one."""
    forum = room.discord.world.make(room.server, "ideas", FORUM)
    room.discord.made(forum)
    post, _first = await room.people.posts("Ben", forum, "An idea", "A template.")
    mint = room.discord.world.mint
    forum.tags = [
        {"id": mint.mint(), "name": name, "moderated": moderated, "emoji_id": None, "emoji_name": None}
        for name, moderated in tags
    ]
    forum.requires_tag = bool(tags)
    await room.people.changes(forum, topic="Ideas")
    return forum, post


def begun(room: DiscordRoom, forum: Channel) -> list[Channel]:
    """Return the forum posts that the bot began."""
    world = room.discord.world
    return [
        each for each in world.channels.values() if each.parent == forum.id and each.owner == world.bot.id
    ]


async def test_what_is_said_in_a_post_stands_in_it(room: DiscordRoom) -> None:
    """A capture, a quest and a question; nothing begins a post of its own."""
    forum, post = await a_forum(room)
    for typed in (WORDS, "quest What do people read?", "ask What did we learn?", "failed A wizard"):
        await room.gives("Ana", typed, post)
    shown = await room.in_channel(forum)
    assert len(shown) == 5
    assert {each.thread for each in shown} == {post.id}
    assert begun(room, forum) == []


async def test_only_replies_to_a_question_in_a_post_are_answers(room: DiscordRoom) -> None:
    """The card says so: the talk in the post goes on beside it."""
    _forum, post = await a_forum(room)
    await room.gives("Ana", "ask What did we learn?", post)
    [card] = with_words(await room.in_channel(post), "What did we learn?")
    assert "Use the button or reply to this message. I don't save other messages here" in card
    await room.people.says("Ben", "Look at the first page.", post)
    assert "answered" not in (await room.message(card.id)).text
    await room.people.says("Mei", "That nobody reads it.", post, to=room.standing(card.id))
    assert "1 answered" in await room.message(card.id)


async def test_a_scheduled_question_begins_a_post_and_what_is_said_there_answers(room: DiscordRoom) -> None:
    """As its card says."""
    forum, post = await a_forum(room)
    await room.gives("Ana", WORDS, post)
    [hello] = with_words(await room.in_channel(forum), "I'm Ahabot")
    await room.presses("Ana", "Turn on questions", hello.id)
    await room.until(TUESDAY)
    [opened] = begun(room, forum)
    [card] = with_words(await room.in_channel(forum), "A question for us")
    assert card.thread == opened.id
    assert "Replies to this message, or in its thread, are saved as answers" in card
    await room.people.says("Ben", "That nobody reads it.", opened)
    assert "1 answered" in await room.message(card.id)


async def test_a_forum_that_requires_tags_gets_one(room: DiscordRoom) -> None:
    """The first that is not for moderators alone."""
    forum, post = await a_forum(room, ("Official", True), ("Learned", False), ("Other", False))
    await room.gives("Ana", WORDS, post)
    await room.until(FRIDAY)
    [recap] = begun(room, forum)
    assert recap.applied == [forum.tags[1]["id"]]
    assert with_words(await room.in_channel(forum), "The week")


async def test_a_forum_without_a_usable_tag_is_told_to_whoever_set_it_up(room: DiscordRoom) -> None:
    """The recap cannot come, and says how it could."""
    forum, post = await a_forum(room, ("Official", True))
    await room.gives("Ana", WORDS, post)
    assert with_words(await room.in_channel(forum), WORDS)
    await room.until(FRIDAY)
    assert begun(room, forum) == []
    [note] = with_words(await room.notes("Ana"), "I couldn't post the recap in #ideas.")
    assert "That forum requires a tag on every post, and there's none I can use." in note


async def test_a_forum_without_tags_begins_posts_without(room: DiscordRoom) -> None:
    """Tags are sent only where they are required."""
    forum, post = await a_forum(room)
    await room.gives("Ana", WORDS, post)
    await room.until(FRIDAY)
    [recap] = begun(room, forum)
    assert recap.applied == []


async def test_a_locked_thread_is_told_to_whoever_asked(room: DiscordRoom) -> None:
    """The card cannot be posted, and its author learns that it is saved all the same."""
    said = await room.says("Ben", "Why is the login slow?")
    thread = await room.people.threads("Ben", room.standing(said))
    await room.gives("Ana", WORDS, thread)
    assert [each.thread for each in with_words(await room.channel())] == [thread.id]
    room.discord.faults.put(
        "POST /channels/{channel_id}/messages", faults.Refuses(400, 50083, "Thread is archived")
    )
    await room.gives("Ana", "Nobody reads the second page.", thread)
    [note] = with_words(
        await room.notes("Ana"), "I couldn't post this in a thread in #team-lantern: the card of #2."
    )
    assert "That thread is archived or locked. It's saved anyway" in note


async def test_without_leave_to_send_files_a_recap_describes_its_picture(room: DiscordRoom) -> None:
    """The rest of it comes as usual."""
    await room.types("Ana", WORDS)
    await room.people.shuts(room.home, Can.ATTACH_FILES)
    await room.until(FRIDAY)
    [recap] = with_words(await room.channel(), "The week")
    assert recap.picture == ""
    assert "aha" in recap
    assert "Moments saved each week, for 12 weeks to 20 March" in recap


async def test_without_leave_to_add_reactions_it_is_told_and_comes_later(room: DiscordRoom) -> None:
    """Whoever put the 💡 gets a Note; the bot's own 💡 appears with the permission."""
    await room.types("Ana", WORDS)
    await room.people.shuts(room.home, Can.ADD_REACTIONS)
    said = await room.says("Ben", "Wait, it is fast because nobody logs in twice.")
    await room.reacts("Ana", "🎉", said)
    await room.chooses("Ana", "Save as aha", said)
    await room.settled()
    [note] = with_words(await room.notes("Ana"), "#2 is saved, but I can't put my 💡 on the message.")
    assert "I'm not allowed to do that there." in note
    await room.people.shuts(room.home, 0)
    assert "💡" in (await room.message(said)).marks
    assert with_words(await room.notes("Ana"), "My 💡 is on the message of #2 now.")
