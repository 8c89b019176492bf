"""The way back from a post that a person asked for by a button, such as a recap in the channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, name_place, posting_place
from bot.core.messages import Button, Reply, text_reply
from bot.core.text import parse_number
from storage.delivery import postings, refresh
from storage.models import Posting, PostingKind

TAKE_DOWN_PERIOD = timedelta(days=1)

NAMES = {PostingKind.RECAP: "recap", PostingKind.CYCLE: "cycle"}
"""What can be taken down, by its name in a sentence. Each composer returns Withdrawn for a withdrawn posting."""


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
    name = NAMES[PostingKind(posting.kind)]
    if posting.withdrawn_at is not None:
        return text_reply(f"The {name} was taken down again.", replaces=True)
    undo = Button("Undo", TakeDown(str(posting.id), str(posting.team_id)))
    return text_reply(f"The {name} is on its way to ", place, ".", buttons=(undo,), replaces=True)


def take_down(context: Context, command: TakeDown) -> Reply:
    """Remove the post. UserError for another person, for another kind of post, and after a day."""
    posting = context.session.get(Posting, parse_number(command.posting))
    if posting is None or posting.team_id != context.caller.team_id or posting.kind not in NAMES:
        raise UserError("That post does not belong to this channel.")
    name = NAMES[PostingKind(posting.kind)]
    if posting.asked_by_id != context.caller.person_id:
        raise UserError(f"Only the person who posted that {name} can take it down.")
    if posting.withdrawn_at is None and posting.created_at + TAKE_DOWN_PERIOD <= context.now:
        raise UserError(f"You posted that {name} more than a day ago. An admin can delete the message.")
    place = name_place(posting_place(context, posting))
    if posting.withdrawn_at is None:
        posting.withdrawn_at = context.now
        context.session.flush()
        refresh.refresh_posting(context.session, posting.id, context.now)
    return text_reply(f"The {name} is taken down from ", place, ".", replaces=True)


DECLARATIONS = (Declaration("take-down", TakeDown, take_down, own_words=OwnWords.ALWAYS),)
