"""A no, a shiny thing and a chance are in no figure, picture, question or offer that was there before them.

A team lives the same weeks twice, once without them and once with many, and everything that counts is the same.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.core.times import Period
from bot.memory.fuel import FAILURES_IN_A_ROW
from bot.memory.sequels import AddSequel
from bot.moments.commands import AddVersion, IWasThere
from bot.moments.versions import VersionOf
from bot.quests.chart_data import ChartSpan, load_quest_chart_data
from bot.quests.commands import WhyOf
from bot.recaps.selection import is_period_empty
from bot.runtime.bot import Bot
from storage.memory import followups
from storage.models import COUNTED_KINDS, FOLLOWED_KINDS, FollowUp, Kind, Moment, Team
from storage.models.span import Span
from storage.moments import comfort
from storage.quests import links
from storage.recaps import participation, recaps
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

START = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 16, 5, tzinfo=UTC)
QUARTER = datetime(2026, 3, 27, 16, 5, tzinfo=UTC)
OTHERS = {Kind.NO: "no", Kind.SHINY: "shiny", Kind.CHANCE: "chance"}


def test_every_kind_that_is_not_counted_is_tried_here() -> None:
    """A later kind has to be added here, or be counted."""
    assert set(Kind) - set(COUNTED_KINDS) == set(OTHERS)
    assert set(FOLLOWED_KINDS) <= set(COUNTED_KINDS)


async def live(people: Everyone, bot: Bot, clock: Clock, others: bool) -> None:
    """Let the team work for a week, with a no, a shiny thing and a chance between, or without."""
    clock.now = START
    told = (
        "log Tokens are signed once", "quest How do we keep newcomers?", "failed A wizard of six pages",
        "breakthrough Newcomers stay for the people", "failed A longer wizard", "log Nobody reads page two",
    )  # fmt: skip
    for number, line in enumerate(told):
        await people.ana.types(line)
        if others:
            for word in OTHERS.values():
                await people.noor.types(f"{word} Something else, the {number}th of its kind")
        clock.forward(hours=1)
    await bot.tick()


def figures(session: Session) -> Mapping[str, Any]:
    """Return everything that counts moments, or chooses them by what they are."""
    team = session.exec(select(Team)).one()
    span = Span(team.id, START - timedelta(days=1), QUARTER)
    numbers = {one.id: one.text for one in session.exec(select(Moment)).all()}
    named = {
        "best": recaps.select_best(session, span, 50),
        "moments": recaps.best_moments(session, span, 50),
        "experiments": recaps.best_experiments(session, span, 50),
        "untaught": recaps.list_untaught(session, span, 50),
    }
    chart = load_quest_chart_data(session, ChartSpan(team.id, "Europe/Lisbon", QUARTER, None), "")
    return {
        **{name: [numbers[one] for one in ids] for name, ids in named.items()},
        "kept": recaps.count_kept(session, span),
        "weeks": recaps.count_by_week(session, team.id, [span.since, FRIDAY, span.until]),
        "people": participation.count_participants(session, span),
        "comfort": comfort.total_comfort(session, span),
        "first": recaps.first_quest_activity(session, team.id, QUARTER),
        "cycle": chart,
        "followups": sorted(
            (numbers[one.moment_id], one.kind) for one in session.exec(select(FollowUp)).all()
        ),
        "waiting": [numbers[moment.id] for _, moment in followups.list_waiting(session, team.id)],
        "breakthroughs": [one.text for one in links.list_recent(session, team.id, Kind.BREAKTHROUGH, 50)],
        "failed": links.have_latest_failed(session, team.id, 1, FAILURES_IN_A_ROW),
    }


async def test_the_figures_are_those_of_before(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Noor only said no, parked and kept chances. She's counted among nobody who told a moment."""
    await live(people, bot, clock, others=True)
    for number in (2, 3, 4):
        await people.mei.does(AddVersion(f"1.{number}", "I saw it as well"))
        await people.mei.does(IWasThere(f"1.{number}"))
    got = await bot.database.read(figures)
    assert got["people"] == 1
    assert got["kept"] == len(got["best"]) == 5
    assert got["weeks"] == [(2, 2, 1), (0, 0, 0)]
    assert len(got["moments"]) == 3
    assert got["failed"] is False
    assert got["waiting"] == []
    assert {text for text, _ in got["followups"]} == {"Newcomers stay for the people"}
    assert not [each for each in map(str, got.values()) if "of its kind" in each]


async def test_a_recap_and_its_picture_are_those_of_before(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Only the doors left closed are told beside them."""
    await live(people, bot, clock, others=True)
    clock.now = FRIDAY
    await bot.tick()
    (recap,) = (one for one in recorder.standing.values() if one.text.startswith("The week to"))
    assert "One person took part." in recap.text
    before, _, after = recap.text.partition("What we said no to")
    assert "of its kind" not in before
    assert after.count("of its kind") == 3
    assert "more: /aha find" not in recap.text
    assert recap.post.picture is not None
    assert "highlighted: 2 experiments, 2 ahas and 1 breakthrough" in recap.post.picture.alt


@pytest.mark.parametrize("word", [OTHERS[Kind.SHINY], OTHERS[Kind.CHANCE]])
async def test_a_week_of_nothing_else_has_no_recap(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, word: str
) -> None:
    clock.now = START
    await people.ana.types(f"{word} Something else")
    clock.now = FRIDAY
    await bot.tick()
    assert not [text for text in recorder.texts() if text.startswith("The week to")]
    assert await bot.database.read(
        lambda session: is_period_empty(session, 1, Period(START - timedelta(days=1), FRIDAY))
    )


@pytest.mark.parametrize("word", OTHERS.values())
async def test_nobody_is_asked_about_it_later(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, word: str
) -> None:
    """Not even where several told it."""
    clock.now = START
    await people.ana.types(f"{word} Something else")
    await people.ben.does(AddVersion("1.1", "I saw it as well"))
    refused = await people.ben.does(AddSequel("1.1", "possible", "We could rest"))
    assert "You can't add that to" in refused.text
    clock.forward(days=40)
    await bot.tick()
    assert not [text for text in recorder.texts() if "A month later" in text]
    assert await bot.database.read(lambda session: list(session.exec(select(FollowUp)).all())) == []


async def test_a_no_between_three_failures_changes_nothing(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Fuel is offered at the third experiment in a row."""
    clock.now = START
    await people.ana.types("failed The very first")
    await people.ana.types("breakthrough We sign once")
    for number in range(2):
        await people.ana.types(f"failed Try {number}")
        for word in OTHERS.values():
            await people.ana.types(f"{word} Something else")
    assert "[What dead ends led to]" in (await people.ana.types("failed Try 3")).text


@pytest.mark.parametrize("word", OTHERS.values())
async def test_the_message_menu_on_its_card(
    people: Everyone, bot: Bot, recorder: Recorder, word: str
) -> None:
    """No whys, no road and no experiment are offered, which it has none of."""
    await people.ana.types(f"{word} Something else")
    await bot.tick()
    message = recorder.last()[0]
    got = await people.ben.does(WhyOf(message))
    assert got.text.endswith(" #1 isn't one.\n[Add my version] [Show]")
    assert (await people.ben.does(VersionOf(message))).form.title == "Add my version"
