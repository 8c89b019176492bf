"""A person's settings: time zone, pause of Notes, craft, and consent to be saved by others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, FormError
from bot.core.days.reading import describe_missing_day, find_day
from bot.core.language.catalogs import list_languages
from bot.core.language.choice import choose_language, name_language
from bot.core.language.words import Lazy, _, lazy, switch_language
from bot.core.messages import Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.params import user_text
from bot.core.text import LONGEST_CRAFT
from bot.core.times import (
    UNKNOWN_DATE,
    format_day,
    local_day,
)
from bot.core.zones.names import describe_zone, explain_zone, read_zone, zone_value
from storage.delivery import postings
from storage.models import Person
from storage.models.shown import isolate_text
from storage.moments import erasure, moments
from storage.prompts import step_takers

YES, NEVER = "yes", "never"
"""Whether others may save a person's messages."""

LONGEST_PAUSE = timedelta(days=366)
AS_PLATFORM = "as_platform"
"""The choice of a language that leaves it to the person's platform."""
ABOUT_ME: Lazy = lazy("About me")
"""The button that opens the settings, and their form's title."""


@dataclass(frozen=True)
class Me:
    """Show or change one's own settings."""

    zone: str = ""
    paused_until: str = ""
    keep: str = ""
    craft: str = user_text()
    language: str = ""


def edit_settings(context: Context, command: Me) -> Reply | Form:
    """Show the speaker's settings as a form, or save them and say what holds now.

    FormError for an unknown zone, an unreadable date, a pause that does not end between
    tomorrow and 366 days from now, or a craft longer than LONGEST_CRAFT.
    """
    person = context.session.get_one(Person, context.caller.person_id)
    today = local_day(context.now, person.zone or "UTC")
    form = _settings_form(context, person, command, today)
    if not command.keep:
        return form
    zone = read_zone(command.zone, person.zone)
    until = find_day(command.paused_until, today)
    errors = {}
    if command.keep not in (YES, NEVER):
        errors["keep"] = _("Please choose yes or never.")
    if command.zone.strip() and not zone:
        errors["zone"] = explain_zone(command.zone)
    if command.paused_until.strip() and until is None:
        errors["paused_until"] = describe_missing_day(command.paused_until, today) or UNKNOWN_DATE()
    elif until is not None and not today < until <= today + LONGEST_PAUSE:
        errors["paused_until"] = _("Please choose a day from tomorrow up to a year from now.")
    craft = " ".join(command.craft.split())
    if len(craft) > LONGEST_CRAFT:
        errors["craft"] = _("Up to {limit} characters, please.", limit=LONGEST_CRAFT)
    if command.language not in ("", AS_PLATFORM, *list_languages()):
        errors["language"] = _("I don't speak that language yet.")
    if errors:
        raise FormError(form, errors)
    if command.language:
        person.language = "" if command.language == AS_PLATFORM else command.language
        switch_language(own_language(context, person))
    person.zone, person.paused_until = zone, until
    person.craft = craft
    set_opt_out(context, person, command.keep == NEVER)
    postings.release_notes(context.session, person.id, context.now)
    return replace(text_reply(_settings_summary(person)), language=own_language(context, person))


def own_language(context: Context, person: Person) -> str:
    """Return the language of a person's private answers."""
    caller = context.caller
    return choose_language(person.language, context.origin.locale or person.locale, caller.team_language)


def set_opt_out(context: Context, person: Person, opted_out: bool) -> None:
    """Save whether others may save a person's words. If not, what still waits for them is discarded."""
    person.opted_out = opted_out
    context.session.flush()
    for moment in moments.list_drafts_by_others(context.session, person.id) if opted_out else ():
        erasure.discard_moment(context.session, moment, context.now)
    if opted_out:
        step_takers.clear_suggestions(context.session, person.id, context.now)


def _settings_form(context: Context, person: Person, typed: Me, today: date) -> Form:
    paused = person.paused_until is not None and person.paused_until > today
    until = person.paused_until.isoformat() if person.paused_until and paused else ""
    keep = typed.keep or (NEVER if person.opted_out else YES)
    options = (Option(YES, _("Yes, and let me know")), Option(NEVER, _("Never")))
    fields = (
        Field("zone", _("Your time zone"), FieldKind.ZONE, value=typed.zone or zone_value(person.zone), required=False,
              hint=_("A city, like Lisbon.")),
        Field("paused_until", _("No direct messages until"), FieldKind.DATE, typed.paused_until or until,
              required=False, hint=_("I'll hold them for you."), later=True),
        Field("keep", _("May others save your messages?"), FieldKind.CHOICE, keep, options=options,
              hint=_("“Never” means nobody else can. You can still save anything yourself.")),
        Field("craft", _("Your craft"), value=typed.craft or person.craft, required=False, placeholder=_("carpentry"),
              hint=_("Your job in your own words. Others see it if you join a pair across crafts."), later=True),
        Field("language", _("Your language"), FieldKind.CHOICE, typed.language or person.language or AS_PLATFORM,
              options=_language_options(context, person), hint=_("For what only you see.")),
    )  # fmt: skip
    return Form(ABOUT_ME(), Me(), fields, submit=_("Save"))


def _language_options(context: Context, person: Person) -> tuple[Option, ...]:
    """Return the languages, and before them the one of the person's app."""
    own = choose_language("", context.origin.locale or person.locale, context.caller.team_language)
    as_app = Option(AS_PLATFORM, _("Like my app ({language})", language=name_language(own)))
    return (as_app, *(Option(code, name_language(code)) for code in list_languages()))


def _settings_summary(person: Person) -> str:
    said = [tell_consent(person)]
    if person.zone:
        said.append(_("You're on {zone}.", zone=describe_zone(person.zone)))
    if person.craft:
        said.append(_("Your craft: {craft}.", craft=isolate_text(person.craft)))
    if person.paused_until:
        said.append(_("No direct messages before {day}.", day=format_day(person.paused_until)))
    return " ".join(said)


def tell_consent(person: Person) -> str:
    """Return the sentence that says whether others can save a person's messages."""
    if person.opted_out:
        return _("Nobody else can save your messages.")
    return _("Others can save your messages, and I'll let you know when they do.")


DECLARATIONS = (
    Declaration("me", Me, edit_settings, button=ABOUT_ME, needs=Needs.PERSON, opens_form=True, personal=True),
)
