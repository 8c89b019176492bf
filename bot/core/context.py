"""The context of one command, and the errors with which a handler refuses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.core.access.cache import AccessCache
from bot.core.addressed.threads import ThreadCache
from bot.core.anonymity import Anonymity
from bot.core.commands import Commands
from bot.core.kinds.declared import KindCards
from bot.core.language.words import _, line, pgettext
from bot.core.messages import Button, ChannelMention, Form, Inline, Line
from bot.core.origin import Capabilities, Origin
from bot.core.params import ENCODED_LIMIT, StoredCommand
from bot.core.text import name_channel
from bot.core.timers import Planner
from storage.delivery import pending
from storage.models import Posting
from storage.teams import teams
from storage.teams.teams import Caller

Clock = Callable[[], datetime]
"""A function that returns the current time, aware.

It is a parameter everywhere, so that the playground and the tests can move time.
"""


class UserError(Exception):
    """A request that cannot be fulfilled. The message is the sentence that the person sees.

    `texts` are the person's own where the command only refers to them. They are handed back. `buttons` offer
    what helps. A `personal` sentence tells something of a person that nobody else may see.
    """

    def __init__(
        self,
        sentence: str,
        texts: Sequence[str] = (),
        buttons: Sequence[Button] = (),
        *,
        personal: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.texts, self.buttons, self.personal = tuple(texts), tuple(buttons), personal


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
    kind_cards: KindCards
    access: AccessCache
    threads: ThreadCache
    writes: bool = True
    agreed: bool = False
    """Whether the person was told, in a direct message, where their text will be shown, and said yes."""

    def store_if_long(self, command: Any) -> Any:
        """Return a command that fits a button.

        The command itself if its encoded form is short enough, else a StoredCommand for it.
        """
        encoded = self.commands.encode(command)
        return command if len(encoded) <= ENCODED_LIMIT else self.store_command(command)

    def store_command(self, command: Any) -> StoredCommand:
        """Store the command and return a reference that runs it at most once.

        A yes that the person gave counts for it too. WriteRequiredError in a read-only transaction.
        """
        if not self.writes:
            raise WriteRequiredError
        encoded = self.commands.encode(command)
        known = pending.save_command(self.session, self.caller.person_id, encoded, self.now)
        if self.agreed:
            pending.set_team(self.session, known, self.caller.team_id)
        return StoredCommand(known)

    def moment_ref(self, number: int) -> str:
        """Return a moment's reference for buttons, with its team, so that it works in any channel."""
        return f"{self.caller.team_id}.{number}"

    def as_event(self, event: str) -> Context:
        """Return this context under another event id, so that a repeated request is recognised."""
        caller = teams.resolve_in_team(self.session, self.caller, self.caller.team_id, event)
        return replace(self, origin=replace(self.origin, event=event), caller=caller)


@dataclass(frozen=True)
class CardPlace:
    """The place of a card that somebody asks for: a channel of the team, and the thread in it.

    `below` marks the thread under a message that the person chose. `threads_only` and `closed` say
    why no card can be posted there now.
    """

    channel: str
    name: str = ""
    thread: str = ""
    below: bool = False
    threads_only: bool = False
    closed: bool = False
    marked: bool = False
    """Whether a message has the bot's 💡 in place of a card."""

    @property
    def takes_cards(self) -> bool:
        """Whether a card may be planned there: a forum takes one only in one of its posts."""
        return bool(self.thread) or not self.threads_only

    @property
    def mention(self) -> ChannelMention:
        """The channel, for the bot's sentences."""
        return ChannelMention(self.channel, self.name)


def card_place(context: Context, message: str = "") -> CardPlace:
    """Return the place for a post about the speaker's command.

    That is where the command was said, with its thread, if that channel belongs to the team. From a
    direct message or another team's channel it is the team's home. With `message`, the place is the
    thread under that message, or the one that the message is in.
    """
    caller, origin = context.caller, context.origin
    cannot = bool(caller.cannot_post)
    if caller.channel_id and not origin.direct and not caller.elsewhere:
        return CardPlace(
            origin.channel, caller.channel_name or origin.channel_name, origin.thread or message,
            bool(message and not origin.thread), origin.threads_only, cannot or origin.may_post is False,
            bool(origin.message),
        )  # fmt: skip
    return home_place(context, caller.team_id)


def home_place(context: Context, team_id: int) -> CardPlace:
    """Return the home channel of a team."""
    home = teams.find_home(context.session, team_id)
    cannot = bool(context.caller.cannot_post)
    return CardPlace(home.external_id, home.name, threads_only=home.threads_only, closed=cannot)


def posting_place(context: Context, posting: Posting | None) -> CardPlace:
    """Return where a posting is or will be, or the team's home channel without one.

    Its thread counts only for a person who is in that thread now.
    """
    if posting is None or not posting.channel:
        return home_place(context, context.caller.team_id)
    found = teams.find_channel(context.session, posting.workspace_id, posting.channel)
    here = (context.origin.channel, context.origin.thread) == (posting.channel, posting.thread)
    return CardPlace(posting.channel, found.name if found else "", posting.thread if here else "")


def require_place(context: Context) -> CardPlace:
    """Return the place for a post about the speaker's command.

    UserError where no card can be posted, because only what is scheduled opens a post in a forum.
    """
    place = card_place(context)
    if place.takes_cards:
        return place
    where = name_channel(place.name, "")
    raise UserError(
        _(
            "{channel} is a forum, and I only start posts there for what's on the schedule. "
            "Ask me inside one of its posts instead.",
            channel=where,
        )
        if where
        else _(
            "Your team's channel is a forum, and I only start posts there for what's on the schedule. "
            "Ask me inside one of its posts instead."
        )
    )


def waiting_person(context: Context, place: CardPlace) -> int | None:
    """Return the id of the person to tell if the post cannot be shown in a place.

    None where their private answer says so already.
    """
    return None if place.closed else context.caller.person_id


def locate_card(place: CardPlace) -> Line:
    """Return the sentence that says where others see a card, or why there is none."""
    if place.marked:
        return line("The message it's from has my 💡.")
    if not place.takes_cards:
        return line("There's no card, because {channel} is a forum.", channel=place.mention)
    if place.closed:
        return line("There's no card for now, because I can't post in {channel}.", channel=place.mention)
    if place.below:
        return line("The card is in the thread under that message.")
    if place.thread:
        return line("The card is in this thread.")
    return line("The card is in {channel}.", channel=place.mention)


def name_place(place: CardPlace) -> Inline:
    """Return a place as the object of a sentence, after `in`: the thread or the channel."""
    if place.below:
        return pgettext("in …", "the thread under that message")
    return pgettext("in …", "this thread") if place.thread else place.mention
