"""A team's focus as figures and in words: what serves the big goal, its trend, and the scatter.

Small numbers are said as they are (*3 of 7*), and below three moments nothing is said. No figure is
about a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median

from sqlmodel import Session

from bot.core.language.words import Lazy, _, format_number, lazy, ngettext
from bot.core.text import join_list
from bot.core.times import Period, zone_or_utc
from storage.focus import ratio
from storage.focus.ratio import FocusCount
from storage.models import Goal, Team
from storage.models.span import Span

LEAST_MOMENTS = 3
"""The fewest moments of which a share is told. Of two, it would be about somebody."""
USUAL_WEEKS = 12
"""The weeks before a week that say what is usual."""
QUARTER_WEEKS = 13
NOTICEABLE = Fraction(1, 10)
"""The least difference of two shares that is called more or less."""


class Before(StrEnum):
    """What a share is compared with: the time before, of the same kind."""

    WEEKS = "weeks"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TIME = "time"


BEFORE_WORDS: Mapping[Before, Lazy] = {
    Before.WEEKS: lazy("{share} in the 12 weeks before"),
    Before.FORTNIGHT: lazy("{share} in the two weeks before"),
    Before.MONTH: lazy("{share} in the month before"),
    Before.QUARTER: lazy("{share} in the quarter before"),
    Before.YEAR: lazy("{share} in the year before"),
    Before.TIME: lazy("{share} in the time before"),
}


@dataclass(frozen=True)
class Share:
    """How many of some moments serve the big goal, and how many are linked to no goal."""

    served: int = 0
    moments: int = 0
    loose: int = 0

    @property
    def is_told(self) -> bool:
        """Whether there are enough moments to say it."""
        return self.moments >= LEAST_MOMENTS

    @property
    def part(self) -> Fraction:
        """The share as a fraction. Zero of nothing."""
        return Fraction(self.served, self.moments) if self.moments else Fraction(0)

    def in_words(self) -> str:
        """Return the share said aloud, such as `3 of 7`."""
        return _("{part} of {whole}", part=format_number(self.served), whole=format_number(self.moments))


@dataclass(frozen=True)
class Scatter:
    """How many goals a week's moments touched, and the median of the twelve weeks before.

    `usual` is None for a team whose moments don't go back that far.
    """

    goals: int
    usual: float | None = None


@dataclass(frozen=True)
class Focus:
    """A team's focus as of a time. `before` is what each share is compared with.

    A week is compared with the twelve weeks before it, a quarter of thirteen weeks with the quarter
    before.
    """

    week: Share
    week_before: Share
    quarter: Share
    quarter_before: Share
    scatter: Scatter


def measure_focus(session: Session, team: Team, until: datetime) -> Focus:
    """Measure the week and the quarter that end at a time, and what came before them."""
    edges = week_edges(until, team.zone, 2 * QUARTER_WEEKS)
    counts = ratio.count_by_week(session, team.id, edges)
    return Focus(
        week=add_up(counts[-1:]),
        week_before=add_up(counts[-1 - USUAL_WEEKS : -1]),
        quarter=add_up(counts[-QUARTER_WEEKS:]),
        quarter_before=add_up(counts[:-QUARTER_WEEKS]),
        scatter=measure_scatter(session, team.id, edges, counts),
    )


def measure_share(session: Session, team: Team, period: Period) -> Share:
    """Return the share of a period, week by week, each by the big goal that was open in it."""
    edges = edges_within(period, team.zone)
    return add_up(ratio.count_by_week(session, team.id, edges))


def edges_within(period: Period, zone: str) -> Sequence[datetime]:
    """Return the weeks of a period counted back from its end. The first may be shorter than a week."""
    back = (period.until - period.since).days // 7 + 1
    return [period.since, *(edge for edge in week_edges(period.until, zone, back) if edge > period.since)]


def week_edges(until: datetime, zone: str, weeks: int) -> Sequence[datetime]:
    """Return the edges of the local weeks that end at a time, oldest first: as many as weeks, and one.

    A week begins at the same wall time seven days before, also where the clocks changed meanwhile.
    """
    end = until.astimezone(zone_or_utc(zone))
    return [end - timedelta(weeks=back) for back in range(weeks, -1, -1)]


def add_up(counts: Sequence[FocusCount]) -> Share:
    """Return the share of several weeks together."""
    moments = sum(each.moments for each in counts)
    return Share(sum(each.served for each in counts), moments, moments - sum(each.linked for each in counts))


def measure_scatter(
    session: Session, team_id: int, edges: Sequence[datetime], counts: Sequence[FocusCount]
) -> Scatter:
    """Return the scatter of the last of these weeks, against the twelve before it if the team has so many."""
    begun = ratio.first_kept_at(session, team_id)
    if begun is None or begun >= edges[-1 - USUAL_WEEKS]:
        return Scatter(counts[-1].goals)
    return Scatter(counts[-1].goals, float(median(each.goals for each in counts[-1 - USUAL_WEEKS : -1])))


def list_big_goals(session: Session, team_id: int, period: Period) -> Sequence[Goal]:
    """Return the big goals that were open in a period, one after the other."""
    return ratio.list_big_in(session, Span(team_id, period.since, period.until))


def describe_trend(now: Share, before: Share, when: Before) -> str:
    """Return the sentence that compares a share with an earlier one. Empty if either is too small."""
    if not (now.is_told and before.is_told):
        return ""
    change = now.part - before.part
    earlier = BEFORE_WORDS[when](share=before.in_words())
    if abs(change) < NOTICEABLE:
        return _("About the same as before ({earlier}).", earlier=earlier)
    if change > 0:
        return _("More than before ({earlier}).", earlier=earlier)
    return _("Less than before ({earlier}).", earlier=earlier)


def describe_loose(share: Share) -> str:
    """Return the sentence that says how many moments are linked to no goal. Empty for none."""
    if not share.loose:
        return ""
    return ngettext("One isn't linked to a goal.", "{n} aren't linked to a goal.", share.loose)


def name_goals(goals: Sequence[Goal]) -> str:
    """Return goals by their numbers, such as `#1 and #2`."""
    return join_list([f"#{goal.number}" for goal in goals])


def describe_scatter(scatter: Scatter) -> str:
    """Return the sentence that says how many goals the moments served, and how many it usually is."""
    if scatter.usual is None:
        return _("Goals served this week: {number}.", number=scatter.goals)
    if abs(scatter.goals - scatter.usual) < 1:
        return _("Goals served this week: {number}, as usual.", number=scatter.goals)
    whole = int(scatter.usual)
    usual = str(whole) if whole == scatter.usual else _("{number} or {next}", number=whole, next=whole + 1)
    return _("Goals served this week: {number}, usually {usual}.", number=scatter.goals, usual=usual)
