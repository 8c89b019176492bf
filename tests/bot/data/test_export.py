"""Tests of the export: all that people may read and nothing more, with every key documented."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from bot.data.export import format_export_time, write_export
from storage.data import export
from storage.engine.database import Database
from storage.models import (
    AnswerKind,
    Attempt,
    Chance,
    Checkpoint,
    Comfort,
    DoorKey,
    Expectation,
    FocusCheck,
    FocusItem,
    Goal,
    GoalMoment,
    GoalQuest,
    GoalStep,
    Kind,
    Link,
    LookBack,
    LookBackKind,
    Mission,
    MissionUse,
    Moment,
    MomentState,
    NextStep,
    Parked,
    Person,
    PostingKind,
    PostingState,
    Quest,
    Question,
    Schedule,
    Season,
    SeasonPair,
    Sequel,
    SequelKind,
    TapKind,
    ValueKind,
    Why,
)
from tests.support.history import NOW, Life, ago, live


def everything(life: Life) -> int:
    """Create a history with at least one row of every kind."""
    ana, ben, mei = life.person("Ana"), life.person("Ben"), life.person("Mei")
    parts = {"expected": "fast", "happened": "slow", "wrong": "caches", "taught": "sign once"}
    told = life.experiment('We cached "tokens".\nBadly. 💡', ana, ago(days=3), **parts)
    life.version(told, "the spreadsheet", ben, ago(days=2), edited_at=ago(days=1))
    life.version(told, "the silence", mei, ago(days=2))
    life.there(told, ben, mei)
    life.there(told, ana, kind=TapKind.HIGH_FIVE)
    planned = {"planned": "a", "came_as": "b", "repaid": "c", "powers": "d", "value": "money\ntrust\ncalm"}
    through = life.moment("through", ben, ago(days=2), Kind.BREAKTHROUGH, parts=planned)
    life.version(through, "secret", ana, ago(hours=3))
    life.moment("gone", mei, ago(days=1), deleted_at=NOW)
    searched(life, told, through, ana, ben)
    life.add(Link(from_id=told.id, to_id=through.id, made_by_id=mei.id, created_at=ago(days=1)))
    life.add(ValueKind(team_id=life.team.id, name="calm"))
    source: Any = {"source_channel": "C1", "source_message": "m7", "source_link": "https://chat.example/m7"}
    life.moment("", mei, ago(days=1), state=MomentState.DRAFT, kept_by_id=ana.id, edited_at=NOW, **source)
    followed(life, ana)
    behind_doors(life, through, ana, ben)
    aimed(life, told, ana, ben)
    focused(life, ana, ben)
    prompt = life.asked("What did we decide?", ago(days=3), question="grey-areas:x", asked_by_id=ana.id)
    life.answer(prompt, "To stop.", ben, ago(days=2))
    life.answer(prompt, "", mei, ago(days=2)).deleted_at = NOW
    ended: Any = {"team_id": life.team.id, "posting_id": prompt.id, "created_at": ago(days=2)}
    life.add(
        NextStep(
            **ended, author_id=ana.id, taker_id=ben.id, taken_at=ago(days=2), condition="it rains",
            action="we stay", outcome="else", became="We went", settled_at=ago(days=1), settled_by_id=mei.id,
        )
    )  # fmt: skip
    life.add(NextStep(**ended, author_id=mei.id, deleted_at=NOW))
    of_mei: Any = {"team_id": life.team.id, "kind": "retro", "author_id": mei.id, "created_at": ago(days=9)}
    life.add(Question(**of_mei, text="Ours?"))
    life.add(Question(**of_mei, text="", deleted_at=NOW))
    fridays: Any = {"weekdays": "5", "at": "16:00", "zone": "UTC", "anchor": date(2026, 3, 20)}
    life.add(Schedule(team_id=life.team.id, kind="recap", paused_until=date(2026, 4, 1), **fridays))
    in_season(life, life.add(Schedule(team_id=life.team.id, kind="prompt", **fridays)), ana, ben)
    return life.team.id


def aimed(life: Life, told: Moment, ana: Person, ben: Person) -> None:
    """Add a mission, one taken back, and a closed goal with a step, two checkpoints, a moment and a quest."""
    life.add(Mission(team_id=life.team.id, author_id=ana.id, who="schools", created_at=ago(days=9)))
    life.add(Mission(team_id=life.team.id, author_id=ana.id, created_at=ago(days=8)))
    life.add(
        MissionUse(
            moment_id=told.id, team_id=life.team.id, line="who", made_by_id=ana.id, created_at=ago(days=1)
        )
    )
    of_ana: Any = {
        "team_id": life.team.id,
        "author_id": ana.id,
        "owner_id": ben.id,
        "starts_on": date(2026, 3, 1),
    }
    goal = life.add(
        Goal(
            **of_ana, number=1, text="Ten schools", unit="schools", start="0", target="10.5", line="who",
            quote="schools", created_at=ago(days=7), closed_at=ago(days=1), closed_by_id=ana.id, outcome="missed",
            taught="call them", became_id=told.id,
        )
    )  # fmt: skip
    life.add(Goal(**of_ana, number=2, created_at=ago(days=7), withdrawn_at=NOW))
    by_ben: Any = {"goal_id": goal.id, "author_id": ben.id, "created_at": ago(days=6)}
    life.add(GoalStep(**by_ben, text="Call", done_at=ago(days=5), done_by_id=ana.id))
    life.add(GoalStep(**by_ben, text="", deleted_at=NOW))
    answered: Any = {"progress": "2", "fit": "no", "answered_at": ago(days=2), "answered_by_id": ben.id}
    life.add(Checkpoint(goal_id=goal.id, due_on=date(2026, 3, 18), **answered))
    life.add(Checkpoint(goal_id=goal.id, due_on=date(2026, 3, 25)))
    life.add(GoalMoment(goal_id=goal.id, moment_id=told.id, made_by_id=ana.id, created_at=ago(days=2)))
    life.add(GoalQuest(goal_id=goal.id, quest_id=1, made_by_id=ana.id, created_at=ago(days=2)))


def in_season(life: Life, schedule: Schedule, ana: Person, ben: Person) -> None:
    """Add an ended season whose pair Ben shows, and one that was taken back."""
    weeks: Any = {"from_on": date(2026, 1, 5), "until_on": date(2026, 2, 2), "schedule_id": schedule.id}
    of_ana: Any = {"team_id": life.team.id, "author_id": ana.id, "created_at": ago(days=70), **weeks}
    season = life.add(
        Season(**of_ana, question="What did we learn?", ended_at=ago(days=40), ended_by_id=ben.id)
    )
    life.add(SeasonPair(season_id=season.id, person_id=ben.id, shown_at=ago(days=39)))
    life.add(Season(**of_ana, question="", ended_at=ago(days=70)))


def followed(life: Life, ana: Person) -> None:
    """Add an aha with all its parts, two sequel lines of which one was removed, and six taps."""
    shape = {"used_to": "a wizard", "now_think": "a template", "expecting": "praise", "out_with": "a file"}
    aha = life.moment("Templates", ana, ago(days=2), parts=shape, stuck="habit")
    by_gil: Any = {"moment_id": aha.id, "author_id": life.person("Gil").id, "kind": SequelKind.POSSIBLE}
    life.add(Sequel(**by_gil, text="Sleep", created_at=ago(days=2)))
    life.add(Sequel(**by_gil, text="", created_at=ago(days=1), deleted_at=NOW))
    gil = by_gil["author_id"]
    later = {"moment_id": aha.id, "person_id": gil, "created_at": ago(days=2)}
    life.add(LookBack(**later, kind=LookBackKind.MONTH, text="We feared the form"))
    life.add(LookBack(**later, kind=LookBackKind.YEAR, text="", deleted_at=NOW))
    life.add(Comfort(moment_id=aha.id, millimetres=3, taps=3, waiting=2))
    life.add(Comfort(moment_id=aha.id, millimetres=1, taps=1))


def focused(life: Life, ana: Person, ben: Person) -> None:
    """Add a focus check with a ticked line and a removed one, and a check that was taken back."""
    of_ana: Any = {"team_id": life.team.id, "author_id": ana.id, "created_at": ago(days=2)}
    check = life.add(FocusCheck(**of_ana, goal_id=1, went="To reports", step="Thanks"))
    life.add(FocusCheck(**of_ana, went="Gone", withdrawn_at=NOW))
    line: Any = {"check_id": check.id, "author_id": life.person("Lia").id, "created_at": ago(days=1)}
    day = date(2026, 4, 10)
    life.add(FocusItem(**line, list="out", text="Fairs", by_on=day, done_at=NOW, done_by_id=ben.id))
    life.add(FocusItem(**line, list="works", text="Removed", deleted_at=NOW))


def behind_doors(life: Life, through: Moment, ana: Person, ben: Person) -> None:
    """Add a no, a thing that was let go, and a door that became a breakthrough, with somebody's key to it."""
    life.moment("A wizard", ana, ago(days=2), Kind.NO, parts={"why": "six pages"})
    shiny = life.moment("Watches", ana, ago(days=2), Kind.SHINY)
    life.add(
        Parked(
            moment_id=shiny.id, until_on=date(2026, 3, 19), asked_at=ago(days=1), decision="let_go",
            decided_at=NOW, decided_by_id=life.person("Kim").id,
        )
    )  # fmt: skip
    door = life.moment("The port", ana, ago(days=2), Kind.CHANCE, parts={"accelerates": "the first ship"})
    life.add(
        Chance(
            moment_id=door.id, kind="door", until_on=date(2026, 3, 19), belief=4, outcome="A pilot", outcome_at=NOW,
            outcome_by_id=ben.id, became_id=through.id,
        )
    )  # fmt: skip
    of_noor: Any = {"moment_id": door.id, "person_id": life.person("Noor").id, "created_at": NOW}
    life.add(DoorKey(**of_noor, text="a cousin"))


def searched(life: Life, told: Moment, through: Moment, ana: Person, ben: Person) -> None:
    """Add a found quest, one taken back, an attempt, and two whys of which one was taken out."""
    of_ana: Any = {"team_id": life.team.id, "author_id": ana.id, "created_at": ago(days=5)}
    found: Any = {"closed_at": ago(days=2), "closed_by_id": ben.id, "found_id": through.id}
    quest = life.add(Quest(**of_ana, text="Why so slow?", **found))
    life.add(Quest(**of_ana, text="", withdrawn_at=NOW))
    life.add(Attempt(moment_id=told.id, quest_id=quest.id))
    out = life.add(Why(moment_id=told.id, author_id=ben.id, text="", created_at=ago(days=2), deleted_at=NOW))
    below: Any = {"parent_id": out.id, "insight": True, "created_at": ago(days=1)}
    life.add(Why(moment_id=told.id, author_id=ana.id, text="signed twice", **below))
    expected(life, told, quest, ana)


def expected(life: Life, told: Moment, quest: Quest, ana: Person) -> None:
    """Add an opened line with a name and one without, a removed one, and two that wait at a quest."""
    here: Any = {"team_id": life.team.id, "created_at": ago(days=3)}
    opened: Any = {**here, "moment_id": told.id, "opened_at": ago(days=2)}
    life.add(Expectation(**opened, event="b", text="unsigned"))
    life.add(Expectation(**opened, event="a", text="faster", person_id=ana.id))
    life.add(Expectation(**opened, text="", person_id=ana.id, deleted_at=NOW))
    life.add(Expectation(**here, quest_id=quest.id, text="sealed", person_id=ana.id))
    life.add(Expectation(**here, quest_id=quest.id, text="sealed, unsigned"))


async def exported(database: Database, team: int, now: datetime = NOW) -> Any:
    """Return the export as parsed JSON."""
    return json.loads(await written(database, team, now))


async def written(database: Database, team: int, now: datetime = NOW) -> str:
    out = StringIO()
    await database.read(lambda session: write_export(session, team, now, out))
    return out.getvalue()


async def test_every_key_is_documented_and_the_other_way_round(database: Database) -> None:
    team = await live(database, everything)
    assert keys(await exported(database, team)) == documented()


def keys(value: Any, at: str = "") -> set[str]:
    """Return every path to a value, with lists as `[]`."""
    if isinstance(value, dict):
        inner = {f"{at}.{key}".lstrip("."): each for key, each in value.items()}
        return set(inner).union(*(keys(each, path) for path, each in inner.items()))
    if isinstance(value, list):
        return set().union(*(keys(each, f"{at}[]") for each in value))
    return set()


def documented() -> set[str]:
    """Return the keys in the tables of the first chapter of docs/export.md."""
    page = Path(__file__).parents[3] / "docs" / "export.md"
    chapter = page.read_text("utf-8").partition("\n# ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", chapter, re.MULTILINE))


async def test_a_moment_is_exported_with_its_people_and_words(database: Database) -> None:
    found = await exported(database, await live(database, everything))
    assert found["moments"][0] == {
        "number": 1,
        "kind": "experiment",
        "state": "kept",
        "text": 'We cached "tokens".\nBadly. 💡',
        "parts": {"expected": "fast", "happened": "slow", "wrong": "caches", "taught": "sign once"},
        "created_at": "2026-03-17T16:00:00Z",
        "edited_at": None,
        "source": None,
        "author": "U-ana",
        "kept_by": None,
        "there": ["U-ben", "U-mei"],
        "high_fives": ["U-ana"],
        "invited": [],
        "versions": [
            {"author": "U-ben", "sealed": False, "text": "the spreadsheet",
             "created_at": "2026-03-18T16:00:00Z", "edited_at": "2026-03-19T16:00:00Z"},
            {"author": "U-mei", "sealed": False, "text": "the silence",
             "created_at": "2026-03-18T16:00:00Z", "edited_at": None},
        ],
        "quest": 1,
        "after": None,
        "whys": [
            {"id": 1, "under": None, "author": None, "text": None, "insight": False,
             "created_at": "2026-03-18T16:00:00Z"},
            {"id": 2, "under": 1, "author": "U-ana", "text": "signed twice", "insight": True,
             "created_at": "2026-03-19T16:00:00Z"},
        ],
        "outcome": "failed",
        "result_at": None,
        "result_by": None,
        "expectations": [
            {"author": "U-ana", "sealed": False, "text": "faster",
             "created_at": "2026-03-17T16:00:00Z", "opened_at": "2026-03-18T16:00:00Z"},
            {"author": None, "sealed": False, "text": "unsigned",
             "created_at": None, "opened_at": "2026-03-18T16:00:00Z"},
        ],
        "fed_by": [],
        "sequels": [],
        "look_backs": [],
        "stuck": None,
        "millimetres": None,
        "parked": None,
        "chance": None,
        "serves": "who",
    }  # fmt: skip


async def test_a_breakthrough_is_exported_with_its_road(database: Database) -> None:
    found = await exported(database, await live(database, everything))
    assert [(moment["number"], moment["fed_by"]) for moment in found["moments"] if moment["fed_by"]] == [
        (2, [1])
    ]
    assert found["team"]["values"] == ["calm"]


async def test_what_was_decided_and_what_came_of_it_are_exported(database: Database) -> None:
    """The person who decided is named. A key to a door is nowhere, nor who gave it."""
    written_out = await written(database, await live(database, everything))
    found = json.loads(written_out)
    parked, chance = (
        next(one[name] for one in found["moments"] if one[name]) for name in ("parked", "chance")
    )
    assert parked == {
        "until": "2026-03-19", "asked_at": "2026-03-19T16:00:00Z", "decision": "let_go",
        "decided_at": "2026-03-20T16:00:00Z", "decided_by": "U-kim", "goal": None,
    }  # fmt: skip
    assert chance == {
        "kind": "door", "until": "2026-03-19", "belief": 4, "outcome": "A pilot",
        "outcome_at": "2026-03-20T16:00:00Z", "outcome_by": "U-ben", "became": 2,
    }  # fmt: skip
    assert "U-kim" in [one["id"] for one in found["people"]]
    assert "cousin" not in written_out
    assert "noor" not in json.dumps(found["moments"]).casefold()


async def test_a_focus_check_is_exported_with_its_lines(database: Database) -> None:
    """Without removed ones, and without a check that was taken back."""
    found = await exported(database, await live(database, everything))
    assert found["focus"] == [
        {
            "author": "U-ana", "created_at": "2026-03-18T16:00:00Z", "goal": 1, "went": "To reports",
            "step": "Thanks",
            "items": [
                {
                    "list": "out", "text": "Fairs", "author": "U-lia", "by_on": "2026-04-10",
                    "created_at": "2026-03-19T16:00:00Z", "done_at": "2026-03-20T16:00:00Z", "done_by": "U-ben",
                    "kept": False,
                }
            ],
        }
    ]  # fmt: skip


async def test_a_quest_is_exported_with_what_became_of_it(database: Database) -> None:
    found = await exported(database, await live(database, everything))
    assert found["quests"] == [
        {"id": 1, "text": "Why so slow?", "author": "U-ana", "created_at": "2026-03-15T16:00:00Z",
         "closed_at": "2026-03-18T16:00:00Z", "closed_by": "U-ben", "found": 2, "after": None,
         "reason": None, "expectations": [{"author": "U-ana", "sealed": True}]},
    ]  # fmt: skip


async def test_a_mission_and_a_goal_are_exported(database: Database) -> None:
    """With numbers as texts, and without what was taken back."""
    team = await live(database, everything)
    found = await exported(database, team)
    [mission] = found["missions"]
    assert (mission["who"], mission["how"], mission["author"]) == ("schools", None, "U-ana")
    [goal] = found["goals"]
    assert (goal["target"], goal["owner"], goal["closed_by"], goal["became"]) == ("10.5", "U-ben", "U-ana", 1)
    assert [step["text"] for step in goal["steps"]] == ["Call"]
    assert [(one["due_on"], one["fit"]) for one in goal["checkpoints"]] == [
        ("2026-03-18", "no"),
        ("2026-03-25", None),
    ]
    assert (goal["moments"], goal["quests"]) == ([1], [1])
    assert found["moments"][0]["serves"] == "who"


async def test_what_followed_is_exported(database: Database) -> None:
    """It has the lines that were not removed, whether it stuck, and the taps that came out, as counts."""
    found = await exported(database, await live(database, everything))
    assert found["team"]["seals"] is True
    aha = found["moments"][3]
    assert aha["parts"]["used_to"] == "a wizard"
    assert (aha["stuck"], aha["millimetres"]) == ("habit", [0, 1, 0, 3, 0, 0])
    assert aha["sequels"] == [
        {"kind": "possible", "author": "U-gil", "text": "Sleep", "created_at": "2026-03-18T16:00:00Z"}
    ]
    assert {"id": "U-gil", "name": "Gil"} in found["people"]
    assert aha["look_backs"] == [
        {"kind": "month", "author": "U-gil", "text": "We feared the form", "created_at": "2026-03-18T16:00:00Z",
         "edited_at": None}
    ]  # fmt: skip


async def test_a_sealed_version_says_only_whose_it_is(database: Database) -> None:
    team = await live(database, everything)
    sealed = (await exported(database, team))["moments"][1]
    assert sealed["versions"] == [{"author": "U-ana", "sealed": True}]
    assert "secret" not in await written(database, team)
    opened = await exported(database, team, NOW + timedelta(days=2))
    assert opened["moments"][1]["versions"][0]["text"] == "secret"


async def test_what_is_deleted_is_not_exported(database: Database) -> None:
    found = await exported(database, await live(database, everything))
    assert [moment["number"] for moment in found["moments"]] == [1, 2, 4, 5, 6, 7, 8]
    assert [answer["text"] for answer in found["prompts"][0]["answers"]] == ["To stop."]
    assert [question["text"] for question in found["questions"]] == ["Ours?"]


async def test_where_a_moment_was_said_goes_with_it(database: Database) -> None:
    draft = (await exported(database, await live(database, everything)))["moments"][2]
    assert draft["source"] == {"channel": "C1", "message": "m7", "link": "https://chat.example/m7"}
    assert (draft["state"], draft["author"], draft["kept_by"]) == ("draft", "U-mei", "U-ana")


@pytest.mark.parametrize(
    ("closed", "texts"), [(None, []), (ago(hours=1), ["hard 0", "hard 1", "hard 2", "hard 3", "hard 4"])]
)
async def test_answers_without_names_have_no_person_and_are_left_out_before_the_close(
    database: Database, closed: datetime | None, texts: list[str]
) -> None:
    """Their order is that of their texts, which tells nothing else."""

    def story(life: Life) -> int:
        retro = life.asked("What was hard?", ago(days=1), PostingKind.RETRO, anonymous=True, closed_at=closed)
        for number in (3, 0, 4, 1, 2):
            life.answer(retro, f"hard {number}", None, ago(days=1), AnswerKind.FORM)
        return life.team.id

    (prompt,) = (await exported(database, await live(database, story)))["prompts"]
    assert [answer["text"] for answer in prompt["answers"]] == texts
    assert {answer["person"] for answer in prompt["answers"]} <= {None}


async def test_a_question_that_never_stood_or_was_taken_back_is_not_exported(database: Database) -> None:
    def story(life: Life) -> int:
        life.asked("planned", ago(days=1)).state = PostingState.PLANNED
        life.asked("taken back", ago(days=1), withdrawn_at=NOW)
        life.asked("stood", ago(days=1))
        return life.team.id

    found = await exported(database, await live(database, story))
    assert [prompt["question"] for prompt in found["prompts"]] == ["stood"]


async def test_everyone_who_is_named_has_a_name(database: Database) -> None:
    found = await exported(database, await live(database, everything))
    assert found["people"] == [
        {"id": "U-ana", "name": "Ana"}, {"id": "U-ben", "name": "Ben"}, {"id": "U-gil", "name": "Gil"},
        {"id": "U-kim", "name": "Kim"}, {"id": "U-lia", "name": "Lia"},
        {"id": "U-mei", "name": "Mei"}, {"id": "U-noor", "name": "Noor"},
    ]  # fmt: skip


async def test_a_season_is_exported_with_those_who_show_their_answers(database: Database) -> None:
    """One that was taken back is not there."""
    found = await exported(database, await live(database, everything))
    assert found["seasons"] == [
        {
            "question": "What did we learn?", "schedule": "prompt", "from": "2026-01-05", "until": "2026-02-02",
            "begun_by": "U-ana", "created_at": "2026-01-09T16:00:00Z", "ended_at": "2026-02-08T16:00:00Z",
            "ended_by": "U-ben", "shown": ["U-ben"],
        },
    ]  # fmt: skip


async def test_one_team_is_exported_and_no_other(database: Database) -> None:
    def two(life: Life) -> int:
        life.moment("theirs", life.person("Ana"), ago(days=1))
        life.asked("theirs?", ago(days=1))
        return life.another().team.id

    found = await exported(database, await live(database, two))
    assert (found["team"]["id"], found["moments"], found["prompts"], found["people"]) == (2, [], [], [])


async def test_no_team_is_no_document(database: Database) -> None:
    with pytest.raises(NoResultFound):
        await written(database, 404)


async def test_a_large_team_is_read_in_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def story(life: Life) -> int:
        ana = life.person("Ana")
        for number in range(7):
            moment = life.moment(f"{number}", ana, ago(days=1))
            life.version(moment, f"of {number}", ana, ago(days=9))
            life.answer(life.asked(f"{number}?", ago(days=1)), f"to {number}", ana, ago(days=1))
        return life.team.id

    team = await live(database, story)
    whole = await written(database, team)
    monkeypatch.setattr(export, "BATCH_SIZE", 3)
    pieces = await database.read(lambda session: [len(rows) for rows in export.read_moments(session, team)])
    assert pieces == [3, 3, 1]
    assert await written(database, team) == whole
    assert len(json.loads(whole)["prompts"]) == 7


async def test_what_is_written_meanwhile_is_not_half_in_it(database: Database) -> None:
    """A moment and a person added between two reads of the export are not half in it."""

    def story(life: Life) -> int:
        life.moment("before", life.person("Ana"), ago(days=1))
        return life.team.id

    team = await live(database, story)

    def read(session: Session) -> tuple[int, int]:
        export.use_one_snapshot(session)
        first = len(list(export.read_people(session, team)))
        with Session(database.writing) as other:
            life = Life.of(other, team)
            life.moment("meanwhile", life.person("Ben"), NOW)
            other.commit()
        return first, sum(len(rows) for rows in export.read_moments(session, team))

    assert await database.read(read) == (1, 1)


async def test_times_are_utc(database: Database) -> None:
    lisbon = datetime.fromisoformat("2026-07-01T12:00:00.250000+01:00")
    assert format_export_time(lisbon) == "2026-07-01T11:00:00.250000Z"
    assert format_export_time(datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T00:00:00Z"


async def test_it_stands_one_thing_to_a_line(database: Database) -> None:
    lines = (await written(database, await live(database, everything))).splitlines()
    assert sum(line.startswith('{"number": ') for line in lines) == 8  # seven moments and a goal
    assert lines[0] == '{"format": "ahabot-export",'
