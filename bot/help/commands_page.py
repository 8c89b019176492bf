"""The page `docs/commands.md`, made from the declarations. It is in English, as all pages of the docs are."""

from __future__ import annotations

from bot.core.commands import Commands, Declaration

HEAD = (
    "# Commands",
    "",
    "One root command, `/aha`. On Slack the words below follow it; on Discord they are its subcommands.",
    "This page is made from the declarations listed in `bot/features.py`; a test keeps it so.",
    "",
    "| Write | What it does | Where |",
    "|---|---|---|",
)
FOOT = (
    "Any other text after `/aha` is saved as an aha, and `/aha` alone shows a menu. A word that takes free text is",
    "always that command, and its private answer offers to save it as an aha instead. A moment is given as `42` or",
    "`#42`.",
    "",
    "Everything works by name, too, in channels, threads and forum posts: `@Ahabot` and the same words. What's saved",
    "that way gets no card: the bot's 💡 on the message is the answer. *@Ahabot remember this* in a reply or a thread",
    "saves the message that it answers, and *@Ahabot remember this thread* offers the thread's messages. In direct",
    "messages, just write: no command is needed.",
    "",
    "What was probably meant otherwise is asked about first, in private: a misspelt command, one with a colon or with",
    "arguments that do not fit, a number, and what people say to bots, such as `stop`, `undo`, `settings`, `privacy`",
    "or `hi`. Nothing of it is posted before you choose.",
    "",
    "When you show something to others (an aha, a quest, a question, an answer, a version, a recap), the private",
    "answer says where it is and offers *Undo*. What you change can be changed again. In a direct message, the bot",
    "asks before it posts anything. In a conversation that it isn't part of, it saves and shows nothing.",
    "",
    "`season` tells you in private about a season of one question, and begins one. *Start a season* on a question",
    "from the packs and *A season* in the form of `ask` do the same. [The search](search.md) says what is paused then.",
)


def render_commands_page(commands: Commands) -> str:
    """Render the page `docs/commands.md` as Markdown."""
    rows = [_command_row(declaration) for declaration in commands.all if declaration.name]
    return "\n".join([*HEAD, *rows, "", *FOOT, ""])


def _command_row(declaration: Declaration) -> str:
    where = "typed" if declaration.typed_only else "both"
    usage = declaration.usage.replace("|", "\\|")
    return f"| `/aha {usage}` | {declaration.summary} | {where} |"
