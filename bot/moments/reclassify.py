"""Another kind for a moment, when its author says that it was read wrongly: nothing that it holds is lost.

What the form of its old kind asked has no place on a card of the new one, so it goes on in the text, line by line.
"""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Reply, Style, reply
from bot.moments import card as cards
from bot.moments.commands import Edit, ItFailed, ItWasAnAha
from bot.moments.log import changed, own
from bot.quests import value_kinds as values
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, TapKind
from storage.moments import moments
from storage.quests import attempts, links, quests
from storage.teams import teams


def it_was_an_aha(turn: Turn, command: ItWasAnAha) -> Reply:
    """The first word belonged to the text."""
    moment = own(turn, command.moment, "change")
    if moments.tap(turn.session, moment.id, turn.seat.person_id, TapKind.WHOLE):
        moment.text = command.head + moment.text
        teams.hold(turn.session, moment.team_id)
        attempts.remove(turn.session, moment.id, turn.now)
        for stop in links.remove_to(turn.session, moment.id):
            postings.touch_card(turn.session, stop, turn.now)
        quests.lose(turn.session, moment.id, turn.now)
        _become(turn, moment, Kind.AHA)
    return reply(f"#{moment.number} is an aha, with every word of it.", replaces=True)


def it_failed(turn: Turn, command: ItFailed) -> Reply:
    """What was kept as an aha, by the 💡 of somebody else perhaps, was an experiment."""
    moment = own(turn, command.moment, "change")
    if moment.kind == Kind.BREAKTHROUGH or moment.state != MomentState.KEPT:
        raise Refusal(f"#{moment.number} is no aha with words, so it cannot become an experiment.")
    _become(turn, moment, Kind.EXPERIMENT)
    rest = Button("Add the rest", Edit(cards.ref(moment)), Style.PRIMARY)
    said = f"#{moment.number} is an experiment now. What happened, and what it taught, can be added."
    return reply(said, buttons=(rest,), replaces=True)


def _become(turn: Turn, moment: Moment, kind: Kind) -> None:
    if moment.kind != kind:
        moment.text, moment.parts = "\n".join([moment.text, *_asked(moment)]), {}
        moment.kind = kind
    changed(turn, moment)
    postings.touch_figures(turn.session, moment.team_id, moment.created_at, turn.now)


def _asked(moment: Moment) -> list[str]:
    """What its form asked, each with its label."""
    labels = {part.name: part.label for part in cards.PARTS[moment.kind]}
    told = [f"{label}: {moment.parts[name]}" for name, label in labels.items() if moment.parts.get(name)]
    worth = ", ".join(values.kinds(moment.parts.get(values.PART, "")))
    return [*told, f"Worth: {worth}"] if worth else told


DECLARATIONS = (
    Declaration("it-was-an-aha", ItWasAnAha, it_was_an_aha),
    Declaration("it-failed", ItFailed, it_failed),
)
