"""Public replies and reactions to a question, saved as answers.

The question's card says that they are. People who opted out and people from outside are
left out.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.core.context import Context
from bot.core.events import (
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
    RepliesChanged,
    ReplyWritten,
)
from bot.core.language.words import _, format_number
from bot.core.origin import Origin
from bot.core.text import LONGEST_TEXT
from bot.moments.emoji import is_own_message, is_same_emoji
from bot.moments.source import plan_unsaved_note
from bot.prompts.answers import can_answer_in_thread, erase_answer, is_question
from storage.delivery import postings, refresh
from storage.models import Answer, AnswerKind, Posting
from storage.moments import moments
from storage.prompts import answers
from storage.teams.teams import Caller


def save_reply_answer(context: Context, said: ReplyWritten) -> None:
    """Save a reply to a question, or in its thread, as an answer."""
    posting = _countable_question(context, said.to) or _countable_question(context, context.origin.thread)
    if posting is not None:
        first = not answers.has_answered(context.session, posting.id, context.caller.person_id)
        answer = _new_answer(context, posting, AnswerKind.REPLY, f"reply:{said.message}", said.text)
        answer.message = said.message
        answers.add_once(context.session, answer)
        _refresh_count(context, posting, first)


def save_reaction_answer(context: Context, event: EmojiAdded) -> None:
    """Save a reaction to a question as an answer. A reaction to a person's message is ignored."""
    if event.author and not event.ours:
        return
    posting = _countable_question(context, event.message)
    if posting is not None:
        first = not answers.has_answered(context.session, posting.id, context.caller.person_id)
        answer = _new_answer(
            context, posting, AnswerKind.REACTION, _reaction_key(context, event), event.emoji
        )
        answers.save_answer(context.session, answer)
        _refresh_count(context, posting, first)


def handle_replies_changed(context: Context, _event: RepliesChanged) -> None:
    """Refresh the open questions of the workspace, whose cards say what happens to replies."""
    refresh.refresh_open_questions(context.session, context.caller.workspace_id, context.now)


def is_known_workspace(_session: Session, caller: Caller, _origin: Origin, _event: RepliesChanged) -> bool:
    """Return whether the bot was used in the workspace and is still in it."""
    return bool(caller.workspace_id) and not caller.removed


def _refresh_count(context: Context, posting: Posting, first: bool) -> None:
    """Refresh the card if this is the person's first answer: the card shows a number of people."""
    if first:
        refresh.refresh_posting(context.session, posting.id, context.now)
        refresh.refresh_season_end(context.session, posting, context.now)


def remove_reaction_answer(context: Context, event: EmojiRemoved) -> None:
    """Remove the answer of a reaction that was taken off."""
    posting = _question_of_message(context, event.message)
    answer = (
        answers.find_by_event(context.session, posting.id, _reaction_key(context, event)) if posting else None
    )
    if answer is not None and answer.deleted_at is None:
        erase_answer(context, answer)


def update_edited_answer(context: Context, event: MessageEdited) -> None:
    """Copy the new text of an edited message to its answer. One with nothing to see keeps its last words."""
    answer = _answer_of_message(context, event.message)
    if answer is not None and event.text and answer.text != event.text:
        answer.text, answer.edited_at = event.text, context.now
        refresh.refresh_answer(context.session, answer.id, context.now)


def refuse_long_reply(context: Context, said: ReplyWritten) -> None:
    """Tell a person that their reply to a question is too long to be saved."""
    if _countable_question(context, context.origin.thread) is not None:
        sentence = _(
            "Your answer has {length} characters, and I can save up to {limit}, so it isn't saved. "
            "Could you split it in two?",
            length=format_number(len(said.text)),
            limit=format_number(LONGEST_TEXT),
        )
        _plan_note_about_message(context, said.message, sentence)


def refuse_long_edit(context: Context, event: MessageEdited) -> None:
    """Leave an answer as it is, and tell its author that the edited message is too long."""
    answer = _answer_of_message(context, event.message)
    if answer is not None and answer.deleted_at is None:
        sentence = _(
            "Your answer has {length} characters now, and I can save up to {limit}, so I kept it as it was before.",
            length=format_number(len(event.text)),
            limit=format_number(LONGEST_TEXT),
        )
        _plan_note_about_message(context, event.message, sentence)


def _plan_note_about_message(context: Context, message: str, sentence: str) -> None:
    caller, cause = context.caller, f"{context.origin.channel}:{message}"
    plan_unsaved_note(context.session, caller.workspace_id, caller.person_id, cause, sentence, context.now)


def remove_deleted_answer(context: Context, event: MessageDeleted) -> None:
    """Remove the answer of a deleted message."""
    answer = _answer_of_message(context, event.message)
    if answer is not None:
        erase_answer(context, answer)


def _answer_of_message(context: Context, message: str) -> Answer | None:
    return answers.find_by_message(
        context.session, context.caller.workspace_id, context.origin.channel, message
    )


def _question_of_message(context: Context, message: str) -> Posting | None:
    """Return the question that was posted as this message of the channel."""
    posting = postings.find_by_message(
        context.session, context.caller.workspace_id, context.origin.channel, message
    )
    return posting if posting and is_question(posting) else None


def _countable_question(context: Context, message: str) -> Posting | None:
    """Return the question of this message, if the person's public answer to it may be saved.

    It may not if they opted out, are from outside, or the question is answered in private.
    """
    if not message or context.caller.opted_out or context.origin.external:
        return None
    posting = _question_of_message(context, message)
    return posting if posting and can_answer_in_thread(posting) else None


def _reaction_key(context: Context, event: EmojiAdded | EmojiRemoved) -> str:
    """Return the key of a person's reaction with one emoji, unique within a question."""
    return f"reaction:{context.caller.person_id}:{event.emoji}"


def _new_answer(context: Context, posting: Posting, kind: AnswerKind, event: str, text: str) -> Answer:
    return Answer(
        posting_id=posting.id, person_id=context.caller.person_id, kind=kind, text=text, event=event,
        created_at=context.now,
    )  # fmt: skip


def is_relevant_reply(session: Session, caller: Caller, origin: Origin, said: ReplyWritten) -> bool:
    """Return whether the message is in the thread of one of the bot's posts, or replies to one.

    For any other message, one without words, and people from outside, nothing at all is recorded.
    """
    if origin.external or not said.text:
        return False
    answered = filter(None, (said.to, origin.thread))
    return any(
        postings.find_by_message(session, caller.workspace_id, origin.channel, one) for one in answered
    )


def is_reaction_answer(session: Session, caller: Caller, origin: Origin, event: EmojiAdded) -> bool:
    """Return whether a reaction may be an answer: any but the team's own emoji on a person's message.

    That one saves the message instead.
    """
    if is_same_emoji(event.emoji, caller.emoji):
        return is_own_message(session, caller, origin, event) and not origin.external
    return is_known_reaction(session, caller, origin, event)


def is_known_reaction(
    session: Session, caller: Caller, origin: Origin, event: EmojiAdded | EmojiRemoved
) -> bool:
    """Return whether a reaction is on a message the bot knows, by a person who is not from outside."""
    return not origin.external and is_known_message(session, caller, origin, event)


def is_known_message(
    session: Session,
    caller: Caller,
    origin: Origin,
    event: EmojiAdded | EmojiRemoved | MessageEdited | MessageDeleted,
) -> bool:
    """Return whether a message is a moment's source, an answer or a post of the bot.

    Nothing is stored about any other message.
    """
    place = (caller.workspace_id, origin.channel, event.message)
    return bool(
        moments.list_by_message(session, *place)
        or answers.find_by_message(session, *place)
        or postings.find_by_message(session, *place)
    )
