"""The ways in that the dialogue does not take, over both transports: what a person does, and what is there then."""

from __future__ import annotations

from tests.rooms import soon
from tests.slack import read
from tests.slack.room import SlackRoom
from tests.slack.world import Message, View

WORDS = "We used to cache tokens, now we sign them."


async def finds(room: SlackRoom, words: str = "cache tokens") -> str:
    """What Mei gets for `find`."""
    await room.settled()
    found = await room.types("Mei", f"find {words}")
    assert found
    return found.text


def here(room: SlackRoom, ts: str) -> Message:
    found = room.slack.home.message(ts)
    assert found is not None
    return found


async def test_the_first_minute(both: SlackRoom) -> None:
    """Invited, it says once what it does; invited again, it does not."""
    [hello] = await both.channel()
    assert "I am Ahabot" in hello
    await both.people.invites("Ana", both.home, on=False)
    await both.people.invites("Ana", both.home)
    assert len(await both.channel()) <= 2


async def test_the_global_shortcut(both: SlackRoom) -> None:
    """In one's only team at once; of several, its form asks which."""
    room = both
    await room.types("Ana", WORDS)
    [entry] = [e["callback_id"] for e in room.manifest["features"]["shortcuts"] if e["type"] == "global"]
    got = await room.people.starts("Ana", entry)
    assert got.view
    assert read.fields(got.view.body["blocks"], {}).keys() == {"text"}
    kept = await room.people.submits(got.view, text="From anywhere.")
    assert "Kept as #2" in kept.text

    other = room.slack.home.make("other")
    await room.people.invites("Ana", other)
    await room.people.types("Ana", WORDS, other.id)
    got = await room.people.starts("Ana", entry)
    assert got.view
    asked = read.fields(got.view.body["blocks"], {})
    teams = {option["text"]["text"]: option["value"] for option in asked["team"]["element"]["options"]}
    kept = await room.people.submits(got.view, team=teams["#other"], text="From anywhere else.")
    assert "Kept as #2" in kept.text
    await room.settled()
    assert any("From anywhere else." in read.words(m.blocks) for m in room.slack.home.standing(other.id))


async def test_a_command_where_the_bot_is_no_member(both: SlackRoom) -> None:
    """It is kept, and the answer says how to invite it."""
    elsewhere = both.slack.home.make("elsewhere")
    got = await both.people.types("Ana", WORDS, elsewhere.id)
    assert "Kept as #1" in got.text
    assert "/invite" in got.text
    await both.settled()
    assert both.slack.home.standing(elsewhere.id) == []


async def test_a_private_channel_stays_private(both: SlackRoom) -> None:
    room = both
    secret = room.slack.home.make("secret", private=True)
    await room.people.invites("Ana", secret)
    got = await room.people.types("Ana", WORDS, secret.id)
    assert "Kept as #1" in got.text
    assert WORDS not in await finds(room)


async def test_people_from_outside_are_not_captured(both: SlackRoom) -> None:
    """Slack Connect: their emoji and our own on their words keep nothing of theirs."""
    both.slack.home.add("Zoe", team="T0OTHER")
    both.home.members.add("U0ZOE")
    said = await both.says("Zoe", WORDS)
    await both.reacts("Ana", "💡", said)
    assert WORDS not in await finds(both)
    assert await both.notes("Zoe") == []


async def test_an_emoji_on_the_bots_own_message_keeps_nothing(both: SlackRoom) -> None:
    await both.types("Ana", WORDS)
    card = (await both.channel())[-1]
    await both.reacts("Ben", "💡", card.id)
    assert "#2" not in await finds(both)


async def test_an_emoji_in_a_thread(both: SlackRoom) -> None:
    root = await both.says("Ana", "What did you see?")
    reply = await both.says("Ben", WORDS, thread=root)
    await both.reacts("Ana", "💡", reply)
    assert WORDS in await finds(both)
    assert "💡" in (await both.message(reply)).marks


async def test_the_source_is_edited_and_deleted(both: SlackRoom) -> None:
    said = await both.says("Ben", WORDS)
    await both.reacts("Ana", "💡", said)
    await both.settled()
    await both.edits("Ben", said, "We cache tokens no more: we <sign> them & sleep.")
    assert "we <sign> them & sleep" in await finds(both, "sleep")
    await both.deletes("Ben", said)
    assert len(await both.notes("Ben")) == 2


async def test_words_with_markup_come_back_as_written(both: SlackRoom) -> None:
    words = "*not bold* <@U0BEN> <!channel> & `x < y` &amp; _so_ > that"
    kept = await both.types("Ana", words)
    assert kept
    card = (await both.channel())[-1]
    assert words in card.text
    found = await finds(both, "bold")
    assert words in found


async def test_the_channel_is_renamed_archived_and_left(both: SlackRoom) -> None:
    room = both
    await room.types("Ana", WORDS)
    await room.people.changes("Ana", room.home, "rename", "team-sun")
    await room.people.changes("Ana", room.home, "archive")
    await room.settled()
    await room.people.changes("Ana", room.home, "unarchive")
    await room.people.changes("Ana", room.home, "shared")
    await room.people.changes("Ana", room.home, "convert_to_private")
    await room.people.invites("Ana", room.home, on=False)
    assert all(answer.ok for _payload, answer, _attempt in room.slack.delivered)
    assert WORDS in await finds(room)


async def test_the_app_home(both: SlackRoom) -> None:
    """Something of one's own stands there, and its buttons work."""
    await both.types("Ana", WORDS)
    await both.people.looks_home("Ana")

    async def published() -> View | None:
        return both.slack.home.homes.get("U0ANA")

    view = await soon(published)
    assert WORDS in read.view(view.body)


async def test_thrown_out(both: SlackRoom) -> None:
    """Both events, and whatever is due then: quiet."""
    await both.types("Ana", WORDS)
    await both.people.uninstalls()
    await both.settled()
    assert all(answer.ok for _payload, answer, _attempt in both.slack.delivered)
