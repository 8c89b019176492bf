"""Tests of the recap on a real database: what it selects, and how later changes affect it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import Session

from bot.charts.recap_chart import Week
from bot.core.origin import Capabilities
from bot.core.plain_text import render_plain_card
from bot.core.posts import ComposedPost, Withdrawn
from bot.prompts.bank.packs import load_packs
from bot.recaps.content import Participation, RecapContent
from bot.recaps.recap import PostRecap, Recap, build_period_recap, compose_recap
from bot.recaps.selection import year_before
from storage.delivery import sending
from storage.delivery.sending import Claim
from storage.engine.database import Database
from storage.models import (
    Answer,
    AnswerKind,
    Kind,
    Moment,
    MomentState,
    PackSetting,
    Posting,
    PostingKind,
    QuestionSetting,
    TapKind,
    Team,
    Version,
)
from storage.moments import erasure
from tests.support.databases import Clock
from tests.support.history import NOW, Life, ago, live
from tests.support.people import Everyone
from tests.support.recorder import Recorder

UTC_ZONE = ZoneInfo("UTC")


async def told(
    database: Database, story: Callable[[Life], Any], period: str = "week", zone: str = "UTC"
) -> RecapContent:
    """Return the recap of a team's history, for the period that ends on that Friday."""

    def write(life: Life) -> int:
        story(life)
        return life.team.id

    team = await live(database, write, zone)
    return await database.read(lambda session: build_period_recap(session, team, period, NOW))


def texts(found: Any) -> list[str]:
    return [one.text for one in found]


async def test_a_week_is_told_with_its_people(database: Database) -> None:
    def story(life: Life) -> None:
        ana, ben = life.person("Ana"), life.person("Ben")
        life.experiment("We cached tokens.", ana, ago(days=3), happened="Slower.", taught="We sign once.")
        life.version(
            life.moment("A template.", ben, ago(days=2)), "The spreadsheet.", ana, ago(days=2, hours=-1)
        )
        life.moment("Before the week.", ben, ago(days=7, seconds=1))
        life.moment("Just in it.", ben, ago(days=7))
        life.moment("After it.", ben, NOW)

    week = await told(database, story)
    assert [(one.text, one.taught) for one in week.experiments] == [("We cached tokens.", "We sign once.")]
    assert texts(week.moments) == ["A template.", "Just in it."]
    assert week.heard == Participation(2, 0)
    assert week.more == 0


async def test_what_is_deleted_or_without_its_words_is_in_nothing(database: Database) -> None:
    def story(life: Life) -> None:
        ana, ben, mei = life.person("Ana"), life.person("Ben"), life.person("Mei")
        gone = life.moment("Gone.", ana, ago(days=1), deleted_at=ago(hours=1))
        life.there(gone, mei)
        life.version(gone, "Gone with it.", mei, ago(days=1))
        life.moment("", ben, ago(days=1), state=MomentState.DRAFT)
        life.moment("", ben, ago(days=1), state=MomentState.FETCHING)
        life.moment("Gone last year.", ana, ago(days=368), deleted_at=ago(days=300))

    week = await told(database, story)
    assert week.is_empty
    assert week.year_ago is None
    assert week.heard == Participation(0, 0)
    assert not any(one.moments for one in week.weeks)


async def test_breakthroughs_lead_then_what_most_people_told_and_were_there_for(database: Database) -> None:
    def story(life: Life) -> None:
        ana, ben, mei = life.person("Ana"), life.person("Ben"), life.person("Mei")
        life.moment("old", ana, ago(days=6))
        life.moment("new", ana, ago(days=1))
        life.there(life.moment("there", ana, ago(days=1)), ben)
        life.there(life.moment("applauded", ana, ago(hours=1)), ben, mei, kind=TapKind.HIGH_FIVE)
        life.version(life.moment("told", ana, ago(days=1)), "mine", ben, ago(days=1))
        life.moment("through", ana, ago(days=1), Kind.BREAKTHROUGH)

    week = await told(database, story)
    assert texts(week.moments) == ["through", "told", "there", "old", "new"]
    assert week.more == 1


async def test_experiments_that_taught_something_lead(database: Database) -> None:
    def story(life: Life) -> None:
        ana = life.person("Ana")
        for name in ("a", "b", "c"):
            life.experiment(name, ana, ago(days=2))
        life.experiment("taught", ana, ago(days=1), taught="That.")

    week = await told(database, story)
    assert texts(week.experiments) == ["taught", "a", "b"]
    assert week.still_open == (1, 2, 3)


async def test_still_open_looks_a_month_back(database: Database) -> None:
    def story(life: Life) -> None:
        ana = life.person("Ana")
        life.experiment("too old", ana, ago(days=39))
        life.experiment("waits", ana, ago(days=30), happened="Nothing.")
        life.experiment("taught", ana, ago(days=20), taught="That.")
        life.moment("now", ana, ago(days=1))

    assert (await told(database, story)).still_open == (2,)


async def test_two_open_versions_are_told_and_sealed_ones_never(database: Database) -> None:
    def story(life: Life) -> None:
        ana, ben, mei = life.person("Ana"), life.person("Ben"), life.person("Mei")
        three = life.moment("three", ana, ago(days=1))
        for person in (ben, mei, ana):
            life.version(three, f"{person.name}'s own", person, ago(hours=3))
        life.version(life.moment("sealed", ana, ago(days=1)), "secret", ben, ago(hours=47))
        life.version(life.moment("ripe", ana, ago(days=3)), "after two days", mei, ago(hours=48))

    week = await told(database, story)
    by_text = {one.text: [(each.by, each.text) for each in one.versions] for one in week.moments}
    assert by_text["three"] == [("Ben", "Ben's own"), ("Mei", "Mei's own")]
    assert by_text["sealed"] == []
    assert by_text["ripe"] == [("Mei", "after two days")]


async def test_the_latest_answers_of_three_people_are_told(database: Database) -> None:
    def story(life: Life) -> None:
        ana, ben, mei, omar, lea = (life.person(name) for name in ("Ana", "Ben", "Mei", "Omar", "Lea"))
        prompt = life.asked("What did we decide?", ago(days=3))
        life.answer(prompt, "Ana, long ago", ana, ago(days=8))
        life.answer(prompt, "Ana, first", ana, ago(days=3))
        life.answer(prompt, "Ana, last", ana, ago(days=2))
        life.answer(prompt, "Ben", ben, ago(days=3))
        life.answer(prompt, "Mei", mei, ago(days=1))
        life.answer(prompt, "Omar, first", omar, ago(days=1, hours=1))
        life.answer(prompt, "Omar", omar, ago(days=1), AnswerKind.FORM)
        life.answer(prompt, "🙌", lea, ago(hours=1), AnswerKind.REACTION)
        life.add(life.answer(prompt, "Taken back", lea, ago(hours=1))).deleted_at = ago(minutes=5)

    week = await told(database, story)
    assert [(one.by, one.text) for one in week.answers] == [
        ("Omar", "Omar"), ("Mei", "Mei"), ("Ana", "Ana, last"),
    ]  # fmt: skip
    assert {one.question for one in week.answers} == {"What did we decide?"}
    assert week.heard == Participation(5, 0)


async def test_answers_to_a_question_taken_back_are_not_told(database: Database) -> None:
    def story(life: Life) -> None:
        prompt = life.asked("Never mind?", ago(days=3), withdrawn_at=ago(days=2))
        life.answer(prompt, "Too late", life.person("Ana"), ago(days=2))

    week = await told(database, story)
    assert week.answers == ()
    assert week.heard == Participation(0, 0)


@pytest.mark.parametrize(("closed", "answers", "told_of"), [(None, 0, 0), (ago(days=1), 5, 3)])
async def test_answers_without_a_name_are_told_once_they_came_out(
    database: Database, closed: datetime | None, answers: int, told_of: int
) -> None:
    def story(life: Life) -> None:
        retro = life.asked("What was hard?", ago(days=2), PostingKind.RETRO, anonymous=True, closed_at=closed)
        for number in range(5):
            life.answer(retro, f"hard {number}", None, ago(days=1), AnswerKind.FORM)

    week = await told(database, story)
    assert len(week.answers) == told_of
    assert {one.by for one in week.answers} <= {""}
    assert week.heard == Participation(0, answers)
    assert week.is_empty is (told_of == 0)


async def test_everyone_who_spoke_is_heard_once(database: Database) -> None:
    def story(life: Life) -> None:
        ana, ben, mei, omar = (life.person(name) for name in ("Ana", "Ben", "Mei", "Omar"))
        silent = life.person("Silent")
        old = life.moment("old", ana, ago(days=40))
        life.version(old, "told now, still sealed", ben, ago(hours=2))
        life.there(old, silent)
        new = life.moment("new", ana, ago(days=1))
        life.there(new, mei, ana)
        life.there(new, silent, kind=TapKind.HIGH_FIVE)
        life.answer(life.asked("?", ago(days=1)), "🙌", omar, ago(days=1), AnswerKind.REACTION)

    assert (await told(database, story)).heard == Participation(4, 0)


async def test_a_year_tells_what_is_open_since(database: Database) -> None:
    def story(life: Life) -> None:
        ana = life.person("Ana")
        life.experiment("tried, a year and ten days ago", ana, ago(days=375))
        life.experiment("tried, last week", ana, ago(days=7))

    year = await told(database, story, "year")
    assert year.still_open == (2,)


def test_a_year_before_a_leap_day_is_the_day_before_march() -> None:
    at = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert year_before(at, UTC_ZONE) == datetime(2027, 2, 28, 12, tzinfo=UTC)


def test_a_year_before_keeps_the_time_of_day_across_summer_time() -> None:
    """Lisbon changed its clocks on 29 March in 2026, and on 30 March in 2025."""
    zone = ZoneInfo("Europe/Lisbon")
    at = datetime(2026, 3, 29, 15, tzinfo=UTC)
    assert year_before(at, zone) == datetime(2025, 3, 29, 16, tzinfo=UTC)


@pytest.mark.parametrize(("period", "number"), [("week", 1), ("month", 2), ("quarter", 3), ("year", 4)])
async def test_each_period_reaches_as_far_as_it_says(database: Database, period: str, number: int) -> None:
    def story(life: Life) -> None:
        ana = life.person("Ana")
        for days in (6, 27, 89, 364, 367):
            life.moment(f"{days} days ago", ana, ago(days=days))

    assert len((await told(database, story, period)).moments) == number


async def test_the_picture_counts_twelve_weeks_to_the_same_hour(database: Database) -> None:
    def story(life: Life) -> None:
        ana = life.person("Ana")
        life.moment("in the last", ana, ago(days=7))
        life.moment("in the one before", ana, ago(days=7, seconds=1))
        life.experiment("first of all", ana, ago(weeks=12))
        life.moment("too early", ana, ago(weeks=12, seconds=1))
        life.moment("through", ana, ago(days=1), Kind.BREAKTHROUGH)

    weeks = (await told(database, story)).weeks
    assert len(weeks) == 12
    assert weeks[0] == Week(date(2025, 12, 26), date(2026, 1, 2), 1, 0, 0)
    assert weeks[10:] == (
        Week(date(2026, 3, 6), date(2026, 3, 13), 0, 1, 0),
        Week(date(2026, 3, 13), date(2026, 3, 20), 0, 1, 1),
    )
    assert sum(week.moments for week in weeks) == 4


async def test_the_picture_follows_the_teams_clock_through_summer_time(database: Database) -> None:
    """New York changed its clocks on 8 March: a week earlier, 12:00 there was 17:00 UTC, not 16:00."""

    def story(life: Life) -> None:
        ana = life.person("Ana")
        life.moment("12:30 in winter", ana, datetime(2026, 3, 6, 17, 30, tzinfo=UTC))
        life.moment("11:30 in winter", ana, datetime(2026, 3, 6, 16, 30, tzinfo=UTC))

    weeks = (await told(database, story, zone="America/New_York")).weeks
    assert [week.ahas for week in weeks[9:]] == [1, 1, 0]


async def test_the_question_ahead_is_not_one_that_was_asked_or_muted(database: Database) -> None:
    team = await live(database, lambda life: life.team)
    key = {question.text: question.key for pack in load_packs() for question in pack.questions}
    first = (await tell(database, team.id)).question
    await write(database, question(team, PostingKind.PROMPT, ago(days=1), question=key[first]))
    second = (await tell(database, team.id)).question
    await write(database, QuestionSetting(team_id=team.id, key=key[second], muted=True))
    third = (await tell(database, team.id)).question
    assert len({first, second, third} - {""}) == 3
    next_week = await tell(database, team.id, NOW + timedelta(days=7))
    assert next_week.question == third
    await write(database, PackSetting(team_id=team.id, kind="prompt", pack="next-breakthrough", active=False))
    assert (await tell(database, team.id)).question == ""


async def test_the_question_ahead_changes_from_week_to_week(database: Database) -> None:
    team = await live(database, lambda life: life.team.id)
    asked = [(await tell(database, team, NOW + timedelta(weeks=week))).question for week in range(12)]
    assert len(set(asked)) == 12


# In the channel


async def test_an_empty_week_posts_nothing(database: Database) -> None:
    def story(life: Life) -> Posting:
        life.moment("last month", life.person("Ana"), ago(days=20))
        life.answer(life.asked("?", ago(days=1)), "🙌", life.person("Ben"), ago(days=1), AnswerKind.REACTION)
        return recap_of(life)

    assert await composed(database, await live(database, story)) is None


async def test_the_post_has_a_picture_that_is_said_in_words(database: Database) -> None:
    def story(life: Life) -> Posting:
        life.moment("now we see", life.person("Ana"), ago(days=1))
        return recap_of(life)

    made = await composed(database, await live(database, story))
    assert made is not None
    assert made.drawing is not None
    assert made.drawing.png.startswith(b"\x89PNG")
    assert "Last week, highlighted: no experiments, 1 aha and no breakthroughs" in made.drawing.alt


async def test_answers_alone_need_no_picture(database: Database) -> None:
    def story(life: Life) -> Posting:
        life.answer(life.asked("?", ago(days=1)), "An answer", life.person("Ana"), ago(days=1))
        return recap_of(life)

    made = await composed(database, await live(database, story))
    assert made is not None
    assert made.drawing is None
    assert len(made.answers) == 1


def full(life: Life, experiments: int = 4, moments: int = 7, answers: int = 4) -> Posting:
    """Create a week with more than a recap holds, and return its recap's posting."""
    people = [life.person(name) for name in ("Ana", "Ben", "Mei", "Omar")]
    for number in range(experiments):
        life.experiment(f"tried {number}", people[number % 4], ago(days=5, hours=-number))
    for number in range(moments):
        seen = life.moment(f"seen {number}", people[number % 4], ago(days=4, hours=-number))
        for person in people[: number % 3]:
            life.version(seen, f"{person.name} on {number}", person, ago(days=1))
    prompt = life.asked("What did we decide?", ago(days=3))
    for number in range(answers):
        life.answer(prompt, f"said {number}", people[number % 4], ago(days=2, hours=-number))
    life.experiment("from last month", people[0], ago(days=20))
    life.moment("last year", people[1], ago(days=368))
    return recap_of(life)


def recap_of(life: Life) -> Posting:
    return life.add(question(life.team, PostingKind.RECAP, NOW, since=ago(days=7), until=NOW))


@pytest.mark.parametrize(
    "shape",
    [(4, 7, 4), (0, 1, 0), (5, 0, 0), (5, 2, 2), (1, 9, 1), (2, 2, 2), (3, 3, 0), (9, 9, 9), (0, 0, 3)],
)
async def test_an_edit_tells_the_same(database: Database, shape: tuple[int, int, int]) -> None:
    posting = await live(database, lambda life: full(life, *shape))
    first = await sent(database, posting)
    again = await composed(database, posting)
    assert again is not None
    assert again.post.card == first.post.card
    assert (again.moments, again.answers) == (first.moments, first.answers)


async def test_what_comes_later_does_not_come_into_a_recap(database: Database) -> None:
    posting = await live(database, lambda life: full(life, 1, 1, 1))
    first = await sent(database, posting)

    def later(session: Session) -> None:
        late: Any = {"text": "late", "created_at": NOW + timedelta(hours=1)}
        session.add_all([Version(moment_id=first.moments[1], author_id=one, **late) for one in (1, 2)])
        session.add(Moment(team_id=1, number=99, kind=Kind.BREAKTHROUGH, author_id=1, **late))
        session.add(Answer(posting_id=1, person_id=1, kind="reply", event="late", **late))

    await database.write(later)
    again = await composed(database, posting)
    assert again is not None
    assert again.post.card == first.post.card


async def test_a_version_that_opens_later_stays_out(database: Database) -> None:
    def story(life: Life) -> Posting:
        ana, ben = life.person("Ana"), life.person("Ben")
        life.version(life.moment("seen", ana, ago(days=1)), "sealed then", ben, ago(hours=10))
        return recap_of(life)

    posting = await live(database, story)
    first = await sent(database, posting)
    opened = update(Version).values(opened_at=NOW + timedelta(hours=38))
    await database.write(lambda session: session.execute(opened))
    again = await composed(database, posting)
    assert again is not None
    assert again.post.card == first.post.card


async def test_what_is_removed_leaves_a_gap_and_comes_back_in_its_place(database: Database) -> None:
    posting = await live(database, full)
    first = await sent(database, posting)
    before = voices_of(first)
    gone, answer = first.moments[2], first.answers[0]

    def remove(session: Session, at: datetime | None) -> None:
        session.get_one(Moment, gone).deleted_at = at
        session.get_one(Answer, answer).deleted_at = at

    await database.write(lambda session: remove(session, NOW))
    after = voices_of(await composed(database, posting))
    assert before - after == {
        "“seen 2” — #7 by Mei", "Ana: “Ana on 2”", "Ben: “Ben on 2”", "Omar: “said 3”",
    }  # fmt: skip
    assert after - before == set()
    await database.write(lambda session: remove(session, None))
    assert voices_of(await composed(database, posting)) == before


async def test_once_its_words_are_erased_nothing_slips_into_its_place_either(database: Database) -> None:
    posting = await live(database, full)
    first = await sent(database, posting)

    def erase(session: Session) -> None:
        moment = session.get_one(Moment, first.moments[2])
        moment.deleted_at = NOW
        erasure.erase_moment(session, moment, NOW)

    await database.write(erase)
    after = voices_of(await composed(database, posting))
    assert after - voices_of(first) == set()


async def test_when_everything_told_is_removed_the_recap_is_emptied(database: Database) -> None:
    def story(life: Life) -> Posting:
        life.moment("only this", life.person("Ana"), ago(days=1))
        return recap_of(life)

    posting = await live(database, story)
    await sent(database, posting)
    await database.write(lambda session: session.execute(update(Moment).values(deleted_at=NOW)))
    after = await composed(database, posting)
    assert after is not None
    assert after.drawing is None
    assert lines_of(after) == ["The week to 20 March", "Everything in here was deleted."]


# On request


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


async def test_it_is_private_and_a_press_brings_it_to_the_channel(
    people: Everyone, recorder: Recorder
) -> None:
    await people.ana.types("Imports need a template.")
    forward(people)
    asked = await people.ben.types("recap")
    assert "“Imports need a template.” — #1 · Ana" in asked.text
    assert asked.text.endswith("[Post here]")
    pressed = asked.button("Post here")
    for _ in range(2):  # a redelivery
        answer = await people.ben.does(pressed, event="press")
        assert answer.text == "I'm posting the recap in #lantern.\n[Undo]"
    await people.bot.tick()
    posted = [text for text in recorder.texts() if "The week to" in text]
    assert len(posted) == 1
    assert "Imports need a template." in posted[0]
    assert "Post it" not in posted[0]


async def test_a_removal_reaches_a_posted_recap(people: Everyone, recorder: Recorder) -> None:
    await people.ana.types("Imports need a template.")
    await people.ana.types("Nobody reads the second page.")
    forward(people)
    await (await people.ana.types("recap")).press("Post here")
    await people.bot.tick()
    message, standing = recorder.last()
    assert "Nobody reads the second page." in standing.text
    await people.ana.types("delete 2")
    after = await people.ana.sees(message)
    assert "Nobody reads the second page." not in after
    assert "Imports need a template." in after


async def test_in_a_direct_message_the_button_leads_home(people: Everyone, recorder: Recorder) -> None:
    await people.ana.types("Seen.")
    forward(people)
    asked = await people.ana.does(Recap("month", "1"), channel="D1", direct=True)
    await asked.press("Post in the channel")
    await people.bot.tick()
    assert recorder.texts("D1") == []
    assert recorder.last()[1].text.startswith("The month to 20 March")


@pytest.mark.parametrize("command", [Recap("month"), PostRecap("month")])
async def test_of_an_empty_period_one_calm_sentence(
    people: Everyone, recorder: Recorder, command: Any
) -> None:
    answer = await people.ana.does(command)
    assert answer.text == "Nothing was saved in the last month, so there's nothing to tell yet."
    await people.bot.tick()
    assert [text for text in recorder.texts() if "The month" in text] == []


def forward(people: Everyone) -> None:
    """Advance the clock by an hour, because a period ends just before now."""
    assert isinstance(people.bot.clock, Clock)
    people.bot.clock.forward(hours=1)


# Helpers


async def tell(database: Database, team: int, now: datetime = NOW) -> RecapContent:
    return await database.read(lambda session: build_period_recap(session, team, "week", now))


async def write(database: Database, row: Any) -> None:
    await database.write(lambda session: session.add(row))


def question(team: Team, kind: PostingKind, at: datetime, **more: Any) -> Posting:
    return Posting(
        key=f"{kind}:{at}", kind=kind, workspace_id=team.workspace_id, team_id=team.id, created_at=at, **more
    )


async def composed(database: Database, posting: Posting) -> ComposedPost | None:
    """Return the posting's current post."""

    def compose(session: Session) -> ComposedPost | Withdrawn | None:
        return compose_recap(
            session, session.get_one(Posting, posting.id), NOW + timedelta(days=30), Capabilities()
        )

    made = await database.read(compose)
    assert not isinstance(made, Withdrawn)
    return made


async def sent(database: Database, posting: Posting) -> ComposedPost:
    """Return the posting's post after recording it as sent, with what it quotes."""
    made = await composed(database, posting)
    assert made is not None

    def record(session: Session) -> None:
        assert made.as_posted is not None
        told = (made.moments, made.answers, made.named, made.thread, made.as_posted)
        sending.record_told(session, [Claim(posting.id, posting.state, posting.revision, *told)])
        session.get_one(Posting, posting.id).message = "m1"

    await database.write(record)
    return made


def lines_of(made: ComposedPost | None) -> list[str]:
    assert made is not None
    return render_plain_card(made.post.card).splitlines()


def voices_of(made: ComposedPost | None) -> set[str]:
    """Return the lines of a post, split so that each voice is separate."""
    return {voice for line in lines_of(made) for voice in _credits(line).removeprefix("• ").split(" · ")}


def _credits(line: str) -> str:
    return re.sub(r"#(\d+) · ", r"#\1 by ", line)
