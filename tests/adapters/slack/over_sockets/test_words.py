"""Dialogues about text with links, mentions, emoji and code in it, in every way in, through to where it is shown."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.data.export import write_export
from tests.fakes.slack import read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.world import Json

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


async def exported(room: SlackRoom) -> list[str]:
    """Return the texts of the moments in the export."""

    def write(session: Session) -> list[str]:
        out = io.StringIO()
        write_export(session, 1, room.clock(), out)
        return [moment["text"] for moment in json.loads(out.getvalue())["moments"]]

    return await room.bot.database.read(write)


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


@pytest.mark.parametrize("words", ["std::key::value", "root:x:0:0 is `a:x:b`", "main.py & <b> &amp; cafe\u0301"])
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
    for label in ("Edit",):
        card = await room.types("Ana", "show 1")
        assert card
        edit = await room.presses("Ana", label, card.id)
        assert edit
        await room.fills("Ana", edit.id)
    assert await exported(room) == [words] * 4
