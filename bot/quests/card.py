"""A quest's card in the channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _, lazy, line, ngettext
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Entry,
    Line,
    Post,
    Quote,
    Section,
    Small,
    Style,
    Text,
    Timestamp,
    Title,
)
from bot.core.moment import VERSION_WORDS, format_moment_ref
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import clip_text, one_line
from bot.goals.commands import QuestServes
from bot.goals.serving import SERVES_LABEL, served_block
from bot.quests.attempts import QUEST_WORDS, attempts_in_words
from bot.quests.before.experiment_card import EXPECT_LABEL
from bot.quests.before.lines import sealed_blocks
from bot.quests.commands import (
    Expect,
    ExpectNext,
    FoundIt,
    LetGo,
    LogAttempt,
    RemoveQuest,
    SeeQuest,
    StartAttempt,
)
from storage.goals import links
from storage.models import Moment, Posting, Team
from storage.models import Quest as Row
from storage.moments import moments
from storage.quests import attempts, quests

WHY_CLOSED = lazy("Why it was closed")
"""The heading of the reason why a quest was closed without being found."""
GOING_SHOWN = 3
"""The most attempts under way on a quest's card."""


def compose_quest_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a quest's card.

    Return None if the quest was taken back before the card was posted. After that, the card is
    one sentence.
    """
    row = quests.find_by_posting(session, posting)
    if row is None or row.withdrawn_at is not None:
        gone = Card((Small((_("This quest was deleted."),)),))
        return ComposedPost(Post(gone)) if posting.message else None
    return ComposedPost(Post(build_quest_card(session, row)))


def build_quest_card(session: Session, row: Row) -> Card:
    """Build the card: the quest, its author, its attempts, and how it ended."""
    at, team = str(row.id), str(row.team_id)
    end = _ending_blocks(session, row) if row.closed_at else sealed_blocks(session, None, row.id)
    blocks = (*_head_blocks(session, row), *_going_blocks(session, row), *end)
    menu = (Button(SERVES_LABEL(), QuestServes(at, team)), Button(_("Delete quest"), RemoveQuest(at, team)))
    if row.closed_at is not None:
        return Card(blocks, menu=menu)
    tried = bool(attempts.count_by_quest(session, [row.id]))
    buttons = (
        Button(_("Log an attempt"), LogAttempt(at, team), Style.PLAIN if tried else Style.PRIMARY),
        Button(_("We're trying something"), StartAttempt(at, team)),
        Button(_("Found it"), FoundIt(at, team), Style.PRIMARY if tried else Style.PLAIN),
        Button(_("Close quest"), LetGo(at, team)),
    )
    return Card(blocks, buttons, (Button(EXPECT_LABEL(), ExpectNext(at, team)), *menu))


def _head_blocks(session: Session, row: Row) -> Iterator[Block]:
    ended = _("Quest · found") if row.found_id else _("Quest · closed")
    yield Title(_("Quest") if row.closed_at is None else ended)
    on = Button(_("Read more"), SeeQuest(str(row.id), str(row.team_id), "1")) if _is_clipped(row) else None
    yield Quote(clip_text(row.text, CARD_TEXT_LIMIT), button=on)
    yield Small(_origin_line(session, row))
    if served := links.list_goals_of_quest(session, row.id):
        yield served_block(served)


def _going_blocks(session: Session, row: Row) -> Iterator[Block]:
    """Yield the newest attempts under way, each with its sealed lines and the button to add one."""
    going = attempts.list_under_way(session, row.id)
    for moment in going[-GOING_SHOWN:]:
        expect = Button(EXPECT_LABEL(), Expect(format_moment_ref(moment)))
        trying = _("Trying now: #{number}", number=moment.number)
        yield Entry(one_line(moment.text, QUEST_WORDS), (trying,), expect)
        yield from sealed_blocks(session, moment.id, None)
    if more := max(len(going) - GOING_SHOWN, 0):
        yield Small((ngettext("One more is in progress.", "{n} more are in progress.", more),))


def _is_clipped(row: Row) -> bool:
    return len(row.text) > CARD_TEXT_LIMIT or len(row.reason) > CARD_TEXT_LIMIT


def _origin_line(session: Session, row: Row) -> Line:
    """Return who started the quest, when, and the number of attempts."""
    team = session.get(Team, row.team_id)
    return line(
        "{author} · since {date} · {attempts}",
        author=moments.people_by_id(session, [row.author_id])[row.author_id].name,
        date=Timestamp(row.created_at, team.zone if team else "UTC"),
        attempts=attempts_in_words(attempts.count_by_quest(session, [row.id]).get(row.id, 0)),
    )


def _ending_blocks(session: Session, row: Row) -> Iterator[Block]:
    if row.found_id is None:
        yield Section(WHY_CLOSED())
        yield Quote(clip_text(row.reason, CARD_TEXT_LIMIT))
        yield from sealed_blocks(session, None, row.id, for_good=True)
        return
    breakthrough = session.get_one(Moment, row.found_id)
    if breakthrough.deleted_at is not None:
        yield Text(
            line(
                "Breakthrough #{number} was deleted, so the quest reopens tomorrow.",
                number=breakthrough.number,
            )
        )
        return
    yield Section(_("Found by breakthrough #{number}", number=breakthrough.number))
    yield Quote(clip_text(breakthrough.text, VERSION_WORDS))
