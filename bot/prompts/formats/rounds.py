"""Rounds that people take part in: joining, leaving, and closing a round.

The person who asked can close the round, and the lifecycle closes it when its time is over.
Until then anyone may join. People who do not join are not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, name_place, posting_place
from bot.core.language.words import Lazy, _, lazy, line
from bot.core.messages import Button, Field, Form, Line, Reply, Style, text_reply
from bot.core.origin import Capabilities
from bot.core.params import user_text
from bot.core.text import LONGEST_CRAFT, join_list, list_names
from bot.prompts.answers import lock_question
from bot.prompts.card_parts import CardParts
from bot.prompts.formats import cross_pairs, what_each_brings
from bot.prompts.formats.cross_pairs import (
    IM_IN,
    cross_pair_parts,
    find_groups,
    group_event,
    make_pairs,
)
from bot.prompts.formats.what_each_brings import (
    LEAST_PEOPLE,
    WRITE_MY_LINE,
    assign_teammates,
    build_lines_card_parts,
    person_about,
    reveal_lines,
)
from storage.delivery import refresh
from storage.models import Answer, Person, Posting, PromptForm
from storage.models.shown import isolate_text
from storage.moments import moments
from storage.prompts import rounds

ROUND_FORMS = (PromptForm.BRINGS, PromptForm.CROSS_PAIR)
"""The question forms that people join before they answer."""

ROUND_LENGTH = timedelta(days=1)
"""How long a round stays open. With too few people in it, it is extended by the same time again."""

ROUND_CLOSERS: dict[str, Callable[[Session, Posting, datetime], bool]] = {
    PromptForm.BRINGS: assign_teammates,
    PromptForm.CROSS_PAIR: make_pairs,
}
TITLES: dict[str, Lazy] = {
    PromptForm.BRINGS: what_each_brings.TITLE,
    PromptForm.CROSS_PAIR: cross_pairs.TITLE,
}
INSTRUCTIONS: dict[str, Lazy] = {
    PromptForm.BRINGS: lazy(
        "Tap “{button}” and you get one teammate to write a line about. All lines appear together. "
        "The round closes after a day"
    ),
    PromptForm.CROSS_PAIR: lazy(
        "Tap “{button}” and name your craft. Two people of different crafts then give one answer together. "
        "I make the pairs after a day"
    ),
}


@dataclass(frozen=True)
class ImIn:
    """Join a round.

    A cross pair also needs the person's craft, which is asked for once.
    """

    posting: str = ""
    team: str = ""
    craft: str = user_text()


@dataclass(frozen=True)
class NotThisTime:
    """Leave a round that is still open."""

    posting: str = ""
    team: str = ""


@dataclass(frozen=True)
class CloseRound:
    """Close a round now. Only the person who asked may do it."""

    posting: str = ""
    team: str = ""


def join_round(context: Context, command: ImIn) -> Reply | Form:
    """Add the speaker to a round.

    A cross pair needs a craft: the form asks for it if none is stored.
    UserError for a person who opted out of having their words saved.
    FormError for a craft longer than LONGEST_CRAFT.
    """
    posting = _open_round(context, command.posting)
    person = context.session.get_one(Person, context.caller.person_id)
    if person.opted_out:
        raise UserError(
            _(
                "You chose that others can't save what you write, and a round shows names. "
                "To change that, type {command} me.",
                command=context.capabilities.command,
            )
        )
    craft = " ".join(command.craft.split())
    if posting.form == PromptForm.CROSS_PAIR and not (craft or person.craft):
        return _craft_form(context, command)
    if len(craft) > LONGEST_CRAFT:
        raise FormError(
            _craft_form(context, command),
            {"craft": _("Up to {limit} characters, please.", limit=LONGEST_CRAFT)},
        )
    person.craft = craft or person.craft
    under = person.craft if posting.form == PromptForm.CROSS_PAIR else ""
    rounds.add_participant(context.session, posting.id, person.id, context.now, under)
    refresh.refresh_posting(context.session, posting.id, context.now)
    back = Button(_("Undo"), NotThisTime(command.posting, command.team))
    return text_reply(*_say_joined(context, posting, under), buttons=(back,))


def _say_joined(context: Context, posting: Posting, craft: str) -> Line:
    place = name_place(posting_place(context, posting))
    if craft:
        return line(
            "You're in, as {craft}. Tomorrow the card in {place} shows the pairs, and you answer together. "
            "To change your craft, type {command} me.",
            craft=isolate_text(craft),
            place=place,
            command=context.capabilities.command,
        )
    return line(
        "You're in. When the round closes, tap “{button}” on the card in {place} to see who you got.",
        button=WRITE_MY_LINE(),
        place=place,
    )


def _craft_form(context: Context, command: ImIn) -> Form:
    hint = _(
        "In your own words: design, support, carpentry. To change it, type {command} me.",
        command=context.capabilities.command,
    )
    field = Field("craft", _("Your craft"), value=command.craft, hint=hint)
    return Form(IM_IN(), replace(command, craft=""), (field,), submit=IM_IN())


def leave_round(context: Context, command: NotThisTime) -> Reply:
    """Remove the speaker from an open round. Nobody is notified."""
    posting = _open_round(context, command.posting)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    if mine is not None:
        rounds.remove_participant(context.session, mine)
        refresh.refresh_posting(context.session, posting.id, context.now)
    return text_reply(_("You're not in this round any more."), replaces=True)


def close_round(context: Context, command: CloseRound) -> Reply:
    """Close the round and assign each participant their part.

    UserError if the speaker did not ask the question, or too few people are in.
    """
    posting = _open_round(context, command.posting)
    if posting.asked_by_id != context.caller.person_id:
        raise UserError(_("Only the person who asked can close it. Otherwise it closes after a day."))
    if not ROUND_CLOSERS[posting.form](context.session, posting, context.now):
        raise UserError(_too_few_sentence(context.session, posting))
    refresh.refresh_posting(context.session, posting.id, context.now)
    if posting.form == PromptForm.CROSS_PAIR:
        return text_reply(_("The pairs are on the card now."))
    return text_reply(
        _(
            "The round is closed. Everyone in it can tap “{button}” to see who they got.",
            button=WRITE_MY_LINE(),
        )
    )


def _too_few_sentence(session: Session, posting: Posting) -> str:
    count = len(rounds.list_not_opted_out(session, posting.id))
    if count < 2:
        return (
            _("Only one person is in so far, and it takes two.")
            if count
            else _("Nobody is in yet, and it takes two.")
        )
    return _("Everyone in so far has the same craft. A pair needs two different ones.")


def _open_round(context: Context, given: str) -> Posting:
    """Return a round that can still be joined. UserError if it is closed."""
    posting = lock_question(context, given, *ROUND_FORMS)
    if posting.turned_at is not None or posting.closed_at is not None:
        raise UserError(_("This round is closed. Its card shows what came of it."))
    return posting


def round_parts(session: Session, posting: Posting, capabilities: Capabilities) -> CardParts:
    """Return the card parts of a round.

    While the round is open they list who is in. After that each form supplies its own parts.
    """
    if posting.turned_at is not None:
        after = build_lines_card_parts if posting.form == PromptForm.BRINGS else cross_pair_parts
        return after(session, posting, capabilities)
    at, team = str(posting.id), str(posting.team_id)
    names = rounds.list_names(session, posting.id) if posting.closed_at is None else ()
    buttons = (
        Button(IM_IN(), ImIn(at, team), Style.PRIMARY),
        Button(_("Close the round"), CloseRound(at, team)),
    )
    return CardParts(
        TITLES[posting.form](),
        INSTRUCTIONS[posting.form](button=IM_IN()),
        buttons,
        notes=(_("In: {names}", names=list_names(names)),) if names else (),
    )


def answer_byline(session: Session, answer: Answer) -> str:
    """Return all the names an answer carries: its authors, or its author and its subject.

    Empty for an ordinary answer with one author.
    """
    if about := person_about(answer):
        people = moments.people_by_id(session, [answer.person_id, about])
        return _("{author} about {name}", author=people[answer.person_id or 0].name, name=people[about].name)
    posting = (
        session.get_one(Posting, answer.posting_id) if answer.event.startswith(rounds.PAIR_PREFIX) else None
    )
    for group in find_groups(session, posting) if posting else ():
        if answer.event == group_event(group):
            people = moments.people_by_id(session, [one.person_id for one in group])
            return join_list([people[one.person_id].name for one in group])
    return ""


def advance_round(session: Session, posting: Posting, now: datetime, last: datetime) -> datetime | None:
    """Move a round to its next stage and return when to look again.

    An open round closes if enough people are in, and is extended by ROUND_LENGTH up to `last`
    otherwise. A closed round of *what each brings* gets its lines read out.
    None if nothing more is due.
    """
    if posting.turned_at is None:
        least = LEAST_PEOPLE if posting.form == PromptForm.BRINGS else 2
        if len(rounds.list_not_opted_out(session, posting.id)) >= least and ROUND_CLOSERS[posting.form](
            session, posting, now
        ):
            return posting.turns_at
        return min(now + ROUND_LENGTH, last) if now < last else None
    if posting.form == PromptForm.BRINGS and posting.closed_at is None:
        reveal_lines(session, posting, now)
    return None


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("im-in", ImIn, join_round, shown=True),
    Declaration("not-this-time", NotThisTime, leave_round),
    Declaration("close-round", CloseRound, close_round),
)
