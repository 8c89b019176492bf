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
from bot.core.context import Context, UserError, name_place, posting_place
from bot.core.language.words import _, lazy, line, ngettext
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
from bot.core.origin import Capabilities
from bot.core.params import user_text
from bot.core.text import join_list
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

TITLE = lazy("A question for two crafts")
IM_IN = lazy("I'm in")

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
    back = Button(_("Undo"), DropTogether(command.posting, command.team))
    said = line(
        "Your joint answer is under the question in {place}. {names} can change it too.",
        place=name_place(posting_place(context, posting)),
        names=others,
    )
    return text_reply(*said, buttons=(back,))


def _own_group(context: Context, given: str) -> tuple[Posting, Sequence[Participant]]:
    """Return the question and the speaker's group.

    UserError before the pairs are made, or if the speaker is in none.
    """
    posting = lock_question(context, given, PromptForm.CROSS_PAIR)
    if posting.turned_at is None:
        raise UserError(_("There are no pairs yet. To be in one, tap “{button}”.", button=IM_IN()))
    mine = [
        group
        for group in find_groups(context.session, posting)
        if context.caller.person_id in _person_ids(group)
    ]
    if not mine:
        raise UserError(_("You weren't in when I made the pairs. Their answers will be on the card."))
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
    return join_list(_member_names(context.session, others))


def _member_names(session: Session, group: Sequence[Participant]) -> Sequence[str]:
    people = moments.people_by_id(session, _person_ids(group))
    named = [one for one in group if not people[one.person_id].opted_out]
    return [f"{people[one.person_id].name} ({isolate_text(one.craft)})" for one in named] or [_("Two of you")]


def _joint_answer_form(asked: str, command: AnswerTogether, present: str, others: str) -> Form:
    if len(present) > FORM_WORDS:
        raise UserError(_("Your joint answer is too long for a form, so you can't change it here."))
    hint = _("One answer with all your names on it. Each of you can change it.")
    field = Field("text", _("Your joint answer"), FieldKind.TEXT, present, hint=hint)
    intro = "\n\n".join((asked, _("You're answering with {names}.", names=others)))
    return Form(_("Answer together"), command, (field,), submit=_("Save"), intro=intro)


def _conflict_reply(command: AnswerTogether, present: str, text: str, others: str) -> Reply:
    """Return both texts after the joint answer was changed while the speaker wrote.

    Nothing is overwritten.
    """
    again = Button(_("Combine both"), AnswerTogether(command.posting, command.team))
    what = Quote(present, _("what's there now")) if present else Text((_("It was removed."),))
    said = _(
        "{names} changed your joint answer while you were writing. Here are both. Yours isn't saved yet.",
        names=others,
    )
    return Reply(Card((Text((said,)), what, Quote(text, _("what you wrote"))), (again,)))


def drop_together(context: Context, command: DropTogether) -> Reply:
    """Delete the joint answer from the card and the database.

    Anyone in the group may do it. UserError if it is already taken back.
    """
    posting, group = _own_group(context, command.posting)
    known = answers.find_by_event(context.session, posting.id, group_event(group))
    if known is None or known.deleted_at is not None:
        raise UserError(_("Your joint answer was removed already."))
    answers.remove_answer(context.session, known, context.now)
    for one in group:
        one.wrote_at = None
    _refresh_posts(context, posting)
    return text_reply(_("Your joint answer is removed."), replaces=True)


def _refresh_posts(context: Context, posting: Posting) -> None:
    context.session.flush()
    refresh.refresh_posting(context.session, posting.id, context.now)
    for answer_id in answers.list_ids(context.session, posting.id):
        refresh.refresh_answer(context.session, answer_id, context.now)


def cross_pair_parts(session: Session, posting: Posting, _capabilities: Capabilities) -> CardParts:
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
        ShownAnswer(given[group_event(group)], join_list(_member_names(session, group))) for group in answered
    ]
    heard = sum(len(group) for group in answered)
    if posting.closed_at is not None:
        return CardParts(TITLE(), "", voices=voices, heard=heard)
    pairs = [join_list(_member_names(session, group)) for group in groups]
    together = pairs[:LISTED_PAIRS]
    if (more := len(pairs) - LISTED_PAIRS) > 0:
        together.append(ngettext("1 more", "{n} more", more))
    how = _("Each pair gives one answer, with all their names on it")
    button = Button(
        _("Answer together"), AnswerTogether(str(posting.id), str(posting.team_id)), Style.PRIMARY
    )
    notes = (_("Together: {pairs}", pairs=" · ".join(together)),)
    return CardParts(TITLE(), how, (button,), voices=voices, notes=notes, heard=heard)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("answer-together", AnswerTogether, answer_together, shown=True),
    Declaration("drop-together", DropTogether, drop_together),
)
