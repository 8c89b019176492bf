"""Saving a moment: an aha, a breakthrough or a failed experiment, by command or from a quest's card.

Text typed with a command is saved before the bot asks for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, card_place
from bot.core.kinds.declared import KINDS
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Button,
    Form,
    More,
    Reply,
    Style,
)
from bot.core.moment import active_moment, plan_moment_card
from bot.core.text import parse_number
from bot.goals.commands import Became
from bot.goals.find import find_goal
from bot.goals.serving import offer_serving
from bot.memory.fuel import offer_fuel
from bot.memory.here_before import offer_before
from bot.memory.working_hours import plan_followups
from bot.moments.commands import (
    DETAILS,
    Breakthrough,
    Edit,
    Failed,
    HowFar,
    ItWasAnAha,
    Log,
)
from bot.moments.form import filled_parts, part_fields, place_fields, read_invited, text_field, there_field
from bot.moments.saved import OTHERS, join_sentences, saved_reply
from bot.moments.source import plan_mark, spoken_message
from bot.quests.attempts import (
    AttemptChoice,
    close_found_quest,
    resolve_choice,
    save_attempt_place,
)
from bot.quests.commands import FoundIt, LogAttempt, SeeLinks
from bot.quests.quests import find_open_quest
from bot.quests.value_kinds import ANOTHER_FIELD, save_value_part, value_error
from storage.goals import goals
from storage.goals import links as goal_links
from storage.models import FollowUpKind, Kind, Moment
from storage.moments import moments, reactions
from storage.quests import links

KIND_OF: dict[type, Kind] = {Log: Kind.AHA, Breakthrough: Kind.BREAKTHROUGH, Failed: Kind.EXPERIMENT}


def capture_moment(context: Context, command: Log | Breakthrough | Failed) -> Reply | Form:
    """Save the typed text at once. Without any text, return the form.

    An event that was already saved gets the same reply again.
    FormError for an invalid value of a breakthrough.
    """
    kind = KIND_OF[type(command)]
    if context.caller.kept_moment_id:
        known = context.session.get_one(Moment, context.caller.kept_moment_id)
        return _saved_reply(context, active_moment(context, str(known.number)).number, kind, command.head)
    if not command.text:
        return _capture_form(context, command, kind)
    if wrong := value_error(getattr(command, ANOTHER_FIELD, "")):
        raise FormError(_capture_form(context, command, kind), {ANOTHER_FIELD: wrong})
    command = _resolve_place(context, command, kind)
    invited, errors = read_invited(context, command)
    if errors:
        raise FormError(_capture_form(context, command, kind), errors)
    parts = {**filled_parts(command, kind), **save_value_part(context, kind, command)}
    number = save_moment(context, kind, command.text.strip(), parts)
    _invite(context, number, invited)
    more = join_sentences(_place_in_quest(context, number, command), _link_goal(context, number, command))
    return _saved_reply(context, number, kind, command.head, bool(parts), more)


def _invite(context: Context, number: int, invited: Sequence[int]) -> None:
    """Put on a new moment's card that its author would like to read the versions of these people."""
    moment = moments.find_by_number(context.session, context.caller.team_id, number) if invited else None
    if moment is not None:
        reactions.set_invited(context.session, moment.id, invited, context.now)


def _link_goal(context: Context, number: int, command: Log | Breakthrough | Failed) -> str:
    """Link a new moment to the closed goal that became it. Return a sentence that says so, or nothing."""
    given = parse_number(getattr(command, "goal", ""))
    if not given:
        return ""
    goal = goals.find_by_number(context.session, context.caller.team_id, given)
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    if goal is None or moment is None or goal.closed_at is None:
        return ""
    if goals.find_became(context.session, goal) is not None:
        return ""
    goals.record_became(context.session, goal, moment.id, context.now)
    goal_links.link_moment(context.session, goal.id, moment.id, context.caller.person_id, context.now)
    return _("Linked to goal #{number}.", number=goal.number)


def _resolve_place(
    context: Context, command: Log | Breakthrough | Failed, kind: Kind
) -> Log | Breakthrough | Failed:
    """Return the command with the quest and the attempt that were typed looked up. FormError if they aren't there."""
    if isinstance(command, Log):
        return command
    typed = AttemptChoice(command.quest, getattr(command, "previous", ""))
    chosen, errors = resolve_choice(context.session, context.caller.team_id, typed)
    if errors:
        raise FormError(_capture_form(context, command, kind), errors)
    if isinstance(command, Failed):
        return replace(command, quest=chosen.quest, previous=chosen.previous)
    return replace(command, quest=chosen.quest)


def _place_in_quest(context: Context, number: int, command: Log | Breakthrough | Failed) -> str:
    """Place a new moment in the chosen quest or after the chosen attempt.

    Return a sentence about a quest that this closed, or an empty string.
    """
    chosen = AttemptChoice(getattr(command, "quest", ""), getattr(command, "previous", ""))
    if not (chosen.quest or chosen.previous):
        return ""
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    assert moment is not None
    if isinstance(command, Breakthrough):
        return close_found_quest(context, moment.id, chosen.quest)
    if parse_number(chosen.previous) == number:  # no form offers a moment that is only being saved
        chosen = replace(chosen, previous="")
    return save_attempt_place(context, moment.id, chosen)


def save_moment(context: Context, kind: Kind, text: str, parts: dict[str, str]) -> int:
    """Save a moment of the speaker's own, plan its card, and return its number.

    One that was written to the bot by name gets no card but the bot's 💡 on its message. A breakthrough
    also gets its follow-ups planned.
    """
    caller, origin = context.caller, context.origin
    source = spoken_message(context)
    moment_id, number = moments.add_moment(
        context.session,
        caller.team_id,
        kind,
        caller.person_id,
        text,
        context.now,
        parts=parts,
        event=origin.event,
        **source,
    )
    if source:
        plan_mark(context.session, context.session.get_one(Moment, moment_id), context.now)
    else:
        plan_moment_card(context, moment_id, card_place(context))
    if kind is Kind.BREAKTHROUGH:
        plan_followups(context.session, caller.team_id, moment_id, context.now, tuple(FollowUpKind))
    return number


def _capture_form(context: Context, command: Log | Breakthrough | Failed, kind: Kind) -> Form:
    declared = KINDS[kind]
    text = text_field(kind, command.text)
    there = there_field(context, kind, command.there)
    fields = (text, *part_fields(kind, vars(command)), *there, *place_fields(context, command))
    empty = context.commands.fill_fields(command, {field.name: "" for field in fields})
    return Form(declared.form(), empty, fields, _("Save"), more=More.ANSWER)


def _saved_reply(
    context: Context, number: int, kind: Kind, head: str, whole: bool = False, more: str = ""
) -> Reply:
    """Return the private reply to a capture.

    It has the moment's number, what others can do, and a way back if the first word was misread.
    """
    at = context.moment_ref(number)
    further = []
    if KINDS[kind].parts and not whole:
        further.append(_complete_button(kind, at))
    if head:
        again = _("Include the word “{word}”", word=head.strip()) if kind is Kind.AHA else _("It was an aha")
        further.append(Button(again, ItWasAnAha(at, head)))
    if kind is Kind.BREAKTHROUGH and links.list_recent(
        context.session, context.caller.team_id, Kind.EXPERIMENT, 1
    ):
        further.append(Button(_("How we got here"), SeeLinks(at)))
    far = Button(_("How big a stretch was it?"), HowFar(at))
    reply = saved_reply(at, card_place(context), join_sentences(more, OTHERS()), (*further, far))
    fuel = (offer_fuel(context, number),) if kind is Kind.EXPERIMENT else ()
    offers = (*fuel, *offer_serving(context, number), *offer_before(context, number))
    return replace(reply, offers=offers) if offers else reply


def _complete_button(kind: Kind, at: str) -> Button:
    """Return the button that opens the rest of the form.

    An aha is complete without it, so its button only offers before and after.
    """
    if kind is Kind.AHA:
        return Button(_("What changed?"), Edit(at, whole=DETAILS))
    return Button(_("Add details"), Edit(at, whole=DETAILS), Style.PRIMARY)


def log_attempt(context: Context, command: LogAttempt) -> Reply | Form:
    """Return the form for an experiment, with this quest chosen.

    Raise UserError if the quest is closed.
    """
    row = find_open_quest(context, command.quest)
    form = capture_moment(context, Failed(quest=str(row.id), team=str(row.team_id)))
    return replace(form, title=_("Log an attempt")) if isinstance(form, Form) else form


def log_quest_breakthrough(context: Context, command: FoundIt) -> Reply | Form:
    """Return the form for a breakthrough that closes this quest when it is saved.

    Raise UserError if the quest is closed already.
    """
    row = find_open_quest(context, command.quest)
    form = capture_moment(context, Breakthrough(quest=str(row.id), team=str(row.team_id)))
    return replace(form, title=_("Found it")) if isinstance(form, Form) else form


def open_became_form(context: Context, command: Became) -> Reply | Form:
    """Return the form of the breakthrough or experiment that a closed goal became, with its words.

    UserError for an open goal, and for one that became something already.
    """
    goal = find_goal(context, command.goal)
    if goal.closed_at is None:
        raise UserError(_("Goal #{number} is still open. Close it first.", number=goal.number))
    if goals.find_became(context.session, goal) is not None:
        raise UserError(_("Goal #{number} already became something: its card says what.", number=goal.number))
    team, at = str(goal.team_id), str(goal.number)
    if command.kind == Kind.BREAKTHROUGH:
        return capture_moment(context, Breakthrough(goal=at, team=team, planned=goal.text))
    return capture_moment(context, Failed(goal=at, team=team, expected=goal.text, taught=goal.taught))


DECLARATIONS = (
    Declaration(
        "log",
        Log,
        capture_moment,
        "log",
        lazy("Save an aha in your own words"),
        shown=True,
        button=lazy("Log an aha"),
        said_as="new, add, create, save, post, new aha, add aha, log aha, save aha, new moment, new entry, write",
    ),
    Declaration(
        "breakthrough",
        Breakthrough,
        capture_moment,
        "breakthrough",
        lazy("Save a breakthrough"),
        shown=True,
        button=lazy("Log a breakthrough"),
        said_as="breakthroughs, new breakthrough, add breakthrough",
    ),
    Declaration(
        "failed",
        Failed,
        capture_moment,
        "failed",
        lazy("Save an experiment that didn't work, and what you learned"),
        shown=True,
        button=lazy("Log a failed experiment"),
        said_as=(
            "fail, failure, failures, fails, experiment, experiments, new experiment, add experiment, "
            "failed experiment, failed experiments, log failure, attempt, attempts"
        ),
    ),
    Declaration("log-attempt", LogAttempt, log_attempt, opens_form=True),
    Declaration("found-it", FoundIt, log_quest_breakthrough, opens_form=True),
    Declaration("became", Became, open_became_form, opens_form=True),
)
