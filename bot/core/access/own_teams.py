"""The teams of a person, wherever they speak: what they did is stored, and who is there the platform says."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.access.admission import admitted_teams
from bot.core.context import Context
from storage.teams import teams

ASKED_ABOUT = 10
"""The newest teams of a workspace of which the platform is asked for a person who has done nothing yet."""


def find_own_teams(context: Context) -> Mapping[int, str]:
    """Return the teams whose channels the person is in now, with the names of their home channels.

    Those in which they have done something or, without any, the workspace's newest ones. AccessUnknownError if
    the platform has to be asked first.
    """
    caller = context.caller
    known = dict(teams.list_teams_of(context.session, caller.person_id))
    admitted = admitted_teams(context, known)
    if not admitted:
        known = dict(teams.list_newest(context.session, caller.workspace_id, ASKED_ABOUT))
        admitted = admitted_teams(context, known, sure=True)
    return {team_id: name for team_id, name in known.items() if team_id in admitted}
