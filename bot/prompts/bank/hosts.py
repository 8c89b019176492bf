"""The host of the week: those who would like to pick the question, in turn; who does not pick misses nothing.

Nobody is mentioned or asked. A host who does not pick has had their turn all the same, and the question is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.core.commands import Declaration, written
from bot.core.context import FieldErrors, Refusal, Turn
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
from bot.moments.card import clipped, listed
from bot.prompts.bank import team_bank
from bot.prompts.bank.packs import Question
from storage.delivery import postings
from storage.models import Person, Pick, Posting, PromptForm, ScheduleKind
from storage.prompts import hosts
from storage.schedules import schedules

DRAWN = 3
"""Questions to choose from."""

LABEL = 75
"""Characters of an option's label (Slack's limit)."""

PLAIN = "plain"
FORMS = (
    Option(PromptForm.GREY_AREA, "A grey area: what is undecided"),
    Option(PromptForm.BRINGS, "What each brings: a line about a teammate"),
    Option(PromptForm.CROSS_PAIR, "A cross pair: two crafts, one joint reply"),
    Option(PromptForm.PARK_IT, "Park it: ten minutes to clear one's head first"),
    Option(PromptForm.AHA_FIRST, "An aha first: two minutes, then read together"),
)
"""How a prompt can be answered, beyond a plain question."""


@dataclass(frozen=True)
class Host:
    """Be one of those who pick the question in turn; with `off`, no longer."""

    team: str = ""
    off: str = ""


@dataclass(frozen=True)
class PickQuestion:
    """Pick the next question: one of three, or one's own words, in any form."""

    team: str = ""
    question: str = ""
    form: str = ""
    text: str = written()


def host(turn: Turn, command: Host) -> Reply:
    """Note who would like to host, and say when their turn is."""
    seat, session = turn.seat, turn.session
    hosts.volunteer(session, seat.team_id, seat.person_id, hosts=not command.off)
    _touch_latest(turn)
    if command.off:
        return reply("You are not among the hosts any more.")
    names = [person.name for person in hosts.in_turn(session, seat.team_id)]
    first = _up(session, seat.team_id)
    pick = (Button("Pick the next question", PickQuestion(str(seat.team_id))),)
    mine = first is not None and first.id == seat.person_id
    turns = "It is your turn already." if mine else "When it is your turn, the question before says so."
    off = (
        ""
        if _asks(session, seat.team_id)
        else f" The weekly questions are off for now; {turn.ways.command} schedule starts them."
    )
    return reply(f"You are among the hosts: {listed(names)}. {turns}{off}", buttons=pick if mine else ())


def _up(session: Session, team_id: int) -> Person | None:
    """Whose turn is next."""
    return next(iter(hosts.in_turn(session, team_id)), None)


def _asks(session: Session, team_id: int) -> bool:
    schedule = schedules.one(session, team_id, ScheduleKind.PROMPT)
    return schedule is not None and schedule.active


def _touch_latest(turn: Turn) -> None:
    """The newest weekly question names the next host."""
    if latest := hosts.latest_prompt(turn.session, turn.seat.team_id):
        postings.touch(turn.session, latest, turn.now)


def pick(turn: Turn, command: PickQuestion) -> Reply | Form:
    """Keep the host's pick until it is time; without one, the form."""
    first = _up(turn.session, turn.seat.team_id)
    if first is None:
        raise Refusal(
            f"Nobody hosts here yet. In {turn.ways.command} schedule, I'd like to host makes you one."
        )
    if first.id != turn.seat.person_id:
        raise Refusal(
            f"{first.name} hosts next and picks the question. {turn.ways.command} schedule has a way to host as well."
        )
    form, text = command.form if command.form in list(PromptForm) else "", command.text.strip()
    if not command.form:
        return _form(turn, command)
    if len(text) > CARD_WORDS:
        sentence = f"A question here holds up to {CARD_WORDS} characters, and this has {len(text)}."
        raise FieldErrors(_form(turn, command), {"text": sentence})
    chosen = None if text else _chosen(turn, command, form)
    picked = Pick(
        team_id=turn.seat.team_id, person_id=turn.seat.person_id, text=text or (chosen.text if chosen else ""),
        question=chosen.key if chosen else "", form=form,
    )  # fmt: skip
    hosts.put(turn.session, picked)
    _touch_latest(turn)
    again = Button("Pick another", PickQuestion(command.team))
    said = "It is picked, and comes at its time with your name as its host."
    return Reply(Card((Text((said,)), Quote(picked.text)), (again,)))


def _chosen(turn: Turn, command: PickQuestion, form: str) -> Question:
    """The one of three that was chosen, or for a form alone one of its own."""
    known = team_bank.find(turn.session, turn.seat.team_id, command.question) if command.question else None
    drawn = known or (team_bank.draw_for(turn.session, turn.seat.team_id, form) if form else None)
    if drawn is None:
        raise FieldErrors(_form(turn, command), {"text": "Choose one above, or write your own here."})
    return drawn


def _form(turn: Turn, command: PickQuestion) -> Form:
    drawn = team_bank.draw_some(turn.session, turn.seat.team_id, ScheduleKind.PROMPT, DRAWN)
    options = tuple(
        Option(each.key, clipped(f"{n}. {each.text}", LABEL - 2)) for n, each in enumerate(drawn, 1)
    )
    intro = "\n".join(f"{n}. {each.text}" for n, each in enumerate(drawn, 1))
    one = Field("question", "One of these three", FieldKind.CHOICE, command.question, False, options=options)
    own = Field("text", "Or in your own words", FieldKind.TEXT, command.text, required=False)
    forms = (Option(PLAIN, "A question to talk about"), *FORMS)
    how = Field("form", "What is it?", FieldKind.CHOICE, command.form or PLAIN, options=forms)
    fields = (one, own, how) if options else (own, how)
    return Form("Pick the next question", PickQuestion(command.team), fields, submit="Pick it", intro=intro)


def take(session: Session, team_id: int, day: date) -> Pick | None:
    """What was picked for a question that is planned now; by that the host has had their turn."""
    picked, first = hosts.pick(session, team_id), _up(session, team_id)
    who = picked.person_id if picked else first.id if first else None
    if who is not None:
        hosts.had_turn(session, team_id, who, day)
    if picked is not None:
        hosts.drop(session, picked)
    return picked


def picked_by(session: Session, posting: Posting) -> str:
    """Whose pick a weekly question was, for its card."""
    if posting.schedule_id is None or posting.asked_by_id is None:
        return ""
    return f"Picked by {session.get_one(Person, posting.asked_by_id).name}"


def next_host(session: Session, posting: Posting) -> tuple[str, Button | None]:
    """Who hosts next, on the newest weekly question alone, and the button that only they can use."""
    team_id = posting.team_id
    if posting.schedule_id is None or team_id is None or hosts.latest_prompt(session, team_id) != posting.id:
        return "", None
    picked, first = hosts.pick(session, team_id), _up(session, team_id)
    if picked is not None:
        return f"{session.get_one(Person, picked.person_id).name} has picked the next question.", None
    if first is None or not _asks(session, team_id):
        return "", None
    schedule = schedules.one(session, team_id, ScheduleKind.PROMPT)
    weekly = schedule is not None and schedule.every == 1 and len(schedule.weekdays) == 1
    said = f"Next week's host is {first.name}." if weekly else f"The next host is {first.name}."
    return said, Button("Pick the next question", PickQuestion(str(team_id)))


def line(session: Session, team_id: int) -> str:
    """Those who host in turn, the next one first; nothing where there is nobody."""
    return listed(_names(hosts.in_turn(session, team_id)))


def _names(people: Sequence[Person]) -> Sequence[str]:
    return [person.name for person in people]


def switch(session: Session, team_id: int, person_id: int) -> Button:
    """The button for whoever looks: to host, or no longer."""
    if any(person.id == person_id for person in hosts.in_turn(session, team_id)):
        return Button("No longer host", Host(str(team_id), "1"))
    return Button("I'd like to host", Host(str(team_id)))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("host", Host, host),
    Declaration("pick-question", PickQuestion, pick),
)
