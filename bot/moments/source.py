"""The message that a moment was saved from: whether it may be saved, and what follows its fetch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.addressed import Addressed
from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, locate_card
from bot.core.events import EmojiRemoved, MessageDeleted, MessageEdited
from bot.core.guesses.judge import SAVING
from bot.core.language.stored import store_sentence
from bot.core.language.words import Lazy, _, format_number, lazy
from bot.core.messages import Button, Field, FieldKind, Form, Reply, text_reply
from bot.core.moment import format_moment_ref, moment_place, own_moment, propagate_change
from bot.core.origin import Origin, Shows, Source
from bot.core.params import restore_line, user_text
from bot.core.text import LONGEST_TEXT
from bot.moments.commands import Delete
from storage.delivery import postings
from storage.models import Kind, Lookup, Moment, MomentState, NoteAnswer, Person, PostingKind, Team
from storage.moments import erasure, fetches, moments
from storage.people import notes
from storage.teams import teams
from storage.teams.teams import Caller

WORDS_WANTED = (PostingKind.NOTE_DRAFT, PostingKind.NOTE_LONG)
"""The Notes that ask an author for the text of a message."""


TOO_LONG_NOW = lazy(
    "Your message has {length} characters now, and I save up to {limit}, so #{number} keeps your earlier text."
)


@dataclass(frozen=True)
class GiveWords:
    """The command with which a message's author gives the text of a draft moment."""

    moment: str = ""
    text: str = user_text()


SHOWS = "shows"
"""The part of a draft moment that says what its message shows in place of words. See `Shows`."""
NOUNS: Mapping[str, Lazy] = {
    Shows.PICTURE: lazy("a picture"),
    Shows.VIDEO: lazy("a video"),
    Shows.VOICE: lazy("a voice message"),
    Shows.STICKER: lazy("a sticker"),
    Shows.POLL: lazy("a poll"),
    Shows.FILE: lazy("a file"),
    Shows.FORWARD: lazy("a forwarded message"),
}
"""What a message without text is, for the end of a sentence behind a colon."""


def message_noun(shows: str) -> str:
    """Return what a message without words is, such as `a picture`."""
    return NOUNS[shows]() if shows in NOUNS else _("a message")


def what_it_shows(moment: Moment) -> str:
    """Return what the message of a draft moment shows, such as `a picture`. Empty if that isn't known."""
    shows = moment.parts.get(SHOWS, "")
    return NOUNS[shows]() if shows in NOUNS else ""


def refusal_reason(
    author: Person | None, kept_by_id: int | None, by_bot: bool = False, external: bool = False
) -> str:
    """Return a sentence that says why a message may not be saved, or an empty string if it may.

    `author` is None for a bot.
    """
    if by_bot or (author is None and not external):
        return _("That wasn't written by a person, so I can't save it. You can log it in your own words.")
    if external or author is None:
        return _("That's from someone outside your organisation, so I can't save it.")
    if author.opted_out and author.id != kept_by_id:
        return _(
            "{name} doesn't want others to save their messages. You can log it in your own words.",
            name=author.name,
        )
    return ""


def update_author_name(session: Session, moment: Moment, source: Source) -> None:
    """Update the author's name from the message. The emoji event may not contain it."""
    author = session.get_one(Person, moment.author_id)
    author.platform_name = source.person_name or author.platform_name


def save_source_text(
    session: Session, moment: Moment, source: Source, now: datetime, given_by: int | None = None
) -> None:
    """Save a message's text, plan the bot's 💡 on it, and tell its author.

    The author gets a Note only if another person saved it. One that asked them for the text says
    that it is there instead. `given_by` is the person who gave the text, None if it was fetched. That
    person counts as the one who saved it and can undo it, even if somebody else put the 💡 there. If the
    moment was removed meanwhile, nothing is saved.
    """
    fetches.cancel_fetch(session, moment.id)
    if moment.deleted_at is not None:
        return
    moment.text, moment.source_link, moment.state = source.text, source.link, MomentState.KEPT
    moment.parts = {name: words for name, words in moment.parts.items() if name != SHOWS}
    if given_by and given_by != moment.author_id:
        moment.kept_by_id = given_by
    moments.update_tokens(session, moment, now)
    plan_mark(session, moment, now)
    _tell_author(session, moment, now, given_by)


def spoken_message(context: Context) -> dict[str, str]:
    """Return the columns of the message in which the person wrote a moment to the bot by name, or nothing.

    UserError if that message is saved already.
    """
    origin = context.origin
    if not origin.message:
        return {}
    known = moments.find_by_source(context.session, context.caller.team_id, origin.channel, origin.message)
    if known is not None:
        raise UserError(_("That message is already saved as #{number}.", number=known.number))
    return {
        "source_channel": origin.channel, "source_message": origin.message, "source_link": origin.link,
    }  # fmt: skip


def plan_mark(session: Session, moment: Moment, now: datetime) -> None:
    """Plan the bot's 💡 on a moment's message, if it has one: the answer to the person who saved it."""
    team = session.get_one(Team, moment.team_id)
    if moment.source_message:
        postings.plan_once(
            session, f"mark:{moment.id}", PostingKind.MARK, team.workspace_id, now,
            team_id=team.id, moment_id=moment.id, channel=moment.source_channel, message=moment.source_message,
            waits_for_id=moment.kept_by_id or moment.author_id,
        )  # fmt: skip


def _tell_author(session: Session, moment: Moment, now: datetime, given_by: int | None) -> None:
    """Tell the author of a message that it is saved, in the Note that asked for its text if there is one."""
    saved_by = given_by or moment.kept_by_id
    asked = notes.find_item(session, PostingKind.NOTE_DRAFT, moment.id) or notes.find_item(
        session, PostingKind.NOTE_LONG, moment.id
    )
    if asked is not None and saved_by == moment.author_id:
        notes.answer_items(session, moment.id, WORDS_WANTED, NoteAnswer.GIVEN, now)
    elif asked is not None:
        asked.asked_by_id = saved_by
        notes.reopen_item(session, asked, now)
    elif moment.author_id not in (moment.kept_by_id, given_by):
        plan_note(session, PostingKind.NOTE_KEPT, moment, now)


def mark_unreadable(
    session: Session,
    moment: Moment,
    now: datetime,
    note: PostingKind = PostingKind.NOTE_DRAFT,
    shows: Shows = Shows.NOTHING,
) -> None:
    """Turn a moment whose message cannot be read, is too long, or shows something in place of words, into a draft.

    Plan the bot's 💡 on it all the same, and a Note that asks its author for the text, or discard the
    moment if they do not want to be saved by others. A removed moment does not change.
    """
    fetches.cancel_fetch(session, moment.id)
    if moment.deleted_at is not None:
        return
    if refusal_reason(session.get_one(Person, moment.author_id), moment.kept_by_id):
        erasure.discard_moment(session, moment, now)
        return
    moment.state, moment.parts = MomentState.DRAFT, {SHOWS: shows.value} if shows else {}
    session.flush()
    plan_mark(session, moment, now)
    plan_note(session, note, moment, now)


def plan_note(session: Session, kind: PostingKind, moment: Moment, now: datetime) -> None:
    """Tell a moment's author about it, once for each kind, or ask again what the 💡 had answered.

    Each removal is a cause of its own.
    """
    known = notes.find_item(session, kind, moment.id)
    removed = kind == PostingKind.NOTE_REMOVED
    if known is None or (removed and known.created_at != moment.deleted_at):
        asked_by = moment.deleted_by_id if removed else moment.kept_by_id
        notes.plan_item(session, kind, moment, asked_by, now)
    elif known.answer == NoteAnswer.BACK:
        notes.reopen_item(session, known, now)


def handle_message_edited(context: Context, event: MessageEdited) -> None:
    """Copy a message's edit to its moment, unless the moment was edited here.

    Of a message with nothing to see in it any more, the moment keeps the last words.
    """
    for moment in moments_from_message(context, event.message):
        words = _edited_words(context, moment, event)
        if moment.state == MomentState.KEPT and moment.edited_at is None and words:
            moment.text = words
            propagate_change(context, moment)


def _edited_words(context: Context, moment: Moment, event: MessageEdited) -> str:
    """Return the words of an edited message, without the bot's name and the command's word where it has them.

    It is empty where the message names the bot and has no words to save any more.
    """
    if not event.called:
        return event.text
    said = Addressed(event.message, event.after, event.before, event.called)
    command = context.commands.read_addressed(said)
    if command is None:
        return event.text
    words, head = getattr(command, "text", ""), getattr(command, "head", "")
    if head and moment.kind == Kind.AHA and context.commands.find_declaration(command).key != SAVING:
        return restore_line(head, words)  # its first word was misread as a command before
    return words


def plan_unsaved_note(
    session: Session, workspace_id: int, person_id: int, cause: str, sentence: str, now: datetime
) -> None:
    """Plan a Note that tells a person what of theirs was not saved, once for each cause.

    `sentence` is a stored one, in the language of nobody yet.
    """
    postings.plan_once(
        session, f"unsaved:{workspace_id}:{cause}", PostingKind.NOTE_UNSAVED, workspace_id, now,
        person_id=person_id, text=sentence,
    )  # fmt: skip


def refuse_long_edit(context: Context, event: MessageEdited) -> None:
    """Leave the moment of a message as it is, and tell the message's author that the edit is too long."""
    for moment in moments_from_message(context, event.message):
        if moment.state == MomentState.KEPT and moment.edited_at is None and moment.deleted_at is None:
            sentence = store_sentence(
                TOO_LONG_NOW, length=format_number(len(event.text)), limit=format_number(LONGEST_TEXT),
                number=moment.number,
            )  # fmt: skip
            plan_unsaved_note(
                context.session, context.caller.workspace_id, moment.author_id, f"edit:{moment.id}", sentence,
                context.now,
            )  # fmt: skip


def handle_message_deleted(context: Context, event: MessageDeleted) -> None:
    """Remove the link to a deleted message, and ask its author once about the saved copy.

    Without a copy there is nothing to ask about, so a moment without its text is discarded.
    """
    for moment in moments_from_message(context, event.message):
        if moment.state != MomentState.KEPT:
            erasure.discard_moment(context.session, moment, context.now)
            continue
        moment.source_link = ""
        propagate_change(context, moment)
        plan_note(context.session, PostingKind.NOTE_SOURCE_GONE, moment, context.now)


def moments_from_message(context: Context, message: str) -> Sequence[Moment]:
    """Return the moments that any team saved from a message of this channel.

    That includes teams that the channel no longer belongs to.
    """
    return moments.list_by_message(
        context.session, context.caller.workspace_id, context.origin.channel, message
    )


def save_given_words(context: Context, command: GiveWords) -> Reply | Form:
    """Save the author's text for a draft moment. Without text, return the form."""
    moment = own_moment(context, command.moment)
    if moment.state == MomentState.KEPT:
        return text_reply(_("#{number} already has its text.", number=moment.number))
    if not command.text:
        return Form(name_words_form(moment), command, (_words_field(moment),), _("Save"))
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id]
    save_source_text(
        context.session,
        moment,
        Source(command.text, author.external_id, author.platform_name),
        context.now,
        given_by=author.id,
    )
    place = locate_card(moment_place(context, moment.id))
    back = Button(_("Undo"), Delete(format_moment_ref(moment)))
    said = _("Thanks. #{number} is saved in your words.", number=moment.number)
    return text_reply(said, " ", *place, buttons=(back,))


def name_words_form(moment: Moment) -> str:
    """Return the title of the form that asks for a draft's text, and the label of its button."""
    return _("Say what it shows") if what_it_shows(moment) else _("Add the text")


def _words_field(moment: Moment) -> Field:
    """Return the field for the words of a draft moment: what was written, or what the message shows."""
    if what_it_shows(moment):
        return Field("text", _("What does it show?"), FieldKind.TEXT, hint=_("One sentence is plenty."))
    return Field("text", _("What did you write?"), FieldKind.TEXT, hint=_("As you said it, or better."))


def is_source_message(
    session: Session, caller: Caller, origin: Origin, event: EmojiRemoved | MessageEdited | MessageDeleted
) -> bool:
    """Return whether any team saved a moment from the event's message."""
    return bool(moments.list_by_message(session, caller.workspace_id, origin.channel, event.message))


def ensure_author(context: Context, external_id: str, name: str) -> Person:
    """Return the person who wrote a message, as a new row if it is their first."""
    return teams.ensure_person(
        context.session, context.caller.workspace_id, external_id, name, "", context.now
    )


def start_moment(context: Context, kind: Kind, message: str, author: Person, event: str) -> Moment:
    """Return a new moment for a message, still without its text."""
    moment_id, _ = moments.add_moment(
        context.session, context.caller.team_id, kind, author.id, "", context.now, state=MomentState.FETCHING,
        kept_by_id=context.caller.person_id, event=event, source_channel=context.origin.channel, source_message=message,
    )  # fmt: skip
    teams.add_member(context.session, context.caller.team_id, author.id)
    return context.session.get_one(Moment, moment_id)


def start_looked_up(session: Session, lookup: Lookup, source: Source, now: datetime) -> Moment | None:
    """Return a new moment for a message whose author is known now, still without its text.

    None if the message may not be saved, or was saved meanwhile.
    """
    team = session.get_one(Team, lookup.team_id)
    if source.by_bot or source.external or not source.person:
        return None
    if moments.find_by_source(session, team.id, lookup.channel, lookup.message) is not None:
        return None
    author = teams.ensure_person(session, team.workspace_id, source.person, source.person_name, "", now)
    if refusal_reason(author, lookup.kept_by_id):
        return None
    moment_id, _ = moments.add_moment(
        session, team.id, Kind.AHA, author.id, "", now, state=MomentState.FETCHING, kept_by_id=lookup.kept_by_id,
        event=emoji_event(lookup.channel, lookup.message), source_channel=lookup.channel,
        source_message=lookup.message,
    )  # fmt: skip
    teams.add_member(session, team.id, author.id)
    fetches.request_fetch(session, moment_id, now)
    return session.get_one(Moment, moment_id)


def emoji_event(channel: str, message: str) -> str:
    """Return the event of saving a message by emoji, the same however many people put one."""
    return f"emoji:{channel}:{message}"


DECLARATIONS = (
    Declaration("give-words", GiveWords, save_given_words, shown=True, own_words=OwnWords.MOMENT),
)
