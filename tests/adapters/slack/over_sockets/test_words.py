"""Dialogues about text with links, mentions, emoji and code in it, in every way in, through to where it is shown."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlmodel import Session

from bot.data.export import write_export
from tests.fakes.slack import read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.server import BOT_TOKEN
from tests.fakes.slack.world import Channel, Json

TEXT = (
    "<@U0MEI> <http://main.py|main.py> reads `root:x:0:0` from <https://bank.example|the bank>, "
    "see <https://docs.example/a_b> :party-parrot: :tada:"
)
"""The mrkdwn of a message, as Slack sends it beside the blocks."""
WORDS = (
    "@Mei main.py reads `root:x:0:0` from the bank (https://bank.example), "
    "see https://docs.example/a_b :party-parrot: 🎉"
)
"""The same, as its author saw it."""
ADDRESSES = ["https://bank.example", "https://docs.example/a_b"]


def blocks(*elements: Json) -> Sequence[Json]:
    """Return a message's blocks with one section."""
    section = {"type": "rich_text_section", "elements": list(elements)}
    return [{"type": "rich_text", "block_id": "b1", "elements": [section]}]


def text(words: str, **style: bool) -> Json:
    """Return a text element."""
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def typed() -> Sequence[Json]:
    """Return the blocks of TEXT."""
    return blocks(
        {"type": "user", "user_id": "U0MEI"}, text(" "),
        {"type": "link", "url": "http://main.py", "text": "main.py"}, text(" reads "), text("root:x:0:0", code=True),
        text(" from "), {"type": "link", "url": "https://bank.example", "text": "the bank"}, text(", see "),
        {"type": "link", "url": "https://docs.example/a_b"}, text(" "), {"type": "emoji", "name": "party-parrot"},
        text(" "), {"type": "emoji", "name": "tada", "unicode": "1f389"},
    )  # fmt: skip


def links(shown: Any) -> list[str]:
    """Return the addresses that links in blocks lead to."""
    if isinstance(shown, dict):
        own = [shown["url"]] if shown.get("type") == "link" else []
        return own + [url for each in shown.values() for url in links(each)]
    return [url for each in shown for url in links(each)] if isinstance(shown, list) else []


async def export(room: SlackRoom) -> Json:
    """Return the team's export."""

    def write(session: Session) -> Json:
        out = io.StringIO()
        write_export(session, 1, room.clock(), out)
        return dict(json.loads(out.getvalue()))

    return await room.bot.database.read(write)


async def exported(room: SlackRoom) -> list[str]:
    """Return the texts of the moments in the export."""
    return [moment["text"] for moment in (await export(room))["moments"]]


async def answers(room: SlackRoom) -> list[str]:
    """Return the texts of the answers in the export."""
    return [each["text"] for prompt in (await export(room))["prompts"] for each in prompt["answers"]]


async def test_from_a_message_to_everywhere_it_is_shown(both: SlackRoom) -> None:
    """Ben's words are the same on the card, in find, in the recap and in the export, and addresses are links."""
    said = await both.people.says("Ben", TEXT, both.home.id, blocks=typed())
    await both.reacts("Ana", "💡", said.ts)
    await both.settled()
    found = await both.people.types("Ana", "find bank", both.home.id)
    assert WORDS in found.text
    assert links(found.whispers[-1].blocks) == ADDRESSES
    shown = await both.presses("Mei", "Show", found.whispers[-1].ts)
    assert shown
    assert WORDS in shown
    assert await exported(both) == [WORDS]
    await both.until(both.clock() + timedelta(days=7))
    recap = next(m for m in both.here.standing(both.home.id) if "The week to" in read.words(m.blocks))
    assert WORDS in read.words(recap.blocks)
    assert links(recap.blocks) == ADDRESSES
    posts = [call.given for call in both.slack.calls if call.method == "chat.postMessage"]
    assert all(each["unfurl_links"] is False and each["unfurl_media"] is False for each in posts)


@pytest.mark.parametrize(
    "words", ["std::key::value", "`:x:` is root:x:0:0", "main.py & <b> &amp; cafe\u0301"]
)
async def test_each_way_in(room: SlackRoom, words: str) -> None:
    """A command, a form, a menu entry and an emoji save the same words, and an unchanged edit changes nothing."""
    await room.types("Ana", f"log {words}")
    asked = await room.types("Ana", "log")
    assert asked
    await room.fills("Ana", asked.id, text=words)
    code = await room.people.says("Ben", words, room.home.id, blocks=blocks(text(words)))
    form = await room.chooses("Ana", "Save as aha", code.ts)
    assert form
    other = await room.people.says("Ben", words, room.home.id, blocks=blocks(text(words)))
    await room.reacts("Ana", "💡", other.ts)
    await room.settled()
    assert await exported(room) == [words] * 4
    card = await room.types("Ana", "show 1")
    assert card
    edit = await room.presses("Ana", "Edit", card.id)
    assert edit
    assert edit.fields["text"]["value"] == words
    await room.fills("Ana", edit.id)
    assert await exported(room) == [words] * 4


async def test_a_reply_is_read_from_its_blocks(both: SlackRoom) -> None:
    """It is an answer with the words of its author. A picture alone has none, and is no answer."""
    await both.types("Ana", "ask What did we learn?")
    (card,) = [seen for seen in await both.channel() if "What did we learn?" in seen.text]
    await both.people.says("Ben", TEXT, both.home.id, card.id, typed())
    await both.people.shares("Ben", both.home.id, card.id)
    await both.people.shares("Mei", both.home.id, card.id, "This <one>.")
    await both.settled()
    assert await answers(both) == [WORDS, "This <one>."]


async def test_an_edit_is_what_its_author_sees(both: SlackRoom) -> None:
    """A preview of a link is none. An emoji for its name is one, which only the blocks tell."""
    said = await both.people.says("Mei", "a :x: b", both.home.id, blocks=blocks(text("a :x: b")))
    await both.reacts("Ana", "💡", said.ts)
    await both.settled()
    assert await exported(both) == ["a :x: b"]
    with patch.object(both.bot, "handle", side_effect=both.bot.handle) as handle:
        await both.people.edits(said, "a :x: b", blocks(text("a :x: b")))
        assert handle.call_count == 0
        await both.people.edits(
            said, "a :x: b", blocks(text("a "), {"type": "emoji", "name": "x"}, text(" b"))
        )
        assert handle.call_count == 1
    assert await exported(both) == ["a ❌ b"]


async def test_an_edit_that_mentions_another_channel(room: SlackRoom) -> None:
    """It is one, even if only the channel is another."""
    one, other = room.here.make("kitchen"), room.here.make("garden")

    def mention(channel: Channel) -> Sequence[Json]:
        return blocks(text("We meet in "), {"type": "channel", "channel_id": channel.id})

    said = await room.people.says("Mei", f"We meet in <#{one.id}|>", room.home.id, blocks=mention(one))
    await room.reacts("Ana", "💡", said.ts)
    await room.settled()
    assert await exported(room) == ["We meet in #kitchen"]
    await room.people.edits(said, f"We meet in <#{other.id}|>", mention(other))
    await room.settled()
    assert await exported(room) == ["We meet in #garden"]


async def test_a_channel_that_nobody_here_may_see(room: SlackRoom) -> None:
    """Its name is never told, in no way in. A public one's is, and so is the name of the channel itself."""
    secret, known = room.here.make("secret-plan", private=True), room.here.make("kitchen")
    await room.people.invites("Ana", secret)
    text_of = f"<#{known.id}> <#{secret.id}> <#C0NOBODY|> <#{room.home.id}>"
    await room.types("Ana", "so that there is a team")
    said = await room.people.says("Ben", text_of, room.home.id, blocks=mentioning(known, secret, room.home))
    await room.reacts("Ana", "💡", said.ts)
    await room.people.types("Ana", f"log {text_of}", room.home.id, mrkdwn=True)
    await room.settled()
    assert (await exported(room))[1:] == [
        f"#kitchen #a private channel #{room.home.name}",
        f"#kitchen #a private channel #a private channel #{room.home.name}",
    ]
    assert "secret-plan" not in str([m.blocks for m in room.here.standing(room.home.id) if m.by_bot])


async def test_a_private_channel_knows_its_own_name(room: SlackRoom) -> None:
    """Everybody who reads the text there is in it."""
    secret = room.here.make("secret-plan", private=True)
    await room.people.invites("Ana", secret)
    got = await room.people.types("Ana", f"log only in <#{secret.id}>", secret.id, mrkdwn=True)
    assert "Saved as #1" in got.text
    assert "only in #secret-plan" in (await room.people.types("Ana", "find only", secret.id)).text


async def test_a_person_without_a_name(room: SlackRoom) -> None:
    """Nobody is shown an id, neither of somebody whose name shows nothing nor of somebody unknown."""
    noor = room.here.person("Noor")
    await room.people.renames("Noor", "\u3164\u200f")
    await room.types(noor.id, "log The import ran once.")
    await room.types("Ana", f"log <@{noor.id}> and <@U0NOBODY> saw it", mrkdwn=True)
    found = await room.types("Ben", "find")
    assert found
    assert "@someone and @someone saw it" in found
    assert "· Someone\nThe import ran once." in found


@pytest.mark.parametrize(("granted", "shown"), [(False, "@a group"), (True, "@helpers")])
async def test_a_user_group(room: SlackRoom, granted: bool, shown: str) -> None:
    """Its handle is known where an admin granted the scope, which the bot never asks for."""
    room.here.groups["S0HELPERS"] = "helpers"
    if granted:
        token = room.slack.tokens[BOT_TOKEN]
        room.slack.tokens[BOT_TOKEN] = replace(token, scopes=token.scopes | {"usergroups:read"})
    await room.types("Ana", "so that there is a team")
    said = await room.people.says(
        "Ben", "<!subteam^S0HELPERS> hi", room.home.id,
        blocks=blocks({"type": "usergroup", "usergroup_id": "S0HELPERS"}, text(" hi")),
    )  # fmt: skip
    await room.reacts("Ana", "💡", said.ts)
    await room.settled()
    assert (await exported(room))[1:] == [f"{shown} hi"]
    assert bool(room.slack.called("usergroups.list")) is granted


async def test_words_are_found_by_what_a_person_types(room: SlackRoom) -> None:
    """Decomposed letters stay as they came, and both spellings find them."""
    decomposed = "Cafe\u0301 de\u0301ja\u0300-vu \U0001fae9"
    await room.types("Ana", f"log {decomposed}")
    assert await exported(room) == [decomposed]
    for typed_ in ("Café", "Cafe\u0301", "déjà"):
        found = await room.types("Ben", f"find {typed_}")
        assert found
        assert decomposed in found


def mentioning(*channels: Channel) -> Sequence[Json]:
    """Return the blocks of a message that mentions these channels."""
    elements = [each for c in channels for each in ({"type": "channel", "channel_id": c.id}, text(" "))]
    return blocks(*elements[:-1])
