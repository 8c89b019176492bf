"""The pages and the code agree: commands, settings, make targets, links, files, folders and names."""

import argparse
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest

from bot.cli import build_parser
from bot.core.commands import Commands
from bot.features import DECLARATIONS
from bot.help.commands_page import render_commands_page
from tests.test_architecture import STACK

HERE = Path(__file__).parents[2]
README, ARCHITECTURE = HERE / "README.md", HERE / "docs/architecture.md"
PAGES = (README, HERE / "CONTRIBUTING.md", *sorted((HERE / "docs").glob("*.md")))
PACKAGES = ("bot", "storage", "adapters")

CODE = re.compile(r"^```\w*\n(.*?)^```|^ {4}(\S.*?)$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
"""Code on a page: between fences, indented by four spaces, or between backticks."""

LINKS = re.compile(r'\]\(([^)#\s]+)|(?:src|srcset)="([^"]+)"')
FILES = re.compile(r"(?<![\w./<>])(?:[\w.-]+/)+\w+\.py\b")
TREE_LINES = re.compile(r"^( *)((?:[\w.]+(?:/|\.py)(?: {2,}|$))+)", re.MULTILINE)
"""A line of a tree: its indentation, then folders and Python files, each with two spaces behind it."""

VARIABLE = re.compile(r"[A-Z]+(?:_[A-Z]+)+|HOST|PORT")
OTHER_VARIABLES = {"POSTGRES_PASSWORD"}
"""Variables in deploy/env.example that Ahabot does not read."""

REMAKE = (
    "docs/commands.md differs from the declarations. Make it again: .venv/bin/python -c 'from bot.core.commands "
    "import Commands; from bot.features import DECLARATIONS; from bot.help.commands_page import render_commands_page; "
    "print(render_commands_page(Commands(DECLARATIONS)), "
    'end="")\' > docs/commands.md'
)


def read_code(page: Path) -> Iterator[str]:
    """Yield the lines of code on a page."""
    for found in CODE.finditer(page.read_text()):
        yield from next(filter(None, found.groups())).splitlines()


def command_lines(program: str, *pages: Path) -> list[str]:
    """Return the arguments of a program in the code of the pages, up to a pipe, a redirection or a comment."""
    after = re.compile(rf"(?:^|[\s/]){program} ([^|>#&;]*)")
    return [found[1].strip() for page in pages for line in read_code(page) for found in after.finditer(line)]


def make_targets() -> set[str]:
    """Return the targets of the Makefile."""
    (phony,) = re.findall(r"^\.PHONY: (.* test .*)$", (HERE / "Makefile").read_text(), re.MULTILINE)
    return set(phony.split())


def cli_commands() -> set[str]:
    """Return the commands of the CLI."""
    grammar = build_parser()._subparsers
    assert grammar is not None
    (choices,) = [action.choices for action in grammar._group_actions if action.choices]
    return set(choices)


def is_accepted(line: str) -> bool:
    """Return whether the CLI accepts these arguments."""
    try:
        with redirect_stderr(StringIO()):
            build_parser().parse_args(shlex.split(line))
    except (SystemExit, argparse.ArgumentError):
        return False
    return True


def used_variables() -> set[str]:
    """Return the environment variables that the settings read."""
    files = (
        *HERE.glob("bot/settings.py"),
        *HERE.glob("bot/encryption.py"),
        *HERE.glob("adapters/*/settings.py"),
    )
    texts = {text for file in files for text in re.findall(r'"([A-Z_]+)"', file.read_text())}
    return {text for text in texts if VARIABLE.fullmatch(text)}


def documented_variables() -> set[str]:
    """Return the variables in the first column of the tables in docs/running.md."""
    rows = re.findall(r"^\| (`.*?`) \|", (HERE / "docs/running.md").read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row) if VARIABLE.fullmatch(name)}


def example_variables() -> set[str]:
    """Return the variables in deploy/env.example, also those that are commented out."""
    text = (HERE / "deploy/env.example").read_text()
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) - OTHER_VARIABLES


def tree_paths(page: Path) -> list[str]:
    """Return the folders and files in the tree on a page. The indentation tells what is in what."""
    found: list[str] = []
    parents: list[tuple[int, str]] = []
    for line in TREE_LINES.finditer(page.read_text()):
        depth = len(line[1])
        parents = [parent for parent in parents if parent[0] < depth]
        paths = [(parents[-1][1] if parents else "") + name for name in line[2].split()]
        parents.append((depth, paths[-1]))
        found += paths
    return found


def code_folders() -> set[str]:
    """Return every folder with Python files in the packages, and those directly in tests/."""
    folders = {file.parent for package in PACKAGES for file in (HERE / package).rglob("*.py")}
    folders |= {folder for folder in (HERE / "tests").iterdir() if any(folder.rglob("*.py"))}
    return {f"{folder.relative_to(HERE).as_posix()}/" for folder in folders}


def is_present(path: str) -> bool:
    """Return whether a file exists, or a folder with more in it than compiled files."""
    here = HERE / path
    return here.is_file() or any(each.is_file() and each.suffix != ".pyc" for each in here.rglob("*"))


def named_in_code(page: Path) -> set[str]:
    """Return the names between backticks on a page: words with a capital letter or an underscore."""
    spans = [span for span in re.findall(r"`([^`\n]+)`", page.read_text()) if "/" not in span]
    words = {word for span in spans for word in re.findall(r"[A-Za-z_]\w+", span)}
    return {word for word in words if not word.islower() or "_" in word}


def test_the_page_of_commands_is_what_the_declarations_say() -> None:
    """Help and page come from one place."""
    page = HERE / "docs/commands.md"
    assert page.exists(), REMAKE
    assert page.read_text() == render_commands_page(Commands(DECLARATIONS)), REMAKE


def test_every_setting_is_documented() -> None:
    """In docs/running.md and in deploy/env.example, and neither has one that the code does not read."""
    assert documented_variables() == example_variables()
    assert documented_variables() == used_variables()


def test_every_target_of_make_is_documented() -> None:
    """And no page names a target that does not exist."""
    named = {line.split()[0] for line in command_lines("make", *PAGES) if line}
    assert named - make_targets() == set()
    assert make_targets() - named - {"help"} == set()


def test_every_command_line_in_the_docs_works() -> None:
    """With its arguments, as it is written there."""
    assert [line for line in command_lines("ahabot", *PAGES) if line and not is_accepted(line)] == []


def test_every_command_is_documented() -> None:
    """All of them are in docs/running.md."""
    named = {line.split()[0] for line in command_lines("ahabot", HERE / "docs/running.md") if line}
    assert cli_commands() - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links and pictures within the project."""
    links = (next(filter(None, found.groups())) for found in LINKS.finditer(page.read_text()))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_on_a_page_exists(page: Path) -> None:
    """Files are named with their path from the project's folder."""
    assert [path for path in FILES.findall(page.read_text()) if not is_present(path)] == []


@pytest.mark.parametrize("page", [README, ARCHITECTURE], ids=lambda page: page.name)
def test_everything_in_a_tree_exists(page: Path) -> None:
    """The trees show the folders as they are now."""
    assert tree_paths(page)
    assert [path for path in tree_paths(page) if not is_present(path)] == []


@pytest.mark.parametrize("page", [README, ARCHITECTURE], ids=lambda page: page.name)
def test_a_tree_is_in_the_order_of_imports(page: Path) -> None:
    """A folder of bot/ imports only what is below it on the page."""
    found = re.findall(r"^bot/(\w+)(?:/|\.py)$", "\n".join(tree_paths(page)), re.MULTILINE)
    levels = [level for name in found for level, names in enumerate(STACK) if name in names]
    assert levels
    assert levels == sorted(levels)


def test_the_tree_names_every_folder() -> None:
    """A new folder gets its line in docs/architecture.md."""
    assert sorted(code_folders() - set(tree_paths(ARCHITECTURE))) == []


def test_every_name_on_the_architecture_page_is_in_the_code() -> None:
    """A class, function or constant that was renamed is renamed on the page too."""
    files = [file for top in (*PACKAGES, "tests") for file in (HERE / top).rglob("*.py")]
    known = {word for file in files for word in re.findall(r"\w+", file.read_text())}
    assert sorted(named_in_code(ARCHITECTURE) - known) == []


def test_code_on_a_page_is_found(tmp_path: Path) -> None:
    """Between fences, indented, between backticks; a sentence is no code."""
    page = tmp_path / "page.md"
    page.write_text(
        "Make sure. `make one`, or\n\n    make two ARGS=x\n\n```\nmake three | head\n```\nto make four.\n"
    )
    assert command_lines("make", page) == ["one", "two ARGS=x", "three"]
    assert is_accepted("export --team 1")
    assert not is_accepted("export --team")


def test_a_tree_on_a_page_is_read(tmp_path: Path) -> None:
    """Also with several folders in a line, and what is in it but not in the project is found."""
    page = tmp_path / "page.md"
    page.write_text(
        "The folder bot/ has the rules:\n\n    bot/         what it does, see storage/  too\n"
        "      core/      values\n      help/  kitchen/\n      cli.py     the commands\n    docs/\n"
    )
    paths = tree_paths(page)
    assert paths == ["bot/", "bot/core/", "bot/help/", "bot/kitchen/", "bot/cli.py", "docs/"]
    assert [path for path in paths if not is_present(path)] == ["bot/kitchen/"]
