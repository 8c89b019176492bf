"""The lines that wait at a quest: when a moment takes them, opens them or gives them back."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.core.anonymity import ANONYMITY_FLOOR, SCOPE_END
from bot.core.context import Context
from storage.models import AttemptOutcome, Moment
from storage.moments import moments
from storage.quests import attempts, expectations, quests

PLACED_WITHIN = timedelta(days=1)
"""How long after saving it a failed experiment that is placed in a quest is what people waited for."""
GIVEN_WITHIN = timedelta(days=1)
"""How long after they opened lines are sealed again, if their experiment is removed or moved."""


def expect_scope(team_id: int) -> str:
    """Return the name under which it's remembered who has unsigned lines in a team."""
    return f"expect:{team_id}"


def new_batch(team_id: int) -> str:
    """Return the name of a new batch of unsigned lines."""
    return f"{expect_scope(team_id)}{SCOPE_END}{secrets.token_hex(8)}"


def has_unsigned(context: Context, moment_id: int | None, quest_id: int | None) -> bool:
    """Return whether the person has an unsigned line at a moment, or one that waits at a quest."""
    batches = expectations.count_by_batch(context.session, moment_id, quest_id)
    return any(context.anonymity.has_answered(each, context.origin.person_key) for each in batches)


def take_waiting(context: Context, moment: Moment, quest_id: int) -> None:
    """Let an experiment that was just placed in a quest take the lines that wait there.

    One that has its result already opens them, unless it's older than they are.
    """
    under_way = attempts.find_outcome(context.session, moment.id) is AttemptOutcome.UNDER_WAY
    if not under_way and not _was_awaited(context, moment, quest_id):
        return
    written_until = context.now if under_way else moment.created_at
    expectations.attach_waiting(context.session, quest_id, moment.id, written_until)
    if not under_way:
        open_expectations(context, moment)


def take_found(context: Context, moment: Moment, quest_id: int) -> None:
    """Let the breakthrough that found a quest open the lines that wait there."""
    if expectations.attach_waiting(context.session, quest_id, moment.id, context.now):
        open_expectations(context, moment)


def _was_awaited(context: Context, moment: Moment, quest_id: int) -> bool:
    newest = expectations.newest_waiting(context.session, quest_id)
    if newest is not None and newest > moment.created_at:
        return False
    return context.now - moment.created_at < PLACED_WITHIN


def open_expectations(context: Context, moment: Moment) -> None:
    """Open all lines of a moment together. Its search index learns their words.

    Those without a name stay sealed if fewer people than the floor wrote one.
    """
    batches = expectations.count_by_batch(context.session, moment.id, None)
    enough = context.anonymity.count_people(batches) >= ANONYMITY_FLOOR
    if expectations.open_lines(context.session, moment.id, enough, context.now):
        moments.update_tokens(context.session, moment, context.now)


def give_waiting_back(context: Context, moment: Moment, for_good: bool = False) -> None:
    """Let the lines that a moment took wait at their quest again, because it's removed or left that quest for good.

    Lines that everybody could read for longer than a day stay with it.
    """
    since = context.now - GIVEN_WITHIN
    for quest_id in expectations.give_back(context.session, moment.id, since, for_good):
        quests.refresh_quest(context.session, quest_id, context.now)


def take_waiting_again(context: Context, moment: Moment) -> None:
    """Let a moment that was brought back take the lines again that it gave back.

    An experiment under way takes all that wait at its quest.
    """
    given = expectations.attach_given(context.session, moment.id)
    quest = quests.find_by_moment(context.session, moment.id)
    if quest is not None and quest.withdrawn_at is None:
        if attempts.is_under_way(context.session, moment):
            take_waiting(context, moment, quest.id)
        quests.refresh_quest(context.session, quest.id, context.now)
    if given and not attempts.is_under_way(context.session, moment):
        open_expectations(context, moment)
