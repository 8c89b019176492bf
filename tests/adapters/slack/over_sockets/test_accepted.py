"""Tests that what a form accepts works on Slack."""

import pytest

from storage.engine.database import Database
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.chat import form as slack_form
from tests.support.chat import the, with_words
from tests.support.quests import open_quests

WORDS = "we sign each one once"


@pytest.mark.parametrize(
    ("typed", "named", "shown"),
    [
        ("🦄", "unicorn_face", "🦄"),
        (":unicorn_face:", "unicorn_face", "🦄"),
        (":knife_fork_plate:", "knife_fork_plate", "🍽"),
        ("👩\u200d⚕️", "female-doctor", "👩\u200d⚕"),
        (":hand_with_index_and_middle_fingers_crossed:", "crossed_fingers", "🤞"),
        (":+1::skin-tone-3:", "+1", "👍"),
        ("👍🏽", "+1::skin-tone-5", "👍"),
        (":people_holding_hands::skin-tone-2-3:", "people_holding_hands", "🧑\u200d🤝\u200d🧑"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "flag-england", "🏴"),
        (":flag-pt:", "flag-pt", "🇵🇹"),
        ("#️⃣", "hash", "#⃣"),
        (":umbrella:", "umbrella", "☂"),
        (":party_parrot:", "party_parrot", ":party_parrot:"),
    ],
)
async def test_the_emoji_that_is_set_keeps_messages(
    room: SlackRoom, typed: str, named: str, shown: str
) -> None:
    """As Slack's form sends it, by its character or its name, it is the one that Slack's event names."""
    setup = await room.types("Ana", "setup")
    assert setup
    form = await room.presses("Ana", "Change settings", setup.id)
    assert form
    done = await room.fills("Ana", form.id, emoji=typed)
    assert done
    assert shown in done
    assert ("That's a custom emoji" in done) is shown.startswith(":")
    assert f"React to a message with {shown}" in the(await room.channel(), "Hello, I'm Ahabot")
    said = await room.says("Ben", WORDS)
    await room.reacts("Mei", named, said)
    assert (await room.message(said)).marks == {"💡"}


async def test_a_custom_emoji_is_drawn(room: SlackRoom) -> None:
    """The hello holds it where Slack draws emoji, and not as text that would show its name."""
    setup = await room.types("Ana", "setup")
    assert setup
    form = await room.presses("Ana", "Change settings", setup.id)
    assert form
    await room.fills("Ana", form.id, emoji=":party_parrot:")
    hello = room.slack.home.message(the(await room.channel(), "Hello, I'm Ahabot").id)
    assert hello
    [sentence] = [each["text"] for each in hello.blocks if "party_parrot" in str(each)]
    assert sentence["type"] == "mrkdwn"
    assert "React to a message with :party_parrot:" in sentence["text"]


@pytest.mark.parametrize("number", [30, 300])
async def test_every_quest_can_be_reached(room: SlackRoom, database: Database, number: int) -> None:
    """The form lists the newest and says so, and an older one is written into it."""
    await room.types("Ana", "ours")
    await open_quests(database, number)
    opened = await room.types("Ana", "failed")
    assert opened
    await room.people.shows_more(room.here.views[opened.id])
    form = slack_form(room.here.views[opened.id])
    assert "Only the newest 24 are listed. For an older one, type some of its words." in form
    wrong = await room.fills("Ana", form.id, text=WORDS, quest_other="Madrid")
    assert wrong
    assert wrong.fields["quest_other"]["error"] == "No open quest has these words."
    await room.fills("Ana", form.id, text=WORDS, quest_other="city 3;")
    [card] = with_words(await room.channel(), WORDS)
    assert "Quest: How would city 3; find us?" in card
