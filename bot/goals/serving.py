"""What a moment or a quest serves: goals, and a line of the mission. People choose, words suggest.

A moment's card offers it, and so does the private answer to a capture where there is anything to serve.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, describe_place
from bot.core.messages import (
    Block,
    Button,
    Field,
    FieldKind,
    Form,
    Offer,
    Option,
    Reply,
    Small,
    text_reply,
)
from bot.core.moment import active_moment, format_moment_ref, is_kept, moment_place
from bot.core.text import list_names, one_line, parse_number
from bot.goals.commands import Serves
from bot.goals.lines import LABEL, LINES, line_field
from storage.goals import goals, links, missions
from storage.models import Goal, Moment
from storage.moments import fulltext

SHOWN = 24
"""Goals to choose from (Discord's limit is 25)."""
SHORTEST_WORD = 4
"""The fewest letters of a word that counts. In unspaced scripts a pair is enough."""
SERVES_LABEL = "What does it serve?"


def choose_served(context: Context, command: Serves) -> Reply | Form:
    """Save which goals and which line of the mission a moment serves. Without `asked`, return the form.

    UserError where there is neither a goal nor a mission, and for a moment that waits for its words.
    """
    moment = active_moment(context, command.moment)
    if not is_kept(moment):
        raise UserError(f"#{moment.number} waits for its words; after that you can say what it serves.")
    before = links.list_goals_of_moment(context.session, moment.id)
    if not command.asked:
        return _serves_form(context, moment, before)
    chosen = find_chosen(context, command.goals, before)
    was = Serves(
        format_moment_ref(moment), "1", "\n".join(str(goal.number) for goal in before),
        missions.find_use(context.session, moment.id),
    )  # fmt: skip
    _link_chosen(context, moment, before, chosen)
    line = command.line if command.line in LINES else ""
    if line != was.line:
        missions.set_use(context.session, moment, line, context.caller.person_id, context.now)
    undo = Button("Undo", context.store_if_long(was))
    place = describe_place(moment_place(context, moment.id))
    served = describe_served(chosen, line)
    does = f"serves {served}" if served else "isn't linked to a goal or to the mission now"
    said = f"#{moment.number} {does} "
    return text_reply(said, *place, ".", buttons=(undo,))


def describe_served(chosen: Sequence[Goal], line: str) -> str:
    """Return what is served in words, such as `goal #2 and the line “Who we serve”`. Empty for nothing."""
    numbers = list_names([f"#{goal.number}" for goal in chosen])
    said = (
        f"goal{'s' if len(chosen) > 1 else ''} {numbers}" if chosen else "",
        f"the line “{LINES[line].label}”" if line else "",
    )
    return " and ".join(filter(None, said))


def _serves_form(context: Context, moment: Moment, before: Sequence[Goal]) -> Form:
    mission = missions.find_current(context.session, moment.team_id)
    words = " ".join((moment.text, *moment.parts.values()))
    fields = (
        *goals_field(context, words, before),
        *line_field(mission, missions.find_use(context.session, moment.id), "Which line of the mission?"),
    )
    if not fields:
        raise UserError(
            "There's no goal and no mission yet that it could serve. "
            f"{context.capabilities.command} mission writes one."
        )
    return Form(f"What #{moment.number} serves", Serves(format_moment_ref(moment), "1"), fields, "Save")


def goals_field(context: Context, words: str, before: Sequence[Goal]) -> tuple[Field, ...]:
    """Return the field that chooses goals, those that share words with a text first. Empty without goals."""
    open_ones = goals.list_open(context.session, context.caller.team_id)
    found = {goal.id: goal for goal in (*before, *sort_by_words(words, open_ones))}
    options = tuple(
        Option(str(goal.number), one_line(f"#{goal.number} {goal.text}", LABEL)) for goal in found.values()
    )[:SHOWN]
    if not options:
        return ()
    value = "\n".join(str(goal.number) for goal in before)
    return (Field("goals", "Which goals?", FieldKind.CHOICES, value, required=False, options=options),)


def sort_by_words(text: str, found: Sequence[Goal]) -> Sequence[Goal]:
    """Return goals in the order of how many words they share with a text, the most first."""
    words = _words_of(text)
    return sorted(found, key=lambda goal: -len(words & _words_of(" ".join((goal.text, goal.quote)))))


def _words_of(text: str) -> set[str]:
    found = fulltext.tokenize_text(text)
    return {token for token in found if len(token) >= SHORTEST_WORD or not token.isascii()}


def find_chosen(context: Context, given: str, before: Sequence[Goal]) -> Sequence[Goal]:
    """Return the goals whose numbers a form holds, open or linked already. Others are left out."""
    linked = {goal.id for goal in before}
    numbers = dict.fromkeys(parse_number(each) for each in given.split())
    found = (goals.find_by_number(context.session, context.caller.team_id, number) for number in numbers)
    return [goal for goal in found if goal is not None and (goal.closed_at is None or goal.id in linked)]


def _link_chosen(context: Context, moment: Moment, before: Sequence[Goal], chosen: Sequence[Goal]) -> None:
    wanted = {goal.id for goal in chosen}
    for goal in before:
        if goal.id not in wanted:
            links.unlink_moment(context.session, goal.id, moment.id, context.now)
    for goal in chosen:
        links.link_moment(context.session, goal.id, moment.id, context.caller.person_id, context.now)


def offer_serving(context: Context, number: int) -> Offer:
    """Return the button that asks what a new moment serves, for where there is anything to serve."""
    at = context.moment_ref(number)
    find = partial(_has_anything_to_serve, team_id=context.caller.team_id)
    return Offer(find, None, (Button(SERVES_LABEL, Serves(at)),))


def _has_anything_to_serve(session: Session, team_id: int) -> bool:
    return goals.has_open(session, team_id) or missions.find_current(session, team_id) is not None


def serving_blocks(session: Session, moment: Moment) -> Sequence[Block]:
    """Return the small line of a moment's card that says what it serves. Empty for nothing."""
    served = links.list_goals_of_moment(session, moment.id)
    line = missions.find_use(session, moment.id)
    if not served and not line:
        return ()
    said = describe_served(served, line)
    return (Small((f"Serves {said}",)),)


DECLARATIONS = (Declaration("serves", Serves, choose_served),)
