"""The two cards of a season in the channel: the one that begins it, and the one that says how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.core.messages import Block, Button, Card, Post, Quote, Section, Small, Text, Title, text_card
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import number_in_words, parse_number
from bot.core.times import format_day, local_day, weekday_names
from bot.prompts.seasons.commands import EndSeason, FirstAndLast
from bot.prompts.seasons.pairs import WORDS, list_pairs
from storage.models import Person, Posting, Schedule, Season, Team
from storage.prompts import answers, seasons
from storage.prompts.seasons import CARD_KEY, END_KEY

TITLE = "A season of one question"
PAIRS_SHOWN = 8
"""How many people's first and last answers the card shows, so that it stays within a message's blocks."""
TWICE = 2


def compose_season(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a season's card. Return None if the season was taken back before it was posted."""
    season = session.get_one(Season, parse_number(posting.key.removeprefix(CARD_KEY).removeprefix(END_KEY)))
    if not season.question:
        gone = text_card("This season was taken back.")
        return ComposedPost(Post(gone)) if posting.message else None
    if posting.key.startswith(END_KEY):
        return _compose_end(session, season)
    return ComposedPost(Post(season_card(session, season)))


def season_card(session: Session, season: Season) -> Card:
    """Return the card of a season as it is now: going on, or ended."""
    author = session.get_one(Person, season.author_id)
    begun = Small((f"Begun by {author.name}",))
    if season.ended_at is not None:
        ended = Text((f"{_ended_phrase(session, season)} {asked_phrase(session, season)}",))
        return Card((Title(TITLE), Quote(season.question), ended, begun))
    end = Button("End it now", EndSeason(str(season.id), str(season.team_id)))
    return Card((Title(TITLE), Quote(season.question), *_running_blocks(session, season), begun), (end,))


def _running_blocks(session: Session, season: Season) -> Iterator[Block]:
    schedule = session.get_one(Schedule, season.schedule_id)
    days = f"{'every second ' if schedule.every == TWICE else ''}{weekday_names(schedule.weekdays)}"
    since, until = format_day(season.from_on), format_day(season.until_on)
    yield Text((f"From {since} to {until} I ask only this, in the same words. The other questions rest.",))
    if not schedule.active:
        yield Small(("The schedule that asks it is off, so nothing is asked for now.",))
    elif schedule.paused_until and schedule.paused_until >= season.until_on:
        yield Small((f"It's asked on {days}, but that is paused until {format_day(schedule.paused_until)}.",))
    else:
        yield Small((f"It's asked on {days}.",))


def _ended_phrase(session: Session, season: Season) -> str:
    """Return the sentence that says when a season ended, and by whom if it was before its date."""
    assert season.ended_at is not None
    zone = session.get_one(Team, season.team_id).zone
    if season.ended_by_id is None:
        return f"This season ended on {format_day(season.until_on)}."
    by = session.get_one(Person, season.ended_by_id).name
    return f"{by} ended this season on {format_day(local_day(season.ended_at, zone))}."


def asked_phrase(session: Session, season: Season) -> str:
    """Return the sentence that says how often a season asked its question, and how many answered."""
    asked = seasons.list_asked(session, season)
    if not asked:
        return "It wasn't asked." if season.ended_at is not None else "It wasn't asked yet."
    times = {1: "once", 2: "twice"}.get(len(asked), f"{number_in_words(len(asked))} times")
    return f"It was asked {times}{_answered_phrase(session, asked)}."


def _answered_phrase(session: Session, asked: Sequence[Posting]) -> str:
    """Return how many answered, for the end of a sentence.

    Of answers without names only those that came out are counted, and only of questions with enough
    of them.
    """
    people = seasons.count_named(session, [each.id for each in asked if not each.anonymous])
    closed = (each.id for each in asked if each.anonymous and each.closed_at is not None)
    counts = (answers.count_people(session, posting_id) for posting_id in closed)
    nameless = sum(count for count in counts if count >= ANONYMITY_FLOOR)
    told = [f"{number_in_words(people)} of you answered"] if people else []
    if nameless:
        told.append(
            f"{number_in_words(nameless)} {'answer' if nameless == 1 else 'answers'} came without a name"
        )
    return "".join(f", and {each}" for each in told)


def _compose_end(session: Session, season: Season) -> ComposedPost:
    """Compose the last card, with the first and last answers of those who show theirs."""
    asked = seasons.list_asked(session, season)
    pairs = list_pairs(session, season, asked)[:PAIRS_SHOWN]
    head = f"{_ended_phrase(session, season)} {asked_phrase(session, season)} The other questions are back."
    blocks: list[Block] = [Title("The season of one question is over"), Quote(season.question), Text((head,))]
    if pairs:
        blocks.append(Section("First and last"))
        blocks += [block for pair in pairs for block in pair.to_blocks(WORDS)]
    named = sum(not posting.anonymous for posting in asked)
    buttons: tuple[Button, ...] = ()
    if named >= TWICE:
        buttons = (Button("See my first and last", FirstAndLast(str(season.id), str(season.team_id))),)
    elif not named:
        blocks.append(
            Small(("Answers came without names, so I can't tell anyone their own first and last.",))
        )
    quoted = tuple(answer.id for pair in pairs for answer in (pair.first, pair.last))
    return ComposedPost(Post(Card(tuple(blocks), buttons)), answers=quoted)
