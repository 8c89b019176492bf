"""Who may be named on a next step: people of the team who are there and let others write of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.access.admission import drop_left, has_left
from bot.core.context import Context
from bot.core.language.words import _, lazy
from bot.core.messages import Option
from bot.core.text import one_line, parse_number
from bot.prompts.steps.card import names_of
from bot.prompts.steps.words import say_taker
from storage.models import NextStep, Person
from storage.prompts import step_takers

NOBODY, ME = "nobody", "me"
MOST_NAMES = 22
"""The most names to choose from: Discord's choice of 25, less nobody, oneself and the present name."""
LABEL = 75
NOT_NAMED = lazy("I can't suggest that person. Leave it open, and they can take it on the card.")


def list_names(context: Context, step: NextStep | None) -> tuple[Option, ...]:
    """Return the choice of names: nobody, oneself, and people of the team, by name. The present one is among them.

    AccessUnknownError if the platform has to be asked first who is there.
    """
    me = context.caller.person_id
    members = step_takers.list_members(context.session, context.caller.team_id)
    there = _list_there(context, [one for one in members if one.id != me])
    options = [Option(NOBODY, _("Nobody yet")), Option(ME, _("I'll take it"))]
    options += [Option(str(one.id), one_line(one.name, LABEL)) for one in there]
    present = show_name(context, step)
    if step is not None and present not in {option.value for option in options}:
        label = say_taker(step, names_of(context.session, step))
        options.append(Option(present, one_line(f"{label[:1].upper()}{label[1:]}", LABEL)))
    return tuple(options)


def _list_there(context: Context, members: Sequence[Person]) -> list[Person]:
    """Return the first of some people who haven't left the team, up to MOST_NAMES.

    The platform is asked about no more of them than that takes. Once many have left, it's asked about more
    at once, because each further question costs time. AccessUnknownError if it has to be asked first.
    """
    there = drop_left(context, members[:MOST_NAMES])
    seen = MOST_NAMES
    while len(there) < MOST_NAMES and seen < len(members):
        more = members[seen : seen + seen - len(there)]
        there += drop_left(context, more)
        seen += len(more)
    return there[:MOST_NAMES]


def show_name(context: Context, step: NextStep | None) -> str:
    """Return the name on a step as a form's choice."""
    if step is None or step.taker_id is None:
        return NOBODY
    took = step.taker_id == context.caller.person_id and step.taken_at is not None
    return ME if took and step.taker_left_at is None else str(step.taker_id)


def read_name(context: Context, given: str) -> dict[str, Any] | None:
    """Return the columns for a chosen name, or None for a person who can't be named here.

    AccessUnknownError if the platform has to be asked first whether they are there.
    """
    if given in ("", NOBODY):
        return step_takers.name_taker(None, context.now)
    if given == ME:
        return step_takers.name_taker(context.caller.person_id, context.now, context.now)
    person_id = parse_number(given)
    if not can_be_named(context, person_id):
        return None
    return step_takers.name_taker(person_id, context.now)


def suggest_again(context: Context, person_id: int | None) -> dict[str, Any]:
    """Return the columns for a person who is suggested again if they may be, or else for nobody.

    AccessUnknownError if the platform has to be asked first whether they are there.
    """
    can_be = person_id is not None and can_be_named(context, person_id)
    return step_takers.name_taker(person_id if can_be else None, context.now)


def can_be_named(context: Context, person_id: int) -> bool:
    """Return whether somebody else may suggest a person.

    AccessUnknownError if the platform has to be asked first whether they are there.
    """
    members = step_takers.list_members(context.session, context.caller.team_id)
    person = next((one for one in members if one.id == person_id), None)
    return person is not None and not has_left(context, person)
