"""Finding the moment a command names, and its name, reference and card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.core.context import CardPlace, Context, UserError, posting_place, waiting_person
from bot.core.kinds.declared import KINDS
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Card, Small
from bot.core.params import MOMENT_PATTERN, moment_param
from storage.delivery import postings, refresh
from storage.models import Moment, MomentState, PostingKind
from storage.moments import moments

LATEST = 5
"""Moments to choose from, for a command that names none."""

VERSION_WORDS = 300
"""Characters of a version that a card shows. Two side by side should fit a phone."""


@dataclass(frozen=True)
class Show:
    """The command to show a moment in private."""

    moment: str = moment_param()


OTHER_PURPOSE = lazy("Everything in that post of mine is already saved.")


PURPOSES: Mapping[str, Lazy] = {
    PostingKind.HELLO: lazy("That's my own hello, so there's nothing to save in it."),
    PostingKind.QUEST: lazy("That's my card about a quest, so it's already saved."),
    PostingKind.PROMPT: lazy("That's my question, and it's waiting for your answers."),
    PostingKind.RETRO: lazy("That's my question, and it's waiting for your answers."),
    PostingKind.QUIET: lazy("That's my own post about paused questions."),
    PostingKind.RECAP: lazy("That's my recap, and everything in it is already saved."),
    PostingKind.HARVEST: lazy("That's my recap of the quarter, and everything in it is already saved."),
    PostingKind.SEASON: lazy("That's my card about the season, so there's nothing to save in it."),
    PostingKind.LOOK_BACK: lazy("That's my own post, which offers a look back at what you saved."),
    PostingKind.CYCLE: lazy("That's my picture of your quests, so there's nothing to save in it."),
}


def plan_moment_card(context: Context, moment_id: int, place: CardPlace) -> None:
    """Plan the card of a moment, unless the place takes no cards."""
    if not place.takes_cards:
        return
    postings.plan_posting(
        context.session, f"card:{moment_id}", PostingKind.CARD, context.caller.workspace_id, context.now,
        team_id=context.caller.team_id, moment_id=moment_id, channel=place.channel, thread=place.thread,
        waits_for_id=waiting_person(context, place),
    )  # fmt: skip


def find_moment(context: Context, given: str) -> Moment:
    """Return the moment a person named, deleted or not.

    UserError with the latest number if there is none.
    """
    found = MOMENT_PATTERN.fullmatch(given)
    number = int(found[1].rpartition(".")[2]) if found else 0
    moment = moments.find_by_number(context.session, context.caller.team_id, number)
    if moment is None:
        raise UserError(unknown_moment(context, number))
    return moment


def active_moment(context: Context, given: str) -> Moment:
    """Return the moment a person named, if it is not deleted.

    UserError if it is deleted or does not exist.
    """
    moment = find_moment(context, given)
    if moment.deleted_at is not None:
        raise UserError(_("#{number} was deleted.", number=moment.number))
    return moment


def moment_of_message(context: Context, message: str) -> Moment | None:
    """Return the moment saved from a message of this channel, or shown by it.

    A card or a card of whys shows a moment. UserError for a post by the bot that shows none,
    because nobody wrote it and nothing can be saved from it.
    """
    place = context.origin.channel
    moment = moments.find_by_source(context.session, context.caller.team_id, place, message)
    if moment is not None:
        return moment
    posting = postings.find_by_message(context.session, context.caller.workspace_id, place, message)
    if posting is not None and not posting.moment_id:
        raise UserError(posting_purpose(posting.kind))
    return context.session.get(Moment, posting.moment_id) if posting else None


def find_by_ref(session: Session, ref: str) -> Moment | None:
    """Return the moment of a reference with its team (`7.42`), deleted or not, or None."""
    team, dot, number = ref.partition(".")
    if not (dot and team.isdecimal() and number.isdecimal()):
        return None
    return moments.find_by_number(session, int(team), int(number))


def moment_place(context: Context, moment_id: int) -> CardPlace:
    """Return where a moment's card is, or will be, or the message that has the bot's 💡 in place of one."""
    posting = postings.find_by_key(context.session, f"card:{moment_id}")
    moment = context.session.get_one(Moment, moment_id)
    if posting is None and moment.source_message and moment.source_channel:
        return CardPlace(moment.source_channel, marked=True)
    return posting_place(context, posting)


NOTHING_YET = lazy(
    "Nothing is saved here yet. Type {command} log and what you noticed, and it will be #{coming}."
)
NOTHING_NOW = lazy(
    "Nothing is saved here right now. Type {command} log and what you noticed, and it will be #{coming}."
)


def unknown_moment(context: Context, number: int) -> str:
    """Return the sentence for a number without a moment, or for a team without any moments."""
    newest = moments.latest_number(context.session, context.caller.team_id)
    if not newest:
        coming = moments.next_number(context.session, context.caller.team_id)
        said = NOTHING_YET if coming == 1 else NOTHING_NOW
        return said(command=context.capabilities.command, coming=coming)
    return _("There is no #{number} here; the latest is #{newest}.", number=number, newest=newest)


def named_moment(context: Context, given: str) -> Moment | None:
    """Return the moment that a button names, in its own team or else the caller's, or None if there is none."""
    team, _, number = given.rpartition(".")
    if not (number.isdecimal() and (team or "0").isdecimal()):
        return None
    return moments.find_by_number(context.session, int(team or context.caller.team_id), int(number))


def is_own_moment(context: Context, command: Any) -> bool:
    """Tell whether the speaker wrote the moment of a command."""
    moment = named_moment(context, command.moment)
    return moment is not None and moment.author_id == context.caller.person_id


NOT_YOURS = lazy(
    "#{number} is in {author}'s words, so only {author} can change it. You can add your version."
)
NOT_YOURS_TO_DELETE = lazy("Only {author} or an admin can delete #{number}. You can add your version.")


def own_moment(context: Context, given: str, others: Lazy = NOT_YOURS) -> Moment:
    """Return the speaker's own moment.

    UserError if somebody else wrote it: `others`, a sentence with its `number` and `author`.
    """
    moment = active_moment(context, given)
    if moment.author_id != context.caller.person_id:
        author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
        raise UserError(others(number=moment.number, author=author))
    return moment


def is_kept(moment: Moment) -> bool:
    """Return whether a moment has its words and is not deleted."""
    return moment.deleted_at is None and moment.state == MomentState.KEPT


def list_latest_moments(context: Context) -> Sequence[Moment]:
    """Return the team's newest moments that have their words."""
    found = moments.list_latest(context.session, context.caller.team_id, LATEST)
    return [moment for moment in found if moment.state == MomentState.KEPT]


def list_own_moments(context: Context) -> Sequence[Moment]:
    """Return the speaker's own newest moments in the team."""
    caller = context.caller
    return moments.list_by_author(context.session, caller.team_id, caller.person_id, LATEST)


def propagate_change(context: Context, moment: Moment) -> None:
    """Update the search index and refresh every post that shows the moment."""
    moments.update_tokens(context.session, moment, context.now)
    refresh.refresh_moment(context.session, moment.id, context.now)


def moment_name(moment: Moment) -> str:
    """Return kind and number, such as `Aha #42`."""
    return f"{KINDS[moment.kind].name()} #{moment.number}"


def format_moment_ref(moment: Moment) -> str:
    """Return a moment's reference as its buttons carry it: `7.42` is number 42 of team 7."""
    return f"{moment.team_id}.{moment.number}"


def build_removed_card(moment: Moment) -> Card:
    """Return the card that replaces a deleted moment's."""
    return Card((Small((_("{moment} was deleted.", moment=moment_name(moment)),)),))


def posting_purpose(kind: str) -> str:
    """Return the sentence that says what a kind of posting is for."""
    return PURPOSES.get(kind, OTHER_PURPOSE)()
