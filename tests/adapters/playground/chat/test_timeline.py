"""Tests of the playground's clock: it advances on request, and due posts appear at their own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.playground.chat.chat import Chat
from adapters.playground.chat.timeline import parse_jump_time, suggest_stops
from adapters.playground.errors import ChatError
from bot.core.messages import Card, Post, Title
from bot.core.origin import Place
from bot.features import PLANNERS
from tests.adapters.playground.conftest import Running

FRIDAY = datetime(2026, 3, 20, 12, tzinfo=UTC)
SOON = timedelta(seconds=30)


async def test_what_is_due_appears_at_its_own_hour(here: Running) -> None:
    """In three weeks there are three recaps at their due times, and open pages get them."""
    await here.people.invite_bot("ana", "random")
    start = here.playground.current_time()
    here.bot.due = [start + timedelta(days=7 * week) for week in (1, 2, 3, 4)]

    async def post() -> None:
        while here.bot.due and here.bot.due[0] <= here.playground.current_time():
            due = here.bot.due.pop(0)
            title = Title(f"The week to {due:%d %B}")
            await here.playground.post(Place("playground", "random"), Post(Card((title,))), due.isoformat())

    here.bot.on_tick = post
    line = await here.page.listen("ben")
    await here.page.do("jump", person="ben", to=(start + timedelta(days=22)).isoformat())
    posted = list(here.playground.chat.world.messages.values())
    assert len(posted) == 3
    for week, message in enumerate(posted, 1):
        assert timedelta() <= message.at - (start + timedelta(days=7 * week)) < SOON
    heard = [await line.receive_json() for _ in range(8)]
    assert len([news for news in heard if "message" in news]) == 3
    assert timedelta() <= here.playground.current_time() - (start + timedelta(days=22)) < SOON


async def test_what_stays_due_does_not_hold_time_up(here: Running) -> None:
    """A failing task is tried a few times on the way to next year, not for ever."""
    ticks: list[datetime] = []
    here.bot.due = [here.playground.current_time() + timedelta(minutes=1)]
    here.bot.on_tick = lambda: ticks.append(here.playground.current_time())
    await here.playground.jump_to(here.playground.current_time() + timedelta(days=365))
    assert len(ticks) < 40
    assert ticks == sorted(ticks)


async def test_time_does_not_go_back(here: Running) -> None:
    """It does not go forward without limit either."""
    for to, sentence in (
        ("2020-01-01T10:00", "Time only moves forward here."),
        ("9999-12-31T23:59", "That's too far ahead. You can jump ten years at most."),
        ("next week", "Write a day and a time like 2026-03-20 16:00."),
        ("0001-01-01T00:00+14:00", "Write a day and a time like 2026-03-20 16:00."),
    ):
        status, answer = await here.page.try_to("jump", person="ana", to=to)
        assert (status, answer["error"]) == (400, sentence)


def test_a_new_world_may_begin_in_the_past(path: Path) -> None:
    """A story starts twelve weeks ago. Opening its file again does not set the clock back."""
    began = datetime.now(UTC) - timedelta(weeks=12)
    chat = Chat.open_file(path, begins=began)
    assert timedelta() <= chat.world.current_time() - began < SOON
    chat.world.set_clock(began + timedelta(weeks=1))
    chat.world.set_clock(began)
    later = Chat.open_file(path, begins=began)
    assert timedelta() <= later.world.current_time() - began - timedelta(weeks=1) < SOON


def test_the_next_stops_are_the_schedules() -> None:
    """From Friday noon the first one is today at 16:00."""

    def shown(reader: str, *others: str) -> list[Any]:
        return [
            (stop["label"], stop["at"][:16])
            for stop in suggest_stops(FRIDAY, reader, others, PLANNERS.values())
        ]

    assert shown("Europe/Lisbon", "Asia/Singapore") == [
        ("Friday 16:00", "2026-03-20T16:00"),
        ("Tuesday 10:00", "2026-03-24T10:00"),
        ("Thursday 15:00", "2026-03-26T15:00"),
        ("A year from now", "2027-03-20T12:00"),
    ]
    assert shown("Asia/Singapore")[-2] == ("Friday 16:00", "2026-03-27T08:00")
    west = "America/Mexico_City"
    assert shown("Asia/Singapore", west)[0] == ("Friday 16:00 in Mexico City", "2026-03-20T22:00")


@pytest.mark.parametrize(
    ("given", "zone", "utc"),
    [
        ("2026-03-20T16:00", "Asia/Singapore", "2026-03-20T08:00:00+00:00"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00+00:00"),
        ("2026-03-20T16:00+02:00", "Asia/Singapore", "2026-03-20T14:00:00+00:00"),
    ],
)
def test_a_wall_clock_is_read_in_its_zone(given: str, zone: str, utc: str) -> None:
    """The hour is the person's local one. A missing hour is the one after it."""
    assert parse_jump_time(given, zone).isoformat() == utc


def test_a_leap_day_next_year() -> None:
    """A year from 29 February is 28 February."""
    assert suggest_stops(datetime(2028, 2, 29, 12, tzinfo=UTC), "UTC", (), ())[-1]["at"][:10] == "2029-02-28"


def test_nonsense_is_refused() -> None:
    """The error is one sentence."""
    with pytest.raises(ChatError, match="like 2026-03-20"):
        parse_jump_time("tomorrow", "UTC")
