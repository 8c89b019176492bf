"""The context of one command, and the errors with which a handler refuses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.core.anonymity import Anonymity
from bot.core.commands import Commands
from bot.core.messages import ChannelMention, Form
from bot.core.origin import Capabilities, Origin
from bot.core.params import ENCODED_LIMIT, StoredCommand
from bot.core.timers import Planner
from storage.delivery import pending
from storage.teams import teams
from storage.teams.teams import Caller

Clock = Callable[[], datetime]
"""A function that returns the current time, aware.

It is a parameter everywhere, so that the playground and the tests can move time.
"""


class UserError(Exception):
    """A request that cannot be fulfilled. The message is the sentence that the person sees."""


class FormError(Exception):
    """Invalid values in a form: the form again, with one sentence for each invalid field."""

    def __init__(self, form: Form, errors: Mapping[str, str]) -> None:
        super().__init__(*errors.values())
        self.form = replace(form, errors=errors)


class WriteRequiredError(Exception):
    """Raised when a read-only command needs a write first. The command then runs again as a write."""


class UnknownCallerError(WriteRequiredError):
    """Raised when something about the caller has to be recorded before a read-only command."""


@dataclass(frozen=True)
class Context:
    """Everything that a handler needs: the session, the time, the origin and the caller.

    A handler returns its answer as a value and sends nothing itself.
    """

    session: Session
    now: datetime
    origin: Origin
    caller: Caller
    commands: Commands
    anonymity: Anonymity
    capabilities: Capabilities
    planners: Mapping[str, Planner]
    writes: bool = True

    def store_if_long(self, command: Any) -> Any:
        """Return a command that fits a button.

        The command itself if its encoded form is short enough, else a StoredCommand for it.
        """
        encoded = self.commands.encode(command)
        return command if len(encoded) <= ENCODED_LIMIT else self.store_command(command)

    def store_command(self, command: Any) -> StoredCommand:
        """Store the command and return a reference that runs it at most once.

        WriteRequiredError in a read-only transaction.
        """
        if not self.writes:
            raise WriteRequiredError
        encoded = self.commands.encode(command)
        return StoredCommand(pending.save_command(self.session, self.caller.person_id, encoded, self.now))

    def moment_ref(self, number: int) -> str:
        """Return a moment's reference for buttons, with its team, so that it works in any channel."""
        return f"{self.caller.team_id}.{number}"

    def as_event(self, event: str) -> Context:
        """Return this context under another event id, so that a repeated request is recognised."""
        caller = teams.resolve_in_team(self.session, self.caller, self.caller.team_id, event)
        return replace(self, origin=replace(self.origin, event=event), caller=caller)


def card_channel(context: Context) -> str:
    """Return the channel for a post about the speaker's command.

    That is the channel of the command if it belongs to the team and is no direct message, else the
    team's home channel.
    """
    caller, origin = context.caller, context.origin
    said_here = caller.channel_id and not origin.direct
    return origin.channel if said_here else teams.find_home(context.session, caller.team_id).external_id


def target_channel(context: Context) -> ChannelMention:
    """Return the channel where a button posts a private view.

    That is the channel where it was pressed or, from a direct message, the team's home channel.
    """
    if not context.origin.direct:
        return ChannelMention(context.origin.channel, context.caller.channel_name)
    home = teams.find_home(context.session, context.caller.team_id)
    return ChannelMention(home.external_id, home.name)
