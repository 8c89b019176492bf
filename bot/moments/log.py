"""Saving, editing, deleting and restoring moments, and the taps on their cards.

Text typed with a command is saved before the bot asks for more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.core.adapter import Source
from bot.core.commands import MOMENT_PATTERN, Declaration, user_text, words_param
from bot.core.context import Context, FormError, UserError
from bot.core.messages import Button, Card, Field, FieldKind, Form, Reply, Style, Text, text_reply
from bot.core.ours import posting_purpose
from bot.memory.fuel import offer_fuel
from bot.memory.working_hours import plan_followups
from bot.moments.card import PARTS, build_moment_card, format_moment_ref
from bot.moments.commands import (
    AddVersion,
    Delete,
    Edit,
    HighFive,
    HowFar,
    ItWasAnAha,
    IWasThere,
    Restore,
    SeeLinks,
)
from bot.moments.source import save_source_text
from bot.quests.attempts import (
    LOOP_MESSAGE,
    PREVIOUS,
    QUEST,
    AttemptChoice,
    build_attempt_fields,
    close_found_quest,
    quest_field,
    save_attempt_place,
)
from bot.quests.value_kinds import ANOTHER_FIELD, VALUE_PART, save_value_part, value_error, value_fields
from storage.delivery import postings
from storage.models import FollowUpKind, Kind, Moment, MomentState, PostingKind, TapKind
from storage.moments import moments
from storage.quests import links, quests
from storage.teams import teams

UNDO_PERIOD = timedelta(days=1)
"""How long a deleted moment can be restored before its text is erased."""

BUTTON_LIMIT = 3
"""Maximum buttons on the private reply to a capture, which stays short."""

FORM_WORDS = 3_000
"""Maximum characters of a form's text field on Slack (4,000 on Discord).

A longer text cannot be edited in a form.
"""
LEFT_OUT_NOTICE = (
    f"A form holds {FORM_WORDS:,} characters, so what is longer stays as it is. "
    "You can delete #{} and write it again."
)
WHOLE, REST = "1", "rest"
"""The scope of an edit form.

`WHOLE` asked for everything, `REST` for all but a text too long for a form.
"""


@dataclass(frozen=True)
class Log:
    """Save an aha."""

    text: str = words_param("What you saw, found or finally understood")
    head: str = ""
    team: str = ""
    used_to: str = user_text()
    now_think: str = user_text()
    expecting: str = user_text()
    out_with: str = user_text()


@dataclass(frozen=True)
class Breakthrough:
    """Save a breakthrough."""

    text: str = words_param("What it is, in a sentence")
    head: str = ""
    team: str = ""
    planned: str = user_text()
    came_as: str = user_text()
    repaid: str = user_text()
    powers: str = user_text()
    value: str = ""
    another_value: str = user_text()
    quest: str = ""


@dataclass(frozen=True)
class Failed:
    """Save an experiment that did not work."""

    text: str = words_param("What you tried")
    head: str = ""
    team: str = ""
    expected: str = user_text()
    happened: str = user_text()
    taught: str = user_text()
    wrong: str = user_text()
    quest: str = ""
    previous: str = ""


KINDS: dict[type, Kind] = {Log: Kind.AHA, Breakthrough: Kind.BREAKTHROUGH, Failed: Kind.EXPERIMENT}
FORM_QUESTIONS = {
    Kind.AHA: ("Log an aha", "What did you see, find or finally understand?"),
    Kind.BREAKTHROUGH: ("Keep a breakthrough", "What is it, in a sentence?"),
    Kind.EXPERIMENT: ("Keep a failed experiment", "What did you try?"),
}


def capture_moment(context: Context, command: Log | Breakthrough | Failed) -> Reply | Form:
    """Save the typed text at once. Without any text, return the form.

    An event that was already saved gets the same reply again.
    FormError for an invalid value of a breakthrough.
    """
    kind = KINDS[type(command)]
    if context.caller.kept_moment_id:
        return _saved_reply(
            context, context.session.get_one(Moment, context.caller.kept_moment_id).number, kind, command.head
        )
    if not command.text.strip():
        return _capture_form(context, command, kind)
    if wrong := value_error(getattr(command, ANOTHER_FIELD, "")):
        raise FormError(_capture_form(context, command, kind), {ANOTHER_FIELD: wrong})
    parts = {**_filled_parts(command, kind), **save_value_part(context, kind, command)}
    number = save_moment(context, kind, command.text.strip(), parts)
    return _saved_reply(
        context, number, kind, command.head, bool(parts), _place_in_quest(context, number, command)
    )


def _place_in_quest(context: Context, number: int, command: Log | Breakthrough | Failed) -> str:
    """Place a new moment in the chosen quest or after the chosen attempt.

    Return a sentence about a quest that this closed, or an empty string.
    """
    chosen = AttemptChoice(getattr(command, "quest", ""), getattr(command, "previous", ""))
    if not (chosen.quest or chosen.previous):
        return ""
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    assert moment is not None
    if isinstance(command, Breakthrough):
        return close_found_quest(context, moment.id, chosen.quest)
    return save_attempt_place(context, moment.id, chosen)


def save_moment(context: Context, kind: Kind, text: str, parts: dict[str, str]) -> int:
    """Save a moment of the speaker's own, plan its card, and return its number.

    A breakthrough also gets its follow-ups planned.
    """
    caller, origin = context.caller, context.origin
    moment_id, number = moments.add_moment(
        context.session,
        caller.team_id,
        kind,
        caller.person_id,
        text,
        context.now,
        parts=parts,
        event=origin.event,
    )
    plan_moment_card(context, moment_id, card_channel(context))
    if kind is Kind.BREAKTHROUGH:
        plan_followups(context.session, caller.team_id, moment_id, context.now, tuple(FollowUpKind))
    return number


def card_channel(context: Context) -> str:
    """Return the channel for a post about the speaker's command.

    That is the channel of the command if it belongs to the team and is no direct message, else the
    team's home channel.
    """
    caller, origin = context.caller, context.origin
    said_here = caller.channel_id and not origin.direct
    return origin.channel if said_here else teams.find_home(context.session, caller.team_id).external_id


def plan_moment_card(context: Context, moment_id: int, channel: str, thread: str = "") -> None:
    """Plan the card of a moment."""
    postings.plan_posting(
        context.session, f"card:{moment_id}", PostingKind.CARD, context.caller.workspace_id, context.now,
        team_id=context.caller.team_id, moment_id=moment_id, channel=channel, thread=thread,
    )  # fmt: skip


def _capture_form(context: Context, command: Log | Breakthrough | Failed, kind: Kind) -> Form:
    title, question = FORM_QUESTIONS[kind]
    text = Field("text", question, FieldKind.TEXT, command.text)
    fields = (text, *_part_fields(kind, vars(command)), *_place_fields(context, command))
    asked: dict[str, Any] = {field.name: "" for field in fields}
    return Form(title, replace(command, **asked), fields)


def _place_fields(context: Context, command: Log | Breakthrough | Failed) -> tuple[Field, ...]:
    """Return the fields that place a moment.

    For an experiment: its quest and the attempt before it. For a breakthrough: its values and
    its quest.
    """
    if isinstance(command, Breakthrough):
        return _breakthrough_fields(context, context.caller.team_id, vars(command))
    if not isinstance(command, Failed) or not context.caller.team_id:
        return ()
    chosen = AttemptChoice(command.quest, command.previous)
    return build_attempt_fields(context.session, context.caller.team_id, chosen=chosen)


def _breakthrough_fields(
    context: Context, team_id: int, given: Mapping[str, str], moment: Moment | None = None
) -> tuple[Field, ...]:
    """Return the fields for a breakthrough's values and quest.

    No quest field if it already found one.
    """
    found = moment is not None and quests.list_found_by(context.session, moment.id)
    quest, worth, another = (given.get(each, "") for each in (QUEST, VALUE_PART, ANOTHER_FIELD))
    asked = quest_field(context.session, team_id, quest, "Which quest did it find?")
    return (
        *value_fields(context.session, team_id, worth, another),
        *((asked,) if asked and not found else ()),
    )


def _part_fields(kind: str, present: Any) -> tuple[Field, ...]:
    return tuple(
        Field(
            part.name, part.label, FieldKind.TEXT, present.get(part.name, ""), required=False, hint=part.hint
        )
        for part in PARTS[kind]
    )


def _filled_parts(command: Any, kind: str) -> dict[str, str]:
    found = {part.name: getattr(command, part.name).strip() for part in PARTS[kind]}
    return {name: text for name, text in found.items() if text}


def _saved_reply(
    context: Context, number: int, kind: Kind, head: str, whole: bool = False, more: str = ""
) -> Reply:
    """Return the private reply to a capture.

    It has the moment's number, what others can do, and a way back if the first word was misread.
    """
    at = context.moment_ref(number)
    buttons = []
    if PARTS[kind] and not whole:
        buttons.append(_complete_button(kind, at))
    if head:
        again = f"Keep the word “{head.strip()}” too" if kind is Kind.AHA else "It was an aha"
        buttons.append(Button(again, ItWasAnAha(at, head)))
    if kind is Kind.BREAKTHROUGH and links.list_recent(
        context.session, context.caller.team_id, Kind.EXPERIMENT, 1
    ):
        buttons.append(Button("The road here", SeeLinks(at)))
    others = "Were others there? They can add their own version."
    offered = offer_fuel(context, number) if kind is Kind.EXPERIMENT else ()
    far = Button("How far out was it?", HowFar(at))
    return text_reply(f"Kept as #{number}.{more} {others}", buttons=(*buttons, *offered, far)[:BUTTON_LIMIT])


def _complete_button(kind: Kind, at: str) -> Button:
    """Return the button that opens the rest of the form.

    An aha is complete without it, so its button only offers before and after.
    """
    if kind is Kind.AHA:
        return Button("Before and after", Edit(at))
    return Button("Add the rest", Edit(at), Style.PRIMARY)


def find_moment(context: Context, given: str) -> Moment:
    """Return the moment a person named, deleted or not.

    UserError with the latest number if there is none.
    """
    found = MOMENT_PATTERN.fullmatch(given)
    number = int(found[1].rpartition(".")[2]) if found else 0
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    if moment is None:
        raise UserError(unknown_moment(context, number))
    return moment


def active_moment(context: Context, given: str) -> Moment:
    """Return the moment a person named, if it is not deleted.

    UserError if it is deleted or does not exist.
    """
    moment = find_moment(context, given)
    if moment.deleted_at is not None:
        raise UserError(f"#{moment.number} was removed.")
    return moment


def moment_of_message(context: Context, message: str) -> Moment | None:
    """Return the moment saved from a message of this channel, or shown by it.

    A card or a card of whys shows a moment. UserError for a post by the bot that shows none,
    because nobody wrote it and nothing can be saved from it.
    """
    place = context.origin.channel
    moment = moments.find_by_source(context.session, context.caller.team_id, place, message)
    if moment is not None:
        return moment
    posting = postings.find_by_message(context.session, context.caller.workspace_id, place, message)
    if posting is not None and not posting.moment_id:
        raise UserError(posting_purpose(posting.kind))
    return context.session.get(Moment, posting.moment_id) if posting else None


def unknown_moment(context: Context, number: int) -> str:
    """Return the sentence for a number without a moment, or for a team without any moments."""
    newest = moments.latest_number(context.session, context.caller.team_id)
    if not newest:
        coming = moments.next_number(context.session, context.caller.team_id)
        yet = "yet" if coming == 1 else "now"
        return f"Nothing is kept here {yet}. Write what you saw after the command, and it will be #{coming}."
    return f"There is no #{number} here; the latest is #{newest}."


def edit_moment(context: Context, command: Edit) -> Reply | Form:
    """Save the author's changes to a moment. Without new text, return the form.

    FormError for an invalid value of a breakthrough, or an experiment placed after itself.
    """
    moment = own_moment(context, command.moment, "change")
    text = command.text.strip() or (moment.text if command.whole == REST else "")
    if not text:
        return _edit_form(context, moment, moment.text, moment.parts)
    if wrong := value_error(command.another_value):
        raise FormError(_edit_form(context, moment, text, vars(command)), {ANOTHER_FIELD: wrong})
    told = _place_experiment(context, moment, command) if moment.kind == Kind.EXPERIMENT else ""
    found = close_found_quest(context, moment.id, command.quest) if moment.kind == Kind.BREAKTHROUGH else ""
    if moment.state != MomentState.KEPT:
        save_source_text(context.session, moment, Source(text, "", "", moment.source_link), context.now)
    moment.text = text
    stays = _oversized_parts(moment) if command.whole else moment.parts
    moment.parts = {
        **stays,
        **_filled_parts(command, moment.kind),
        **save_value_part(context, moment.kind, command),
    }
    moment.edited_at = context.now
    propagate_change(context, moment)
    return text_reply(f"#{moment.number} has your new words.{told}{found}")


def _place_experiment(context: Context, moment: Moment, command: Edit) -> str:
    """Place an edited experiment in its quest and after its earlier attempt.

    Return what to tell the author. FormError if it would come after itself.
    """
    chosen = AttemptChoice(command.quest, command.previous)
    try:
        return save_attempt_place(context, moment.id, chosen)
    except ValueError:
        form = _edit_form(context, moment, command.text, vars(command), chosen)
        raise FormError(form, {PREVIOUS: LOOP_MESSAGE.format(moment.number)}) from None


def _oversized_parts(moment: Moment) -> Mapping[str, str]:
    """Return the parts longer than FORM_WORDS.

    The form leaves them out and they stay unchanged, so nothing is cut off unseen.
    """
    return {name: words for name, words in moment.parts.items() if len(words) > FORM_WORDS}


def _edit_form(
    context: Context,
    moment: Moment,
    words: str,
    parts: Mapping[str, str],
    chosen: AttemptChoice | None = None,
) -> Form:
    """Return the edit form with the current or the submitted values.

    Texts too long for a form are left out. UserError if no field remains.
    """
    long, left_out = len(moment.text) > FORM_WORDS, _oversized_parts(moment)
    fields = [] if long else [Field("text", FORM_QUESTIONS[Kind(moment.kind)][1], FieldKind.TEXT, words)]
    fields += [field for field in _part_fields(moment.kind, parts) if field.name not in left_out]
    if moment.kind == Kind.EXPERIMENT:
        fields += build_attempt_fields(context.session, moment.team_id, moment, chosen)
    if moment.kind == Kind.BREAKTHROUGH:
        fields += _breakthrough_fields(context, moment.team_id, parts, moment)
    intro = LEFT_OUT_NOTICE.format(moment.number) if long or left_out else ""
    if not fields:
        raise UserError(intro)
    edited = Edit(format_moment_ref(moment), whole=REST if long else WHOLE)
    return Form(f"Edit #{moment.number}", edited, tuple(fields), intro=intro)


def own_moment(context: Context, given: str, what: str) -> Moment:
    """Return the speaker's own moment.

    UserError if somebody else wrote it. `what` is the verb of that sentence.
    """
    moment = active_moment(context, given)
    if moment.author_id != context.caller.person_id:
        author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
        raise UserError(
            f"#{moment.number} is in {author}'s words; only {author} can {what} it. You can add your version."
        )
    return moment


def propagate_change(context: Context, moment: Moment) -> None:
    """Update the search index and refresh every post that shows the moment."""
    moments.update_tokens(context.session, moment, context.now)
    postings.refresh_moment(context.session, moment.id, context.now)


def delete_moment(context: Context, command: Delete) -> Reply:
    """Delete a moment from memory, card, search and recaps.

    It can be restored for a day. UserError unless the speaker wrote it or is an admin.
    """
    moment = active_moment(context, command.moment)
    if not context.origin.admin:
        own_moment(context, command.moment, "remove")
    moment.deleted_at, moment.deleted_by_id = context.now, context.caller.person_id
    propagate_change(context, moment)
    postings.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)
    undo = Button("Undo", Restore(format_moment_ref(moment)))
    return text_reply(f"#{moment.number} is removed. Until tomorrow you can bring it back.", buttons=(undo,))


def restore_moment(context: Context, command: Restore) -> Reply:
    """Restore a deleted moment within a day.

    UserError for anyone but its author and the person who deleted it, and when the day is over.
    """
    moment = find_moment(context, command.moment)
    if moment.deleted_at is None:
        raise UserError(f"#{moment.number} is there.")
    if moment.erased_at or moment.deleted_at + UNDO_PERIOD <= context.now:
        raise UserError(f"#{moment.number} was removed more than a day ago; its words are gone for good.")
    if context.caller.person_id not in (moment.deleted_by_id, moment.author_id):
        raise UserError(f"Only who removed #{moment.number}, or who wrote it, can bring it back.")
    moment.deleted_at = moment.deleted_by_id = None
    if moment.state == MomentState.FETCHING:
        moments.request_fetch(context.session, moment.id, context.now)
    propagate_change(context, moment)
    postings.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)
    postings.restore_postings(context.session, moment.id, context.now)
    return text_reply(f"#{moment.number} is back.", replaces=True)


def give_high_five(context: Context, command: HighFive) -> Reply | None:
    """Add a high-five to a moment, once per person.

    A new one on the shared card gets no reply, since the card shows it.
    """
    moment, new = _record_tap(context, command, TapKind.HIGH_FIVE)
    if not new:
        return text_reply(f"You gave #{moment.number} a high-five already.")
    if not command.private:
        return None
    return Reply(build_moment_card(context.session, moment, context.now, private=True), replaces=True)


def record_presence(context: Context, command: IWasThere) -> Reply:
    """Record that the speaker was there, once per person.

    A name is easy to miss on the card, so the reply says it too.
    """
    moment, new = _record_tap(context, command, TapKind.THERE)
    said = f"You are down{'' if new else ' already'} as having been there for #{moment.number}."
    if command.private:
        card = build_moment_card(context.session, moment, context.now, private=True)
        return Reply(Card((Text((said,)), *card.blocks), card.buttons, card.menu), replaces=True)
    at = format_moment_ref(moment)
    tell, far = Button("Add my version", AddVersion(at)), Button("How far out was it?", HowFar(at))
    return text_reply(said, buttons=(tell, far))


def _record_tap(context: Context, command: HighFive | IWasThere, kind: TapKind) -> tuple[Moment, bool]:
    """Return the moment, and whether the tap is new."""
    moment = active_moment(context, command.moment)
    new = moments.add_tap(context.session, moment.id, context.caller.person_id, kind)
    if new:
        postings.refresh_card(context.session, moment.id, context.now)
    return moment, new


DECLARATIONS = (
    Declaration("log", Log, capture_moment, "log", "Keep an aha, in your own words"),
    Declaration("breakthrough", Breakthrough, capture_moment, "breakthrough", "Keep a breakthrough"),
    Declaration(
        "failed", Failed, capture_moment, "failed", "Keep an experiment that did not work, and what it taught"
    ),
    Declaration(
        "edit",
        Edit,
        edit_moment,
        "edit",
        "Change a moment of yours",
        typed_only=True,
        instead="show the moment, then Edit.",
    ),
    Declaration(
        "delete",
        Delete,
        delete_moment,
        "delete",
        "Remove a moment of yours; a day to undo",
        typed_only=True,
        instead="show the moment, then Delete.",
    ),
    Declaration("restore", Restore, restore_moment),
    Declaration("high-five", HighFive, give_high_five),
    Declaration("i-was-there", IWasThere, record_presence),
)
