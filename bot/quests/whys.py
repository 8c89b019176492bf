"""Why ladders: under an experiment, in its card's thread, rung below rung until somebody sees what it was.

A wording that looks for a culprit is asked about in private, once, before it is kept; it is never refused.
What turned out to be no experiment keeps its ladder to be read, and everyone can still take their own whys out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    reply,
)
from bot.moments import card as cards
from bot.moments.commands import AskWhy, SeeLadder
from bot.moments.log import FORM_WORDS, behind, changed, channel, standing
from bot.quests import blame as wording
from bot.quests.attempts import NONE, number, one_line
from bot.quests.whys_order import Rung, in_order
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, PostingKind, PostingState, Why
from storage.quests import whys

WORDS = 200
"""Characters of a rung on the card."""
OPTIONS = 24
"""Rungs to choose from in a form, beside one that is none of them (Discord's limit is 25)."""
NEWEST = f"These are the newest {OPTIONS}. To the older ones, press Read on at the ladder."
FROM_HERE = "The whys from this page on."
LABEL = 70
AS_IT_IS, AGAIN = "as-it-is", "again"
TAKEN_OUT = "This one was taken out."


@dataclass(frozen=True)
class WhyOf:
    """The message shortcut *Ask why*: on what was kept as an experiment, or on our card of one."""

    message: str = ""


@dataclass(frozen=True)
class MarkInsight:
    """Say which rung is the insight. `was` is the one that had been when the form was opened.

    `first` is the rung that the form's choice begins with, where it was opened from a page of the ladder.
    """

    moment: str = ""
    was: str = ""
    why: str = ""
    first: str = ""


@dataclass(frozen=True)
class TakeWhyOut:
    """Take a rung of one's own out again; without its id, a form asks which, from the rung `first` on."""

    moment: str = ""
    why: str = ""
    first: str = ""


def ask_why(turn: Turn, command: AskWhy) -> Reply | Form:
    """Keep a rung; without words, the form."""
    moment = experiment(turn, command.moment)
    text = command.text.strip()
    if not text or command.how == AGAIN:
        return _form(turn, moment, command)
    hint = wording.hint(text) if command.how != AS_IT_IS else None
    if hint:
        return _gently(turn, command, hint)
    return replace(_keep(turn, moment, command.under, text), replaces=command.how == AS_IT_IS)


def why_of(turn: Turn, command: WhyOf) -> Reply | Form:
    """The form for the experiment behind a message."""
    moment = behind(turn, command.message)
    if moment is None:
        raise Refusal(
            "Nothing is kept from that message yet. Save it as a failed experiment first, then ask why."
        )
    return ask_why(turn, AskWhy(cards.ref(moment)))


def experiment(turn: Turn, given: str) -> Moment:
    """The experiment a person named. Refusal where it is something else, or has no words yet."""
    moment = standing(turn, given)
    if _was_experiment(turn.session, moment):
        raise Refusal(
            f"#{moment.number} is an aha now, so no whys are asked under it. Those that were written stay."
        )
    if moment.kind != Kind.EXPERIMENT:
        raise Refusal(
            f"{cards.name(moment)} has no ladder: whys stand under experiments, as "
            f"{turn.ways.command} failed keeps them."
        )
    if moment.state != MomentState.KEPT:
        raise Refusal(f"#{moment.number} waits for its words; after that you can ask why.")
    return moment


def _was_experiment(session: Session, moment: Moment) -> bool:
    """Whether whys stand under it though it is none now: its first word belonged to the text."""
    return moment.kind != Kind.EXPERIMENT and bool(whys.numbers(session, [moment.id]))


def climbed(turn: Turn, given: str) -> Moment:
    """The one a person named, whose whys are read or taken out: an experiment, or what was one."""
    moment = standing(turn, given)
    return moment if _was_experiment(turn.session, moment) else experiment(turn, given)


def _form(turn: Turn, moment: Moment, command: AskWhy) -> Form:
    gentler = wording.hint(command.text)
    hint = gentler.instead if gentler else "What let it happen? One step is enough; anyone can go deeper."
    fields = [Field("text", "Because …", FieldKind.TEXT, command.text, hint=hint)]
    if rungs := _standing(turn.session, moment):
        options = (*_options(rungs, number(command.under)), Option("0", "None: a why of its own"))
        newest = max(rungs, key=lambda rung: rung.why.id)
        known = any(option.value == command.under for option in options)
        under = command.under if known else str(newest.why.id)
        which, older = "Under which why?", _hint(rungs)
        fields.append(Field("under", which, FieldKind.CHOICE, under, hint=older, options=options))
    at, said = AskWhy(cards.ref(moment)), one_line(moment.text, WORDS)
    return Form("Why did that happen?", at, tuple(fields), "Add", intro=said)


def _standing(session: Session, moment: Moment) -> Sequence[Rung]:
    return [rung for rung in in_order(whys.of(session, moment.id)) if rung.stands]


def _options(rungs: Sequence[Rung], chosen: int = 0, first: int = 0) -> tuple[Option, ...]:
    """Those from the rung `first` on, else the newest; and the one that is chosen. All as they stand on the ladder."""
    wanted = [rung.why.id for rung in _from(rungs, first) or sorted(rungs, key=lambda rung: -rung.why.id)]
    present = [rung.why.id for rung in rungs if rung.why.id == chosen]
    offered = [*present, *(why_id for why_id in wanted if why_id != chosen)][:OPTIONS]
    return tuple(
        Option(str(rung.why.id), one_line(f"{rung.number} · {rung.why.text}", LABEL))
        for rung in rungs
        if rung.why.id in offered
    )


def _from(rungs: Sequence[Rung], first: int) -> Sequence[Rung]:
    """The rung `first` and those after it; nothing where it was taken out."""
    return tuple(dropwhile(lambda rung: rung.why.id != first, rungs))


def _hint(rungs: Sequence[Rung], first: int = 0) -> str:
    """Which of them a form offers, where it does not offer all."""
    if _from(rungs, first):
        return FROM_HERE
    return NEWEST if len(rungs) > OPTIONS else ""


def _gently(turn: Turn, command: AskWhy, hint: wording.Hint) -> Reply:
    """Another way to say it, before anybody else reads it; what the person does with that is theirs."""
    points = f"“{hint.phrase}” points at a person, and there the asking stops."
    said = f"Nobody has seen it yet. {points} Another way to ask:"
    as_it_is = Button("Send as it is", turn.once(replace(command, how=AS_IT_IS)))
    again = Button("Say it differently", turn.later(replace(command, how=AGAIN)), Style.PRIMARY)
    buttons = (again, as_it_is) if len(command.text) <= FORM_WORDS else (as_it_is,)
    return Reply(Card((Text((said, " ", Strong(hint.instead))), Quote(command.text)), buttons))


def _keep(turn: Turn, moment: Moment, under: str, text: str) -> Reply:
    parent = _of(turn, moment, under) if number(under) else None
    why = Why(
        moment_id=moment.id, parent_id=parent.id if parent else None, author_id=turn.seat.person_id, text=text,
        event=turn.origin.event, created_at=turn.now,
    )  # fmt: skip
    if whys.add_once(turn.session, why):
        _plan(turn, moment)
        changed(turn, moment)
    said = f"Your why stands on the ladder of #{moment.number}. Anyone can ask on from there."
    return reply(said, buttons=(Button("See the ladder", SeeLadder(cards.ref(moment))),))


def _of(turn: Turn, moment: Moment, given: str) -> Why:
    why = turn.session.get(Why, number(given))
    if why is None or why.moment_id != moment.id:
        raise Refusal(f"That why does not stand under #{moment.number}.")
    return why


def _plan(turn: Turn, moment: Moment) -> None:
    """Promise the ladder where the experiment's card is; where there is no card, in the channel."""
    card, key = postings.by_key(turn.session, f"card:{moment.id}"), f"ladder:{moment.id}"
    ladder = postings.by_key(turn.session, key)
    if ladder is not None and ladder.state == PostingState.SKIPPED:
        postings.post_anew(turn.session, ladder, turn.now)
    postings.plan_once(
        turn.session, key, PostingKind.LADDER, turn.seat.workspace_id, turn.now,
        team_id=moment.team_id, moment_id=moment.id, channel=card.channel if card else channel(turn),
    )  # fmt: skip


def mark_insight(turn: Turn, command: MarkInsight) -> Reply | Form:
    """At most one rung is the insight. Of two people at once, the second is told what the first one marked."""
    moment = experiment(turn, command.moment)
    rungs = _standing(turn.session, moment)
    if not command.why:
        return _insight_form(turn, moment, rungs, number(command.first))
    chosen = next((rung for rung in rungs if rung.why.id == number(command.why)), None)
    if chosen is None and command.why != NONE.value:
        raise Refusal("That why was taken out meanwhile.")
    if not whys.mark(turn.session, moment.id, chosen.why.id if chosen else 0, number(command.was)):
        return _marked_meanwhile(turn, moment, chosen)
    changed(turn, moment)
    if chosen is None:
        return reply(f"#{moment.number} has no insight marked now.")
    return reply(f"{chosen.number} is the insight now. It stands on the card of #{moment.number} too.")


def _insight_form(turn: Turn, moment: Moment, rungs: Sequence[Rung], first: int) -> Form:
    """From a page of the ladder, *None of these* would read as none of this page, so it is left out."""
    if not rungs:
        raise Refusal(f"#{moment.number} has no why yet. Ask why first.")
    present = _insight(turn, moment)
    options = _options(rungs, present.id if present else 0, first)
    options = options if _from(rungs, first) else (*options, NONE)
    value = str(present.id) if present else ""
    hint = _hint(rungs, first)
    field = Field("why", "Where did it become clear?", FieldKind.CHOICE, value, hint=hint, options=options)
    return Form("Mark the insight", MarkInsight(cards.ref(moment), value), (field,), "Mark")


def _marked_meanwhile(turn: Turn, moment: Moment, chosen: Rung | None) -> Reply:
    present = _insight(turn, moment)
    if chosen is not None and present is not None and present.id == chosen.why.id:
        return reply(f"{chosen.number} is the insight already.")
    again = Button("Mark the insight", MarkInsight(cards.ref(moment)))
    rungs = {rung.why.id: rung.number for rung in _standing(turn.session, moment)}
    what = f"{rungs[present.id]} was marked as the insight" if present else "The insight was unmarked"
    return reply(f"{what} meanwhile, so nothing is changed. You can still move it.", buttons=(again,))


def _insight(turn: Turn, moment: Moment) -> Why | None:
    return whys.insights(turn.session, [moment.id]).get(moment.id)


def take_out(turn: Turn, command: TakeWhyOut) -> Reply | Form:
    """One's own rung is gone at once, and those below stay; an admin may take out anybody's."""
    moment = climbed(turn, command.moment)
    mine = [rung for rung in _standing(turn.session, moment) if _may_take(turn, rung.why)]
    if not command.why:
        return _out_form(moment, mine, number(command.first))
    rung = next((each for each in mine if each.why.id == number(command.why)), None)
    if rung is None:
        raise Refusal("That why is taken out already, or it is not yours.")
    whys.take_out(turn.session, rung.why, turn.now)
    changed(turn, moment)
    return reply(f"{rung.number} is taken out.")


def _may_take(turn: Turn, why: Why) -> bool:
    return why.author_id == turn.seat.person_id or turn.origin.admin


def _out_form(moment: Moment, mine: Sequence[Rung], first: int) -> Form:
    if not mine:
        raise Refusal(f"No why of yours stands under #{moment.number}.")
    options, hint = _options(mine, first=first), _hint(mine, first)
    value = options[0 if _from(mine, first) else -1].value
    field = Field("why", "Which one?", FieldKind.CHOICE, value, hint=hint, options=options)
    return Form("Take a why out", TakeWhyOut(cards.ref(moment)), (field,), "Take it out")


def see(turn: Turn, command: SeeLadder) -> Reply:
    """All rungs with all their words, a private page at a time; each can be asked on, marked and taken out."""
    moment = climbed(turn, command.moment)
    rungs = in_order(whys.of(turn.session, moment.id))
    if not rungs:
        raise Refusal(f"#{moment.number} has no why yet. Ask why first.")
    pages = cards.paged((words(rung), _head(rung)) for rung in rungs)
    whose = iter([rung for rung in rungs for _ in cards.pages_of(words(rung))])
    shown = [[(quote, next(whose)) for quote in page] for page in pages]
    here = min(max(number(command.page), 1), len(pages))
    on = (Button("Read on", SeeLadder(cards.ref(moment), str(here + 1))),) if here < len(pages) else ()
    where = Small((f"The ladder of #{moment.number} · page {here} of {len(pages)}",))
    quotes = tuple(_asking(moment, quote, rung) for quote, rung in shown[here - 1])
    standing_here = [rung for _, rung in shown[here - 1] if rung.stands]
    mark, out = _to_mark(moment, standing_here), _to_take_out(turn, moment, standing_here)
    return Reply(Card((*quotes, where), (*on, *mark), out), replaces=here > 1)


def _asking(moment: Moment, quote: Quote, rung: Rung) -> Quote:
    """A rung to ask on from, unless it was taken out or no whys are asked any more."""
    if not rung.stands or moment.kind != Kind.EXPERIMENT:
        return quote
    return replace(quote, button=Button("Why?", AskWhy(cards.ref(moment), str(rung.why.id))))


def _to_mark(moment: Moment, rungs: Sequence[Rung]) -> tuple[Button, ...]:
    """A page's own way to the insight: the form from the card holds the newest rungs only."""
    if not rungs or moment.kind != Kind.EXPERIMENT:
        return ()
    return (Button("Mark the insight", MarkInsight(cards.ref(moment), first=str(rungs[0].why.id))),)


def _to_take_out(turn: Turn, moment: Moment, rungs: Sequence[Rung]) -> tuple[Button, ...]:
    """The same for what the reader may take out of this page."""
    free = [rung for rung in rungs if _may_take(turn, rung.why)]
    if not free:
        return ()
    mine = any(rung.why.author_id == turn.seat.person_id for rung in free)
    label = "Take mine out" if mine else "Take one out"
    return (Button(label, TakeWhyOut(cards.ref(moment), first=str(free[0].why.id))),)


def words(rung: Rung) -> str:
    """Its words, or that it was taken out."""
    return rung.why.text if rung.stands else TAKEN_OUT


def _head(rung: Rung) -> str:
    return f"{rung.number} · the insight" if rung.why.insight else rung.number


DECLARATIONS = (
    Declaration(
        "ask-why", AskWhy, ask_why, "why", "Ask why an experiment went as it did; add a rung to its ladder"
    ),
    Declaration("see-ladder", SeeLadder, see, reads=True),
    Declaration("why-of", WhyOf, why_of),
    Declaration("mark-insight", MarkInsight, mark_insight),
    Declaration("take-why-out", TakeWhyOut, take_out),
)
