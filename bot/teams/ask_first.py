"""The question before text from a direct message is shown to others: where it would be posted, and the yes.

A form says so before it is sent, so that sending it is the yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.commands import Declaration, Needs
from bot.core.context import CardPlace, Context, UserError, home_place
from bot.core.language.words import _, lazy, line
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Style,
    Text,
    text_reply,
)
from bot.core.moment import find_by_ref, moment_place
from bot.core.origin import Origin
from bot.core.params import StoredCommand, collect_user_texts, named_team, restore_line
from bot.core.text import clip_text, name_channel, parse_number
from bot.memory.book.own import keep_own, removed_reply
from bot.moments.commands import Capture
from bot.teams.choose_team import (
    InTeam,
    ask_which_team,
    run_in_team,
    settle_channel,
    team_options,
    teams_of_speaker,
)
from storage.delivery import pending
from storage.memory import own_moments
from storage.models import OwnKind

TEAM_BUTTONS = 3
"""The most teams that are offered as buttons. Beside them is the button that posts nothing."""
NOWHERE, MYSELF = "nowhere", "myself"
"""The choices that post nothing."""
POSTED = lazy("It's already posted. You can undo that on the answer you got.")
KEPT_ALREADY = lazy("You've already saved it just for yourself. You can undo that on the answer you got.")
TOO_OLD = lazy("That question has expired. Please write it again.")
ELSEWHERE_WORDS = lazy(
    "I don't save or show anything from this conversation. Tell me in a channel, or in a direct message."
)
"""The answer in a conversation between people that the bot is not part of."""


@dataclass(frozen=True)
class KeepToMyself:
    """The command to keep text that waits for a yes for its author alone."""

    pending: str = ""


@dataclass(frozen=True)
class DropWords:
    """The command to erase text that waits for a yes."""

    pending: str = ""


def refuse_elsewhere(origin: Origin, declaration: Declaration) -> None:
    """Raise UserError in a conversation that the bot is not part of, except for help in a known workspace."""
    if origin.without_bot and not (declaration.anywhere and origin.workspace):
        raise UserError(ELSEWHERE_WORDS())


def needs_a_yes(context: Context, command: Any, meant: Any) -> bool:
    """Return whether the person has to be asked before others see the text of a command.

    `meant` is the command that runs in the end, which a StoredCommand refers to.
    """
    shown = context.commands.find_declaration(meant).shown and bool(collect_user_texts(meant))
    return context.origin.direct and shown and not has_agreed(context, command, meant)


def has_agreed(context: Context, command: Any, meant: Any) -> bool:
    """Return whether the person knows where the text will be shown: from the form, or from an earlier yes."""
    if not (context.origin.direct and context.commands.find_declaration(meant).shown):
        return False
    return context.origin.from_form or bool(agreed_team(context, command))


def agreed_team(context: Context, command: Any) -> int:
    """Return the team for which the person said yes to a stored command, or 0."""
    if not isinstance(command, StoredCommand):
        return 0
    return pending.find_team(context.session, context.caller.person_id, command.pending)


def ask_before_posting(context: Context, command: Any, meant: Any) -> Reply | Form:
    """Ask whether and where to post the text of a command from a direct message.

    Raise UserError if the person has no team.
    """
    team_id = parse_number(named_team(meant))
    mine = [(team_id, "")] if team_id else list(teams_of_speaker(context))
    waiting = _store_meant(context, command, meant)
    words = collect_user_texts(meant)
    if len(mine) > TEAM_BUTTONS:
        return _which_channel_form(waiting, mine, words[0], isinstance(meant, Capture))
    places = [home_place(context, known) for known, _ in mine]
    if len(mine) == 1:
        asked, label = _ask_about_place(places[0])
        yes: tuple[Button, ...] = (Button(label, InTeam(waiting, str(mine[0][0])), Style.PRIMARY),)
    else:
        asked = Text((_("Where should I post it? Everyone in that channel will see it."),))
        yes = tuple(
            Button(name_channel(place.name), InTeam(waiting, str(known)))
            for (known, _), place in zip(mine, places, strict=True)
        )
    mine_alone = (Button(_("Save just for me"), KeepToMyself(waiting)),) if isinstance(meant, Capture) else ()
    no = Button(_("Don't save it"), DropWords(waiting))
    return Reply(
        Card((asked, *map(Quote, words)), (*yes, *mine_alone, no)),
        replaces=isinstance(command, StoredCommand),
    )


def _ask_about_place(place: CardPlace) -> tuple[Text, str]:
    """Return the question, and the label of its yes. A forum gets no card, so nothing is posted there."""
    if place.takes_cards:
        return Text(line("Post it in {channel}?", channel=place.mention)), _("Post it")
    asked = line(
        "Save it for {channel}? It's a forum, so there won't be a card, but everyone in it can find it.",
        channel=place.mention,
    )
    return Text(asked), _("Save it")


def _store_meant(context: Context, command: Any, meant: Any) -> str:
    """Store the command that waits for the yes, and return its id.

    It replaces the stored question that led to it, so that two presses cannot post it twice.
    """
    known = command.pending if isinstance(command, StoredCommand) else ""
    encoded = context.commands.encode(meant)
    if known and pending.replace_command(context.session, context.caller.person_id, known, encoded):
        return known
    return context.store_command(meant).pending


def _which_channel_form(waiting: str, mine: Sequence[tuple[int, str]], words: str, keeps: bool) -> Form:
    mine_alone = (Option(MYSELF, _("Don't post it. Save it just for me")),) if keeps else ()
    options = (*team_options(mine), *mine_alone, Option(NOWHERE, _("Don't post or save it")))
    team = Field("team", _("Where should I post it?"), FieldKind.CHOICE, options=options)
    seen = _("Everyone in the channel you choose will see this.")
    intro = f"{clip_text(words, CARD_TEXT_LIMIT)}\n\n{seen}"
    return Form(_("Post it"), InTeam(waiting), (team,), submit=_("Continue"), intro=intro)


def continue_in_team(context: Context, command: InTeam) -> Reply | Form | None:
    """Run the stored command in the team that was chosen first.

    A form sent twice runs it once. Without a team the question is asked again. Raise UserError if
    the command is too old, or with its text if it is refused.
    """
    encoded = pending.find_command(context.session, context.caller.person_id, command.pending)
    if encoded is None:
        raise UserError(TOO_OLD())
    if command.team == NOWHERE:
        return drop_words(context, DropWords(command.pending))
    if command.team == MYSELF:
        return keep_to_myself(context, KeepToMyself(command.pending))
    try:
        waiting = context.commands.decode(encoded)
    except ValueError:  # a draft's
        raise UserError(TOO_OLD()) from None
    shown = context.commands.find_declaration(waiting).shown
    if not parse_number(command.team):
        again = StoredCommand(command.pending)
        asks = shown and context.origin.direct
        return ask_before_posting(context, again, waiting) if asks else ask_which_team(context, waiting)
    team_id = pending.set_team(context.session, command.pending, parse_number(command.team))
    once = replace(context.as_event(f"pending:{command.pending}"), agreed=shown)
    try:
        answer = run_in_team(settle_channel(once, team_id), waiting, team_id)
    except UserError as refused:
        raise UserError(str(refused), collect_user_texts(waiting), refused.buttons) from refused
    return replace(answer, replaces=True) if isinstance(answer, Reply) else answer


def drop_words(context: Context, command: DropWords) -> Reply:
    """Erase text that waits for a yes, wherever it waits.

    UserError if it is posted or kept already, or is another person's.
    """
    session, person_id = context.session, context.caller.person_id
    if pending.find_team(session, person_id, command.pending):
        raise UserError(POSTED())
    if own := own_moments.find_by_event(session, person_id, f"pending:{command.pending}"):
        if own.deleted_at is not None:
            return removed_reply(context, own, replaces=True)
        raise UserError(KEPT_ALREADY())
    if pending.belongs_to_another(session, person_id, command.pending):
        raise UserError(_("Only the person who wrote it can do that."))
    for waiting in (command.pending, *_list_waiting_with(context, command.pending)):
        pending.delete_command(session, person_id, waiting)
    return text_reply(_("Done. It's not saved, and nobody else saw it."), replaces=True)


def _list_waiting_with(context: Context, called: str) -> list[str]:
    """Return the person's other commands with the words of one, such as the question that led to it.

    Those that were posted stay, so that a second press doesn't post them again.
    """
    words = _waiting_words(context, pending.find_command(context.session, context.caller.person_id, called))
    return [
        other
        for other, encoded, team_id in pending.list_commands(context.session, context.caller.person_id)
        if words & _waiting_words(context, encoded) and not (team_id and _is_shown(context, encoded))
    ]


def _waiting_words(context: Context, encoded: str | None) -> set[str]:
    """Return what a person wrote in a stored command, without and with the typed head before it.

    Return nothing of a draft.
    """
    try:
        command = context.commands.decode(encoded) if encoded else None
    except ValueError:
        return set()
    words = collect_user_texts(command) if command else []
    return {*words, *(restore_line(getattr(command, "head", ""), each) for each in words)}


def _is_shown(context: Context, encoded: str) -> bool:
    return context.commands.find_declaration(context.commands.decode(encoded)).shown


def keep_to_myself(context: Context, command: KeepToMyself) -> Reply:
    """Keep text that waits for a yes for its author alone, once. Raise UserError if it was posted already."""
    session, person_id = context.session, context.caller.person_id
    if pending.find_team(session, person_id, command.pending):
        raise UserError(POSTED())
    once = context.as_event(f"pending:{command.pending}")
    if known := own_moments.find_by_event(session, person_id, once.origin.event):
        return keep_own(once, OwnKind.KEPT, known.text, replaces=True)
    encoded = pending.find_command(session, person_id, command.pending)
    if encoded is None:
        raise UserError(TOO_OLD())
    text = "\n\n".join(collect_user_texts(context.commands.decode(encoded)))
    pending.delete_command(session, person_id, command.pending)
    return keep_own(once, OwnKind.KEPT, text, replaces=True)


def name_audience(context: Context, form: Form) -> Form:
    """Return a form from a direct message with a sentence that says who will see its text.

    Other forms are returned unchanged.
    """
    if not (context.origin.direct and context.commands.find_declaration(form.command).shown):
        return form
    asks = any(field.name == "team" for field in form.fields)
    where = "" if asks else name_channel(_place_of(context, form.command).name, "")
    if asks:
        said = _("Everyone in the channel you choose will see this.")
    elif where:
        said = _("Everyone in {channel} will see this.", channel=where)
    else:
        said = _("Everyone in your team's channel will see this.")
    return replace(form, intro="\n\n".join(filter(None, (form.intro, said))))


def _place_of(context: Context, command: Any) -> CardPlace:
    """Return where others will see the text of a form's command: at its moment, or in its team's home."""
    moment = find_by_ref(context.session, getattr(command, "moment", ""))
    if moment is not None:
        return moment_place(context, moment.id)
    return home_place(context, parse_number(named_team(command)) or context.caller.team_id)


DECLARATIONS = (
    Declaration("in-team", InTeam, continue_in_team, needs=Needs.PERSON),
    Declaration("drop-words", DropWords, drop_words, needs=Needs.PERSON),
    Declaration("keep-own", KeepToMyself, keep_to_myself, needs=Needs.PERSON),
)
