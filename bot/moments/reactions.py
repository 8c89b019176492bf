"""High-fives and "I was there": one press gives, another takes back.

Two presses within a second are one, and so is an event that the platform delivers again.
"""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Card, Reply, Text, text_reply
from bot.core.moment import active_moment, format_moment_ref
from bot.moments.card import build_private_card
from bot.moments.commands import AddVersion, HighFive, HowFar, IWasThere
from bot.moments.saved import join_sentences
from storage.delivery import refresh
from storage.models import Moment, TapKind
from storage.moments import reactions, versions


def give_high_five(context: Context, command: HighFive) -> Reply | None:
    """Give a moment a high-five, or take it back. Nobody gives one to their own moment.

    One that counts on the shared card gets no reply, since the card shows it.
    """
    moment = active_moment(context, command.moment)
    if moment.author_id == context.caller.person_id:
        return text_reply(
            _("You wrote #{number}, so you can't high-five it. Others can.", number=moment.number)
        )
    given = _toggle(context, moment, TapKind.HIGH_FIVE)
    said = (
        _("You high-fived #{number}.", number=moment.number)
        if given
        else _("Removed your high-five from #{number}.", number=moment.number)
    )
    if command.private:
        return _updated_card(context, moment, said)
    return None if given else text_reply(said)


def record_presence(context: Context, command: IWasThere) -> Reply:
    """Record that the speaker was there, or that they were not after all.

    A name is easy to miss on the card, so the reply says what is so now.
    """
    moment = active_moment(context, command.moment)
    if moment.author_id == context.caller.person_id:
        return text_reply(_("You're already on #{number}, because you wrote it.", number=moment.number))
    given = _toggle(context, moment, TapKind.THERE)
    said = (
        _("Added you to #{number}.", number=moment.number)
        if given
        else _("Removed you from #{number}.", number=moment.number)
    )
    if not given and versions.find_by_author(context.session, moment.id, context.caller.person_id):
        said = join_sentences(said, _("Your version stays, with your name."))
    if command.private:
        return _updated_card(context, moment, said)
    at = format_moment_ref(moment)
    further = (
        Button(_("Add my version"), AddVersion(at)),
        Button(_("How big a stretch was it?"), HowFar(at)),
    )
    return text_reply(said, buttons=further if given else ())


def _toggle(context: Context, moment: Moment, kind: TapKind) -> bool:
    """Give or take back a tap, and return whether it counts now."""
    tap = reactions.toggle_tap(
        context.session, moment.id, context.caller.person_id, kind, context.origin.event, context.now
    )
    if tap.changed:
        refresh.refresh_card(context.session, moment.id, context.now)
    return tap.given


def _updated_card(context: Context, moment: Moment, said: str) -> Reply:
    """Return the private card whose button was pressed, with what is so now at its top."""
    card = build_private_card(context, moment)
    return Reply(Card((Text((said,)), *card.blocks), card.buttons, card.menu), replaces=True)


DECLARATIONS = (
    Declaration("high-five", HighFive, give_high_five),
    Declaration("i-was-there", IWasThere, record_presence),
)
