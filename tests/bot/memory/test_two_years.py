"""A simulation of two years: what comes back of what a team of eight keeps, to whom, and how often.

The figures are printed: `pytest -s tests/bot/memory/test_two_years.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from bot.goals.commands import MeasureGoal, RemindOwner
from bot.memory.year_ago import NEWEST
from bot.recaps import recap
from bot.runtime.bot import Bot
from storage.memory.recalls import QUARTER
from storage.models import Moment, Posting, PostingKind, Recall
from tests.support.databases import Clock
from tests.support.people import HOME, Person
from tests.support.questions import asks, press, rows, there, until

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WEEKS, A_WEEK, TEAM = 104, 3, 8
YEAR = timedelta(days=369)
"""A year, and the three days after it that count as this week a year ago."""
PAUSE = range(70, 78)
"""The weeks of the second year in which nobody keeps anything."""
ASKED_FOR = (PostingKind.NOTE_CHECKPOINT, PostingKind.BOOK)
"""Private messages that come only because their person asked for them."""
PRESSES = 0.5
"""How often somebody presses an offer of an earlier moment."""
SUBJECTS = tuple(
    f"{thing} {part}"
    for thing in (
        "gateway",
        "invoice",
        "calendar",
        "warehouse",
        "password",
        "translation",
        "printer",
        "survey",
    )
    for part in ("timeout", "mapping", "layout", "deadline", "handover", "template", "rounding", "naming")
)
SENTENCES = (
    "The {} was never the problem we took it for",
    "We should ask the people who use the {} first",
    "Half of the {} can go and nobody notices",
    "It is the {} that makes Mondays slow",
)


@dataclass(frozen=True)
class Shown:
    """A moment that came back, with its day. `person` is 0 for a recap, which everyone sees."""

    moment: int
    person: int
    day: date
    way: str


async def live(bot: Bot, clock: Clock) -> None:
    """Let eight people keep three moments a week for two years, with a pause of eight weeks in the second.

    Half of the offers are pressed. Every week one person looks back in private and turns a page. There are
    experiments, breakthroughs and look backs with a next step, and one person asks to be messaged about a goal.
    """
    dice = Random(14)
    team = [Person(bot, replace(HOME, person=f"U{n}", person_name=f"P{n}", zone="UTC")) for n in range(TEAM)]
    clock.now = BEGIN
    await set_goal(bot, team[0])
    for week in range(WEEKS):
        for nth in range(0 if week in PAUSE else A_WEEK):
            clock.now = BEGIN + timedelta(weeks=week, days=nth, hours=dice.randrange(8))
            text = dice.choice(SENTENCES).format(dice.choice(SUBJECTS))
            command = dice.choices(("log", "failed", "breakthrough"), (8, 2, 1))[0]
            said = await dice.choice(team).types(f"{command} {text}, says case {week * A_WEEK + nth}")
            if "[See a similar moment]" in said.text and dice.random() < PRESSES:
                await said.press("See a similar moment")
        await page_through(dice.choice(team), bot)
        if week % 4 == 2 and week not in PAUSE:
            retro = await asks(dice.choice(team), "retro", f"What did we decide in week {week}?")
            form = await press(dice.choice(team), retro, "One next step")
            await form.fill(condition=f"the {dice.choice(SUBJECTS)} is late", action="we stop and look")
        await until(bot, clock, BEGIN + timedelta(weeks=week, days=5))
        await press_quiet_offer(dice.choice(team), bot)


async def set_goal(bot: Bot, owner: Person) -> None:
    """Make a goal that has checkpoints for the first year, and ask for messages about them."""
    await owner.types("goal new Ten evening schools")
    values = {
        "start": "0",
        "target": "10 schools",
        "due_on": (BEGIN + timedelta(days=364)).date().isoformat(),
    }
    await (await owner.does(MeasureGoal("1", "1"))).fill(**values)
    await bot.tick()
    await owner.does(RemindOwner("1", "1", "1"))


async def page_through(person: Person, bot: Bot) -> None:
    """Look back at this week in earlier years in private, and turn one page."""
    page = await person.types("memory year")
    if "[Another one]" in page.text:
        await page.press("Another one")


async def press_quiet_offer(person: Person, bot: Bot) -> None:
    """Press the newest offer of a quiet month, if it came this week."""
    offers = [m for m, each in there(person).standing.items() if "quiet here" in each.text]
    if offers and rows(bot, Posting)[-1].kind == PostingKind.LOOK_BACK:
        await press(person, offers[-1], "Look back")


def list_shown(bot: Bot) -> Iterator[Shown]:
    """Yield everything that came back, from the recaps as they were posted and from what was shown in private."""
    for posting in rows(bot, Posting):
        picks = (posting.as_posted or {}).get("picks", {})
        for way in ("year_ago", "month_ago"):
            for moment in picks.get(way, {}).get("moments", ()):
                yield Shown(moment, 0, posting.created_at.date(), way)
    for recall in rows(bot, Recall):
        yield Shown(recall.moment_id, recall.person_id, recall.shown_on, recall.way)


def find_too_soon(shown: list[Shown]) -> list[tuple[Shown, Shown]]:
    """Return pairs of showings of one moment within a quarter that one person saw."""
    by_moment = defaultdict(list)
    for each in sorted(shown, key=lambda one: one.day):
        by_moment[each.moment].append(each)
    return [
        (one, two)
        for every in by_moment.values()
        for one, two in combinations(every, 2)
        if two.day - one.day < QUARTER and (one.person == two.person or 0 in (one.person, two.person))
    ]


@pytest.mark.timeout(600)  # a busy machine needs minutes for two years
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the rules are the same on both engines
async def test_most_of_two_years_comes_back_and_nothing_too_often(
    bot: Bot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three in five within a year, none twice in a quarter, and at most one private message a month."""
    monkeypatch.setattr(recap, "plan_recap_picture", lambda _told: None)  # drawing takes most of the time
    await live(bot, clock)
    shown = list(list_shown(bot))
    end = clock.now
    kept = {each.id: each.created_at for each in rows(bot, Moment)}
    old = [one for one, at in kept.items() if at < end - NEWEST]
    whole = [one for one, at in kept.items() if at < end - YEAR]
    back = {each.moment for each in shown if each.day <= (kept[each.moment] + YEAR).date()}
    in_recaps = {each.moment for each in shown if not each.person}
    postings = rows(bot, Posting)
    private = [each for each in postings if each.person_id is not None]
    messages = Counter(
        (each.person_id, each.created_at.year, each.created_at.month)
        for each in private
        if each.kind not in ASKED_FOR
    )
    repeats = sum("repeat" in (each.as_posted or {}).get("picks", {}) for each in postings)
    figures = {
        "kept": len(kept),
        "older than a month": len(old),
        "of these came back within a year": f"{sum(one in back for one in old) / len(old):.0%}",
        "of those with a whole year": f"{sum(one in back for one in whole) / len(whole):.0%}",
        "by recaps alone": f"{sum(one in in_recaps for one in old) / len(old):.0%}",
        "ways": dict(Counter(each.way for each in shown)),
        "twice in a quarter": len(find_too_soon(shown)),
        "posted": dict(Counter(each.kind for each in postings)),
        "repeats told": repeats,
        "private messages that somebody asked for": sum(each.kind in ASKED_FOR for each in private),
        "most other private messages to one person in a month": max(messages.values(), default=0),
    }
    print("", *(f"{name}: {figure}" for name, figure in figures.items()), sep="\n")
    assert len(kept) == (WEEKS - len(PAUSE)) * A_WEEK
    assert sum(one in back for one in old) >= 0.6 * len(old)
    assert sum(one in back for one in whole) >= 0.6 * len(whole)
    assert find_too_soon(shown) == []
    assert max(messages.values(), default=0) <= 1
    assert {each.way for each in shown} == {"year_ago", "month_ago", "year", "quiet", "before"}
    assert repeats > 0
    assert any(each.kind in ASKED_FOR for each in private)
    assert {PostingKind.FOLLOW_UP, PostingKind.LOOK_BACK, PostingKind.RETRO} <= {
        each.kind for each in postings
    }
