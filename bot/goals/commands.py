"""The commands about missions and goals.

`shown` has the marks of what a form showed (bot.core.forms)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import goal_param, user_text, words_param


@dataclass(frozen=True)
class Mission:
    """The command to see the team's mission. Without one, it opens the form that writes it."""

    team: str = ""


@dataclass(frozen=True)
class WriteMission:
    """The command to write the mission anew. Without `asked`, it opens the form.

    `seen` is the id of the version that the form showed.
    """

    team: str = ""
    asked: str = ""
    seen: str = ""
    who: str = user_text()
    how: str = user_text()
    offer: str = user_text()
    why: str = user_text()


@dataclass(frozen=True)
class MissionVersions:
    """The command to show earlier versions of the mission in private pages, those before an id."""

    team: str = ""
    before: str = ""


@dataclass(frozen=True)
class TakeMissionBack:
    """The command to take back the version of the mission that the person wrote last."""

    version: str = ""
    team: str = ""


@dataclass(frozen=True)
class KeepLine:
    """The command to answer in a recap that a line of the mission is still meant."""

    line: str = ""
    team: str = ""


@dataclass(frozen=True)
class Goals:
    """The command to list the goals, to show one by its number, or to make one of a text."""

    text: str = words_param("A new goal, or a goal's number. Leave empty to see all")
    head: str = ""
    team: str = ""


@dataclass(frozen=True)
class NewGoal:
    """The command to make a goal. Without text, it opens the form.

    With `head`, the command's words that were typed before the text, the line can be saved as an aha.
    `funds`, `look_again_on` and `replaces` are for a survival goal. `parked` is the parked moment that
    becomes the goal, `source` another one of whose words it is made.
    """

    text: str = words_param("What will be true, in one sentence. Leave empty for a form")
    head: str = ""
    team: str = ""
    kind: str = ""
    funds: str = user_text()
    look_again_on: str = ""
    replaces: str = ""
    parked: str = ""
    source: str = ""


@dataclass(frozen=True)
class GoalFrom:
    """The command to make a goal of a resolution: its words, or the number of a moment that holds them.

    Without text, it opens the form.
    """

    text: str = words_param("Your resolution, or a moment's number, like #12")
    head: str = ""
    team: str = ""


@dataclass(frozen=True)
class ListGoals:
    """The command to list the open goals, and with `before` the closed ones below that number."""

    team: str = ""
    before: str = ""


@dataclass(frozen=True)
class ShowGoal:
    """The command to show a goal in private. With `page`, the texts that its card shortens."""

    goal: str = goal_param()
    team: str = ""
    page: str = ""


@dataclass(frozen=True)
class CheckIn:
    """The command to say how far a goal is, and for whom. Without `asked`, it opens the form."""

    goal: str = goal_param()
    team: str = ""
    asked: str = ""
    progress: str = user_text()
    fit: str = ""


@dataclass(frozen=True)
class CloseGoal:
    """The command to close a goal. Without `asked`, it opens the form."""

    goal: str = goal_param()
    team: str = ""
    asked: str = ""
    outcome: str = ""
    taught: str = user_text()


@dataclass(frozen=True)
class KeepGoal:
    """The command to keep a survival goal until it is looked at again on a day. Without `asked`, it opens the form."""

    goal: str = ""
    team: str = ""
    asked: str = ""
    until: str = ""


@dataclass(frozen=True)
class UndoKeep:
    """The command to take back the day until which a survival goal is kept.

    `until` is that day, and `was` the one before it. `waits` is set if the card had asked about that.
    """

    goal: str = ""
    team: str = ""
    until: str = ""
    was: str = ""
    waits: str = ""


@dataclass(frozen=True)
class ReopenGoal:
    """The command to open a closed goal again, in another class if `kind` names one.

    `replaces` is the number of the survival goal whose place it takes.
    """

    goal: str = goal_param("The goal's number, like 3. Leave empty to choose from the closed ones")
    team: str = ""
    kind: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class GoOn:
    """The command to go on with a goal's open letters: the next form that asks for one."""

    goal: str = ""
    team: str = ""


@dataclass(frozen=True)
class EditGoal:
    """The command to change what a goal says, its class and its owner. Without `asked`, it opens the form."""

    goal: str = ""
    team: str = ""
    asked: str = ""
    text: str = user_text()
    kind: str = ""
    funds: str = user_text()
    look_again_on: str = ""
    replaces: str = ""
    shown: str = ""


@dataclass(frozen=True)
class MakeBig:
    """The command to make an open goal the big one. With `was`, the class it had, it is that again."""

    goal: str = ""
    team: str = ""
    was: str = ""


@dataclass(frozen=True)
class MeasureGoal:
    """The command to say how a goal is measured, and until when. Without `asked`, it opens the form."""

    goal: str = ""
    team: str = ""
    asked: str = ""
    start: str = user_text()
    target: str = user_text()
    unit: str = user_text()
    due_on: str = ""
    shown: str = ""


@dataclass(frozen=True)
class AlignGoal:
    """The command to say what a goal is for. Without `asked`, it opens the form.

    `seen` is the id of the mission's version that the form showed.
    """

    goal: str = ""
    team: str = ""
    asked: str = ""
    seen: str = ""
    line: str = ""
    attainable: str = user_text()
    relevant: str = user_text()
    step: str = user_text()
    shown: str = ""


@dataclass(frozen=True)
class TakeGoalBack:
    """The command to take the person's own new goal back. With `head`, the line is saved as an aha instead.

    `let_go_by` and `let_go_at`, in minutes of Unix time, say who had let the shiny thing go that the goal was made of.
    """

    goal: str = ""
    head: str = ""
    team: str = ""
    let_go_by: str = ""
    let_go_at: str = ""


@dataclass(frozen=True)
class RemoveGoal:
    """The command to remove a goal for good, open or closed. `sure` is set once the person has confirmed."""

    goal: str = ""
    team: str = ""
    sure: str = ""


@dataclass(frozen=True)
class AddStep:
    """The command to add a next step to a goal. Without text, it opens the form."""

    goal: str = ""
    team: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class SeeSteps:
    """The command to show a goal's steps in private, with the buttons that tick and remove them."""

    goal: str = ""
    team: str = ""


@dataclass(frozen=True)
class TickStep:
    """The command to tick a step as done. With `back`, it is to do again."""

    goal: str = ""
    step: str = ""
    team: str = ""
    back: str = ""


@dataclass(frozen=True)
class DropStep:
    """The command to remove a step."""

    goal: str = ""
    step: str = ""
    team: str = ""


@dataclass(frozen=True)
class PlanCheckpoints:
    """The command to change the days of a goal's checkpoints. Without `asked`, it opens the form."""

    goal: str = ""
    team: str = ""
    asked: str = ""
    days: str = user_text()
    shown: str = ""


@dataclass(frozen=True)
class UndoCheckIn:
    """The command to take back the answer to a checkpoint. `made` is set if the answer made it.

    `progress`, `fit`, `person` and `at` are the answer before it, from earlier on that day, and `before` is
    that one's mark. `answer` is the mark of the answer to take back.
    """

    goal: str = ""
    checkpoint: str = ""
    team: str = ""
    made: str = ""
    progress: str = ""
    fit: str = ""
    person: str = ""
    at: str = ""
    answer: str = ""
    before: str = ""


@dataclass(frozen=True)
class RemindOwner:
    """The command with which a goal's owner turns private messages on its checkpoints on or off."""

    goal: str = ""
    team: str = ""
    on: str = ""


@dataclass(frozen=True)
class TakeOver:
    """The command to own a goal whose owner has left. `back` is the owner before, to undo it."""

    goal: str = ""
    team: str = ""
    back: str = ""


@dataclass(frozen=True)
class Became:
    """The command that opens the form of the moment that a closed goal became. `kind` is that of a moment."""

    goal: str = ""
    kind: str = ""
    team: str = ""


@dataclass(frozen=True)
class Serves:
    """The command to say which goals and which line of the mission a moment serves.

    `asked` is set when it comes from its form. `goals` holds numbers, one per line.
    """

    moment: str = ""
    asked: str = ""
    goals: str = ""
    line: str = ""
    shown: str = ""


@dataclass(frozen=True)
class QuestServes:
    """The command to say which goals a quest serves. `asked` is set when it comes from its form."""

    quest: str = ""
    team: str = ""
    asked: str = ""
    goals: str = ""
    shown: str = ""
