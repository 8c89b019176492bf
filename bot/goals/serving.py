"""What a moment or a quest serves: goals, and a line of the mission. People choose, words suggest.

A moment's card offers it, and so does the private answer to a capture where there is anything to serve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, locate_card
from bot.core.forms.newer import (
    mark_form,
    mark_numbers,
    mark_values,
    merge_newer,
    merge_numbers,
    show_newer,
)
from bot.core.language.words import _, lazy, line, ngettext
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
from bot.goals.commands import QuestServes, Serves
from bot.goals.find import goal_words, say
from bot.goals.lines import LABEL, LINES, NO_LINE, line_field
from storage.goals import goals, links, missions
from storage.models import Goal, Moment
from storage.moments import fulltext
from storage.teams import teams

SHOWN = 20
"""Goals to choose from, so that the marks of those that are ticked fit a form's smallest container."""
SHORTEST_WORD = 4
"""The fewest letters of a word that counts. In unspaced scripts a pair is enough."""
SERVES_LABEL = lazy("What does it serve?")


def choose_served(context: Context, command: Serves) -> Reply | Form:
    """Save which goals and which line of the mission a moment serves. Without `asked`, return the form.

    UserError where there is neither a goal nor a mission, and for a moment that waits for its words.
    """
    if command.asked:
        teams.lock_team(context.session, context.caller.team_id)
    moment = active_moment(context, command.moment)
    if not is_kept(moment):
        raise UserError(
            _("#{number} has no text yet. Once it does, you can say what it serves.", number=moment.number)
        )
    before = links.list_goals_of_moment(context.session, moment.id)
    now = missions.find_use(context.session, moment.id)
    if not command.asked:
        return _serves_form(context, moment, before, now)
    given = replace(command, line=command.line if command.line in LINES else "")
    given, clashes = merge_newer(given, {"line": now})
    chosen, used = find_chosen(context, command, before), given.line
    if clashes:
        form = _serves_form(context, moment, before, used, chosen)
        return show_newer(form, {"line": now or NO_LINE}, clashes)
    _link_chosen(context, moment, before, chosen)
    if used != now:
        missions.set_use(context.session, moment, used, context.caller.person_id, context.now)
    shown = f"{mark_values([used])}{mark_shown(chosen)}"
    was = Serves(format_moment_ref(moment), "1", write_numbers(before), now, shown)
    undo = Button(_("Undo"), context.store_if_long(was))
    place = locate_card(moment_place(context, moment.id))
    served = describe_served(chosen, used)
    said = (
        line("Saved. #{number} serves: {served}.", number=moment.number, served=served)
        if served
        else line("Saved. #{number} doesn't serve a goal or our mission now.", number=moment.number)
    )
    return text_reply(*say(said, place), buttons=(undo,))


def describe_served(chosen: Sequence[Goal], used: str) -> str:
    """Return what is served, side by side, such as `goal #2 · Who we serve`. Empty for nothing.

    `used` is the key of a line of the mission, or empty.
    """
    numbers = list_names([f"#{goal.number}" for goal in chosen])
    said = (
        ngettext("goal {numbers}", "goals {numbers}", len(chosen), numbers=numbers) if chosen else "",
        LINES[used].label() if used else "",
    )
    return " · ".join(filter(None, said))


def served_block(chosen: Sequence[Goal], used: str = "") -> Block:
    """Return the small line of a card that says what is served."""
    return Small(line("Serves: {served}", served=describe_served(chosen, used)))


def _serves_form(
    context: Context, moment: Moment, before: Sequence[Goal], used: str, chosen: Sequence[Goal] | None = None
) -> Form:
    """Return the form with the goals that are linked now, or `chosen` by a person, and a line."""
    mission = missions.find_current(context.session, moment.team_id)
    words = " ".join((moment.text, *moment.parts.values()))
    fields = (
        *goals_field(context, words, before, chosen),
        *line_field(mission, used, _("Which line of our mission?")),
    )
    if not fields:
        raise UserError(
            _(
                "There's no goal or mission to serve yet. Start with {command} mission.",
                command=context.capabilities.command,
            )
        )
    asked = (fields[0], *(replace(field, later=True, default=NO_LINE) for field in fields[1:]))
    form = Form(SERVES_LABEL(), Serves(format_moment_ref(moment), "1"), asked, _("Save"))
    present = missions.find_use(context.session, moment.id)
    marked = mark_form(form, {"line": present})
    shown = f"{marked.command.shown}{mark_shown(before)}"
    return replace(marked, command=replace(marked.command, shown=shown))


def mark_shown(linked: Sequence[Goal]) -> str:
    """Return the marks of the goals that a form shows as linked."""
    return mark_numbers(goal.number for goal in linked[:SHOWN])


def write_numbers(found: Sequence[Goal]) -> str:
    """Return goals as a form's field holds them."""
    return "\n".join(str(goal.number) for goal in found)


def goals_field(
    context: Context, words: str, before: Sequence[Goal], chosen: Sequence[Goal] | None = None
) -> tuple[Field, ...]:
    """Return the field that chooses goals, those that share words with a text first. Empty without goals.

    Those linked `before` are chosen, or else those that a person has `chosen`.
    """
    open_ones = goals.list_open(context.session, context.caller.team_id)
    found = {goal.id: goal for goal in (*before, *sort_by_words(words, open_ones), *(chosen or ()))}
    options = tuple(
        Option(str(goal.number), one_line(f"#{goal.number} {goal_words(goal)}", LABEL))
        for goal in found.values()
    )[:SHOWN]
    if not options:
        return ()
    value = write_numbers((before if chosen is None else chosen)[:SHOWN])
    return (Field("goals", _("Which goals?"), FieldKind.CHOICES, value, required=False, options=options),)


def sort_by_words(text: str, found: Sequence[Goal]) -> Sequence[Goal]:
    """Return goals in the order of how many words they share with a text, the most first."""
    words = _words_of(text)
    return sorted(found, key=lambda goal: -len(words & _words_of(" ".join((goal.text, goal.quote)))))


def _words_of(text: str) -> set[str]:
    found = fulltext.tokenize_text(text)
    return {token for token in found if len(token) >= SHORTEST_WORD or not token.isascii()}


def find_chosen(context: Context, given: Serves | QuestServes, before: Sequence[Goal]) -> Sequence[Goal]:
    """Return the goals to link after a form: those of before, with what its person ticked and cleared.

    They are open or closed, because Undo brings the link to a closed one back.
    """
    ticked = dict.fromkeys(parse_number(each) for each in given.goals.split())
    numbers = merge_numbers(ticked, [goal.number for goal in before], given.shown)
    found = (goals.find_by_number(context.session, context.caller.team_id, each) for each in sorted(numbers))
    return [goal for goal in found if goal is not None]


def _link_chosen(context: Context, moment: Moment, before: Sequence[Goal], chosen: Sequence[Goal]) -> None:
    wanted = {goal.id for goal in chosen}
    for goal in before:
        if goal.id not in wanted:
            links.unlink_moment(context.session, goal.id, moment.id, context.now)
    for goal in chosen:
        links.link_moment(context.session, goal.id, moment.id, context.caller.person_id, context.now)


def offer_serving(context: Context, number: int) -> tuple[Offer, ...]:
    """Return the button that asks what a new moment serves, or nothing where there is nothing to serve."""
    if not context.caller.has_aims:
        return ()
    return (Offer(None, None, (Button(SERVES_LABEL(), Serves(context.moment_ref(number))),)),)


def serving_blocks(session: Session, moment: Moment) -> Sequence[Block]:
    """Return the small line of a moment's card that says what it serves. Empty for nothing."""
    served = links.list_goals_of_moment(session, moment.id)
    used = missions.find_use(session, moment.id)
    return (served_block(served, used),) if served or used else ()


DECLARATIONS = (Declaration("serves", Serves, choose_served, once=True, opens_form=True),)
