"""A team's settings (home and further channels, emoji, zone, sealed versions), and its creation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.language.catalogs import match_locale
from bot.core.language.words import lazy
from bot.core.messages import (
    Block,
    Button,
    Card,
    ChannelMention,
    Emoji,
    Field,
    FieldKind,
    Form,
    Inline,
    Option,
    Reply,
    Small,
    Text,
    Title,
    text_reply,
)
from bot.core.text import name_channel, parse_number
from bot.core.zones.names import UNASKED, describe_zone, explain_zone, find_zone, read_zone, zone_value
from bot.moments.emoji import is_custom, read_emoji
from bot.prompts.bank.browse import Packs
from bot.schedules.schedules import Plan, Start, create_default_schedules
from bot.schedules.zone import settle_zone, where_button
from bot.teams.channels import remove_other_channels
from bot.teams.welcome import plan_welcome
from storage.delivery import refresh
from storage.models import Channel, PostingKind, Team
from storage.teams import teams

SEALED = Option("sealed", "Sealed until two are written, or for two days")
OPEN = Option("open", "Open at once")

UNKNOWN_EMOJI = (
    "Choose one emoji from the picker, like 💡, or write the name of one of your own, like :party:."
)

MOST_PEOPLE = 20
"""The highest number of people that saving by emoji may require.

With more, hardly anything would ever be saved.
"""


@dataclass(frozen=True)
class Setup:
    """A command that shows the team's settings, with buttons to change them."""

    team: str = ""


@dataclass(frozen=True)
class SetKeeping:
    """A command that sets how messages are saved.

    It holds the emoji that saves one, the number of people it needs, the team's zone, and
    whether added versions are sealed at first.
    """

    team: str = ""
    emoji: str = ""
    threshold: str = ""
    zone: str = ""
    seals: str = ""


@dataclass(frozen=True)
class Move:
    """A command that moves the team's home to another channel."""

    team: str = ""
    channel: str = ""
    channel_name: str = ""
    channel_private: str = ""
    channel_threads_only: str = ""


@dataclass(frozen=True)
class LetKeep:
    """A command that adds another public channel whose moments belong to this team."""

    team: str = ""
    channel: str = ""
    channel_name: str = ""
    channel_private: str = ""
    channel_threads_only: str = ""


@dataclass(frozen=True)
class StopKeeping:
    """A command that removes a channel other than the home from this team."""

    team: str = ""
    channel: str = ""


def create_team(context: Context) -> None:
    """Create a team for the current channel, with its schedules, and plan its welcome message."""
    origin = context.origin
    told = find_zone(origin.zone)
    zone = told.key if told else UNASKED
    team = teams.create_team(
        context.session, context.caller, origin.channel, origin.channel_name, origin.private is not False, zone,
        context.now, origin.threads_only, _first_language(context),
    )  # fmt: skip
    create_default_schedules(context, team.id, zone)
    plan_welcome(context, team.id)


def _first_language(context: Context) -> str:
    """Return a new team's language: the server's, else that of the person whose first use creates the team."""
    origin, caller = context.origin, context.caller
    mine = caller.language or match_locale(origin.locale or caller.locale)
    return match_locale(origin.server_locale) or mine


def show_setup(context: Context, _command: Setup) -> Reply:
    """Return the current settings, with a button for each change."""
    team = str(context.caller.team_id)
    buttons = (
        Button("Emoji and zone", SetKeeping(team)),
        Button("When I post", Plan(team)),
        Button("Questions", Packs(team=team)),
        *where_button(context.caller.team_id, context.caller.zone),
    )
    starting = Button("Start the weekly questions", Start(team))
    return Reply(Card(tuple(_setting_blocks(context)), buttons, (starting, *_channel_buttons(context, team))))


def _channel_buttons(context: Context, team: str) -> Iterator[Button]:
    """Yield the buttons about the team's channels that can work: a private home stays alone."""
    home, *others = teams.list_channels(context.session, context.caller.team_id)
    if not home.private:
        yield Button("Move to another channel", Move(team))
        yield Button("Let another channel keep", LetKeep(team))
    if others:
        yield Button("Stop a channel keeping", StopKeeping(team))


def _setting_blocks(context: Context) -> Iterator[Block]:
    caller = context.caller
    home, *others = teams.list_channels(context.session, caller.team_id)
    people = "one person" if caller.threshold == 1 else f"{caller.threshold} people"
    yield Title("How this team is set up")
    yield Text(("Home: ", ChannelMention(home.external_id, home.name)))
    if others:
        yield Text(("Also kept from: ", *_channel_links(others)))
    yield Text(
        (
            "A message is kept by ",
            Emoji(caller.emoji),
            f" from {people}. Times are in {describe_zone(caller.zone)}.",
        )
    )
    yield Small((_seal_text(context.session.get_one(Team, caller.team_id)),))


def _channel_links(channels: list[Channel]) -> Iterator[Inline]:
    for number, channel in enumerate(channels):
        if number:
            yield ", "
        yield ChannelMention(channel.external_id, channel.name)


def change_saving(context: Context, command: SetKeeping) -> Reply | Form:
    """Change the emoji, the number of people, the zone and whether versions are sealed.

    Without an emoji, return the form. Raise FormError for invalid values.
    """
    team = context.session.get_one(Team, context.caller.team_id)
    form = _saving_form(team, command)
    if not command.emoji:
        return form
    emoji = read_emoji(command.emoji, context.capabilities.find_character)
    zone = _read_team_zone(team, command.zone)
    errors = dict(_saving_errors(command, emoji, zone))
    if errors:
        raise FormError(form, errors)
    team.emoji, team.threshold = emoji, parse_number(command.threshold.strip())
    if team.zone == UNASKED != zone:
        settle_zone(context, zone)
    team.zone = zone
    sealed, team.seals = team.seals, (command.seals or form.fields[-1].value) != OPEN.value
    context.session.flush()
    refresh.refresh_kinds(context.session, team.id, [PostingKind.HELLO], context.now)
    people = "one person" if team.threshold == 1 else f"{team.threshold} people"
    more = (_custom_emoji_text(emoji), "" if sealed is team.seals else _seal_text(team))
    return text_reply(
        "From now on ",
        Emoji(emoji),
        f" from {people} keeps a message. Times are in {describe_zone(zone)}.",
        "".join(f" {each}" for each in more if each),
    )


def _read_team_zone(team: Team, typed: str) -> str:
    """Return the zone of a form, or an empty string. One that is not known yet may stay so."""
    if team.zone == UNASKED:
        return read_zone(typed, "") if typed.strip() else UNASKED
    return read_zone(typed, team.zone)


def _custom_emoji_text(emoji: str) -> str:
    """Return what can go wrong with a custom emoji, which the bot can't see. Empty for any other."""
    if not is_custom(emoji):
        return ""
    return (
        "It is one of your own, and I can't see those: if it isn't in your picker, or somebody deletes it, "
        "choose another here."
    )


def _seal_text(team: Team) -> str:
    """Return a sentence that says whether added versions are sealed at first."""
    if team.seals:
        return "Added versions are sealed until two are written, or for two days."
    return "Added versions can be read at once."


def _saving_form(team: Team, typed: SetKeeping) -> Form:
    zone_hint = "A city, like Lisbon. What I post has its own time and zone: see schedule."
    seals = typed.seals or (SEALED if team.seals else OPEN).value
    fields = (
        Field("emoji", "Which emoji keeps a message?", value=typed.emoji or team.emoji),
        Field("threshold", "From how many people?", value=typed.threshold or str(team.threshold)),
        Field(
            "zone",
            "The team's zone",
            value=typed.zone or ("" if team.zone == UNASKED else zone_value(team.zone)),
            required=team.zone != UNASKED,
            hint=zone_hint,
        ),
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


def _saving_errors(typed: SetKeeping, emoji: str, zone: str) -> Iterator[tuple[str, str]]:
    if not emoji:
        yield "emoji", UNKNOWN_EMOJI
    if not 1 <= parse_number(typed.threshold.strip()) <= MOST_PEOPLE:
        yield "threshold", f"A number from 1 to {MOST_PEOPLE}, please."
    if not zone:
        yield "zone", explain_zone(typed.zone)


def move_home(context: Context, command: Move) -> Reply | Form:
    """Move the team's home to another channel. Without a channel, return the form.

    The old channel still belongs to the team, unless the new home is private. Raise UserError if the
    current home is private, FormError for a channel that is the home already or another team's.
    """
    home = teams.find_home(context.session, context.caller.team_id)
    if home.private:
        raise UserError(
            "What is said in a private channel stays there. In the new channel, begin with a command."
        )
    form = _channel_form("Move to another channel", "Which channel should be the team's home?", command)
    if not command.channel:
        return form
    if home.external_id == command.channel:
        raise FormError(form, {"channel": "The team is at home there already."})
    there = _find_own_channel(context, form, command.channel) or _create_channel(context, command)
    teams.record_former_name(context.session, home, context.now)
    home.home, there.home = False, True
    there.private = bool(command.channel_private)
    context.session.flush()
    others = remove_other_channels(context.session, there)
    alone = " It is private, so no other channel keeps into the team any more." if others else ""
    return text_reply(
        "The team is at home in ",
        ChannelMention(there.external_id, there.name),
        f" now. Invite me there if I am not in it.{alone}",
    )


def add_channel(context: Context, command: LetKeep) -> Reply | Form:
    """Add another public channel to this team. Without a channel, return the form.

    Raise UserError if the home is private, FormError for a channel that cannot be added.
    """
    if teams.find_home(context.session, context.caller.team_id).private:
        raise UserError("This team's channel is private: what is kept here must not be read in another one.")
    form = _channel_form("Let another channel keep", "Which public channel?", command)
    if not command.channel:
        return form
    if command.channel_private:
        raise FormError(form, {"channel": "That channel is private, and what is said there stays there."})
    if _find_own_channel(context, form, command.channel) is not None:
        raise FormError(form, {"channel": "That channel keeps into this team already."})
    there = _create_channel(context, command)
    return text_reply(
        "Moments from ",
        ChannelMention(there.external_id, there.name),
        " belong to this team now. Invite me there.",
    )


def remove_channel(context: Context, command: StopKeeping) -> Reply | Form:
    """Remove a channel from this team; its saved moments stay. Without a channel, return the form.

    Raise UserError if the team has only its home channel.
    """
    _home, *others = teams.list_channels(context.session, context.caller.team_id)
    if not others:
        raise UserError("Only the team's home keeps into it.")
    if not command.channel:
        options = tuple(Option(channel.external_id, name_channel(channel.name)) for channel in others)
        field = Field("channel", "Which one shall stop?", FieldKind.CHOICE, options=options)
        return Form("Stop a channel keeping", command, (field,), submit="Stop")
    there = next((channel for channel in others if channel.external_id == command.channel), None)
    if there is None:
        raise UserError("That channel does not keep into this team.")
    context.session.delete(there)
    return text_reply("That channel does not keep into this team any more. What was kept stays.")


def _channel_form(title: str, label: str, command: Move | LetKeep) -> Form:
    """Return the form that asks for a channel. Only a home may be private."""
    public = isinstance(command, LetKeep)
    field = Field("channel", label, FieldKind.CHANNEL, command.channel, public=public)
    return Form(title, type(command)(command.team), (field,), submit="Save")


def _find_own_channel(context: Context, form: Form, external_id: str) -> Channel | None:
    """Return the channel's row if it is this team's, or None if it is free.

    Raise FormError if it belongs to another team.
    """
    there = teams.find_channel(context.session, context.caller.workspace_id, external_id)
    if there is not None and there.team_id != context.caller.team_id:
        raise FormError(form, {"channel": "That channel belongs to another team."})
    return there


def _create_channel(context: Context, command: Move | LetKeep) -> Channel:
    there = Channel(
        workspace_id=context.caller.workspace_id, external_id=command.channel, name=command.channel_name,
        private=bool(command.channel_private), home=False, team_id=context.caller.team_id,
        threads_only=bool(command.channel_threads_only),
    )  # fmt: skip
    context.session.add(there)
    context.session.flush()
    return there


DECLARATIONS = (
    Declaration(
        "setup",
        Setup,
        show_setup,
        "setup",
        lazy("Home, channels, emoji, zone and questions of this team"),
        said_as=(
            "settings, setting, set, set up, setups, config, configure, configuration, conf, configs, preferences, "
            "preference, prefs, options, option, admin, admins, manage, management, customize, customise, "
            "team settings, channel settings, bot settings, change settings, team, teams, our team, channel, "
            "channels, emoji, emojis, move, invite, install, reinstall, permissions, language, languages, "
            "change language, add channel, change channel, remove channel, change emoji, packs, pack"
        ),
    ),
    Declaration("set-keeping", SetKeeping, change_saving, opens_form=True),
    Declaration("move", Move, move_home),
    Declaration("let-keep", LetKeep, add_channel),
    Declaration("stop-keeping", StopKeeping, remove_channel),
)
