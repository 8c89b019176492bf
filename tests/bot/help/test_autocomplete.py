"""Tests of the suggestions for an argument while a person types."""

from bot.core.params import ParamKind
from bot.prompts.bank.packs import load_packs
from bot.runtime.bot import Bot
from storage.models import ScheduleKind
from tests.support.people import Everyone
from tests.support.recorder import Recorder


async def test_moments_by_their_words_or_their_number(people: Everyone, bot: Bot) -> None:
    """An empty input suggests the latest, a number that moment. Removed moments are left out."""
    await people.ana.types("We sign once now")
    await people.ben.types("Nobody reads the second page")
    await people.ana.types("Too many words")
    await people.ana.types("delete 3")

    async def labels(typed: str) -> list[str]:
        return [each.label for each in await bot.suggest(ParamKind.MOMENT, typed, people.mei.origin)]

    assert await labels("") == ["#2 · Nobody reads the second page", "#1 · We sign once now"]
    assert await labels("sign") == ["#1 · We sign once now"]
    assert await labels("#2") == ["#2 · Nobody reads the second page"]
    assert await labels("3") == []
    assert await labels("unheard of") == []


async def test_nothing_where_there_is_no_team(people: Everyone, bot: Bot) -> None:
    """The moments of another channel are not suggested."""
    assert await bot.suggest(ParamKind.MOMENT, "", people.ana.origin) == ()


async def test_packs_by_their_name(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A chosen pack gives the question, even if the pack is off."""
    await people.ana.types("We sign once now")
    packs = await bot.suggest(ParamKind.PACK, "", people.ana.origin)
    assert len(packs) >= 8
    one = packs[3]
    assert [each.label for each in await bot.suggest(ParamKind.PACK, one.label[:4], people.ana.origin)] == [
        one.label
    ]

    form = await people.ana.types("ask")
    assert "I'm posting a question" in (await form.fill(text="", pack=one.value)).text
    await bot.tick()
    drawn = next(pack for pack in load_packs() if pack.key == one.value).questions_of_kind(
        ScheduleKind.PROMPT
    )
    assert any(question.text in recorder.texts()[-1] for question in drawn)
