"""Saving an existing message as a moment, by message shortcut or by enough emoji reactions.

The words belong to their author. If another person saves a message, its author is told
once, in private, and can remove it with one press. The saved copy follows edits of its
source until the moment is edited here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Capabilities, Origin, Source
from bot.core.commands import Declaration, Needs, user_text
from bot.core.context import Context, FormError, UserError
from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited
from bot.core.messages import Button, Field, FieldKind, Form, Reply, Style, text_reply
from bot.core.posts import Mark
from bot.memory.fuel import offer_fuel
from bot.moments.card import format_moment_ref
from bot.moments.commands import Edit, ItFailed, Show
from bot.moments.log import active_moment, moment_of_message, own_moment, plan_moment_card, propagate_change
from bot.moments.source import plan_note, refusal_reason, save_source_text
from bot.prompts.thread_answers import (
    remove_deleted_answer,
    remove_reaction_answer,
    save_reaction_answer,
    update_edited_answer,
)
from bot.quests.attempts import (
    LOOP_MESSAGE,
    PREVIOUS,
    AttemptChoice,
    build_attempt_fields,
    save_attempt_place,
)
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, Person, Posting, PostingKind, Team
from storage.moments import moments
from storage.prompts import answers
from storage.teams import teams
from storage.teams.teams import Caller


@dataclass(frozen=True)
class Save:
    """The message shortcuts *Save as aha* and *Save as failed experiment*.

    The fields hold what the platform knows about the message.
    """

    kind: str = Kind.AHA
    message: str = ""
    text: str = ""
    author: str = ""
    author_name: str = ""
    link: str = ""
    by_bot: str = ""
    external: str = ""


@dataclass(frozen=True)
class PlaceAttempt:
    """The command to set a saved experiment's quest and previous attempt."""

    moment: str = ""
    quest: str = ""
    previous: str = ""


@dataclass(frozen=True)
class GiveWords:
    """The command with which a message's author gives the text of a draft moment."""

    moment: str = ""
    text: str = user_text()


def save_from_message(context: Context, command: Save) -> Reply:
    """Save a message, plan its card in the message's thread and put the bot's 💡 on it."""
    known = moment_of_message(context, command.message)
    if known is not None and (known.deleted_at is not None or known.state == MomentState.KEPT):
        return _reply_already_saved(context, known, command)
    author = _require_author(context, command)
    moment = known or _add_saved_moment(context, command, author)
    moment.kind = _kind_of(command)
    save_source_text(
        context.session,
        moment,
        Source(command.text, author.external_id, author.name, command.link),
        context.now,
    )
    _plan_thread_card(context, moment, command)
    who = author.name or "Whoever wrote it"
    told = "" if author.id == context.caller.person_id else f" {who} is told, and can take it out."
    said = f"Kept as #{moment.number}.{told} Were others there? They can add their own version."
    return text_reply(said, buttons=_followup_buttons(context, moment))


def _followup_buttons(context: Context, moment: Moment) -> tuple[Button, ...]:
    """Return the buttons to complete an experiment.

    The author may add all its parts. Another person who saved it may only set its quest and
    previous attempt.
    """
    if moment.kind != Kind.EXPERIMENT:
        return ()
    if moment.author_id == context.caller.person_id:
        rest = Button("Add the rest", Edit(format_moment_ref(moment)), Style.PRIMARY)
        return (rest, *offer_fuel(context, moment.number))
    asks = build_attempt_fields(context.session, moment.team_id, moment)
    return (Button("Where it belongs", PlaceAttempt(format_moment_ref(moment))),) if asks else ()


def place_attempt(context: Context, command: PlaceAttempt) -> Reply | Form:
    """Set an experiment's quest and previous attempt. Its text stays unchanged.

    Without a choice, return the form. Raises FormError if the experiment would follow itself.
    """
    moment = active_moment(context, command.moment)
    chosen = AttemptChoice(command.quest, command.previous)
    if not (chosen.quest or chosen.previous):
        return _build_place_form(context, moment)
    try:
        told = save_attempt_place(context, moment.id, chosen)
    except ValueError:
        raise FormError(
            _build_place_form(context, moment, chosen),
            {PREVIOUS: LOOP_MESSAGE.format(moment.number)},
        ) from None
    return text_reply(f"#{moment.number} is where it belongs.{told}")


def _build_place_form(context: Context, moment: Moment, chosen: AttemptChoice | None = None) -> Form:
    fields = build_attempt_fields(context.session, moment.team_id, moment, chosen)
    if moment.kind != Kind.EXPERIMENT or not fields:
        raise UserError("No quest is open, and there is no other experiment that it could follow.")
    return Form(f"#{moment.number} belongs to", PlaceAttempt(format_moment_ref(moment)), fields)


def _reply_already_saved(context: Context, moment: Moment, command: Save) -> Reply:
    """Return a reply with the moment that was saved from the message before.

    If an aha is now to become an experiment, offer the change to its author, and name the
    author to others. Raises UserError if the moment was removed.
    """
    if moment.deleted_at is not None:
        raise UserError(f"#{moment.number} was kept from that message and removed again; it stays out.")
    see = Button("Show", Show(format_moment_ref(moment)))
    said = f"That message is kept already, as #{moment.number}."
    if moment.kind != Kind.AHA or _kind_of(command) != Kind.EXPERIMENT:
        return text_reply(said, buttons=(see,))
    if moment.author_id == context.caller.person_id:
        turned = Button("Make it an experiment", ItFailed(format_moment_ref(moment)), Style.PRIMARY)
        return text_reply(said, buttons=(turned, see))
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
    return text_reply(f"{said} Only {author} can make an experiment of it.", buttons=(see,))


def _require_author(context: Context, command: Save) -> Person:
    """Return the author of the message. Raises UserError if it must not be saved."""
    known = bool(command.author) and not command.by_bot and not command.external
    author = _record_person(context, command.author, command.author_name) if known else None
    said = refusal_reason(author, context.caller.person_id, bool(command.by_bot), bool(command.external))
    if author is None or said:
        raise UserError(said)
    if not command.text.strip():
        raise UserError("There are no words in that message. Use the command to keep it in your own words.")
    return author


def _record_person(context: Context, external_id: str, name: str) -> Person:
    return teams.ensure_person(
        context.session, context.caller.workspace_id, external_id, name, "", context.now
    )


def _kind_of(command: Save) -> Kind:
    return Kind.EXPERIMENT if command.kind == Kind.EXPERIMENT else Kind.AHA


def _add_saved_moment(context: Context, command: Save, author: Person) -> Moment:
    return _start_moment(context, _kind_of(command), command.message, author, context.origin.event)


def _start_moment(context: Context, kind: Kind, message: str, author: Person, event: str) -> Moment:
    """Return a new moment for a message, still without its text."""
    moment_id, _ = moments.add_moment(
        context.session, context.caller.team_id, kind, author.id, "", context.now, state=MomentState.FETCHING,
        kept_by_id=context.caller.person_id, event=event, source_channel=context.origin.channel, source_message=message,
    )  # fmt: skip
    teams.add_member(context.session, context.caller.team_id, author.id)
    return context.session.get_one(Moment, moment_id)


def _plan_thread_card(context: Context, moment: Moment, command: Save) -> None:
    key = f"card:{moment.id}"
    if postings.find_by_key(context.session, key) is None:
        plan_moment_card(context, moment.id, context.origin.channel, context.origin.thread or command.message)


def compose_mark(session: Session, posting: Posting, now: datetime, _ways: Capabilities) -> Mark:
    """Return whether the bot's 💡 belongs on the message: while the moment is not deleted."""
    moment = session.get_one(Moment, posting.moment_id)
    return Mark(moment.deleted_at is None)


def handle_emoji_added(context: Context, event: EmojiAdded) -> None:
    """Count a person's emoji on a message, and save the message at the team's threshold."""
    if event.ours or normalize_emoji(event.emoji) != context.caller.emoji:
        save_reaction_answer(context, event)
        return
    place = (context.caller.workspace_id, context.origin.channel, event.message)
    moments.add_trigger(context.session, *place, context.caller.person_id)
    if not event.author or moments.count_triggers(context.session, *place) < context.caller.threshold:
        return
    if (
        moments.find_by_source(context.session, context.caller.team_id, context.origin.channel, event.message)
        is None
    ):
        _save_by_emoji(context, event)


def _save_by_emoji(context: Context, event: EmojiAdded) -> None:
    """Save the message's link, author and reacting person now.

    A stored job fetches the text later, so that it survives a restart.
    """
    author = None if event.external else _record_person(context, event.author, event.author_name)
    if author is None or refusal_reason(author, context.caller.person_id):
        return
    moment = _start_moment(
        context, Kind.AHA, event.message, author, f"emoji:{context.origin.channel}:{event.message}"
    )
    moments.request_fetch(context.session, moment.id, context.now)


def normalize_emoji(emoji: str) -> str:
    """Return an emoji without its variation selectors and skin tones.

    Those give one emoji several spellings.
    """
    return "".join(char for char in emoji if char != "\ufe0f" and not "\U0001f3fb" <= char <= "\U0001f3ff")


_SIGN = "[\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_TAGS = "[\U000e0020-\U000e007f]*"
_EMOJI = re.compile(f"{_FLAG}|[0-9#*]\u20e3|{_SIGN}{_TAGS}(\u200d{_SIGN}{_TAGS})*|:[a-z0-9_+-]+:")
"""One emoji without what `normalize_emoji` removes, or a custom one: a name between colons."""


def parse_emoji(typed: str) -> str:
    """Return the emoji that a person typed, as events name it.

    Returns an empty string unless the text is exactly one emoji.
    """
    emoji = normalize_emoji(typed.strip())
    return emoji if _EMOJI.fullmatch(emoji) else ""


def handle_emoji_removed(context: Context, event: EmojiRemoved) -> None:
    """Remove a person's emoji from the count of a message.

    Below the team's threshold, the author is asked what to do with the moment.
    """
    place = (context.caller.workspace_id, context.origin.channel, event.message)
    found = _moments_from(context, event.message)
    kept = [(moment, context.session.get_one(Team, moment.team_id)) for moment in found]
    keeping = {context.caller.emoji, *(team.emoji for _, team in kept)}
    if normalize_emoji(event.emoji) not in keeping or not moments.remove_trigger(
        context.session, *place, context.caller.person_id
    ):
        remove_reaction_answer(context, event)
        return
    left = moments.count_triggers(context.session, *place)
    for moment, team in kept:
        if (moment.event or "").startswith("emoji:") and left < team.threshold:
            _withdraw_moment(context, moment)


def _withdraw_moment(context: Context, moment: Moment) -> None:
    """Discard a moment whose text is not fetched yet, or else ask its author about it."""
    if moment.state == MomentState.FETCHING:
        moments.discard_moment(context.session, moment, context.now)
    else:
        plan_note(context.session, PostingKind.NOTE_TAKEN_BACK, moment, context.now)


def handle_message_edited(context: Context, event: MessageEdited) -> None:
    """Copy a message's edit to its moment, unless the moment was edited here."""
    update_edited_answer(context, event)
    for moment in _moments_from(context, event.message):
        if moment.state == MomentState.KEPT and moment.edited_at is None and event.text.strip():
            moment.text = event.text
            propagate_change(context, moment)


def handle_message_deleted(context: Context, event: MessageDeleted) -> None:
    """Remove the link to a deleted message, and ask its author once about the saved copy."""
    remove_deleted_answer(context, event)
    postings.record_deleted_message(
        context.session, context.caller.workspace_id, context.origin.channel, event.message
    )
    for moment in _moments_from(context, event.message):
        moment.source_link = ""
        propagate_change(context, moment)
        if moment.state == MomentState.KEPT:
            plan_note(context.session, PostingKind.NOTE_SOURCE_GONE, moment, context.now)


def _moments_from(context: Context, message: str) -> Sequence[Moment]:
    """Return the moments that any team saved from a message of this channel.

    That includes teams that the channel no longer belongs to.
    """
    return moments.list_by_message(
        context.session, context.caller.workspace_id, context.origin.channel, message
    )


def save_given_words(context: Context, command: GiveWords) -> Reply | Form:
    """Save the author's text for a draft moment. Without text, return the form."""
    moment = own_moment(context, command.moment, "give its words to")
    if moment.state == MomentState.KEPT:
        return text_reply(f"#{moment.number} has its words already.")
    if not command.text.strip():
        text = Field("text", "What did you write?", FieldKind.TEXT, hint="As you said it, or better.")
        return Form(f"The words of #{moment.number}", command, (text,))
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id]
    save_source_text(
        context.session, moment, Source(command.text, author.external_id, author.name), context.now
    )
    return text_reply(f"Thank you. #{moment.number} is kept in your words.")


def is_known_message(
    session: Session,
    caller: Caller,
    origin: Origin,
    event: EmojiAdded | EmojiRemoved | MessageEdited | MessageDeleted,
) -> bool:
    """Return whether a message is a moment's source, an answer or one of the bot's own.

    Nothing is stored about any other message.
    """
    place = (caller.workspace_id, origin.channel, event.message)
    return bool(
        moments.list_by_message(session, *place)
        or answers.find_by_message(session, *place)
        or postings.find_by_message(session, *place)
    )


def is_relevant_emoji(
    session: Session, caller: Caller, origin: Origin, event: EmojiAdded | EmojiRemoved
) -> bool:
    """Return whether a reaction can save a message or answer a question.

    Reactions of people from outside the workspace do neither.
    """
    if origin.external:
        return False
    keeps = caller.team_id and normalize_emoji(event.emoji) == caller.emoji
    return bool(keeps) or is_known_message(session, caller, origin, event)


DECLARATIONS = (
    Declaration("save", Save, save_from_message, needs=Needs.CHANNEL),
    Declaration("place-attempt", PlaceAttempt, place_attempt),
    Declaration("give-words", GiveWords, save_given_words),
    Declaration(
        "emoji-added",
        EmojiAdded,
        handle_emoji_added,
        needs=Needs.KNOWN_TEAM,
        is_event=True,
        is_relevant=is_relevant_emoji,
    ),
    Declaration(
        "emoji-removed",
        EmojiRemoved,
        handle_emoji_removed,
        needs=Needs.PERSON,
        is_event=True,
        is_relevant=is_relevant_emoji,
    ),
    Declaration(
        "message-edited",
        MessageEdited,
        handle_message_edited,
        needs=Needs.PERSON,
        is_event=True,
        is_relevant=is_known_message,
    ),
    Declaration(
        "message-deleted",
        MessageDeleted,
        handle_message_deleted,
        needs=Needs.PERSON,
        is_event=True,
        is_relevant=is_known_message,
    ),
)
