"""What an experiment's card says beyond its words: how it stands, and what was expected of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from bot.core.kinds.declared import CardAddition
from bot.core.language.words import _, lazy
from bot.core.messages import Block, Button, Small, Style
from bot.core.moment import format_moment_ref
from bot.quests.before.lines import opened_blocks, sealed_blocks
from bot.quests.before.outcomes import outcome_suffix
from bot.quests.commands import Expect, KeepResult
from storage.models import Attempt, AttemptOutcome, Moment
from storage.moments import moments
from storage.quests import attempts

EXPECT_LABEL = lazy("What do you expect?")


def describe_experiment(session: Session, moment: Moment, _now: datetime) -> CardAddition:
    """Return how an experiment stands, its sealed or opened lines, and the buttons of one under way."""
    attempt = attempts.find_attempt(session, moment.id)
    outcome = AttemptOutcome(attempt.outcome) if attempt else AttemptOutcome.FAILED
    at, opened = format_moment_ref(moment), tuple(opened_blocks(session, moment))
    if outcome is AttemptOutcome.UNDER_WAY:
        buttons = (
            Button(EXPECT_LABEL(), Expect(at), Style.PRIMARY),
            Button(_("Save the result"), KeepResult(at)),
        )
        sealed = tuple(sealed_blocks(session, moment.id, None))
        return CardAddition(outcome_suffix(outcome), (*opened, *sealed), buttons)
    if attempt is None or attempt.result_at is None:
        return CardAddition(blocks=opened)
    change = Button(_("Edit the result"), KeepResult(at))
    blocks = (*opened, *_keeper_blocks(session, moment, attempt))
    return CardAddition(outcome_suffix(outcome), blocks, menu=(change,))


def describe_breakthrough(session: Session, moment: Moment, _now: datetime) -> CardAddition:
    """Return what was expected when nobody knew yet that this would end the quest."""
    return CardAddition(blocks=tuple(opened_blocks(session, moment)))


def _keeper_blocks(session: Session, moment: Moment, attempt: Attempt) -> Iterator[Block]:
    """Yield who kept the result, if that was somebody else than the experiment's author."""
    keeper = attempt.result_by_id
    if keeper is not None and keeper != moment.author_id:
        name = moments.people_by_id(session, [keeper])[keeper].name
        yield Small((_("Result added by {name}", name=name),))
