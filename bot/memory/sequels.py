"""The commands that add and remove sequels: lines about what follows from a moment.

A sequel says what becomes possible now or, weeks later, what the moment set off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, FormError, UserError
from bot.core.kinds.declared import is_followed
from bot.core.language.words import Lazy, _, format_number, lazy, ngettext
from bot.core.messages import Button, Field, Form, Reply, text_reply
from bot.core.moment import (
    active_moment,
    format_moment_ref,
    moment_name,
    propagate_change,
)
from bot.core.params import user_text
from bot.core.text import one_line, parse_number
from bot.memory.working_hours import plan_followups
from storage.memory import followups, sequels
from storage.models import Kind, Moment, MomentState, Sequel, SequelKind
from storage.quests import attempts


@dataclass(frozen=True)
class AddSequel:
    """The command to add a line of what a moment makes possible or of what it set off.

    Without text, it opens the form.
    """

    moment: str = ""
    kind: str = SequelKind.POSSIBLE
    text: str = user_text()


@dataclass(frozen=True)
class DropSequels:
    """The command to remove one's own line from a moment.

    Without a line id, it removes all lines that the person wrote on the moment.
    """

    moment: str = ""
    line: str = ""


SEQUEL_LENGTH = 200
"""The most characters of a line: one short thought."""

SEQUEL_QUESTIONS: Mapping[str, tuple[Lazy, Lazy]] = {
    SequelKind.POSSIBLE: (
        lazy("What's possible now?"),
        lazy("Something you can do now that you couldn't before."),
    ),
    SequelKind.SET_OFF: (
        lazy("What came of it?"),
        lazy("A change, a habit, a next step, something that stopped."),
    ),
}
"""The question and the hint of the form, for each kind of sequel. The button asks the same question."""


def add_sequel(context: Context, command: AddSequel) -> Reply | Form:
    """Save a line; without text, return the form.

    Raise FormError if the text is longer than 200 characters, with the text still in the form.
    """
    moment = _find_sequel_moment(context, command.moment)
    text = " ".join(command.text.split())
    if not text:
        return _sequel_form(moment, command)
    if len(text) > SEQUEL_LENGTH:
        said = _(
            "Up to {limit} characters, please. This has {length}. “Add my version” takes more.",
            limit=SEQUEL_LENGTH,
            length=format_number(len(text)),
        )
        raise FormError(_sequel_form(moment, command), {"text": said})
    line = Sequel(
        moment_id=moment.id, author_id=context.caller.person_id, kind=_sequel_kind(command), text=text,
        event=context.origin.event, created_at=context.now,
    )  # fmt: skip
    if sequels.add_once(context.session, line):
        _refresh_and_follow_up(context, moment)
    known = sequels.find_by_event(context.session, moment.id, context.origin.event)
    back = Button(_("Undo"), DropSequels(format_moment_ref(moment), str(known.id if known else line.id)))
    said = _("Added to #{number}.", number=moment.number)
    return text_reply(f"{said} {_invite_others(context, moment, command)}", buttons=(back,))


def _invite_others(context: Context, moment: Moment, command: AddSequel) -> str:
    """Return a sentence about how other people add their line."""
    if _sequel_kind(command) is SequelKind.SET_OFF:
        return _("Others can add theirs with the same button.")
    return _(
        "Others can add theirs in the menu of its card, or with {command} show {number}.",
        command=context.capabilities.command,
        number=moment.number,
    )


def drop_sequels(context: Context, command: DropSequels) -> Reply:
    """Remove one of the person's own lines at once or, if none is named, all of them.

    Other people's lines stay. Raise UserError if the person has no such line.
    """
    moment = active_moment(context, command.moment)
    mine = sequels.list_by_author(context.session, moment.id, context.caller.person_id)
    gone = [line for line in mine if not command.line or line.id == parse_number(command.line)]
    if not gone:
        raise UserError(_("You have no such line on #{number}.", number=moment.number))
    sequels.remove_sequels(context.session, gone, context.now)
    _refresh_and_follow_up(context, moment)
    said = ngettext(
        "Removed your line from #{number}.",
        "Removed your {n} lines from #{number}.",
        len(gone),
        number=moment.number,
    )
    return text_reply(said, replaces=True)


def _find_sequel_moment(context: Context, given: str) -> Moment:
    """Return the moment that a sequel can be added to.

    Raise UserError for an experiment, which takes whys instead, for other kinds that are not followed,
    and for a moment without text.
    """
    moment = active_moment(context, given)
    if attempts.is_under_way(context.session, moment):
        raise UserError(_("{moment} is still running. Save its result first.", moment=moment_name(moment)))
    if moment.kind == Kind.EXPERIMENT:
        raise UserError(
            _(
                "You can't add that to an experiment, but you can ask why: {command} why {number}.",
                command=context.capabilities.command,
                number=moment.number,
            )
        )
    if not is_followed(moment):
        raise UserError(
            _("You can't add that to {moment}, but you can add your version.", moment=moment_name(moment))
        )
    if moment.state != MomentState.KEPT:
        raise UserError(
            _(
                "#{number} has no text yet. Once it has, you can say what's possible now.",
                number=moment.number,
            )
        )
    return moment


def _sequel_kind(command: AddSequel) -> SequelKind:
    return SequelKind.SET_OFF if command.kind == SequelKind.SET_OFF else SequelKind.POSSIBLE


def _sequel_form(moment: Moment, command: AddSequel) -> Form:
    kind = _sequel_kind(command)
    asked, hint = SEQUEL_QUESTIONS[kind]
    text = Field("text", _("In one line"), value=command.text, hint=hint())
    at = AddSequel(format_moment_ref(moment), kind)
    return Form(asked(), at, (text,), _("Add"), intro=one_line(moment.text, SEQUEL_LENGTH))


def _refresh_and_follow_up(context: Context, moment: Moment) -> None:
    """Refresh search and every post that shows the moment, and schedule its follow-up questions."""
    plan_followups(context.session, moment.team_id, moment.id, moment.created_at, followups.LATER_KINDS)
    propagate_change(context, moment)


DECLARATIONS = (
    Declaration("add-sequel", AddSequel, add_sequel, shown=True),
    Declaration("drop-sequels", DropSequels, drop_sequels, own_words=OwnWords.ALWAYS),
)
