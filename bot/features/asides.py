"""Forms put aside: a form that is filled in in several steps, or that has to be opened again, waits here as a row.

Whoever closes it half-way, or meets a restart, goes on from where they were; nobody else can open it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.aside import as_form
from bot.commands import Declaration, Needs
from bot.messages import Form
from bot.turn import Refusal, Turn
from storage import pending


@dataclass(frozen=True)
class PutAside:
    """Keep a form as `bot.aside` writes it."""

    form: str = ""


@dataclass(frozen=True)
class OpenForm:
    """Go on with a form that was put aside."""

    pending: str = ""


def put_aside(turn: Turn, command: PutAside) -> Form:
    """The form again, its command now the one that brings it back."""
    kept = as_form(command.form, turn.commands.decode)
    row = pending.put(turn.session, turn.seat.person_id, command.form, turn.now)
    return Form(kept.title, OpenForm(str(row)), kept.fields, kept.submit, kept.intro)


def open_form(turn: Turn, command: OpenForm) -> Form:
    """The form as it was put aside."""
    text = pending.peek(turn.session, turn.seat.person_id, command.pending)
    try:
        return as_form(text or "", turn.commands.decode)
    except ValueError:
        raise Refusal("That form is too old to go on with. Please begin it once more.") from None


DECLARATIONS = (
    Declaration(PutAside, put_aside, needs=Needs.PERSON),
    Declaration(OpenForm, open_form, reads=True, needs=Needs.PERSON),
)
