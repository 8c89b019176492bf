"""The end of a season, by a person or by its date."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from storage.delivery import postings, refresh
from storage.models import PostingKind, Season
from storage.prompts import seasons
from storage.prompts.seasons import CARD_KEY, END_KEY
from storage.schedules import schedules


def end_season(session: Session, season: Season, now: datetime, person_id: int | None = None) -> None:
    """End a season, close its card, and plan the one that says how it went.

    That one has a message of its own, because an edited card notifies nobody. There is none if
    nothing was asked, or if the team has no channel to post it in.
    """
    seasons.end_season(session, season, now, person_id)
    refresh.refresh_note(session, f"{CARD_KEY}{season.id}", now)
    refresh.refresh_schedule(session, season.team_id, now)
    home = schedules.home_channels(session, [season.team_id]).get(season.team_id)
    if home and seasons.list_asked(session, season):
        postings.plan_once(
            session, f"{END_KEY}{season.id}", PostingKind.SEASON, home.workspace_id, now,
            team_id=season.team_id, channel=home.channel,
        )  # fmt: skip
