"""Follow-ups: questions about a moment, asked days later in the thread of its card.

They ask for the next quest three days after a breakthrough, for what it set off after
thirty days, and whether it stuck after ninety. A team is asked in its working hours, at
most once a week and never while it is paused. Questions that waited too long are dropped,
so that none pile up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import (
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Post,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Title,
    text_reply,
)
from bot.core.moment import (
    VERSION_WORDS,
    active_moment,
    build_removed_card,
    format_moment_ref,
    moment_name,
    propagate_change,
)
from bot.core.origin import Capabilities
from bot.core.params import user_text
from bot.core.posts import ComposedPost
from bot.core.text import one_line
from bot.memory.sequel_lines import HEADS as SEQUEL_HEADS
from bot.memory.sequel_lines import STUCK, join_sequel_lines
from bot.memory.sequels import AddSequel
from bot.quests.commands import TakeQuestBack
from bot.quests.quests import QUEST_EXAMPLE, QUEST_LABEL, open_quest, quest_place
from storage.memory import followups, sequels
from storage.models import (
    FollowUpKind,
    Kind,
    Moment,
    MomentState,
    Posting,
    SequelKind,
    Stuck,
)
from storage.models.shown import has_words
from storage.moments.moments import people_by_id
from storage.quests import quests

NOT_SAID = "not-said"
"""What *Undo* sends to take back the first word on whether a moment stuck."""
QUESTS, QUEST_WORDS = 3, 120
"""Next quests that the card shows, and characters of one."""
MOMENT_WORDS = 80
"""Characters of the moment that its question repeats.

The card with the full text is just above.
"""

HEADS: Mapping[str, Lazy] = {
    FollowUpKind.NEXT: lazy("What's next?"),
    FollowUpKind.SET_OFF: lazy("A month later"),
    FollowUpKind.STUCK: lazy("A few months later"),
}
"""The title of each question. It stays true of one that had to be postponed."""
QUESTIONS: Mapping[str, Lazy] = {
    FollowUpKind.NEXT: lazy("You found “{words}”. What do you want to find out next?"),
    FollowUpKind.SET_OFF: lazy("What came of “{words}”?"),
    FollowUpKind.STUCK: lazy("Did “{words}” stick?"),
}
"""Each question under its card, with the moment's first words."""
QUESTIONS_APART: Mapping[str, Lazy] = {
    FollowUpKind.NEXT: lazy("You found #{number}. What do you want to find out next?"),
    FollowUpKind.SET_OFF: lazy("What came of #{number}?"),
    FollowUpKind.STUCK: lazy("Did #{number} stick?"),
}
"""Each question away from its card, with the moment's number."""
STUCK_ANSWERS: Mapping[str, Lazy] = {
    Stuck.HABIT: lazy("Yes"),
    Stuck.FADING: lazy("Sort of"),
    Stuck.GONE: lazy("No"),
}
"""The buttons that say whether a moment stuck."""
STUCK_SAVED: Mapping[str, Lazy] = {
    Stuck.HABIT: lazy("Saved: #{number} stuck."),
    Stuck.FADING: lazy("Saved: #{number} sort of stuck."),
    Stuck.GONE: lazy("Saved: #{number} didn't stick."),
}


@dataclass(frozen=True)
class ShowFollowUp:
    """The command to show a moment's question in private, for the button in a recap."""

    moment: str = ""
    kind: str = ""


@dataclass(frozen=True)
class NextQuest:
    """The command to open the quest that comes after a breakthrough.

    Without text, it opens the form.
    """

    moment: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class SayStuck:
    """The command to say whether a moment became a habit, is fading or is gone.

    The last answer replaces earlier ones.
    """

    moment: str = ""
    stuck: str = ""


def compose_followup(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Return the question's card, with the answers so far.

    Returns None if the moment or the question is gone and the card was not posted yet.
    """
    moment, followup = session.get(Moment, posting.moment_id), followups.find_by_posting(session, posting)
    if moment is not None and moment.deleted_at is not None:
        return ComposedPost(Post(build_removed_card(moment))) if posting.message else None
    if moment is None or followup is None:
        return None
    return ComposedPost(Post(_build_question_card(session, moment, followup.kind)))


def add_recap_question(session: Session, posting: Posting, card: Card) -> Card:
    """Return a recap's card with its follow-up question: one small line and a button.

    Without a question, the card stays unchanged.
    """
    found = followups.find_by_recap(session, posting.id)
    if found is None:
        return card
    followup, moment = found
    label = _("About #{number}", number=moment.number)
    button = Button(label, ShowFollowUp(format_moment_ref(moment), followup.kind))
    asked = QUESTIONS_APART[followup.kind](number=moment.number)
    line = Small((Strong(f"{HEADS[followup.kind]()}:"), f" {asked}"))
    return Card((*card.blocks, line), (*card.buttons, button), card.menu)


def _first_line(moment: Moment) -> str:
    """Return the moment's first line, without a full stop at its end.

    The full stop would end the question's own sentence.
    """
    first = next(filter(has_words, moment.text.splitlines()), "")
    return one_line(first, MOMENT_WORDS).rstrip(".")


def _build_question_card(session: Session, moment: Moment, kind: str, private: bool = False) -> Card:
    """Return the question's card.

    In private there is no moment's card above it, so more of the moment's text comes first.
    """
    said = (Quote(one_line(moment.text, VERSION_WORDS), by=moment_name(moment)),) if private else ()
    apart, below = QUESTIONS_APART[kind], QUESTIONS[kind]
    asked = apart(number=moment.number) if private else below(words=_first_line(moment))
    heard = tuple(_answer_blocks(session, moment, kind))
    buttons = _question_buttons(session, moment, kind)
    return Card((Title(HEADS[kind]()), *said, Text((asked,)), *heard), buttons)


def _question_buttons(session: Session, moment: Moment, kind: str) -> tuple[Button, ...]:
    at = format_moment_ref(moment)
    if kind == FollowUpKind.NEXT:
        style = Style.PLAIN if quests.list_opened_after(session, moment.id) else Style.PRIMARY
        return (Button(_name_quest(session, moment), NextQuest(at), style),)
    if kind == FollowUpKind.SET_OFF:
        return (Button(_("What came of it?"), AddSequel(at, SequelKind.SET_OFF), Style.PRIMARY),)
    return tuple(Button(said(), SayStuck(at, stuck)) for stuck, said in STUCK_ANSWERS.items())


def _name_quest(session: Session, moment: Moment) -> str:
    """Return the label of the button, and the title of the form, that start the quest after a breakthrough."""
    opened = quests.list_opened_after(session, moment.id)
    return _("Start another quest") if opened else _("Start the next quest")


def _answer_blocks(session: Session, moment: Moment, kind: str) -> Iterator[Block]:
    if kind == FollowUpKind.NEXT:
        if lines := sequels.list_sequels(session, moment.id, SequelKind.POSSIBLE):
            possible = SEQUEL_HEADS[SequelKind.POSSIBLE]()
            yield Small((Strong(f"{possible}:"), f" {join_sequel_lines(session, lines)}"))
        opened = quests.list_opened_after(session, moment.id)[-QUESTS:]
        people = people_by_id(session, [quest.author_id for quest in opened])
        for quest in opened:
            who = people[quest.author_id].name
            started = _("{name} started the next quest:", name=who)
            yield Small((Strong(started), f" {one_line(quest.text, QUEST_WORDS)}"))
    elif kind == FollowUpKind.SET_OFF:
        if lines := sequels.list_sequels(session, moment.id, SequelKind.SET_OFF):
            yield Small((join_sequel_lines(session, lines),))
    elif moment.stuck:
        anyone = _("Anyone can change that.")
        yield Small((f"{STUCK[moment.stuck]()} {anyone}",))


def show_followup(context: Context, command: ShowFollowUp) -> Reply:
    """Return the question for a private reply. Raises UserError for an unknown kind."""
    moment = active_moment(context, command.moment)
    if command.kind not in HEADS:
        raise UserError(_("There's no such question."))
    _require_askable(moment, command.kind)
    return Reply(_build_question_card(context.session, moment, command.kind, private=True))


def _require_askable(moment: Moment, kind: str) -> None:
    """Raise UserError for a moment that this question is never asked about.

    The next quest follows a breakthrough, and whys follow an experiment.
    """
    if moment.state != MomentState.KEPT:
        raise UserError(
            _("#{number} has no text yet. Once it has, you can say more about it.", number=moment.number)
        )
    if moment.kind == Kind.EXPERIMENT or (kind == FollowUpKind.NEXT and moment.kind != Kind.BREAKTHROUGH):
        raise UserError(_("There's no such question about {moment}.", moment=moment_name(moment)))


def open_next_quest(context: Context, command: NextQuest) -> Reply | Form:
    """Open the quest after a breakthrough, and refresh the question's card in the thread.

    Without text, return the form. Raises UserError if the quest was taken back.
    """
    moment, text = active_moment(context, command.moment), command.text.strip()
    _require_askable(moment, FollowUpKind.NEXT)
    if not text:
        hint = _("A question you'd like to answer together, next week or one day.")
        field = Field("text", QUEST_LABEL(), FieldKind.TEXT, hint=hint, placeholder=QUEST_EXAMPLE())
        title = _name_quest(context.session, moment)
        return Form(title, NextQuest(format_moment_ref(moment)), (field,), _("Start"))
    quest = open_quest(context, text)
    if quest.withdrawn_at is not None:
        raise UserError(_("You started that quest and then undid it."))
    quest.after_id = moment.id
    context.session.flush()
    followups.refresh_followup(context.session, moment.id, FollowUpKind.NEXT, context.now)
    back = Button(_("Undo"), TakeQuestBack(str(quest.id), "", str(context.caller.team_id)))
    said = _("Quest started.")
    if quest_place(context, quest).takes_cards:
        said = _("Quest started. Its card counts what you try.")
    return text_reply(said, buttons=(back,))


def set_stuck(context: Context, command: SayStuck) -> Reply:
    """Store whether a moment stuck, and refresh its card. Raises UserError for other values."""
    moment = active_moment(context, command.moment)
    _require_askable(moment, FollowUpKind.STUCK)
    if command.stuck not in (*Stuck, NOT_SAID):
        raise UserError(_("Please pick yes, sort of or no."))
    before, said = moment.stuck or NOT_SAID, "" if command.stuck == NOT_SAID else command.stuck
    if moment.stuck != said:
        moment.stuck = said
        propagate_change(context, moment)
    if not said:
        undone = _("Undone. #{number} no longer says whether it stuck.", number=moment.number)
        return text_reply(undone, replaces=True)
    back = Button(_("Undo"), SayStuck(format_moment_ref(moment), before))
    return text_reply(STUCK_SAVED[said](number=moment.number), buttons=(back,))


DECLARATIONS = (
    Declaration("follow-on", ShowFollowUp, show_followup, read_only=True),
    Declaration("say-stuck", SayStuck, set_stuck),
)
NEXT_QUEST = (Declaration("next-quest", NextQuest, open_next_quest, shown=True),)
"""The button of a follow-up that begins a quest, which belongs to quests."""
