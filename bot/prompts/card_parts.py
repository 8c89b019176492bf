"""The parts of a question's card as data, and those of the forms that everyone answers alone.

The question is the largest thing on its card. When it closes, the card says how many people
answered, and never who did not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.core.language.words import _, ngettext
from bot.core.messages import Button, Line, Style
from bot.core.origin import Capabilities, Replies
from bot.prompts.anonymous_answers import closed_line, list_shown_answers, opening_line, say_answered
from bot.prompts.answers import GiveAnswer
from storage.models import Answer, Posting, PostingKind
from storage.moments import moments
from storage.prompts import answers, rounds

SHOWN_ANSWERS = 6
"""How many answers the card shows, so that the question stays the largest thing."""

SHOWN_GREY_ANSWERS = 4
"""How many answers a grey area's card shows in each of its two parts."""


@dataclass(frozen=True)
class ShownAnswer:
    """An answer on the card: its text, its author, and the heading it belongs under."""

    words: str
    by: str = ""
    part: str = ""


@dataclass(frozen=True)
class CardParts:
    """What a question's card shows.

    `shown` is how many of the voices each part lists. `lasting` buttons stay after the
    question has closed. `notes` are small lines at the bottom. A `hidden` question is not
    shown yet.
    """

    title: str
    how: str | Line
    buttons: tuple[Button, ...] = ()
    lasting: tuple[Button, ...] = ()
    voices: Sequence[ShownAnswer] = ()
    shown: int = SHOWN_ANSWERS
    notes: tuple[str, ...] = ()
    heard: int = 0
    hidden: bool = False


def closing_line(heard: int) -> str:
    """Return the last line of a closed question: how many people answered."""
    return say_answered(heard) if heard else _("This question has closed.")


def answer_button(posting: Posting) -> Button:
    """Return the button that opens the answer form."""
    return Button(_("Answer"), GiveAnswer(str(posting.id), str(posting.team_id)), Style.PRIMARY)


def plain_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Return the card parts of a plain question or a retrospective."""
    title = _("A question for us") if posting.kind == PostingKind.PROMPT else _("A retro question")
    if posting.anonymous:
        return _anonymous_parts(session, posting, title)
    heard = answers.count_people(session, posting.id)
    how = answers_notice(capabilities, bool(posting.thread)) + count_suffix(heard)
    voices = list(named_answers(session, answers.list_form_answers(session, posting.id)))
    return CardParts(title, how, (answer_button(posting),), voices=voices, heard=heard)


def _anonymous_parts(session: Session, posting: Posting, title: str) -> CardParts:
    """Return the card parts of an anonymous question.

    Until it closes they are always the same, whether anyone has answered or not.
    """
    if posting.closed_at is None:
        return CardParts(title, opening_line(session, posting), (answer_button(posting),))
    voices = [ShownAnswer(each.text) for each in list_shown_answers(session, posting)]
    return CardParts(title, closed_line(len(voices)), voices=voices, heard=len(voices))


def answers_notice(capabilities: Capabilities, in_thread: bool) -> str:
    """Return the line that says which answers are saved: all replies, some of them, or the form's alone.

    A question that was asked in people's own thread takes only replies to its very message.
    """
    match capabilities.receives_replies:
        case Replies.ALL if in_thread:
            return _("Use the button or reply to this message. I don't save other messages here")
        case Replies.ALL if capabilities.replies_to_cards:
            return _("Replies to this message, or in its thread, are saved as answers")
        case Replies.ALL:
            return _("Replies in this thread are saved as answers")
        case Replies.PINGS:
            return _("Use the button, or reply to this with @ on. I can't read other replies")
        case Replies.NONE:
            return _("Use the button. I can't read replies here")


def count_suffix(heard: int) -> str:
    """Return how many people have answered, to append to a line. Empty for zero."""
    return " · " + ngettext("{n} answered", "{n} answered", heard) if heard else ""


def named_answers(session: Session, given: Sequence[Answer]) -> Iterator[ShownAnswer]:
    """Yield the answers with their authors' names. Answers without an author are left out."""
    people = moments.people_by_id(session, [each.person_id for each in given])
    for each in given:
        if author := people.get(each.person_id or 0):
            yield ShownAnswer(each.text, author.name)


def grey_area_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Return the card parts of a grey area.

    On the first day it asks for open points only. After that it also takes ways out, listed
    separately.
    """
    heard, given = answers.count_people(session, posting.id), answers.list_form_answers(session, posting.id)
    turned = posting.turned_at
    before = [each for each in given if turned is None or each.created_at < turned]
    after = [each for each in given if turned is not None and each.created_at >= turned]
    ways_out = [ShownAnswer(each.words, each.by, _("Ways out")) for each in named_answers(session, after)]
    open_ones = [
        ShownAnswer(each.words, each.by, _("How we see it") if ways_out else "")
        for each in named_answers(session, before)
    ]
    ask = (
        _("Just what's undecided for now. Solutions tomorrow.")
        if turned is None
        else _("Now for the ways out.")
    )
    how = f"{ask} {answers_notice(capabilities, bool(posting.thread))}{count_suffix(heard)}"
    voices = [*open_ones, *ways_out]
    return CardParts(
        _("A grey area"), how, (answer_button(posting),), voices=voices, shown=SHOWN_GREY_ANSWERS, heard=heard
    )


def aha_first_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Return the card parts of *an aha first*.

    Answers are hidden while everyone writes, for two minutes, and are then shown together.
    """
    if posting.turned_at is None:
        written = len(rounds.list_participants(session, posting.id))
        how = _("Use the button. Nobody sees your answer until the two minutes are over")
        title = _("Two minutes to write, then we read together")
        return CardParts(title, how + count_suffix(written), (answer_button(posting),))
    look = plain_parts(session, posting, capabilities)
    return CardParts(_("What we saw first"), look.how, look.buttons, voices=look.voices, heard=look.heard)
