"""High-fives and "I was there"."""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.messages import Button, Card, Reply, Text, text_reply
from bot.core.moment import active_moment, format_moment_ref
from bot.moments.card import build_moment_card
from bot.moments.commands import AddVersion, HighFive, HowFar, IWasThere
from storage.delivery import refresh
from storage.models import Moment, TapKind
from storage.moments import reactions


def give_high_five(context: Context, command: HighFive) -> Reply | None:
    """Add a high-five to a moment, once per person.

    A new one on the shared card gets no reply, since the card shows it.
    """
    moment, new = _record_tap(context, command, TapKind.HIGH_FIVE)
    if not new:
        return text_reply(f"You gave #{moment.number} a high-five already.")
    if not command.private:
        return None
    return Reply(build_moment_card(context.session, moment, context.now, private=True), replaces=True)


def record_presence(context: Context, command: IWasThere) -> Reply:
    """Record that the speaker was there, once per person.

    A name is easy to miss on the card, so the reply says it too.
    """
    moment, new = _record_tap(context, command, TapKind.THERE)
    said = f"You are down{'' if new else ' already'} as having been there for #{moment.number}."
    if command.private:
        card = build_moment_card(context.session, moment, context.now, private=True)
        return Reply(Card((Text((said,)), *card.blocks), card.buttons, card.menu), replaces=True)
    at = format_moment_ref(moment)
    tell, far = Button("Add my version", AddVersion(at)), Button("How far out was it?", HowFar(at))
    return text_reply(said, buttons=(tell, far))


def _record_tap(context: Context, command: HighFive | IWasThere, kind: TapKind) -> tuple[Moment, bool]:
    """Return the moment, and whether the tap is new."""
    moment = active_moment(context, command.moment)
    new = reactions.add_tap(context.session, moment.id, context.caller.person_id, kind)
    if new:
        refresh.refresh_card(context.session, moment.id, context.now)
    return moment, new


DECLARATIONS = (
    Declaration("high-five", HighFive, give_high_five),
    Declaration("i-was-there", IWasThere, record_presence),
)
