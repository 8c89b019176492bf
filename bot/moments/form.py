"""The fields of the forms that save and edit a moment."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from bot.core.context import Context
from bot.core.kinds.declared import KINDS
from bot.core.language.words import _
from bot.core.messages import PEOPLE_MOST, Field, FieldKind
from bot.moments.commands import Breakthrough, Failed, Log
from bot.moments.source import ensure_author
from bot.quests.attempts import QUEST, AttemptChoice, build_attempt_fields, quest_fields
from bot.quests.value_kinds import ANOTHER_FIELD, VALUE_PART, value_fields
from storage.models import Moment
from storage.models.shown import has_words, shown_name
from storage.moments import reactions
from storage.quests import quests
from storage.teams import teams


def place_fields(context: Context, command: Log | Breakthrough | Failed) -> tuple[Field, ...]:
    """Return the fields that place a moment.

    For an experiment: its quest and the attempt before it. For a breakthrough: its values and
    its quest.
    """
    if isinstance(command, Breakthrough):
        return breakthrough_fields(context, context.caller.team_id, vars(command))
    if not isinstance(command, Failed) or not context.caller.team_id:
        return ()
    chosen = AttemptChoice(command.quest, command.previous)
    return build_attempt_fields(context.session, context.caller.team_id, chosen=chosen)


def breakthrough_fields(
    context: Context, team_id: int, given: Mapping[str, str], moment: Moment | None = None
) -> tuple[Field, ...]:
    """Return the fields for a breakthrough's values and quest.

    No quest field if it already found one.
    """
    found = moment is not None and quests.list_found_by(context.session, moment.id)
    quest, worth, another = (given.get(each, "") for each in (QUEST, VALUE_PART, ANOTHER_FIELD))
    asked = () if found else quest_fields(context.session, team_id, quest, _("Which quest did it answer?"))
    return (*value_fields(context.session, team_id, worth, another), *asked)


def text_field(kind: str, words: str = "") -> Field:
    """Return the field for the words of a moment."""
    declared = KINDS[kind]
    return Field("text", declared.question(), FieldKind.TEXT, words, placeholder=declared.example())


def there_field(
    context: Context, kind: str, given: str = "", moment: Moment | None = None
) -> tuple[Field, ...]:
    """Return the field for the others who were there, with those `given` or else those invited so far.

    None for a kind that nobody can have been there for.
    """
    if not KINDS[kind].here:
        return ()
    invited = reactions.list_invited(context.session, moment.id) if moment else ()
    hint = _("The card says that you'd like to read their version. I won't message them.")
    value = given or "\n".join(person.external_id for person in invited)
    return (Field("there", _("Who else was there?"), FieldKind.PEOPLE, value, False, hint, later=True),)


def read_invited(context: Context, command: Any) -> tuple[list[int], dict[str, str]]:
    """Return the people in a form's field `there`, and a sentence for the field if some can't be invited.

    Nobody can say for another person that they were there. So people are invited: the card names them until
    they add a version, or say so themselves.
    """
    ids, names = command.there.split(), command.there_names.split("\n")
    outside, invited, errors = set(command.there_outside.split()), [], {}
    for external_id, name in list(zip_longest(ids, names[: len(ids)], fillvalue=""))[:PEOPLE_MOST]:
        known = teams.find_person(context.session, context.caller.workspace_id, external_id)
        called = shown_name(name) if has_words(name) else known.name if known else ""
        if known and known.opted_out:
            errors["there"] = _(
                "I can't invite {name}. They can still add their version on the card.", name=called
            )
        elif external_id in outside or not called:
            errors["there"] = _("I can only invite people of your organization, and no bots.")
        elif external_id != context.origin.person:
            invited.append(ensure_author(context, external_id, name).id)
    return list(dict.fromkeys(invited)), errors


def part_fields(kind: str, present: Any) -> tuple[Field, ...]:
    """Return the form's fields for a kind's parts, filled with the present values."""
    return tuple(
        Field(
            part.name,
            part.label(),
            FieldKind.TEXT,
            present.get(part.name, ""),
            required=False,
            hint=part.hint(),
            later=True,
        )
        for part in KINDS[kind].parts
    )


def filled_parts(command: Any, kind: str) -> dict[str, str]:
    """Return the parts that a person gave in a command, without empty ones."""
    found = {part.name: getattr(command, part.name).strip() for part in KINDS[kind].parts}
    return {name: text for name, text in found.items() if text}
