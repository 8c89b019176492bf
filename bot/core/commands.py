"""Declares commands once, beside their handlers. Every platform derives its input from that.

A command is a frozen dataclass whose fields are text. Its `Declaration` gives Slack's
text grammar (`parse`), Discord's typed options, the text that a button carries
(`encode`), the values that a form fills in (`fill_fields`), the help texts and the page
of the docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from sqlmodel import Session

from bot.core.messages import Form, Reply
from bot.core.params import MOMENT_PATTERN, NearMiss, Param, ParamKind
from bot.core.text import sanitize_texts


class Needs(StrEnum):
    """The context that a handler requires.

    TEAM: a team. The first command in a channel creates it. In a direct message, a form asks
    for the team.

    CHANNEL: as TEAM, but not from a direct message, because what people write there is
    private.

    KNOWN_TEAM: a team that exists already. Without one the command is silently ignored.

    PERSON: only the person who sends the command.

    NOBODY: only the workspace. For events that no person causes.
    """

    TEAM = "team"
    CHANNEL = "channel"
    KNOWN_TEAM = "known_team"
    PERSON = "person"
    NOBODY = "nobody"


Handler = Callable[[Any, Any], Reply | Form | None]
"""Answers a command with a reply, a form, or nothing. Takes a `Context` and the command.

`Context` is not named here, because it holds the `Commands` of this module.
"""

OfferCheck = Callable[[Any, Any], bool]
"""Tells whether a command would work for a person. Takes a `Context` and the command.

A private card leaves the button out otherwise. It may run in a transaction that only reads.
"""


@dataclass(frozen=True)
class Declaration:
    """One command: its dataclass, its handler, and its description for people.

    `name` is the word that a person types. It is empty for commands that only buttons and
    forms send. `typed_only` commands exist only in the text grammar, and `instead` names
    another way to do the same. `read_only` commands promise to write nothing. `shown` commands
    show the person's text to others. `anywhere` commands answer in every conversation.
    """

    key: str
    """The command's name in encoded form. Posted buttons and stored drafts carry it, so it never changes."""
    command: type
    handle: Handler
    name: str = ""
    summary: str = ""
    aliases: tuple[str, ...] = ()
    typed_only: bool = False
    instead: str = ""
    read_only: bool = False
    needs: Needs = Needs.TEAM
    shown: bool = False
    """Whether others see the text that the person gives. In a direct message they are asked first."""
    anywhere: bool = False
    """Whether it also answers in a conversation between people that the bot is not part of."""
    hides_person: Callable[[Session, Any], bool] | None = None
    """Whether nobody may ever tell who sent a command, or when.

    Then no row about the person is written, and a command with such a function is in no metrics.
    """
    works_for: OfferCheck | None = None
    """Tells whether the command is offered to a person in private. None offers it to everyone."""

    @property
    def params(self) -> dict[str, Param]:
        """The arguments that a person gives, by field name."""
        return {f.name: f.metadata["param"] for f in fields(self.command) if "param" in f.metadata}

    @property
    def words_field(self) -> str:
        """The name of the field that takes free text, or an empty string."""
        return next((name for name, param in self.params.items() if param.kind is ParamKind.WORDS), "")

    @property
    def usage(self) -> str:
        """How to type the command, such as `show 42` or `recap [week|month|quarter|year]`."""
        typed = ((name, param) for name, param in self.params.items() if param.kind is not ParamKind.PACK)
        return " ".join([self.name, *(_param_usage(name, param) for name, param in typed)])


def _param_usage(name: str, param: Param) -> str:
    if param.kind is ParamKind.MOMENT:
        return "42"
    return f"[{'|'.join(param.choices) or name}]"


@dataclass(frozen=True)
class Shortcut:
    """An entry in the menu of a message. The platform fills in what it knows of the message.

    Fields it may fill: `message`, `text`, `author`, `author_name`, `link`, `by_bot`,
    `external`. The last two are "1" or empty. `Commands.fill_fields` ignores those that the
    command does not have.
    """

    label: str
    command: Any


class Commands:
    """All declarations, indexed by type, by typed word and by key, and the entries of a message's menu."""

    def __init__(self, declarations: Iterable[Declaration], shortcuts: Iterable[Shortcut] = ()) -> None:
        self.all, self.shortcuts = tuple(declarations), tuple(shortcuts)
        self._by_type = {d.command: d for d in self.all}
        self._by_key = {d.key: d for d in self.all}
        if len(self._by_key) != len(self.all):
            raise ValueError("two commands have the same key")
        self._by_word = {word: d for d in self.all if d.name for word in (d.name, *d.aliases)}

    def find_declaration(self, command: Any) -> Declaration:
        """Return the declaration of a command.

        Raises KeyError if its type is not declared.
        """
        return self._by_type[type(command)]

    def find_by_word(self, word: str) -> Declaration | None:
        """Return the declaration for a typed word, or None."""
        return self._by_word.get(word.casefold())

    def encode(self, command: Any) -> str:
        """Encode a command as one short text.

        It consists of the key and the fields. Trailing empty fields are left out.
        """
        values = [_escape_value(getattr(command, f.name)) for f in fields(command)]
        return ":".join([self.find_declaration(command).key, *values]).rstrip(":")

    def decode(self, text: str) -> Any:
        """Decode a command from the text that `encode` returned.

        Raises ValueError for any other text.
        """
        key, *values = text.split(":")
        declaration = self._by_key.get(key)
        if declaration is None or len(values) > len(fields(declaration.command)):
            raise ValueError("no such command")
        return sanitize_texts(declaration.command(*map(unquote, values)))

    def fill_fields(self, command: Any, values: Mapping[str, str]) -> Any:
        """Return a form's command with the submitted values in its fields.

        Values without a field of that name in the command are ignored.
        """
        known = {f.name for f in fields(command)}
        return replace(command, **{name: value for name, value in values.items() if name in known})

    def parse(self, text: str) -> Any:
        """Parse a typed line as a command.

        Every line gives a command: an unknown one logs the line as a moment, a near miss becomes
        NearMiss. No text is lost.
        """
        line = text.strip()
        if not line:
            return self._by_key["menu"].command()
        word, rest = _split_first_word(line)
        declaration = self.find_by_word(word)
        if declaration is None:
            return self._find_near_miss(line) or self._by_key["log"].command(line)
        if declaration.words_field:
            return _build_with_words(declaration, line, rest)
        return _build_with_values(declaration, rest) or NearMiss(line, declaration.usage)

    def _find_near_miss(self, line: str) -> NearMiss | None:
        """Return a NearMiss for a typing error in a short line, such as `shwo 42`, or None."""
        if len(line.split(maxsplit=2)) > 2:
            return None
        word, rest = _split_first_word(line)
        near = get_close_matches(word.casefold(), self._by_word, n=1, cutoff=0.75)
        declaration = self._by_word[near[0]] if near else None
        if declaration is None or declaration.words_field:
            return None
        meant = _build_with_values(declaration, rest)
        return meant and NearMiss(line, declaration.usage, self.encode(meant))


def _escape_value(value: str) -> str:
    return value.replace("%", "%25").replace(":", "%3A")


def _split_first_word(line: str) -> tuple[str, str]:
    word, *rest = line.split(maxsplit=1)
    return word, rest[0] if rest else ""


def _build_with_words(declaration: Declaration, line: str, rest: str) -> Any:
    """Build a command with the rest of the line as its text.

    A `head` field, if there is one, keeps the typed word, so that the line can be restored.
    """
    given = {declaration.words_field: rest}
    if rest and any(f.name == "head" for f in fields(declaration.command)):
        given["head"] = line[: len(line) - len(rest)]
    return declaration.command(**given)


def _build_with_values(declaration: Declaration, rest: str) -> Any | None:
    """Build a command if the words after its name fit its fields exactly, else return None."""
    given: dict[str, str] = {}
    words = rest.split()
    for name, param in declaration.params.items():
        value = _parse_value(param, words[0]) if words else ""
        if value is None or (param.required and not value):
            return None
        given[name] = value
        words = words[1:]
    return None if words else declaration.command(**given)


def _parse_value(param: Param, word: str) -> str | None:
    if param.kind is ParamKind.MOMENT:
        found = MOMENT_PATTERN.fullmatch(word)
        return found and found[1]
    return word.casefold() if word.casefold() in param.choices or not param.choices else None
