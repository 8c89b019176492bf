"""One room per thing a team does. This page lists what each declares; nothing else knows all of them."""

from __future__ import annotations

from bot.commands import Declaration, Shortcut
from bot.composed import Composer
from bot.features import (
    asides,
    captures,
    cards,
    channels,
    cycle,
    finding,
    followups,
    fuel,
    harvests,
    hello,
    help,
    home,
    kinds,
    ladder_cards,
    ladders,
    me,
    millimetres,
    misfits,
    moments,
    notes,
    prompts,
    question_cards,
    questions,
    quests,
    recaps,
    roads,
    schedules,
    sequels,
    setup,
    versions,
)
from bot.features.captures import Save
from bot.features.ladders import WhyOf
from bot.features.versions import VersionOf
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
    PostingKind.CARD: cards.compose,
    PostingKind.MARK: captures.compose_mark,
    PostingKind.PROMPT: question_cards.compose,
    PostingKind.RETRO: question_cards.compose,
    PostingKind.QUIET: question_cards.compose_quiet,
    PostingKind.RECAP: recaps.compose,
    PostingKind.QUEST: quests.compose,
    PostingKind.LADDER: ladder_cards.compose,
    PostingKind.CYCLE: cycle.compose,
    PostingKind.HARVEST: harvests.compose,
    PostingKind.FOLLOW_UP: followups.compose,
    PostingKind.HELLO: hello.compose,
    PostingKind.NOTE_KEPT: notes.compose,
    PostingKind.NOTE_DRAFT: notes.compose,
    PostingKind.NOTE_TAKEN_BACK: notes.compose,
    PostingKind.NOTE_SOURCE_GONE: notes.compose,
    PostingKind.NOTE_STOPPED: notes.compose_stopped,
}

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("Save as aha", Save("aha")),
    Shortcut("Save as failed experiment", Save("experiment")),
    Shortcut("Add my version", VersionOf()),
    Shortcut("Ask why", WhyOf()),
)
