"""Editing, deleting and restoring a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.messages import FORM_WORDS, Button, Field, FieldKind, Form, Reply, text_reply
from bot.core.moment import (
    active_moment,
    find_moment,
    format_moment_ref,
    list_own_moments,
    own_moment,
    propagate_change,
)
from bot.core.origin import Source
from bot.moments.commands import Delete, Edit, Restore
from bot.moments.form import FORM_QUESTIONS, breakthrough_fields, filled_parts, part_fields
from bot.moments.source import save_source_text
from bot.quests.attempts import (
    LOOP_MESSAGE,
    PREVIOUS,
    AttemptChoice,
    build_attempt_fields,
    close_found_quest,
    save_attempt_place,
)
from bot.quests.value_kinds import ANOTHER_FIELD, save_value_part, value_error
from storage.delivery import postings, refresh
from storage.models import Kind, Moment, MomentState
from storage.moments import fetches

UNDO_PERIOD = timedelta(days=1)
"""How long a deleted moment can be restored before its text is erased."""


LEFT_OUT_NOTICE = (
    f"A form holds {FORM_WORDS:,} characters, so what is longer stays as it is. "
    "You can delete #{} and write it again."
)


WHOLE, REST = "1", "rest"
"""The scope of an edit form.

`WHOLE` asked for everything, `REST` for all but a text too long for a form.
"""


def edit_moment(context: Context, command: Edit) -> Reply | Form:
    """Save the author's changes to a moment. Without new text, return the form.

    FormError for an invalid value of a breakthrough, or an experiment placed after itself.
    """
    moment = own_moment(context, command.moment, "change")
    text = command.text.strip() or (moment.text if command.whole == REST else "")
    if not text:
        return _edit_form(context, moment, moment.text, moment.parts)
    if wrong := value_error(command.another_value):
        raise FormError(_edit_form(context, moment, text, vars(command)), {ANOTHER_FIELD: wrong})
    told = _place_experiment(context, moment, command) if moment.kind == Kind.EXPERIMENT else ""
    found = close_found_quest(context, moment.id, command.quest) if moment.kind == Kind.BREAKTHROUGH else ""
    if moment.state != MomentState.KEPT:
        save_source_text(context.session, moment, Source(text, "", "", moment.source_link), context.now)
    moment.text = text
    stays = _oversized_parts(moment) if command.whole else moment.parts
    moment.parts = {
        **stays,
        **filled_parts(command, moment.kind),
        **save_value_part(context, moment.kind, command),
    }
    moment.edited_at = context.now
    propagate_change(context, moment)
    return text_reply(f"#{moment.number} has your new words.{told}{found}")


def _place_experiment(context: Context, moment: Moment, command: Edit) -> str:
    """Place an edited experiment in its quest and after its earlier attempt.

    Return what to tell the author. FormError if it would come after itself.
    """
    chosen = AttemptChoice(command.quest, command.previous)
    try:
        return save_attempt_place(context, moment.id, chosen)
    except ValueError:
        form = _edit_form(context, moment, command.text, vars(command), chosen)
        raise FormError(form, {PREVIOUS: LOOP_MESSAGE.format(moment.number)}) from None


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
    fields = [] if long else [Field("text", FORM_QUESTIONS[Kind(moment.kind)][1], FieldKind.TEXT, words)]
    fields += [field for field in part_fields(moment.kind, parts) if field.name not in left_out]
    if moment.kind == Kind.EXPERIMENT:
        fields += build_attempt_fields(context.session, moment.team_id, moment, chosen)
    if moment.kind == Kind.BREAKTHROUGH:
        fields += breakthrough_fields(context, moment.team_id, parts, moment)
    intro = LEFT_OUT_NOTICE.format(moment.number) if long or left_out else ""
    if not fields:
        raise UserError(intro)
    edited = Edit(format_moment_ref(moment), whole=REST if long else WHOLE)
    return Form(f"Edit #{moment.number}", edited, tuple(fields), intro=intro)


def delete_moment(context: Context, command: Delete) -> Reply:
    """Delete a moment from memory, card, search and recaps.

    It can be restored for a day. UserError unless the speaker wrote it or is an admin.
    """
    moment = active_moment(context, command.moment)
    if not context.origin.admin:
        own_moment(context, command.moment, "remove")
    moment.deleted_at, moment.deleted_by_id = context.now, context.caller.person_id
    propagate_change(context, moment)
    refresh.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)
    undo = Button("Undo", Restore(format_moment_ref(moment)))
    return text_reply(f"#{moment.number} is removed. Until tomorrow you can bring it back.", buttons=(undo,))


def restore_moment(context: Context, command: Restore) -> Reply:
    """Restore a deleted moment within a day.

    UserError for anyone but its author and the person who deleted it, and when the day is over.
    """
    moment = find_moment(context, command.moment)
    if moment.deleted_at is None:
        raise UserError(f"#{moment.number} is there.")
    if moment.erased_at or moment.deleted_at + UNDO_PERIOD <= context.now:
        raise UserError(f"#{moment.number} was removed more than a day ago; its words are gone for good.")
    if context.caller.person_id not in (moment.deleted_by_id, moment.author_id):
        raise UserError(f"Only who removed #{moment.number}, or who wrote it, can bring it back.")
    moment.deleted_at = moment.deleted_by_id = None
    if moment.state == MomentState.FETCHING:
        fetches.request_fetch(context.session, moment.id, context.now)
    propagate_change(context, moment)
    refresh.refresh_figures(context.session, moment.team_id, moment.created_at, context.now)
    postings.restore_postings(context.session, moment.id, context.now)
    return text_reply(f"#{moment.number} is back.", replaces=True)


DECLARATIONS = (
    Declaration(
        "edit",
        Edit,
        edit_moment,
        "edit",
        "Change a moment of yours",
        typed_only=True,
        instead="show the moment, then Edit.",
        button="Edit",
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
        "Remove a moment of yours; a day to undo",
        typed_only=True,
        instead="show the moment, then Delete.",
        button="Delete",
        candidates=list_own_moments,
        said_as="del, rm, trash, bin, delete one, delete mine, delete some, delete a moment, delete moment",
    ),
    Declaration("restore", Restore, restore_moment),
)
