"""Keeping moments and what becomes of them: `log`, `breakthrough`, `failed`, `edit`, `delete`, and their taps.

What was typed is kept before anything more is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.core import ours
from bot.core.adapter import Source
from bot.core.commands import MOMENT, Declaration, words, written
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.messages import Button, Card, Field, FieldKind, Form, Reply, Style, Text, reply
from bot.memory import fuel
from bot.memory import working_hours as mornings
from bot.moments import card as cards
from bot.moments.commands import (
    AddVersion,
    Delete,
    Edit,
    HighFive,
    HowFar,
    ItWasAnAha,
    IWasThere,
    Restore,
    SeeRoad,
)
from bot.moments.source import settle
from bot.quests import attempts
from bot.quests import value_kinds as values
from storage.delivery import postings
from storage.models import FollowUpKind, Kind, Moment, MomentState, PostingKind, TapKind
from storage.moments import moments
from storage.quests import links, quests
from storage.teams import teams

UNDO = timedelta(days=1)
"""How long a deleted moment can be brought back before its words are erased."""

OFFERED = 3
"""Buttons of the private answer to a capture: it stays short."""

FORM_WORDS = 3_000
"""Characters that a form's text field holds on Slack (4,000 on Discord); a longer text cannot be edited in one."""
LEFT_OUT = (
    f"A form holds {FORM_WORDS:,} characters, so what is longer stays as it is. "
    "You can delete #{} and write it again."
)
WHOLE, REST = "1", "rest"
"""What an edit's form asked for: everything, or everything but a text that is too long for it."""


@dataclass(frozen=True)
class Log:
    """Keep an aha."""

    text: str = words("What you saw, found or finally understood")
    head: str = ""
    team: str = ""
    used_to: str = written()
    now_think: str = written()
    expecting: str = written()
    out_with: str = written()


@dataclass(frozen=True)
class Breakthrough:
    """Keep a breakthrough."""

    text: str = words("What it is, in a sentence")
    head: str = ""
    team: str = ""
    planned: str = written()
    came_as: str = written()
    repaid: str = written()
    powers: str = written()
    value: str = ""
    another_value: str = written()
    quest: str = ""


@dataclass(frozen=True)
class Failed:
    """Keep an experiment that did not work."""

    text: str = words("What you tried")
    head: str = ""
    team: str = ""
    expected: str = written()
    happened: str = written()
    taught: str = written()
    wrong: str = written()
    quest: str = ""
    previous: str = ""


KINDS: dict[type, Kind] = {Log: Kind.AHA, Breakthrough: Kind.BREAKTHROUGH, Failed: Kind.EXPERIMENT}
ASKED = {
    Kind.AHA: ("Log an aha", "What did you see, find or finally understand?"),
    Kind.BREAKTHROUGH: ("Keep a breakthrough", "What is it, in a sentence?"),
    Kind.EXPERIMENT: ("Keep a failed experiment", "What did you try?"),
}


def capture(turn: Turn, command: Log | Breakthrough | Failed) -> Reply | Form:
    """Keep what was typed at once; without any text, ask with a form."""
    kind = KINDS[type(command)]
    if turn.seat.kept_id:
        return _kept(turn, turn.session.get_one(Moment, turn.seat.kept_id).number, kind, command.head)
    if not command.text.strip():
        return _capture_form(turn, command, kind)
    if wrong := values.wrong(getattr(command, values.ANOTHER, "")):
        raise FieldErrors(_capture_form(turn, command, kind), {values.ANOTHER: wrong})
    parts = {**_parts(command, kind), **values.given(turn, kind, command)}
    number = keep(turn, kind, command.text.strip(), parts)
    return _kept(turn, number, kind, command.head, bool(parts), _searched(turn, number, command))


def _searched(turn: Turn, number: int, command: Log | Breakthrough | Failed) -> str:
    """Put a new moment where it belongs in the search; what became of its quest, where that closed, in a sentence."""
    chosen = attempts.Chosen(getattr(command, "quest", ""), getattr(command, "previous", ""))
    if not (chosen.quest or chosen.previous):
        return ""
    moment = moments.by_number(turn.session, turn.seat.team_id, number)
    assert moment is not None
    if isinstance(command, Breakthrough):
        return attempts.found(turn, moment.id, chosen.quest)
    return attempts.place(turn, moment.id, chosen)


def keep(turn: Turn, kind: Kind, text: str, parts: dict[str, str]) -> int:
    """A moment of the speaker's own, and the promise of its card in the channel; its number."""
    seat, origin = turn.seat, turn.origin
    moment_id, number = moments.add(
        turn.session, seat.team_id, kind, seat.person_id, text, turn.now, parts=parts, event=origin.event
    )
    plan_card(turn, moment_id, channel(turn))
    if kind is Kind.BREAKTHROUGH:
        mornings.expect(turn.session, seat.team_id, moment_id, turn.now, tuple(FollowUpKind))
    return number


def channel(turn: Turn) -> str:
    """Where what somebody gave shall stand: where they gave it, if that is a channel of the team; else its home."""
    seat, origin = turn.seat, turn.origin
    said_here = seat.channel_id and not origin.direct
    return origin.channel if said_here else teams.home(turn.session, seat.team_id).external_id


def plan_card(turn: Turn, moment_id: int, channel: str, thread: str = "") -> None:
    """Promise the card of a moment."""
    postings.plan(
        turn.session, f"card:{moment_id}", PostingKind.CARD, turn.seat.workspace_id, turn.now,
        team_id=turn.seat.team_id, moment_id=moment_id, channel=channel, thread=thread,
    )  # fmt: skip


def _capture_form(turn: Turn, command: Log | Breakthrough | Failed, kind: Kind) -> Form:
    title, question = ASKED[kind]
    text = Field("text", question, FieldKind.TEXT, command.text)
    fields = (text, *_part_fields(kind, vars(command)), *_place_fields(turn, command))
    asked: dict[str, Any] = {field.name: "" for field in fields}
    return Form(title, replace(command, **asked), fields)


def _place_fields(turn: Turn, command: Log | Breakthrough | Failed) -> tuple[Field, ...]:
    """Of an experiment which quest it is part of and whose next attempt it is; of a breakthrough what it is worth."""
    if isinstance(command, Breakthrough):
        return _breakthrough_fields(turn, turn.seat.team_id, vars(command))
    if not isinstance(command, Failed) or not turn.seat.team_id:
        return ()
    chosen = attempts.Chosen(command.quest, command.previous)
    return attempts.fields(turn.session, turn.seat.team_id, chosen=chosen)


def _breakthrough_fields(
    turn: Turn, team_id: int, given: Mapping[str, str], moment: Moment | None = None
) -> tuple[Field, ...]:
    """What it is worth, and which quest it found, unless it found one already."""
    found = moment is not None and quests.found_by(turn.session, moment.id)
    quest, worth, another = (given.get(each, "") for each in (attempts.QUEST, values.PART, values.ANOTHER))
    asked = attempts.quest_field(turn.session, team_id, quest, "Which quest did it find?")
    return (*values.fields(turn.session, team_id, worth, another), *((asked,) if asked and not found else ()))


def _part_fields(kind: str, present: Any) -> tuple[Field, ...]:
    return tuple(
        Field(
            part.name, part.label, FieldKind.TEXT, present.get(part.name, ""), required=False, hint=part.hint
        )
        for part in cards.PARTS[kind]
    )


def _parts(command: Any, kind: str) -> dict[str, str]:
    found = {part.name: getattr(command, part.name).strip() for part in cards.PARTS[kind]}
    return {name: text for name, text in found.items() if text}


def _kept(turn: Turn, number: int, kind: Kind, head: str, whole: bool = False, more: str = "") -> Reply:
    """What the person sees: the number, what others can do, and a way back if we read their first word wrongly."""
    at = turn.ref(number)
    buttons = []
    if cards.PARTS[kind] and not whole:
        buttons.append(_add_the_rest(kind, at))
    if head:
        again = f"Keep the word “{head.strip()}” too" if kind is Kind.AHA else "It was an aha"
        buttons.append(Button(again, ItWasAnAha(at, head)))
    if kind is Kind.BREAKTHROUGH and links.recent(turn.session, turn.seat.team_id, Kind.EXPERIMENT, 1):
        buttons.append(Button("The road here", SeeRoad(at)))
    others = "Were others there? They can add their own version."
    offered = fuel.offered(turn, number) if kind is Kind.EXPERIMENT else ()
    far = Button("How far out was it?", HowFar(at))
    return reply(f"Kept as #{number}.{more} {others}", buttons=(*buttons, *offered, far)[:OFFERED])


def _add_the_rest(kind: Kind, at: str) -> Button:
    """An aha is whole as it is; what it changed is offered beside it."""
    if kind is Kind.AHA:
        return Button("Before and after", Edit(at))
    return Button("Add the rest", Edit(at), Style.PRIMARY)


def the(turn: Turn, given: str) -> Moment:
    """The moment a person named. Refusal, with the latest number, where there is none."""
    found = MOMENT.fullmatch(given)
    number = int(found[1].rpartition(".")[2]) if found else 0
    moment = moments.by_number(turn.session, turn.seat.team_id, number)
    if moment is None:
        raise Refusal(no_such(turn, number))
    return moment


def standing(turn: Turn, given: str) -> Moment:
    """The same, for what makes sense only while it is not deleted."""
    moment = the(turn, given)
    if moment.deleted_at is not None:
        raise Refusal(f"#{moment.number} was removed.")
    return moment


def behind(turn: Turn, message: str) -> Moment | None:
    """The moment that was kept from a message of this channel, or whose card or ladder it is.

    Refusal for a post of ours that shows no moment: nobody wrote it, so nothing can be kept from it.
    """
    place = turn.origin.channel
    moment = moments.by_source(turn.session, turn.seat.team_id, place, message)
    if moment is not None:
        return moment
    posting = postings.by_message(turn.session, turn.seat.workspace_id, place, message)
    if posting is not None and not posting.moment_id:
        raise Refusal(ours.purpose(posting.kind))
    return turn.session.get(Moment, posting.moment_id) if posting else None


def no_such(turn: Turn, number: int) -> str:
    """The sentence for a number that is no moment, or for a team that has kept nothing."""
    newest = moments.latest_number(turn.session, turn.seat.team_id)
    if not newest:
        coming = moments.next_number(turn.session, turn.seat.team_id)
        yet = "yet" if coming == 1 else "now"
        return f"Nothing is kept here {yet}. Write what you saw after the command, and it will be #{coming}."
    return f"There is no #{number} here; the latest is #{newest}."


def edit(turn: Turn, command: Edit) -> Reply | Form:
    """The author's new words; the first time, a form with the present ones."""
    moment = own(turn, command.moment, "change")
    text = command.text.strip() or (moment.text if command.whole == REST else "")
    if not text:
        return _form_of(turn, moment, moment.text, moment.parts)
    if wrong := values.wrong(command.another_value):
        raise FieldErrors(_form_of(turn, moment, text, vars(command)), {values.ANOTHER: wrong})
    told = _place(turn, moment, command) if moment.kind == Kind.EXPERIMENT else ""
    found = attempts.found(turn, moment.id, command.quest) if moment.kind == Kind.BREAKTHROUGH else ""
    if moment.state != MomentState.KEPT:
        settle(turn.session, moment, Source(text, "", "", moment.source_link), turn.now)
    moment.text = text
    stays = _too_long(moment) if command.whole else moment.parts
    moment.parts = {**stays, **_parts(command, moment.kind), **values.given(turn, moment.kind, command)}
    moment.edited_at = turn.now
    changed(turn, moment)
    return reply(f"#{moment.number} has your new words.{told}{found}")


def _place(turn: Turn, moment: Moment, command: Edit) -> str:
    """Put an experiment where the form said; the form again where it would come after itself. What it answers."""
    chosen = attempts.Chosen(command.quest, command.previous)
    try:
        return attempts.place(turn, moment.id, chosen)
    except ValueError:
        form = _form_of(turn, moment, command.text, vars(command), chosen)
        raise FieldErrors(form, {attempts.PREVIOUS: attempts.LATER.format(moment.number)}) from None


def _too_long(moment: Moment) -> Mapping[str, str]:
    """The parts that its form leaves out, so that nothing is cut off unseen; they stay."""
    return {name: words for name, words in moment.parts.items() if len(words) > FORM_WORDS}


def _form_of(
    turn: Turn, moment: Moment, words: str, parts: Mapping[str, str], chosen: attempts.Chosen | None = None
) -> Form:
    """What may be changed, as it stands or as it was given; what is too long for a form is left out of it."""
    long, left_out = len(moment.text) > FORM_WORDS, _too_long(moment)
    fields = [] if long else [Field("text", ASKED[Kind(moment.kind)][1], FieldKind.TEXT, words)]
    fields += [field for field in _part_fields(moment.kind, parts) if field.name not in left_out]
    if moment.kind == Kind.EXPERIMENT:
        fields += attempts.fields(turn.session, moment.team_id, moment, chosen)
    if moment.kind == Kind.BREAKTHROUGH:
        fields += _breakthrough_fields(turn, moment.team_id, parts, moment)
    intro = LEFT_OUT.format(moment.number) if long or left_out else ""
    if not fields:
        raise Refusal(intro)
    edited = Edit(cards.ref(moment), whole=REST if long else WHOLE)
    return Form(f"Edit #{moment.number}", edited, tuple(fields), intro=intro)


def own(turn: Turn, given: str, what: str) -> Moment:
    """The speaker's own moment. Refusal when somebody else wrote it."""
    moment = standing(turn, given)
    if moment.author_id != turn.seat.person_id:
        author = moments.people(turn.session, [moment.author_id])[moment.author_id].name
        raise Refusal(
            f"#{moment.number} is in {author}'s words; only {author} can {what} it. You can add your version."
        )
    return moment


def changed(turn: Turn, moment: Moment) -> None:
    """Let search and everything that shows the moment follow."""
    moments.reindex(turn.session, moment, turn.now)
    postings.touch_moment(turn.session, moment.id, turn.now)


def remove(turn: Turn, command: Delete) -> Reply:
    """Out of memory, card, search and recaps; for a day it can come back."""
    moment = standing(turn, command.moment)
    if not turn.origin.admin:
        own(turn, command.moment, "remove")
    moment.deleted_at, moment.deleted_by_id = turn.now, turn.seat.person_id
    changed(turn, moment)
    postings.touch_figures(turn.session, moment.team_id, moment.created_at, turn.now)
    undo = Button("Undo", Restore(cards.ref(moment)))
    return reply(f"#{moment.number} is removed. Until tomorrow you can bring it back.", buttons=(undo,))


def restore(turn: Turn, command: Restore) -> Reply:
    """Bring a deleted moment back, for whoever deleted it or wrote it, within a day."""
    moment = the(turn, command.moment)
    if moment.deleted_at is None:
        raise Refusal(f"#{moment.number} is there.")
    if moment.erased_at or moment.deleted_at + UNDO <= turn.now:
        raise Refusal(f"#{moment.number} was removed more than a day ago; its words are gone for good.")
    if turn.seat.person_id not in (moment.deleted_by_id, moment.author_id):
        raise Refusal(f"Only who removed #{moment.number}, or who wrote it, can bring it back.")
    moment.deleted_at = moment.deleted_by_id = None
    if moment.state == MomentState.FETCHING:
        moments.fetch(turn.session, moment.id, turn.now)
    changed(turn, moment)
    postings.touch_figures(turn.session, moment.team_id, moment.created_at, turn.now)
    postings.revive_moment(turn.session, moment.id, turn.now)
    return reply(f"#{moment.number} is back.", replaces=True)


def high_five(turn: Turn, command: HighFive) -> Reply | None:
    """A nod, once a person; the card says enough where it is new."""
    moment, new = _tap(turn, command, TapKind.HIGH_FIVE)
    if not new:
        return reply(f"You gave #{moment.number} a high-five already.")
    if not command.private:
        return None
    return Reply(cards.card(turn.session, moment, turn.now, private=True), replaces=True)


def i_was_there(turn: Turn, command: IWasThere) -> Reply:
    """Presence, once a person. One name more is easily missed on a card, so there is a sentence too."""
    moment, new = _tap(turn, command, TapKind.THERE)
    said = f"You are down{'' if new else ' already'} as having been there for #{moment.number}."
    if command.private:
        card = cards.card(turn.session, moment, turn.now, private=True)
        return Reply(Card((Text((said,)), *card.blocks), card.buttons, card.menu), replaces=True)
    at = cards.ref(moment)
    tell, far = Button("Add my version", AddVersion(at)), Button("How far out was it?", HowFar(at))
    return reply(said, buttons=(tell, far))


def _tap(turn: Turn, command: HighFive | IWasThere, kind: TapKind) -> tuple[Moment, bool]:
    """The moment, and whether the press was new."""
    moment = standing(turn, command.moment)
    new = moments.tap(turn.session, moment.id, turn.seat.person_id, kind)
    if new:
        postings.touch_card(turn.session, moment.id, turn.now)
    return moment, new


DECLARATIONS = (
    Declaration("log", Log, capture, "log", "Keep an aha, in your own words"),
    Declaration("breakthrough", Breakthrough, capture, "breakthrough", "Keep a breakthrough"),
    Declaration(
        "failed", Failed, capture, "failed", "Keep an experiment that did not work, and what it taught"
    ),
    Declaration(
        "edit",
        Edit,
        edit,
        "edit",
        "Change a moment of yours",
        typed_only=True,
        instead="show the moment, then Edit.",
    ),
    Declaration(
        "delete",
        Delete,
        remove,
        "delete",
        "Remove a moment of yours; a day to undo",
        typed_only=True,
        instead="show the moment, then Delete.",
    ),
    Declaration("restore", Restore, restore),
    Declaration("high-five", HighFive, high_five),
    Declaration("i-was-there", IWasThere, i_was_there),
)
