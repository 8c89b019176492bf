"""Payloads with one part missing or wrong, for what a platform should never send."""

from __future__ import annotations

from collections.abc import Container, Iterator
from copy import deepcopy
from typing import Any

Place = tuple[Any, ...]


def broken(
    payload: Any, depth: int, whole: Container[Any] = (), path: Place = ()
) -> Iterator[tuple[Place, Any]]:
    """Yield each part of a payload by its path, with values that are missing or of another type.

    Look `depth` levels deep, and not into the keys of `whole`.
    """
    inner = payload.items() if isinstance(payload, dict) else enumerate(payload)
    for name, value in inner:
        for other in (None, 7, {} if isinstance(value, str) else "x"):
            yield (*path, name), other
        if isinstance(value, dict | list) and len(path) < depth and name not in whole:
            yield from broken(value, depth, whole, (*path, name))


def with_part(payload: dict[str, Any], path: Place, value: Any) -> dict[str, Any]:
    """Return a copy of the payload with another value at `path`. None removes it from a dict."""
    changed = deepcopy(payload)
    place: Any = changed
    for name in path[:-1]:
        place = place[name]
    if value is None and isinstance(place, dict):
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed
