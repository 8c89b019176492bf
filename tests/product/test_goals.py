"""From a resolution to a SMMART goal, to *on pace, off mission*, to a focus check, to what the goal taught.

One dialogue, said after each step by each person's own eyes: on the playground's page in Chromium, on Slack and on
Discord, with their own clients over real sockets.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.engine.database import Database
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.slack.chat import SlackRoom
from tests.product.conftest import MONDAY, PLATFORMS
from tests.support.chat import Room, Seen, choice, number_in, sure, the, whole
from tests.support.chromium_room import on_chromium

CHECKPOINT = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 4, 3, 18, 0, tzinfo=UTC)
OUT_OF_FAIRS = datetime(2026, 4, 10, 12, 0, tzinfo=UTC)

CHROMIUM = "chromium"
RESOLUTION = "This year ten evening schools teach with us"
WHO = "Small schools that teach in the evening"
STEP = "If a school calls, then I visit it that week"
WRONG_NUMBER = "I need a number here, like 12, 1,200.50 or 10k."
EVERYONE = ("Ana", "Ben", "Mei")


@pytest.fixture(params=[CHROMIUM, *(name for name in PLATFORMS if name != "playground")])
async def room(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """Open the home channel as `conftest` does, the playground's in a browser."""
    at = request.param
    opened = on_chromium(request.getfixturevalue("chromium")) if at == CHROMIUM else PLATFORMS[at]
    async with opened(database, tmp_path, MONDAY) as there:
        yield there


@pytest.mark.timeout(300)  # a browser, on a busy machine
async def test_from_a_resolution_to_what_it_taught(room: Room) -> None:
    """Mission, goal, steps, a checkpoint, the recap, a focus check and the end, each undone once and done again."""
    mission = await _the_mission(room)
    goal = await _from_a_kept_resolution(room)
    await _three_steps(room, goal)
    await _steps_are_ticked(room, goal)
    await _only_the_owner_asks_to_be_told(room, goal)
    assert [await room.notes(who) for who in EVERYONE] == [[], [], []]
    await _on_pace_off_mission(room, goal)
    await _what_served_it(room, goal, mission)
    check = await _the_recap_leads_to_a_focus_check(room)
    await _out_of_what_does_not_work(room, check)
    await _closed_with_what_it_taught(room, goal)
    assert [len(await room.notes(who)) for who in EVERYONE] == [1, 0, 0]


async def _the_mission(room: Room) -> Seen:
    form = sure(await room.types("Ben", "mission"))
    said = sure(await room.fills("Ben", form.id, who=WHO, why="Our own was one"))
    assert "Mission saved." in said
    assert "[Undo]" in said
    card = the(await room.channel(), "Our mission", WHO, "Our own was one")
    assert "Nothing serves it yet" in card
    assert "Still open: How we serve them best, The one key thing we offer." in card
    return card


async def _from_a_kept_resolution(room: Room) -> Seen:
    """Ana makes the goal of a kept moment, takes it back, and makes it again, as the big one."""
    kept = await room.types("Ana", f"log {RESOLUTION}")
    number = number_in(kept)
    made = sure(await room.types("Ana", f"goal from #{number}"))
    assert "Supporting goal #1 added." in made
    assert "One of the six SMMART letters is filled in." in made
    the(await room.channel(), "Supporting goal #1", RESOLUTION)
    back = sure(await room.presses("Ana", "Undo", made.id))
    assert "Goal #1 is gone" in back
    the(await room.channel(), "Goal #1 was deleted.")
    assert "Serves:" not in the(await room.channel(), f"Aha #{number}", RESOLUTION)

    made = sure(await room.types("Ana", f"goal from #{number}"))
    big = sure(await room.presses("Ana", "Make it the big goal", made.id))
    assert "#2 is the big goal now" in big
    assert "[Undo]" in big
    card = the(await room.channel(), "Big goal #2", RESOLUTION)
    assert "Owner: Ana" in card
    assert "S ● · M ○ · M ○ · A ○ · R ○ · T ○" in card
    assert "Served by #1" in card
    assert "Serves: goal #2" in the(await room.channel(), f"Aha #{number}", RESOLUTION)
    return card


async def _three_steps(room: Room, goal: Seen) -> None:
    """Fill five letters, after a word where a number belongs. Attainable stays open, and the card shows it."""
    form = sure(await room.presses("Ana", "Fill in the rest", goal.id))
    assert f"“{RESOLUTION}” You can leave fields empty and fill them in later." in form
    _has_five_parts(room, form)
    wrong = sure(await room.fills("Ana", form.id, start="none", target="10 schools", due_on="2026-06-30"))
    form = await _corrected(room, wrong)
    measured = sure(await room.fills("Ana", form.id, start="٠", target="10 schools", due_on="2026-06-30"))
    assert "3 of the six SMMART letters are filled in." in measured
    assert "I'll ask how it's going every other week, starting on 30 March." in measured

    form = sure(await room.presses("Ana", "Fill in the rest", measured.id))
    _has_five_parts(room, form)
    form = await whole(room, form)
    line = choice(form, "line", f"Who we serve: {WHO}")
    aligned = sure(await room.fills("Ana", form.id, line=line, relevant="It's our rent", step=STEP))
    assert "5 of the six SMMART letters are filled in. Still open: Attainable." in aligned
    card = await room.message(goal.id)
    assert "S ● · M ● · M ● · A ○ · R ● · T ●" in card
    assert "From 0 to 10 schools by 30 June 2026." in card
    assert "Our mission · Who we serve" in card
    assert "Still open: Attainable." in card
    assert "Goal #2: a straight line from 0 schools" in card.picture


def _has_five_parts(room: Room, form: Seen) -> None:
    """Check that a step fits one modal of Discord's five parts, its words on top included."""
    if isinstance(room, DiscordRoom):
        assert len(room.form(form).body["components"]) == 5


async def _corrected(room: Room, wrong: Seen) -> Seen:
    """Return the form with one sentence about the wrong field, and everything that was typed.

    Slack's stays open as it is. Discord shows the sentence first, with a button that opens the form again.
    """
    if isinstance(room, DiscordRoom):
        assert WRONG_NUMBER in wrong
        wrong = sure(await room.presses("Ana", "Open the form again", wrong.id))
    else:
        assert WRONG_NUMBER in wrong.fields["start"]["error"]
    if not isinstance(room, SlackRoom):
        assert wrong.fields["target"]["value"] == "10 schools"
        assert wrong.fields["due_on"]["value"] == "2026-06-30"
    return wrong


async def _steps_are_ticked(room: Room, goal: Seen) -> None:
    """Ben ticks the step on the card and takes that back. Mei's *done* in the thread ticks it for good."""
    assert STEP in await room.message(goal.id)
    done = sure(await room.presses("Ben", "Done", goal.id))
    assert f"Done on goal #2: “{STEP}”." in done
    assert "1 step done" in await room.message(goal.id)
    again = sure(await room.presses("Ben", "Undo", done.id))
    assert "Open again on goal #2" in again
    assert "1 step done" not in await room.message(goal.id)
    await room.says("Mei", "done", thread=goal.id)
    await room.channel()
    assert "1 step done" in await room.message(goal.id)


async def _only_the_owner_asks_to_be_told(room: Room, goal: Seen) -> None:
    assert "[Message me at checkpoints]" not in sure(await room.types("Ben", "goal 2"))
    told = sure(await room.presses("Ana", "Message me at checkpoints", goal.id))
    assert "I'll message you about the checkpoints of goal #2." in told
    assert "[Undo]" in told


async def _on_pace_off_mission(room: Room, goal: Seen) -> None:
    """Let the card ask on its day. Only Ana is told, and Ben answers, takes it back, and answers again."""
    await room.until(CHECKPOINT)
    assert "Time to check in" in await room.message(goal.id)
    the(await room.notes("Ana"), "Big goal #2 has a checkpoint", "[Check in]", "[Stop these messages]")
    assert await room.notes("Ben") == []
    said = await _ben_checks_in(room, goal)
    assert "On pace, off mission: 2 schools, where 1.4 is on pace for 30 March." in said
    back = sure(await room.presses("Ben", "Undo", said.id))
    assert "Your check-in on goal #2 is undone" in back
    assert "Time to check in" in await room.message(goal.id)
    await _ben_checks_in(room, goal)
    card = await room.message(goal.id)
    assert "On pace, off mission: 2 schools (30 March)" in card
    assert "Next checkpoint: 13 April" in card
    assert "2 schools, On pace, off mission" in card.picture


async def _ben_checks_in(room: Room, goal: Seen) -> Seen:
    form = sure(await room.presses("Ben", "Check in", goal.id))
    assert "From 0 to 10 schools." in form or isinstance(room, DiscordRoom)
    return sure(await room.fills("Ben", form.id, progress="2", fit=choice(form, "fit", "No")))


async def _what_served_it(room: Room, goal: Seen, mission: Seen) -> None:
    """Of three moments of the week one serves the goal, and the mission counts it."""
    kept = sure(await room.types("Mei", "A school called us by itself"))
    form = sure(await room.presses("Mei", "What does it serve?", kept.id))
    form = await whole(room, form)
    chosen = choice(form, "goals", f"#2 {RESOLUTION}")
    line = choice(form, "line", f"Who we serve: {WHO}")
    said = sure(await room.fills("Mei", form.id, goals=chosen, line=line))
    assert "#2 serves: goal #2 · Who we serve." in said
    assert "[Undo]" in said
    assert "Served by #1, #2" in await room.message(goal.id)
    assert "Jan–Mar 2026: 1 moment, 1 goal" in await room.message(mission.id)
    for words in ("Reports take a day", "Fairs bring day schools"):
        await room.types("Ben", words)


async def _the_recap_leads_to_a_focus_check(room: Room) -> Seen:
    """Friday's recap says state and ratio aloud, and in a new quarter it suggests the check. Return its card."""
    await room.until(FRIDAY)
    recap = the(await room.channel(), "The week to 3 April")
    assert "Goals: #2 On pace, off mission" in recap
    assert "Focus: 1 of 3 moments served the big goal #2" in recap
    assert " 2 aren't linked to a goal" in recap
    assert "A new quarter: where does our time really go?" in recap
    assert "1 of 3" in recap.picture

    form = sure(await room.presses("Mei", "Focus check", recap.id))
    assert f"Our big goal: #2 “{RESOLUTION}”" in form
    assert "2 of 4 moments this quarter served it" in form
    begun = sure(await room.fills("Mei", form.id, went="Half of it to custom reports"))
    assert "Focus check started. The card is in" in begun
    lists = sure(await room.presses("Mei", "Continue", begun.id))
    added = sure(
        await room.fills("Mei", lists.id, works="School visits\nCalls", out="Trade fairs", by_on="2026-04-10")
    )
    assert "3 lines added to the focus check. The card is in" in added
    assert "[Undo]" in added
    chances = sure(await room.presses("Mei", "Continue", added.id))
    await room.fills("Mei", chances.id, chances="The ministry's list")
    card = the(await room.channel(), "Focus check", "Trade fairs", "The ministry's list")
    assert f"Our big goal: #2 “{RESOLUTION}”" in card
    assert "Stop by 10 April" in card
    return card


async def _out_of_what_does_not_work(room: Room, check: Seen) -> None:
    """On its day the card asks. Ben says that they're out of it, takes it back, and says it again."""
    await room.until(OUT_OF_FAIRS)
    assert "Due 10 April: have we stopped?" in await room.message(check.id)
    said = await _ben_is_out_of_it(room, check)
    assert "“Trade fairs”: we've stopped. The card is in" in said
    await room.presses("Ben", "Undo", said.id)
    assert "we've stopped" not in await room.message(check.id)
    await _ben_is_out_of_it(room, check)
    assert "✓ We've stopped" in await room.message(check.id)


async def _ben_is_out_of_it(room: Room, check: Seen) -> Seen:
    form = sure(await room.presses("Ben", "Have we stopped?", check.id))
    return sure(await room.fills("Ben", form.id, answer=choice(form, "answer", "Yes, we've stopped")))


async def _closed_with_what_it_taught(room: Room, goal: Seen) -> None:
    """Ana closes the goal, opens it again and closes it. It was an experiment, and each card names the other."""
    said = await _ana_closes(room)
    again = sure(await room.presses("Ana", "Undo", said.id))
    assert "Goal #2 reopened" in again
    assert "Not reached" not in await room.message(goal.id)
    said = await _ana_closes(room)
    assert "Its moments and quests stay linked." in said
    card = await room.message(goal.id)
    assert "Big goal #2 · Not reached" in card
    assert "Day schools came, and stayed a week" in card
    assert "Last check-in: On pace, off mission: 2 schools (30 March)" in card
    assert "Served by #1, #2" in card

    form = sure(await room.presses("Ana", "Log an experiment", said.id))
    kept = sure(await room.fills("Ana", form.id, text="We offered it to every school"))
    assert "Linked to goal #2." in kept
    assert "Saved as experiment #5." in await room.message(goal.id)
    experiment = the(await room.channel(), "Experiment #5", "We offered it to every school")
    assert "goal #2" in experiment


async def _ana_closes(room: Room) -> Seen:
    form = sure(await room.types("Ana", "goal close 2"))
    outcome = choice(form, "outcome", "We didn't reach it")
    said = await room.fills("Ana", form.id, outcome=outcome, taught="Day schools came, and stayed a week")
    assert "Goal #2 closed." in sure(said)
    return sure(said)
