"""Help, the menu and the commands page.

Help and the page are built from the declarations, so they are always up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.core.commands import GLOSSARY, ON_CARD, Commands, Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Line,
    Reply,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Title,
)
from bot.core.params import choice_param
from bot.core.parts.answers import list_shown, parts_off
from bot.core.parts.growth import describe_next, read_team_usage, used_names, used_parts
from bot.core.parts.hiding import keep_shown
from bot.core.parts.part import Part
from bot.focus.commands import FocusRatio
from bot.goals.commands import ListGoals, Mission
from bot.help.on_cards import OnCard, tell_place
from bot.moments.commands import Breakthrough, Failed, Log
from bot.moments.find import Find
from bot.people.page.commands import OwnPage
from bot.prompts.ask import Ask
from bot.quests.commands import Quest
from bot.quests.cycle import Cycle
from bot.recaps.recap import Recap
from bot.schedules.schedules import Plan
from bot.teams.setup import Setup

SECTIONS = (
    (lazy("Save"), ("log", "breakthrough", "failed", "no", "shiny", "chance", "version")),
    (lazy("Look back"), ("show", "find", "recap", "memory")),
    (lazy("Find out together"), ("quest", "why", "cycle", "ask")),
    (lazy("Know where you're going"), ("mission", "goal", "focus")),
)
"""The headings of the overview with the first words of their commands. Commands of none are under *More*."""

WORDS: tuple[tuple[Lazy, Lazy], ...] = (
    (lazy("aha"), lazy("Something you noticed, found or finally understood")),
    (lazy("experiment"), lazy("Something you tried, and what you learned when it didn't work")),
    (lazy("breakthrough"), lazy("An aha that lets you do something you couldn't do before")),
    (lazy("moment"), lazy("An aha, experiment or breakthrough you saved. Each has a number, like #42")),
    (lazy("version"), lazy("How somebody else saw the same moment")),
    (lazy("quest"), lazy("Something the team wants to find out")),
    (lazy("attempt"), lazy("An experiment on the way to a quest's answer")),
    (lazy("why"), lazy("A question about an experiment: why did it happen, and why that, up to five times")),
    (lazy("insight"), lazy("What you understood after asking why")),
    (lazy("link"), lazy("A connection between moments: one led to the other")),
    (lazy("fuel"), lazy("Failed experiments that led to a breakthrough")),
    (lazy("mission"), lazy("What the team is here for, and for whom")),
    (lazy("goal"), lazy("Something you can measure and want to reach by a day")),
    (lazy("focus"), lazy("How much of your work serves the big goal")),
    (lazy("recap"), lazy("What happened in a week, month, quarter or year")),
    (lazy("question pack"), lazy("A set of questions I pick from when it's time to ask")),
    (lazy("no"), lazy("Something you turned down, and why")),
    (lazy("shiny idea"), lazy("An idea that tempts you now. I'll ask about it again later")),
    (lazy("chance"), lazy("A door that may open, and what it would speed up")),
    (lazy("stretch"), lazy("How far outside your comfort zone something was, from 0 to 5 mm")),
)
"""The product's own words, and what each means in a line."""


@dataclass(frozen=True)
class Help:
    """All commands, or one command in full."""

    topic: str = choice_param("A command's name")


@dataclass(frozen=True)
class Words:
    """What the product's own words mean."""


@dataclass(frozen=True)
class Topics:
    """The topics of the help, for one that is unknown."""


@dataclass(frozen=True)
class Everything:
    """All commands, also those that the team hasn't met."""


@dataclass(frozen=True)
class Menu:
    """The most common commands as buttons."""


def show_help(context: Context, command: Help) -> Reply:
    """Show all commands, or the one that was asked for.

    An unknown topic brings the list of topics.
    """
    if not command.topic:
        return _show_used(context)
    several = context.commands.list_group(command.topic)
    find = context.commands.find_by_word if several else context.commands.find_topic
    declaration = find(command.topic)
    if declaration is None and not several:
        return list_topics(context, Topics())
    if declaration is not None and declaration.key == ON_CARD:
        return tell_place(context, OnCard(command.topic))
    if declaration is not None and declaration.key == GLOSSARY:
        return show_words(context, Words())
    root = context.capabilities.command
    head = _command_blocks(declaration, root) if declaration else (Title(command.topic),)
    return Reply(Card((*head, *(block for each in several for block in _member_blocks(each, root)))))


def _show_used(context: Context) -> Reply:
    """Show the commands that the team uses, and the one thing that would come next."""
    used, root = read_team_usage(context.session, context.caller.team_id), _typed_first(context)
    names, parts = used_names(used), used_parts(used)
    known = [
        each
        for each in list_shown(context)
        if _first_word(each) in names or (each.part and each.part in parts)
    ]
    called = context.capabilities.command
    coming = describe_next(used, parts_off(context), context.caller.founded_at, context.now, called)
    blocks = (
        Title(_("What I can do")),
        Text((_("Type one of these, and what you want to say after it:"),)),
        *_command_lines(
            context.commands, root, [each for each in known if each.name and not each.typed_only]
        ),
        *([Text((coming,))] if coming else []),
        Small((_("Or call me by my name, in threads too. In direct messages, just write."),)),
    )
    words = Button(_("What do the words mean?"), Words())
    buttons = (
        Button(_("Everything I can do"), Everything(), Style.PRIMARY),
        Button(_("Menu"), Menu()),
        words,
    )
    return Reply(Card(blocks, buttons))


def show_everything(context: Context, _command: Everything) -> Reply:
    """Show all commands in sections."""
    buttons = (Button(_("Menu"), Menu()), Button(_("What do the words mean?"), Words()))
    return Reply(Card(tuple(_overview_blocks(context)), buttons))


def _typed_first(context: Context) -> str:
    """Return what people type before a command's name: nothing in the bot's direct messages."""
    return "" if context.origin.direct else context.capabilities.command


def show_words(_context: Context, _command: Words) -> Reply:
    """Explain the product's own words, a line for each."""
    lines = (Entry((Strong(word()), f" · {meaning()}")) for word, meaning in WORDS)
    return Reply(Card((Title(_("What the words mean")), *lines)))


def list_topics(context: Context, _command: Topics) -> Reply:
    """Offer help about each command."""
    named = dict.fromkeys(each.group or each.name for each in list_shown(context) if each.name)
    topics = tuple(Button(name, Help(name)) for name in named)
    return Reply(Card((Text((_("I have no help about that. Here's what I can help with:"),)),), topics))


def _overview_blocks(context: Context) -> Iterable[Block]:
    commands, root = context.commands, _typed_first(context)
    yield Title(_("What I can do"))
    yield Text((_("Type one of these, and what you want to say after it:"),))
    shown = [each for each in list_shown(context) if each.name and not each.typed_only]
    for heading, names in (*SECTIONS, (lazy("More"), ())):
        listed = [each for each in shown if _first_word(each) in names or (not names and _is_elsewhere(each))]
        if listed:
            yield Section(heading())
        yield from _command_lines(commands, root, listed)
    yield Small(
        (
            _(
                "You can also call me by my name, in threads too: to save the message that you answer, "
                "write “remember this” after it. In direct messages, just write."
            ),
        )
    )
    yield Small((_("Each card has buttons for what you can do next with it."),))
    yield Small((_("To edit or delete a moment, open it with {line}.", line=_typed(root, "show")),))
    one = _typed(root, "help")
    yield Small((_("More about one of these: {line} and its name, like {line} goal.", line=one),))


def _typed(root: str, words: str) -> str:
    """Return a command as people type it. `root` is empty where they only write its words."""
    return f"{root} {words}".lstrip()


def _command_lines(commands: Commands, root: str, listed: Iterable[Declaration]) -> Iterable[Block]:
    for group, members in groupby(listed, key=_first_word):
        yield _group_line(commands, root, group, list(members))


def _first_word(declaration: Declaration) -> str:
    return declaration.group or declaration.name


def _is_elsewhere(declaration: Declaration) -> bool:
    """Return whether no section of the overview names a command."""
    return not any(_first_word(declaration) in names for _, names in SECTIONS)


def _group_line(commands: Commands, root: str, group: str, members: Sequence[Declaration]) -> Entry:
    """Return the line of a command, or of all that share their first word."""
    if len(members) == 1:
        return _summary_line(members[0], root)
    head = commands.find_by_word(group) or members[0]
    seconds = ", ".join(each.name.partition(" ")[2] for each in members)
    return Entry((Strong(_typed(root, group)), f" · {head.summary()}: {seconds}"))


def _summary_line(declaration: Declaration, root: str) -> Entry:
    return Entry((Strong(_typed(root, declaration.name)), f" · {declaration.summary()}"))


def _member_blocks(declaration: Declaration, root: str) -> Iterable[Block]:
    """Yield the line of one of several commands with the same first word, and how one may write it."""
    yield replace(_summary_line(declaration, root), small=_example_line(declaration, root))


def _example_line(declaration: Declaration, root: str) -> Line:
    if not declaration.example:
        return ()
    return (_("For example: {line}", line=f"{root} {declaration.name} {declaration.example()}"),)


def _command_blocks(declaration: Declaration, root: str) -> Iterable[Block]:
    yield Title(declaration.name)
    yield Text((declaration.summary() if declaration.summary().endswith("?") else f"{declaration.summary}.",))
    usage = f"{root} {declaration.usage}"
    yield Small(
        (_("As text: {usage}", usage=usage) if declaration.typed_only else _("Type: {usage}", usage=usage),)
    )
    if example := _example_line(declaration, root):
        yield Small(example)
    if declaration.typed_only:
        yield Small((_("Anywhere: {way}", way=declaration.instead()),))
    for name, param in declaration.params.items():
        yield Small((f"{name}: {param.summary()}",))


def show_menu(context: Context, _command: Menu) -> Reply:
    """Show the most common commands as buttons, and the rest in the menu."""
    buttons = (
        Button(_("Log an aha"), Log(), Style.PRIMARY),
        Button(_("Log an experiment"), Failed()),
        Button(_("Log a breakthrough"), Breakthrough()),
        Button(_("Ask a question"), Ask()),
        Button(_("Recent"), Find()),
    )
    more = (
        Button(_("Quests"), Quest()),
        Button(_("How our quests are going"), Cycle()),
        Button(_("Mission"), Mission()),
        Button(_("Goals"), ListGoals()),
        Button(_("Focus"), FocusRatio()),
        Button(_("Recap"), Recap()),
        Button(_("Schedule"), Plan()),
        Button(_("Setup"), Setup()),
        Button(_("Your page"), OwnPage()),
        Button(_("Help"), Help()),
    )
    used = read_team_usage(context.session, context.caller.team_id)
    hidden = frozenset(Part) - used_parts(used)
    root = context.capabilities.command
    coming = describe_next(used, parts_off(context), context.caller.founded_at, context.now, root)
    next_line = (Small((coming,)),) if coming else ()
    blocks = (Text((_("What would you like to do?"),)), *next_line)
    all_of_it = Button(_("Everything I can do"), Everything())
    return Reply(Card(blocks, buttons, (*keep_shown(more, hidden, context.commands.find_part), all_of_it)))


DECLARATIONS = (
    Declaration(
        "help",
        Help,
        show_help,
        "help",
        lazy("What I can do, or one command in full"),
        needs=Needs.PERSON,
        anywhere=True,
        button=lazy("Help"),
        at_once=True,
        said_as=(
            "?, helpme, help me, help please, commands, command, all commands, list commands, show commands, manual, "
            "man, docs, documentation, guide, tutorial, faq, usage, info, information, about, about you, readme, "
            "examples, tips, features, support, who are you, what are you, what is this, what is aha, whats this, "
            "what do you do, what can you do, what can i do, what does this do, what does it do, what now, "
            "how does this work, how does it work, how do you work, how it works, how do i use this, how do i start, "
            "help us, i need help, ahabot help, hilfe, ayuda, aide, aiuto, ajuda, v, ver, build, release, changelog, "
            "feedback, bug, bugs, report bug, report a bug, issue, contact, bad bot, stupid bot, dumb bot, broken"
        ),
    ),
    Declaration(
        GLOSSARY,
        Words,
        show_words,
        read_only=True,
        needs=Needs.PERSON,
        anywhere=True,
        at_once=True,
        said_as=(
            "words, glossary, vocabulary, dictionary, definitions, what do the words mean, "
            "what do these words mean, explain the words"
        ),
    ),
    Declaration("everything", Everything, show_everything, read_only=True, needs=Needs.PERSON, anywhere=True),
    Declaration("topics", Topics, list_topics, read_only=True, needs=Needs.PERSON, at_once=True),
    Declaration(
        "menu",
        Menu,
        show_menu,
        read_only=True,
        needs=Needs.PERSON,
        at_once=True,
        said_as=(
            "menu, main menu, start, begin, home, hi, hi there, hello, hello there, hello world, hello everyone, "
            "hello bot, hallo, hey, hey there, hiya, heya, hey bot, hi all, howdy, hola, bonjour, salut, ciao bot, "
            "moin, servus, ola, olá, hej, hei, ahoj, privet, привет, namaste, salaam, shalom, konnichiwa, "
            "你好, こんにちは, 안녕, good morning, good afternoon, good evening, morning, guten morgen, guten tag, "
            "buenos dias, yo, sup, wassup, whats up, what up, whatsup, greetings, welcome, test, testing, test test, "
            "testing 1, testing testing, test 1, test 1 2, test123, this is a test, just testing, just a test, "
            "tests test, ping, pong, ping pong, echo, check, hello are you there, are you there, anyone there, "
            "anybody there, are you alive, you there, aha moment, aha aha, bot, demo, trial, try, "
            "debug, run, go, ready, init, initialize, launch, login bot, qwerty, asdf, foo, foobar, foo bar, bar, "
            "lorem ipsum, hello test, text, some text, your text, your text here, my text, text here, message, "
            "some message, more, next, previous, prev, done, finish, finished, close, end, yes please, no thanks, "
            "no thank you, ok thanks, try again, retry, refresh, reload, i dont know, dont know, joke, tell a joke, "
            "tell me a joke, weather, lunch, coffee, who, what, where, how"
        ),
    ),
)
