"""Tests of what stands in a channel: after each step, every card says what the rows say."""

from sqlmodel import Session, select

from bot import features
from bot.core.events import ChannelReopened
from bot.core.origin import PostFailedError
from bot.core.plain_text import render_plain_card
from bot.core.posts import ComposedPost
from bot.doors.commands import MakeGoal, UndoParked
from bot.goals.commands import (
    AddStep,
    AlignGoal,
    EditGoal,
    MeasureGoal,
    PlanCheckpoints,
    QuestServes,
    RemoveGoal,
    Serves,
    TickStep,
)
from bot.runtime.bot import Bot
from storage.models import Posting
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder


async def stale(bot: Bot, recorder: Recorder) -> list[str]:
    """Do what is due, and return the cards that say something else than they would if composed anew."""
    await bot.tick()

    def compare(session: Session) -> list[str]:
        found = []
        for posting in session.execute(select(Posting)).scalars():
            shown = recorder.standing.get(posting.message or "")
            composed = features.COMPOSERS[posting.kind](session, posting, bot.clock(), recorder.capabilities)
            if shown is not None and isinstance(composed, ComposedPost):
                fresh = render_plain_card(composed.post.card)
                if shown.text != fresh:
                    found.append(f"{posting.key} shows\n{shown.text}\nand should show\n{fresh}")
        return found

    return await bot.database.read(compare)


async def test_every_card_follows_every_step(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Of a mission, a goal, what serves it, what it came from and what it became, and each way back."""

    async def step(work: object) -> None:
        assert await stale(bot, recorder) == [], work

    ana, ben = people.ana, people.ben
    await step(await (await ana.types("mission")).fill(who="Small schools", how="By phone"))
    await step(await ana.types("shiny Ten evening schools"))
    await step(await ben.types("quest How do they find us?"))
    await step(await ben.does(MakeGoal("1.1")))
    await step(await ben.types("They call in the evening"))
    await step(await (await ben.does(EditGoal("1", "1"))).fill(text="Twelve schools", kind="big"))
    measure = await ben.does(MeasureGoal("1", "1"))
    await step(await measure.fill(start="0", target="12", due_on="2026-06-30"))
    align = await ben.does(AlignGoal("1", "1"))
    await step(await align.fill(line="who", step="If they call, then I go"))
    await step(await (await ana.does(Serves("1.2"))).fill(goals="1", line="how"))
    await step(await (await ana.does(QuestServes("1", "1"))).fill(goals="1"))
    await step(await ana.does(AddStep("1", "1", "If they come, then we show it")))
    ticked = await ana.does(TickStep("1", "1", "1"))
    await step(ticked)
    await step(await ticked.press("Undo"))
    await step(await (await ana.does(PlanCheckpoints("1", "1"))).fill(days="2026-04-01"))
    checked = await (await ana.types("goal check")).fill(progress="2", fit="no")
    await step(checked)
    await step(await checked.press("Undo"))
    clock.forward(hours=1)
    edited = await (await ben.types("mission")).press("Edit mission")
    await step(await edited.fill(who="Evening schools"))
    await step(await ana.types("delete 2"))
    await step(await (await ben.does(Serves("1.1"))).fill(goals="1"))
    await step(await (await ben.does(Serves("1.1"))).fill(goals=""))
    closed = await (await ana.types("goal close 1")).fill(outcome="reached", taught="Call in the evening")
    await step(closed)
    became = await (await closed.press("Log a breakthrough")).fill(text="They find us by phone")
    await step(became)
    await step(await became.press("Undo"))
    await step(await closed.press("Undo"))
    await step(await ben.does(UndoParked("1.1")))
    await step(await ben.does(MakeGoal("1.1")))
    await step(await ana.types("delete 1"))
    await step(await ana.does(RemoveGoal("1", "1", "1")))
    await step(await ben.does(RemoveGoal("2", "1", "1")))


async def test_cards_come_late_where_nothing_could_be_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A goal and a mission are worth showing days later, as a moment's card is."""
    await people.ana.types("An aha of ours")
    await bot.tick()
    recorder.trouble = [PostFailedError("I'm not in that channel.") for _ in range(4)]
    await (await people.ana.types("mission")).fill(who="Small schools")
    await people.ana.types("goal new Ten evening schools")
    await bot.tick()
    recorder.trouble = []
    assert not [text for text in recorder.texts() if "schools" in text]
    clock.forward(days=3)
    await people.ana.does(ChannelReopened())
    await bot.tick()
    assert [text.partition("\n")[0] for text in recorder.texts() if "schools" in text] == [
        "Our mission",
        "Supporting goal #1",
    ]
