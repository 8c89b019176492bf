"""Tests of the words no, shiny and chance as people type them: what they mean, and what is asked about first."""

import pytest

from bot.core.commands import Commands
from bot.core.params import NearMiss
from bot.doors.commands import LogChance, LogNo, ParkShiny
from bot.features import DECLARATIONS
from bot.runtime.bot import Bot
from tests.support.people import Everyone
from tests.support.recorder import Recorder

COMMANDS = Commands(DECLARATIONS)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("no", LogNo()),
        ("NO", LogNo()),
        ("no A second app", LogNo("A second app", "no ")),
        ("No\nA second app", LogNo("A second app", "No\n")),
        ("shiny", ParkShiny()),
        ("Shiny 時計のアプリ", ParkShiny("時計のアプリ", "Shiny ")),
        ("chance", LogChance()),
        ("chance Meet 3 people", LogChance("Meet 3 people", "chance ")),
    ],
)
def test_what_is_meant_is_done(line: str, command: object) -> None:
    assert COMMANDS.parse(line) == command


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("no.", "no"),
        ("no!", "no"),
        ("“no”", "no"),
        ("no: A second app", "no"),
        ("no help", "help:no"),
        ("no ?", "help:no"),
        ("no 4", "show:4"),
        ("no. 4", "show:4"),
        ("no no", "no"),
        ("no undo", "no"),
        ("no thanks", "menu"),
        ("no more questions", "be-quiet"),
        ("shiny thing", "shiny"),
        ("shiny 1", "shiny"),
        ("shinny", "shiny"),
        ("chances", "chance"),
        ("chanec", "chance"),
        ("an opportunity", "chance"),
        ("open door", "chance"),
    ],
)
def test_what_may_be_meant_otherwise_is_asked_about(line: str, meant: str) -> None:
    """Nothing of it is saved or shown before somebody chose."""
    guess = COMMANDS.parse(line)
    assert isinstance(guess, NearMiss), guess
    assert guess.meant == meant


@pytest.mark.parametrize("line", ["Change is slow here", "We said yes", "Nobody reads page two", "Shine on"])
def test_an_ordinary_word_near_one_of_them_is_an_aha(line: str) -> None:
    assert not isinstance(COMMANDS.parse(line), NearMiss | LogNo | ParkShiny | LogChance)


async def test_a_phrase_with_no_can_still_be_a_no(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The likely command is in front, and the line itself last."""
    await people.ana.types("Tokens are signed once")
    got = await people.ana.types("no more questions")
    assert got.text.endswith("[Post it anyway]")
    kept = await got.press("Post it anyway")
    assert kept.text.startswith("Saved as #2 in #lantern.")
    await bot.tick()
    assert recorder.last()[1].text.startswith("Declined #2\n“more questions”")


@pytest.mark.parametrize("line", ["no", "shiny", "chance"])
async def test_a_form_in_a_direct_message_says_who_will_see_it(people: Everyone, line: str) -> None:
    await people.ana.types("Tokens are signed once")
    form = (await people.ana.types(line, channel="dm-ana", direct=True, private=True)).form
    assert form.intro == "Everyone in #lantern will see this."


@pytest.mark.parametrize("line", ["no A second app", "shiny A second app", "chance A second app"])
async def test_words_in_a_direct_message_wait_for_a_yes(
    people: Everyone, bot: Bot, recorder: Recorder, line: str
) -> None:
    await people.ana.types("Tokens are signed once")
    got = await people.ana.types(line, channel="dm-ana", direct=True, private=True)
    assert got.text.endswith("“A second app”\n[Post it] [Save just for me] [Don't save it]")
    await bot.tick()
    assert not [text for text in recorder.texts() if "second app" in text]
    assert (await got.press("Don't save it")).text == "Done. It's not saved, and nobody else saw it."


@pytest.mark.parametrize("word", ["no", "shiny", "chance"])
async def test_help_knows_the_words(people: Everyone, word: str) -> None:
    assert f"Type: /aha {word} [text]" in (await people.ana.types(f"help {word}")).text
