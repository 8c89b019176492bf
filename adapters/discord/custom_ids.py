"""What a button, a menu's entry or a form carries in its `custom_id`, and how it is read when it comes back.

Nothing is kept in memory: whatever was pressed, however old, says for itself what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CUSTOM_ID = 100
"""Characters of a `custom_id` and of an option's value: Discord's."""

MORE = "more"
"""In the place of a command: what else the card offers. A menu would not do, for Discord sends an entry that was chosen
before no second time (discord-api-docs, 4801): who closes a form could not open it again."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Frame:
    """An encoded command with what Discord does not tell when it comes back.

    `number` makes it unique in its message, for Discord refuses two that are the same. `guild` is the server a
    direct message is about. `opened` is the interaction that opened a form, so that one sent twice is one event.
    """

    command: str
    number: int = 0
    guild: str = ""
    opened: str = ""


def write(frame: Frame) -> str:
    """The frame as a `custom_id`. ValueError for one that does not fit: a form can be put aside first."""
    text = f"{_short(frame.number)}.{_short(frame.guild)}.{_short(frame.opened)}.{frame.command}"
    if len(text) > CUSTOM_ID:
        raise ValueError(f"{len(text)} characters, and a custom_id holds {CUSTOM_ID}")
    return text


def fits(frame: Frame) -> bool:
    """Whether a frame can be a `custom_id`."""
    try:
        return bool(write(frame))
    except ValueError:
        return False


def read(custom_id: str) -> Frame:
    """The frame behind a `custom_id`. ValueError for anything that is not one."""
    try:
        number, guild, opened, command = custom_id.split(".", 3)
        return Frame(command, int(_long(number) or "0"), _long(guild), _long(opened))
    except ValueError:
        raise ValueError("not one of our frames") from None


def pressed(data: dict[str, Any]) -> Frame | None:
    """What a press carries: the button's frame, or that of the entry chosen from a menu; None for nothing.

    `data` is the interaction's own. ValueError for anything that is not ours.
    """
    values = data.get("values")
    carried = values[0] if values else data.get("custom_id") or ""
    frame = read(str(carried))
    return frame if frame.command else None


def _short(number: int | str) -> str:
    """A number in as few characters as can be; nothing for none."""
    left, text = int(number or 0), ""
    while left:
        left, digit = divmod(left, len(DIGITS))
        text = DIGITS[digit] + text
    return text


def _long(text: str) -> str:
    return str(int(text, len(DIGITS))) if text else ""
