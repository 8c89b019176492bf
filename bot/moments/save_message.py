"""Saving an existing message as a moment, by message shortcut or by enough emoji reactions.

The words belong to their author. If another person saves a message, its author is told
once, in private, and can remove it with one press. The saved copy follows edits of its
source until the moment is edited here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, FormError, UserError, card_place
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Button,
    Field,
    FieldKind,
    Form,
    Reply,
    Style,
    text_reply,
)
from bot.core.moment import (
    Show,
    active_moment,
    format_moment_ref,
    moment_name,
    moment_of_message,
    plan_moment_card,
)
from bot.core.origin import Source
from bot.goals.serving import offer_serving
from bot.memory.fuel import offer_fuel
from bot.memory.here_before import offer_before
from bot.moments.commands import (
    DETAILS,
    Edit,
    Failed,
    ItFailed,
    Log,
)
from bot.moments.saved import OTHERS, join_sentences, saved_reply
from bot.moments.source import (
    ensure_author,
    message_noun,
    refusal_reason,
    save_source_text,
    start_moment,
)
from bot.quests.attempts import (
    LOOP_MESSAGE,
    PREVIOUS,
    AttemptChoice,
    build_attempt_fields,
    resolve_choice,
    save_attempt_place,
)
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, Person
from storage.models.shown import has_words, shown_name
from storage.moments import moments
from storage.teams import teams

ADD_TO_QUEST = lazy("Add to a quest")
"""The button that places a saved experiment, and the title of its form."""


@dataclass(frozen=True)
class MessageFields:
    """What the platform knows about a message that may be saved, and the kind to save it as."""

    kind: str = Kind.AHA
    message: str = ""
    text: str = ""
    author: str = ""
    author_name: str = ""
    link: str = ""
    by_bot: str = ""
    external: str = ""


@dataclass(frozen=True)
class Save(MessageFields):
    """The message shortcuts *Save as aha* and *Save as failed experiment*.

    `shows` is what a message without words shows: a value of `Shows`.
    """

    shows: str = ""


@dataclass(frozen=True)
class PlaceAttempt:
    """The command to set a saved experiment's quest and previous attempt."""

    moment: str = ""
    quest: str = ""
    previous: str = ""


def save_from_message(context: Context, command: Save) -> Reply | Form:
    """Save a message, plan its card in the message's thread and put the bot's 💡 on it.

    For a message without words, return a form that asks what it shows.
    """
    known = moment_of_message(context, command.message)
    if known is not None and (known.deleted_at is not None or known.state == MomentState.KEPT):
        return _reply_already_saved(context, known, command)
    check_author(context, command)
    if not has_words(command.text):
        return _ask_for_words(context, command)
    return _save_words(context, command, known)


def _save_words(context: Context, command: Save, known: Moment | None) -> Reply:
    """Save a message that has words, as the draft that waits for them if there is one."""
    author = _require_author(context, command)
    moment = known or _add_saved_moment(context, command, author)
    moment.kind = _kind_of(command)
    save_source_text(
        context.session,
        moment,
        Source(command.text, author.external_id, author.platform_name, command.link),
        context.now,
        given_by=context.caller.person_id,
    )
    _plan_thread_card(context, moment, command)
    told = ""
    if author.id != context.caller.person_id:
        told = (
            _("I'll tell {author}, who can remove it.", author=author.name)
            if has_words(author.platform_name)
            else _("I'll tell the person who wrote it. They can remove it.")
        )
    place, mine = card_place(context, command.message), author.id == context.caller.person_id
    buttons = _followup_buttons(context, moment)
    reply = saved_reply(format_moment_ref(moment), place, join_sentences(told, OTHERS()), buttons, mine)
    own = moment.kind == Kind.EXPERIMENT and mine
    fuel = (offer_fuel(context, moment.number),) if own else ()
    return replace(
        reply, offers=(*fuel, *offer_serving(context, moment.number), *offer_before(context, moment.number))
    )


def _followup_buttons(context: Context, moment: Moment) -> tuple[Button, ...]:
    """Return the buttons to complete an experiment.

    The author may add all its parts. Another person who saved it may only set its quest and
    previous attempt.
    """
    if moment.kind != Kind.EXPERIMENT:
        return ()
    if moment.author_id == context.caller.person_id:
        return (Button(_("Add details"), Edit(format_moment_ref(moment), whole=DETAILS), Style.PRIMARY),)
    asks = build_attempt_fields(context.session, moment.team_id, moment)
    return (Button(ADD_TO_QUEST(), PlaceAttempt(format_moment_ref(moment))),) if asks else ()


def place_attempt(context: Context, command: PlaceAttempt) -> Reply | Form:
    """Set an experiment's quest and previous attempt. Its text stays unchanged.

    Without a choice, return the form. Raises FormError if the experiment would follow itself.
    """
    moment = active_moment(context, command.moment)
    if moment.kind != Kind.EXPERIMENT:
        raise UserError(
            _("{moment} isn't an experiment, so it can't be part of a quest.", moment=moment_name(moment))
        )
    chosen = AttemptChoice(command.quest, command.previous)
    if not (chosen.quest or chosen.previous):
        return _build_place_form(context, moment)
    chosen, errors = resolve_choice(context.session, moment.team_id, chosen)
    if errors:
        raise FormError(_build_place_form(context, moment, chosen), errors)
    try:
        told = save_attempt_place(context, moment.id, chosen)
    except ValueError:
        raise FormError(
            _build_place_form(context, moment, chosen),
            {PREVIOUS: LOOP_MESSAGE(number=moment.number)},
        ) from None
    return text_reply(join_sentences(_("#{number} updated.", number=moment.number), told))


def _build_place_form(context: Context, moment: Moment, chosen: AttemptChoice | None = None) -> Form:
    fields = build_attempt_fields(context.session, moment.team_id, moment, chosen)
    if not fields:
        raise UserError(_("There's no open quest, and no earlier experiment that it could follow."))
    asked = (replace(fields[0], later=False), *fields[1:])
    return Form(ADD_TO_QUEST(), PlaceAttempt(format_moment_ref(moment)), asked, _("Save"))


def _ask_for_words(context: Context, command: Save) -> Form:
    """Return the form that asks what a message without words shows.

    Its author's answer becomes the words of that message. Another person's is an aha or an experiment
    of their own, because nobody but the author says anything in the author's name.
    """
    what = message_noun(command.shows)
    text = Field("text", _("What does it show?"), FieldKind.TEXT, hint=_("One sentence is plenty."))
    if command.author == context.origin.person:
        intro = _("You posted this without text: {thing}.", thing=what)
        return Form(_("In your words"), command, (text,), _("Save"), intro)
    own = Failed() if _kind_of(command) is Kind.EXPERIMENT else Log()
    intro = _(
        "{name} posted this without text: {thing}. What you write here is saved as yours.",
        name=shown_name(command.author_name),
        thing=what,
    )
    return Form(_("In your words"), own, (text,), _("Save"), intro)


def _reply_already_saved(context: Context, moment: Moment, command: MessageFields) -> Reply:
    """Return a reply with the moment that was saved from the message before.

    If an aha is now to become an experiment, offer the change to its author, and name the
    author to others. Raises UserError if the moment was removed.
    """
    check_deleted(moment)
    see = Button(_("Show"), Show(format_moment_ref(moment)))
    said = _("That message is already saved as #{number}.", number=moment.number)
    if moment.kind != Kind.AHA or _kind_of(command) != Kind.EXPERIMENT:
        return text_reply(said, buttons=(see,))
    if moment.author_id == context.caller.person_id:
        turned = Button(_("Make it an experiment"), ItFailed(format_moment_ref(moment)), Style.PRIMARY)
        return text_reply(said, buttons=(turned, see))
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
    only = _("Only {author} can turn it into an experiment.", author=author)
    return text_reply(join_sentences(said, only), buttons=(see,))


def check_deleted(moment: Moment) -> None:
    """Raise UserError for a message whose moment was deleted: it isn't saved again."""
    if moment.deleted_at is not None:
        raise UserError(
            _(
                "That message was saved as #{number} and then deleted, so I won't save it again.",
                number=moment.number,
            ),
            personal=True,
        )


def _require_author(context: Context, command: MessageFields) -> Person:
    """Return the author of the message. Raises UserError if it must not be saved."""
    check_message(context, command)
    author = ensure_author(context, command.author, command.author_name)
    if said := refusal_reason(author, context.caller.person_id):
        raise UserError(said, personal=True)
    return author


def check_message(context: Context, command: MessageFields, shows: str = "") -> None:
    """Raise UserError if a message has no words or must not be saved. Nothing about its author is stored."""
    check_author(context, command)
    if not has_words(command.text):
        raise UserError(
            join_sentences(
                _("That message has no text, only this: {thing}.", thing=message_noun(shows))
                if shows
                else _("That message has no text."),
                _("To save what it shows, use “Save as aha” in the message's menu."),
            )
        )


def check_author(context: Context, command: MessageFields) -> None:
    """Raise UserError if a message must not be saved because of who wrote it."""
    said = ""
    if command.by_bot or command.external or not command.author:
        said = refusal_reason(None, None, bool(command.by_bot), bool(command.external))
    elif author := teams.find_person(context.session, context.caller.workspace_id, command.author):
        said = refusal_reason(author, context.caller.person_id)
    if said:
        raise UserError(said, personal=True)


def _kind_of(command: MessageFields) -> Kind:
    return Kind.EXPERIMENT if command.kind == Kind.EXPERIMENT else Kind.AHA


def _add_saved_moment(context: Context, command: MessageFields, author: Person) -> Moment:
    return start_moment(context, _kind_of(command), command.message, author, context.origin.event)


def _plan_thread_card(context: Context, moment: Moment, command: MessageFields) -> None:
    key = f"card:{moment.id}"
    if postings.find_by_key(context.session, key) is None:
        plan_moment_card(context, moment.id, card_place(context, command.message))


DECLARATIONS = (
    Declaration("save", Save, save_from_message, needs=Needs.CHANNEL),
    Declaration("place-attempt", PlaceAttempt, place_attempt, opens_form=True),
)
