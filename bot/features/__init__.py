"""One room per thing a team does. This page lists what each declares; nothing else knows all of them."""

from __future__ import annotations

from bot.commands import Declaration, Shortcut
from bot.features import captures, hello, help, me, misfits, moments, notes, prompts, questions, recaps, schedules, setup, versions
from bot.features.captures import Save
from bot.features.versions import VersionOf

DECLARATIONS: tuple[Declaration, ...] = (
    *moments.DECLARATIONS,
    *captures.DECLARATIONS,
    *versions.DECLARATIONS,
    *prompts.DECLARATIONS,
    *questions.DECLARATIONS,
    *recaps.DECLARATIONS,
    *schedules.DECLARATIONS,
    *setup.DECLARATIONS,
    *me.DECLARATIONS,
    *notes.DECLARATIONS,
    *misfits.DECLARATIONS,
    *help.DECLARATIONS,
)

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("Save as aha", Save("aha")),
    Shortcut("Save as failed experiment", Save("experiment")),
    Shortcut("Add my version", VersionOf()),
)
