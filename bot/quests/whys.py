"""Whys: answers to *why* under an experiment, in its card's thread, until the cause is clear.

A why that blames a person is returned once, in private, with a suggestion. It is never
refused. A moment that is no longer an experiment keeps its whys to read, and their
authors can still take them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import (
    CardPlace,
    Context,
    UserError,
    card_place,
    locate_card,
    waiting_person,
)
from bot.core.language.words import _, lazy, line
from bot.core.messages import (
    FORM_WORDS,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    text_reply,
)
from bot.core.moment import (
    LATEST,
    active_moment,
    format_moment_ref,
    moment_name,
    moment_place,
    propagate_change,
)
from bot.core.text import label_words, one_line, parse_number, split_into_pages, split_text
from bot.quests.blame import Hint, find_hint
from bot.quests.commands import AskWhy, MarkInsight, RewordWhy, SeeWhys, TakeWhyOut
from bot.quests.whys_order import NumberedWhy, order_whys
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, PostingKind, PostingState, Why
from storage.quests import attempts, links, whys

WHY_WORDS = 200
"""Maximum characters of a why on the card."""
OPTION_LIMIT = 24
"""How many whys a form's choice offers. One more option means none (Discord's limit is 25)."""
NEWEST_HINT = lazy("Only the newest {n} are listed. For older ones, tap Read more below the whys.")
PAGE_HINT = lazy("The whys from this page on.")
LABEL_LENGTH = 70
NO_WHYS = lazy("#{number} has no whys yet. Ask the first one.")
AS_IT_IS, AGAIN = "as-it-is", "again"
REMOVED = lazy("This why was removed.")


def ask_why(context: Context, command: AskWhy) -> Reply | Form:
    """Save a why. Without text, return the form.

    A text that blames a person gets a suggestion first, unless the author sends it as it is.
    """
    moment = find_experiment(context, command.moment)
    text = command.text.strip()
    if not text or command.how == AGAIN:
        return _why_form(context, moment, command)
    hint = find_hint(text) if command.how != AS_IT_IS else None
    if hint:
        return _suggest_rewording(context, command, hint)
    return replace(_save_why(context, moment, command.under, text), replaces=command.how == AS_IT_IS)


def list_experiments(context: Context) -> Sequence[Moment]:
    """Return the team's newest experiments that have a result."""
    recent = links.list_recent(context.session, context.caller.team_id, Kind.EXPERIMENT, LATEST)
    return [moment for moment in recent if not attempts.is_under_way(context.session, moment)]


def reword_why(context: Context, command: RewordWhy) -> Form:
    """Return the why form with the text that blamed a person, to write it again."""
    moment = find_experiment(context, command.moment)
    form = _why_form(context, moment, AskWhy(command.moment, command.under, text=command.text))
    return replace(form, title=_("Say it differently"))


def find_experiment(context: Context, given: str) -> Moment:
    """Return the experiment a person named.

    UserError if the moment is of another kind or its text has not been fetched yet.
    """
    moment = active_moment(context, given)
    if is_former_experiment(context.session, moment):
        raise UserError(
            _(
                "#{number} is an aha now, so you can't ask why any more. The whys so far stay.",
                number=moment.number,
            )
        )
    if moment.kind != Kind.EXPERIMENT:
        raise UserError(
            _(
                "You can only ask why about an experiment, and {moment} isn't one.",
                moment=moment_name(moment),
            )
        )
    if moment.state != MomentState.KEPT:
        raise UserError(_("#{number} has no text yet. Once it does, you can ask why.", number=moment.number))
    if attempts.is_under_way(context.session, moment):
        raise UserError(
            _("#{number} is still in progress. Save its result first, then ask why.", number=moment.number)
        )
    return moment


def is_former_experiment(session: Session, moment: Moment) -> bool:
    """Tell whether a moment has whys although it is no longer an experiment.

    That happens when its first word had been read as a command by mistake.
    """
    return moment.kind != Kind.EXPERIMENT and bool(whys.count_by_moment(session, [moment.id]))


def find_with_whys(context: Context, given: str) -> Moment:
    """Return the named moment, whose whys are to be read or taken out.

    It is an experiment or was one. UserError otherwise.
    """
    moment = active_moment(context, given)
    return moment if is_former_experiment(context.session, moment) else find_experiment(context, given)


def _why_form(context: Context, moment: Moment, command: AskWhy) -> Form:
    gentler = find_hint(command.text)
    hint = gentler.instead if gentler else _("What let it happen? One step is enough. Anyone can go deeper.")
    example = _("nobody had tried it on a slow line")
    fields = [Field("text", _("Because …"), FieldKind.TEXT, command.text, hint=hint, placeholder=example)]
    if numbered := list_active_whys(context.session, moment):
        options = (
            *why_options(numbered, parse_number(command.under)),
            Option("0", _("None: it's a separate why")),
        )
        newest = max(numbered, key=lambda one: one.why.id)
        known = any(option.value == command.under for option in options)
        under = command.under if known else str(newest.why.id)
        which, older = _("Under which why?"), options_hint(numbered)
        fields.append(Field("under", which, FieldKind.CHOICE, under, hint=older, options=options))
    at, said = AskWhy(format_moment_ref(moment)), one_line(moment.text, WHY_WORDS)
    return Form(_("Ask why"), at, tuple(fields), _("Add"), intro=said)


def list_active_whys(session: Session, moment: Moment) -> Sequence[NumberedWhy]:
    """Return the whys of an experiment that nobody took out, numbered and in order."""
    return [one for one in order_whys(whys.list_whys(session, moment.id)) if one.is_kept]


def why_options(numbered: Sequence[NumberedWhy], chosen: int = 0, first: int = 0) -> tuple[Option, ...]:
    """Return up to OPTION_LIMIT whys as options, in the order of the card.

    They are the whys from `first` on, or the newest without it, and always the chosen one.
    """
    wanted = [
        one.why.id for one in whys_from(numbered, first) or sorted(numbered, key=lambda one: -one.why.id)
    ]
    present = [one.why.id for one in numbered if one.why.id == chosen]
    offered = [*present, *(why_id for why_id in wanted if why_id != chosen)][:OPTION_LIMIT]
    return tuple(
        Option(str(one.why.id), label_words(one.number, one.why.text, LABEL_LENGTH))
        for one in numbered
        if one.why.id in offered
    )


def whys_from(numbered: Sequence[NumberedWhy], first: int) -> Sequence[NumberedWhy]:
    """Return the why `first` and those after it. Empty if it was taken out."""
    return tuple(dropwhile(lambda one: one.why.id != first, numbered))


def options_hint(numbered: Sequence[NumberedWhy], first: int = 0) -> str:
    """Return the hint that says which whys a form offers. Empty if it offers all."""
    if whys_from(numbered, first):
        return PAGE_HINT()
    return NEWEST_HINT(n=OPTION_LIMIT) if len(numbered) > OPTION_LIMIT else ""


def _suggest_rewording(context: Context, command: AskWhy, hint: Hint) -> Reply:
    """Suggest another wording, in private, before the why is saved.

    The author may still send it as it is.
    """
    said = line(
        "Nobody has seen it yet. “{phrase}” blames a person, and that ends the conversation. "
        "Another way to ask: {question}",
        phrase=hint.phrase, question=Strong(hint.instead),
    )  # fmt: skip
    as_it_is = Button(_("Send as it is"), context.store_command(replace(command, how=AS_IT_IS)))
    reword = RewordWhy(command.moment, command.under, command.text)
    again = Button(_("Say it differently"), context.store_if_long(reword), Style.PRIMARY)
    buttons = (again, as_it_is) if len(command.text) <= FORM_WORDS else (as_it_is,)
    return Reply(Card((Text(said), Quote(command.text)), buttons))


def _save_why(context: Context, moment: Moment, under: str, text: str) -> Reply:
    parent = _find_why(context, moment, under) if parse_number(under) else None
    why = Why(
        moment_id=moment.id, parent_id=parent.id if parent else None, author_id=context.caller.person_id, text=text,
        event=context.origin.event, created_at=context.now,
    )  # fmt: skip
    if whys.add_once(context.session, why):
        _plan_whys_card(context, moment)
        propagate_change(context, moment)
    at, event = format_moment_ref(moment), context.origin.event
    known = next(each for each in whys.list_whys(context.session, moment.id) if each.event == event)
    buttons = (Button(_("Undo"), TakeWhyOut(at, str(known.id))), Button(_("Show the whys"), SeeWhys(at)))
    said = line(
        "Your why is now on #{number}. {place} Anyone can ask on from there.",
        number=moment.number, place=locate_card(moment_place(context, moment.id)),
    )  # fmt: skip
    return text_reply(*said, buttons=buttons)


def _find_why(context: Context, moment: Moment, given: str) -> Why:
    why = context.session.get(Why, parse_number(given))
    if why is None or why.moment_id != moment.id:
        raise UserError(_("That why doesn't belong to #{number}.", number=moment.number))
    return why


def _plan_whys_card(context: Context, moment: Moment) -> None:
    """Plan the whys' card in the channel of the experiment's card.

    Without such a card, where the command was said.
    """
    card, key = postings.find_by_key(context.session, f"card:{moment.id}"), f"ladder:{moment.id}"
    whys_button = postings.find_by_key(context.session, key)
    if whys_button is not None and whys_button.state == PostingState.SKIPPED:
        postings.post_again(context.session, whys_button, context.now)
    place = CardPlace(card.channel, thread=card.thread) if card else card_place(context)
    if card is None and not place.takes_cards:
        return
    postings.plan_once(
        context.session, key, PostingKind.LADDER, context.caller.workspace_id, context.now,
        team_id=moment.team_id, moment_id=moment.id, channel=place.channel, thread=place.thread,
        waits_for_id=waiting_person(context, place),
    )  # fmt: skip


def show_whys(context: Context, command: SeeWhys) -> Reply:
    """Show one page of an experiment's whys in full, in private.

    From there each why can be asked on, marked as the insight or taken out.
    """
    moment = find_with_whys(context, command.moment)
    numbered = order_whys(whys.list_whys(context.session, moment.id))
    if not numbered:
        raise UserError(NO_WHYS(number=moment.number))
    pages = split_into_pages((why_text(one), _why_heading(one)) for one in numbered)
    whose = iter([one for one in numbered for _ in split_text(why_text(one))])
    shown = [[(quote, next(whose)) for quote in page] for page in pages]
    here = min(max(parse_number(command.page), 1), len(pages))
    on = (
        (Button(_("Read more"), SeeWhys(format_moment_ref(moment), str(here + 1))),)
        if here < len(pages)
        else ()
    )
    where = Small(
        line("Whys of #{number} · page {page} of {pages}", number=moment.number, page=here, pages=len(pages))
    )
    quotes = tuple(_with_why_button(moment, quote, one) for quote, one in shown[here - 1])
    standing_here = [one for _, one in shown[here - 1] if one.is_kept]
    mark, out = _mark_button(moment, standing_here), _take_out_button(context, moment, standing_here)
    return Reply(Card((*quotes, where), (*on, *mark), out), replaces=here > 1)


def _with_why_button(moment: Moment, quote: Quote, one: NumberedWhy) -> Quote:
    """Return the quote with a button to ask on from it.

    Without the button if the why was taken out or the moment is no longer an experiment.
    """
    if not one.is_kept or moment.kind != Kind.EXPERIMENT:
        return quote
    return replace(quote, button=Button(_("Ask why"), AskWhy(format_moment_ref(moment), str(one.why.id))))


def _mark_button(moment: Moment, numbered: Sequence[NumberedWhy]) -> tuple[Button, ...]:
    """Return a page's button to mark the insight among its whys.

    The form opened from the card offers only the newest whys.
    """
    if not numbered or moment.kind != Kind.EXPERIMENT:
        return ()
    return (
        Button(_("Mark the insight"), MarkInsight(format_moment_ref(moment), first=str(numbered[0].why.id))),
    )


def _take_out_button(context: Context, moment: Moment, numbered: Sequence[NumberedWhy]) -> tuple[Button, ...]:
    """Return a page's button to take out the whys that the reader may take out."""
    free = [one for one in numbered if can_take_out(context, one.why)]
    if not free:
        return ()
    return (Button(_("Remove a why"), TakeWhyOut(format_moment_ref(moment), first=str(free[0].why.id))),)


def why_text(one: NumberedWhy) -> str:
    """Return the text of a why, or that it was taken out."""
    return one.why.text if one.is_kept else REMOVED()


def _why_heading(one: NumberedWhy) -> str:
    return _("{number} · the insight", number=one.number) if one.why.insight else one.number


def can_take_out(context: Context, why: Why) -> bool:
    """Return whether the speaker may take out a why: its author or an admin."""
    return why.author_id == context.caller.person_id or context.origin.admin


DECLARATIONS = (
    Declaration(
        "ask-why",
        AskWhy,
        ask_why,
        "why",
        lazy("Ask why an experiment turned out the way it did, step by step"),
        shown=True,
        button=lazy("Ask why"),
        candidates=list_experiments,
        said_as="whys, why though, ask why, five whys, 5 whys, why why",
    ),
    Declaration("reword-why", RewordWhy, reword_why),
    Declaration("see-ladder", SeeWhys, show_whys, read_only=True),
)
