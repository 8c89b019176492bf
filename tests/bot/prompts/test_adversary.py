"""Tests that nobody can name the author of an answer or a tap by watching, and that the watcher is a good one.

Fifty stories are watched here, and a thousand by `make adversary` (AHABOT_STORIES).
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.commands import Commands
from bot.core.context import Context
from bot.core.messages import Reply
from bot.prompts import answers as answering
from bot.prompts import card, card_parts
from bot.prompts.anonymous_answers import save_anonymous_answer
from bot.prompts.answers import GiveAnswer
from bot.prompts.card_parts import CardParts, ShownAnswer
from storage.delivery import refresh
from storage.engine.database import Database, open_database
from storage.models import Answer, Posting
from storage.prompts import answers as answer_rows
from tests.support.adversary import watch
from tests.support.databases import Clock
from tests.support.recorder import Recorder

pytestmark = pytest.mark.timeout(0 if "AHABOT_STORIES" in os.environ else 1800)
STORIES = int(os.environ.get("AHABOT_STORIES", "50"))
NAMED = 3.0
"""The standard deviations from a blind guess beyond which the robot has found something."""
CLEAR = 4.5
"""The standard deviations beyond which another story would not change the verdict."""
Fresh = tuple[Recorder, Clock, Database]


@pytest.fixture
def fresh(memory_folder: Path, sqlite_template: Path) -> Iterator[Fresh]:
    """Yield a platform, a clock and an empty SQLite database of their own, with every logger at DEBUG."""
    root, clock, recorder = logging.getLogger(), Clock(), Recorder()
    path = memory_folder / "adversary.db"
    path.write_bytes(sqlite_template.read_bytes())
    database, level = open_database(f"sqlite:///{path}"), root.level
    root.setLevel(logging.DEBUG)
    yield recorder, clock, database
    root.setLevel(level)
    database.close()


@pytest.fixture(autouse=True)
def dice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw all that is random from one seed, so that a test goes the same way each time."""
    rng = Random(7)
    monkeypatch.setattr("bot.prompts.anonymous_answers.SystemRandom", lambda: rng)
    monkeypatch.setattr("storage.recaps.participation.SystemRandom", lambda: rng)
    monkeypatch.setattr("storage.prompts.answers.randbelow", rng.randrange)
    monkeypatch.setattr("bot.core.anonymity.secrets.token_bytes", rng.randbytes)
    monkeypatch.setattr("bot.prompts.card.token_hex", lambda length: rng.randbytes(length).hex())


async def test_nobody_is_named_by_watching(fresh: Fresh) -> None:
    """The robot's share of right guesses is that of a blind guess, and it suspects nobody of an answer."""
    found = await watch(*fresh, range(STORIES))
    assert found.answers.guesses > 2 * STORIES
    assert abs(found.answers.deviation) <= NAMED, found.answers
    assert found.taps.guesses > STORIES / 2
    assert abs(found.taps.deviation) <= NAMED, found.taps
    assert not any(found.suspects)


def refreshes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each anonymous answer refresh the question's card."""

    def save(context: Context, posting: Posting, text: str, alone: bool) -> Reply:
        refresh.refresh_posting(context.session, posting.id, context.now)
        return save_anonymous_answer(context, posting, text, alone)

    monkeypatch.setattr(answering, "save_anonymous_answer", save)


def from_the_fifth_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show answers from the fifth on while others still come."""

    def live(session: Session, posting: Posting, title: str) -> CardParts:
        given = answer_rows.list_form_answers(session, posting.id)
        voices = [ShownAnswer(answer.text) for answer in given if len(given) >= 5]
        return CardParts(title, "", (card_parts.answer_button(posting),), voices=voices)

    refreshes(monkeypatch)
    monkeypatch.setattr(card_parts, "_anonymous_parts", live)


def counted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the card's count tick with each answer."""
    parts = card_parts._anonymous_parts

    def ticking(session: Session, posting: Posting, title: str) -> CardParts:
        heard = answer_rows.count_people(session, posting.id)
        return replace(parts(session, posting, f"{title}{card_parts.count_suffix(heard)}"))

    refreshes(monkeypatch)
    monkeypatch.setattr(card_parts, "_anonymous_parts", ticking)


def in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the answers in the order in which they were given."""
    numbers = count(1)

    def unshuffled(session: Session, posting: Posting, order: str = "") -> list[Answer]:
        given = answer_rows.list_form_answers(session, posting.id) if posting.closed_at else []
        return sorted(given, key=lambda answer: answer.id)

    monkeypatch.setattr(answer_rows, "randbelow", lambda _: next(numbers))
    monkeypatch.setattr(card_parts, "list_shown_answers", unshuffled)
    monkeypatch.setattr(card, "list_shown_answers", unshuffled)


def in_the_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count answers like every other command."""
    find = Commands.find_declaration

    def counted(commands: Commands, command: Any) -> Any:
        found = find(commands, command)
        open_form = isinstance(command, GiveAnswer) and not command.text
        return found if open_form else replace(found, hides_person=None)

    monkeypatch.setattr(Commands, "find_declaration", counted)


@pytest.mark.parametrize("broken", [from_the_fifth_on, in_their_order])
async def test_the_robot_names_authors_where_it_was_broken_on_purpose(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    """With either of these the share of right guesses is beyond chance."""
    broken(monkeypatch)
    found = await watch(*fresh, range(20), (), lambda found: found.answers.deviation > CLEAR)
    assert found.answers.deviation > NAMED, found.answers


@pytest.mark.parametrize("broken", [counted_at_once, in_the_metrics])
async def test_the_robot_finds_who_answered_where_it_was_broken_on_purpose(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    """With either of these it suspects everyone who answered, and hardly anybody else."""
    broken(monkeypatch)
    found = await watch(*fresh, range(5), ())
    both = list(zip(found.authors, found.suspects, strict=True))
    assert all(authors and authors <= suspects for authors, suspects in both)
    assert sum(len(suspects - authors) for authors, suspects in both) < sum(map(len, found.authors)) / 2


async def test_the_robot_finds_taps_that_come_out_one_by_one(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then each is named, whatever a blind guesser does."""
    monkeypatch.setattr("bot.moments.comfort.TAP_FLOOR", 1)
    taps = (await watch(*fresh, range(10), ("export",), lambda found: found.taps.guesses > 5)).taps
    assert taps.right == taps.guesses > 5
    assert taps.variance == 0
