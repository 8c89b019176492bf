"""Lines that were probably meant otherwise are asked about first, in private, and nothing of them is published."""

from typing import Any

import pytest

from bot.core.commands import Commands
from bot.core.guesses.judge import phrase_forms
from bot.core.guesses.spelling import could_misspell, ordinary_words
from bot.core.guesses.words import phrases_by_command
from bot.core.language.catalogs import list_languages
from bot.core.language.words import speaking
from bot.core.messages import Reply, Style
from bot.core.params import NearMiss, restore_line
from bot.features import DECLARATIONS, SHORTCUTS
from bot.help.not_built import ELSE, NEAR
from bot.moments.commands import Log
from bot.runtime.bot import Bot
from storage.models import Moment, Pending, Person, Posting, PostingKind, Schedule, Team
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import rows
from tests.support.recorder import Recorder

COMMANDS = Commands(DECLARATIONS, SHORTCUTS)
KEEP, ANYWAY = "Save as an aha", "Post it anyway"

MEANT: dict[str, tuple[str, ...]] = {
    "be-quiet": (
        "stop", "pause", "Stop!", "STOP", " stop ", "“stop”", "'stop'", "`stop`", "*stop*", "stop...", "please stop",
        "Stop, please.", "stop stop", "stop posting", "shut up", "be quiet", "mute", "/stop", "!stop", "pasue", "sotp",
        "turn it off", "schedule off", "recap stop", "go away", "no more questions", "Ahabot, stop", "/aha stop",
        "@ahabot stop", "Stop it now!!", "log stop",
    ),
    "offer-opt-out": (
        "unsubscribe", "opt out", "opt-out", "Leave me alone!", "unsubscibe", "me opt out", "don’t keep my words",
    ),
    "forget-me": (
        "forget me", "GDPR", "delete my data", "forget everything", "delete everything now", "how do I delete my data?",
    ),
    "offer-undo": (
        "undo", "oops", "take it back", "Undo.", "undo please", "sorry", "delete that", "never mind", "cancel",
    ),
    "setup": ("settings", "config", "set up", "setings", "setup.", "setup emoji", "setpu", "/setup", "“setup”"),
    "menu": (
        "hi", "hello", "Hello there", "helo", "hola", "good morning", "start", "menu", "test", "ping", "asdf", "ok",
        "x", "aaaa", "lol", "👍", "...", "3/4", "12:30", "hallo", "你好", "/aha", "aha", "Aha!", "aha moment", "ahabot",
        "hi bot", "is it you", "yes", "/giphy cat", "this is a test", "test 123", "1 2", "log test", "foo bar",
    ),
    "help": ("?", "help!", "commands", "what can you do?", "Who are you?", "--help", "how does this work", "hlep"),
    "help:show": ("show help", "show ?"),
    "help:failed": ("failed help", "failed ?"),
    "help:ask": ("ask help", "ask ?", "help with ask", "help, ask"),
    "page": ("profile", "my time zone", "set timezone"),
    "privacy": ("privacy", "what do you store?", "Who reads this?", "pirvacy", "data"),
    "not-built:export": ("export",),
    "not-built:wall": ("wall",),
    "goal": ("goal: ship in May", "goal?", "goals", "our goals", "goal 3 4"),
    "goal-list": ("goal lsit", "/goal list"),
    "goal-new": ("goal nwe", "new goal"),
    "goal-close": ("goal close the deal",),
    "goal-show:3": ("goal show the 3",),
    "book": ("memory boook", "book", "my book"),
    "own-note": (
        "notes",
        "memory nte",
        "Note: the cache lies on Mondays",
        "private note I was afraid",
        "keep it to myself: I was afraid", "private: I was afraid", "only for me: x", "Just for me: x",
        "personal note x", "notes to self x", "save a note: x", "write a note: x", "add note x", "new note x",
        "dear diary, today", "tagebuch: x", "Nota: x", "nur für mich: x",
    ),
    "own-list": ("delete note", "show my notes", "forget my notes", "remove my note", "My private notes"),
    "on-card:what do you expect": ("what do you expect?", "What do you expect"),
    "on-card:keep the result of 0": ("keep the result of #1", "keep the result of #1: it went well"),
    "on-card:one next step": ("One next step", "one next step: we call them"),
    "on-card:take my expectation out": ("take my expectation out",),
    "on-card:take the result back": ("take the result back",),
    "on-card:not yet": ("not yet",),
    "start-attempt": ("We're trying something", "we are trying"),
    "goal-show:2": ("goal pause 2", "goal focus #2", "Goal Sell 2"),
    "goal-edit:2": ("goal edit 2", "goal rename #2", "goal change 2"),
    "remove-goal:2": ("goal delete 2", "goal remove #2"),
    "goal-close:2": ("goal done 2", "goal finish 2"),
    "goal-reopen:2": ("goal resume 2",),
    "mission": ("mission: easy imports", "our mission", "Mission statements bore everyone"),
    "list": ("lsit", "list all", "list:", "LIST!"),
    "cycle": ("stats", "status", "cylce", "cycle now"),
    "show:1": (
        "1", "#1", "“1”", "1.", "no. 1", "#1!", "show: 1", "show “1”", "show 1.", "show #1!", "show 1,", "Show: 1",
        "show the number 1", "shwo 1", "/show 1", "/aha show 1", "aha show 1", "/ahabot show 1", "/aha /aha show 1",
        "`show 1`", "“show 1”", "log show 1",
    ),
    "show": ("1.1", "#1.1", "show", "shwo", "show me", "show nonsense"),
    "ask-why": ("why", "why?", "whys"),
    "edit": ("edit", "edit last", "edit it"),
    "delete": ("delete", "delete one"),
    "delete:2": ("delete 2,", "delete #2 please"),
    "add-version": ("version", "my version"),
    "add-version:1": ("verison 1", "version: 1"),
    "recap:week": ("recap last week", "recap weekly"),
    "recap": ("recap nonsense", "recap yesterday", "recpa", "recap 7 days", "weekly"),
    "recap:month": ("recap last month", "recap monthly", "recap: month."),
    "find": ("serach x", "find: tokens", "/find tokens", "fnid tokens"),
    "failed": (
        "Failed: x", "failed : x", "faild We cached it", "FAILD: we cached it", "fialed it, and all of it is gone",
        "/failed We cached it", "failed test", "log faild We cached it", "aha, failed x", "Failed:x",
    ),
    "breakthrough": ("breaktrough we sign once", "brekthrough: it works", "breakthrough stop"),
    "ask": ("aks What did we learn?", "ask: What did we learn?", "ask test", "ask ?!", "ask list", "ask us"),
    "quest": ("quest list", "quest 42", "quest close 1", "quets What makes Monday slow?", "quest: What is next?"),
    "memories": ("memroy", "memories", "look back on #1"),
    "memories:leaks at night": ("memory leaks at night",),
    "memory:fuel": ("memory fule", "fuel"),
    "topics": ("help nonsense", "help nonsense of all kinds", "hlep nonsense"),
    "log": ("/aha We sign tokens", "log: We sign tokens", "/log We sign tokens", "new"),
    "thanks": ("thanks", "Thank you!", "danke"),
}  # fmt: skip
"""The command that was probably meant, by its stored form, and the lines that mean it."""

SAMPLES = {
    "stop": "Pause posts",
    "pause": "Pause posts",
    "undo": "Undo #2",
    "settings": "Setup",
    "forget me": "Opt out",
    "unsubscribe": "Opt out",
    "privacy": "About me",
    "export": "Recent",
    "goals": "Goals",
    "wall": "Recent",
    "?": "Everything I can do",
    "hi": "Log an aha",
    "test": "Log an aha",
    "42": "Show #2",
    "#1": "Show #1",
    "serach x": "Search",
    "Failed: x": "Log a failed experiment",
    "/aha show 1": "Show #1",
    "faild We cached it": "Log a failed experiment",
    "aks What did we learn?": "Ask a question",
    "show": "Show #2",
    "why": "Ask why #2",
    "edit": "Edit #2",
    "delete": "Delete #2",
    "version": "Version of #1",
    "recap last week": "/aha recap week",
    "recap nonsense": "/aha recap week",
    "memory leaks at night": "Save as a private note",
    "help nonsense": "log",
    "show “1”": "Show #1",
    "show 1.": "Show #1",
    "ask test": "Ask a question",
    "quest list": "Quests",
    "/aha We sign tokens": "Log an aha",
    "thanks": KEEP,
}
"""The first button of the answer to lines of each kind."""

AHAS = """
We used to cache tokens, now we sign them.
log No tests
Caching helps
Fail fast
Start small
Ship it
Tests lie
Privacy first
Export is slow
Stop guessing
Stop starting, start finishing
Undo matters
log Focus beats multitasking
log Chance favours the prepared
Less is more
Names matter
Templates
Simplicity
Documentation wins
How people get their data in is a spreadsheet
How we onboard decides who stays
Mind the gap
Mind the cache
Task queues need limits
Tasks pile up on Mondays
Shown twice, believed once
Fined for downtime, we learned
Kind words help
Fund the boring work
Guest users churn first
Slow is smooth
Shop floor knows best
Last mile is the hard one
Lost packets, found the switch
Filed too early
Nailed it by deleting code
Goals beat tasks
Missions bore everyone
Wall clocks lie
Notes beat memory
Nobody reads the docs
Imports need a template
Exports must stream
Settings hide bugs
Hello screens convert better than tours
Hi-res images slow the page
Testing in production works
Test data is real data
42 is not the answer
1000 users fit on one box
3 whys are enough
It was DNS
It's the index
Indexes!
Cold starts
Latency is trust
Pause before you answer
Quiet hours saved the sprint
Customers say thanks when it is fast
Thank-you notes keep people
Start with the end
Data wins arguments
Cancel early
Reset the clock on every deploy
Questions change plans
Good questions beat answers
Plans fail
Points are noise
Team size matters
Language shapes thought
What if we never deploy on Fridays?
When in doubt, measure
log No is a full sentence
Not invented here
Maybe later means never
Let it crash
Turn off the lights to find the leak
Lisa found the leak
Finn was right about the index
Edith asked the only good question
Logs beat dashboards
Finding the leak took a day
aha we sign tokens now
Aha! The cache is per process
/healthz answers before /readyz does
https://example.com/post
Kaffee hilft
Das ist die Lösung
Finde den Fehler zuerst
Setups drift
Idea: sign tokens once
- sign tokens once
“Ask why five times” works
Failure is data
Failing is cheaper than planning
log show must go on
log failed logins pile up
log jam in the import
Private channels are hard to find
now private
Personal matters
Write a note before you leave
Only for me this was new
Personal notes beat memory
Next step is the hardest
Not yet ready is a fine answer
Expect the worst from Mondays
""".strip().splitlines()
"""Thoughts, long and short, and some that begin with a word near a command. All are saved as they are."""


@pytest.fixture
async def room(people: Everyone) -> Everyone:
    """Return people whose team has an aha of Ben and an experiment of Ana."""
    await people.ben.types("We used to cache tokens, now we sign them")
    await people.ana.types("failed We put a wizard in front of the import")
    return people


def labels(got: Got) -> list[str]:
    """Return the labels of the buttons in reading order, those beside quotations too."""
    assert isinstance(got.answer, Reply), got.answer
    beside: list[Any] = [getattr(block, "button", None) for block in got.answer.card.blocks]
    return [one.label for one in (*beside, *got.answer.card.buttons) if one]


async def asks(room: Everyone, bot: Bot, line: str) -> Got:
    """Type a line and return the private question. Nothing is saved or posted, and the line is the last choice."""
    before, moments = len(rows(bot, Posting)), len(rows(bot, Moment))
    got = await room.ana.types(line)
    assert isinstance(got.answer, Reply), got.answer
    *_, keep = got.answer.card.buttons
    assert keep.label in (KEEP, ANYWAY), got.text
    assert keep.style is not Style.PRIMARY
    assert line.strip().removeprefix("log ") in got.text
    await bot.tick()
    assert (len(rows(bot, Posting)), len(rows(bot, Moment))) == (before, moments)
    return got


@pytest.mark.parametrize(
    ("meant", "line"), [(meant, line) for meant, lines in MEANT.items() for line in lines]
)
def test_what_was_probably_meant_is_known(meant: str, line: str) -> None:
    """Whatever its case, punctuation, quotes and spaces, and with slips of the finger."""
    guess = COMMANDS.parse(line)
    assert isinstance(guess, NearMiss), guess
    assert guess.meant == meant
    assert guess.text == line.strip().removeprefix("log ")


GERMAN = {
    "help": ("Hilfe", "hilfe!", "Was kannst du?", "Hilfe bitte", "hilf mir mal", "Hiilfe"),
    "menu": ("Hallo", "Guten Morgen!", "Menü"),
    "be-quiet": ("Stopp", "Hör auf!", "Bitte nicht stören", "Keine Fragen mehr", "pausieren"),
    "forget-me": ("Vergiss mich", "Meine Daten löschen", "wie kann ich meine Daten löschen?"),
    "privacy": ("Datenschutz", "Was speicherst du?", "Liest du mit?"),
    "offer-undo": ("Rückgängig", "mach das rückgängig", "Ups"),
    "thanks": ("Danke!", "Vielen Dank"),
    "find": ("Suche", "suchen"),
    "delete": ("löschen",),
    "goal-new": ("Neues Ziel",),
    "own-note": ("Notiz: der Cache lügt", "nur für mich: x"),
}
"""What people say to the bot in German, by the command that they mean."""
GERMAN_AHAS = """
Suchen dauert länger als finden
Weniger ist mehr
Ideen helfen nur, wenn jemand sie ausprobiert
Der Import braucht eine Vorlage
Ruhe vor dem Deploy
Danke sagen wirkt
Die Frage war falsch
""".strip().splitlines()


@pytest.mark.parametrize(
    ("meant", "line"), [(meant, line) for meant, lines in GERMAN.items() for line in lines]
)
def test_what_was_meant_in_german_is_known(meant: str, line: str) -> None:
    """Nobody has to say first in which language they write."""
    guess = COMMANDS.parse(line)
    assert isinstance(guess, NearMiss), guess
    assert guess.meant == meant


@pytest.mark.parametrize("line", GERMAN_AHAS)
def test_a_thought_in_german_is_saved_as_it_is(line: str) -> None:
    """Also one that begins with what people say to the bot."""
    assert COMMANDS.parse(line) == Log(line)


def test_phrases_of_other_languages_are_of_commands_that_there_are() -> None:
    """A command that goes takes its phrases with it, and none means something else in English."""
    keys = {each.key for each in DECLARATIONS}
    assert set(phrases_by_command()) <= keys
    english = {
        form: each.key for each in DECLARATIONS for said in each.phrases for form in phrase_forms(said)
    }
    for key, phrases in phrases_by_command().items():
        for form in (form for each in phrases for form in phrase_forms(each)):
            assert english.get(form, key) == key, form


@pytest.mark.parametrize("language", list_languages()[1:])
def test_a_button_s_label_is_understood_in_every_language(language: str) -> None:
    """People type what they read on a button. One that is missing belongs into the language's guesses.toml."""
    missing = []
    for each in DECLARATIONS:
        if each.button and meant_by(each.button()) == each.key:
            with speaking(language):
                label = each.button()
            if meant_by(label) != each.key:
                missing.append((each.key, label))
    assert missing == []


def meant_by(line: str) -> str:
    """Return the key of the command that a line is asked about as, or an empty string."""
    guess = COMMANDS.parse(line)
    return guess.meant.partition(":")[0] if isinstance(guess, NearMiss) else ""


@pytest.mark.parametrize("line", AHAS)
def test_a_thought_is_saved_as_it_is(line: str) -> None:
    """Also a short one, and one that begins with a word near a command."""
    command = COMMANDS.parse(line)
    assert isinstance(command, Log), command
    assert command.text == line.removeprefix("log ")


async def test_what_was_probably_meant_comes_first(room: Everyone, bot: Bot) -> None:
    """The line is asked about in private, with the likely command in front and the line itself last."""
    found = {line: labels(await asks(room, bot, line))[0] for line in SAMPLES}
    assert found == SAMPLES


async def test_kept_as_an_aha_it_is_whole_and_once(room: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It is never asked about a second time, however often the button is pressed."""
    lines = ["stop", "42", "faild We cached it", "Failed: We cached it", "show", "  hi  ", "ok?!"]
    for number, line in enumerate(lines, 3):
        got = await room.ana.types(line)
        assert f"#{number}" in (await got.press(KEEP)).text
        assert f"#{number}" in (await got.press(KEEP)).text
        await bot.tick()
        assert f"Aha #{number}\n“{line.strip()}”" in recorder.texts()[-1]
    assert [moment.text for moment in rows(bot, Moment)[2:]] == [line.strip() for line in lines]


MENDED = {
    "faild We cached it: twice": ("Log a failed experiment", "We cached it: twice"),
    "Failed: We cached it": ("Log a failed experiment", "We cached it"),
    "/aha failed We cached it": ("Log a failed experiment", "We cached it"),
    "breaktrough we sign once": ("Log a breakthrough", "we sign once"),
    "/aha We sign tokens": ("Log an aha", "We sign tokens"),
    "faild " + "a long one: " * 3_300: ("Log a failed experiment", ("a long one: " * 3_300).strip()),
}


async def test_the_meant_command_gets_the_rest(room: Everyone, bot: Bot) -> None:
    """A press runs it once with the text behind the misspelt word. The other choice then brings the same moment."""
    for number, (line, (label, text)) in enumerate(MENDED.items(), 3):
        got = await room.ana.types(line)
        for pressed in (label, label, KEEP):
            assert f"#{number}" in (await got.press(pressed)).text
        assert rows(bot, Moment)[-1].text == text
        assert len(rows(bot, Moment)) == number


async def test_a_question_and_a_quest_are_posted_only_after_the_press(room: Everyone, bot: Bot) -> None:
    """What is publicly asked or opened is asked about too, when its text is said to the bot."""
    got = await asks(room, bot, "ask test")
    await got.press(ANYWAY)
    got = await asks(room, bot, "aks What did we learn?")
    await got.press("Ask a question")
    got = await asks(room, bot, "quest list")
    assert "Quests" in labels(got)
    await got.press(ANYWAY)
    assert {posting.kind for posting in rows(bot, Posting)} >= {PostingKind.PROMPT, PostingKind.QUEST}
    assert [each.text for each in rows(bot, Posting) if each.kind == PostingKind.PROMPT] == [
        "test", "What did we learn?",
    ]  # fmt: skip


async def test_no_such_number(room: Everyone, bot: Bot) -> None:
    """A number that is no moment says so and brings the latest."""
    got = await asks(room, bot, "42")
    assert "There is no #42 here; the latest is #2." in got.text
    assert labels(got) == ["Show #2", "Show #1", KEEP]
    assert "wizard" in (await got.press("Show #2")).text


async def test_bare_commands_bring_the_latest_five(room: Everyone, bot: Bot) -> None:
    """Each beside its words, the newest first, and only those that the command works on."""
    for number in range(5):
        await room.ben.types(f"Thought number {number}")
    assert labels(await asks(room, bot, "show")) == [*(f"Show #{number}" for number in (7, 6, 5, 4, 3)), KEEP]
    assert labels(await asks(room, bot, "why")) == ["Ask why #2", KEEP]
    assert labels(await asks(room, bot, "edit")) == ["Edit #2", KEEP]
    assert (await (await room.ana.types("why")).press("Ask why #2")).form.title == "Ask why"
    assert (await (await room.ana.types("edit")).press("Edit #2")).form.title == "Edit #2"
    assert "#2 deleted." in (await (await room.ana.types("delete")).press("Delete #2")).text
    assert labels(await room.ana.types("delete")) == [KEEP]
    assert labels(await room.mei.types("version"))[0] == "Version of #7"


async def test_nothing_is_there_yet(people: Everyone, bot: Bot) -> None:
    """The sentence says so, and the line can still be kept."""
    got = await people.ana.types("show")
    assert "Nothing is saved here yet" in got.text
    assert labels(got) == [KEEP]
    got = await people.ana.types("undo")
    assert "You haven't saved anything in the last day. To undo something else" in got.text


async def test_recap_offers_its_four_periods(room: Everyone, bot: Bot, clock: Clock) -> None:
    """The likely one is first."""
    clock.forward(minutes=5)
    got = await asks(room, bot, "recap last month")
    assert labels(got) == [
        "/aha recap month",
        "/aha recap week",
        "/aha recap quarter",
        "/aha recap year",
        KEEP,
    ]
    assert "wizard" in (await got.press("/aha recap month")).text


async def test_help_lists_its_topics_and_each_works(people: Everyone) -> None:
    """Also those that are only typed."""
    got = await people.ana.types("help nonsense")
    topics = dict.fromkeys(each.group or each.name for each in DECLARATIONS if each.name)
    assert labels(got) == [*topics, KEEP]
    for topic in topics:
        assert (await got.press(topic)).text.startswith(f"{topic}\n")
        assert (await people.ana.types(f"help {topic}")).text.startswith(f"{topic}\n")
    assert "help nonsense" in rows_text(await got.press(KEEP))


def rows_text(got: Got) -> str:
    """Return the text of the newest moment."""
    return str(rows(got.person.bot, Moment)[-1].text)


async def test_the_teams_posts_are_paused_and_come_back(room: Everyone, bot: Bot, clock: Clock) -> None:
    """`stop` offers it, the press says until when, and *Undo* or `resume` take it back."""
    before = {(each.kind, each.next_at) for each in rows(bot, Schedule)}
    got = await asks(room, bot, "stop")
    assert labels(got) == ["Pause posts", "Pause direct messages", "Schedule", KEEP]
    paused = await got.press("Pause posts")
    assert paused.text.startswith("Paused for everyone here until 23 March: Recap.")
    assert "Next: 27 March 2026" in (await room.ben.types("schedule")).text
    assert "Pause posts" not in labels(await room.ben.types("stop"))
    assert (await paused.press("Undo")).text.startswith("Back on. Recap: 20 March 2026")
    assert {(each.kind, each.next_at) for each in rows(bot, Schedule)} == before

    await got.press("Pause posts")
    resumed = await room.ben.types("resume")
    assert labels(resumed)[0] == "Resume posts"
    assert "20 March 2026" in (await resumed.press("Resume posts")).text
    assert "Nothing is paused here." in (await resumed.press("Resume posts")).text
    assert labels(await room.ben.types("unmute"))[0] == "Turn on questions"


async def test_ones_own_quiet_and_the_way_back(room: Everyone, bot: Bot) -> None:
    """Nothing is set before the press, it says what holds now, and *Undo* takes it back."""

    def ana() -> Person:
        people: list[Person] = rows(bot, Person)
        return next(each for each in people if each.name == "Ana")

    got = await asks(room, bot, "mute")
    assert ana().paused_until is None
    rested = await got.press("Pause direct messages")
    assert "No direct messages from me before 23 March." in rested.text
    assert ana().paused_until is not None
    assert "Resume direct messages" in labels(await room.ana.types("resume"))
    assert "again" in (await rested.press("Undo")).text
    assert ana().paused_until is None

    got = await asks(room, bot, "unsubscribe")
    assert not ana().opted_out
    out = await got.press("Opt out")
    assert "nobody else can save your messages" in out.text
    assert ana().opted_out
    assert labels(await room.ana.types("opt out"))[0] == "Opt in"
    await out.press("Undo")
    assert not ana().opted_out


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("next step", "You'll find “One next step” on the card of the latest retro"),
        ("expect", "You'll find “What do you expect?” on the card of an experiment"),
        ("results", "You'll find “Save the result” on the experiment's card"),
        ("my expectation", "You'll find “What do you expect?” on the card of an experiment"),
        ("note", "memory note\nSave a note just for yourself"),
        ("book", "memory book\nYour own book"),
        ("year", "memory year\nThis week in earlier years"),
        ("experiment", "failed\nSave an experiment"),
    ],
)
async def test_help_knows_the_words_of_cards_and_other_names(room: Everyone, topic: str, said: str) -> None:
    """What is a button and no command says where it is, and another name of a command brings its help."""
    assert (await room.ana.types(f"help {topic}")).text.startswith(said)


async def test_a_button_s_words_say_where_it_is(room: Everyone, bot: Bot) -> None:
    """Nothing of them is posted, and the words that came behind them are shown again."""
    got = await asks(room, bot, "one next step: we call them")
    assert got.text.startswith("You'll find “One next step” on the card of the latest retro question.")
    assert labels(got) == ["Schedule", KEEP]


async def test_undo_removes_the_latest_one_of_the_last_day(room: Everyone, bot: Bot, clock: Clock) -> None:
    """One's own only; the words are shown before, and it can be brought back."""
    got = await asks(room, bot, "undo")
    assert "We put a wizard in front of the import" in got.text
    removed = await got.press("Undo #2")
    assert "#2 deleted." in removed.text
    assert (
        "You haven't saved anything in the last day. To undo something else"
        in (await room.ana.types("undo")).text
    )
    await removed.press("Bring back")
    clock.forward(hours=25)
    assert (
        "You haven't saved anything in the last day. To undo something else"
        in (await room.ana.types("undo")).text
    )
    assert "You haven't saved anything" in (await room.mei.types("oops")).text


@pytest.mark.parametrize("words", ["privacy", "forget me"])
async def test_what_is_stored_and_how_to_be_forgotten(room: Everyone, bot: Bot, words: str) -> None:
    """It says who reads it, and that a person who runs the bot erases by hand today."""
    got = await asks(room, bot, words)
    if words == "privacy":
        assert "The people who run me here can open my database and read it too" in got.text
        got = await got.press("Forget me")
    assert "by hand" in got.text
    assert "nobody else can save your messages" in (await got.press("Opt out")).text


async def test_asking_founds_no_team(people: Everyone, bot: Bot) -> None:
    """A person who says `stop` in a new channel is not answered with a hello for everyone."""
    for line in (
        "stop",
        "hi",
        "settings",
        "privacy",
        "export",
        "faild We cached it",
        "recap nonsense",
        "help x",
    ):
        assert KEEP in labels(await people.ana.types(line))
    await bot.tick()
    assert rows(bot, Team) == []
    assert rows(bot, Posting) == []


async def test_somebody_from_outside_learns_nothing(room: Everyone, bot: Bot) -> None:
    """The question about a line shows nothing of the team."""
    outside = {"person": "U-zed", "person_name": "Zed", "external": True}
    assert "wizard" not in (await room.ana.types("show", **outside)).text
    assert "Pause posts" not in labels(await room.ana.types("stop", **outside))
    assert (
        "I don't save or show anything here"
        in (await (await room.ana.types("hi", **outside)).press(KEEP, **outside)).text
    )


async def test_in_a_direct_message(room: Everyone, bot: Bot) -> None:
    """One's own quiet comes first there, and what needs a team asks for it."""
    there = {"channel": "D-ana", "direct": True}
    assert labels(await room.ana.types("stop", **there))[0] == "Pause direct messages"
    assert labels(await room.ana.types("show", **there))[0] == "Show #2"
    assert (
        "Paused for everyone here"
        in (await (await room.ana.types("pause", **there)).press("Pause posts")).text
    )


async def test_erased_words_wait_nowhere(room: Everyone, bot: Bot, clock: Clock) -> None:
    """A line that was asked about is stored once, and goes with the moment that it became."""
    await (await room.ana.types("faild We cached it")).press("Log a failed experiment")
    await room.ana.types("delete 3")
    clock.forward(hours=25)
    await bot.tick()
    assert rows(bot, Pending) == []


FORGED = (
    "misfit:x::junk",
    "misfit:x::later",
    "guess",
    "guess:x:y:failed:99:zz",
    "guess:x::set-keeping",
    "later:1:meant",
)


@pytest.mark.parametrize("forged", FORGED)
async def test_forged_questions_do_no_harm(room: Everyone, bot: Bot, forged: str) -> None:
    """They are answered with a sentence."""
    got = await room.ana.does(COMMANDS.decode(forged))
    assert isinstance(got.answer, Reply)


@pytest.mark.parametrize("unit", [":", "#", '"', "/aha ", "aha ", "x"])
def test_a_long_line_of_nothing_is_asked_about(unit: str) -> None:
    """Only its start is looked at, so that it takes no longer than a short one."""
    assert isinstance(COMMANDS.parse(unit * (40_000 // len(unit))), NearMiss)


@pytest.mark.parametrize("called", ["/lantern", "/aha", "/Einfall"])
def test_the_command_under_its_own_name(called: str) -> None:
    """A command that is called otherwise is known too, with and without its slash."""
    for line in (f"{called} show 1", f"{called[1:]} show 1", f"{called} stop", called):
        assert isinstance(COMMANDS.parse(line, called), NearMiss), line
    assert isinstance(COMMANDS.parse("lantern light is warm", "/aha"), Log)


def test_a_phrase_means_one_command() -> None:
    """No two commands claim the same phrase, and none claims a command's own name."""
    owners: dict[tuple[str, ...], str] = {}
    for declaration in DECLARATIONS:
        for phrase in declaration.phrases:
            for form in phrase_forms(phrase):
                assert owners.setdefault(form, declaration.key) == declaration.key, phrase
                assert len(form) > 1 or COMMANDS.find_by_word(form[0]) is None, phrase


def test_every_reserved_phrase_has_a_sentence_of_its_own() -> None:
    """And the fallback is used for none."""
    reserved = next(each for each in DECLARATIONS if each.key == "not-built")
    for phrase in reserved.phrases:
        assert any(word in NEAR for word in phrase.strip(":").split()), phrase
    assert ELSE not in NEAR.values()


def test_commands_are_not_misspellings_of_each_other() -> None:
    """Nor of an ordinary word that is listed as such."""
    words = [word for each in DECLARATIONS if each.name for word in (each.name, *each.aliases)]
    assert not [(one, other) for one in words for other in words if could_misspell(one, other)]
    assert not ordinary_words() & set(words)
    assert {"mind", "kind", "shown", "guest", "fined"} <= ordinary_words()


@pytest.mark.parametrize(
    ("name", "text", "words_at", "typed"),
    [
        ("show", "must go on", "", ""),
        ("ask", "help", "", "ask:help:/"),
        ("quest", "show 42", "", "quest:show 42:/"),
        ("recap", "the last one", "", ""),
        ("ask", ": what moved", "2", ""),
    ],
)
def test_a_chosen_command_is_none_of_the_words(name: str, text: str, words_at: str, typed: str) -> None:
    """What is asked about has only what the person typed beside the command."""
    declaration = COMMANDS.find_by_word(name)
    assert declaration
    given = {declaration.words_field or next(iter(declaration.params)): text}
    asked = COMMANDS.parse_options(declaration, given)
    assert isinstance(asked, NearMiss)
    assert (asked.text, asked.words_at, asked.typed) == (text, words_at, typed)


@pytest.mark.parametrize("name", ["ask", "quest", "failed", "breakthrough", "find"])
def test_the_line_of_a_command_as_it_was_written(name: str) -> None:
    """With the word of a typed command, and without that of a chosen one."""
    declaration, text = COMMANDS.find_by_word(name), "what moved the cheese"
    assert declaration
    typed = COMMANDS.parse(f"{name.title()}  {text}")
    assert restore_line(typed.head, getattr(typed, declaration.words_field)) == f"{name.title()}  {text}"
    chosen = COMMANDS.parse_options(declaration, {declaration.words_field: text})
    assert chosen.head
    assert restore_line(chosen.head, getattr(chosen, declaration.words_field)) == text
