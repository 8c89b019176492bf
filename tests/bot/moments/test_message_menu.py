"""Tests of the message menu's *Add my version* and *Ask why*, which do the first step where one is missing."""

from typing import Any

import pytest

from bot.moments.versions import VersionOf
from bot.quests.commands import WhyOf
from bot.runtime.bot import Bot
from storage.models import Moment
from storage.models import Person as PersonRow
from tests.support.people import Everyone, Got, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

SAID: dict[str, str] = {"text": "Nobody logs in twice", "author": "U-ben", "author_name": "Ben"}
MENU: dict[type, str] = {VersionOf: "Save as aha", WhyOf: "Save as experiment"}


async def chooses(who: Person, entry: type, message: str = "m-ben", **changes: Any) -> Got:
    """Choose an entry of the menu of Ben's message."""
    return await who.does(entry(message, **{**SAID, **changes}))


@pytest.fixture
async def team(people: Everyone, recorder: Recorder) -> Everyone:
    """Return the people of a team with one aha by Ana, whose card is m2."""
    await people.ana.types("the first")
    await people.bot.tick()
    return people


async def test_my_version_of_a_plain_message(team: Everyone, recorder: Recorder) -> None:
    """It is saved as an aha first, its author is told, and the version comes next."""
    asked = await chooses(team.mei, VersionOf)
    assert asked.text == (
        "Nobody has saved that yet. Save it as an aha, then add your version?\n[Save as aha]"
    )
    assert len(rows(team.bot, Moment)) == 1, "nothing is saved by asking"
    saved = await asked.press("Save as aha")
    assert "#2" in saved.text
    assert "I'll tell Ben" in saved.text
    form = await saved.press("Add my version")
    assert form.form.title == "Add my version"
    await form.fill(text="For me it was the silence")
    await team.bot.tick()
    assert any("Ana saved" in note or "Mei saved" in note for note in recorder.notes("U-ben"))
    [card] = [each for each in recorder.standing.values() if each.text.startswith("Aha #2")]
    assert card.place.thread == "m-ben"


async def test_why_of_a_plain_message(team: Everyone, recorder: Recorder) -> None:
    """It is saved as a failed experiment first, and then its whys begin."""
    asked = await chooses(team.mei, WhyOf)
    assert asked.text == (
        "Nobody has saved that yet. Save it as a failed experiment, then ask why?\n[Save as experiment]"
    )
    saved = await asked.press("Save as experiment")
    form = await saved.press("Ask why")
    assert form.form.title == "Ask why"
    answered = await form.fill(text="Each one was signed twice")
    assert answered.text.startswith("Your why is now on #2. The card is in #lantern.")
    assert (await team.noor.types("show 2")).text.startswith("Experiment #2")


async def test_pressed_twice_it_is_saved_once(team: Everyone) -> None:
    """And it does not matter who was faster."""
    mine, theirs = await chooses(team.mei, VersionOf), await chooses(team.noor, VersionOf)
    for asked in (mine, mine, theirs):
        got = await asked.press("Save as aha")
        assert "#2" in got.text
        assert "[Add my version]" in got.text
    assert len(rows(team.bot, Moment)) == 2


async def test_one_s_own_message(team: Everyone) -> None:
    """Saving it is one's version, so no other is asked for."""
    asked = await chooses(team.ben, VersionOf)
    assert asked.text.startswith("Nobody has saved that yet. You wrote it")
    assert "[Add my version]" not in (await asked.press("Save as aha")).text


@pytest.mark.parametrize("entry", MENU)
async def test_what_waits_for_its_words_gets_them_first(team: Everyone, entry: type) -> None:
    """A draft has none yet, and the menu brings them."""
    await team.ana.reacts("m-ben", team.ben)
    await team.bot.tick()
    saved = await (await chooses(team.mei, entry)).press(MENU[entry])
    assert "#2" in saved.text
    assert "Nobody logs in twice" in (await team.mei.types("show 2")).text


@pytest.mark.parametrize("entry", MENU)
async def test_what_must_not_be_saved_is_not_offered(team: Everyone, bot: Bot, entry: type) -> None:
    """The sentence says why, and nothing is stored about its author."""
    await (await team.noor.opens_settings()).fill(keep="never")
    for changes, said in (
        ({"by_bot": "1"}, "wasn't written by a person"),
        ({"external": "1"}, "outside your organisation"),
        ({"author": "U-noor", "author_name": "Noor"}, "doesn't want others to save"),
        ({"text": " "}, "That message has no text"),
    ):
        got = await chooses(team.mei, entry, **changes)
        assert said in got.text
        assert "[" not in got.text
    await chooses(team.mei, entry, author="U-new", author_name="Chidi")
    assert "Chidi" not in {person.name for person in rows(bot, PersonRow)}
    got = await team.mei.does(entry("m-ben", **SAID), channel="D-mei", direct=True, private=True)
    assert "Direct messages stay between us" in got.text


async def test_why_of_an_aha_offers_what_works(team: Everyone, recorder: Recorder) -> None:
    """Its author may make it an experiment, and others add their version."""
    [card] = [message for message, each in recorder.standing.items() if "the first" in each.text]
    mine = await chooses(team.ana, WhyOf, card, by_bot="1")
    assert mine.text.endswith("[Make it an experiment] [Show]")
    others = await chooses(team.mei, WhyOf, card, by_bot="1")
    assert others.text.endswith("[Add my version] [Show]")
    turned = await mine.press("Make it an experiment")
    assert turned.text.startswith("#1 is an experiment now.")
    assert (await chooses(team.mei, WhyOf, card, by_bot="1")).form.title == "Ask why"


async def test_my_version_of_my_own_says_what_opens(team: Everyone) -> None:
    """The form is that of one's own text, and says so."""
    form = (await team.ana.types("version 1")).form
    assert form.title == "Edit #1"
    assert form.intro == "You wrote #1, so its text is your version. You can change it here."
    assert form.fields[0].value == "the first"


async def test_a_removed_moment_stays_out(team: Everyone) -> None:
    """The menu does not bring it back."""
    saved = await (await chooses(team.mei, VersionOf)).press("Save as aha")
    await team.ben.types("delete 2")
    for entry in MENU:
        assert "#2 was deleted." in (await chooses(team.mei, entry)).text
    assert "#2" in saved.text
