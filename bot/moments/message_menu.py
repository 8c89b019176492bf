"""*Add my version* and *Ask why* in a message's menu, which is the same on every message.

On a message that nobody saved, they offer to save it first. On a moment of a kind that takes no
whys, *Ask why* offers what does work there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeGuard

from bot.core.access.offers import keep_working
from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Card, Form, Reply, Style, text_reply
from bot.core.moment import Show, format_moment_ref, moment_name, moment_of_message
from bot.moments.commands import AddVersion, ItFailed
from bot.moments.save_message import MessageFields, Save, check_message, save_from_message
from bot.moments.versions import VersionOf, add_version
from bot.quests.commands import AskWhy, SeeLinks, WhyOf
from bot.quests.whys import ask_why, is_former_experiment
from storage.models import Kind, Moment, MomentState

BUTTON_LIMIT = 4
"""Maximum buttons on the reply after a message was saved."""


@dataclass(frozen=True)
class SaveFirst(MessageFields):
    """Save a message, and then offer what was chosen in its menu. `thread` is where it was chosen."""

    thread: str = ""


def add_version_to_message(context: Context, command: VersionOf) -> Reply | Form:
    """Return the version form for the moment of a message, or offer to save the message as an aha first.

    UserError if it may not be saved.
    """
    moment = moment_of_message(context, command.message)
    if _is_saved(moment):
        return add_version(context, AddVersion(format_moment_ref(moment)))
    if command.author == context.origin.person:
        said = _("Nobody has saved that yet. You wrote it, so saving it is your version.")
        return _offer_to_save(context, command, Kind.AHA, said)
    said = _("Nobody has saved that yet. Save it as an aha, then add your version?")
    return _offer_to_save(context, command, Kind.AHA, said)


def ask_why_of_message(context: Context, command: WhyOf) -> Reply | Form:
    """Return the why form for the experiment of a message, or offer to save it as one first.

    For another kind of moment, offer what works there. UserError if the message may not be saved.
    """
    moment = moment_of_message(context, command.message)
    if not _is_saved(moment):
        said = _("Nobody has saved that yet. Save it as a failed experiment, then ask why?")
        return _offer_to_save(context, command, Kind.EXPERIMENT, said)
    takes_none = moment.deleted_at is None and moment.kind != Kind.EXPERIMENT
    if takes_none and not is_former_experiment(context.session, moment):
        return _offer_instead(context, moment)
    return ask_why(context, AskWhy(format_moment_ref(moment)))


def _is_saved(moment: Moment | None) -> TypeGuard[Moment]:
    """Tell whether a message has a moment with its words, or one that was removed."""
    return moment is not None and (moment.deleted_at is not None or moment.state == MomentState.KEPT)


def _offer_to_save(context: Context, command: VersionOf | WhyOf, kind: Kind, said: str) -> Reply:
    known = {each.name: getattr(command, each.name) for each in fields(MessageFields) if each.name != "kind"}
    save = SaveFirst(kind=kind, thread=context.origin.thread, **known)
    check_message(context, save, command.shows)
    label = _("Save as experiment") if kind is Kind.EXPERIMENT else _("Save as aha")
    return text_reply(said, buttons=(Button(label, context.store_command(save), Style.PRIMARY),))


def save_first(context: Context, command: SaveFirst) -> Reply | Form:
    """Save a message, and return the reply with a button for what its menu was opened for."""
    there = replace(context, origin=replace(context.origin, thread=command.thread))
    told = (getattr(command, each.name) for each in fields(MessageFields))
    saved = save_from_message(there, Save(*told))
    moment = moment_of_message(context, command.message)
    if moment is None or isinstance(saved, Form):
        return saved
    others = (replace(button, style=Style.PLAIN) for button in saved.card.buttons)
    buttons = (*_next_step(context, moment, command), *others)[:BUTTON_LIMIT]
    return replace(saved, card=Card(saved.card.blocks, buttons, saved.card.menu), replaces=True)


def _next_step(context: Context, moment: Moment, command: SaveFirst) -> tuple[Button, ...]:
    """Return the button for what the menu was opened for. One's own text needs no version beside it."""
    at = format_moment_ref(moment)
    if command.kind == Kind.EXPERIMENT:
        return (Button(_("Ask why"), AskWhy(at), Style.PRIMARY),)
    own = moment.author_id == context.caller.person_id
    return () if own else (Button(_("Add my version"), AddVersion(at), Style.PRIMARY),)


def _offer_instead(context: Context, moment: Moment) -> Reply:
    """Say that a moment takes no whys, and offer what it does take."""
    at = format_moment_ref(moment)
    name = moment_name(moment)
    instead = {
        Kind.AHA: (Button(_("Make it an experiment"), ItFailed(at)),),
        Kind.BREAKTHROUGH: (Button(_("How we got here"), SeeLinks(at)),),
    }.get(Kind(moment.kind), ())
    version = Button(_("Add my version"), AddVersion(at))
    own = moment.author_id == context.caller.person_id
    offered = keep_working(context, (*instead, *(() if own else (version,)), Button(_("Show"), Show(at))))
    said = _("You can only ask why about an experiment, and {moment} isn't one.", moment=name)
    return text_reply(said, buttons=offered)


DECLARATIONS = (
    Declaration("version-of", VersionOf, add_version_to_message, needs=Needs.CHANNEL, opens_form=True),
    Declaration("why-of", WhyOf, ask_why_of_message, needs=Needs.CHANNEL, opens_form=True),
    Declaration("save-first", SaveFirst, save_first, needs=Needs.CHANNEL),
)
