"""The commands that change the question bank: choose packs, mute, ask next, suggest, remove.

Anyone in the channel may use them, because everyone there is asked the questions. Only an
admin can remove another person's suggestion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, home_place
from bot.core.language.words import Lazy, _, format_number, lazy, line
from bot.core.messages import CARD_TEXT_LIMIT, Button, Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.params import user_text
from bot.core.text import parse_number
from bot.prompts.bank.packs import Question
from bot.prompts.bank.team_bank import OWN_PACK, TeamPack, find_bank_question, list_team_packs
from bot.prompts.seasons.rests import later_sentence
from storage.delivery import refresh
from storage.models import Question as OwnQuestion
from storage.models import ScheduleKind
from storage.prompts import bank

TITLES: Mapping[str, Lazy] = {
    ScheduleKind.PROMPT: lazy("Questions to talk about"),
    ScheduleKind.RETRO: lazy("Retro questions"),
}
GONE = lazy("That question isn't here any more.")


@dataclass(frozen=True)
class ChoosePacks:
    """A command that sets which packs are on and which one comes first."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""
    packs: str = ""
    first: str = ""


@dataclass(frozen=True)
class MuteQuestion:
    """A command that stops the team from being asked a question."""

    question: str = ""
    team: str = ""


@dataclass(frozen=True)
class UnmuteQuestion:
    """A command that puts a muted question back into the rotation."""

    question: str = ""
    team: str = ""


@dataclass(frozen=True)
class AskNext:
    """A command that makes a question the next one."""

    question: str = ""
    team: str = ""


@dataclass(frozen=True)
class SuggestQuestion:
    """A command that adds a question to the team's own pack."""

    team: str = ""
    kind: str = ""
    sort: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class RemoveQuestion:
    """A command that removes a question from the team's own pack."""

    question: str = ""
    team: str = ""


def parse_question_kind(given: str) -> str:
    """Return the question kind that a button names, or PROMPT for any other value."""
    return given if given in TITLES else ScheduleKind.PROMPT


def choose_packs(context: Context, command: ChoosePacks) -> Reply | Form:
    """Save which packs are on and put one first; the others keep their order.

    Without a first pack, return the form. Raise FormError if the first pack is off.
    """
    kind = parse_question_kind(command.kind)
    there = list_team_packs(context.session, context.caller.team_id, kind)
    if not command.first:
        return _packs_form(command, there, [pack.key for pack in there if pack.active], there[0].key)
    chosen = [pack.key for pack in there if pack.key in command.packs.split("\n")]
    if command.first not in chosen:
        form = _packs_form(command, there, chosen, command.first)
        raise FormError(form, {"first": _("This pack is off. Tick it above, or start with another one.")})
    order = [command.first, *(pack.key for pack in there if pack.key != command.first)]
    bank.save_pack_settings(context.session, context.caller.team_id, kind, order, chosen)
    names = ", ".join(pack.name for key in order for pack in there if pack.key == key and key in chosen)
    if kind == ScheduleKind.RETRO:
        return text_reply(_("I'll take retro questions from these packs, in turn: {names}.", names=names))
    return text_reply(_("I'll take questions from these packs, in turn: {names}.", names=names))


def _packs_form(command: ChoosePacks, there: Sequence[TeamPack], chosen: Sequence[str], first: str) -> Form:
    options = tuple(Option(pack.key, pack.name) for pack in there)
    fields = (
        Field("packs", _("Packs to ask from"), FieldKind.CHOICES, "\n".join(chosen), options=options),
        Field("first", _("Start with"), FieldKind.CHOICE, first, options=options),
    )
    return Form(_("Choose packs"), ChoosePacks(command.kind, command.team), fields, submit=_("Save"))


def explain_length(length: int) -> str:
    """Return the sentence for a question that is too long, of some characters."""
    return _(
        "That's {length} characters, and a question can have {limit}.",
        length=format_number(length),
        limit=format_number(CARD_TEXT_LIMIT),
    )


def find_team_question(context: Context, key: str) -> Question:
    """Return the question that a button names. Raise UserError if it is no longer in the bank."""
    question = find_bank_question(context.session, context.caller.team_id, key)
    if question is None:
        raise UserError(GONE())
    return question


def mute_question(context: Context, command: MuteQuestion) -> Reply:
    """Stop asking a question in this team.

    The reply is a new private message, because the button is also on the public card.
    """
    question = find_team_question(context, command.question)
    _save_setting(context, question, muted=True)
    undo = Button(_("Undo"), UnmuteQuestion(question.key, str(context.caller.team_id)))
    return text_reply(_("Muted. I won't ask this question here again."), buttons=(undo,))


def _save_setting(context: Context, question: Question, muted: bool, next_at: datetime | None = None) -> None:
    """Save a team's setting for a question, and refresh the cards that ask it."""
    team_id = context.caller.team_id
    bank.save_question_setting(context.session, team_id, question.key, muted, next_at)
    refresh.refresh_question(context.session, team_id, question.key, context.now)


def unmute_question(context: Context, command: UnmuteQuestion) -> Reply:
    """Put a muted question back into the rotation."""
    question = find_team_question(context, command.question)
    _save_setting(context, question, muted=False)
    return text_reply(_("Unmuted. I'll ask this question again some time."), replaces=True)


def ask_question_next(context: Context, command: AskNext) -> Reply:
    """Make a question the next one, after those chosen earlier. A muted question is unmuted."""
    question = find_team_question(context, command.question)
    _save_setting(context, question, muted=False, next_at=context.now)
    later = later_sentence(context.session, context.caller.team_id, context.now)
    return text_reply(_("I'll ask it next.") + later, replaces=True)


def suggest_question(context: Context, command: SuggestQuestion) -> Reply | Form:
    """Add a question to the team's own pack, which is part of the rotation.

    Without text, return the form. Raise FormError if the text is longer than `CARD_TEXT_LIMIT`
    characters.
    """
    text = command.text.strip()
    if not text:
        return _suggest_form(command)
    if len(text) > CARD_TEXT_LIMIT:
        raise FormError(_suggest_form(command), {"text": explain_length(len(text))})
    kind, caller = parse_question_kind(command.sort or command.kind), context.caller
    added = bank.add_question(context.session, caller.team_id, kind, text, caller.person_id, context.now)
    key, team = f"{OWN_PACK}:{added.id}", str(caller.team_id)
    buttons = (Button(_("Undo"), RemoveQuestion(key, team)), Button(_("Ask it next"), AskNext(key, team)))
    home = home_place(context, caller.team_id).mention
    said = line(
        "Added to your team's own questions in {channel}. I'll ask it when its turn comes.", channel=home
    )
    return text_reply(*said, buttons=buttons)


def _suggest_form(command: SuggestQuestion) -> Form:
    options = tuple(Option(kind, title()) for kind, title in TITLES.items())
    hint, kind = (
        _("Ask for one concrete thing that fits in a line."),
        parse_question_kind(command.sort or command.kind),
    )
    fields = (
        Field(
            "text",
            _("Your question"),
            FieldKind.TEXT,
            command.text,
            hint=hint,
            placeholder=_("What surprised you this week?"),
        ),
        Field(
            "sort",
            _("Kind of question"),
            FieldKind.CHOICE,
            kind,
            False,
            options=options,
            later=True,
            default=parse_question_kind(command.kind),
        ),
    )
    return Form(_("Suggest a question"), SuggestQuestion(command.team, command.kind), fields, submit=_("Add"))


def _find_suggestion(context: Context, command: RemoveQuestion) -> OwnQuestion | None:
    return context.session.get(OwnQuestion, parse_number(command.question.removeprefix(f"{OWN_PACK}:")))


def _may_remove(context: Context, own: OwnQuestion) -> bool:
    return own.author_id == context.caller.person_id or context.origin.admin


def _is_removable(context: Context, command: RemoveQuestion) -> bool:
    """Tell whether the person may remove the question of a command."""
    own = _find_suggestion(context, command)
    return own is not None and _may_remove(context, own)


def remove_suggestion(context: Context, command: RemoveQuestion) -> Reply:
    """Remove a question from the team's own pack.

    Raise UserError if it is gone, or if the person neither suggested it nor is an admin.
    """
    own = _find_suggestion(context, command)
    if own is None or own.team_id != context.caller.team_id or own.deleted_at is not None:
        raise UserError(GONE())
    if not _may_remove(context, own):
        raise UserError(
            _("Only the person who suggested it, or an admin, can remove it. But you can mute it.")
        )
    bank.remove_question(context.session, own, context.now)
    return text_reply(_("Question removed."), replaces=True)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("choose-packs", ChoosePacks, choose_packs, opens_form=True),
    Declaration("mute-question", MuteQuestion, mute_question),
    Declaration("unmute-question", UnmuteQuestion, unmute_question),
    Declaration("ask-next", AskNext, ask_question_next),
    Declaration("suggest-question", SuggestQuestion, suggest_question, shown=True),
    Declaration("remove-question", RemoveQuestion, remove_suggestion, works_for=_is_removable),
)
