"""Tests of interactions beyond the shared conversations, over both transports."""

from __future__ import annotations

import pytest

from tests.fakes.slack import events, read
from tests.fakes.slack.chat import SlackRoom, form
from tests.fakes.slack.world import Message
from tests.support.waiting import until

WORDS = "We used to cache tokens, now we sign them."


async def finds(room: SlackRoom, words: str = "cache tokens") -> str:
    """Return the reply to Mei's `find`."""
    await room.settled()
    found = await room.types("Mei", f"find {words}")
    assert found
    return found.text


def here(room: SlackRoom, ts: str) -> Message:
    found = room.slack.home.message(ts)
    assert found is not None
    return found


async def test_the_first_minute(both: SlackRoom) -> None:
    """Invited, the bot says once what it does. Invited again, it says nothing."""
    [hello] = await both.channel()
    assert "I'm Ahabot" in hello
    await both.people.invites("Ana", both.home, on=False)
    await both.people.invites("Ana", both.home)
    assert [each.id for each in await both.channel()] == [hello.id]


async def test_the_global_shortcut(both: SlackRoom) -> None:
    """With one team it does not ask which. With several, its form does."""
    room = both
    await room.types("Ana", WORDS)
    [entry] = [e["callback_id"] for e in room.manifest["features"]["shortcuts"] if e["type"] == "global"]
    got = await room.people.starts("Ana", entry)
    assert got.view
    asked = read.fields(got.view.body["blocks"], {})
    assert "text" in asked
    assert "team" not in asked
    kept = await room.people.submits(got.view, text="From anywhere.")
    assert "Saved as #2" in kept.text

    other = room.slack.home.make("other")
    await room.people.invites("Ana", other)
    await room.people.types("Ana", WORDS, other.id)
    got = await room.people.starts("Ana", entry)
    assert got.view
    asked = read.fields(got.view.body["blocks"], {})
    teams = {option["text"]["text"]: option["value"] for option in asked["team"]["element"]["options"]}
    kept = await room.people.submits(got.view, team=teams["#other"], text="From anywhere else.")
    assert "Saved as #2" in kept.text
    await room.settled()
    assert any("From anywhere else." in read.words(m.blocks) for m in room.slack.home.standing(other.id))


async def test_a_private_channel_stays_private(both: SlackRoom) -> None:
    room = both
    secret = room.slack.home.make("secret", private=True)
    await room.people.invites("Ana", secret)
    got = await room.people.types("Ana", WORDS, secret.id)
    assert "Saved as #1" in got.text
    assert WORDS not in await finds(room)


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


async def test_words_with_markup_come_back_as_written(both: SlackRoom) -> None:
    words = "*not bold* <@U0BEN> <!channel> & `x < y` &amp; _so_ > that"
    kept = await both.types("Ana", words)
    assert kept
    card = (await both.channel())[-1]
    assert words in card.text
    found = await finds(both, "bold")
    assert words in found


def _standing(room: SlackRoom, words: str) -> Message:
    found: list[Message] = [
        m for m in room.here.standing(room.home.id) if words in read.words(m.blocks, m.text)
    ]
    assert found, words
    return found[-1]


async def test_save_as_failed_experiment_from_a_thread(room: SlackRoom) -> None:
    """The card is in the message's own thread."""
    await room.types("Ana", "so that there is a team")
    root = await room.says("Ben", "We tried the wizard.")
    said = await room.says("Ben", "It & <b>nobody</b> got through.", thread=root)
    kept = await room.chooses("Ana", "Save failed experiment", said)
    assert kept
    assert "Saved as #2" in kept
    await room.settled()
    card = _standing(room, "Experiment #2")
    assert card.thread == root
    assert "It & <b>nobody</b> got through." in await room.message(card.ts)


async def test_add_my_version_to_a_card(room: SlackRoom) -> None:
    """The menu of the bot's card opens the form."""
    await room.types("Ana", "a thought")
    await room.settled()
    asked = await room.chooses("Ben", "Add my version", _standing(room, "Aha #1").ts)
    assert asked
    assert "How did you get there?" in asked


async def test_the_app_home(both: SlackRoom) -> None:
    """It has what comes next, one's moments, and a pause switch that changes in place."""
    await both.types("Ana", "a thought")
    ana = both.here.person("Ana").id

    def page() -> str:
        return form(both.here.homes[ana]).text if ana in both.here.homes else ""

    await both.people.looks_home("Ana")
    await until(lambda: "a thought" in page())
    await both.settled()
    home, shown = both.here.homes[ana], page()
    assert "[Pause direct messages]" in shown
    await both.people.presses("Ana", "Pause direct messages", home)
    await until(lambda: "[Resume direct messages]" in page())
    await both.settled()
    got = await both.people.presses("Ana", "Show", home)
    assert "Aha #1" in got.text
    await both.settled()
    asked = await both.people.presses("Ana", "Log an aha", home)
    assert asked.view is not None
    done = await both.people.submits(asked.view, text="from home")
    assert "Saved as #2" in done.text
    await until(lambda: "from home" in page())


async def test_used_before_it_is_invited(before: SlackRoom) -> None:
    """The text is saved, and the reply says how to invite. After that, the hello and the card follow."""
    kept = await before.types("Ana", "a thought")
    assert kept
    assert "Saved as #1" in kept
    assert "/invite @" in kept
    await before.settled()
    assert await before.channel() == []
    await before.people.invites("Ana", before.home)
    texts = [seen.text for seen in await before.channel()]
    assert "I'm Ahabot" in texts[0]
    assert "Aha #1" in texts[1]
    again = await before.types("Ana", "another")
    assert again
    assert "/invite" not in again


async def test_a_button_and_a_form_before_it_is_invited(before: SlackRoom) -> None:
    """Replies about posts for the channel say that nobody else sees them yet."""
    await before.types("Ana", "failed A wizard")
    searched = await before.types("Ana", "cycle")
    assert searched
    assert await before.pictures("Ana")
    posted = await before.presses("Ana", "Post here", searched.id)
    assert posted
    assert "/invite @" in posted.text
    form = await before.types("Ana", "ask")
    assert form
    asked = await before.fills("Ana", form.id, text="What did we learn?")
    assert asked
    assert "/invite @" in asked.text
    await before.people.invites("Ana", before.home)
    assert any("What did we learn?" in seen.text for seen in await before.channel())


async def test_a_private_answer_is_replaced(room: SlackRoom) -> None:
    """*Read more* turns the page of the private card."""
    words = " ".join(f"word{number}" for number in range(1_200))
    await room.types("Ana", words)
    await room.settled()
    card = _standing(room, "Aha #1")
    page = await room.presses("Ben", "Read more", card.ts)
    assert page
    assert "page 1 of" in page
    turned = await room.presses("Ben", "Read more", page.id)
    assert turned
    assert turned.id == page.id
    assert "page 2 of" in turned


async def test_errors_stand_beside_their_fields(room: SlackRoom) -> None:
    """The form stays open with the typed text, and is accepted once corrected."""
    await room.types("Ana", "a thought")
    menu = await room.types("Ana", "setup")
    assert menu
    asked = await room.presses("Ana", "Change settings", menu.id)
    assert asked
    wrong = await room.fills("Ana", asked.id, zone="Atlantis", emoji=":seedling:")
    assert wrong
    assert wrong.fields["zone"]["error"] == "I don't know that time zone. Try a city, like Lisbon."
    done = await room.fills("Ana", asked.id, zone="Berlin", emoji=":seedling:")
    assert done
    assert "From now on, I save a message when someone reacts with 🌱." in done


async def test_another_channel_is_chosen(room: SlackRoom) -> None:
    """The channel menu offers public channels of our own. A private one is refused at its field all the same."""
    await room.types("Ana", "a thought")
    open_one, closed = room.here.make("open-place"), room.here.make("closed-place", private=True)
    menu = await room.types("Ana", "setup")
    assert menu
    asked = await room.presses("Ana", "Add a channel", menu.id)
    assert asked
    done = await room.fills("Ana", asked.id, channel=open_one.id)
    assert done
    assert "#open-place" in done
    asked = await room.presses("Ana", "Add a channel", menu.id)
    assert asked
    offered = room.here.views[asked.id].body["blocks"][-1]["element"]["filter"]
    assert offered == {
        "include": ["public"],
        "exclude_external_shared_channels": True,
        "exclude_bot_users": True,
    }
    refused = await room.fills("Ana", asked.id, channel=closed.id)
    assert refused
    assert "private" in refused.fields["channel"]["error"]


async def test_a_mention_is_shown_as_a_name(room: SlackRoom) -> None:
    """Slack writes an id. The card shows the name and notifies nobody."""
    await room.types("Ana", "so that there is a team")
    mei = room.here.person("Mei")
    said = await room.people.says("Ben", "thanks", room.home.id)
    said.text = f"Thanks <@{mei.id}> &amp; <!channel>"
    await room.reacts("Ana", "💡", said.ts)
    await room.settled()
    found = await room.types("Ana", "find thanks")
    assert found
    assert "Thanks @Mei & @channel" in found


@pytest.mark.parametrize("where", ["channel", "thread"])
async def test_the_source_is_edited_and_deleted(both: SlackRoom, where: str) -> None:
    """The saved copy follows, in a thread too. The author is told of a deletion."""
    root = await both.says("Ana", "What did you see?") if where == "thread" else ""
    said = await both.says("Ben", "Half a <thought>", thread=root)
    await both.reacts("Ana", "💡", said)
    await both.settled()
    await both.edits("Ben", said, "We cache tokens no more: we <sign> them & sleep.")
    assert "we <sign> them & sleep" in await finds(both, "sleep")
    await both.deletes("Ben", said)
    assert len(await both.notes("Ben")) == 2


async def test_a_deletion_that_says_the_least(both: SlackRoom) -> None:
    """Slack documents one without the earlier message. The author is told all the same."""
    said = await both.says("Ben", WORDS)
    await both.reacts("Ana", "💡", said)
    await both.settled()
    told = events.deleted(both.here, here(both, said))
    del told["previous_message"]
    both.slack.tell(both.here, told)
    assert len(await both.notes("Ben")) == 2


async def test_a_button_on_a_card_with_replies(both: SlackRoom) -> None:
    """The card is the root of a thread by then. The reply is in the channel, where it was pressed."""
    await both.types("Ana", WORDS)
    card = (await both.channel())[-1]
    await both.says("Ben", "How so?", thread=card.id)
    removed = await both.presses("Ana", "Delete", card.id)
    assert removed
    assert "#1 deleted" in removed
    assert removed.thread == ""


async def test_people_from_outside_are_not_captured(both: SlackRoom) -> None:
    """With Slack Connect, no emoji or shortcut saves their words, and they get no Note."""
    both.here.add("Zoe", "Europe/Paris", team="T0OTHER")
    both.home.members.add("U0ZOE")
    await both.types("Ana", "so that there is a team")
    said = await both.says("Zoe", WORDS)
    await both.reacts("Ana", "💡", said)
    refused = await both.chooses("Ana", "Save as aha", said)
    assert refused
    assert "outside your organisation" in refused
    assert "Nothing here has" in await finds(both)
    assert await both.notes("Zoe") == []


async def test_thrown_out(both: SlackRoom) -> None:
    """Both events, and everything due then, cause no error."""
    await both.types("Ana", WORDS)
    await both.people.uninstalls()
    await both.settled()
    assert all(answer.ok for _payload, answer, _attempt in both.slack.delivered)
