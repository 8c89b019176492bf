"""The card of a question, the private pages of its answers, and the notice about a pause.

The question is the largest thing on its card. The card says how many people answered, and
never who did not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from secrets import token_hex

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import Block, Button, Card, Post, Quote, Reply, Section, Small, Title
from bot.core.origin import Capabilities, Replies
from bot.core.posts import ComposedPost
from bot.core.text import clip_text, parse_number, split_into_pages
from bot.core.times import format_day
from bot.prompts.anonymous_answers import list_shown_answers
from bot.prompts.answers import TAKEN_BACK, find_asked_question
from bot.prompts.bank.edit import MuteQuestion, SuggestQuestion, UnmuteQuestion
from bot.prompts.bank.goal_questions import question_text
from bot.prompts.bank.hosts import next_host_line, picked_by_line
from bot.prompts.card_parts import (
    CardParts,
    ShownAnswer,
    aha_first_parts,
    closing_line,
    grey_area_parts,
    plain_parts,
)
from bot.prompts.formats.parking import give_back_button, has_parked_texts, parking_parts
from bot.prompts.formats.parts import session_parts
from bot.prompts.formats.rounds import ROUND_FORMS, round_parts
from bot.prompts.steps.card import build_step_parts
from storage.models import Posting, PromptForm, Season
from storage.moments import moments
from storage.prompts import bank, seasons

MUTED = lazy("This question is muted. I won't ask it here again.")

TITLE_LENGTH = 150
"""The most characters of a Title. A longer question is shown as a Quote."""

ORDER_BYTES = 4
"""The length of a random order's name. A button carries it from page to page."""

ANSWER_LENGTH = 200
"""The most characters of an answer on the card."""

CARD_PARTS_BY_FORM: Mapping[str, Callable[[Session, Posting, Capabilities], CardParts]] = {
    "": plain_parts,
    PromptForm.GREY_AREA: grey_area_parts,
    PromptForm.AHA_FIRST: aha_first_parts,
    PromptForm.PARK_IT: parking_parts,
    PromptForm.BRINGS: round_parts,
    PromptForm.CROSS_PAIR: round_parts,
    PromptForm.FOCUS_PART: session_parts,
}
"""The function that builds the card's parts, for each form of question."""


@dataclass(frozen=True)
class AllAnswers:
    """A command that shows all answers given by form, in private pages.

    `order` is any text that stands for the order of anonymous answers, so that one reader's pages
    fit together.
    """

    posting: str = ""
    page: str = ""
    team: str = ""
    order: str = ""


def compose_prompt_card(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the card of a prompt or retrospective.

    Return None if it was taken back before it was posted. After that, the card is one sentence.
    """
    if posting.withdrawn_at is not None:
        back = (give_back_button(posting),) if has_parked_texts(session, posting) else ()
        gone = Card((Small((TAKEN_BACK(),)),), back)
        return ComposedPost(Post(gone)) if posting.message else None
    unheard = posting.thread and not capabilities.replies_to_cards
    heard = replace(capabilities, receives_replies=Replies.NONE) if unheard else capabilities
    return ComposedPost(Post(_build_prompt_card(session, posting, now, heard)))


def _build_prompt_card(session: Session, posting: Posting, now: datetime, capabilities: Capabilities) -> Card:
    look, team = _build_card_parts(session, posting, capabilities), str(posting.team_id)
    step = build_step_parts(session, posting)
    said, pick = next_host_line(session, posting, now)
    is_muted = bank.is_muted(session, posting.team_id or 0, posting.question)
    season = seasons.find_of_posting(session, posting)
    notes = tuple(Small((note,)) for note in (*look.notes, said, _season_note(season)) if note)
    menu = [*step.menu]
    menu += (
        [] if posting.form in ROUND_FORMS else [Button(_("Suggest a question"), _suggest_command(posting))]
    )
    if posting.question and is_muted and season is None:
        notes = (*notes, Small((MUTED(),)))
        menu.append(Button(_("Unmute"), UnmuteQuestion(posting.question, team)))
    elif posting.question and season is None:
        menu.append(Button(_("Mute this question"), MuteQuestion(posting.question, team)))
    if _has_more_answers(look):
        menu.insert(len(step.menu), Button(_("All answers"), AllAnswers(str(posting.id), "1", team)))
    buttons = (*look.buttons, *step.buttons, *((pick,) if pick else ()))
    title, *head = _head_blocks(session, posting, look)
    blocks = (title, *step.before, *head, *_answer_blocks(look), *step.after, *notes)
    return Card(blocks, buttons, tuple(menu))


def _season_note(season: Season | None) -> str:
    """Return the small line that says why a question comes again, or an empty string."""
    return _("The only question of our season until {day}", day=format_day(season.until_on)) if season else ""


def _suggest_command(posting: Posting) -> SuggestQuestion:
    return SuggestQuestion(str(posting.team_id), kind=posting.kind)


def _build_card_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Build the card's parts for the question's form.

    A closed question also says how many people answered, and has only its lasting buttons.
    """
    look = CARD_PARTS_BY_FORM[posting.form](session, posting, capabilities)
    if posting.closed_at is None:
        return look
    how = look.how if posting.anonymous else closing_line(look.heard)
    return replace(look, how=how, buttons=look.lasting, hidden=False)


def _head_blocks(session: Session, posting: Posting, look: CardParts) -> Iterator[Block]:
    """Yield the title, the question, its host and a small line about how answers are used.

    A hidden question is left out.
    """
    yield Title(look.title)
    if not look.hidden:
        yield Quote(question_text(session, posting), by=_asker_name(session, posting))
    if picked := picked_by_line(session, posting):
        yield Small((picked,))
    yield Small((look.how,) if isinstance(look.how, str) else look.how)


def _asker_name(session: Session, posting: Posting) -> str:
    """Return the name of the person who wrote the question.

    Return an empty string for a drawn or scheduled question; a host is named in a line below
    it.
    """
    if posting.question or posting.schedule_id is not None:
        return ""
    asker = moments.people_by_id(session, [posting.asked_by_id]).get(posting.asked_by_id or 0)
    return asker.name if asker else ""


def _answer_blocks(look: CardParts) -> Iterator[Block]:
    for part, voices in groupby(look.voices, key=lambda voice: voice.part):
        if part:
            yield Section(part)
        for voice in list(voices)[: look.shown]:
            yield Quote(clip_text(voice.words, ANSWER_LENGTH), voice.by)


def _has_more_answers(look: CardParts) -> bool:
    """Return whether the card leaves out or clips any answer."""
    parts = (list(voices) for _, voices in groupby(look.voices, key=lambda voice: voice.part))
    return any(len(part) > look.shown for part in parts) or any(
        len(voice.words) > ANSWER_LENGTH for voice in look.voices
    )


def _shown_answers(session: Session, posting: Posting, order: str) -> Sequence[tuple[str, str]]:
    """Return the text and the author line of each answer that may be shown."""
    if posting.anonymous:
        return [(answer.text, "") for answer in list_shown_answers(session, posting, order)]
    return [
        (voice.words, _author_line(voice))
        for voice in _build_card_parts(session, posting, Capabilities()).voices
    ]


def _author_line(voice: ShownAnswer) -> str:
    return " · ".join(filter(None, (voice.by, voice.part)))


def show_all_answers(context: Context, command: AllAnswers) -> Reply:
    """Return one private page of the unclipped answers. Raise UserError if there is none."""
    posting = find_asked_question(context, command.posting)
    order = command.order or token_hex(ORDER_BYTES)
    pages = split_into_pages(_shown_answers(context.session, posting, order))
    if not pages:
        raise UserError(_("There are no answers to show yet."))
    here = min(max(parse_number(command.page), 1), len(pages))
    more = AllAnswers(command.posting, str(here + 1), command.team, order if posting.anonymous else "")
    where = Small((_("Answers · page {page} of {pages}", page=here, pages=len(pages)),))
    buttons = (Button(_("Read more"), more),) if here < len(pages) else ()
    return Reply(Card((*pages[here - 1], where), buttons), replaces=here > 1)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("all-answers", AllAnswers, show_all_answers, read_only=True),
)
