"""Helpers for tests of next steps: a retrospective, its step, and the next retrospective."""

from datetime import timedelta

from bot.prompts.ask import TakeBack
from bot.prompts.steps.commands import ChangeStep
from bot.runtime.bot import Bot
from storage.models import NextStep, Posting, PostingKind
from tests.support.databases import Clock
from tests.support.people import Got, Person
from tests.support.questions import asks, press, rows

QUESTION = "What did we decide without noticing?"
STEP = "If the build is red at noon, then we stop and look"
DAY = timedelta(days=1)


async def give(who: Person, message: str, taker: str = "nobody") -> Got:
    """Give a retrospective its step with the form."""
    form = await press(who, message, "One next step")
    return await form.fill(
        condition="If the build is red at noon,", action="then we stop and look", taker=taker
    )


async def look_back(who: Person, clock: Clock, sort: str = "retro") -> str:
    """Ask a retrospective's question two weeks later, and return its message."""
    clock.forward(days=14)
    return await asks(who, sort, QUESTION)


def steps(bot: Bot) -> list[NextStep]:
    return rows(bot, NextStep)


async def changes(who: Person, bot: Bot) -> Got:
    """Open the form that changes the newest step."""
    step = steps(bot)[-1]
    return await who.does(ChangeStep(str(step.id), str(step.team_id)))


async def takes_back(who: Person, bot: Bot) -> Got:
    """Take the newest retrospective's question back."""
    retro = [each for each in rows(bot, Posting) if each.kind == PostingKind.RETRO][-1]
    return await who.does(TakeBack(str(retro.id), "", str(retro.team_id)))


async def suggest(who: Person, message: str, name: str) -> Got:
    """Give a retrospective its step and suggest somebody for it."""
    form = await press(who, message, "One next step")
    options = {one.label: one.value for one in form.form.fields[2].options}
    return await form.fill(condition="the build is red", action="we stop", taker=options[name])
