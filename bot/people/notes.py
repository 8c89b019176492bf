"""Notes: the bot's only direct messages, about consent and about what a person set up.

A Note is composed from the database rows like every posting, so it never quotes removed
text. If direct messages are closed, it waits and is shown above the person's next private
reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.core.commands import Declaration, Needs, OwnWords
from bot.core.context import Context, UserError
from bot.core.language.stored import read_sentence
from bot.core.language.words import Lazy, _, lazy, ngettext
from bot.core.messages import Button, Card, Line, Post, Reply, Text, text_card, text_reply
from bot.core.moment import own_moment
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost, Composer, Withdrawn
from bot.core.text import list_names, name_channel, parse_number
from bot.doors.keys import compose_key_note
from bot.focus.survival import compose_survival_note
from bot.memory.book.post import compose_waiting_book
from bot.moments.edit import bring_back, can_bring_back, remove_moment
from bot.moments.source import WORDS_WANTED
from bot.people.commands import Decision, Fine, NoteAll, NoteOne
from bot.people.note_card import (
    NUMBERS_SHOWN,
    Matter,
    build_note_card,
    matter_blocks,
    read_matters,
    tell_stays,
    words_button,
)
from bot.people.unposted import compose_unposted_note
from storage.delivery import postings
from storage.models import MomentState, NoteAnswer, Posting, PostingKind, Schedule, ScheduleKind
from storage.people import notes
from storage.teams import teams


def compose_note(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | Withdrawn | None:
    """Compose a Note about one or more moments.

    Buttons are there for what is still open. Without any moment left, the Note should never have
    been sent.
    """
    matters = read_matters(session, posting, now)
    if not matters:
        return Withdrawn()
    if not posting.message:
        matters = [matter for matter in matters if not matter.settled]
    return ComposedPost(Post(build_note_card(session, posting, matters))) if matters else None


def accept_note(context: Context, command: Fine) -> Reply | None:
    """Leave the moment as it is, and replace the Note's buttons with that answer.

    It answers every Note that asks whether this moment may stay. If the Note was shown above a
    reply, answer in a reply.
    """
    moment = own_moment(context, command.moment)
    _let_stay(context, moment.id, moment.state)
    posting = notes.find_note(context.session, context.caller.person_id, parse_number(command.posting))
    if posting is None or not posting.message:
        return text_reply(_("#{number} stays as it is.", number=moment.number), replaces=True)
    return None


def _let_stay(context: Context, moment_id: int, state: str) -> None:
    """Answer the Notes about a moment; one that waits for its words still asks for them."""
    kinds: tuple[PostingKind, ...] = notes.ABOUT_STAYING
    if state == MomentState.KEPT:
        kinds = (*kinds, *WORDS_WANTED)
    notes.answer_items(context.session, moment_id, kinds, NoteAnswer.STAYS, context.now)


def decide_all(context: Context, command: NoteAll) -> Reply | None:
    """Keep, remove or restore every moment of a Note that is still to decide about."""
    posting = _own_note(context, command.posting)
    chosen = _chosen_matters(context, posting, command.decision)
    for matter in chosen:
        _decide(context, matter, command.decision)
    numbers = [matter.number for matter in chosen]
    match command.decision if chosen else "":
        case Decision.KEEP if posting.message:
            return None
        case Decision.KEEP:
            return text_reply(tell_stays(numbers), replaces=True)
        case Decision.REMOVE:
            undo = Button(_("Undo"), NoteAll(command.posting, Decision.RESTORE))
            said = ngettext(
                "{numbers} deleted. You can bring it back until tomorrow.",
                "{numbers} deleted. You can bring them back until tomorrow.",
                len(numbers),
                numbers=list_names(numbers, NUMBERS_SHOWN),
            )
            return text_reply(said, buttons=(undo,))
        case Decision.RESTORE:
            said = ngettext(
                "{numbers} is back.",
                "{numbers} are back.",
                len(numbers),
                numbers=list_names(numbers, NUMBERS_SHOWN),
            )
            return text_reply(said, replaces=True)
        case _:
            return text_reply(_("There's nothing left to decide here."), replaces=True)


def _own_note(context: Context, given: str) -> Posting:
    posting = notes.find_note(context.session, context.caller.person_id, parse_number(given))
    if posting is None:
        raise UserError(_("That message isn't there any more."))
    return posting


def _chosen_matters(context: Context, posting: Posting, decision: str) -> list[Matter]:
    """Return the matters that a decision about all is meant for.

    That is what is open or, to undo a removal from this Note, what was removed last.
    """
    matters = read_matters(context.session, posting, context.now)
    if decision != Decision.RESTORE or posting.kind == PostingKind.NOTE_REMOVED:
        return [matter for matter in matters if not matter.settled]
    removed = [matter for matter in matters if can_bring_back(context, matter.moment)]
    last = max((matter.moment.deleted_at for matter in removed if matter.moment.deleted_at), default=None)
    return [matter for matter in removed if matter.moment.deleted_at == last]


def _decide(context: Context, matter: Matter, decision: str) -> None:
    """Keep, remove or restore one moment, if that changes anything."""
    moment = matter.moment
    match decision:
        case Decision.KEEP if moment.deleted_at is None:
            _let_stay(context, moment.id, moment.state)
        case Decision.REMOVE if moment.deleted_at is None:
            remove_moment(context, moment)
        case Decision.RESTORE if can_bring_back(context, moment):
            bring_back(context, moment)
        case _:
            pass


def decide_one(context: Context, command: NoteOne) -> Reply:
    """Decide about one moment of a Note, and show the next that is open."""
    posting = _own_note(context, command.posting)
    matters = read_matters(context.session, posting, context.now)
    given = next((matter for matter in matters if str(matter.item.id) == command.item), None)
    if given is not None:
        _decide(context, given, command.decision)
    passed = given.item.id if given is not None and command.decision == Decision.LATER else 0
    left = [each for each in read_matters(context.session, posting, context.now) if not each.settled]
    following = next((matter for matter in left if matter.item.id > passed), None)
    return _one_matter(context, posting, given, following, command)


def _one_matter(
    context: Context, posting: Posting, given: Matter | None, following: Matter | None, command: NoteOne
) -> Reply:
    """Return what became of the last moment, and the next one with its buttons."""
    said: tuple[Text, ...] = ()
    undo: tuple[Button, ...] = ()
    if given is not None and command.decision in (Decision.KEEP, Decision.REMOVE, Decision.RESTORE):
        said = (Text(_decided_line(given, command.decision)),)
    if given is not None and command.decision == Decision.REMOVE:
        back = NoteOne(command.posting, command.item, Decision.RESTORE)
        undo = (Button(_("Undo #{number}", number=given.moment.number), back),)
    replaces = bool(command.item)
    if following is None:
        return Reply(Card((*said, Text((_("That was the last one."),))), undo), replaces)
    blocks = matter_blocks(context.session, following)
    return Reply(Card((*said, *blocks), (*_one_matter_buttons(posting, following), *undo)), replaces)


def _decided_line(matter: Matter, decision: str) -> Line:
    match decision:
        case Decision.KEEP:
            return (tell_stays([matter.number]),)
        case Decision.REMOVE:
            return (_("#{number} deleted.", number=matter.moment.number),)
        case _:
            return (_("#{number} is back.", number=matter.moment.number),)


def _one_matter_buttons(posting: Posting, matter: Matter) -> tuple[Button, ...]:
    known, item = str(posting.id), str(matter.item.id)
    later = Button(_("Later"), NoteOne(known, item, Decision.LATER))
    remove = NoteOne(known, item, Decision.REMOVE)
    match matter.kind:
        case PostingKind.NOTE_DRAFT | PostingKind.NOTE_LONG:
            return (words_button(matter), Button(_("Don't save it"), remove), later)
        case PostingKind.NOTE_REMOVED:
            return (Button(_("Undo"), NoteOne(known, item, Decision.RESTORE)), later)
        case _:
            return (
                Button(_("Keep it"), NoteOne(known, item, Decision.KEEP)),
                Button(_("Delete it"), remove),
                later,
            )


STOPPED: Mapping[ScheduleKind, Lazy] = {
    ScheduleKind.PROMPT: lazy("I couldn't post the question in {channel}."),
    ScheduleKind.RETRO: lazy("I couldn't post the retro question in {channel}."),
    ScheduleKind.RECAP: lazy("I couldn't post the recap in {channel}."),
}


def compose_stopped_note(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities
) -> ComposedPost:
    """Compose the Note about a schedule whose posts cannot be delivered, for the reason in the posting's text.

    It says how to turn the schedule on again.
    """
    schedule = session.get(Schedule, parse_number(posting.key.split(":")[1]))
    home = teams.find_home(session, schedule.team_id) if schedule else None
    said = STOPPED.get(
        ScheduleKind(schedule.kind) if schedule else ScheduleKind.RECAP, STOPPED[ScheduleKind.RECAP]
    )
    refused = said(channel=name_channel(home.name if home else ""))
    on_again = _(
        "It's off until someone turns it on again with {command} schedule.", command=capabilities.command
    )
    return ComposedPost(Post(Card((Text((f"{refused} {read_sentence(posting.text)}",)), Text((on_again,))))))


def compose_unsaved_note(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost:
    """Compose the Note that says what was not saved, and why."""
    return ComposedPost(Post(text_card(read_sentence(posting.text))))


def next_waiting_note(context: Context) -> Card | None:
    """Return the oldest waiting Note as a card to show above the person's next private reply.

    One at a time, because with several it would be unclear which buttons belong to which. Waiting
    Notes with nothing left to say are marked as shown.
    """
    card, past = None, []
    for posting in postings.list_waiting_notes(context.session, context.caller.person_id):
        past.append(posting.id)
        if (card := _waiting_note_card(context, posting)) is not None:
            break
    notes.mark_shown(context.session, context.caller.person_id, past, context.now)
    return card


def _waiting_note_card(context: Context, posting: Posting) -> Card | None:
    compose = OTHER_COMPOSERS.get(posting.kind, compose_note)
    composed = compose(context.session, posting, context.now, context.capabilities)
    return composed.post.card if isinstance(composed, ComposedPost) else None


OTHER_COMPOSERS: Mapping[str, Composer] = {
    PostingKind.NOTE_STOPPED: compose_stopped_note,
    PostingKind.NOTE_UNPOSTED: compose_unposted_note,
    PostingKind.NOTE_UNSAVED: compose_unsaved_note,
    PostingKind.NOTE_KEY: compose_key_note,
    PostingKind.NOTE_SURVIVAL: compose_survival_note,
    PostingKind.BOOK: compose_waiting_book,
}
"""What the Notes say that are not about a moment."""

DECLARATIONS = (
    Declaration("fine", Fine, accept_note, own_words=OwnWords.MOMENT),
    Declaration("note-all", NoteAll, decide_all, needs=Needs.PERSON),
    Declaration("note-one", NoteOne, decide_one, needs=Needs.PERSON),
)
