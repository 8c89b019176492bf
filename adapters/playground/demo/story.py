"""The demo's story: one team's quarter, and five moments of the same weeks a year earlier.

`story.toml` says who does what and when. The interactions go through the chat as people's do,
while the clock moves from one to the next. So the bot's own posts appear at their times, and
none of them is made up.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.playground import render
from adapters.playground.chat.model import BOT, Message, Progress, direct_channel
from adapters.playground.chat.timeline import advance_clock
from adapters.playground.responses import Shown
from bot.core.times import utc_of

if TYPE_CHECKING:
    from adapters.playground.adapter import Playground

FILE = Path(__file__).with_name("story.toml")
HOME, ZONE = "team-lantern", "Europe/Lisbon"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK_END_TIME = time(16)
"""A week of the story ends on Friday, at the time of its recap."""

BUTTONS_UNDER = {
    "asked": "Answer",
    "next": "Start the next quest",
    "month": "What came of it?",
    "look-back": "One next step",
    "said": "Something else",
    "step": "I'll take it",
}
"""The button below what the bot asks by itself, by its label in the story."""

DAYS_AHEAD = re.compile(r"in (\d+) days")
"""How the story writes a day of a form, from the day on which it is filled."""

SHORTEST_PAUSE = timedelta(minutes=11)
"""The time between two interactions that this week has no room for yet."""


@dataclass(frozen=True)
class Interaction:
    """What a person does at a time, or several people one after another."""

    at: datetime
    who: Sequence[str]
    what: Mapping[str, Any]

    @property
    def is_answer(self) -> bool:
        """Whether it answers a question that the bot asks by itself."""
        return bool(BUTTONS_UNDER.keys() & {self.what.get("under"), self.what.get("on")})


def story_start(today: datetime | None = None) -> datetime:
    """Return the time when the story starts, so that it ends today."""
    return plan_story(today or datetime.now(UTC))[0].at - SHORTEST_PAUSE


async def play_story(playground: Playground, today: datetime | None = None) -> None:
    """Play the story to its end, when the playground's clock shows the present.

    The chat is on disk only then. Open pages show it grow, and how far it is.
    """
    stage, world = StoryPlayer(playground), playground.chat.world
    plan = plan_story(today or datetime.now(UTC))
    with world.hold_writes():
        for done, doing in enumerate(plan):
            world.show_progress(Progress(done, len(plan)))
            await stage.wait_until(doing.at)
            await stage.play_interaction(doing)
        await stage.wait_until(today or datetime.now(UTC))
    world.show_progress(Progress())


def plan_story(today: datetime) -> list[Interaction]:
    """Return all interactions up to `today`, in order."""
    story = tomllib.loads(FILE.read_text("utf-8"))
    end = week_end(today)
    doings = [doing for week in story["weeks"] for doing in _plan_week(week, end, today)]
    for late in story["lately"]:
        doings += [
            _build_interaction(today - timedelta(hours=late["hours_ago"]), what) for what in late["told"]
        ]
    return sorted(doings, key=lambda doing: doing.at)


def week_end(today: datetime) -> datetime:
    """Return the Friday afternoon that ends the week of `today`."""
    local = today.astimezone(ZoneInfo(ZONE))
    friday = local.date() + timedelta(days=(DAYS.index("fri") - local.weekday()) % 7)
    end = datetime.combine(friday, WEEK_END_TIME, local.tzinfo)
    return end if end > local else end + timedelta(weeks=1)


def _plan_week(week: Mapping[str, Any], end: datetime, today: datetime) -> Sequence[Interaction]:
    begin = end - timedelta(weeks=week["ago"] + 1)
    doings = [_build_interaction(_story_time(begin, what["at"]), what) for what in week["told"]]
    return _fit_before(doings, begin, today)


def _build_interaction(at: datetime, what: Mapping[str, Any]) -> Interaction:
    return Interaction(at.astimezone(UTC), what["who"].split(), what)


def _story_time(begin: datetime, written: str) -> datetime:
    """Return a time such as `tue 10:24`, in the week that begins on that Friday afternoon."""
    day, clock = written.split()
    at = time.fromisoformat(clock)
    days = (DAYS.index(day) - begin.weekday()) % 7
    if days == 0 and at < WEEK_END_TIME:
        days = 7
    return utc_of(begin.date() + timedelta(days=days), at, ZONE)


def _fit_before(doings: Sequence[Interaction], begin: datetime, today: datetime) -> Sequence[Interaction]:
    """Return a week's interactions so that all of them are before `today`.

    Those still to come are moved into the last minutes. Answers cannot come before their question,
    and are left out.
    """
    done = [doing for doing in doings if doing.at <= today]
    ahead = [doing for doing in doings if doing.at > today and not doing.is_answer]
    since = max([begin, *(doing.at for doing in done)])
    breath = min(SHORTEST_PAUSE, (today - since) / (len(ahead) + 1))
    hurried = [replace(doing, at=today - breath * (len(ahead) - place)) for place, doing in enumerate(ahead)]
    return [*done, *hurried]


class StoryPlayer:
    """The chat while the story is played, and the messages by their labels in the story."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.people = playground.people
        self.chat = playground.chat
        self.labels: dict[str, str] = {}

    async def wait_until(self, until: datetime) -> None:
        """Move time forward, so that due posts appear."""
        await advance_clock(self.chat.world, self.people.bot, until)

    async def play_interaction(self, doing: Interaction) -> None:
        """Play one interaction, for each person who takes part."""
        for who in doing.who:
            shown = await self._follow_up(who, await self._do_action(who, doing.what), doing.what)
            if "label" in doing.what:
                self.labels[doing.what["label"]] = shown.message or await self._post_now()
            self._dismiss_whispers()

    def _dismiss_whispers(self) -> None:
        """Dismiss the private answers, as people do."""
        for whisper in tuple(self.chat.world.whispers.values()):
            self.chat.dismiss_whisper(whisper.person, whisper.id)

    async def _do_action(self, who: str, what: Mapping[str, Any]) -> Shown:
        match what:
            case {"says": text} | {"types": text}:
                thread = self._labelled_message(who, what["under"]).id if "under" in what else ""
                return await self.people.type_line(who, what.get("in", HOME), text, thread=thread)
            case {"presses": label, "on": on}:
                card = self._labelled_message(who, on)
                found = [press for text, press in _commands_by_label(card).items() if text.startswith(label)]
                return await self.people.press_button(who, card.id, found[0])
            case {"chooses": label, "on": on}:
                return await self.people.use_shortcut(who, label, self._labelled_message(who, on).id)
            case {"reacts": emoji, "on": on}:
                await self.people.add_reaction(who, self._labelled_message(who, on).id, emoji)
            case {"joins": name, "zone": zone}:
                self.chat.add_person(name, zone)
            case {"invites": channel}:
                await self.people.invite_bot(who, channel)
            case _:
                raise ValueError(f"nobody knows how to do {what}")
        return Shown()

    async def _follow_up(self, who: str, shown: Shown, what: Mapping[str, Any]) -> Shown:
        """Press a button of the answer, and submit the form. Values already in the form stay."""
        if "then" in what:
            shown = await self.people.press_button(who, shown.id, what["then"])
        if "fills" in what:
            assert shown.json is not None
            fields = {field["name"]: field for field in shown.json["fields"]}
            given = dict(line.split(": ", 1) for line in what["fills"])
            there = {name: field["value"] for name, field in fields.items()}
            today = self.playground.current_time().astimezone(ZoneInfo(ZONE)).date()
            filled = {name: _field_value(fields[name], words, today) for name, words in given.items()}
            shown = await self.people.submit_form(who, shown.id, there | filled)
        return shown

    async def _post_now(self) -> str:
        """Send the bot's due posts and return the latest message's id."""
        await self.people.bot.tick()
        return self._latest_message(HOME).id

    def _labelled_message(self, who: str, label: str) -> Message:
        match label:
            case "asked" | "next" | "month" | "look-back" | "said" | "step":
                return self._latest_message(HOME, BUTTONS_UNDER[label])
            case "note":
                return self._latest_message(direct_channel(self.chat.find_person(who)).id)
            case _:
                return self.chat.world.messages[self.labels[label]]

    def _latest_message(self, channel: str, button: str = "") -> Message:
        """Return the bot's latest message in a channel.

        With a button's label, the latest message with that button.
        """
        messages = self.chat.world.messages.values()
        ours = [message for message in messages if message.author == BOT and message.channel == channel]
        return [message for message in ours if not button or button in _commands_by_label(message)][-1]


def _field_value(field: Mapping[str, Any], words: str, today: date) -> str:
    """Return the value for a field.

    For a field with options, these are the named options, or those whose labels contain the words
    of a line. A day may be written from today on, as `in 28 days`.
    """
    if ahead := DAYS_AHEAD.fullmatch(words):
        return (today + timedelta(days=int(ahead[1]))).isoformat()
    options = field["options"]
    if not options or any(words == option["value"] for option in options):
        return words
    found = [next(each["value"] for each in options if line in each["label"]) for line in words.split("\n")]
    return "\n".join(found)


def _commands_by_label(message: Message) -> Mapping[str, str]:
    """Return the encoded commands of a card's buttons, by label."""
    return (
        {each["label"]: each["press"] for each in render.find_card_buttons(message.card)}
        if message.card
        else {}
    )
