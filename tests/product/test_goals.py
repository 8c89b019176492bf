"""From a resolution to a SMMART goal, to *on pace, off mission*, to what it taught: the same on every platform."""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, choice, the

CHECKPOINT = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
RESOLUTION = "This year ten evening schools teach with us"


async def test_from_a_resolution_to_what_it_taught(room: Room) -> None:
    """Mission, three short steps, a moment that serves the goal, a check-in, and the close."""
    form = await room.types("Ben", "mission")
    assert form
    said = await room.fills(
        "Ben", form.id, who="Small schools that teach in the evening", why="Our own was one"
    )
    assert said
    assert "The mission is saved" in said
    mission = the(await room.channel(), "Our mission", "Small schools that teach in the evening")

    goal = await _three_steps(room)
    await _a_moment(room, goal, mission)
    await _a_checkpoint(room, goal)
    await _the_end(room, goal)


async def _three_steps(room: Room) -> Seen:
    """Make the goal of a resolution, and return its card."""
    made = await room.types("Ana", f"goal from {RESOLUTION}")
    assert made
    assert "One of six letters is filled." in made
    form = await room.presses("Ana", "Go on", made.id)
    assert form
    measured = await room.fills("Ana", form.id, start="٠", target="10 schools", due_on="2026-06-30")
    assert measured
    assert "Three of six letters are filled." in measured
    form = await room.presses("Ana", "Go on", measured.id)
    assert form
    line = choice(form, "line", "Who we serve: Small schools that teach in the evening")
    aligned = await room.fills(
        "Ana", form.id, line=line, attainable="Two came by themselves", relevant="It's our rent",
        step="If a school calls, then I visit it that week",
    )  # fmt: skip
    assert aligned
    assert "All six letters are filled." in aligned
    card = the(await room.channel(), "Supporting goal #1", RESOLUTION)
    assert "From 0 to 10 schools until 30 June 2026." in card
    assert "If a school calls, then I visit it that week" in card
    assert "Goal #1: a straight line from 0 schools" in card.picture
    return card


async def _a_moment(room: Room, goal: Seen, mission: Seen) -> None:
    kept = await room.types("Mei", "A school called us by itself")
    assert kept
    form = await room.presses("Mei", "What does it serve?", kept.id)
    assert form
    chosen = choice(form, "goals", f"#1 {RESOLUTION}")
    line = choice(form, "line", "Who we serve: Small schools that teach in the evening")
    said = await room.fills("Mei", form.id, goals=chosen, line=line)
    assert said
    assert "#1 serves goal #1 and the line “Who we serve”" in said
    assert "Served by #1" in await room.message(goal.id)
    assert "1 moment, 1 goal" in await room.message(mission.id)


async def _a_checkpoint(room: Room, goal: Seen) -> None:
    await room.until(CHECKPOINT)
    assert "Time to check in" in await room.message(goal.id)
    form = await room.presses("Ben", "Check in", goal.id)
    assert form
    said = await room.fills("Ben", form.id, progress="2", fit=choice(form, "fit", "No"))
    assert said
    assert "On pace, off mission: 2 schools" in said
    card = await room.message(goal.id)
    assert "On pace, off mission: 2 schools on 30 March" in card
    assert "2 schools, on pace, off mission" in card.picture


async def _the_end(room: Room, goal: Seen) -> None:
    form = await room.types("Ana", "goal close 1")
    assert form
    outcome = choice(form, "outcome", "We didn't reach it")
    said = await room.fills("Ana", form.id, outcome=outcome, taught="Day schools came, and stayed a week")
    assert said
    assert "Goal #1 is closed" in said
    card = await room.message(goal.id)
    assert "not reached" in card
    assert "Day schools came, and stayed a week" in card
    form = await room.presses("Ana", "It was an experiment", said.id)
    assert form
    kept = await room.fills("Ana", form.id, text="We offered it to every school")
    assert kept
    assert "Goal #1 names it." in kept
    assert "It became experiment #2." in await room.message(goal.id)
