"""Tests of commands that only read: whoever asks, they read beside the writer, so that no capture waits."""

import threading
from collections.abc import Sequence
from dataclasses import fields, replace
from inspect import signature
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from bot.core.commands import Declaration
from bot.core.messages import Form
from bot.core.origin import PostFailedError
from bot.moments.save_message import PlaceAttempt, Save
from bot.quests.commands import Link
from bot.runtime.bot import Bot
from storage.delivery import postings
from storage.engine.errors import WriteRefusedError, explain_error
from storage.models import Link as LinkRow
from storage.models import Membership, Moment, PostingKind
from storage.moments import moments
from tests.support.people import Everyone
from tests.support.recorder import Recorder

LIST_LATEST = moments.list_latest


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the threads on which `list` reads."""
    names: list[str] = []

    def list_latest(*given: Any, **more: Any) -> Sequence[Moment]:
        names.append(threading.current_thread().name.partition("_")[0])
        return LIST_LATEST(*given, **more)

    monkeypatch.setattr(moments, "list_latest", list_latest)
    return names


async def test_a_person_new_to_the_team(people: Everyone, bot: Bot, threads: list[str]) -> None:
    """They are remembered as a member first."""
    await people.ana.types("We sign tokens now")
    assert "We sign tokens now" in (await people.ben.types("list")).text
    assert threads == ["reader"]
    assert await bot.database.read(lambda session: session.get(Membership, (1, 2))) is not None


async def test_a_person_with_a_new_name(people: Everyone, threads: list[str]) -> None:
    """The name is remembered first."""
    await people.ana.types("We sign tokens now")
    people.ana.origin = replace(people.ana.origin, person_name="Ana Maria")
    assert "Ana Maria" in (await people.ana.types("show 1")).text
    assert "We sign tokens now" in (await people.ana.types("list")).text
    assert threads == ["reader"]


async def test_a_note_waits_above_the_answer(
    people: Everyone, bot: Bot, recorder: Recorder, threads: list[str]
) -> None:
    """It is shown once, above what was read."""
    await people.ben.types("We sign tokens now")
    given = {"text": "Nobody logs in twice", "author": "U-ben", "author_name": "Ben"}
    await people.ana.does(Save("aha", "m-ben", **given))
    post = recorder.post

    async def closed(place: Any, said: Any, key: str) -> Any:
        if place.person:
            raise PostFailedError("Direct messages are closed.", closed=True)
        return await post(place, said, key)

    recorder.post = closed  # type: ignore[method-assign,assignment]
    await bot.tick()
    first, second = await people.ben.types("list"), await people.ben.types("list")
    assert first.text.startswith("Ana saved what you wrote.")
    assert "We sign tokens now" in first.text
    assert "Ana saved what you wrote." not in second.text
    assert threads == ["reader", "reader"]


async def test_the_first_command_of_a_channel_that_is_refused_makes_no_team(
    people: Everyone, bot: Bot
) -> None:
    """Nobody there asked for one."""
    assert "#1" in (await people.ana.types("show 3")).text
    assert await bot.database.read(lambda session: session.get(Membership, (1, 1))) is None


ASKS_IN_THE_WRITER = {
    "save",
    "save-first",
    "move",
    "let-keep",
    "stop-keeping",
    "later",
    "in-team",
    "put-aside",
}
ASKS_IN_THE_WRITER |= {"mark-insight", "take-why-out", "focus-answer"}
"""The commands without words that mostly write at once. Where they ask all the same, they do so in the writer."""


def test_what_asks_with_a_form_reads_beside_the_writer(bot: Bot) -> None:
    """Each command that may ask takes the person's words, or says that it asks."""
    asking = {
        declaration.key: declaration
        for declaration in bot.commands.all
        if "Form" in str(signature(declaration.handle).return_annotation) and not declaration.read_only
    }
    silent = {key for key, each in asking.items() if not each.opens_form and not has_words_field(each)}
    assert silent == ASKS_IN_THE_WRITER


def has_words_field(declaration: Declaration) -> bool:
    """Return whether a field of a command takes the person's words."""
    return any(field.metadata.get("written") for field in fields(declaration.command))


@pytest.mark.parametrize("typed", ["failed", "breakthrough", "log", "edit 1", "me", "quest"])
async def test_a_form_is_read_beside_the_writer(people: Everyone, bot: Bot, typed: str) -> None:
    """Nobody who writes waits for what a form offers."""
    await people.ana.types("We sign tokens now")
    batches = bot.database.writer.batches
    assert (await people.ana.types(typed)).answer is not None
    assert bot.database.writer.batches == batches


async def test_a_button_that_opens_a_form_reads_beside_the_writer(people: Everyone, bot: Bot) -> None:
    """The lists of a form are read there, too."""
    for tried in ("failed A wizard", "failed A tour"):
        await people.ana.types(tried)
    batches = bot.database.writer.batches
    assert isinstance((await people.ana.does(PlaceAttempt("1.2"))).answer, Form)
    assert bot.database.writer.batches == batches


async def test_a_read_cannot_write(people: Everyone, bot: Bot) -> None:
    """A command without words is tried beside the writer first. What it writes there is refused, on both engines."""
    await people.ana.types("We sign tokens now")

    def write(session: Session) -> None:
        session.get_one(Moment, 1).text = "Nobody logs in twice"
        session.flush()

    with pytest.raises(WriteRefusedError):
        await bot.database.read(write)
    with pytest.raises(WriteRefusedError):
        await bot.database.read(lambda session: prepared_insert(session, bot))
    assert "We sign tokens now" in (await people.ana.types("show 1")).text


def prepared_insert(session: Session, bot: Bot) -> None:
    """Plan a posting as the capture path does: without SQLAlchemy."""
    try:
        postings.plan_posting(session, "card:7", PostingKind.CARD, 1, bot.clock())
    except DBAPIError as error:
        raise explain_error(error) from error


async def test_a_command_that_would_ask_but_writes_is_written(people: Everyone, bot: Bot) -> None:
    """It runs again as a write, and counts once."""
    await people.ana.types("breakthrough Show them a template")
    await people.ana.types("failed A wizard")
    assert "Linked: #2 led to #1." in (await people.ana.does(Link("1.2", "1", "1"))).text
    linked = await bot.database.read(lambda session: session.exec(select(LinkRow.from_id)).all())
    assert linked == [2]
