"""Lines that nearly match a command, and stored commands that were too long for a button.

Both keep the text that a person typed.
"""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.messages import Button, Card, Form, Quote, Reply, Strong, Style, Text
from bot.core.params import NearMiss, StoredCommand
from bot.moments.commands import Log
from storage.delivery import pending


def offer_near_miss(context: Context, command: NearMiss) -> Reply:
    """Ask in private whether the line was an aha or the command it resembles."""
    keep = Button("Keep it as an aha", context.store_command(Log(command.text)), Style.PRIMARY)
    meant = _meant_button(context, command.meant)
    asked = ("That looks like ", Strong(command.usage), ", but not quite. Keep it as an aha?")
    return Reply(Card((Text(asked), Quote(command.text)), (keep, *meant)))


def _meant_button(context: Context, meant: str) -> tuple[Button, ...]:
    """Return the button that runs the command that was meant, or nothing if there is no such command."""
    try:
        return (Button("Do that", context.store_if_long(context.commands.decode(meant))),)
    except ValueError:
        return ()


def run_stored_command(context: Context, command: StoredCommand) -> Reply | Form | None:
    """Run the command that was stored for a button. UserError if it has expired."""
    encoded = pending.find_command(context.session, context.caller.person_id, command.pending)
    try:
        waiting = context.commands.decode(encoded or "")
    except ValueError:  # it is gone, or a draft's
        raise UserError("That button is too old. Please write it once more.") from None
    return context.commands.find_declaration(waiting).handle(
        context.as_event(f"pending:{command.pending}"), waiting
    )


DECLARATIONS = (
    Declaration("misfit", NearMiss, offer_near_miss),
    Declaration("later", StoredCommand, run_stored_command),
)
