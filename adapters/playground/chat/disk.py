"""The playground's chat on disk: one JSON file with a line for each thing there is, and a folder of pictures.

The file is replaced whole, so that a process killed at any moment leaves the old one or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from adapters.playground.chat.model import KINDS, Item
from storage.engine.errors import CannotOpen


class Unreadable(CannotOpen):
    """The chat's file is not one of ours; the sentence says what to do."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} cannot be read as a playground chat. Move it away, or start with --fresh.")


def line(item: Item) -> str:
    """One thing as a line of the file: its kind and its fields."""
    return json.dumps([type(item).__name__, vars(item)], default=_iso)


def read(path: Path) -> list[Item]:
    """Everything in the file, or nothing where there is none. Raises Unreadable."""
    if not path.exists():
        return []
    kinds = {kind.__name__: kind for kind in KINDS}
    try:
        return [kinds[name](**_fields(fields)) for name, fields in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(path) from error


def write(path: Path, lines: Iterable[str]) -> None:
    """Put these lines in the place of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    os.replace(draft, path)


def erase(path: Path) -> None:
    """Forget the chat and its pictures."""
    path.unlink(missing_ok=True)
    shutil.rmtree(_folder(path), ignore_errors=True)


def keep_picture(path: Path, png: bytes) -> str:
    """Store a picture and give back its name, which is the same for the same picture."""
    name = f"{sha256(png).hexdigest()[:20]}.png"
    _folder(path).mkdir(parents=True, exist_ok=True)
    (_folder(path) / name).write_bytes(png)
    return name


def picture(path: Path, name: str) -> bytes | None:
    """A stored picture's bytes; the name is looked up in the folder, never used as a path."""
    found = next((file for file in _folder(path).glob("*.png") if file.name == name), None)
    return found.read_bytes() if found else None


def drop_picture(path: Path, name: str) -> None:
    """Forget one picture."""
    (_folder(path) / name).unlink(missing_ok=True)


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}-pictures")


def _iso(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a chat's file")


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"at": datetime.fromisoformat(fields["at"])} if "at" in fields else fields
