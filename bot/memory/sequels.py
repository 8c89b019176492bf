"""What follows from a moment, one line a thought: what now becomes possible, and weeks later, what it set off."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.commands import Declaration
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.messages import Button, Field, Form, Reply, reply
from bot.memory import working_hours as mornings
from bot.moments import card as cards
from bot.moments.commands import AddSequel, DropSequels
from bot.moments.log import changed, standing
from bot.quests.attempts import number, one_line
from storage.memory import followups, sequels
from storage.models import Kind, Moment, MomentState, Sequel, SequelKind

LONGEST = 200
"""Characters of a line: it is one thought, told in a breath."""

ASKED: Mapping[str, tuple[str, str]] = {
    SequelKind.POSSIBLE: (
        "What now becomes possible?",
        "Something you could do now that you could not before.",
    ),
    SequelKind.SET_OFF: ("What did it set off?", "A change, a habit, a next thing, something that stopped."),
}


def add(turn: Turn, command: AddSequel) -> Reply | Form:
    """Keep a line; without words, ask for it. A longer one comes back in its form."""
    moment = _kept(turn, command.moment)
    text = " ".join(command.text.split())
    if not text:
        return _form(moment, command)
    if len(text) > LONGEST:
        said = f"One line holds {LONGEST} characters, and this has {len(text)}. Add my version takes more."
        raise FieldErrors(_form(moment, command), {"text": said})
    line = Sequel(
        moment_id=moment.id, author_id=turn.seat.person_id, kind=_kind(command), text=text,
        event=turn.origin.event, created_at=turn.now,
    )  # fmt: skip
    if sequels.add_once(turn.session, line):
        _follow(turn, moment)
    known = sequels.by_event(turn.session, moment.id, turn.origin.event)
    out = Button("Take it out", DropSequels(cards.ref(moment), str(known.id if known else line.id)))
    return reply(f"Your line stands on #{moment.number}. {_others(turn, moment, command)}", buttons=(out,))


def _others(turn: Turn, moment: Moment, command: AddSequel) -> str:
    """How somebody else adds theirs."""
    if _kind(command) is SequelKind.SET_OFF:
        return "Others add theirs with the same button."
    there = f"the menu of its card, or of {turn.ways.command} show {moment.number}"
    return f"Others can add theirs: “{ASKED[SequelKind.POSSIBLE][0]}” is in {there}."


def drop(turn: Turn, command: DropSequels) -> Reply:
    """One's own line is gone at once, or all of one's own; the others' stay."""
    moment = standing(turn, command.moment)
    mine = sequels.by(turn.session, moment.id, turn.seat.person_id)
    gone = [line for line in mine if not command.line or line.id == number(command.line)]
    if not gone:
        raise Refusal(f"#{moment.number} has no such line of yours.")
    sequels.take_out(turn.session, gone, turn.now)
    _follow(turn, moment)
    said = "Your line is" if len(gone) == 1 else "Your lines are"
    return reply(f"{said} taken out of #{moment.number}.", replaces=True)


def _kept(turn: Turn, given: str) -> Moment:
    """The moment. Refusal where it is an experiment, under which one asks why, or has no words yet."""
    moment = standing(turn, given)
    if moment.kind == Kind.EXPERIMENT:
        raise Refusal(f"{cards.name(moment)} was tried, so ask why: {turn.ways.command} why {moment.number}.")
    if moment.state != MomentState.KEPT:
        raise Refusal(f"#{moment.number} waits for its words; after that you can say what it opens.")
    return moment


def _kind(command: AddSequel) -> SequelKind:
    return SequelKind.SET_OFF if command.kind == SequelKind.SET_OFF else SequelKind.POSSIBLE


def _form(moment: Moment, command: AddSequel) -> Form:
    kind = _kind(command)
    asked, hint = ASKED[kind]
    text = Field("text", asked, value=command.text, hint=hint)
    at = AddSequel(cards.ref(moment), kind)
    return Form(f"After #{moment.number}", at, (text,), "Add", intro=one_line(moment.text, LONGEST))


def _follow(turn: Turn, moment: Moment) -> None:
    """Search, card and the question in the thread follow; whoever looks ahead is asked later what came of it."""
    mornings.expect(turn.session, moment.team_id, moment.id, moment.created_at, followups.LATER)
    changed(turn, moment)


DECLARATIONS = (
    Declaration("add-sequel", AddSequel, add),
    Declaration("drop-sequels", DropSequels, drop),
)
