"""A question as it stands in the channel, with what was answered by form; and the word when nobody answers.

The question is the largest thing on its card. It shows how many were heard, and never who was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.adapter import Ways
from bot.commands import Declaration
from bot.composed import Composed
from bot.features import nameless
from bot.features.answers import GiveAnswer, number, question
from bot.features.cards import clipped, paged
from bot.features.question_changes import MuteQuestion, SuggestQuestion
from bot.features.schedules import Plan, Resume
from bot.messages import Block, Button, Card, Post, Quote, Reply, Small, Style, Text, Title
from bot.turn import Refusal, Turn
from storage import answers, moments
from storage.models import Answer, Posting, PostingKind, Schedule, ScheduleKind

TITLE_LENGTH = 150
"""Characters of a Title; a longer question is shown as a Quote."""

ANSWER_WORDS = 200
"""Characters of an answer that the card shows."""

SHOWN = 6
"""Answers on the card: the question has to stay the largest thing."""


@dataclass(frozen=True)
class AllAnswers:
    """Everything answered by form, in private pages."""

    posting: str = ""
    page: str = ""
    team: str = ""


def compose(session: Session, posting: Posting, now: datetime, ways: Ways) -> Composed | None:
    """A prompt or retrospective in the channel. One taken back before it was posted is never posted."""
    if posting.withdrawn_at is not None:
        gone = Card((Small(("This question was taken back.",)),))
        return Composed(Post(gone)) if posting.message else None
    return Composed(Post(_card(session, posting, ways)))


def _card(session: Session, posting: Posting, ways: Ways) -> Card:
    team = str(posting.team_id)
    told = _told(session, posting)
    shown = told[:SHOWN]
    quotes = (Quote(clipped(words, ANSWER_WORDS), by) for words, by in shown)
    menu = [Button("Suggest a question", SuggestQuestion(team, kind=posting.kind))]
    if posting.question:
        menu.append(Button("Mute this one", MuteQuestion(posting.question, team)))
    if len(shown) < len(told) or any(len(words) > ANSWER_WORDS for words, _ in shown):
        menu.insert(0, Button("All answers", AllAnswers(str(posting.id), "1", team)))
    answer = Button("Answer", GiveAnswer(str(posting.id), team), Style.PRIMARY)
    head = _head(session, posting, ways)
    return Card((*head, *quotes), (answer,), tuple(menu))


def _head(session: Session, posting: Posting, ways: Ways) -> Iterator[Block]:
    """What it is, the question, and in small words what becomes of an answer."""
    yield Title("A question for us" if posting.kind == PostingKind.PROMPT else "Looking back")
    asker = moments.people(session, [posting.asked_by_id]).get(posting.asked_by_id or 0)
    yield Quote(posting.text, by=asker.name if asker else "")
    yield Small((_how(posting, ways) + _heard(answers.heard(session, posting.id)),))


def _how(posting: Posting, ways: Ways) -> str:
    if posting.anonymous:
        return "By the form, without names; shown shuffled once there are four"
    if not ways.hears_replies:
        return "What you answer by the button is kept; what is said below is not"
    return "Replies here are kept as answers"


def _heard(count: int) -> str:
    return f" · {count} heard" if count else ""


def _told(session: Session, posting: Posting) -> Sequence[tuple[str, str]]:
    """What was answered by form and may be shown: words, and whose they are."""
    given = answers.by_form(session, posting.id)
    if posting.anonymous:
        return [(answer.text, "") for answer in nameless.shuffled(given)]
    return list(_with_names(session, given))


def _with_names(session: Session, given: Sequence[Answer]) -> Iterator[tuple[str, str]]:
    people = moments.people(session, [answer.person_id for answer in given])
    for answer in given:
        if author := people.get(answer.person_id or 0):
            yield answer.text, author.name


def all_answers(turn: Turn, command: AllAnswers) -> Reply:
    """One private page of the answers, whole."""
    posting = question(turn, command.posting)
    pages = paged(_told(turn.session, posting))
    if not pages:
        raise Refusal("There is no answer to show yet.")
    here = min(max(number(command.page), 1), len(pages))
    more = AllAnswers(command.posting, str(here + 1), command.team)
    where = Small((f"Answers · page {here} of {len(pages)}",))
    buttons = (Button("Read on", more),) if here < len(pages) else ()
    return Reply(Card((*pages[here - 1], where), buttons), replaces=here > 1)


def compose_quiet(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed:
    """Said once, when nobody answered for a while and the questions pause."""
    team = str(posting.team_id)
    schedule = session.get_one(Schedule, posting.schedule_id)
    which = "questions" if schedule.kind == ScheduleKind.PROMPT else "questions that look back"
    sentence = f"The last three {which} found no answer here, so I stop asking for now."
    buttons = (Button("Ask again", Resume(schedule.kind, team)), Button("Change when", Plan(team)))
    return Composed(Post(Card((Text((sentence,)),), buttons)))


DECLARATIONS: tuple[Declaration, ...] = (Declaration(AllAnswers, all_answers, reads=True),)
