"""Everyone's own telling of a moment: sealed until a second one is there or two days have passed, never merged."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Field, FieldKind, Form, Reply, reply
from bot.memory import working_hours as mornings
from bot.moments import card as cards
from bot.moments.commands import AddVersion, DropVersion, Edit
from bot.moments.log import FORM_WORDS, behind, changed, edit, standing
from storage.memory import followups
from storage.models import Kind, Moment, MomentState, Team, Version
from storage.moments import moments


@dataclass(frozen=True)
class VersionOf:
    """The message shortcut *Add my version*: on what was kept, or on our card of it."""

    message: str = ""


def add_version(turn: Turn, command: AddVersion) -> Reply | Form:
    """Keep one's telling; a second time it replaces one's first. The author of the moment edits it instead."""
    moment = standing(turn, command.moment)
    if moment.author_id == turn.seat.person_id:
        if command.text.strip():
            raise Refusal(
                f"#{moment.number} is your own: its text is your version, and Edit changes that. Here are your words."
            )
        return edit(turn, Edit(command.moment))
    if moment.state != MomentState.KEPT:
        raise Refusal(f"#{moment.number} waits for its words; after that you can add your version.")
    told = moments.versions(turn.session, moment.id)
    mine = next((version for version in told if version.author_id == turn.seat.person_id), None)
    if not command.text.strip():
        return _form(turn, moment, mine)
    _keep(turn, moment, mine, command.text.strip())
    out = Button("Take my version out", DropVersion(cards.ref(moment)))
    return reply(_what_happens(turn, moment, mine is None), buttons=(out,))


def drop_version(turn: Turn, command: DropVersion) -> Reply:
    """One's telling is gone at once; the others stay as they are, open or sealed."""
    moment = standing(turn, command.moment)
    if not moments.drop_version(turn.session, moment.id, turn.seat.person_id):
        raise Refusal(f"#{moment.number} has no version of yours.")
    changed(turn, moment)
    return reply(f"Your version of #{moment.number} is taken out.", replaces=True)


def _form(turn: Turn, moment: Moment, mine: Version | None) -> Form:
    if mine and len(mine.text) > FORM_WORDS:
        raise Refusal(
            f"Your version has {len(mine.text):,} characters, and a form holds {FORM_WORDS:,}, so it stays as it "
            f"is. With {turn.ways.command} show {moment.number} you can take it out and write it again."
        )
    label = "How did you get there?"
    hint = "Yours may differ from everyone else's. That is the point."
    text = Field("text", label, FieldKind.TEXT, mine.text if mine else "", hint=hint)
    return Form(f"My version of #{moment.number}", AddVersion(cards.ref(moment)), (text,))


def _keep(turn: Turn, moment: Moment, mine: Version | None, text: str) -> None:
    """What was written under a seal stays so where a team turns it off; without it, a version is open at once."""
    moments.hold(turn.session, moment.id)
    if mine:
        mine.text, mine.edited_at = text, turn.now
    else:
        opened = None if turn.session.get_one(Team, moment.team_id).seals else turn.now
        turn.session.add(
            Version(
                moment_id=moment.id, author_id=turn.seat.person_id, text=text, created_at=turn.now,
                opened_at=opened,
            )
        )  # fmt: skip
        if moment.kind != Kind.EXPERIMENT:
            mornings.expect(turn.session, moment.team_id, moment.id, moment.created_at, followups.LATER)
    turn.session.flush()
    told = moments.versions(turn.session, moment.id)
    if moments.are_open(told, turn.now):
        moments.open_versions(turn.session, told, turn.now)
    changed(turn, moment)


def _what_happens(turn: Turn, moment: Moment, new: bool) -> str:
    told = moments.versions(turn.session, moment.id)
    kept = "Your version is kept." if new else "Your version has your new words."
    if moments.are_open(told, turn.now):
        where = "beside the others " if len(told) > 1 else ""
        return f"{kept} It stands {where}on #{moment.number}."
    return f"{kept} It stays sealed until someone else adds theirs, or for two days."


def version_of(turn: Turn, command: VersionOf) -> Reply | Form:
    """The form for the moment behind a message."""
    moment = behind(turn, command.message)
    if moment is None:
        raise Refusal(
            "Nothing is kept from that message yet. Save it as an aha first, then add your version."
        )
    return add_version(turn, AddVersion(cards.ref(moment)))


DECLARATIONS = (
    Declaration(
        "add-version", AddVersion, add_version, "version", "Add your own version of how you got there"
    ),
    Declaration("drop-version", DropVersion, drop_version),
    Declaration("version-of", VersionOf, version_of),
)
