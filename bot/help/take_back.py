"""What is offered to a person who wants to undo something: to remove the latest moment they saved."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Card, Quote, Reply, Style, Text, text_reply
from bot.core.moment import format_moment_ref, moment_name
from bot.core.text import clip_text
from bot.memory.book.commands import DropOwn
from bot.moments.commands import Undo
from bot.moments.edit import UNDO_PERIOD
from bot.moments.find import Find
from storage.memory import own_moments
from storage.models import OwnMoment
from storage.moments import moments

EXCERPT = 160


@dataclass(frozen=True)
class OfferUndo:
    """Offer to remove the latest moment that the person saved here."""


def offer_undo(context: Context, _command: OfferUndo) -> Reply:
    """Offer to remove the person's latest moment, if it is at most a day old."""
    caller, since = context.caller, context.now - UNDO_PERIOD
    latest = moments.latest_saved_by(context.session, caller.team_id, caller.person_id, since)
    own = own_moments.latest_since(context.session, caller.person_id, since)
    if own is not None and (latest is None or latest.created_at < own.created_at):
        return _offer_own(own)
    if latest is None:
        said = _(
            "You haven't saved anything in the last day. To undo something else, press Undo under its answer."
        )
        return text_reply(said, buttons=(Button(_("Recent"), Find(), Style.PRIMARY),))
    undo = Button(_("Undo #{number}", number=latest.number), Undo(format_moment_ref(latest)), Style.PRIMARY)
    quote = Quote(clip_text(latest.text, EXCERPT), moment_name(latest))
    asked = Text(
        (_("This is the last thing you saved here. Should I delete it? You can bring it back for a day."),)
    )
    return Reply(Card((asked, quote), (undo,)))


def _offer_own(own: OwnMoment) -> Reply:
    """Offer to remove what the person kept for themselves last."""
    undo = Button(_("Undo"), DropOwn(str(own.id)), Style.PRIMARY)
    asked = _("This is your last private note. Should I delete it? You can bring it back for a day.")
    return Reply(Card((Text((asked,)), Quote(clip_text(own.text, EXCERPT))), (undo,)))


DECLARATIONS = (
    Declaration(
        "offer-undo",
        OfferUndo,
        offer_undo,
        read_only=True,
        at_once=True,
        said_as=(
            "undo, undo it, undo that, undo last, undo please, oops, ooops, ops, whoops, woops, oops sorry, "
            "take it back, take that back, take back, i take it back, revert, revert that, rollback, roll back, "
            "cancel, cancel that, cancel it, abort, remove, remove it, remove that, remove this, remove last, "
            "delete it, delete that, delete this, delete last, delete latest, delete the last one, delete my last, "
            "delete last one, delete my last one, discard, "
            "my mistake, mistake, my bad, typo, wrong, wrong channel, wrong one, wrong window, sorry, never mind, "
            "nevermind, nvm, scratch that, ignore that, ignore this, strg z, ctrl z, unsend, unsend that, back, "
            "go back, drop it, drop that, unsave, rückgängig, deshacer, "
            "dont save, do not save, dont save this …, do not save this …, dont save that …, do not save that …, "
            "dont save it …, do not save it …, dont remember this …, do not remember this …, dont remember that …, "
            "do not remember that …, dont keep this …, do not keep this …, dont log this …, do not log this …, "
            "dont save this, do not save this, dont save that, do not save that, dont save it, do not save it, "
            "dont remember this, do not remember this, dont remember that, do not remember that, dont keep this, "
            "do not keep this, dont log this, do not log this, dont save this message, do not save this message"
        ),
    ),
)
