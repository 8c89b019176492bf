"""Follow-ups: what is asked of a moment when days have passed, in the thread of its own card.

Three days after a breakthrough what the next one is, after thirty what it set off, after ninety whether it stuck.
A team is asked in its working hours, at most once a week and never while it pauses; what waited too long is let go,
so nothing piles up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core import times
from bot.core.adapter import Ways
from bot.core.commands import Declaration, written
from bot.core.context import Refusal, Turn
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
    reply,
)
from bot.core.posts import Composed
from bot.memory import sequel_lines as followed
from bot.memory import working_hours as mornings
from bot.moments import card as cards
from bot.moments.commands import AddSequel
from bot.moments.log import changed, standing
from bot.quests.attempts import one_line
from bot.quests.quests import ASKED, TakeQuestBack, open_now
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
"""A team is asked at most once in this time, counted in days: a recap comes some seconds sooner or later."""
DAY = timedelta(days=1)
LATE: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=7),
    FollowUpKind.SET_OFF: timedelta(days=21),
    FollowUpKind.STUCK: timedelta(days=21),
}
"""How many days after its first morning each is still worth asking."""
QUESTS, QUEST_WORDS = 3, 120
"""Next quests that the card shows, and characters of one."""
MOMENT_WORDS = 80
"""Characters of the moment that its question repeats; the card with all of them is just above."""

HEADS: Mapping[str, str] = {
    FollowUpKind.NEXT: "Now get back to work",
    FollowUpKind.SET_OFF: "Some weeks on",
    FollowUpKind.STUCK: "Some months on",
}
"""True also of what had to wait its turn."""
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


def plan_due(session: Session, now: datetime) -> int:
    """Ask, put off or let go what is due in a batch of teams; how many teams. There may be more until it is 0."""
    found = followups.teams_due(session, now, BATCH)
    for team_id in found:
        teams.hold(session, team_id)  # two processes may come here at once, and a team is asked once a week
        _go_through(session, team_id, now)
        session.flush()
    return len(found)


def _go_through(session: Session, team_id: int, now: datetime) -> None:
    """Of all that a team may be asked now one thing is, in its card's thread; what has no card waits for a recap."""
    zone = session.get_one(Team, team_id).zone
    askable, silent = [], _is_silent(session, team_id, times.local_day(now, zone))
    for followup, moment in followups.due(session, team_id, now):
        if not _is_worth_asking(session, followup, moment, now):
            followup.done_at = now
        elif moment.deleted_at is not None or silent:
            followup.due_at = mornings.morning(times.local_day(now, zone) + DAY, zone)
        elif (card := _card_of(session, moment)) is None:
            followup.in_recap = True
            followup.due_at = mornings.morning(_last_day(session, followup, moment) + DAY, zone)
        else:
            askable.append((followup, moment, card))
    soonest = mornings.working(max(now, _week_over(session, team_id) or now), zone)
    if askable and soonest <= now:
        first = min(askable, key=lambda one: _turn_of(session, one[0], one[1]))
        askable.remove(first)
        _ask(session, *first, now)
        soonest = mornings.morning(times.local_day(now, zone) + WEEK, zone)
    for followup, _, _ in askable:
        followup.due_at = soonest


def _week_over(session: Session, team_id: int) -> datetime | None:
    """From when a team may be asked again; None for one that never was."""
    last, zone = followups.last_asked(session, team_id), session.get_one(Team, team_id).zone
    if last is None:
        return None
    return times.utc_of(times.local_day(last, zone) + WEEK, time(), zone)


def _turn_of(session: Session, followup: FollowUp, moment: Moment) -> tuple[bool, date]:
    """What is asked before what: what is next after a breakthrough, then what will soon be too late."""
    return followup.kind != FollowUpKind.NEXT, _last_day(session, followup, moment)


def _last_day(session: Session, followup: FollowUp, moment: Moment) -> date:
    """The team's last day on which it is worth asking."""
    zone = session.get_one(Team, moment.team_id).zone
    return times.local_day(mornings.due(moment.created_at, followup.kind, zone), zone) + LATE[followup.kind]


def _is_worth_asking(session: Session, followup: FollowUp, moment: Moment, now: datetime) -> bool:
    """Whether it is not too late, and the moment a breakthrough or, later on, one that was told together."""
    today = times.local_day(now, session.get_one(Team, moment.team_id).zone)
    late = today > _last_day(session, followup, moment)
    if late or moment.state != MomentState.KEPT or moment.kind == Kind.EXPERIMENT:
        return False
    if moment.kind == Kind.BREAKTHROUGH:
        return True
    return followup.kind != FollowUpKind.NEXT and followups.told_together(session, moment.id)


def _is_silent(session: Session, team_id: int, today: date) -> bool:
    """Whether the team pauses, or we can no longer speak in its home."""
    return followups.is_paused(session, team_id, today) or team_id not in schedules.homes(session, {team_id})


def _ask(session: Session, followup: FollowUp, moment: Moment, card: Posting, now: datetime) -> None:
    """In the thread of the moment's card."""
    followup.asked_at = followup.done_at = now
    postings.plan_once(
        session, f"{followups.KEY}{followup.id}", PostingKind.FOLLOW_UP, card.workspace_id, now,
        team_id=moment.team_id, moment_id=moment.id, channel=card.channel, thread=card.thread or card.message,
    )  # fmt: skip


def ask_in_recap(session: Session, recap: Posting, now: datetime) -> None:
    """Let a recap that is planned now ask one thing of what waits for it, unless the team was asked this week."""
    assert recap.team_id is not None
    teams.hold(session, recap.team_id)
    week_over = _week_over(session, recap.team_id)
    worth = [
        (followup, moment)
        for followup, moment in followups.waiting(session, recap.team_id)
        if _is_worth_asking(session, followup, moment, now)
    ]
    if worth and (week_over is None or now >= week_over):
        followup, _ = min(worth, key=lambda one: _turn_of(session, *one))
        followup.asked_at = followup.done_at = now
        followup.recap_id = recap.id
        session.flush()


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


def with_question(session: Session, posting: Posting, card: Card) -> Card:
    """A recap with what it asks, where it asks something: one small line at its end, and a button."""
    found = followups.of_recap(session, posting.id)
    if found is None:
        return card
    followup, moment = found
    button = Button(f"About #{moment.number}", FollowOn(cards.ref(moment), followup.kind))
    asked = QUESTIONS[followup.kind].format(_named(moment, followup.kind))
    line = Small((Strong(f"{HEADS[followup.kind]}: "), asked))
    return Card((*card.blocks, line), (*card.buttons, button), card.menu)


def _named(moment: Moment, kind: str) -> str:
    return cards.name(moment) if kind == FollowUpKind.NEXT else f"#{moment.number}"


def _quoted(moment: Moment) -> str:
    """The first line of its words, without the full stop that would end the question's sentence."""
    first = moment.text.strip().partition("\n")[0]
    return f"“{one_line(first, MOMENT_WORDS).rstrip('.')}”"


def _card(session: Session, moment: Moment, kind: str, private: bool = False) -> Card:
    """What is asked. In private it stands nowhere near the moment, so that more of its words come first."""
    said = (Quote(one_line(moment.text, cards.VERSION_WORDS), by=cards.name(moment)),) if private else ()
    asked = QUESTIONS[kind].format(_named(moment, kind) if private else _quoted(moment))
    heard = tuple(_heard(session, moment, kind))
    return Card((Title(HEADS[kind]), *said, Text((asked,)), *heard), _buttons(moment, kind))


def _buttons(moment: Moment, kind: str) -> tuple[Button, ...]:
    at = cards.ref(moment)
    if kind == FollowUpKind.NEXT:
        return (Button("Open the next quest", NextQuest(at), Style.PRIMARY),)
    if kind == FollowUpKind.SET_OFF:
        return (Button("Say what it set off", AddSequel(at, SequelKind.SET_OFF), Style.PRIMARY),)
    return tuple(Button(f"It is {said}", SayStuck(at, stuck)) for stuck, said in followed.STUCK.items())


def _heard(session: Session, moment: Moment, kind: str) -> Iterator[Block]:
    if kind == FollowUpKind.NEXT:
        if lines := sequels.of(session, moment.id, SequelKind.POSSIBLE):
            yield Small(
                (Strong("It could begin with what is possible now: "), followed.in_a_row(session, lines))
            )
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
    Declaration("follow-on", FollowOn, follow_on, reads=True),
    Declaration("next-quest", NextQuest, next_quest),
    Declaration("say-stuck", SayStuck, say_stuck),
)
