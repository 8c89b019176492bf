"""The bot: every command, button, form and event goes through `Bot.handle`.

It finds the feature, opens the transaction, and turns every error into one sentence for the
person.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot import features
from bot.charts.drawer import SHARED_DRAWER, DrawingStoppedError
from bot.core.access.admission import UNKNOWN_WORDS, admit
from bot.core.access.cache import AccessCache, AccessUnknownError
from bot.core.access.offers import keep_working
from bot.core.adapter import Adapter
from bot.core.addressed.threads import ThreadCache, ThreadUnknownError
from bot.core.anonymity import Anonymity
from bot.core.commands import Commands, Declaration, Needs
from bot.core.context import (
    Clock,
    Context,
    FormError,
    UnknownCallerError,
    UserError,
    WriteRequiredError,
)
from bot.core.drafts import OpenForm, SaveDraft, form_to_text
from bot.core.events import EVENT_KEYS, Listener, MessageDeleted, MessageEdited
from bot.core.language.words import _, lazy, speaking, switch_language
from bot.core.messages import Form, Option, Picture, Reply, text_card, text_reply
from bot.core.origin import Origin
from bot.core.params import ParamKind
from bot.core.parts.answers import answer_command, require_part
from bot.core.pictures.drawing import Drawing
from bot.core.posts import ComposedPost
from bot.core.text import clean_text, sanitize_texts
from bot.core.zones.suggestions import suggest_zones
from bot.help.autocomplete import suggest_arguments
from bot.runtime.access import AccessQuestions, ThreadQuestions
from bot.runtime.answers import (
    add_lost_permissions,
    add_waiting_note,
    explain_error,
    explain_length,
    explain_unseen,
    return_words,
)
from bot.runtime.contexts import Contexts, asks_for_team, record_name, resolve_caller
from bot.runtime.delivery import Delivery
from bot.runtime.fetching import Fetching
from bot.runtime.languages import Languages
from bot.runtime.metrics import Metrics
from bot.runtime.offers import SHARE_OF_PATIENCE, add_offers
from bot.runtime.ticks import next_due_time, next_send_time, run_due_timers
from bot.runtime.watching import Watching
from bot.teams.ask_first import (
    agreed_team,
    ask_before_posting,
    has_agreed,
    name_audience,
    needs_a_yes,
    refuse_elsewhere,
)
from bot.teams.choose_team import ask_which_team, run_in_team
from storage.delivery import postings
from storage.engine.database import Database
from storage.engine.errors import OutcomeUnsureError, StoreError, WriteRefusedError
from storage.engine.writer import Work
from storage.teams.teams import Caller

T = TypeVar("T")

ANSWER_WITHIN = 1.8
"""Seconds that a command may wait for the database before it is withdrawn.

People get an answer within two seconds.
"""

ASKED_AT_MOST = 6
"""How often a command runs, with a question to the platform in between, before it is refused.

A choice of the people who are there asks again when many have left. Others need it twice or three times.
"""

OUTSIDER_WORDS = lazy(
    "This team's memory is only for people in its own organization, so I don't save or show anything here."
)

NOTHING_TO_DO_WORDS = lazy("Only the person who wrote it or an admin can do more here.")


DIRECT_MESSAGE_WORDS = lazy(
    "Direct messages stay between us. To save something, type it after the command in your own words."
)


class Bot:
    """One bot on any number of platforms."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.commands = Commands(features.DECLARATIONS, features.SHORTCUTS)
        self.planners = features.PLANNERS
        self.metrics = Metrics()
        self.languages = Languages()
        self.anonymity = Anonymity()
        self.access = AccessCache()
        self.threads = ThreadCache()
        self.adapters: dict[str, Adapter] = {}
        self.contexts = Contexts(
            self.commands, self.access, self.threads, self.adapters, self.anonymity, self.planners,
            features.KIND_CARDS,
        )  # fmt: skip
        self.patience = ANSWER_WITHIN
        self.wake = asyncio.Event()
        """Set after every write, so that new posts are sent at once."""
        self.drawer = SHARED_DRAWER
        self.delivery = Delivery(
            database, self.adapters, features.COMPOSERS, clock, self.metrics, self.wake.set, self.drawer
        )
        self.access_questions = AccessQuestions(self.adapters, self.access, clock)
        self.thread_questions = ThreadQuestions(self.adapters, self.threads, clock)
        self.fetching = Fetching(database, self.adapters, clock, self.wake.set)
        self.watching = Watching(
            database, self.adapters, self.access, self.access_questions, features.WATCHES
        )

    async def handle(self, command: Any, origin: Origin) -> Reply | Form | None:
        """Run a command and return its answer after the commit.

        The answer is a private reply, a form, or None for an event. An event that cannot be stored
        raises StoreError, so that its platform sends it again. Every other command answers an error
        with one sentence and the person's own text.
        """
        listeners = features.LISTENERS.get(type(command))
        key = self.commands.find_declaration(command).key if listeners is None else EVENT_KEYS[type(command)]
        began = time.perf_counter()
        outcome = "failed"
        try:
            given, command, origin = command, sanitize_texts(command), sanitize_texts(origin)
            if listeners is not None:
                outcome = await self._pass_on(listeners, command, origin)
                return None
            with speaking(self.languages.recall(origin)):
                answer, outcome = await self._answer_or_explain(command, origin)
            language = self.languages.recall(origin)
            with speaking(language):
                answer = explain_unseen(answer, given, command) if origin.from_form else answer
            if isinstance(answer, Reply) and self.commands.is_personal(command):
                answer = replace(answer, personal=True)
            return replace(answer, language=answer.language or language) if answer is not None else None
        finally:
            if listeners is not None or self.commands.find_declaration(command).hides_person is None:
                self.metrics.commands.labels(key, outcome).inc()
                self.metrics.seconds.observe(time.perf_counter() - began)

    async def _pass_on(self, listeners: Sequence[Listener], event: Any, origin: Origin) -> str:
        """Pass an event to its listeners in one transaction. Return the outcome for the metrics."""
        if isinstance(event, MessageEdited | MessageDeleted):
            self.threads.forget_channel(origin.platform, origin.workspace, origin.channel)
        try:
            await self.database.write(
                lambda session: self._run_listeners(session, listeners, event, origin), lane=_lane_of(origin)
            )
        except UserError:
            return "refused"
        except StoreError as error:
            self._forget_unless_unsure(error, origin)
            raise
        self.anonymity.mark_stored(origin.event)
        self.wake.set()
        return "refused" if explain_length(event) else "done"

    def _run_listeners(
        self, session: Session, listeners: Sequence[Listener], event: Any, origin: Origin
    ) -> None:
        too_long = bool(explain_length(event))
        for listener in () if origin.without_bot else listeners:
            handle = listener.refuse_long if too_long else listener.handle
            caller = record_name(session, self.contexts.resolve_channel(session, origin, writes=True), origin)
            known = caller.team_id or listener.needs is not Needs.KNOWN_TEAM
            known = known and not asks_for_team(caller, listener.needs, origin)
            relevant = not listener.is_relevant or listener.is_relevant(session, caller, origin, event)
            if known and relevant and handle is not None:
                handle(
                    self.contexts.make_context(session, caller, origin, self.clock(), listener.needs, event),
                    event,
                )

    def _forget_unless_unsure(self, error: StoreError, origin: Origin) -> None:
        """Let an anonymous answer be given again, unless it may be stored after all."""
        if not isinstance(error, OutcomeUnsureError):
            self.anonymity.forget_event(origin.event)

    async def _answer_or_explain(self, command: Any, origin: Origin) -> tuple[Reply | Form | None, str]:
        """Return the answer, and the outcome as one word for the metrics."""
        declaration = self.commands.find_declaration(command)
        if too_long := explain_length(command):
            return return_words(too_long, command), "refused"
        try:
            answer = await self._run_command(declaration, command, origin)
            self.anonymity.mark_stored(origin.event)
            return answer, "done"
        except UserError as refusal:
            said = return_words(str(refusal), command, refusal.texts, refusal.buttons)
            return replace(said, personal=refusal.personal), "refused"
        except FormError as wrong:
            return wrong.form, "refused"
        except StoreError as error:
            self._forget_unless_unsure(error, origin)
            return return_words(
                explain_error(error, command, self.contexts.capabilities_of(origin)), command
            ), "failed"

    async def draw(self, drawing: Drawing) -> Picture | None:
        """Return the picture of a private reply, or None if it cannot be drawn, or not any more at shutdown."""
        try:
            return await self.drawer.draw(drawing)
        except DrawingStoppedError:
            return None

    async def put_aside(self, form: Form, origin: Origin, pending: str = "") -> OpenForm:
        """Save a form with its values as a draft for one person, and return the command to open it.

        It replaces the draft with the id `pending`. StoreError when it cannot be saved.
        """
        command = SaveDraft(form_to_text(form, self.commands.encode), pending)
        kept = await self._run_command(
            self.commands.find_declaration(command), sanitize_texts(command), sanitize_texts(origin)
        )
        assert isinstance(kept, Form)
        return OpenForm(kept.command.pending)

    async def suggest(self, kind: ParamKind, typed: str, origin: Origin) -> tuple[Option, ...]:
        """Return options for an argument that is still being typed. Time zones need no database."""
        typed, origin = clean_text(typed), sanitize_texts(origin)
        if kind is ParamKind.ZONE:
            with speaking(self.languages.recall(origin)):
                return suggest_zones(typed)
        return await self.database.read(
            lambda session: self._suggest_options(session, kind, typed, origin), self.patience
        )

    async def more(self, message: str, origin: Origin) -> Reply | None:
        """Return the menu of a posted card as a private reply, or None when it has no menu (any more).

        For platforms that show the menu as one button. `message` is the post's message id in the
        origin's channel. StoreError when the database cannot be read.
        """
        message, origin = clean_text(message), sanitize_texts(origin)
        until = time.monotonic() + self.patience

        async def read_menu() -> Reply | None:
            within = max(0, until - time.monotonic())
            return await self.database.read(
                lambda session: self._menu_reply(session, message, origin), within
            )

        try:
            answer = await self._with_access(until, read_menu)
        except UserError as refused:
            answer = text_reply(str(refused))
        return replace(answer, language=self.languages.recall(origin)) if answer is not None else None

    async def plan_due(self) -> None:
        """Plan the posts that are due, and apply the changes that time alone brings."""
        await run_due_timers(self.database, features.TIMERS, self.clock())
        await self.watching.ask_due(self.clock())
        await self.delivery.mark_orphaned()

    async def send_due(self) -> float | None:
        """Start the sends and fetches that are due, and return the seconds until the next is due.

        It does not wait for them to finish. None when nothing else is planned.
        """
        await self.delivery.start_lanes()
        await self.fetching.start_fetches()
        now = self.clock()
        soon = await self.database.read_in_background(lambda session: next_send_time(session, now))
        return None if soon is None else (soon - now).total_seconds()

    async def tick(self) -> None:
        """Do everything that is due now, and return when it is finished."""
        await self.plan_due()
        await self.fetching.fetch_all()
        await self.delivery.deliver_all()

    async def next_due(self) -> datetime | None:
        """Return when anything that people see is due next, or None."""
        return await self.database.read_in_background(lambda session: next_due_time(session, features.TIMERS))

    def _suggest_options(
        self, session: Session, kind: ParamKind, typed: str, origin: Origin
    ) -> tuple[Option, ...]:
        caller = resolve_caller(session, origin)
        if not caller.team_id or origin.external:
            return ()
        with speaking(self.languages.choose(caller, origin)):
            return suggest_arguments(session, caller.team_id, kind, typed)

    def _menu_reply(self, session: Session, message: str, origin: Origin) -> Reply | None:
        """Return the menu of a posted card, with the entries that work for the person who asks."""
        caller, now = resolve_caller(session, origin), self.clock()
        with speaking(self.languages.choose(caller, origin)):
            return self._compose_menu(session, caller, message, origin, now)

    def _compose_menu(
        self, session: Session, caller: Caller, message: str, origin: Origin, now: datetime
    ) -> Reply | None:
        posting = postings.find_by_message(session, caller.workspace_id, origin.channel, message)
        if posting is None:
            return None
        context = self.contexts.build_context(session, caller, origin, now, writes=False)
        composed = features.COMPOSERS[posting.kind](session, posting, now, context.capabilities)
        if not isinstance(composed, ComposedPost) or not composed.post.card.menu:
            return None
        menu = composed.post.card.menu
        meant = menu[0].command
        admit(session, self.access, caller, origin, now, self.commands.find_declaration(meant), meant)
        menu = keep_working(context, menu)
        return Reply(
            replace(text_card(_("What would you like to do?") if menu else NOTHING_TO_DO_WORDS()), menu=menu)
        )

    async def _run_command(
        self, declaration: Declaration, command: Any, origin: Origin
    ) -> Reply | Form | None:
        until = time.monotonic() + self.patience
        return await self._with_access(until, lambda: self._run_until(until, declaration, command, origin))

    async def _with_access(self, until: float, work: Callable[[], Awaitable[T]]) -> T:
        """Do some work again after the platform was asked who is in its channels, or what its thread has.

        UserError if that never becomes known.
        """
        for _attempt in range(ASKED_AT_MOST):
            try:
                return await work()
            except AccessUnknownError as unknown:
                await self.access_questions.ask(unknown.questions, until - time.monotonic())
            except ThreadUnknownError as unread:
                await self.thread_questions.ask(unread.question, until - time.monotonic())
        raise UserError(UNKNOWN_WORDS())

    async def _run_until(
        self, until: float, declaration: Declaration, command: Any, origin: Origin
    ) -> Reply | Form | None:
        lane = _lane_of(origin)
        if declaration.read_only:
            with suppress(WriteRequiredError):
                return await self._read_answer(declaration, command, origin, until)
        elif _probably_asks(declaration, command, origin):
            with suppress(WriteRequiredError, WriteRefusedError):
                return await self._add_offers(
                    until, lane, await self._read_answer(declaration, command, origin, until)
                )
        answer = await self._write_until(
            until, lane, lambda session: self._answer_command(session, declaration, command, origin)
        )
        return await self._add_offers(until, lane, answer)

    async def _add_offers(self, until: float, lane: str, answer: Reply | Form | None) -> Reply | Form | None:
        within = min(until - time.monotonic(), self.patience / SHARE_OF_PATIENCE)
        return await add_offers(self.database, answer, within, lane)

    async def _read_answer(
        self, declaration: Declaration, command: Any, origin: Origin, until: float
    ) -> Reply | Form | None:
        """Return the answer of a read-only command, which is read beside the writer.

        Only what the caller lacks is written: what is not known of them yet, and afterwards that they
        see a waiting Note. WriteRequiredError if the whole command has to write.
        """
        lane = _lane_of(origin)

        async def read_answer() -> tuple[Reply | Form | None, bool]:
            return await self.database.read(
                lambda session: self._read_command(session, declaration, command, origin),
                max(0, until - time.monotonic()),
            )

        def prepare_caller(session: Session) -> None:
            with speaking(self.languages.recall(origin)):
                self._prepare_context(session, declaration, command, origin, writes=True)

        def add_note(session: Session, answer: Reply) -> Reply | Form | None:
            with speaking(self.languages.recall(origin)):
                found = self._prepare_context(session, declaration, command, origin, writes=True)
                return add_waiting_note(found[0], answer) if found else answer

        try:
            answer, note_waits = await read_answer()
        except UnknownCallerError:
            await self._write_until(until, lane, prepare_caller)
            answer, note_waits = await read_answer()
        if isinstance(answer, Reply) and note_waits:
            plain = answer
            return await self._write_until(until, lane, lambda session: add_note(session, plain))
        return answer

    async def _write_until(self, until: float, lane: str, work: Work[T]) -> T:
        """Run `work` on the writer, which must begin by that time, and send what it planned."""
        result = await self.database.write(work, max(0, until - time.monotonic()), lane)
        self.wake.set()
        return result

    def _read_command(
        self, session: Session, declaration: Declaration, command: Any, origin: Origin
    ) -> tuple[Reply | Form | None, bool]:
        """Return the feature's answer, and whether a Note waits to be seen above it."""
        with speaking(self.languages.recall(origin)):
            return self._read_in_language(session, declaration, command, origin)

    def _read_in_language(
        self, session: Session, declaration: Declaration, command: Any, origin: Origin
    ) -> tuple[Reply | Form | None, bool]:
        found = self._prepare_context(session, declaration, command, origin, writes=False)
        if found is None:
            return None, False
        context, hidden = found
        answer = self._answer_prepared(context, declaration, command, hidden)
        session.flush()  # what was changed without a statement is refused here
        return answer, _brings_note(context, hidden)

    def _answer_command(
        self, session: Session, declaration: Declaration, command: Any, origin: Origin
    ) -> Reply | Form | None:
        """Resolve the caller, create missing rows, and return the feature's answer."""
        with speaking(self.languages.recall(origin)):
            return self._answer_in_language(session, declaration, command, origin)

    def _answer_in_language(
        self, session: Session, declaration: Declaration, command: Any, origin: Origin
    ) -> Reply | Form | None:
        found = self._prepare_context(session, declaration, command, origin, writes=True)
        if found is None:
            return None
        context, hidden = found
        answer = self._answer_prepared(context, declaration, command, hidden)
        return add_waiting_note(context, answer) if _brings_note(context, hidden) else answer

    def _answer_prepared(
        self, context: Context, declaration: Declaration, command: Any, hidden: bool
    ) -> Reply | Form | None:
        if hidden:
            require_part(context, declaration)
            return declaration.handle(context, command)
        answer = self._answer_in_place(context, declaration, command)
        return add_lost_permissions(context.caller, answer)

    def _prepare_context(
        self, session: Session, declaration: Declaration, command: Any, origin: Origin, writes: bool
    ) -> tuple[Context, bool] | None:
        """Return the context of a command and whether it hides its person, or None where it is ignored.

        UserError where it is refused, and WriteRequiredError if the caller has to be recorded first.
        """
        refuse_elsewhere(origin, declaration)
        caller = self.contexts.resolve_channel(session, origin, writes)
        switch_language(self.languages.choose(caller, origin))
        if declaration.needs is Needs.KNOWN_TEAM and not caller.team_id:
            return None
        if origin.external and declaration.needs is not Needs.PERSON:
            raise UserError(OUTSIDER_WORDS())
        if declaration.needs is Needs.CHANNEL and origin.direct:
            raise UserError(DIRECT_MESSAGE_WORDS())
        hidden = declaration.hides_person is not None and declaration.hides_person(session, command)
        context = self.contexts.make_context(
            session, caller, origin, self.clock(), declaration.needs, command, writes, hidden, declaration
        )
        return context, hidden

    def _answer_in_place(
        self, context: Context, declaration: Declaration, command: Any
    ) -> Reply | Form | None:
        """Return the feature's answer, once it is known where it would be shown.

        A form from a direct message says so, also one that is shown again with errors.
        """
        meant = self.contexts.stored_command(context.session, context.caller, command)
        require_part(context, self.commands.find_declaration(meant))
        if needs_a_yes(context, command, meant):
            return ask_before_posting(context, command, meant)
        if has_agreed(context, command, meant):
            context = replace(context, agreed=True)
        try:
            answer = self._answer_in_team(context, declaration, command)
        except FormError as wrong:
            wrong.form = name_audience(context, wrong.form)
            raise
        return name_audience(context, answer) if isinstance(answer, Form) else answer

    def _answer_in_team(
        self, context: Context, declaration: Declaration, command: Any
    ) -> Reply | Form | None:
        if not asks_for_team(context.caller, declaration.needs, context.origin):
            return answer_command(context, declaration, command)
        if team_id := agreed_team(context, command):
            return run_in_team(context, command, team_id)
        return ask_which_team(context, command)


def _probably_asks(declaration: Declaration, command: Any, origin: Origin) -> bool:
    """Return whether a command is tried beside the writer first, because it probably answers with a form."""
    hides = declaration.hides_person is not None
    return not (origin.from_form or hides) and declaration.probably_asks(command)


def _brings_note(context: Context, hidden: bool) -> bool:
    """Return whether a Note that waits comes with the answer.

    An answer by name may never be opened, so the Note waits for another one.
    """
    return context.caller.has_waiting and not hidden and not context.origin.called


def _lane_of(origin: Origin) -> str:
    """Return the writer's lane of a channel: one command after the other."""
    return f"{origin.workspace}:{origin.channel}"
