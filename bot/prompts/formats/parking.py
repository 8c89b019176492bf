"""Park it: people put down what is on their mind before a question opens, and get it back later.

Only the author sees a parked text. It is deleted when it is given back, or after a day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, name_place, posting_place
from bot.core.language.words import _, line, ngettext
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
from bot.core.origin import Capabilities
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
        raise UserError(_("The question is open now, so you can't park anything more."))
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    if not command.text:
        return _parking_form(command, mine.text if mine else "")
    rounds.add_participant(context.session, posting.id, context.caller.person_id, context.now)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    assert mine is not None
    mine.text = command.text
    refresh.refresh_posting(context.session, posting.id, context.now)
    back = Button(_("Undo"), GiveBack(str(posting.id), str(posting.team_id)))
    said = line(
        "Parked. Only you can see it. You can get it back here or on the card in {place}, for a day.",
        place=name_place(posting_place(context, posting)),
    )
    return text_reply(*said, buttons=(back,))


def _parking_form(command: Park, present: str) -> Form:
    value = present if len(present) <= FORM_WORDS else ""
    hint = _("Only you can see it. I'll delete it after a day.")
    field = Field("text", _("What's on your mind?"), FieldKind.TEXT, value, hint=hint)
    return Form(_("Park it"), replace(command, text=""), (field,), submit=_("Park it"))


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
        raise UserError(_("There's nothing here that you parked. I delete parked words after a day."))
    text = mine.text
    rounds.remove_participant(context.session, mine)
    refresh.refresh_posting(context.session, posting.id, context.now)
    return Reply(
        Card((Text((_("Here's what you parked:"),)), Quote(text), Small((_("I've deleted it here now."),))))
    )


def parking_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Return the card parts of a *park it* question.

    First the button to park a text, then the open question.
    """
    at, team = str(posting.id), str(posting.team_id)
    parked = sum(bool(one.text) for one in rounds.list_participants(session, posting.id))
    if posting.turned_at is None:
        count = " · " + ngettext("{n} parked", "{n} parked", parked) if parked else ""
        how = _(
            "A question opens here in ten minutes. Until then, park what's on your mind. "
            "Only you can see it, and you get it back"
        )
        park = Button(_("Park it"), Park(at, team), Style.PRIMARY)
        return CardParts(_("Park it first"), how + count, (park,), hidden=True)
    mine = (give_back_button(posting),) if parked else ()
    open_one = plain_parts(session, posting, capabilities)
    return replace(open_one, buttons=(*open_one.buttons, *mine), lasting=mine)


def give_back_button(posting: Posting) -> Button:
    """Return the button that gives a parked text back."""
    return Button(_("Show what I parked"), GiveBack(str(posting.id), str(posting.team_id)))


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
    Declaration("park", Park, park_text, personal=True),
    Declaration("give-back", GiveBack, return_parked_text, own_words=OwnWords.ALWAYS),
)
