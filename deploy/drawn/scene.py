"""The scene that is drawn: one team's week, the same on every platform."""

from __future__ import annotations

from datetime import UTC, datetime

from deploy.drawn.studio import Studio
from tests.support.chat import Room, number_in, sure, the

BEGINS = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
TUESDAY, FRIDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC), datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
QUEST = "How do people get their data in?"


async def live(room: Room, studio: Studio) -> None:
    """Live the week, and take a picture of each kind of thing that people see."""
    await _an_aha(room, studio)
    await _an_experiment(room, studio)
    await _a_question(room, studio)
    await _an_emoji(room, studio)
    await _by_name(room, studio)
    await _lists(room, studio)
    await _forms(room, studio)
    await _a_recap(room, studio)


async def _an_aha(room: Room, studio: Studio) -> None:
    kept = sure(await room.types("Ana", "We don't need a faster import. People bring their own spreadsheet!"))
    await studio.shows("answer", "Ana", kept.id)
    channel = await room.channel()
    hello, card = the(channel, "I'm Ahabot"), the(channel, "Aha #1")
    await studio.shows("hello", "Ana", hello.id)
    await room.presses("Ben", "I was there", card.id)
    for who, text in (
        ("Ben", "For me it was the silence after the demo. Nobody asked about the wizard."),
        ("Mei", "The customer's own spreadsheet: it had every column we ask for."),
    ):
        form = sure(await room.presses(who, "Add my version", card.id))
        await room.fills(who, form.id, text=text)
    await room.presses("Chidi", "High-five", card.id)
    await room.channel()
    await studio.shows("aha", "Ana", card.id)
    await room.presses("Ana", "Turn on questions", hello.id)


async def _an_experiment(room: Room, studio: Studio) -> None:
    await room.types("Ana", f"quest {QUEST}")
    quest = the(await room.channel(), "Quest", QUEST)
    form = sure(await room.presses("Ben", "Log an attempt", quest.id))
    await studio.shows("form", "Ben", form.id)
    kept = sure(
        await room.fills(
            "Ben", form.id, text="We put a wizard in front of the import", happened="Nobody got past step two.",
            taught="People bring their own spreadsheet; show them a template.",
        )
    )  # fmt: skip
    card = the(await room.channel(), f"Experiment #{number_in(kept)}")
    form = sure(await room.presses("Mei", "Ask why", card.id))
    await room.fills("Mei", form.id, text="It asked for things that are in the file already")
    whys = the(await room.channel(), "Why?", "in the file already")
    await studio.shows("experiment", "Ben", card.id)
    await studio.shows("whys", "Ben", whys.id)
    await studio.shows("quest", "Ben", quest.id)


async def _a_question(room: Room, studio: Studio) -> None:
    await room.until(TUESDAY)
    prompt = the(await room.channel(), "A question for us")
    await room.says("Chidi", "That nobody reads the second page.", thread=prompt.id)
    await room.says("Mei", "The import, again.", thread=prompt.id)
    await room.channel()
    await studio.shows("question", "Ana", prompt.id)


async def _an_emoji(room: Room, studio: Studio) -> None:
    said = await room.says("Ben", "Wait, it's fast because nobody logs in twice.")
    await room.reacts("Ana", "💡", said)
    await room.channel()
    await studio.shows("emoji", "Ana", said)
    await studio.shows("note", "Ben", the(await room.notes("Ben"), "nobody logs in twice").id)


async def _by_name(room: Room, studio: Studio) -> None:
    """Take what is said to the bot by its name, in a thread and directly."""
    first = await room.says("Ben", "Monday is slow because the cache is cold.")
    second = await room.says("Mei", "Then we can warm it on Sunday night.", thread=first)
    kept = sure(await room.names("Ana", "remember this", thread=first))
    await studio.shows("by-name", "Ana", first, second, room.spoken, kept.id)
    offered = sure(await room.names("Ben", "remember this thread", thread=first))
    await studio.shows("thread", "Ben", first, second, room.spoken, offered.id)
    chooser = sure(await room.presses("Ben", "Choose messages", offered.id))
    await studio.shows("thread-chooser", "Ben", chooser.id)
    await room.fills("Ben", chooser.id, chosen="\n".join(chooser.fields["chosen"]["options"].values()))
    helped = sure(await room.writes_to_bot("Mei", "hi, what can you do?"))
    await studio.shows("direct-help", "Mei", room.spoken, helped.id)
    asked = sure(await room.writes_to_bot("Mei", "Fewer queries, same page"))
    await studio.shows("direct", "Mei", room.spoken, asked.id)


async def _lists(room: Room, studio: Studio) -> None:
    await studio.shows("find", "Mei", sure(await room.types("Mei", "find import")).id)
    await studio.shows("help", "Mei", sure(await room.types("Mei", "help")).id)
    await studio.shows("schedule", "Ana", sure(await room.types("Ana", "schedule")).id)


async def _forms(room: Room, studio: Studio) -> None:
    """Take forms, each of another person, because it stays open."""
    page = sure(await room.types("Noor", "me"))
    await studio.shows("page-first", "Noor", page.id)
    await studio.shows("settings-form", "Noor", sure(await room.presses("Noor", "About me", page.id)).id)
    log = sure(await room.types("Chidi", "log"))
    await studio.shows("log-form", "Chidi", log.id)
    await studio.shows_more("log-form-more", "Chidi", log)
    await studio.shows("goal-form", "Mei", sure(await room.types("Mei", "goal new")).id)
    setup = sure(await room.types("Ben", "setup"))
    await studio.shows("setup", "Ben", setup.id)
    await studio.shows("setup-form", "Ben", sure(await room.presses("Ben", "Change settings", setup.id)).id)


async def _a_recap(room: Room, studio: Studio) -> None:
    await room.until(FRIDAY)
    await studio.shows("recap", "Ana", the(await room.channel(), "The week to").id)
    await studio.shows("page", "Ana", sure(await room.types("Ana", "me")).id)
