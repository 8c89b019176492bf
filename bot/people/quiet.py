"""One's own quiet: a week without direct messages, and the opt-out from being saved by others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Reply, text_reply
from bot.core.times import format_day, local_day
from storage.delivery import postings
from storage.models import Person
from storage.prompts import step_takers

PAUSE = timedelta(days=7)


@dataclass(frozen=True)
class RestNotes:
    """Pause one's own direct messages for a week. With `off`, end the pause."""

    off: str = ""


@dataclass(frozen=True)
class OptOut:
    """Opt out: nobody else can save what one writes. With `back`, opt in again."""

    back: str = ""


def rest_notes(context: Context, command: RestNotes) -> Reply:
    """Start or end the pause of a person's direct messages, and say what holds now."""
    person = context.session.get_one(Person, context.caller.person_id)
    until = local_day(context.now, person.zone or "UTC") + PAUSE
    person.paused_until = None if command.off else until
    context.session.flush()
    postings.release_notes(context.session, person.id, context.now)
    if command.off:
        return text_reply(
            _("You'll get my direct messages again."), buttons=(Button(_("Pause again"), RestNotes()),)
        )
    said = _("No direct messages from me before {day}. I'll hold them for you.", day=format_day(until))
    return text_reply(said, buttons=(Button(_("Undo"), RestNotes("1")),))


def opt_out(context: Context, command: OptOut) -> Reply:
    """Opt out or in again, and say what that changes."""
    person = context.session.get_one(Person, context.caller.person_id)
    person.opted_out = not command.back
    context.session.flush()
    if not command.back:
        step_takers.clear_suggestions(context.session, person.id, context.now)
    if command.back:
        said = _("Others can save your messages again, and I'll let you know when they do.")
        return text_reply(said, buttons=(Button(_("Opt out"), OptOut()),))
    said = _(
        "You've opted out: from now on, nobody else can save your messages. You can still save anything yourself, "
        "and what's already saved stays until you delete it."
    )
    return text_reply(said, buttons=(Button(_("Undo"), OptOut("1")),))


def has_paused_notes(context: Context) -> bool:
    """Return whether the person's direct messages are paused now."""
    person = context.session.get_one(Person, context.caller.person_id)
    until = person.paused_until
    return until is not None and until > local_day(context.now, person.zone or "UTC")


DECLARATIONS = (
    Declaration("rest-notes", RestNotes, rest_notes, needs=Needs.PERSON, personal=True),
    Declaration("opt-out", OptOut, opt_out, needs=Needs.PERSON, personal=True),
)
