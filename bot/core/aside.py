"""Converts a form to text and back, so that what a person typed can be stored as a draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.core.messages import Field, FieldKind, Form, Option


def form_to_text(form: Form, encode: Callable[[Any], str]) -> str:
    """Convert a form and the values of its fields to text.

    Error sentences are not included.
    """
    plain = asdict(replace(form, command=None, errors={}))
    return json.dumps({**plain, "command": encode(form.command)}, ensure_ascii=False, separators=(",", ":"))


def form_from_text(text: str, decode: Callable[[str], Any]) -> Form:
    """Convert the text of `form_to_text` back to a form.

    Raises ValueError for any other text.
    """
    try:
        kept = json.loads(text)
        fields = tuple(_restore_field(each) for each in kept["fields"])
        return Form(kept["title"], decode(kept["command"]), fields, kept["submit"], kept["intro"])
    except (KeyError, TypeError) as wrong:
        raise ValueError("not a form") from wrong


def _restore_field(kept: Mapping[str, Any]) -> Field:
    options = tuple(Option(**each) for each in kept["options"])
    return Field(**{**kept, "kind": FieldKind(kept["kind"]), "options": options})
