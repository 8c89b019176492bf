"""The way back from a post that a person asked for by a button, such as a recap in the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, name_place, posting_place
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Button, Reply, text_reply
from bot.core.text import parse_number
from storage.delivery import postings, refresh
from storage.models import Posting, PostingKind

TAKE_DOWN_PERIOD = timedelta(days=1)


@dataclass(frozen=True)
class _Sentences:
    """What is said about a kind of post: that it comes, that it's gone, and who else can't remove it, and when."""

    coming: Lazy
    gone: Lazy
    not_yours: Lazy
    too_late: Lazy


SAID: Mapping[str, _Sentences] = {
    PostingKind.RECAP: _Sentences(
        lazy("I'm posting the recap in {place}."),
        lazy("I removed the recap from {place}."),
        lazy("Only the person who posted that recap can remove it."),
        lazy("You posted that recap more than a day ago. An admin can delete the message."),
    ),
    PostingKind.CYCLE: _Sentences(
        lazy("I'm posting the picture in {place}."),
        lazy("I removed the picture from {place}."),
        lazy("Only the person who posted that picture can remove it."),
        lazy("You posted that picture more than a day ago. An admin can delete the message."),
    ),
}
"""What can be taken down. Each composer returns Withdrawn for a withdrawn posting."""


@dataclass(frozen=True)
class TakeDown:
    """A command that removes a post from the channel again, for the person who posted it."""

    posting: str = ""
    team: str = ""


def confirm_post(context: Context, key: str) -> Reply:
    """Return the answer to a person who has just planned a post, with the way back."""
    posting = postings.find_by_key(context.session, key)
    assert posting is not None
    place = name_place(posting_place(context, posting))
    said = SAID[posting.kind]
    if posting.withdrawn_at is not None:
        return text_reply(*said.gone.line(place=place), replaces=True)
    undo = Button(_("Undo"), TakeDown(str(posting.id), str(posting.team_id)))
    return text_reply(*said.coming.line(place=place), buttons=(undo,), replaces=True)


def take_down(context: Context, command: TakeDown) -> Reply:
    """Remove the post. UserError for another person, for another kind of post, and after a day."""
    posting = context.session.get(Posting, parse_number(command.posting))
    if posting is None or posting.team_id != context.caller.team_id or posting.kind not in SAID:
        raise UserError(_("That post doesn't belong to this channel."))
    said = SAID[posting.kind]
    if posting.asked_by_id != context.caller.person_id:
        raise UserError(said.not_yours())
    if posting.withdrawn_at is None and posting.created_at + TAKE_DOWN_PERIOD <= context.now:
        raise UserError(said.too_late())
    place = name_place(posting_place(context, posting))
    if posting.withdrawn_at is None:
        posting.withdrawn_at = context.now
        context.session.flush()
        refresh.refresh_posting(context.session, posting.id, context.now)
    return text_reply(*said.gone.line(place=place), replaces=True)


DECLARATIONS = (Declaration("take-down", TakeDown, take_down, own_words=OwnWords.ALWAYS),)
