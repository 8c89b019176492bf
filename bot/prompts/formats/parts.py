"""A question that is one part of a session: everyone answers it before it is read together.

The first part is opened by somebody's button. In a later one those who answered the part before are there,
and it opens by itself when all of them have answered. Nothing is lost if people leave: a part waits for a
week, and opens then.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Button, Style
from bot.core.origin import Capabilities
from bot.prompts.card_parts import CardParts, answer_button, count_suffix, plain_parts
from storage.focus import sessions
from storage.models import Posting
from storage.prompts import rounds

PARTS = 3
MINUTES = 10
"""About how long a part takes, so that the three are half an hour."""


@dataclass(frozen=True)
class ReadTogether:
    """The command to open the answers of a part, for everyone."""

    posting: str = ""
    team: str = ""


@dataclass(frozen=True)
class NextPart:
    """The command to go on to the next part of a session."""

    posting: str = ""
    team: str = ""


@dataclass(frozen=True)
class MakeCheck:
    """The command to begin a focus check after a session."""

    posting: str = ""
    team: str = ""


def session_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Return the card parts of one part: sealed with who is in, or read together with the way on."""
    at, team = str(posting.id), str(posting.team_id)
    number = sessions.part_number(posting)
    title = _("Focus session · {part} of {parts}", part=number, parts=PARTS)
    if posting.turned_at is None:
        written = sum(one.wrote_at is not None for one in rounds.list_participants(session, posting.id))
        how = _(
            "About {minutes} minutes. Use the button. We'll read all answers together afterwards",
            minutes=MINUTES,
        )
        read = Button(_("Read together"), ReadTogether(at, team))
        return CardParts(title, how + count_suffix(written), (answer_button(posting), read))
    look = plain_parts(session, posting, capabilities)
    on = (
        Button(_("Next part"), NextPart(at, team), Style.PRIMARY)
        if number < PARTS
        else Button(_("Make it a focus check"), MakeCheck(at, team))
    )
    return CardParts(title, look.how, (on, *look.buttons), (on,), look.voices, heard=look.heard)
