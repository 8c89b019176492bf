"""A similar moment: one earlier moment, offered to the person who saves something like it.

It is looked for after the capture is saved, with at most six searches, and shown only to those who press.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Offer, Reply, text_reply
from bot.core.moment import Show, active_moment, format_moment_ref, is_kept
from bot.core.times import local_day
from bot.memory.recalled import build_page
from bot.memory.telling_words import longest_words
from storage.memory import recalls
from storage.models import COUNTED_KINDS, Moment, RecallWay, Team
from storage.moments import moments, rare_words
from storage.quests import attempts, quests

SEARCHED = 5
"""How many of a moment's longest words are searched for."""
RARE = 6
"""The most earlier moments that have a word and still count as few."""
RARER_THAN = 3
"""And in a young team, no more than one of so many has it."""
ENOUGH = 2
"""How many things an earlier moment shares at least: rare words, the quest, and its author."""
OLD = timedelta(days=31)
"""How much older the earlier moment is at least."""


@dataclass(frozen=True)
class Before:
    """The command to show the earlier moment that a new one is like."""

    moment: str = ""


def offer_before(context: Context, number: int) -> tuple[Offer, ...]:
    """Return the offer of one earlier moment that the new one shares words, a quest or people with.

    A team that is too young to have one gets none, and nothing is looked for.
    """
    founded_at = context.caller.founded_at
    if founded_at is None or founded_at > context.now - OLD:
        return ()
    team_id, person_id, now = context.caller.team_id, context.caller.person_id, context.now

    def find(session: Session) -> bool:
        moment = moments.find_by_number(session, team_id, number)
        return moment is not None and find_before(session, moment, person_id, now) is not None

    button = Button(_("See a similar moment"), Before(context.moment_ref(number)))
    return (Offer(find, None, (button,)),)


def find_before(session: Session, moment: Moment, person_id: int, now: datetime) -> Moment | None:
    """Return the earlier moment that shares most with a moment and may come back to a person, or None.

    Of several, it is the oldest one.
    """
    alike = _list_before(session, moment)
    if not alike:
        return None
    today = local_day(now, session.get_one(Team, moment.team_id).zone)
    resting = recalls.list_resting(session, [each.id for each in alike], now, today, person_id)
    return next((each for each in alike if each.id not in resting), None)


def _list_before(session: Session, moment: Moment) -> Sequence[Moment]:
    """Return the earlier moments that share enough with a moment, those that share most first."""
    if not is_kept(moment):
        return ()
    shared: Counter[int] = Counter()
    found: dict[int, Moment] = {}
    for earlier, weight in _list_alike(session, moment):
        if (
            earlier.created_at <= moment.created_at - OLD
            and earlier.kind in COUNTED_KINDS
            and is_kept(earlier)
        ):
            found[earlier.id] = earlier
            shared[earlier.id] += weight
    for each in found.values():
        shared[each.id] += each.author_id == moment.author_id
    enough = (each for each in found.values() if shared[each.id] >= ENOUGH)
    return sorted(enough, key=lambda each: (-shared[each.id], each.id))


def _list_alike(session: Session, moment: Moment) -> list[tuple[Moment, int]]:
    """Return earlier moments with what each shares: one for a rare word, and one for the quest."""
    alike: list[tuple[Moment, int]] = []
    few = min(RARE, (moment.number - 1) // RARER_THAN)
    words = longest_words(moment)[:SEARCHED] if few else ()
    having = rare_words.list_having(session, moment.team_id, words, few + 1) if words else {}
    shared = Counter(one for ids in having.values() for one in ids if one != moment.id)
    old = rare_words.list_before(session, list(shared), moment.created_at - OLD)
    alike += [(each, shared[each.id]) for each in old]
    quest = quests.find_by_moment(session, moment.id)
    if quest is not None:
        alike += [(each, 1) for each in attempts.list_by_quest(session, quest.id) if each.id != moment.id]
    return alike


def show_before(context: Context, command: Before) -> Reply:
    """Show the earlier moment in private, and note that the person saw it."""
    moment = active_moment(context, command.moment)
    earlier = find_before(context.session, moment, context.caller.person_id, context.now)
    if earlier is None:
        return _nothing_before(context, moment)
    today = local_day(context.now, context.session.get_one(Team, moment.team_id).zone)
    recalls.add_recall(context.session, earlier.id, context.caller.person_id, RecallWay.BEFORE, today)
    return Reply(build_page(context, _("A similar moment"), earlier))


def _nothing_before(context: Context, moment: Moment) -> Reply:
    """Return that an earlier one rests because the person saw it lately, or that there is none any more."""
    alike = _list_before(context.session, moment)
    seen = recalls.list_seen(context.session, [each.id for each in alike], context.caller.person_id)
    known = next((each for each in alike if each.id in seen), None)
    if known is None:
        return text_reply(_("I can't find anything like #{number} any more.", number=moment.number))
    said = _("It was #{number}, and you saw that recently.", number=known.number)
    return text_reply(said, buttons=(Button(_("Show"), Show(format_moment_ref(known))),))


DECLARATIONS = (Declaration("here-before", Before, show_before),)
