"""Tests of arguments that name nothing: each is answered, and none is passed over in silence."""

import pytest

from bot.core.commands import Commands
from bot.core.params import NearMiss, ParamKind
from bot.features import DECLARATIONS
from bot.prompts.ask import Ask
from bot.runtime.bot import Bot
from tests.support.people import Everyone
from tests.support.recorder import Recorder

ARGUMENTS = [
    (declaration.name, name, param.kind)
    for declaration in Commands(DECLARATIONS).all
    if declaration.name
    for name, param in declaration.params.items()
    if param.kind is not ParamKind.WORDS
]
NOT_THERE = {
    ParamKind.MOMENT: "There is no #9999 here; the latest is #1.",
    ParamKind.GOAL: "There's no goal here yet. ",
    ParamKind.PACK: "There's no pack “9999” here. You have these: ",
}


@pytest.mark.parametrize("wrong", ["decade", "9999", "#x", "week, please", "🦄", "?!", "wéék"])
@pytest.mark.parametrize(("command", "argument", "kind"), ARGUMENTS)
async def test_a_wrong_argument_is_answered(
    people: Everyone, bot: Bot, recorder: Recorder, command: str, argument: str, kind: ParamKind, wrong: str
) -> None:
    """Given one by one or typed, it is asked about or said to be unknown, and nothing is posted."""
    await people.ana.types("ours")
    await bot.tick()
    before = recorder.texts()
    declaration = bot.commands.find_by_word(command)
    assert declaration
    given = {wrong: bot.commands.parse_options(declaration, {argument: wrong})}
    if kind is not ParamKind.PACK:
        given[f"{command} {wrong}"] = bot.commands.parse(f"{command} {wrong}")
    for words, each in given.items():
        said = (await people.ana.does(each)).text
        if isinstance(each, NearMiss):
            assert f"“{words}”" in said
        elif wrong == "9999":
            assert NOT_THERE[kind] in said
        else:
            assert f"There's no pack “{wrong}” here." in said
    await bot.tick()
    assert recorder.texts() == before


async def test_a_pack_is_found_by_its_name(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Discord lets people write what its suggestions don't have: a name in any case is as good as the key."""
    for given in ("grey-areas", " Grey  AREAS "):
        said = await people.ana.does(Ask(pack=given))
        assert "I'm posting a question" in said.text
    await bot.tick()
    rows = [one for one in recorder.texts() if "A question for us" in one]
    assert len(rows) == 2


async def test_words_stay_where_the_pack_is_not_there(people: Everyone, recorder: Recorder, bot: Bot) -> None:
    """The typed question comes back with the sentence; with a pack that is there, it is the question."""
    said = await people.ana.does(Ask("What did we learn?", pack="nowhere"))
    assert (
        "There's no pack “nowhere” here. You have these: “Every voice”, “Doors, not dollars”, " in said.text
    )
    assert "What did we learn?" in said.text
    await bot.tick()
    assert not any("What did we learn?" in text for text in recorder.texts())
    said = await people.ana.does(Ask("What did we learn?", pack="why"))
    assert (
        "I'm posting your question in #lantern. It's your own, so I didn't pick one from the pack."
        in said.text
    )
