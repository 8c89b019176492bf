"""A no: what we declined and why. The recap tells it, too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.kinds.declared import KINDS
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Button,
    Form,
    More,
    Reply,
    Style,
)
from bot.core.moment import format_moment_ref
from bot.doors.capture import confirm_saved, find_saved, save_words
from bot.doors.commands import LogNo
from bot.moments.commands import (
    DETAILS,
    Edit,
)
from bot.moments.form import filled_parts, part_fields, text_field
from storage.models import Kind, Moment, ScheduleKind
from storage.schedules import schedules


def log_no(context: Context, command: LogNo) -> Reply | Form:
    """Save what was declined at once. Without words, return the form."""
    if known := find_saved(context):
        return _confirm(context, known, command)
    if not command.text.strip():
        return _no_form(command)
    moment = save_words(context, Kind.NO, command.text, filled_parts(command, Kind.NO))
    return _confirm(context, moment, command)


def _confirm(context: Context, moment: Moment, command: LogNo) -> Reply:
    why = Button(_("Say why"), Edit(format_moment_ref(moment), whole=DETAILS), Style.PRIMARY)
    further = () if moment.parts.get("why") else (why,)
    return confirm_saved(context, moment, command.head, _where_listed(context), further)


def _where_listed(context: Context) -> str:
    """Return where a no is read again: in the team's next recap or, while that is off, in one that one asks for."""
    if schedules.is_active(context.session, context.caller.team_id, ScheduleKind.RECAP):
        return _("It'll be in the next recap, under “What we said no to”.")
    return _(
        "To see it in a recap, type {command} recap.",
        command=context.capabilities.command,
    )


def _no_form(command: LogNo) -> Form:
    fields = (text_field(Kind.NO), *part_fields(Kind.NO, vars(command)))
    asked: dict[str, Any] = {field.name: "" for field in fields}
    return Form(KINDS[Kind.NO].form(), replace(command, **asked), fields, _("Save"), more=More.ANSWER)


DECLARATIONS = (
    Declaration(
        "no",
        LogNo,
        log_no,
        "no",
        lazy("Save something you said no to, and why"),
        example=lazy("A wizard of six pages"),
        shown=True,
        button=lazy("Log a no"),
        said_as=(
            "noes, nos, our no, new no, add no, log no, save no, a no, say no, said no, we said no, decline, declined, "
            "turn down, turned down, refusal, refusals, not doing, closed door, closed doors"
        ),
    ),
)
