"""*Remember this*, said to the bot by its name: the message that is answered is saved, with no card.

Where the platform gives its words, they are saved at once. Else the message is read like one with enough
emoji, and its author is asked for the words where it can't be read.
"""

from __future__ import annotations

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy, line
from bot.core.messages import Button, Line, Reply, text_reply
from bot.core.moment import Show, format_moment_ref, moment_of_message
from bot.core.origin import Source
from bot.core.text import clip_text
from bot.moments.by_name.commands import HowToRemember, OfferToSave, Remember, SaveThread
from bot.moments.by_name.thread import CHOOSE_OTHERS, is_in_thread
from bot.moments.commands import Edit, Undo
from bot.moments.save_message import check_author, check_deleted
from bot.moments.saved import join_sentences
from bot.moments.source import ensure_author, refusal_reason, save_source_text, start_moment
from storage.models import Kind, Moment, MomentState
from storage.models.shown import has_words, shown_name
from storage.moments import fetches, lookups

EXCERPT = 120
"""Characters of the saved words that the answer repeats."""
EXPERIMENT = "experiment"
"""The word of a phrase that names the kind, the same in all languages."""

HOW_TO_REMEMBER = lazy(
    "To save a message, write “remember this” with my name in a reply to it or in its thread, or choose “Save as aha” "
    "in the message's menu."
)
"""What people hear who say *remember this* where there is no message to save."""


def tell_how(_context: Context, _command: HowToRemember) -> Reply:
    """Say how a message is saved."""
    return text_reply(HOW_TO_REMEMBER())


def offer_to_save(_context: Context, _command: OfferToSave) -> Reply:
    """Ask whether the words are to be saved. The button that saves them comes with every line that is asked about."""
    return text_reply(_("Should I save that? Nothing is saved yet."))


def remember_message(context: Context, command: Remember) -> Reply:
    """Save the message that is answered, and put the bot's 💡 on it.

    UserError without such a message, and if it must not be saved.
    """
    if not command.message:
        raise UserError(HOW_TO_REMEMBER())
    known = moment_of_message(context, command.message)
    if known is not None and (known.deleted_at is not None or known.state == MomentState.KEPT):
        return _reply_already_saved(context, known)
    if not (command.author or command.by_bot or command.external):
        return _look_author_up(context, command)
    check_author(context, command)
    author = ensure_author(context, command.author, command.author_name)
    if said := refusal_reason(author, context.caller.person_id):
        raise UserError(said, personal=True)
    moment = known or start_moment(context, _kind_of(command), command.message, author, context.origin.event)
    if has_words(command.text):
        moment.kind = _kind_of(command)
        source = Source(command.text, author.external_id, author.platform_name, command.link)
        save_source_text(context.session, moment, source, context.now, given_by=context.caller.person_id)
    elif known is None:
        fetches.request_fetch(context.session, moment.id, context.now)
    own = author.id == context.caller.person_id
    return text_reply(
        *_tell_saved(moment, command, author.platform_name, own), buttons=_buttons(context, moment, own)
    )


def _kind_of(command: Remember) -> Kind:
    return Kind.EXPERIMENT if EXPERIMENT in command.said else Kind.AHA


def _tell_saved(moment: Moment, command: Remember, author: str, own: bool) -> Line:
    """Return the sentence that says which words are saved as what, and who is told or asked."""
    number, name = moment.number, shown_name(author)
    if has_words(command.text):
        words = clip_text(" ".join(command.text.split()), EXCERPT).removesuffix(".")
        if own:
            return line("Saved “{words}” as #{number}.", number=number, words=words)
        return line(
            "Saved “{words}” as #{number}. I'll tell {author}, who can remove it.",
            number=number,
            words=words,
            author=name,
        )
    if own:
        return line(
            "That'll be #{number}. If I can't read what you wrote there, I'll ask you.", number=number
        )
    return line(
        "That'll be #{number}. I'll tell {author}, and ask for the words if I can't read them there.",
        number=number,
        author=name,
    )


def _buttons(context: Context, moment: Moment, own: bool) -> tuple[Button, ...]:
    at = format_moment_ref(moment)
    edit = (Button(_("Edit"), Edit(at)),) if own and moment.state == MomentState.KEPT else ()
    return (Button(_("Undo"), Undo(at)), *edit, *_choose_others(context))


def _choose_others(context: Context) -> tuple[Button, ...]:
    """Return the button to save other messages, where the person said it in a thread."""
    if not is_in_thread(context):
        return ()
    return (Button(CHOOSE_OTHERS(), SaveThread(context.origin.thread, "1")),)


def _look_author_up(context: Context, command: Remember) -> Reply:
    """Have the author of a message looked up, because nothing of it is saved before they are known."""
    caller, channel = context.caller, context.origin.channel
    lookups.request_lookup(
        context.session, caller.team_id, channel, command.message, caller.person_id, context.now
    )
    said = _("I'm finding out who wrote that message. Then it's saved, and I tell them.")
    return text_reply(said, buttons=_choose_others(context))


def _reply_already_saved(context: Context, moment: Moment) -> Reply:
    """Return a sentence with the moment that was saved from the message before. UserError if it was removed."""
    check_deleted(moment)
    see = Button(_("Show"), Show(format_moment_ref(moment)))
    said = _("That message is already saved as #{number}.", number=moment.number)
    return text_reply(join_sentences(said), buttons=(see, *_choose_others(context)))


DECLARATIONS = (
    Declaration(
        "how-to-remember",
        HowToRemember,
        tell_how,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        by_name=Remember,
        said_as=(
            "remember this, remember that, remember it, remember this message, remember that message, keep this, "
            "keep that, keep it, keep this message, save this, save that, save it, save this message, "
            "save that message, save this as an aha, remember this as an aha, keep this as an aha, "
            "save this as aha, remember this as aha, note this, note that, note this down, write this down, "
            "write that down, capture this, capture that, log this, log that, "
            "remember this as a failed experiment, remember this as an experiment, remember this as failed experiment, "
            "keep this as a failed experiment, keep this as an experiment, save this as a failed experiment, "
            "save this as an experiment, save this as failed experiment, save this as experiment, "
            "remember this: …, remember that: …, save this: …, save that: …, keep this: …, keep that: …"
        ),
    ),
    Declaration(
        "offer-to-save", OfferToSave, offer_to_save, needs=Needs.PERSON, read_only=True, at_once=True
    ),
    Declaration("remember", Remember, remember_message, needs=Needs.CHANNEL, once=True),
)
