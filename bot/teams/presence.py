"""People who come, go or change their names: what was known of them before does not count any more."""

from __future__ import annotations

from sqlmodel import Session

from bot.core.context import Context
from bot.core.events import PersonCame, PersonLeft, PersonRenamed, ReadersChanged
from bot.core.origin import Origin
from storage.teams import teams
from storage.teams.teams import Caller


def handle_person_moved(context: Context, _event: PersonCame | PersonLeft) -> None:
    """Forget whether the person is in the channel, in this process and in all others."""
    caller, origin = context.caller, context.origin
    context.access.forget(origin.workspace, origin.channel, origin.person)
    if caller.team_id and caller.person_id:
        teams.record_change(context.session, caller.team_id, caller.person_id)


def handle_person_renamed(context: Context, event: PersonRenamed) -> None:
    """Store a person's new name. Cards show it from their next edit."""
    teams.rename_person(context.session, context.caller.person_id, event.name)


def is_new_name(_session: Session, caller: Caller, _origin: Origin, event: PersonRenamed) -> bool:
    """Return whether an event has a new name of a person with a row. Other people get no row for a name."""
    return bool(caller.person_id) and event.name not in ("", caller.person_name)


def handle_readers_changed(context: Context, _event: ReadersChanged) -> None:
    """Forget who is in the channel, or in all channels of the workspace."""
    origin = context.origin
    context.access.forget(origin.workspace, origin.channel)
    if context.caller.workspace_id:
        teams.record_changed_readers(context.session, context.caller.workspace_id, origin.channel)
