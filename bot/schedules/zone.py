"""Where a team is, for one whose platform doesn't say: it is asked, and its schedules move there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Field, FieldKind, Form, Reply, text_reply
from bot.core.zones.names import UNASKED, describe_zone, explain_zone, read_zone
from bot.schedules.planner import coming_occurrence
from storage.delivery import refresh
from storage.schedules import schedules

ASKED = lazy("Where are you?")


@dataclass(frozen=True)
class TellZone:
    """A command that tells where a team is, once."""

    team: str = ""
    zone: str = ""


def where_button(team_id: int, zone: str) -> tuple[Button, ...]:
    """Return the button that asks where a team is. Empty if that is known."""
    return (Button(ASKED(), TellZone(str(team_id))),) if zone == UNASKED else ()


def tell_zone(context: Context, command: TellZone) -> Reply | Form:
    """Set the zone of a team that has none yet, and move its schedules there.

    Without a zone, return the form. Raise FormError for one that is not known, and UserError if
    somebody else told another one before.
    """
    known = context.caller.zone
    hint = _("A city, like Lisbon. I'll post at your local time.")
    field = Field("zone", _("Your city"), FieldKind.ZONE, value=command.zone, hint=hint)
    form = Form(ASKED(), TellZone(str(context.caller.team_id)), (field,), submit=_("Save"))
    zone = read_zone(command.zone, "")
    if known not in (UNASKED, zone):
        raise UserError(
            _(
                "Times are already in {zone}. To change that, type {command} setup.",
                zone=describe_zone(known),
                command=context.capabilities.command,
            )
        )
    if not command.zone.strip():
        return form
    if not zone:
        raise FormError(form, {"zone": explain_zone(command.zone)})
    if known == UNASKED:
        settle_zone(context, zone)
    return text_reply(_("Thanks. I'll post in {zone} now.", zone=describe_zone(zone)))


def settle_zone(context: Context, zone: str) -> None:
    """Set the zone of a team that nobody was asked about, and move the schedules that waited for it."""
    for schedule in schedules.change_zone(context.session, context.caller.team_id, UNASKED, zone):
        if schedule.active:
            schedule.next_at = coming_occurrence(context.session, schedule, context.now).at
    context.session.flush()
    refresh.refresh_schedule(context.session, context.caller.team_id, context.now)


DECLARATIONS: tuple[Declaration, ...] = (Declaration("tell-zone", TellZone, tell_zone, opens_form=True),)
