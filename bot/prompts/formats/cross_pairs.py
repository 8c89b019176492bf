"""A cross pair: people of different crafts, as they name them, answer one question in one joint reply.

Either of them may write it or change it, and all their names stand on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlmodel import Session

from bot.core.commands import Declaration, written
from bot.core.context import Refusal, Turn
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Quote,
    Reply,
    Style,
    Text,
    reply,
)
from bot.moments.log import FORM_WORDS
from bot.prompts.answers import held
from bot.prompts.card_parts import Look, Voice
from bot.prompts.formats import matching as rounds
from storage.delivery import postings
from storage.models import Answer, AnswerKind, Participant, Posting, PromptForm
from storage.moments import moments
from storage.prompts import answers
from storage.prompts import rounds as gatherings

ANSWERING = timedelta(days=7)
"""How long the pairs may answer, from when they are made."""

LISTED = 10
"""Pairs that the card names while they answer."""

PAIR = "pair:"
"""How the name of a joint reply begins; the group's lowest number follows, so that there is one a group."""


@dataclass(frozen=True)
class AnswerTogether:
    """Write or change the joint reply; `seen` stands for the words that the form showed."""

    posting: str = ""
    team: str = ""
    seen: str = ""
    text: str = written()


@dataclass(frozen=True)
class DropTogether:
    """Take the joint reply back."""

    posting: str = ""
    team: str = ""


def begin(session: Session, posting: Posting, now: datetime) -> bool:
    """Close the round and make the pairs; nothing where fewer than two crafts are there."""
    members = {one.person_id: one for one in gatherings.staying(session, posting.id)}
    groups = rounds.across({person: one.craft for person, one in members.items()})
    for group in groups:
        for person, other in rounds.circle(group).items():
            members[person].about_id = other
    if groups:
        posting.turned_at, posting.turns_at = now, now + ANSWERING
        session.flush()
    return bool(groups)


def groups_of(session: Session, posting: Posting) -> Sequence[Sequence[Participant]]:
    """The groups that were made, each with its people in alphabetical order."""
    members = {one.person_id: one for one in gatherings.of(session, posting.id)}
    people = moments.people(session, list(members))
    circles = rounds.circles({person: one.about_id for person, one in members.items()})
    return [
        sorted((members[person] for person in group), key=lambda one: people[one.person_id].name.casefold())
        for group in circles
    ]


def answer_together(turn: Turn, command: AnswerTogether) -> Reply | Form:
    """Keep the joint reply; without words, the form with the present ones."""
    posting, group = _mine(turn, command.posting)
    event, others = name_of(group), _others(turn, group)
    known = answers.by_event(turn.session, posting.id, event)
    present = known.text if known and known.deleted_at is None else ""
    if not command.text.strip():
        return _form(posting, replace(command, seen=_seen(present)), present, others)
    text = command.text.strip()
    if command.seen != _seen(present) and text != present:
        return _meanwhile(command, present, text, others)
    answers.put(
        turn.session,
        Answer(
            posting_id=posting.id, person_id=turn.seat.person_id, kind=AnswerKind.FORM, text=text, event=event,
            created_at=turn.now,
        ),
    )  # fmt: skip
    for one in group:
        one.wrote_at = turn.now
    _follow(turn, posting)
    back = Button("Take it back", DropTogether(command.posting, command.team))
    said = f"Your joint answer stands under the question. {others} can change it as well."
    return reply(said, buttons=(back,))


def _mine(turn: Turn, given: str) -> tuple[Posting, Sequence[Participant]]:
    """The question, and the speaker's group."""
    posting = held(turn, given, PromptForm.CROSS_PAIR)
    if posting.turned_at is None:
        raise Refusal("The pairs are not made yet. Tap “I'm in”, and you will be in one.")
    mine = [group for group in groups_of(turn.session, posting) if turn.seat.person_id in _ids(group)]
    if not mine:
        raise Refusal("The pairs were made before you were in. What they answer stands on the card.")
    return posting, mine[0]


def _ids(group: Sequence[Participant]) -> Sequence[int]:
    return [one.person_id for one in group]


def name_of(group: Sequence[Participant]) -> str:
    """What a group's joint reply is called: one a group."""
    return f"{PAIR}{min(_ids(group))}"


def _seen(text: str) -> str:
    """A short stand-in for words, to know them again."""
    return blake2b(text.encode(), digest_size=4).hexdigest() if text else ""


def _others(turn: Turn, group: Sequence[Participant]) -> str:
    """The others of the group, with their crafts; without whoever chose never to be kept."""
    others = [one for one in group if one.person_id != turn.seat.person_id]
    return " and ".join(_called(turn.session, others))


def _called(session: Session, group: Sequence[Participant]) -> Sequence[str]:
    people = moments.people(session, _ids(group))
    named = [one for one in group if not people[one.person_id].opted_out]
    return [f"{people[one.person_id].name} ({one.craft})" for one in named] or ["Two of you"]


def _form(posting: Posting, command: AnswerTogether, present: str, others: str) -> Form:
    if len(present) > FORM_WORDS:
        raise Refusal("Your joint answer is longer than a form holds, so it stays as it is.")
    hint = "One reply with all your names on it; each of you can change it."
    field = Field("text", "Your joint answer", FieldKind.TEXT, present, hint=hint)
    return Form("Answer together", command, (field,), intro=f"{posting.text}\n\nYou answer with {others}.")


def _meanwhile(command: AnswerTogether, present: str, text: str, others: str) -> Reply:
    """The reply was changed while one wrote: both texts come back, and nothing is overwritten."""
    again = Button("Put them together", AnswerTogether(command.posting, command.team))
    what = Quote(present, "what stands there now") if present else Text(("It was taken back.",))
    said = (
        f"{others} changed your joint answer while you wrote. Both texts are here, and yours is not kept yet."
    )
    return Reply(Card((Text((said,)), what, Quote(text, "what you wrote")), (again,)))


def drop_together(turn: Turn, command: DropTogether) -> Reply:
    """Out of the card and of the database, by any of the group."""
    posting, group = _mine(turn, command.posting)
    known = answers.by_event(turn.session, posting.id, name_of(group))
    if known is None or known.deleted_at is not None:
        raise Refusal("Your joint answer is taken back already.")
    answers.take_away(turn.session, known, turn.now)
    for one in group:
        one.wrote_at = None
    _follow(turn, posting)
    return reply("Your joint answer is taken back.", replaces=True)


def _follow(turn: Turn, posting: Posting) -> None:
    turn.session.flush()
    postings.touch(turn.session, posting.id, turn.now)
    for answer_id in answers.ids_of(turn.session, posting.id):
        postings.touch_answer(turn.session, answer_id, turn.now)


def look(session: Session, posting: Posting, _hears_replies: bool) -> Look:
    """The pairs while they answer, and their replies with all their names."""
    groups = groups_of(session, posting)
    given = {line.event: line.text for line in gatherings.given(session, posting.id, PAIR)}
    answered = [group for group in groups if name_of(group) in given]
    voices = [Voice(given[name_of(group)], " and ".join(_called(session, group))) for group in answered]
    heard = sum(len(group) for group in answered)
    if posting.closed_at is not None:
        return Look("A question for two crafts", "", voices=voices, heard=heard)
    together = [" and ".join(_called(session, group)) for group in groups]
    more = f" · and {len(together) - LISTED} more" if len(together) > LISTED else ""
    how = "One joint reply each, and all names stand on it"
    button = Button("Answer together", AnswerTogether(str(posting.id), str(posting.team_id)), Style.PRIMARY)
    notes = ("Together: " + " · ".join(together[:LISTED]) + more,)
    return Look("A question for two crafts", how, (button,), voices=voices, notes=notes, heard=heard)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("answer-together", AnswerTogether, answer_together),
    Declaration("drop-together", DropTogether, drop_together),
)
