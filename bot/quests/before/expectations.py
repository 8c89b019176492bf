"""Sealed expectations: one line a person about what an experiment will show, opened with its result.

On an experiment's card the line is about that experiment. On a quest's card it's about the attempt that is
under way or, without one, about the quest's next attempt. Nobody counts who was right.

An unsigned line has no author and no time, and until it opens nothing that anybody sees depends on it. It
follows the rules of an answer without names, in `bot/prompts/anonymous_answers.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, FormError, UserError
from bot.core.messages import Button, Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.moment import active_moment, format_moment_ref, moment_name, propagate_change
from bot.core.text import label_words, number_in_words, one_line, parse_number
from bot.quests.attempts import LABEL, SHOWN
from bot.quests.before.experiment_card import EXPECT_LABEL
from bot.quests.before.lines import EXPECTATION_LENGTH
from bot.quests.before.outcomes import RESULT_WORDS
from bot.quests.before.waiting import moment_target, quest_target
from bot.quests.commands import DropExpectation, Expect, ExpectNext
from bot.quests.quests import find_open_quest
from storage.models import AttemptOutcome, Expectation, Kind, Moment, Quest
from storage.quests import attempts, expectations, quests

FLOOR_WORD = number_in_words(ANONYMITY_FLOOR)
INTRO = "Nobody reads it before the result is kept. Then everyone's lines open together."
NAME_HINT = (
    f"Lines without a name are shown if at least {FLOOR_WORD} people wrote one. If fewer did, they're deleted "
    "unread, unless you choose to show yours anyway. You can't change one later."
)
UNSIGNED_THERE = (
    "You have a line on this one. Without names, nobody can tell which is yours, so it stays as it is."
)
SIGNED_THERE = (
    "You have a line here with your name. Write it again with your name to change it, or take it out first."
)


class Signing(StrEnum):
    """Whether a line has its author's name, or is shown even if few people wrote one without."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    ALONE = "alone"


UNSIGNED = (Signing.UNSIGNED, Signing.ALONE)
NAME_OPTIONS = (
    Option(Signing.SIGNED, "With my name"),
    Option(Signing.UNSIGNED, "Without my name"),
    Option(Signing.ALONE, "Without my name, even if few wrote one"),
)


@dataclass(frozen=True)
class Given:
    """What a person gave in the form: a line, and a Signing."""

    text: str
    name: str


@dataclass(frozen=True)
class Subject:
    """What a line is about: an experiment under way, or the next attempt of a quest."""

    moment: Moment | None = None
    quest: Quest | None = None

    @property
    def target(self) -> str:
        """The name under which it's remembered who has an unsigned line about it."""
        if self.moment is not None:
            return moment_target(self.moment)
        return quest_target(self.quest.id) if self.quest else ""

    @property
    def dated(self) -> datetime:
        """The time of an unsigned line, since its real one could reveal its author."""
        found = self.moment or self.quest
        assert found is not None
        return found.created_at

    @property
    def words(self) -> str:
        """What people wrote about it."""
        found = self.moment or self.quest
        return found.text if found else ""


def expect(context: Context, command: Expect) -> Reply | Form:
    """Seal a line about an experiment under way. Without text, return the form.

    UserError for an experiment that has its result, and for any other moment.
    """
    moment = active_moment(context, command.moment)
    if moment.kind != Kind.EXPERIMENT:
        raise UserError(f"{moment_name(moment)} is no experiment, so there's no result to expect.")
    outcome = attempts.find_outcome(context.session, moment.id)
    if outcome is not AttemptOutcome.UNDER_WAY:
        if _is_repeated(context, Subject(moment)):
            return _confirm_unsigned(Subject(moment), command.name == Signing.ALONE)
        said = f"#{moment.number} has its result: {RESULT_WORDS[outcome]}."
        raise UserError(f"{said} It's too late to say what you'd expect.")
    given = Given(command.text, command.name)
    return _seal_or_ask(context, Subject(moment), Expect(format_moment_ref(moment)), given)


def expect_next(context: Context, command: ExpectNext) -> Reply | Form:
    """Seal a line about a quest's attempt under way, or about its next attempt. Without text, return the form.

    If several are under way, the form asks which one. UserError for a closed quest.
    """
    row, given = find_open_quest(context, command.quest), Given(command.text, command.name)
    if command.which:
        return expect(
            context, Expect(context.moment_ref(parse_number(command.which)), given.name, given.text)
        )
    going = attempts.list_under_way(context.session, row.id)
    subject = Subject(going[0]) if going else Subject(quest=row)
    again = ExpectNext(str(row.id), str(row.team_id))
    if len(going) < 2:
        return _seal_or_ask(context, subject, again, given)
    form = _build_form(Subject(quest=row), again, given, None)
    form = replace(form, fields=(_which_field(going), *form.fields))
    if command.text:
        raise FormError(form, {"which": "Which one do you mean?"})
    return form


def _which_field(going: Sequence[Moment]) -> Field:
    """Return the choice of the newest attempts under way."""
    options = tuple(
        Option(str(one.number), label_words(f"#{one.number}", one.text, LABEL)) for one in going[-SHOWN:]
    )
    return Field("which", "Which attempt?", FieldKind.CHOICE, options=options)


def _seal_or_ask(
    context: Context, subject: Subject, again: Expect | ExpectNext, given: Given
) -> Reply | Form:
    """Seal a line, or return the form if there is none. FormError for a line that is too long."""
    at = (subject.moment.id if subject.moment else None, subject.quest.id if subject.quest else None)
    mine = expectations.find_own(context.session, context.caller.person_id, *at)
    text = " ".join(given.text.split())
    if not text:
        if mine is None and context.anonymity.has_answered(subject.target, context.origin.person_key):
            raise UserError(UNSIGNED_THERE)
        return _build_form(subject, again, given, mine)
    if len(text) > EXPECTATION_LENGTH:
        said = f"One line holds {EXPECTATION_LENGTH} characters, and this has {len(text)}."
        raise FormError(_build_form(subject, again, given, mine), {"text": said})
    if given.name in UNSIGNED:
        if mine is not None:
            raise UserError(SIGNED_THERE)
        return _seal_unsigned(context, subject, text, given.name == Signing.ALONE)
    return _seal_signed(context, subject, text, mine)


def _build_form(subject: Subject, again: Expect | ExpectNext, given: Given, mine: Expectation | None) -> Form:
    """Return the form. It is never stored as a draft, because a line may have no author."""
    value = given.text or (mine.text if mine else "")
    text = Field("text", EXPECT_LABEL, value=value, hint="One line, before anyone knows.")
    name = Field(
        "name",
        "Your name",
        FieldKind.CHOICE,
        given.name or Signing.SIGNED,
        hint=NAME_HINT,
        options=NAME_OPTIONS,
    )
    about = one_line(subject.words, EXPECTATION_LENGTH)
    fields = (text,) if mine else (text, name)
    return Form(EXPECT_LABEL, again, fields, "Seal it", intro=f"{about}\n\n{INTRO}", storable=False)


def _seal_signed(context: Context, subject: Subject, text: str, mine: Expectation | None) -> Reply:
    """Save the person's line, or its new words. UserError if they have an unsigned one there."""
    if mine is not None:
        mine.text, mine.edited_at = text, context.now
        line = mine
    else:
        if context.anonymity.has_answered(subject.target, context.origin.person_key):
            raise UserError(UNSIGNED_THERE)
        line = _new_line(subject, text, context.origin.event, context.now)
        line.person_id = context.caller.person_id
        if not expectations.add_line(context.session, line):
            return text_reply("That line was taken out already.")
    context.session.flush()
    _refresh(context, line.moment_id, line.quest_id)
    back = Button("Undo", DropExpectation(str(line.id), str(line.team_id)))
    return text_reply(f"Your line is sealed{_until(subject)}. Until then you can change it.", buttons=(back,))


def _seal_unsigned(context: Context, subject: Subject, text: str, alone: bool) -> Reply:
    """Save a line without author and time. No card is refreshed, because that would show when it came.

    The reply has no button, because a button would link the line to its author. UserError for a second one.
    """
    event = context.origin.event
    if not context.anonymity.record_answer(subject.target, context.origin.person_key, event):
        raise UserError(UNSIGNED_THERE)
    line = _new_line(subject, text, context.anonymity.answer_token(event), subject.dated)
    line.alone = alone
    expectations.add_line(context.session, line)
    return _confirm_unsigned(subject, alone)


def _is_repeated(context: Context, subject: Subject) -> bool:
    """Return whether the person's unsigned line is saved already, and was delivered again."""
    return context.anonymity.is_repeated(subject.target, context.origin.person_key, context.origin.event)


def _confirm_unsigned(subject: Subject, alone: bool) -> Reply:
    shown = "however few write one" if alone else f"if at least {FLOOR_WORD} people write one without a name"
    return text_reply(f"Your line is sealed{_until(subject)}, without your name. It's shown {shown}.")


def _new_line(subject: Subject, text: str, event: str, at: datetime) -> Expectation:
    found = subject.moment or subject.quest
    assert found is not None
    return Expectation(
        team_id=found.team_id, moment_id=subject.moment.id if subject.moment else None,
        quest_id=subject.quest.id if subject.quest else None, text=text, event=event, created_at=at,
    )  # fmt: skip


def _until(subject: Subject) -> str:
    """Return until when a line is sealed."""
    if subject.moment is not None:
        return f" until #{subject.moment.number} has its result"
    return " until the quest's next attempt has its result"


def drop_expectation(context: Context, command: DropExpectation) -> Reply:
    """Take the person's own signed line out, sealed or opened. UserError if it isn't theirs."""
    line = context.session.get(Expectation, parse_number(command.line))
    mine = line is not None and line.person_id == context.caller.person_id
    if line is None or not mine or line.deleted_at is not None or line.team_id != context.caller.team_id:
        raise UserError("That line is taken out already, or it isn't yours.")
    expectations.remove_line(context.session, line, context.now)
    _refresh(context, line.moment_id, line.quest_id)
    return text_reply("Your line is taken out.", replaces=True)


def _refresh(context: Context, moment_id: int | None, quest_id: int | None) -> None:
    """Refresh what shows a line: the experiment's search index and posts, or the quest's card."""
    if moment_id is not None:
        propagate_change(context, context.session.get_one(Moment, moment_id))
    elif quest_id is not None:
        quests.refresh_quest(context.session, quest_id, context.now)


def hides_author(_session: Session, command: Expect | ExpectNext) -> bool:
    """Return whether nobody may tell who sent a command: one without a name, or one that only opens the form."""
    return not command.text or command.name in UNSIGNED


DECLARATIONS = (
    Declaration("expect", Expect, expect, shown=True, hides_person=hides_author),
    Declaration("expect-next", ExpectNext, expect_next, shown=True, hides_person=hides_author),
    Declaration("drop-expectation", DropExpectation, drop_expectation, own_words=OwnWords.ALWAYS),
)
