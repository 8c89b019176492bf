"""A question that is one part of a session: everyone answers it before it is read together.

The first part is opened by somebody's button. In a later one those who answered the part before are there,
and it opens by itself when all of them have answered. Nothing is lost if people leave: a part waits for a
week, and opens then.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.core.messages import Button, Style
from bot.core.origin import Replies
from bot.prompts.card_parts import CardParts, answer_button, plain_parts
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


def session_parts(session: Session, posting: Posting, replies: Replies) -> CardParts:
    """Return the card parts of one part: sealed with who is in, or read together with the way on."""
    at, team = str(posting.id), str(posting.team_id)
    number = sessions.part_number(posting)
    title = f"Focus session · {number} of {PARTS}"
    if posting.turned_at is None:
        written = sum(one.wrote_at is not None for one in rounds.list_participants(session, posting.id))
        count = f" · {written} in" if written else ""
        how = (
            f"About {MINUTES} minutes. Answer with the button; we read all answers together afterwards{count}"
        )
        return CardParts(
            title, how, (answer_button(posting), Button("Read together", ReadTogether(at, team)))
        )
    look = plain_parts(session, posting, replies)
    on = (
        Button("Next part", NextPart(at, team), Style.PRIMARY)
        if number < PARTS
        else Button("Make it a focus check", MakeCheck(at, team))
    )
    return CardParts(title, look.how, (on, *look.buttons), (on,), look.voices, heard=look.heard)
