"""Changing a moment's kind when its author says that the bot read it wrongly.

The card of the new kind has no place for the old form's parts, so they are appended to
the text, one line each. Nothing is lost.
"""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, card_place, locate_card
from bot.core.kinds.declared import KINDS
from bot.core.language.words import _
from bot.core.messages import Button, Reply, Style, text_reply
from bot.core.moment import format_moment_ref, is_own_moment, moment_place, own_moment, propagate_change
from bot.core.params import restore_line
from bot.goals.commands import TakeGoalBack
from bot.goals.wizard.making import find_own_new_goal, take_back
from bot.moments.commands import (
    DETAILS,
    Edit,
    ItFailed,
    ItWasAnAha,
    Undo,
)
from bot.moments.log import save_moment
from bot.moments.saved import join_sentences, saved_reply
from bot.quests.before.waiting import give_waiting_back, open_expectations
from bot.quests.commands import TakeQuestBack
from bot.quests.quests import find_open_quest
from bot.quests.value_kinds import VALUE_PART, list_kinds, parse_kinds
from storage.delivery import refresh
from storage.doors import doors
from storage.models import Kind, Moment, MomentState, TapKind
from storage.moments import reactions
from storage.quests import attempts, links, quests
from storage.teams import teams


def reclassify_as_aha(context: Context, command: ItWasAnAha) -> Reply:
    """Turn a moment into an aha and put its first word back into the text.

    The word had been read as a command. A repeated press changes nothing.
    """
    moment = own_moment(context, command.moment)
    first = reactions.add_tap(context.session, moment.id, context.caller.person_id, TapKind.WHOLE)
    if first or moment.kind != Kind.AHA:
        moment.text = restore_line(command.head, moment.text) if first else moment.text
        teams.lock_team(context.session, moment.team_id)
        give_waiting_back(context, moment, for_good=True)
        attempts.remove_attempt(context.session, moment.id, context.now)
        for stop in links.remove_links_to(context.session, moment.id):
            refresh.refresh_card(context.session, stop, context.now)
        quests.reopen_found_by(context.session, moment.id, context.now)
        doors.erase_for_moment(context.session, moment.id)
        _change_kind(context, moment, Kind.AHA)
    at, place = format_moment_ref(moment), locate_card(moment_place(context, moment.id))
    back = (Button(_("Undo"), Undo(at)), Button(_("Edit"), Edit(at)))
    said = _("#{number} is an aha now, with every word you typed.", number=moment.number)
    return text_reply(said, " ", *place, buttons=back, replaces=True)


def reclassify_as_experiment(context: Context, command: ItFailed) -> Reply:
    """Turn an aha into an experiment.

    It may have been saved by someone else's 💡.
    UserError for any other kind, and for a moment whose text has not been fetched yet.
    """
    moment = own_moment(context, command.moment)
    if moment.kind not in (Kind.AHA, Kind.EXPERIMENT) or moment.state != MomentState.KEPT:
        raise UserError(
            _(
                "Only an aha with a text can become an experiment, and #{number} isn't one.",
                number=moment.number,
            )
        )
    open_expectations(context, moment)
    _change_kind(context, moment, Kind.EXPERIMENT)
    at, place = format_moment_ref(moment), locate_card(moment_place(context, moment.id))
    buttons = (
        Button(_("Undo"), ItWasAnAha(at)),
        Button(_("Add details"), Edit(at, whole=DETAILS), Style.PRIMARY),
    )
    said = _(
        "#{number} is an experiment now. You can add what happened and what you learned.",
        number=moment.number,
    )
    return text_reply(said, " ", *place, buttons=buttons, replaces=True)


def _change_kind(context: Context, moment: Moment, kind: Kind) -> None:
    if moment.kind != kind:
        moment.text, moment.parts = "\n".join([moment.text, *_labelled_parts(moment)]), {}
        moment.kind = kind
    propagate_change(context, moment)
    refresh.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)


def _labelled_parts(moment: Moment) -> list[str]:
    """Return the answers to the form of the moment's kind, each after its label."""
    labels = {part.name: part.label() for part in KINDS[moment.kind].parts}
    given = [(label, moment.parts[name]) for name, label in labels.items() if moment.parts.get(name)]
    told = [_("{label}: {words}", label=label, words=words) for label, words in given]
    worth = list_kinds(parse_kinds(moment.parts.get(VALUE_PART, "")))
    return [*told, _("Value: {kinds}", kinds=worth)] if worth else told


def take_back_quest(context: Context, command: TakeQuestBack) -> Reply:
    """Take an open quest back and erase its text; with `head`, save the whole line as an aha.

    The posted card shrinks to one sentence. Raise UserError if the quest is closed, or if
    another person opened it.
    """
    row = find_open_quest(context, command.quest)
    if row.author_id != context.caller.person_id:
        raise UserError(_("Only the person who opened a quest can undo that. Anyone can close it."))
    text = row.text
    quests.withdraw_quest(context.session, row, context.now)
    if not command.head:
        return text_reply(_("Undone. Your quest is gone."), replaces=True)
    at = context.moment_ref(save_moment(context, Kind.AHA, restore_line(command.head, text), {}))
    more = _("It has every word you typed, and the quest is gone.")
    return saved_reply(at, card_place(context), more, replaces=True)


def take_goal_back(context: Context, command: TakeGoalBack) -> Reply:
    """Take the person's own new goal back; with `head`, save its whole line as an aha.

    UserError for somebody else's, a closed one, and after a day.
    """
    goal = find_own_new_goal(context, command.goal)
    text = goal.text
    more = take_back(context, command, goal)
    if not command.head:
        return text_reply(
            join_sentences(_("Undone. Goal #{number} is gone.", number=goal.number), more), replaces=True
        )
    at = context.moment_ref(save_moment(context, Kind.AHA, command.head + text, {}))
    told = join_sentences(_("It has every word you typed, and the goal is gone."), more)
    return saved_reply(at, card_place(context), told, replaces=True)


DECLARATIONS = (
    Declaration("it-was-an-aha", ItWasAnAha, reclassify_as_aha, works_for=is_own_moment),
    Declaration("it-failed", ItFailed, reclassify_as_experiment, works_for=is_own_moment),
    Declaration("take-quest-back", TakeQuestBack, take_back_quest),
    Declaration("take-goal-back", TakeGoalBack, take_goal_back),
)
