"""The entry point, and the only place that builds the whole: settings, storage, bot, platforms, scheduler.

It turns every failed start into one line that names what to change.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.engine.database import Database


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the CLI; its exit code. What a command needs is imported only when it runs."""
    from bot.cli import parser

    options = parser().parse_args(arguments)
    from bot.settings import BadSetting
    from storage.engine.errors import StoreError

    try:
        code = _command(options)
        sys.stdout.flush()
        return code
    except (BadSetting, StoreError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _command(options: Namespace) -> int:
    """Those that need the platforms are built here; the rest reads or writes, and ends."""
    from bot import cli, logs
    from bot.settings import Settings, environment

    environ = environment(Path.cwd())
    settings = Settings.read(environ)
    logs.set_up(settings.log_level, settings.log_format)
    match options.command:
        case "run":
            return run(settings, environ)
        case "demo":
            return demo(settings, environ, options)
        case "check":
            return check(settings, environ)
        case "manifest":
            return manifest(environ, options)
        case name:
            return cli.COMMANDS[name](settings, environ, options)


def run(settings: Settings, environ: Mapping[str, str]) -> int:
    """Serve every platform that the environment names."""
    import gc

    from adapters import configured
    from bot.runtime.process import build, running, until_told_to_stop
    from bot.settings import BadSetting

    adapters = configured(environ)
    if not adapters:
        raise BadSetting(NO_PLATFORM)
    database = _database(settings.database_url)
    bot = build(database, adapters, lambda: datetime.now(UTC))

    async def serve(stop: asyncio.Event) -> None:
        async with running(bot, settings.host, settings.port) as port:
            print(
                f"Ahabot listens on http://{settings.host}:{port}/ for {', '.join(bot.adapters)}", flush=True
            )
            gc.freeze()  # what is loaded by now stays; looking through it again stopped everything for 0.1 s
            await stop.wait()

    with closing(database):
        until_told_to_stop(serve)
    return 0


NO_PLATFORM = (
    "No platform is set up: set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET for Slack, or "
    "DISCORD_TOKEN for Discord. `ahabot demo` needs none of them."
)


def check(settings: Settings, environ: Mapping[str, str]) -> int:
    """Look at everything that `run` needs, a line for each; 1 where something is not fine."""
    from adapters import checks, configured
    from bot.check import look
    from bot.settings import BadSetting

    def platforms() -> str:
        found = [adapter.platform for adapter in configured(environ)]
        if not found:
            raise BadSetting(NO_PLATFORM)
        return ", ".join(found)

    findings = [*look(settings, platforms), *checks(environ)]
    print(*findings, sep="\n")
    return 0 if all(finding.fine for finding in findings) else 1


def manifest(environ: Mapping[str, str], options: Namespace) -> int:
    """What a platform takes to set us up, for the settings at hand."""
    from adapters import manifest as made

    print(json.dumps(made(options.platform, environ, options.url), ensure_ascii=False, indent=2))
    return 0


def demo(settings: Settings, environ: Mapping[str, str], options: Namespace) -> int:
    """The playground, in files of its own, with a team's life in it unless it shall be empty."""
    from adapters.playground.adapter import Playground
    from adapters.playground.demo import story
    from adapters.playground.settings import refusal
    from bot.runtime.process import build, running, until_told_to_stop
    from bot.settings import BadSetting

    if beside := refusal(environ):
        raise BadSetting(beside)
    folder = _demo_folder(options)
    playground = Playground.open(folder / "chat.json", begins=None if options.empty else story.begins())
    database = _database(f"sqlite:///{folder / 'ahabot.db'}")
    bot = build(database, [playground], playground.clock)

    async def serve(stop: asyncio.Event) -> None:
        async with running(bot, "127.0.0.1", settings.port) as port:
            if not (options.empty or (folder / TOLD).exists()):
                print(
                    "Filling the playground with a quarter of a team's life; this takes a moment.", flush=True
                )
                await _or_stopped(story.tell(playground), stop)
            if not stop.is_set():
                (folder / TOLD).touch()
                print(f"The playground is open:\nhttp://127.0.0.1:{port}/", flush=True)
            await stop.wait()

    with closing(database):
        until_told_to_stop(serve)
    return 0


TOLD = "told"
"""The file that says the demo's story was told to its end; without it, it begins again."""


def _demo_folder(options: Namespace) -> Path:
    """The demo's own folder, never the one of a real database."""
    folder = Path("demo-empty" if options.empty else "demo")
    unfinished = folder.exists() and not (folder / TOLD).exists()
    if folder.exists() and (options.fresh or unfinished):
        _refuse_if_running(folder)
        shutil.rmtree(folder)
    folder.mkdir(exist_ok=True)
    return folder


def _refuse_if_running(folder: Path) -> None:
    """CannotOpen while another demo uses the folder."""
    from storage.engine.lock import FileLock

    FileLock.take(folder / "ahabot.db.lock").release()


async def _or_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Do the work, unless told to stop meanwhile."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        working.result()
    else:
        working.cancel()


def _database(url: str) -> Database:
    """The database, open and up to date."""
    from storage.engine.database import open_database
    from storage.engine.schema import migrate

    database = open_database(url)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


if __name__ == "__main__":
    sys.exit(main())
