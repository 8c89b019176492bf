"""Forms put aside: a form that is filled in in several steps, or that has to be opened again, waits here as a row.

Whoever closes it half-way, or meets a restart, goes on from where they were; nobody else can open it. One form is one
row and one event, so that what it is for is done once.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.aside import as_form
from bot.core.commands import Declaration, Needs
from bot.core.context import Refusal, Turn
from bot.core.messages import Form
from storage.delivery import pending


@dataclass(frozen=True)
class PutAside:
    """Keep a form as `bot.core.aside` writes it, in the place of the one that waits as `pending`, if that is here."""

    form: str = ""
    pending: str = ""


@dataclass(frozen=True)
class OpenForm:
    """Go on with a form that was put aside; `step`, from 0, is a part of it where not all has room at once."""

    pending: str = ""
    step: str = ""


@dataclass(frozen=True)
class TakeForm:
    """Send a form that was put aside as it stands."""

    pending: str = ""


def event_of(command: OpenForm | TakeForm) -> str:
    """The event that sending a form that was put aside is: the same however often, and from wherever, it is sent."""
    return f"pending:{command.pending}"


def put_aside(turn: Turn, command: PutAside) -> Form:
    """The form again, its command now the one that brings it back."""
    kept = as_form(command.form, turn.commands.decode)
    person_id, known = turn.seat.person_id, command.pending
    if not pending.rewrite(turn.session, person_id, known, command.form):
        known = pending.put(turn.session, person_id, command.form, turn.now)
    return Form(kept.title, OpenForm(known), kept.fields, kept.submit, kept.intro)


def open_form(turn: Turn, command: OpenForm | TakeForm) -> Form:
    """The form as it was put aside."""
    text = pending.peek(turn.session, turn.seat.person_id, command.pending)
    try:
        return as_form(text or "", turn.commands.decode)
    except ValueError:
        raise Refusal("That form is too old to go on with. Please begin it once more.") from None


DECLARATIONS = (
    Declaration("put-aside", PutAside, put_aside, needs=Needs.PERSON),
    Declaration("open-form", OpenForm, open_form, reads=True, needs=Needs.PERSON),
    Declaration("take-form", TakeForm, open_form, reads=True, needs=Needs.PERSON),
)
