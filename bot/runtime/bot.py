"""The bot itself: every command, button, form and event goes through `Bot.handle`.

It finds the feature, opens the transaction, and turns whatever is wrong into one sentence for the person.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import features
from bot.core.adapter import Adapter, Origin, Ways
from bot.core.anonymity import Anonymity
from bot.core.aside import as_text
from bot.core.commands import Commands, Declaration, Later, Needs, ParamKind, written_in
from bot.core.context import Clock, FieldErrors, MustWrite, Refusal, Turn
from bot.core.drafts import OpenForm, PutAside
from bot.core.messages import Card, Form, Option, Quote, Reply, Text
from bot.core.posts import Composed
from bot.help import autocomplete as suggestions
from bot.memory import followups
from bot.people import notes
from bot.prompts import lifecycle as course
from bot.runtime.delivery import Delivery
from bot.runtime.fetching import Fetching
from bot.runtime.housekeeping import keep_house
from bot.runtime.metrics import Metrics
from bot.runtime.sanitize import cleaned
from bot.schedules import planner as planning
from bot.teams import channels, setup
from bot.teams import choose_team as which_team
from storage.delivery import pending, postings
from storage.engine.database import Database
from storage.engine.errors import Busy, OutcomeUnsure, StoreError
from storage.memory import followups as expected
from storage.models import Channel
from storage.moments import moments
from storage.prompts import lifecycle as courses
from storage.schedules import schedules as due_schedules
from storage.teams import presence, teams
from storage.teams.teams import Seat

ANSWER_WITHIN = 1.8
"""Seconds until what still waits for the database is withdrawn: people are answered within two."""

LONGEST_TEXT = 40_000
"""Characters of one text that are kept (design, section 6)."""


OUTSIDE = (
    "This team's memory is for people of its own organisation, so nothing of yours is kept or shown here."
)

STAYS = "What is said in a direct message stays there. Use the command to keep it in your own words."


class Bot:
    """One bot on any number of platforms."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.commands = Commands(features.DECLARATIONS)
        self.shortcuts = features.SHORTCUTS
        self.metrics = Metrics()
        self.anonymity = Anonymity()
        self.adapters: dict[str, Adapter] = {}
        self.patience = ANSWER_WITHIN
        self.wake = asyncio.Event()
        """Set after every write, so that what was promised goes out at once."""
        self.delivery = Delivery(
            database, self.adapters, features.COMPOSERS, clock, self.metrics, self.wake.set
        )
        self.fetching = Fetching(database, self.adapters, clock, self.wake.set)

    async def handle(self, command: Any, origin: Origin) -> Reply | Form | None:
        """What the person gets, after it is committed: a private answer, a form, or for an event nothing.

        An event that cannot be stored raises StoreError, so that its platform sends it again. For everything
        else a person waits: they get one sentence, and their words back.
        """
        declaration = self.commands.of(command)
        began = time.perf_counter()
        outcome = "failed"
        try:
            answer, outcome = await self._answered(declaration, cleaned(command), cleaned(origin))
            return answer
        finally:
            self.metrics.commands.labels(declaration.key, outcome).inc()
            self.metrics.seconds.observe(time.perf_counter() - began)

    async def _answered(
        self, declaration: Declaration, command: Any, origin: Origin
    ) -> tuple[Reply | Form | None, str]:
        """The answer, and in a word for the metrics how it went."""
        if too_long := _too_long(command):
            return _hand_back(too_long, command), "refused"
        try:
            answer = await self._run(declaration, command, origin)
            self.anonymity.settle(origin.event)
            return answer, "done"
        except Refusal as refusal:
            return _hand_back(str(refusal), command), "refused"
        except FieldErrors as wrong:
            return wrong.form, "refused"
        except StoreError as error:
            if not isinstance(error, OutcomeUnsure):
                self.anonymity.release(origin.event)
            if declaration.quiet:
                raise
            return _hand_back(_what_went_wrong(error, command, self._ways(origin)), command), "failed"

    async def put_aside(self, form: Form, origin: Origin, pending: str = "") -> OpenForm:
        """Keep a form with what stands in it, for its person alone; the command that brings it back.

        It takes the place of the one that waits as `pending`. StoreError where it cannot be kept just now.
        """
        command = PutAside(as_text(form, self.commands.encode), pending)
        kept = await self._run(self.commands.of(command), cleaned(command), cleaned(origin))
        assert isinstance(kept, Form)
        return OpenForm(kept.command.pending)

    async def suggest(self, kind: ParamKind, typed: str, origin: Origin) -> tuple[Option, ...]:
        """What may be meant by an argument, while it is still being typed."""
        return await self.database.read(lambda session: _suggest(session, kind, typed, origin))

    async def more(self, message: str, origin: Origin) -> Reply | None:
        """What the menu of a post's card offers, in private, where a platform shows the menu as one button.

        `message` is where the post stands, in the origin's channel; None for one that offers nothing (any more).
        StoreError where that cannot be read just now.
        """
        now, ways = self.clock(), self._ways(origin)
        return await self.database.read(lambda session: _more(session, message, origin, now, ways))

    async def plan_due(self) -> None:
        """Plan the posts whose time has come, and do what time itself does."""
        now = self.clock()
        while await self.database.write(lambda session: planning.plan_due(session, now)):
            pass
        while await self.database.write(lambda session: course.turn_due(session, now)):
            pass
        while await self.database.write(lambda session: followups.plan_due(session, now)):
            pass
        await self.database.write(lambda session: keep_house(session, now))
        await self.delivery.adrift()

    async def bring_out(self) -> float | None:
        """Send and fetch what is due, without waiting for it to arrive; in how many seconds the next is due."""
        await self.delivery.pump()
        await self.fetching.pump()
        now = self.clock()
        soon = await self.database.read(lambda session: _soon(session, now))
        return None if soon is None else (soon - now).total_seconds()

    async def tick(self) -> None:
        """Everything that is due at this time; returns when it is done."""
        await self.plan_due()
        await self.fetching.finish()
        await self.delivery.finish()

    async def next_due(self) -> datetime | None:
        """When something is due next, of all that waits for a time."""
        return await self.database.read(_next_due)

    def _ways(self, origin: Origin) -> Ways:
        adapter = self.adapters.get(origin.platform)
        return adapter.ways if adapter else Ways()

    async def _run(self, declaration: Declaration, command: Any, origin: Origin) -> Reply | Form | None:
        began, within = time.monotonic(), None if declaration.quiet else self.patience
        if declaration.reads:
            try:
                async with asyncio.timeout(within):
                    return await self.database.read(
                        lambda session: self._answer(session, declaration, command, origin, writes=False)
                    )
            except MustWrite:
                pass
            except TimeoutError:
                raise Busy("The database is busy right now.") from None
        answer = await self.database.write(
            lambda session: self._answer(session, declaration, command, origin, writes=True),
            None if within is None else max(0, within - (time.monotonic() - began)),
            lane=f"{origin.workspace}:{origin.channel}",
        )
        self.wake.set()
        return answer

    def _answer(
        self, session: Session, declaration: Declaration, command: Any, origin: Origin, writes: bool
    ) -> Reply | Form | None:
        """Find the seat, make what is missing of it, and let the feature answer."""
        now = self.clock()
        seat = _arrive(session, origin)
        if origin.private and seat.channel_id and not seat.private:
            if not writes:
                raise MustWrite
            channels.turn_private(session, session.get_one(Channel, seat.channel_id))
            seat = _arrive(session, origin)
        if declaration.needs is Needs.KNOWN_TEAM and not seat.team_id:
            return None
        if declaration.concerns and not declaration.concerns(session, seat, origin, command):
            return None
        if origin.external and not declaration.quiet and declaration.needs is not Needs.PERSON:
            raise Refusal(OUTSIDE)
        if declaration.needs is Needs.CHANNEL and origin.direct:
            raise Refusal(STAYS)
        seat = _at_named_team(session, seat, self._waiting(session, seat, command), origin)
        asks = declaration.needs is Needs.TEAM and origin.direct and not seat.team_id
        renamed = origin.person_name not in ("", seat.person_name)
        if renamed or seat.has_waiting or seat.removed or not _complete(seat, declaration, asks):
            if not writes:
                raise MustWrite
            if seat.removed:
                presence.come_back(session, seat.workspace_id)
            seat = self._complete_seat(session, seat, declaration, origin, now)
        turn = Turn(session, now, origin, seat, self.commands, self.anonymity, self._ways(origin), writes)
        answer = which_team.ask(turn, command) if asks else declaration.handle(turn, command)
        return _with_notes(turn, answer) if seat.has_waiting else answer

    def _waiting(self, session: Session, seat: Seat, command: Any) -> Any:
        """The command that a button stands in for, else the command itself."""
        encoded = isinstance(command, Later) and pending.peek(session, seat.person_id, command.pending)
        return self.commands.decode(encoded) if encoded else command

    def _complete_seat(
        self, session: Session, seat: Seat, declaration: Declaration, origin: Origin, now: datetime
    ) -> Seat:
        """Make the rows that are missing: workspace, person, team, membership."""
        workspace_id = seat.workspace_id or teams.workspace(
            session, origin.platform, origin.workspace, origin.workspace_name, now
        )
        person = teams.person(session, workspace_id, origin.person, origin.person_name, origin.zone, now)
        seat = seat._replace(workspace_id=workspace_id, person_id=person.id, person_name=person.name)
        if declaration.needs is Needs.PERSON or (origin.direct and not seat.team_id):
            return seat
        if not seat.team_id:
            turn = Turn(session, now, origin, seat, self.commands, self.anonymity, self._ways(origin))
            setup.new_team(turn)
            seat = _arrive(session, origin)
        teams.join(session, seat.team_id, person.id)
        return seat._replace(member_id=person.id)


def _suggest(session: Session, kind: ParamKind, typed: str, origin: Origin) -> tuple[Option, ...]:
    team_id = _arrive(session, origin).team_id
    return suggestions.suggest(session, team_id, kind, typed) if team_id and not origin.external else ()


def _more(session: Session, message: str, origin: Origin, now: datetime, ways: Ways) -> Reply | None:
    posting = postings.by_message(session, _arrive(session, origin).workspace_id, origin.channel, message)
    composed = features.COMPOSERS[posting.kind](session, posting, now, ways) if posting else None
    if not isinstance(composed, Composed) or not composed.post.card.menu:
        return None
    return Reply(Card((Text(("What would you like to do?",)),), composed.post.card.menu))


def _soon(session: Session, now: datetime) -> datetime | None:
    """When the next posting or fetch is due, of those that are not due yet."""
    dues = (postings.next_due(session, now), moments.next_fetch(session, now))
    return min((due for due in dues if due is not None), default=None)


def _next_due(session: Session) -> datetime | None:
    times = (
        postings.next_due(session),
        due_schedules.next_due(session),
        moments.next_fetch(session),
        expected.next_due(session),
        courses.next_due(session),
    )
    return min((time for time in times if time is not None), default=None)


def _arrive(session: Session, origin: Origin) -> Seat:
    place = (origin.platform, origin.workspace, origin.channel)
    return teams.arrive(session, *place, origin.person, origin.event)


def _at_named_team(session: Session, seat: Seat, command: Any, origin: Origin) -> Seat:
    """The seat in the team that a button or form names, `7` or `7.42`, rather than the channel's own.

    Refusal where that team's channel is private and this is another place: what is said there stays there, but for
    a member's direct messages, where Notes about their own words have buttons.
    """
    named = getattr(command, "team", "") or _team_part(getattr(command, "moment", ""))
    if not named.isdecimal() or int(named) == seat.team_id:
        return seat
    there = teams.seat_in(session, seat, int(named), origin.event)
    if there.team_id != int(named) and not getattr(command, "team", ""):
        raise Refusal(f"There is no #{command.moment} here.")
    if there.team_id != int(named) or (there.private and not (origin.direct and there.member_id)):
        raise Refusal("That belongs to another channel. Ask for it there.")
    return there


def _team_part(ref: str) -> str:
    return ref.partition(".")[0] if "." in ref else ""


def _complete(seat: Seat, declaration: Declaration, asks: bool) -> bool:
    needs_team = declaration.needs is not Needs.PERSON and not asks
    return bool(seat.person_id and (seat.member_id or not needs_team)) and not asks


def _with_notes(turn: Turn, answer: Reply | Form | None) -> Reply | Form | None:
    """Notes that found a person's direct messages closed head their next private reply."""
    if not isinstance(answer, Reply) or (waiting := notes.waiting(turn)) is None:
        return answer
    card = answer.card
    return replace(answer, card=Card(waiting.blocks + card.blocks, waiting.buttons + card.buttons, card.menu))


def _too_long(command: Any) -> str:
    longest = max((len(value) for value in vars(command).values()), default=0)
    if longest <= LONGEST_TEXT:
        return ""
    return f"That is {longest:,} characters, and I keep up to {LONGEST_TEXT:,}. Could you part it in two?"


def _what_went_wrong(error: StoreError, command: Any, ways: Ways) -> str:
    if isinstance(error, OutcomeUnsure):
        return f"{error} Look with {ways.command} find before you send it again."
    if isinstance(command, Later):
        return f"{error} Nothing was kept. Press it again in a moment."
    return f"{error} Nothing was kept{'; here is what you gave me' if written_in(command) else ''}."


def _hand_back(sentence: str, command: Any) -> Reply:
    """One sentence, and the person's own words so that they can send them again."""
    return Reply(Card((Text((sentence,)), *map(Quote, written_in(command)))))
