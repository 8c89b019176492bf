"""The registry: everything the bot can do, one line for each file of a folder.

A new command, post, schedule kind or event is files in one folder and a line here. Nothing else knows all folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.core import drafts, take_down
from bot.core.access.watch import Watch
from bot.core.commands import Declaration, Needs, Shortcut
from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    ChannelMoved,
    ChannelReopened,
    EmojiAdded,
    EmojiRemoved,
    Listener,
    MessageDeleted,
    MessageEdited,
    PermissionsChanged,
    PersonCame,
    PersonLeft,
    PersonRenamed,
    ReadersChanged,
    RepliesChanged,
    ReplyWritten,
)
from bot.core.kinds.declared import KindCards
from bot.core.language.words import lazy
from bot.core.parts.part import Part
from bot.core.parts.posts import hide_in_posts, in_part, list_in_part, own_in_part, tell_in_part
from bot.core.posts import Composer, PageSources, RecapSource
from bot.core.timers import Planner, Timer
from bot.doors import chances, keys, refusals, shiny
from bot.doors import planner as door_planner
from bot.doors import recap as door_recap
from bot.focus import check as focus_check
from bot.focus import days as focus_days
from bot.focus import moving_out, moving_out_line, survival
from bot.focus import ratio as focus_ratio
from bot.focus import recap_line as focus_recap
from bot.focus import session as focus_session
from bot.focus.card import compose_check_card
from bot.goals import checkpoints as goal_checkpoints
from bot.goals import closing, mission, mission_card, recap_lines, serving
from bot.goals import goals as goal_commands
from bot.goals import own as own_goals
from bot.goals import planner as goal_planner
from bot.goals import steps as goal_steps
from bot.goals.card import compose_goal_card
from bot.help import help, near_misses, not_built, on_cards, privacy, quiet, small_talk, take_back
from bot.memory import (
    followup_planner,
    followups,
    fuel,
    here_before,
    look_backs,
    quiet_month,
    recalled,
    repeats,
    sequels,
    year_ago,
)
from bot.memory import menu as memory_menu
from bot.memory.book import own as own_moments
from bot.memory.book import post as book_post
from bot.memory.book import request as book_request
from bot.moments import (
    comfort,
    edit,
    emoji,
    find,
    log,
    message_menu,
    reactions,
    reclassify,
    save_message,
    source,
    trying,
    versions,
)
from bot.moments.by_name import remember, thread
from bot.moments.card import compose_moment_card
from bot.moments.own import latest as latest_moments
from bot.moments.own import waiting as waiting_moments
from bot.people import me, notes
from bot.people import quiet as own_quiet
from bot.people.page import page
from bot.people.unposted import compose_unposted_note
from bot.prompts import answers, ask, lifecycle, opening, thread_answers
from bot.prompts import card as prompt_card
from bot.prompts import own as own_questions
from bot.prompts import planner as prompt_planner
from bot.prompts.bank import browse, hosts
from bot.prompts.bank import edit as bank_edit
from bot.prompts.formats import cross_pairs, parking, rounds, what_each_brings
from bot.prompts.seasons import card as season_card
from bot.prompts.seasons import pairs as season_pairs
from bot.prompts.seasons import planner as season_planner
from bot.prompts.seasons import season
from bot.prompts.steps import change as step_change
from bot.prompts.steps import give, outcome, see, take
from bot.prompts.steps import recap_line as step_recap
from bot.quests import cycle, insights, links, quests, whys, whys_card
from bot.quests import own as own_quests
from bot.quests import serving as quest_serving
from bot.quests.before import expectations, own_line, results
from bot.quests.before import recap_line as quest_recap
from bot.quests.before.experiment_card import describe_breakthrough, describe_experiment
from bot.quests.card import compose_quest_card
from bot.quests.commands import WhyOf
from bot.recaps import harvest, recap
from bot.recaps import own as own_recaps
from bot.recaps import planner as recap_planner
from bot.schedules import form as schedule_form
from bot.schedules import pause, pause_notice, schedules, zone
from bot.schedules import planner as schedule_planner
from bot.teams import ask_first, channels, permissions, presence, setup, welcome
from bot.teams import parts as team_parts
from storage.doors import doors as door_rows
from storage.memory import followups as followup_rows
from storage.models import Kind, PostingKind, ScheduleKind
from storage.prompts import lifecycle as lifecycle_rows
from storage.schedules import schedules as schedule_rows

RECAP_SOURCES: tuple[RecapSource, ...] = (
    *tell_in_part(Part.GOALS, *recap_lines.RECAP_SOURCES),
    *tell_in_part(Part.FOCUS, *focus_recap.RECAP_SOURCES, moving_out_line.MOVING_OUT),
    *quest_recap.RECAP_SOURCES,
    *door_recap.RECAP_SOURCES,
    *step_recap.RECAP_SOURCES,
    *tell_in_part(Part.MEMORY, *repeats.RECAP_SOURCES, *look_backs.RECAP_SOURCES, *year_ago.RECAP_SOURCES),
)
"""What the rooms tell in recaps and harvests, in this order."""

PAGE_SOURCES = PageSources(
    waiting=(
        own_questions.list_open_questions,
        waiting_moments.list_drafts,
        waiting_moments.list_without_lesson,
        list_in_part(Part.GOALS, own_goals.list_due_goals),
        waiting_moments.list_sealed_versions,
    ),
    own=(
        own_in_part(Part.QUESTS, own_quests.OWN_QUESTS),
        own_in_part(Part.GOALS, own_goals.OWNED_GOALS),
        latest_moments.OWN_MOMENTS,
        own_recaps.THE_WEEK,
    ),
    list_buttons=setup.list_setup_buttons,
)
"""What the rooms tell people on their own page, in this order."""

DECLARATIONS: tuple[Declaration, ...] = (
    *log.DECLARATIONS,
    *edit.DECLARATIONS,
    *reactions.DECLARATIONS,
    *reclassify.DECLARATIONS,
    *find.DECLARATIONS,
    *save_message.DECLARATIONS,
    *source.DECLARATIONS,
    *versions.DECLARATIONS,
    *message_menu.DECLARATIONS,
    *remember.DECLARATIONS,
    *thread.DECLARATIONS,
    *in_part(Part.MEMORY, *sequels.DECLARATIONS),
    *comfort.DECLARATIONS,
    *refusals.DECLARATIONS,
    *shiny.DECLARATIONS,
    *chances.DECLARATIONS,
    *keys.DECLARATIONS,
    *in_part(Part.MEMORY, *followups.DECLARATIONS),
    *in_part(Part.QUESTS, *followups.NEXT_QUEST, *quests.DECLARATIONS),
    *whys.DECLARATIONS,
    *insights.DECLARATIONS,
    *links.DECLARATIONS,
    *expectations.DECLARATIONS,
    *own_line.DECLARATIONS,
    *results.DECLARATIONS,
    *trying.DECLARATIONS,
    *in_part(Part.GOALS, *quest_serving.DECLARATIONS),
    *in_part(Part.QUESTS, *cycle.DECLARATIONS),
    *in_part(
        Part.MEMORY,
        *memory_menu.DECLARATIONS,
        *year_ago.DECLARATIONS,
        *look_backs.DECLARATIONS,
        *here_before.DECLARATIONS,
        *recalled.DECLARATIONS,
        *fuel.DECLARATIONS,
    ),
    *book_request.DECLARATIONS,
    *own_moments.DECLARATIONS,
    *in_part(
        Part.GOALS,
        *mission.DECLARATIONS,
        *goal_commands.DECLARATIONS,
        *goal_checkpoints.DECLARATIONS,
        *goal_steps.DECLARATIONS,
        *closing.DECLARATIONS,
        *serving.DECLARATIONS,
    ),
    *in_part(
        Part.FOCUS,
        *focus_ratio.DECLARATIONS,
        *focus_check.DECLARATIONS,
        *moving_out.DECLARATIONS,
        *focus_session.DECLARATIONS,
    ),
    *ask.DECLARATIONS,
    *answers.DECLARATIONS,
    *prompt_card.DECLARATIONS,
    *rounds.DECLARATIONS,
    *what_each_brings.DECLARATIONS,
    *cross_pairs.DECLARATIONS,
    *parking.DECLARATIONS,
    *hosts.DECLARATIONS,
    *browse.DECLARATIONS,
    *bank_edit.DECLARATIONS,
    *season.DECLARATIONS,
    *season_pairs.DECLARATIONS,
    *give.DECLARATIONS,
    *see.DECLARATIONS,
    *step_change.DECLARATIONS,
    *take.DECLARATIONS,
    *outcome.DECLARATIONS,
    *recap.declare_recap(RECAP_SOURCES),
    *own_recaps.declare_reading(RECAP_SOURCES),
    *schedules.DECLARATIONS,
    *zone.DECLARATIONS,
    *schedule_form.DECLARATIONS,
    *pause.DECLARATIONS,
    *setup.DECLARATIONS,
    *team_parts.DECLARATIONS,
    *page.declare_page(PAGE_SOURCES),
    *me.DECLARATIONS,
    *own_quiet.DECLARATIONS,
    *notes.DECLARATIONS,
    *near_misses.DECLARATIONS,
    *ask_first.DECLARATIONS,
    *drafts.DECLARATIONS,
    *take_down.DECLARATIONS,
    *help.DECLARATIONS,
    *quiet.DECLARATIONS,
    *take_back.DECLARATIONS,
    *privacy.DECLARATIONS,
    *not_built.DECLARATIONS,
    *on_cards.DECLARATIONS,
    *small_talk.DECLARATIONS,
)
"""All commands, in the order in which help and the platforms list them."""

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(lazy("Save as aha"), save_message.Save("aha")),
    Shortcut(lazy("Save as failed experiment"), save_message.Save("experiment")),
    Shortcut(lazy("Add my version"), versions.VersionOf()),
    Shortcut(lazy("Ask why"), WhyOf()),
)
"""The entries of a message's menu."""

KIND_CARDS: KindCards = {
    Kind.BREAKTHROUGH: describe_breakthrough,
    Kind.EXPERIMENT: describe_experiment,
    Kind.SHINY: shiny.describe_shiny,
    Kind.CHANCE: chances.describe_card,
}
"""What the cards of a kind of moment say beyond its words and people."""

UNASKED: Mapping[str, Part] = {
    PostingKind.LOOK_BACK: Part.MEMORY,
    PostingKind.NOTE_CHECKPOINT: Part.GOALS,
    PostingKind.NOTE_SURVIVAL: Part.FOCUS,
}
"""The posts of a part that nobody asks for, and that aren't sent in a team where it is off."""

ALL_COMPOSERS: Mapping[str, Composer] = {
    PostingKind.CARD: partial(compose_moment_card, kind_cards=KIND_CARDS),
    PostingKind.MARK: emoji.compose_mark,
    PostingKind.PROMPT: prompt_card.compose_prompt_card,
    PostingKind.RETRO: prompt_card.compose_prompt_card,
    PostingKind.QUIET: pause_notice.compose_pause_notice,
    PostingKind.RECAP: partial(recap.compose_recap, sources=RECAP_SOURCES),
    PostingKind.QUEST: compose_quest_card,
    PostingKind.LADDER: whys_card.compose_whys_card,
    PostingKind.CYCLE: cycle.compose_cycle,
    PostingKind.HARVEST: partial(harvest.compose_harvest, sources=RECAP_SOURCES),
    PostingKind.FOLLOW_UP: followups.compose_followup,
    PostingKind.MISSION: mission_card.compose_mission_card,
    PostingKind.GOAL: compose_goal_card,
    PostingKind.NOTE_CHECKPOINT: goal_planner.compose_checkpoint_note,
    PostingKind.OPENING: opening.compose_opening,
    PostingKind.SEASON: season_card.compose_season,
    PostingKind.FOCUS_CHECK: compose_check_card,
    PostingKind.NOTE_SURVIVAL: survival.compose_survival_note,
    PostingKind.LOOK_BACK: quiet_month.compose_look_back,
    PostingKind.BOOK: book_post.compose_book,
    PostingKind.HELLO: welcome.compose_welcome,
    PostingKind.NOTE_KEPT: notes.compose_note,
    PostingKind.NOTE_DRAFT: notes.compose_note,
    PostingKind.NOTE_TAKEN_BACK: notes.compose_note,
    PostingKind.NOTE_SOURCE_GONE: notes.compose_note,
    PostingKind.NOTE_REMOVED: notes.compose_note,
    PostingKind.NOTE_LONG: notes.compose_note,
    PostingKind.NOTE_STOPPED: notes.compose_stopped_note,
    PostingKind.NOTE_UNPOSTED: compose_unposted_note,
    PostingKind.NOTE_UNSAVED: notes.compose_unsaved_note,
    PostingKind.NOTE_KEY: keys.compose_key_note,
}
"""What each kind of posting says where every part is on."""

PARTS: Mapping[type, Part | None] = {each.command: each.part for each in DECLARATIONS}

COMPOSERS = hide_in_posts(ALL_COMPOSERS, UNASKED, lambda command: PARTS[type(command)])
"""What each kind of posting says, as much of it as is in sight in its team."""

PLANNERS: Mapping[str, Planner] = {
    ScheduleKind.PROMPT: Planner(
        prompt_planner.plan_question,
        late=timedelta(hours=6),  # a morning's question makes no sense at night
        name=lazy("Question"),
        title=lazy("Question schedule"),
        weekday=2,
        at="10:00",
        asks=True,
    ),
    ScheduleKind.RETRO: Planner(
        prompt_planner.plan_question,
        late=timedelta(hours=6),
        name=lazy("Retro"),
        title=lazy("Retro schedule"),
        weekday=4,
        at="15:00",
        every=2,
        asks=True,
        anonymous=True,
    ),
    ScheduleKind.RECAP: Planner(
        partial(recap_planner.plan_recap, sources=RECAP_SOURCES),
        late=timedelta(days=3),  # Friday's recap is still good on Monday morning
        name=lazy("Recap"),
        title=lazy("Recap schedule"),
        weekday=5,
        at="16:00",
        from_start=True,
    ),
}
"""What each kind of schedule plans, and how it begins in a new team."""

LISTENERS: Mapping[type, tuple[Listener, ...]] = {
    EmojiAdded: (
        Listener(emoji.handle_emoji_added, is_relevant=emoji.can_save_by_emoji),
        Listener(thread_answers.save_reaction_answer, is_relevant=thread_answers.is_reaction_answer),
    ),
    EmojiRemoved: (
        Listener(emoji.handle_emoji_removed, Needs.PERSON, emoji.can_withdraw_by_emoji),
        Listener(thread_answers.remove_reaction_answer, Needs.PERSON, thread_answers.is_known_reaction),
    ),
    ReplyWritten: (
        Listener(
            thread_answers.save_reply_answer,
            is_relevant=thread_answers.is_relevant_reply,
            refuse_long=thread_answers.refuse_long_reply,
        ),
        Listener(goal_steps.tick_by_reply, is_relevant=goal_steps.is_step_reply),
    ),
    MessageEdited: (
        Listener(
            thread_answers.update_edited_answer,
            Needs.PERSON,
            thread_answers.is_known_message,
            thread_answers.refuse_long_edit,
        ),
        Listener(
            source.handle_message_edited, Needs.PERSON, source.is_source_message, source.refuse_long_edit
        ),
    ),
    MessageDeleted: (
        Listener(thread_answers.remove_deleted_answer, Needs.PERSON, thread_answers.is_known_message),
        Listener(whys_card.forget_deleted_whys, Needs.PERSON, whys_card.is_posted_message),
        Listener(source.handle_message_deleted, Needs.PERSON, source.is_source_message),
    ),
    ChannelJoined: (Listener(channels.handle_joined, Needs.TEAM),),
    ChannelReopened: (Listener(channels.handle_reopened),),
    ChannelLeft: (Listener(channels.handle_left),),
    PersonCame: (
        Listener(presence.handle_person_moved, Needs.NOBODY),
        Listener(closing.handle_owner_moved, Needs.NOBODY),
        Listener(take.handle_taker_moved, Needs.NOBODY),
    ),
    PersonLeft: (
        Listener(presence.handle_person_moved, Needs.NOBODY),
        Listener(closing.handle_owner_moved, Needs.NOBODY),
        Listener(take.handle_taker_moved, Needs.NOBODY),
    ),
    PersonRenamed: (
        Listener(presence.handle_person_renamed, Needs.PERSON, is_relevant=presence.is_new_name),
    ),
    ReadersChanged: (Listener(presence.handle_readers_changed, Needs.NOBODY),),
    ChannelChanged: (Listener(channels.handle_channel_changed),),
    ChannelMoved: (Listener(channels.handle_channel_moved, Needs.PERSON, channels.is_known_channel),),
    PermissionsChanged: (
        Listener(permissions.handle_permissions_changed, Needs.NOBODY, permissions.are_news),
    ),
    RepliesChanged: (
        Listener(
            thread_answers.handle_replies_changed, Needs.NOBODY, is_relevant=thread_answers.is_known_workspace
        ),
    ),
}
"""The listeners of each event. They run in this order, in one transaction."""

TIMERS: tuple[Timer, ...] = (
    Timer(schedule_planner.SchedulePlanning(PLANNERS).run_due, schedule_rows.next_due),
    Timer(lifecycle.advance_due_questions, lifecycle_rows.next_due),
    Timer(
        goal_planner.ask_due_checkpoints, goal_planner.next_checkpoint_due, goal_planner.has_due_checkpoint
    ),
    Timer(goal_planner.ask_due_looks, goal_planner.next_look_due, goal_planner.has_due_look),
    Timer(season_planner.end_due_seasons, season_planner.next_due, season_planner.has_due),
    Timer(focus_days.tell_due_days, focus_days.next_day_due, focus_days.has_day_due),
    Timer(followup_planner.plan_due_followups, followup_rows.next_due),
    Timer(door_planner.ask_due_cards, door_rows.next_due),
)
"""The tasks that run when their time comes."""

WATCHES: tuple[Watch, ...] = (closing.GOAL_OWNERS, take.STEP_TAKERS)
"""The people whose membership is checked with the platforms at regular times."""
