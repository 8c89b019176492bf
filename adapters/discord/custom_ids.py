"""The `custom_id` of a button, a menu entry or a form, and how it's written and read.

Nothing is stored in memory. A button says by itself what it does, however old it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LONGEST_ID = 100
"""Most characters of a `custom_id` and of an option's value, set by Discord."""

MORE = "more"
"""The command of the *More* button of cards from before they had a menu. It shows a card's further buttons."""
REMOVE = "reply-off"
"""The command of the button that removes the bot's reply to a person's message."""
SHOW = "reply-show"
"""The first part of the command of a button that shows the answer to a message.

The message's id is behind it, and the server's if the button chooses one for a direct message.
"""
NOBODY_ELSE = "0"
"""The asker in a direct message, where nobody else is."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class CustomId:
    """An encoded command, and the facts that Discord doesn't send back with it.

    `number` makes it unique in its message, since Discord refuses duplicates. `guild` is the
    server that a direct message is about. `opened` is the id of the interaction that opened a
    form, so that a form sent twice is one event. `asker` is the person whose message the bot's
    message answers, if it answers one.
    """

    command: str
    number: int = 0
    guild: str = ""
    opened: str = ""
    asker: str = ""

    @property
    def asked_in(self) -> str:
        """The id of the message whose answer the button shows, or an empty text for any other button."""
        return self._parts[1] if self._parts[0] == SHOW else ""

    @property
    def server(self) -> str:
        """The server that the button is about: its own, or the one that it chooses."""
        return self.guild or (self._parts[2] if self.asked_in else "")

    @property
    def _parts(self) -> list[str]:
        return [*self.command.split(":"), "", ""]


def write_custom_id(custom_id: CustomId) -> str:
    """Return a CustomId as the text of a `custom_id`.

    Raises ValueError if it doesn't fit. Save a form as a draft in that case.
    """
    about = _to_base36(custom_id.guild) + (f"-{_to_base36(custom_id.asker)}" if custom_id.asker else "")
    text = ".".join([_to_base36(custom_id.number), about, _to_base36(custom_id.opened), custom_id.command])
    if len(text) > LONGEST_ID:
        raise ValueError(f"{len(text)} characters, and a custom_id holds {LONGEST_ID}")
    return text


def can_fit(custom_id: CustomId) -> bool:
    """Return whether a CustomId fits a `custom_id`."""
    try:
        return bool(write_custom_id(custom_id))
    except ValueError:
        return False


def read_custom_id(custom_id: str) -> CustomId:
    """Parse a `custom_id`. Raises ValueError for any other text."""
    try:
        number, about, opened, command = custom_id.split(".", 3)
        guild, answers, asker = about.partition("-")
        return CustomId(
            command, int(_from_base36(number) or "0"), _from_base36(guild), _from_base36(opened),
            (_from_base36(asker) or NOBODY_ELSE) if answers else "",
        )  # fmt: skip
    except ValueError:
        raise ValueError("not one of our frames") from None


def read_pressed_id(data: dict[str, Any]) -> CustomId | None:
    """Return the CustomId of a pressed button or of the entry chosen from a menu, or None.

    `data` is the interaction's own. Raises ValueError for a custom id that the bot didn't write.
    """
    values = data.get("values")
    carried = values[0] if values else data.get("custom_id") or ""
    custom_id = read_custom_id(str(carried))
    return custom_id if custom_id.command else None


def _to_base36(number: int | str) -> str:
    """Return a number in base 36, or an empty text for 0 or nothing."""
    left, text = int(number or 0), ""
    while left:
        left, digit = divmod(left, len(DIGITS))
        text = DIGITS[digit] + text
    return text


def _from_base36(text: str) -> str:
    return str(int(text, len(DIGITS))) if text else ""
