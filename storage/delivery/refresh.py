"""Marking posted cards to be edited after their rows changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    Update,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.delivery.postings import is_note_about, is_shown_by
from storage.engine.statements import build_once
from storage.engine.types import UtcDateTime
from storage.models import (
    Answer,
    Attempt,
    FollowUp,
    Goal,
    GoalMoment,
    Link,
    MissionUse,
    Parked,
    Posting,
    PostingKind,
    PostingState,
    Quest,
    Quotation,
    Team,
)
from storage.models.postings import ASKED_POSTING, FIGURES_POSTING
from storage.prompts import answers, hosts, seasons


def refresh_moment(session: Session, moment_id: int, now: datetime) -> None:
    """Refresh every posting that shows a moment.

    These are its card, mark, notes and whys, the recaps that quote it or ask about it, the quest
    that counts it or that it found, the goals and the mission that it serves, and the cards of the
    moments linked to it.
    """
    given = {"moment": moment_id, "served_keys": _served_keys(session, moment_id), "now": now}
    session.execute(_update_showing_moment(), given)


@build_once
def _update_showing_moment() -> Update:
    moment: BindParameter[int] = bindparam("moment")
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.moment_id) == moment)
    asking = select(col(FollowUp.recap_id)).where(
        col(FollowUp.moment_id) == moment, col(FollowUp.recap_id).is_not(None)
    )
    serving = select(col(Posting.id)).where(col(Posting.key).in_(bindparam("served_keys", expanding=True)))
    return _update_matching(is_shown_by(moment, quoting, asking, serving))


def _served_keys(session: Session, moment_id: int) -> Sequence[str]:
    """Return the posting keys of what counts or names a moment.

    These are its quests, its goals, the team's mission, and the cards of the moments linked to it.
    """
    return _keys_of(session.execute(_select_served(), {"moment_id": moment_id}))


def _keys_of(found: Iterable[Any]) -> Sequence[str]:
    """Return the posting keys of pairs of a prefix and an id."""
    return [f"{prefix}:{one}" for prefix, one in found]


@build_once
def _select_served() -> CompoundSelect[Any]:
    moment_id: BindParameter[int] = bindparam("moment_id")
    tried: Any = select(literal("quest"), col(Attempt.quest_id)).where(
        col(Attempt.moment_id) == moment_id, col(Attempt.quest_id).is_not(None)
    )
    served: CompoundSelect[Any] = tried.union(
        select(literal("quest"), col(Quest.id)).where(col(Quest.found_id) == moment_id),
        select(literal("goal"), col(GoalMoment.goal_id)).where(col(GoalMoment.moment_id) == moment_id),
        select(literal("goal"), col(Goal.id)).where(col(Goal.became_id) == moment_id),
        select(literal("goal"), col(Parked.goal_id)).where(
            col(Parked.moment_id) == moment_id, col(Parked.goal_id).is_not(None)
        ),
        select(literal("mission"), col(MissionUse.team_id)).where(col(MissionUse.moment_id) == moment_id),
        _select_fed(moment_id),
        select(literal("card"), col(Link.from_id)).where(col(Link.to_id) == moment_id),
    )
    return served


def compose_again(session: Session, posting_id: int, at: datetime) -> None:
    """Schedule one more edit of a sent posting at `at`, unless it is due anyway."""
    session.execute(_update_to_compose_again(), {"posting": posting_id, "at": at})


@build_once
def _update_to_compose_again() -> Update:
    waits = col(Posting.due_at).is_(None) & (col(Posting.state) == PostingState.SENT)
    found = update(Posting).where(col(Posting.id) == bindparam("posting"), waits)
    return found.values(due_at=bindparam("at", type_=UtcDateTime))


def _select_fed(moment_id: BindParameter[int]) -> Select[*tuple[Any, ...]]:
    """Select the breakthroughs that a moment fed, each with the prefix of its card's key."""
    return select(literal("card"), col(Link.to_id)).where(col(Link.from_id) == moment_id)


def refresh_card(session: Session, moment_id: int, now: datetime) -> None:
    """Refresh the card of a moment and the cards of the breakthroughs it fed.

    Use it for changes that no other posting shows.
    """
    fed = _keys_of(session.execute(_select_fed_cards(), {"moment_id": moment_id}))
    session.execute(_update_keyed(), {"keys": [f"card:{moment_id}", *fed], "now": now})


@build_once
def _select_fed_cards() -> Select[*tuple[Any, ...]]:
    return _select_fed(bindparam("moment_id"))


@build_once
def _update_keyed() -> Update:
    return _update_matching(col(Posting.key).in_(bindparam("keys", expanding=True)))


def refresh_kinds(session: Session, team_id: int, kinds: Collection[PostingKind], now: datetime) -> None:
    """Refresh all postings of a team of these kinds."""
    session.execute(_update_kinds(), {"team": team_id, "kinds": list(kinds), "now": now})


@build_once
def _update_kinds() -> Update:
    kinds = col(Posting.kind).in_(bindparam("kinds", expanding=True))
    return _update_matching((col(Posting.team_id) == bindparam("team")) & kinds)


def refresh_removal_notes(session: Session, moment_id: int, now: datetime) -> None:
    """Refresh the notes that offer to bring a removed moment back."""
    session.execute(_update_removal_notes(), {"moment": moment_id, "now": now})


@build_once
def _update_removal_notes() -> Update:
    removal = col(Posting.kind) == PostingKind.NOTE_REMOVED
    return _update_matching(is_note_about(bindparam("moment")) & removal)


def refresh_schedule(session: Session, team_id: int, now: datetime) -> None:
    """Refresh the posts of a team that mention its schedules.

    These are its hello, the notices of a pause, the newest weekly question, which names the next
    host, and the card of a season that goes on.
    """
    season = seasons.find_open(session, team_id)
    if season is not None:
        refresh_note(session, f"{seasons.CARD_KEY}{season.id}", now)
    latest = hosts.latest_prompt_id(session, team_id)
    refresh_kinds(session, team_id, (PostingKind.HELLO, PostingKind.QUIET), now)
    if latest is not None:
        refresh_posting(session, latest, now)


def refresh_question(session: Session, team_id: int, key: str, now: datetime) -> None:
    """Refresh the cards on which a team was asked a question of its bank."""
    session.execute(_update_asked(), {"team": team_id, "asked": key, "now": now})


@build_once
def _update_asked() -> Update:
    asked = (col(Posting.team_id) == bindparam("team")) & (col(Posting.question) == bindparam("asked"))
    return _update_matching(
        asked & ASKED_POSTING & col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO])
    )


def refresh_open_questions(session: Session, workspace_id: int, now: datetime) -> None:
    """Refresh the cards of all open questions in a workspace."""
    session.execute(_update_open_questions(), {"workspace": workspace_id, "now": now})


@build_once
def _update_open_questions() -> Update:
    teams = select(col(Team.id)).where(col(Team.workspace_id) == bindparam("workspace"))
    still_open = col(Posting.turns_at).is_not(None) & col(Posting.message).is_not(None)
    kinds = col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO])
    return _update_matching(col(Posting.team_id).in_(teams) & still_open & kinds)


def refresh_figures(session: Session, team_id: int, counted_from: datetime, now: datetime) -> None:
    """Refresh the postings of a team whose figures count a moment kept at `counted_from`.

    These are its cycles and harvests from then on, and the recaps of a span with that time.
    """
    session.execute(_update_figures(), {"team": team_id, "counted_from": counted_from, "now": now})


@build_once
def _update_figures() -> Update:
    theirs = col(Posting.team_id) == bindparam("team")
    counted_from = bindparam("counted_from", type_=UtcDateTime)
    whole = select(col(Posting.id)).where(theirs, FIGURES_POSTING, col(Posting.created_at) >= counted_from)
    told = select(col(Posting.id)).where(
        theirs,
        col(Posting.kind) == PostingKind.RECAP,
        col(Posting.since) <= counted_from,
        col(Posting.until) > counted_from,
    )
    return _update_matching(col(Posting.id).in_(whole.union_all(told)))


def refresh_answer(session: Session, answer_id: int, now: datetime) -> None:
    """Refresh the recaps that quote an answer, and the last card of the season that it answers."""
    refresh_season_end(session, answers.find_posting(session, answer_id), now)
    session.execute(_update_quoting_answer(), {"answer": answer_id, "now": now})


@build_once
def _update_quoting_answer() -> Update:
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.answer_id) == bindparam("answer"))
    return _update_matching(col(Posting.id).in_(quoting))


def refresh_season_end(session: Session, question: Posting, now: datetime) -> None:
    """Refresh the last card of the season that asked a question, because its answers changed."""
    if season := seasons.find_of_posting(session, question):
        refresh_note(session, f"{seasons.END_KEY}{season.id}", now)


def refresh_posting(session: Session, posting_id: int, now: datetime) -> None:
    """Refresh one posting."""
    session.execute(_update_posting(), {"posting": posting_id, "now": now})


@build_once
def _update_posting() -> Update:
    return _update_matching(col(Posting.id) == bindparam("posting"))


def refresh_naming(session: Session, goal_id: int, now: datetime) -> None:
    """Refresh every posting that names a goal in its own words.

    These are its card, the focus checks and questions about it, the recaps that quote an answer to such a
    question, and the notes to its owner. Moments and quests tell only its number.
    """
    session.execute(_update_naming(), {"goal": goal_id, "card": f"goal:{goal_id}", "now": now})
    session.execute(_update_quoting_asked(), {"goal": goal_id, "now": now})


@build_once
def _update_quoting_asked() -> Update:
    asked = aliased(Posting)
    quoting = (
        select(col(Quotation.posting_id))
        .join(Answer, col(Answer.id) == col(Quotation.answer_id))
        .join(asked, col(asked.id) == col(Answer.posting_id))
        .where(col(asked.goal_id) == bindparam("goal"))
    )
    return _update_matching(col(Posting.id).in_(quoting))


@build_once
def _update_naming() -> Update:
    return _update_matching(
        or_(col(Posting.goal_id) == bindparam("goal"), col(Posting.key) == bindparam("card"))
    )


def refresh_note(session: Session, key: str, now: datetime) -> None:
    """Refresh the Note with a key, if there is one."""
    refresh_notes(session, [key], now)


def refresh_notes(session: Session, keys: Sequence[str], now: datetime) -> None:
    """Refresh the Notes with these keys, as far as they exist."""
    session.execute(_update_named(), {"named": list(keys), "now": now})


@build_once
def _update_named() -> Update:
    return _update_matching(col(Posting.key).in_(bindparam("named", expanding=True)))


def _update_matching(condition: Any) -> Update:
    """Return the update that increments the revision of matching postings and makes them due `now`.

    A posting not sent yet is composed from the rows anyway. A note that was shown at the top of a
    reply is sent without a message of its own, so it cannot be edited and is left out. A 💡 that
    failed may be on its message all the same, so it is set once more. A message whose outcome is
    unknown is looked up no sooner than planned, because it may still appear.
    """
    somewhere = or_(col(Posting.state) != PostingState.SENT, col(Posting.message).is_not(None))
    dropped = col(Posting.state).in_([PostingState.FAILED, PostingState.SKIPPED])
    marked = (col(Posting.kind) == PostingKind.MARK) & (col(Posting.state) == PostingState.FAILED)
    now = bindparam("now", type_=UtcDateTime)
    unknown = (col(Posting.state) == PostingState.UNKNOWN, func.coalesce(Posting.due_at, now))
    return (
        update(Posting)
        .where(condition, somewhere, or_(~dropped, marked))
        .values(revision=col(Posting.revision) + 1, due_at=case(unknown, else_=now))
        .execution_options(synchronize_session=False)
    )
