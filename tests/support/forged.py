"""A team with something of everything, and values that no form or button of ours would carry."""

from dataclasses import replace

from bot.core.origin import Origin
from bot.runtime.bot import Bot
from storage.models import Posting
from tests.support.people import HOME, Everyone, Person
from tests.support.questions import asks, press, rows, there

SORTS = ("prompt", "retro", "nameless", "grey_area", "aha_first", "park_it", "brings", "cross_pair")
"""Every kind of question that the form of `/aha ask` offers."""

NASTY = (
    "", " ", "0", "1", "2", "3", "4", "5", "6", "7", "8", "11", "-1", "+1", "1.0", "1e3", "01", "²", "٣", "७", "１",
    "Ⅷ", "9" * 9, "9" * 10, "2147483648", "9" * 19, "9" * 50, "9" * 5_000, "1.1", "1.2", "1.3", "1.4", "1.5", "1.6",
    "2.1", "3.1", "4.1", "999.1", "999999999.999999999", "٣.٣", ".", "1.", ".1", "1.1.1", "#1", "None", "null", "true",
    "none", "junk", "eon", "week", "month", "aha", "breakthrough", "experiment", "prompt", "nameless", "retro", "recap",
    "aha_first", "park_it", "habit", "next", "set_off", "stuck", "possible", "off", "on", "rest", "10:00", "25:61",
    "٣:٣٠", "24:00", "0000-00-00", "9999-12-31", "0001-01-01", "2026-02-30", "2026-03-20", "٢٠٢٦-٠٣-٢٠",
    "Mars/Olympus", "../etc/passwd", "/", "Europe", "Lisbon", "Factory", "1\n2", "1\n9\n1", "1 2 3", "2\n2\n2", "💡",
    "a:b%3Ac%", "%", "%zz", "\x00", "\ud800", "\u202e", "{}", "[]", "[" * 20_000, '{"fields":[]}',
    '{"title":1,"fields":null,"command":"log","submit":"","intro":""}',
    '{"title":"x","fields":[{"name":"text"}],"command":"nope","submit":"","intro":""}',
    '{"title":[],"fields":[],"command":"log","submit":{},"intro":7}',
    '{"title":"x","fields":[{"name":7,"label":[],"kind":"line","value":{},"required":2,"hint":0,"options":[]}],'
    '"command":"log","submit":"x","intro":""}',
    "log", "log:hello", "later:1-1", "in-team:1-1:1", "in-team:1-1:2", "put-aside:x", "recap:eon", "x" * 3_001,
    "x" * 40_001, "C1", "C2", "C3", "C9", "1-1", "1-", "own:1", "own:999", "own:99999999999", "own:²", "packs", "m1",
    "U-ana", "U-ben", "U-new",
)  # fmt: skip
"""Numbers of nothing, of others and of other kinds, days and zones that do not exist, junk, and what fits elsewhere."""

NEIGHBOUR = replace(HOME, channel="C2", channel_name="harbour")
CLOSED = replace(HOME, channel="C3", channel_name="vault", private=True)
STRANGERS = replace(HOME, workspace="W2", channel="C4", channel_name="elsewhere", workspace_name="Others")


def elsewhere(who: Person, place: Origin) -> Person:
    """Return the same person in another channel."""
    own = who.origin
    return Person(who.bot, replace(place, person=own.person, person_name=own.person_name, zone=own.zone))


async def settle_in(bot: Bot, people: Everyone) -> None:
    """Fill a team, its neighbour, a private one and one of another workspace with something of everything."""
    ana, ben = people.ana, people.ben
    for place in (HOME, NEIGHBOUR, CLOSED, STRANGERS):
        for who in (ana, ben):
            await elsewhere(who, place).types("An aha of ours")
        await elsewhere(ana, place).types("failed We cached it")
        await elsewhere(ana, place).types("failed We cached it more")
        await elsewhere(ana, place).types("breakthrough We sign it")
        await elsewhere(ana, place).types("quest How fast can it be?")
        await bot.tick()
    await ana.types("An aha to lose")
    await ana.types("delete 6")
    await _add_the_rest(ana, ben)


async def ask_everything(bot: Bot, people: Everyone) -> None:
    """Ask a question of every kind, and let two people answer it."""
    for sort in SORTS:
        await asks(people.ana, sort, f"What of {sort}?")
    await bot.tick()
    await _answer_everything(bot, people.ana, people.ben)


async def _add_the_rest(ana: Person, ben: Person) -> None:
    shown = await ben.types("show 1")
    await (await shown.press("Add my version")).fill(text="As I saw it")
    await shown.press("High-five")
    tried = await ben.types("show 3")
    await (await tried.press("Ask why")).fill(text="It was signed twice")
    road = await (await ana.types("show 5")).press("Link")
    await road.fill(others="3")
    plan = await ana.types("schedule")
    await plan.press("I'd like to host")


async def _answer_everything(bot: Bot, ana: Person, ben: Person) -> None:
    asked = [each for each in rows(bot, Posting) if each.kind in ("prompt", "retro")]
    for posting in asked:
        labels = {"brings": "I'm in", "cross_pair": "I'm in", "park_it": "Park it"}
        label = labels.get(posting.form, "Answer")
        for who in (ana, ben):
            got = await press(who, posting.message or "", label)
            if posting.form == "cross_pair":
                await got.fill(craft=f"the craft of {who.origin.person_name}")
            elif label != "I'm in":
                await got.fill(text="What is on my mind")
    assert there(ana).texts()
