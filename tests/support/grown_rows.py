"""The rows of a grown database, as SQL: what each table has for the moments of `grown`.

`grown` is a temporary table with a row for each moment: `i` from 1, its id, team, number in the team, author, two
other people, `age` in days, kind, channel, and whether it was deleted. Quests are counted by `d`, ten moments each.
"""

from __future__ import annotations

from collections.abc import Iterator

from storage import models as m
from tests.support.grown_shape import (
    SENTINEL_NUMBER,
    SENTINEL_TEAM,
    TEXTS,
    Dialect,
    Ids,
    Rows,
    Shape,
    numbers,
    write_words,
)

KEPT = "FROM grown WHERE NOT gone AND state = 'kept'"
"""The source of everything that people add to a moment."""


def list_rows(sql: Dialect, ids: Ids, shape: Shape) -> Iterator[str | Rows]:
    """Yield the statements and rows of everything, in an order in which each finds what it refers to."""
    yield from write_words()
    yield from _teams(sql, ids, shape)
    yield from _grown(ids, shape)
    yield from _moments(sql, ids)
    yield from _quests(sql, ids)
    yield from _additions(sql, ids)
    yield from _postings(sql, ids)
    yield from _prompts(sql, ids)
    yield from _memory(sql, ids)
    yield from _goals(sql, ids)
    yield from _doors(sql)
    yield f"UPDATE team SET next_number = next_number + {shape.big} WHERE id = {ids.team}"


def _teams(sql: Dialect, ids: Ids, shape: Shape) -> Iterator[Rows]:
    """Yield the small teams with their channels, people and schedules, and the people of the big one."""
    old, small = sql.ago(str(365 * shape.years + 1)), f"FROM {numbers(shape.small)}"
    yield Rows(
        m.Team,
        {
            "id": f"{ids['team']} + i", "workspace_id": str(ids.workspace), "created_at": old,
            "next_number": str(shape.each + 1), "emoji": "'💡'",
        },
        small,
    )  # fmt: skip
    yield Rows(
        m.Channel,
        {
            "workspace_id": str(ids.workspace), "external_id": "'G' || i", "name": "'small-' || i",
            "team_id": f"{ids['team']} + i",
        },
        small,
    )  # fmt: skip
    people = {
        "id": f"{ids['person']} + i",
        "workspace_id": str(ids.workspace),
        "zone": "'UTC'",
        "created_at": old,
    }
    name = f"CASE WHEN i <= {shape.people} THEN '{{0}}-' || i ELSE '{{1}}-' || (i - {shape.people}) END"
    everybody = f"FROM {numbers(shape.people + 3 * shape.small)}"
    names = {"external_id": name.format("big", "small"), "name": name.format("Big", "Small"), "craft": "''"}
    yield Rows(m.Person, {**people, **names}, everybody)
    team = (
        f"CASE WHEN i <= {shape.people} THEN {ids.team} ELSE {ids['team']} + (i - {shape.people} + 2) / 3 END"
    )
    yield Rows(m.Membership, {"team_id": team, "person_id": f"{ids['person']} + i"}, everybody)
    for kind, weekday in ((m.ScheduleKind.PROMPT, 2), (m.ScheduleKind.RETRO, 4), (m.ScheduleKind.RECAP, 5)):
        yield Rows(
            m.Schedule,
            {
                "team_id": f"{ids['team']} + i", "kind": f"'{kind}'", "weekdays": f"'{weekday}'", "at": "'16:00'",
                "zone": "'UTC'", "anchor": sql.day("0"), "next_at": sql.ago(f"-{weekday} - 14"),
            },
            small,
        )  # fmt: skip


def _grown(ids: Ids, shape: Shape) -> Iterator[str]:
    """Yield the statements that make the table `grown`."""
    big, each, oldest = shape.big, shape.each, 365.0 * shape.years
    position = f"CASE WHEN i <= {big} THEN {big} - i ELSE {each} - 1 - (i - {big} - 1) % {each} END"
    if shape.recent:
        days, rest = float(shape.recent_days), max(1, big - shape.recent)
        age = (
            f"CASE WHEN i <= {big - shape.recent} THEN {days} + ({big - shape.recent} - i + 0.5)"
            f" * {oldest - days} / {rest}"
            f" WHEN i <= {big} THEN ({big} - i + 0.5) * {days} / {shape.recent}"
            f" ELSE ({position} + 0.5) * {oldest} / {each} END"
        )
    else:
        age = f"({position} + 0.5) * {oldest} / CASE WHEN i <= {big} THEN {big} ELSE {each} END"
    team = f"(i - {big} - 1) / {each}"

    def person(step: int) -> str:
        """Return a member of the team, another one for each step."""
        small = f"{ids['person']} + {shape.people} + 3 * ({team}) + 1 + (i + {step}) % 3"
        return (
            f"CASE WHEN i <= {big} THEN {ids['person']} + 1 + (i + {step}) % {shape.people} ELSE {small} END"
        )

    yield "DROP TABLE IF EXISTS grown"
    yield f"""CREATE TEMP TABLE grown AS SELECT i, {ids["moment"]} + i AS moment,
 CASE WHEN i <= {big} THEN {ids.team} ELSE {ids["team"]} + 1 + {team} END AS team,
 CASE WHEN i <= {big} THEN (SELECT next_number FROM team WHERE id = {ids.team}) + i - 1
 ELSE 1 + (i - {big} - 1) % {each} END AS number,
 CASE WHEN i <= {big} THEN '{ids.channel}' ELSE 'G' || (1 + {team}) END AS channel,
 {person(0)} AS author, {person(1)} AS other, {person(2)} AS third, {age} AS age,
 CASE i % 20 WHEN 0 THEN 'breakthrough' WHEN 10 THEN 'breakthrough' WHEN 1 THEN 'experiment' WHEN 2 THEN 'experiment'
 WHEN 11 THEN 'experiment' WHEN 12 THEN 'experiment' WHEN 3 THEN 'no' WHEN 4 THEN 'shiny' WHEN 5 THEN 'chance'
 ELSE 'aha' END AS kind,
 CASE WHEN i % 211 = 7 THEN 'draft' ELSE 'kept' END AS state, i % 97 = 6 AS gone
 FROM {numbers(shape.moments)}"""
    yield "CREATE UNIQUE INDEX grown_i ON grown (i)"
    yield "CREATE UNIQUE INDEX grown_moment ON grown (moment)"


def _moments(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield the moments themselves, the deleted ones as the empty rows that remain of them."""
    at = sql.ago("age")
    words = f"replace(grown_word.tokens, '{SENTINEL_TEAM}', CAST(team AS text))"
    own = {
        "id": "moment", "team_id": "team", "number": "number", "kind": "kind", "state": "state",
        "author_id": "author", "event": "'grown-' || i", "created_at": at,
        "source_channel": "CASE WHEN i % 4 = 1 THEN channel END",
        "source_message": "CASE WHEN i % 4 = 1 THEN 's' || i END",
        "source_link": "CASE WHEN i % 4 = 1 THEN 'https://chat.example/' || i ELSE '' END",
    }  # fmt: skip
    stuck = "CASE WHEN i % 9 = 0 THEN 'habit' ELSE '' END"
    kept = {
        **own, "text": "'Moment ' || number || ': ' || words", "stuck": stuck,
        "tokens": f"replace({words}, '{SENTINEL_NUMBER}', CAST(number AS text))",
    }  # fmt: skip
    tried = sql.json('{"happened": "It broke on the first day.", "taught": "To ask before."}')
    source = f"FROM grown JOIN grown_word ON j = (i * 7 / 3) % {len(TEXTS)} WHERE NOT gone AND kind"
    yield Rows(m.Moment, {**kept, "parts": tried}, f"{source} = 'experiment'")
    yield Rows(m.Moment, {**kept, "parts": sql.json("{}")}, f"{source} <> 'experiment'")
    yield Rows(
        m.Moment, {**own, "parts": sql.json("{}"), "deleted_at": at, "erased_at": at, "deleted_by_id": "author"},
        "FROM grown WHERE gone",
    )  # fmt: skip


def _quests(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield quests of ten moments each, all but one in twenty found or given up, with attempts, whys and links."""
    quest, ten = f"{ids['quest']} + (i + 9) / 10", "FROM grown WHERE i % 10 = 0"
    is_open, is_found = (
        "(i / 10) % 20 = 7",
        "((i / 10) % 20 <> 7 AND (i / 10) % 3 <> 0 AND NOT gone AND state = 'kept')",
    )
    yield Rows(
        m.Quest,
        {
            "id": quest, "team_id": "team", "author_id": "other", "text": "'What makes release ' || i || ' slow?'",
            "event": "'quest-' || i", "created_at": sql.ago("age + 3"),
            "closed_at": f"CASE WHEN NOT {is_open} THEN {sql.ago('age')} END",
            "closed_by_id": f"CASE WHEN NOT {is_open} THEN author END",
            "found_id": f"CASE WHEN {is_found} THEN moment END",
            "reason": f"CASE WHEN {is_open} OR {is_found} THEN '' ELSE 'Nobody needs it any more.' END",
        },
        ten,
    )  # fmt: skip
    yield Rows(
        m.Attempt,
        {
            "moment_id": "moment", "quest_id": f"CASE WHEN i % 20 < 10 THEN {quest} END",
            "previous_id": "CASE WHEN i % 10 = 2 AND (i - 1) % 97 <> 6 AND (i - 1) % 211 <> 7 THEN moment - 1 END",
            "outcome": "CASE WHEN i % 100 = 11 THEN 'went_well' ELSE '' END",
            "result_at": f"CASE WHEN i % 100 = 11 THEN {sql.ago('age * 0.99')} END",
            "result_by_id": "CASE WHEN i % 100 = 11 THEN author END",
        },
        f"{KEPT} AND kind = 'experiment'",
    )  # fmt: skip
    for number, author in ((1, "other"), (2, "third"), (3, "author")):
        yield Rows(
            m.Why,
            {
                "moment_id": "moment", "author_id": author, "text": f"'Because of reason {number} of ' || number",
                "insight": "true" if number == 3 else "false", "event": f"'why-{number}'",
                "created_at": sql.ago(f"age * 0.9{number}"),
            },
            f"{KEPT} AND kind = 'experiment' AND i % {number} = 0",
        )  # fmt: skip
    fed = (
        "FROM grown AS tried JOIN grown AS found ON found.i = tried.i + {} WHERE found.kind = 'breakthrough'"
    )
    alive = "AND NOT tried.gone AND NOT found.gone AND tried.state = 'kept' AND found.state = 'kept'"
    for step in (8, 9):
        yield Rows(
            m.Link,
            {
                "from_id": "tried.moment", "to_id": "found.moment", "made_by_id": "found.author",
                "created_at": sql.ago("found.age"),
            },
            f"{fed.format(step)} {alive} AND tried.kind = 'experiment' AND tried.team = found.team",
        )  # fmt: skip
    yield Rows(
        m.Expectation,
        {
            "team_id": "team", "moment_id": "moment", "person_id": "other", "text": "'It will break.'",
            "event": "'expects'", "created_at": sql.ago("age + 1"), "opened_at": sql.ago("age"),
        },
        f"{KEPT} AND kind = 'experiment' AND i % 20 = 1",
    )  # fmt: skip


def _additions(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield what people add to moments: versions, taps, sequels, comforts, and the follow-ups that were asked."""
    yield Rows(
        m.Version,
        {
            "moment_id": "moment", "author_id": "third", "text": "'I saw it differently, in ' || number",
            "created_at": sql.ago("age * 0.99"), "opened_at": sql.ago("age * 0.98"),
        },
        f"{KEPT} AND i % 7 = 0",
    )  # fmt: skip
    for kind, person, every in (("high_five", "other", 3), ("high_five", "third", 6), ("there", "third", 5)):
        yield Rows(
            m.Tap,
            {
                "moment_id": "moment", "person_id": person, "kind": f"'{kind}'", "tapped_at": sql.ago("age * 0.99"),
                "events": sql.json("[]"),
            },
            f"{KEPT} AND i % {every} = 0",
        )  # fmt: skip
    for sequel, every in (("possible", 11), ("set_off", 13)):
        yield Rows(
            m.Sequel,
            {
                "moment_id": "moment", "author_id": "author", "kind": f"'{sequel}'", "event": f"'{sequel}'",
                "text": "'It made number ' || number || ' possible.'", "created_at": sql.ago("age * 0.95"),
            },
            f"{KEPT} AND i % {every} = 0",
        )  # fmt: skip
    for kind, share in (("next", "0.99"), ("set_off", "0.95"), ("stuck", "0.9")):
        when = sql.ago(f"age * {share}")
        yield Rows(
            m.FollowUp,
            {
                "team_id": "team", "moment_id": "moment", "kind": f"'{kind}'", "due_at": when, "done_at": when,
                "asked_at": f"CASE WHEN i % 5 = 0 THEN {when} END",
            },
            f"{KEPT} AND kind IN ('aha', 'breakthrough')",
        )  # fmt: skip
    for millimetres in (1, 4):
        yield Rows(
            m.Comfort,
            {"moment_id": "moment", "millimetres": str(millimetres), "taps": "1 + i % 5"},
            f"{KEPT} AND i % 12 = 0",
        )
    yield Rows(
        m.Spark,
        {
            "workspace_id": str(ids.workspace),
            "channel": "channel",
            "message": "'s' || i",
            "person_id": "other",
        },
        f"{KEPT} AND i % 4 = 1",
    )


def _postings(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield the postings that were sent: cards, quests, recaps with what they quoted, and notes."""
    sent = {
        "state": "'sent'", "workspace_id": str(ids.workspace), "team_id": "team", "channel": "channel",
        "sent_revision": "1",
    }  # fmt: skip
    at = {"created_at": sql.ago("age"), "sent_at": sql.ago("age")}
    card = {"key": "'card:' || moment", "kind": "'card'", "moment_id": "moment", "message": "'g' || i"}
    yield Rows(m.Posting, {**sent, **at, **card, "id": f"{ids['posting']} + i"}, KEPT)
    quest = {"key": f"'quest:' || ({ids['quest']} + i / 10)", "kind": "'quest'", "message": "'q' || i"}
    yield Rows(m.Posting, {**sent, **at, **quest}, "FROM grown WHERE i % 10 = 0")
    recap = {
        "key": "'grown-recap-' || i", "kind": "'recap'", "message": "'r' || i", "since": sql.ago("age + 7"),
        "until": sql.ago("age"),
    }  # fmt: skip
    yield Rows(m.Posting, {**sent, **at, **recap}, "FROM grown WHERE i % 40 = 0")
    quoted = "FROM posting JOIN grown ON posting.key = 'grown-recap-' || (grown.i - grown.i % 40)"
    told = {"posting_id": "posting.id", "moment_id": "moment"}
    yield Rows(m.Quotation, told, f"{quoted} WHERE i % 40 < 5 AND NOT gone AND grown.state = 'kept'")
    note = {
        "key": "'grown-note-' || i", "kind": "'note_kept'", "person_id": "author", "message": "'n' || i",
        "channel": "'D' || author",
    }  # fmt: skip
    yield Rows(m.Posting, {**sent, **at, **note}, f"{KEPT} AND i % 8 = 1")
    item = {
        "posting_id": "posting.id", "moment_id": "moment", "asked_by_id": "other", "answer": "'stays'",
        "created_at": sql.ago("age"),
    }  # fmt: skip
    yield Rows(
        m.NoteItem,
        item,
        "FROM grown JOIN posting ON posting.key = 'grown-note-' || grown.i WHERE grown.i % 8 = 1",
    )
    followed = {
        "key": "'followup:' || followup.id",
        "kind": "'follow_up'",
        "thread": "'g' || i",
        "message": "'f' || i",
    }
    yield Rows(
        m.Posting,
        {**sent, **at, **followed, "team_id": "grown.team", "moment_id": "moment"},
        "FROM grown JOIN followup ON followup.moment_id = moment AND followup.kind = 'stuck' WHERE i % 5 = 0",
    )


def _prompts(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield questions and retrospectives with their answers, and the next steps that are done."""
    asked = {
        "state": "'sent'", "workspace_id": str(ids.workspace), "team_id": "team", "channel": "channel",
        "sent_revision": "1", "created_at": sql.ago("age"), "sent_at": sql.ago("age"),
        "closed_at": sql.ago("age * 0.99"), "message": "'p' || i", "text": "'What did you learn ' || i || '?'",
        "question": "'grown.' || (i % 200)",
    }  # fmt: skip
    for kind, every in (("prompt", 20), ("retro", 50)):
        posting = {**asked, "key": f"'grown-{kind}-' || i", "kind": f"'{kind}'"}
        yield Rows(m.Posting, posting, f"FROM grown WHERE i % {every} = 0")
        for person in ("author", "other", "third"):
            yield Rows(
                m.Answer,
                {
                    "posting_id": "posting.id", "person_id": person, "kind": "'reply'",
                    "text": "'That it takes ' || i || ' days'", "event": f"'{person}-' || i",
                    "message": f"'{kind}-{person}-' || i", "created_at": sql.ago("age * 0.999"),
                },
                f"FROM grown JOIN posting ON posting.key = 'grown-{kind}-' || grown.i WHERE grown.i % {every} = 0",
            )  # fmt: skip
    yield Rows(
        m.NextStep,
        {
            "team_id": "grown.team", "posting_id": "posting.id", "author_id": "author", "taker_id": "other",
            "taken_at": sql.ago("age"), "condition": "'a build is red'", "action": "'somebody says so'",
            "created_at": sql.ago("age"), "outcome": "'done'", "settled_at": sql.ago("age * 0.98"),
            "settled_by_id": "other", "event": "'step'",
        },
        "FROM grown JOIN posting ON posting.key = 'grown-retro-' || grown.i WHERE grown.i % 50 = 0",
    )  # fmt: skip


def _memory(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield what came back to people: look-backs, recalls, what was said of them, and people's own moments."""
    for kind, every in (("month", 10), ("year", 15)):
        yield Rows(
            m.LookBack,
            {
                "moment_id": "moment", "person_id": "author", "kind": f"'{kind}'", "text": "'It still holds.'",
                "event": f"'{kind}'", "created_at": sql.ago("age * 0.9"),
            },
            f"{KEPT} AND kind IN ('aha', 'breakthrough') AND i % {every} = 0",
        )  # fmt: skip
    recall = {"moment_id": "moment", "person_id": "other", "way": "'year'", "shown_on": sql.day("age * 0.8")}
    yield Rows(m.Recall, recall, f"{KEPT} AND i % 6 = 0")
    choice = {
        "moment_id": "moment",
        "person_id": "other",
        "choice": "'more'",
        "created_at": sql.ago("age * 0.8"),
    }
    yield Rows(m.RecallChoice, choice, f"{KEPT} AND i % 30 = 0")
    own = {
        "person_id": "author", "kind": "'career'", "text": "'I learned to read ' || i", "happened": "'spring 2014'",
        "happened_on": sql.day("4000"), "event": "'own-' || i", "created_at": sql.ago("age"),
    }  # fmt: skip
    yield Rows(m.OwnMoment, own, "FROM grown WHERE i % 60 = 0")


def _goals(sql: Dialect, ids: Ids) -> Iterator[Rows]:
    """Yield goals that were reached, with their checkpoints, moments and quests, missions, and focus checks."""
    goal, many = f"{ids['goal']} + i / 50", "FROM grown WHERE i % 50 = 0"
    yield Rows(
        m.Mission,
        {
            "team_id": "team", "author_id": "author", "who": "'people'", "how": "'early'", "offer": "'bread'",
            "why": "'they are hungry'", "created_at": sql.ago("age"), "event": "'mission-' || i",
        },
        "FROM grown WHERE i % 500 = 0",
    )  # fmt: skip
    yield Rows(
        m.Goal,
        {
            "id": goal, "team_id": "team", "number": "1000 + i", "author_id": "author", "owner_id": "other",
            "kind": "'supporting'", "text": "'Builds of ten minutes, for the ' || i || 'th time'",
            "starts_on": sql.day("age"), "due_on": sql.day("age * 0.9"), "outcome": "'reached'",
            "created_at": sql.ago("age"), "closed_at": sql.ago("age * 0.9"), "closed_by_id": "other",
            "event": "'goal-' || i",
        },
        many,
    )  # fmt: skip
    when = sql.ago("age * 0.95")
    checked = {
        "goal_id": goal, "due_on": sql.day("age * 0.95"), "progress": "'5'", "asked_at": when, "answered_at": when,
        "answered_by_id": "other",
    }  # fmt: skip
    yield Rows(m.Checkpoint, checked, many)
    by = {"made_by_id": "author", "created_at": sql.ago("age")}
    served = f"{KEPT} AND i % 50 = 10 AND kind = 'breakthrough' AND i > 50"
    yield Rows(m.GoalMoment, {"goal_id": f"{ids['goal']} + i / 50", "moment_id": "moment", **by}, served)
    quest = {"goal_id": goal, "quest_id": f"{ids['quest']} + i / 10", **by}
    yield Rows(m.GoalQuest, quest, many)
    use = {"moment_id": "moment", "team_id": "team", "line": "'who'", **by}
    yield Rows(m.MissionUse, use, f"{KEPT} AND i % 25 = 10")
    check = {
        "id": f"{ids['focuscheck']} + i / 100", "team_id": "team", "author_id": "author", "went": "'into meetings'",
        "event": "'check-' || i", "created_at": sql.ago("age"),
    }  # fmt: skip
    yield Rows(m.FocusCheck, check, "FROM grown WHERE i % 100 = 0")
    for name in ("works", "out", "chances"):
        item = {
            "check_id": f"{ids['focuscheck']} + i / 100", "list": f"'{name}'", "text": "'the weekly report'",
            "author_id": "author", "event": f"'{name}'", "created_at": sql.ago("age"),
            "done_at": sql.ago("age * 0.9"), "done_by_id": "other", "by_on": sql.day("age * 0.9"),
            "told_at": sql.ago("age * 0.9"),
        }  # fmt: skip
        yield Rows(m.FocusItem, item, "FROM grown WHERE i % 100 = 0")


def _doors(sql: Dialect) -> Iterator[Rows]:
    """Yield the shiny things that were decided about, and the chances with what came of them."""
    parked = {
        "moment_id": "moment", "team_id": "team", "until_on": sql.day("age * 0.9"),
        "asked_at": sql.ago("age * 0.9"),
        "decision": "CASE WHEN i % 40 = 4 THEN '' ELSE 'let_go' END",
        "decided_at": f"CASE WHEN i % 40 = 4 THEN NULL ELSE {sql.ago('age * 0.89')} END",
        "decided_by_id": "CASE WHEN i % 40 = 4 THEN NULL ELSE author END",
    }  # fmt: skip
    yield Rows(m.Parked, parked, f"{KEPT} AND kind = 'shiny'")
    chance = {
        "moment_id": "moment", "kind": "CASE WHEN i % 40 = 5 THEN 'door' ELSE '' END", "until_on": sql.day("age * 0.9"),
        "asked_at": sql.ago("age * 0.9"), "belief": "1 + i % 5", "outcome": "'It came.'",
        "outcome_at": sql.ago("age * 0.89"), "outcome_by_id": "author",
    }  # fmt: skip
    yield Rows(m.Chance, chance, f"{KEPT} AND kind = 'chance'")
    key = {
        "moment_id": "moment", "person_id": "other", "text": "'I know them.'", "event": "'key'",
        "created_at": sql.ago("age * 0.99"),
    }  # fmt: skip
    yield Rows(m.DoorKey, key, f"{KEPT} AND i % 40 = 5")
