"""Quests: what a team is looking for.

A quest is open on its card until it is found, or given up with a reason. The card is
redrawn when its rows change. It shows the number of attempts and how the quest ended.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.access.offers import offer_working
from bot.core.commands import Declaration
from bot.core.context import (
    CardPlace,
    Context,
    UserError,
    card_place,
    locate_card,
    posting_place,
    waiting_person,
)
from bot.core.language.words import _, lazy, line
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Button,
    Card,
    Entry,
    Field,
    FieldKind,
    Form,
    Line,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    Title,
    text_reply,
)
from bot.core.text import clip_text, parse_number, split_into_pages
from bot.quests.attempts import attempts_in_words, describe_quest_end
from bot.quests.before.lines import own_line_button
from bot.quests.card import WHY_CLOSED, build_quest_card
from bot.quests.commands import (
    LetGo,
    OpenQuest,
    Quest,
    RemoveQuest,
    ReopenQuest,
    SeeQuest,
    TakeQuestBack,
)
from storage.delivery import postings
from storage.models import PostingKind
from storage.models import Quest as Row
from storage.moments import moments
from storage.quests import attempts, quests

QUESTS_SHOWN = 5
"""Quests on one private page."""

QUEST_LABEL = lazy("What do you want to find out?")
QUEST_EXAMPLE = lazy("Why do people leave after the second lesson?")


def open_or_list_quests(context: Context, command: Quest) -> Reply:
    """Open a quest with the typed text or, without text, list the open ones.

    Raise UserError if the same event opened a quest that was taken back.
    """
    if not command.text:
        return _list_open_quests(context, command)
    row = open_quest(context, command.text.strip())
    if row.withdrawn_at is not None:
        raise UserError(_("You started that quest and then undid it."))
    at, team = str(row.id), str(context.caller.team_id)
    buttons = [Button(_("Undo"), TakeQuestBack(at, "", team))]
    if command.head:
        again = context.store_if_long(TakeQuestBack(at, command.head, team))
        buttons.append(Button(_("It was an aha"), again))
    return text_reply(*describe_open_quest(context, row), buttons=tuple(buttons))


def quest_place(context: Context, row: Row) -> CardPlace:
    """Return where a quest's card is, or will be."""
    return posting_place(context, postings.find_by_key(context.session, f"{quests.QUEST_KEY_PREFIX}{row.id}"))


def open_quest(context: Context, text: str) -> Row:
    """Open a quest and plan its card in the channel.

    A repeated event returns the quest it opened the first time.
    """
    team_id = context.caller.team_id
    row, new = quests.add_once(
        context.session, team_id, context.caller.person_id, text, context.origin.event, context.now
    )
    place = card_place(context)
    if new and place.takes_cards:
        postings.plan_posting(
            context.session, f"{quests.QUEST_KEY_PREFIX}{row.id}", PostingKind.QUEST, context.caller.workspace_id,
            context.now,
            team_id=team_id, channel=place.channel, thread=place.thread, waits_for_id=waiting_person(context, place),
        )  # fmt: skip
    return row


def describe_open_quest(context: Context, row: Row) -> Line:
    """Return the sentences that say where a new quest is seen and how it ends."""
    place = quest_place(context, row)
    if place.takes_cards:
        ends = _("It counts your attempts until you find it or close the quest.")
    else:
        ends = _("To see it, type {command} quest.", command=context.capabilities.command)
    return line("Quest started. {place} {ends}", place=locate_card(place), ends=ends)


def _list_open_quests(context: Context, command: Quest) -> Reply:
    before = parse_number(command.before) or None
    found = quests.list_open(context.session, context.caller.team_id, QUESTS_SHOWN + 1, before)
    team = str(context.caller.team_id) if context.caller.team_id else command.team
    new = Button(_("Start a quest"), OpenQuest(team), Style.PRIMARY)
    if not found:
        said = (
            _("That was the oldest one.") if before else _("No open quests. What would you love to find out?")
        )
        return text_reply(said, buttons=(new,), replaces=before is not None)
    shown = found[:QUESTS_SHOWN]
    tried = attempts.count_by_quest(context.session, [row.id for row in shown])
    people = moments.people_by_id(context.session, [row.author_id for row in shown])
    rows = (_quest_row(row, people[row.author_id].name, tried.get(row.id, 0)) for row in shown)
    older = Button(_("Older"), Quest(team=team, before=str(shown[-1].id)))
    buttons = (new, older) if len(found) > QUESTS_SHOWN else (new,)
    return Reply(Card((Title(_("Open quests")), *rows), buttons), replaces=before is not None)


def _quest_row(row: Row, author: str, tried: int) -> Entry:
    see = Button(_("Show"), SeeQuest(str(row.id), str(row.team_id)))
    return Entry(clip_text(row.text, 160), (f"{author} · {attempts_in_words(tried)}",), see)


def open_from_form(context: Context, command: OpenQuest) -> Reply | Form:
    """Open a quest with the text from the form. Without text, return the form."""
    if command.text:
        return open_or_list_quests(context, Quest(command.text, team=command.team))
    hint = _("Something you'd like to find out together, next week or one day.")
    return Form(
        _("Start a quest"),
        OpenQuest(command.team),
        (Field("text", QUEST_LABEL(), FieldKind.TEXT, hint=hint, placeholder=QUEST_EXAMPLE()),),
        _("Start"),
    )


def show_quest(context: Context, command: SeeQuest) -> Reply:
    """Return the quest's card or, if the command has a page, that page of its unclipped text."""
    row = find_quest(context, command.quest)
    if not command.page:
        card = build_quest_card(context.session, row)
        own = tuple(own_line_button(context, None, row.id))
        return Reply(offer_working(context, replace(card, menu=(*own, *card.menu))))
    pages = split_into_pages([(row.text, ""), *([(row.reason, WHY_CLOSED())] if row.reason else [])])
    here = min(max(parse_number(command.page), 1), len(pages))
    on = Button(_("Read more"), SeeQuest(command.quest, str(row.team_id), str(here + 1)))
    where = Small(line("Quest · page {page} of {pages}", page=here, pages=len(pages)))
    return Reply(Card((*pages[here - 1], where), (on,) if here < len(pages) else ()), replaces=here > 1)


def give_up_quest(context: Context, command: LetGo) -> Reply | Form:
    """Close a quest that was not found, with the given reason.

    Without a reason, return the form. Raise UserError if the quest is closed already.
    """
    row, reason = find_open_quest(context, command.quest), command.reason.strip()
    if not reason:
        hint = _("And what did you learn on the way? It stays on the card.")
        why = Field("reason", _("Why are you closing it?"), FieldKind.TEXT, hint=hint)
        return Form(_("Close quest"), LetGo(str(row.id), str(row.team_id)), (why,), _("Close quest"))
    if not quests.close_as_given_up(context.session, row.id, reason, context.caller.person_id, context.now):
        context.session.refresh(row)
        raise UserError(describe_quest_end(context.session, row))
    back = Button(_("Undo"), ReopenQuest(str(row.id), str(row.team_id)))
    said = line("Quest closed. {place}", place=locate_card(quest_place(context, row)))
    return text_reply(*said, buttons=(back,))


def reopen_quest(context: Context, command: ReopenQuest) -> Reply:
    """Open a quest again that the person gave up, and erase the reason.

    Raise UserError if it was not given up by them.
    """
    row = find_quest(context, command.quest)
    if not quests.reopen_given_up(context.session, row.id, context.caller.person_id, context.now):
        raise UserError(_("Only the person who closed a quest can reopen it."))
    said = line("The quest is open again. {place}", place=locate_card(quest_place(context, row)))
    return text_reply(*said, replaces=True)


def _may_remove(context: Context, row: Row) -> bool:
    return row.author_id == context.caller.person_id or context.origin.admin


def _is_removable(context: Context, command: RemoveQuest) -> bool:
    """Tell whether the person may remove the quest of a command."""
    row = quests.find_in_team(context.session, parse_number(command.team), parse_number(command.quest))
    return row is not None and _may_remove(context, row)


def remove_quest(context: Context, command: RemoveQuest) -> Reply:
    """Erase a quest's text and reason for good, after a confirmation; its attempts stay.

    Raise UserError if the person neither opened it nor is an admin.
    """
    row = find_quest(context, command.quest)
    if not _may_remove(context, row):
        raise UserError(_("Only the person who started a quest, or an admin, can delete it."))
    if not command.sure:
        sure = Button(_("Delete for good"), RemoveQuest(str(row.id), str(row.team_id), "1"))
        said = _(
            "This deletes the quest for good, and what people expect of its next attempt. Its attempts stay."
        )
        return Reply(Card((Text((said,)), Quote(clip_text(row.text, CARD_TEXT_LIMIT))), (sure,)))
    quests.withdraw_quest(context.session, row, context.now)
    return text_reply(_("Quest deleted."), replaces=True)


def find_quest(context: Context, given: str) -> Row:
    """Return the quest that a button or form names, open or closed.

    Raise UserError if the team has no such quest.
    """
    row = quests.find_in_team(context.session, context.caller.team_id, parse_number(given))
    if row is None:
        raise UserError(_("That quest is gone, or it belongs to another channel."))
    return row


def find_open_quest(context: Context, given: str) -> Row:
    """Return the open quest that a button or form names.

    Raise UserError with how it ended if it is closed.
    """
    row = find_quest(context, given)
    if row.closed_at is not None:
        raise UserError(describe_quest_end(context.session, row))
    return row


DECLARATIONS = (
    Declaration(
        "quest",
        Quest,
        open_or_list_quests,
        "quest",
        lazy("Start a quest (something you want to find out), or see the open ones"),
        shown=True,
        button=lazy("Quests"),
        said_as=(
            "quests, open quests, our quests, new quest, add quest, quest list, quest new, quest show, quest all, "
            "quest open, list quests, show quests, close quest, quest close, quest 1, quest close 1, quest show 1, "
            "quest open 1, quest delete 1, quest remove 1, quest edit 1, quest delete, quest remove, quest edit"
        ),
    ),
    Declaration("open-quest", OpenQuest, open_from_form, shown=True),
    Declaration("see-quest", SeeQuest, show_quest, read_only=True),
    Declaration("let-go", LetGo, give_up_quest, shown=True),
    Declaration("remove-quest", RemoveQuest, remove_quest, works_for=_is_removable),
    Declaration("reopen-quest", ReopenQuest, reopen_quest),
)
