"""Tests that the bot uses the command name that a team configured."""

import threading
from datetime import datetime

from bot.core.events import ChannelJoined
from bot.core.origin import Capabilities
from bot.runtime.bot import Bot
from tests.support.people import Everyone
from tests.support.recorder import Recorder


async def test_it_says_the_command_by_its_name(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It does so from the first hello on, and in errors."""
    recorder.capabilities = Capabilities(command="/lantern")
    await people.ana.does(ChannelJoined())
    await bot.tick()
    assert "type /lantern log and what you noticed" in recorder.texts()[-1]

    hold, bot.patience = threading.Event(), 0.5
    clock = bot.clock

    def sleepy() -> datetime:
        hold.wait(2)
        return clock()

    bot.clock = sleepy
    got = await people.ana.types("We sign once now")
    hold.set()
    assert "Check with /lantern find before you send it again." in got.text
