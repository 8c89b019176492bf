"""The host of the week: volunteers take turns to pick the weekly question.

Hosts are neither mentioned nor reminded. If a host does not pick, the question is drawn
from the bank and their turn counts as taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, home_place
from bot.core.language.words import _, line
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Text,
    text_reply,
)
from bot.core.params import user_text
from bot.core.text import clip_text, list_names
from bot.core.timers import is_running
from bot.prompts.bank.edit import explain_length
from bot.prompts.bank.packs import Question
from bot.prompts.bank.team_bank import draw_form_question, find_bank_question, preview_questions
from bot.prompts.seasons.rests import current_season, later_sentence
from storage.delivery import refresh
from storage.models import Person, Pick, Posting, PromptForm, ScheduleKind
from storage.prompts import hosts
from storage.schedules import schedules

QUESTION_CHOICES = 3
"""How many drawn questions the form offers."""

LABEL_LENGTH = 75
"""Maximum characters of an option's label (Slack's limit)."""

PLAIN = "plain"


@dataclass(frozen=True)
class Host:
    """Join the people who take turns to pick the question. With `off`, leave them."""

    team: str = ""
    off: str = ""


@dataclass(frozen=True)
class PickQuestion:
    """Pick the next question: one of three or the host's own words, in any form."""

    team: str = ""
    question: str = ""
    form: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class DropPick:
    """Take one's pick for the next question back."""

    team: str = ""


def form_options() -> tuple[Option, ...]:
    """Return the forms that a question can have besides a plain one."""
    return (
        Option(PromptForm.GREY_AREA, _("Grey area: name what's undecided, solve it tomorrow")),
        Option(PromptForm.BRINGS, _("What each of us brings: a line about a teammate")),
        Option(PromptForm.CROSS_PAIR, _("Cross pair: two people of different crafts answer together")),
        Option(PromptForm.PARK_IT, _("Park it first: ten minutes to clear your head")),
        Option(PromptForm.AHA_FIRST, _("Aha first: write for two minutes, then read together")),
    )


def set_hosting(context: Context, command: Host) -> Reply:
    """Add the speaker to the hosts or remove them, and say when their turn is."""
    caller, session = context.caller, context.session
    hosts.set_volunteer(session, caller.team_id, caller.person_id, hosts=not command.off)
    _refresh_latest_question(context)
    if command.off:
        return text_reply(_("You're no longer a host."))
    names = [person.name for person in hosts.list_by_rotation(session, caller.team_id)]
    first = _next_in_turn(session, caller.team_id)
    pick = (Button(_("Pick the next question"), PickQuestion(str(caller.team_id))),)
    mine = first is not None and first.id == caller.person_id
    said = [
        _("You're a host now. Hosts take turns picking the question: {names}.", names=list_names(names)),
        _("It's your turn.") if mine else _("When it's your turn, the question before yours says so."),
    ]
    if not _has_active_questions(session, caller.team_id):
        command_word = context.capabilities.command
        said.append(
            _("Questions are off right now. To turn them on, type {command} schedule.", command=command_word)
        )
    return text_reply(" ".join(said), buttons=pick if mine else ())


def _next_in_turn(session: Session, team_id: int) -> Person | None:
    """Return the person whose turn is next, or None without hosts."""
    return next(iter(hosts.list_by_rotation(session, team_id)), None)


def _has_active_questions(session: Session, team_id: int) -> bool:
    schedule = schedules.find_schedule(session, team_id, ScheduleKind.PROMPT)
    return schedule is not None and schedule.active


def _refresh_latest_question(context: Context) -> None:
    """Refresh the newest weekly question, whose card names the next host."""
    if latest := hosts.latest_prompt_id(context.session, context.caller.team_id):
        refresh.refresh_posting(context.session, latest, context.now)


def pick_question(context: Context, command: PickQuestion) -> Reply | Form:
    """Save the host's pick for the next question. Without one, return the form.

    UserError if the speaker is not the next host. FormError if the text is longer than CARD_TEXT_LIMIT
    or nothing was chosen.
    """
    first = _next_in_turn(context.session, context.caller.team_id)
    if first is None:
        raise UserError(
            _(
                "Nobody hosts here yet. To be the first, type {command} schedule and choose “{button}”.",
                command=context.capabilities.command,
                button=_("I'd like to host"),
            )
        )
    if first.id != context.caller.person_id:
        raise UserError(
            _(
                "{name} picks the next question. To host too, type {command} schedule.",
                name=first.name,
                command=context.capabilities.command,
            )
        )
    form, text = command.form if command.form in list(PromptForm) else "", command.text.strip()
    if not command.form:
        return _pick_form(context, command)
    if len(text) > CARD_TEXT_LIMIT:
        raise FormError(_pick_form(context, command), {"text": explain_length(len(text))})
    chosen = None if text else _chosen_question(context, command, form)
    picked = Pick(
        team_id=context.caller.team_id, person_id=context.caller.person_id,
        text=text or (chosen.text if chosen else ""),
        question=chosen.key if chosen else "", form=form,
    )  # fmt: skip
    hosts.save_pick(context.session, picked)
    _refresh_latest_question(context)
    buttons = (
        Button(_("Undo"), DropPick(str(context.caller.team_id))),
        Button(_("Pick another"), PickQuestion(command.team)),
    )
    home = home_place(context, context.caller.team_id).mention
    later = later_sentence(context.session, context.caller.team_id, context.now)
    said = line("Picked. I'll ask it next in {channel}, and say that you picked it.", channel=home)
    return Reply(Card((Text((*said, *filter(None, (later,)))), Quote(picked.text)), buttons))


def drop_pick(context: Context, command: DropPick) -> Reply:
    """Remove the speaker's pick for the next question. UserError if there is none of theirs."""
    picked = hosts.find_pick(context.session, context.caller.team_id)
    if picked is None or picked.person_id != context.caller.person_id:
        raise UserError(_("That pick is gone, or it isn't yours."))
    hosts.delete_pick(context.session, picked)
    _refresh_latest_question(context)
    again = Button(_("Pick another"), PickQuestion(str(context.caller.team_id)))
    return text_reply(_("Your pick is removed."), buttons=(again,), replaces=True)


def _chosen_question(context: Context, command: PickQuestion, form: str) -> Question:
    """Return the chosen question, or a drawn one of the form if only a form was chosen.

    FormError if there is neither.
    """
    known = (
        find_bank_question(context.session, context.caller.team_id, command.question)
        if command.question
        else None
    )
    drawn = known or (draw_form_question(context.session, context.caller.team_id, form) if form else None)
    if drawn is None:
        raise FormError(
            _pick_form(context, command), {"text": _("Choose one above, or write your own here.")}
        )
    return drawn


def _pick_form(context: Context, command: PickQuestion) -> Form:
    drawn = preview_questions(context.session, context.caller.team_id, ScheduleKind.PROMPT, QUESTION_CHOICES)
    options = tuple(
        Option(each.key, clip_text(f"{n}. {each.text}", LABEL_LENGTH - 2)) for n, each in enumerate(drawn, 1)
    )
    intro = "\n".join(f"{n}. {each.text}" for n, each in enumerate(drawn, 1))
    one = Field("question", _("Choose one"), FieldKind.CHOICE, command.question, False, options=options)
    own = Field("text", _("Or write your own"), FieldKind.TEXT, command.text, False, later=bool(options))
    forms = (Option(PLAIN, _("A question to talk about")), *form_options())
    kind = command.form or PLAIN
    how = Field(
        "form", _("Kind of question"), FieldKind.CHOICE, kind, False, options=forms, later=True, default=PLAIN
    )
    fields = (one, own, how) if options else (own, how)
    return Form(
        _("Pick the next question"), PickQuestion(command.team), fields, submit=_("Pick"), intro=intro
    )


def take_pick(session: Session, team_id: int, day: date) -> Pick | None:
    """Remove and return the pick for the question that is being planned, if there is one.

    The turn of the host who picked, or else of the next host, is recorded as taken.
    """
    picked, first = hosts.find_pick(session, team_id), _next_in_turn(session, team_id)
    who = picked.person_id if picked else first.id if first else None
    if who is not None:
        hosts.record_hosted(session, team_id, who, day)
    if picked is not None:
        hosts.delete_pick(session, picked)
    return picked


def picked_by_line(session: Session, posting: Posting) -> str:
    """Return the card's line that names the host who picked a weekly question, or an empty string."""
    if posting.schedule_id is None or posting.asked_by_id is None:
        return ""
    return _("Picked by {name}", name=session.get_one(Person, posting.asked_by_id).name)


def next_host_line(session: Session, posting: Posting, now: datetime) -> tuple[str, Button | None]:
    """Return the line that names the next host, and the button to pick a question.

    Only the newest weekly question has them, while the questions are neither off nor paused, and
    only the next host can use the button.
    """
    team_id = posting.team_id
    if (
        posting.schedule_id is None
        or team_id is None
        or hosts.latest_prompt_id(session, team_id) != posting.id
    ):
        return "", None
    schedule = schedules.find_schedule(session, team_id, ScheduleKind.PROMPT)
    if schedule is None or not is_running(schedule, now) or current_season(session, team_id, now):
        return "", None
    picked, first = hosts.find_pick(session, team_id), _next_in_turn(session, team_id)
    if picked is not None:
        name = session.get_one(Person, picked.person_id).name
        return _("{name} has picked the next question.", name=name), None
    if first is None:
        return "", None
    weekly = schedule.every == 1 and len(schedule.weekdays) == 1
    said = (
        _("{name} picks next week's question.", name=first.name)
        if weekly
        else _("{name} picks the next question.", name=first.name)
    )
    return said, Button(_("Pick the next question"), PickQuestion(str(team_id)))


def hosts_line(session: Session, team_id: int) -> str:
    """Return the names of the hosts, the next one first. Empty without hosts."""
    return list_names(_person_names(hosts.list_by_rotation(session, team_id)))


def _person_names(people: Sequence[Person]) -> Sequence[str]:
    return [person.name for person in people]


def hosting_button(session: Session, team_id: int, person_id: int) -> Button:
    """Return the button that makes a person a host, or ends that."""
    if any(person.id == person_id for person in hosts.list_by_rotation(session, team_id)):
        return Button(_("Stop hosting"), Host(str(team_id), "1"))
    return Button(_("I'd like to host"), Host(str(team_id)))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("host", Host, set_hosting),
    Declaration("drop-pick", DropPick, drop_pick),
    Declaration("pick-question", PickQuestion, pick_question, shown=True),
)
