"""Tests of a breakthrough's links: the form, suggestions, people's choices, and the cards."""

from typing import Any

from bot.core.messages import FieldKind, Form
from bot.core.plain_text import render_plain_card
from bot.moments.card import build_moment_card
from bot.moments.commands import Delete, Edit, Failed, IWasThere, Restore
from bot.quests.commands import Link, RemoveQuest, SeeLinks, Unlink
from bot.quests.value_kinds import BUILT_IN
from bot.runtime.bot import Bot
from storage.engine.database import Database
from storage.models import Kind, Quest, Sequel, SequelKind
from storage.models import Link as LinkRow
from tests.support.databases import Clock
from tests.support.history import NOW, Life, ago, live
from tests.support.people import Everyone, Person
from tests.support.recorder import Recorder


async def tried(person: Person, text: str, **place: str) -> None:
    """Log a failed experiment."""
    await person.does(Failed(text, **place))


def field(form: Form, name: str) -> str:
    """Return the value of a form's field."""
    return next(each.value for each in form.fields if each.name == name)


def offered(form: Form, name: str) -> list[str]:
    """Return the option labels of a form's field."""
    return [option.label for each in form.fields if each.name == name for option in each.options]


def card_of(recorder: Recorder, name: str) -> str:
    """Return the channel's card that begins with this name."""
    return next(each.text for each in recorder.standing.values() if each.text.startswith(name))


async def road(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Create a quest, three experiments by two people over ten days, and the breakthrough #4 that ends the quest."""
    await people.ana.types("quest How do people get their data in?")
    await tried(people.ben, "We put a wizard in front of it", quest="1")
    clock.forward(days=4)
    await tried(people.ben, "We made the wizard shorter", previous="1")
    clock.forward(days=6)
    await tried(people.mei, "Caching the login tokens")
    form = await people.ana.types("breakthrough")
    await form.fill(text="Show them a template, not a wizard", quest="1")
    await bot.tick()


async def test_the_whole_form_of_a_breakthrough(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The card has its text, what was planned, how it came, what it repaid and powers, and its value."""
    await people.ana.types("quest How do people get their data in?")
    form = await people.ana.types("breakthrough")
    names = [each.name for each in form.form.fields]
    parts = ["planned", "came_as", "repaid", "powers", "there"]
    assert names == ["text", *parts, "value", "another_value", "quest"]
    kept = await form.fill(
        text="A template", planned="A wizard", came_as="Their own spreadsheet", repaid="Two months of wizards",
        powers="Imports on the first day", value="trust\ndoor opened", another_value="calm", quest="1",
    )  # fmt: skip
    assert kept.text.startswith(
        "Saved as #1 in #lantern. That's what you were looking for: “How do people get their data in?”"
    )
    await bot.tick()
    card = card_of(recorder, "Breakthrough #1")
    for said in (
        "We planned\n“A wizard”", "What it turned out to be\n“Their own spreadsheet”",
        "What it gave back\n“Two months of wizards”",
        "What we can do now\n“Imports on the first day”", "Value: trust, door opened, calm",
    ):  # fmt: skip
        assert said in card
    assert "[How we got here]" in card


async def test_a_team_s_own_kind_of_value_stays(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It can be chosen again, in this team only. The same word twice is one kind."""
    await (await people.ana.types("breakthrough")).fill(text="A template", another_value=" Calm  nights ")
    again = await people.ben.types("breakthrough")
    assert "Calm nights" in offered(again.form, "value")
    await again.fill(text="Another", value="Calm nights\nno such kind", another_value="calm nights")
    elsewhere = await people.ben.types("breakthrough", channel="C9", channel_name="harbour")
    assert "Calm nights" not in offered(elsewhere.form, "value")
    await bot.tick()
    assert "Value: Calm nights\n" in card_of(recorder, "Breakthrough #2")


async def test_the_rest_comes_after_what_was_typed(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`breakthrough text` saves at once. Its form has the same fields, and an emptied field is deleted."""
    await people.ana.types("quest How do people get their data in?")
    kept = await people.ana.types("breakthrough A template")
    form = await kept.press("Add details")
    said = await form.fill(value="money\ntrust", quest="1", powers="Imports")
    assert said.text.startswith("#1 updated. That's what you were looking for: “How do")
    again = await people.ana.does(Edit("1.1"))
    assert "quest" not in [each.name for each in again.form.fields]
    assert field(again.form, "value") == "money\ntrust"
    await again.fill(value="")
    await bot.tick()
    card = card_of(recorder, "Breakthrough #1")
    assert "Value:" not in card
    assert "What we can do now" in card


async def test_the_road_is_suggested_and_chosen(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Attempts of its quest are preselected, then come shared words. The card has measures and people."""
    await road(people, bot, clock)
    assert "How we got here\n" not in card_of(recorder, "Breakthrough #4")
    form = await people.mei.does(SeeLinks("1.4"))
    assert offered(form.form, "chosen") == [
        "#1 · v1 · We put a wizard in front of it",
        "#2 · v2 · We made the wizard shorter",
        "#3 · Caching the login tokens",
    ]
    assert field(form.form, "chosen") == "1\n2"
    said = await form.fill(chosen="1\n2")
    assert said.text.startswith("How you got to #4: 2 attempts · 10 days · 2 people.")
    await bot.tick()
    assert "How we got here\n2 attempts · 10 days · 2 people\nWith Ana, Ben\n" in card_of(
        recorder, "Breakthrough #4"
    )
    assert "Led to: Breakthrough #4" in card_of(recorder, "Experiment #1")
    assert "Led to" not in card_of(recorder, "Experiment #3")


async def test_an_earlier_attempt_at_a_linked_idea_is_chosen_already(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Linking the second attempt preselects the first."""
    await road(people, bot, clock)
    await people.ana.does(Link("1.4", "1", "2"))
    form = (await people.ana.does(Link("1.4"))).form
    assert field(form, "chosen") == "1"
    assert offered(form, "chosen")[0].startswith("#1 · v1")


async def test_the_people_are_credited_by_themselves(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Authors of linked moments and of their whys, and people who were there, are named on the card."""
    await road(people, bot, clock)
    await people.ana.does(Link("1.4", "1", "1\n2"))
    await people.mei.does(IWasThere("1.1"))
    await (await people.noor.types("why 2")).fill(text="We never asked them")
    await bot.tick()
    card = card_of(recorder, "Breakthrough #4")
    assert "2 attempts · 10 days · 4 people\nWith Ana, Ben, Mei, Noor\n" in card


async def test_the_road_stop_by_stop(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Private pages list each linked moment with its lesson. Each can be unlinked and linked again."""
    await road(people, bot, clock)
    for number in range(5, 12):
        await people.noor.does(Failed(f"Attempt {number}", taught=f"lesson {number}"))
    await people.ana.does(Link("1.4", "1", "1\n2", "#5, 6 and 7, 8 9 10 11"))
    page = await people.ben.does(SeeLinks("1.4"))
    assert "“We made the wizard shorter” — Experiment #2 · v2 · Ben [Remove]" in page.text
    assert "→ lesson 5" in page.text
    assert "Page 1 of 2 · 9 attempts · 10 days · 3 people" in page.text
    assert "Attempt 11" in (await page.press("Read more")).text
    off = await page.press("Remove")
    assert off.text.startswith("#1 is no longer linked to #4.")
    assert "8 attempts" in (await people.ben.does(SeeLinks("1.4"))).text
    assert "no longer linked" in (await people.ben.does(Unlink("1.4", "1"))).text
    await off.press("Undo")
    assert "9 attempts" in (await people.ben.does(SeeLinks("1.4"))).text


async def test_from_the_other_end(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """On the card of an experiment or aha, *Link* asks which breakthroughs it led to."""
    await road(people, bot, clock)
    await people.noor.types("Their spreadsheet was there all along")
    form = await people.noor.does(Link("1.5"))
    assert offered(form.form, "chosen") == ["#4 · Show them a template, not a wizard"]
    assert (await form.fill(chosen="4")).text == "Linked: #5 led to #4. The card is in #lantern.\n[Undo]"
    await bot.tick()
    assert "How we got here\n10 days · 2 people\nWith Ana, Noor" in card_of(recorder, "Breakthrough #4")
    assert "Led to: Breakthrough #4" in card_of(recorder, "Aha #5")
    again = await people.noor.does(Link("1.5"))
    assert [each.name for each in again.form.fields] == ["others"]
    assert "Links lead to breakthroughs" in (await again.fill(others="1")).form.errors["others"]


async def test_what_leads_to_itself_is_refused(people: Everyone) -> None:
    """Loops of one, two or more moments are refused, and nothing typed is lost."""
    for text in ("one", "two", "three"):
        await people.ana.types(f"breakthrough {text}")
    itself = await people.ana.does(Link("1.1", "1", others="1 2"))
    assert itself.form.errors == {"others": "#1 can't lead to itself."}
    assert field(itself.form, "others") == "1 2"
    assert "How you got to #2" in (await people.ana.does(Link("1.2", "1", others="1"))).text
    assert "How you got to #3" in (await people.ana.does(Link("1.3", "1", others="2"))).text
    said = "#{0} led to #{1}, so #{1} can't have led to #{0}."
    for here, other in ((1, 2), (1, 3), (2, 3)):
        loop = await people.ana.does(Link(f"1.{here}", "1", others=str(other)))
        assert loop.form.errors == {"others": said.format(here, other)}


async def test_two_people_who_close_a_loop_together(people: Everyone) -> None:
    """Both have the form open. The second one is told."""
    for text in ("one", "two"):
        await people.ana.types(f"breakthrough {text}")
    anas, bens = await people.ana.does(Link("1.1")), await people.ben.does(Link("1.2"))
    assert "How you got to #1" in (await anas.fill(others="2")).text
    assert (await bens.fill(others="1")).form.errors


async def test_what_cannot_be_linked(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Either all of them are linked or none, and one sentence says why not."""
    await road(people, bot, clock)
    await people.mei.does(Delete("1.3"))
    for others, said in (
        ("", "Choose one, or type a number like #12."),
        ("1 99", "There is no #99 here; the latest is #4."),
        ("1 3", "#3 was deleted."),
    ):
        form = await people.ana.does(Link("1.4", "1", others=others))
        assert form.form.errors == {"others": said}
    assert "Links lead to breakthroughs" in (await people.ana.does(SeeLinks("1.1"))).text
    assert isinstance((await people.ana.does(SeeLinks("1.4"))).answer, Form)


async def test_a_removed_attempt_leaves_the_road_honest(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The card says that it is missing, even after its text is erased. Restored, it counts again."""
    await road(people, bot, clock)
    await people.ana.does(Link("1.4", "1", "1\n2\n3"))
    await people.mei.does(Delete("1.3"))
    await bot.tick()
    card = card_of(recorder, "Breakthrough #4")
    assert "2 attempts · 10 days · 2 people\nWith Ana, Ben\nOne attempt was deleted." in card
    assert "Caching" not in (await people.ana.does(SeeLinks("1.4"))).text
    await people.mei.does(Restore("1.3"))
    await bot.tick()
    assert "3 attempts · 10 days · 3 people" in card_of(recorder, "Breakthrough #4")
    await people.ben.does(Delete("1.1"))
    await people.mei.does(Delete("1.3"))
    clock.forward(days=3)
    await bot.tick()
    card = card_of(recorder, "Breakthrough #4")
    assert "1 attempt · 10 days · 2 people" in card
    assert "2 attempts were deleted." in card
    page = await people.ana.does(SeeLinks("1.4"))
    assert "Experiment #1 was deleted." in page.text


async def test_a_removed_breakthrough_stands_on_no_card(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The linked experiments no longer mention it."""
    await road(people, bot, clock)
    await people.ana.does(Link("1.4", "1", "1"))
    await people.ana.does(Delete("1.4"))
    await bot.tick()
    assert "Led to" not in card_of(recorder, "Experiment #1")


async def test_a_breakthrough_that_was_an_aha_has_no_road(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Its first word was part of the text, so its links disappear."""
    await tried(people.ben, "A wizard")
    kept = await people.ana.types("breakthrough or not, we ship on Friday")
    await people.ana.does(Link("1.2", "1", "1"))
    await kept.press("It was an aha")
    await bot.tick()
    assert "Led to" not in card_of(recorder, "Experiment #1")
    assert "How we got" not in card_of(recorder, "Aha #2")


async def test_who_and_when_stand_with_the_words_and_not_with_the_road(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The text and its author come first, then the links and their authors."""
    await road(people, bot, clock)
    await people.ana.does(Link("1.4", "1", "1\n2\n3"))
    await bot.tick()
    card = card_of(recorder, "Breakthrough #4")
    assert card.index("Ana · ") < card.index("How we got here") < card.index("With Ana")


async def test_a_road_whose_only_stop_is_gone_is_no_heading(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Without linked moments there is no heading."""
    await people.ana.types("an aha on the way")
    await people.ana.types("breakthrough big")
    await people.ana.does(Link("1.2", "1", "1"))
    await people.ana.does(Delete("1.1"))
    await bot.tick()
    assert "How we got here\n" not in card_of(recorder, "Breakthrough #2")


async def test_the_reply_leads_to_the_road(people: Everyone) -> None:
    """The reply to a breakthrough offers linking once the team has an experiment."""
    assert "[How we got here]" not in (await people.ana.types("breakthrough one")).text
    await tried(people.ben, "A wizard")
    form = await (await people.ana.types("breakthrough two")).press("How we got here")
    assert form.form.title == "How we got here"
    assert [each.kind for each in form.form.fields] == [FieldKind.CHOICES, FieldKind.LINE]


async def test_more_experiments_than_a_form_shows(people: Everyone) -> None:
    """At most 24 are offered, the likeliest first. If none is likely, a few of the newest are."""
    await tried(people.ben, "The spreadsheet was too long")
    for number in range(30):
        await tried(people.ben, f"Something else {number}")
    await people.ana.types("breakthrough Their own spreadsheet")
    form = (await people.ana.does(Link("1.32"))).form
    shown = offered(form, "chosen")
    assert shown[0] == "#1 · The spreadsheet was too long"
    assert len(shown) == 8
    assert field(form, "chosen") == ""
    await people.ana.types("quest Which?")
    for number in range(30):
        await tried(people.ben, f"Part {number}", quest="1")
    await (await people.ana.types("breakthrough")).fill(text="Found", quest="1")
    form = (await people.ana.does(Link("1.63"))).form
    assert len(offered(form, "chosen")) == 24


async def test_the_fullest_card_fits_one_message(database: Database) -> None:
    """With every part at full length it stays below Discord's 4,000 characters."""

    def full(life: Life) -> str:
        crowd = [life.person(f"{number:02} {'name ' * 6}"[:32]) for number in range(20)]
        parts = dict.fromkeys(("planned", "came_as", "repaid", "powers"), "word " * 100)
        parts["value"] = "\n".join([*BUILT_IN, "x" * 40])
        here = life.moment("word " * 600, crowd[0], NOW, Kind.BREAKTHROUGH, parts=parts, stuck="habit")
        for person in crowd:
            stop = life.experiment("tried", person, ago(days=40))
            life.add(LinkRow(from_id=stop.id, to_id=here.id, made_by_id=person.id, created_at=NOW))
        looked_for: Any = {"text": "word " * 60, "created_at": ago(days=50), "closed_at": NOW, "event": "q"}
        life.add(Quest(team_id=here.team_id, author_id=crowd[0].id, found_id=here.id, **looked_for))
        gone = life.moment("gone", crowd[0], ago(days=3), Kind.EXPERIMENT, deleted_at=NOW)
        life.add(LinkRow(from_id=gone.id, to_id=here.id, made_by_id=crowd[0].id, created_at=NOW))
        for person in crowd[1:]:
            life.version(here, "word " * 100, person, ago(days=1))
            for kind in SequelKind:
                row: Any = {"text": "word " * 40, "event": f"{person.id}{kind}", "created_at": NOW}
                life.add(Sequel(moment_id=here.id, author_id=person.id, kind=kind, **row))
        life.there(here, *crowd)
        return render_plain_card(build_moment_card(life.session, here, NOW, {}))

    text = await live(database, full)
    assert "20 attempts · 50 days · 20 people" in text
    assert "Answers the quest: word" in text
    assert "One attempt was deleted." in text
    assert len(text) < 4_000


async def test_more_numbers_than_one_form_links(people: Everyone) -> None:
    """The form comes back complete with one error, and nothing is linked."""
    await people.ana.types("breakthrough Found")
    many = " ".join(str(number) for number in range(2, 53))
    got = await people.ana.does(Link("1.1", "1", others=many))
    assert got.form.errors == {"others": "Up to 50 at once, please. You've chosen 51."}
    assert field(got.form, "others") == many


async def test_a_kind_of_value_in_many_words_is_asked_about(people: Everyone) -> None:
    """The form comes back complete with one error, when new and when edited."""
    long = "the quiet joy of a team that sleeps at night"
    form = await people.ana.types("breakthrough")
    again = await form.fill(text="A template", planned="A wizard", value="trust", another_value=long)
    said = f"“{long}” has 44 characters. A word or two is enough, up to 40 characters."
    assert again.form.errors == {"another_value": said}
    for name, value in (
        ("text", "A template"),
        ("planned", "A wizard"),
        ("value", "trust"),
        ("another_value", long),
    ):
        assert field(again.form, name) == value
    assert (await again.fill(another_value="joy")).text.startswith("Saved as #1")
    edit = await people.ana.types("edit 1")
    wrong = await edit.fill(text="A template of theirs", another_value="a, b, c, d")
    assert wrong.form.errors == {"another_value": "Up to 3 new kinds at once, please. You've typed 4."}
    assert field(wrong.form, "text") == "A template of theirs"
    await wrong.fill(another_value="")
    assert "“A template of theirs”" in (await people.ben.types("show 1")).text


async def test_kinds_of_value_between_commas_are_several(people: Everyone) -> None:
    """Joy and pride are two kinds, and each can be chosen alone later."""
    await (await people.ana.types("breakthrough")).fill(text="A template", another_value="joy, pride,Joy,")
    assert "Value: joy, pride\n" in (await people.ben.types("show 1")).text
    options = offered((await people.ben.types("breakthrough")).form, "value")
    assert [option for option in options if option.casefold() in ("joy", "pride")] == ["joy", "pride"]


async def test_the_card_names_the_quest_it_found(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """One small line names it, as long as the quest is not removed."""
    await people.ana.types("quest How do people\nget their data in? " + "And why " * 30)
    kept = await people.ana.types("breakthrough A template")
    await bot.tick()
    said = await (await kept.press("Add details")).fill(quest="1")
    assert "“How do people get their data in? And why" in said.text
    assert said.text.endswith("” The card is in #lantern.\n[Edit]")
    await bot.tick()
    card = card_of(recorder, "Breakthrough #1")
    line = next(each for each in card.splitlines() if each.startswith("Answers the quest: "))
    assert line.startswith("Answers the quest: How do people get their data in? And why")
    assert len(line) < 140
    await people.ana.does(RemoveQuest("1", "1", "1"))
    await bot.tick()
    assert "Answers the quest" not in card_of(recorder, "Breakthrough #1")
