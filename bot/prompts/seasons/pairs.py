"""First and last answers of a season, side by side, for those who want that.

They are people's own words. Nobody's are shown to others unless they say so, and they can take them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, name_place, posting_place
from bot.core.language.words import _, lazy, line
from bot.core.messages import Block, Button, Card, Quote, Reply, Small, Style, Title, text_reply
from bot.core.text import clip_text, parse_number
from bot.core.times import format_day
from bot.prompts.seasons.commands import FirstAndLast, ShowPair
from storage.delivery import postings, refresh
from storage.models import Answer, Posting, Season
from storage.prompts import seasons
from storage.prompts.seasons import END_KEY

WORDS = 200
"""The most characters of an answer on the card that all see. In private it is whole."""

UNKNOWN_SEASON = lazy("That season isn't here any more.")


@dataclass(frozen=True)
class Pair:
    """A person's first and last answer, each with the day on which its question was asked."""

    name: str
    first: Answer
    first_on: date | None
    last: Answer
    last_on: date | None

    def to_blocks(self, length: int) -> tuple[Block, ...]:
        """Return both answers, up to `length` characters of each."""
        return (
            Quote(clip_text(self.first.text, length), self._line(self.first_on)),
            Quote(clip_text(self.last.text, length), self._line(self.last_on)),
        )

    def _line(self, day: date | None) -> str:
        return " · ".join(filter(None, (self.name, format_day(day) if day else "")))


def find_pair(given: Sequence[Answer], asked: Sequence[Posting], name: str = "") -> Pair | None:
    """Return the first and last of a person's answers, or None if they answered fewer than two questions."""
    if len({answer.posting_id for answer in given}) < 2:
        return None
    days = {posting.id: posting.local_date for posting in asked}
    first, last = given[0], given[-1]
    return Pair(name, first, days[first.posting_id], last, days[last.posting_id])


def list_pairs(session: Session, season: Season, asked: Sequence[Posting]) -> Sequence[Pair]:
    """Return the pairs of those who show theirs to all, by name."""
    given: dict[int, list[Answer]] = {}
    names: dict[int, str] = {}
    for person, answer in seasons.list_shown_answers(session, season.id, _named_ids(asked)):
        given.setdefault(person.id, []).append(answer)
        names[person.id] = person.name
    found = (find_pair(theirs, asked, names[person_id]) for person_id, theirs in given.items())
    return sorted(filter(None, found), key=lambda pair: pair.name.casefold())


def _named_ids(asked: Sequence[Posting]) -> list[int]:
    return [posting.id for posting in asked if not posting.anonymous]


def show_first_and_last(context: Context, command: FirstAndLast) -> Reply:
    """Show the caller their own first and last answer. UserError if there are no two of them."""
    season = find_ended_season(context, command.season)
    pair = _own_pair(context, season)
    shown = seasons.has_pair(context.session, season.id, context.caller.person_id)
    at, team = str(season.id), str(context.caller.team_id)
    button = (
        Button(_("Remove it from the card"), ShowPair(at, team, "1"))
        if shown
        else Button(_("Show it to everyone"), ShowPair(at, team), Style.PRIMARY)
    )
    who = _("Everyone here can see both.") if shown else _("Only you can see this.")
    blocks = (
        Title(_("Your first and last answer")),
        Quote(season.question),
        *pair.to_blocks(len(pair.first.text) + len(pair.last.text)),
    )
    return Reply(Card((*blocks, Small((who,))), (button,)))


def show_pair_to_all(context: Context, command: ShowPair) -> Reply:
    """Show the caller's first and last answer to all, or take them back."""
    season = find_ended_season(context, command.season)
    shown = not command.off
    if shown:
        _own_pair(context, season)
    seasons.set_pair(context.session, season.id, context.caller.person_id, context.now, shown)
    refresh.refresh_note(context.session, f"{END_KEY}{season.id}", context.now)
    card = postings.find_by_key(context.session, f"{END_KEY}{season.id}")
    place = name_place(posting_place(context, card))
    at, team = str(season.id), str(context.caller.team_id)
    if shown:
        undo = Button(_("Undo"), ShowPair(at, team, "1"))
        said = line("Your first and last answer are on the season's card in {place} now.", place=place)
        return text_reply(*said, buttons=(undo,), replaces=True)
    again = Button(_("Show it to everyone"), ShowPair(at, team))
    said = line("Your first and last answer aren't on the season's card in {place}.", place=place)
    return text_reply(*said, buttons=(again,), replaces=True)


def find_ended_season(context: Context, given: str) -> Season:
    """Return the ended season that a button names. UserError if it is gone or goes on."""
    season = seasons.find_season(context.session, context.caller.team_id, parse_number(given))
    if season is None:
        raise UserError(UNKNOWN_SEASON())
    if season.ended_at is None:
        raise UserError(
            _(
                "The season runs until {day}. You can see first and last answers after that.",
                day=format_day(season.until_on),
            )
        )
    return season


def _own_pair(context: Context, season: Season) -> Pair:
    """Return the caller's first and last answer. UserError if they answered fewer than two questions."""
    asked = seasons.list_asked(context.session, season)
    ids = _named_ids(asked)
    if not ids:
        raise UserError(_("This season's answers were anonymous, so I don't know which ones are yours."))
    pair = find_pair(seasons.list_written_answers(context.session, ids, context.caller.person_id), asked)
    if pair is None:
        raise UserError(
            _("To see your first and last answer, you need at least two, in words and with your name.")
        )
    return pair


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("first-and-last", FirstAndLast, show_first_and_last, read_only=True),
    Declaration("show-pair", ShowPair, show_pair_to_all, own_words=OwnWords.ALWAYS),
)
