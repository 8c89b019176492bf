"""A question as it stands in the channel, with what was answered by form; and the word when nobody answers.

The question is the largest thing on its card. It shows how many were heard, and never who was not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import Block, Button, Card, Post, Quote, Reply, Section, Small, Text, Title
from bot.core.posts import Composed
from bot.moments.card import clipped, paged
from bot.prompts import card_parts as looks
from bot.prompts.answers import TAKEN_BACK, number, question
from bot.prompts.bank import hosts
from bot.prompts.bank.edit import MuteQuestion, SuggestQuestion
from bot.prompts.card_parts import Look, Voice
from bot.prompts.formats import parking
from bot.prompts.formats import rounds as gatherings
from bot.schedules.schedules import Plan, Resume
from storage.models import Posting, PromptForm, Schedule, ScheduleKind
from storage.moments import moments

TITLE_LENGTH = 150
"""Characters of a Title; a longer question is shown as a Quote."""

ANSWER_WORDS = 200
"""Characters of an answer that the card shows."""

LOOKS: Mapping[str, Callable[[Session, Posting, bool], Look]] = {
    "": looks.plain,
    PromptForm.GREY_AREA: looks.grey_area,
    PromptForm.AHA_FIRST: looks.aha_first,
    PromptForm.PARK_IT: parking.look,
    PromptForm.BRINGS: gatherings.look,
    PromptForm.CROSS_PAIR: gatherings.look,
}
"""How each form of a question looks."""


@dataclass(frozen=True)
class AllAnswers:
    """Everything answered by form, in private pages."""

    posting: str = ""
    page: str = ""
    team: str = ""


def compose(session: Session, posting: Posting, now: datetime, ways: Ways) -> Composed | None:
    """A prompt or retrospective in the channel. One taken back before it was posted is never posted."""
    if posting.withdrawn_at is not None:
        back = (parking.back(posting),) if parking.waits(session, posting) else ()
        gone = Card((Small((TAKEN_BACK,)),), back)
        return Composed(Post(gone)) if posting.message else None
    return Composed(Post(_card(session, posting, ways.hears_replies)))


def _card(session: Session, posting: Posting, hears_replies: bool) -> Card:
    look, team = _look(session, posting, hears_replies), str(posting.team_id)
    said, pick = hosts.next_host(session, posting)
    notes = tuple(Small((note,)) for note in (*look.notes, said) if note)
    menu = [] if posting.form in gatherings.ROUNDS else [Button("Suggest a question", _suggest(posting))]
    if posting.question:
        menu.append(Button("Mute this one", MuteQuestion(posting.question, team)))
    if _leaves_out(look):
        menu.insert(0, Button("All answers", AllAnswers(str(posting.id), "1", team)))
    buttons = (*look.buttons, *((pick,) if pick else ()))
    return Card((*_head(session, posting, look), *_voices(look), *notes), buttons, tuple(menu))


def _suggest(posting: Posting) -> SuggestQuestion:
    return SuggestQuestion(str(posting.team_id), kind=posting.kind)


def _look(session: Session, posting: Posting, hears_replies: bool) -> Look:
    """As its form has it; once it has closed, with how many were heard and what lasts."""
    look = LOOKS[posting.form](session, posting, hears_replies)
    if posting.closed_at is None:
        return look
    unseen = posting.anonymous and look.heard and not look.voices
    still = " Without names, answers are shown from four on." if unseen else ""
    return replace(look, how=looks.closing(look.heard) + still, buttons=look.lasting, hidden=False)


def _head(session: Session, posting: Posting, look: Look) -> Iterator[Block]:
    """What it is, the question, and in small words what becomes of an answer."""
    yield Title(look.title)
    if not look.hidden:
        yield Quote(posting.text, by=_asker(session, posting))
    if picked := hosts.picked_by(session, posting):
        yield Small((picked,))
    yield Small((look.how,))


def _asker(session: Session, posting: Posting) -> str:
    """Whose words the question is; a drawn one is nobody's, and a host's says below who picked it."""
    if posting.question or posting.schedule_id is not None:
        return ""
    asker = moments.people(session, [posting.asked_by_id]).get(posting.asked_by_id or 0)
    return asker.name if asker else ""


def _voices(look: Look) -> Iterator[Block]:
    for part, voices in groupby(look.voices, key=lambda voice: voice.part):
        if part:
            yield Section(part)
        for voice in list(voices)[: look.shown]:
            yield Quote(clipped(voice.words, ANSWER_WORDS), voice.by)


def _leaves_out(look: Look) -> bool:
    """Whether there are words that the card has no room for."""
    parts = (list(voices) for _, voices in groupby(look.voices, key=lambda voice: voice.part))
    return any(len(part) > look.shown for part in parts) or any(
        len(voice.words) > ANSWER_WORDS for voice in look.voices
    )


def _told(session: Session, posting: Posting) -> Sequence[tuple[str, str]]:
    """What was answered by form and may be shown: words, and whose they are."""
    return [(voice.words, _whose(voice)) for voice in _look(session, posting, hears_replies=True).voices]


def _whose(voice: Voice) -> str:
    return " · ".join(filter(None, (voice.by, voice.part.lower())))


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


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("all-answers", AllAnswers, all_answers, reads=True),
    *gatherings.DECLARATIONS,
    *parking.DECLARATIONS,
    *hosts.DECLARATIONS,
)
