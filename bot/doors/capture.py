"""What the captures of this room share: saving at once, and the private answer."""

from __future__ import annotations

from bot.core.context import Context, card_place
from bot.core.language.words import _
from bot.core.messages import Button, Reply
from bot.core.moment import active_moment, format_moment_ref
from bot.moments.commands import ItWasAnAha
from bot.moments.log import save_moment
from bot.moments.saved import saved_reply
from storage.models import Kind, Moment
from storage.moments import moments


def find_saved(context: Context) -> Moment | None:
    """Return the moment that an earlier delivery of this event saved. UserError if it was removed."""
    if not context.caller.kept_moment_id:
        return None
    known = context.session.get_one(Moment, context.caller.kept_moment_id)
    return active_moment(context, str(known.number))


def save_words(context: Context, kind: Kind, text: str, parts: dict[str, str]) -> Moment:
    """Save a moment of the speaker's own, plan its card, and return it."""
    number = save_moment(context, kind, text.strip(), parts)
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    assert moment is not None
    return moment


def confirm_saved(
    context: Context, moment: Moment, head: str, said: str, further: tuple[Button, ...] = ()
) -> Reply:
    """Return the private answer to a capture, with a way back if its first word was misread.

    `said` is a sentence of its own, or nothing.
    """
    at = format_moment_ref(moment)
    misread = (Button(_("It was an aha"), ItWasAnAha(at, head)),) if head else ()
    return saved_reply(at, card_place(context), f" {said}" if said else "", (*further, *misread))
