"""Channel events: the bot is added or removed, and a channel's name, id or privacy changes.

Nothing said in a private channel may be read outside it. As soon as an event, a command
or a fetched message shows that a channel became private, nothing is shared with other
channels any more.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.core.context import Context
from bot.core.events import ChannelChanged, ChannelJoined, ChannelLeft, ChannelMoved, ChannelReopened
from bot.core.origin import Origin
from storage.delivery import postings
from storage.models import Channel, Moment, Team
from storage.teams import teams
from storage.teams.teams import Caller


def handle_joined(context: Context, _event: ChannelJoined) -> None:
    """Reopen a channel that the bot was added to, and retry the posts it had missed.

    The team exists by then.
    """
    postings.retry_channel(context.session, context.caller.workspace_id, context.origin.channel, context.now)
    channel = context.session.get(Channel, context.caller.channel_id)
    if channel is not None:
        channel.closed_at = None


def handle_reopened(context: Context, _event: ChannelReopened) -> None:
    """Reopen a channel as if it had never been closed, without a new welcome."""
    handle_joined(context, ChannelJoined())


def handle_left(context: Context, _event: ChannelLeft) -> None:
    """Close a channel that the bot left, or that was archived or deleted.

    Nothing more is posted there.
    """
    channel = context.session.get(Channel, context.caller.channel_id)
    if channel is not None:
        channel.closed_at = context.now


def handle_channel_changed(context: Context, _event: ChannelChanged) -> None:
    """Store a channel's new name and privacy. Values that the platform omits stay unchanged."""
    channel, origin = context.session.get(Channel, context.caller.channel_id), context.origin
    if channel is None:
        return
    teams.rename_channel(context.session, channel, origin.channel_name, context.now)
    channel.threads_only = channel.threads_only or origin.threads_only
    if origin.private:
        make_private(context.session, channel)
    elif origin.private is False:
        channel.private = False


def handle_channel_moved(context: Context, event: ChannelMoved) -> None:
    """Change a channel's id in every row that names it, and store its name and privacy."""
    session, workspace_id = context.session, context.caller.workspace_id
    teams.change_channel_id(session, workspace_id, event.before, context.origin.channel, context.now)
    there = teams.find_channel(session, workspace_id, context.origin.channel)
    if there is not None:
        teams.rename_channel(session, there, context.origin.channel_name, context.now)
        if context.origin.private:
            make_private(session, there)


def has_channel_news(caller: Caller, origin: Origin) -> bool:
    """Return whether an origin tells something of its channel that is not stored.

    That it became private or a forum, or a name where none is known.
    """
    if not caller.channel_id or origin.direct:
        return False
    named = origin.channel_name and not caller.channel_name
    closed_off = origin.private and not caller.private
    return bool(named or closed_off or (origin.threads_only and not caller.threads_only))


def record_channel_news(session: Session, channel: Channel, origin: Origin) -> None:
    """Store what an origin tells of its channel."""
    channel.name = channel.name or origin.channel_name
    channel.threads_only = channel.threads_only or origin.threads_only
    if origin.private and not channel.private:
        make_private(session, channel)
    session.flush()


def is_known_channel(session: Session, caller: Caller, _origin: Origin, event: ChannelMoved) -> bool:
    """Return whether any row names the channel by the id it had before."""
    return teams.find_channel(session, caller.workspace_id, event.before) is not None


def make_private(session: Session, channel: Channel) -> None:
    """Mark a team's home as private, or remove another channel that became private.

    A team shares nothing with a private channel that is not its home.
    """
    if channel.home:
        channel.private = True
        remove_other_channels(session, channel)
    else:
        session.delete(channel)
    session.flush()


def remove_other_channels(session: Session, home: Channel) -> bool:
    """Remove a team's other channels if its home is private. Return whether there were any.

    What a private home holds must not be reachable from another channel.
    """
    others = [one for one in teams.list_channels(session, home.team_id) if one is not home and home.private]
    for channel in others:
        session.delete(channel)
    session.flush()
    return bool(others)


def can_save_private_source(session: Session, moment: Moment) -> bool:
    """Return whether a moment may be saved although its source channel is private.

    It may only if that channel is the home of the moment's team. Also marks the channel as
    private.
    """
    team = session.get_one(Team, moment.team_id)
    source = teams.find_channel(session, team.workspace_id, moment.source_channel or "")
    if source is None or source.team_id != team.id:
        return False
    if not source.private:
        make_private(session, source)
    return source.home
