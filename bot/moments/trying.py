"""Experiments under way: starting one from a quest, and keeping its result.

One that went well is kept in the same way. What people expected of it opens with the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, card_place, locate_card
from bot.core.forms.newer import mark_form, merge_newer, show_newer
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import (
    Button,
    Field,
    FieldKind,
    Form,
    More,
    Option,
    Reply,
    text_reply,
)
from bot.core.moment import (
    active_moment,
    format_moment_ref,
    moment_place,
    named_moment,
    propagate_change,
)
from bot.core.text import one_line, parse_number
from bot.goals.serving import offer_serving
from bot.memory.fuel import offer_fuel
from bot.memory.here_before import offer_before
from bot.moments.commands import (
    DETAILS,
    Edit,
    HowFar,
)
from bot.moments.log import save_moment
from bot.moments.saved import join_sentences, saved_reply
from bot.quests.attempts import (
    QUEST_WORDS,
    AttemptChoice,
    quest_fields,
    resolve_choice,
    save_attempt_place,
)
from bot.quests.before.experiment_card import EXPECT_LABEL
from bot.quests.before.outcomes import RESULT_WORDS
from bot.quests.before.results import (
    FAILED,
    OUTCOMES,
    RESULT_LABELS,
    find_result,
    kept_already,
    may_change,
    note_change,
    present_result,
    taken_back_reply,
    undo_button,
    undo_change_buttons,
    write_result,
)
from bot.quests.before.waiting import open_expectations
from bot.quests.commands import Expect, KeepResult, StartAttempt
from bot.quests.quests import find_open_quest
from storage.delivery.event_marks import has_seen, note_event
from storage.models import Attempt, AttemptOutcome, Kind, Moment
from storage.moments import moments
from storage.quests import attempts
from storage.teams import teams

TRYING = lazy("We're trying something")
"""The button that starts an experiment, and the title of its form."""
HOW_IT_WENT: Mapping[str, Lazy] = {
    FAILED: lazy("It didn't work"),
    AttemptOutcome.WENT_WELL: lazy("It went well"),
}
HOW_FAR_IT_IS: Mapping[str, Lazy] = {
    AttemptOutcome.UNDER_WAY: lazy("We're trying it now"),
    AttemptOutcome.WENT_WELL: lazy("We tried it, and it went well"),
}


def _list_options(labels: Mapping[str, Lazy]) -> tuple[Option, ...]:
    return tuple(Option(value, label()) for value, label in labels.items())


def start_attempt(context: Context, command: StartAttempt) -> Reply | Form:
    """Keep an experiment that is under way, or one that went well. Without text, return the form.

    UserError before the form for a quest that is closed. A text is kept all the same, and the reply says so.
    """
    if context.caller.kept_moment_id:
        return _started_reply(context, context.session.get_one(Moment, context.caller.kept_moment_id))
    if not command.text.strip():
        if parse_number(command.quest):
            find_open_quest(context, command.quest)
        return _start_form(context, command)
    chosen, errors = resolve_choice(context.session, context.caller.team_id, AttemptChoice(command.quest))
    if errors:
        raise FormError(_start_form(context, command), errors)
    number = save_moment(context, Kind.EXPERIMENT, command.text.strip(), {})
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    assert moment is not None
    if command.outcome == AttemptOutcome.WENT_WELL:
        well, person = AttemptOutcome.WENT_WELL, context.caller.person_id
        attempts.keep_result(context.session, moment.id, well, person, context.now)
    else:
        attempts.start_attempt(context.session, moment.id)
    return _started_reply(context, moment, save_attempt_place(context, moment.id, chosen))


def _start_form(context: Context, command: StartAttempt) -> Form:
    example = _("Half of the group gets the letter on paper")
    text = Field("text", _("What are you trying?"), FieldKind.TEXT, command.text, placeholder=example)
    stands = Field(
        "outcome", _("Where are you with it?"), FieldKind.CHOICE, command.outcome or AttemptOutcome.UNDER_WAY,
        required=False, options=_list_options(HOW_FAR_IT_IS), later=True, default=AttemptOutcome.UNDER_WAY,
    )  # fmt: skip
    place = (
        quest_fields(context.session, context.caller.team_id, command.quest) if context.caller.team_id else ()
    )
    empty = StartAttempt(command.quest if not place else "", command.team)
    return Form(TRYING(), empty, (text, stands, *place), _("Save"), more=More.ANSWER)


def _started_reply(context: Context, moment: Moment, more: str = "") -> Reply:
    at = format_moment_ref(moment)
    if attempts.is_under_way(context.session, moment):
        more = join_sentences(more, _("Before you know how it ends, everyone can say what they expect."))
        further = (Button(EXPECT_LABEL(), Expect(at)), Button(_("Save the result"), KeepResult(at)))
    else:
        further = (
            Button(_("Add details"), Edit(at, whole=DETAILS)),
            Button(_("How big a stretch was it?"), HowFar(at)),
        )
    reply = saved_reply(at, card_place(context), more, further)
    return replace(
        reply, offers=(*offer_serving(context, moment.number), *offer_before(context, moment.number))
    )


def keep_result(context: Context, command: KeepResult) -> Reply | Form:
    """Keep how an experiment ended, and open what people expected of it. Without an outcome, return the form.

    Anyone may keep the first result. Its keeper and the experiment's author may change it. If somebody else
    has changed the same words meanwhile, return the form again, with theirs above. UserError if somebody else
    kept a result meanwhile.
    """
    outcome = OUTCOMES.get(command.outcome)
    if outcome is not None:
        teams.lock_team(context.session, context.caller.team_id)
    moment = active_moment(context, command.moment)
    attempt = find_result(context, moment)
    first = attempt.outcome == AttemptOutcome.UNDER_WAY
    if outcome is not None and has_seen(attempt.events, context.origin.event):
        merged = merge_newer(command, present_result(moment, attempt)).command
        return taken_back_reply(moment) if first else _kept_reply(context, moment, attempt, merged)
    if not first and _says_the_same(moment, attempt, command, outcome):
        return _kept_reply(context, moment, attempt, command)
    if not first and (
        not may_change(context, moment, attempt) or (outcome is not None and not command.change)
    ):
        raise UserError(kept_already(context, moment, attempt))
    if outcome is None:
        return _result_form(moment, attempt, not first)
    command, clashes = merge_newer(command, present_result(moment, attempt))
    if clashes:
        return _clash_form(moment, attempt, command, clashes, not first)
    _save_result(context, moment, attempt, command)
    reply = _kept_reply(context, moment, attempt, command)
    fuel = command.outcome == FAILED and moment.author_id == context.caller.person_id
    return replace(reply, offers=(offer_fuel(context, moment.number),)) if fuel else reply


def _save_result(context: Context, moment: Moment, attempt: Attempt, command: KeepResult) -> None:
    """Save a result and its words, and open what was expected."""
    first = attempt.outcome == AttemptOutcome.UNDER_WAY
    earlier = {**present_result(moment, attempt), "own": attempt.own_parts}
    outcome = OUTCOMES[command.outcome]
    attempts.keep_result(context.session, moment.id, outcome, context.caller.person_id, context.now)
    attempt.events = note_event(attempt.events, context.origin.event)
    before = moment.parts
    write_result(moment, {name: getattr(command, name).strip() for name in RESULT_LABELS})
    attempts.note_result_words(attempt, moment, context.caller.person_id, before)
    if not first:
        moment.edited_at = context.now
        note_change(context, moment, attempt, earlier)
    open_expectations(context, moment)
    propagate_change(context, moment)


def _says_the_same(
    moment: Moment, attempt: Attempt, command: KeepResult, outcome: AttemptOutcome | None
) -> bool:
    """Return whether a result is kept already just as the command has it, because it came twice."""
    words = (command.happened.strip(), command.taught.strip())
    return outcome == attempt.outcome and words == tuple(moment.parts.get(one, "") for one in RESULT_LABELS)


def _result_form(moment: Moment, attempt: Attempt, change: bool) -> Form:
    present = present_result(moment, attempt)
    fields = (
        Field("outcome", _("How did it go?"), FieldKind.CHOICE, present["outcome"],
              options=_list_options(HOW_IT_WENT)),
        Field("happened", _("What happened?"), FieldKind.TEXT, present["happened"], required=False,
              hint=_("What you saw."), later=True),
        Field("taught", _("What did it teach us?"), FieldKind.TEXT, present["taught"], required=False,
              hint=_("One sentence is plenty."), later=True),
    )  # fmt: skip
    title = _("Edit the result") if change else _("Save the result")
    at = KeepResult(format_moment_ref(moment), "1" if change else "")
    return mark_form(Form(title, at, fields, _("Save"), one_line(moment.text, QUEST_WORDS)), present)


def _clash_form(
    moment: Moment, attempt: Attempt, command: KeepResult, clashes: Sequence[str], change: bool
) -> Form:
    """Return the form with the person's own words, and above it what somebody else has saved meanwhile."""
    form = _result_form(moment, attempt, change)
    own = tuple(replace(field, value=getattr(command, field.name)) for field in form.fields)
    return show_newer(replace(form, fields=own), present_result(moment, attempt), clashes)


def _kept_reply(context: Context, moment: Moment, attempt: Attempt, command: KeepResult) -> Reply:
    place = locate_card(moment_place(context, moment.id))
    said = RESULT_WORDS[AttemptOutcome(attempt.outcome)]()
    at = format_moment_ref(moment)
    first = (undo_button(moment, attempt, command),)
    undo = tuple(undo_change_buttons(context, moment)) if command.change else first
    change = Button(_("Edit the result"), KeepResult(at))
    told = join_sentences(_("Saved the result of #{number}.", number=moment.number), said)
    return text_reply(told, " ", *place, buttons=(*undo, change))


def may_keep(context: Context, command: KeepResult) -> bool:
    """Tell whether the person may keep the result of a command's experiment, or change it."""
    moment = named_moment(context, command.moment)
    attempt = attempts.find_attempt(context.session, moment.id) if moment else None
    if moment is None or attempt is None:
        return False
    return attempt.outcome == AttemptOutcome.UNDER_WAY or may_change(context, moment, attempt)


DECLARATIONS = (
    Declaration(
        "start-attempt",
        StartAttempt,
        start_attempt,
        shown=True,
        button=TRYING,
        said_as=(
            "trying, we are trying, we're trying, we are trying something, we're trying something, start experiment, "
            "start an experiment, new attempt, start attempt, start an attempt, it went well, experiment went well"
        ),
    ),
    Declaration("keep-result", KeepResult, keep_result, shown=True, works_for=may_keep),
)
