"""What the bot says of its own commands: true wherever it is read."""

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
    """Every text in the core's code that names the command; one in backticks stands in a page of the docs."""
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
    """Where subcommands are real ones, nothing else can follow `/aha`, and it cannot stand alone."""
    named = [found[1] for text in sentences() for found in COMMAND.finditer(text)]
    assert {"log", "find", "show", "schedule"} <= set(named)
    assert set(named) <= EVERYWHERE


async def test_help_lists_what_there_is_everywhere(people: Everyone) -> None:
    """What is only typed on some platforms is told as what it is everywhere: a button."""
    said = (await people.ana.types("help")).text
    listed = {line.partition(" · ")[0] for line in said.splitlines() if " · " in line}
    assert listed == EVERYWHERE
    assert "Edit and Delete" in said


@pytest.mark.parametrize("word", sorted(TYPED))
async def test_help_says_how_to_do_it_without_typing(people: Everyone, word: str) -> None:
    """The typed form, and what does the same where there is none."""
    said = (await people.ana.types(f"help {word}")).text
    assert f"As text: {word}" in said
    assert "Anywhere: " in said
    assert "Write: " not in said
