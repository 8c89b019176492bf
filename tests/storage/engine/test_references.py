"""Tests of references between tables: what somebody looks up by a reference is found by an index."""

from sqlalchemy import text

from storage.engine.database import Database

UNINDEXED = {
    "sqlite": """
SELECT m.name || '.' || f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table'
AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) t WHERE t.pk = 1 AND t.name = f."from")
AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
 WHERE i.seqno = 0 AND i.name = f."from")""",
    "postgresql": """
SELECT c.conrelid::regclass::text || '.' || a.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f'
AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])""",
}
"""One query for each engine: the references without an index that begins with them."""

BY_WHOM = "who did something to a row is never looked up, and people are erased by hand so far"
FEW = "a team has a handful of these rows"

EXCEPTIONS = {
    "chance.outcome_by_id": BY_WHOM, "checkpoint.answered_by_id": BY_WHOM, "focuscheck.author_id": BY_WHOM,
    "focusitem.author_id": BY_WHOM, "focusitem.done_by_id": BY_WHOM,
    "goal.author_id": BY_WHOM, "goal.closed_by_id": BY_WHOM, "goalmoment.made_by_id": BY_WHOM,
    "goalquest.made_by_id": BY_WHOM,
    "goalstep.author_id": BY_WHOM, "goalstep.done_by_id": BY_WHOM, "mission.author_id": BY_WHOM,
    "missionuse.made_by_id": BY_WHOM, "nextstep.author_id": BY_WHOM, "nextstep.changed_by_id": BY_WHOM,
    "nextstep.settled_by_id": BY_WHOM, "parked.decided_by_id": BY_WHOM, "quest.closed_by_id": BY_WHOM,
    "schedule.set_by_id": BY_WHOM, "season.ended_by_id": BY_WHOM, "team.made_by_id": BY_WHOM,
    "posting.waits_for_id": "it is read with its posting alone",
    "firstanswer.person_id": "rows of one day", "lookup.kept_by_id": "rows of some minutes",
    "focusstep.set_by_id": FEW, "pick.person_id": FEW, "question.author_id": FEW, "season.author_id": FEW,
    "seasonpair.person_id": FEW,
}  # fmt: skip
"""The references without an index, each with its reason."""


async def test_every_reference_has_an_index_or_a_reason(database: Database) -> None:
    """A new one needs an index, or a line above. What got an index leaves the list."""
    query = text(UNINDEXED[database.url.get_backend_name()].replace("::", "\\:\\:"))
    found = await database.read(lambda session: session.execute(query).scalars().all())
    assert {name.replace('"', "") for name in found} == EXCEPTIONS.keys()
