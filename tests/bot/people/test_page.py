"""Tests of a person's page: what waits for them, what comes next, private teams, and one part after another."""

from datetime import timedelta

from bot.core.events import PersonLeft
from bot.core.origin import Access, ChannelAccess
from bot.moments.commands import AddVersion, HighFive
from bot.people.page.commands import Home, OwnPage, PauseDate
from bot.quests.commands import StartAttempt
from bot.recaps.own import ReadRecap
from bot.runtime.bot import Bot
from bot.schedules.pause import PausePosts
from bot.schedules.schedules import Start
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.recorder import Recorder

PAGE = {"channel": "", "channel_name": "", "direct": True}
SECRET = {"channel": "C-p", "channel_name": "secret", "private": True}
OUTSIDE = ChannelAccess(Access.OUTSIDE)
DIRECT = {"channel": "D1", "channel_name": "", "direct": True}


async def opens(person: Person) -> Got:
    """Return the whole page as a platform requests it."""
    return await person.does(Home(), **PAGE)


def part(page: Got, title: str) -> list[str]:
    """Return the lines under a title of the page, without bullets."""
    _before, found, after = page.text.partition(f"\n\n{title}\n")
    assert found, page.text
    return [line.removeprefix("• ") for line in after.split("\n\n")[0].splitlines()]


async def test_the_first_time(people: Everyone) -> None:
    """Two lines say what this is, until the person does something. Nothing empty is on the page."""
    first = await opens(people.ben)
    assert first.text.splitlines() == [
        "Your page",
        "I save your team's aha moments, and what you learn when something doesn't work.",
        "React to a message with 💡, or type /aha log and what you noticed.",
        "",
        "Your settings",
        "You're on Berlin time. Others can save your messages, and I'll let you know when they do. [About me]",
        "I write to you directly only when something needs you. [Pause direct messages]",
        "[Log an aha]",
    ]
    await people.ben.types("We sign tokens now.")
    assert "I save your team's" not in (await opens(people.ben)).text


async def test_a_question_that_waits(people: Everyone, bot: Bot) -> None:
    """It waits until one has answered. Nobody may know that of an anonymous one, and it is never there."""
    await people.ben.types("ask What did we decide without noticing?")
    await bot.tick()
    page = await opens(people.ana)
    assert part(page, "Waiting for you") == ["“What did we decide without noticing?” — Question [Answer]"]
    await (await page.press("Answer")).fill(text="To stay small")
    assert "Waiting for you" not in (await opens(people.ana)).text
    assert "Waiting for you" in (await opens(people.ben)).text
    retro = await people.ben.types("ask")
    await retro.fill(text="What was hard?", sort="nameless")
    await bot.tick()
    assert "What was hard?" not in (await opens(people.ana)).text


async def test_experiments_without_their_lesson(people: Everyone, clock: Clock) -> None:
    """One's own of the last weeks, with the form that takes the lesson. One that went well needs none."""
    await people.ana.types("failed We cached the tokens")
    await people.ben.types("failed Ben's own")
    await people.ana.does(StartAttempt("none", "1", "We sign once"))
    await people.ana.does(StartAttempt("none", "1", "We ask first", "went_well"))
    page = await opens(people.ana)
    assert part(page, "Waiting for you") == [
        "“We sign once” — Experiment #3 · How did it go? [Save the result]",
        "“We cached the tokens” — Experiment #1 · What did it teach you? [Edit]",
    ]
    assert (await page.press("Save the result")).form.title == "Save the result"
    await (await page.press("Edit")).fill(taught="Each one was signed twice")
    assert len(part(await opens(people.ana), "Waiting for you")) == 1
    clock.forward(days=29)
    assert "Waiting for you" not in (await opens(people.ana)).text


async def test_a_sealed_version(people: Everyone, clock: Clock) -> None:
    """It says when it opens, in its author's zone, until a second one is there."""
    await people.ben.types("A deploy is quick")
    await people.ana.does(AddVersion("1.1", "I saw it too"))
    page = await opens(people.ana)
    [line] = part(page, "Waiting for you")
    opens_at = (clock() + timedelta(hours=48)).strftime("%-d %B %Y, %H:%M")
    assert line == f"Your version of Aha #1 opens {opens_at}. [Show]"
    await people.mei.does(AddVersion("1.1", "And I"))
    assert "Waiting for you" not in (await opens(people.ana)).text


async def test_pausing_beside_a_date(people: Everyone, bot: Bot, clock: Clock) -> None:
    """One schedule rests for a week, for all in the channel. *Resume* is in the button's place then."""
    await people.ana.types("something")
    await people.ana.does(Start("1"))
    page = await opens(people.ben)
    assert "Coming up" in (await people.ben.types("me")).text
    page = await opens(people.ben)
    before = part(page, "Coming up")
    assert [line.split(" · ")[0] for line in before] == ["Question", "Retro", "Recap"]
    assert all(line.endswith("[Pause a week]") for line in before)
    paused = await page.press("Pause a week")
    assert getattr(paused.answer, "replaces", False)
    [line] = [line for line in part(paused, "Coming up") if line.startswith("Question")]
    assert line.endswith(" · 24 March 2026, 11:00 · paused until 23 March [Resume]")
    again = await paused.press("Resume")
    assert part(again, "Coming up") == before
    off = await people.ana.types("schedule")
    assert "paused" not in off.text
    gone = await people.ben.does(PauseDate("nothing", "1"), **PAGE)
    assert gone.text.startswith("That's turned off by now, so there's nothing to pause.")


async def test_a_private_team_is_for_those_who_are_in_it(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """On the page and in direct messages alike, and every button works there. Others see nothing of it."""
    await people.ana.types("A secret aha", **SECRET)
    await people.ben.types("list", **SECRET)
    recorder.access["C-p", "U-mei"] = OUTSIDE
    page = await opens(people.ana)
    assert part(page, "Moments you were part of") == ["“A secret aha” — Aha #1 [Show]"]
    assert part(page, "Coming up") == ["Recap · #secret · 20 March 2026, 16:00 [Pause a week]"]
    assert "A secret aha" in (await page.press("Show")).text
    assert "Main channel: #secret" in (await page.press("Team setup")).text
    assert "[Resume]" in (await page.press("Pause a week")).text
    assert "#secret" in (await opens(people.ben)).text
    assert "secret" not in (await opens(people.mei)).text
    assert "A secret aha" in (await people.ben.types("find", **DIRECT)).text
    assert "I don't know your team yet." in (await people.mei.types("find", **DIRECT)).text


async def test_somebody_new_in_the_channel(people: Everyone, recorder: Recorder) -> None:
    """Who has done nothing yet has the teams that the platform knows them in, and no others."""
    await people.ana.types("A secret aha", **SECRET)
    await people.ana.types("An open one")
    recorder.access["C1", "U-noor"] = OUTSIDE
    page = await opens(people.noor)
    assert part(page, "Coming up") == ["Recap · #secret · 20 March 2026, 20:00 [Pause a week]"]
    assert "I save your team's" in page.text
    assert "A secret aha" in (await people.noor.types("find", **DIRECT)).text
    recorder.access["C-p", "U-mei"] = recorder.access["C1", "U-mei"] = None
    assert "Coming up" not in (await opens(people.mei)).text


async def test_several_teams_are_named_when_asked(people: Everyone) -> None:
    """Private ones too. What is typed is shown nowhere before the answer."""
    await people.ana.types("A secret aha", **SECRET)
    await people.ana.types("An open one")
    form = (await people.ana.types("log", **DIRECT)).form
    assert [option.label for option in form.fields[0].options] == ["#lantern", "#secret"]
    asked = await people.ana.types("We sign once now, and nobody waits.", **DIRECT)
    assert "[#lantern] [#secret] [Save just for me]" in asked.text
    saved = await asked.press("#secret")
    assert "Saved as #2" in saved.text
    assert "nobody waits" not in (await people.ben.types("find")).text


async def test_who_left_yesterday(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nothing of the channel is shown any more, not even one's own words, and old buttons are refused."""
    await people.ana.types("A secret aha", **SECRET)
    await people.ana.types("An open one")
    await people.ana.types("failed Nothing learned", **SECRET)
    page = await opens(people.ana)
    show, pause = page.button("Show"), PauseDate("recap", "1")
    recorder.access["C-p", "U-ana"] = OUTSIDE
    await people.ana.does(PersonLeft(), **SECRET)
    after = await opens(people.ana)
    assert "secret" not in after.text.lower()
    assert "Nothing learned" not in after.text
    assert "An open one" in after.text
    for old in (pause, ReadRecap("1", "1"), HighFive("1.1")):
        refused = await people.ana.does(old, **PAGE)
        assert refused.text.startswith("That belongs to a channel you're not in")
    assert "1." in show.moment
    assert "secret" not in (await people.ana.types("me", **DIRECT)).text


async def test_in_a_channel_nothing_of_another_private_one(people: Everyone) -> None:
    """It is on the page in direct messages. Buttons that would take something out of a private one are left out."""
    await people.ana.types("A secret aha", **SECRET)
    await people.ana.types("An open one")
    said = await people.ana.types("me")
    assert "“An open one” — Aha #1 [Show]" in said.text
    assert "secret" not in said.text
    assert "Your teams in private channels are on this page in our direct messages." in said.text
    there = await people.ana.types("me", **SECRET)
    assert "Recap · #lantern · 20 March 2026, 16:00\n" in there.text
    assert "What has no button here, you can open in its own channel." in there.text
    assert "Recap · #secret · 20 March 2026, 16:00 [Pause a week]" in there.text
    assert "“An open one” — Aha #1 · #lantern [Show]" in there.text


async def test_a_guest_has_their_own_channel(people: Everyone, recorder: Recorder) -> None:
    """Without buttons, because a guest speaks of a team only in its channel."""
    await people.mei.types("Said elsewhere", channel="C2", channel_name="garden")
    await people.ana.types("An open one")
    guest = {**PAGE, "guest": True}
    recorder.access["C2", "U-ben"], recorder.access["C1", "U-ben"] = ChannelAccess(Access.GUEST), OUTSIDE
    page = await people.ben.does(Home(), **guest)
    assert "Recap · #garden · 20 March 2026, 09:00\n" in page.text
    assert "lantern" not in page.text
    for label in ("[Pause a week]", "[Log an aha]", "[Team setup]"):
        assert label not in page.text
    assert "[About me]" in page.text
    here = await people.ben.types("me", channel="C2", channel_name="garden", guest=True)
    assert "Recap · #garden · 20 March 2026, 09:00 [Pause a week]" in here.text


async def test_the_week_s_recap_in_private(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The posted one, with a link and a button that reads it, for a week."""
    await people.ana.types("We sign tokens once now")
    clock.forward(days=5)
    await bot.tick()
    page = await opens(people.ana)
    [line] = part(page, "The week's recap")
    assert line.startswith("#lantern · 21 March 2026 · Open it there (https://")
    read = await page.press("Read it here")
    assert read.text.startswith("The week to 20 March")
    assert "We sign tokens once now" in read.text
    assert (
        "That recap isn't from this channel." in (await people.ana.does(ReadRecap("999", "1"), **PAGE)).text
    )
    clock.forward(days=9)
    assert "The week's recap" not in (await opens(people.ana)).text


async def test_part_after_part(people: Everyone, clock: Clock) -> None:
    """`/aha me` shows one part at a time. *More* and *Back* replace it, and no heading stands alone."""
    for number in range(4):
        where = {"channel": f"C-{number}", "channel_name": f"room-{number}"}
        await people.ana.types(f"Thought {number}", **where)
        await people.ana.types(f"failed Try {number}", **where)
        await people.ana.types(f"quest What is {number}?", **where)
    whole = (await opens(people.ana)).text
    pages = [await people.ana.types("me")]
    assert "[Back]" not in pages[0].text
    while "[More]" in pages[-1].text:
        pages.append(await pages[-1].press("More"))
        assert getattr(pages[-1].answer, "replaces", False)
        assert "[Back]" in pages[-1].text
    assert all(page.text.count("[About me]") == 1 for page in pages)
    assert 1 < len(pages) < 5
    lines = [line for page in pages for line in page.text.splitlines()[:-1] if line]
    assert lines == [line for line in whole.splitlines()[:-1] if line]
    for page in pages:
        assert page.text.splitlines()[-2] not in ("Coming up", "Quests you started", "Your settings")
    back = await pages[1].press("Back")
    assert back.text == pages[0].text
    assert (await people.ana.does(OwnPage("99"))).text == pages[-1].text


async def test_the_settings_are_a_button(people: Everyone) -> None:
    """Their form has its title."""
    page = await people.ana.types("me", **DIRECT)
    assert (await page.press("About me")).form.title == "About me"
    assert (await people.ana.types("my settings")).text.startswith("Did you mean /aha me?")


async def test_in_german(people: Everyone) -> None:
    """Every sentence of it is."""
    german = {**PAGE, "locale": "de-DE"}
    first = (await people.ben.does(Home(), **german)).text
    assert first.startswith("Deine Seite\nIch speichere")
    await people.ben.types("failed Wir haben es versucht", locale="de-DE")
    page = (await people.ben.does(Home(), **german)).text
    assert "Wartet auf dich\n• “Wir haben es versucht” — Experiment #1 · Was hast du daraus gelernt?" in page
    assert "[Eine Woche Pause]" in page


async def test_drafts(people: Everyone, bot: Bot) -> None:
    """A message whose words the bot can't read waits for its author's."""
    await people.ana.types("so that there is a team")
    await people.ben.reacts("m-unread", people.mei)
    await bot.tick()
    page = await opens(people.mei)
    assert part(page, "Waiting for you") == ["Aha #2 waits for your words. [Add the text]"]
    await (await page.press("Add the text")).fill(text="It was the cache")
    assert "Waiting for you" not in (await opens(people.mei)).text


async def test_who_opted_out_and_a_team_that_paused(people: Everyone) -> None:
    """The page says so, and each date of a paused team offers to resume."""
    await people.ana.types("something")
    await people.ana.does(Start("1"))
    await people.ana.does(PausePosts("1"))
    await (await people.ben.opens_settings()).fill(keep="never")
    page = await opens(people.ben)
    assert "Nobody else can save your messages." in page.text
    dates = part(page, "Coming up")
    assert len(dates) == 3
    assert all(line.endswith(" · paused until 23 March [Resume]") for line in dates)


async def test_more_teams_than_have_a_button(people: Everyone) -> None:
    """Up to three have one each for their setup. Then it asks which."""
    for number in range(3):
        await people.ana.types("something", channel=f"C-{number}", channel_name=f"room-{number}")
    assert "[Setup of #room-0] [Setup of #room-1] [Setup of #room-2]" in (await opens(people.ana)).text
    await people.ana.types("something", channel="C-3", channel_name="room-3")
    asked = await (await opens(people.ana)).press("Team setup")
    assert len(asked.form.fields[0].options) == 4
    assert "Main channel: #room-2" in (await asked.fill(team="3")).text
