"""The focus session: three questions in one thread, each answered by everyone before it is read together.

It takes about half an hour, and can be left and taken up again within a week.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, locate_card, posting_place, require_place, waiting_person
from bot.core.language.choice import known_language
from bot.core.language.words import _, lazy, line, speaking
from bot.core.messages import Button, Form, Reply, Style, text_reply
from bot.focus.check import start_check
from bot.focus.commands import StartCheck, StartSession
from bot.focus.find import find_open_big_goal
from bot.focus.form import describe_quarter
from bot.prompts.answers import GiveAnswer, lock_question
from bot.prompts.ask import TakeBack
from bot.prompts.bank.packs import GOAL_PLACE
from bot.prompts.formats.parts import PARTS, MakeCheck, NextPart, ReadTogether
from bot.prompts.lifecycle import first_step_at
from bot.prompts.sealed_answers import open_sealed_answers
from storage.delivery import postings, refresh
from storage.focus import sessions
from storage.models import Posting, PostingKind, PromptForm
from storage.prompts import rounds

TAKEN_UP_WITHIN = timedelta(days=7)
"""How long a session can be taken up again."""
QUESTIONS = (
    lazy("What's our one big goal, in your words, and where did our time really go?"),
    lazy("What works and gets our focus? What doesn't work, and by when do we stop it?"),
    lazy("Which opportunities would get us there faster?"),
)


def start_session(context: Context, command: StartSession) -> Reply:
    """Open a session's first part in the channel. One that is under way is offered first."""
    latest = sessions.find_latest_part(context.session, context.caller.team_id, context.now - TAKEN_UP_WITHIN)
    if latest is not None and not command.fresh and not _is_over(latest):
        return _offer_to_go_on(context, latest)
    place = require_place(context)
    key = f"focus-session:{context.caller.team_id}:{context.origin.event}"
    postings.plan_once(
        context.session, key, PostingKind.PROMPT, context.caller.workspace_id, context.now,
        team_id=context.caller.team_id, channel=place.channel, thread=place.thread, **_first_question(context),
        form=PromptForm.FOCUS_PART, turns_at=first_step_at(PromptForm.FOCUS_PART, context.now),
        asked_by_id=context.caller.person_id, waits_for_id=waiting_person(context, place),
    )  # fmt: skip
    posting = postings.find_by_key(context.session, key)
    assert posting is not None
    undo = Button(_("Undo"), TakeBack(str(posting.id), "", str(posting.team_id)))
    said = line(
        "Focus session started. {place} It has three parts of about ten minutes. You can pause and continue "
        "within a week.",
        place=locate_card(posting_place(context, posting)),
    )
    return text_reply(*said, buttons=(undo,))


def _is_over(latest: Posting) -> bool:
    """Return whether the last part of a session was read."""
    return sessions.part_number(latest) >= PARTS and latest.turned_at is not None


def _first_question(context: Context) -> dict[str, Any]:
    """Return the columns of the first question, with the big goal and the ratio if there is one.

    Its text is in the team's language. The goal's words are filled in where the question is shown.
    """
    goal = find_open_big_goal(context.session, context.caller.team_id, context.now)
    with speaking(known_language(context.caller.team_language)):
        if goal is None:
            return {"text": QUESTIONS[0]()}
        about = _("It's about {goal} (#{number}).", goal=GOAL_PLACE, number=goal.number)
        text = f"{QUESTIONS[0]()}\n{about} {describe_quarter(context)}"
    return {"text": text, "goal_id": goal.id}


def _offer_to_go_on(context: Context, latest: Posting) -> Reply:
    at, team = str(latest.id), str(latest.team_id)
    go_on = Button(_("Answer"), GiveAnswer(at, team), Style.PRIMARY)
    if latest.turned_at is not None:
        go_on = Button(_("Next part"), NextPart(at, team), Style.PRIMARY)
    number = sessions.part_number(latest)
    said = line(
        "A focus session is already running, at part {part} of {parts}. {place}",
        part=number, parts=PARTS, place=locate_card(posting_place(context, latest)),
    )  # fmt: skip
    return text_reply(*said, buttons=(go_on, Button(_("Start a new one"), StartSession(team, "1"))))


def read_together(context: Context, command: ReadTogether) -> Reply:
    """Open the answers of a part. UserError while nobody has answered."""
    posting = lock_question(context, command.posting, PromptForm.FOCUS_PART)
    if posting.turned_at is not None:
        return text_reply(_("The answers to this part are already on its card."))
    if all(one.wrote_at is None for one in rounds.list_participants(context.session, posting.id)):
        raise UserError(_("Nobody has answered this part yet."))
    open_sealed_answers(context.session, posting, context.now)
    context.session.flush()
    refresh.refresh_posting(context.session, posting.id, context.now)
    return text_reply(_("The answers are now on the card. Read them together, then continue."))


def go_to_next_part(context: Context, command: NextPart) -> Reply:
    """Ask the next part in the session's thread, once. UserError while the part before is sealed."""
    posting = lock_question(context, command.posting, PromptForm.FOCUS_PART)
    if posting.turned_at is None:
        raise UserError(_("Read this part together first."))
    number = sessions.part_number(posting) + 1
    if number > PARTS:
        raise UserError(_("That was the last part."))
    first = context.session.get_one(Posting, sessions.first_id(posting))
    with speaking(known_language(context.caller.team_language)):
        text = QUESTIONS[number - 1]()
    key = sessions.part_key(first.id, number)
    new = postings.plan_once(
        context.session, key, PostingKind.PROMPT, posting.workspace_id, context.now, team_id=posting.team_id,
        channel=first.channel, thread=first.thread or first.message or "", text=text,
        form=PromptForm.FOCUS_PART, turns_at=first_step_at(PromptForm.FOCUS_PART, context.now),
    )  # fmt: skip
    following = postings.find_by_key(context.session, key)
    assert following is not None
    if new:
        sessions.carry_over(context.session, posting, following, context.now)
    answer = Button(_("Answer"), GiveAnswer(str(following.id), str(following.team_id)), Style.PRIMARY)
    return text_reply(
        _("Part {part} of {parts} is in the thread of the first.", part=number, parts=PARTS),
        buttons=(answer,),
    )


def make_check(context: Context, command: MakeCheck) -> Reply | Form:
    """Begin a focus check, so that what the session found gets its lists and days."""
    posting = lock_question(context, command.posting, PromptForm.FOCUS_PART)
    return start_check(context, StartCheck(str(posting.team_id)))


DECLARATIONS = (
    Declaration(
        "focus-session",
        StartSession,
        start_session,
        "focus session",
        lazy("Do a focus check together, in a half-hour thread"),
        button=lazy("Focus session"),
        said_as="focus sessions, new focus session, start focus session",
    ),
    Declaration("read-together", ReadTogether, read_together),
    Declaration("next-part", NextPart, go_to_next_part),
    Declaration("session-check", MakeCheck, make_check, opens_form=True),
)
