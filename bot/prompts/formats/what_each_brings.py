"""The round `what each brings`: everyone writes a line about one teammate.

All lines are revealed together. Everyone is assigned to one author and nobody to two. The
assignment is private until then. People who wrote nothing are never named, and anyone may
write a missing line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeGuard

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, name_place, posting_place
from bot.core.language.words import _, lazy, line, ngettext
from bot.core.messages import (
    FORM_WORDS,
    Button,
    Field,
    FieldKind,
    Form,
    Line,
    Option,
    Reply,
    Style,
    text_reply,
)
from bot.core.origin import Capabilities
from bot.core.params import user_text
from bot.core.text import join_list, parse_number
from bot.prompts.answers import DropAnswer, erase_answer, lock_question
from bot.prompts.bank.goal_questions import question_text
from bot.prompts.card_parts import CardParts, ShownAnswer, closing_line
from bot.prompts.formats.matching import match_circle
from storage.delivery import refresh
from storage.models import Answer, AnswerKind, Participant, Person, Posting, PromptForm
from storage.moments import moments
from storage.prompts import answers, rounds

LEAST_PEOPLE = 3
"""People needed for a round to close by itself. The person who asked may close it with two."""

WRITING_TIME = timedelta(days=2)
"""How long a round waits for the lines."""

SHOWN = 12
"""Lines on the card, which shows all of them together. Further lines are on its pages."""

TITLE = lazy("What each of us brings")
WRITE_MY_LINE = lazy("Write my line")
WRITE_A_LINE = lazy("Write a line")
NO_LINE = lazy("You don't have a line here.")

LINE_PREFIX = "line:"
"""The start of a line's event name.

The id of the person it is about follows, so that nobody gets two lines.
"""


@dataclass(frozen=True)
class WriteLine:
    """The command to see one's assigned teammate and to write the line about them.

    After the lines are revealed, it shows the person's own line.
    """

    posting: str = ""
    team: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class WriteFreeLine:
    """The command to write a missing line. `about` is the database id of the person it is about."""

    posting: str = ""
    team: str = ""
    about: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class DropLine:
    """The command to take one's own line back."""

    posting: str = ""
    team: str = ""


def assign_teammates(session: Session, posting: Posting, now: datetime) -> bool:
    """Close the round to new people and assign a teammate to everyone.

    Returns whether it did: it does nothing with fewer than two people.
    """
    members = rounds.list_not_opted_out(session, posting.id)
    teammate = match_circle([one.person_id for one in members])
    for one in members:
        one.about_id = teammate.get(one.person_id)
    if teammate:
        posting.turned_at, posting.turns_at = now, now + WRITING_TIME
        session.flush()
    return bool(teammate)


def save_teammate_line(context: Context, command: WriteLine) -> Reply | Form:
    """Store the caller's line until all lines are revealed.

    Without text, return the form that names the person the line is about. The last line
    reveals all of them.
    """
    posting = lock_question(context, command.posting, PromptForm.BRINGS)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    if posting.turned_at is None:
        raise UserError(_("The round is still open. Once it closes, you can see here who you got."))
    if mine is None or mine.about_id is None:
        raise UserError(_("You weren't in this round when it closed. The lines will be on its card."))
    if posting.closed_at is not None:
        return _reply_after_reveal(context, posting, mine, command)
    about = _name_of(context.session, mine.about_id)
    if not command.text:
        return _build_line_form(context, posting, command, about, mine.text)
    mine.text, mine.wrote_at = command.text.strip(), context.now
    context.session.flush()
    refresh.refresh_posting(context.session, posting.id, context.now)
    place = name_place(posting_place(context, posting))
    back = (Button(_("Undo"), DropLine(command.posting, str(context.caller.team_id))),)
    if _has_missing_lines(context.session, posting):
        said = line(
            "Your line about {name} is saved. All lines appear together, on the card in {place}.",
            name=about,
            place=place,
        )
        return text_reply(*said, buttons=back)
    reveal_lines(context.session, posting, context.now)
    said = line(
        "Your line about {name} was the last one. All lines are on the card in {place} now.",
        name=about,
        place=place,
    )
    return text_reply(*said, buttons=back)


def drop_line(context: Context, command: DropLine) -> Reply:
    """Take the caller's own line back, before or after the lines are revealed.

    Raises UserError if there is none.
    """
    posting = lock_question(context, command.posting, PromptForm.BRINGS)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    if mine is None or mine.about_id is None:
        raise UserError(NO_LINE())
    written = answers.find_by_event(context.session, posting.id, f"{LINE_PREFIX}{mine.about_id}")
    if posting.closed_at is None and mine.wrote_at is not None:
        mine.text, mine.wrote_at = "", None
        context.session.flush()
        refresh.refresh_posting(context.session, posting.id, context.now)
    elif _is_own_line(written, context):
        erase_answer(context, written)
    else:
        raise UserError(NO_LINE())
    return text_reply(_("Your line is removed."), replaces=True)


def _is_own_line(written: Answer | None, context: Context) -> TypeGuard[Answer]:
    """Return whether the caller wrote a line that is still there."""
    return (
        written is not None and written.deleted_at is None and written.person_id == context.caller.person_id
    )


def _build_line_form(
    context: Context, posting: Posting, command: WriteLine | WriteFreeLine, about: str, present: str = ""
) -> Form:
    value = present if len(present) <= FORM_WORDS else ""
    hint = _("It appears on the card, with your name.")
    label = _("Your line about {name}", name=about) if about else _("Your line")
    field = Field("text", label, FieldKind.TEXT, value, hint=hint)
    title = WRITE_MY_LINE if isinstance(command, WriteLine) else WRITE_A_LINE
    intro = question_text(context.session, posting)
    return Form(title(), replace(command, text=""), (field,), submit=_("Save"), intro=intro)


def _reply_after_reveal(context: Context, posting: Posting, mine: Participant, command: WriteLine) -> Reply:
    """Return the caller's own line with a button to take it back, after the reveal.

    If the caller's line is still missing, late text is saved as that line. Raises UserError
    if the teammate left the round, or if there is no text to save.
    """
    assert mine.about_id is not None
    written = answers.find_by_event(context.session, posting.id, f"{LINE_PREFIX}{mine.about_id}")
    about = _name_of(context.session, mine.about_id)
    if _is_own_line(written, context):
        back = Button(_("Undo"), DropAnswer(str(written.id), command.team))
        return text_reply(*_say_shown(context, posting, about), buttons=(back,))
    if context.session.get_one(Person, mine.about_id).opted_out:
        raise UserError(
            _("{name} left the round before the lines came out, so there's no line about {name}.", name=about)
        )
    if command.text:
        return _save_missing_line_about(context, posting, mine.about_id, command.text.strip())
    raise UserError(_("The lines are on the card now. If one is missing, you can write it there."))


def _say_shown(context: Context, posting: Posting, about: str) -> Line:
    """Return the sentence that says where the caller's line about a person is shown."""
    place = name_place(posting_place(context, posting))
    return line("Your line about {name} is on the card in {place}.", name=about, place=place)


def _has_missing_lines(session: Session, posting: Posting) -> bool:
    """Return whether a person of the round has not written yet.

    People who opted out meanwhile are not waited for.
    """
    return any(one.about_id and not one.wrote_at for one in rounds.list_not_opted_out(session, posting.id))


def reveal_lines(session: Session, posting: Posting, now: datetime) -> None:
    """Turn all lines into answers at once, and close the question.

    Lines by or about a person who opted out meanwhile are left out.
    """
    staying = rounds.list_not_opted_out(session, posting.id)
    here = {one.person_id for one in staying}
    for one in staying:
        if one.about_id in here and one.text:
            answers.save_answer(session, _build_line(posting, one.person_id, one.about_id, one.text, now))
    rounds.erase_texts(session, posting.id)
    posting.closed_at, posting.turns_at = now, None
    refresh.refresh_posting(session, posting.id, now)


def _build_line(posting: Posting, author: int, about: int, text: str, now: datetime) -> Answer:
    return Answer(
        posting_id=posting.id, person_id=author, kind=AnswerKind.FORM, text=text, event=f"{LINE_PREFIX}{about}",
        created_at=now,
    )  # fmt: skip


def save_missing_line(context: Context, command: WriteFreeLine) -> Reply | Form:
    """Store a missing line by anyone except the person it is about.

    Without text, return the form.
    """
    posting = lock_question(context, command.posting, PromptForm.BRINGS)
    missing = [
        one for one in find_missing_people(context.session, posting) if one != context.caller.person_id
    ]
    about = parse_number(command.about)
    if command.text:
        return _save_missing_line_about(context, posting, about, command.text.strip())
    if not missing:
        raise UserError(_("There's no line left for you to write."))
    names = _names_by_id(context.session, missing)
    if len(missing) == 1:
        return _build_line_form(context, posting, replace(command, about=str(missing[0])), names[missing[0]])
    options = tuple(
        Option(str(one), names[one]) for one in sorted(missing, key=lambda one: names[one].casefold())
    )
    whom = Field("about", _("Who is it about?"), FieldKind.CHOICE, options[0].value, options=options)
    form = _build_line_form(context, posting, command, "")
    return replace(form, fields=(whom, *form.fields))


def _save_missing_line_about(context: Context, posting: Posting, about: int, text: str) -> Reply:
    if about not in find_missing_people(context.session, posting) or about == context.caller.person_id:
        raise UserError(_("That line isn't open any more. Here's what you wrote."))
    written = answers.save_answer(
        context.session, _build_line(posting, context.caller.person_id, about, text, context.now)
    )
    refresh.refresh_posting(context.session, posting.id, context.now)
    back = Button(_("Undo"), DropAnswer(str(written.id), str(context.caller.team_id)))
    return text_reply(*_say_shown(context, posting, _name_of(context.session, about)), buttons=(back,))


def find_missing_people(session: Session, posting: Posting) -> Sequence[int]:
    """Return the ids of the people without a line, after the lines are revealed."""
    if posting.turned_at is None or posting.closed_at is None:
        return []
    covered = {
        person_about(line) for line in rounds.list_answers_with_prefix(session, posting.id, LINE_PREFIX)
    }
    members = [one.person_id for one in rounds.list_not_opted_out(session, posting.id) if one.about_id]
    return [one for one in members if one not in covered]


def person_about(line: Answer) -> int:
    """Return the id of the person a line is about, or 0 if the answer is not a line."""
    return parse_number(line.event.removeprefix(LINE_PREFIX)) if line.event.startswith(LINE_PREFIX) else 0


def build_lines_card_parts(session: Session, posting: Posting, _capabilities: Capabilities) -> CardParts:
    """Return the card parts of a closed round: first a count of lines, then all lines.

    Raises ValueError while the round is open, because open rounds of every form share the
    card parts of `bot.prompts.formats.rounds`.
    """
    if posting.turned_at is None:
        raise ValueError("an open round looks like every other: gatherings.look")
    at, team = str(posting.id), str(posting.team_id)
    if posting.closed_at is None:
        kept = sum(bool(one.wrote_at) for one in rounds.list_participants(session, posting.id))
        how = _(
            "Everyone in the round has one teammate to write about. Tap “{button}” to see who you got. "
            "All lines appear here together, in two days at the latest",
            button=WRITE_MY_LINE(),
        )
        count = " · " + ngettext("{n} written", "{n} written", kept) if kept else ""
        write = Button(WRITE_MY_LINE(), WriteLine(at, team), Style.PRIMARY)
        return CardParts(TITLE(), how + count, (write,))
    voices, missing = list_revealed_lines(session, posting), find_missing_people(session, posting)
    heard = answers.count_people(session, posting.id)
    return CardParts(
        TITLE(), closing_line(heard), voices=voices, shown=SHOWN, heard=heard,
        lasting=(Button(WRITE_A_LINE(), WriteFreeLine(at, team)),) if missing else (),
        notes=_missing_line_notes(session, missing),
    )  # fmt: skip


def list_revealed_lines(session: Session, posting: Posting) -> Sequence[ShownAnswer]:
    """Return the revealed lines, sorted by the name of the person each is about."""
    lines = rounds.list_answers_with_prefix(session, posting.id, LINE_PREFIX)
    names = _names_by_id(
        session, [one for line in lines for one in (line.person_id or 0, person_about(line))]
    )
    told = ((names[person_about(line)], names[line.person_id or 0], line.text) for line in lines)
    by_name = sorted(told, key=lambda one: one[0].casefold())
    return [
        ShownAnswer(text, _("{author} about {name}", author=author, name=whom))
        for whom, author, text in by_name
    ]


def _missing_line_notes(session: Session, missing: Sequence[int]) -> tuple[str, ...]:
    names = sorted(_names_by_id(session, missing).values(), key=str.casefold)
    if not names:
        return ()
    return (_("Nobody has written about {names} yet. Anyone can.", names=join_list(names)),)


def _names_by_id(session: Session, people: Sequence[int]) -> Mapping[int, str]:
    return {key: person.name for key, person in moments.people_by_id(session, people).items()}


def _name_of(session: Session, person: int) -> str:
    return _names_by_id(session, [person])[person]


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("drop-line", DropLine, drop_line, own_words=OwnWords.ALWAYS),
    Declaration("write-line", WriteLine, save_teammate_line, shown=True),
    Declaration("write-free-line", WriteFreeLine, save_missing_line, shown=True),
)
