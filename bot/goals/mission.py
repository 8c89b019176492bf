"""The mission of a team: written, changed, read in earlier versions, and taken back.

Anyone in the team reads and changes it. Two people who change it at once lose nothing: the second
sees the newer words in the form, above their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.core.commands import Declaration
from bot.core.context import (
    CardPlace,
    Context,
    FormError,
    UserError,
    card_place,
    locate_card,
    posting_place,
    waiting_person,
)
from bot.core.forms.newer import describe_newer
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Line,
    Quote,
    Reply,
    Section,
    Small,
    Style,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.text import parse_number
from bot.goals.commands import KeepLine, Mission, MissionVersions, TakeMissionBack, WriteMission
from bot.goals.find import describe_too_long, say
from bot.goals.lines import LINES, OUR_MISSION, mission_lines
from bot.goals.mission_card import build_mission_card
from storage.delivery import postings
from storage.goals import goals, missions
from storage.models import Mission as Row
from storage.models import PostingKind, Team
from storage.teams import teams

LINE_LENGTH = 300
"""The most characters of a line, so that all four fit the card of a phone."""
VERSIONS_SHOWN = 2
"""Earlier versions on a private page. Each has up to four lines."""
UNDO_PERIOD = timedelta(days=1)


def show_mission(context: Context, command: Mission) -> Reply | Form:
    """Show the mission in private. Without one, return the form that writes it."""
    current = missions.find_current(context.session, context.caller.team_id)
    if current is None:
        return _mission_form(context, WriteMission(command.team), None)
    return Reply(build_mission_card(context.session, current, context.now))


def write_mission(context: Context, command: WriteMission) -> Reply | Form:
    """Write a version of the mission with the form's lines. Without `asked`, return the form.

    If somebody else has changed it meanwhile, return the form again, with their words above.
    FormError for lines that are too long, or for none at all.
    """
    teams.lock_team(context.session, context.caller.team_id)
    current = missions.find_current(context.session, context.caller.team_id)
    if not command.asked:
        return _mission_form(context, WriteMission(command.team, **mission_lines(current)), current)
    known = missions.find_by_event(context.session, context.caller.team_id, context.origin.event)
    if known is not None:
        return _confirm(context, known)
    lines = {name: getattr(command, name).strip() for name in LINES}
    if errors := dict(_line_errors(lines)):
        raise FormError(_mission_form(context, command, current), errors)
    if current is not None and parse_number(command.seen) != current.id and lines != mission_lines(current):
        return _mission_form(context, command, current, _newer_words(context, current, lines))
    if lines == mission_lines(current):
        return text_reply(_("That's what it says already, so I changed nothing."))
    row = missions.add_version(
        context.session,
        context.caller.team_id,
        context.caller.person_id,
        lines,
        context.origin.event,
        context.now,
    )
    _plan_card(context)
    return _confirm(context, row)


def _line_errors(lines: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not any(lines.values()):
        yield "who", _("Please write at least one of the four lines.")
    for name, words in lines.items():
        if len(words) > LINE_LENGTH:
            yield name, describe_too_long(len(words), LINE_LENGTH)


def _mission_form(context: Context, given: WriteMission, current: Row | None, intro: str = "") -> Form:
    fields = tuple(
        Field(
            name,
            words.label(),
            FieldKind.TEXT,
            getattr(given, name),
            required=False,
            hint=words.hint(),
            later=place > 0,
            placeholder=words.example(),
        )
        for place, (name, words) in enumerate(LINES.items())
    )
    team = str(context.caller.team_id) if context.caller.team_id else given.team
    command = WriteMission(team, "1", str(current.id) if current else "")
    title = _("Edit mission") if current else OUR_MISSION()
    return Form(title, command, fields, _("Save"), intro)


def _newer_words(context: Context, current: Row, lines: dict[str, str]) -> str:
    """Return what somebody else has just written, where it differs from the person's own lines."""
    author = goals.names_by_id(context.session, [current.author_id])[current.author_id]
    theirs = [
        (LINES[name].label(), words) for name, words in mission_lines(current).items() if words != lines[name]
    ]
    said = _("{author} has changed the mission since you opened this.", author=author)
    return describe_newer(said, theirs, _("Their version stays under “Earlier versions”."))


def _plan_card(context: Context) -> None:
    """Plan the mission's card where it was written, unless it has one already."""
    place, team_id = card_place(context), context.caller.team_id
    if place.takes_cards:
        postings.plan_once(
            context.session, f"{missions.MISSION_KEY_PREFIX}{team_id}", PostingKind.MISSION,
            context.caller.workspace_id, context.now, team_id=team_id, channel=place.channel, thread=place.thread,
            waits_for_id=waiting_person(context, place),
        )  # fmt: skip


def _mission_place(context: Context) -> CardPlace:
    key = f"{missions.MISSION_KEY_PREFIX}{context.caller.team_id}"
    return posting_place(context, postings.find_by_key(context.session, key))


def _card_line(context: Context) -> Line:
    return locate_card(_mission_place(context))


def _confirm(context: Context, row: Row) -> Reply:
    team = str(context.caller.team_id)
    buttons = (
        Button(_("Undo"), TakeMissionBack(str(row.id), team)),
        Button(_("Edit mission"), WriteMission(team)),
    )
    return text_reply(*say(_("Mission saved."), _card_line(context)), buttons=buttons)


def take_mission_back(context: Context, command: TakeMissionBack) -> Reply:
    """Take the person's own newest version back, so that the one before it counts again.

    UserError for somebody else's version, an older one, and after a day.
    """
    row = missions.find_version(context.session, context.caller.team_id, parse_number(command.version))
    if row is None:
        raise UserError(_("That version of the mission is gone."))
    current = missions.find_current(context.session, context.caller.team_id)
    if not any(mission_lines(row).values()):
        return text_reply(_("You've already undone that."), replaces=True)
    if row.author_id != context.caller.person_id:
        raise UserError(_("Only the person who wrote a version can undo it. You can edit the mission."))
    if current is None or current.id != row.id:
        raise UserError(_("Someone has changed the mission since then. You can edit it."))
    if row.created_at + UNDO_PERIOD <= context.now:
        raise UserError(_("That was more than a day ago. You can edit the mission."))
    missions.take_back(context.session, row, context.now)
    left = missions.find_current(context.session, context.caller.team_id)
    if left is None:
        return text_reply(_("Undone. The mission is gone."), replaces=True)
    return text_reply(_("Undone. The mission is as it was before."), replaces=True)


def show_versions(context: Context, command: MissionVersions) -> Reply:
    """Show earlier versions of the mission in private, the newest first, with who wrote them and when."""
    before = parse_number(command.before) or None
    if before is None:
        current = missions.find_current(context.session, context.caller.team_id)
        before = current.id if current else None
    found = missions.list_versions(context.session, context.caller.team_id, VERSIONS_SHOWN + 1, before)
    if not found or before is None:
        return text_reply(_("There's no earlier version of the mission."), replaces=bool(command.before))
    shown, team = found[:VERSIONS_SHOWN], str(context.caller.team_id)
    older = (Button(_("Older"), MissionVersions(team, str(shown[-1].id))),) if len(found) > len(shown) else ()
    people = goals.names_by_id(context.session, [row.author_id for row in shown])
    blocks = [block for row in shown for block in _version_blocks(context, row, people[row.author_id])]
    return Reply(Card((Title(_("Earlier versions")), *blocks), older), replaces=bool(command.before))


def _version_blocks(context: Context, row: Row, author: str) -> Iterator[Block]:
    yield Section(_("By {author}", author=author))
    zone = context.session.get_one(Team, row.team_id).zone
    yield Small((Timestamp(row.created_at, zone, clock=True),))
    for name, words in mission_lines(row).items():
        if words:
            yield Quote(words, LINES[name].label())


def keep_line(context: Context, command: KeepLine) -> Reply:
    """Record that a line of the mission is still meant, as a recap has asked."""
    asked = missions.find_ask(context.session, context.caller.team_id, command.line)
    if asked is None:
        raise UserError(_("That question about the mission is no longer open."))
    missions.record_kept(context.session, asked, context.now)
    label = LINES[asked.line].label()
    edit = Button(_("Edit mission"), WriteMission(str(context.caller.team_id)), Style.PLAIN)
    said = _("“{line}” stays as it is. I won't ask about it again unless you reword it.", line=label)
    return text_reply(said, buttons=(edit,))


DECLARATIONS = (
    Declaration(
        "mission",
        Mission,
        show_mission,
        "mission",
        lazy("Who we serve, how, with what and why"),
        read_only=True,
        button=lazy("Mission"),
        said_as=(
            "missions, mission new, new mission, mission show, show mission, mission edit, edit mission, mission set, "
            "set mission, our mission, mission statement, vision, our vision, mission 1, purpose, our purpose"
        ),
    ),
    Declaration("write-mission", WriteMission, write_mission, shown=True),
    Declaration("mission-versions", MissionVersions, show_versions, read_only=True),
    Declaration("take-mission-back", TakeMissionBack, take_mission_back, once=True),
    Declaration("keep-line", KeepLine, keep_line, once=True),
)
