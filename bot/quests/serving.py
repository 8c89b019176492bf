"""Which goals a quest serves, as people choose them in a form."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, describe_place
from bot.core.messages import Button, Form, Reply, text_reply
from bot.goals.commands import QuestServes
from bot.goals.serving import describe_served, find_chosen, goals_field, mark_shown, write_numbers
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
            raise UserError(f"There's no goal yet. {context.capabilities.command} goal new makes one.")
        asked = QuestServes(str(row.id), str(row.team_id), "1", shown=mark_shown(before))
        return Form("What the quest serves", asked, fields, "Save")
    chosen = find_chosen(context, command, before)
    _link_chosen(context, row, before, chosen)
    was = QuestServes(str(row.id), str(row.team_id), "1", write_numbers(before), mark_shown(chosen))
    undo = Button("Undo", context.store_if_long(was))
    does = f"serves {describe_served(chosen, '')}" if chosen else "isn't linked to a goal now"
    said = f"The quest {does} "
    return text_reply(said, *describe_place(quest_place(context, row)), ".", buttons=(undo,))


def _link_chosen(context: Context, row: Quest, before: Sequence[Goal], chosen: Sequence[Goal]) -> None:
    wanted = {goal.id for goal in chosen}
    for goal in before:
        if goal.id not in wanted:
            links.unlink_quest(context.session, goal.id, row.id, context.now)
    for goal in chosen:
        links.link_quest(context.session, goal.id, row.id, context.caller.person_id, context.now)
    quests.refresh_quest(context.session, row.id, context.now)


DECLARATIONS = (Declaration("quest-serves", QuestServes, choose_goals, once=True, opens_form=True),)
