"""Tests of command keys, by which posted buttons and stored drafts name their commands."""

from dataclasses import fields

import pytest

from bot.core.commands import Commands
from bot.core.events import EVENT_KEYS
from bot.features import DECLARATIONS, LISTENERS

KEYS = """
add-sequel add-version all-answers answer-together ask ask-next ask-now ask-why be-quiet became
begin-season book book-again breakthrough career carry-step chance change-schedule change-step
channel-changed channel-moved choose-packs choose-parts close-round cycle delete describe-chance
drop-answer drop-expectation drop-line drop-look-back drop-next-step drop-outcome drop-pick
drop-sequels drop-step drop-together drop-version drop-words edit emoji-added emoji-removed
end-season everything expect expect-next failed find fine first-and-last focus-add focus-answer
focus-chances focus-check focus-drop-line focus-drop-lines focus-due focus-earlier focus-edit
focus-edit-line focus-go-on focus-lists focus-ratio focus-remove focus-reopen focus-see
focus-session focus-step focus-tick focus-ticks focus-went follow-on forget-me found-it
give-answer give-back give-step give-words goal goal-align goal-big goal-check goal-close
goal-days goal-edit goal-from goal-go-on goal-keep goal-list goal-measure goal-new goal-reopen
goal-show goal-step goal-steps guess help here-before high-five home host how-far
how-to-remember how-to-remember-thread i-was-there im-in in-team it-failed it-was-an-aha joined
keep-answer keep-line keep-own keep-parked keep-result later leave-moment left let-go let-keep
let-shiny-go link list log log-attempt look-back make-goal mark-insight me memories memory menu
message-deleted message-edited millimetres misfit mission mission-versions move mute-question
next-part next-quest no not-built not-this-time note-all note-one offer-key offer-opt-in
offer-opt-out offer-to-save offer-undo on-card one-question open-form open-quest opt-out
own-drop own-edit own-list own-note own-see own-undo pack-questions packs page park pause-date
pause-notes pause-posts permissions-changed person-came person-left person-renamed pick-question
place-attempt plan post-cycle post-recap privacy put-aside quest quest-serves read-on read-recap
read-together readers-changed recall-wish recap remember remind-owner remove-goal remove-quest
remove-question reopen-quest reopened replies-changed rest-notes restore restore-expectation resume resume-posts
reword-why said save save-first save-thread say-stuck see-ladder see-quest see-road see-season
see-step serves session-check set-keeping settle-step setup shiny show show-pair speak-again
start start-attempt stop-keeping suggest-question take-answer-back take-back take-down take-form
take-goal-back take-key-back take-mission-back take-over take-quest-back take-step take-why-out
tell-again tell-outcome tell-zone thanks tick-step topics turn-on-part undo undo-all
undo-check-in undo-expectation undo-goal-keep undo-links undo-look-back undo-parked undo-result
undo-result-change undo-season undo-step-change unlink unmute-question unsettle-step version-of
why-of words write-free-line write-line write-mission year-ago
"""
"""All keys ever used. Never remove one, because posted buttons and stored drafts contain it."""


def test_every_key_ever_used_names_a_command() -> None:
    """A button posted long ago still works."""
    keys = [*(declaration.key for declaration in DECLARATIONS), *EVENT_KEYS.values()]
    assert sorted(keys) == KEYS.split()


def test_a_stored_command_comes_back_as_it_was() -> None:
    """All of its fields survive, whatever they contain."""
    commands = Commands(DECLARATIONS)
    for declaration in DECLARATIONS:
        command = declaration.command(*(f"50% of {field.name}: yes" for field in fields(declaration.command)))
        assert commands.decode(commands.encode(command)) == command


def test_no_two_commands_have_one_key() -> None:
    """Otherwise a button could run the wrong command."""
    with pytest.raises(ValueError, match="same key"):
        Commands([*DECLARATIONS, DECLARATIONS[0]])


@pytest.mark.parametrize(
    "stored",
    [
        "log:text:head:team:used_to:now_think:expecting:out_with",
        "breakthrough:text:head:team:planned:came_as:repaid:powers:value:another_value:quest",
        "failed:text:head:team:expected:happened:taught:wrong:quest:previous",
        "edit:moment:text:planned:came_as:repaid:powers:value:another_value:expected:happened:taught:wrong"
        ":quest:previous:used_to:now_think:expecting:out_with:whole",
        "edit:moment:text:planned:came_as:repaid:powers:value:another_value:expected:happened:taught:wrong"
        ":quest:previous:used_to:now_think:expecting:out_with:whole:why:accelerates",
        "no:text:head:team:why",
        "shiny:text:head:team:rest:until",
        "chance:text:head:team:accelerates:kind:until:belief",
    ],
)
def test_a_draft_that_was_stored_long_ago_fills_the_same_fields(stored: str) -> None:
    """The order of a command's fields is what is stored. Later ones come after those."""
    command = Commands(DECLARATIONS).decode(stored)
    names = stored.split(":")[1:]
    assert [field.name for field in fields(command)][: len(names)] == names
    assert all(getattr(command, name) == name for name in names)


def test_every_event_has_a_listener_and_a_name() -> None:
    """An event that nobody hears would be lost without a word."""
    assert set(LISTENERS) == set(EVENT_KEYS)
