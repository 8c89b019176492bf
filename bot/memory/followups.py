"""Follow-ups: questions about a moment, asked days later in the thread of its card.

They ask for the next quest three days after a breakthrough, for what it set off after
thirty days, and whether it stuck after ninety. A team is asked in its working hours, at
most once a week and never while it is paused. Questions that waited too long are dropped,
so that none pile up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core.adapter import Capabilities
from bot.core.commands import Declaration, user_text
from bot.core.context import Context, UserError
from bot.core.messages import (
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Post,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Title,
    text_reply,
)
from bot.core.posts import ComposedPost
from bot.core.times import local_day, utc_of
from bot.memory.sequel_lines import STUCK, join_sequel_lines
from bot.memory.working_hours import followup_due_at, morning_on_or_after, next_working_time
from bot.moments.card import VERSION_WORDS, build_removed_card, format_moment_ref, moment_name
from bot.moments.commands import AddSequel
from bot.moments.log import active_moment, propagate_change
from bot.quests.attempts import one_line
from bot.quests.quests import QUEST_LABEL, TakeQuestBack, open_quest
from storage.delivery import postings
from storage.memory import followups, sequels
from storage.models import (
    FollowUp,
    FollowUpKind,
    Kind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    PostingState,
    SequelKind,
    Stuck,
    Team,
)
from storage.quests import quests
from storage.schedules import schedules
from storage.teams import teams

BATCH = 25
WEEK = timedelta(days=7)
"""A team is asked at most once in this time.

It is counted in days, because a recap may come some seconds sooner or later.
"""
DAY = timedelta(days=1)
ASK_WITHIN: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=7),
    FollowUpKind.SET_OFF: timedelta(days=21),
    FollowUpKind.STUCK: timedelta(days=21),
}
"""How many days after its first morning each question is still worth asking."""
QUESTS, QUEST_WORDS = 3, 120
"""Next quests that the card shows, and characters of one."""
MOMENT_WORDS = 80
"""Characters of the moment that its question repeats.

The card with the full text is just above.
"""

HEADS: Mapping[str, str] = {
    FollowUpKind.NEXT: "Now get back to work",
    FollowUpKind.SET_OFF: "Some weeks on",
    FollowUpKind.STUCK: "Some months on",
}
"""The title of each question. It stays true of one that had to be postponed."""
QUESTIONS: Mapping[str, str] = {
    FollowUpKind.NEXT: "{} is found, and the search begins again. What is the next one?",
    FollowUpKind.SET_OFF: "What did {} set off?",
    FollowUpKind.STUCK: "Did {} stick?",
}


@dataclass(frozen=True)
class ShowFollowUp:
    """The command to show a moment's question in private, for the button in a recap."""

    moment: str = ""
    kind: str = ""


@dataclass(frozen=True)
class NextQuest:
    """The command to open the quest that comes after a breakthrough.

    Without text, it opens the form.
    """

    moment: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class SayStuck:
    """The command to say whether a moment became a habit, is fading or is gone.

    The last answer replaces earlier ones.
    """

    moment: str = ""
    stuck: str = ""


def plan_due_followups(session: Session, now: datetime) -> int:
    """Ask, postpone or drop the due follow-ups of a batch of teams.

    Returns the number of teams. There may be more until it returns 0.
    """
    found = followups.list_due_teams(session, now, BATCH)
    for team_id in found:
        teams.lock_team(
            session, team_id
        )  # two processes may run this at once, but a team is asked at most once a week
        _plan_followups_of(session, team_id, now)
        session.flush()
    return len(found)


def _plan_followups_of(session: Session, team_id: int, now: datetime) -> None:
    """Ask one of a team's due questions, in its card's thread, and postpone the others.

    A question without a card to ask under waits for a recap.
    """
    zone = session.get_one(Team, team_id).zone
    askable, silent = [], _is_silent(session, team_id, local_day(now, zone))
    for followup, moment in followups.list_due(session, team_id, now):
        if not _is_worth_asking(session, followup, moment, now):
            followup.done_at = now
        elif moment.deleted_at is not None or silent:
            followup.due_at = morning_on_or_after(local_day(now, zone) + DAY, zone)
        elif (card := _find_posted_card(session, moment)) is None:
            followup.in_recap = True
            followup.due_at = morning_on_or_after(_last_useful_day(session, followup, moment) + DAY, zone)
        else:
            askable.append((followup, moment, card))
    soonest = next_working_time(max(now, _next_allowed_at(session, team_id) or now), zone)
    if askable and soonest <= now:
        first = min(askable, key=lambda one: _priority_of(session, one[0], one[1]))
        askable.remove(first)
        _plan_question(session, *first, now)
        soonest = morning_on_or_after(local_day(now, zone) + WEEK, zone)
    for followup, _, _ in askable:
        followup.due_at = soonest


def _next_allowed_at(session: Session, team_id: int) -> datetime | None:
    """Return from when a team may be asked again, or None if it was never asked."""
    last, zone = followups.last_asked(session, team_id), session.get_one(Team, team_id).zone
    if last is None:
        return None
    return utc_of(local_day(last, zone) + WEEK, time(), zone)


def _priority_of(session: Session, followup: FollowUp, moment: Moment) -> tuple[bool, date]:
    """Return the sort key of a follow-up.

    The next quest after a breakthrough comes first, then the question that is soonest too
    late.
    """
    return followup.kind != FollowUpKind.NEXT, _last_useful_day(session, followup, moment)


def _last_useful_day(session: Session, followup: FollowUp, moment: Moment) -> date:
    """Return the last day, in the team's time zone, on which the question is worth asking."""
    zone = session.get_one(Team, moment.team_id).zone
    return (
        local_day(followup_due_at(moment.created_at, followup.kind, zone), zone) + ASK_WITHIN[followup.kind]
    )


def _is_worth_asking(session: Session, followup: FollowUp, moment: Moment, now: datetime) -> bool:
    """Return whether a question is still worth asking.

    It must not be too late, and the moment must have its text and not be an experiment. An
    aha gets only the later questions, and only if people added versions or lines to it.
    """
    today = local_day(now, session.get_one(Team, moment.team_id).zone)
    late = today > _last_useful_day(session, followup, moment)
    if late or moment.state != MomentState.KEPT or moment.kind == Kind.EXPERIMENT:
        return False
    if moment.kind == Kind.BREAKTHROUGH:
        return True
    return followup.kind != FollowUpKind.NEXT and followups.was_told_together(session, moment.id)


def _is_silent(session: Session, team_id: int, today: date) -> bool:
    """Return whether the team is paused, or the bot can no longer post in its home."""
    return followups.is_paused(session, team_id, today) or team_id not in schedules.home_channels(
        session, {team_id}
    )


def _plan_question(
    session: Session, followup: FollowUp, moment: Moment, card: Posting, now: datetime
) -> None:
    """Plan the question's posting in the thread of the moment's card."""
    followup.asked_at = followup.done_at = now
    postings.plan_once(
        session, f"{followups.FOLLOWUP_KEY_PREFIX}{followup.id}", PostingKind.FOLLOW_UP, card.workspace_id, now,
        team_id=moment.team_id, moment_id=moment.id, channel=card.channel, thread=card.thread or card.message,
    )  # fmt: skip


def ask_in_recap(session: Session, recap: Posting, now: datetime) -> None:
    """Give a recap that is planned now one of the questions that wait for a recap.

    It gets none if the team was asked within a week.
    """
    assert recap.team_id is not None
    teams.lock_team(session, recap.team_id)
    week_over = _next_allowed_at(session, recap.team_id)
    worth = [
        (followup, moment)
        for followup, moment in followups.list_waiting(session, recap.team_id)
        if _is_worth_asking(session, followup, moment, now)
    ]
    if worth and (week_over is None or now >= week_over):
        followup, _ = min(worth, key=lambda one: _priority_of(session, *one))
        followup.asked_at = followup.done_at = now
        followup.recap_id = recap.id
        session.flush()


def _find_posted_card(session: Session, moment: Moment) -> Posting | None:
    """Return the moment's posted card, if its channel is open and belongs to the team."""
    card = postings.find_by_key(session, f"card:{moment.id}")
    if card is None or card.message is None or card.state != PostingState.SENT:
        return None
    channel = teams.find_channel(session, card.workspace_id, card.channel)
    ours = channel is not None and channel.team_id == moment.team_id and channel.closed_at is None
    return card if ours else None


def compose_followup(
    session: Session, posting: Posting, now: datetime, _ways: Capabilities
) -> ComposedPost | None:
    """Return the question's card, with the answers so far.

    Returns None if the moment or the question is gone and the card was not posted yet.
    """
    moment, followup = session.get(Moment, posting.moment_id), followups.find_by_posting(session, posting)
    if moment is not None and moment.deleted_at is not None:
        return ComposedPost(Post(build_removed_card(moment))) if posting.message else None
    if moment is None or followup is None:
        return None
    return ComposedPost(Post(_build_question_card(session, moment, followup.kind)))


def add_recap_question(session: Session, posting: Posting, card: Card) -> Card:
    """Return a recap's card with its follow-up question: one small line and a button.

    Without a question, the card stays unchanged.
    """
    found = followups.find_by_recap(session, posting.id)
    if found is None:
        return card
    followup, moment = found
    button = Button(f"About #{moment.number}", ShowFollowUp(format_moment_ref(moment), followup.kind))
    asked = QUESTIONS[followup.kind].format(_name_in_question(moment, followup.kind))
    line = Small((Strong(f"{HEADS[followup.kind]}: "), asked))
    return Card((*card.blocks, line), (*card.buttons, button), card.menu)


def _name_in_question(moment: Moment, kind: str) -> str:
    return moment_name(moment) if kind == FollowUpKind.NEXT else f"#{moment.number}"


def _first_line_quote(moment: Moment) -> str:
    """Return the moment's first line in quotes, without a full stop at its end.

    The full stop would end the question's own sentence.
    """
    first = moment.text.strip().partition("\n")[0]
    return f"“{one_line(first, MOMENT_WORDS).rstrip('.')}”"


def _build_question_card(session: Session, moment: Moment, kind: str, private: bool = False) -> Card:
    """Return the question's card.

    In private there is no moment's card above it, so more of the moment's text comes first.
    """
    said = (Quote(one_line(moment.text, VERSION_WORDS), by=moment_name(moment)),) if private else ()
    asked = QUESTIONS[kind].format(_name_in_question(moment, kind) if private else _first_line_quote(moment))
    heard = tuple(_answer_blocks(session, moment, kind))
    return Card((Title(HEADS[kind]), *said, Text((asked,)), *heard), _question_buttons(moment, kind))


def _question_buttons(moment: Moment, kind: str) -> tuple[Button, ...]:
    at = format_moment_ref(moment)
    if kind == FollowUpKind.NEXT:
        return (Button("Open the next quest", NextQuest(at), Style.PRIMARY),)
    if kind == FollowUpKind.SET_OFF:
        return (Button("Say what it set off", AddSequel(at, SequelKind.SET_OFF), Style.PRIMARY),)
    return tuple(Button(f"It is {said}", SayStuck(at, stuck)) for stuck, said in STUCK.items())


def _answer_blocks(session: Session, moment: Moment, kind: str) -> Iterator[Block]:
    if kind == FollowUpKind.NEXT:
        if lines := sequels.list_sequels(session, moment.id, SequelKind.POSSIBLE):
            yield Small(
                (
                    Strong("It could begin with what is possible now: "),
                    join_sequel_lines(session, lines),
                )
            )
        opened = quests.list_opened_after(session, moment.id)[-QUESTS:]
        for quest in opened:
            yield Small((Strong("The next quest: "), one_line(quest.text, QUEST_WORDS)))
    elif kind == FollowUpKind.SET_OFF:
        if lines := sequels.list_sequels(session, moment.id, SequelKind.SET_OFF):
            yield Small((join_sequel_lines(session, lines),))
    elif moment.stuck:
        yield Small((f"So far: {STUCK[moment.stuck]}. Anyone can say it anew.",))


def show_followup(context: Context, command: ShowFollowUp) -> Reply:
    """Return the question for a private reply. Raises UserError for an unknown kind."""
    moment = active_moment(context, command.moment)
    if command.kind not in HEADS:
        raise UserError("There is no such question.")
    return Reply(_build_question_card(context.session, moment, command.kind, private=True))


def open_next_quest(context: Context, command: NextQuest) -> Reply | Form:
    """Open the quest after a breakthrough, and refresh the question's card in the thread.

    Without text, return the form. Raises UserError if the quest was taken back.
    """
    moment, text = active_moment(context, command.moment), command.text.strip()
    if not text:
        hint = "A question you would like to answer together, one day or next week."
        field = Field("text", QUEST_LABEL, FieldKind.TEXT, hint=hint)
        return Form("The next quest", NextQuest(format_moment_ref(moment)), (field,), "Open")
    quest = open_quest(context, text)
    if quest.withdrawn_at is not None:
        raise UserError("That quest was opened and taken back.")
    quest.after_id = moment.id
    context.session.flush()
    followups.refresh_followup(context.session, moment.id, FollowUpKind.NEXT, context.now)
    back = Button("Take it back", TakeQuestBack(str(quest.id), "", str(context.caller.team_id)))
    return text_reply("The next quest is open. Its card counts what you try.", buttons=(back,))


def set_stuck(context: Context, command: SayStuck) -> Reply:
    """Store whether a moment stuck, and refresh its card. Raises UserError for other values."""
    moment = active_moment(context, command.moment)
    if command.stuck not in list(Stuck):
        raise UserError("A habit, fading or gone, please.")
    if moment.stuck != command.stuck:
        moment.stuck = command.stuck
        propagate_change(context, moment)
    return text_reply(f"#{moment.number} is {STUCK[command.stuck]}. Its card says so now.")


DECLARATIONS = (
    Declaration("follow-on", ShowFollowUp, show_followup, read_only=True),
    Declaration("next-quest", NextQuest, open_next_quest),
    Declaration("say-stuck", SayStuck, set_stuck),
)
