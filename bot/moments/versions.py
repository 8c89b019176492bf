"""Added versions of a moment: each person's own account, sealed at first and never merged.

They open when a second one is there or after two days, or at once if the team has turned
sealing off: `are_versions_open` in `storage/moments/versions.py` decides, for every reader alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, locate_card
from bot.core.kinds.declared import is_followed
from bot.core.language.words import _, format_number, lazy
from bot.core.messages import FORM_WORDS, Button, Field, FieldKind, Form, Line, Reply, text_reply
from bot.core.moment import (
    active_moment,
    format_moment_ref,
    list_latest_moments,
    moment_place,
    propagate_change,
)
from bot.core.text import label_words
from bot.memory.working_hours import plan_followups
from bot.moments.commands import AddVersion, DropVersion, Edit
from bot.moments.edit import edit_moment
from bot.moments.saved import join_sentences
from storage.memory import followups
from storage.models import Moment, MomentState, Team, Version
from storage.moments import reactions, versions

EXCERPT_WORDS = 200
"""Characters of a moment above the form for a version of it."""


@dataclass(frozen=True)
class VersionOf:
    """The message shortcut *Add my version*, used on any message or on a card of a moment.

    The other fields hold what the platform knows about the message, as in `Save`.
    """

    message: str = ""
    text: str = ""
    author: str = ""
    author_name: str = ""
    link: str = ""
    by_bot: str = ""
    external: str = ""
    shows: str = ""


def list_others_moments(context: Context) -> Sequence[Moment]:
    """Return the newest moments that the speaker can add a version to, which are those of others."""
    mine = context.caller.person_id
    return [moment for moment in list_latest_moments(context) if moment.author_id != mine]


def add_version(context: Context, command: AddVersion) -> Reply | Form:
    """Save the person's version of a moment, or replace their earlier one.

    Without text, return the form. The moment's author gets the edit form instead. Raise
    UserError if the author typed a text, or if the moment has no text yet.
    """
    moment = active_moment(context, command.moment)
    if moment.author_id == context.caller.person_id:
        if command.text:
            raise UserError(
                _(
                    "You wrote #{number}, so its text is your version. Use Edit to change it. Here's your text.",
                    number=moment.number,
                )
            )
        return _own_text_form(context, moment)
    if moment.state != MomentState.KEPT:
        raise UserError(
            _("#{number} has no text yet. Once it does, you can add your version.", number=moment.number)
        )
    mine = versions.find_by_author(context.session, moment.id, context.caller.person_id)
    if not command.text:
        return _version_form(context, moment, mine)
    _save_version(context, moment, mine, command.text.strip())
    back = Button(_("Undo"), DropVersion(format_moment_ref(moment)))
    return text_reply(*_confirm_version(context, moment, mine is None), buttons=(back,))


def _own_text_form(context: Context, moment: Moment) -> Reply | Form:
    """Return the edit form of one's own moment, which says that it is that."""
    form = edit_moment(context, Edit(format_moment_ref(moment)))
    if not isinstance(form, Form):
        return form
    own = _("You wrote #{number}, so its text is your version. You can change it here.", number=moment.number)
    return replace(form, intro="\n".join(filter(None, (own, form.intro))))


def remove_version(context: Context, command: DropVersion) -> Reply:
    """Remove the person's version at once; the others stay open or sealed.

    Raise UserError if the person has none.
    """
    moment = active_moment(context, command.moment)
    if not versions.remove_version(context.session, moment.id, context.caller.person_id):
        raise UserError(_("You have no version on #{number}.", number=moment.number))
    propagate_change(context, moment)
    return text_reply(_("Removed your version of #{number}.", number=moment.number), replaces=True)


def _version_form(context: Context, moment: Moment, mine: Version | None) -> Form:
    if mine and len(mine.text) > FORM_WORDS:
        raise UserError(
            _(
                "Your version has {length} characters, and a form holds up to {limit}. To change it, remove it "
                "with {command} show {number} and write it again.",
                length=format_number(len(mine.text)),
                limit=format_number(FORM_WORDS),
                command=context.capabilities.command,
                number=moment.number,
            )
        )
    label = _("How did you get there?")
    hint = _("Yours may differ from everyone else's. That is the point.")
    example = _("I had seen the same error in spring and forgotten it")
    text = Field("text", label, FieldKind.TEXT, mine.text if mine else "", hint=hint, placeholder=example)
    intro = label_words(f"#{moment.number}", moment.text, EXCERPT_WORDS)
    return Form(_("Add my version"), AddVersion(format_moment_ref(moment)), (text,), _("Save"), intro)


def _save_version(context: Context, moment: Moment, mine: Version | None, text: str) -> None:
    """Save a version, and open all versions if they may be read now.

    A new one is open at once if the team does not seal. One that is sealed stays so if the team
    later turns sealing off.
    """
    reactions.lock_moment(context.session, moment.id)
    if mine:
        mine.text, mine.edited_at = text, context.now
    else:
        opened = None if context.session.get_one(Team, moment.team_id).seals else context.now
        context.session.add(
            Version(
                moment_id=moment.id, author_id=context.caller.person_id, text=text, created_at=context.now,
                opened_at=opened,
            )
        )  # fmt: skip
        if is_followed(moment):
            plan_followups(
                context.session, moment.team_id, moment.id, moment.created_at, followups.LATER_KINDS
            )
    context.session.flush()
    told = versions.list_versions(context.session, moment.id)
    if versions.are_versions_open(told, context.now):
        versions.open_versions(context.session, told, context.now)
    propagate_change(context, moment)


def _confirm_version(context: Context, moment: Moment, new: bool) -> Line:
    told = versions.list_versions(context.session, moment.id)
    saved = (
        _("Your version of #{number} is saved.", number=moment.number)
        if new
        else _("Your version of #{number} is updated.", number=moment.number)
    )
    if not versions.are_versions_open(told, context.now):
        then = _("It stays hidden until someone else adds theirs, or for two days.")
    else:
        then = _("It's next to the others.") if len(told) > 1 else ""
    return (join_sentences(saved, then), " ", *locate_card(moment_place(context, moment.id)))


DECLARATIONS = (
    Declaration(
        "add-version",
        AddVersion,
        add_version,
        "version",
        lazy("Add your own version of how you got there"),
        shown=True,
        button=lazy("Version of"),
        candidates=list_others_moments,
        said_as="versions, my version, add version, add my version, own version, new version",
    ),
    Declaration("drop-version", DropVersion, remove_version, own_words=OwnWords.ALWAYS),
)
