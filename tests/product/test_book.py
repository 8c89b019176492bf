"""The operator's book for one person, and the page of it in a real browser."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright
from sqlmodel import Session

from bot.__main__ import main
from bot.memory.book.as_html import render_html
from bot.memory.book.content import Book, BookTeam, Entry, EntryType, Writer
from storage.engine.database import open_database
from storage.models import Channel, Moment, OwnMoment, Person, Team, Workspace
from tests.support import chromium as browsers
from tests.support.chat import Room, the

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
MADE = Callable[..., tuple[int, str, str]]


def add_team(
    session: Session, platform: str, place: str, channel: str, person: tuple[str, str], text: str
) -> int:
    """Add a workspace with a team, a person and a moment of theirs, and return the person's number."""
    workspace = Workspace(platform=platform, external_id=place, name=place, created_at=NOW)
    session.add(workspace)
    session.flush()
    team = Team(workspace_id=workspace.id, created_at=NOW, next_number=2)
    someone = Person(
        workspace_id=workspace.id, external_id=person[0], platform_name=person[1], created_at=NOW
    )
    session.add_all([team, someone])
    session.flush()
    session.add(Channel(workspace_id=workspace.id, external_id=channel, name=channel, team_id=team.id))
    session.add(Moment(team_id=team.id, number=1, author_id=someone.id, text=text, created_at=NOW))
    return someone.id


@pytest.fixture
def ahabot(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> MADE:
    """Return a function that runs `ahabot book` on a database of Ana on two platforms, and two people called Sam."""
    path = Path(shutil.copy(sqlite_template, tmp_path / "ahabot.db"))
    database = open_database(f"sqlite:///{path}")
    with Session(database.writing) as session:
        add_team(session, "slack", "W1", "lantern", ("U1", "Ana"), "On Slack")
        add_team(session, "discord", "G1", "orbit", ("123", "Ana B"), "On Discord <b>")
        add_team(session, "slack", "W2", "other", ("U7", "Sam"), "Theirs")
        add_team(session, "discord", "G2", "away", ("777", "Sam"), "Also theirs")
        turkish = add_team(session, "slack", "W3", "third", ("U8", "Ünal Öz"), "In Turkish")
        session.get_one(Person, turkish).locale = "de-AT"
        add_team(session, "slack", "W4", "fourth", ("U9x", "Bo: Ops"), "With a colon")
        session.add(OwnMoment(person_id=1, kind="career", text="A map", happened="1999", created_at=NOW))
        session.commit()
    database.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(("book", *arguments))
        out, error = capfdbinary.readouterr()
        return code, out.decode(), error.decode()

    return run


def test_a_book_is_in_the_language_of_its_person(ahabot: MADE) -> None:
    """It's that of their platform, unless they chose another."""
    assert ahabot("--person", "slack:U8", "--format", "md")[1].startswith("# Das Aha\\-Buch von Ünal Öz\n")
    assert ahabot("--person", "slack:U1", "--format", "md")[1].startswith("# Ana’s book of aha moments\n")


def test_one_book_of_a_person_on_two_platforms(ahabot: MADE, tmp_path: Path) -> None:
    """Everything is in it, whatever the workspace; nobody need be there any more."""
    code, out, _ = ahabot("--person", "slack:U1", "--person", "discord:123", "--format", "json")
    assert code == 0
    data = json.loads(out)
    assert [each["text"] for each in data["entries"]] == ["A map", "On Slack", "On Discord <b>"]
    assert [(each["platform"], each["name"]) for each in data["people"]] == [
        ("slack", "Ana"),
        ("discord", "Ana B"),
    ]
    assert ahabot("--person", "Ana", "--out", "ana.html") == (0, "", "")
    page = (tmp_path / "ana.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert (tmp_path / "ana.html").stat().st_mode & 0o777 == 0o600
    assert "On Slack" in ahabot("--person", "1", "--format", "md")[1]


@pytest.mark.parametrize("given", ["Ünal Öz", "ünal öz", "UNAL OZ", " Ünal Öz ", "slack:U8", "U8"])
def test_a_person_is_found_by_name(ahabot: MADE, given: str) -> None:
    """Whatever the engine knows of capitals."""
    assert "In Turkish" in ahabot("--person", given, "--format", "md")[1]


def test_a_name_with_a_colon(ahabot: MADE) -> None:
    """It isn't read as a platform."""
    assert "With a colon" in ahabot("--person", "bo: ops", "--format", "md")[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--person", "slack:U9"), "I don't know slack:U9. Write it like slack:U024BE7LH or "
         "discord:80351110224678912."),
        ((), "Whose book? Name the person with --person, like slack:U024BE7LH."),
        (("--person", ""), "Whose book? Name the person with --person, like slack:U024BE7LH."),
        (("--person", " "), "Whose book? Name the person with --person, like slack:U024BE7LH."),
        (("--person", "99999999999999999999"), "I don't know 99999999999999999999."),
        (("--person", "sam"), "sam could be several people. Choose one by its number: "
         "3 (Sam, slack:U7 in W2), 4 (Sam, discord:777 in G2)."),
        (("--person", "U1", "--out", "no/such/folder.html"), "Can't write no/such/folder.html: No such file"),
    ],
)  # fmt: skip
def test_one_clear_sentence(ahabot: MADE, arguments: tuple[str, ...], sentence: str) -> None:
    """For somebody unknown, for one of several, and for a file that can't be written."""
    code, out, error = ahabot(*arguments)
    assert (code, out) == (2, "")
    assert sentence in error
    assert error.count("\n") == 1


def sample_book() -> Book:
    """Return a book with every sort of entry, over three years."""
    words = ("We sign <b>once</b>", "שלום, it was the *silence* 💡", "A wizard.\nNobody finished it.")
    kinds = ("aha", "breakthrough", "experiment")
    entries = []
    for at in range(30):
        when = NOW - timedelta(days=37 * (30 - at))
        place = {"team": 1, "team_name": "lantern", "workspace_name": "Ours & theirs"}
        kind = EntryType.MOMENT if at % 5 else list(EntryType)[at // 5]
        more: dict[str, Any] = {"parts": (("What it taught us", "Ask first"),), **place}
        if kind is EntryType.OWN:
            more = {"happened": "spring 2014"}
        name = kinds[at % 3] if kind is EntryType.MOMENT else "career" if kind is EntryType.OWN else ""
        entries.append(Entry(kind, name, when, when.date(), words[at % 3], number=at + 1, **more))
    writers = (Writer("slack", "Ours & theirs", "U1", "Ana"),)
    team = BookTeam(1, "slack", "Ours & theirs", "lantern", (("lamp", NOW - timedelta(days=500)),))
    return Book(NOW, writers, (team,), tuple(entries))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
async def test_the_page_keeps_nothing_from_anybody(
    tmp_path: Path, chromium: Path, scheme: Any, width: int
) -> None:
    """Axe finds no violation, nothing is wider than the window, and nothing is loaded or refused."""
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
    path = tmp_path / "book.html"
    path.write_text(render_html(sample_book()), "utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(browsers.ARGUMENTS))
        context = await browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
        )
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.goto(path.as_uri())
        found = await axe.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        assert said == []
        assert await page.locator("svg[role=img]").count() == 5
        await browser.close()


async def test_it_prints(tmp_path: Path, chromium: Path) -> None:
    """A PDF of several pages comes of it, without the links to the years."""
    path = tmp_path / "book.html"
    path.write_text(render_html(sample_book()), "utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(browsers.ARGUMENTS))
        page: Page = await browser.new_page(color_scheme="dark")
        await page.goto(path.as_uri())
        printed = await page.pdf()
        assert printed.startswith(b"%PDF")
        assert printed.count(b"/Type /Page\n") > 2
        await page.emulate_media(media="print")
        assert not await page.locator("nav").is_visible()
        background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(255, 255, 255)"
        await browser.close()


async def test_a_book_of_one_s_own(room: Room) -> None:
    """A note, a thought kept to oneself, an aha of the career, and the book of them in the direct messages."""
    assert await room.types("Ana", "We used to cache tokens, now we sign them.")
    noted = await room.types("Ana", "memory note Ask Ben about the silence.")
    assert noted
    assert "Saved. Only you can see it" in noted
    if asked := await room.writes("Ana", "I was afraid of the demo."):  # Discord has no commands there
        kept = await room.presses("Ana", "Save just for me", asked.id)
        assert kept
        assert "Saved. Only you can see it" in kept
    coming = await room.types("Ana", "memory book")
    assert coming
    assert "What have been the aha moments of your career?" in coming
    form = await room.presses("Ana", "An aha from my career", coming.id)
    assert form
    told = await room.fills("Ana", form.id, text="A map is a promise.", happened="spring 2014")
    assert told
    assert "Saved. Only you can see it" in told
    await room.until(NOW)
    first = the(await room.notes("Ana"), "Your book")
    assert "1 moment, " in first  # it may be sent before the career's aha is told
    assert await room.presses("Ana", "As JSON", first.id)
    await room.until(NOW + timedelta(hours=1))
    second = the(await room.notes("Ana"), "Your book", "Format: JSON.")
    assert "[As a web page]" in second
    assert "1 moment, 1 career aha, 1 note and 1 private thought." in second or not asked
    assert not [
        seen for seen in await room.channel() if "silence" in seen or "afraid" in seen or "map" in seen
    ]
