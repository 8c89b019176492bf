"""Random walks of four people: whatever is shown to others was given in that very place, or its author was told.

Every text that anybody gives has a mark of its own. After each step the walk reads every surface that others see: all
posts in all channels as they are now, the Notes, and the private answers and forms of the others. A mark may be there
only if its text was given in that channel, or if its author was told that place and said yes, and had a way back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from random import Random
from typing import Any

import pytest

from bot.core.commands import Declaration
from bot.core.messages import Button, FieldKind, Form, Reply
from bot.core.origin import Access, ChannelAccess
from bot.core.params import StoredCommand
from bot.features import DECLARATIONS
from bot.moments.save_message import Save
from bot.people.me import Me
from bot.prompts.answers import GiveAnswer
from bot.runtime import bot as running
from bot.runtime.bot import Bot
from bot.teams.ask_first import DropWords
from bot.teams.choose_team import InTeam
from storage.delivery import pending
from storage.models import Pending
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

MARK = re.compile(r"mark\d+x")
CHANNELS = {"C1": "lantern", "C2": "harbour", "C-private": "cellar"}
"""The channels that are teams' homes, with their names. Ana and Ben are in all of them, and Mei in the first."""
PRIVATE, BETWEEN = "C-private", "D-two-people"
TYPED = [
    "",
    "log",
    "breakthrough",
    "failed",
    "ask",
    "quest",
    "find",
    "show",
    "why",
    "version",
    "recap",
    "shwo",
    "help",
]
PRESSED_NEVER = ("Move", "Add a channel")
"""Buttons that would give a team another home, so that the walk would not know the places any more."""
STEPS, SEEDS = 80, range(6)
ENOUGH = 4
"""How many texts a walk has to see shown."""


@dataclass
class Given:
    """A text that somebody gave: where, and what they were told about it."""

    author: str
    channel: str
    direct: bool
    told: set[str] = field(default_factory=set)
    """The names of the channels that its author was told."""
    agreed: bool = False
    """Whether its author said yes after being told."""
    way_back: bool = False
    dropped: bool = False
    everywhere: bool = False
    """Whether its form said that others see it, wherever that may be."""


@dataclass
class Walk:
    """One walk, with everything that was given, answered and shown in it."""

    people: Everyone
    bot: Bot
    recorder: Recorder
    clock: Clock
    chance: Random
    given: dict[str, Given] = field(default_factory=dict)
    answers: list[Got] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    used: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def begin(self) -> None:
        """Make the three teams."""
        for channel in CHANNELS:
            for person in self._members(channel):
                await person.types("We begin", **self._place(channel))
        await self.bot.tick()

    async def step(self) -> None:
        """Do one thing as one person, and read everything afterwards."""
        person = self.chance.choice(self._everyone())
        do = self.chance.choices(
            [self._type, self._save, self._declared, self._press, self._fill, self._wait], [5, 1, 2, 7, 5, 1]
        )[0]
        await do(person)
        self._check_posts()

    # What people do

    async def _type(self, person: Person) -> None:
        channel = self._channel_of(person)
        word = self.chance.choice(TYPED)
        typed = f"{word} {self._mark(person, channel)}" if self.chance.random() < 0.8 else word
        thread = "t1" if channel in CHANNELS and self.chance.random() < 0.2 else ""
        await self._do(person, self.bot.commands.parse(typed), channel, thread=thread)

    async def _save(self, person: Person) -> None:
        channel, author = self._channel_of(person), self.chance.choice(self._everyone())
        said = self._mark(author, channel)
        command = Save(self.chance.choice(["aha", "experiment"]), f"m{said}", said, author.origin.person, "")
        await self._do(person, command, channel)

    async def _declared(self, person: Person) -> None:
        """Give any declared command with plausible values, as an old button or draft might."""
        declaration = self.chance.choice([each for each in DECLARATIONS if _is_safe(each)])
        channel = self._channel_of(person)
        team = str(self.chance.randint(1, 3))
        given: dict[str, str] = {}
        for each in fields(declaration.command):
            if each.metadata.get("written"):
                given[each.name] = self._mark(person, channel)
            elif each.name == "moment":
                given[each.name] = f"{team}.{self.chance.randint(1, 4)}"
            elif each.name in ("team", "posting", "quest", "answer"):
                given[each.name] = team if each.name == "team" else str(self.chance.randint(1, 6))
        await self._do(person, declaration.command(**given), channel)

    async def _press(self, person: Person) -> None:
        """Press a button of one's own private answers, or of a post that one can see."""
        found = [*self._private_buttons(person), *self._public_buttons(person)]
        if found:
            mine = self._private_buttons(person)[-3:]
            button, channel, thread = self.chance.choice(
                mine if mine and self.chance.random() < 0.4 else found
            )
            await self._do(person, button.command, channel, thread=thread)

    async def _fill(self, person: Person) -> None:
        mine = [got for got in self.answers if got.person is person and isinstance(got.answer, Form)][-3:]
        if not mine:
            return
        got = mine[-1] if self.chance.random() < 0.7 else self.chance.choice(mine)
        form, channel = got.form, got.origin.channel
        command, carried = self.bot.commands, self.bot.commands.encode(got.form.command)
        values = {each.name: self._value(each, person, channel) for each in form.fields}
        for mark in MARK.findall(" ".join(values.values())):
            self._tell(mark, form.intro)
            self.given[mark].agreed = bool(self.given[mark].told)
            self.given[mark].everywhere = isinstance(form.command, Me)
        filled = command.fill_fields(command.decode(carried), values)
        await self._do(person, filled, channel, thread=got.origin.thread, from_form=True)

    async def _wait(self, _person: Person) -> None:
        self.clock.forward(minutes=self.chance.choice([3, 30, 300]))
        await self.bot.tick()

    async def _do(self, person: Person, command: Any, channel: str, **more: Any) -> None:
        marks = set(MARK.findall(" ".join([*map(str, vars(command).values()), self._pending_text(command)])))
        before = self._shown_marks()
        got = await person.does(command, **{**self._place(channel), **more})
        self.answers.append(got)
        self.used[type(command).__name__] += 1
        text = _read(got.answer)
        self._check_answer(got, text)
        for mark in marks:
            self.given[mark].agreed |= isinstance(command, InTeam) and bool(self.given[mark].told)
            self.given[mark].dropped |= isinstance(command, DropWords) and "It's not saved" in text
            self._tell(mark, text)
            self.given[mark].way_back |= _has_way_back(got.answer) or isinstance(command, GiveAnswer)
        await self.bot.tick()
        new = self._shown_marks() - before
        assert all(self.given[mark].way_back for mark in new & marks), f"no way back for {new} in: {text}"
        if new & marks and self.chance.random() < 0.2:
            await self._undo(got, new & marks)

    async def _undo(self, got: Got, marks: set[str]) -> None:
        """Take back what was just shown: it is on no surface any more."""
        if isinstance(got.answer, Reply) and any(one.label == "Undo" for one in got.answer.card.buttons):
            await got.press("Undo", thread=got.origin.thread)
            await self.bot.tick()
            assert not marks & self._shown_marks(), f"still shown after Undo: {got.text}"

    # What is seen

    def _check_posts(self) -> None:
        waiting = " ".join(each.command for each in rows(self.bot, Pending))
        for mark in MARK.findall(waiting):
            given = self.given[mark]
            assert not given.dropped, f"{mark} waits although it was erased"
            assert given.channel != BETWEEN, f"{mark} of a conversation of two is stored"
        for place, text in self._surfaces():
            for mark in MARK.findall(text):
                if place.person != self.given[mark].author:
                    self._check_shown(mark, place.channel, text)
                    self.published.add(mark)

    def _check_shown(self, mark: str, channel: str, text: str) -> None:
        given = self.given[mark]
        said = f"{mark} of {given} in {channel}: {text}"
        assert not given.dropped, said
        assert given.channel != BETWEEN, said
        if given.channel == channel or given.everywhere:
            return
        assert given.channel != PRIVATE, said
        assert CHANNELS.get(channel) in given.told, said
        assert given.agreed or not given.direct, said

    def _check_answer(self, got: Got, text: str) -> None:
        """Check that a private answer has only one's own marks and those that others were shown."""
        for mark in MARK.findall(text):
            given = self.given[mark]
            if given.author == got.person.origin.person or mark in got.origin.event:
                continue
            assert mark in self.published, f"{mark} of {given} is told to {got.person.origin}: {text}"
            inside = got.origin.channel == PRIVATE or (
                got.origin.direct and got.person in self._members(PRIVATE)
            )
            assert given.channel != PRIVATE or inside, f"{mark} leaves its private channel: {text}"

    def _surfaces(self) -> Iterator[tuple[Any, str]]:
        for each in self.recorder.standing.values():
            yield each.place, each.text + (each.post.picture.alt if each.post.picture else "")

    def _shown_marks(self) -> set[str]:
        return {mark for place, text in self._surfaces() if not place.person for mark in MARK.findall(text)}

    # The people and their places

    def _everyone(self) -> Sequence[Person]:
        return self.people.ana, self.people.ben, self.people.mei, self.people.noor

    def _members(self, channel: str) -> Sequence[Person]:
        inside = self.people.ana, self.people.ben
        return (*inside, self.people.mei) if channel == "C1" else inside

    def _channel_of(self, person: Person) -> str:
        there = [each for each in CHANNELS if each != PRIVATE or person in self._members(PRIVATE)]
        direct = f"D-{person.origin.person}"
        return self.chance.choice([*there, *there, direct, direct, direct, BETWEEN])

    def _place(self, channel: str) -> dict[str, Any]:
        direct = channel.startswith("D-U")
        return {
            "channel": channel, "channel_name": CHANNELS.get(channel, ""), "direct": direct,
            "without_bot": channel == BETWEEN, "private": channel == PRIVATE,
        }  # fmt: skip

    def _private_buttons(self, person: Person) -> list[tuple[Button, str, str]]:
        mine = [got for got in self.answers if got.person is person and isinstance(got.answer, Reply)][-4:]
        return [
            (each, got.origin.channel, got.origin.thread)
            for got in mine
            if isinstance(got.answer, Reply)
            for each in _buttons(got.answer)
        ]

    def _public_buttons(self, person: Person) -> list[tuple[Button, str, str]]:
        posts = list(self.recorder.standing.values())[-12:]
        return [
            (each, post.place.channel, post.place.thread)
            for post in posts
            if not post.place.person and (post.place.channel != PRIVATE or person in self._members(PRIVATE))
            for each in _buttons(Reply(post.post.card))
        ]

    # Marks

    def _mark(self, person: Person, channel: str) -> str:
        mark = f"mark{len(self.given)}x"
        direct = self._place(channel)["direct"]
        self.given[mark] = Given(person.origin.person, channel, direct)
        return mark

    def _value(self, asked: Any, person: Person, channel: str) -> str:
        if asked.kind in (FieldKind.TEXT, FieldKind.LINE):
            return self._mark(person, channel) if asked.name not in ("zone", "emoji") else str(asked.value)
        if asked.options and asked.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
            return str(self.chance.choice(asked.options).value)
        return str(asked.value)

    def _pending_text(self, command: Any) -> str:
        """Return the stored text that a button refers to."""
        known = (
            getattr(command, "pending", "") if isinstance(command, StoredCommand | InTeam | DropWords) else ""
        )
        return next(
            (row.command for row in rows(self.bot, Pending) if f"{row.id}" == known.split("-")[0]), ""
        )

    def _tell(self, mark: str, text: str) -> None:
        self.given[mark].told |= {name for name in CHANNELS.values() if f"#{name}" in text}
        if "the channel you choose" in text:
            self.given[mark].told |= {name for name in CHANNELS.values() if name != CHANNELS[PRIVATE]}


def _buttons(answer: Reply) -> list[Button]:
    card = answer.card
    beside = [block.button for block in card.blocks if hasattr(block, "button") and block.button]
    return [one for one in (*card.buttons, *card.menu, *beside) if one.label not in PRESSED_NEVER]


def _is_safe(declaration: Declaration) -> bool:
    """Return whether a command needs no more than texts and numbers, so that the walk can give it as it is."""
    return declaration.key not in ("move", "let-keep", "stop-keeping", "put-aside", "change-schedule")


def _read(answer: Reply | Form | None) -> str:
    if isinstance(answer, Form):
        asked = [
            part for each in answer.fields for part in (each.label, each.value, each.hint, *_labels(each))
        ]
        return "\n".join([answer.title, answer.intro, *asked, *answer.errors.values()])
    return Got(None, None, answer).text if answer else ""  # type: ignore[arg-type]


def _labels(asked: Any) -> list[str]:
    return [each.label for each in asked.options]


def _has_way_back(answer: Reply | Form | None) -> bool:
    """Return whether an answer has *Undo*, or *Edit* where a text was only changed."""
    return isinstance(answer, Reply) and any(one.label in ("Undo", "Edit") for one in _buttons(answer))


def _id_of(person: Person) -> str:
    return person.origin.person


async def walk(seed: int, bot: Bot, recorder: Recorder, clock: Clock, steps: int = STEPS) -> Walk:
    """Walk some steps, and more until enough was shown to tell something. Return everything that happened."""
    walking = Walk(Everyone(bot), bot, recorder, clock, Random(seed))
    for person in {*map(_id_of, walking._everyone())} - {*map(_id_of, walking._members(PRIVATE))}:
        recorder.access[PRIVATE, person] = ChannelAccess(Access.OUTSIDE)
    await walking.begin()
    for nth in range(6 * steps):
        if nth >= steps and len(walking.published) >= ENOUGH:
            break
        await walking.step()
    return walking


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_shown_that_nobody_meant_to_show(
    bot: Bot, recorder: Recorder, clock: Clock, seed: int
) -> None:
    """In channels, threads, a private channel, direct messages and a conversation of two, by every command."""
    done = await walk(seed, bot, recorder, clock)
    assert len(done.published) >= ENOUGH, "too little was shown to tell anything"


BROKEN = {
    "posts without a yes": (5, running, "needs_a_yes", lambda *_: False),
    "does not name the place": (7, running, "name_audience", lambda _, form: form),
    "answers between two people": (5, running, "refuse_elsewhere", lambda *_: None),
    "erases nothing": (2, pending, "delete_command", lambda *_: True),
}
"""Faults, each of which a walk has to find: the walk, where the fault is, and what is there instead."""


@pytest.mark.parametrize("fault", BROKEN)
async def test_the_walks_find_a_fault(
    bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Broken on purpose, a long walk comes to the place where it shows."""
    monkeypatch.setattr(*BROKEN[fault][1:])
    with pytest.raises(AssertionError):
        await walk(BROKEN[fault][0], bot, recorder, clock, steps=4 * STEPS)
