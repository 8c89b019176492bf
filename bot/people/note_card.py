"""What a Note says about its moments, composed from their rows.

Each moment is a matter of its own: it is open while there is something to decide, and settled once
it was answered or its rows say otherwise. Only open matters have buttons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _, format_number, line, ngettext, nline
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Line,
    Quote,
    Small,
    Text,
    Timestamp,
)
from bot.core.moment import format_moment_ref, moment_name
from bot.core.text import LONGEST_TEXT, clip_text, list_names
from bot.moments.commands import Delete, Restore
from bot.moments.edit import UNDO_PERIOD
from bot.moments.source import WORDS_WANTED, GiveWords, name_words_form, what_it_shows
from bot.people.commands import Decision, Fine, NoteAll, NoteOne
from storage.models import Moment, MomentState, NoteAnswer, NoteItem, Person, Posting, PostingKind, Team
from storage.people import notes

NOTE_WORDS = 200
"""Maximum characters of a person's words in a Note, enough to recognise them."""
QUOTES_SHOWN = 3
"""Texts that a Note about several moments shows. *One by one* shows them all."""
NUMBERS_SHOWN = 6
"""Moment numbers in one sentence of a Note."""

STAYS, GIVEN = "stays", "given"
"""How a matter ended, where its rows still say the rest. Other ends are whole sentences."""


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
        return _("{moment} is back.", moment=moment_name(moment))
    if moment.deleted_at != item.created_at:
        return _("{moment} was deleted.", moment=moment_name(moment))
    if moment.erased_at or moment.deleted_at + UNDO_PERIOD <= now:
        return _(
            "{moment} was deleted by an admin and can't be brought back any more.", moment=moment_name(moment)
        )
    return ""


def _question_settled(moment: Moment, item: NoteItem) -> str:
    """Return how a question about a moment ended, or an empty string while it is open."""
    match item.answer:
        case NoteAnswer.WITHDRAWN:
            return _("The 💡 was removed, so nothing is saved.")
        case _ if moment.deleted_at is not None:
            return _("{moment} was deleted.", moment=moment_name(moment))
        case NoteAnswer.STAYS:
            return STAYS
        case NoteAnswer.GIVEN:
            return GIVEN
        case NoteAnswer.BACK:
            return _("The 💡 on what you wrote is back, so #{number} stays.", number=moment.number)
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
        yield Text((_("Your text is saved as #{number}.", number=matter.moment.number),))
        yield from _words(matter)
    else:
        yield Small((_("It stays.") if matter.settled == STAYS else matter.settled,))


def _settled_lines(settled: Sequence[Matter]) -> Iterator[Block]:
    """Yield one small line for each way in which matters ended."""
    stay = [each.number for each in settled if each.settled in (STAYS, GIVEN)]
    if stay:
        yield Small((tell_stays(stay),))
    others = dict.fromkeys(each.settled for each in settled if each.settled not in (STAYS, GIVEN))
    shown = list(others)[:NUMBERS_SHOWN]
    yield from (Small((said,)) for said in shown)
    if len(others) > len(shown):
        yield Small((ngettext("{n} more like this.", "{n} more like these.", len(others) - len(shown)),))


def tell_stays(numbers: Sequence[str]) -> str:
    """Return the sentence that moments stay saved. `numbers` are such as `#42`."""
    return ngettext(
        "{numbers} stays.", "{numbers} stay.", len(numbers), numbers=list_names(numbers, NUMBERS_SHOWN)
    )


def _sentence(session: Session, matter: Matter) -> Line:
    number, name = matter.moment.number, _names(session, [matter]) or _("Someone")
    match matter.kind:
        case PostingKind.NOTE_DRAFT:
            return _draft_sentence(matter, name)
        case PostingKind.NOTE_LONG:
            return line(
                "{name} would like to save something you wrote as #{number}, but it's longer than the {limit} "
                "characters I can save.",
                name=name,
                number=number,
                limit=format_number(LONGEST_TEXT),
            )
        case PostingKind.NOTE_TAKEN_BACK:
            return line(
                "The 💡 on something you wrote was removed. It's saved as #{number}. Should it stay?",
                number=number,
            )
        case PostingKind.NOTE_SOURCE_GONE:
            return line(
                "A message you wrote was deleted, but a copy is saved as #{number}. Should the copy stay?",
                number=number,
            )
        case PostingKind.NOTE_REMOVED:
            return line(
                "{name} deleted your #{number} for everyone. You can bring it back until {time}.",
                name=name,
                number=number,
                time=_undo_until(session, [matter]),
            )
        case _:
            return line(
                "{name} saved what you wrote. It's in the team's memory now, as #{number}.",
                name=name,
                number=number,
            )


def _draft_sentence(matter: Matter, name: str) -> Line:
    """Return the sentence about a message without words that the bot can read. `name` is who wants to save it."""
    number, what = matter.moment.number, what_it_shows(matter.moment)
    own = matter.item.asked_by_id == matter.moment.author_id
    if what and own:
        return line(
            "You wanted something saved that you posted without text: {thing}. It'll be #{number}. "
            "What does it show?",
            thing=what,
            number=number,
        )
    if what:
        return line(
            "{name} would like to save something you posted without text: {thing}. It'll be #{number}. "
            "What does it show?",
            name=name,
            thing=what,
            number=number,
        )
    if own:
        return line(
            "You wanted something saved that you wrote, but I can't read it there. It'll be #{number} once you "
            "add the text.",
            number=number,
        )
    return line(
        "{name} would like to save something you wrote as #{number}, but I can't read it there.",
        name=name,
        number=number,
    )


def matter_buttons(posting: Posting, matter: Matter) -> tuple[Button, ...]:
    """Return the buttons that decide about one moment."""
    at = format_moment_ref(matter.moment)
    fine = Fine(at, str(posting.id))
    match matter.kind:
        case PostingKind.NOTE_DRAFT | PostingKind.NOTE_LONG:
            return (words_button(matter), Button(_("Don't save it"), Delete(at)))
        case PostingKind.NOTE_TAKEN_BACK:
            return (Button(_("Keep it"), fine), Button(_("Delete it"), Delete(at)))
        case PostingKind.NOTE_SOURCE_GONE:
            return (Button(_("Keep it"), fine), Button(_("Delete it, too"), Delete(at)))
        case PostingKind.NOTE_REMOVED:
            return (Button(_("Undo"), Restore(at)),)
        case _:
            return (Button(_("Fine"), fine), Button(_("Remove it"), Delete(at)))


def words_button(matter: Matter) -> Button:
    """Return the button with which an author gives a moment its words."""
    return Button(name_words_form(matter.moment), GiveWords(format_moment_ref(matter.moment)))


def _group_blocks(session: Session, asked: Sequence[Matter]) -> Iterator[Block]:
    """Yield a sentence for each kind of matter, and the first of the words in question."""
    for kind in dict.fromkeys(matter.kind for matter in asked):
        yield Text(_group_sentence(session, [matter for matter in asked if matter.kind == kind]))
    with_words = [matter for matter in asked if matter.moment.text]
    for matter in with_words[:QUOTES_SHOWN]:
        yield Entry(clip_text(matter.moment.text, NOTE_WORDS), (matter.number,))
    if len(with_words) > QUOTES_SHOWN:
        yield Small((ngettext("{n} more.", "{n} more.", len(with_words) - QUOTES_SHOWN),))


def _group_sentence(session: Session, matters: Sequence[Matter]) -> Line:
    if len(matters) == 1:
        return _sentence(session, matters[0])
    count = len(matters)
    numbers = list_names([matter.number for matter in matters], NUMBERS_SHOWN)
    match matters[0].kind:
        case PostingKind.NOTE_DRAFT if all(what_it_shows(matter.moment) for matter in matters):
            shown = [f"{what_it_shows(each.moment)} ({each.number})" for each in matters]
            return nline(
                "Someone would like to save something you posted without text: {things}. What does it show?",
                "Someone would like to save {n} things you posted without text: {things}. What do they show?",
                count,
                things=list_names(shown, NUMBERS_SHOWN),
            )
        case PostingKind.NOTE_DRAFT:
            return nline(
                "Someone would like to save one of your messages, but I can't read it: {numbers}.",
                "Someone would like to save {n} of your messages, but I can't read them: {numbers}.",
                count,
                numbers=numbers,
            )
        case PostingKind.NOTE_LONG:
            return nline(
                "One of your messages is too long for me to save: {numbers}. You can give me a shorter text.",
                "{n} of your messages are too long for me to save: {numbers}. You can give me shorter texts.",
                count,
                numbers=numbers,
            )
        case PostingKind.NOTE_TAKEN_BACK:
            return nline(
                "The 💡 on one of your messages was removed. It's saved as {numbers}. Should it stay?",
                "The 💡 on {n} of your messages was removed. They're saved as {numbers}. Should they stay?",
                count,
                numbers=numbers,
            )
        case PostingKind.NOTE_SOURCE_GONE:
            return nline(
                "One of your messages was deleted. The copy is {numbers}. Should it stay?",
                "{n} of your messages were deleted. The copies are {numbers}. Should they stay?",
                count,
                numbers=numbers,
            )
        case PostingKind.NOTE_REMOVED:
            said = nline(
                "One of your moments was deleted for everyone: {numbers}. You can bring it back until {time}.",
                "{n} of your moments were deleted for everyone: {numbers}. You can bring them back until {time}.",
                count,
                numbers=numbers,
                time=_undo_until(session, matters),
            )
            names = _names(session, matters)
            return (*said, " ", _("Deleted by: {names}.", names=names)) if names else said
        case _:
            said = nline(
                "One of your messages is in the team's memory now: {numbers}.",
                "{n} of your messages are in the team's memory now: {numbers}.",
                count,
                numbers=numbers,
            )
            names = _names(session, matters)
            return (*said, " ", _("Saved by: {names}.", names=names)) if names else said


def _group_buttons(posting: Posting, asked: Sequence[Matter]) -> tuple[Button, ...]:
    """Return the buttons that decide about all matters, or open them one by one."""
    known = str(posting.id)
    stay, go = NoteAll(known, Decision.KEEP), NoteAll(known, Decision.REMOVE)
    one_by_one = Button(_("One by one"), NoteOne(known))
    match list({matter.kind for matter in asked}):
        case [PostingKind.NOTE_KEPT]:
            return (Button(_("Fine"), stay), Button(_("Remove all"), go), one_by_one)
        case [PostingKind.NOTE_TAKEN_BACK | PostingKind.NOTE_SOURCE_GONE]:
            return (Button(_("Keep all"), stay), Button(_("Delete all"), go), one_by_one)
        case [PostingKind.NOTE_REMOVED]:
            return (Button(_("Undo all"), NoteAll(known, Decision.RESTORE)), one_by_one)
        case [PostingKind.NOTE_DRAFT | PostingKind.NOTE_LONG]:
            return (one_by_one, Button(_("Save none of them"), go))
        case _:
            return (one_by_one,)


def _names(session: Session, matters: Sequence[Matter]) -> str:
    """Return the names of the people who caused the matters, or nothing if they aren't known."""
    asked_by = dict.fromkeys(matter.item.asked_by_id for matter in matters if matter.item.asked_by_id)
    names = [session.get_one(Person, one).name for one in asked_by]
    return list_names(names, QUOTES_SHOWN)


def _undo_until(session: Session, matters: Sequence[Matter]) -> Timestamp:
    """Return the time until which all of these moments can be brought back, in the author's zone."""
    moment = matters[0].moment
    zone = session.get_one(Person, moment.author_id).zone or session.get_one(Team, moment.team_id).zone
    first = min(matter.moment.deleted_at for matter in matters if matter.moment.deleted_at)
    return Timestamp(first + UNDO_PERIOD, zone, clock=True)
