"""The latest recap of each of a person's teams, for their own page, and reading it in private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import Button, ChannelMention, Entry, Inline, Reply, TextLink, Timestamp
from bot.core.posts import ComposedPost, OwnSource, RecapSource, Viewer
from bot.core.text import parse_number
from bot.recaps.harvest import compose_harvest
from bot.recaps.recap import compose_recap
from storage.models import Posting, PostingKind
from storage.recaps import recaps
from storage.teams import teams

LATEST = timedelta(days=8)
"""How old the recap of the week may be: a day more than the time between two."""


@dataclass(frozen=True)
class ReadRecap:
    """A command that shows a posted recap or harvest to one person."""

    posting: str = ""
    team: str = ""


def list_recaps(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
    """Return the last recap of each team, if it is of this week."""
    found = (recaps.last_posted(session, team_id, now) for team_id in viewer.teams)
    recent = [each for each in found if each is not None and each.until and each.until >= now - LATEST]
    newest = sorted(recent, key=lambda each: each.id, reverse=True)
    return [_tell_recap(session, viewer, posting) for posting in newest]


def _tell_recap(session: Session, viewer: Viewer, posting: Posting) -> Entry:
    team_id = posting.team_id or 0
    channel = teams.find_home(session, team_id).external_id
    said: list[Inline] = [ChannelMention(channel, viewer.teams[team_id])]
    if posting.sent_at is not None:
        said += [" · ", Timestamp(posting.sent_at, viewer.zone or "UTC")]
    if posting.link:
        said += [" · ", TextLink(_("Open it there"), posting.link)]
    return Entry(tuple(said), button=Button(_("Read it here"), ReadRecap(str(posting.id), str(team_id))))


def read_recap(context: Context, command: ReadRecap, sources: Sequence[RecapSource] = ()) -> Reply:
    """Show a posted recap in private, as its card is now. UserError if it is gone, or another team's."""
    posting = context.session.get(Posting, parse_number(command.posting))
    recap = posting is not None and posting.kind in (PostingKind.RECAP, PostingKind.HARVEST)
    if posting is None or not recap or posting.team_id != context.caller.team_id:
        raise UserError(_("That recap isn't from this channel."))
    compose = compose_harvest if posting.kind == PostingKind.HARVEST else compose_recap
    composed = compose(context.session, posting, context.now, context.capabilities, sources)
    if not isinstance(composed, ComposedPost):
        raise UserError(_("That recap is gone."))
    return Reply(replace(composed.post.card, buttons=(), menu=()))


THE_WEEK = OwnSource(lazy("The week's recap"), list_recaps)


def declare_reading(sources: Sequence[RecapSource]) -> tuple[Declaration, ...]:
    """Return the command that reads a recap to which these rooms add their lines."""
    return (Declaration("read-recap", ReadRecap, partial(read_recap, sources=sources), read_only=True),)
