"""The road to a breakthrough: which moments fed it, chosen by people from what is likely.

The card says how long the road was; here it is read in private, stop by stop. Whoever is on it is credited by that
alone, and what leads to itself is refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core.commands import Declaration
from bot.core.context import FieldErrors, Refusal, Turn
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
    Style,
    Title,
    reply,
)
from bot.moments import card as cards
from bot.moments.commands import Link, SeeRoad, Unlink
from bot.moments.log import no_such, standing
from bot.quests import link_suggestions as candidates
from bot.quests import link_words as road_signs
from bot.quests.attempts import LABEL, number, one_line
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState
from storage.moments import moments
from storage.quests import attempts, links, whys
from storage.teams import teams

WORDS = 300
"""Characters of a stop, and of what it taught."""
PAGE = 6
"""Stops on a page."""
AT_ONCE = 50
"""Moments that one form links."""
BREAKTHROUGHS = 24
"""Breakthroughs to choose from (Discord's limit is 25)."""
NUMBER = re.compile(r"\d{1,9}")


def see(turn: Turn, command: SeeRoad) -> Reply | Form:
    """The stops of the road, oldest first, a private page at a time; where there are none, the form."""
    here = _breakthrough(turn, command.moment)
    linked = links.of(turn.session, here.id)
    if not linked:
        return _form(turn, here)
    pages = [linked[at : at + PAGE] for at in range(0, len(linked), PAGE)]
    page = min(max(number(command.page), 1), len(pages))
    return Reply(_page(turn, here, pages[page - 1], page, len(pages)), replaces=page > 1)


def _page(turn: Turn, here: Moment, stops: Sequence[Moment], page: int, last: int) -> Card:
    at, road = cards.ref(here), links.roads(turn.session, [here])[here.id]
    where = f"page {page} of {last} · " if last > 1 else ""
    blocks = (
        Title(f"The road to #{here.number}"),
        *(_stop(turn, here, stop) for stop in stops),
        Small((where + road_signs.measures(road),)),
    )
    on = (Button("Read on", SeeRoad(at, str(page + 1))),) if page < last else ()
    return Card(blocks, (*on, Button("Link more", Link(at))))


def _stop(turn: Turn, here: Moment, stop: Moment) -> Quote | Small:
    """A stop in its author's words, with what it led to; of a removed one that it was there."""
    if stop.deleted_at is not None:
        return Small((f"{cards.name(stop)} was removed.",))
    author = moments.people(turn.session, [stop.author_id])[stop.author_id].name
    version = attempts.version(turn.session, stop.id) if stop.kind == Kind.EXPERIMENT else 0
    insight = whys.insights(turn.session, [stop.id]).get(stop.id)
    learned = insight.text if insight else stop.parts.get("taught", "")
    lines = (one_line(stop.text, WORDS), f"→ {one_line(learned, WORDS)}" if learned else "")
    by = " · ".join(filter(None, (cards.name(stop), f"v{version}" if version else "", author)))
    off = Button("Take it off", Unlink(cards.ref(here), str(stop.number)))
    return Quote("\n".join(filter(None, lines)), by, off)


def _breakthrough(turn: Turn, given: str) -> Moment:
    """The breakthrough a person named. Refusal where it is something else."""
    moment = standing(turn, given)
    if moment.kind != Kind.BREAKTHROUGH:
        raise Refusal(f"{cards.name(moment)} is no breakthrough: roads lead to those alone.")
    return moment


def link(turn: Turn, command: Link) -> Reply | Form:
    """Link what the form said; first, the form. Nothing is linked unless all of it can be."""
    moment = _kept(standing(turn, command.moment))
    if not command.asked:
        return _form(turn, moment)
    given = _numbers(command)
    if not given:
        raise _wrong(turn, moment, command, "Choose one, or write a number like #12.")
    if len(given) > AT_ONCE:
        raise _wrong(turn, moment, command, f"Up to {AT_ONCE} at once, please: here are {len(given):,}.")
    # Held, so that two people together make no loop.
    teams.hold(turn.session, moment.team_id)
    named = [_named(turn, moment, command, each) for each in given]
    return _linked(turn, moment, _pairs(turn, moment, command, named))


def _kept(moment: Moment) -> Moment:
    if moment.state != MomentState.KEPT:
        raise Refusal(f"#{moment.number} waits for its words; after that it can be linked.")
    return moment


def _numbers(command: Link) -> Sequence[int]:
    given = [*command.chosen.split(), *NUMBER.findall(command.others)]
    return list(dict.fromkeys(number(each) for each in given))


def _named(turn: Turn, moment: Moment, command: Link, given: int) -> Moment:
    """A moment that can be linked with this one."""
    found = moments.by_number(turn.session, turn.seat.team_id, given)
    if found is None:
        raise _wrong(turn, moment, command, no_such(turn, given))
    try:
        _kept(standing(turn, str(given)))
    except Refusal as refusal:
        raise _wrong(turn, moment, command, str(refusal)) from None
    if found.id == moment.id:
        raise _wrong(turn, moment, command, f"#{given} cannot feed itself.")
    if moment.kind != Kind.BREAKTHROUGH and found.kind != Kind.BREAKTHROUGH:
        raise _wrong(
            turn, moment, command, f"{cards.name(found)} is no breakthrough: roads lead to those alone."
        )
    return found


def _pairs(
    turn: Turn, moment: Moment, command: Link, named: Sequence[Moment]
) -> Sequence[tuple[Moment, Moment]]:
    """What fed what; refused where a road would lead back to where it came from."""
    into = moment.kind == Kind.BREAKTHROUGH
    pairs = [(other, moment) if into else (moment, other) for other in named]
    for source, end in pairs:
        if end.id in links.upstream(turn.session, source.id):
            said = f"#{end.number} is on the road to #{source.number}, so it cannot be fed by it as well."
            raise _wrong(turn, moment, command, said)
    return pairs


def _linked(turn: Turn, moment: Moment, pairs: Sequence[tuple[Moment, Moment]]) -> Reply:
    for source, end in pairs:
        links.add(turn.session, source.id, end.id, turn.seat.person_id, turn.now)
    for each in {one.id: one for pair in pairs for one in pair}:
        postings.touch_moment(turn.session, each, turn.now)
    ends = list({end.id: end for _, end in pairs}.values())
    if moment.kind != Kind.BREAKTHROUGH:
        names = cards.listed([f"#{end.number}" for end in ends])
        return reply(f"#{moment.number} is on the road to {names} now.")
    road = links.roads(turn.session, ends)[moment.id]
    said = f"The road to #{moment.number}: {road_signs.measures(road)}. Everyone on it is named on the card."
    return reply(said, buttons=(Button("The road here", SeeRoad(cards.ref(moment)), Style.PRIMARY),))


def _wrong(turn: Turn, moment: Moment, command: Link, said: str) -> FieldErrors:
    return FieldErrors(_form(turn, moment, command), {"others": said})


def _form(turn: Turn, moment: Moment, given: Link | None = None) -> Form:
    """What fed a breakthrough, or which breakthroughs something else fed."""
    at = Link(cards.ref(moment), "1")
    if moment.kind == Kind.BREAKTHROUGH:
        found = candidates.fed_by(turn.session, moment)
        likely = "\n".join(str(one.number) for one in found.moments[: found.chosen])
        hint = "Whatever you remember on the way here: failed experiments, ahas, an earlier breakthrough."
        chosen = _choice("What fed it?", found.moments, given.chosen if given else likely, turn)
        title = f"The road to #{moment.number}"
    else:
        fed = {one.id for one in links.fed(turn.session, moment.id)}
        recent = links.recent(turn.session, moment.team_id, Kind.BREAKTHROUGH, BREAKTHROUGHS)
        open_ones = [one for one in recent if one.id not in fed]
        hint = "The number of a breakthrough, like #12."
        chosen = _choice("What did it feed?", open_ones, given.chosen if given else "", turn)
        title = f"Link #{moment.number}"
    others = Field(
        "others", "Others, by number", value=given.others if given else "", required=not chosen, hint=hint
    )
    return Form(title, at, (*chosen, others), "Link")


def _choice(label: str, found: Iterable[Moment], chosen: str, turn: Turn) -> tuple[Field, ...]:
    options = tuple(Option(str(one.number), _label(turn, one)) for one in found)
    if not options:
        return ()
    known = {option.value for option in options}
    value = "\n".join(each for each in chosen.split() if each in known)
    return (Field("chosen", label, FieldKind.CHOICES, value, required=False, options=options),)


def _label(turn: Turn, moment: Moment) -> str:
    version = attempts.version(turn.session, moment.id) if moment.kind == Kind.EXPERIMENT else 0
    which = f"#{moment.number} · v{version}" if version else f"#{moment.number}"
    return one_line(f"{which} · {moment.text}", LABEL)


def unlink(turn: Turn, command: Unlink) -> Reply:
    """Off the road; what it was and who wrote it stay as they are."""
    here = _breakthrough(turn, command.moment)
    stop = moments.by_number(turn.session, turn.seat.team_id, number(command.stop))
    if stop is None or not links.remove(turn.session, stop.id, here.id):
        raise Refusal(f"That is not on the road to #{here.number} any more.")
    postings.touch_moment(turn.session, here.id, turn.now)
    postings.touch_card(turn.session, stop.id, turn.now)
    undo = Button("Undo", Link(cards.ref(here), "1", str(stop.number)))
    return reply(f"#{stop.number} is off the road to #{here.number}.", buttons=(undo,))


DECLARATIONS = (
    Declaration("see-road", SeeRoad, see, reads=True),
    Declaration("link", Link, link),
    Declaration("unlink", Unlink, unlink),
)
