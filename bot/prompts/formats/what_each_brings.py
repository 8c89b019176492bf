"""What each brings: in a round, everyone writes a line about one teammate, and all lines are read out together.

Everyone is covered and nobody twice. Whom one writes about is private until then; who wrote nothing is never
named, and the line that is missing is open to anyone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration, written
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Field, FieldKind, Form, Option, Reply, Style, reply
from bot.moments.log import FORM_WORDS
from bot.prompts.answers import DropAnswer, held, number
from bot.prompts.card_parts import Look, Voice, closing
from bot.prompts.formats import matching as rounds
from storage.delivery import postings
from storage.models import Answer, AnswerKind, Participant, Person, Posting, PromptForm
from storage.moments import moments
from storage.prompts import answers
from storage.prompts import rounds as gatherings

LEAST = 3
"""People for a round that closes by itself; whoever asked may close it with two."""

WRITING = timedelta(days=2)
"""How long the lines are waited for."""

SHOWN = 12
"""Lines on the card, which is there to read them out; further ones are in its pages."""

LINE = "line:"
"""How the name of a line begins; whom it is about follows, so that nobody is covered twice."""


@dataclass(frozen=True)
class WriteLine:
    """See whom one's line is about, and write it; once it is read out, see one's own."""

    posting: str = ""
    team: str = ""
    text: str = written()


@dataclass(frozen=True)
class WriteFreeLine:
    """Write a line that nobody wrote, about a person by their id here."""

    posting: str = ""
    team: str = ""
    about: str = ""
    text: str = written()


def begin(session: Session, posting: Posting, now: datetime) -> bool:
    """Close the round and give everyone their teammate; nothing where there are not two people."""
    members = gatherings.staying(session, posting.id)
    teammate = rounds.circle([one.person_id for one in members])
    for one in members:
        one.about_id = teammate.get(one.person_id)
    if teammate:
        posting.turned_at, posting.turns_at = now, now + WRITING
        session.flush()
    return bool(teammate)


def write_line(turn: Turn, command: WriteLine) -> Reply | Form:
    """Keep a line until all are read out; without words, the form that says whom it is about."""
    posting = held(turn, command.posting, PromptForm.BRINGS)
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    if posting.turned_at is None:
        raise Refusal("The round is still open. Once it closes, you see here whom your line is about.")
    if mine is None or mine.about_id is None:
        raise Refusal(
            "This round went to those who were in when it closed. Their lines are read out on the card."
        )
    if posting.closed_at is not None:
        return _after(turn, posting, mine, command)
    about = _name(turn.session, mine.about_id)
    if not command.text.strip():
        return _form(posting, command, about, mine.text)
    mine.text, mine.wrote_at = command.text.strip(), turn.now
    turn.session.flush()
    postings.touch(turn.session, posting.id, turn.now)
    if _waits(turn.session, posting):
        return reply(f"Your line about {about} is kept, and is read out together with the others.")
    read_out(turn.session, posting, turn.now)
    return reply(f"Your line about {about} was the last one: all of them are read out on the card now.")


def _form(posting: Posting, command: WriteLine | WriteFreeLine, about: str, present: str = "") -> Form:
    value = present if len(present) <= FORM_WORDS else ""
    hint = "It is read out on the card, with your name."
    field = Field("text", f"Your line about {about}", FieldKind.TEXT, value, hint=hint)
    return Form("What each brings", replace(command, text=""), (field,), intro=posting.text)


def _after(turn: Turn, posting: Posting, mine: Participant, command: WriteLine) -> Reply:
    """When the lines are read out: one's own with a way to take it back, or late words where it is still free."""
    assert mine.about_id is not None
    line = answers.by_event(turn.session, posting.id, f"{LINE}{mine.about_id}")
    about = _name(turn.session, mine.about_id)
    if line is not None and line.deleted_at is None and line.person_id == turn.seat.person_id:
        back = Button("Take it back", DropAnswer(str(line.id), command.team))
        return reply(f"Your line about {about} is read out on the card.", buttons=(back,))
    if turn.session.get_one(Person, mine.about_id).opted_out:
        raise Refusal(f"{about} left the round before the lines were read out, so no line is about {about}.")
    if command.text.strip():
        return _free_line(turn, posting, mine.about_id, command.text.strip())
    raise Refusal("The lines are read out. Those that are still free have a button on the card.")


def _waits(session: Session, posting: Posting) -> bool:
    """Whether somebody who is still here has not written; whoever chose never to be kept is not waited for."""
    return any(one.about_id and not one.wrote_at for one in gatherings.staying(session, posting.id))


def read_out(session: Session, posting: Posting, now: datetime) -> None:
    """What was written becomes answers, all at once, and the question closes with them.

    Whoever chose meanwhile never to be kept is read out neither as the one who wrote nor as the one written about.
    """
    staying = gatherings.staying(session, posting.id)
    here = {one.person_id for one in staying}
    for one in staying:
        if one.about_id in here and one.text:
            answers.put(session, _answer(posting, one.person_id, one.about_id, one.text, now))
    gatherings.erase_texts(session, posting.id)
    posting.closed_at, posting.turns_at = now, None
    postings.touch(session, posting.id, now)


def _answer(posting: Posting, author: int, about: int, text: str, now: datetime) -> Answer:
    return Answer(
        posting_id=posting.id, person_id=author, kind=AnswerKind.FORM, text=text, event=f"{LINE}{about}",
        created_at=now,
    )  # fmt: skip


def write_free_line(turn: Turn, command: WriteFreeLine) -> Reply | Form:
    """A line that nobody wrote, from anyone but the one it is about."""
    posting = held(turn, command.posting, PromptForm.BRINGS)
    missing = [one for one in free(turn.session, posting) if one != turn.seat.person_id]
    about = number(command.about)
    if command.text.strip():
        return _free_line(turn, posting, about, command.text.strip())
    if not missing:
        raise Refusal("There is no line left for you to write here.")
    names = _names(turn.session, missing)
    if len(missing) == 1:
        return _form(posting, replace(command, about=str(missing[0])), names[missing[0]])
    options = tuple(
        Option(str(one), names[one]) for one in sorted(missing, key=lambda one: names[one].casefold())
    )
    whom = Field("about", "For whom?", FieldKind.CHOICE, options[0].value, options=options)
    form = _form(posting, command, "them")
    return replace(form, fields=(whom, *form.fields))


def _free_line(turn: Turn, posting: Posting, about: int, text: str) -> Reply:
    if about not in free(turn.session, posting) or about == turn.seat.person_id:
        raise Refusal("That line is not free any more. Here are your words.")
    line = answers.put(turn.session, _answer(posting, turn.seat.person_id, about, text, turn.now))
    postings.touch(turn.session, posting.id, turn.now)
    back = Button("Take it back", DropAnswer(str(line.id), str(turn.seat.team_id)))
    return reply(f"Your line about {_name(turn.session, about)} stands with the others.", buttons=(back,))


def free(session: Session, posting: Posting) -> Sequence[int]:
    """Whose line nobody wrote, once the others are read out."""
    if posting.turned_at is None or posting.closed_at is None:
        return []
    covered = {about(line) for line in gatherings.given(session, posting.id, LINE)}
    members = [one.person_id for one in gatherings.staying(session, posting.id) if one.about_id]
    return [one for one in members if one not in covered]


def about(line: Answer) -> int:
    """Whom a line is about; 0 for an answer that is none."""
    return number(line.event.removeprefix(LINE)) if line.event.startswith(LINE) else 0


def look(session: Session, posting: Posting, _hears_replies: bool) -> Look:
    """Who is in; that lines are written; and in the end all of them, side by side."""
    if posting.turned_at is None:
        raise ValueError("an open round looks like every other: gatherings.look")
    at, team = str(posting.id), str(posting.team_id)
    if posting.closed_at is None:
        kept = sum(bool(one.wrote_at) for one in gatherings.of(session, posting.id))
        count = f" · {kept} written" if kept else ""
        how = (
            "Whoever is in has one teammate to write about, and sees whom by the button. All lines are read out "
            f"here together, in two days at the latest{count}"
        )
        return Look(
            "What each of us brings", how, (Button("Write my line", WriteLine(at, team), Style.PRIMARY),)
        )
    voices, missing = read(session, posting), free(session, posting)
    heard = answers.heard(session, posting.id)
    return Look(
        "What each of us brings", closing(heard), voices=voices, shown=SHOWN, heard=heard,
        lasting=(Button("Write it", WriteFreeLine(at, team)),) if missing else (),
        notes=_still_free(session, missing),
    )  # fmt: skip


def read(session: Session, posting: Posting) -> Sequence[Voice]:
    """The lines that are read out, in the order of whom they are about."""
    lines = gatherings.given(session, posting.id, LINE)
    names = _names(session, [one for line in lines for one in (line.person_id or 0, about(line))])
    told = ((names[about(line)], names[line.person_id or 0], line.text) for line in lines)
    by_name = sorted(told, key=lambda one: one[0].casefold())
    return [Voice(text, f"{author} about {whom}") for whom, author, text in by_name]


def _still_free(session: Session, missing: Sequence[int]) -> tuple[str, ...]:
    names = sorted(_names(session, missing).values(), key=str.casefold)
    if not names:
        return ()
    if len(names) == 1:
        return (f"A line for {names[0]} is still free.",)
    return (f"Lines for {', '.join(names[:-1])} and {names[-1]} are still free.",)


def _names(session: Session, people: Sequence[int]) -> Mapping[int, str]:
    return {key: person.name for key, person in moments.people(session, people).items()}


def _name(session: Session, person: int) -> str:
    return _names(session, [person])[person]


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("write-line", WriteLine, write_line),
    Declaration("write-free-line", WriteFreeLine, write_free_line),
)
