"""Forms that wait for their person: a step at a time, and opened again with everything that was typed."""

from dataclasses import replace

from bot.features.moments import Failed
from bot.service import Bot
from tests.people import Everyone


async def test_a_form_is_put_aside_and_gone_on_with(people: Everyone, bot: Bot) -> None:
    """Everything typed so far stands in it; its submission is what the whole form would have been."""
    asked = await people.ana.does(Failed())
    typed = replace(asked.form.fields[0], value="A wizard: before the “import”")
    command = bot.commands.fill(asked.form.command, {typed.name: typed.value})
    first = replace(asked.form, command=command, fields=(typed, *asked.form.fields[1:]))

    later = await bot.put_aside(first, asked.origin)
    again = await people.ana.does(later)
    assert again.form == first

    rest = replace(again, answer=replace(again.form, fields=again.form.fields[1:]))
    assert "Kept as #1" in (await rest.fill(taught="People bring their own spreadsheet")).text
    shown = (await people.mei.types("show 1")).text
    assert "A wizard: before the “import”" in shown
    assert "People bring their own spreadsheet" in shown


async def test_nobody_else_opens_it(people: Everyone, bot: Bot) -> None:
    """It is one person's; and one that is no more says what to do."""
    asked = await people.ana.does(Failed())
    later = await bot.put_aside(asked.form, asked.origin)
    too_old = "That form is too old to go on with. Please begin it once more."
    assert (await people.ben.does(later)).text == too_old
    assert (await people.ana.does(replace(later, pending="999"))).text == too_old
