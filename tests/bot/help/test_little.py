"""Tests of what a team meets little by little: six things first, what it uses, and one that would come next."""

import pytest

from tests.support.databases import Clock
from tests.support.people import Everyone

SIX = ["log", "version", "find", "recap", "ask", "schedule"]


async def told(people: Everyone) -> list[str]:
    """Return the names that the help shows."""
    said = (await people.ana.types("help")).text
    return [
        line.split(" · ")[0].removeprefix("• /aha ") for line in said.splitlines() if line.startswith("•")
    ]


async def test_a_new_team_meets_six_things(people: Everyone) -> None:
    """All others are behind one button, for those who look."""
    help_ = await people.ana.types("help")
    assert sorted(await told(people)) == sorted(SIX)
    assert "When you notice something: /aha log" in help_.text
    everything = await help_.press("Everything I can do")
    assert "/aha quest · " in everything.text
    assert "[Goals]" not in (await people.ana.types("menu")).text
    assert "/aha goal" in (await (await people.ana.types("menu")).press("Everything I can do")).text


async def test_what_it_uses_joins_them(people: Everyone) -> None:
    await people.ana.types("failed We cached the tokens")
    await people.ben.types("quest Why do logins fail?")
    names = await told(people)
    assert {"failed", "quest", "cycle"} <= set(names)
    assert {"goal", "focus", "breakthrough"}.isdisjoint(names)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["one", "two", "three"], "When you saw the same thing differently: /aha version"),
        (["failed We cached it"], "When you want to know why it didn't work: /aha why"),
        (["breakthrough We sign once"], "When you want to see what led to a breakthrough: /aha memory fuel"),
    ],
)
async def test_one_thing_would_come_next(people: Everyone, lines: list[str], line: str) -> None:
    """It follows what the team did, in help and menu and on a person's own page."""
    for each in lines:
        await people.ana.types(each)
    for asked in ("help", "menu"):
        said = (await people.ana.types(asked)).text
        assert line in said
        assert said.count("When ") == 1
    assert line in await own_page(people)


async def own_page(people: Everyone) -> str:
    """Return the whole of Ana's page."""
    got = await people.ana.types("me")
    text = got.text
    while "[More]" in got.text:
        got = await got.press("More")
        text += got.text
    return text


async def test_goals_come_after_three_months(people: Everyone, clock: Clock) -> None:
    """Nothing is said to a team that has met what it needs, and nothing of a part that is off."""
    await people.ana.types("One thought")
    assert "When you" not in (await people.ana.types("help")).text
    clock.forward(days=91)
    assert "When you know where you want to go: /aha goal" in (await people.ana.types("help")).text
    form = await (await people.ana.types("setup")).press("Parts")
    await form.fill(parts="quests")
    assert "When you" not in (await people.ana.types("help")).text
