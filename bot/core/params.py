"""The fields of a command: words, a moment, a goal, a choice or a pack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from bot.core.language.words import Lazy, lazy
from storage.models.shown import has_words

ENCODED_LIMIT = 76
"""The most characters of an encoded command. The smallest container holds 100.

That is Discord's `custom_id`, to which a platform adds a location.
"""


OTHER_FIELD = "_other"
"""The end of the name of a form's text field for what a choice has no room for: `quest_other` beside `quest`."""
TYPED_MARK = "?"
"""What begins the value of a choice that a person typed there."""


MOMENT_PATTERN = re.compile(r"#?((?:\d{1,9}\.)?\d{1,9})")
"""A moment's number: `42`, `#42`, or with its team `7.42`."""


GOAL_PATTERN = re.compile(r"#?\d{1,9}")
"""A goal's number: `3` or `#3`."""
VERB_AND_GOAL = re.compile(r"(?P<verb>[^\W\d_]+)\s+#?(?P<goal>\d{1,9})")
"""A word and a goal's number: `edit 3` or `edit #3`."""


class ParamKind(StrEnum):
    """The kind of an argument: free text, a moment's or a goal's number, one of some words, a pack or a time zone.

    WORDS is free text up to the end of the line. A PACK of questions is chosen from
    suggestions or in a form. Nobody types its key. A ZONE is typed as a city, in the field of a form.
    """

    WORDS = "words"
    MOMENT = "moment"
    GOAL = "goal"
    CHOICE = "choice"
    PACK = "pack"
    ZONE = "zone"

    @property
    def has_suggestions(self) -> bool:
        """Whether its values are looked up while a person types, such as the numbers of moments."""
        return self not in (ParamKind.WORDS, ParamKind.CHOICE)


@dataclass(frozen=True)
class Param:
    """How a field of a command appears to the person who types the command."""

    kind: ParamKind
    summary: Lazy
    required: bool = False
    choices: tuple[str, ...] = ()


CHOSEN = "/"
"""The `head` of a command that was chosen from a menu, so that its name is none of the person's words."""


def restore_line(head: str, text: str) -> str:
    """Return a line as the person wrote it: the command's word as typed, and the text after it."""
    return text if head == CHOSEN else head + text


def words_param(summary: str) -> Any:
    """Declare a field for free text up to the end of the line.

    If the text is missing, the command asks for it with a form.
    """
    return field(default="", metadata={"param": Param(ParamKind.WORDS, Lazy(summary)), "written": True})


def user_text() -> Any:
    """Declare a field that a form fills with a person's own text.

    The text is returned to the person if the command fails.
    """
    return field(default="", metadata={"written": True})


def merge_typed_choices(values: Mapping[str, str]) -> dict[str, str]:
    """Return a form's values with what was typed beside a choice in the place of the choice."""
    typed = {
        name.removesuffix(OTHER_FIELD): TYPED_MARK + text.strip()
        for name, text in values.items()
        if name.endswith(OTHER_FIELD) and has_words(text)
    }
    return {**values, **typed}


def typed_choice(value: str) -> str:
    """Return the words that a person typed beside a choice, or an empty string if they chose."""
    return value.removeprefix(TYPED_MARK) if value.startswith(TYPED_MARK) else ""


def named_team(command: Any) -> str:
    """Return the team that a command names, in `team` or in its moment (`7.42`), or an empty string."""
    ref = getattr(command, "moment", "")
    return getattr(command, "team", "") or (ref.partition(".")[0] if "." in ref else "")


def collect_user_texts(command: Any) -> list[str]:
    """Return the texts in a command that a person wrote, without empty ones."""
    texts = [getattr(command, f.name) for f in fields(command) if f.metadata.get("written")]
    return [text for text in texts if text]


MOMENT_NUMBER = lazy("The moment's number, like 42")
OPEN_GOAL_NUMBER = lazy("The goal's number, like 3; leave it out for the open one")


def moment_param(summary: str = MOMENT_NUMBER.text) -> Any:
    """Declare a field for a moment.

    It takes `42`, `#42`, or, from the bot's own buttons, `7.42` (number 42 of team 7).
    """
    return field(default="", metadata={"param": Param(ParamKind.MOMENT, Lazy(summary), required=True)})


def goal_param(summary: str = OPEN_GOAL_NUMBER.text) -> Any:
    """Declare a field for a goal's number: `3` or `#3`. A missing one gives an empty field."""
    return field(default="", metadata={"param": Param(ParamKind.GOAL, Lazy(summary))})


def choice_param(summary: str, *choices: str) -> Any:
    """Declare a field for one of a few words.

    A missing word gives an empty field.
    """
    return field(default="", metadata={"param": Param(ParamKind.CHOICE, Lazy(summary), choices=choices)})


def pack_param(summary: str) -> Any:
    """Declare a field for the key of one of the team's packs of questions."""
    return field(default="", metadata={"param": Param(ParamKind.PACK, Lazy(summary))})


@dataclass(frozen=True)
class NearMiss:
    """A typed line that was probably meant as something else. The person is asked in private first.

    It keeps the whole line, so that no text is lost.
    """

    text: str = user_text()
    usage: str = ""
    meant: str = ""
    """The encoded command that the person probably meant, or an empty string."""
    words_at: str = ""
    """Where the free text of the meant command begins in `text`. Empty if it has none."""
    typed: str = ""
    """The encoded command that the line is as it stands. Empty for an aha."""
    message: str = ""
    """The message that has the line in it, where it was written to the bot by name in a channel."""
    link: str = ""
    """A link to that message."""


@dataclass(frozen=True)
class Guess(NearMiss):
    """A near miss that can be asked about without a team, so that asking about it founds none."""


@dataclass(frozen=True)
class StoredCommand:
    """A reference to a stored command. `pending` is the id of its row.

    It replaces a command that is too long for a button, or that must run at most once. Where the
    stored command is a near miss, `way` says which of its two readings to run.
    """

    pending: str = ""
    way: str = ""
