"""Tests of a form's field for people: who is chosen, what Slack tells of them, and who is refused."""

from __future__ import annotations

from tests.fakes.slack.chat import SlackRoom

WORDS = "We used to cache tokens, now we sign them."


async def test_who_else_was_there(room: SlackRoom) -> None:
    """They are invited on the card. A bot and somebody of another organisation are refused, and nothing is lost."""
    kept = await room.types("Ana", WORDS)
    assert kept
    ben, mei = room.here.person("Ben").id, room.here.person("Mei").id
    outside = room.here.add("Zoe", team="T0ELSEWHERE").id
    form = await room.presses("Ana", "What changed?", kept.id)
    assert form
    for one in (outside, room.here.bot):
        wrong = await room.fills("Ana", form.id, used_to="It was slow", there=f"{ben}\n{one}")
        assert wrong
        assert "I can only invite people of your organization, and no bots." in str(wrong.fields["there"])
    assert await room.fills("Ana", form.id, used_to="It was slow", there=f"{ben}\n{mei}")
    shown = await room.types("Chidi", "show 1")
    assert shown
    assert "Ana would like to read a version by Ben, Mei." in shown
    assert "It was slow" in shown
