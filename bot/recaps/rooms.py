"""What other rooms tell in recaps and harvests: see RecapSource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.core.moment import is_kept
from bot.core.parts.posts import sources_on
from bot.core.pictures.drawing import ShareMark
from bot.core.posts import RecapPick, RecapSource, RecapTelling
from bot.recaps.as_posted import list_told
from bot.recaps.content import ToldPart
from bot.recaps.told_moments import ToldMomentBuilder
from storage.models import Posting
from storage.models.span import Span
from storage.recaps import recaps


def pick_parts(
    session: Session, span: Span, sources: Sequence[RecapSource], posting: Posting | None = None
) -> Mapping[str, RecapPick]:
    """Return what each room picks of a span, by its key, without empty ones."""
    told = sources_on(session, span.team_id, sources)
    found = {each.key: each.pick(session, span, posting) for each in told}
    return {key: pick for key, pick in found.items() if pick is not None}


def is_any_worth_it_alone(session: Session, span: Span, sources: Sequence[RecapSource]) -> bool:
    """Return whether any room has something that is worth a recap by itself."""
    told = sources_on(session, span.team_id, (each for each in sources if each.alone))
    return any(each.pick(session, span, None) is not None for each in told)


def tell_parts(
    session: Session, picks: Mapping[str, RecapPick], span: Span, sources: Sequence[RecapSource],
    posting: Posting | None = None,
) -> tuple[ToldPart, ...]:  # fmt: skip
    """Return what the rooms picked, with the present words, less what was removed."""
    kept = {one.id: one for one in recaps.load_moments(session, list_told(picks)) if is_kept(one)}
    builder = ToldMomentBuilder(session, kept, ())
    parts = []
    for source in sources_on(session, span.team_id, sources):
        if (pick := picks.get(source.key)) is not None:
            moments = [kept[one] for one in (*pick.moments, *pick.named) if one in kept]
            more = recaps.count_still_kept(session, pick.others) if pick.others else 0
            telling = RecapTelling(span, moments, more, pick.figures, posting)
            parts.append(_tell_part(session, source, telling, builder))
    return tuple(part for part in parts if part.moments or part.lines)


def _tell_part(
    session: Session, source: RecapSource, telling: RecapTelling, builder: ToldMomentBuilder
) -> ToldPart:
    quoted = builder.build_told(telling.moments, source.reason) if source.title else ()
    return ToldPart(source.key, source.title(), quoted, tuple(source.tell(session, telling)), source.alone)


def find_mark(parts: Sequence[ToldPart]) -> ShareMark | None:
    """Return the first mark that a line brings to the picture."""
    marks = (line.mark for part in parts for line in part.lines)
    return next((mark for mark in marks if mark is not None), None)
