"""The card of an experiment's whys, in the thread of the experiment's card.

It shows the whys around the newest one, with the insight in bold. The whys belong to
everyone who wrote them, so the card lists the authors at the end and names none of them
beside a why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.context import Context
from bot.core.events import MessageDeleted
from bot.core.language.words import _, line
from bot.core.messages import Block, Button, Card, Inline, Post, Small, Strong, Style, Text, Title
from bot.core.moment import build_removed_card, format_moment_ref, moment_name
from bot.core.origin import Capabilities, Origin
from bot.core.posts import ComposedPost, Deferred
from bot.core.text import list_names, one_line
from bot.quests.commands import AskWhy, MarkInsight, SeeWhys, TakeWhyOut
from bot.quests.whys import WHY_WORDS, why_text
from bot.quests.whys_order import NumberedWhy, order_whys
from storage.delivery import postings
from storage.models import Kind, Moment, Posting, PostingState
from storage.quests import whys
from storage.teams.teams import Caller

SHOWN, ABOVE = 12, 8
"""How many whys the card shows, and how many of them come before the newest.

The second applies only if there are more whys than the card shows.
"""
PENDING_STATES = (PostingState.PLANNED, PostingState.SENDING, PostingState.UNKNOWN)
RETRY_AFTER = timedelta(seconds=5)
"""Time between checks whether the experiment's card has been posted."""


def compose_whys_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | Deferred | None:
    """Compose the whys for the thread of the experiment's card.

    Deferred while that card is not posted.
    """
    moment = session.get(Moment, posting.moment_id)
    if moment is None:
        return None
    if moment.deleted_at is not None:
        return ComposedPost(Post(build_removed_card(moment))) if posting.message else None
    numbered = order_whys(whys.list_whys(session, moment.id))
    if not numbered and not posting.message:
        return None
    card = postings.find_by_key(session, f"card:{moment.id}")
    if card is not None and not posting.message and not card.message and card.state in PENDING_STATES:
        return Deferred(now + RETRY_AFTER)
    thread = (card.thread or card.message or "") if card else ""
    return ComposedPost(Post(_whys_card(session, moment, numbered)), thread=thread)


def _whys_card(session: Session, moment: Moment, numbered: Sequence[NumberedWhy]) -> Card:
    if not numbered:
        said = _("#{number} has no whys right now.", number=moment.number)
        return Card((Text((said,)),), _whys_buttons(moment, numbered))
    at = format_moment_ref(moment)
    long = len(numbered) > SHOWN or any(len(one.why.text) > WHY_WORDS for one in numbered)
    whole = (Button(_("Read more"), SeeWhys(at, "1")),) if long else ()
    menu = (*whole, Button(_("Remove a why"), TakeWhyOut(at)))
    return Card(tuple(_whys_blocks(session, moment, numbered)), _whys_buttons(moment, numbered), menu)


def _whys_buttons(moment: Moment, numbered: Sequence[NumberedWhy]) -> tuple[Button, ...]:
    """Return the buttons that add a why and mark the insight.

    None for a moment that is no longer an experiment.
    """
    if moment.kind != Kind.EXPERIMENT:
        return ()
    add = Button(_("Ask why"), AskWhy(format_moment_ref(moment)), Style.PRIMARY)
    return (
        (add, Button(_("Mark the insight"), MarkInsight(format_moment_ref(moment)))) if numbered else (add,)
    )


def _whys_blocks(session: Session, moment: Moment, numbered: Sequence[NumberedWhy]) -> Iterator[Block]:
    yield Title(_("Why? · {moment}", moment=moment_name(moment)))
    first = _first_shown_index(numbered)
    shown = numbered[first : first + SHOWN]
    yield Text(tuple(piece for one in shown for piece in _why_line(one, one is shown[0])))
    if len(numbered) > len(shown):
        yield Small(
            line(
                "{shown} of {whole} whys. To see them all, tap {button}.",
                shown=len(shown), whole=len(numbered), button=Strong(_("Read more")),
            )
        )  # fmt: skip
    if names := whys.list_author_names(session, moment.id):
        yield Small((_("With {names}", names=list_names(names)),))
    if moment.kind != Kind.EXPERIMENT:
        was = _(
            "#{number} was an experiment when these were written. They stay, but you can't add more.",
            number=moment.number,
        )
        yield Small((was,))


def _first_shown_index(numbered: Sequence[NumberedWhy]) -> int:
    """Return the index of the first why shown, so that the newest one is among them."""
    newest = max(range(len(numbered)), key=lambda place: numbered[place].why.id)
    return max(0, min(newest - ABOVE, len(numbered) - SHOWN))


def _why_line(one: NumberedWhy, first: bool) -> Iterator[Inline]:
    """Yield one why as a line of its own. The insight is in bold with a 💡."""
    said = one_line(why_text(one), WHY_WORDS)
    yield ("" if first else "\n") + one.indent
    if one.why.insight:
        yield Strong(f"{one.number} 💡 {said}")
    else:
        yield Strong(one.number)
        yield f" {said}"


def forget_deleted_whys(context: Context, event: MessageDeleted) -> None:
    """Record that a person deleted a message of whys, so that it stays away until the next why."""
    postings.record_deleted_message(
        context.session, context.caller.workspace_id, context.origin.channel, event.message
    )


def is_posted_message(session: Session, caller: Caller, origin: Origin, event: MessageDeleted) -> bool:
    """Return whether the event's message is a post of the bot."""
    return postings.find_by_message(session, caller.workspace_id, origin.channel, event.message) is not None
