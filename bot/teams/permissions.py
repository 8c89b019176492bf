"""Permissions that the bot loses in a workspace and gets back, as its platform tells."""

from __future__ import annotations

from sqlmodel import Session

from bot.core.context import Context
from bot.core.events import PermissionsChanged
from bot.core.language.words import _
from bot.core.messages import Block, Small
from bot.core.origin import Origin
from storage.delivery import refusals
from storage.teams.teams import Caller


def handle_permissions_changed(context: Context, event: PermissionsChanged) -> None:
    """Store which permissions the bot lacks, and plan what waited for those that are back."""
    caller, late = context.caller, {kind: planner.late for kind, planner in context.planners.items()}
    refusals.record_permissions(
        context.session, caller.workspace_id, post=event.cannot_post, mark=event.cannot_mark
    )
    for marks, before, after in (
        (False, caller.cannot_post, event.cannot_post),
        (True, caller.cannot_mark, event.cannot_mark),
    ):
        if before and not after:
            refusals.release_postings(context.session, caller.workspace_id, marks, late, context.now)


def are_news(_session: Session, caller: Caller, _origin: Origin, event: PermissionsChanged) -> bool:
    """Return whether an event tells of other permissions than those stored."""
    known = (caller.cannot_post, caller.cannot_mark)
    return (
        bool(caller.workspace_id) and not caller.removed and known != (event.cannot_post, event.cannot_mark)
    )


def describe_lost_permissions(caller: Caller) -> tuple[Block, ...]:
    """Return a line for each permission that the bot lost in the workspace, for a private answer."""
    lines = []
    if caller.cannot_post:
        lines.append(
            _(
                "I can't post in this workspace any more, because the permission {permission} is missing. "
                "If an admin installs me again, I'll post what's waiting.",
                permission=caller.cannot_post,
            )
        )
    if caller.cannot_mark:
        lines.append(
            _(
                "I can't put my 💡 on messages any more, because the permission {permission} is missing. "
                "An admin can install me again. Messages you put a 💡 on are still saved.",
                permission=caller.cannot_mark,
            )
        )
    return tuple(Small((line,)) for line in lines)
