"""Follow-ups: what is asked of a moment when days have passed, in the thread of its own card.

Three days after a breakthrough what the next one is, after thirty what it set off, after ninety whether it stuck.
A team is asked at most once a week and never while it pauses; what waited too long is let go, so nothing piles up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import times
from bot.adapter import Ways
from bot.commands import Declaration, written
from bot.composed import Composed
from bot.features import cards, followed
from bot.features.actions import AddSequel
from bot.features.attempts import one_line
from bot.features.moments import changed, standing
from bot.features.quests import ASKED, TakeQuestBack, open_now
from bot.messages import (
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Inline,
    Post,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Title,
    reply,
)
from bot.turn import Refusal, Turn
from storage import followups, postings, quests, schedules, sequels, teams
from storage.models import (
    FollowUp,
    FollowUpKind,
    Kind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    PostingState,
    ScheduleKind,
    SequelKind,
    Stuck,
    Team,
)

BATCH = 25
WEEK = timedelta(days=7)
"""A team is asked at most once in this time."""
LOOK_AGAIN = timedelta(days=1)
LONGEST_QUIET = timedelta(days=28)
"""How far back a recap asks, where there was nothing to tell in the weeks before it."""
LATE: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=7),
    FollowUpKind.SET_OFF: timedelta(days=21),
    FollowUpKind.STUCK: timedelta(days=21),
}
"""How long after its time each is still worth asking."""
QUESTS, QUEST_WORDS = 3, 120
"""Next quests that the card shows, and characters of one."""

HEADS: Mapping[str, str] = {
    FollowUpKind.NEXT: "Now get back to work",
    FollowUpKind.SET_OFF: "A month on",
    FollowUpKind.STUCK: "Ninety days on",
}
QUESTIONS: Mapping[str, str] = {
    FollowUpKind.NEXT: "{} is found, and the search begins again. What is the next one?",
    FollowUpKind.SET_OFF: "What did {} set off?",
    FollowUpKind.STUCK: "Did {} stick?",
}


@dataclass(frozen=True)
class FollowOn:
    """What is asked of a moment, in private: for the button in a recap."""

    moment: str = ""
    kind: str = ""


@dataclass(frozen=True)
class NextQuest:
    """The quest that comes after a breakthrough; without words, the form."""

    moment: str = ""
    text: str = written()


@dataclass(frozen=True)
class SayStuck:
    """What became of a moment: a habit, fading or gone. Whoever says it last says how it is."""

    moment: str = ""
    stuck: str = ""


@dataclass(frozen=True)
class InRecap:
    """What a recap asks of a moment that has no card: one small line, and its button."""

    line: tuple[Inline, ...]
    button: Button


def plan_due(session: Session, now: datetime) -> int:
    """Ask, put off or let go a batch of what is due; how many. There may be more until it is 0."""
    due = followups.due(session, now, BATCH)
    for followup in sorted(due, key=lambda one: (one.team_id, one.due_at)):
        _take_up(session, followup, now)
        session.flush()
    return len(due)


def _take_up(session: Session, followup: FollowUp, now: datetime) -> None:
    moment = session.get_one(Moment, followup.moment_id)
    teams.hold(session, followup.team_id)
    last = followups.last_asked(session, followup.team_id)
    if not _is_worth_asking(session, followup, moment, now):
        followup.done_at = now
    elif moment.deleted_at is not None or _is_silent(session, followup.team_id, now):
        followup.due_at = now + LOOK_AGAIN
    elif last is not None and now < last + WEEK:
        followup.due_at = last + WEEK
    else:
        _ask(session, followup, moment, now)


def _is_worth_asking(session: Session, followup: FollowUp, moment: Moment, now: datetime) -> bool:
    """Whether it is not too late, and the moment a breakthrough or, later on, one that was told together."""
    late = now - moment.created_at - followups.AFTER[followup.kind] > LATE[followup.kind]
    if late or moment.state != MomentState.KEPT or moment.kind == Kind.EXPERIMENT:
        return False
    if moment.kind == Kind.BREAKTHROUGH:
        return True
    return followup.kind != FollowUpKind.NEXT and followups.told_together(session, moment.id)


def _has_recap(session: Session, team_id: int, now: datetime) -> bool:
    """Whether a recap posts itself in the team."""
    today = times.local_day(now, session.get_one(Team, team_id).zone)
    return not followups.is_paused(session, team_id, today, [ScheduleKind.RECAP])


def _is_silent(session: Session, team_id: int, now: datetime) -> bool:
    """Whether the team pauses, or we can no longer speak in its home."""
    today = times.local_day(now, session.get_one(Team, team_id).zone)
    return followups.is_paused(session, team_id, today) or team_id not in schedules.homes(session, {team_id})


def _ask(session: Session, followup: FollowUp, moment: Moment, now: datetime) -> None:
    """In the thread of the moment's card; where there is none, the next recap has a line, if one is to come."""
    card = _card_of(session, moment)
    if card is None and not _has_recap(session, moment.team_id, now):
        followup.due_at = now + LOOK_AGAIN
        return
    followup.asked_at = followup.done_at = now
    followup.in_recap = card is None
    if card is not None:
        postings.plan_once(
            session, f"{followups.KEY}{followup.id}", PostingKind.FOLLOW_UP, card.workspace_id, now,
            team_id=moment.team_id, moment_id=moment.id, channel=card.channel,
            thread=card.thread or card.message,
        )  # fmt: skip


def _card_of(session: Session, moment: Moment) -> Posting | None:
    """The moment's card, where it stands in a channel of the team that we can speak in."""
    card = postings.by_key(session, f"card:{moment.id}")
    if card is None or card.message is None or card.state != PostingState.SENT:
        return None
    channel = teams.channel(session, card.workspace_id, card.channel)
    ours = channel is not None and channel.team_id == moment.team_id and channel.closed_at is None
    return card if ours else None


def compose(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed | None:
    """The question in its thread, with what was answered so far."""
    moment, followup = session.get(Moment, posting.moment_id), followups.of_posting(session, posting)
    if moment is not None and moment.deleted_at is not None:
        return Composed(Post(cards.removed(moment))) if posting.message else None
    if moment is None or followup is None:
        return None
    return Composed(Post(_card(session, moment, followup.kind)))


def in_recap(session: Session, team_id: int, since: datetime, until: datetime) -> InRecap | None:
    """What the recap of this time asks; at most one thing, and nothing of a moment that was removed since."""
    found = followups.for_recap(session, team_id, since, until)
    if found is None:
        return None
    followup, moment = found
    button = Button(f"About #{moment.number}", FollowOn(cards.ref(moment), followup.kind))
    return InRecap((Strong(f"{HEADS[followup.kind]}: "), _question(moment, followup.kind)), button)


def with_question(session: Session, posting: Posting, card: Card) -> Card:
    """A scheduled recap with what it asks, where it asks something: one small line at its end, and a button."""
    if posting.schedule_id is None or posting.team_id is None or posting.until is None:
        return card
    quiet = posting.until - LONGEST_QUIET
    since = max(postings.last_until(session, posting.schedule_id, posting.until) or quiet, quiet)
    asked = in_recap(session, posting.team_id, since, posting.until)
    if asked is None:
        return card
    return Card((*card.blocks, Small(asked.line)), (*card.buttons, asked.button), card.menu)


def _question(moment: Moment, kind: str) -> str:
    return QUESTIONS[kind].format(cards.name(moment) if kind == FollowUpKind.NEXT else f"#{moment.number}")


def _card(session: Session, moment: Moment, kind: str, private: bool = False) -> Card:
    """What is asked. In private it stands nowhere near the moment, so that the moment's words come with it."""
    said = (Quote(one_line(moment.text, cards.VERSION_WORDS), by=cards.name(moment)),) if private else ()
    heard = tuple(_heard(session, moment, kind))
    return Card((Title(HEADS[kind]), *said, Text((_question(moment, kind),)), *heard), _buttons(moment, kind))


def _buttons(moment: Moment, kind: str) -> tuple[Button, ...]:
    at = cards.ref(moment)
    if kind == FollowUpKind.NEXT:
        return (Button("Open the next quest", NextQuest(at), Style.PRIMARY),)
    if kind == FollowUpKind.SET_OFF:
        return (Button("Say what it set off", AddSequel(at, SequelKind.SET_OFF), Style.PRIMARY),)
    return tuple(Button(f"It is {said}", SayStuck(at, stuck)) for stuck, said in followed.STUCK.items())


def _heard(session: Session, moment: Moment, kind: str) -> Iterator[Block]:
    if kind == FollowUpKind.NEXT:
        opened = quests.next_after(session, moment.id)[-QUESTS:]
        for quest in opened:
            yield Small((Strong("The next quest: "), one_line(quest.text, QUEST_WORDS)))
    elif kind == FollowUpKind.SET_OFF:
        if lines := sequels.of(session, moment.id, SequelKind.SET_OFF):
            yield Small((followed.in_a_row(session, lines),))
    elif moment.stuck:
        yield Small((f"So far: {followed.STUCK[moment.stuck]}. Anyone can say it anew.",))


def follow_on(turn: Turn, command: FollowOn) -> Reply:
    """The question in private."""
    moment = standing(turn, command.moment)
    if command.kind not in HEADS:
        raise Refusal("There is no such question.")
    return Reply(_card(turn.session, moment, command.kind, private=True))


def next_quest(turn: Turn, command: NextQuest) -> Reply | Form:
    """Open it, and let the question in the thread show it."""
    moment, text = standing(turn, command.moment), command.text.strip()
    if not text:
        hint = "A question you would like to answer together, one day or next week."
        field = Field("text", ASKED, FieldKind.TEXT, hint=hint)
        return Form("The next quest", NextQuest(cards.ref(moment)), (field,), "Open")
    quest = open_now(turn, text)
    if quest.withdrawn_at is not None:
        raise Refusal("That quest was opened and taken back.")
    quest.after_id = moment.id
    turn.session.flush()
    followups.touch(turn.session, moment.id, FollowUpKind.NEXT, turn.now)
    back = Button("Take it back", TakeQuestBack(str(quest.id), "", str(turn.seat.team_id)))
    return reply("The next quest is open. Its card counts what you try.", buttons=(back,))


def say_stuck(turn: Turn, command: SayStuck) -> Reply:
    """What became of it; its card says so too."""
    moment = standing(turn, command.moment)
    if command.stuck not in list(Stuck):
        raise Refusal("A habit, fading or gone, please.")
    if moment.stuck != command.stuck:
        moment.stuck = command.stuck
        changed(turn, moment)
    return reply(f"#{moment.number} is {followed.STUCK[command.stuck]}. Its card says so now.")


DECLARATIONS = (
    Declaration(FollowOn, follow_on, reads=True),
    Declaration(NextQuest, next_quest),
    Declaration(SayStuck, say_stuck),
)
