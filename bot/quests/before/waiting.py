"""The lines that wait at a quest: when an experiment takes them, opens them or gives them back."""

from __future__ import annotations

from datetime import timedelta

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.core.context import Context
from bot.core.moment import format_moment_ref
from storage.models import AttemptOutcome, Kind, Moment
from storage.moments import moments
from storage.quests import attempts, expectations, quests

PLACED_WITHIN = timedelta(days=1)
"""How long after saving it a failed experiment that is placed in a quest is what people waited for."""


def moment_target(moment: Moment) -> str:
    """Return the name under which it's remembered who has an unsigned line about an experiment."""
    return f"expect:{format_moment_ref(moment)}"


def quest_target(quest_id: int) -> str:
    """Return the name under which it's remembered who has an unsigned line that waits at a quest."""
    return f"expect:quest:{quest_id}"


def take_waiting(context: Context, moment: Moment, quest_id: int) -> None:
    """Let an experiment that was just placed in a quest take the lines that wait there.

    One that has its result already opens them, unless it's older than they are.
    """
    under_way = attempts.find_outcome(context.session, moment.id) is AttemptOutcome.UNDER_WAY
    if not under_way and not _was_awaited(context, moment, quest_id):
        return
    if expectations.attach_waiting(context.session, quest_id, moment.id):
        context.anonymity.carry_over(quest_target(quest_id), moment_target(moment))
    if not under_way:
        open_expectations(context, moment)


def _was_awaited(context: Context, moment: Moment, quest_id: int) -> bool:
    newest = expectations.newest_waiting(context.session, quest_id)
    if newest is not None and newest > moment.created_at:
        return False
    return context.now - moment.created_at < PLACED_WITHIN


def open_expectations(context: Context, moment: Moment) -> None:
    """Open all lines of an experiment together. Its search index learns their words."""
    if expectations.open_lines(context.session, moment.id, ANONYMITY_FLOOR, context.now):
        moments.update_tokens(context.session, moment, context.now)


def give_waiting_back(context: Context, moment: Moment) -> None:
    """Let the sealed lines that an experiment took wait at their quest again, because it's removed."""
    if moment.kind != Kind.EXPERIMENT:
        return
    for quest_id in expectations.give_back(context.session, moment.id):
        context.anonymity.carry_over(moment_target(moment), quest_target(quest_id))
        quests.refresh_quest(context.session, quest_id, context.now)


def take_waiting_again(context: Context, moment: Moment) -> None:
    """Let an experiment under way that was brought back take the lines that wait at its quest."""
    if not attempts.is_under_way(context.session, moment):
        return
    quest = quests.find_by_moment(context.session, moment.id)
    if quest is not None and quest.withdrawn_at is None:
        take_waiting(context, moment, quest.id)
        quests.refresh_quest(context.session, quest.id, context.now)
