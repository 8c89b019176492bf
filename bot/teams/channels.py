"""What happens to a team's channels: the bot comes and goes, and names, ids and circles of readers change.

What is said in a private channel stays there. So whoever notices first that a channel became private, an event, a
command in it, or a look at one of its messages, nothing is kept across its border from then on.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.core.adapter import Origin
from bot.core.commands import Declaration, Needs
from bot.core.context import Turn
from bot.core.events import ChannelChanged, ChannelMoved, Joined, Left, Reopened
from storage.delivery import postings
from storage.models import Channel, Moment, Team
from storage.teams import teams
from storage.teams.teams import Seat


def joined(turn: Turn, _event: Joined) -> None:
    """Invited: the team is there by now; a channel once left is open again, and what it did not take is posted."""
    postings.try_again(turn.session, turn.seat.workspace_id, turn.origin.channel, turn.now)
    channel = turn.session.get(Channel, turn.seat.channel_id)
    if channel is not None:
        channel.closed_at = None


def reopened(turn: Turn, _event: Reopened) -> None:
    """As if it had never been closed: what is due from now on is posted, and nobody is greeted anew."""
    joined(turn, Joined())


def left(turn: Turn, _event: Left) -> None:
    """Removed, archived or deleted: nothing more is posted there."""
    channel = turn.session.get(Channel, turn.seat.channel_id)
    if channel is not None:
        channel.closed_at = turn.now


def changed(turn: Turn, _event: ChannelChanged) -> None:
    """A new name, or other readers; what the platform did not say stays as it was."""
    channel, origin = turn.session.get(Channel, turn.seat.channel_id), turn.origin
    if channel is None:
        return
    channel.name = origin.channel_name or channel.name
    if origin.private:
        turn_private(turn.session, channel)
    elif origin.private is False:
        channel.private = False


def moved(turn: Turn, event: ChannelMoved) -> None:
    """The channel goes by another id: everything that names it follows, and so do its name and its readers."""
    session, workspace_id = turn.session, turn.seat.workspace_id
    teams.move_channel(session, workspace_id, event.before, turn.origin.channel, turn.now)
    there = teams.channel(session, workspace_id, turn.origin.channel)
    if there is not None:
        there.name = turn.origin.channel_name or there.name
        if turn.origin.private:
            turn_private(session, there)


def _is_known(session: Session, seat: Seat, _origin: Origin, event: ChannelMoved) -> bool:
    return teams.channel(session, seat.workspace_id, event.before) is not None


def turn_private(session: Session, channel: Channel) -> None:
    """A team's home keeps for itself from now on; another channel does not belong to its team any more."""
    if channel.home:
        channel.private = True
        let_go(session, channel)
    else:
        session.delete(channel)
    session.flush()


def let_go(session: Session, home: Channel) -> bool:
    """What a private channel keeps is reached from no other: those go. Whether there were any."""
    others = [one for one in teams.channels(session, home.team_id) if one is not home and home.private]
    for channel in others:
        session.delete(channel)
    session.flush()
    return bool(others)


def stays_inside(session: Session, moment: Moment) -> bool:
    """Whether a moment may be kept though its source turned out to be private: only where that is its home."""
    team = session.get_one(Team, moment.team_id)
    source = teams.channel(session, team.workspace_id, moment.source_channel or "")
    if source is None or source.team_id != team.id:
        return False
    if not source.private:
        turn_private(session, source)
    return source.home


DECLARATIONS = (
    Declaration("joined", Joined, joined, quiet=True),
    Declaration("reopened", Reopened, reopened, needs=Needs.KNOWN_TEAM, quiet=True),
    Declaration("left", Left, left, needs=Needs.KNOWN_TEAM, quiet=True),
    Declaration("channel-changed", ChannelChanged, changed, needs=Needs.KNOWN_TEAM, quiet=True),
    Declaration("channel-moved", ChannelMoved, moved, needs=Needs.PERSON, quiet=True, concerns=_is_known),
)
