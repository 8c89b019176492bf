"""What all tests share: the parts that a machine may lack, and the rule for what is skipped."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from bot.charts.drawer import SHARED_DRAWER
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database
from tests.support import chromium as browser
from tests.support import postgres as servers
from tests.support.databases import (
    Clock,
    clock,
    copies,
    database,
    lent,
    memory_folder,
    sqlite_template,
    url,
)
from tests.support.people import Everyone
from tests.support.recorder import Recorder

__all__ = ["clock", "copies", "database", "lent", "memory_folder", "sqlite_template", "url"]


def pytest_configure() -> None:
    """Collect garbage less often: by default a fifth of the suite's time goes into it."""
    gc.set_threshold(100_000, 50, 100)


SLOW = (
    "bot/prompts/test_adversary.py",
    "storage/migrations/test_landed.py",
    "bot/memory/test_followups.py",
    "product/test_conversations.py",
    "bot/runtime/test_forged.py",
    "bot/moments/test_sealed.py",
    "adapters/playground/demo/test_story.py",
    "product/test_taken_back.py",
    "bot/schedules/test_schedules.py",
    "bot/runtime/test_delivery.py",
    "bot/quests/test_whys.py",
    "product/test_where_it_is_seen.py",
    "bot/people/test_notes.py",
    "product/test_cli.py",
    "bot/prompts/test_anonymous.py",
    "bot/runtime/test_where_texts_go.py",
    "product/test_guesses.py",
    "product/test_browser.py",
    "product/test_accessible.py",
    "product/test_keyboard.py",
    "product/test_by_name.py",
    "adapters/playground/page/test_page.py",
    "bot/runtime/test_two_processes.py",
    "storage/migrations/test_migrations.py",
)
"""The files that take longest, in that order. They run first, so that no worker is alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first."""
    places = {str(Path(__file__).parent / name): place for place, name in enumerate(SLOW)}
    items.sort(key=lambda item: places.get(str(item.path), len(SLOW)))


def judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Under CI a skipped test is a failure: there everything is installed, so it would hide one."""
    skipped = report.outcome == "skipped" and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") == "true" and isinstance(report.longrepr, tuple):
        report.outcome = "failed"
        report.longrepr = "{}:{}: under CI nothing may be skipped: {}".format(*report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge a test that skips itself, or whose fixture does."""
    report = yield
    judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a whole module that skips itself."""
    report = yield
    judge(report)
    return report


@pytest.fixture(scope="session", autouse=True)
def _patient_drawer() -> Iterator[None]:
    """Let all tests share one process that draws, and wait longer for it than people would."""
    SHARED_DRAWER.within = 60
    yield
    SHARED_DRAWER.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Server]:
    """Start a PostgreSQL for the whole run. Each test makes its own database in it."""
    if servers.find() is None:
        pytest.skip(servers.MISSING)
    with servers.server() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the path of the browser. tests/support/chromium.py starts it."""
    path = browser.find()
    if path is None:
        pytest.skip(browser.MISSING)
    return path


@pytest.fixture
def recorder() -> Recorder:
    """Return a platform that only records."""
    return Recorder()


@pytest.fixture
def bot(database: Database, recorder: Recorder, clock: Clock) -> Bot:
    """Return a bot on the recorder and the real database, with a clock that the test moves.

    It waits longer than people would, because a machine that runs many tests at once may be slow.
    """
    bot = build_bot(database, [recorder], clock)
    bot.patience = 30
    recorder.bot = bot
    return bot


@pytest.fixture
def people(bot: Bot) -> Everyone:
    """Return Ana, Ben, Mei and Noor, in the home channel."""
    return Everyone(bot)
