"""Who may see and change what belongs to a channel: the people who are in it now.

This is the one place of that rule. A guest of the workspace has the team of the channel in which they
speak and no other. Where the platform does not answer, private channels stay closed. What a person wrote
themselves stays theirs, wherever they went.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.core.access.cache import AccessCache, AccessQuestion, AccessUnknownError
from bot.core.commands import Declaration, Needs, OwnWords
from bot.core.context import Context, UserError
from bot.core.language.words import lazy
from bot.core.origin import Access, ChannelAccess, Origin
from bot.core.params import named_team
from bot.core.text import parse_number
from storage.models import Channel, Person
from storage.moments import moments
from storage.teams import teams
from storage.teams.teams import Caller

ELSEWHERE_WORDS = lazy("That belongs to another channel. Please ask for it there.")
OUTSIDE_WORDS = lazy("That belongs to a channel you're not in, so I can't show it to you.")
GUEST_WORDS = lazy("You're a guest here, so please ask for that in the channel itself.")
UNKNOWN_WORDS = lazy("I can't check right now whether you're in that channel. Please try again in a minute.")


def admit(
    session: Session, cache: AccessCache, caller: Caller, origin: Origin, now: datetime,
    declaration: Declaration, command: Any,
) -> Origin:  # fmt: skip
    """Return the origin of a command that may be answered, with the person's rights in the caller's team.

    A command typed in the team's own channel proves that its person is there. UserError if the person may
    not, and AccessUnknownError if the platform has to be asked first.
    """
    if origin.present and not origin.direct:
        cache.remember(_ask_here(origin, caller), ChannelAccess(_here(origin), origin.admin), now)
    if not caller.team_id or origin.external:
        return origin
    if not (caller.elsewhere or origin.direct):
        return _admit_here(session, cache, caller, origin, now, declaration, command)
    if caller.elsewhere and _concerns_own_words(session, caller, declaration, command):
        return replace(origin, admin=False)
    if caller.elsewhere and caller.private and not origin.direct:
        raise UserError(ELSEWHERE_WORDS())
    if _leaves_private_channel(caller, origin, declaration):
        raise UserError(ELSEWHERE_WORDS())
    return require_team(session, cache, caller, origin, now)


def _leaves_private_channel(caller: Caller, origin: Origin, declaration: Declaration) -> bool:
    """Return whether a command would bring something from a private channel to another channel's team."""
    in_private = bool(origin.private) or caller.from_private
    return caller.elsewhere and in_private and not origin.direct and not declaration.read_only


def require_team(
    session: Session, cache: AccessCache, caller: Caller, origin: Origin, now: datetime
) -> Origin:
    """Return the origin with the person's admin rights in a team that is not where they speak.

    UserError if they are not in one of its channels now, and AccessUnknownError if that is not known.
    """
    if origin.guest:
        raise UserError(GUEST_WORDS())
    found = find_team_access(session, cache, origin, caller.team_id, caller.person_id, now)
    _require(found, caller.private, origin)
    return replace(origin, admin=found.admin)


def admitted_teams(context: Context, team_ids: Iterable[int], *, sure: bool = False) -> set[int]:
    """Return those of the teams whose channels the person is in now, also as a guest.

    With `sure`, only those of which the platform says so. AccessUnknownError names all that is not known of
    them, so that the platform is asked once.
    """
    admitted: set[int] = set()
    unknown: list[AccessQuestion] = []
    for team_id in dict.fromkeys(team_ids):
        try:
            found = find_team_access(
                context.session,
                context.access,
                context.origin,
                team_id,
                context.caller.person_id,
                context.now,
            )
        except AccessUnknownError as error:
            unknown += error.questions
            continue
        private = teams.find_home(context.session, team_id).private
        open_to_all = not sure and _explain_refusal(found, private, context.origin) == ""
        if found.access in (Access.MEMBER, Access.GUEST) or open_to_all:
            admitted.add(team_id)
    if unknown:
        raise AccessUnknownError(*unknown)
    return admitted


def may_show_here(context: Context, team_id: int) -> bool:
    """Return whether what belongs to one of the person's teams may be shown to them where they speak now.

    What is said in a private channel is shown there and in direct messages, and not in another channel.
    """
    return context.origin.direct or _is_here(context, team_id) or not _is_private(context, team_id)


def answers_here(context: Context, command: Any) -> bool:
    """Return whether the rule lets a person give a command about another team from where they speak now.

    They are in that team's channel. A guest speaks of a team only there, and between channels nothing leaves
    a private one.
    """
    named, origin = parse_number(named_team(command)), context.origin
    if not named or _is_here(context, named):
        return True
    if origin.guest or origin.direct:
        return not origin.guest
    leaves = bool(origin.private) and not context.commands.find_declaration(command).read_only
    return not leaves and not _is_private(context, named)


def _is_here(context: Context, team_id: int) -> bool:
    here = teams.find_channel(context.session, context.caller.workspace_id, context.origin.channel)
    return here is not None and here.team_id == team_id


def _is_private(context: Context, team_id: int) -> bool:
    return teams.find_home(context.session, team_id).private


def find_team_access(
    session: Session, cache: AccessCache, origin: Origin, team_id: int, person_id: int, now: datetime
) -> ChannelAccess:
    """Return whether a person is in one of a team's channels. AccessUnknownError if it is not known."""
    changes = teams.count_changes(session, team_id, person_id)
    answers, unknown = [], []
    for channel in teams.list_channels(session, team_id):
        question = _ask_about(origin, channel, changes)
        answer = cache.recall(question, now)
        if answer is None:
            unknown.append(question)
        elif answer.access in (Access.MEMBER, Access.GUEST):
            return answer
        else:
            answers.append(answer)
    if unknown:
        raise AccessUnknownError(*unknown)
    unsure = (answer for answer in answers if answer.access is Access.UNKNOWN)
    return next(unsure, ChannelAccess(Access.OUTSIDE))


def has_left(context: Context, person: Person) -> bool:
    """Return whether a person has left all channels of the caller's team, as far as the platform says.

    AccessUnknownError if the platform has to be asked first.
    """
    asked = replace(context.origin, person=person.external_id, person_name=person.name, admin=False)
    found = find_team_access(
        context.session, context.access, asked, context.caller.team_id, person.id, context.now
    )
    return found.access is Access.OUTSIDE


def drop_left(context: Context, people: Iterable[Person]) -> list[Person]:
    """Return those of some people who haven't left the caller's team.

    AccessUnknownError names all that is not known of them, so that the platform is asked once.
    """
    there: list[Person] = []
    unknown: list[AccessQuestion] = []
    for person in people:
        try:
            if not has_left(context, person):
                there.append(person)
        except AccessUnknownError as error:
            unknown += error.questions
    if unknown:
        raise AccessUnknownError(*unknown)
    return there


def _concerns_own_words(session: Session, caller: Caller, declaration: Declaration, command: Any) -> bool:
    """Return whether a command works only on what the person wrote or asked."""
    match declaration.own_words:
        case OwnWords.ALWAYS:
            return True
        case OwnWords.MOMENT:
            number = parse_number(command.moment.rpartition(".")[2])
            moment = moments.find_by_number(session, caller.team_id, number) if number else None
            return moment is not None and moment.author_id == caller.person_id
        case OwnWords.NEVER:
            return False


def _admit_here(
    session: Session, cache: AccessCache, caller: Caller, origin: Origin, now: datetime,
    declaration: Declaration, command: Any,
) -> Origin:  # fmt: skip
    """Admit a person in the channel itself. An old button or form of a closed channel proves nothing."""
    if origin.present:
        return origin
    alone = declaration.needs in (Needs.PERSON, Needs.NOBODY) and not caller.elsewhere
    if alone or not (caller.private or origin.private or origin.guest is not False):
        return origin
    if _concerns_own_words(session, caller, declaration, command):
        return replace(origin, admin=False)
    question = _ask_here(origin, caller)
    answer = cache.recall(question, now)
    if answer is None:
        raise AccessUnknownError(question)
    if answer.access is not Access.GUEST:
        _require(answer, caller.private or bool(origin.private), origin)
    return origin


def _ask_here(origin: Origin, caller: Caller) -> AccessQuestion:
    changes = 0 if caller.elsewhere else caller.changes
    return AccessQuestion(origin.platform, origin.workspace, origin.channel, origin.person, changes)


def _here(origin: Origin) -> Access:
    return Access.GUEST if origin.guest else Access.MEMBER


def _require(found: ChannelAccess, private: bool, origin: Origin) -> None:
    if said := _explain_refusal(found, private, origin):
        raise UserError(said)


def _explain_refusal(found: ChannelAccess, private: bool, origin: Origin) -> str:
    """Return why a person is not admitted to a team elsewhere, or an empty string."""
    match found.access:
        case Access.MEMBER:
            return ""
        case Access.GUEST:
            return GUEST_WORDS()
        case Access.OUTSIDE:
            return OUTSIDE_WORDS()
        case Access.UNKNOWN:
            return UNKNOWN_WORDS() if private or origin.guest is not False else ""


def _ask_about(origin: Origin, channel: Channel, changes: int) -> AccessQuestion:
    return AccessQuestion(origin.platform, origin.workspace, channel.external_id, origin.person, changes)
