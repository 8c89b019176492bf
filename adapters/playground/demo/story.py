"""The demo's life: one team's quarter, and five moments of the same weeks a year before.

`story.toml` says who does what and when; here it is done, through the chat as people do it, while the clock
walks from one doing to the next. So the bot's own posts come at their hours, and none of them is made up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.playground import render
from adapters.playground.chat.model import BOT, Message, conversation
from adapters.playground.interactions import Shown
from bot.core.times import utc_of

if TYPE_CHECKING:
    from adapters.playground.adapter import Playground

FILE = Path(__file__).with_name("story.toml")
HOME, ZONE = "team-lantern", "Europe/Lisbon"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TURN = time(16)
"""A week of the story ends on Friday at the hour of its recap."""

ASKS = {"asked": "Answer", "next": "Open the next quest", "month": "Say what it set off"}
"""The button under what the bot asks by itself, by the label that it has in the story."""

BREATH = timedelta(minutes=11)
"""Between two doings that the days of this week have no room for yet."""


@dataclass(frozen=True)
class Doing:
    """What somebody does at a time, or several people one after the other."""

    at: datetime
    who: Sequence[str]
    what: Mapping[str, Any]

    @property
    def is_answer(self) -> bool:
        """Whether it needs a question that the bot asks by itself."""
        return bool(ASKS.keys() & {self.what.get("under"), self.what.get("on")})


def begins(today: datetime | None = None) -> datetime:
    """When the story's time begins, so that it ends today."""
    return timetable(today or datetime.now(UTC))[0].at - BREATH


async def tell(playground: Playground, today: datetime | None = None) -> None:
    """Play the story to its end, where the playground's clock shows the present. The chat is on disk only then."""
    stage = Stage(playground)
    with playground.chat.world.held():
        for doing in timetable(today or datetime.now(UTC)):
            await stage.wait(doing.at)
            await stage.play(doing)
        await stage.wait(today or datetime.now(UTC))


def timetable(today: datetime) -> list[Doing]:
    """Everything that is done up to `today`, in order."""
    story = tomllib.loads(FILE.read_text("utf-8"))
    end = week_end(today)
    doings = [doing for week in story["weeks"] for doing in _week(week, end, today)]
    for late in story["lately"]:
        doings += [_doing(today - timedelta(hours=late["hours_ago"]), what) for what in late["told"]]
    return sorted(doings, key=lambda doing: doing.at)


def week_end(today: datetime) -> datetime:
    """The Friday afternoon that ends the week of `today`."""
    local = today.astimezone(ZoneInfo(ZONE))
    friday = local.date() + timedelta(days=(DAYS.index("fri") - local.weekday()) % 7)
    end = datetime.combine(friday, TURN, local.tzinfo)
    return end if end > local else end + timedelta(weeks=1)


def _week(week: Mapping[str, Any], end: datetime, today: datetime) -> Sequence[Doing]:
    begin = end - timedelta(weeks=week["ago"] + 1)
    doings = [_doing(_time(begin, what["at"]), what) for what in week["told"]]
    return _so_far(doings, begin, today)


def _doing(at: datetime, what: Mapping[str, Any]) -> Doing:
    return Doing(at.astimezone(UTC), what["who"].split(), what)


def _time(begin: datetime, written: str) -> datetime:
    """A time such as `tue 10:24`, in the week that begins on that Friday afternoon."""
    day, clock = written.split()
    at = time.fromisoformat(clock)
    days = (DAYS.index(day) - begin.weekday()) % 7
    if days == 0 and at < TURN:
        days = 7
    return utc_of(begin.date() + timedelta(days=days), at, ZONE)


def _so_far(doings: Sequence[Doing], begin: datetime, today: datetime) -> Sequence[Doing]:
    """A week as it can have been until today: what is still to come was done in these last minutes.

    Only an answer cannot come before its question, and is left out.
    """
    done = [doing for doing in doings if doing.at <= today]
    ahead = [doing for doing in doings if doing.at > today and not doing.is_answer]
    since = max([begin, *(doing.at for doing in done)])
    breath = min(BREATH, (today - since) / (len(ahead) + 1))
    hurried = [replace(doing, at=today - breath * (len(ahead) - place)) for place, doing in enumerate(ahead)]
    return [*done, *hurried]


class Stage:
    """The chat while the story is played, and the messages that labels stand for."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.people = playground.people
        self.chat = playground.chat
        self.labels: dict[str, str] = {}

    async def wait(self, until: datetime) -> None:
        """Let time pass, and what is due appear; where nothing is, only the clock moves, which is quicker."""
        due = await self.people.bot.next_due()
        if due is None or due > until:
            self.chat.world.set_clock(until)
        elif until > self.playground.clock():
            await self.playground.jump(until)

    async def play(self, doing: Doing) -> None:
        """One doing, by each who does it."""
        for who in doing.who:
            shown = await self._go_on(who, await self._do(who, doing.what), doing.what)
            if "label" in doing.what:
                self.labels[doing.what["label"]] = shown.message or await self._posted()
            self._tidy()

    def _tidy(self) -> None:
        """Dismiss the private answers, as people do."""
        for whisper in tuple(self.chat.world.whispers.values()):
            self.chat.dismiss(whisper.person, whisper.id)

    async def _do(self, who: str, what: Mapping[str, Any]) -> Shown:
        match what:
            case {"says": text} | {"types": text}:
                thread = self._message(who, what["under"]).id if "under" in what else ""
                return await self.people.type(who, what.get("in", HOME), text, thread=thread)
            case {"presses": label, "on": on}:
                card = self._message(who, on)
                found = [press for text, press in _buttons(card).items() if text.startswith(label)]
                return await self.people.press(who, card.id, found[0])
            case {"chooses": label, "on": on}:
                return await self.people.shortcut(who, label, self._message(who, on).id)
            case {"reacts": emoji, "on": on}:
                await self.people.react(who, self._message(who, on).id, emoji)
            case {"joins": name, "zone": zone}:
                self.chat.add_person(name, zone)
            case {"invites": channel}:
                await self.people.invite(who, channel)
            case _:
                raise ValueError(f"nobody knows how to do {what}")
        return Shown()

    async def _go_on(self, who: str, shown: Shown, what: Mapping[str, Any]) -> Shown:
        """Press a button of the answer, and fill in the form; what stands in a form already stays."""
        if "then" in what:
            shown = await self.people.press(who, shown.id, what["then"])
        if "fills" in what:
            assert shown.json is not None
            fields = {field["name"]: field for field in shown.json["fields"]}
            given = dict(line.split(": ", 1) for line in what["fills"])
            there = {name: field["value"] for name, field in fields.items()}
            filled = {name: _chosen(fields[name], words) for name, words in given.items()}
            shown = await self.people.submit(who, shown.id, there | filled)
        return shown

    async def _posted(self) -> str:
        """What the bot has just posted."""
        await self.people.bot.tick()
        return self._latest(HOME).id

    def _message(self, who: str, label: str) -> Message:
        match label:
            case "asked" | "next" | "month":
                return self._latest(HOME, ASKS[label])
            case "note":
                return self._latest(conversation(self.chat.person(who)).id)
            case _:
                return self.chat.world.messages[self.labels[label]]

    def _latest(self, channel: str, button: str = "") -> Message:
        """The bot's latest words in a channel; with a button's label, the latest that carry it."""
        messages = self.chat.world.messages.values()
        ours = [message for message in messages if message.author == BOT and message.channel == channel]
        return [message for message in ours if not button or button in _buttons(message)][-1]


def _chosen(field: Mapping[str, Any], words: str) -> str:
    """What goes into a field; of options those that are called so, or whose labels hold the words of a line."""
    options = field["options"]
    if not options or any(words == option["value"] for option in options):
        return words
    found = [next(each["value"] for each in options if line in each["label"]) for line in words.split("\n")]
    return "\n".join(found)


def _buttons(message: Message) -> Mapping[str, str]:
    """The buttons on a card: what each sends, by its label."""
    return {each["label"]: each["press"] for each in render.buttons(message.card)} if message.card else {}
