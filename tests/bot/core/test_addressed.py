"""Which words of a message are said to the bot when they have its name in them, and what they mean."""

import pytest

from bot.core.addressed import Addressed
from bot.core.commands import Commands
from bot.core.messages import Button, Card, Quote, Reply, Text, brief_card, text_card, text_reply
from bot.core.params import NearMiss
from bot.features import DECLARATIONS, SHORTCUTS
from bot.help.help import Help, Menu
from bot.moments.by_name.commands import Remember, SaveThread
from bot.moments.commands import Failed, Log
from bot.moments.find import List
from bot.recaps.recap import Recap

COMMANDS = Commands(DECLARATIONS, SHORTCUTS)
ANSWERED = {"message": "m1", "text": "We sign once", "author": "U-ana"}


def read(before: str, after: str, **answers: str) -> object:
    """Return what a message says to the bot, which is called between these words."""
    return COMMANDS.read_addressed(Addressed("m9", after, before, "@Ahabot", answers=answers))


def meant(command: object) -> str:
    """Return the key of what is asked about."""
    assert isinstance(command, NearMiss), command
    return command.meant


@pytest.mark.parametrize(
    ("before", "after", "command"),
    [
        ("", "", Menu()),
        ("Hey ", "", None),
        ("", " We sign once", Log("We sign once")),
        ("", ": we sign once", Log("we sign once")),
        ("Hey ", ", we sign once", Log("we sign once")),
        ("Hallo zusammen, ", " wir signieren einmal", Log("wir signieren einmal")),
        ("", " failed We cached it", Failed("We cached it", head="failed ")),
        ("We found it.\n", " failed We cached it", Failed("We cached it", head="failed ")),
        ("recap ", "", Recap()),
        ("list ", " please", List()),
        ("help ", "", Help()),
        ("We sign once. ", "", Log("We sign once.")),
        ("We sign once, ", "", Log("We sign once")),
        ("", " remember this: we sign once", Log("we sign once")),
        ("", " merk dir das: wir signieren einmal", Log("wir signieren einmal")),
    ],
)
def test_what_is_said_to_the_bot(before: str, after: str, command: object) -> None:
    """Its name may come first, behind a greeting, at the beginning of a sentence, or last."""
    said = read(before, after)
    assert said == command if command else meant(said) == "menu"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Let's ask ", " later"),
        ("Let's ask ", ""),
        ("Thanks to ", ""),
        ("", "'s card is nice"),
        ("", "-like bots are fun"),
        ("The card of ", " shows it"),
        ("Ana told ", " remember this"),
        ("> ", " we sign once"),
        ("Look:\n> ", " remember this"),
        ("> Hello. ", " remember this"),
        ("“", " remember this”"),
        ('Write "', ' remember this"'),
        ("`", " remember this`"),
        ("```", " remember this```"),
        ("[", "](https://lantern.example/ahabot)"),
        (">>> Ana wrote:\n", " remember this"),
    ],
)
def test_what_is_only_about_the_bot(before: str, after: str) -> None:
    """Nothing happens."""
    assert read(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", " is a good host"),
        ("", " when do we meet?"),
        ("We sign tokens once now ", ""),
        ("", " ok"),
        ("", " seems broken again today"),
        ("", " @Mei @Ben"),
        ("", " @Mei welcome to the team!"),
        ("", " (our new bot) saves ideas"),
        ("", " & @Falcon are bots"),
        ("Just write: ", " we sign tokens once"),
    ],
)
def test_what_may_be_about_the_bot_is_asked_about(before: str, after: str) -> None:
    """Nothing of it is saved before the person chose that."""
    assert isinstance(read(before, after), NearMiss)


@pytest.mark.parametrize(
    "said",
    [
        "don't save this",
        "do not save this, please!",
        "please don't remember that",
        "don't save this: it's private",
        "Do not save this, it's only for us here",
        "merk dir das nicht",
        "Speicher das nicht, das ist privat",
    ],
)
def test_what_is_not_to_be_saved_is_not(said: str) -> None:
    """Neither the words themselves nor the message that they answer."""
    for before, after in (("", f" {said}"), (f"{said} ", "")):
        assert meant(read(before, after, **ANSWERED)) == "offer-undo"
    assert meant(COMMANDS.parse(said, "/aha")) == "offer-undo"


@pytest.mark.parametrize(
    "said",
    [
        "remember this",
        "Save this!",
        "keep this please",
        "remember that",
        "merk dir das",
        "Speicher das bitte",
    ],
)
def test_remember_this_means_the_message_that_is_answered(said: str) -> None:
    """By name it runs at once. Typed after the command it is asked about."""
    for before, after in (("", f" {said}"), (f"{said} ", "")):
        command = read(before, after, **ANSWERED)
        assert isinstance(command, Remember)
        assert (command.message, command.text, command.author) == ("m1", "We sign once", "U-ana")
    assert meant(COMMANDS.parse(said, "/aha")).startswith("how-to-remember")


def test_a_kind_and_a_thread_can_be_named() -> None:
    """In English and in German."""
    command = read("", " save this as a failed experiment", **ANSWERED)
    assert isinstance(command, Remember)
    assert "experiment" in command.said
    assert isinstance(read("", " remember this thread", **ANSWERED), SaveThread)
    assert isinstance(read("merk dir den Thread ", ""), SaveThread)


def test_a_direct_message_is_said_to_the_bot_as_a_whole() -> None:
    """It is read as if it had been typed after the command."""
    assert COMMANDS.read_addressed(Addressed("m9", " We sign once ")) == Log("We sign once")
    assert meant(COMMANDS.read_addressed(Addressed("m9", "hi, what can you do?"))) == "help"
    assert meant(COMMANDS.read_addressed(Addressed("m9", "hi"))) == "menu"
    assert meant(COMMANDS.read_addressed(Addressed("m9", "remember this"))).startswith("how-to-remember")


def test_every_named_command_is_reached_by_name() -> None:
    """As it is after the slash command."""
    named = [(each, word) for each in DECLARATIONS if each.name for word in (each.name, *each.aliases)]
    assert named
    for declaration, word in named:
        for line in (word, f"{word} 3", f"{word} the cache lies on Mondays"):
            by_name = read("", f" {line}")
            typed = COMMANDS.parse(line, "@Ahabot")
            assert by_name == typed, line
        assert type(read("", f" {word}")) in (declaration.command, *NearMiss.__subclasses__(), NearMiss)


def test_only_one_sentence_is_shown_to_all() -> None:
    """With its buttons. A card with quotes is for the one who asked."""
    button = Button("Undo", Menu())
    assert brief_card(text_reply("Saved as #42.", buttons=(button,))) == Card(
        (Text(("Saved as #42.",)),), (button,)
    )
    assert brief_card(Reply(Card((Text(("Yours:",)), Quote("We sign once"))))) is None
    assert brief_card(Reply(text_card("Done."))) == text_card("Done.")
    assert brief_card(Reply(text_card("You've opted out."), personal=True)) is None
