"""Editing, deleting and restoring a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, FormError, UserError, locate_card
from bot.core.forms.later import show_all
from bot.core.language.words import _, format_number, lazy
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    FORM_WORDS,
    Button,
    Card,
    Form,
    More,
    Quote,
    Reply,
    Style,
    Text,
    text_reply,
)
from bot.core.moment import (
    NOT_YOURS_TO_DELETE,
    active_moment,
    find_moment,
    format_moment_ref,
    is_own_moment,
    list_own_moments,
    moment_place,
    own_moment,
    propagate_change,
)
from bot.core.origin import Source
from bot.core.text import clip_text
from bot.goals.wizard.form import shorten_text
from bot.moments.commands import (
    DETAILS,
    Delete,
    Edit,
    LeaveMoment,
    Restore,
    Undo,
)
from bot.moments.form import (
    breakthrough_fields,
    filled_parts,
    part_fields,
    read_invited,
    text_field,
    there_field,
)
from bot.moments.saved import join_sentences
from bot.moments.source import plan_note, save_source_text
from bot.quests.attempts import (
    LOOP_MESSAGE,
    PREVIOUS,
    AttemptChoice,
    build_attempt_fields,
    close_found_quest,
    resolve_choice,
    save_attempt_place,
)
from bot.quests.before.waiting import give_waiting_back, take_waiting_again
from bot.quests.value_kinds import ANOTHER_FIELD, save_value_part, value_error
from storage.delivery import postings, refresh
from storage.goals import sources
from storage.models import Kind, Moment, MomentState, PostingKind
from storage.moments import fetches, moments, reactions
from storage.quests import attempts

UNDO_PERIOD = timedelta(days=1)
"""How long a deleted moment can be restored before its text is erased."""


WHOLE, REST = "1", "rest"
"""The scope of an edit form.

`WHOLE` asked for everything, `REST` for all but a text too long for a form.
"""


def edit_moment(context: Context, command: Edit) -> Reply | Form:
    """Save the author's changes to a moment. Without new text, return the form.

    FormError for an invalid value of a breakthrough, or an experiment placed after itself.
    """
    moment = own_moment(context, command.moment)
    text = command.text.strip() or (moment.text if command.whole == REST else "")
    if not text:
        form = _edit_form(context, moment, moment.text, moment.parts)
        return show_all(form) if command.whole == DETAILS else form
    if wrong := value_error(command.another_value):
        raise FormError(_edit_form(context, moment, text, vars(command)), {ANOTHER_FIELD: wrong})
    command = _resolve_place(context, moment, command, text)
    _save_invited(context, moment, command, text)
    told = _place_experiment(context, moment, command) if moment.kind == Kind.EXPERIMENT else ""
    found = close_found_quest(context, moment.id, command.quest) if moment.kind == Kind.BREAKTHROUGH else ""
    if moment.state != MomentState.KEPT:
        source = Source(text, "", "", moment.source_link)
        save_source_text(context.session, moment, source, context.now, given_by=moment.author_id)
    moment.text = text
    trying = attempts.is_under_way(context.session, moment)
    before = moment.parts
    stays = _oversized_parts(moment) if command.whole and not trying else before
    moment.parts = {
        **stays,
        **filled_parts(command, moment.kind),
        **save_value_part(context, moment.kind, command),
    }
    if (attempt := attempts.find_attempt(context.session, moment.id)) is not None:
        attempts.note_result_words(attempt, moment, moment.author_id, before)
    moment.edited_at = context.now
    propagate_change(context, moment)
    again = Button(_("Edit"), Edit(format_moment_ref(moment)))
    said = join_sentences(_("#{number} updated.", number=moment.number), told, found)
    return text_reply(said, " ", *locate_card(moment_place(context, moment.id)), buttons=(again,))


def _save_invited(context: Context, moment: Moment, command: Edit, text: str) -> None:
    """Save whose versions the author would like to read. FormError for somebody who can't be invited."""
    invited, errors = read_invited(context, command)
    if errors:
        chosen = AttemptChoice(command.quest, command.previous)
        raise FormError(_edit_form(context, moment, text, vars(command), chosen), errors)
    if command.there or command.whole:
        reactions.set_invited(context.session, moment.id, invited, context.now)


def _resolve_place(context: Context, moment: Moment, command: Edit, text: str) -> Edit:
    """Return the command with the quest and the attempt that were typed looked up. FormError if they aren't there."""
    typed = AttemptChoice(command.quest, command.previous)
    chosen, errors = resolve_choice(context.session, moment.team_id, typed)
    if errors:
        raise FormError(_edit_form(context, moment, text, vars(command), typed), errors)
    return replace(command, quest=chosen.quest, previous=chosen.previous)


def _place_experiment(context: Context, moment: Moment, command: Edit) -> str:
    """Place an edited experiment in its quest and after its earlier attempt.

    Return what to tell the author. FormError if it would come after itself.
    """
    chosen = AttemptChoice(command.quest, command.previous)
    try:
        return save_attempt_place(context, moment.id, chosen)
    except ValueError:
        form = _edit_form(context, moment, command.text, vars(command), chosen)
        raise FormError(form, {PREVIOUS: LOOP_MESSAGE(number=moment.number)}) from None


def _oversized_parts(moment: Moment) -> Mapping[str, str]:
    """Return the parts longer than FORM_WORDS.

    The form leaves them out and they stay unchanged, so nothing is cut off unseen.
    """
    return {name: words for name, words in moment.parts.items() if len(words) > FORM_WORDS}


def _edit_form(
    context: Context,
    moment: Moment,
    words: str,
    parts: Mapping[str, str],
    chosen: AttemptChoice | None = None,
) -> Form:
    """Return the edit form with the current or the submitted values.

    Texts too long for a form are left out. UserError if no field remains.
    """
    long, left_out = len(moment.text) > FORM_WORDS, _oversized_parts(moment)
    fields = [] if long else [text_field(moment.kind, words)]
    trying = attempts.is_under_way(context.session, moment)
    if not trying:
        fields += [field for field in part_fields(moment.kind, parts) if field.name not in left_out]
    fields += there_field(context, moment.kind, parts.get("there", ""), moment)
    if moment.kind == Kind.EXPERIMENT:
        fields += build_attempt_fields(context.session, moment.team_id, moment, chosen)
    if moment.kind == Kind.BREAKTHROUGH:
        fields += breakthrough_fields(context, moment.team_id, parts, moment)
    intro = _tell_left_out(moment) if long or left_out else ""
    if not fields:
        raise UserError(intro)
    # Without `whole`, a result that is kept while the form is open loses no word of it.
    edited = Edit(format_moment_ref(moment), whole=REST if long else "" if trying else WHOLE)
    title = _("Edit #{number}", number=moment.number)
    return Form(title, edited, tuple(fields), _("Save"), intro, more=More.AGAIN)


def _tell_left_out(moment: Moment) -> str:
    return _(
        "A form holds up to {limit} characters, so anything longer isn't shown and stays as it is. "
        "To change it, delete #{number} and save it again.",
        limit=format_number(FORM_WORDS),
        number=moment.number,
    )


def delete_moment(context: Context, command: Delete) -> Reply:
    """Delete a moment from memory, card, search and recaps.

    It can be restored for a day. An admin is asked first, and the author is told. UserError for
    anyone else.
    """
    moment = active_moment(context, command.moment)
    if moment.author_id == context.caller.person_id:
        remove_moment(context, moment)
        return _removed_reply(moment)
    if not context.origin.admin:
        own_moment(context, command.moment, NOT_YOURS_TO_DELETE)
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
    if not command.sure:
        return _ask_to_remove(moment, author)
    remove_moment(context, moment)
    told = ""
    if moment.state == MomentState.KEPT:  # before that there are no words of the author's to lose
        plan_note(context.session, PostingKind.NOTE_REMOVED, moment, context.now)
        told = _("I'll tell {author}, who can bring it back, too.", author=author)
    return replace(_removed_reply(moment, told), replaces=True)


def _ask_to_remove(moment: Moment, author: str) -> Reply:
    """Ask an admin, in private, before another person's moment is removed."""
    asked = Text((_("Delete #{number} by {author} for everyone?", number=moment.number, author=author),))
    words = (Quote(clip_text(moment.text, CARD_TEXT_LIMIT)),) if moment.text else ()
    at = format_moment_ref(moment)
    buttons = (Button(_("Delete"), Delete(at, "1"), Style.DANGER), Button(_("Cancel"), LeaveMoment(at)))
    return Reply(Card((asked, *words), buttons))


def _removed_reply(moment: Moment, told: str = "") -> Reply:
    undo = Button(_("Undo"), Restore(format_moment_ref(moment)))
    return text_reply(join_sentences(_tell_deleted(moment), told), buttons=(undo,))


def _tell_deleted(moment: Moment) -> str:
    return _("#{number} deleted. You can bring it back until tomorrow.", number=moment.number)


def remove_moment(context: Context, moment: Moment) -> None:
    """Remove a moment from every post that shows it."""
    moment.deleted_at, moment.deleted_by_id = context.now, context.caller.person_id
    give_waiting_back(context, moment)
    sources.take_words(context.session, moment.id, context.now)
    propagate_change(context, moment)
    refresh.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)


def undo_capture(context: Context, command: Undo) -> Reply:
    """Remove a moment as Delete does, within a day of its capture. A second press offers the same again.

    UserError for anyone but its author and the person who saved it, and when the day is over.
    """
    moment = find_moment(context, command.moment)
    if context.caller.person_id not in (moment.author_id, moment.kept_by_id):
        raise UserError(_tell_who_can_undo(context, moment))
    if moment.erased_at is not None:
        raise UserError(_("#{number} was deleted.", number=moment.number))
    if moment.deleted_at is None:
        if not _is_fresh(context, moment):
            raise UserError(_too_late_to_undo(context, moment))
        remove_moment(context, moment)
    back = Button(_("Bring back"), Restore(format_moment_ref(moment)))
    return text_reply(_tell_deleted(moment), buttons=(back,), replaces=True)


def can_undo(context: Context, moment: Moment) -> bool:
    """Tell whether the person can take a capture back: they wrote or saved it, within a day."""
    mine = context.caller.person_id in (moment.author_id, moment.kept_by_id)
    return mine and moment.deleted_at is None and _is_fresh(context, moment)


def _is_fresh(context: Context, moment: Moment) -> bool:
    """Return whether the day after a capture is not over."""
    return context.now < moment.created_at + UNDO_PERIOD


def _tell_who_can_undo(context: Context, moment: Moment) -> str:
    """Return the sentence for a person who cannot undo a capture."""
    people = moments.people_by_id(context.session, [moment.author_id, moment.kept_by_id])
    author, saver = people[moment.author_id].name, moment.kept_by_id
    if saver is None or saver == moment.author_id:
        return _("Only {author}, who wrote #{number}, can undo that.", author=author, number=moment.number)
    return _(
        "Only {author}, who wrote #{number}, and {saver}, who saved it, can undo that.",
        author=author,
        number=moment.number,
        saver=people[saver].name,
    )


def _too_late_to_undo(context: Context, moment: Moment) -> str:
    """Return the sentence that names the other way to remove a moment."""
    show = f"{context.capabilities.command} show {moment.number}"
    late = _("#{number} was saved more than a day ago, so it's too late to undo.", number=moment.number)
    if moment.author_id == context.caller.person_id:
        return join_sentences(late, _("You can still delete it: type {show}, then press Delete.", show=show))
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
    other = _("{author}, who wrote it, can still delete it with {show}.", author=author, show=show)
    return join_sentences(late, other)


def undo_button(context: Context, moment: Moment) -> Button:
    """Return the button that takes a moment out again, on an answer that brought it to others."""
    at = format_moment_ref(moment)
    return Button(_("Undo"), Undo(at) if _is_fresh(context, moment) else Delete(at))


def leave_moment(context: Context, command: LeaveMoment) -> Reply:
    """Leave a moment after the question whether to remove it."""
    moment = find_moment(context, command.moment)
    return text_reply(_("#{number} stays as it is.", number=moment.number), replaces=True)


def restore_moment(context: Context, command: Restore) -> Reply:
    """Restore a deleted moment within a day.

    UserError for anyone but its author and the person who deleted it, and when the day is over.
    """
    moment = find_moment(context, command.moment)
    if moment.deleted_at is None:
        raise UserError(_("#{number} isn't deleted.", number=moment.number))
    if moment.erased_at or moment.deleted_at + UNDO_PERIOD <= context.now:
        raise UserError(
            _(
                "#{number} was deleted more than a day ago, so its text is gone for good.",
                number=moment.number,
            )
        )
    if context.caller.person_id not in (moment.deleted_by_id, moment.author_id):
        raise UserError(
            _("Only the person who wrote or deleted #{number} can bring it back.", number=moment.number)
        )
    bring_back(context, moment)
    back = _("#{number} is back.", number=moment.number)
    place = locate_card(moment_place(context, moment.id))
    return text_reply(back, " ", *place, buttons=(undo_button(context, moment),), replaces=True)


def can_bring_back(context: Context, moment: Moment) -> bool:
    """Tell whether the person can bring a moment back: they wrote or removed it, within a day."""
    if moment.deleted_at is None or moment.erased_at or moment.deleted_at + UNDO_PERIOD <= context.now:
        return False
    return context.caller.person_id in (moment.deleted_by_id, moment.author_id)


def bring_back(context: Context, moment: Moment) -> None:
    """Bring a removed moment back to every post that showed it."""
    moment.deleted_at = moment.deleted_by_id = None
    if moment.state == MomentState.FETCHING:
        fetches.request_fetch(context.session, moment.id, context.now)
    take_waiting_again(context, moment)
    sources.give_words_back(context.session, moment.id, shorten_text(moment.text), context.now)
    propagate_change(context, moment)
    refresh.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)
    postings.restore_postings(context.session, moment.id, context.now)


def may_remove(context: Context, command: Delete) -> bool:
    """Tell whether the person may remove the moment of a command: its author or an admin."""
    return context.origin.admin or is_own_moment(context, command)


DECLARATIONS = (
    Declaration(
        "edit",
        Edit,
        edit_moment,
        "edit",
        lazy("Edit one of your moments"),
        own_words=OwnWords.MOMENT,
        typed_only=True,
        instead=lazy("show the moment, then press Edit"),
        shown=True,
        works_for=is_own_moment,
        button=lazy("Edit"),
        candidates=list_own_moments,
        said_as=(
            "change, change it, change that, modify, update, correct, correction, fix, fix it, rename, rewrite, "
            "edit it, edit that, edit last, edit this, edit latest, edit mine, edit my last, edit the last one"
        ),
    ),
    Declaration(
        "delete",
        Delete,
        delete_moment,
        "delete",
        lazy("Delete one of your moments. You can undo it for a day"),
        own_words=OwnWords.MOMENT,
        typed_only=True,
        instead=lazy("show the moment, then press Delete"),
        works_for=may_remove,
        button=lazy("Delete"),
        candidates=list_own_moments,
        said_as="del, rm, trash, bin, delete one, delete mine, delete some, delete a moment, delete moment",
    ),
    Declaration("undo", Undo, undo_capture, own_words=OwnWords.MOMENT),
    Declaration("leave-moment", LeaveMoment, leave_moment, read_only=True, own_words=OwnWords.MOMENT),
    Declaration("restore", Restore, restore_moment, own_words=OwnWords.MOMENT),
)
