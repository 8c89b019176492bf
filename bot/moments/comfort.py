"""Anonymous ratings of how far outside comfortable a moment was, from 0 to 5 millimetres.

Only counts are stored. Who has tapped is known in memory alone, as digests, as for anonymous
answers. A moment's taps come out three or more at a time, so that no two looks at any figure
differ by one person's tap. Whoever watches can see that the person whose tap completed a group
has tapped, but not what. Taps do not wait for one that differs from the others: three equal
taps tell what each of the three said, though not who they were, but a group that came out late
would tell that its last person said something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.core.anonymity import TAP_FLOOR
from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _
from bot.core.messages import Button, Card, Reply, Small, Text, text_reply
from bot.core.moment import active_moment, format_moment_ref, named_moment
from bot.moments.commands import HowFar
from storage.models import Moment, MomentState
from storage.models.span import Span
from storage.moments import comfort

DISTANCES = range(comfort.MOST_MILLIMETRES + 1)


@dataclass(frozen=True)
class Millimetres:
    """Rate a moment. `distance` is 0 to 5 millimetres."""

    moment: str = ""
    distance: str = ""


def ask_distance(context: Context, command: HowFar) -> Reply:
    """Ask in private how far outside comfortable a moment was, with six buttons."""
    moment = _unrated_moment(context, command.moment)
    at = format_moment_ref(moment)
    asked = Text((_("How big a stretch was #{number} for you?", number=moment.number),))
    note = _(
        "0 mm: easy. {most} mm: a big stretch. Neither your name nor the time is saved, "
        "so nobody knows what you tapped, and you can't change it later.",
        most=comfort.MOST_MILLIMETRES,
    )
    taps = (Button(f"{each} mm", Millimetres(at, str(each))) for each in DISTANCES)
    return Reply(Card((asked, Small((note,))), tuple(taps)))


def count_distance(context: Context, command: Millimetres) -> Reply:
    """Count a person's rating of a moment.

    An event the platform delivers again is counted once. UserError for a distance out of
    range or a second rating.
    """
    if command.distance not in map(str, DISTANCES):
        raise UserError(_("0 to {most} mm, please.", most=comfort.MOST_MILLIMETRES))
    moment = _unrated_moment(context, command.moment, context.origin.event)
    if context.anonymity.should_count(context.origin.event):
        comfort.count_tap(context.session, moment.id, int(command.distance), TAP_FLOOR)
    said = _(
        "Saved: {distance} mm, anonymous. The recap shows the average once at least {floor} people have answered.",
        distance=command.distance,
        floor=TAP_FLOOR,
    )
    return text_reply(said, replaces=True)


def _unrated_moment(context: Context, given: str, event: str = "") -> Moment:
    """Return the moment, if the speaker has not rated it yet.

    With an event, record that as their rating. UserError for a second rating, or if the
    moment's text has not been fetched yet.
    """
    moment = active_moment(context, given)
    if moment.state != MomentState.KEPT:
        raise UserError(_("#{number} has no text yet. Once it does, you can rate it.", number=moment.number))
    at, person = format_moment_ref(moment), context.origin.person_key
    mine = (
        context.anonymity.record_answer(at, person, event)
        if event
        else not context.anonymity.has_answered(at, person)
    )
    if not mine:
        raise UserError(
            _(
                "You've already rated #{number}. Ratings are anonymous, so yours can't be changed.",
                number=moment.number,
            )
        )
    return moment


def _is_unrated(context: Context, command: HowFar) -> bool:
    """Tell whether the person has not rated the moment of a command yet."""
    moment = named_moment(context, command.moment)
    if moment is None:
        return False
    return not context.anonymity.has_answered(format_moment_ref(moment), context.origin.person_key)


def measure_comfort(session: Session, span: Span) -> int | None:
    """Return the mean of the taps that came out on a period's moments, in whole millimetres.

    Half a millimetre rounds up. None without any, so there are never fewer than TAP_FLOOR (three).
    """
    taps, millimetres = comfort.total_comfort(session, span)
    return (2 * millimetres + taps) // (2 * taps) if taps else None


def always_hides_person(_session: Session, _command: HowFar | Millimetres) -> bool:
    """Return that nobody may tell who sent such a command."""
    return True


def describe_comfort(millimetres: int) -> str:
    """Return the figure in words, such as `Average stretch: 3 mm`."""
    return _("Average stretch: {millimetres} mm", millimetres=millimetres)


DECLARATIONS = (
    Declaration(
        "how-far",
        HowFar,
        ask_distance,
        read_only=True,
        works_for=_is_unrated,
        hides_person=always_hides_person,
    ),
    Declaration("millimetres", Millimetres, count_distance, hides_person=always_hides_person),
)
