"""A command is declared once, beside the feature that answers it; every platform's way of giving it derives from that.

A command is a frozen dataclass whose fields are text. From its `Declaration` come Slack's text grammar (`parse`),
Discord's typed options, what a button carries (`encode`), what a form fills in (`fill`), help, and the docs' page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlmodel import Session

from bot.core.messages import Form, Reply

if TYPE_CHECKING:
    from bot.core.adapter import Origin
    from bot.core.context import Turn
    from storage.teams.teams import Seat

ENCODED_LIMIT = 76
"""Characters of an encoded command: 100 fit the smallest place (Discord's `custom_id`), where a platform adds where."""

MOMENT = re.compile(r"#?((?:\d{1,9}\.)?\d{1,9})")


class ParamKind(StrEnum):
    """What a person gives: free words to the end of the line, a moment's number, one of a few words, or a pack.

    A PACK of questions is chosen from suggestions or in a form; nobody types its key.
    """

    WORDS = "words"
    MOMENT = "moment"
    CHOICE = "choice"
    PACK = "pack"


@dataclass(frozen=True)
class Param:
    """What one field of a command is to the person who types it."""

    kind: ParamKind
    summary: str
    required: bool = False
    choices: tuple[str, ...] = ()


def words(summary: str) -> Any:
    """A field for free text, up to the end of the line. Left out, the command asks with a form."""
    return field(default="", metadata={"param": Param(ParamKind.WORDS, summary), "written": True})


def written() -> Any:
    """A field that a form fills with a person's own words; they get them back when something goes wrong."""
    return field(default="", metadata={"written": True})


def written_in(command: Any) -> list[str]:
    """The texts in a command that a person wrote."""
    texts = [getattr(command, f.name) for f in fields(command) if f.metadata.get("written")]
    return [text for text in texts if text]


def moment(summary: str = "The moment's number, like 42") -> Any:
    """A field for a moment: `42`, `#42`, or on our own buttons `7.42` (number 42 of team 7)."""
    return field(default="", metadata={"param": Param(ParamKind.MOMENT, summary, required=True)})


def choice(summary: str, *choices: str) -> Any:
    """A field for one of a few words; left out, it is empty."""
    return field(default="", metadata={"param": Param(ParamKind.CHOICE, summary, choices=choices)})


def pack(summary: str) -> Any:
    """A field for one of the team's packs of questions, by its key."""
    return field(default="", metadata={"param": Param(ParamKind.PACK, summary)})


class Needs(StrEnum):
    """What must be known before a handler runs.

    TEAM: a team; the first command in a channel makes it, and in a direct message a form asks which.
    CHANNEL: the same, but never from a direct message, for what is said there stays there.
    KNOWN_TEAM: a team that is there already; without one nothing happens, quietly. PERSON: only who speaks.
    """

    TEAM = "team"
    CHANNEL = "channel"
    KNOWN_TEAM = "known_team"
    PERSON = "person"


Concerns = Callable[[Session, "Seat", "Origin", Any], bool]

Handler = Callable[["Turn", Any], Reply | Form | None]


@dataclass(frozen=True)
class Declaration:
    """One command: its dataclass, its handler, and what people see of it.

    `name` is the word a person types, absent on what only buttons, forms and events send. `typed_only` words
    belong to the text grammar alone; `instead` says what does the same anywhere. `reads` promises to write nothing.
    On a `quiet` one nobody waits for an answer: it is an event, and an error is raised so that its platform sends
    it again. `concerns` tells whether an event is about anything of ours, before so much as a name is noted.
    """

    key: str
    """The command's name on the wire. Posted buttons and stored drafts carry it, so it never changes."""
    command: type
    handle: Handler
    name: str = ""
    summary: str = ""
    aliases: tuple[str, ...] = ()
    typed_only: bool = False
    instead: str = ""
    reads: bool = False
    quiet: bool = False
    needs: Needs = Needs.TEAM
    concerns: Concerns | None = None

    @property
    def params(self) -> dict[str, Param]:
        """What a person gives, by field name."""
        return {f.name: f.metadata["param"] for f in fields(self.command) if "param" in f.metadata}

    @property
    def words(self) -> str:
        """The name of the field that takes free text, or nothing."""
        return next((name for name, param in self.params.items() if param.kind is ParamKind.WORDS), "")

    @property
    def usage(self) -> str:
        """How it is typed, such as `show 42` or `recap [week|month|quarter|year]`."""
        typed = ((name, param) for name, param in self.params.items() if param.kind is not ParamKind.PACK)
        return " ".join([self.name, *(_usage(name, param) for name, param in typed)])


def _usage(name: str, param: Param) -> str:
    if param.kind is ParamKind.MOMENT:
        return "42"
    return f"[{'|'.join(param.choices) or name}]"


@dataclass(frozen=True)
class Misfit:
    """A line that began with a command's name but is not that command, or is nearly one; nothing of it is lost."""

    text: str = written()
    usage: str = ""
    meant: str = ""
    """The encoded command that was probably meant, where there is one."""


@dataclass(frozen=True)
class Later:
    """A stand-in for a command too long for a button; `pending` is the row that holds it."""

    pending: str = ""


class Commands:
    """All declarations, found by type, by word and by key."""

    def __init__(self, declarations: Iterable[Declaration]) -> None:
        self.all = tuple(declarations)
        self._by_type = {d.command: d for d in self.all}
        self._by_key = {d.key: d for d in self.all}
        if len(self._by_key) != len(self.all):
            raise ValueError("two commands have the same key")
        self._by_word = {word: d for d in self.all if d.name for word in (d.name, *d.aliases)}

    def of(self, command: Any) -> Declaration:
        """The declaration of a command. KeyError for a type nobody declared."""
        return self._by_type[type(command)]

    def named(self, word: str) -> Declaration | None:
        """The declaration of a typed word."""
        return self._by_word.get(word.casefold())

    def encode(self, command: Any) -> str:
        """A command as one short text: its key and its fields, trailing empty ones left out."""
        values = [_escaped(getattr(command, f.name)) for f in fields(command)]
        return ":".join([self.of(command).key, *values]).rstrip(":")

    def decode(self, text: str) -> Any:
        """The command behind `encode`'s text. ValueError for anything that is not one."""
        key, *values = text.split(":")
        declaration = self._by_key.get(key)
        if declaration is None or len(values) > len(fields(declaration.command)):
            raise ValueError("no such command")
        return declaration.command(*map(unquote, values))

    def fill(self, command: Any, values: Mapping[str, str]) -> Any:
        """A form's command with what the person gave; names that the command does not have are left out."""
        known = {f.name for f in fields(command)}
        return replace(command, **{name: value for name, value in values.items() if name in known})

    def parse(self, text: str) -> Any:
        """The command in a typed line. Every line is some command; none of its text is ever lost."""
        line = text.strip()
        if not line:
            return self._by_key["menu"].command()
        word, rest = _first_word(line)
        declaration = self.named(word)
        if declaration is None:
            return self._near(line) or self._by_key["log"].command(line)
        if declaration.words:
            return _with_words(declaration, line, rest)
        return _with_values(declaration, rest) or Misfit(line, declaration.usage)

    def _near(self, line: str) -> Misfit | None:
        """A slip of the finger in a short line, such as `shwo 42`."""
        if len(line.split(maxsplit=2)) > 2:
            return None
        word, rest = _first_word(line)
        near = get_close_matches(word.casefold(), self._by_word, n=1, cutoff=0.75)
        declaration = self._by_word[near[0]] if near else None
        if declaration is None or declaration.words:
            return None
        meant = _with_values(declaration, rest)
        return meant and Misfit(line, declaration.usage, self.encode(meant))


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace(":", "%3A")


def _first_word(line: str) -> tuple[str, str]:
    word, *rest = line.split(maxsplit=1)
    return word, rest[0] if rest else ""


def _with_words(declaration: Declaration, line: str, rest: str) -> Any:
    """The command with the rest of the line; if there is one, `head` keeps the word as typed, to undo the reading."""
    given = {declaration.words: rest}
    if rest and any(f.name == "head" for f in fields(declaration.command)):
        given["head"] = line[: len(line) - len(rest)]
    return declaration.command(**given)


def _with_values(declaration: Declaration, rest: str) -> Any | None:
    """The command when the words after its name fit its fields exactly; else nothing."""
    given: dict[str, str] = {}
    words = rest.split()
    for name, param in declaration.params.items():
        value = _value(param, words[0]) if words else ""
        if value is None or (param.required and not value):
            return None
        given[name] = value
        words = words[1:]
    return None if words else declaration.command(**given)


def _value(param: Param, word: str) -> str | None:
    if param.kind is ParamKind.MOMENT:
        found = MOMENT.fullmatch(word)
        return found and found[1]
    return word.casefold() if word.casefold() in param.choices or not param.choices else None


@dataclass(frozen=True)
class Shortcut:
    """An entry of a message's menu. The platform fills in what it knows of the message.

    The names it may fill: `message`, `text`, `author`, `author_name`, `link`, `by_bot`, `external` (the last two
    "1" or nothing); `Commands.fill` leaves out those that the command does not have.
    """

    label: str
    command: Any
