"""What only one person sees: notes to themselves, and the ahas of their career. Each can be changed and removed.

They belong to no team: no search, recap, figure, export or suggestion knows of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, FormError, UserError
from bot.core.language.words import _, format_number, lazy
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    FORM_WORDS,
    Block,
    Button,
    Card,
    Entry,
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
from bot.core.text import LONGEST_TEXT, clip_text, parse_number, split_text
from bot.core.times import format_full_day, local_day
from bot.memory.book.commands import (
    DropOwn,
    EditOwn,
    ListOwn,
    MakeBook,
    SeeOwn,
    TellCareer,
    UndoOwn,
    WriteNote,
)
from bot.memory.book.when import LONGEST_WHEN, read_when
from bot.memory.book.words import CAREER_QUESTION, name_own
from storage.memory import own_moments
from storage.models import OwnKind, OwnMoment, Person

UNDO_PERIOD = timedelta(days=1)
"""How long a removed one can be brought back before its words are erased."""
ON_A_PAGE = 5
EXCERPT = 200
GONE = lazy("That isn't there any more.")
ALONE = lazy("Only you can see it, here and in your book.")
CHANGED_SINCE = lazy("You've edited this since you opened that form. Open it again to edit it once more.")
TOO_LONG = lazy("Up to {limit} characters, please.")
NO_WORDS = lazy("Please write a few words.")
WHEN_TOO_LONG = lazy("Up to {limit} characters, please, like “spring 2014”.")


def write_note(context: Context, command: WriteNote) -> Reply | Form:
    """Keep a note for its author alone. Without text, list what they kept, or open the form."""
    text = command.text.strip()
    if not text and not command.asked:
        return list_own(context, ListOwn())
    if not text:
        return _note_form()
    if len(text) > LONGEST_TEXT:
        raise UserError(TOO_LONG(limit=format_number(LONGEST_TEXT)), (text,))
    return keep_own(context, OwnKind.NOTE, text)


def keep_own(context: Context, kind: OwnKind, text: str, replaces: bool = False) -> Reply:
    """Keep a text for its author alone, once per event, and return the answer with a way back."""
    person_id, event = context.caller.person_id, context.origin.event
    own = own_moments.add_once(context.session, person_id, kind, text, event, context.now)
    if own.deleted_at is not None:
        return removed_reply(context, own, replaces)
    return _kept_reply(own, _("Saved."), replaces)


def removed_reply(context: Context, own: OwnMoment, replaces: bool = False) -> Reply:
    """Return that a person removed what they kept, with a way back for a day. UserError after that."""
    _require_recent(context, own)
    back = Button(_("Bring back"), DropOwn(str(own.id), "1"))
    said = _("You removed that. You can bring it back until tomorrow.")
    return text_reply(said, buttons=(back,), replaces=replaces)


def _require_recent(context: Context, removed: OwnMoment) -> None:
    if removed.deleted_at is not None and removed.deleted_at + UNDO_PERIOD <= context.now:
        raise UserError(_("You removed that more than a day ago, so it's gone."))


def _kept_reply(own: OwnMoment, said: str, replaces: bool = False) -> Reply:
    """Return the answer to something that only its author sees. `said` is a sentence of its own."""
    buttons = (
        Button(_("Undo"), DropOwn(str(own.id))),
        Button(_("Edit"), EditOwn(str(own.id))),
        Button(_("My private notes"), ListOwn()),
    )
    quote = Quote(clip_text(own.text, CARD_TEXT_LIMIT))
    return Reply(Card((Text((f"{said} {ALONE()}",)), quote), buttons), replaces)


def _note_form() -> Form:
    text = Field("text", _("What do you want to note down?"), FieldKind.TEXT, hint=_("Only you can see it."))
    return Form(_("New private note"), WriteNote(asked="1"), (text,), _("Save"))


def tell_career(context: Context, command: TellCareer) -> Reply | Form:
    """Keep an aha of a person's career, of any year. Without text, return the form.

    FormError for a time that is too long.
    """
    if not command.text.strip():
        return _career_form(command)
    happened = " ".join(command.happened.split())
    if len(happened) > LONGEST_WHEN:
        raise FormError(_career_form(command), {"happened": WHEN_TOO_LONG(limit=LONGEST_WHEN)})
    own = own_moments.add_once(
        context.session, context.caller.person_id, OwnKind.CAREER, command.text.strip(), context.origin.event,
        context.now, happened, read_when(happened),
    )  # fmt: skip
    if own.deleted_at is not None:
        return removed_reply(context, own)
    answer = _kept_reply(own, _("Saved."))
    more = (Button(_("Another one"), TellCareer(), Style.PRIMARY), Button(_("My book"), MakeBook()))
    return Reply(Card(answer.card.blocks, (*more, *answer.card.buttons[:2])))


def _career_form(typed: TellCareer) -> Form:
    fields = (
        Field("text", _("One of them, in your own words"), FieldKind.TEXT, typed.text),
        Field("happened", _("When was it?"), value=typed.happened, required=False, later=True,
              hint=_("In your own words, like “spring 2014”. It can be long ago.")),
    )  # fmt: skip
    intro = f"{CAREER_QUESTION()} {ALONE()}"
    return Form(_("An aha from my career"), TellCareer(), fields, _("Save"), intro)


def list_own(context: Context, command: ListOwn) -> Reply | Form:
    """List what a person keeps for themselves, newest first. With nothing there yet, open the form of a note."""
    before = parse_number(command.before)
    found = own_moments.list_own(context.session, context.caller.person_id, before, ON_A_PAGE + 1)
    if not found and not before:
        return _note_form()
    shown = found[:ON_A_PAGE]
    blocks: list[Block] = [Small((_("Only you can see these."),))]
    blocks += [
        Entry(
            clip_text(own.text, EXCERPT), (_describe(context, own),), Button(_("Show"), SeeOwn(str(own.id)))
        )
        for own in shown
    ]
    return Reply(Card(tuple(blocks), tuple(_list_buttons(shown[-1].id if len(found) > ON_A_PAGE else 0))))


def _list_buttons(older: int) -> Iterator[Button]:
    yield Button(_("New private note"), WriteNote(asked="1"), Style.PRIMARY)
    yield Button(_("An aha from my career"), TellCareer())
    yield Button(_("My book"), MakeBook())
    if older:
        yield Button(_("Older"), ListOwn(str(older)))


def _describe(context: Context, own: OwnMoment) -> str:
    """Return what an own moment is and when it was: in the person's words, or the day it was written."""
    zone = context.session.get_one(Person, own.person_id).zone or "UTC"
    day = local_day(own.created_at, zone)
    return f"{name_own(own.kind)}, {own.happened or format_full_day(day)}"


def see_own(context: Context, command: SeeOwn) -> Reply:
    """Show an own moment to its person, a long one page by page, with what can be done with it."""
    own = _own(context, command.own)
    pages = _list_pages(own)
    here = min(max(parse_number(command.page), 1), len(pages))
    said = _describe(context, own)
    if len(pages) > 1:
        said += " · " + _("page {page} of {pages}", page=here, pages=len(pages))
    quote = Quote(pages[here - 1], said)
    return Reply(Card((quote, Small((ALONE(),))), tuple(_page_buttons(own, here, len(pages)))))


def _list_pages(own: OwnMoment) -> list[str]:
    """Return the words of an own moment: whole if a form holds them, or else page by page."""
    return [own.text] if len(own.text) <= FORM_WORDS else split_text(own.text)


def _page_buttons(own: OwnMoment, here: int, of: int) -> Iterator[Button]:
    page = str(here) if of > 1 else ""
    if here < of:
        yield Button(_("Read more"), SeeOwn(str(own.id), str(here + 1)))
    yield Button(_("Edit this page") if page else _("Edit"), EditOwn(str(own.id), page=page))
    yield Button(_("Remove"), DropOwn(str(own.id)))


def edit_own(context: Context, command: EditOwn) -> Reply | Form:
    """Change an own moment, a long one page by page. Without `asked`, return the form.

    FormError without words or for a long time. UserError if it was changed after the form was opened.
    """
    own = _own(context, command.own)
    pages = _list_pages(own)
    here = min(max(parse_number(command.page), 1), len(pages))
    if not command.asked:
        shown = EditOwn(command.own, text=pages[here - 1], happened=own.happened, page=command.page)
        return _edit_form(shown, own, here, len(pages))
    happened = " ".join(command.happened.split())
    page = _keep_edges(pages[here - 1], command.text.strip())
    text = "".join((*pages[: here - 1], page, *pages[here:])).strip()
    if (text, happened) == (own.text, own.happened):
        return _unchanged_reply(own, command.version)
    if command.version and command.version != str(own.version):
        raise UserError(CHANGED_SINCE())
    errors = {} if text else {"text": NO_WORDS()}
    if len(happened) > LONGEST_WHEN:
        errors["happened"] = WHEN_TOO_LONG(limit=LONGEST_WHEN)
    if errors:
        raise FormError(_edit_form(command, own, here, len(pages)), errors)
    own_moments.change_own(context.session, own, text, context.now, happened, read_when(happened))
    return _changed_reply(own)


def _keep_edges(page: str, typed: str) -> str:
    """Return what was typed for a page, with the page's own space to the pages beside it."""
    before, after = page[: len(page) - len(page.lstrip())], page[len(page.rstrip()) :]
    return f"{before}{typed}{after}" if typed else ""


def _changed_reply(own: OwnMoment) -> Reply:
    undo, edit = UndoOwn(str(own.id), str(own.version)), EditOwn(str(own.id))
    return _quoting_reply(_("Updated."), own, Button(_("Undo"), undo), Button(_("Edit"), edit))


def _unchanged_reply(own: OwnMoment, version: str) -> Reply:
    """Return that nothing changed or, for a form that was sent twice, what its first sending changed."""
    if own.before_text and version == str(own.version - 1):
        return _changed_reply(own)
    return _quoting_reply(_("Nothing changed."), own, Button(_("Edit"), EditOwn(str(own.id))))


def _quoting_reply(said: str, own: OwnMoment, *buttons: Button, replaces: bool = False) -> Reply:
    quote = Quote(clip_text(own.text, CARD_TEXT_LIMIT))
    return Reply(Card((Text((f"{said} {ALONE()}",)), quote), buttons), replaces)


def undo_change(context: Context, command: UndoOwn) -> Reply:
    """Bring back what an own moment was before an edit. UserError if it changed since, or after a day."""
    own = _own(context, command.own)
    if str(own.version) != command.version:
        raise UserError(_("You've edited that since, so it stays as it is."))
    if not own.before_text or own.edited_at is None or own.edited_at + UNDO_PERIOD <= context.now:
        raise UserError(_("You edited that more than a day ago, so it's too late to undo."))
    own_moments.undo_change(context.session, own, read_when(own.before_happened))
    edit = Button(_("Edit"), EditOwn(str(own.id)))
    return _quoting_reply(_("It's as it was before."), own, edit, replaces=True)


def _edit_form(typed: EditOwn, own: OwnMoment, here: int, of: int) -> Form:
    label = _("Your words")
    if of > 1:
        label = _("Your words (page {page} of {pages})", page=here, pages=of)
    hint = _("Like “spring 2014”.")
    fields = (
        Field("text", label, FieldKind.TEXT, typed.text),
        Field("happened", _("When was it?"), value=typed.happened, required=False, hint=hint, later=True),
    )
    command = EditOwn(typed.own, "1", version=str(own.version), page=str(here) if of > 1 else "")
    return Form(_("Edit this page") if of > 1 else _("Edit"), command, fields, _("Save"))


def drop_own(context: Context, command: DropOwn) -> Reply:
    """Remove an own moment, or bring it back within a day."""
    own = own_moments.find_own(context.session, context.caller.person_id, parse_number(command.own))
    if own is None:
        raise UserError(GONE())
    if command.back:
        _require_recent(context, own)
        own.deleted_at = None
        context.session.flush()
        return _kept_reply(own, _("It's back."), replaces=True)
    if own.deleted_at is None:
        own.deleted_at = context.now
        context.session.flush()
    undo = Button(_("Undo"), DropOwn(command.own, "1"))
    return text_reply(_("Removed. You can bring it back until tomorrow."), buttons=(undo,), replaces=True)


def _own(context: Context, given: str) -> OwnMoment:
    """Return a person's own moment. UserError if it is removed or somebody else's."""
    own = own_moments.find_own(context.session, context.caller.person_id, parse_number(given))
    if own is None or own.deleted_at is not None:
        raise UserError(GONE())
    return own


DECLARATIONS = (
    Declaration(
        "own-note",
        WriteNote,
        write_note,
        "memory note",
        lazy("Save a note just for yourself, or see the ones you have"),
        personal=True,
        needs=Needs.PERSON,
        button=lazy("New private note"),
        said_as=(
            "note, notes, my note, my notes, memory notes, note to self, note to myself, note 1, private note, "
            "diary, journal, note …, my note …, my notes …, memory notes …, memories note …, "
            "note to self …, notes to self …, note to myself …, private note …, personal note …, add note …, "
            "new note …, add a note …, dear diary …, diary …, journal …, keep it to myself, keep it to myself: …, "
            "keep to myself: …, private: …, personal: …, only for me: …, just for me: …, for me: …, save a note: …, "
            "save note: …, write a note: …, write note: …, tagebuch: …, notiz: …, notiz an mich …, nur für mich: …, "
            "privat: …, nota: …, nota para mí …, diario: …, solo para mí: …, privado: …"
        ),
    ),
    Declaration(
        "career",
        TellCareer,
        tell_career,
        "memory career",
        lazy("An aha from your career, from any year, that only you see"),
        needs=Needs.PERSON,
        button=lazy("An aha from my career"),
        said_as="career, my career, career aha, aha of my career, an aha of my career, my career …",
    ),
    Declaration(
        "own-list",
        ListOwn,
        list_own,
        personal=True,
        needs=Needs.PERSON,
        at_once=True,
        button=lazy("My private notes"),
        said_as=(
            "show my notes, show notes, list my notes, all my notes, what did i keep, everything i kept, delete note, "
            "delete notes, delete my note, delete my notes, remove note, remove notes, remove my note, "
            "remove my notes, forget my note, forget my notes, edit my note, edit my notes"
        ),
        opens_form=True,
    ),
    Declaration("own-see", SeeOwn, see_own, needs=Needs.PERSON, read_only=True, personal=True),
    Declaration("own-edit", EditOwn, edit_own, needs=Needs.PERSON, personal=True),
    Declaration("own-undo", UndoOwn, undo_change, needs=Needs.PERSON, personal=True),
    Declaration("own-drop", DropOwn, drop_own, needs=Needs.PERSON, personal=True),
)
