"""The repeat is seen: several moments of recent weeks that share at least two things, in plain counts.

A recap has one line of it at most, at the third, the sixth, the ninth: a group is told again only when three
new moments came since a recap told it. People count only as the same people, three or more; nobody is named or counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.core.language.words import _, ngettext
from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine, load_report
from bot.core.times import local_day, weekday_name
from bot.memory.telling_words import telling_words
from storage.memory import recalls
from storage.models import Moment, Posting, Team
from storage.models.span import Span
from storage.moments import moments

KEY = "repeat"
"""What the postings of recaps store a pick under."""
WINDOW = timedelta(weeks=6)
WEEKLY = timedelta(days=15)
"""The longest period whose recap tells it."""
LEAST = 3
"""The fewest moments of a group."""
SMALLEST_TEAM = 9
"""The fewest moments in the six weeks. With fewer, everything is alike."""
MOST = 200
"""The newest moments that are compared."""
NAMED = 6
"""Numbers that the line names."""
SAME_PEOPLE = 3
"""The fewest people who count as the same people."""


@dataclass(frozen=True)
class Group:
    """Moments that share one main thing, and what else they all share.

    `shared` are names of features: word, quest, people, channel, weekday.
    """

    moments: tuple[Moment, ...]
    shared: tuple[str, ...]


def pick_repeat(session: Session, span: Span, posting: Posting | None) -> RecapPick | None:
    """Return the moments of the largest group that grew enough since it was told, or None."""
    if span.until - span.since > WEEKLY:
        return None
    recent = recalls.list_kept(session, Span(span.team_id, span.until - WINDOW, span.until), MOST)
    if len(recent) < SMALLEST_TEAM:
        return None
    told = _list_told(session, span, posting.id if posting else 0)
    grown = [each for each in _list_groups(session, recent) if _has_grown(each, span, told)]
    best = max(grown, key=lambda each: (len(each.moments), len(each.shared)), default=None)
    if best is None:
        return None
    return RecapPick(named=tuple(each.id for each in best.moments), figures={"shared": list(best.shared)})


def _list_told(session: Session, span: Span, posting_id: int) -> frozenset[int]:
    """Return the ids of the moments that a recap named as a repeat within the last weeks."""
    since = span.until - 2 * WINDOW
    parts = recalls.list_told_parts(session, span.team_id, KEY, since, posting_id)
    return frozenset(one for part in parts for one in load_report(RecapPick, part).named)


def _has_grown(group: Group, span: Span, told: Collection[int]) -> bool:
    """Return whether a group has three moments that no recap named yet, and one of them is of the week."""
    new = [each for each in group.moments if each.id not in told]
    return len(new) >= LEAST and any(each.created_at >= span.since for each in new)


def _list_groups(session: Session, recent: Sequence[Moment]) -> Iterator[Group]:
    """Yield the groups of moments that share a rare word, a quest or the same people, and something else."""
    features = _Features(session, recent)
    for (name, key), having in features.by_main().items():
        shared = features.list_shared(having) if len(having) >= LEAST else []
        if len(shared) > 1 and (name != "word" or features.is_rare(key, len(having))):
            yield Group(tuple(having), tuple(shared))


class _Features:
    """What moments have that others may share."""

    def __init__(self, session: Session, found: Sequence[Moment]) -> None:
        self.session, self.found = session, found
        self.people = recalls.people_there(session, [each.id for each in found])
        self.quests = recalls.quests_of(session, [each.id for each in found])
        team = session.get_one(Team, found[0].team_id)
        self.days = {each.id: local_day(each.created_at, team.zone).weekday() for each in found}
        self.words = {each.id: frozenset(telling_words(each)) for each in found}

    def by_main(self) -> Mapping[tuple[str, Any], Sequence[Moment]]:
        """Return the moments that share a word, those of a quest, and those of the same people."""
        groups: dict[tuple[str, Any], list[Moment]] = defaultdict(list)
        for each in self.found:
            keys: list[tuple[str, Any]] = [("word", word) for word in sorted(self.words[each.id])]
            if each.id in self.quests:
                keys.append(("quest", self.quests[each.id]))
            if len(self.people[each.id]) >= SAME_PEOPLE:
                keys.append(("people", self.people[each.id]))
            for key in keys:
                groups[key].append(each)
        return groups

    def is_rare(self, word: str, times: int) -> bool:
        """Return whether few other moments have a word: a third of the recent ones, and few older ones."""
        if times * 3 > len(self.found):
            return False
        team_id = self.found[0].team_id
        return len(moments.search_moments(self.session, team_id, word, 3 * times + 1)) <= 3 * times

    def list_shared(self, having: Sequence[Moment]) -> list[str]:
        """Return the names of what all of these moments share."""
        ids = [each.id for each in having]
        people = {self.people[one] for one in ids}
        found = {self.quests.get(one, 0) for one in ids}
        channels = {each.source_channel for each in having}
        shared = ["word"] if shared_words(having) else []
        if len(found) == 1 and 0 not in found:
            shared.append("quest")
        if len(people) == 1 and len(next(iter(people))) >= SAME_PEOPLE:
            shared.append("people")
        if len({self.days[one] for one in ids}) == 1:
            shared.append("weekday")
        elsewhere = any(each.source_channel not in channels for each in self.found)
        if len(channels) == 1 and None not in channels and elsewhere:
            shared.append("channel")
        return shared


def shared_words(having: Sequence[Moment]) -> Sequence[str]:
    """Return the words that all of these moments have, the longest first."""
    counted = Counter(word for each in having for word in telling_words(each))
    every = [word for word, times in counted.items() if times == len(having)]
    return sorted(every, key=lambda word: (-len(word), word))


def tell_repeat(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line, from those of the moments that are left. Too few are none."""
    having, shared = telling.moments, telling.figures.get("shared", ())
    said = list(_say_shared(session, having, shared)) if len(having) >= LEAST else []
    if len(said) < 2:
        return ()
    counted = ngettext(
        "One moment in six weeks ({numbers}).",
        "{n} moments in six weeks ({numbers}).",
        len(having),
        numbers=", ".join(f"#{each.number}" for each in having[-NAMED:]),
    )
    return [ReportLine((Strong(_("This keeps coming up:")), f" {' '.join((counted, *said))}"))]


def _say_shared(session: Session, having: Sequence[Moment], shared: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each thing that the moments share."""
    if "word" in shared and (words := shared_words(having)):
        yield _("They all say “{word}”.", word=words[0])
    if "quest" in shared:
        yield _("They all belong to one quest.")
    if "people" in shared:
        there = recalls.people_there(session, [each.id for each in having])
        number = len(frozenset.intersection(*there.values()))
        if number >= SAME_PEOPLE:
            yield ngettext("The same person was there.", "The same {n} people were there.", number)
    if "weekday" in shared:
        zone = session.get_one(Team, having[0].team_id).zone
        weekday = weekday_name(local_day(having[0].created_at, zone).isoweekday())
        yield _("They were all on a {weekday}.", weekday=weekday)
    if "channel" in shared:
        yield _("They're all from one channel.")


RECAP_SOURCES = (RecapSource(KEY, pick_repeat, tell_repeat),)
