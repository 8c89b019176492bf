"""The two cards of a season in the channel: the one that begins it, and the one that says how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.core.language.words import _, lazy, ngettext
from bot.core.messages import Block, Button, Card, Post, Quote, Section, Small, Text, Title, text_card
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import number_in_words, parse_number
from bot.core.times import format_day, local_day, weekday_names
from bot.prompts.anonymous_answers import say_answered
from bot.prompts.seasons.commands import EndSeason, FirstAndLast
from bot.prompts.seasons.pairs import WORDS, list_pairs
from storage.models import Person, Posting, Schedule, Season, Team
from storage.prompts import answers, seasons
from storage.prompts.seasons import CARD_KEY, END_KEY

TITLE = lazy("A season of one question")
PAIRS_SHOWN = 8
"""How many people's first and last answers the card shows, so that it stays within a message's blocks."""
TWICE = 2


def compose_season(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a season's card. Return None if the season was taken back before it was posted."""
    season = session.get_one(Season, parse_number(posting.key.removeprefix(CARD_KEY).removeprefix(END_KEY)))
    if not season.question:
        gone = text_card(_("This season was taken back."))
        return ComposedPost(Post(gone)) if posting.message else None
    if posting.key.startswith(END_KEY):
        return _compose_end(session, season)
    return ComposedPost(Post(season_card(session, season)))


def season_card(session: Session, season: Season) -> Card:
    """Return the card of a season as it is now: going on, or ended."""
    author = session.get_one(Person, season.author_id)
    begun = Small((_("Started by {name}", name=author.name),))
    if season.ended_at is not None:
        ended = Text((f"{_ended_phrase(session, season)} {asked_phrase(session, season)}",))
        return Card((Title(TITLE()), Quote(season.question), ended, begun))
    end = Button(_("End season"), EndSeason(str(season.id), str(season.team_id)))
    return Card((Title(TITLE()), Quote(season.question), *_running_blocks(session, season), begun), (end,))


def _running_blocks(session: Session, season: Season) -> Iterator[Block]:
    schedule = session.get_one(Schedule, season.schedule_id)
    said = _(
        "From {since} to {until}, I ask only this question, always in the same words.",
        since=format_day(season.from_on),
        until=format_day(season.until_on),
    )
    yield Text((said,))
    yield Small((_say_when(schedule, season),))


def _say_when(schedule: Schedule, season: Season) -> str:
    """Return the sentence that says on which days a season asks its question, or why it doesn't."""
    if not schedule.active:
        return _("Its schedule is off, so I'm not asking it for now.")
    if schedule.paused_until and schedule.paused_until >= season.until_on:
        return _("Its schedule is paused until {day}.", day=format_day(schedule.paused_until))
    days = weekday_names(schedule.weekdays)
    if schedule.every == TWICE:
        return _("I ask it every other week on {days}.", days=days)
    return _("I ask it every week on {days}.", days=days)


def _ended_phrase(session: Session, season: Season) -> str:
    """Return the sentence that says when a season ended, and by whom if it was before its date."""
    assert season.ended_at is not None
    zone = session.get_one(Team, season.team_id).zone
    if season.ended_by_id is None:
        return _("This season ended on {day}.", day=format_day(season.until_on))
    by = session.get_one(Person, season.ended_by_id).name
    return _("{name} ended this season on {day}.", name=by, day=format_day(local_day(season.ended_at, zone)))


def asked_phrase(session: Session, season: Season) -> str:
    """Return the sentences that say how often a season asked its question, and how many answered."""
    asked = seasons.list_asked(session, season)
    if not asked:
        return _("I didn't ask it.") if season.ended_at is not None else _("I haven't asked it yet.")
    return " ".join((_say_times(len(asked)), *_say_answers(session, asked)))


def _say_times(times: int) -> str:
    """Return the sentence that says how often a question was asked."""
    if times == TWICE:
        return _("I asked it twice.")
    return ngettext("I asked it once.", "I asked it {number} times.", times, number=number_in_words(times))


def _say_answers(session: Session, asked: Sequence[Posting]) -> Iterator[str]:
    """Yield the sentences that say how many people answered.

    Of anonymous answers only those that came out are counted, and only of questions with enough of them.
    """
    people = seasons.count_named(session, [each.id for each in asked if not each.anonymous])
    closed = (each.id for each in asked if each.anonymous and each.closed_at is not None)
    counts = (answers.count_people(session, posting_id) for posting_id in closed)
    nameless = sum(count for count in counts if count >= ANONYMITY_FLOOR)
    if people:
        yield say_answered(people)
    if nameless:
        number = number_in_words(nameless).capitalize()
        yield ngettext(
            "One answer was anonymous.", "{number} answers were anonymous.", nameless, number=number
        )


def _compose_end(session: Session, season: Season) -> ComposedPost:
    """Compose the last card, with the first and last answers of those who show theirs."""
    asked = seasons.list_asked(session, season)
    pairs = list_pairs(session, season, asked)[:PAIRS_SHOWN]
    head = (_ended_phrase(session, season), asked_phrase(session, season), _("The other questions are back."))
    title = Title(_("The season of one question is over"))
    blocks: list[Block] = [title, Quote(season.question), Text((" ".join(head),))]
    if pairs:
        blocks.append(Section(_("First and last answers")))
        blocks += [block for pair in pairs for block in pair.to_blocks(WORDS)]
    named = sum(not posting.anonymous for posting in asked)
    buttons: tuple[Button, ...] = ()
    if named >= TWICE:
        buttons = (Button(_("My first and last answer"), FirstAndLast(str(season.id), str(season.team_id))),)
    elif not named:
        said = _("The answers were anonymous, so I can't show people their own first and last one.")
        blocks.append(Small((said,)))
    quoted = tuple(answer.id for pair in pairs for answer in (pair.first, pair.last))
    return ComposedPost(Post(Card(tuple(blocks), buttons)), answers=quoted)
