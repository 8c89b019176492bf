"""What is stored, who reads it, and how to be forgotten. It follows the tables in `storage/models/`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Card, Reply, Section, Style, Text, Title
from bot.people.me import Me
from bot.people.page.commands import OwnPage
from bot.people.quiet import OptOut

STORED = lazy(
    "What you give me with a command, a button or a form, messages that somebody saves with 💡 or the menu, and "
    "replies to my questions. Along with that I store your name, your ID here, your time zone, what you set under "
    "“About me”, and whether you pressed buttons like “I was there”."
)
NOT_STORED = lazy(
    "I don't store any other messages in your channels. Anonymous answers have no author in my database. My logs "
    "contain none of your words."
)
READERS = lazy(
    "Everyone in the channel: on cards, in recaps and in search. What was saved in a private channel stays there. Your "
    "private notes are only for you. The people who run me here can open my database and read it too. I don't send it "
    "to anyone else."
)
KEPT = lazy(
    "Until somebody deletes it. Deleted words are erased after a day. Words that wait for your decision, like when I "
    "asked what you meant, are erased after 30 days."
)
FORGETTING = lazy(
    "I can't erase you myself yet. Please ask the people who run me here: for now, they erase a person by hand, in the "
    "database. Until then you can delete your own moments, and opt out so that nobody else can save what you write."
)


@dataclass(frozen=True)
class Privacy:
    """Tell what is stored and who reads it."""


@dataclass(frozen=True)
class ForgetMe:
    """Tell how to be erased, and offer the opt-out."""


def tell_privacy(_context: Context, _command: Privacy) -> Reply:
    """Tell what is stored, who reads it and for how long."""
    blocks = (
        Title(_("What I store, and who reads it")),
        Section(_("What I store")),
        Text((STORED(),)),
        Text((NOT_STORED(),)),
        Section(_("Who reads it")),
        Text((READERS(),)),
        Section(_("How long")),
        Text((KEPT(),)),
    )
    buttons = (
        Button(_("About me"), Me(), Style.PRIMARY),
        Button(_("Opt out"), OptOut()),
        Button(_("Forget me"), ForgetMe()),
    )
    return Reply(Card(blocks, buttons))


def tell_forgetting(_context: Context, _command: ForgetMe) -> Reply:
    """Tell how to be erased, and offer what a person can do at once."""
    buttons = (Button(_("Opt out"), OptOut(), Style.PRIMARY), Button(_("My moments"), OwnPage()))
    return Reply(Card((Text((FORGETTING(),)),), buttons))


DECLARATIONS = (
    Declaration(
        "privacy",
        Privacy,
        tell_privacy,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        said_as=(
            "privacy, privacy policy, data, data policy, data protection, terms, terms of service, tos, legal, "
            "what do you store, what do you save, what do you keep, what do you collect, what do you record, "
            "what do you know, what do you know about me, what do you store about me, what is stored, what is saved, "
            "what do you read, do you read everything, do you read my messages, do you read dms, do you listen, "
            "do you track me, do you spy, are you spying, who reads this, who reads it, who can read this, "
            "who sees this, who can see this, who can see it, who sees it, where is my data, who has access, "
            "is this public, is it public, is this private, is it private, is this anonymous, am i anonymous, "
            "are you listening, are you recording, datenschutz, privacidad"
        ),
    ),
    Declaration(
        "forget-me",
        ForgetMe,
        tell_forgetting,
        personal=True,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        said_as=(
            "forget me, forget, forget about me, forget everything, forget all, gdpr, dsgvo, ccpa, erase, erase me, "
            "erase my data, erase everything, erase all, delete me, delete my data, delete my account, "
            "delete my words, delete my messages, delete my stuff, delete all my data, delete everything, "
            "delete all, delete all my moments, remove my data, remove my account, remove all, remove everything, "
            "remove all my data, wipe, wipe my data, wipe everything, purge, purge my data, clear, clear my data, "
            "clear all, clear history, reset, reset me, right to be forgotten, right to erasure"
        ),
    ),
)
