"""Tests of what a process loads: a platform's library only where that platform is set up, pictures only when drawn."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
DISCORD = {"DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4.a.b"}
COMPOSED = """
import json, os, sys
from datetime import UTC, datetime
from adapters import build_adapters
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import open_database
from storage.engine.schema import migrate_database
database = open_database("sqlite:///ahabot.db")
migrate_database(database)
bot = build_bot(database, build_adapters(os.environ), lambda: datetime.now(UTC))
database.close()
print(json.dumps([sorted(bot.adapters), sorted(sys.modules)]))
"""
CHECKED = """
import json, os, sys
from adapters import check_platforms
from bot.core.commands import Commands
from bot.features import DECLARATIONS, SHORTCUTS
found = check_platforms(os.environ, Commands(DECLARATIONS, SHORTCUTS))
print(json.dumps([sorted({each.about for each in found}), sorted(sys.modules)]))
"""
DRAWN = """
import asyncio, json, sys
from datetime import UTC, datetime
from bot.core.origin import Origin
from bot.moments.commands import Log
from bot.recaps.recap import PostRecap
from bot.runtime.process import build_bot
from storage.engine.database import open_database
from storage.engine.schema import migrate_database
from tests.support.recorder import Recorder
async def draw():
    database, recorder = open_database("sqlite:///ahabot.db"), Recorder()
    migrate_database(database)
    bot = build_bot(database, [recorder], lambda: datetime.now(UTC))
    bot.drawer.within = 60
    await bot.handle(Log("We sign once."), Origin("recorder", "W", "C", "U", "Ana", "1", channel_name="here"))
    await bot.handle(PostRecap(), Origin("recorder", "W", "C", "U", "Ana", "2", channel_name="here"))
    await bot.tick()
    bot.drawer.stop()
    database.close()
    return [each.post.picture.alt for each in recorder.standing.values() if each.post.picture]
print(json.dumps([asyncio.run(draw()), sorted(sys.modules)]))
"""


@pytest.mark.parametrize("program", [COMPOSED, CHECKED])
@pytest.mark.parametrize(
    ("environ", "platform", "others"),
    [(SLACK, "slack", {"discord"}), (DISCORD, "discord", {"slack_bolt", "slack_sdk"})],
)
def test_a_process_for_one_platform_leaves_the_others_library(
    tmp_path: Path, program: str, environ: dict[str, str], platform: str, others: set[str]
) -> None:
    """It would take memory and time at every start. The same is true of what draws pictures."""
    closed = {"SLACK_API_URL": "http://127.0.0.1:1/api/", "DISCORD_API_URL": "http://127.0.0.1:1/api"}
    named = {name: value for name, value in closed.items() if name.startswith(platform.upper())}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE), **environ, **named},
    )  # fmt: skip
    found, modules = json.loads(done.stdout)
    assert found == [platform]
    assert (others | {"matplotlib", "numpy"}) & set(modules) == set()


def test_a_bot_that_has_posted_a_picture_never_loaded_what_draws(tmp_path: Path) -> None:
    """It was drawn in another process, found from a folder in which the bot's packages are not."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAWN], cwd=tmp_path, check=True, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE)},
    )  # fmt: skip
    pictures, modules = json.loads(done.stdout)
    assert "1 aha" in pictures[0]
    assert {"matplotlib", "numpy"}.isdisjoint(modules)
    assert done.stderr == ""
