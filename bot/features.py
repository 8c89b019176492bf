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
from bot.moments import (
    card as cards,
)
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
from bot.moments.save_message import Save
from bot.moments.versions import VersionOf
from bot.people import home, me, notes
from bot.prompts import ask as prompts
from bot.prompts import card as question_cards
from bot.prompts.bank import browse as questions
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
from bot.quests import (
    whys_card as ladder_cards,
)
from bot.quests.whys import WhyOf
from bot.recaps import harvest as harvests
from bot.recaps import recap as recaps
from bot.schedules import schedules
from bot.teams import channels, setup
from bot.teams import welcome as hello
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
    PostingKind.CARD: cards.compose_moment_card,
    PostingKind.MARK: captures.compose_mark,
    PostingKind.PROMPT: question_cards.compose_prompt_card,
    PostingKind.RETRO: question_cards.compose_prompt_card,
    PostingKind.QUIET: question_cards.compose_pause_notice,
    PostingKind.RECAP: recaps.compose_recap,
    PostingKind.QUEST: quests.compose_quest_card,
    PostingKind.LADDER: ladder_cards.compose_whys_card,
    PostingKind.CYCLE: cycle.compose_cycle,
    PostingKind.HARVEST: harvests.compose_harvest,
    PostingKind.FOLLOW_UP: followups.compose_followup,
    PostingKind.HELLO: hello.compose_welcome,
    PostingKind.NOTE_KEPT: notes.compose_note,
    PostingKind.NOTE_DRAFT: notes.compose_note,
    PostingKind.NOTE_TAKEN_BACK: notes.compose_note,
    PostingKind.NOTE_SOURCE_GONE: notes.compose_note,
    PostingKind.NOTE_STOPPED: notes.compose_stopped_note,
}

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("Save as aha", Save("aha")),
    Shortcut("Save as failed experiment", Save("experiment")),
    Shortcut("Add my version", VersionOf()),
    Shortcut("Ask why", WhyOf()),
)
