"""A result after it was kept: who may change it, and how it's taken back, or a change of it undone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, locate_card
from bot.core.forms.newer import mark_values
from bot.core.language.words import Lazy, _, lazy, line
from bot.core.messages import Button, Card, Quote, Reply, Text, text_reply
from bot.core.moment import (
    active_moment,
    format_moment_ref,
    moment_name,
    moment_place,
    named_moment,
    propagate_change,
)
from bot.quests.before.outcomes import RESULT_WORDS
from bot.quests.commands import KeepResult, UndoResult, UndoResultChange
from storage.delivery import first_answers
from storage.delivery.event_marks import has_seen, mark_event, note_event
from storage.models import Attempt, AttemptOutcome, Kind, Moment
from storage.moments import moments
from storage.quests import attempts, expectations
from storage.teams import teams

UNDO_PERIOD = timedelta(days=1)
"""How long a result can be taken back, and a change of it undone."""
RESULT_LABELS: Mapping[str, Lazy] = {"happened": lazy("What happened"), "taught": lazy("What it taught us")}
"""The parts of an experiment that its result has, with the labels of their words."""
FAILED = "failed"
"""What a form calls an experiment that failed. Its stored value is empty."""

OUTCOMES: Mapping[str, AttemptOutcome] = {
    FAILED: AttemptOutcome.FAILED,
    AttemptOutcome.WENT_WELL: AttemptOutcome.WENT_WELL,
}
"""The results that the form offers, by its values."""


@dataclass(frozen=True)
class Earlier:
    """A result before a change: how it went, its words, the mark of the changed one, and until when it's kept.

    `own` names the parts that the experiment's author wrote.
    """

    made: str
    until: str
    outcome: str
    happened: str
    taught: str
    own: str = ""

    @property
    def values(self) -> tuple[str, str, str]:
        """How it went, and its words, in the order of the form."""
        return self.outcome, self.happened, self.taught


def present_result(moment: Moment, attempt: Attempt) -> Mapping[str, str]:
    """Return what the form says of an experiment's result now."""
    going = attempt.outcome == AttemptOutcome.UNDER_WAY
    words = {name: moment.parts.get(name, "") for name in RESULT_LABELS}
    return {"outcome": "" if going else attempt.outcome or FAILED, **words}


def write_result(moment: Moment, said: Mapping[str, str]) -> None:
    """Give an experiment the words of its result, in place of those that it has."""
    others = {name: words for name, words in moment.parts.items() if name not in RESULT_LABELS}
    moment.parts = {**others, **{name: said[name] for name in RESULT_LABELS if said.get(name)}}


def may_change(context: Context, moment: Moment, attempt: Attempt) -> bool:
    """Return whether the person kept the result, or wrote the experiment."""
    return context.caller.person_id in (moment.author_id, attempt.result_by_id)


def find_result(context: Context, moment: Moment) -> Attempt:
    """Return the attempt that a result is kept of. UserError for a moment that was never under way."""
    if moment.kind != Kind.EXPERIMENT:
        raise UserError(_("{moment} isn't an experiment, so it has no result.", moment=moment_name(moment)))
    attempt = attempts.find_attempt(context.session, moment.id)
    if attempt is None or (attempt.outcome == AttemptOutcome.FAILED and attempt.result_at is None):
        raise UserError(
            _(
                "#{number} already has a result: {outcome}",
                number=moment.number, outcome=RESULT_WORDS[AttemptOutcome.FAILED](),
            )
        )  # fmt: skip
    return attempt


def kept_already(context: Context, moment: Moment, attempt: Attempt) -> str:
    """Return who kept a result, and who can change it."""
    people = moments.people_by_id(context.session, [moment.author_id, attempt.result_by_id])
    keeper = people[attempt.result_by_id or moment.author_id].name
    author, outcome = people[moment.author_id].name, RESULT_WORDS[AttemptOutcome(attempt.outcome)]()
    if author == keeper:
        return _(
            "{keeper} already added the result of #{number}: {outcome} "
            "Only {keeper} can edit it, but you can add your version.",
            keeper=keeper, number=moment.number, outcome=outcome,
        )  # fmt: skip
    return _(
        "{keeper} already added the result of #{number}: {outcome} "
        "Only {keeper} and {author} can edit it, but you can add your version.",
        keeper=keeper, author=author, number=moment.number, outcome=outcome,
    )  # fmt: skip


def undo_button(moment: Moment, attempt: Attempt, command: KeepResult) -> Button:
    """Return the button that takes the result back that a command kept, as long as it's unchanged."""
    values = (command.outcome, command.happened, command.taught)
    return Button(_("Undo"), UndoResult(format_moment_ref(moment), _mark_result(attempt, values)))


def _take_back_button(moment: Moment, attempt: Attempt) -> Button:
    """Return the button that takes the present result back."""
    present = tuple(present_result(moment, attempt).values())
    taken = UndoResult(format_moment_ref(moment), _mark_result(attempt, present))
    return Button(_("Remove the result"), taken)


def own_result_buttons(context: Context, moment: Moment) -> Iterator[Button]:
    """Yield the button that takes a result back, on the private card of those who may, for a day."""
    attempt = attempts.find_attempt(context.session, moment.id) if moment.kind == Kind.EXPERIMENT else None
    if attempt is not None and may_change(context, moment, attempt) and _is_fresh(context, attempt):
        yield _take_back_button(moment, attempt)


def _is_fresh(context: Context, attempt: Attempt) -> bool:
    """Return whether there's a result, and the day after it was kept is not over."""
    return attempt.result_at is not None and context.now < attempt.result_at + UNDO_PERIOD


def _mark_result(attempt: Attempt, values: tuple[str, ...]) -> str:
    """Return the mark of a result: when it was kept, how it went, and its words. The experiment's own aren't in it."""
    at = str(int(attempt.result_at.timestamp())) if attempt.result_at is not None else ""
    return mark_values([at, *values])


def undo_result(context: Context, command: UndoResult) -> Reply:
    """Take a result back within a day: the experiment is under way again, and its lines are sealed again.

    The reply has the words of the result. One that was changed since stays, and the reply offers to take that one
    back. UserError for anyone but its keeper and the experiment's author.
    """
    teams.lock_team(context.session, context.caller.team_id)
    moment = active_moment(context, command.moment)
    attempt = find_result(context, moment)
    if has_seen(attempt.events, context.origin.event) or attempt.result_at is None:
        return taken_back_reply(moment)
    if not may_change(context, moment, attempt):
        raise UserError(kept_already(context, moment, attempt))
    if not _is_fresh(context, attempt):
        raise UserError(
            _(
                "The result of #{number} is more than a day old, so it's too late to undo. You can still edit it.",
                number=moment.number,
            )
        )
    present = present_result(moment, attempt)
    if command.kept != _mark_result(attempt, tuple(present.values())):
        buttons = (_take_back_button(moment, attempt), _change_button(moment))
        said = _("The result of #{number} has been edited since, so I left it.", number=moment.number)
        return text_reply(said, buttons=buttons)
    expectations.seal_again(context.session, moment.id, attempt.result_at)
    attempts.take_result_back(context.session, attempt, context.now)
    attempt.events = note_event(attempt.events, context.origin.event)
    write_result(moment, {})
    propagate_change(context, moment)
    return taken_back_reply(
        moment, tuple(Quote(present[name], label()) for name, label in RESULT_LABELS.items() if present[name])
    )


def taken_back_reply(moment: Moment, said: tuple[Quote, ...] = ()) -> Reply:
    """Return that an experiment is under way again, with the words of the result that it had."""
    words = _(
        "#{number} is in progress again. What people expect is hidden until there's a new result.",
        number=moment.number,
    )
    again = Button(_("Save the result"), KeepResult(format_moment_ref(moment)))
    return Reply(Card((Text((words,)), *said), (again,)), replaces=True)


def _change_button(moment: Moment) -> Button:
    return Button(_("Edit the result"), KeepResult(format_moment_ref(moment)))


def note_change(context: Context, moment: Moment, attempt: Attempt, earlier: Mapping[str, str]) -> None:
    """Keep the earlier result for a day, after this event has changed it."""
    key, made = _name_change(moment, _mark_change(context)), tuple(present_result(moment, attempt).values())
    until = (context.now + UNDO_PERIOD).isoformat()
    kept = json.dumps({"made": _mark_result(attempt, made), "until": until, **earlier}, ensure_ascii=False)
    if first_answers.find_answer(context.session, key) is None:
        first_answers.save_answer(context.session, key, context.caller.person_id, kept, context.now)


def undo_change_buttons(context: Context, moment: Moment) -> Iterator[Button]:
    """Yield the button that brings the result back that was there before this event's change."""
    if _find_earlier(context, moment, mark := _mark_change(context)) is not None:
        yield Button(_("Undo"), UndoResultChange(format_moment_ref(moment), mark))


def _mark_change(context: Context) -> str:
    return mark_event(context.origin.event or context.now.isoformat())


def _name_change(moment: Moment, change: str) -> str:
    return f"result:{moment.id}:{change}"


def _find_earlier(context: Context, moment: Moment, change: str) -> Earlier | None:
    """Return the result before a change of less than a day ago, or None."""
    kept = first_answers.find_answer(context.session, _name_change(moment, change))
    earlier = Earlier(**json.loads(kept)) if kept is not None else None
    return earlier if earlier and context.now < datetime.fromisoformat(earlier.until) else None


def undo_result_change(context: Context, command: UndoResultChange) -> Reply:
    """Bring the result back that was there before a change. A second press changes nothing.

    UserError for anyone but the result's keeper and the experiment's author, if it was changed or taken back since,
    and a day after the change.
    """
    teams.lock_team(context.session, context.caller.team_id)
    moment = active_moment(context, command.moment)
    attempt = find_result(context, moment)
    if attempt.result_at is None:
        return taken_back_reply(moment)
    if not may_change(context, moment, attempt):
        raise UserError(kept_already(context, moment, attempt))
    earlier = _find_earlier(context, moment, command.change)
    if earlier is None:
        raise UserError(
            _(
                "The result of #{number} was edited more than a day ago, so it's too late to undo. "
                "You can still edit it.",
                number=moment.number,
            )
        )
    present = tuple(present_result(moment, attempt).values())
    if has_seen(attempt.events, context.origin.event) or present == earlier.values:
        return _brought_back(context, moment, attempt)
    if _mark_result(attempt, present) != earlier.made:
        raise UserError(
            _("The result of #{number} has been edited since, so I left it.", number=moment.number)
        )
    _bring_back(context, moment, attempt, earlier)
    return _brought_back(context, moment, attempt)


def _bring_back(context: Context, moment: Moment, attempt: Attempt, earlier: Earlier) -> None:
    outcome = OUTCOMES[earlier.outcome]
    attempts.keep_result(context.session, moment.id, outcome, context.caller.person_id, context.now)
    attempt.events = note_event(attempt.events, context.origin.event)
    write_result(moment, {"happened": earlier.happened, "taught": earlier.taught})
    attempt.own_parts = earlier.own
    moment.edited_at = context.now
    propagate_change(context, moment)


def _brought_back(context: Context, moment: Moment, attempt: Attempt) -> Reply:
    said = line(
        "#{number} has its earlier result again: {outcome} {place}",
        number=moment.number, outcome=RESULT_WORDS[AttemptOutcome(attempt.outcome)](),
        place=locate_card(moment_place(context, moment.id)),
    )  # fmt: skip
    return text_reply(*said, buttons=(_change_button(moment),), replaces=True)


def may_undo(context: Context, command: UndoResult | UndoResultChange) -> bool:
    """Tell whether the person may take a result back, or a change of it."""
    moment = named_moment(context, command.moment)
    attempt = attempts.find_attempt(context.session, moment.id) if moment else None
    return moment is not None and attempt is not None and may_change(context, moment, attempt)


DECLARATIONS = (
    Declaration("undo-result", UndoResult, undo_result, works_for=may_undo),
    Declaration("undo-result-change", UndoResultChange, undo_result_change, works_for=may_undo),
)
