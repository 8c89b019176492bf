"""The parts that a team uses: which are on, chosen in its setup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Button, Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.parts.answers import TurnOnPart, parts_off
from bot.core.parts.part import Part, Parts, read_parts, write_parts
from storage.models import Team

NAMES: Mapping[Part, Lazy] = {
    Part.QUESTS: lazy("Quests"),
    Part.GOALS: lazy("Goals and mission"),
    Part.FOCUS: lazy("Focus"),
    Part.MEMORY: lazy("Memory"),
}
OPTIONS: Mapping[Part, Lazy] = {
    Part.QUESTS: lazy("Quests: what you want to find out together"),
    Part.GOALS: lazy("Goals and mission: where you're going"),
    Part.FOCUS: lazy("Focus: how much of your work serves the big goal"),
    Part.MEMORY: lazy("Memory: what comes back later, and looking back"),
}


@dataclass(frozen=True)
class ChooseParts:
    """The command to choose the parts that the team uses. `sent` marks the form, which may name none."""

    team: str = ""
    parts: str = ""
    sent: str = ""


def choose_parts(context: Context, command: ChooseParts) -> Reply | Form:
    """Turn parts on or off for the team, or return the form that asks which it uses."""
    off = parts_off(context)
    if not command.sent:
        return _parts_form(context, off)
    now_off = frozenset(Part) - read_parts(command.parts)
    _save_off(context, now_off)
    kept = _("What you saved there stays, and comes back when you turn it on again.") if now_off - off else ""
    return text_reply(" ".join(filter(None, (describe_off(now_off) or _("Everything is on."), kept))))


def _parts_form(context: Context, off: Parts) -> Form:
    chosen = "\n".join(part for part in Part if part not in off)
    options = tuple(Option(part, OPTIONS[part]()) for part in Part)
    hint = _("What's off is out of sight. Saving, questions, versions, search and recaps are always there.")
    field = Field(
        "parts", _("What this team uses"), FieldKind.CHOICES, chosen, False, hint=hint, options=options
    )
    command = ChooseParts(str(context.caller.team_id), sent="1")
    return Form(_("Parts"), command, (field,), submit=_("Save"))


def turn_on_part(context: Context, command: TurnOnPart) -> Reply:
    """Turn one part on again, and offer the first thing that it can do."""
    asked = read_parts(command.part)
    _save_off(context, parts_off(context) - asked)
    first = next((each for each in context.commands.all if each.part in asked and each.name), None)
    buttons = (Button(first.button() or first.name.capitalize(), first.command()),) if first else ()
    return text_reply(_("It's on for the whole team now."), buttons=buttons)


def describe_off(off: Parts) -> str:
    """Return the sentence that names the parts that are off, or an empty string."""
    names = ", ".join(NAMES[part]() for part in Part if part in off)
    return _("Off in this team: {parts}.", parts=names) if names else ""


def _save_off(context: Context, off: Parts) -> None:
    context.session.get_one(Team, context.caller.team_id).parts_off = write_parts(off)
    context.session.flush()


DECLARATIONS = (
    Declaration("choose-parts", ChooseParts, choose_parts, opens_form=True),
    Declaration("turn-on-part", TurnOnPart, turn_on_part),
)
