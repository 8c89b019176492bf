"""What was ever posted or stored still works: buttons and drafts name commands by their keys."""

from dataclasses import fields

import pytest

from bot.core.commands import Commands
from bot.features import DECLARATIONS

KEYS = """
add-sequel add-version all-answers answer-together ask ask-next ask-now ask-why breakthrough
change-schedule channel-changed channel-moved choose-packs close-round cycle delete drop-answer
drop-sequels drop-together drop-version edit emoji-added emoji-removed failed find fine follow-on
found-it give-answer give-back give-words help high-five home host how-far i-was-there im-in in-team
it-failed it-was-an-aha joined keep-answer later left let-go let-keep link list log log-attempt
mark-insight me memory menu message-deleted message-edited millimetres misfit move mute-question
next-quest not-this-time one-question open-form open-quest pack-questions packs park pause-notes
pick-question place-attempt plan post-cycle post-recap put-aside quest read-on recap remove-quest
remove-question reopened restore resume said save say-stuck see-ladder see-quest see-road set-keeping
setup show start stop-keeping suggest-question take-back take-form take-quest-back take-why-out unlink
unmute-question version-of why-of write-free-line write-line
"""
"""Every key ever used. Add a new one here; never take one out, for posted buttons and stored drafts carry it."""


def test_every_key_ever_used_names_a_command() -> None:
    """A button that was posted long ago still does what it says."""
    assert sorted(declaration.key for declaration in DECLARATIONS) == KEYS.split()


def test_a_stored_command_comes_back_as_it_was() -> None:
    """Whatever stands in its fields."""
    commands = Commands(DECLARATIONS)
    for declaration in DECLARATIONS:
        command = declaration.command(*(f"50% of {field.name}: yes" for field in fields(declaration.command)))
        assert commands.decode(commands.encode(command)) == command


def test_no_two_commands_have_one_key() -> None:
    """Or a button would do something else than it says."""
    with pytest.raises(ValueError, match="same key"):
        Commands([*DECLARATIONS, DECLARATIONS[0]])
