"""The entry point. It builds settings, storage, bot, platforms and scheduler.

No other module builds all of them. Every failed start becomes one line that names the
setting to change.
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
    from bot.check import Finding
    from bot.core.commands import Commands
    from bot.settings import Settings
    from storage.engine.database import Database


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the CLI and return its exit code.

    Imports for a command happen only when that command runs. Exit codes: 2 for a wrong
    setting or a database error, 1 if the reader of the output closed the pipe.
    """
    from bot.cli import build_parser

    options = build_parser().parse_args(arguments)
    from bot.settings import SettingError
    from storage.engine.errors import StoreError

    try:
        code = _run_command(options)
        sys.stdout.flush()
        return code
    except (SettingError, StoreError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader closed the pipe early, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run_command(options: Namespace) -> int:
    """Read the settings, set up logging and run the chosen command.

    Commands that need the platforms are handled here, the others in `cli.COMMANDS`.
    """
    from bot import cli, logs
    from bot.settings import Settings, read_environment

    environ = read_environment(Path.cwd())
    settings = Settings.read(environ)
    logs.set_up_logging(settings.log_level, settings.log_format)
    match options.command:
        case "run":
            return serve_platforms(settings, environ)
        case "demo":
            return run_playground(settings, environ, options)
        case "check":
            return run_check(settings, environ, options)
        case "manifest":
            return print_manifest(environ, options)
        case name:
            return cli.COMMANDS[name](settings, environ, options)


def serve_platforms(settings: Settings, environ: Mapping[str, str]) -> int:
    """Serve every configured platform until the process is told to stop.

    Raises SettingError if no platform is configured.
    """
    import gc

    from adapters import build_adapters
    from bot.runtime.process import build_bot, run_bot, run_until_signal
    from bot.settings import SettingError

    adapters = build_adapters(environ)
    if not adapters:
        raise SettingError(NO_PLATFORM)
    database = _open_migrated(settings.database_url)
    bot = build_bot(database, adapters, lambda: datetime.now(UTC))

    async def serve_until_stopped(stop: asyncio.Event) -> None:
        async with run_bot(bot, settings.host, settings.port, settings.health) as port:
            print(
                f"Ahabot is listening on http://{settings.host}:{port}/ for {', '.join(bot.adapters)}",
                flush=True,
            )
            gc.freeze()  # exclude loaded modules from garbage collection, which paused the process for 0.1 s
            await stop.wait()
            bot.drawer.stop()

    with closing(database):
        run_until_signal(serve_until_stopped)
    return 0


NO_PLATFORM = (
    "No platform is set up. For Slack, set SLACK_BOT_TOKEN and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET. "
    "For Discord, set DISCORD_TOKEN. `ahabot demo` needs no token."
)
"""The error message if no platform is configured."""


def run_check(settings: Settings, environ: Mapping[str, str], options: Namespace) -> int:
    """Check everything that `run` needs and print one line for each finding.

    The exit code is 1 if any finding is not fine.
    """
    from adapters import build_adapters, check_platforms
    from bot.check import check_setup
    from bot.settings import SettingError

    def name_platforms() -> str:
        found = [adapter.platform for adapter in build_adapters(environ)]
        if not found:
            raise SettingError(NO_PLATFORM)
        return ", ".join(found)

    findings = [*check_setup(settings, name_platforms), *check_platforms(environ, _every_command())]
    if options.blocks:
        findings += _check_blocks(environ)
    print(*findings, sep="\n")
    return 0 if all(finding.fine for finding in findings) else 1


def _check_blocks(environ: Mapping[str, str]) -> list[Finding]:
    """Use a bot of its own to get every kind of card and form, and check them with the platforms."""
    from adapters import check_samples
    from bot.runtime.samples.sampling import collect_samples

    return check_samples(environ, _every_command(), asyncio.run(collect_samples()))


def print_manifest(environ: Mapping[str, str], options: Namespace) -> int:
    """Print a platform's app manifest as JSON, for the current settings."""
    from adapters import platform_manifest

    made = platform_manifest(options.platform, environ, _every_command(), options.url, options.language)
    print(json.dumps(made, ensure_ascii=False, indent=2))
    return 0


def _every_command() -> Commands:
    from bot.core.commands import Commands
    from bot.features import DECLARATIONS, SHORTCUTS

    return Commands(DECLARATIONS, SHORTCUTS)


def run_playground(settings: Settings, environ: Mapping[str, str], options: Namespace) -> int:
    """Run the playground with files of its own, and fill it with the story of a sample team.

    The page is open from the start and shows how the story grows. With `--empty` there is none.
    Raises SettingError if real platform tokens are set.
    """
    from adapters.playground.adapter import Playground
    from adapters.playground.demo import story
    from adapters.playground.settings import find_refusal
    from bot.runtime.process import build_bot, run_bot, run_until_signal
    from bot.settings import SettingError
    from storage.engine.files import create_private

    if beside := find_refusal(environ):
        raise SettingError(beside)
    folder = _prepare_demo_folder(options)
    playground = Playground.open_file(
        folder / "chat.json", begins=None if options.empty else story.story_start()
    )
    untold = not (options.empty or (folder / STORY_DONE_FILE).exists())
    database = _open_migrated(f"sqlite:///{folder / 'ahabot.db'}")
    bot = build_bot(database, [playground], playground.current_time)

    async def serve_until_stopped(stop: asyncio.Event) -> None:
        async with run_bot(bot, "127.0.0.1", settings.port) as port:
            if not untold:
                create_private(folder / STORY_DONE_FILE)
            create_private(folder / ADDRESS_FILE)
            (folder / ADDRESS_FILE).write_text(f"http://127.0.0.1:{port}/")
            print(f"The playground is open:\nhttp://127.0.0.1:{port}/", flush=True)
            if untold:
                await _write_story(story.play_story(playground), folder, stop)
            await stop.wait()
            bot.drawer.stop()
        (folder / ADDRESS_FILE).unlink(missing_ok=True)

    with closing(database):
        run_until_signal(serve_until_stopped)
    return 0


STORY_DONE_FILE = "told"
"""The marker file written once the demo's story is complete.

If the file is missing, the demo folder is rebuilt and the story starts again.
"""


ADDRESS_FILE = "open-at"
"""The file with the address of a demo that is running."""


def _prepare_demo_folder(options: Namespace) -> Path:
    """Return the demo's own folder, created or emptied as needed.

    It is never the folder of a real database. An unfinished demo or `--fresh` deletes the
    folder first.
    """
    from storage.engine.files import make_private_folder

    folder = Path("demo-empty" if options.empty else "demo")
    if folder.exists():
        _refuse_if_running(folder)
        if options.fresh or not (folder / STORY_DONE_FILE).exists():
            shutil.rmtree(folder)
    make_private_folder(folder)
    (folder / ADDRESS_FILE).unlink(missing_ok=True)  # left by one that was killed
    return folder


def _refuse_if_running(folder: Path) -> None:
    """Raise SettingError with the address if another demo process uses the folder."""
    from bot.settings import SettingError
    from storage.engine.errors import LockedError
    from storage.engine.lock import FileLock

    try:
        FileLock.acquire_lock(folder / "ahabot.db.lock").release_lock()
    except LockedError:
        address = folder / ADDRESS_FILE
        where = f"is already open at {address.read_text()}" if address.exists() else "is just starting"
        raise SettingError(f"The playground {where}. Stop it first if you want to start another.") from None


async def _write_story(playing: Coroutine[Any, Any, None], folder: Path, stop: asyncio.Event) -> None:
    """Play the demo's story beside the open page, and mark the folder when it is complete."""
    from storage.engine.files import create_private

    print("A sample team's first quarter is being played. You can watch.", flush=True)
    await _run_until_stopped(playing, stop)
    if not stop.is_set():
        create_private(folder / STORY_DONE_FILE)
        print("The story is complete. Now it's your turn.", flush=True)


async def _run_until_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Run a coroutine, and cancel it if the stop event is set first."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        working.result()
    else:
        working.cancel()


def _open_migrated(url: str) -> Database:
    """Open the database and apply missing migrations."""
    from storage.engine.database import open_database
    from storage.engine.schema import migrate_database

    database = open_database(url)
    try:
        migrate_database(database)
    except BaseException:
        database.close()
        raise
    return database


if __name__ == "__main__":
    sys.exit(main())
