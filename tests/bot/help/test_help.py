"""Tests that help texts are true on every platform."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot import features
from tests.support.people import Everyone

EVERYWHERE = {each.name for each in features.DECLARATIONS if each.name and not each.typed_only}
TYPED = {each.name for each in features.DECLARATIONS if each.typed_only}
COMMAND = re.compile(r"(?:/aha\b|\bcommand\})(?: (\w+))?")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def sentences() -> Iterator[str]:
    """Yield every text in the core's code that may name a command.

    Docstrings and texts with backticks are skipped; the latter are for a page of the docs.
    """
    for path in Path(bot.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        said = [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)]
        said += [ast.unparse(each) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr)]
        docs = {
            ast.get_docstring(each, clean=False) for each in ast.walk(tree) if isinstance(each, DOCUMENTED)
        }
        texts = (text for text in said if isinstance(text, str) and " " in text and "`" not in text)
        yield from (text for text in texts if text not in docs)


def test_every_command_in_a_sentence_is_one_everywhere() -> None:
    """With real subcommands, `/aha` cannot stand alone, and no other word can follow it."""
    named = [found[1] for text in sentences() for found in COMMAND.finditer(text)]
    assert {"log", "find", "show", "schedule"} <= set(named)
    assert set(named) <= {name.partition(" ")[0] for name in EVERYWHERE}


async def test_help_lists_what_there_is_everywhere(people: Everyone) -> None:
    """Commands of two words share a line. One that only some platforms take as text is described as a button."""
    said = (await (await people.ana.types("help")).press("Everything I can do")).text
    lines = [line.removeprefix("• /aha ").partition(" · ") for line in said.splitlines() if " · " in line]
    groups = {name.partition(" ")[0] for name in EVERYWHERE if " " in name}
    listed = [name for name, _, _ in lines if name not in groups]
    for group, _, told in lines:
        if group in groups:
            listed += [f"{group} {second}" for second in told.partition(": ")[2].split(", ")]
    assert sorted(listed) == sorted(EVERYWHERE)
    assert "To edit or delete a moment, open it with /aha show." in said


async def test_help_is_read_in_sections(people: Everyone) -> None:
    """What says where a team goes is together. A command that no section names is under the last heading."""
    said = (await (await people.ana.types("help")).press("Everything I can do")).text
    headings = ["Save", "Look back", "Find out together", "Know where you're going", "More"]
    assert [line for line in said.splitlines() if line in headings] == headings
    going = said.partition(headings[3])[2].partition("More")[0]
    assert [line.partition(" · ")[0] for line in going.splitlines() if line] == [
        "• /aha mission", "• /aha goal", "• /aha focus",
    ]  # fmt: skip
    assert (
        "/aha goal · See your goals, or add one in your own words: new, from, list, show, check, close, reopen"
        in going
    )


async def test_the_menu_has_where_we_are_going(people: Everyone) -> None:
    """Goals are one press away, and the most common buttons stay few."""
    await people.ana.types("goal Sign once")
    page = await people.ana.types("menu")
    assert "Sign once" in (await page.press("Goals")).text


@pytest.mark.parametrize("word", sorted(TYPED))
async def test_help_says_how_to_do_it_without_typing(people: Everyone, word: str) -> None:
    """It has the typed form, and another way for platforms without one."""
    said = (await people.ana.types(f"help {word}")).text
    assert f"As text: /aha {word}" in said
    assert "Anywhere: " in said
    assert "Type: " not in said
