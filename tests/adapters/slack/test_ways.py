"""The ways in and out that the common dialogue does not take: shortcuts, the app's home, channels."""

from storage.database import Database
from tests.adapters.slack.conftest import MONDAY
from tests.slack import read
from tests.slack.room import HTTP, SlackRoom, form, opened
from tests.slack.world import Message


def _standing(room: SlackRoom, words: str) -> Message:
    found: list[Message] = [
        m for m in room.here.standing(room.home.id) if words in read.words(m.blocks, m.text)
    ]
    assert found, words
    return found[-1]


async def test_the_global_shortcut_asks_which_team(room: SlackRoom) -> None:
    """Whoever is in two teams chooses in the form; what they kept stands there."""
    other = room.here.make("second")
    await room.people.invites("Ana", other)
    await room.people.types("Ana", "first thought", room.home.id)
    await room.people.types("Ana", "second thought", other.id)
    got = await room.people.starts("Ana", "log-an-aha")
    assert got.view is not None
    fields = form(got.view).fields
    assert set(fields) == {"team", "text"}
    options = {each["text"]["text"]: each["value"] for each in fields["team"]["element"]["options"]}
    done = await room.people.submits(got.view, team=options["#second"], text="from anywhere")
    assert "Kept as #2" in done.text
    await room.settled()
    assert any("from anywhere" in m.text for m in room.here.standing(other.id))


async def test_save_as_failed_experiment_from_a_thread(room: SlackRoom) -> None:
    """The card comes in the message's own thread."""
    await room.types("Ana", "so that there is a team")
    root = await room.says("Ben", "We tried the wizard.")
    said = await room.says("Ben", "It & <b>nobody</b> got through.", thread=root)
    kept = await room.chooses("Ana", "Save failed experiment", said)
    assert kept
    assert "Kept as #2" in kept
    await room.settled()
    card = _standing(room, "Experiment #2")
    assert card.thread == root
    assert "It & <b>nobody</b> got through." in await room.message(card.ts)


async def test_add_my_version_to_a_card(room: SlackRoom) -> None:
    """The menu of our own card opens the form."""
    await room.types("Ana", "a thought")
    await room.settled()
    asked = await room.chooses("Ben", "Add my version", _standing(room, "Aha #1").ts)
    assert asked
    assert "How did you get there?" in asked


async def test_home(room: SlackRoom) -> None:
    """What comes, what one was part of, and a pause switch that turns in place."""
    await room.types("Ana", "a thought")
    home = await room.people.looks_home("Ana")
    await room.settled()
    home = home or room.here.homes[room.here.person("Ana").id]
    shown = form(home)
    assert "a thought" in shown
    assert "[Pause for a week]" in shown
    await room.people.presses("Ana", "Pause for a week", home)
    await room.settled()
    assert "[Direct messages again]" in form(room.here.homes[room.here.person("Ana").id])
    got = await room.people.presses("Ana", "Show", home)
    assert "Aha #1" in got.text
    asked = await room.people.presses("Ana", "Log an aha", home)
    assert asked.view is not None
    done = await room.people.submits(asked.view, text="from home")
    assert "Kept as #2" in done.text
    await room.settled()
    assert "from home" in form(room.here.homes[room.here.person("Ana").id])


async def test_used_before_it_is_invited(before: SlackRoom) -> None:
    """Kept all the same, and told how to invite; invited, it says hello and the card follows."""
    kept = await before.types("Ana", "a thought")
    assert kept
    assert "Kept as #1" in kept
    assert "/invite @" in kept
    await before.settled()
    assert await before.channel() == []
    await before.people.invites("Ana", before.home)
    texts = [seen.text for seen in await before.channel()]
    assert "I am Ahabot" in texts[0]
    assert "Aha #1" in texts[1]
    again = await before.types("Ana", "another")
    assert again
    assert "/invite" not in again


async def test_a_private_answer_is_replaced(room: SlackRoom) -> None:
    """Reading on turns the page of the private card."""
    words = " ".join(f"word{number}" for number in range(1_200))
    await room.types("Ana", words)
    await room.settled()
    card = _standing(room, "Aha #1")
    page = await room.presses("Ben", "Read on", card.ts)
    assert page
    assert "page 1 of" in page
    turned = await room.presses("Ben", "Read on", page.id)
    assert turned
    assert turned.id == page.id
    assert "page 2 of" in turned


async def test_errors_stand_beside_their_fields(room: SlackRoom) -> None:
    """The form stays open with what was typed; corrected, it is taken."""
    await room.types("Ana", "a thought")
    menu = await room.types("Ana", "setup")
    assert menu
    asked = await room.presses("Ana", "Emoji and zone", menu.id)
    assert asked
    wrong = await room.fills("Ana", asked.id, zone="Atlantis", emoji=":seedling:")
    assert wrong
    assert wrong.fields["zone"]["error"] == "That zone is not one I know. Try a city, like Lisbon."
    done = await room.fills("Ana", asked.id, zone="Berlin", emoji=":seedling:")
    assert done
    assert "From now on 🌱" in done


async def test_another_channel_is_chosen(room: SlackRoom) -> None:
    """A public channel by the menu of channels; a private one stays out."""
    await room.types("Ana", "a thought")
    open_one, closed = room.here.make("open-place"), room.here.make("closed-place", private=True)
    menu = await room.types("Ana", "setup")
    assert menu
    asked = await room.presses("Ana", "Let another channel keep", menu.id)
    assert asked
    done = await room.fills("Ana", asked.id, channel=open_one.id)
    assert done
    assert "#open-place" in done
    asked = await room.presses("Ana", "Let another channel keep", menu.id)
    assert asked
    refused = await room.fills("Ana", asked.id, channel=closed.id)
    assert refused
    assert "private" in refused


async def test_words_follow_their_source(room: SlackRoom) -> None:
    """Edited there, edited here; a thread reply's emoji keeps it too."""
    await room.types("Ana", "a thought")
    root = await room.says("Ben", "Root")
    said = await room.says("Ben", "Half a <thought>", thread=root)
    await room.reacts("Ana", "💡", said)
    await room.settled()
    await room.edits("Ben", said, "A whole <thought> & more")
    await room.settled()
    found = await room.types("Mei", "find whole")
    assert found
    assert "A whole <thought> & more" in found


async def test_renamed_and_archived(room: SlackRoom) -> None:
    """The new name is known; in an archived channel nothing more is posted."""
    await room.types("Ana", "a thought")
    await room.people.changes("Ana", room.home, "rename", "new-name")
    shown = await room.types("Ana", "setup")
    assert shown
    assert "new-name" in shown


async def test_people_from_outside_are_not_kept(room: SlackRoom) -> None:
    """Over Slack Connect somebody from another organisation may write here; their words stay theirs."""
    await room.types("Ana", "so that there is a team")
    room.here.add("Zoe", "Europe/Paris")
    zoe = room.here.person("Zoe")
    zoe.team = "T0ELSEWHERE"
    said = await room.says("Zoe", "From elsewhere")
    await room.reacts("Ana", "💡", said)
    refused = await room.chooses("Ana", "Save as aha", said)
    assert refused
    assert "outside your organisation" in refused
    found = await room.types("Ana", "find elsewhere")
    assert found
    assert "Nothing kept here" in found


async def test_without_message_content(database: Database) -> None:
    """No history scope and no message events: an emoji keeps the words all the same, by way of its reactions."""
    async with opened(database, MONDAY, HTTP, SLACK_MESSAGE_CONTENT="0") as room:
        await room.types("Ana", "so that there is a team")
        said = await room.says("Ben", "Kept without <history>, <@U0ANA> & all")
        await room.reacts("Ana", "💡", said)
        await room.settled()
        found = await room.types("Ana", "find history")
        assert found
        assert "Kept without <history>" in found
        assert room.slack.problems == []


async def test_a_mention_is_shown_as_a_name(room: SlackRoom) -> None:
    """Slack writes an id; whoever reads the card sees who was meant, and nobody is called."""
    await room.types("Ana", "so that there is a team")
    mei = room.here.person("Mei")
    said = await room.people.says("Ben", "thanks", room.home.id)
    said.text = f"Thanks <@{mei.id}> &amp; <!channel>"
    await room.reacts("Ana", "💡", said.ts)
    await room.settled()
    found = await room.types("Ana", "find thanks")
    assert found
    assert "Thanks @Mei & @channel" in found
