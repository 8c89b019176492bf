"""Emoji that were stored by name become the characters that events name now.

Until now only some seventy names were known, and every other one was stored as `:name:`: as the
emoji with which a team saves messages, and as a reaction to a question. A custom emoji has no
character and keeps its name.
"""

import sqlalchemy as sa
from alembic import op
from emoji import emojize

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEAM = sa.table("team", sa.column("id", sa.Integer), sa.column("emoji", sa.String))
ANSWER = sa.table(
    "answer",
    sa.column("id", sa.Integer),
    sa.column("posting_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("text", sa.Text),
    sa.column("event", sa.String),
)


def upgrade() -> None:
    """Replace the names that have a character."""
    connection = op.get_bind()
    named = sa.select(TEAM.c.id, TEAM.c.emoji).where(TEAM.c.emoji.like(":%:"))
    for team_id, name in connection.execute(named).all():
        if character := _find_character(name):
            connection.execute(sa.update(TEAM).where(TEAM.c.id == team_id).values(emoji=character))
    reactions = sa.select(ANSWER.c.id, ANSWER.c.posting_id, ANSWER.c.text, ANSWER.c.event).where(
        ANSWER.c.kind == "reaction", ANSWER.c.text.like(":%:")
    )
    for answer_id, posting_id, name, event in connection.execute(reactions).all():
        character = _find_character(name)
        renamed = event.removesuffix(name) + character
        taken = sa.select(ANSWER.c.id).where(ANSWER.c.posting_id == posting_id, ANSWER.c.event == renamed)
        if character and connection.execute(taken).first() is None:
            changed = sa.update(ANSWER).where(ANSWER.c.id == answer_id)
            connection.execute(changed.values(text=character, event=renamed))


def _find_character(name: str) -> str:
    """Return the character of `:name:`, or an empty string."""
    for known in (name, name.replace("-", "_"), name.replace(":large_", ":")):
        if not (found := emojize(known, language="alias")).startswith(":"):
            return found.removesuffix("\ufe0f")
    return ""


def downgrade() -> None:
    """Leave the characters: the names that they had are not known any more."""
