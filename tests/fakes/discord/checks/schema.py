"""Validation of requests and of the fake server's answers with Discord's own OpenAPI description, if available.

The file is not part of the project: `tests/support/samples.py` says how to get it. Two things are changed when it
is read: unknown keys are errors, and the keys in `EXTRA` and the type `FORWARD` are allowed. A command's permissions
and an attachment's id, which may be integers or texts according to Discord's documentation, are converted by `server`
first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.support.samples import find_sample, missing

NAME = "discord-openapi.json"
EXTRA = {
    "MessageEditRequestPartial": ["tts"],
    "IncomingWebhookUpdateRequestPartial": ["tts"],
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ["tts"],
    "ApplicationCommandUpdateRequest": ["nsfw"],
    "MessageAttachmentRequest": [
        "content_type",
        "proxy_url",
        "size",
        "spoiler",
        "url",
        "height",
        "width",
        "ephemeral",
        "flags",
        "clip_participants",
        "clip_created_at",
        "application",
        "duration",
    ],
    "BaseCreateMessageCreateRequest": ["tts"],
    "CreateForumThreadRequest": ["type"],
    "CreatedThreadResponse": ["message"],
}
"""Keys that discord.py always sends, by schema: documented or ignored by Discord, and not in its description."""


FORWARD = {"title": "FORWARD", "const": 1}
"""The type of a reference to a forwarded message: documented, and not in Discord's description."""


def at_hand() -> bool:
    """Return whether the description is available."""
    return find_sample(NAME) is not None


def _file() -> Path:
    found = find_sample(NAME)
    assert found is not None, missing(NAME)
    return found


@cache
def _spec() -> dict[str, Any]:
    """Return the description, with unknown keys forbidden."""
    spec: dict[str, Any] = json.loads(_file().read_text())
    for name, schema in spec["components"]["schemas"].items():
        _close(schema)
        for extra in EXTRA.get(name, []):
            schema["properties"][extra] = {}
    spec["components"]["schemas"]["MessageReferenceType"]["oneOf"].append(FORWARD)
    return spec


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for each in schema:
            _close(each)
    elif isinstance(schema, dict):
        if "properties" in schema and "allOf" not in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for name, each in schema.items():
            if name not in ("enum", "required", "allOf"):
                _close(each)


ROOT = "urn:discord"


@cache
def _described(pointer: str) -> bool:
    found: Any = _spec()
    for step in pointer.split("/"):
        found = found.get(step.replace("~1", "/").replace("~0", "~"), {})
    return bool(found)


@cache
def _fast(pointer: str) -> jsonschema_rs.Draft202012Validator:
    """Return a validator that only says whether a body is valid, in microseconds. Most bodies in the tests are."""
    registry = jsonschema_rs.Registry([(ROOT, _spec())])
    return jsonschema_rs.Draft202012Validator({"$ref": f"{ROOT}#/{_quoted(pointer)}"}, registry=registry)


@cache
def _telling(pointer: str) -> Draft202012Validator:
    """Return a validator that explains the errors, in milliseconds."""
    registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT202012.create_resource(_spec()))
    return Draft202012Validator({"$ref": f"{ROOT}#/{_quoted(pointer)}"}, registry=registry)


def _quoted(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")


def _at(method: str, path: str, *steps: str) -> str:
    inner = "/".join(each.replace("/", "~1") for each in (*steps, "content", "application/json", "schema"))
    return f"paths/{path.replace('/', '~1')}/{method.lower()}/{inner}"


def of_request(method: str, path: str, body: Any) -> list[str]:
    """Return the errors of a request's body."""
    if not at_hand():
        return []
    return _problems(_at(method, path, "requestBody"), body)


def of_response(method: str, path: str, body: Any) -> list[str]:
    """Return the errors of an answer of the fake server."""
    if not at_hand():
        return []
    done, created = (_at(method, path, "responses", status) for status in ("200", "201"))
    return _problems(done if _described(done) else created, body)


def of(name: str, body: Any) -> list[str]:
    """Return the errors of a value against the schema of this name."""
    return _problems(f"components/schemas/{name}", body) if at_hand() else []


def _problems(pointer: str, body: Any) -> list[str]:
    if not _described(pointer) or _fast(pointer).is_valid(body):
        return []
    found = (_told(inner) for error in _telling(pointer).iter_errors(body) for inner in _deepest(error))
    return list(dict.fromkeys(found)) or ["body: not as Discord describes it"]


def _told(error: ValidationError) -> str:
    where = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error.absolute_path).lstrip(".")
    return f"{where or 'body'}: {error.message[:200]}"


def _deepest(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors of the alternative that was meant, which is the one whose `type` fits."""
    if error.validator not in ("oneOf", "anyOf") or not error.context:
        yield error
        return
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    meant = [each for each in branches.values() if not any(_other_kind(error, inner) for inner in each)]
    if not meant:
        yield error
        return
    for inner in min(meant, key=len):
        yield from _deepest(inner)


def _other_kind(error: ValidationError, inner: ValidationError) -> bool:
    """Return whether the error shows that the alternative is for another `type`, or for null."""
    below = list(inner.absolute_path)[len(error.absolute_path) :]
    return below == ["type"] or (not below and inner.validator == "type")
