"""The commands that ask the team a question now, and that take a question back.

Cards are in `card.py`, answers in `answers.py`. A question mentions nobody, and nobody is
reminded to answer it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.commands import Declaration, OwnWords
from bot.core.context import (
    Context,
    UserError,
    card_place,
    name_place,
    posting_place,
    require_place,
    waiting_person,
)
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
from bot.core.params import pack_param, restore_line, words_param
from bot.core.text import one_line
from bot.moments.commands import Log
from bot.moments.log import save_moment
from bot.moments.saved import saved_reply
from bot.prompts.answers import find_asked_question
from bot.prompts.bank.edit import explain_length
from bot.prompts.bank.goal_questions import asked_fields, quote_words
from bot.prompts.bank.hosts import form_options
from bot.prompts.bank.packs import Question
from bot.prompts.bank.team_bank import TeamPack, draw_form_question, draw_question, list_team_packs
from bot.prompts.formats.parking import has_parked_texts
from bot.prompts.lifecycle import close_earlier_questions, first_step_at
from bot.prompts.opening import refresh_opening
from bot.prompts.seasons.commands import BeginSeason
from storage.delivery import pending, postings, refresh
from storage.models import Kind, Posting, PostingKind, PromptForm
from storage.prompts import answers, bank
from storage.prompts.lifecycle import has_closed_another, refresh_before_first
from storage.prompts.rounds import clear_participants
from storage.prompts.steps import ask_about_steps, withdraw_retro

ANONYMOUS = "nameless"
SEASON = "season"
PACK_LENGTH = 60
"""Characters of a pack's name that the answer repeats."""
DRAW_COOLDOWN = timedelta(hours=1)
"""How long after a drawn question the button posts no second one.

Everybody in the channel sees that button at the same time.
"""


@dataclass(frozen=True)
class Ask:
    """A command that asks the team a question now: the person's own words, or one drawn from a pack.

    `head` is the command word that was typed before the text.
    """

    text: str = words_param("Your question; leave it out to pick one from a pack")
    head: str = ""
    team: str = ""
    sort: str = ""
    pack: str = pack_param("The pack to pick a question from")


@dataclass(frozen=True)
class AskNow:
    """A command that draws a question from the team's bank and posts it."""

    team: str = ""


@dataclass(frozen=True)
class TakeBack:
    """A command that takes the person's own question back.

    With `head`, the command word typed before it, the whole line is saved as an aha instead.
    """

    posting: str = ""
    head: str = ""
    team: str = ""


def ask_question(context: Context, command: Ask) -> Reply | Form:
    """Post the given question, or draw one if the form came without text.

    Return the form if the command has no text, form or pack. A text longer than `CARD_TEXT_LIMIT`
    characters goes back to the person.
    """
    text = command.text.strip()
    if not (text or command.sort or command.pack):
        return _ask_form(context, command)
    if len(text) > CARD_TEXT_LIMIT:
        return _too_long_reply(context, command, text)
    if command.sort == SEASON:
        return _offer_season(context, text)
    pack = _find_pack(context, command.pack) if command.pack else ""
    known = postings.find_by_key(context.session, _posting_key(context))
    posting = known or (
        _plan_own_question(context, command, text)
        if text
        else _plan_drawn_question(context, command.sort, pack)
    )
    more = " " + _("It's your own, so I didn't pick one from the pack.") if text and pack else ""
    return _confirm_question(context, posting, command.head, more)


def _offer_season(context: Context, text: str) -> Reply:
    """Return the way to the form of a season, which asks when and for how long.

    A form can't open another one on every platform, so a button does.
    """
    begin = BeginSeason(str(context.caller.team_id), text=text)
    button = Button(_("Start a season"), context.store_if_long(begin), Style.PRIMARY)
    said = _("In a season, I ask one question for some weeks and no others. I haven't asked anything yet.")
    return Reply(Card((Text((said,)), *((Quote(text),) if text else ())), (button,)))


def _packs_with_questions(context: Context) -> Sequence[TeamPack]:
    known = list_team_packs(context.session, context.caller.team_id, PostingKind.PROMPT)
    return [pack for pack in known if pack.questions]


def _find_pack(context: Context, given: str) -> str:
    """Return the key of the pack that a person named by its key or its name.

    Raise UserError with the names of those there are if it is none of them.
    """
    packs, wanted = _packs_with_questions(context), " ".join(given.casefold().split())
    found = next((pack for pack in packs if wanted in (pack.key, pack.name.casefold())), None)
    if found is None:
        raise UserError(
            _(
                "There's no pack “{name}” here. You have these: {packs}.",
                name=one_line(given, PACK_LENGTH),
                packs=", ".join(quote_words(pack.name) for pack in packs),
            )
        )
    return found.key


def _sort_options() -> tuple[Option, ...]:
    """Return the kinds of question to choose from. The first one is chosen at the beginning."""
    return (
        Option(PostingKind.PROMPT, _("A question to talk about")),
        Option(PostingKind.RETRO, _("A retro question")),
        Option(ANONYMOUS, _("A retro question with anonymous answers")),
        *form_options(),
        Option(SEASON, _("Season: only this question, for four to eight weeks")),
    )


def _ask_form(context: Context, command: Ask) -> Form:
    hint, sorts = _("Leave this empty and I'll pick one from your packs."), _sort_options()
    example = _("What surprised you this week?")
    text = Field("text", _("Your question"), FieldKind.TEXT, required=False, hint=hint, placeholder=example)
    first = sorts[0].value
    sort = Field(
        "sort",
        _("Kind of question"),
        FieldKind.CHOICE,
        first,
        False,
        options=sorts,
        later=True,
        default=first,
    )
    known = _packs_with_questions(context) if context.caller.team_id else ()
    packs = tuple(Option(each.key, each.name) for each in known)
    drawn = Field("pack", _("Pick from"), FieldKind.CHOICE, required=False, options=packs, later=True)
    fields = (text, sort, drawn) if packs else (text, sort)
    return Form(_("Ask a question"), Ask(team=command.team), fields, submit=_("Ask"))


def _too_long_reply(context: Context, command: Ask, text: str) -> Reply:
    """Return a reply that shows the overlong text, with a button that saves it as an aha.

    The limit is `CARD_TEXT_LIMIT` characters.
    """
    keep = Button(_("Save as an aha"), context.store_command(Log(restore_line(command.head, command.text))))
    return Reply(Card((Text((explain_length(len(text)),)), Quote(text)), (keep,)))


def _plan_own_question(context: Context, command: Ask, text: str) -> Posting:
    return _plan_question(context, command.sort, text=text, asked_by_id=context.caller.person_id)


def _plan_drawn_question(context: Context, sort: str, only: str = "") -> Posting:
    drawn = _draw_question(context, sort, only)
    asked = asked_fields(context.session, context.caller.team_id, drawn)
    return _plan_question(context, sort, **asked, asked_by_id=context.caller.person_id)


def _prompt_form(sort: str) -> str:
    """Return the prompt form that `sort` names, or an empty string for a plain question."""
    return sort if sort in list(PromptForm) else ""


def _draw_question(context: Context, sort: str, only: str) -> Question:
    session, team_id, form = context.session, context.caller.team_id, _prompt_form(sort)
    if form and not only:
        drawn = draw_form_question(session, team_id, form)
    else:
        drawn = draw_question(session, team_id, _posting_kind(sort), only)
    if drawn is None and only:
        raise UserError(_("That pack has no question of this kind. Another pack may."))
    if drawn is None:
        raise UserError(
            _("I've no question left: all packs are off, or all questions muted. You can write your own.")
        )
    return drawn


def _plan_question(context: Context, sort: str, **more: object) -> Posting:
    """Plan the posting of a question and close the team's earlier ones.

    A repeated event returns the posting it planned the first time.
    """
    place = require_place(context)
    refresh_before_first(context.session, context.caller.team_id, context.now)
    postings.plan_once(
        context.session, _posting_key(context), _posting_kind(sort), context.caller.workspace_id, context.now,
        team_id=context.caller.team_id, channel=place.channel, thread=place.thread, anonymous=sort == ANONYMOUS,
        form=_prompt_form(sort), turns_at=first_step_at(_prompt_form(sort), context.now, anonymous=sort == ANONYMOUS),
        waits_for_id=waiting_person(context, place), **more,
    )  # fmt: skip
    posting = postings.find_by_key(context.session, _posting_key(context))
    assert posting is not None
    close_earlier_questions(context.session, posting, context.now)
    if posting.kind == PostingKind.RETRO:
        ask_about_steps(context.session, posting, context.now)
    return posting


def _posting_key(context: Context) -> str:
    return f"ask:{context.caller.team_id}:{context.origin.event}"


def _posting_kind(sort: str) -> PostingKind:
    return PostingKind.RETRO if sort in (PostingKind.RETRO, ANONYMOUS) else PostingKind.PROMPT


def _confirm_question(context: Context, posting: Posting, head: str, more: str = "") -> Reply:
    """Return the confirmation for the asker, with the way back.

    Only the asker's own words get a button that saves them as an aha.
    """
    place = name_place(posting_place(context, posting))
    if posting.asked_by_id != context.caller.person_id:
        return text_reply(*line("I'm posting a question in {place}.", place=place))
    at, team = str(posting.id), str(context.caller.team_id)
    buttons = [Button(_("Undo"), TakeBack(at, "", team))]
    if head:
        buttons.append(Button(_("It was an aha"), context.store_if_long(TakeBack(at, head, team))))
    if has_closed_another(context.session, posting):
        more += " " + _("The question before it is closed now.")
    said = (
        line("I'm posting a question in {place}.", place=place)
        if posting.question
        else line("I'm posting your question in {place}.", place=place)
    )
    return text_reply(*said, *((more,) if more else ()), buttons=tuple(buttons))


def draw_question_now(context: Context, _command: AskNow) -> Reply:
    """Draw a question and post it. Raise UserError if a drawn one was planned within the last hour."""
    known = postings.find_by_key(context.session, _posting_key(context))
    if not known and bank.was_drawn_since(
        context.session, context.caller.team_id, context.now - DRAW_COOLDOWN
    ):
        raise UserError(_("There's already a new question in the channel. Let's answer that one first."))
    return _confirm_question(context, known or _plan_drawn_question(context, PostingKind.PROMPT), head="")


def take_back_question(context: Context, command: TakeBack) -> Reply:
    """Take a question back and erase its text; with `head`, save the whole line as an aha.

    The posted card shrinks to one sentence. Parked words can still be fetched back. Raise
    UserError if another person asked it, or if it is taken back already.
    """
    posting = find_asked_question(context, command.posting)
    if posting.asked_by_id != context.caller.person_id:
        raise UserError(_("Only the person who asked can take the question back."))
    if posting.withdrawn_at is not None:
        raise UserError(_("This question was taken back already."))
    posting.withdrawn_at = context.now
    context.session.flush()
    refresh.refresh_posting(context.session, posting.id, context.now)
    refresh_opening(context.session, posting, context.now)
    withdraw_retro(context.session, posting, context.now)
    refresh_before_first(context.session, context.caller.team_id, context.now)
    for answer_id in answers.list_ids(context.session, posting.id):
        refresh.refresh_answer(context.session, answer_id, context.now)
    if posting.anonymous:
        answers.erase_all(context.session, posting.id, context.now)
    context.anonymity.forget_posting(posting.id)
    if not has_parked_texts(context.session, posting):
        clear_participants(context.session, posting.id)
        posting.turns_at = None
    text, posting.text = posting.text, ""
    pending.delete_by_event(context.session, posting.key.removeprefix(f"ask:{posting.team_id}:"))
    if not command.head:
        return text_reply(_("The question is taken back."), replaces=True)
    at = context.moment_ref(save_moment(context, Kind.AHA, restore_line(command.head, text), {}))
    more = " " + _("It has every word you wrote. The question is taken back.")
    return saved_reply(at, card_place(context), more, replaces=True)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "ask",
        Ask,
        ask_question,
        "ask",
        lazy("Ask the team a question: your own, or one from the packs"),
        shown=True,
        button=lazy("Ask a question"),
        said_as=(
            "question, questions, prompt, prompts, ask question, ask a question, ask us, ask me, ask team, "
            "new question, next question, add question, survey, retro, retros, retrospective, retrospectives, "
            "icebreaker, random, random question, surprise me, another question"
        ),
    ),
    Declaration("ask-now", AskNow, draw_question_now),
    Declaration("take-back", TakeBack, take_back_question, own_words=OwnWords.ALWAYS),
)
