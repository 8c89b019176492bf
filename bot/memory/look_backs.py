"""Looking back at a moment a month and a year later, and telling it again: dated, beside the first telling.

A moment's card asks from its first month on. It is composed from the moment's age, so nothing is stored for
it and no capture does any work for it: when a team's recap is planned, the cards of the moments that turned a
month or a year old since the last one are edited, up to fifty of them. Any other edit of a card asks too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, FormError, UserError
from bot.core.kinds.declared import is_counted
from bot.core.language.words import _, format_number, lazy, ngettext, nline
from bot.core.messages import (
    Block,
    Button,
    Field,
    FieldKind,
    Form,
    Quote,
    Reply,
    Section,
    Small,
    Strong,
    text_reply,
)
from bot.core.moment import (
    active_moment,
    format_moment_ref,
    moment_name,
    propagate_change,
)
from bot.core.params import user_text
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import clip_text, list_names, parse_number
from bot.core.times import format_full_day, last_day, local_day, months_back, utc_of, weekday_name
from bot.memory.recalled import YEAR, list_back, quote_briefly
from bot.memory.telling_words import longest_words
from storage.delivery import refresh
from storage.memory import followups, look_backs, recalls
from storage.models import FollowUpKind, LookBack, LookBackKind, Moment, MomentState, Posting, Team
from storage.models.span import Span
from storage.moments import moments, reactions

QUESTION = lazy("Looking back, what was really going on?")
MONTH = 1
LOOK_BACK_LENGTH = 1_000
"""The most characters of a look-back."""
UNDO_PERIOD = timedelta(days=1)
"""How long a removed one, or the words from before an edit, can be brought back before they are erased."""
CHANGED_SINCE = lazy("You've edited this since you opened that form. Open it again to edit it once more.")
SHOWN, WORDS_SHOWN = 2, 240
"""Look-backs on a card, the newest, and characters of one. *Read more* has them all."""
CARDS_AT_ONCE = 50
"""The most cards that one recap's planning edits."""
LONGEST_GAP = timedelta(days=100)
"""How far back the planning looks for cards after a pause."""
WEEKLY = timedelta(days=15)
"""The longest period whose recap has the line of a month ago."""
ASKED_ABOUT, ASKED_WORDS = 2, 90
"""Moments that one recap asks about, and characters of each."""
HINT_WORDS, LONG_ENOUGH = 2, 8
"""How many words hint at a moment that is told again, and from how many of its words on."""


@dataclass(frozen=True)
class LookBackAt:
    """The command to look back at a moment. Without text, it opens the form.

    `kind` is a LookBackKind, or empty for what its age says. `version` is the one that the form showed, 0
    for none.
    """

    moment: str = ""
    kind: str = ""
    text: str = user_text()
    version: str = ""


@dataclass(frozen=True)
class DropLookBack:
    """The command to remove one's own look-back of a kind. With `back`, it is brought back within a day."""

    moment: str = ""
    kind: str = ""
    back: str = ""


@dataclass(frozen=True)
class UndoLookBack:
    """The command to undo what a person saved, as long as it's the version that the button belongs to."""

    moment: str = ""
    kind: str = ""
    version: str = ""


@dataclass(frozen=True)
class TellAgain:
    """The command to find a moment to tell again, that before a number."""

    before: str = ""
    team: str = ""


def look_back(context: Context, command: LookBackAt) -> Reply | Form:
    """Save what a person says of a moment now. Without text, return the form.

    UserError while it is too early, and for telling again what one was not part of. FormError with the
    text if it is too long.
    """
    moment = active_moment(context, command.moment)
    kind = _require_kind(context, moment, command.kind)
    text = command.text.strip()
    if not text:
        return _look_back_form(context, moment, kind)
    if len(text) > LOOK_BACK_LENGTH:
        said = _(
            "Up to {limit} characters, please. This has {length}.",
            limit=format_number(LOOK_BACK_LENGTH),
            length=format_number(len(text)),
        )
        raise FormError(_look_back_form(context, moment, kind, text), {"text": said})
    known = look_backs.find_look_back(context.session, moment.id, context.caller.person_id, kind)
    if known is not None and known.event == context.origin.event:
        return _repeated_reply(context, moment, known, text)
    if _is_changed_since(known, command.version):
        raise UserError(CHANGED_SINCE())
    if known is not None and known.deleted_at is None and known.text == text:
        said = _("Nothing changed on #{number}.", number=moment.number)
        return text_reply(said, buttons=(_edit_button(moment, kind),))
    saved = look_backs.save_look_back(
        context.session, moment.id, context.caller.person_id, kind, text, context.origin.event, context.now
    )
    propagate_change(context, moment)
    return _saved_reply(context, moment, saved)


def _is_changed_since(known: LookBack | None, version: str) -> bool:
    """Return whether a look-back was saved or changed after a form showed a version of it."""
    standing = known is not None and known.deleted_at is None
    return bool(version) and standing and known is not None and version != str(known.version)


def _saved_reply(context: Context, moment: Moment, saved: LookBack) -> Reply:
    """Return what was saved, with Undo: it brings the words from before back, or removes the new ones."""
    undo = UndoLookBack(format_moment_ref(moment), saved.kind, str(saved.version))
    said = _("It's on #{number} now, with today's date.", number=moment.number)
    return text_reply(said, buttons=(Button(_("Undo"), undo), _edit_button(moment, saved.kind)))


def _repeated_reply(context: Context, moment: Moment, saved: LookBack, text: str) -> Reply:
    """Return what became of a text that was sent twice: it's saved, removed, or undone. UserError if erased."""
    if saved.deleted_at is not None:
        return _removed_reply(context, moment, saved)
    if saved.text == text:
        return _saved_reply(context, moment, saved)
    said = _("You undid that, so #{number} has your earlier words.", number=moment.number)
    return text_reply(said, buttons=(_edit_button(moment, saved.kind),))


def _removed_reply(context: Context, moment: Moment, removed: LookBack) -> Reply:
    """Return that a look-back is removed, with a way back for a day. UserError after that."""
    _require_recent(context, removed)
    back = DropLookBack(format_moment_ref(moment), removed.kind, "1")
    said = _(
        "You removed that from #{number}. You can bring it back until tomorrow.",
        number=moment.number,
    )
    return text_reply(said, buttons=(Button(_("Bring back"), back),))


def _require_recent(context: Context, removed: LookBack) -> None:
    assert removed.deleted_at is not None
    if not removed.text or removed.deleted_at + UNDO_PERIOD <= context.now:
        raise UserError(_("You removed that more than a day ago, so it's gone."))


def _edit_button(moment: Moment, kind: str) -> Button:
    return Button(_("Edit"), LookBackAt(format_moment_ref(moment), kind))


def undo_look_back(context: Context, command: UndoLookBack) -> Reply:
    """Bring the words from before an edit back, or remove what was new.

    UserError if it was changed since, or if the edit is more than a day old.
    """
    moment = active_moment(context, command.moment)
    told = _require_own(context, moment, command.kind)
    if told.deleted_at is not None:
        return _removed_reply(context, moment, told)
    if str(told.version) != command.version:
        raise UserError(_("You've edited that since, so it stays as it is."))
    if told.edited_at is None:
        return drop_look_back(context, DropLookBack(command.moment, command.kind))
    if not told.before_text or told.edited_at + UNDO_PERIOD <= context.now:
        raise UserError(_("You edited that more than a day ago, so it's too late to undo."))
    look_backs.undo_edit(context.session, told)
    propagate_change(context, moment)
    said = _("Undone. #{number} has your earlier words again.", number=moment.number)
    return text_reply(said, buttons=(_edit_button(moment, told.kind),), replaces=True)


def _require_own(context: Context, moment: Moment, kind: str) -> LookBack:
    """Return the person's look-back of a kind, removed or not. UserError without one."""
    known = LookBackKind(kind) if kind in tuple(LookBackKind) else None
    person_id = context.caller.person_id
    own = known and look_backs.find_look_back(context.session, moment.id, person_id, known)
    if not own:
        raise UserError(_("You haven't looked back on #{number}.", number=moment.number))
    return own


def _require_kind(context: Context, moment: Moment, given: str) -> LookBackKind:
    """Return the kind of a look-back. UserError if the moment is too young or takes none."""
    if moment.state != MomentState.KEPT:
        raise UserError(
            _("#{number} has no text yet. Once it has, you can look back on it.", number=moment.number)
        )
    if not is_counted(moment):
        raise UserError(
            _("You can't look back on #{number}, but you can add your version.", number=moment.number)
        )
    zone = context.session.get_one(Team, moment.team_id).zone
    due = find_due_kind(moment, context.now, zone)
    if given == LookBackKind.AGAIN:
        if due is not LookBackKind.YEAR:
            day = _say_day(moment, zone, YEAR)
            raise UserError(_("You can tell #{number} again from {day}.", number=moment.number, day=day))
        if not look_backs.was_there(context.session, moment, context.caller.person_id):
            raise UserError(
                _(
                    "Only people who were there can tell #{number} again, but you can look back on it.",
                    number=moment.number,
                )
            )
        return LookBackKind.AGAIN
    if due is None:
        day = _say_day(moment, zone, MONTH)
        raise UserError(
            _("It's too early to look back on #{number}. I'll ask on {day}.", number=moment.number, day=day)
        )
    month = LookBackKind.MONTH
    has_one = look_backs.find_look_back(context.session, moment.id, context.caller.person_id, month)
    return month if given == month and has_one else due


def find_due_kind(moment: Moment, now: datetime, zone: str) -> LookBackKind | None:
    """Return which look-back a moment's age asks for: none yet, a month's, or a year's."""
    kept, today = local_day(moment.created_at, zone), local_day(now, zone)
    if months_back(today, YEAR) >= kept:
        return LookBackKind.YEAR
    return LookBackKind.MONTH if months_back(today, MONTH) >= kept else None


def _say_day(moment: Moment, zone: str, months: int) -> str:
    """Return the day from which a moment has an age, such as `20 April 2026`."""
    kept = local_day(moment.created_at, zone)
    first = months_back(kept, -months)
    return format_full_day(first if months_back(first, months) >= kept else first + timedelta(days=1))


def _own(context: Context, moment: Moment, kind: LookBackKind) -> LookBack | None:
    found = look_backs.find_look_back(context.session, moment.id, context.caller.person_id, kind)
    return found if found is not None and found.deleted_at is None else None


def _look_back_form(context: Context, moment: Moment, kind: LookBackKind, typed: str = "") -> Form:
    """Return the form. That of a moment told again shows nothing of the first telling."""
    own = _own(context, moment, kind)
    again = kind is LookBackKind.AGAIN
    asked = _("How would you tell it today?") if again else QUESTION()
    hint = _("It gets today's date. What was told first stays as it is.")
    value = typed or (own.text if own else "")
    field = Field("text", asked, FieldKind.TEXT, value, hint=hint)
    intro = _describe_untold(context, moment) if again else clip_text(moment.text, WORDS_SHOWN)
    title = (
        _("Tell #{number} again", number=moment.number)
        if again
        else _("Look back on #{number}", number=moment.number)
    )
    version = str(own.version) if own else "0"
    command = LookBackAt(format_moment_ref(moment), kind, version=version)
    return Form(title, command, (field,), _("Save"), intro)


def drop_look_back(context: Context, command: DropLookBack) -> Reply:
    """Remove the person's own look-back, or bring it back within a day."""
    moment = active_moment(context, command.moment)
    own, at = _require_own(context, moment, command.kind), format_moment_ref(moment)
    if own.deleted_at is not None:
        _require_recent(context, own)
    if command.back:
        look_backs.restore_look_back(context.session, own)
        propagate_change(context, moment)
        said = _("It's back on #{number}.", number=moment.number)
        return text_reply(said, buttons=(Button(_("Remove"), DropLookBack(at, own.kind)),), replaces=True)
    look_backs.remove_look_back(context.session, own, context.now)
    propagate_change(context, moment)
    undo = Button(_("Undo"), DropLookBack(at, own.kind, "1"))
    said = _("Removed from #{number}. You can bring it back until tomorrow.", number=moment.number)
    return text_reply(said, buttons=(undo,), replaces=True)


def tell_again(context: Context, command: TellAgain) -> Reply:
    """Show in private which moment the person may tell again, without the words it was told in."""
    before = parse_number(command.before)
    zone = context.session.get_one(Team, context.caller.team_id).zone
    until = utc_of(months_back(local_day(context.now, zone), YEAR) + timedelta(days=1), time(), zone)
    found = look_backs.list_untold_again(
        context.session, context.caller.team_id, context.caller.person_id, until, before, 2
    )
    if not found:
        return text_reply(_no_more_to_tell(context, bool(before)), replaces=bool(before))
    moment, team = found[0], str(context.caller.team_id)
    tell = Button(_("Tell it again"), LookBackAt(format_moment_ref(moment), LookBackKind.AGAIN))
    other = (Button(_("Another one"), TellAgain(str(moment.number), team)),) if len(found) > 1 else ()
    asked = _("How would you tell it today? I won't show you what you said then.")
    said = f"{_describe_untold(context, moment)} {asked}"
    return text_reply(said, buttons=(tell, *other), replaces=bool(before))


def _no_more_to_tell(context: Context, was_the_last: bool) -> str:
    if was_the_last:
        return _("That was the last one.")
    caller = context.caller
    told = look_backs.has_told_again(context.session, caller.team_id, caller.person_id)
    return f"{TELL_ANEW()} {TOLD_ALL() if told else NONE_YET()}"


TOLD_ALL = lazy("You've told all of them again.")
NONE_YET = lazy("You weren't part of one that's a year old yet.")
TELL_ANEW = lazy(
    "A year after a moment that you were part of, you can tell it again here, without seeing what you said then."
)


def _describe_untold(context: Context, moment: Moment) -> str:
    """Return enough to know which moment it is, without telling it: number, day, people, and two words."""
    day = local_day(moment.created_at, context.session.get_one(Team, moment.team_id).zone)
    others = reactions.names_involved(context.session, moment)
    said = _(
        "{moment}, {weekday}, {day}: {names}.",
        moment=moment_name(moment),
        weekday=weekday_name(day.isoweekday()),
        day=format_full_day(day),
        names=list_names(others),
    )
    return f"{said} {_hint_at(moment)}".rstrip()


def _hint_at(moment: Moment) -> str:
    """Return a sentence with the one or two words that say most about a longer moment, or an empty text."""
    words = longest_words(moment)[:HINT_WORDS]
    if len(moment.text.split()) < LONG_ENOUGH or not words:
        return ""
    if len(words) == 1:
        return _("It was about “{word}”.", word=words[0])
    return _("It was about “{word}” and “{other}”.", word=words[0], other=words[1])


def look_back_blocks(session: Session, moment: Moment, now: datetime) -> Iterator[Block]:
    """Yield the newest look-backs of a moment, and the question as long as nobody answered this one."""
    told = look_backs.list_look_backs(session, moment.id)
    people = moments.people_by_id(session, [each.person_id for each in told])
    zone = session.get_one(Team, moment.team_id).zone
    if told:
        yield Section(_("Looking back"))
    for each in told[-SHOWN:]:
        by = f"{people[each.person_id].name} · {_say_when(moment, each, zone)}"
        yield Quote(clip_text(each.text, WORDS_SHOWN), by=by)
    if len(told) > SHOWN:
        more = len(told) - SHOWN
        button = Strong(_("Read more"))
        yield Small(nline("One more: tap {button}.", "{n} more: tap {button}.", more, button=button))
    due = find_due_kind(moment, now, zone) if is_counted(moment) else None
    if due is not None and all(each.kind != due for each in told):
        yield Small((QUESTION(),))


def _say_when(moment: Moment, told: LookBack, zone: str) -> str:
    """Return when a look-back was said, such as `11 months later, 10 February 2026`."""
    day = local_day(told.created_at, zone)
    again = told.kind == LookBackKind.AGAIN
    later = _("told again") if again else say_later(local_day(moment.created_at, zone), day)
    edited = (_("edited"),) if told.edited_at else ()
    return ", ".join((later, format_full_day(day), *edited))


def _say_later(session: Session, moment: Moment, told: LookBack) -> str:
    zone = session.get_one(Team, moment.team_id).zone
    return say_later(local_day(moment.created_at, zone), local_day(told.created_at, zone))


def say_later(since: date, day: date) -> str:
    """Return how much later a day is than an earlier one, in whole months or years: `2 years later`."""
    months = (day.year - since.year) * 12 + day.month - since.month
    months -= months_back(day, months) < since
    if months >= YEAR:
        return ngettext("a year later", "{n} years later", months // YEAR)
    return ngettext("a month later", "{n} months later", months)


def look_back_buttons(session: Session, moment: Moment, now: datetime) -> Iterator[Button]:
    """Yield the buttons of a card for a moment that is old enough to look back on."""
    due = find_due_kind(moment, now, session.get_one(Team, moment.team_id).zone)
    if due is not None and is_counted(moment):
        at = format_moment_ref(moment)
        yield Button(_("Look back"), LookBackAt(at))
        if due is LookBackKind.YEAR:
            yield Button(_("Tell it again"), LookBackAt(at, LookBackKind.AGAIN))


def own_look_back_buttons(session: Session, moment: Moment, person_id: int) -> Iterator[Button]:
    """Yield a button to remove each look-back that a person wrote on a moment."""
    for each in look_backs.list_look_backs(session, moment.id):
        if each.person_id == person_id:
            again = each.kind == LookBackKind.AGAIN
            label = (
                _("Remove what I told again")
                if again
                else _("Remove my look back ({when})", when=_say_later(session, moment, each))
            )
            yield Button(label, DropLookBack(format_moment_ref(moment), each.kind))


def has_hidden_look_backs(session: Session, moment: Moment) -> bool:
    """Return whether the card leaves out a look-back or cuts one."""
    told = look_backs.list_look_backs(session, moment.id)
    return len(told) > SHOWN or any(len(each.text) > WORDS_SHOWN for each in told)


def full_look_backs(session: Session, moment: Moment) -> Iterator[tuple[str, str]]:
    """Yield every look-back in full, with its author and its date."""
    told = look_backs.list_look_backs(session, moment.id)
    people = moments.people_by_id(session, [each.person_id for each in told])
    zone = session.get_one(Team, moment.team_id).zone
    yield from (
        (each.text, f"{people[each.person_id].name} · {_say_when(moment, each, zone)}") for each in told
    )


def refresh_due_cards(session: Session, team_id: int, schedule_id: int, now: datetime) -> None:
    """Edit the posted cards of the moments that turned a month or a year old since the last recap was planned."""
    if not look_backs.has_aged(session, team_id):
        return
    zone = session.get_one(Team, team_id).zone
    before = recalls.last_planned_at(session, schedule_id, now)
    since = max(before or now - timedelta(days=7), now - LONGEST_GAP)
    first, last = local_day(since, zone) + timedelta(days=1), local_day(now, zone)
    spans = [_turned(team_id, first, last, months, zone) for months in (MONTH, YEAR)]
    for moment_id in look_backs.list_due_cards(session, spans, CARDS_AT_ONCE):
        refresh.refresh_card(session, moment_id, now)


def _turned(team_id: int, first: date, last: date, months: int, zone: str) -> Span:
    """Return when the moments were kept that turned some months old from a first to a last day.

    The longer of two months has days that the shorter lacks, so it begins after the day before the first.
    """
    before = months_back(first - timedelta(days=1), months) + timedelta(days=1)
    until = months_back(last, months) + timedelta(days=1)
    return Span(team_id, utc_of(before, time(), zone), utc_of(until, time(), zone))


def pick_month_ago(session: Session, span: Span, posting: Posting | None) -> RecapPick | None:
    """Return the two moments that turned a month old in a week and are most worth looking back on, or None.

    One that is asked what it set off, which comes after a month too, is asked nothing else in the recap.
    """
    if span.until - span.since > WEEKLY:
        return None
    team = session.get_one(Team, span.team_id)
    first, last = last_day(span.since, team.zone) + timedelta(days=1), last_day(span.until, team.zone)
    turned = _turned(team.id, first, last, MONTH, team.zone)
    free = list_back(session, team, turned, last, posting_id=posting.id if posting else 0)
    unasked = (each.id for each in free if _is_unasked(session, each))
    found = tuple(islice(unasked, ASKED_ABOUT))
    return RecapPick(found) if found else None


def _is_unasked(session: Session, moment: Moment) -> bool:
    """Return whether nobody looked back on a moment yet, and no later question about it is planned."""
    asked = FollowUpKind.SET_OFF in followups.list_planned_kinds(session, moment.id)
    return not asked and not look_backs.list_look_backs(session, moment.id)


def tell_month_ago(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line that asks what was really going on, with a button for each moment."""
    if not telling.moments:
        return ()
    said = [quote_briefly(session, moment, ASKED_WORDS) for moment in telling.moments]
    buttons = tuple(
        Button(_("Look back on #{number}", number=moment.number), LookBackAt(format_moment_ref(moment)))
        for moment in telling.moments
    )
    return [ReportLine((Strong(_("A month ago:")), f" {'; '.join(said)}. {QUESTION()}"), buttons)]


RECAP_SOURCES = (RecapSource("month_ago", pick_month_ago, tell_month_ago),)

DECLARATIONS = (
    Declaration("look-back", LookBackAt, look_back, shown=True),
    Declaration("drop-look-back", DropLookBack, drop_look_back, own_words=OwnWords.ALWAYS),
    Declaration("undo-look-back", UndoLookBack, undo_look_back, own_words=OwnWords.ALWAYS),
    Declaration(
        "tell-again",
        TellAgain,
        tell_again,
        "memory again",
        lazy("Tell a moment from a year ago again, without seeing what you said then"),
        personal=True,
        read_only=True,
        button=lazy("Tell it again"),
        said_as="tell again, tell it again, retell",
    ),
)
