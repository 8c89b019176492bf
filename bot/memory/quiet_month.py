"""After a quiet month, one line in the recap's place offers to look back. It quotes nothing.

No second one comes before something is saved again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Button, Card, Post, Text
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost, Withdrawn
from bot.core.times import local_day
from bot.memory.year_ago import YearAgo, list_older
from storage.memory import recalls
from storage.models import Posting, Team

QUIET = timedelta(days=28)
"""How long a team keeps nothing before it is offered to look back: four weekly recaps."""


def is_quiet_month(session: Session, team_id: int, until: datetime) -> bool:
    """Return whether a team kept nothing for a month, got no offer since, and has something to look back at."""
    last = recalls.last_kept_at(session, team_id)
    if last is None or last > until - QUIET or recalls.was_offered(session, team_id, last):
        return False
    team = session.get_one(Team, team_id)
    return bool(list_older(session, team, until, local_day(until, team.zone)))


def compose_look_back(
    _session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities
) -> ComposedPost | Withdrawn:
    """Compose the line and its button, which opens in private for the person who presses it."""
    if posting.withdrawn_at is not None:
        return Withdrawn()
    said = Text((_("It's been quiet here for a month. Want to look back at what you found before?"),))
    button = Button(_("Look back"), YearAgo(quiet="1", team=str(posting.team_id)))
    return ComposedPost(Post(Card((said,), (button,))))
