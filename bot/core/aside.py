"""A form as one text and back: so that what somebody typed can wait for them as a row, whatever happens meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.core.messages import Field, FieldKind, Form, Option


def as_text(form: Form, encode: Callable[[Any], str]) -> str:
    """The form with everything that stands in its fields; sentences about errors are not kept."""
    plain = asdict(replace(form, command=None, errors={}))
    return json.dumps({**plain, "command": encode(form.command)}, ensure_ascii=False, separators=(",", ":"))


def as_form(text: str, decode: Callable[[str], Any]) -> Form:
    """The form behind `as_text`'s text. ValueError for anything that is not one."""
    try:
        kept = json.loads(text)
        fields = tuple(_field(each) for each in kept["fields"])
        return Form(kept["title"], decode(kept["command"]), fields, kept["submit"], kept["intro"])
    except (KeyError, TypeError) as wrong:
        raise ValueError("not a form") from wrong


def _field(kept: Mapping[str, Any]) -> Field:
    options = tuple(Option(**each) for each in kept["options"])
    return Field(**{**kept, "kind": FieldKind(kept["kind"]), "options": options})
