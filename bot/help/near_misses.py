"""Lines that were probably meant otherwise, and stored commands that were too long for a button.

Nothing of such a line is published before a person has chosen what it is. Both keep the text that
the person typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.core.commands import Commands, Declaration, Needs
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Form,
    Quote,
    Reply,
    Strong,
    Style,
    Text,
)
from bot.core.moment import format_moment_ref, moment_name, unknown_moment
from bot.core.params import Guess, NearMiss, ParamKind, StoredCommand
from bot.core.parts.answers import answer_command
from bot.core.text import clean_text, clip_text, parse_number
from bot.moments.commands import Log
from storage.delivery import pending
from storage.models import Moment
from storage.moments import moments

MEANT = "meant"
"""The way of a stored near miss that runs the command that was probably meant. Otherwise the line is kept."""
SHOWN = 5
"""Moments offered for a command without a number."""
EXCERPT = 160
DID_YOU_MEAN = lazy("Did you mean {what}? Nothing is saved or posted yet.")
HERE = lazy("Here's the button for that. Nothing is saved or posted yet.")
"""What is said of a command that has a button and no name to type."""


def offer_near_miss(context: Context, command: NearMiss) -> Reply:
    """Ask in private what a line was meant as, the likeliest first. The line itself is the last choice.

    A command that only offers something is answered at once. In a direct message that is the whole answer,
    because a greeting or a call for help there is nothing to save.
    """
    origin = context.origin
    if origin.direct and not command.typed and (answered := _answer_at_once(context, command)):
        return Reply(answered)
    stored = context.store_command(replace(command, message=origin.message, link=origin.link))
    keep = Button(_("Post it anyway") if command.typed else _("Save as an aha"), stored)
    card = _offer_card(context, command, replace(stored, way=MEANT))
    if origin.direct and command.text.rstrip().endswith("?"):
        return Reply(card)  # nobody saves what they asked the bot alone
    said = (Quote(command.text),) if command.text else ()
    return Reply(Card((*card.blocks, *said), (*card.buttons, keep), card.menu))


def _offer_card(context: Context, command: NearMiss, stored: StoredCommand) -> Card:
    """Return what is offered in place of a line. `stored` runs the command that was probably meant."""
    meant = _decode_reading(context.commands, command.meant)
    if meant is None:
        return Card((_did_you_mean(context, command.usage),))
    declaration = context.commands.find_declaration(meant)
    if answered := _answer_at_once(context, command):
        return answered
    if declaration.moment_field:
        return _moment_card(context, declaration, meant)
    if choices := _choice_buttons(context, declaration, meant):
        return Card((_did_you_mean(context, command.usage),), choices)
    run = stored if command.words_at else context.store_if_long(meant)
    label = declaration.button() or declaration.name.capitalize()
    goal = getattr(meant, "goal", "")
    if declaration.name:
        asked = _did_you_mean(context, f"{declaration.name} {goal}".rstrip())
    else:
        asked = Text(DID_YOU_MEAN.line(what=Strong(f"{label} #{goal}"))) if goal else Text((HERE(),))
    return Card((asked,), (Button(label, run, Style.PRIMARY),))


def _answer_at_once(context: Context, command: NearMiss) -> Card | None:
    """Return the answer of a command that only offers something, or None for any other."""
    meant = _decode_reading(context.commands, command.meant)
    if meant is None or not (declaration := context.commands.find_declaration(meant)).at_once:
        return None
    reply = declaration.handle(context, meant)
    return reply.card if isinstance(reply, Reply) else None


def _did_you_mean(context: Context, usage: str) -> Text:
    root = context.capabilities.command
    return Text(DID_YOU_MEAN.line(what=Strong(f"{root} {usage}")))


def _choice_buttons(context: Context, declaration: Declaration, meant: Any) -> tuple[Button, ...]:
    """Return a button for each choice of a command's argument, the likely one first."""
    found = [(name, p.choices) for name, p in declaration.params.items() if p.kind is ParamKind.CHOICE]
    if not found or not found[0][1]:
        return ()
    (name, choices), root = found[0], context.capabilities.command
    likely = getattr(meant, name) or choices[0]
    inorder = sorted(choices, key=lambda each: each != likely)
    return tuple(
        Button(
            f"{root} {declaration.name} {each}",
            replace(meant, **{name: each}),
            _style(each == likely),
        )
        for each in inorder
    )


def _style(likely: bool) -> Style:
    return Style.PRIMARY if likely else Style.PLAIN


def _moment_card(context: Context, declaration: Declaration, meant: Any) -> Card:
    """Offer the command for the moment with the typed number or, if there is none, for the latest ones."""
    label, name = declaration.button() or declaration.name.capitalize(), declaration.moment_field
    given = getattr(meant, name)
    if given and _is_there(context, given):
        asked = _did_you_mean(context, f"{declaration.name} {given}")
        return Card((asked,), (Button(f"{label} #{given}", meant, Style.PRIMARY),))
    found = declaration.candidates(context) if declaration.candidates else ()
    missing = given and unknown_moment(context, parse_number(given))
    if not found:
        return Card((Text((missing or _nothing_to(context, declaration),)),))
    root = context.capabilities.command
    typed = f"{root} {declaration.name} {found[0].number}"
    which = _(
        "Which one? Pick one, or type its number, like {line}. Nothing is saved or posted yet.", line=typed
    )
    return Card((Text((missing or which,)), *_moment_entries(context, found[:SHOWN], label, meant, name)))


def _nothing_to(context: Context, declaration: Declaration) -> str:
    if not moments.latest_number(context.session, context.caller.team_id):
        return unknown_moment(context, 0)
    root = context.capabilities.command
    typed = f"{root} {declaration.name}"
    return _("There's nothing here yet that you could use {typed} on.", typed=typed)


def _is_there(context: Context, given: str) -> bool:
    """Return whether a moment is there. One of another team is found by its own command."""
    if "." in given:
        return True
    moment = moments.find_by_number(context.session, context.caller.team_id, parse_number(given))
    return moment is not None and moment.deleted_at is None


def _moment_entries(
    context: Context, found: Sequence[Moment], label: str, meant: Any, name: str
) -> Iterator[Block]:
    authors = moments.people_by_id(context.session, [moment.author_id for moment in found])
    for moment in found:
        by = f"{moment_name(moment)} · {authors[moment.author_id].name}"
        button = Button(f"{label} #{moment.number}", replace(meant, **{name: format_moment_ref(moment)}))
        yield Entry(clip_text(moment.text, EXCERPT), (by,), button)


def run_stored_command(context: Context, command: StoredCommand) -> Reply | Form | None:
    """Run the command that was stored for a button. UserError if it has expired."""
    encoded = pending.find_command(context.session, context.caller.person_id, command.pending)
    try:
        stored = context.commands.decode(encoded or "")
        waiting = chosen_reading(context.commands, stored, command.way)
    except ValueError:  # it is gone, or a draft's
        raise UserError(_("That button is too old. Please type it again.")) from None
    declaration = context.commands.find_declaration(waiting)
    if isinstance(stored, NearMiss) and stored.message and not context.origin.direct:
        context = replace(context, origin=replace(context.origin, message=stored.message, link=stored.link))
    return answer_command(context.as_event(f"pending:{command.pending}"), declaration, waiting)


def chosen_reading(commands: Commands, waiting: Any, way: str) -> Any:
    """Return the command that a person chose for a near miss, or any other command as it is."""
    if not isinstance(waiting, NearMiss):
        return waiting
    meant = _decode_reading(commands, waiting.meant) if way == MEANT else None
    if meant is None:
        return _decode_reading(commands, waiting.typed) or Log(waiting.text)
    words = commands.find_declaration(meant).words_field
    said = clean_text(waiting.text[parse_number(waiting.words_at) :].strip())
    return replace(meant, **{words: said}) if words else meant


def _decode_reading(commands: Commands, encoded: str) -> Any | None:
    """Decode one reading of a near miss. None if it has none that this version knows."""
    try:
        return commands.decode(encoded) if encoded else None
    except (ValueError, TypeError):
        return None


DECLARATIONS = (
    Declaration("misfit", NearMiss, offer_near_miss),
    Declaration("guess", Guess, offer_near_miss, needs=Needs.PERSON),
    Declaration("later", StoredCommand, run_stored_command),
)
