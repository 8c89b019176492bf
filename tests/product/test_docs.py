"""What the pages say is there is there, and what is there is on a page: commands, settings, targets, links."""

import argparse
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest

from adapters import PLATFORMS
from bot.cli import build_parser
from bot.core.commands import Commands
from bot.features import DECLARATIONS
from bot.help.help import render_commands_page

HERE = Path(__file__).parents[2]
PAGES = (HERE / "README.md", HERE / "CONTRIBUTING.md", *sorted((HERE / "docs").glob("*.md")))
CODE = re.compile(r"^```\w*\n(.*?)^```|^ {4}(\S.*?)$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
"""A page's code: between fences, set in by four, between backticks."""

LINKS = re.compile(r'\]\(([^)#\s]+)|(?:src|srcset)="([^"]+)"')
VARIABLE = re.compile(r"[A-Z]+(?:_[A-Z]+)+|HOST|PORT")
NOT_OURS = {"POSTGRES_PASSWORD"}

REMAKE = (
    "docs/commands.md is not what the declarations say. Make it anew: .venv/bin/python -c 'from bot.core.commands "
    "import Commands; from bot.features import DECLARATIONS; from bot.help.help import render_commands_page; "
    "print(render_commands_page(Commands(DECLARATIONS)), "
    'end="")\' > docs/commands.md'
)


def code(page: Path) -> Iterator[str]:
    """The lines of code on a page."""
    for found in CODE.finditer(page.read_text()):
        yield from next(filter(None, found.groups())).splitlines()


def lines_with(program: str, *pages: Path) -> list[str]:
    """What follows a program's name in the code of the pages, up to a pipe, a redirection or a comment."""
    after = re.compile(rf"(?:^|[\s/]){program} ([^|>#&;]*)")
    return [found[1].strip() for page in pages for line in code(page) for found in after.finditer(line)]


def targets() -> set[str]:
    """What make can make."""
    (phony,) = re.findall(r"^\.PHONY: (.* test .*)$", (HERE / "Makefile").read_text(), re.MULTILINE)
    return set(phony.split())


def commands() -> set[str]:
    """The CLI's commands."""
    grammar = build_parser()._subparsers
    assert grammar is not None
    (choices,) = [action.choices for action in grammar._group_actions if action.choices]
    return set(choices)


def parses(line: str) -> bool:
    """Whether the CLI takes this line."""
    try:
        with redirect_stderr(StringIO()):
            build_parser().parse_args(shlex.split(line))
    except (SystemExit, argparse.ArgumentError):
        return False
    return True


def read_by_the_code() -> set[str]:
    """The variables that our settings read."""
    files = (
        *HERE.glob("bot/settings.py"),
        *HERE.glob("bot/encryption.py"),
        *HERE.glob("adapters/*/settings.py"),
    )
    texts = {text for file in files for text in re.findall(r'"([A-Z_]+)"', file.read_text())}
    return {text for text in texts if VARIABLE.fullmatch(text)}


def on_the_page() -> set[str]:
    """The variables in the first column of the tables of docs/running.md."""
    rows = re.findall(r"^\| (`.*?`) \|", (HERE / "docs/running.md").read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row) if VARIABLE.fullmatch(name)}


def in_the_example() -> set[str]:
    """The variables that deploy/env.example sets, or would without its #."""
    return (
        set(re.findall(r"^#?([A-Z_]+)=", (HERE / "deploy/env.example").read_text(), re.MULTILINE)) - NOT_OURS
    )


def of_platforms_to_come(names: set[str]) -> set[str]:
    """Those of a platform that has no folder yet."""
    return {name for name in names if name.startswith("DISCORD_") and "discord" not in PLATFORMS}


def test_the_page_of_commands_is_what_the_declarations_say() -> None:
    """Help and page come from one place."""
    page = HERE / "docs/commands.md"
    assert page.exists(), REMAKE
    assert page.read_text() == render_commands_page(Commands(DECLARATIONS)), REMAKE


def test_every_setting_is_documented() -> None:
    """In docs/running.md and in deploy/env.example, and neither names one that nobody reads."""
    assert on_the_page() == in_the_example()
    assert read_by_the_code() - on_the_page() == set()
    unread = on_the_page() - read_by_the_code()
    assert unread - of_platforms_to_come(unread) == set()


def test_every_target_of_make_is_documented() -> None:
    """On a page, and none that is not there."""
    named = {line.split()[0] for line in lines_with("make", *PAGES) if line}
    assert named - targets() == set()
    assert targets() - named - {"help"} == set()


def test_every_command_line_in_the_docs_works() -> None:
    """As it is written there, with its arguments."""
    assert [line for line in lines_with("ahabot", *PAGES) if line and not parses(line)] == []


def test_every_command_is_documented() -> None:
    """Whoever runs it finds all of them in docs/running.md."""
    named = {line.split()[0] for line in lines_with("ahabot", HERE / "docs/running.md") if line}
    assert commands() - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_points_to_is_there(page: Path) -> None:
    """Its links and pictures, within the project."""
    pointed = (next(filter(None, found.groups())) for found in LINKS.finditer(page.read_text()))
    assert [at for at in pointed if "://" not in at and not (page.parent / at).exists()] == []


def test_code_on_a_page_is_found(tmp_path: Path) -> None:
    """The reading itself: fences, lines set in, backticks; and not what is only a sentence."""
    page = tmp_path / "page.md"
    page.write_text(
        "Make sure. `make one`, or\n\n    make two ARGS=x\n\n```\nmake three | head\n```\nto make four.\n"
    )
    assert lines_with("make", page) == ["one", "two ARGS=x", "three"]
    assert parses("export --team 1")
    assert not parses("export --team")
