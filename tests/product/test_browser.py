"""The product's main use on the playground's page, with a real browser, the real bot and a fixed start time."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.support.playing import PHONE, PRIVATE, Playing, Tab, browser, playing

__all__ = ["browser", "playing"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

AHA = "We used to cache tokens, now we sign them."


async def test_the_main_job(playing: Playing) -> None:
    """Two people in two tabs: from an empty channel to Friday's recap with its picture."""
    ana, ben = await asyncio.gather(playing.tab("ana"), playing.tab("ben"))
    await ana.button("Invite Ahabot").click()
    await expect(ben.said("Hello, I'm Ahabot")).to_be_visible()
    await ana.writes(f"/aha {AHA}")
    await expect(ana.told("Saved as #1")).to_contain_text("Were others there?")
    await expect(ben.said("Aha #1", AHA)).to_be_visible()
    await expect(ben.page.get_by_role("article", name=PRIVATE)).to_have_count(0)
    await _versions(ana, ben)
    await _a_question(ana, ben)
    await _an_emoji(ana, ben)
    await _friday(ana, ben)


async def _versions(ana: Tab, ben: Tab) -> None:
    """Check that Ben's version is hidden until Mei, in the same tab, adds hers."""
    await ben.said("Aha #1").get_by_role("button", name="Add my version").click()
    await ben.answers("How did you get there?", "For me it was the silence after the demo.")
    await expect(ben.told("Your version of #1")).to_be_visible()
    card = ana.said("Aha #1")
    await expect(card).to_contain_text(
        "Ben added a version. It opens when a second one comes in, or after two days."
    )
    await expect(card).not_to_contain_text("silence")
    await ben.becomes("Mei")
    await expect(ben.page.get_by_role("article", name=PRIVATE)).to_have_count(0)
    await ben.said("Aha #1").get_by_role("button", name="Add my version").click()
    await ben.answers("How did you get there?", "The customer's own spreadsheet.")
    await expect(card).to_contain_text("For me it was the silence after the demo.")
    await expect(card).to_contain_text("The customer's own spreadsheet.")


async def _a_question(ana: Tab, mei: Tab) -> None:
    """Check a question that Ana schedules, asked on Tuesday, answered by Mei in its thread and by Ana with its form."""
    await ana.said("Hello, I'm Ahabot").get_by_role("button", name="Turn on questions").click()
    await expect(ana.told("Questions are on. Question: Tuesday 17 March, 10:00.")).to_be_visible()
    await ana.jumps("Tuesday 10:00", "Tue 17 Mar")
    asked = mei.said("A question for us")
    await asked.hover()
    await asked.get_by_role("button", name="Reply in a thread").click()
    await mei.page.get_by_role("textbox", name="Reply in this thread").fill("The import, again.")
    await mei.page.keyboard.press("Enter")
    await expect(mei.page.get_by_role("log", name="Replies")).to_contain_text("The import, again.")
    await mei.button("Close the thread").click()
    question = ana.said("A question for us")
    await expect(question).to_contain_text("1 answered")
    await expect(question.get_by_role("button", name="1 reply")).to_be_visible()
    await question.get_by_role("button", name="Answer").click()
    await ana.answers("Your answer", "That nobody reads the second page.")
    answered = mei.said("A question for us", "That nobody reads the second page.")
    await expect(answered).to_contain_text("2 answered")


async def _an_emoji(ana: Tab, mei: Tab) -> None:
    """Check that Ana's 💡 saves Mei's message, and that Mei is told in private and presses *Fine*."""
    await mei.writes("It is fast because nobody logs in twice.")
    said = ana.said("nobody logs in twice")
    await said.hover()
    await said.get_by_role("button", name="React with 💡").click()
    await expect(said.get_by_role("button", name="bulb, by Ana, Ahabot")).to_be_visible()
    await mei.page.get_by_role("link", name="Ahabot something new").click()
    note = mei.said("Ana saved what you wrote")
    await expect(note).to_contain_text("nobody logs in twice")
    await note.get_by_role("button", name="Fine").click()
    await expect(note).to_contain_text("It stays.")
    await expect(note.get_by_role("button", name="Remove it")).to_have_count(0)
    await mei.page.get_by_role("link", name="team-lantern").click()


async def _friday(ana: Tab, mei: Tab) -> None:
    """Check that time moves for both people, and that Friday's recap loads its picture."""
    await ana.jumps("Friday 16:00", "Fri 20 Mar")
    recap = mei.said("The week to 20 March", AHA, "nobody logs in twice")
    await expect(recap).to_contain_text("For me it was the silence after the demo.")
    await expect(recap).to_contain_text("Three people took part.")
    picture = recap.get_by_role("img", name="Moments saved each week")
    told = re.compile(r"weeks to 20 March 2026\. .*Last week, highlighted: no experiments, 2 ahas")
    await expect(picture).to_have_attribute("alt", told)
    await expect(picture).to_have_js_property("naturalWidth", 960)
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_be_in_viewport()


async def test_on_a_phone(playing: Playing) -> None:
    """The main use works by touch on a phone, and no element extends beyond the screen's width."""
    ana = await playing.tab("ana", **PHONE)
    await ana.button("Invite Ahabot").tap()
    await expect(ana.said("Hello, I'm Ahabot")).to_be_visible()
    assert await ana.sticks_out() == []
    await ana.button("Log an aha").tap()
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    assert await ana.sticks_out() == []
    await ana.answers("What did you notice or finally understand?", AHA)
    await expect(ana.said("Aha #1", AHA)).to_be_visible()
    await ana.becomes("Ben")
    await ana.said("Aha #1").get_by_role("button", name="Add my version").tap()
    await ana.answers("How did you get there?", "For me it was the silence after the demo.")
    await expect(ana.said("Aha #1")).to_contain_text("Ben added a version")
    await ana.button("Channels and people").tap()
    await expect(ana.page.get_by_role("link", name="random")).to_be_in_viewport()
    assert await ana.sticks_out() == []
    await ana.page.get_by_role("link", name="team-lantern", exact=True).tap()
    await ana.jumps("Friday 16:00", "Fri 20 Mar")
    recap = ana.said("The week to 20 March", AHA)
    await expect(recap.get_by_role("img", name="Moments saved each week")).to_have_js_property(
        "naturalWidth", 960
    )
    assert await ana.sticks_out() == []
