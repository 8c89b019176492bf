"""Sealed expectations: one line a person about what an experiment will show, opened with its result.

On an experiment's card the line is about that experiment. On a quest's card it's about the attempt that is
under way or, without one, about the quest's next attempt. Nobody counts who was right.

An unsigned line has no author and no time, and until it opens nothing that anybody sees depends on it. It
follows the rules of an answer without names, in `bot/prompts/anonymous_answers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Button, Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.moment import active_moment, format_moment_ref, moment_name
from bot.core.text import label_words, one_line, parse_number
from bot.quests.attempts import LABEL, SHOWN
from bot.quests.before.experiment_card import EXPECT_LABEL
from bot.quests.before.lines import EXPECTATION_LENGTH
from bot.quests.before.outcomes import RESULT_WORDS
from bot.quests.before.own_line import SEALED_UNTIL, already_out_reply, drop_button, refresh_line, undo_button
from bot.quests.before.waiting import expect_scope, has_unsigned, new_batch
from bot.quests.commands import Expect, ExpectNext
from bot.quests.quests import find_open_quest
from storage.delivery.event_marks import note_event
from storage.models import Expectation, Kind, Moment, Quest
from storage.quests import attempts, expectations
from storage.teams import teams

INTRO = lazy(
    "Nobody sees it until there's a result. Then everyone's lines appear together. Anonymous ones appear only if "
    "at least {floor} people write one. If fewer do, they're deleted unread, unless you choose to show yours anyway."
)
NAME_HINT = lazy("You can't change an anonymous one later.")
UNSIGNED_THERE = lazy(
    "You've already written an anonymous one here. I can't tell which one it is, so you can't change it."
)
SIGNED_THERE = lazy(
    "You already have one here with your name. To change it, write it again with your name, or remove it first."
)


class Signing(StrEnum):
    """Whether a line has its author's name, or is shown even if few people wrote one without."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    ALONE = "alone"


UNSIGNED = (Signing.UNSIGNED, Signing.ALONE)
NAME_OPTIONS: Mapping[Signing, Lazy] = {
    Signing.SIGNED: lazy("With my name"),
    Signing.UNSIGNED: lazy("Anonymous"),
    Signing.ALONE: lazy("Anonymous, even if few people write one"),
}


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
    def at(self) -> tuple[int | None, int | None]:
        """The ids of its moment and its quest, of which one is None."""
        return self.moment.id if self.moment else None, self.quest.id if self.quest else None

    @property
    def team_id(self) -> int:
        """The id of the team that it belongs to."""
        return self.found.team_id

    @property
    def found(self) -> Moment | Quest:
        """The experiment or the quest."""
        found = self.moment or self.quest
        assert found is not None
        return found

    @property
    def dated(self) -> datetime:
        """The time of an unsigned line, since its real one could reveal its author."""
        return self.found.created_at


def expect(context: Context, command: Expect) -> Reply | Form:
    """Seal a line about an experiment under way. Without text, return the form.

    UserError for an experiment that has its result, and for any other moment.
    """
    given = Given(command.text, command.name)
    if given.text:
        teams.lock_team(context.session, context.caller.team_id)
    moment = active_moment(context, command.moment)
    if moment.kind != Kind.EXPERIMENT:
        raise UserError(
            _("{moment} isn't an experiment, so there's no result to expect.", moment=moment_name(moment))
        )
    if (known := _answer_repeated(context, Subject(moment), given)) is not None:
        return known
    if not attempts.is_under_way(context.session, moment):
        raise UserError(_too_late(context, moment))
    return _seal_or_ask(context, Subject(moment), Expect(format_moment_ref(moment)), given)


def _too_late(context: Context, moment: Moment) -> str:
    return _(
        "#{number} already has a result: {outcome} It's too late to say what you expect.",
        number=moment.number,
        outcome=RESULT_WORDS[attempts.find_outcome(context.session, moment.id)](),
    )


def expect_next(context: Context, command: ExpectNext) -> Reply | Form:
    """Seal a line about a quest's attempt under way, or about its next attempt. Without text, return the form.

    The form is about the attempt that is under way then. If several are, it asks which one. UserError for a
    closed quest, and if the next attempt has its result meanwhile.
    """
    given = Given(command.text, command.name)
    if given.text:
        teams.lock_team(context.session, context.caller.team_id)
    row = find_open_quest(context, command.quest)
    if command.which:
        number = context.moment_ref(parse_number(command.which))
        return expect(context, Expect(number, given.name, given.text))
    if (known := _answer_repeated(context, Subject(quest=row), given)) is not None:
        return known
    _check_still_next(context, row, command)
    going = attempts.list_under_way(context.session, row.id)
    if len(going) == 1:
        return _seal_or_ask(context, Subject(going[0]), Expect(format_moment_ref(going[0])), given)
    again = ExpectNext(str(row.id), str(row.team_id), command.after or _latest_number(context, row))
    if not going:
        return _seal_or_ask(context, Subject(quest=row), again, given)
    form = _build_form(Subject(quest=row), again, given, None)
    form = replace(form, fields=(_which_field(going), *form.fields))
    if command.text:
        raise FormError(form, {"which": _("Which one do you mean?")})
    return form


def _latest_number(context: Context, quest: Quest) -> str:
    """Return the number of a quest's latest attempt, or 0 as text."""
    return str(max((each.number for each in attempts.list_by_quest(context.session, quest.id)), default=0))


def _check_still_next(context: Context, quest: Quest, command: ExpectNext) -> None:
    """UserError if the attempt that a form meant as the next one came since, and has its result."""
    if not command.after:
        return
    tried = attempts.list_by_quest(context.session, quest.id)
    following = [each for each in tried if each.number > parse_number(command.after)]
    if following and not attempts.is_under_way(context.session, following[0]):
        raise UserError(_too_late(context, following[0]))


def _which_field(going: Sequence[Moment]) -> Field:
    """Return the choice of the newest attempts under way."""
    options = tuple(
        Option(str(one.number), label_words(f"#{one.number}", one.text, LABEL)) for one in going[-SHOWN:]
    )
    return Field("which", _("Which attempt?"), FieldKind.CHOICE, options=options)


def _seal_or_ask(
    context: Context, subject: Subject, again: Expect | ExpectNext, given: Given
) -> Reply | Form:
    """Seal a line, or return the form if there is none. FormError for a line that is too long."""
    mine = expectations.find_own(context.session, context.caller.person_id, *subject.at)
    text = " ".join(given.text.split())
    if not text:
        if mine is None and has_unsigned(context, *subject.at):
            raise UserError(UNSIGNED_THERE())
        return _build_form(subject, again, given, mine)
    if len(text) > EXPECTATION_LENGTH:
        said = _(
            "There's room for {limit} characters, and this has {length}. Make it a bit shorter.",
            limit=EXPECTATION_LENGTH, length=len(text),
        )  # fmt: skip
        raise FormError(_build_form(subject, again, given, mine), {"text": said})
    if given.name in UNSIGNED:
        if mine is not None:
            raise UserError(SIGNED_THERE())
        return _seal_unsigned(context, subject, text, given.name == Signing.ALONE)
    if mine is not None:
        return _change_signed(context, subject, text, mine)
    return _seal_signed(context, subject, text)


def _answer_repeated(context: Context, subject: Subject, given: Given) -> Reply | None:
    """Return what the same event got the first time, if the person's line is saved already, or None."""
    event, person = context.origin.event, context.origin.person_key
    if not (given.text and event):
        return None
    if given.name in UNSIGNED:
        known = context.anonymity.is_repeated_in(expect_scope(subject.team_id), person, event)
        return _confirm_unsigned(subject, given.name == Signing.ALONE) if known else None
    line = expectations.find_by_event(context.session, context.caller.person_id, subject.team_id, event)
    if line is None:
        return None
    if line.deleted_at is not None:
        return already_out_reply(context, line)
    text = " ".join(given.text.split())
    undo = drop_button(line, text) if line.event == event else undo_button(line, text)
    return _confirm_signed(subject, undo)


def _build_form(subject: Subject, again: Expect | ExpectNext, given: Given, mine: Expectation | None) -> Form:
    """Return the form. It is never stored as a draft, because a line may have no author."""
    value = given.text or (mine.text if mine else "")
    hint, example = _("One line, before anyone knows."), _("Half of them will skip it")
    text = Field("text", EXPECT_LABEL(), value=value, hint=hint, placeholder=example)
    name = Field(
        "name",
        _("Your name"),
        FieldKind.CHOICE,
        given.name or Signing.SIGNED,
        hint=NAME_HINT(),
        options=tuple(Option(value, label()) for value, label in NAME_OPTIONS.items()),
    )
    about = one_line(subject.found.text, EXPECTATION_LENGTH)
    fields = (text,) if mine else (text, name)
    intro = f"{about}\n\n{INTRO(floor=ANONYMITY_FLOOR)}"
    return Form(EXPECT_LABEL(), again, fields, _("Save"), intro=intro, storable=False)


def _seal_signed(context: Context, subject: Subject, text: str) -> Reply:
    """Save the person's line. UserError if they have an unsigned one there."""
    if has_unsigned(context, *subject.at):
        raise UserError(UNSIGNED_THERE())
    event = context.origin.event
    line = _new_line(subject, text, event, context.now)
    line.person_id, line.events = context.caller.person_id, note_event("", event)
    expectations.add_line(context.session, line)
    refresh_line(context, line)
    return _confirm_signed(subject, drop_button(line, text))


def _change_signed(context: Context, subject: Subject, text: str, line: Expectation) -> Reply:
    """Save the new words of the person's line, and keep those before, so that the change can be undone."""
    if line.text == text:
        return _confirm_signed(subject, drop_button(line, text))
    event = context.origin.event
    line.before, line.text, line.edited_at = line.text, text, context.now
    line.events = note_event(line.events, event)
    context.session.flush()
    refresh_line(context, line)
    return _confirm_signed(subject, undo_button(line, text))


def _confirm_signed(subject: Subject, undo: Button) -> Reply:
    said = _("Saved. {until} Until then you can change it.", until=_until(subject))
    return text_reply(said, buttons=(undo,))


def _seal_unsigned(context: Context, subject: Subject, text: str, alone: bool) -> Reply:
    """Save a line without author and time. No card is refreshed, because that would show when it came.

    The reply has no button, because a button would link the line to its author. UserError for a second one.
    """
    event = context.origin.event
    if has_unsigned(context, *subject.at):
        raise UserError(UNSIGNED_THERE())
    batch = expectations.find_open_batch(context.session, *subject.at) or new_batch(subject.team_id)
    context.anonymity.record_answer(batch, context.origin.person_key, event)
    line = _new_line(subject, text, context.anonymity.answer_token(event), subject.dated)
    line.alone, line.batch = alone, batch
    expectations.add_line(context.session, line)
    return _confirm_unsigned(subject, alone)


def _confirm_unsigned(subject: Subject, alone: bool) -> Reply:
    shown = (
        _("It appears even if few people write one.")
        if alone
        else _("It appears if at least {floor} people write an anonymous one.", floor=ANONYMITY_FLOOR)
    )
    return text_reply(_("Saved anonymously. {until} {shown}", until=_until(subject), shown=shown))


def _new_line(subject: Subject, text: str, event: str, at: datetime) -> Expectation:
    moment_id, quest_id = subject.at
    return Expectation(
        team_id=subject.team_id, moment_id=moment_id, quest_id=quest_id, text=text, event=event, created_at=at
    )


def _until(subject: Subject) -> str:
    """Return the sentence that says until when a line is sealed."""
    if subject.moment is not None:
        return SEALED_UNTIL(number=subject.moment.number)
    return _("It's hidden until the quest's next attempt has a result.")


def hides_author(_session: Session, command: Expect | ExpectNext) -> bool:
    """Return whether nobody may tell who sent a command: one without a name, or one that only opens the form."""
    return not command.text or command.name in UNSIGNED


DECLARATIONS = (
    Declaration("expect", Expect, expect, shown=True, hides_person=hides_author),
    Declaration("expect-next", ExpectNext, expect_next, shown=True, hides_person=hides_author),
)
