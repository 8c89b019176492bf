"""How a question looks at its stage, as data, and the looks of those that everyone answers by themselves.

The question is the largest thing on its card. In the end it says how many were heard, and never who was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.core.messages import Button, Style
from bot.prompts import anonymous_answers as nameless
from bot.prompts.answers import GiveAnswer
from bot.recaps.card import in_words
from storage.models import Answer, Posting, PostingKind
from storage.moments import moments
from storage.prompts import answers
from storage.prompts import rounds as gatherings

SHOWN = 6
"""Answers on the card: the question has to stay the largest thing."""

GREY_SHOWN = 4
"""The same of a grey area, for what is undecided and for the ways out each."""


@dataclass(frozen=True)
class Voice:
    """What was answered, whose it is, and under which heading of the card it stands."""

    words: str
    by: str = ""
    part: str = ""


@dataclass(frozen=True)
class Look:
    """What a question's card shows.

    `shown` voices of each part stand on it; `lasting` buttons stay when it has closed; `notes` are small lines
    below. A `hidden` question is not shown yet.
    """

    title: str
    how: str
    buttons: tuple[Button, ...] = ()
    lasting: tuple[Button, ...] = ()
    voices: Sequence[Voice] = ()
    shown: int = SHOWN
    notes: tuple[str, ...] = ()
    heard: int = 0
    hidden: bool = False


def closing(heard: int) -> str:
    """The last word of a question: how many were heard."""
    if not heard:
        return "This question has closed."
    number = in_words(heard).capitalize()
    return f"{number} of you {'was' if heard == 1 else 'were'} heard."


def answer(posting: Posting) -> Button:
    """The button that answers."""
    return Button("Answer", GiveAnswer(str(posting.id), str(posting.team_id)), Style.PRIMARY)


def plain(session: Session, posting: Posting, hears_replies: bool) -> Look:
    """A question that everyone answers as they like, or without a name."""
    title = "A question for us" if posting.kind == PostingKind.PROMPT else "Looking back"
    heard = answers.heard(session, posting.id)
    if posting.anonymous:
        how = "By the form, without names; shown shuffled once there are four"
        voices = [Voice(each.text) for each in nameless.shuffled(answers.by_form(session, posting.id))]
    else:
        how, voices = kept(hears_replies), list(by_name(session, answers.by_form(session, posting.id)))
    return Look(title, how + so_far(heard), (answer(posting),), voices=voices, heard=heard)


def kept(hears_replies: bool) -> str:
    """What becomes of an answer."""
    if not hears_replies:
        return "What you answer by the button is kept; what is said below is not"
    return "Replies here are kept as answers"


def so_far(heard: int) -> str:
    """How many were heard up to now."""
    return f" · {heard} heard" if heard else ""


def by_name(session: Session, given: Sequence[Answer]) -> Iterator[Voice]:
    """Answers with the names of who gave them."""
    people = moments.people(session, [each.person_id for each in given])
    for each in given:
        if author := people.get(each.person_id or 0):
            yield Voice(each.text, author.name)


def grey_area(session: Session, posting: Posting, hears_replies: bool) -> Look:
    """What is undecided; on the first day without solutions, and afterwards with the ways out beside it."""
    heard, given = answers.heard(session, posting.id), answers.by_form(session, posting.id)
    turned = posting.turned_at
    before = [each for each in given if turned is None or each.created_at < turned]
    after = [each for each in given if turned is not None and each.created_at >= turned]
    ways = [Voice(each.words, each.by, "Ways out") for each in by_name(session, after)]
    open_ones = [
        Voice(each.words, each.by, "How we see it" if ways else "") for each in by_name(session, before)
    ]
    ask = (
        "Only what is undecided, please: solutions are for tomorrow."
        if turned is None
        else "Ways out are welcome now."
    )
    how = f"{ask} {kept(hears_replies)}{so_far(heard)}"
    voices = [*open_ones, *ways]
    return Look("A grey area", how, (answer(posting),), voices=voices, shown=GREY_SHOWN, heard=heard)


def aha_first(session: Session, posting: Posting, hears_replies: bool) -> Look:
    """Everyone writes for two minutes; then all answers open together."""
    if posting.turned_at is None:
        written = len(gatherings.of(session, posting.id))
        count = f" · {written} in" if written else ""
        how = f"Answer by the button: nobody else sees it before the two minutes are over{count}"
        return Look("Two minutes, then we read them together", how, (answer(posting),))
    look = plain(session, posting, hears_replies)
    return Look("What we saw first", look.how, look.buttons, voices=look.voices, heard=look.heard)
