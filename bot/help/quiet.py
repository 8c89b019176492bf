"""What people who want quiet are offered: a pause for the team's posts or for themselves, and the opt-out.

Nothing changes before they press a button.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Card, Reply, Style, Text
from bot.people.me import Me
from bot.people.quiet import OptOut, RestNotes, has_paused_notes
from bot.schedules.pause import PausePosts, ResumePosts, list_paused, list_running
from bot.schedules.schedules import Plan, Start
from storage.models import Person


@dataclass(frozen=True)
class BeQuiet:
    """Offer to pause the team's posts, or one's own direct messages."""


@dataclass(frozen=True)
class SpeakAgain:
    """Offer to end the pauses."""


@dataclass(frozen=True)
class OfferOptOut:
    """Offer the opt-out from being saved by others."""


@dataclass(frozen=True)
class OfferOptIn:
    """Offer to end the opt-out."""


def offer_quiet(context: Context, _command: BeQuiet) -> Reply:
    """Offer the pauses that are possible, one's own first in a direct message."""
    team = _team_here(context)
    posts = list(_pause_buttons(context, team))
    own = [] if has_paused_notes(context) else [Button(_("Pause direct messages"), RestNotes())]
    buttons = [*own, *posts] if context.origin.direct else [*posts, *own]
    plan = Button(_("Schedule"), Plan(team))
    said = (
        _(
            "What should I pause for a week: the team's posts, for everyone in the channel, or your direct messages? "
            "Nothing is paused yet."
        )
        if buttons
        else _(
            "I'm quiet already: I don't post anything here by myself, and your direct messages are paused."
        )
    )
    return Reply(Card((Text((said,)),), _first_primary(*buttons, plan)))


def _team_here(context: Context) -> str:
    """Return the team of the channel, or an empty string if it has none or the person is from outside."""
    team_id = 0 if context.origin.external else context.caller.team_id
    return str(team_id) if team_id else ""


def _pause_buttons(context: Context, team: str) -> Iterator[Button]:
    if context.origin.direct or (team and list_running(context)):
        yield Button(_("Pause posts"), PausePosts(team))


def _first_primary(*buttons: Button) -> tuple[Button, ...]:
    first, *others = buttons
    return (Button(first.label, first.command, Style.PRIMARY), *others)


def offer_resume(context: Context, _command: SpeakAgain) -> Reply:
    """Offer to end the pauses there are, and to start the questions."""
    team = _team_here(context)
    buttons: list[Button] = []
    if context.origin.direct or (team and list_paused(context)):
        buttons.append(Button(_("Resume posts"), ResumePosts(team)))
    if has_paused_notes(context):
        buttons.append(Button(_("Resume direct messages"), RestNotes("1")))
    said = (
        _("What should I turn back on?")
        if buttons
        else _("Nothing is paused. Here's what I post, and how to turn on questions.")
    )
    more = (Button(_("Turn on questions"), Start(team)), Button(_("Schedule"), Plan(team)))
    return Reply(Card((Text((said,)),), _first_primary(*buttons, *more)))


def offer_opt_out(context: Context, _command: OfferOptOut) -> Reply:
    """Offer the opt-out, or the way back for a person who is out already."""
    if _is_opted_out(context):
        said = _("You've opted out, so nobody else can save what you write. Do you want to opt back in?")
        return Reply(
            Card((Text((said,)),), (Button(_("Opt in"), OptOut("1"), Style.PRIMARY), *_quieter(context)))
        )
    said = _("Do you want to opt out? Nobody else can save what you write then.")
    return Reply(Card((Text((said,)),), (Button(_("Opt out"), OptOut(), Style.PRIMARY), *_quieter(context))))


def offer_opt_in(context: Context, _command: OfferOptIn) -> Reply:
    """Offer to end the opt-out of a person who is out. To others it says that they are in."""
    if _is_opted_out(context):
        return offer_opt_out(context, OfferOptOut())
    said = _("You haven't opted out: others can save what you write, and I tell you when they do.")
    return Reply(Card((Text((said,)),), _first_primary(Button(_("About me"), Me()))))


def _quieter(context: Context) -> tuple[Button, ...]:
    if has_paused_notes(context):
        return (Button(_("About me"), Me()),)
    return (Button(_("Pause direct messages"), RestNotes()), Button(_("About me"), Me()))


def _is_opted_out(context: Context) -> bool:
    return context.session.get_one(Person, context.caller.person_id).opted_out


DECLARATIONS = (
    Declaration(
        "be-quiet",
        BeQuiet,
        offer_quiet,
        needs=Needs.PERSON,
        at_once=True,
        said_as=(
            "stop, stop it, stop posting, stop asking, stop asking questions, stop asking us, stop bot, stop here, "
            "stop all, stop everything, stop now, stop this, stop spamming, stop messages, stop messaging, "
            "stop messaging me, stop recap, stop recaps, stop questions, stop sending, stop notifications, "
            "stop talking, pause, pause it, pause posts, pause posting, pause questions, pause recap, pause recaps, "
            "pause notes, pause notifications, pause for week, pause week, pause me, pause team, pause all, "
            "quiet, be quiet, quieter, silence, silent, be silent, mute, mute bot, mute this channel, mute me, "
            "mute notifications, shut up, shutup, stfu, shush, hush, off, turn off, turn it off, turn off posts, "
            "turn off questions, turn off recap, turn off notifications, switch off, disable, deactivate, snooze, "
            "sleep, go to sleep, dnd, do not disturb, dont disturb, go away, get lost, be off, cease, halt, quit, "
            "exit, enough, stop please, thats enough, no more, no more questions, no more posts, no more messages, "
            "no questions, no recap, too many messages, too many questions, too much, too noisy, spam, shutdown, "
            "shut down, kill, uninstall, leave, leave channel, leave this channel, remove bot, kick, "
            "notifications, notifications off, hold, rest, break, holiday, vacation, ruhe, stopp, halt stopp, para, "
            "silencio, pausa, arrete"
        ),
    ),
    Declaration(
        "speak-again",
        SpeakAgain,
        offer_resume,
        needs=Needs.PERSON,
        at_once=True,
        said_as=(
            "resume, resume posts, resume questions, resume recap, resume all, unpause, unpause posts, unmute, "
            "unsnooze, wake, wake up, continue, carry on, go on, proceed, on, turn on, turn it on, switch on, "
            "enable, activate, reactivate, restart, reboot, come back, start again, start posting, start asking, "
            "start questions, start the questions, start weekly questions, notifications on, speak, weiter"
        ),
    ),
    Declaration(
        "offer-opt-out",
        OfferOptOut,
        offer_opt_out,
        personal=True,
        needs=Needs.PERSON,
        at_once=True,
        said_as=(
            "unsubscribe, unsubscribe me, opt out, optout, opt me out, leave me alone, leave me out, count me out, "
            "im out, i am out, dont save me, dont keep me, dont keep my words, dont save my words, "
            "dont save my messages, dont keep my messages, dont record me, dont track me, do not track, "
            "do not track me, stop tracking, stop tracking me, stop saving my messages, stop recording, ignore me, "
            "exclude me, remove me, not me, withdraw, unfollow, block, no consent, consent, abmelden, baja"
        ),
    ),
    Declaration(
        "offer-opt-in",
        OfferOptIn,
        offer_opt_in,
        personal=True,
        needs=Needs.PERSON,
        at_once=True,
        said_as="opt in, optin, opt me in, subscribe, subscribe me, include me, count me in, im in, follow, join",
    ),
)
