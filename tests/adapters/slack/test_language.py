"""Tests of the language in which Slack's own words come: that of the person, told with their profile."""

from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.faults import Refuses


async def test_a_form_that_opens_too_late_in_german(room: SlackRoom) -> None:
    """What the platform adds to an answer is in its language, also in a task of its own."""
    room.here.person("Ben").locale = "de-DE"
    room.slack.faults.put("views.open", Refuses(error="expired_trigger_id"))
    shown = await room.types("Ben", "log")
    assert shown
    assert "Das Formular hat zu lange gebraucht." in shown
    assert "[Formular öffnen]" in shown


async def test_everyone_else_reads_english(room: SlackRoom) -> None:
    """A language that the bot does not speak is English."""
    room.here.person("Ben").locale = "xx-XX"
    room.slack.faults.put("views.open", Refuses(error="expired_trigger_id"))
    shown = await room.types("Ben", "log")
    assert shown
    assert "[Open the form]" in shown
