"""Tests of what a process loads: a platform's library only where that platform is set up, pictures only when drawn.

Also its memory at rest, against a program with that library and SQLModel alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

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
NEVER_AT_START = {
    "matplotlib", "numpy", "alembic", "mako", "pygments", "rich", "emoji", "cryptography", "babel",
    "sqlalchemy.dialects.postgresql",
}  # fmt: skip
AT_REST = """
import asyncio, os
from datetime import UTC, datetime
from adapters import build_adapters
from bot.__main__ import _open_migrated
from bot.runtime.process import build_bot
database = _open_migrated("sqlite:///ahabot.db")
bot = build_bot(database, build_adapters(os.environ), lambda: datetime.now(UTC))
asyncio.run(bot.tick())
"""
ALONE = {
    "slack": """
from aiohttp import web
from slack_bolt.async_app import AsyncApp
app = AsyncApp(token="xoxb-1", signing_secret="s").web_app()
""",
    "discord": """
import discord
tree = discord.app_commands.CommandTree(discord.Client(intents=discord.Intents.default()))
""",
}
ONE_TABLE = """
import sqlmodel
class Row(sqlmodel.SQLModel, table=True):
    id: int | None = sqlmodel.Field(default=None, primary_key=True)
engine = sqlmodel.create_engine("sqlite:///alone.db")
sqlmodel.SQLModel.metadata.create_all(engine)
with sqlmodel.Session(engine) as session:
    session.add(Row())
    session.commit()
    session.exec(sqlmodel.select(Row)).all()
"""
MEMORY = """
import gc, json
gc.collect()
print(json.dumps(int(open("/proc/self/status").read().partition("VmRSS:")[2].split()[0])))
"""
"""Prints the kilobytes that the process holds."""
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
    [
        (SLACK, "slack", {"discord", "slack_sdk.socket_mode"}),
        (DISCORD, "discord", {"slack_bolt", "slack_sdk"}),
    ],
)
def test_a_process_for_one_platform_leaves_the_others_library(
    tmp_path: Path,
    sqlite_template: Path,
    program: str,
    environ: dict[str, str],
    platform: str,
    others: set[str],
) -> None:
    """It would take memory and time at every start. The same is true of what draws pictures.

    What migrates is loaded only where a migration is missing, and emoji, keys and the languages' forms where
    they are first used, and what only PostgreSQL needs not on SQLite.
    """
    shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    found, modules = run_program(program, tmp_path, environ, platform)
    assert found == [platform]
    assert (others | NEVER_AT_START) & set(modules) == set()


def run_program(program: str, folder: Path, environ: dict[str, str], platform: str) -> Any:
    """Run a program that prints JSON, for a platform whose server cannot be reached, and return what it prints."""
    closed = {"SLACK_API_URL": "http://127.0.0.1:1/api/", "DISCORD_API_URL": "http://127.0.0.1:1/api"}
    named = {name: value for name, value in closed.items() if name.startswith(platform.upper())}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, check=True, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE), **environ, **named},
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory is read from /proc")
@pytest.mark.parametrize(("environ", "platform"), [(SLACK, "slack"), (DISCORD, "discord")])
def test_memory_at_rest(
    tmp_path: Path, sqlite_template: Path, environ: dict[str, str], platform: str
) -> None:
    """The whole bot after a tick takes at most half again what its platform's library and SQLModel take alone."""
    shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    whole = run_program(AT_REST + MEMORY, tmp_path, environ, platform)
    alone = run_program(ALONE[platform] + ONE_TABLE + MEMORY, tmp_path, environ, platform)
    assert whole <= 1.5 * alone, (whole, alone)


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
