"""Which goals a quest serves, as people choose them in a form."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, locate_card
from bot.core.language.words import _, line, nline
from bot.core.messages import Button, Form, Reply, text_reply
from bot.core.text import list_names
from bot.goals.commands import QuestServes
from bot.goals.serving import SERVES_LABEL, find_chosen, goals_field, mark_shown, write_numbers
from bot.quests.quests import find_quest, quest_place
from storage.goals import links
from storage.models import Goal, Quest
from storage.quests import quests
from storage.teams import teams


def choose_goals(context: Context, command: QuestServes) -> Reply | Form:
    """Save which goals a quest serves. Without `asked`, return the form. UserError without any goal."""
    if command.asked:
        teams.lock_team(context.session, context.caller.team_id)
    row = find_quest(context, command.quest)
    before = links.list_goals_of_quest(context.session, row.id)
    if not command.asked:
        fields = goals_field(context, row.text, before)
        if not fields:
            command_word = context.capabilities.command
            raise UserError(
                _("There's no goal yet. Type {command} goal new to set one.", command=command_word)
            )
        asked = QuestServes(str(row.id), str(row.team_id), "1", shown=mark_shown(before))
        return Form(SERVES_LABEL(), asked, fields, _("Save"))
    chosen = find_chosen(context, command, before)
    _link_chosen(context, row, before, chosen)
    was = QuestServes(str(row.id), str(row.team_id), "1", write_numbers(before), mark_shown(chosen))
    undo = Button(_("Undo"), context.store_if_long(was))
    numbers, place = (
        list_names([f"#{goal.number}" for goal in chosen]),
        locate_card(quest_place(context, row)),
    )
    said = (
        nline(
            "The quest now serves goal {goals}. {place}",
            "The quest now serves goals {goals}. {place}",
            len(chosen),
            goals=numbers,
            place=place,
        )
        if chosen
        else line("The quest isn't linked to a goal any more. {place}", place=place)
    )
    return text_reply(*said, buttons=(undo,))


def _link_chosen(context: Context, row: Quest, before: Sequence[Goal], chosen: Sequence[Goal]) -> None:
    wanted = {goal.id for goal in chosen}
    for goal in before:
        if goal.id not in wanted:
            links.unlink_quest(context.session, goal.id, row.id, context.now)
    for goal in chosen:
        links.link_quest(context.session, goal.id, row.id, context.caller.person_id, context.now)
    quests.refresh_quest(context.session, row.id, context.now)


DECLARATIONS = (Declaration("quest-serves", QuestServes, choose_goals, once=True, opens_form=True),)
