"""Park it: people put down what is on their mind before a question opens, and get it back later.

Only the author sees a parked text. It is deleted when it is given back, or after a day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, describe_place, posting_place
from bot.core.messages import (
    FORM_WORDS,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    text_reply,
)
from bot.core.origin import Replies
from bot.core.params import user_text
from bot.prompts.answers import lock_question
from bot.prompts.card_parts import CardParts, plain_parts
from storage.delivery import refresh
from storage.models import Posting, PromptForm
from storage.prompts import rounds

PARKING_TIME = timedelta(minutes=10)
"""How long people can park a text before the question opens."""

RETURN_PERIOD = timedelta(days=1)
"""How long a parked text can be given back, from when the card was posted."""


@dataclass(frozen=True)
class Park:
    """Park what is on one's mind. A second time it replaces the text."""

    posting: str = ""
    team: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class GiveBack:
    """Get back one's parked text."""

    posting: str = ""
    team: str = ""


def park_text(context: Context, command: Park) -> Reply | Form:
    """Save a parked text for its author alone. Without any text, return the form.

    UserError once the question is open.
    """
    posting = lock_question(context, command.posting, PromptForm.PARK_IT)
    if posting.turned_at is not None:
        raise UserError("The question is open now, so nothing more is parked here.")
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    if not command.text:
        return _parking_form(command, mine.text if mine else "")
    rounds.add_participant(context.session, posting.id, context.caller.person_id, context.now)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    assert mine is not None
    mine.text = command.text
    refresh.refresh_posting(context.session, posting.id, context.now)
    place = describe_place(posting_place(context, posting))
    then = ". Nobody else sees it. It waits for you here and on the card, for a day."
    back = Button("Undo", GiveBack(str(posting.id), str(posting.team_id)))
    return text_reply("Parked ", *place, then, buttons=(back,))


def _parking_form(command: Park, present: str) -> Form:
    value = present if len(present) <= FORM_WORDS else ""
    hint = "Only you see it. It waits for a day and is then gone."
    field = Field("text", "What is on your mind?", FieldKind.TEXT, value, hint=hint)
    return Form("Park it", replace(command, text=""), (field,), submit="Park it")


def has_parked_texts(session: Session, posting: Posting) -> bool:
    """Tell whether parked texts remain to be given back, even if the question was taken back."""
    parks = posting.form == PromptForm.PARK_IT and posting.sent_at is not None
    return parks and any(one.text for one in rounds.list_participants(session, posting.id))


def parked_until(session: Session, posting: Posting, now: datetime) -> datetime | None:
    """Return when the parked texts expire, or None if there are none or that is past."""
    if not has_parked_texts(session, posting) or posting.sent_at is None:
        return None
    return posting.sent_at + RETURN_PERIOD if now < posting.sent_at + RETURN_PERIOD else None


def return_parked_text(context: Context, command: GiveBack) -> Reply:
    """Return the speaker's parked text in private, and delete it.

    UserError if they have none.
    """
    posting = lock_question(context, command.posting, PromptForm.PARK_IT, taken_back=True)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    if mine is None or not mine.text:
        raise UserError("Nothing of yours is parked here. What is parked waits for a day and is then gone.")
    text = mine.text
    rounds.remove_participant(context.session, mine)
    refresh.refresh_posting(context.session, posting.id, context.now)
    return Reply(
        Card((Text(("Here is what you parked:",)), Quote(text), Small(("It is not kept here any more.",))))
    )


def parking_parts(session: Session, posting: Posting, replies: Replies) -> CardParts:
    """Return the card parts of a *park it* question.

    First the button to park a text, then the open question.
    """
    at, team = str(posting.id), str(posting.team_id)
    parked = sum(bool(one.text) for one in rounds.list_participants(session, posting.id))
    if posting.turned_at is None:
        count = f" · {parked} parked" if parked else ""
        how = (
            "In ten minutes a question opens here. Until then, park what is on your mind: nobody else sees it, "
            f"and you get it back{count}"
        )
        return CardParts(
            "Park it first", how, (Button("Park it", Park(at, team), Style.PRIMARY),), hidden=True
        )
    mine = (give_back_button(posting),) if parked else ()
    open_one = plain_parts(session, posting, replies)
    return replace(open_one, buttons=(*open_one.buttons, *mine), lasting=mine)


def give_back_button(posting: Posting) -> Button:
    """Return the button that gives a parked text back."""
    return Button("Give it back", GiveBack(str(posting.id), str(posting.team_id)))


def advance_parking(session: Session, posting: Posting, now: datetime) -> datetime | None:
    """Open the question and return when its parked texts expire.

    A day after the card was posted, delete the texts that were not taken back, and return None.
    """
    assert posting.sent_at is not None
    if posting.turned_at is None:
        posting.turned_at = now
    if now < posting.sent_at + RETURN_PERIOD:
        return posting.sent_at + RETURN_PERIOD
    rounds.clear_participants(session, posting.id)
    return None


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("park", Park, park_text),
    Declaration("give-back", GiveBack, return_parked_text, own_words=OwnWords.ALWAYS),
)
