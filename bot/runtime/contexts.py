"""The context of a command or event: who called, from which channel, in which team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.core.access.admission import ELSEWHERE_WORDS, admit
from bot.core.access.cache import AccessCache
from bot.core.adapter import Adapter
from bot.core.addressed.threads import ThreadCache
from bot.core.anonymity import Anonymity
from bot.core.commands import Commands, Declaration, Needs
from bot.core.context import Context, UnknownCallerError, UserError, WriteRequiredError
from bot.core.kinds.declared import KindCards
from bot.core.language.catalogs import match_locale
from bot.core.language.words import _
from bot.core.origin import Capabilities, Origin
from bot.core.params import StoredCommand, named_team
from bot.core.text import clip_text, parse_number
from bot.core.timers import Planner
from bot.help.near_misses import chosen_reading
from bot.teams.channels import has_channel_news, record_channel_news
from bot.teams.choose_team import is_to_settle
from bot.teams.setup import create_team, settle_language
from storage.delivery import pending
from storage.models import Channel
from storage.teams import presence, teams
from storage.teams.teams import Caller

SHOWN_REFERENCE = 20
"""The most characters that an answer repeats of a moment's number as it was given."""


class Contexts:
    """Finds out who calls and makes the context in which a feature answers."""

    def __init__(
        self,
        commands: Commands,
        access: AccessCache,
        threads: ThreadCache,
        adapters: Mapping[str, Adapter],
        anonymity: Anonymity,
        planners: Mapping[str, Planner],
        kind_cards: KindCards,
    ) -> None:
        self._commands = commands
        self._access = access
        self._threads = threads
        self._adapters = adapters
        self._anonymity = anonymity
        self._planners = planners
        self._kind_cards = kind_cards

    def resolve_channel(self, session: Session, origin: Origin, writes: bool) -> Caller:
        """Return the caller, after what the origin newly tells of its channel has been stored.

        WriteRequiredError if that has to be stored first.
        """
        caller = resolve_caller(session, origin)
        if not has_channel_news(caller, origin):
            return caller
        if not writes:
            raise UnknownCallerError
        record_channel_news(session, session.get_one(Channel, caller.channel_id), origin)
        return resolve_caller(session, origin)

    def make_context(
        self,
        session: Session,
        caller: Caller,
        origin: Origin,
        now: datetime,
        needs: Needs,
        command: Any,
        writes: bool = True,
        hidden: bool = False,
        declaration: Declaration | None = None,
    ) -> Context:
        """Return the context of a command or event, with the caller's missing rows created.

        No row of the person is created or changed for a hidden command. WriteRequiredError if rows
        have to be created and the session only reads. With the `declaration` of a command, UserError if
        the person may not see what belongs to its team.
        """
        meant = self.stored_command(session, caller, command)
        caller = _caller_in_named_team(session, caller, meant, origin)
        if declaration is not None:
            meant_by = self._commands.find_declaration(meant)
            origin = admit(session, self._access, caller, origin, now, meant_by, meant)
        asks = asks_for_team(caller, needs, origin)
        renamed = origin.person_name not in ("", caller.person_name)
        moved = origin.locale not in ("", caller.locale)
        moved = moved or bool(caller.team_id and not caller.team_language and match_locale(origin.locale))
        unfinished = renamed or moved or caller.removed or not _is_complete(caller, needs, asks)
        if unfinished and not hidden:
            if not writes:
                raise UnknownCallerError if caller.team_id else WriteRequiredError
            if caller.removed:
                presence.mark_present(session, caller.workspace_id)
            caller = self._complete_caller(session, caller, needs, origin, now)
        return self.build_context(session, caller, origin, now, writes)

    def stored_command(self, session: Session, caller: Caller, command: Any) -> Any:
        """Return the command that a StoredCommand refers to, or the command itself."""
        if not isinstance(command, StoredCommand):
            return command
        encoded = pending.find_command(session, caller.person_id, command.pending)
        try:
            return chosen_reading(self._commands, self._commands.decode(encoded or ""), command.way)
        except ValueError:  # it is gone, or a draft's: its handler says so
            return command

    def build_context(
        self, session: Session, caller: Caller, origin: Origin, now: datetime, writes: bool = True
    ) -> Context:
        """Return the context of a caller whose rows are complete."""
        return Context(
            session,
            now,
            origin,
            caller,
            self._commands,
            self._anonymity,
            self.capabilities_of(origin),
            self._planners,
            self._kind_cards,
            self._access,
            self._threads,
            writes,
        )

    def capabilities_of(self, origin: Origin) -> Capabilities:
        """Return what the platform can do in the origin's workspace.

        Where a person calls the bot by name, that is what they type.
        """
        adapter = self._adapters.get(origin.platform)
        known = adapter.capabilities_in(origin.workspace) if adapter else Capabilities()
        return replace(known, command=origin.called) if origin.called else known

    def _complete_caller(
        self, session: Session, caller: Caller, needs: Needs, origin: Origin, now: datetime
    ) -> Caller:
        """Create the missing rows (workspace, person, team, membership) and return the full caller."""
        workspace_id = caller.workspace_id or teams.ensure_workspace(
            session, origin.platform, origin.workspace, origin.workspace_name, now
        )
        name = origin.person_name or ("" if caller.person_name else origin.handle)
        person = teams.ensure_person(
            session, workspace_id, origin.person, name, origin.zone, now, origin.locale
        )
        caller = caller._replace(
            workspace_id=workspace_id, person_id=person.id, person_name=person.platform_name,
            locale=person.locale,
        )  # fmt: skip
        if needs is Needs.PERSON or (not caller.team_id and (origin.direct or is_to_settle(origin))):
            return caller
        if not caller.team_id:
            create_team(self.build_context(session, caller, origin, now))
            caller = resolve_caller(session, origin)
        elif not caller.team_language:
            caller = settle_language(self.build_context(session, caller, origin, now))
        teams.add_member(session, caller.team_id, person.id)
        return caller._replace(member_id=person.id)


def resolve_caller(session: Session, origin: Origin) -> Caller:
    """Return what the store knows of the person and channel that a command comes from."""
    place = (origin.platform, origin.workspace, origin.channel)
    return teams.resolve_caller(session, *place, origin.person, origin.event)


def record_name(session: Session, caller: Caller, origin: Origin) -> Caller:
    """Store the name that an event tells of a person, whatever else comes of it. Nobody gets a row for that."""
    if not caller.person_id or origin.person_name in ("", caller.person_name):
        return caller
    teams.rename_person(session, caller.person_id, origin.person_name)
    return caller._replace(person_name=origin.person_name)


def _caller_in_named_team(session: Session, caller: Caller, command: Any, origin: Origin) -> Caller:
    """Return the caller in the team that a button or form names (`7` or `7.42`).

    Without such a name, the caller stays in the channel's own team. UserError when there is no such
    team. Whether the person may see it is the rule's business in `bot/core/access/admission.py`.
    """
    given = named_team(command)
    named = parse_number(given)
    if not given or named == caller.team_id:
        return caller
    there = teams.resolve_in_team(session, caller, named, origin.event)
    if there.team_id != named and not getattr(command, "team", ""):
        raise UserError(_("There is no #{number} here.", number=clip_text(command.moment, SHOWN_REFERENCE)))
    if there.team_id != named:
        raise UserError(ELSEWHERE_WORDS())
    return there


def asks_for_team(caller: Caller, needs: Needs, origin: Origin) -> bool:
    """Return whether a person has to be asked for the team.

    In a direct message, and in an open channel for passing talk that is no team's yet.
    """
    if caller.team_id:
        return False
    return (needs is Needs.TEAM and origin.direct) or (
        needs in (Needs.TEAM, Needs.CHANNEL) and is_to_settle(origin)
    )


def _is_complete(caller: Caller, needs: Needs, asks: bool) -> bool:
    if needs is Needs.NOBODY:
        return True
    needs_team = needs is not Needs.PERSON and not asks
    return bool(caller.person_id and (caller.member_id or not needs_team)) and not asks
