"""The playground's chat on disk: a JSON file with one item a line, and a folder of pictures.

The file is replaced as a whole, so a process killed at any moment leaves the old or the new
one.
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
from storage.engine.errors import OpenError
from storage.engine.files import create_private, make_private_folder


class UnreadableChatError(OpenError):
    """A chat file that cannot be read. The message says what to do about it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} isn't a readable playground chat. Move it away, or start with --fresh.")


def encode_item(item: Item) -> str:
    """Return an item as a line of the file: its kind and its fields."""
    return json.dumps([type(item).__name__, vars(item)], default=_encode_datetime)


def read_items(path: Path) -> list[Item]:
    """Return every item in the file, or nothing when there is no file.

    UnreadableChatError when it is not a chat file.
    """
    if not path.exists():
        return []
    kinds = {kind.__name__: kind for kind in KINDS}
    try:
        return [kinds[name](**_decode_fields(fields)) for name, fields in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableChatError(path) from error


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Replace the file with these lines, atomically."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    create_private(draft)
    draft.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    os.replace(draft, path)


def erase_chat(path: Path) -> None:
    """Delete the chat's file and its pictures."""
    path.unlink(missing_ok=True)
    shutil.rmtree(_picture_folder(path), ignore_errors=True)


def save_picture(path: Path, png: bytes) -> str:
    """Store a picture and return its file name, which is the same for the same picture."""
    name = f"{sha256(png).hexdigest()[:20]}.png"
    make_private_folder(_picture_folder(path))
    create_private(_picture_folder(path) / name)
    (_picture_folder(path) / name).write_bytes(png)
    return name


def save_file(path: Path, data: bytes, title: str) -> str:
    """Store a file and return its name on disk, which is the same for the same file."""
    name = f"{sha256(data).hexdigest()[:20]}-{title}"
    make_private_folder(_picture_folder(path))
    create_private(_picture_folder(path) / name)
    (_picture_folder(path) / name).write_bytes(data)
    return name


def read_file(path: Path, name: str) -> bytes | None:
    """Return a stored file's bytes, or None. The name is looked up in the folder and never used as a path."""
    found = next((file for file in _picture_folder(path).glob("*-*") if file.name == name), None)
    return found.read_bytes() if found else None


def read_picture(path: Path, name: str) -> bytes | None:
    """Return a stored picture's bytes, or None.

    The name is looked up in the folder and never used as a path.
    """
    found = next((file for file in _picture_folder(path).glob("*.png") if file.name == name), None)
    return found.read_bytes() if found else None


def delete_picture(path: Path, name: str) -> None:
    """Delete one picture or file."""
    (_picture_folder(path) / name).unlink(missing_ok=True)


def _picture_folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}-pictures")


def _encode_datetime(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a chat's file")


def _decode_fields(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"at": datetime.fromisoformat(fields["at"])} if "at" in fields else fields
