"""Where words end up: what was typed in a direct message is shown to others only after a yes, and can be undone."""

from typing import Any

import pytest

from bot.core.messages import Form, Reply
from bot.moments.save_message import Save
from bot.runtime.bot import Bot
from storage.models import Moment, Pending, Person, Posting, Team
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import rows
from tests.support.recorder import Recorder

SECRET = "I am leaving in May"
BETWEEN = {"channel": "D-ana-ben", "without_bot": True}
"""A direct message between Ana and Ben, of which the bot is no part."""
TYPED = ["", "log ", "breakthrough ", "failed ", "ask ", "quest "]
"""The beginnings of typed lines whose text others see."""


def direct(name: str) -> dict[str, Any]:
    """Return the origin fields of a direct message with the bot."""
    return {"channel": f"D-{name}", "direct": True}


async def begun(people: Everyone, bot: Bot, *others: str) -> None:
    """Make a team in C1, and one in each of these other channels, with Ana in all of them."""
    await people.ana.types("We begin with the docks")
    for name in others:
        await people.ana.types("We begin with the docks", channel=f"C-{name}", channel_name=name)
    await bot.tick()


def seen_by_others(recorder: Recorder, words: str = SECRET) -> list[str]:
    """Return everything posted outside direct messages that has these words."""
    public = (each for each in recorder.standing.values() if not each.place.person)
    return [each.text for each in public if words in each.text]


# A conversation of which the bot is no part


@pytest.mark.parametrize(
    "line", [*(f"{word}{SECRET}" for word in TYPED), "show must go on", "find it", "list"]
)
async def test_between_two_people(people: Everyone, bot: Bot, recorder: Recorder, line: str) -> None:
    """Nothing said there is saved or shown: one sentence, and the words again."""
    await begun(people, bot)
    before = {table: len(rows(bot, table)) for table in (Moment, Pending, Posting, Team, Person)}
    said = await people.ana.types(line, **BETWEEN)
    assert "don't save or show anything from this" in said.text
    if " " in line:
        assert line.partition(" ")[2] in said.text
    await bot.tick()
    assert {table: len(rows(bot, table)) for table in before} == before


async def test_between_two_people_no_team_is_made(people: Everyone, bot: Bot) -> None:
    """Neither is a person known by it."""
    await people.noor.types(SECRET, **BETWEEN)
    await people.noor.does(Save("aha", "m1", SECRET, "U-ben", "Ben"), **BETWEEN)
    assert rows(bot, Team) == []
    assert rows(bot, Person) == []


@pytest.mark.parametrize("line", ["", "me", "recap", "setup"])
async def test_between_two_people_nothing_is_opened(people: Everyone, bot: Bot, line: str) -> None:
    """What would lead to more is refused at once, and help is not."""
    await begun(people, bot)
    assert "don't save or show anything from this" in (await people.ana.types(line, **BETWEEN)).text
    assert "What I can do" in (await people.ana.types("help", **BETWEEN)).text


# The bot's own direct message


@pytest.mark.parametrize("word", TYPED)
async def test_a_direct_message_is_asked_about(
    people: Everyone, bot: Bot, recorder: Recorder, word: str
) -> None:
    """Its words are posted after one press, once, and the answer names the place."""
    await begun(people, bot)
    asked = await people.ana.types(word + SECRET, **direct("ana"))
    assert "Post it in #lantern?" in asked.text
    assert SECRET in asked.text
    await bot.tick()
    assert seen_by_others(recorder) == []
    posted = await asked.press("Post it")
    assert isinstance(posted.answer, Reply)
    assert posted.answer.replaces
    assert "#lantern" in posted.text
    assert "[Undo]" in posted.text
    await bot.tick()
    assert len(seen_by_others(recorder)) == 1
    await asked.press("Post it")
    await bot.tick()
    assert len(seen_by_others(recorder)) == 1


@pytest.mark.parametrize("word", TYPED)
async def test_a_direct_message_that_is_not_kept(
    people: Everyone, bot: Bot, recorder: Recorder, word: str
) -> None:
    """The waiting words are erased, and it says so."""
    await begun(people, bot)
    asked = await people.ana.types(word + SECRET, **direct("ana"))
    said = await asked.press("Don't save it")
    assert isinstance(said.answer, Reply)
    assert said.answer.replaces
    assert "nobody else" in said.text
    assert rows(bot, Pending) == []
    assert "has expired" in (await asked.press("Post it")).text
    await bot.tick()
    assert seen_by_others(recorder) == []


async def test_what_is_posted_is_not_erased_by_the_other_button(people: Everyone, bot: Bot) -> None:
    """After the yes, the other button says that it is posted."""
    await begun(people, bot)
    asked = await people.ana.types(SECRET, **direct("ana"))
    await asked.press("Post it")
    assert "already posted" in (await asked.press("Don't save it")).text


async def test_nobody_else_may_answer_for_me(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The words wait for the person who typed them."""
    await begun(people, bot)
    asked = await people.ana.types(SECRET, **direct("ana"))
    await people.ben.types("We met the others")
    for label in ("Post it", "Don't save it"):
        await people.ben.does(asked.button(label), **direct("ben"))
    assert len(rows(bot, Pending)) == 1
    await bot.tick()
    assert seen_by_others(recorder) == []


async def test_of_several_teams_one_is_chosen(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """There is a button for each; with many a form lists them, and has a way out."""
    await begun(people, bot, "harbour")
    asked = await people.ana.types(SECRET, **direct("ana"))
    assert "[#lantern]" in asked.text
    posted = await asked.press("#harbour")
    assert "#harbour" in posted.text
    await bot.tick()
    assert [each for each in recorder.texts("C-harbour") if SECRET in each]
    assert not [each for each in recorder.texts("C1") if SECRET in each]


async def test_of_many_teams_one_is_chosen_in_a_form(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Choosing is the yes. Nowhere is a choice too, and erases the words."""
    await begun(people, bot, "a", "b", "c", "d")
    form = await people.ana.types(SECRET, **direct("ana"))
    assert SECRET in form.form.intro
    nowhere = next(
        each.value for each in form.form.fields[0].options if "Don't post or save it" in each.label
    )
    assert "nobody else" in (await form.fill(team=nowhere)).text
    assert rows(bot, Pending) == []
    form = await people.ana.types(SECRET, **direct("ana"))
    team = next(each.value for each in form.form.fields[0].options if each.label == "#c")
    assert "Saved as #2 in #c." in (await form.fill(team=team)).text
    await bot.tick()
    assert seen_by_others(recorder) == [each for each in recorder.texts("C-c") if SECRET in each]


async def test_without_a_team_it_is_as_before(people: Everyone, bot: Bot) -> None:
    """The person is told what to do, with their words."""
    said = await people.ana.types(SECRET, **direct("ana"))
    assert "I don't know your team yet" in said.text
    assert SECRET in said.text


@pytest.mark.parametrize("line", [f"find {SECRET}", f"show {SECRET}", f"ask {SECRET} " + "long " * 130])
async def test_a_line_kept_as_an_aha_is_asked_about(
    people: Everyone, bot: Bot, recorder: Recorder, line: str
) -> None:
    """A search, a near miss and a question too long for its card lead to the same question."""
    await begun(people, bot)
    got = await people.ana.types(line, **direct("ana"))
    if "Post it" in got.text:
        got = await got.press("Post it")
    label = "It was an aha" if line.startswith("find") else "Save as an aha"
    kept = await got.press(label)
    await bot.tick()
    if not line.startswith("ask"):
        assert "Post it in #lantern?" in kept.text
        assert seen_by_others(recorder) == []
        kept = await kept.press("Post it")
    assert "Saved as #2 in #lantern." in kept.text
    await bot.tick()
    assert len(seen_by_others(recorder)) == 1


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("log", {"text": SECRET}), ("breakthrough", {"text": SECRET}), ("failed", {"text": SECRET}),
        ("ask", {"text": SECRET}), ("version 2", {"text": SECRET}), ("why 1", {"text": SECRET}),
    ],
)  # fmt: skip
async def test_a_form_names_the_place(
    people: Everyone, bot: Bot, recorder: Recorder, word: str, values: dict[str, str]
) -> None:
    """Opened from a direct message, it says who will see it; sending it is the yes."""
    await people.ben.types("failed We tried")
    await people.ben.types("An aha of ours")
    await people.ana.types("We begin with the docks")
    form = await people.ana.types(word, **direct("ana"))
    assert "Everyone in #lantern will see this." in form.form.intro
    done = await form.fill(**values)
    assert "Post it" not in done.text
    assert "#lantern" in done.text
    await bot.tick()
    assert "[Undo]" in done.text


async def test_a_form_for_several_teams_says_so(people: Everyone, bot: Bot) -> None:
    """The place is a field of the form."""
    await begun(people, bot, "harbour")
    form = await people.ana.types("log", **direct("ana"))
    assert "Everyone in the channel you choose will see this." in form.form.intro
    wrong = await (await people.ana.types("breakthrough", **direct("ana"))).fill(
        text=SECRET, team="2", another_value="x" * 200
    )
    assert isinstance(wrong.answer, Form)
    assert "Everyone in #harbour will see this." in wrong.form.intro


async def test_a_form_in_a_channel_says_nothing_of_it(people: Everyone) -> None:
    """Everybody there knows where they are."""
    assert "will see this" not in (await people.ana.types("log")).form.intro


async def test_a_hint_about_blame_asks_no_second_question(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The form named the place, so its author only decides about the wording."""
    await people.ben.types("failed We tried")
    await people.ana.types("We begin with the docks")
    blame = "It was his fault"
    hint = await (await people.ana.types("why 1", **direct("ana"))).fill(text=blame)
    assert "Nobody has seen it yet" in hint.text
    again = await hint.press("Say it differently")
    assert "Everyone in #lantern will see this." in again.form.intro
    assert "#lantern" in (await hint.press("Send as it is")).text
    await bot.tick()
    assert seen_by_others(recorder, blame)


# The way back


async def captures(people: Everyone, bot: Bot, recorder: Recorder) -> dict[str, Got]:
    """Save a moment in every way there is, and return the answers."""
    ana = people.ana
    typed = await ana.types("An aha of ours")
    form = await (await ana.types("log")).fill(text="By form")
    found = await ana.types("breakthrough We found it")
    failed = await ana.types("failed We tried")
    was_aha = await (await ana.types("failed to see it")).press("It was an aha")
    missed = await (await ana.types("show must go on")).press("Save as an aha")
    sought = await (await ana.types("find the reason")).press("It was an aha")
    saved = await ana.does(Save("aha", "m1", "Ben's words", "U-ben", "Ben"))
    tried = await ana.does(Save("experiment", "m2", "Ben tried", "U-ben", "Ben"))
    mine = await ana.does(Save("experiment", "m3", "I tried", "U-ana", "Ana"))
    quest = await (await ana.types("quest is a word")).press("It was an aha")
    question = await (await ana.types("ask and you hear")).press("It was an aha")
    await ana.types("quest How do we land?")
    await bot.tick()
    card = next(each for each in recorder.standing.values() if "How do we land?" in each.text)
    log_it, found_it = (
        next(each.command for each in card.post.card.buttons if each.label == label)
        for label in ("Log an attempt", "Found it")
    )
    attempt = await (await ana.does(log_it)).fill(text="An attempt")
    end = await (await ana.does(found_it)).fill(text="An end")
    await ana.types("ask What did we see?")
    await bot.tick()
    prompt = next(each for each in recorder.standing.values() if "What did we see?" in each.text)
    answer = await (await ana.does(prompt.post.card.buttons[0].command)).fill(text="An answer")
    answered = await answer.press("Save as an aha")
    return {
        "typed": typed, "form": form, "found": found, "failed": failed, "was_aha": was_aha, "missed": missed,
        "sought": sought, "saved": saved, "tried": tried, "mine": mine, "quest": quest, "question": question,
        "attempt": attempt, "end": end, "answered": answered,
    }  # fmt: skip


CAPTURES = [
    "typed", "form", "found", "failed", "was_aha", "missed", "sought", "saved", "tried", "mine", "quest",
    "question", "attempt", "end", "answered",
]  # fmt: skip


async def test_undo_on_every_capture(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It names the place and removes the card; the answer takes the private card's place and brings it back."""
    answers = await captures(people, bot, recorder)
    numbers = sorted(each.number for each in rows(bot, Moment))
    assert list(answers) == CAPTURES
    for (way, got), number in zip(answers.items(), numbers, strict=True):
        await undo_and_bring_back(bot, recorder, way, got, number)


async def undo_and_bring_back(bot: Bot, recorder: Recorder, way: str, got: Got, number: int) -> None:
    in_thread = way in ("saved", "tried", "mine")
    assert ("in the thread under that message" if in_thread else "in #lantern") in got.text
    by_ben = way in ("saved", "tried")
    assert ("[Edit]" in got.text) is not by_ben
    assert isinstance(got.answer, Reply)
    assert got.answer.card.buttons[0].label == "Undo"
    assert len(got.answer.card.buttons) <= 4
    await bot.tick()
    shown = [each for each in recorder.standing.values() if f"#{number}\n" in each.text]
    assert shown
    gone = await got.press("Undo")
    assert isinstance(gone.answer, Reply)
    assert gone.answer.replaces
    assert f"#{number} deleted." in gone.text
    await bot.tick()
    assert any(f"#{number} was deleted." in each.text for each in recorder.standing.values())
    assert f"#{number} deleted." in (await got.press("Undo")).text
    assert f"#{number} is back" in (await gone.press("Bring back")).text
    await bot.tick()
    assert any(f"#{number}\n" in each.text for each in recorder.standing.values())


async def test_undo_is_for_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """After that it names the other way."""
    kept = await people.ana.types("An aha of ours")
    saved = await people.ana.does(Save("aha", "m1", "Ben's words", "U-ben", "Ben"))
    clock.forward(hours=24)
    late = await kept.press("Undo")
    assert "more than a day ago" in late.text
    assert "/aha show 1" in late.text
    others = await saved.press("Undo")
    assert "Ben" in others.text
    assert [each.deleted_at for each in rows(bot, Moment)] == [None, None]


async def test_undo_is_for_two_people(people: Everyone, bot: Bot) -> None:
    """The author and the person who saved it; nobody else, not even an admin."""
    kept = await people.ben.types("An aha of ours")
    assert "Only Ben" in (await people.mei.does(kept.button("Undo"))).text
    saved = await people.mei.does(Save("aha", "m1", "Ben's words", "U-ben", "Ben"))
    assert "#2 deleted." in (await people.ben.does(saved.button("Undo"))).text
    assert "#2 is back" in (await people.ben.does((await saved.press("Undo")).button("Bring back"))).text
    assert "#2 deleted." in (await saved.press("Undo")).text


async def test_a_capture_told_twice_after_its_undo(people: Everyone, bot: Bot) -> None:
    """The same event says that it was removed."""
    kept = await people.ana.types("An aha of ours", event="same")
    await kept.press("Undo")
    assert "#1 was deleted" in (await people.ana.types("An aha of ours", event="same")).text
