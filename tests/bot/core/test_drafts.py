"""Tests of drafts: forms stored step by step and reopened with everything typed."""

import json
from dataclasses import replace

from bot.core.drafts import SubmitDraft, draft_event, form_from_text, form_to_text
from bot.core.forms.later import first_fields
from bot.core.messages import More
from bot.moments.commands import Failed
from bot.runtime.bot import Bot
from storage.models import Pending
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import rows


async def test_a_form_is_put_aside_and_gone_on_with(people: Everyone, bot: Bot) -> None:
    """It keeps all values, and submitting it equals submitting the whole form."""
    asked = await people.ana.does(Failed())
    typed = replace(asked.form.fields[0], value="A wizard: before the “import”")
    command = bot.commands.fill_fields(asked.form.command, {typed.name: typed.value})
    first = replace(asked.form, command=command, fields=(typed, *asked.form.fields[1:]))

    later = await bot.put_aside(first, asked.origin)
    again = await people.ana.does(later)
    assert again.form == first

    rest = replace(again, answer=replace(again.form, fields=again.form.fields[1:]))
    assert "Saved as #1" in (await rest.fill(taught="People bring their own spreadsheet")).text
    shown = (await people.mei.types("show 1")).text
    assert "A wizard: before the “import”" in shown
    assert "People bring their own spreadsheet" in shown


async def test_nobody_else_opens_it(people: Everyone, bot: Bot) -> None:
    """It belongs to one person. A missing draft gets a sentence that says what to do."""
    asked = await people.ana.does(Failed())
    later = await bot.put_aside(asked.form, asked.origin)
    too_old = "That form is too old to continue. Please start again."
    assert (await people.ben.does(later)).text == too_old
    assert (await people.ana.does(replace(later, pending="999"))).text == too_old


async def test_one_form_is_one_row(people: Everyone, bot: Bot) -> None:
    """Saving it again replaces its row, for its person only. However it is opened, it is the same event."""
    asked = await people.ana.does(Failed())
    before = await bot.put_aside(asked.form, asked.origin)
    more = replace(asked.form, intro="A wizard")
    assert await bot.put_aside(more, asked.origin, before.pending) == before
    for way in (before, SubmitDraft(before.pending)):
        assert (await people.ana.does(way)).form == more
    other = await bot.put_aside(asked.form, people.ben.origin, before.pending)
    assert other.pending != before.pending
    assert (await people.ana.does(before)).form == more


async def test_a_form_that_is_gone_is_no_other(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Its values are erased with it, and the next draft has another event name."""
    asked = await people.ana.does(Failed())
    first = await bot.put_aside(asked.form, asked.origin)
    assert "Saved as #1" in (await people.ana.does(Failed("A wizard"), event=draft_event(first))).text
    assert "Saved as #1" in (await people.ana.does(Failed("A wizard"), event=draft_event(first))).text
    await people.ana.types("delete 1")
    clock.forward(days=2)
    await bot.tick()
    assert rows(bot, Pending) == []

    again = await bot.put_aside(asked.form, asked.origin)
    assert "That form is too old" in (await people.ana.does(first)).text
    assert "Saved as #2" in (await people.ana.does(Failed("A template"), event=draft_event(again))).text


async def test_a_draft_of_an_earlier_version_opens(people: Everyone, bot: Bot) -> None:
    """Its row knows nothing of later fields and examples. One of today keeps them."""
    asked = await people.ana.does(Failed())
    text = form_to_text(asked.form, bot.commands.encode)
    assert form_from_text(text, bot.commands.decode) == replace(asked.form, language="")
    row = json.loads(text)
    del row["more"], row["language"], row["storable"]
    for field in row["fields"]:
        del field["later"], field["default"], field["placeholder"]
    old = form_from_text(json.dumps(row), bot.commands.decode)
    assert old.more is More.HERE
    assert [field.name for field in first_fields(old)] == [field.name for field in asked.form.fields]
    kept = await bot.put_aside(old, asked.origin)
    again = await people.ana.does(kept)
    assert "Saved as #1" in (await again.fill(text="A wizard", taught="People bring their own")).text
