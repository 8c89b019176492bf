"""People who come and go: what was asked of the platform about them before does not count any more."""

from __future__ import annotations

from bot.core.context import Context
from bot.core.events import PersonCame, PersonLeft, ReadersChanged
from storage.teams import teams


def handle_person_moved(context: Context, _event: PersonCame | PersonLeft) -> None:
    """Forget whether the person is in the channel, in this process and in all others."""
    caller, origin = context.caller, context.origin
    context.access.forget(origin.workspace, origin.channel, origin.person)
    if caller.team_id and caller.person_id:
        teams.record_change(context.session, caller.team_id, caller.person_id)


def handle_readers_changed(context: Context, _event: ReadersChanged) -> None:
    """Forget who is in the channel, or in all channels of the workspace."""
    origin = context.origin
    context.access.forget(origin.workspace, origin.channel)
    if context.caller.workspace_id:
        teams.record_changed_readers(context.session, context.caller.workspace_id, origin.channel)
