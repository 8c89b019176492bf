"""Tests of the demo's story: played by the real bot, right on any day, and good to read at the end."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, func, select

from adapters.playground import text as playground_text
from adapters.playground.adapter import Playground
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Message
from adapters.playground.demo import story
from bot.prompts.bank.goal_questions import question_text
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import open_database
from storage.engine.schema import migrate_database
from storage.models import Answer, AnswerKind, Moment, Posting, PostingKind, Version

pytestmark = pytest.mark.timeout(300)  # a quarter is told before the first test, on a busy machine

TODAY = datetime(2026, 5, 13, 18, 30, tzinfo=UTC)
"""A Wednesday, after Tuesday's question and before Thursday's."""

DAYS = [TODAY + timedelta(days=day) for day in range(7)]
HOURS = [time(0, 5), time(9, 30), time(14, 59, 59), time(15), time(15, 1), time(23, 50)]
"""Times in UTC. In May, 15:00 UTC is 16:00 in Lisbon, the time of the recap."""

STORY = tomllib.loads(story.FILE.read_text("utf-8"))
THIS_WEEK = next(week for week in STORY["weeks"] if week["ago"] == 0)


CYCLE = "How our quests are going"
NOT_KEPT = ("ask", "setup", "schedule", "quest", "cycle", "mission", "goal", "focus")


def keeps(what: Any) -> bool:
    """Return whether a step of the story saves a moment by itself: a command, or an emoji on a message."""
    typed = what.get("types", "")
    return what.get("reacts") == "💡" or (typed.startswith("/aha ") and typed.split()[1] not in NOT_KEPT)


# The timetable on any day


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%A}")
def test_the_story_ends_on_any_day_and_hour(day: datetime) -> None:
    """All steps are in order and past, and this week has something to tell."""
    for today in (datetime.combine(day.date(), hour, UTC) for hour in HOURS):
        doings = story.plan_story(today)
        times = [doing.at for doing in doings]
        assert times == sorted(times)
        assert story.story_start(today) < times[0]
        assert times[-1] <= today
        week = story.week_end(today) - timedelta(weeks=1)
        assert len([doing for doing in doings if doing.at >= week and keeps(doing.what)]) >= 4


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%A}")
def test_nobody_answers_before_the_question(day: datetime) -> None:
    """An answer to a weekly question comes after Tuesday at ten."""
    for doing in story.plan_story(day):
        assert doing.is_answer == any(label in doing.what.values() for label in story.BUTTONS_UNDER)
        if "asked" in doing.what.values():
            local = doing.at.astimezone(ZoneInfo(story.ZONE))
            assert (1, time(10)) < (local.weekday(), local.time()) < (4, story.WEEK_END_TIME)


def test_a_week_ends_with_its_recap() -> None:
    """The next week starts at that very hour."""
    hour = datetime(2026, 5, 15, 16, tzinfo=ZoneInfo(story.ZONE))
    assert story.week_end(hour - timedelta(seconds=1)) == hour
    assert story.week_end(hour) == hour + timedelta(weeks=1)


def test_the_year_before_lies_in_the_same_weeks() -> None:
    """In any year, each of the latest recaps has a moment of the year before."""
    for today in (TODAY, datetime(2028, 3, 2, 12, tzinfo=UTC), datetime(2029, 1, 3, 12, tzinfo=UTC)):
        end = story.week_end(today)
        kept = [
            doing.at
            for doing in story.plan_story(today)
            if doing.at < end - timedelta(weeks=40) and keeps(doing.what)
        ]
        assert len(kept) == 5
        for ago in range(4):
            until = (end - timedelta(weeks=ago)).replace(year=(end - timedelta(weeks=ago)).year - 1)
            assert any(until - timedelta(weeks=1) <= at < until for at in kept)


# The file of the story


def test_the_file_is_in_order() -> None:
    """It can be read from top to bottom."""
    begin = story.week_end(TODAY)
    for week in STORY["weeks"]:
        times = [story._story_time(begin, what["at"]) for what in week["told"]]
        assert times == sorted(times), week["ago"]
    weeks = [week["ago"] for week in STORY["weeks"]]
    assert weeks == sorted(weeks, reverse=True)


def test_people_have_first_names_and_nothing_else() -> None:
    """A capitalised word after a name would be a surname."""
    names = "Ana|Ben|Chidi|Mei|Noor|Tom|Inês|Rosa|Matthias"
    found = re.findall(rf"\b(?:{names}) [A-Z]\w+", story.FILE.read_text("utf-8"))
    assert found == []
    assert {who for week in STORY["weeks"] for what in week["told"] for who in what["who"].split()} == {
        "ana", "ben", "chidi", "mei", "noor", "tom",
    }  # fmt: skip


# The played story


@dataclass
class Played:
    """The result of the whole story, and the recap of the next Friday."""

    present: datetime
    messages: Sequence[Message]
    whispers: int
    kinds: Counter[str]
    deleted: int
    sealed: int
    opened: int
    questions: list[str]
    nameless: int
    replies: int
    found: dict[str, str] = field(default_factory=dict)
    ahead: Message | None = None

    def recaps(self) -> Sequence[Message]:
        """Return the recaps in the channel, one of them a harvest, without the one to come."""
        begin = ("The week to", "Our quarter: ")
        return [each for each in self.messages if each.picture and any(has(each, word) for word in begin)]

    def one(self, *words: str) -> str:
        """Return the current text of the only card of the bot that contains all these words."""
        found = [text(each) for each in self.messages if each.card and has(each, *words)]
        assert len(found) == 1, words
        return found[0]


def has(message: Message, *words: str) -> bool:
    """Return whether a message is a card that begins with the first words and contains the others."""
    said = playground_text.card_plain_words(message.card)
    return said.startswith(words[0]) and all(each in said for each in words)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Return the story's result, played on a Wednesday in an empty playground."""
    return asyncio.run(play(tmp_path_factory.mktemp("demo")))


async def play(folder: Path) -> Played:
    """Play the story as `ahabot demo` does, then jump to Friday."""
    playground = Playground(Chat.open_file(folder / "chat.json", story.story_start(TODAY)))
    with closing(open_database(f"sqlite:///{folder / 'ahabot.db'}")) as database:
        migrate_database(database)
        async with run_bot(build_bot(database, [playground], playground.current_time), "127.0.0.1", 0):
            await story.play_story(playground, TODAY)
            told = await database.read(lambda session: look(session, playground))
            for words in ("cache", "wizard", "grey"):
                shown = await playground.people.type_line("ana", story.HOME, f"/aha find {words}")
                told.found[words] = playground_text.card_plain_words(
                    shown.json["card"] if shown.json else None
                )
            await playground.jump_to(story.week_end(TODAY) + timedelta(minutes=1))
            told.ahead = list(playground.chat.world.messages.values())[-1]
    return told


def look(session: Session, playground: Playground) -> Played:
    """Return the counts of what the story created."""
    standing = col(Moment.deleted_at).is_(None)
    by_kind = session.execute(select(Moment.kind, func.count()).where(standing).group_by(col(Moment.kind)))
    asked = select(Posting).where(col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]))
    questions = session.execute(asked.order_by(col(Posting.id))).scalars()

    def count(table: Any, *where: Any) -> int:
        found: int = session.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
        return found

    return Played(
        present=playground.current_time(),
        messages=list(playground.chat.world.messages.values()),
        whispers=len(playground.chat.world.whispers),
        kinds=Counter(dict(by_kind.all())),
        deleted=count(Moment, ~standing),
        sealed=count(Version, col(Version.opened_at).is_(None)),
        opened=count(Version, col(Version.opened_at).is_not(None)),
        questions=[question_text(session, question) for question in questions],
        nameless=count(Answer, col(Answer.person_id).is_(None)),
        replies=count(Answer, col(Answer.kind) == AnswerKind.REPLY),
    )


def text(message: Message) -> str:
    """Return a card's text with the names of its authors, and the small print of its lists."""
    assert message.card is not None
    by = [block["by"] for block in message.card["blocks"] if block.get("by")]
    entries = [each for block in message.card["blocks"] for each in block.get("entries", ())]
    small = [playground_text.line_words(each["small"]) for each in entries]
    return "\n".join([playground_text.card_plain_words(message.card), *by, *small])


def test_a_quarter_of_moments(played: Played) -> None:
    """Most are ahas, with failed experiments that taught something, and three breakthroughs."""
    assert played.kinds["breakthrough"] == 3
    assert 8 <= played.kinds["experiment"] <= 14
    assert 45 <= played.kinds.total() <= 60
    assert played.deleted == 2


def test_versions_side_by_side_and_one_still_sealed(played: Played) -> None:
    assert played.sealed == 1
    assert played.opened >= 8


def test_talk_around_them(played: Played) -> None:
    """There are messages, thread replies, and a retrospective with five anonymous answers."""
    plain = [message for message in played.messages if message.author != BOT and not message.thread]
    assert 40 <= len(plain) <= 80
    assert 30 <= played.replies <= 60
    assert played.nameless == 5
    assert {message.channel for message in plain} == {"team-lantern", "random"}


def test_the_bot_asks_what_the_answers_are_written_for(played: Played) -> None:
    """If the order of the question bank changes, the story's answers need a review."""
    written = [week.get(key) for week in STORY["weeks"] for key in ("asked", "looked_back")]
    to_come = THIS_WEEK["looked_back"]
    own = [what["types"].removeprefix("/aha ask ") for week in STORY["weeks"] for what in week["told"]
           if what.get("types", "").startswith("/aha ask")]  # fmt: skip
    assert [question for question in played.questions if question not in own] == [
        question for question in written if question and question != to_come
    ]


def test_recaps_but_not_of_the_empty_week(played: Played) -> None:
    """There are five of the year before and eleven of the quarter, each on its Friday at four."""
    fridays = [message.at.astimezone(ZoneInfo(story.ZONE)) for message in played.recaps()]
    assert {(day.weekday(), day.hour, day.minute) for day in fridays} == {(4, 16, 0)}
    empty = story.week_end(TODAY) - timedelta(weeks=6)
    ends = [story.week_end(TODAY) - timedelta(weeks=ago) for ago in (*range(55, 50, -1), *range(12, 0, -1))]
    assert [day.date() for day in fridays] == [end.date() for end in ends if end != empty]


# The cycle


def test_a_quest_is_tried_three_times_at_one_idea_and_found(played: Played) -> None:
    """Each attempt names its version and what it taught."""
    quest = played.one("Quest", "What wakes Inês at four")
    assert "Quest · found" in quest
    assert "4 attempts" in quest
    assert "The lantern was never wrong" in quest
    for title, words in (("v1", "Averaging"), ("v2", "Two sensors in one box."), ("v3", "Swapping the nine")):
        attempt = played.one("Experiment #", words, "What it taught us")
        assert f" · {title}\n" in attempt
        assert "Quest: What wakes Inês at four" in attempt


def test_a_ladder_with_a_branch_and_an_insight_by_all_six(played: Played) -> None:
    ladder = played.one("Why? · Experiment #")
    rungs = re.findall(r"^(?:› )*([\d.]+) ", ladder, re.MULTILINE)
    assert rungs == ["1", "1.1", "1.1.1", "1.1.1.1", "2", "2.1"]
    assert "1.1.1.1 💡 A leaf has no roof either." in ladder
    assert "With Ana, Ben, Chidi, Mei, Noor, Tom" in ladder
    assert "\nInsight\nA leaf has no roof either." in played.one("Experiment #", "Swapping the nine")


def test_a_breakthrough_in_another_shape_with_its_road(played: Played) -> None:
    """It has what was planned and how it came, its value, links, versions and sequels."""
    found = played.one("Breakthrough #", "The lantern was never wrong")
    assert "We planned\nGet rid of the false alarms." in found
    assert "What it turned out to be\nThere were none." in found
    assert "Value: insight, trust" in found
    assert "4 attempts · 39 days · 6 people" in found
    assert "Now possible: “Seeing wet leaves coming.” Noor" in found
    assert "What came of it: “Nobody here says false alarm any more.” Ana" in found
    assert "i wanted to prove the saucer was luck" in found
    assert "Led to: Breakthrough #" in played.one("Aha #", "Under Tom's saucer")


def test_the_next_quest_follows_and_the_search_is_shown(played: Played) -> None:
    """Each breakthrough's thread has the next quest, and two of them are open today."""
    asked = [text(each) for each in played.messages if each.card and has(each, "What's next?")]
    assert [len(re.findall("started the next quest: ", each)) for each in asked] == [1, 1, 1]
    assert "Quest · found" in played.one("Quest", "When do the leaves get wet")
    cycle = played.one(CYCLE)
    assert "What could we tell people" in cycle
    assert "2 attempts" in cycle
    assert "13 experiments · 3 breakthroughs" in cycle


def test_the_harvest_is_there_where_the_quarter_ended(played: Played) -> None:
    """It replaces the recap of March's last Friday."""
    harvests = [each for each in played.recaps() if has(each, "Our quarter: ")]
    assert [f"{each.at:%Y-%m-%d}" for each in harvests] == ["2026-03-27"]
    said = text(harvests[0])
    assert "Our quarter: January to March 2026" in said
    assert "The lantern was never wrong" in said
    assert "4 attempts · 39 days · 6 people" in said
    ratio = re.search(r"Focus: (\d+ of \d+) moments served the big goal #1", said)
    assert ratio
    assert harvests[0].picture
    assert f"{ratio[1]} moments served the big goal" in harvests[0].picture["alt"]
    assert "Goals: #1 " in said


# Where the team is going


def test_an_experiment_under_way_and_one_whose_lines_are_open(played: Played) -> None:
    """Nobody reads the sealed lines, and the opened ones stand beside what happened."""
    going = played.one("Experiment #", "in progress")
    assert "Ana and Ben wrote what they expect. It's hidden until there's a result." in going
    assert not [each for each in played.messages if each.card and "all of them, every night" in text(each)]
    known = played.one("Experiment #", "What we expected")
    for words in ("went well", "three snails", "somebody wipes the glass", "It falls down", "Snails."):
        assert words in known


def test_the_mission_and_the_goals_that_serve_it(played: Played) -> None:
    """The big goal goes down to nothing. The other one gets its numbers, but from people it wasn't meant for."""
    mission = played.one("Our mission")
    assert "Who we serve\nGrowers with a few tunnels" in mission
    assert "1 goal" in mission
    big = played.one("Big goal #1", "Nobody at our eleven growers gets up at night for nothing.")
    assert "From 3 to 0 nights a week" in big
    assert "Still open" not in big
    assert "On pace and on mission: 0 nights a week" in big
    orders = played.one("Supporting goal #2", "Twenty new lanterns")
    assert "On pace, off mission: 17 lanterns" in orders
    assert len([each for each in played.messages if each.picture and has(each, "Big goal #1")]) == 1


def test_a_no_a_parked_thing_and_an_open_door(played: Played) -> None:
    assert "They buy the light." in played.one("Declined #", "Forty more lanterns")
    assert "Parked until" in played.one("Shiny idea #", "A lantern that hums")
    door = played.one("Chance #", "Meeting the woman who runs the growers' association.")
    assert "· a door" in door
    assert "What came of it\n" not in door
    notes = [text(each) for each in played.messages if each.card and has(each, "Tom might be able to help")]
    assert len(notes) == 1


def test_the_focus_check_follows_from_off_mission(played: Played) -> None:
    check = played.one("Focus check", "The hotel took more days than we thought.")
    assert "Doesn't work: stop it\nSelling light to people who have no leaves" in check
    assert "Continue" not in check


def test_a_recap_tells_its_ratio_in_a_line_and_a_mark(played: Played) -> None:
    """It adds up with the moments whose cards say that they serve the big goal."""
    assert played.ahead is not None
    assert played.ahead.picture
    said = text(played.ahead)
    assert "Goals: #1 On pace and on mission · #2 On pace, off mission" in said
    assert "Focus: 3 of 5 moments served the big goal #1" in said
    assert " This quarter: " in said
    assert " 2 aren't linked to a goal" in said
    assert "3 of 5" in played.ahead.picture["alt"]
    since = played.ahead.at - timedelta(weeks=1)
    serving = [
        each
        for each in played.messages
        if each.card and each.at > since and "\nServes: goal #1" in text(each)
    ]
    assert len(serving) == 3
    assert "What we said no to\nForty more lanterns" in said


def test_the_quarter_ends_with_a_recap_that_shows_its_ratio(played: Played) -> None:
    """It is there before anybody jumps to Friday."""
    last = played.recaps()[-1]
    ratio = re.search(r"Focus: (\d+ of \d+) moments served the big goal #1", text(last))
    assert ratio
    assert last.picture
    assert f"{ratio[1]} moments served the big goal" in last.picture["alt"]


def test_friday_brings_a_recap_with_a_year_ago(played: Played) -> None:
    """The jump to Friday is the demo's first step."""
    assert played.ahead is not None
    assert played.ahead.picture
    said = text(played.ahead)
    assert "What we tried and learned" in said
    assert "I slept" in said
    assert "A year ago" in said
    assert "they want sleep" in said


def test_the_memory_is_in_the_last_recap_and_on_a_card(played: Played) -> None:
    """A moment of a year ago, two of a month ago, a repeat in plain counts, and what somebody says looking back."""
    said = text(played.recaps()[-1])
    assert "A year ago: “Nobody reads 11.4. Everybody reads amber.”" in said
    assert "A month ago: “" in said
    repeat = r"This keeps coming up: 3 moments in six weeks \(#\d+, #\d+, #\d+\)\. They all say “evening”"
    assert re.search(repeat, said)
    assert "They were all on a Wednesday." in said
    card = played.one("Aha", "I should have asked what a roof does.")
    assert "The nine are all in plastic tunnels." in card
    assert "2 months later" in card


def test_a_moment_is_told_again_and_a_quiet_month_offers_to_look_back(played: Played) -> None:
    """Both tellings stand on one card. The offer came once, between the year before and the quarter."""
    card = played.one("Aha", "He had already found the nail.")
    assert "Rosa's father hung it before we explained." in card
    assert "told again" in card
    (offer,) = [
        each for each in played.messages if each.card and has(each, "It's been quiet here for a month.")
    ]
    assert offer.at < story.week_end(TODAY) - timedelta(weeks=13)


def test_search_finds_across_the_weeks(played: Played) -> None:
    for words, found in played.found.items():
        assert len([line for line in found.splitlines() if words in line.casefold()]) >= 3, words


def test_the_end_is_the_present(played: Played) -> None:
    """The clock shows today, and no old private replies are left."""
    assert timedelta() <= played.present - TODAY < timedelta(seconds=30)
    assert played.whispers == 0
