"""A team's settings (home and further channels, emoji, zone, sealed versions), and its creation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.language.catalogs import list_languages, match_locale
from bot.core.language.choice import known_language, name_language
from bot.core.language.words import _, lazy, line, nline
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
from bot.core.parts.answers import parts_off
from bot.core.posts import Viewer
from bot.core.text import name_channel, parse_number
from bot.core.zones.names import UNASKED, describe_zone, explain_zone, find_zone, read_zone, zone_value
from bot.moments.emoji import is_custom, read_emoji
from bot.prompts.bank.browse import Packs
from bot.schedules.schedules import Plan, Start, create_default_schedules
from bot.schedules.zone import settle_zone, where_button
from bot.teams.channels import remove_other_channels
from bot.teams.parts import ChooseParts, describe_off
from bot.teams.welcome import plan_welcome
from storage.delivery import refresh
from storage.models import Channel, PostingKind, Team
from storage.teams import teams
from storage.teams.teams import Caller

SEALED, OPEN = "sealed", "open"
"""Whether versions that are added to a moment are hidden at first."""

MOST_PEOPLE = 20
"""The highest number of people that saving by emoji may require.

With more, hardly anything would ever be saved.
"""


SETUP_BUTTONS = 3
"""The most teams whose setup has a button of its own on a person's page."""


@dataclass(frozen=True)
class Setup:
    """A command that shows the team's settings, with buttons to change them."""

    team: str = ""


@dataclass(frozen=True)
class SetKeeping:
    """A command that sets how messages are saved.

    It holds the emoji that saves one, the number of people it needs, the team's zone,
    whether added versions are sealed at first, and the language of the team's posts.
    """

    team: str = ""
    emoji: str = ""
    threshold: str = ""
    zone: str = ""
    seals: str = ""
    language: str = ""


@dataclass(frozen=True)
class Move:
    """A command that moves the team's home to another channel."""

    team: str = ""
    channel: str = ""
    channel_name: str = ""
    channel_private: str = ""
    channel_threads_only: str = ""
    channel_lacks: str = ""


@dataclass(frozen=True)
class LetKeep:
    """A command that adds another public channel whose moments belong to this team."""

    team: str = ""
    channel: str = ""
    channel_name: str = ""
    channel_private: str = ""
    channel_threads_only: str = ""
    channel_lacks: str = ""


@dataclass(frozen=True)
class StopKeeping:
    """A command that removes a channel other than the home from this team."""

    team: str = ""
    channel: str = ""


def create_team(context: Context) -> None:
    """Create a team for the current channel, with its schedules, and plan its welcome message.

    One of passing talk, such as a private thread, gets no welcome, and nothing is posted there unasked.
    """
    origin = context.origin
    told = find_zone(origin.zone)
    zone = told.key if told else UNASKED
    team = teams.create_team(
        context.session, context.caller, origin.channel, origin.channel_name, origin.private is not False, zone,
        context.now, origin.threads_only, _first_language(context),
    )  # fmt: skip
    create_default_schedules(context, team.id, zone, begins=not origin.passing)
    if not origin.passing:
        plan_welcome(context, team.id)


def _first_language(context: Context) -> str:
    """Return a new team's language: the server's, else that of the person whose first use creates the team."""
    origin, caller = context.origin, context.caller
    mine = caller.language or match_locale(origin.locale or caller.locale)
    return match_locale(origin.server_locale) or mine


def settle_language(context: Context) -> Caller:
    """Let a team that has no language yet, because the bot came by itself, take that of the first person in it."""
    language = _first_language(context)
    if language:
        context.session.get_one(Team, context.caller.team_id).language = language
        context.session.flush()
        refresh.refresh_kinds(context.session, context.caller.team_id, [PostingKind.HELLO], context.now)
    return context.caller._replace(team_language=language)


def show_setup(context: Context, _command: Setup) -> Reply:
    """Return the current settings, with a button for each change."""
    team = str(context.caller.team_id)
    buttons = (
        Button(_("Change settings"), SetKeeping(team)),
        Button(_("Schedule"), Plan(team)),
        Button(_("Questions"), Packs(team=team)),
        *where_button(context.caller.team_id, context.caller.zone),
    )
    more = (Button(_("Parts"), ChooseParts(team)), Button(_("Turn on questions"), Start(team)))
    return Reply(Card(tuple(_setting_blocks(context)), buttons, (*more, *_channel_buttons(context, team))))


def list_setup_buttons(viewer: Viewer) -> Sequence[Button]:
    """Return the buttons on a person's page that open the setup of their teams, or one that asks which."""
    match list(viewer.teams.items()):
        case []:
            return ()
        case [(team_id, _name)]:
            return (Button(_("Team setup"), Setup(str(team_id))),)
        case several if len(several) <= SETUP_BUTTONS:
            return [
                Button(_("Setup of {channel}", channel=name_channel(name)), Setup(str(team_id)))
                for team_id, name in several
            ]
        case _:
            return (Button(_("Team setup"), Setup()),)


def _channel_buttons(context: Context, team: str) -> Iterator[Button]:
    """Yield the buttons about the team's channels that can work: a private home stays alone."""
    home, *others = teams.list_channels(context.session, context.caller.team_id)
    if not home.private:
        yield Button(_("Change main channel"), Move(team))
        yield Button(_("Add a channel"), LetKeep(team))
    if others:
        yield Button(_("Remove a channel"), StopKeeping(team))


def _setting_blocks(context: Context) -> Iterator[Block]:
    caller = context.caller
    home, *others = teams.list_channels(context.session, caller.team_id)
    yield Title(_("Team settings"))
    yield Text(line("Main channel: {channel}", channel=ChannelMention(home.external_id, home.name)))
    if others:
        yield Text(line("I also save from: {channels}", channels=tuple(_channel_links(others))))
    saving = nline(
        "I save a message when someone reacts with {emoji}.",
        "I save a message when {n} people react with {emoji}.",
        caller.threshold,
        emoji=Emoji(caller.emoji),
    )
    yield Text((*saving, " ", _("Times are in {zone}.", zone=describe_zone(caller.zone))))
    team = context.session.get_one(Team, caller.team_id)
    yield Small((_seal_text(team), " ", _language_text(team)))
    if off := describe_off(parts_off(context)):
        yield Small((off,))


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
    form = _saving_form(context, team, command)
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
    sealed, team.seals = team.seals, (command.seals or _present_seals(team)) != OPEN
    spoken, team.language = known_language(team.language), command.language or team.language
    context.session.flush()
    refresh.refresh_kinds(context.session, team.id, [PostingKind.HELLO], context.now)
    more = (
        _("Times are in {zone}.", zone=describe_zone(zone)),
        _custom_emoji_text(emoji),
        "" if sealed is team.seals else _seal_text(team),
        "" if spoken == known_language(team.language) else _language_text(team),
    )
    said = nline(
        "From now on, I save a message when someone reacts with {emoji}.",
        "From now on, I save a message when {n} people react with {emoji}.",
        team.threshold,
        emoji=Emoji(emoji),
    )
    return text_reply(*said, "".join(f" {each}" for each in more if each))


def _read_team_zone(team: Team, typed: str) -> str:
    """Return the zone of a form, or an empty string. One that is not known yet may stay so."""
    if team.zone == UNASKED:
        return read_zone(typed, "") if typed.strip() else UNASKED
    return read_zone(typed, team.zone)


def _custom_emoji_text(emoji: str) -> str:
    """Return what can go wrong with a custom emoji, which the bot can't see. Empty for any other."""
    if not is_custom(emoji):
        return ""
    return _(
        "That's a custom emoji, and I can't check those. If it's missing or gets deleted, choose another one here."
    )


def _seal_text(team: Team) -> str:
    """Return a sentence that says whether added versions are sealed at first."""
    if team.seals:
        return _("Added versions stay hidden until there are two, or for two days.")
    return _("Added versions are visible right away.")


def _present_seals(team: Team) -> str:
    return SEALED if team.seals else OPEN


def _language_text(team: Team) -> str:
    """Return the sentence that says in which language the bot posts."""
    return _("What I post here is in {language}.", language=name_language(known_language(team.language)))


def _saving_form(context: Context, team: Team, typed: SetKeeping) -> Form:
    seals = typed.seals or _present_seals(team)
    fields = (
        Field("emoji", _("Which emoji saves a message?"), value=typed.emoji or team.emoji),
        Field("threshold", _("How many people have to react?"), value=typed.threshold or str(team.threshold)),
        Field(
            "zone",
            _("Your team's time zone"),
            FieldKind.ZONE,
            value=typed.zone or ("" if team.zone == UNASKED else zone_value(team.zone)),
            required=team.zone != UNASKED,
            hint=_(
                "A city, like Lisbon. When I post is set separately: {command} schedule.",
                command=context.capabilities.command,
            ),
        ),
        Field(
            "seals",
            _("Added versions"),
            FieldKind.CHOICE,
            seals,
            options=(
                Option(SEALED, _("Hidden until there are two, or for two days")),
                Option(OPEN, _("Visible right away")),
            ),
            hint=_("Hidden at first, so people write their own version before reading others'."),
        ),
        Field(
            "language",
            _("Language of my posts"),
            FieldKind.CHOICE,
            typed.language or known_language(team.language),
            options=tuple(Option(code, name_language(code)) for code in list_languages()),
            hint=_("Private answers come in each person's own language."),
        ),
    )
    return Form(_("Change settings"), SetKeeping(str(team.id)), fields, submit=_("Save"))


def _saving_errors(typed: SetKeeping, emoji: str, zone: str) -> Iterator[tuple[str, str]]:
    if not emoji:
        yield "emoji", _("Choose one emoji, like 💡, or type the name of a custom one, like :party:.")
    if not 1 <= parse_number(typed.threshold.strip()) <= MOST_PEOPLE:
        yield "threshold", _("A number from 1 to {most}, please.", most=MOST_PEOPLE)
    if not zone:
        yield "zone", explain_zone(typed.zone)
    if typed.language and typed.language not in list_languages():
        yield "language", _("I don't speak that language yet.")


def move_home(context: Context, command: Move) -> Reply | Form:
    """Move the team's home to another channel. Without a channel, return the form.

    The old channel still belongs to the team, unless the new home is private. Raise UserError if the
    current home is private, FormError for a channel that is the home already or another team's.
    """
    home = teams.find_home(context.session, context.caller.team_id)
    if home.private:
        raise UserError(
            _(
                "What's said in a private channel stays there, so this team can't move. "
                "To start fresh in another channel, use any command there."
            )
        )
    form = _channel_form(_("Change main channel"), _("Which channel is your team's main one?"), command)
    if not command.channel:
        return form
    if home.external_id == command.channel:
        raise FormError(form, {"channel": _("That's already the main channel.")})
    _require_posting(form, command)
    there = _find_own_channel(context, form, command.channel) or _create_channel(context, command)
    teams.record_former_name(context.session, home, context.now)
    home.home, there.home = False, True
    there.private = bool(command.channel_private)
    context.session.flush()
    others = remove_other_channels(context.session, there)
    said = line(
        "{channel} is now your team's main channel. Invite me there if I'm not in it yet.",
        channel=ChannelMention(there.external_id, there.name),
    )
    alone = _("It's private, so I no longer save from your other channels.") if others else ""
    return text_reply(*said, *((" ", alone) if alone else ()))


def add_channel(context: Context, command: LetKeep) -> Reply | Form:
    """Add another public channel to this team. Without a channel, return the form.

    Raise UserError if the home is private, FormError for a channel that cannot be added.
    """
    if teams.find_home(context.session, context.caller.team_id).private:
        raise UserError(
            _("This team's channel is private, so what's saved here can't be shown in another channel.")
        )
    form = _channel_form(_("Add a channel"), _("Which public channel?"), command)
    if not command.channel:
        return form
    if command.channel_private:
        raise FormError(form, {"channel": _("That channel is private, and what's said there stays there.")})
    if _find_own_channel(context, form, command.channel) is not None:
        raise FormError(form, {"channel": _("I already save from that channel.")})
    _require_posting(form, command)
    there = _create_channel(context, command)
    return text_reply(
        *line(
            "I now save from {channel} too. Invite me there if I'm not in it yet.",
            channel=ChannelMention(there.external_id, there.name),
        )
    )


def remove_channel(context: Context, command: StopKeeping) -> Reply | Form:
    """Remove a channel from this team; its saved moments stay. Without a channel, return the form.

    Raise UserError if the team has only its home channel.
    """
    _home, *others = teams.list_channels(context.session, context.caller.team_id)
    if not others:
        raise UserError(_("I only save from your team's main channel."))
    if not command.channel:
        options = tuple(Option(channel.external_id, name_channel(channel.name)) for channel in others)
        field = Field(
            "channel", _("Which channel should I stop saving from?"), FieldKind.CHOICE, options=options
        )
        return Form(_("Remove a channel"), command, (field,), submit=_("Remove"))
    there = next((channel for channel in others if channel.external_id == command.channel), None)
    if there is None:
        raise UserError(_("I don't save from that channel."))
    context.session.delete(there)
    return text_reply(
        *line(
            "I no longer save from {channel}. What's already saved stays.",
            channel=ChannelMention(there.external_id, there.name),
        )
    )


def _channel_form(title: str, label: str, command: Move | LetKeep) -> Form:
    """Return the form that asks for a channel. Only a home may be private."""
    public = isinstance(command, LetKeep)
    field = Field("channel", label, FieldKind.CHANNEL, command.channel, public=public)
    return Form(title, type(command)(command.team), (field,), submit=_("Save"))


def _require_posting(form: Form, command: Move | LetKeep) -> None:
    """Raise FormError for a channel in which the bot can't post, before anything is saved."""
    if command.channel_lacks:
        said = _(
            "I can't post in {channel}: the permission {permission} is missing there.",
            channel=name_channel(command.channel_name),
            permission=command.channel_lacks,
        )
        raise FormError(form, {"channel": said})


def _find_own_channel(context: Context, form: Form, external_id: str) -> Channel | None:
    """Return the channel's row if it is this team's, or None if it is free.

    Raise FormError if it belongs to another team.
    """
    there = teams.find_channel(context.session, context.caller.workspace_id, external_id)
    if there is not None and there.team_id != context.caller.team_id:
        raise FormError(form, {"channel": _("That channel belongs to another team.")})
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
        lazy("Channels, emoji, time zone, language and questions of your team"),
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
