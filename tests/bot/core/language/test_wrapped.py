"""Every sentence that people read goes through the catalogs: none is left bare in the code.

The rules read the source as text, as the architecture test does, and are tried on small pieces of code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.features import DECLARATIONS
from bot.goals.pace import State

HERE = Path(__file__).parents[4]

MARKS = {
    "_", "lazy", "line", "ngettext", "nline", "pgettext", "lazy_pgettext", "Lazy",
    "words_param", "moment_param", "goal_param", "choice_param", "pack_param",
}  # fmt: skip
"""The functions whose texts are collected for the catalogs."""

FOR_OPERATORS = {
    "debug", "info", "warning", "error", "exception", "critical", "log",
    "compile", "sub", "fullmatch", "search", "split", "finditer", "fromisoformat", "strftime",
    "Counter", "Gauge", "Histogram", "add_argument", "ArgumentParser", "add_parser", "get_logger", "getLogger",
    "RuntimeError", "ValueError", "TypeError", "KeyError", "LookupError", "AssertionError", "NotImplementedError",
    "SettingError", "SystemExit", "ConnectionError", "TimeoutError", "InvalidPayloadError", "SlackApiError",
    "DiscordApiError", "PostFailedError", "OutcomeUnknownError", "InvalidRequestError",
}  # fmt: skip
"""Calls whose texts are for those who run the bot or write its code: log lines, patterns, and errors of its code."""

OPERATORS_FILES = re.compile(
    r"bot/(cli|check|settings|logs|encryption|__main__)\.py|adapters/\w+/(check|settings|manifest)\.py"
    r"|bot/runtime/samples/.*|adapters/slack/(installation/.*|blocks/(limits|numbers|validate)\.py)|adapters/\w+/connection/.*|adapters/discord/(api|text)\.py|bot/core/language/.*"
    r"|adapters/playground/(chat/disk|demo/story|payloads)\.py|bot/charts/(process|drawer|fonts)\.py"
    r"|bot/memory/book/(as_html|when)\.py|bot/core/zones/(names|capitals)\.py|bot/help/commands_page\.py"
)
"""What those read who run the bot, on a terminal and in a browser while they install it, names for the log, the demo's
story, a page of the docs, HTML, and the names of months and cities in any language."""

COMMANDS = {each.name for each in DECLARATIONS}
"""What people type, which is English everywhere."""

KNOWN = {
    "a private channel": "it's in people's stored words in place of a channel's name",
    "View Channel": "Discord calls its permission that",
    "Add Reactions": "Discord calls its permission that",
    "code {}, status {}": "for the log",
    "an answer": "for the log",
    "upload: status {}": "for the log",
    "offset points": "matplotlib's name of a unit",
    "{} questions about channels": "for the log",
    "ahabot book": "a file's name",
    "the fetch of moment": "for the log",
    "Not reached yet: {}.": "for who watches the process",
    "no answer from the platform": "for the log",
    "not sent yet: the log says why": "for who runs the bot",
    **dict.fromkeys((each.value for each in State), "a key in stored reports"),
    "second week": "a key in forms",
    "door opened": "a key in rows",
}
"""Texts that no person reads in a chat, each with its reason."""

NOT_READ = {"said_as", "media_type", "headers", "key", "verbs"}
"""Arguments that hold no sentence: what people type to mean a command is in no catalog."""

LITTLE_CODE = {
    'label = "Two words"': ["Two words"],
    'label = _("Two words")': [],
    'text = f"Saved as #{number}."': ["Saved as #{}."],
    'log.info("Two words here")': [],
    'raise ValueError("Two words here")': [],
    'raise UserError("Two words here")': ["Two words here"],
    'x = _("Say {what}", what="two words")': ["two words"],
}


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the bare texts of a source with at least two words, with their lines."""
    yield from _bare(tree, _documents(tree))


def _documents(tree: ast.AST) -> set[int]:
    """Return the strings that stand alone, as docstrings do."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _bare(node: ast.AST, documents: set[int]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call):
        name = _name_of(node.func)
        if name in FOR_OPERATORS:
            return
        if name in MARKS:
            places = 2 if name in ("ngettext", "nline", "pgettext", "lazy_pgettext") else 1
            for each in [*node.args[places:], *node.keywords]:
                yield from _bare(each, documents)
            return
    if isinstance(node, ast.keyword) and node.arg in NOT_READ:
        return
    if isinstance(node, ast.JoinedStr):
        said = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        if _is_sentence(said):
            yield node.lineno, said
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _bare(part, documents)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if id(node) not in documents and _is_sentence(node.value):
            yield node.lineno, node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from _bare(child, documents)


def _name_of(called: ast.expr) -> str:
    return (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )


def _is_sentence(said: str) -> bool:
    return len(re.findall(r"[A-Za-z]{2,}", said)) >= 2 and " " in said.strip()


@pytest.mark.parametrize(("code", "found"), LITTLE_CODE.items())
def test_a_bare_sentence_is_found(code: str, found: list[str]) -> None:
    """One in a mark, a log line or an error for programmers is not."""
    assert [said for _line, said in sentences(ast.parse(code))] == found


def list_bare() -> list[str]:
    """Return every bare sentence in the code."""
    found = []
    for path in sorted([*(HERE / "bot").rglob("*.py"), *(HERE / "adapters").rglob("*.py")]):
        name = path.relative_to(HERE).as_posix()
        if not OPERATORS_FILES.fullmatch(name):
            bare = sentences(ast.parse(path.read_text()))
            known = COMMANDS | KNOWN.keys()
            found += [f"{name}:{line}: {said[:90]!r}" for line, said in bare if said not in known]
    return found


def test_no_sentence_goes_round_the_catalogs() -> None:
    """Every sentence is marked with `_()` or one of the functions like it."""
    bare = list_bare()
    assert not bare, f"{len(bare)} sentences:\n" + "\n".join(bare)
