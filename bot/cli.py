"""The command line: its grammar, and the commands that read or write something and then end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.recaps.content import RecapContent
    from bot.settings import Settings
    from storage.engine.database import Database
    from storage.teams.teams import TeamSummary

NO_TEAM = "There are no teams yet. The first command in a channel creates one."
PERIODS = ("week", "month", "quarter", "year")
"""The periods that a recap can cover."""
MOST_DIGITS = 10
"""The number of a person has fewer digits than this."""
BOOK_FORMATS = {"html": "html", "md": "markdown", "json": "json"}
"""The formats of a book, by the name that the command line gives them."""


def build_parser() -> argparse.ArgumentParser:
    """Build the argument parser.

    It imports nothing from the bot, so that `--help` is fast.
    """
    top = argparse.ArgumentParser(
        prog="ahabot", description="A bot for Slack and Discord that saves a team's aha moments."
    )
    top.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="run the bot on every platform that is set up")
    demo = commands.add_parser("demo", help="open the playground in your browser; no token needed")
    demo.add_argument("--fresh", action="store_true", help="start over")
    demo.add_argument("--empty", action="store_true", help="start without the sample team's story")
    commands.add_parser("teams", help="list the teams")
    check = commands.add_parser(
        "check", help="check the settings, the database and each platform, and say what to fix"
    )
    check.add_argument(
        "--blocks", action="store_true", help="check every card and form with Slack too; it takes a minute"
    )
    commands.add_parser("migrate", help="update the database to this version")
    recap = commands.add_parser("recap", help="print a team's recap")
    _add_team_option(recap)
    recap.add_argument("--period", choices=PERIODS, default="week")
    recap.add_argument("--format", choices=("text", "json", "png"), default="text")
    export = commands.add_parser("export", help="print everything a team has saved")
    _add_team_option(export)
    export.add_argument("--format", choices=("json",), default="json")
    book = commands.add_parser("book", help="make a person's book for them")
    book.add_argument(
        "--person",
        action="append",
        default=[],
        help="slack:U1, discord:123, a name or a number; repeat it for the same person's other accounts",
    )
    book.add_argument("--format", choices=tuple(BOOK_FORMATS), default="html")
    book.add_argument("--out", default="", help="write to this file instead of standard output")
    manifest = commands.add_parser(
        "manifest", help="print the app settings to paste into Slack, or Discord's invite link"
    )
    manifest.add_argument("platform", help="slack or discord")
    manifest.add_argument("--url", default="", help="your public address, for HTTP: https://…")
    manifest.add_argument("--language", default="", help="the language of Slack's descriptions, such as de")
    return top


class _ShowVersion(argparse.Action):
    """Prints the version and exits. The version is read only then, which keeps `--help` fast."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version of the installed package."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"ahabot {version('ahabot')}")
        except PackageNotFoundError:
            parser.exit(2, "Ahabot isn't installed, so it has no version. Install it with make run.\n")
        parser.exit()


def _add_team_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--team", default="", help="its number in `ahabot teams`, or the id of its main channel"
    )


@contextmanager
def open_for_reading(settings: Settings) -> Iterator[Database]:
    """Open the database read-only for one command.

    Another process may write to it at the same time. Raises StoreError if the tables are not
    up to date.
    """
    from storage.engine.database import open_database
    from storage.engine.schema import check_schema

    database = open_database(settings.database_url, writes=False)
    try:
        check_schema(database)
        yield database
    finally:
        database.close()


def list_teams(settings: Settings, _environ: Mapping[str, str], _options: Any) -> int:
    """Print one line for each team."""
    from bot.core.text import name_channel
    from storage.teams.teams import list_team_summaries

    with open_for_reading(settings) as database:
        found = database.read_now(list_team_summaries)
    for team in found:
        name = name_channel(team.name, team.channel)
        print(f"{team.id}\t{team.platform}:{team.channel}\t{name}\t{team.moments} moments")
    if not found:
        print(NO_TEAM, file=sys.stderr)
    return 0


def read_chosen_team(database: Database, given: str) -> TeamSummary:
    """Return the team in the database that the `--team` option names.

    Raises SettingError if that is ambiguous or unknown.
    """
    from storage.teams.teams import list_named_teams

    named = database.read_now(lambda session: list_named_teams(session, given))
    found = named if len(named) == 1 else database.read_now(lambda session: list_named_teams(session, ""))
    return match_team(found, given)


def match_team(found: Sequence[TeamSummary], given: str) -> TeamSummary:
    """Return the team that the `--team` option names.

    Without the option, a single team is the answer. Raises SettingError with the list of
    teams if the choice is ambiguous or unknown.
    """
    from bot.core.text import name_channel
    from bot.settings import SettingError

    named = [
        team for team in found if given in (str(team.id), team.channel, f"{team.platform}:{team.channel}")
    ]
    if not given and len(found) == 1:
        return found[0]
    if len(named) == 1:
        return named[0]
    if not found:
        raise SettingError(NO_TEAM)
    names = ", ".join(f"{team.id} ({name_channel(team.name, team.channel)})" for team in found)
    raise SettingError(f"Which team? Choose one with --team: {names}.")


def run_migrations(settings: Settings, _environ: Mapping[str, str], _options: Any) -> int:
    """Apply all missing migrations."""
    from storage.engine import schema
    from storage.engine.database import database_file, open_database
    from storage.engine.files import describe_copy

    database = open_database(settings.database_url)
    try:
        migrated = schema.migrate_database(database)
    finally:
        database.close()
    print("The database is up to date now." if migrated else "The database was already up to date.")
    if migrated and (kept := describe_copy(database_file(database.url))):
        print(kept)
    return 0


def print_recap(settings: Settings, _environ: Mapping[str, str], options: Any) -> int:
    """Print a team's recap of the period up to now.

    The formats are text, JSON with every text in full, and the chart as a PNG.
    """
    from bot.core.language.choice import known_language
    from bot.core.language.words import speaking
    from bot.features import RECAP_SOURCES
    from bot.recaps.recap import build_period_recap, empty_recap_text

    now = datetime.now(UTC)
    with open_for_reading(settings) as database:
        team = read_chosen_team(database, options.team)
        with speaking(known_language(team.language)):
            told = database.read_now(
                lambda session: build_period_recap(session, team.id, options.period, now, RECAP_SOURCES)
            )
    with speaking(known_language(team.language)):
        if told.is_empty and options.format == "text":
            print(empty_recap_text(options.period), file=sys.stderr)
        else:
            {"text": _print_text, "json": _print_json, "png": _write_picture}[options.format](told)
    return 0


def _print_text(told: RecapContent) -> None:
    from bot.core.plain_text import render_plain_card
    from bot.recaps.card import compose_recap_card

    print(render_plain_card(compose_recap_card(told)))


def _print_json(told: RecapContent) -> None:
    from bot.recaps.content import recap_document

    print(json.dumps(recap_document(told), ensure_ascii=False, indent=2))


def _write_picture(told: RecapContent) -> None:
    from bot.recaps.recap import plan_recap_picture
    from bot.settings import SettingError

    if sys.stdout.isatty():
        raise SettingError("A terminal can't show the picture. Save it to a file: add > recap.png")
    drawn = plan_recap_picture(told)
    if drawn is None:
        raise SettingError("Nothing was saved in the last twelve weeks, so there's no picture.")
    sys.stdout.buffer.write(drawn.png)


def export_team(settings: Settings, _environ: Mapping[str, str], options: Any) -> int:
    """Write all data of a team to standard output (docs/export.md)."""
    from bot.data.export import write_export

    now = datetime.now(UTC)
    with open_for_reading(settings) as database:
        team = read_chosen_team(database, options.team)
        database.read_now(lambda session: write_export(session, team.id, now, sys.stdout))
    return 0


def write_book(settings: Settings, _environ: Mapping[str, str], options: Any) -> int:
    """Write a person's book, of everything on all platforms, to a file or to standard output.

    It's in the language of the first person named.

    Raises SettingError for a person who is unknown or could be several, and for a file that can't be written.
    """
    from bot.core.language.choice import choose_language
    from bot.core.language.words import speaking
    from bot.memory.book.content import read_book
    from bot.memory.book.file import FORMATS, encode_text
    from bot.settings import SettingError
    from storage.models import Person

    if not options.person:
        raise SettingError(WHOSE_BOOK)
    now = datetime.now(UTC)
    with open_for_reading(settings) as database:
        people = [database.read_now(partial(match_person, given)) for given in options.person]
        first = database.read_now(lambda session: session.get_one(Person, people[0]))
        with speaking(choose_language(first.language, first.locale)):
            book = database.read_now(lambda session: read_book(session, people, now))
            data = encode_text(FORMATS[BOOK_FORMATS[options.format]].render(book))
    if options.out:
        _write_file(options.out, data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def _write_file(name: str, data: bytes) -> None:
    """Write a file that only its owner can read."""
    from pathlib import Path

    from bot.settings import SettingError
    from storage.engine.files import create_private

    path = Path(name)
    try:
        create_private(path)
        path.write_bytes(data)
    except OSError as error:
        raise SettingError(f"Can't write {name}: {error.strerror or error}.") from error


WHOSE_BOOK = "Whose book? Name the person with --person, like slack:U024BE7LH."


def match_person(given: str, session: Session) -> int:
    """Return the id of the person that a `--person` option names, also of one who has left.

    Raises SettingError if there is no such person, or with the numbers of everybody it could be.
    """
    from bot.settings import SettingError
    from storage.memory import book

    if not given.strip():
        raise SettingError(WHOSE_BOOK)
    platform, colon, id = given.partition(":")
    found = book.find_by_id(session, platform, id) if colon else ()
    found = found or book.find_by_id_or_name(session, given.strip())
    if not found and given.isdecimal() and len(given) < MOST_DIGITS:
        found = book.list_people(session, (int(given),))
    if len(found) == 1:
        return found[0].person.id
    if not found:
        raise SettingError(
            f"I don't know {given}. Write it like slack:U024BE7LH or discord:80351110224678912."
        )
    several = ", ".join(
        f"{person.id} ({person.name}, {place.platform}:{person.external_id} in {place.name or place.external_id})"
        for person, place in found
    )
    raise SettingError(f"{given} could be several people. Choose one by its number: {several}.")


COMMANDS: Mapping[str, Callable[[Settings, Mapping[str, str], Any], int]] = {
    "teams": list_teams,
    "migrate": run_migrations,
    "recap": print_recap,
    "export": export_team,
    "book": write_book,
}
"""The commands that need no platform, by name."""
