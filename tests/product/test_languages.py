"""A day in the life of a team in another language: every command, event and post, and no English word in any of them.

The people write Greek letters, so that whatever is Latin was said by the bot. In a made-up language every sentence
is between ⟦ and ⟧, so that one which no catalog reaches is seen. In a real one each word must be of its catalog.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from sqlalchemy import text

from bot.core.language.catalogs import FOLDER, list_languages
from bot.core.language.choice import name_language
from bot.core.language.words import speaking
from bot.core.messages import Button, Form
from bot.features import DECLARATIONS
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from deploy.words import known_translations, read_catalogs
from storage.engine.database import Database, open_database
from storage.models import Table
from tests.support.databases import Clock
from tests.support.day_in_life import EVENTS, SUGGESTED_KINDS, list_sentences
from tests.support.grown import Shape, grow
from tests.support.made_up import MADE_UP, languages_in, write_made_up
from tests.support.people import Everyone
from tests.support.recorder import Recorder
from tests.support.said import list_buttons, list_texts

SMALL = Shape(big=200, small=6, recent=60)

GREEK = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "αβκδεφγηιξκλμνοπχρστυωωξψζΑΒΚΔΕΦΓΗΙΞΚΛΜΝΟΠΧΡΣΤΥΩΩΞΨΖ",
)

NAMES = {"Ana", "Ben", "Mei", "Noor", "May", "Big", "Small", "small", "lantern", "workshop", "recorder"}
"""People and channels."""

TERMS = {"Ahabot", "Slack", "Discord", "UTC", "Lisbon", "png", "html", "md", "json", "csv", "mm", "SMMART"}
"""Names of products, zones and file formats, which are the same in every language."""

WORD = re.compile(r"[A-Za-zÀ-ž]{2,}")
TYPED = re.compile(r"/aha(?: (?:[a-z]+|#?\d+|\[[^\]]*\]))*")
"""What one types, which is English everywhere."""
BRACKETED = re.compile(r"⟦[^⟦⟧]*(?:⟧|…)")
ARGUMENTS = {name for each in DECLARATIONS for name in each.params}
SECONDS = {each.name.partition(" ")[2] for each in DECLARATIONS if each.group}
"""The second words of commands, which are typed too."""
COMMANDS = {each.group or each.name for each in DECLARATIONS}
"""The names of commands, which the topics of the help are called by."""


@dataclass
class Abroad:
    """A team that speaks another language, and all that was said to it: by name, each text once."""

    bot: Bot
    people: Everyone
    recorder: Recorder
    clock: Clock
    said: dict[str, str] = field(default_factory=dict)
    labels: set[tuple[str, str]] = field(default_factory=set)
    """Titles, labels, hints, options and buttons, each with which of these it is."""
    buttons: dict[tuple[str, str], Button] = field(default_factory=dict)
    """The buttons, one for each label and kind of command."""

    def note(self, name: str, answer: Any) -> None:
        """Note what somebody reads."""
        for each in list_texts(answer):
            self.said.setdefault(each, name)
        if isinstance(answer, Form):
            self.labels |= set(_labels_of(answer))
        elif answer is not None:
            for button in list_buttons(answer.card):
                self.labels.add(("button", button.label))
                self.buttons.setdefault((type(button.command).__name__, button.label), button)

    async def live(self) -> None:
        """Live the day: all sentences, all events, all suggestions and the weeks after."""
        for sentence in list_sentences():
            command = self.bot.database.read_now(sentence.build)
            got = await self.people.find_person(sentence.who).does(to_greek(command), from_form=True)
            self.note(sentence.line, got.answer)
            await self._deliver(f"the posts after {sentence.line}")
        for who, event in EVENTS:
            await self.people.find_person(who).does(event)
            await self._deliver(f"the posts after {type(event).__name__}")
        for kind in SUGGESTED_KINDS:
            for option in await self.bot.suggest(kind, "", self.people.ana.origin):
                self.said.setdefault(option.label, f"suggesting a {kind}")
        for days in (1, 2, 4, 7, 14, 30, 30, 90, 200):
            self.clock.forward(hours=24 * days)
            await self.bot.tick()
            await self._deliver(f"{days} days later")

    async def _deliver(self, name: str) -> None:
        await self.bot.fetching.fetch_all()
        await self.bot.delivery.deliver_all()
        for standing in self.recorder.standing.values():
            self.note(name, standing.post)


def _labels_of(form: Form) -> Iterator[tuple[str, str]]:
    """Yield the parts of a form that platforms cut, each with which it is. People's own words are none."""
    yield from (("title", form.title), ("button", form.submit))
    for each in form.fields:
        yield from (("label", each.label), ("hint", each.hint), ("placeholder", each.placeholder))
        yield from (("option", one.label) for one in each.options if "#" not in one.label)


def to_greek(command: Any) -> Any:
    """Return a command with the person's own words in Greek letters."""
    changed = {
        each.name: getattr(command, each.name).translate(GREEK)
        for each in fields(command)
        if " " in getattr(command, each.name) or each.name == "craft"
    }
    return replace(command, **changed) if changed else command


def make_greek(database: Database) -> None:
    """Put what the grown team's people wrote into Greek letters: whatever has a space in it."""
    with database.writing.begin() as connection:
        raw: Any = connection.connection.driver_connection
        raw.create_function("greek", 1, greek_value)
        for table in Table.metadata.sorted_tables:
            for column in table.columns:
                if column.name in ("tokens", "as_posted", "event", "key"):
                    continue
                if str(column.type) in ("VARCHAR", "TEXT", "JSON"):
                    connection.execute(
                        text(
                            f'UPDATE "{table.name}" SET "{column.name}" = greek("{column.name}") '
                            f"WHERE \"{column.name}\" LIKE '% %'"
                        )
                    )


def greek_value(value: Any) -> Any:
    """Return a text in Greek letters, or JSON with such texts."""
    if not isinstance(value, str):
        return value
    if value[:1] not in "{[":
        return value.translate(GREEK)
    try:
        found = json.loads(value)
    except ValueError:
        return value
    if isinstance(found, dict):
        found = {
            name: each.translate(GREEK) if isinstance(each, str) else each for name, each in found.items()
        }
    return json.dumps(found, ensure_ascii=False)


@asynccontextmanager
async def abroad(path: Path, language: str) -> AsyncIterator[Abroad]:
    """Open a bot for a team that speaks a language, in a database that has some history."""
    database = open_database(f"sqlite:///{path}")
    clock, recorder = Clock(), Recorder()
    bot = build_bot(database, [recorder], clock)
    bot.patience, recorder.bot = 300, bot
    people = Everyone(bot)
    for each in (people.ana, people.ben, people.mei, people.noor):
        each.origin = replace(each.origin, locale=language)
    await people.ana.types("Τόκεν")
    await bot.tick()
    grow(database, SMALL)
    make_greek(database)
    with database.writing.begin() as connection:
        connection.execute(text("UPDATE team SET language = :language"), {"language": language})
    life = Abroad(bot, people, recorder, clock)
    try:
        yield life
    finally:
        database.close()


def left_over(said: str, language: str) -> Iterator[str]:
    """Yield the words of a text that are neither names nor dates nor typed."""
    for word in () if said in COMMANDS else WORD.findall(TYPED.sub(" ", said)):
        if word not in NAMES | TERMS | ARGUMENTS | SECONDS | words_of_dates(language):
            yield word


@cache
def words_of_dates(language: str) -> frozenset[str]:
    """Return the names of months and weekdays in a language, and those of all languages."""
    locale = Locale.parse(language)
    tables = [
        table
        for names in (locale.months, locale.days)
        for widths in names.values()
        for table in widths.values()
    ]
    names = [name for table in tables for name in table.values()]
    names += [pattern for patterns in locale.list_patterns.values() for pattern in patterns.values()]
    names += [name_language(code) for code in (*list_languages(), language)]
    return frozenset(word for name in names for word in WORD.findall(name))


@pytest.fixture
def database_file(tmp_path: Path, sqlite_template: Path) -> Path:
    """Return the path of an empty database."""
    path = tmp_path / "abroad.db"
    path.write_bytes(Path(sqlite_template).read_bytes())
    return path


@pytest.mark.timeout(900)
async def test_every_sentence_comes_from_a_catalog(
    tmp_path: Path, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the made-up language nothing is left outside its brackets but names, numbers and what one types."""
    write_made_up(tmp_path / "languages")
    with languages_in(tmp_path / "languages"):
        async with abroad(database_file, MADE_UP) as life:
            await life.live()
    assert not [each.getMessage() for each in caplog.records if each.exc_info]
    bare = []
    for said, name in life.said.items():
        rest = said
        while BRACKETED.search(rest):
            rest = BRACKETED.sub(" ", rest)
        if words := list(left_over(rest, MADE_UP)):
            bare.append(f"{' '.join(words)!r} in {said!r}, {name}")
    assert not bare, f"{len(bare)} texts go round the catalogs:\n" + "\n".join(sorted(bare))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "language", [each.name for each in sorted(FOLDER.iterdir()) if any(each.glob("*.po"))]
)
async def test_no_english_word_is_left(
    language: str, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each word that the bot says to a team is one of its language's catalogs, or of its dates."""
    known = known_translations(read_catalogs(language).values())
    vocabulary = {
        word.casefold() for forms in known.values() for form in forms for word in WORD.findall(form)
    }
    async with abroad(database_file, language) as life:
        await life.live()
    assert not [each.getMessage() for each in caplog.records if each.exc_info]
    foreign = [
        f"{' '.join(words)!r} in {said!r}, {name}"
        for said, name in life.said.items()
        if (words := [each for each in left_over(said, language) if each.casefold() not in vocabulary])
    ]
    assert not foreign, f"{len(foreign)} texts have other words:\n" + "\n".join(sorted(foreign))


LONGEST = {
    "title": 24,
    "label": 45,
    "hint": 100,
    "placeholder": 100,
    "option": 75,
    "button": 75,
    "description": 100,
}
"""The most characters that every platform shows of each: Slack's form titles, Discord's labels and descriptions."""

NAMED_OTHERWISE = {
    "Edit": "the same form is reached by *Add details* and *What changed?*, and says which moment it edits",
    "KeepParked": "its name follows what was decided, which has changed since",
    "LookBackAt": "*Edit* changes what one said, and the form says about which moment",
    "KeepResult": "its name follows whether there is a result, which has changed since",
    "ListOwn": "without notes, it opens the form for the first one",
    "NewGoal": "*Set a big goal* is its first step, which says that two more follow",
    "NextQuest": "its name follows whether there is a next quest, which has changed since",
    "TellCareer": "*Another one* follows the first",
    "WriteMission": "its name follows whether there is a mission, which has changed since",
    "Mission": "without a mission, it opens the form for it",
}
"""Forms whose title is not that of a button that opens them, each with its reason."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", list_languages())
async def test_labels_fit_and_a_form_is_named_after_its_button(language: str, database_file: Path) -> None:
    """Nothing is cut on any platform, and who presses *Log an attempt* finds a form that is called so."""
    async with abroad(database_file, language) as life:
        await life.live()
        others = [await _compare_title(life, button) for button in life.buttons.values()]
        commands = life.bot.commands.all
    with speaking(language):
        described = [each.summary() for each in commands]
        described += [param.summary() for each in commands for param in each.params.values()]
    told = [*life.labels, *(("description", each) for each in described)]
    assert [each for each in told if len(each[1]) > LONGEST[each[0]]] == []
    assert [each for each in others if each] == []


async def _compare_title(life: Abroad, button: Button) -> str:
    """Return in what a button's label and the title of its form differ, or an empty string."""
    name = type(button.command).__name__
    answer = (await life.people.ana.does(button.command)).answer
    if not isinstance(answer, Form) or name in NAMED_OTHERWISE or answer.title.startswith(button.label):
        return ""
    return f"[{button.label}] opens {answer.title!r} ({name})"
