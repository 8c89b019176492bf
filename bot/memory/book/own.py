"""What only one person sees: notes to themselves, and the ahas of their career. Each can be changed and removed.

They belong to no team: no search, recap, figure, export or suggestion knows of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, FormError, UserError
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    FORM_WORDS,
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    text_reply,
)
from bot.core.text import LONGEST_TEXT, clip_text, parse_number
from bot.core.times import local_day
from bot.memory.book.commands import DropOwn, EditOwn, ListOwn, MakeBook, SeeOwn, TellCareer, WriteNote
from bot.memory.book.when import LONGEST_WHEN, read_when
from bot.memory.book.words import CAREER_QUESTION, OWN_NAMES
from storage.memory import own_moments
from storage.models import OwnKind, OwnMoment, Person

UNDO_PERIOD = timedelta(days=1)
"""How long a removed one can be brought back before its words are erased."""
ON_A_PAGE = 5
EXCERPT = 200
GONE = "That isn't there any more."
ALONE = "Only you see it, here and in your book."
TOO_LONG = f"Up to {LONGEST_TEXT:,} characters, please."
NO_WORDS = "Write a few words, please."
WHEN_TOO_LONG = f"Up to {LONGEST_WHEN} characters, please, like spring 2014."


def write_note(context: Context, command: WriteNote) -> Reply | Form:
    """Keep a note for its author alone. Without text, list what they kept, or open the form."""
    text = command.text.strip()
    if not text and not command.asked:
        return list_own(context, ListOwn())
    if not text:
        return _note_form()
    if len(text) > LONGEST_TEXT:
        raise UserError(TOO_LONG, (text,))
    return keep_own(context, OwnKind.NOTE, text, "Noted")


def keep_own(context: Context, kind: OwnKind, text: str, said: str, replaces: bool = False) -> Reply:
    """Keep a text for its author alone, once per event, and return the answer with a way back."""
    person_id, event = context.caller.person_id, context.origin.event
    own = own_moments.add_once(context.session, person_id, kind, text, event, context.now)
    return _kept_reply(own, said, replaces)


def _kept_reply(own: OwnMoment, said: str, replaces: bool = False) -> Reply:
    buttons = (
        Button("Undo", DropOwn(str(own.id))),
        Button("Edit", EditOwn(str(own.id))),
        Button("All I kept", ListOwn()),
    )
    quote = Quote(clip_text(own.text, CARD_TEXT_LIMIT))
    return Reply(Card((Text((f"{said}. {ALONE}",)), quote), buttons), replaces)


def _note_form() -> Form:
    text = Field("text", "What do you want to keep for yourself?", FieldKind.TEXT, hint="Only you see it.")
    return Form("A note to yourself", WriteNote(asked="1"), (text,))


def tell_career(context: Context, command: TellCareer) -> Reply | Form:
    """Keep an aha of a person's career, of any year. Without text, return the form.

    FormError for a time that is too long.
    """
    if not command.text.strip():
        return _career_form(command)
    happened = " ".join(command.happened.split())
    if len(happened) > LONGEST_WHEN:
        raise FormError(_career_form(command), {"happened": WHEN_TOO_LONG})
    own = own_moments.add_once(
        context.session, context.caller.person_id, OwnKind.CAREER, command.text.strip(), context.origin.event,
        context.now, happened, read_when(happened),
    )  # fmt: skip
    answer = _kept_reply(own, "Saved")
    more = (Button("Another one", TellCareer(), Style.PRIMARY), Button("My book", MakeBook()))
    return Reply(Card(answer.card.blocks, (*more, *answer.card.buttons[:2])))


def _career_form(typed: TellCareer) -> Form:
    fields = (
        Field("text", "One of them, in your own words", FieldKind.TEXT, typed.text),
        Field("happened", "When was it?", value=typed.happened, required=False,
              hint="In your own words, like spring 2014. It may be long before me."),
    )  # fmt: skip
    return Form("An aha of your career", TellCareer(), fields, intro=f"{CAREER_QUESTION} {ALONE}")


def list_own(context: Context, command: ListOwn) -> Reply | Form:
    """List what a person keeps for themselves, newest first. With nothing there yet, open the form of a note."""
    before = parse_number(command.before)
    found = own_moments.list_own(context.session, context.caller.person_id, before, ON_A_PAGE + 1)
    if not found and not before:
        return _note_form()
    shown = found[:ON_A_PAGE]
    blocks: list[Block] = [Small(("Only you see these.",))]
    blocks += [
        Quote(clip_text(own.text, EXCERPT), _describe(context, own), Button("Open", SeeOwn(str(own.id))))
        for own in shown
    ]
    return Reply(Card(tuple(blocks), tuple(_list_buttons(shown[-1].id if len(found) > ON_A_PAGE else 0))))


def _list_buttons(older: int) -> Iterator[Button]:
    yield Button("A new note", WriteNote(asked="1"), Style.PRIMARY)
    yield Button("My book", MakeBook())
    if older:
        yield Button("Earlier ones", ListOwn(str(older)))


def _describe(context: Context, own: OwnMoment) -> str:
    """Return what an own moment is and when it was: in the person's words, or the day it was written."""
    zone = context.session.get_one(Person, own.person_id).zone or "UTC"
    day = local_day(own.created_at, zone)
    return f"{OWN_NAMES.get(own.kind, '')}, {own.happened or f'{day.day} {day:%B %Y}'}"


def see_own(context: Context, command: SeeOwn) -> Reply:
    """Show an own moment to its person, with what can be done with it."""
    own = _own(context, command.own)
    buttons = (Button("Edit", EditOwn(command.own)), Button("Remove", DropOwn(command.own)))
    quote = Quote(clip_text(own.text, FORM_WORDS), _describe(context, own))
    return Reply(Card((quote, Small((ALONE,))), buttons))


def edit_own(context: Context, command: EditOwn) -> Reply | Form:
    """Change an own moment. Without `asked`, return the form. FormError without words or for a long time."""
    own = _own(context, command.own)
    if not command.asked:
        if len(own.text) > FORM_WORDS:
            raise UserError(
                f"A form holds {FORM_WORDS:,} characters, and this is longer. Remove it and write it again."
            )
        return _edit_form(EditOwn(command.own, text=own.text, happened=own.happened), own)
    text, happened = command.text.strip(), " ".join(command.happened.split())
    errors = {} if text else {"text": NO_WORDS}
    if len(happened) > LONGEST_WHEN:
        errors["happened"] = WHEN_TOO_LONG
    if errors:
        raise FormError(_edit_form(command, own), errors)
    own.text, own.edited_at = text, context.now
    own.happened, own.happened_on = happened, read_when(happened)
    context.session.flush()
    return Reply(Card((Text((f"Changed. {ALONE}",)), Quote(clip_text(text, CARD_TEXT_LIMIT)))))


def _edit_form(typed: EditOwn, own: OwnMoment) -> Form:
    fields = (
        Field("text", "Your words", FieldKind.TEXT, typed.text),
        Field("happened", "When was it?", value=typed.happened, required=False, hint="Like spring 2014."),
    )
    return Form(OWN_NAMES.get(own.kind, "Your words"), EditOwn(typed.own, "1"), fields, submit="Save")


def drop_own(context: Context, command: DropOwn) -> Reply:
    """Remove an own moment, or bring it back within a day."""
    own = own_moments.find_own(context.session, context.caller.person_id, parse_number(command.own))
    if own is None:
        raise UserError(GONE)
    if command.back:
        if own.deleted_at is not None and own.deleted_at + UNDO_PERIOD <= context.now:
            raise UserError("That was removed more than a day ago, so its words are gone.")
        own.deleted_at = None
        context.session.flush()
        return _kept_reply(own, "It's back", replaces=True)
    if own.deleted_at is None:
        own.deleted_at = context.now
        context.session.flush()
    undo = Button("Undo", DropOwn(command.own, "1"))
    return text_reply("Removed. Until tomorrow you can bring it back.", buttons=(undo,), replaces=True)


def _own(context: Context, given: str) -> OwnMoment:
    """Return a person's own moment. UserError if it is removed or somebody else's."""
    own = own_moments.find_own(context.session, context.caller.person_id, parse_number(given))
    if own is None or own.deleted_at is not None:
        raise UserError(GONE)
    return own


DECLARATIONS = (
    Declaration(
        "own-note",
        WriteNote,
        write_note,
        "memory note",
        "A note that only you see; without words, what you kept for yourself",
        needs=Needs.PERSON,
        button="A note to myself",
        said_as="note, notes, my notes, memory notes, note to self, note 1, private note, diary, journal",
    ),
    Declaration("career", TellCareer, tell_career, needs=Needs.PERSON),
    Declaration("own-list", ListOwn, list_own, needs=Needs.PERSON),
    Declaration("own-see", SeeOwn, see_own, needs=Needs.PERSON, read_only=True),
    Declaration("own-edit", EditOwn, edit_own, needs=Needs.PERSON),
    Declaration("own-drop", DropOwn, drop_own, needs=Needs.PERSON),
)
