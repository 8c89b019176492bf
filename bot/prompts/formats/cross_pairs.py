"""Cross pairs: people of different crafts write one joint answer to a question.

Crafts are named in people's own words. Anyone in the group may write or change the
answer, and it carries all their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, describe_place, posting_place
from bot.core.messages import (
    FORM_WORDS,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Quote,
    Reply,
    Style,
    Text,
    text_reply,
)
from bot.core.origin import Replies
from bot.core.params import user_text
from bot.prompts.answers import lock_question
from bot.prompts.bank.goal_questions import question_text
from bot.prompts.card_parts import CardParts, ShownAnswer
from bot.prompts.formats.matching import match_circle, match_crafts
from storage.delivery import refresh
from storage.models import Answer, AnswerKind, Participant, Posting, PromptForm
from storage.models.shown import isolate_text
from storage.moments import moments
from storage.prompts import answers, rounds

ANSWER_PERIOD = timedelta(days=7)
"""How long the pairs may answer, from when they are made."""

LISTED_PAIRS = 10
"""How many pairs the card names while they answer."""


@dataclass(frozen=True)
class AnswerTogether:
    """Write or change the joint answer. `seen` is a digest of the text the form showed."""

    posting: str = ""
    team: str = ""
    seen: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class DropTogether:
    """Take the joint answer back."""

    posting: str = ""
    team: str = ""


def make_pairs(session: Session, posting: Posting, now: datetime) -> bool:
    """Close the round and make the pairs.

    Return False, with nothing changed, for fewer than two crafts.
    """
    members = {one.person_id: one for one in rounds.list_not_opted_out(session, posting.id)}
    groups = match_crafts({person: one.craft for person, one in members.items()})
    for group in groups:
        for person, other in match_circle(group).items():
            members[person].about_id = other
    if groups:
        posting.turned_at, posting.turns_at = now, now + ANSWER_PERIOD
        session.flush()
    return bool(groups)


def find_groups(session: Session, posting: Posting) -> Sequence[Sequence[Participant]]:
    """Return the groups of a question, each with its people in alphabetical order."""
    members = {one.person_id: one for one in rounds.list_participants(session, posting.id)}
    people = moments.people_by_id(session, list(members))
    circles = rounds.find_circles({person: one.about_id for person, one in members.items()})
    return [
        sorted((members[person] for person in group), key=lambda one: people[one.person_id].name.casefold())
        for group in circles
    ]


def answer_together(context: Context, command: AnswerTogether) -> Reply | Form:
    """Save the joint answer. Without text, return the form with the current one.

    If somebody changed it meanwhile, both texts come back and nothing is saved.
    """
    posting, group = _own_group(context, command.posting)
    event, others = group_event(group), _other_members(context, group)
    known = answers.find_by_event(context.session, posting.id, event)
    present = known.text if known and known.deleted_at is None else ""
    if not command.text:
        asked = question_text(context.session, posting)
        return _joint_answer_form(asked, replace(command, seen=_text_digest(present)), present, others)
    text = command.text.strip()
    if command.seen != _text_digest(present) and text != present:
        return _conflict_reply(command, present, text, others)
    answers.save_answer(
        context.session,
        Answer(
            posting_id=posting.id, person_id=context.caller.person_id, kind=AnswerKind.FORM, text=text, event=event,
            created_at=context.now,
        ),
    )  # fmt: skip
    for one in group:
        one.wrote_at = context.now
    _refresh_posts(context, posting)
    back = Button("Undo", DropTogether(command.posting, command.team))
    place = describe_place(posting_place(context, posting))
    then = f". {others} can change it as well."
    return text_reply("Your joint answer is under the question ", *place, then, buttons=(back,))


def _own_group(context: Context, given: str) -> tuple[Posting, Sequence[Participant]]:
    """Return the question and the speaker's group.

    UserError before the pairs are made, or if the speaker is in none.
    """
    posting = lock_question(context, given, PromptForm.CROSS_PAIR)
    if posting.turned_at is None:
        raise UserError("The pairs are not made yet. Tap “I'm in”, and you will be in one.")
    mine = [
        group
        for group in find_groups(context.session, posting)
        if context.caller.person_id in _person_ids(group)
    ]
    if not mine:
        raise UserError("The pairs were made before you were in. What they answer stands on the card.")
    return posting, mine[0]


def _person_ids(group: Sequence[Participant]) -> Sequence[int]:
    return [one.person_id for one in group]


def group_event(group: Sequence[Participant]) -> str:
    """Return the event that identifies a group's joint answer, one per group."""
    return rounds.pair_event(_person_ids(group))


def _text_digest(text: str) -> str:
    """Return a short digest of a text, to detect changes. Empty for an empty text."""
    return blake2b(text.encode(), digest_size=4).hexdigest() if text else ""


def _other_members(context: Context, group: Sequence[Participant]) -> str:
    """Return the names and crafts of the other people in the group, without those who opted out."""
    others = [one for one in group if one.person_id != context.caller.person_id]
    return " and ".join(_member_names(context.session, others))


def _member_names(session: Session, group: Sequence[Participant]) -> Sequence[str]:
    people = moments.people_by_id(session, _person_ids(group))
    named = [one for one in group if not people[one.person_id].opted_out]
    return [f"{people[one.person_id].name} ({isolate_text(one.craft)})" for one in named] or ["Two of you"]


def _joint_answer_form(asked: str, command: AnswerTogether, present: str, others: str) -> Form:
    if len(present) > FORM_WORDS:
        raise UserError("Your joint answer is longer than a form holds, so it stays as it is.")
    hint = "One reply with all your names on it; each of you can change it."
    field = Field("text", "Your joint answer", FieldKind.TEXT, present, hint=hint)
    return Form("Answer together", command, (field,), intro=f"{asked}\n\nYou answer with {others}.")


def _conflict_reply(command: AnswerTogether, present: str, text: str, others: str) -> Reply:
    """Return both texts after the joint answer was changed while the speaker wrote.

    Nothing is overwritten.
    """
    again = Button("Put them together", AnswerTogether(command.posting, command.team))
    what = Quote(present, "what stands there now") if present else Text(("It was taken back.",))
    said = (
        f"{others} changed your joint answer while you wrote. Both texts are here, and yours is not kept yet."
    )
    return Reply(Card((Text((said,)), what, Quote(text, "what you wrote")), (again,)))


def drop_together(context: Context, command: DropTogether) -> Reply:
    """Delete the joint answer from the card and the database.

    Anyone in the group may do it. UserError if it is already taken back.
    """
    posting, group = _own_group(context, command.posting)
    known = answers.find_by_event(context.session, posting.id, group_event(group))
    if known is None or known.deleted_at is not None:
        raise UserError("Your joint answer is taken back already.")
    answers.remove_answer(context.session, known, context.now)
    for one in group:
        one.wrote_at = None
    _refresh_posts(context, posting)
    return text_reply("Your joint answer is taken back.", replaces=True)


def _refresh_posts(context: Context, posting: Posting) -> None:
    context.session.flush()
    refresh.refresh_posting(context.session, posting.id, context.now)
    for answer_id in answers.list_ids(context.session, posting.id):
        refresh.refresh_answer(context.session, answer_id, context.now)


def cross_pair_parts(session: Session, posting: Posting, _replies: Replies) -> CardParts:
    """Return the card parts of a cross pair once the pairs are made.

    They show the pairs while these answer, and the joint answers with all names.
    """
    groups = find_groups(session, posting)
    given = {
        line.event: line.text
        for line in rounds.list_answers_with_prefix(session, posting.id, rounds.PAIR_PREFIX)
    }
    answered = [group for group in groups if group_event(group) in given]
    voices = [
        ShownAnswer(given[group_event(group)], " and ".join(_member_names(session, group)))
        for group in answered
    ]
    heard = sum(len(group) for group in answered)
    if posting.closed_at is not None:
        return CardParts("A question for two crafts", "", voices=voices, heard=heard)
    together = [" and ".join(_member_names(session, group)) for group in groups]
    more = f" · and {len(together) - LISTED_PAIRS} more" if len(together) > LISTED_PAIRS else ""
    how = "One joint reply each, and all names stand on it"
    button = Button("Answer together", AnswerTogether(str(posting.id), str(posting.team_id)), Style.PRIMARY)
    notes = ("Together: " + " · ".join(together[:LISTED_PAIRS]) + more,)
    return CardParts("A question for two crafts", how, (button,), voices=voices, notes=notes, heard=heard)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("answer-together", AnswerTogether, answer_together, shown=True),
    Declaration("drop-together", DropTogether, drop_together),
)
