"""The commands about quests, attempts, whys and links."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import moment_param, user_text, words_param


@dataclass(frozen=True)
class AskWhy:
    """The command to add a why to an experiment, below the why `under`.

    Without text, it opens the form. `how` is the writer's choice after a gentler wording was
    suggested: to send the text as it is, or (on older buttons) to write it again.
    """

    moment: str = moment_param()
    under: str = ""
    how: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class RewordWhy:
    """The command to write a why again after a gentler wording was suggested. It opens the form."""

    moment: str = ""
    under: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class SeeWhys:
    """The command to show one private page of an experiment's whys."""

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class SeeLinks:
    """The command to show one private page of what led to a breakthrough.

    When nothing is linked to the breakthrough yet, it opens the form that adds links.
    """

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class Link:
    """The command to link what led to a breakthrough.

    Of any other moment, it links the breakthroughs that the moment led to. `asked` is set
    when the command comes from its form. `chosen` holds the numbers of moments, one per line,
    and `others` holds what was typed beside them.
    """

    moment: str = ""
    asked: str = ""
    chosen: str = ""
    others: str = user_text()


@dataclass(frozen=True)
class UndoLinks:
    """The command to remove the links of a moment that were just added.

    `others` holds the numbers of the linked moments, one per line.
    """

    moment: str = ""
    others: str = ""


@dataclass(frozen=True)
class Unlink:
    """The command to remove a linked moment, given by its number, from a breakthrough."""

    moment: str = ""
    stop: str = ""


@dataclass(frozen=True)
class Quest:
    """A command that opens a quest or, without text, lists the open ones.

    `before` is the quest id that a further page starts below. `head` is the command word that
    was typed before the text.
    """

    text: str = words_param("What you want to find out. Leave it out to see the open quests")
    head: str = ""
    team: str = ""
    before: str = ""


@dataclass(frozen=True)
class OpenQuest:
    """A command that opens a quest with the text from its form or, without text, shows that form."""

    team: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class SeeQuest:
    """A command that shows a quest's card in private or, with `page`, its unclipped text."""

    quest: str = ""
    team: str = ""
    page: str = ""


@dataclass(frozen=True)
class LogAttempt:
    """A command that shows the form for an experiment in this quest."""

    quest: str = ""
    team: str = ""


@dataclass(frozen=True)
class FoundIt:
    """A command that shows the form for the breakthrough that ends this quest."""

    quest: str = ""
    team: str = ""


@dataclass(frozen=True)
class LetGo:
    """A command that gives up a quest. Its form asks for the reason."""

    quest: str = ""
    team: str = ""
    reason: str = user_text()


@dataclass(frozen=True)
class ReopenQuest:
    """A command that opens a quest again that the person gave up."""

    quest: str = ""
    team: str = ""


@dataclass(frozen=True)
class RemoveQuest:
    """A command that removes a quest, open or closed. `sure` is set once the person has confirmed."""

    quest: str = ""
    team: str = ""
    sure: str = ""


@dataclass(frozen=True)
class TakeQuestBack:
    """A command that takes the person's own quest back.

    With `head`, the command word typed before it, the whole line is saved as an aha instead.
    """

    quest: str = ""
    head: str = ""
    team: str = ""


@dataclass(frozen=True)
class WhyOf:
    """The message shortcut *Ask why*, used on any message or on a card of an experiment.

    The other fields hold what the platform knows about the message, for saving it first.
    """

    message: str = ""
    text: str = ""
    author: str = ""
    author_name: str = ""
    link: str = ""
    by_bot: str = ""
    external: str = ""
    shows: str = ""


@dataclass(frozen=True)
class MarkInsight:
    """Mark the why that is the insight.

    `was` is the insight's id when the form was opened. `first` is the id of the first why
    offered, if the form was opened from a page of whys.
    """

    moment: str = ""
    was: str = ""
    why: str = ""
    first: str = ""


@dataclass(frozen=True)
class TakeWhyOut:
    """Take out a why.

    Without its id a form asks which one, starting with the why `first`.
    """

    moment: str = ""
    why: str = ""
    first: str = ""


@dataclass(frozen=True)
class StartAttempt:
    """A command that keeps an experiment that is under way, or one that went well, as `outcome` says.

    Without text, it opens the form. `quest` is a quest's id, `none`, or what was typed in its place.
    """

    quest: str = ""
    team: str = ""
    text: str = user_text()
    outcome: str = ""


@dataclass(frozen=True)
class KeepResult:
    """A command that keeps how an experiment ended. Without `outcome`, it opens the form.

    `change` is set by a form that was opened when there was a result already. `shown` has the marks of what
    the form showed.
    """

    moment: str = ""
    change: str = ""
    shown: str = ""
    outcome: str = ""
    happened: str = user_text()
    taught: str = user_text()


@dataclass(frozen=True)
class Expect:
    """A command that seals a line about what an experiment will show. Without text, it opens the form.

    `name` is a Signing.
    """

    moment: str = ""
    name: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class ExpectNext:
    """A command that seals a line about a quest's attempt under way or, without one, about its next attempt.

    `which` is the number of the attempt if several are under way. `after` is the number of the quest's latest
    attempt when the form was opened without one under way, or 0. `name` is a Signing.
    """

    quest: str = ""
    team: str = ""
    after: str = ""
    which: str = ""
    name: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class DropExpectation:
    """A command that takes the person's own signed line out, sealed or opened.

    `words` is the mark of the words that an *Undo* belongs to. A line that was changed since stays.
    """

    line: str = ""
    team: str = ""
    words: str = ""


@dataclass(frozen=True)
class RestoreExpectation:
    """A command that brings the person's own line back that they took out less than a day ago."""

    line: str = ""
    team: str = ""


@dataclass(frozen=True)
class UndoExpectation:
    """A command that gives the person's own sealed line the words that it had before a change.

    `change` has the marks of the words before that change and after it.
    """

    line: str = ""
    team: str = ""
    change: str = ""


@dataclass(frozen=True)
class UndoResult:
    """A command that takes the result of an experiment back within a day, which is under way again then.

    `kept` is the mark of the result, which stays if it was changed since.
    """

    moment: str = ""
    kept: str = ""


@dataclass(frozen=True)
class UndoResultChange:
    """A command that brings the result back that an experiment had before a change, within a day.

    `change` is the mark of that change's event.
    """

    moment: str = ""
    change: str = ""
