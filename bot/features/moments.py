"""Keeping moments and what becomes of them: `log`, `breakthrough`, `failed`, `edit`, `delete`, and their taps.

What was typed is kept before anything more is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.adapter import Source
from bot.commands import MOMENT, Declaration, words, written
from bot.features import attempts, cards, fuel, values
from bot.features.actions import (
    Delete,
    Edit,
    HighFive,
    HowFar,
    ItWasAnAha,
    IWasThere,
    Restore,
    SeeRoad,
)
from bot.features.sources import settle
from bot.messages import Button, Field, FieldKind, Form, Reply, Style, reply
from bot.turn import FieldErrors, Refusal, Turn
from storage import attempts as placed
from storage import followups, links, moments, postings, quests, teams
from storage.models import FollowUpKind, Kind, Moment, MomentState, PostingKind, TapKind

UNDO = timedelta(days=1)
"""How long a deleted moment can be brought back before its words are erased."""

OFFERED = 3
"""Buttons of the private answer to a capture: it stays short."""

FORM_WORDS = 3_000
"""Characters that a form's text field holds on Slack (4,000 on Discord); a longer text cannot be edited in one."""


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
        followups.expect(turn.session, seat.team_id, moment_id, turn.now, tuple(FollowUpKind))
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
    return Form(title, command, (text, *_part_fields(kind, vars(command)), *_place_fields(turn, command)))


def _place_fields(turn: Turn, command: Log | Breakthrough | Failed) -> tuple[Field, ...]:
    """Of an experiment which quest it is part of and whose next attempt it is; of a breakthrough what it is worth."""
    if isinstance(command, Breakthrough):
        return _breakthrough_fields(turn, turn.seat.team_id, command.value, command.quest)
    if not isinstance(command, Failed) or not turn.seat.team_id:
        return ()
    chosen = attempts.Chosen(command.quest, command.previous)
    return attempts.fields(turn.session, turn.seat.team_id, chosen=chosen)


def _breakthrough_fields(
    turn: Turn, team_id: int, value: str, quest: str = "", moment: Moment | None = None
) -> tuple[Field, ...]:
    """What it is worth, and which quest it found, unless it found one already."""
    found = moment is not None and quests.found_by(turn.session, moment.id)
    asked = attempts.quest_field(turn.session, team_id, quest, "Which quest did it find?")
    return (*values.fields(turn.session, team_id, value), *((asked,) if asked and not found else ()))


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
    """The moment that was kept from a message of this channel, or whose card or ladder it is."""
    place = turn.origin.channel
    moment = moments.by_source(turn.session, turn.seat.team_id, place, message)
    if moment is None:
        ours = postings.by_message(turn.session, turn.seat.workspace_id, place, message)
        moment = turn.session.get(Moment, ours.moment_id) if ours and ours.moment_id else None
    return moment


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
    if not command.text.strip():
        return _edit_form(turn, moment)
    text = command.text.strip()
    told = _place(turn, moment, command) if moment.kind == Kind.EXPERIMENT else ""
    found = attempts.found(turn, moment.id, command.quest) if moment.kind == Kind.BREAKTHROUGH else ""
    if moment.state != MomentState.KEPT:
        settle(turn.session, moment, Source(text, "", "", moment.source_link), turn.now)
    moment.text = text
    stays = {} if command.whole else moment.parts
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


def _edit_form(turn: Turn, moment: Moment) -> Form:
    longest = max(map(len, [moment.text, *moment.parts.values()]))
    if longest > FORM_WORDS:
        raise Refusal(
            f"#{moment.number} has {longest:,} characters, and a form holds {FORM_WORDS:,}, so it stays as it is. "
            "You can delete it and write it again."
        )
    return _form_of(turn, moment, moment.text, moment.parts)


def _form_of(
    turn: Turn, moment: Moment, words: str, parts: Mapping[str, str], chosen: attempts.Chosen | None = None
) -> Form:
    fields = [Field("text", ASKED[Kind(moment.kind)][1], FieldKind.TEXT, words)]
    fields += _part_fields(moment.kind, parts)
    if moment.kind == Kind.EXPERIMENT:
        fields += attempts.fields(turn.session, moment.team_id, moment, chosen)
    if moment.kind == Kind.BREAKTHROUGH:
        fields += _breakthrough_fields(turn, moment.team_id, parts.get(values.PART, ""), moment=moment)
    return Form(f"Edit #{moment.number}", Edit(cards.ref(moment), whole="1"), tuple(fields))


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


def it_was_an_aha(turn: Turn, command: ItWasAnAha) -> Reply:
    """The first word belonged to the text."""
    moment = own(turn, command.moment, "change")
    if moments.tap(turn.session, moment.id, turn.seat.person_id, TapKind.WHOLE):
        moment.kind, moment.text = Kind.AHA, command.head + moment.text
        teams.hold(turn.session, moment.team_id)
        placed.remove(turn.session, moment.id, turn.now)
        for stop in links.remove_to(turn.session, moment.id):
            postings.touch_card(turn.session, stop, turn.now)
        quests.lose(turn.session, moment.id, turn.now)
        changed(turn, moment)
    return reply(f"#{moment.number} is an aha, with every word of it.", replaces=True)


def high_five(turn: Turn, command: HighFive) -> Reply | None:
    """A nod, once a person."""
    return _tap(turn, command, TapKind.HIGH_FIVE, "You gave #{} a high-five already.")


def i_was_there(turn: Turn, command: IWasThere) -> Reply | None:
    """Presence, once a person."""
    return _tap(turn, command, TapKind.THERE, "You are down as having been there for #{}.")


def _tap(turn: Turn, command: HighFive | IWasThere, kind: TapKind, already: str) -> Reply | None:
    moment = standing(turn, command.moment)
    if not moments.tap(turn.session, moment.id, turn.seat.person_id, kind):
        return reply(already.format(moment.number))
    postings.touch_card(turn.session, moment.id, turn.now)
    if not command.private:
        return None
    return Reply(cards.card(turn.session, moment, turn.now, private=True), replaces=True)


DECLARATIONS = (
    Declaration(Log, capture, "log", "Keep an aha, in your own words"),
    Declaration(Breakthrough, capture, "breakthrough", "Keep a breakthrough"),
    Declaration(Failed, capture, "failed", "Keep an experiment that did not work, and what it taught"),
    Declaration(
        Edit, edit, "edit", "Change a moment of yours", typed_only=True, instead="show the moment, then Edit."
    ),
    Declaration(
        Delete,
        remove,
        "delete",
        "Remove a moment of yours; a day to undo",
        typed_only=True,
        instead="show the moment, then Delete.",
    ),
    Declaration(Restore, restore),
    Declaration(ItWasAnAha, it_was_an_aha),
    Declaration(HighFive, high_five),
    Declaration(IWasThere, i_was_there),
)
