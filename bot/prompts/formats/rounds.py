"""Taking part in a question that goes by turns: *I'm in*, out again, and closing the round.

A round is closed by whoever asked, or by time; until then anyone may come in, and nobody is counted who does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration, written
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.messages import Button, Field, Form, Reply, Style, reply
from bot.moments.card import listed
from bot.people.me import LONGEST_CRAFT
from bot.prompts.answers import held
from bot.prompts.card_parts import Look
from bot.prompts.formats import cross_pairs as pairs
from bot.prompts.formats import what_each_brings as brings
from bot.recaps.card import in_words
from storage.delivery import postings
from storage.models import Answer, Person, Posting, PromptForm
from storage.moments import moments
from storage.prompts import rounds as gatherings

ROUNDS = (PromptForm.BRINGS, PromptForm.CROSS_PAIR)
"""The forms that people take part in."""

OPEN = timedelta(days=1)
"""How long a round stays open at first; where too few are in, as long again, and again."""

BEGIN: dict[str, Callable[[Session, Posting, datetime], bool]] = {
    PromptForm.BRINGS: brings.begin,
    PromptForm.CROSS_PAIR: pairs.begin,
}
TITLES: dict[str, str] = {
    PromptForm.BRINGS: "What each of us brings",
    PromptForm.CROSS_PAIR: "A question for two crafts",
}
HOW: dict[str, str] = {
    PromptForm.BRINGS: (
        "Tap “I'm in”: everyone in it gets one teammate to write a line about, and all lines are read out "
        "together. The round closes after a day"
    ),
    PromptForm.CROSS_PAIR: (
        "Tap “I'm in” and name your craft: two people of different crafts answer in one joint reply. The pairs "
        "are made after a day"
    ),
}


@dataclass(frozen=True)
class ImIn:
    """Take part; in a cross pair under one's craft, which is asked once."""

    posting: str = ""
    team: str = ""
    craft: str = written()


@dataclass(frozen=True)
class NotThisTime:
    """Not take part after all, while the round is open."""

    posting: str = ""
    team: str = ""


@dataclass(frozen=True)
class CloseRound:
    """Close the round now; for whoever asked."""

    posting: str = ""
    team: str = ""


def im_in(turn: Turn, command: ImIn) -> Reply | Form:
    """Note that somebody takes part; where their craft is not known, ask for it first."""
    posting = _open(turn, command.posting)
    person = turn.session.get_one(Person, turn.seat.person_id)
    if person.opted_out:
        raise Refusal(
            f"You chose that nothing of yours is kept, and here names are shown. {turn.ways.command} me changes that."
        )
    craft = " ".join(command.craft.split())
    if posting.form == PromptForm.CROSS_PAIR and not (craft or person.craft):
        return _craft_form(turn, command)
    if len(craft) > LONGEST_CRAFT:
        raise FieldErrors(_craft_form(turn, command), {"craft": f"Up to {LONGEST_CRAFT} characters, please."})
    person.craft = craft or person.craft
    under = person.craft if posting.form == PromptForm.CROSS_PAIR else ""
    gatherings.join(turn.session, posting.id, person.id, turn.now, under)
    postings.touch(turn.session, posting.id, turn.now)
    out = Button("Not this time", NotThisTime(command.posting, command.team))
    return reply(_welcome(turn, under), buttons=(out,))


def _welcome(turn: Turn, craft: str) -> str:
    if craft:
        return (
            f"You are in, as {craft}; {turn.ways.command} me changes that. Once the pairs are made, the card names "
            "them and you answer together."
        )
    return "You are in. Once the round closes, “Write my line” on the card tells you whom yours is about."


def _craft_form(turn: Turn, command: ImIn) -> Form:
    hint = f"In your own words: design, support, carpentry. You can change it with {turn.ways.command} me."
    field = Field("craft", "Your craft", value=command.craft, hint=hint)
    return Form("I'm in", replace(command, craft=""), (field,), submit="I'm in")


def not_this_time(turn: Turn, command: NotThisTime) -> Reply:
    """Out again; nobody is told."""
    posting = _open(turn, command.posting)
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    if mine is not None:
        gatherings.leave(turn.session, mine)
        postings.touch(turn.session, posting.id, turn.now)
    return reply("You are not in this time.", replaces=True)


def close_round(turn: Turn, command: CloseRound) -> Reply:
    """Give everyone their part, once."""
    posting = _open(turn, command.posting)
    if posting.asked_by_id != turn.seat.person_id:
        raise Refusal("Whoever asked closes the round. By itself it closes after a day.")
    if not BEGIN[posting.form](turn.session, posting, turn.now):
        raise Refusal(_too_few(turn.session, posting))
    postings.touch(turn.session, posting.id, turn.now)
    count = in_words(len(gatherings.staying(turn.session, posting.id)))
    if posting.form == PromptForm.CROSS_PAIR:
        return reply("The pairs are made, and the card names them.")
    return reply(f"The round is closed. Each of the {count} sees under “Write my line” whom theirs is about.")


def _too_few(session: Session, posting: Posting) -> str:
    count = len(gatherings.staying(session, posting.id))
    if count < 2:
        return f"{in_words(count).capitalize() if count else 'Nobody'} is in so far, and it takes two."
    return "Everyone who is in names the same craft so far. A pair needs two of them."


def _open(turn: Turn, given: str) -> Posting:
    """A round that one can still come into. Refusal where it is closed."""
    posting = held(turn, given, *ROUNDS)
    if posting.turned_at is not None or posting.closed_at is not None:
        raise Refusal("This round is closed already. What comes of it stands on its card.")
    return posting


def look(session: Session, posting: Posting, hears_replies: bool) -> Look:
    """While it is open: who is in. After that each form has a look of its own."""
    if posting.turned_at is not None:
        after = brings.look if posting.form == PromptForm.BRINGS else pairs.look
        return after(session, posting, hears_replies)
    at, team = str(posting.id), str(posting.team_id)
    names = gatherings.names(session, posting.id) if posting.closed_at is None else ()
    buttons = (
        Button("I'm in", ImIn(at, team), Style.PRIMARY),
        Button("Close the round", CloseRound(at, team)),
    )
    return Look(
        TITLES[posting.form], HOW[posting.form], buttons, notes=(f"In: {listed(names)}",) if names else ()
    )


def whose(session: Session, answer: Answer) -> str:
    """All whose words an answer is, and whom it is about; nothing for an answer that simply has an author."""
    if about := brings.about(answer):
        people = moments.people(session, [answer.person_id, about])
        return f"{people[answer.person_id or 0].name} about {people[about].name}"
    posting = session.get_one(Posting, answer.posting_id) if answer.event.startswith(pairs.PAIR) else None
    for group in pairs.groups_of(session, posting) if posting else ():
        if answer.event == pairs.name_of(group):
            people = moments.people(session, [one.person_id for one in group])
            return " and ".join(people[one.person_id].name for one in group)
    return ""


def turn_over(session: Session, posting: Posting, now: datetime, last: datetime) -> datetime | None:
    """What time does to a round: it closes where enough are in, and in the end the question does."""
    if posting.turned_at is None:
        least = brings.LEAST if posting.form == PromptForm.BRINGS else 2
        if len(gatherings.staying(session, posting.id)) >= least and BEGIN[posting.form](
            session, posting, now
        ):
            return posting.turns_at
        return min(now + OPEN, last) if now < last else None
    if posting.form == PromptForm.BRINGS and posting.closed_at is None:
        brings.read_out(session, posting, now)
    return None


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("im-in", ImIn, im_in),
    Declaration("not-this-time", NotThisTime, not_this_time),
    Declaration("close-round", CloseRound, close_round),
    *brings.DECLARATIONS,
    *pairs.DECLARATIONS,
)
