"""The links of a breakthrough: the moments that led to it, chosen by people from suggestions.

The card shows a summary, and this file shows the linked moments in private pages. Their
authors are credited by the link alone. A link that would form a loop is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, locate_card
from bot.core.language.words import _, format_number, lazy, line, pgettext
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Field,
    FieldKind,
    Form,
    Option,
    Reply,
    Small,
    Style,
    Title,
    text_reply,
)
from bot.core.moment import active_moment, format_moment_ref, moment_name, moment_place, unknown_moment
from bot.core.text import join_list, label_words, one_line, parse_number
from bot.quests.attempts import LABEL
from bot.quests.before.outcomes import OUTCOME_WORDS, outcome_suffix
from bot.quests.commands import Link, SeeLinks, UndoLinks, Unlink
from bot.quests.link_suggestions import suggest_links
from bot.quests.link_words import describe_links
from storage.delivery import refresh
from storage.doors import chances
from storage.models import Kind, Moment, MomentState
from storage.moments import moments
from storage.quests import attempts, links, whys
from storage.teams import teams

LINE_LENGTH = 300
"""The most characters of a linked moment's text, and of its lesson."""
PAGE_SIZE = 6
"""Linked moments on a page."""
LINKS_AT_ONCE = 50
"""The most moments that one form links."""
BREAKTHROUGHS_SHOWN = 24
"""Breakthroughs to choose from (Discord's limit is 25)."""
NO_BREAKTHROUGH = lazy("Links lead to breakthroughs, and {moment} isn't one.")
NUMBER = re.compile(r"\d{1,9}")


def show_links(context: Context, command: SeeLinks) -> Reply | Form:
    """Return a page of the moments that led to a breakthrough, oldest first.

    If there are none, return the form that links some.
    """
    here = _find_breakthrough(context, command.moment)
    linked = links.list_linked(context.session, here.id)
    if not linked:
        return replace(_link_form(context, here), title=_("How we got here"))
    pages = [linked[at : at + PAGE_SIZE] for at in range(0, len(linked), PAGE_SIZE)]
    page = min(max(parse_number(command.page), 1), len(pages))
    return Reply(_links_page(context, here, pages[page - 1], page, len(pages)), replaces=page > 1)


def _links_page(context: Context, here: Moment, stops: Sequence[Moment], page: int, last: int) -> Card:
    at, summary = format_moment_ref(here), links.link_summaries(context.session, [here])[here.id]
    where = (_("Page {page} of {pages}", page=page, pages=last),) if last > 1 else ()
    blocks: tuple[Block, ...] = (
        Title(_("How we got to #{number}", number=here.number)),
        *(_linked_moment_row(context, here, stop) for stop in stops),
        Small((" · ".join((*where, describe_links(summary))),)),
    )
    on = (Button(_("Read more"), SeeLinks(at, str(page + 1))),) if page < last else ()
    return Card(blocks, (*on, Button(pgettext("connect", "Link"), Link(at))))


def _linked_moment_row(context: Context, here: Moment, stop: Moment) -> Entry:
    """Return a linked moment's text, and its lesson or outcome. For a removed moment, return a line that says so."""
    if stop.deleted_at is not None:
        return Entry((_("{moment} was deleted.", moment=moment_name(stop)),))
    author = moments.people_by_id(context.session, [stop.author_id])[stop.author_id].name
    tried = stop.kind == Kind.EXPERIMENT
    version = attempts.version_number(context.session, stop.id) if tried else 0
    outcome = attempts.outcomes_by_moment(context.session, [stop.id]).get(stop.id) if tried else None
    stands = "" if outcome is None else OUTCOME_WORDS[outcome]()
    insight = whys.insights_by_moment(context.session, [stop.id]).get(stop.id)
    learned = insight.text if insight else stop.parts.get("taught", "")
    if stop.kind == Kind.CHANCE:
        learned = chances.find_outcome(context.session, stop.id)
    lines = (one_line(stop.text, LINE_LENGTH), f"→ {one_line(learned, LINE_LENGTH)}" if learned else "")
    by = " · ".join(filter(None, (moment_name(stop), f"v{version}" if version else "", stands, author)))
    off = Button(_("Remove"), Unlink(format_moment_ref(here), str(stop.number)))
    return Entry("\n".join(filter(None, lines)), (by,), off)


def _find_breakthrough(context: Context, given: str) -> Moment:
    """Return the breakthrough that a person named. Raise UserError if it is another kind of moment."""
    moment = active_moment(context, given)
    if moment.kind != Kind.BREAKTHROUGH:
        raise UserError(NO_BREAKTHROUGH(moment=moment_name(moment)))
    return moment


def link_moments(context: Context, command: Link) -> Reply | Form:
    """Link the moments given in the form, all or none.

    Without form input, return the form. Raise FormError if one of them cannot be linked or
    there are more than 50.
    """
    moment = _require_kept(active_moment(context, command.moment))
    if not command.asked:
        return _link_form(context, moment)
    given = _given_numbers(command)
    if not given:
        raise _link_error(context, moment, command, _("Choose one, or type a number like #12."))
    if len(given) > LINKS_AT_ONCE:
        said = _(
            "Up to {limit} at once, please. You've chosen {number}.",
            limit=LINKS_AT_ONCE, number=format_number(len(given)),
        )  # fmt: skip
        raise _link_error(context, moment, command, said)
    # Lock the team's row, so that two people at once cannot form a loop.
    teams.lock_team(context.session, moment.team_id)
    named = [_find_linkable(context, moment, command, each) for each in given]
    return _save_links(context, moment, _link_pairs(context, moment, command, named))


def _require_kept(moment: Moment) -> Moment:
    if moment.state != MomentState.KEPT:
        raise UserError(_("#{number} has no text yet. Once it does, you can link it.", number=moment.number))
    return moment


def _given_numbers(command: Link) -> Sequence[int]:
    given = [*command.chosen.split(), *NUMBER.findall(command.others)]
    return list(dict.fromkeys(parse_number(each) for each in given))


def _find_linkable(context: Context, moment: Moment, command: Link, given: int) -> Moment:
    """Return the moment with this number. Raise FormError if it cannot be linked with `moment`."""
    found = moments.find_by_number(context.session, context.caller.team_id, given)
    if found is None:
        raise _link_error(context, moment, command, unknown_moment(context, given))
    try:
        _require_kept(active_moment(context, str(given)))
    except UserError as refusal:
        raise _link_error(context, moment, command, str(refusal)) from None
    if found.id == moment.id:
        raise _link_error(context, moment, command, _("#{number} can't lead to itself.", number=given))
    if moment.kind != Kind.BREAKTHROUGH and found.kind != Kind.BREAKTHROUGH:
        raise _link_error(
            context,
            moment,
            command,
            NO_BREAKTHROUGH(moment=moment_name(found)),
        )
    return found


def _link_pairs(
    context: Context, moment: Moment, command: Link, named: Sequence[Moment]
) -> Sequence[tuple[Moment, Moment]]:
    """Return each link as the moment that led, and the breakthrough it led to.

    Raise FormError if a link would form a loop.
    """
    into = moment.kind == Kind.BREAKTHROUGH
    pairs = [(other, moment) if into else (moment, other) for other in named]
    for source, end in pairs:
        if end.id in links.upstream_ids(context.session, source.id):
            said = _(
                "#{earlier} led to #{later}, so #{later} can't have led to #{earlier}.",
                earlier=end.number, later=source.number,
            )  # fmt: skip
            raise _link_error(context, moment, command, said)
    return pairs


def _save_links(context: Context, moment: Moment, pairs: Sequence[tuple[Moment, Moment]]) -> Reply:
    added = [
        (source, end)
        for source, end in pairs
        if links.add_link(context.session, source.id, end.id, context.caller.person_id, context.now)
    ]
    for each in {one.id: one for pair in pairs for one in pair}:
        refresh.refresh_moment(context.session, each, context.now)
    ends = list({end.id: end for _, end in pairs}.values())
    back = _undo_links_button(context, moment, added)
    if moment.kind != Kind.BREAKTHROUGH:
        names = join_list([f"#{end.number}" for end in ends])
        place = locate_card(moment_place(context, ends[0].id))
        said = line(
            "Linked: #{number} led to {names}. {place}", number=moment.number, names=names, place=place
        )
        return text_reply(*said, buttons=back)
    summary = links.link_summaries(context.session, ends)[moment.id]
    said = line(
        "How you got to #{number}: {measures}. {place}",
        number=moment.number, measures=describe_links(summary),
        place=locate_card(moment_place(context, moment.id)),
    )  # fmt: skip
    see = Button(_("How we got here"), SeeLinks(format_moment_ref(moment)), Style.PRIMARY)
    return text_reply(*said, buttons=(*back, see))


def _undo_links_button(
    context: Context, moment: Moment, added: Sequence[tuple[Moment, Moment]]
) -> tuple[Button, ...]:
    """Return the button that removes the links that are new. Empty if there is none."""
    others = "\n".join(str(one.number) for pair in added for one in pair if one.id != moment.id)
    if not others:
        return ()
    return (Button(_("Undo"), context.store_if_long(UndoLinks(format_moment_ref(moment), others))),)


def undo_links(context: Context, command: UndoLinks) -> Reply:
    """Remove the links that were just added. Those that are gone already stay away."""
    moment = active_moment(context, command.moment)
    numbers = [parse_number(each) for each in command.others.split()]
    found = [moments.find_by_number(context.session, context.caller.team_id, each) for each in numbers]
    gone = [other for other in found if other is not None and _remove_between(context, moment, other)]
    if not gone:
        raise UserError(_("That link is already gone."))
    for each in (moment, *gone):
        refresh.refresh_moment(context.session, each.id, context.now)
    names = join_list([f"#{each.number}" for each in gone])
    said = line(
        "#{number} is no longer linked to {names}. {place}",
        number=moment.number, names=names, place=locate_card(moment_place(context, moment.id)),
    )  # fmt: skip
    return text_reply(*said, replaces=True)


def _remove_between(context: Context, moment: Moment, other: Moment) -> bool:
    source, end = (other, moment) if moment.kind == Kind.BREAKTHROUGH else (moment, other)
    return links.remove_link(context.session, source.id, end.id)


def _link_error(context: Context, moment: Moment, command: Link, said: str) -> FormError:
    return FormError(_link_form(context, moment, command), {"others": said})


def _link_form(context: Context, moment: Moment, given: Link | None = None) -> Form:
    """Return a form that asks what led to a breakthrough, or which breakthroughs a moment led to."""
    at = Link(format_moment_ref(moment), "1")
    if moment.kind == Kind.BREAKTHROUGH:
        found = suggest_links(context.session, moment)
        likely = "\n".join(str(one.number) for one in found.moments[: found.chosen])
        hint = _("Whatever you remember: experiments, ahas, an earlier breakthrough.")
        chosen = _choice_field(
            _("What led to it?"), found.moments, given.chosen if given else likely, context
        )
    else:
        fed = {one.id for one in links.list_fed_by(context.session, moment.id)}
        recent = links.list_recent(context.session, moment.team_id, Kind.BREAKTHROUGH, BREAKTHROUGHS_SHOWN)
        open_ones = [one for one in recent if one.id not in fed]
        hint = _("The number of a breakthrough, like #12.")
        chosen = _choice_field(_("What did it lead to?"), open_ones, given.chosen if given else "", context)
    others = Field(
        "others",
        _("Others, by number"),
        value=given.others if given else "",
        required=not chosen,
        hint=hint,
        later=bool(chosen),
    )
    return Form(pgettext("connect", "Link"), at, (*chosen, others), _("Save"))


def _choice_field(label: str, found: Iterable[Moment], chosen: str, context: Context) -> tuple[Field, ...]:
    options = tuple(Option(str(one.number), _moment_label(context, one)) for one in found)
    if not options:
        return ()
    known = {option.value for option in options}
    value = "\n".join(each for each in chosen.split() if each in known)
    return (Field("chosen", label, FieldKind.CHOICES, value, required=False, options=options),)


def _moment_label(context: Context, moment: Moment) -> str:
    version = attempts.version_number(context.session, moment.id) if moment.kind == Kind.EXPERIMENT else 0
    which = f"#{moment.number} · v{version}" if version else f"#{moment.number}"
    if moment.kind == Kind.EXPERIMENT:
        which += outcome_suffix(attempts.outcomes_by_moment(context.session, [moment.id]).get(moment.id))
    return label_words(which, moment.text, LABEL)


def unlink_moment(context: Context, command: Unlink) -> Reply:
    """Remove the link from a moment to a breakthrough.

    The moment itself does not change. Raise UserError if there is no such link.
    """
    here = _find_breakthrough(context, command.moment)
    stop = moments.find_by_number(context.session, context.caller.team_id, parse_number(command.stop))
    if stop is None or not links.remove_link(context.session, stop.id, here.id):
        raise UserError(_("That is no longer linked to #{number}.", number=here.number))
    refresh.refresh_moment(context.session, here.id, context.now)
    refresh.refresh_card(context.session, stop.id, context.now)
    undo = Button(_("Undo"), Link(format_moment_ref(here), "1", str(stop.number)))
    end = f"#{here.number}"
    said = _("#{number} is no longer linked to {names}.", number=stop.number, names=end)
    return text_reply(said, buttons=(undo,))


DECLARATIONS = (
    Declaration("see-road", SeeLinks, show_links, read_only=True),
    Declaration("link", Link, link_moments),
    Declaration("unlink", Unlink, unlink_moment),
    Declaration("undo-links", UndoLinks, undo_links),
)
