"""The registry of features: every declaration, composer and shortcut, listed once.

No other module knows all features.
"""

from __future__ import annotations

from bot.core import drafts as asides
from bot.core.commands import Declaration, Shortcut
from bot.core.posts import Composer
from bot.help import help
from bot.help import near_misses as misfits
from bot.memory import followups, fuel, sequels
from bot.memory.followups import compose_followup
from bot.moments import (
    comfort as millimetres,
)
from bot.moments import (
    find as finding,
)
from bot.moments import (
    log as moments,
)
from bot.moments import (
    reclassify as kinds,
)
from bot.moments import (
    save_message as captures,
)
from bot.moments import (
    versions,
)
from bot.moments.card import compose_moment_card
from bot.moments.emoji import compose_mark
from bot.moments.save_message import Save
from bot.moments.versions import VersionOf
from bot.people import home, me, notes
from bot.people.notes import compose_note, compose_stopped_note
from bot.prompts import ask as prompts
from bot.prompts.bank import browse as questions
from bot.prompts.card import compose_prompt_card
from bot.quests import (
    cycle,
    quests,
)
from bot.quests import (
    links as roads,
)
from bot.quests import (
    whys as ladders,
)
from bot.quests.card import compose_quest_card
from bot.quests.commands import WhyOf
from bot.quests.cycle import compose_cycle
from bot.quests.whys_card import compose_whys_card
from bot.recaps import recap as recaps
from bot.recaps.harvest import compose_harvest
from bot.recaps.recap import compose_recap
from bot.schedules import schedules
from bot.schedules.paused import compose_pause_notice
from bot.teams import channels, setup
from bot.teams.welcome import compose_welcome
from storage.models import PostingKind

DECLARATIONS: tuple[Declaration, ...] = (
    *moments.DECLARATIONS,
    *kinds.DECLARATIONS,
    *finding.DECLARATIONS,
    *captures.DECLARATIONS,
    *versions.DECLARATIONS,
    *sequels.DECLARATIONS,
    *millimetres.DECLARATIONS,
    *followups.DECLARATIONS,
    *quests.DECLARATIONS,
    *ladders.DECLARATIONS,
    *roads.DECLARATIONS,
    *cycle.DECLARATIONS,
    *fuel.DECLARATIONS,
    *prompts.DECLARATIONS,
    *questions.DECLARATIONS,
    *recaps.DECLARATIONS,
    *schedules.DECLARATIONS,
    *setup.DECLARATIONS,
    *channels.DECLARATIONS,
    *me.DECLARATIONS,
    *home.DECLARATIONS,
    *notes.DECLARATIONS,
    *misfits.DECLARATIONS,
    *asides.DECLARATIONS,
    *help.DECLARATIONS,
)

COMPOSERS: dict[str, Composer] = {
    PostingKind.CARD: compose_moment_card,
    PostingKind.MARK: compose_mark,
    PostingKind.PROMPT: compose_prompt_card,
    PostingKind.RETRO: compose_prompt_card,
    PostingKind.QUIET: compose_pause_notice,
    PostingKind.RECAP: compose_recap,
    PostingKind.QUEST: compose_quest_card,
    PostingKind.LADDER: compose_whys_card,
    PostingKind.CYCLE: compose_cycle,
    PostingKind.HARVEST: compose_harvest,
    PostingKind.FOLLOW_UP: compose_followup,
    PostingKind.HELLO: compose_welcome,
    PostingKind.NOTE_KEPT: compose_note,
    PostingKind.NOTE_DRAFT: compose_note,
    PostingKind.NOTE_TAKEN_BACK: compose_note,
    PostingKind.NOTE_SOURCE_GONE: compose_note,
    PostingKind.NOTE_STOPPED: compose_stopped_note,
}

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("Save as aha", Save("aha")),
    Shortcut("Save as failed experiment", Save("experiment")),
    Shortcut("Add my version", VersionOf()),
    Shortcut("Ask why", WhyOf()),
)
