"""Tests of the team's question bank: browsing, packs and their order, muting, wishes, suggestions."""

from typing import Any

from sqlmodel import Session

from bot.core.messages import Button, Entry, Reply
from bot.prompts.ask import AskNow
from bot.prompts.bank.browse import Packs
from bot.prompts.bank.packs import find_bundled_question, load_packs
from bot.prompts.bank.team_bank import OWN_PACK, list_team_packs
from bot.runtime.bot import Bot
from storage.prompts import bank
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.recorder import Recorder

WHY, DOORS = "why", "doors-not-dollars"


def text_of(key: str) -> str:
    """Return a built-in question's text."""
    found = find_bundled_question(key)
    assert found is not None
    return found.text


async def look(people: Everyone, kind: str = "prompt") -> Got:
    """Create a team and return its list of packs."""
    await people.ana.types("ours")
    return await people.ana.does(Packs(kind, "1"))


async def drawn(people: Everyone, clock: Clock, times: int = 1) -> list[str]:
    """Return the texts of that many questions, each drawn two hours after the last."""
    found = []
    for _ in range(times):
        clock.forward(hours=2)
        await people.ana.does(AskNow("1"))
        await people.bot.tick()
        recorder: Any = people.bot.adapters["recorder"]
        found.append(
            [
                s.text.split("\n")[1].strip("“”")
                for s in recorder.standing.values()
                if s.key.startswith("ask:")
            ][-1]
        )
    return found


def at_quotes(shown: Got) -> list[tuple[str, Button]]:
    """Return the buttons of a list, each with the small text beside it."""
    assert isinstance(shown.answer, Reply)
    entries = [block for block in shown.answer.card.blocks if isinstance(block, Entry)]
    return [("".join(map(str, entry.small)), entry.button) for entry in entries if entry.button]


async def of_a_pack(packs: Got, name: str) -> Got:
    """Open the pack whose text contains `name`."""
    return await packs.person.does(next(button for by, button in at_quotes(packs) if name in by).command)


async def chosen(page: Got, number: int = 0) -> Got:
    """Open a question of a page, by its position."""
    _, button = at_quotes(page)[number]
    return await page.person.does(button.command)


async def test_packs_take_turns_in_the_teams_order(people: Everyone, clock: Clock) -> None:
    """At first that is all of them."""
    await look(people)
    expected = [pack.questions_of_kind("prompt")[0].text for pack in load_packs()] + [
        load_packs()[0].questions_of_kind("prompt")[1].text
    ]
    assert await drawn(people, clock, 9) == expected


async def test_the_packs_say_what_is_still_to_come(people: Everyone, clock: Clock) -> None:
    """The list is per kind, with a button for the other kind."""
    packs = await look(people)
    assert "“The reason behind it, and the reason behind that.” — Why · 0 of 12 asked [Show]" in packs.text
    assert "Your own questions · 0 of 0 asked" in packs.text
    await drawn(people, clock)
    again = await people.ben.does(Packs(team="1"))
    assert "Every voice · 1 of 12 asked" in again.text
    back = await again.press("Retro questions")
    assert "Every voice · 0 of 12 asked" in back.text


async def test_choosing_packs_and_which_goes_first(people: Everyone, clock: Clock) -> None:
    """The other packs keep their order, and none is drawn from a pack that is off."""
    packs = await look(people)
    form = await packs.press("Choose packs")
    assert len(form.form.fields[0].value.split("\n")) == 9
    saved = await form.fill(packs=f"{DOORS}\n{WHY}", first=WHY)
    assert saved.text == "I'll take questions from these packs, in turn: Why, Doors, not dollars."
    first, second = (
        find_bundled_question("why:every-week"),
        find_bundled_question("doors-not-dollars:give-away"),
    )
    assert first
    assert second
    assert await drawn(people, clock, 2) == [first.text, second.text]
    assert "Grey areas · off" in (await people.ana.does(Packs("prompt", "1"))).text
    assert "Grey areas · 0 of 12" in (await people.ana.does(Packs("retro", "1"))).text


async def test_the_first_pack_has_to_be_on(people: Everyone) -> None:
    """The form comes back as it was filled in."""
    form = await (await look(people)).press("Choose packs")
    wrong = await form.fill(packs=DOORS, first=WHY)
    assert wrong.form.errors == {"first": "This pack is off. Tick it above, or start with another one."}
    assert [field.value for field in wrong.form.fields] == [DOORS, WHY]


async def test_a_pack_that_comes_later_is_off_for_a_team_that_has_chosen(people: Everyone, bot: Bot) -> None:
    """The team's own questions are always on."""
    await (await (await look(people)).press("Choose packs")).fill(packs=WHY, first=WHY)

    def later(session: Session) -> list[tuple[str, bool]]:
        for setting in bank.list_pack_settings(session, 1, "prompt"):
            if setting.pack in (DOORS, OWN_PACK):
                session.delete(setting)
        session.flush()
        return [(pack.key, pack.active) for pack in list_team_packs(session, 1, "prompt")]

    found = dict(await bot.database.write(later))
    assert found[WHY]
    assert found[OWN_PACK]
    assert not found[DOORS]


async def test_looking_through_a_pack(people: Everyone) -> None:
    """A page has five questions, each with its state and a button."""
    page = await of_a_pack(await look(people), "Why")
    assert page.text.count("— not asked yet [Show]") == 5
    second = await page.press("More")
    third = await second.press("More")
    assert third.text.count("[Show]") == 2
    assert "[More]" not in third.text
    assert "Questions to talk about" in (await third.press("All packs")).text


async def test_muting_and_unmuting(people: Everyone, clock: Clock) -> None:
    """A muted question is skipped until somebody unmutes it."""
    page = await of_a_pack(await look(people), "Every voice")
    muted = await (await chosen(page)).press("Mute")
    assert muted.text == "Muted. I won't ask this question here again.\n[Undo]"
    one = await chosen(await of_a_pack(await look(people), "Every voice"))
    assert "muted" in one.text
    assert await drawn(people, clock) == [text_of("every-voice:rarely-asked")]
    assert "ask this question again" in (await muted.press("Undo")).text
    assert "[Mute]" in (await chosen(await of_a_pack(await look(people), "Every voice"))).text


async def test_muting_from_the_post_itself(people: Everyone, recorder: Recorder, clock: Clock) -> None:
    """The reply is private, and the next question comes from the next pack."""
    await look(people)
    await drawn(people, clock)
    card = recorder.last()[1].post.card
    mute = next(button.command for button in card.menu if button.label == "Mute this question")
    got = await people.ben.does(mute)
    assert isinstance(got.answer, Reply)
    assert not got.answer.replaces
    assert await drawn(people, clock) == [load_packs()[1].questions_of_kind("prompt")[0].text]


async def test_a_wish_comes_next_and_then_the_rotation_goes_on(people: Everyone, clock: Clock) -> None:
    """Wishes come once, oldest first, even from a pack that is off."""
    packs = await look(people)
    await (await packs.press("Choose packs")).fill(packs=DOORS, first=DOORS)
    page = await of_a_pack(packs, "Why")
    assert (await (await chosen(page, 3)).press("Ask it next")).text == "I'll ask it next."
    clock.forward(minutes=1)
    await (await chosen(page, 1)).press("Ask it next")
    assert await drawn(people, clock, 3) == [
        text_of("why:why-you"),
        text_of("why:who-will-be-glad"),
        text_of("doors-not-dollars:give-away"),
    ]


async def test_wishing_for_a_muted_one_unmutes_it(people: Everyone, clock: Clock) -> None:
    """Muting a question takes its wish back."""
    page = await of_a_pack(await look(people), "Why")
    one = await chosen(page)
    await one.press("Mute")
    await one.press("Ask it next")
    other = await chosen(page, 1)
    await other.press("Ask it next")
    await other.press("Mute")
    assert (await drawn(people, clock, 2))[0] == text_of("why:every-week")
    assert text_of("why:who-will-be-glad") not in await drawn(people, clock, 3)


async def test_suggesting_a_question(people: Everyone, clock: Clock) -> None:
    """It is in the rotation at once and can be wished for right there."""
    form = await (await look(people)).press("Suggest a question")
    got = await form.fill(text="  Who fed the cat?  ", sort="prompt")
    assert got.text == (
        "Added to your team's own questions in #lantern. I'll ask it when its turn comes.\n[Undo] [Ask it next]"
    )
    await form.fill(text="Who fed the cat?", sort="prompt")
    assert "Your own questions · 0 of 1 asked" in (await people.ben.does(Packs(team="1"))).text
    assert "Who fed the cat?" in await drawn(people, clock, 9)
    await got.press("Ask it next")
    assert await drawn(people, clock) == ["Who fed the cat?"]


async def test_a_suggestion_that_is_too_long_stays_in_the_form(people: Everyone) -> None:
    """No typed text is lost."""
    form = await (await look(people)).press("Suggest a question")
    wrong = await form.fill(text="why " * 200, sort="retro")
    assert wrong.form.errors == {"text": "That's 799 characters, and a question can have 600."}
    assert wrong.form.fields[0].value == "why " * 200
    assert wrong.form.fields[1].value == "retro"


async def test_only_who_suggested_it_or_an_admin_removes_it(people: Everyone) -> None:
    """Others can mute it."""
    await look(people)

    async def suggested(by: Person) -> Got:
        form = await (await by.does(Packs(team="1"))).press("Suggest a question")
        return await form.fill(text=f"What did {by.origin.person_name} see?", sort="prompt")

    bens, meis = await suggested(people.ben), await suggested(people.mei)
    assert "you can mute it" in (await people.mei.does(bens.button("Undo"))).text
    assert (await meis.press("Undo")).text == "Question removed."
    assert (await people.ana.does(bens.button("Undo"))).text == "Question removed."
    assert "isn't here any more" in (await bens.press("Ask it next")).text
    assert "Your own questions · 0 of 0" in (await people.ben.does(Packs(team="1"))).text


async def test_nothing_left_to_ask(people: Everyone) -> None:
    """With only an empty pack on, there is a sentence and no post."""
    packs = await look(people)
    await (await packs.press("Choose packs")).fill(packs="own", first="own")
    refused = await people.ana.does(AskNow("1"))
    assert (
        refused.text
        == "I've no question left: all packs are off, or all questions muted. You can write your own."
    )
