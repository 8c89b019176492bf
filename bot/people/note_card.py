"""What a Note says about its moments, composed from their rows.

Each moment is a matter of its own: it is open while there is something to decide, and settled once
it was answered or its rows say otherwise. Only open matters have buttons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.messages import Block, Button, Card, Line, Quote, Small, Text, Timestamp
from bot.core.moment import format_moment_ref, moment_name
from bot.core.text import LONGEST_TEXT, clip_text, list_names, number_in_words
from bot.moments.commands import Delete, Restore
from bot.moments.edit import UNDO_PERIOD
from bot.moments.source import WORDS_WANTED, GiveWords, what_it_shows
from bot.people.commands import Decision, Fine, NoteAll, NoteOne
from storage.models import Moment, MomentState, NoteAnswer, NoteItem, Person, Posting, PostingKind, Team
from storage.people import notes

NOTE_WORDS = 200
"""Maximum characters of a person's words in a Note, enough to recognise them."""
QUOTES_SHOWN = 3
"""Texts that a Note about several moments shows. *One by one* shows them all."""
NUMBERS_SHOWN = 6
"""Moment numbers in one sentence of a Note."""

STAYS, GIVEN = "It stays.", "It has its words."


@dataclass(frozen=True)
class Matter:
    """One moment that a Note is about, as its rows are now. `settled` says how it ended, if it did.

    `kind` is what there is to decide: a moment that waited for its words, and has them from somebody
    else, may stay or go.
    """

    item: NoteItem
    moment: Moment
    kind: str
    settled: str = ""

    @property
    def number(self) -> str:
        """The moment's number, such as `#42`."""
        return f"#{self.moment.number}"


def read_matters(session: Session, posting: Posting, now: datetime) -> Sequence[Matter]:
    """Return what a Note is about, in the order in which it came."""
    items = notes.list_items(session, posting.id)
    return [_read_matter(session.get_one(Moment, item.moment_id), item, posting.kind, now) for item in items]


def _read_matter(moment: Moment, item: NoteItem, kind: str, now: datetime) -> Matter:
    if kind == PostingKind.NOTE_REMOVED:
        return Matter(item, moment, kind, _removal_settled(moment, item, now))
    if kind in WORDS_WANTED and moment.state == MomentState.KEPT:
        kind = PostingKind.NOTE_KEPT
    return Matter(item, moment, kind, _question_settled(moment, item))


def _removal_settled(moment: Moment, item: NoteItem, now: datetime) -> str:
    """Return how an admin's removal ended, or an empty string while it can be undone."""
    if moment.deleted_at is None:
        return f"{moment_name(moment)} is back."
    if moment.deleted_at != item.created_at:
        return f"{moment_name(moment)} was deleted."
    if moment.erased_at or moment.deleted_at + UNDO_PERIOD <= now:
        return f"{moment_name(moment)} was removed by an admin. It can't be brought back any more."
    return ""


def _question_settled(moment: Moment, item: NoteItem) -> str:
    """Return how a question about a moment ended, or an empty string while it is open."""
    match item.answer:
        case NoteAnswer.WITHDRAWN:
            return "The 💡 was taken back, so nothing is saved."
        case _ if moment.deleted_at is not None:
            return f"{moment_name(moment)} was deleted."
        case NoteAnswer.STAYS:
            return STAYS
        case NoteAnswer.GIVEN:
            return GIVEN
        case NoteAnswer.BACK:
            return f"The 💡 on what you wrote is back, so #{moment.number} stays."
        case _:
            return ""


def build_note_card(session: Session, posting: Posting, matters: Sequence[Matter]) -> Card:
    """Build a Note's card: what there is to decide, then what is settled."""
    asked = [matter for matter in matters if not matter.settled]
    settled = [matter for matter in matters if matter.settled]
    ended = tuple(_settled_lines(settled))
    match asked:
        case [] if len(settled) == 1:
            return Card(tuple(_settled_blocks(session, settled[0])))
        case []:
            return Card(ended)
        case [only]:
            return Card((*matter_blocks(session, only), *ended), matter_buttons(posting, only))
        case _:
            return Card((*_group_blocks(session, asked), *ended), _group_buttons(posting, asked))


def matter_blocks(session: Session, matter: Matter) -> tuple[Block, ...]:
    """Return one sentence about a moment, and the words in question."""
    return (Text(_sentence(session, matter)), *_words(matter))


def _words(matter: Matter) -> tuple[Block, ...]:
    return (Quote(clip_text(matter.moment.text, NOTE_WORDS)),) if matter.moment.text else ()


def _settled_blocks(session: Session, matter: Matter) -> Iterator[Block]:
    """Yield a Note about one moment after it was answered.

    The question stays beside its answer while it still says what is so.
    """
    if matter.settled == STAYS:
        yield from matter_blocks(session, matter)
    if matter.settled == GIVEN:
        yield Text((f"Your words are saved as {matter.number}.",))
        yield from _words(matter)
    else:
        yield Small((matter.settled,))


def _settled_lines(settled: Sequence[Matter]) -> Iterator[Block]:
    """Yield one small line for each way in which matters ended."""
    stay = [each.number for each in settled if each.settled in (STAYS, GIVEN)]
    if stay:
        yield Small((f"{list_names(stay, NUMBERS_SHOWN)} {'stays' if len(stay) == 1 else 'stay'}.",))
    others = dict.fromkeys(each.settled for each in settled if each.settled not in (STAYS, GIVEN))
    shown = list(others)[:NUMBERS_SHOWN]
    yield from (Small((said,)) for said in shown)
    if len(others) > len(shown):
        yield Small((f"And {len(others) - len(shown)} more like these.",))


def _sentence(session: Session, matter: Matter) -> Line:
    who, number = _who(session, [matter]), matter.number
    match matter.kind:
        case PostingKind.NOTE_DRAFT if what := what_it_shows(matter.moment):
            own = matter.item.asked_by_id == matter.moment.author_id
            said = "You put a 💡 on" if own else f"{who} would like to keep"
            return (f"{said} {what} you posted, as {number}. What does it show?",)
        case PostingKind.NOTE_DRAFT if matter.item.asked_by_id == matter.moment.author_id:
            return (f"You put a 💡 on something you wrote. I can't read it there myself; it'll be {number}.",)
        case PostingKind.NOTE_DRAFT:
            said = (
                f"{who} would like to keep something you wrote, as {number}. I cannot read it there myself."
            )
            return (said,)
        case PostingKind.NOTE_LONG:
            said = (
                f"{who} would like to save something you wrote, as {number}. "
                f"It's longer than the {LONGEST_TEXT:,} characters I save."
            )
            return (said,)
        case PostingKind.NOTE_TAKEN_BACK:
            said = f"The 💡 on something you wrote was taken back. It's saved as {number}. Should it stay?"
            return (said,)
        case PostingKind.NOTE_SOURCE_GONE:
            return (f"A message you wrote was deleted, and its copy is {number}. Should the copy stay?",)
        case PostingKind.NOTE_REMOVED:
            said = f"{who} removed your {number} for everyone. You can bring it back until "
            return (said, _undo_until(session, [matter]), ".")
        case _:
            return (f"{who} kept what you wrote. It is in the team's memory now, as {number}.",)


def matter_buttons(posting: Posting, matter: Matter) -> tuple[Button, ...]:
    """Return the buttons that decide about one moment."""
    at = format_moment_ref(matter.moment)
    fine = Fine(at, str(posting.id))
    match matter.kind:
        case PostingKind.NOTE_DRAFT | PostingKind.NOTE_LONG:
            return (words_button(matter), Button("No, leave it out", Delete(at)))
        case PostingKind.NOTE_TAKEN_BACK:
            return (Button("Keep", fine), Button("Remove", Delete(at)))
        case PostingKind.NOTE_SOURCE_GONE:
            return (Button("Keep", fine), Button("Remove too", Delete(at)))
        case PostingKind.NOTE_REMOVED:
            return (Button("Undo", Restore(at)),)
        case _:
            return (Button("Fine", fine), Button("Remove it", Delete(at)))


def words_button(matter: Matter) -> Button:
    """Return the button with which an author gives a moment its words."""
    label = "Say what it shows" if what_it_shows(matter.moment) else "Keep the words"
    return Button(label, GiveWords(format_moment_ref(matter.moment)))


def _group_blocks(session: Session, asked: Sequence[Matter]) -> Iterator[Block]:
    """Yield a sentence for each kind of matter, and the first of the words in question."""
    for kind in dict.fromkeys(matter.kind for matter in asked):
        yield Text(_group_sentence(session, [matter for matter in asked if matter.kind == kind]))
    with_words = [matter for matter in asked if matter.moment.text]
    for matter in with_words[:QUOTES_SHOWN]:
        yield Quote(clip_text(matter.moment.text, NOTE_WORDS), by=matter.number)
    if len(with_words) > QUOTES_SHOWN:
        yield Small((f"And {number_in_words(len(with_words) - QUOTES_SHOWN)} more.",))


def _group_sentence(session: Session, matters: Sequence[Matter]) -> Line:
    if len(matters) == 1:
        return _sentence(session, matters[0])
    who, count = _who(session, matters), number_in_words(len(matters))
    numbers = list_names([matter.number for matter in matters], NUMBERS_SHOWN)
    match matters[0].kind:
        case PostingKind.NOTE_DRAFT if all(what_it_shows(matter.moment) for matter in matters):
            shown = list_names(
                [f"{what_it_shows(each.moment)} ({each.number})" for each in matters], NUMBERS_SHOWN
            )
            return (f"Someone wants to save {count} things you posted: {shown}. What do they show?",)
        case PostingKind.NOTE_DRAFT:
            return (f"Someone wants to save {count} messages you wrote: {numbers}. I can't read them.",)
        case PostingKind.NOTE_LONG:
            long = f"You wrote {count} messages that are longer than I can save: {numbers}."
            return (f"{long} You can give each in fewer words.",)
        case PostingKind.NOTE_TAKEN_BACK:
            return (f"The 💡 on {count} things you wrote was taken back. They're saved as {numbers}.",)
        case PostingKind.NOTE_SOURCE_GONE:
            gone = f"{count.capitalize()} messages you wrote were deleted."
            return (f"{gone} The copies are {numbers}.",)
        case PostingKind.NOTE_REMOVED:
            said = f"{who} removed {count} things of yours for everyone: {numbers}. You can bring them back until "
            return (said, _undo_until(session, matters), ".")
        case _:
            return (f"{who} saved {count} things you wrote. They're in the team's memory now: {numbers}.",)


def _group_buttons(posting: Posting, asked: Sequence[Matter]) -> tuple[Button, ...]:
    """Return the buttons that decide about all matters, or open them one by one."""
    known = str(posting.id)
    stay, go = NoteAll(known, Decision.KEEP), NoteAll(known, Decision.REMOVE)
    one_by_one = Button("One by one", NoteOne(known))
    match list({matter.kind for matter in asked}):
        case [PostingKind.NOTE_KEPT]:
            return (Button("Fine", stay), Button("Remove all", go), one_by_one)
        case [PostingKind.NOTE_TAKEN_BACK | PostingKind.NOTE_SOURCE_GONE]:
            return (Button("Keep all", stay), Button("Remove all", go), one_by_one)
        case [PostingKind.NOTE_REMOVED]:
            return (Button("Undo all", NoteAll(known, Decision.RESTORE)), one_by_one)
        case [PostingKind.NOTE_DRAFT | PostingKind.NOTE_LONG]:
            return (one_by_one, Button("Leave all out", go))
        case _:
            return (one_by_one,)


def _who(session: Session, matters: Sequence[Matter]) -> str:
    """Return the names of the people who caused the matters."""
    asked_by = dict.fromkeys(matter.item.asked_by_id for matter in matters if matter.item.asked_by_id)
    names = [session.get_one(Person, one).name for one in asked_by]
    return list_names(names, QUOTES_SHOWN) or "Someone"


def _undo_until(session: Session, matters: Sequence[Matter]) -> Timestamp:
    """Return the time until which all of these moments can be brought back, in the author's zone."""
    moment = matters[0].moment
    zone = session.get_one(Person, moment.author_id).zone or session.get_one(Team, moment.team_id).zone
    first = min(matter.moment.deleted_at for matter in matters if matter.moment.deleted_at)
    return Timestamp(first + UNDO_PERIOD, zone, clock=True)
