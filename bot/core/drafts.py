"""Drafts: unfinished forms, stored as rows until they are submitted.

A form becomes a draft when it has several steps or has to be opened again. A person who
closes it half-way, or meets a restart, continues from the stored values, and nobody else
can open it. One draft is one row and one event, so submitting it twice has its effect
once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, UserError
from bot.core.language.words import _
from bot.core.messages import Field, FieldKind, Form, More, Option
from bot.core.text import clean_text
from storage.delivery import pending


@dataclass(frozen=True)
class SaveDraft:
    """The command to store a form as a draft.

    `form` is the text that `bot.core.drafts` writes. `pending` is the id of the draft to
    replace, if there is one.
    """

    form: str = ""
    pending: str = ""


@dataclass(frozen=True)
class OpenForm:
    """The command to reopen a draft.

    `step`, from 0, is the part to show when the form has too many fields to show at once. `more` is set where
    the parts before it are saved already, so that the form has to be asked for anew.
    """

    pending: str = ""
    step: str = ""
    more: str = ""


@dataclass(frozen=True)
class SubmitDraft:
    """The command to submit a draft with its stored values."""

    pending: str = ""


def draft_event(command: OpenForm | SubmitDraft) -> str:
    """Return the event name for submitting a draft.

    It is the same for every attempt from anywhere, so a draft takes effect once.
    """
    return f"pending:{command.pending}"


def save_draft(context: Context, command: SaveDraft) -> Form:
    """Store a form and return it with `OpenForm` as its command."""
    kept = _read_form(context, command.form)
    person_id, known = context.caller.person_id, command.pending
    if not pending.replace_command(context.session, person_id, known, command.form):
        known = pending.save_command(context.session, person_id, command.form, context.now)
    return replace(kept, command=OpenForm(known))


def open_draft(context: Context, command: OpenForm | SubmitDraft) -> Form:
    """Return the stored form. Raises UserError if the draft is gone or can no longer be read."""
    text = pending.find_command(context.session, context.caller.person_id, command.pending)
    return _read_form(context, text or "")


def _read_form(context: Context, text: str) -> Form:
    """Return the form of a stored text. Raises UserError if there is none that can be read."""
    try:
        return form_from_text(text, context.commands.decode)
    except ValueError:
        raise UserError(_("That form is too old to continue. Please start again.")) from None


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
        head = [_clean_text(kept[name]) for name in ("title", "command", "submit", "intro")]
        more = More(kept.get("more", More.HERE))
    except (KeyError, TypeError, RecursionError) as wrong:
        raise ValueError("not a form") from wrong
    title, command, submit, intro = head
    return Form(title, decode(command), fields, submit, intro, more=more)


def _restore_field(kept: Mapping[str, Any]) -> Field:
    texts: dict[str, Any] = {name: _clean_text(kept[name]) for name in ("name", "label", "value", "hint")}
    options = tuple(
        Option(_clean_text(each["value"]), _clean_text(each["label"])) for each in kept["options"]
    )
    newer: dict[str, Any] = {name: _clean_text(kept.get(name, "")) for name in ("default", "placeholder")}
    flags: dict[str, Any] = {name: bool(kept.get(name)) for name in ("required", "public", "later")}
    return Field(**texts, **newer, **flags, kind=FieldKind(kept["kind"]), options=options)


def _clean_text(value: Any) -> str:
    """Return a text as it can be shown and stored. Raises TypeError for anything else.

    JSON spells out the characters that no database accepts, so they are removed here once more.
    """
    if not isinstance(value, str):
        raise TypeError("not a text")
    return clean_text(value)


DECLARATIONS = (
    Declaration("put-aside", SaveDraft, save_draft, needs=Needs.PERSON),
    Declaration("open-form", OpenForm, open_draft, read_only=True, needs=Needs.PERSON),
    Declaration("take-form", SubmitDraft, open_draft, read_only=True, needs=Needs.PERSON),
)
