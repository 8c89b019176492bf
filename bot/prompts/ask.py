"""Questions to the team: asking one now, and taking it back. Their cards and answers have files of their own.

A prompt opens a door and steps aside: nobody is mentioned, and nobody is asked twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.commands import Declaration, pack, words
from bot.core.context import Refusal, Turn
from bot.core.messages import (
    CARD_WORDS,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Text,
    reply,
)
from bot.moments import log as moments
from bot.moments.log import Log
from bot.prompts import (
    answers,
)
from bot.prompts import (
    card as question_cards,
)
from bot.prompts import (
    lifecycle as course,
)
from bot.prompts import (
    thread_answers as replies,
)
from bot.prompts.bank import hosts, team_bank
from bot.prompts.bank.packs import Question
from bot.prompts.formats import parking
from storage.delivery import postings
from storage.models import Kind, Posting, PostingKind, PromptForm
from storage.prompts import answers as given
from storage.prompts import bank as asked
from storage.prompts.rounds import remove_all
from storage.teams import teams

NAMELESS = "nameless"
SORTS = (
    Option(PostingKind.PROMPT, "A question to talk about"),
    Option(PostingKind.RETRO, "A look back"),
    Option(NAMELESS, "A look back, answered without names"),
    *hosts.FORMS,
)
FRESH = timedelta(hours=1)
"""How long a drawn question stands alone: the button that draws one is seen by everybody at the same time."""


@dataclass(frozen=True)
class Ask:
    """Ask the team a question now: one's own words, or with a form one that is drawn."""

    text: str = words("The question; without one, a form that can also draw one")
    head: str = ""
    team: str = ""
    sort: str = ""
    pack: str = pack("A pack to draw the question from")


@dataclass(frozen=True)
class AskNow:
    """Draw a question from the team's bank and post it."""

    team: str = ""


@dataclass(frozen=True)
class TakeBack:
    """Take one's question back. With the word before it, the whole line was an aha."""

    posting: str = ""
    head: str = ""
    team: str = ""


def ask(turn: Turn, command: Ask) -> Reply | Form:
    """Post what was asked; a form that came without words asks for a drawn one."""
    text = command.text.strip()
    if not (text or command.sort or command.pack):
        return _form(turn, command)
    if len(text) > CARD_WORDS:
        return _too_long(turn, command, text)
    known = postings.by_key(turn.session, _key(turn))
    posting = known or (
        _plan_own(turn, command, text) if text else _plan_drawn(turn, command.sort, command.pack)
    )
    return _asked(turn, posting, command.head)


def _form(turn: Turn, command: Ask) -> Form:
    hint = "Left empty, one is drawn from your packs."
    text = Field("text", "Your question", FieldKind.TEXT, required=False, hint=hint)
    sort = Field("sort", "What is it?", FieldKind.CHOICE, SORTS[0].value, options=SORTS)
    known = team_bank.packs(turn.session, turn.seat.team_id, PostingKind.PROMPT) if turn.seat.team_id else ()
    packs = tuple(Option(each.key, each.name) for each in known if each.questions)
    drawn = Field("pack", "Draw it from", FieldKind.CHOICE, required=False, options=packs)
    fields = (text, sort, drawn) if packs else (text, sort)
    return Form("Ask a question", Ask(team=command.team), fields, submit="Ask")


def _too_long(turn: Turn, command: Ask, text: str) -> Reply:
    """A question has to fit its card. The words are handed back, and may be something to keep."""
    sentence = f"A question here holds up to {CARD_WORDS} characters, and this has {len(text)}."
    keep = Button("Keep it as an aha", turn.once(Log(command.head + command.text)))
    return Reply(Card((Text((sentence,)), Quote(text)), (keep,)))


def _plan_own(turn: Turn, command: Ask, text: str) -> Posting:
    return _plan(turn, command.sort, text=text, asked_by_id=turn.seat.person_id)


def _plan_drawn(turn: Turn, sort: str, only: str = "") -> Posting:
    drawn = _draw(turn, sort, only)
    asker = {"asked_by_id": turn.seat.person_id} if _form_of(sort) else {}
    return _plan(turn, sort, text=drawn.text, question=drawn.key, **asker)


def _form_of(sort: str) -> str:
    """The form of a prompt that goes beyond a plain question; whoever asks in one stays its asker."""
    return sort if sort in list(PromptForm) else ""


def _draw(turn: Turn, sort: str, only: str) -> Question:
    session, team_id, form = turn.session, turn.seat.team_id, _form_of(sort)
    if form and not only:
        drawn = team_bank.draw_for(session, team_id, form)
    else:
        drawn = team_bank.draw(session, team_id, _kind(sort), only)
    if drawn is None and only:
        raise Refusal("That pack has no such question left; another pack may.")
    if drawn is None:
        raise Refusal("All your packs are off, or every question is muted. You can write one of your own.")
    return drawn


def _plan(turn: Turn, sort: str, **more: object) -> Posting:
    """Promise the question; said again, the same event finds the one it planned."""
    postings.plan_once(
        turn.session, _key(turn), _kind(sort), turn.seat.workspace_id, turn.now,
        team_id=turn.seat.team_id, channel=_channel(turn), anonymous=sort == NAMELESS,
        form=_form_of(sort), turns_at=course.first(_form_of(sort), turn.now), **more,
    )  # fmt: skip
    posting = postings.by_key(turn.session, _key(turn))
    assert posting is not None
    course.close_earlier(turn.session, posting, turn.now)
    return posting


def _key(turn: Turn) -> str:
    return f"ask:{turn.seat.team_id}:{turn.origin.event}"


def _kind(sort: str) -> PostingKind:
    return PostingKind.RETRO if sort in (PostingKind.RETRO, NAMELESS) else PostingKind.PROMPT


def _channel(turn: Turn) -> str:
    """Where it was asked, if that is a channel of the team; else the team's home."""
    here = teams.channel(turn.session, turn.seat.workspace_id, turn.origin.channel)
    if here is not None and here.team_id == turn.seat.team_id and not turn.origin.direct:
        return here.external_id
    return teams.home(turn.session, turn.seat.team_id).external_id


def _asked(turn: Turn, posting: Posting, head: str) -> Reply:
    """What the asker sees; only their own words can be taken back, or taken as an aha."""
    if posting.asked_by_id != turn.seat.person_id:
        return reply("A question is on its way to the channel.")
    label = "It was an aha" if head else "Take it back"
    undo = Button(label, turn.later(TakeBack(str(posting.id), head, str(turn.seat.team_id))))
    return reply("Your question is on its way to the channel.", buttons=(undo,))


def ask_now(turn: Turn, _command: AskNow) -> Reply:
    """Draw one, unless a drawn one has only just been posted."""
    known = postings.by_key(turn.session, _key(turn))
    if not known and asked.drawn_since(turn.session, turn.seat.team_id, turn.now - FRESH):
        raise Refusal("A fresh question stands in the channel already. Let us hear that one first.")
    return _asked(turn, known or _plan_drawn(turn, PostingKind.PROMPT), head="")


def take_back(turn: Turn, command: TakeBack) -> Reply:
    """The post becomes a small sentence, and a line that was meant as an aha is kept whole."""
    posting = answers.question(turn, command.posting)
    if posting.asked_by_id != turn.seat.person_id:
        raise Refusal("Only the one who asked can take a question back.")
    if posting.withdrawn_at is not None:
        raise Refusal("It is taken back already.")
    posting.withdrawn_at = turn.now
    postings.touch(turn.session, posting.id, turn.now)
    for answer_id in given.ids_of(turn.session, posting.id):
        postings.touch_answer(turn.session, answer_id, turn.now)
    turn.anonymity.forget(posting.id)
    if not parking.waits(turn.session, posting):
        remove_all(turn.session, posting.id)
        posting.turns_at = None
    text, posting.text = posting.text, ""
    if not command.head:
        return reply("Your question is taken back.", replaces=True)
    number = moments.keep(turn, Kind.AHA, command.head + text, {})
    return reply(f"Kept as #{number}, with every word of it. The question is taken back.", replaces=True)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "ask", Ask, ask, "ask", "Ask the team a question; without one, draw it or write it in a form"
    ),
    Declaration("ask-now", AskNow, ask_now),
    Declaration("take-back", TakeBack, take_back),
    *answers.DECLARATIONS,
    *replies.DECLARATIONS,
    *question_cards.DECLARATIONS,
)
