"""The command line: what there is to say, and the commands that look or write and then end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.recaps.content import Recap
    from bot.settings import Settings
    from storage.engine.database import Database
    from storage.teams.teams import TeamLine

PERIODS = ("week", "month", "quarter", "year")


def parser() -> argparse.ArgumentParser:
    """The grammar. It imports nothing of the bot, so that `--help` is there at once."""
    top = argparse.ArgumentParser(
        prog="ahabot", description="Aha moments, kept together, for Slack and Discord."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="serve the platforms that the environment names")
    demo = commands.add_parser("demo", help="the playground in your browser, without any token")
    demo.add_argument("--fresh", action="store_true", help="begin again")
    demo.add_argument("--empty", action="store_true", help="without a team's life in it")
    commands.add_parser("teams", help="list the teams")
    commands.add_parser("check", help="is everything configured and reachable, and what to do if not")
    commands.add_parser("migrate", help="bring the database up to date")
    recap = commands.add_parser("recap", help="a team's recap")
    _team(recap)
    recap.add_argument("--period", choices=PERIODS, default="week")
    recap.add_argument("--format", choices=("text", "json", "png"), default="text")
    export = commands.add_parser("export", help="everything a team has kept")
    _team(export)
    export.add_argument("--format", choices=("json",), default="json")
    manifest = commands.add_parser(
        "manifest", help="how Slack or Discord shall set the app up, to paste there"
    )
    manifest.add_argument("platform", help="slack or discord")
    manifest.add_argument("--url", default="", help="where the platform reaches us, for HTTP: https://…")
    return top


def _team(command: argparse.ArgumentParser) -> None:
    command.add_argument("--team", default="", help="its number in `ahabot teams`, or its home channel's id")


@contextmanager
def reading(settings: Settings) -> Iterator[Database]:
    """The database for one look, beside whatever process is writing it."""
    from storage.engine.database import open_database
    from storage.engine.schema import check_schema

    database = open_database(settings.database_url, writes=False)
    try:
        check_schema(database)
        yield database
    finally:
        database.close()


def teams(settings: Settings, _environ: Mapping[str, str], _options: Any) -> int:
    """List the teams, one to a line."""
    from storage.teams.teams import lines

    with reading(settings) as database:
        found = database.read_now(lines)
    for team in found:
        print(f"{team.id}\t{team.platform}:{team.channel}\t#{team.name}\t{team.moments} moments")
    if not found:
        print("There is no team yet: the first command in a channel makes one.", file=sys.stderr)
    return 0


def asked(database: Database, given: str) -> TeamLine:
    """The team that `--team` means, of those in the database."""
    from storage.teams.teams import lines

    return chosen(database.read_now(lines), given)


def chosen(found: Sequence[TeamLine], given: str) -> TeamLine:
    """The team that `--team` means. BadSetting, with what there is, where that is not clear."""
    from bot.settings import BadSetting

    named = [
        team for team in found if given in (str(team.id), team.channel, f"{team.platform}:{team.channel}")
    ]
    if not given and len(found) == 1:
        return found[0]
    if len(named) == 1:
        return named[0]
    if not found:
        raise BadSetting("There is no team yet: the first command in a channel makes one.")
    names = ", ".join(f"{team.id} (#{team.name})" for team in found)
    raise BadSetting(f"Say which team with --team: {names}.")


def migrate(settings: Settings, _environ: Mapping[str, str], _options: Any) -> int:
    """Apply what the schema lacks."""
    from storage.engine import schema
    from storage.engine.database import open_database

    database = open_database(settings.database_url)
    try:
        print(
            "The database is up to date now." if schema.migrate(database) else "The database was up to date."
        )
    finally:
        database.close()
    return 0


def recap(settings: Settings, _environ: Mapping[str, str], options: Any) -> int:
    """A team's recap of a period up to now: as text, as JSON with every text in whole, or its picture."""
    from bot.recaps.recap import nothing, tell

    now = datetime.now(UTC)
    with reading(settings) as database:
        team = asked(database, options.team)
        told = database.read_now(lambda session: tell(session, team.id, options.period, now))
    if told.empty and options.format == "text":
        print(nothing(options.period), file=sys.stderr)
    else:
        {"text": _as_text, "json": _as_json, "png": _as_picture}[options.format](told)
    return 0


def _as_text(told: Recap) -> None:
    from bot.core.plain_text import plain
    from bot.recaps.card import card

    print(plain(card(told), told.zone))


def _as_json(told: Recap) -> None:
    from bot.recaps.content import document

    print(json.dumps(document(told), ensure_ascii=False, indent=2))


def _as_picture(told: Recap) -> None:
    from bot.recaps.recap import picture
    from bot.settings import BadSetting

    if sys.stdout.isatty():
        raise BadSetting("A terminal shows no picture. Write it to a file: add > recap.png")
    drawn = picture(told)
    if drawn is None:
        raise BadSetting("Nothing was kept in these twelve weeks, so there is no picture.")
    sys.stdout.buffer.write(drawn.png)


def export(settings: Settings, _environ: Mapping[str, str], options: Any) -> int:
    """Everything a team has kept (docs/export.md)."""
    from bot.data.export import write

    now = datetime.now(UTC)
    with reading(settings) as database:
        team = asked(database, options.team)
        database.read_now(lambda session: write(session, team.id, now, sys.stdout))
    return 0


COMMANDS: Mapping[str, Callable[[Settings, Mapping[str, str], Any], int]] = {
    "teams": teams,
    "migrate": migrate,
    "recap": recap,
    "export": export,
}
