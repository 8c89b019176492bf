"""A short sentence for people who thank the bot, or say goodbye."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Reply, text_reply


@dataclass(frozen=True)
class Thanks:
    """Answer somebody's thanks."""


def answer_thanks(_context: Context, _command: Thanks) -> Reply:
    """Answer in one sentence."""
    return text_reply(_("You're welcome."))


DECLARATIONS = (
    Declaration(
        "thanks",
        Thanks,
        answer_thanks,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        said_as=(
            "thanks, thank you, thank u, thx, thanx, tx, ty, tysm, tyvm, thanks a lot, thanks so much, many thanks, "
            "thank you so much, thank you very much, thanks bot, cheers, danke, vielen dank, danke schön, gracias, "
            "merci, grazie, obrigado, obrigada, arigato, bravo, good bot, nice bot, great bot, best bot, "
            "i love you, love you, love it, love this, nice, nice one, nice work, great, great job, good job, "
            "well done, awesome, cool, perfect, excellent, amazing, bye, goodbye, good bye, bye bye, see you, "
            "see ya, cya, good night, goodnight, ciao, tschüss, adios, see you later"
        ),
    ),
)
