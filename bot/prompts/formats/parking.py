"""Park it: everyone puts away what is on their mind before a question opens, and gets it back afterwards.

What is parked is shown to nobody but the one who parked it, and it is gone when given back, or after a day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration, written
from bot.core.context import Refusal, Turn
from bot.core.messages import (
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
    reply,
)
from bot.moments.log import FORM_WORDS
from bot.prompts import card_parts as looks
from bot.prompts.answers import held
from bot.prompts.card_parts import Look
from storage.delivery import postings
from storage.models import Posting, PromptForm
from storage.prompts import rounds as gatherings

PARKED = timedelta(minutes=10)
"""Until the question opens."""

KEPT = timedelta(days=1)
"""How long what was parked waits to be given back, from when the card was posted."""


@dataclass(frozen=True)
class Park:
    """Put away what is on one's mind; a second time, in other words."""

    posting: str = ""
    team: str = ""
    text: str = written()


@dataclass(frozen=True)
class GiveBack:
    """Get back what one parked."""

    posting: str = ""
    team: str = ""


def park(turn: Turn, command: Park) -> Reply | Form:
    """Keep it for its author alone; without any words, the form."""
    posting = held(turn, command.posting, PromptForm.PARK_IT)
    if posting.turned_at is not None:
        raise Refusal("The question is open now, so nothing more is parked here.")
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    if not command.text.strip():
        return _form(command, mine.text if mine else "")
    gatherings.join(turn.session, posting.id, turn.seat.person_id, turn.now)
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    assert mine is not None
    mine.text = command.text
    postings.touch(turn.session, posting.id, turn.now)
    said = "Parked. Nobody else sees it. It waits for you here and on the card, for a day."
    return reply(said, buttons=(back(posting),))


def _form(command: Park, present: str) -> Form:
    value = present if len(present) <= FORM_WORDS else ""
    hint = "Only you see it. It waits for a day and is then gone."
    field = Field("text", "What is on your mind?", FieldKind.TEXT, value, hint=hint)
    return Form("Park it", replace(command, text=""), (field,), submit="Park it")


def waits(session: Session, posting: Posting) -> bool:
    """Whether something parked may still be given back, also where the question itself was taken back."""
    parks = posting.form == PromptForm.PARK_IT and posting.sent_at is not None
    return parks and any(one.text for one in gatherings.of(session, posting.id))


def kept_until(session: Session, posting: Posting, now: datetime) -> datetime | None:
    """Until when it waits, where that is still to come."""
    if not waits(session, posting) or posting.sent_at is None:
        return None
    return posting.sent_at + KEPT if now < posting.sent_at + KEPT else None


def give_back(turn: Turn, command: GiveBack) -> Reply:
    """One's own words, in private; from then on they are nowhere here."""
    posting = held(turn, command.posting, PromptForm.PARK_IT, taken_back=True)
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    if mine is None or not mine.text:
        raise Refusal("Nothing of yours is parked here. What is parked waits for a day and is then gone.")
    text = mine.text
    gatherings.leave(turn.session, mine)
    postings.touch(turn.session, posting.id, turn.now)
    return Reply(
        Card((Text(("Here is what you parked:",)), Quote(text), Small(("It is not kept here any more.",))))
    )


def look(session: Session, posting: Posting, hears_replies: bool) -> Look:
    """First a place to park, then the question."""
    at, team = str(posting.id), str(posting.team_id)
    parked = sum(bool(one.text) for one in gatherings.of(session, posting.id))
    if posting.turned_at is None:
        count = f" · {parked} parked" if parked else ""
        how = (
            "In ten minutes a question opens here. Until then, park what is on your mind: nobody else sees it, "
            f"and you get it back{count}"
        )
        return Look("Park it first", how, (Button("Park it", Park(at, team), Style.PRIMARY),), hidden=True)
    mine = (back(posting),) if parked else ()
    open_one = looks.plain(session, posting, hears_replies)
    return replace(open_one, buttons=(*open_one.buttons, *mine), lasting=mine)


def back(posting: Posting) -> Button:
    """The button for whoever parked something."""
    return Button("Give it back", GiveBack(str(posting.id), str(posting.team_id)))


def turn_over(session: Session, posting: Posting, now: datetime) -> datetime | None:
    """The question opens; a day after it was posted, what nobody took back is erased."""
    assert posting.sent_at is not None
    if posting.turned_at is None:
        posting.turned_at = now
    if now < posting.sent_at + KEPT:
        return posting.sent_at + KEPT
    gatherings.remove_all(session, posting.id)
    return None


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("park", Park, park),
    Declaration("give-back", GiveBack, give_back),
)
