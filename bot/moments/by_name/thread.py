"""*Remember this thread*: a person ticks messages of a thread, and each becomes a moment of its own.

Every author gets one Note for all of theirs: see `storage/people/notes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.core.addressed import ThreadMessage
from bot.core.addressed.threads import ThreadQuestion
from bot.core.commands import Declaration, Needs
from bot.core.context import Context, FormError, UserError
from bot.core.language.words import _, lazy, ngettext
from bot.core.messages import Button, Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.origin import Place, Source
from bot.core.text import LONGEST_TEXT, join_list, label_words, parse_number
from bot.moments.by_name.commands import HowToRememberThread, SaveThread, UndoAll
from bot.moments.edit import bring_back, can_bring_back, can_undo, remove_moment
from bot.moments.saved import join_sentences
from bot.moments.source import ensure_author, message_noun, refusal_reason, save_source_text, start_moment
from storage.models import Kind, Moment
from storage.models.shown import has_words, shown_name
from storage.moments import fetches, moments
from storage.teams import teams

LABEL = 75
"""The most characters of an option."""

CHOOSE, CHOOSE_OTHERS = lazy("Choose messages"), lazy("Choose other messages")
"""The titles of the form. The second one is also its button, where a message was saved already."""
HOW_TO_REMEMBER_THREAD = lazy(
    "Write “remember this thread” with my name inside the thread, and you can choose what to save from it."
)
UNREADABLE = lazy(
    "I can't read this thread. You can save one message at a time: write “remember this” with my name in a reply to "
    "it, choose “Save as aha” in its menu, or put a {emoji} on it."
)


def tell_how(_context: Context, _command: HowToRememberThread) -> Reply:
    """Say how a thread is saved."""
    return text_reply(HOW_TO_REMEMBER_THREAD())


def is_in_thread(context: Context) -> bool:
    """Return whether a command was said in a thread."""
    return bool(context.origin.thread)


def save_thread(context: Context, command: SaveThread) -> Reply | Form:
    """Save the chosen messages of a thread. Without any chosen, return the form to tick them.

    UserError outside a thread, where the bot can't read it, and where nothing in it may be saved.
    """
    thread = command.thread or context.origin.thread
    if not thread:
        raise UserError(HOW_TO_REMEMBER_THREAD())
    found = _read_messages(context, thread)
    if not found:
        raise UserError(UNREADABLE(emoji=context.caller.emoji))
    chosen = [each for each in found if each.message in command.chosen.split("\n")]
    if not command.chosen:
        return _build_form(context, thread, found, command.besides)
    if not chosen:
        form = _build_form(context, thread, found, command.besides)
        raise FormError(form, {"chosen": _("That isn't in the thread any more. Please choose again.")})
    return _save_chosen(context, chosen)


def _read_messages(context: Context, thread: str) -> Sequence[ThreadMessage]:
    """Return the thread's messages. ThreadUnknownError if the platform has to be asked."""
    origin = context.origin
    place = Place(origin.workspace, origin.channel, thread)
    return context.threads.recall(ThreadQuestion(origin.platform, place), context.now)


def _build_form(context: Context, thread: str, found: Sequence[ThreadMessage], besides: str) -> Form:
    """Return the form with the messages that may be saved. UserError if there is none."""
    saved = _list_saved(context, found)
    free = [each for each in found if each.message not in saved and not _refuses(context, each)]
    alive = [f"#{moment.number}" for moment in saved.values() if moment.deleted_at is None]
    told = _("Already saved: {numbers}.", numbers=join_list(alive)) if alive else ""
    if not free:
        raise UserError(join_sentences(_("There's nothing in this thread that I can save."), told))
    options = tuple(Option(each.message, _label(context, each)) for each in free)
    field = Field("chosen", _("What should I save?"), FieldKind.CHOICES, options=options)
    asked = SaveThread(thread, besides)
    title = CHOOSE_OTHERS() if besides else CHOOSE()
    return Form(title, asked, (field,), _("Save"), told)


def _list_saved(context: Context, found: Sequence[ThreadMessage]) -> dict[str, Moment]:
    """Return the moments that were saved from these messages, deleted or not, by message."""
    ids = [each.message for each in found]
    saved = moments.list_by_sources(context.session, context.caller.team_id, context.origin.channel, ids)
    return {moment.source_message or "": moment for moment in saved}


def _refuses(context: Context, message: ThreadMessage) -> bool:
    """Return whether a message may not be saved, because of who wrote it."""
    author = teams.find_person(context.session, context.caller.workspace_id, message.author)
    if author is None:
        return message.external or not message.author
    return bool(refusal_reason(author, context.caller.person_id, external=message.external))


def _label(context: Context, message: ThreadMessage) -> str:
    """Return the author and the first words, or where there are none the time or what the message shows."""
    name = shown_name(message.author_name)
    if has_words(message.text):
        return label_words(name, message.text, LABEL)
    if message.shows:
        return label_words(name, message_noun(message.shows), LABEL)
    local = message.at.astimezone(ZoneInfo(context.caller.zone or "UTC"))
    return label_words(name, f"{local:%H:%M}", LABEL)


def _save_chosen(context: Context, chosen: Sequence[ThreadMessage]) -> Reply:
    """Save each message once, and name all in one answer with one Undo."""
    saved: list[Moment] = []
    authors: dict[str, None] = {}
    known = _list_saved(context, chosen)
    for each in chosen:
        if each.message not in known and not _refuses(context, each):
            saved.append(_save_message(context, each))
            if each.author != context.origin.person:
                authors[shown_name(each.author_name)] = None
    if not saved:
        return text_reply(_("All of that is saved already."))
    numbers = [f"#{moment.number}" for moment in saved]
    said = ngettext("{numbers} saved.", "{numbers} saved.", len(numbers), numbers=join_list(numbers))
    told = ""
    if authors:
        told = _("I'll tell {names}, who can remove what's theirs.", names=join_list(list(authors)))
    undo = UndoAll(str(context.caller.team_id), " ".join(str(moment.number) for moment in saved))
    return text_reply(join_sentences(said, told), buttons=(Button(_("Undo"), context.store_if_long(undo)),))


def _save_message(context: Context, message: ThreadMessage) -> Moment:
    """Save one message, or plan to read it where its words aren't known yet."""
    author = ensure_author(context, message.author, message.author_name)
    event = f"{context.origin.event}:{message.message}"
    moment = start_moment(context, Kind.AHA, message.message, author, event)
    if has_words(message.text) and len(message.text) <= LONGEST_TEXT:
        source = Source(message.text, author.external_id, author.platform_name, message.link)
        save_source_text(context.session, moment, source, context.now, given_by=context.caller.person_id)
    else:
        fetches.request_fetch(context.session, moment.id, context.now)
    return moment


def undo_all(context: Context, command: UndoAll) -> Reply:
    """Take back all that was saved from a thread, or bring it back. A second press changes nothing."""
    found = [_find_number(context, each) for each in command.saved.split()]
    there = [each for each in found if each is not None]
    may = can_bring_back if command.back else can_undo
    chosen = [each for each in there if may(context, each)]
    for each in chosen:
        (bring_back if command.back else remove_moment)(context, each)
    numbers = join_list([f"#{each.number}" for each in chosen])
    if not chosen:
        return text_reply(_("There's nothing left to undo here."), replaces=True)
    other = UndoAll(command.team, command.saved, "" if command.back else "1")
    if command.back:
        said = ngettext("{numbers} is back.", "{numbers} are back.", len(chosen), numbers=numbers)
        label = _("Undo")
    else:
        said = ngettext(
            "{numbers} deleted. You can bring it back until tomorrow.",
            "{numbers} deleted. You can bring them back until tomorrow.",
            len(chosen),
            numbers=numbers,
        )
        label = _("Bring back")
    return text_reply(said, buttons=(Button(label, context.store_if_long(other)),), replaces=True)


def _find_number(context: Context, number: str) -> Moment | None:
    return moments.find_by_number(context.session, context.caller.team_id, parse_number(number))


DECLARATIONS = (
    Declaration(
        "how-to-remember-thread",
        HowToRememberThread,
        tell_how,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        by_name=SaveThread,
        said_as=(
            "remember this thread, remember the thread, remember thread, remember the whole thread, save this thread, "
            "save the thread, save thread, save the whole thread, keep this thread, keep the thread, "
            "remember this discussion, save this discussion, remember this conversation, save this conversation"
        ),
    ),
    Declaration("save-thread", SaveThread, save_thread, needs=Needs.CHANNEL, opens_form=True, once=True),
    Declaration("undo-all", UndoAll, undo_all),
)
