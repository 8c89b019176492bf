"""What a team sets for itself: its home and further channels, its emoji, its zone; and how a team begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.core import times
from bot.core.commands import Declaration
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.messages import (
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Inline,
    Option,
    Reply,
    Small,
    Text,
    Title,
    Where,
    reply,
)
from bot.moments.save_message import one_emoji
from bot.prompts.bank.browse import Packs
from bot.schedules import schedules
from bot.schedules.schedules import Plan, Start
from bot.teams import channels
from bot.teams import welcome as hello
from storage.models import Channel, Team
from storage.teams import teams

SEALED = Option("sealed", "Sealed until two are written, or for two days")
OPEN = Option("open", "Open at once")

MOST_PEOPLE = 20
"""The highest number of people that an emoji capture may ask for; beyond that nothing would ever be kept."""


@dataclass(frozen=True)
class Setup:
    """What this team has set, and what it can change."""

    team: str = ""


@dataclass(frozen=True)
class SetKeeping:
    """Which emoji keeps a message, from how many people; the team's zone; whether versions are sealed at first."""

    team: str = ""
    emoji: str = ""
    threshold: str = ""
    zone: str = ""
    seals: str = ""


@dataclass(frozen=True)
class Move:
    """Another home for the team."""

    team: str = ""
    channel: str = ""
    channel_name: str = ""
    channel_private: str = ""


@dataclass(frozen=True)
class LetKeep:
    """Another public channel whose moments belong to this team."""

    team: str = ""
    channel: str = ""
    channel_name: str = ""
    channel_private: str = ""


@dataclass(frozen=True)
class StopKeeping:
    """A channel that shall not keep into this team any more."""

    team: str = ""
    channel: str = ""


def new_team(turn: Turn) -> None:
    """A team around the channel of this turn, with its schedule and the promise of a hello."""
    origin = turn.origin
    told = times.zone_named(origin.zone)
    zone = told.key if told else "UTC"
    team = teams.new_team(
        turn.session, turn.seat, origin.channel, origin.channel_name, origin.private is not False, zone,
        turn.now,
    )  # fmt: skip
    schedules.create_defaults(turn, team.id, zone)
    hello.plan(turn, team.id, origin.channel)


def setup(turn: Turn, _command: Setup) -> Reply:
    """The settings as they are, with a button for each thing to change."""
    team = str(turn.seat.team_id)
    buttons = (
        Button("Emoji and zone", SetKeeping(team)),
        Button("When I post", Plan(team)),
        Button("Questions", Packs(team=team)),
    )
    menu = (
        Button("Start the weekly questions", Start(team)),
        Button("Move to another channel", Move(team)),
        Button("Let another channel keep", LetKeep(team)),
        Button("Stop a channel keeping", StopKeeping(team)),
    )
    return Reply(Card(tuple(_settings(turn)), buttons, menu))


def _settings(turn: Turn) -> Iterator[Block]:
    seat = turn.seat
    home, *others = teams.channels(turn.session, seat.team_id)
    people = "one person" if seat.threshold == 1 else f"{seat.threshold} people"
    yield Title("How this team is set up")
    yield Text(("Home: ", Where(home.external_id, home.name)))
    if others:
        yield Text(("Also kept from: ", *_listed(others)))
    yield Text(
        (f"A message is kept by {seat.emoji} from {people}. Times are in {times.zone_in_words(seat.zone)}.",)
    )
    yield Small((_seals(turn.session.get_one(Team, seat.team_id)),))


def _listed(channels: list[Channel]) -> Iterator[Inline]:
    for number, channel in enumerate(channels):
        if number:
            yield ", "
        yield Where(channel.external_id, channel.name)


def set_keeping(turn: Turn, command: SetKeeping) -> Reply | Form:
    """Change emoji, number of people and zone."""
    team = turn.session.get_one(Team, turn.seat.team_id)
    form = _keeping_form(team, command)
    if not command.emoji:
        return form
    emoji, zone = one_emoji(command.emoji), times.zone_named(command.zone)
    errors = dict(_keeping_errors(emoji, command.threshold.strip(), zone))
    if errors or zone is None:
        raise FieldErrors(form, errors)
    team.emoji, team.threshold, team.zone = emoji, int(command.threshold), zone.key
    sealed, team.seals = team.seals, (command.seals or form.fields[-1].value) != OPEN.value
    people = "one person" if team.threshold == 1 else f"{team.threshold} people"
    return reply(
        f"From now on {emoji} from {people} keeps a message. Times are in {times.zone_in_words(zone.key)}."
        f"{'' if sealed is team.seals else f' {_seals(team)}'}"
    )


def _seals(team: Team) -> str:
    """What becomes of an added version at first."""
    if team.seals:
        return "Added versions are sealed until two are written, or for two days."
    return "Added versions can be read at once."


def _keeping_form(team: Team, typed: SetKeeping) -> Form:
    zone_hint = "A city, like Lisbon. What I post has its own time and zone: see schedule."
    seals = typed.seals or (SEALED if team.seals else OPEN).value
    fields = (
        Field("emoji", "Which emoji keeps a message?", value=typed.emoji or team.emoji),
        Field("threshold", "From how many people?", value=typed.threshold or str(team.threshold)),
        Field("zone", "The team's zone", value=typed.zone or team.zone, hint=zone_hint),
        Field(
            "seals",
            "Added versions",
            FieldKind.CHOICE,
            seals,
            options=(SEALED, OPEN),
            hint="Sealed ones stay independent: nobody reads another's before writing their own.",
        ),
    )
    return Form("How messages are kept", SetKeeping(str(team.id)), fields, submit="Save")


def _keeping_errors(emoji: str, threshold: str, zone: Any) -> Iterator[tuple[str, str]]:
    if not emoji:
        yield "emoji", "One emoji, please, like 💡."
    if not threshold.isdecimal() or not 1 <= int(threshold) <= MOST_PEOPLE:
        yield "threshold", f"A number from 1 to {MOST_PEOPLE}, please."
    if zone is None:
        yield "zone", times.UNKNOWN_ZONE


def move(turn: Turn, command: Move) -> Reply | Form:
    """Give the team another home. The old one goes on keeping into it, unless the new one is private."""
    if not command.channel:
        return _channel_form(
            "Move to another channel", "Where shall the team be at home?", Move(command.team)
        )
    home = teams.home(turn.session, turn.seat.team_id)
    if home.external_id == command.channel:
        raise Refusal("The team is at home there already.")
    if home.private:
        raise Refusal(
            "What is said in a private channel stays there. In the new channel, begin with a command."
        )
    there = _free(turn, command.channel) or _new_channel(turn, command)
    home.home, there.home = False, True
    there.private = bool(command.channel_private)
    turn.session.flush()
    others = channels.let_go(turn.session, there)
    alone = " It is private, so no other channel keeps into the team any more." if others else ""
    return reply(
        "The team is at home in ",
        Where(there.external_id, there.name),
        f" now. Invite me there if I am not in it.{alone}",
    )


def let_keep(turn: Turn, command: LetKeep) -> Reply | Form:
    """Let another public channel keep into this team."""
    if not command.channel:
        return _channel_form("Let another channel keep", "Which public channel?", LetKeep(command.team))
    if command.channel_private:
        raise Refusal("That channel is private, and what is said there stays there.")
    if teams.home(turn.session, turn.seat.team_id).private:
        raise Refusal("This team's channel is private: what is kept here must not be read in another one.")
    if _free(turn, command.channel) is not None:
        raise Refusal("That channel keeps into this team already.")
    there = _new_channel(turn, command)
    return reply(
        "Moments from ", Where(there.external_id, there.name), " belong to this team now. Invite me there."
    )


def stop_keeping(turn: Turn, command: StopKeeping) -> Reply | Form:
    """Let a channel go. What was kept from it stays."""
    _home, *others = teams.channels(turn.session, turn.seat.team_id)
    if not others:
        raise Refusal("Only the team's home keeps into it.")
    if not command.channel:
        options = tuple(Option(channel.external_id, f"#{channel.name}") for channel in others)
        field = Field("channel", "Which one shall stop?", FieldKind.CHOICE, options=options)
        return Form("Stop a channel keeping", command, (field,), submit="Stop")
    for channel in others:
        if channel.external_id == command.channel:
            turn.session.delete(channel)
    return reply("That channel does not keep into this team any more. What was kept stays.")


def _channel_form(title: str, label: str, command: Move | LetKeep) -> Form:
    return Form(title, command, (Field("channel", label, FieldKind.CHANNEL),), submit="Save")


def _free(turn: Turn, external_id: str) -> Channel | None:
    """The channel's row if it is this team's already; Refusal if it is another's."""
    there = teams.channel(turn.session, turn.seat.workspace_id, external_id)
    if there is not None and there.team_id != turn.seat.team_id:
        raise Refusal("That channel belongs to another team.")
    return there


def _new_channel(turn: Turn, command: Move | LetKeep) -> Channel:
    there = Channel(
        workspace_id=turn.seat.workspace_id, external_id=command.channel, name=command.channel_name,
        private=bool(command.channel_private), home=False, team_id=turn.seat.team_id,
    )  # fmt: skip
    turn.session.add(there)
    turn.session.flush()
    return there


DECLARATIONS = (
    Declaration("setup", Setup, setup, "setup", "Home, channels, emoji, zone and questions of this team"),
    Declaration("set-keeping", SetKeeping, set_keeping),
    Declaration("move", Move, move),
    Declaration("let-keep", LetKeep, let_keep),
    Declaration("stop-keeping", StopKeeping, stop_keeping),
)
