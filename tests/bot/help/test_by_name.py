"""Every command that has a name is reached by the bot's name and in its direct messages, without a slash command."""

import pytest

from bot.core.messages import Form, Reply
from bot.features import DECLARATIONS
from bot.runtime.bot import Bot
from tests.support.people import Everyone, Got

NAMED = [each.name for each in DECLARATIONS if each.name]
FAILURES = ("Something went wrong", "Did you mean")
NUMBERED = [each.name for each in DECLARATIONS if each.moment_field and each.name]


def answered(got: Got) -> bool:
    """Return whether the bot did what was asked, or asks for the rest."""
    if isinstance(got.answer, Form):
        return True
    return isinstance(got.answer, Reply) and not any(each in got.text for each in FAILURES)


@pytest.mark.parametrize("name", NAMED)
async def test_each_named_command(people: Everyone, bot: Bot, name: str) -> None:
    """By name in a channel, and written directly."""
    await people.ana.types("We sign tokens at login now")
    line = f"{name} 1" if name in NUMBERED else name
    assert answered(await people.ana.names(f" {line}"))
    assert answered(await people.ana.writes(line))
