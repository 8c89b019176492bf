"""A day in the life of a team: a sentence for each command that the bot has, in the words that buttons carry.

Each line is who does it (Ana, if nobody is named; `small` is somebody of a small team), the command's key, and its
fields. A name in braces stands for the
newest row of its kind, see `FOUND`. The lines run in this order, so that each finds what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    ChannelMoved,
    ChannelReopened,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
    PermissionsChanged,
    PersonCame,
    PersonLeft,
    PersonRenamed,
    ReadersChanged,
    RepliesChanged,
    ReplyWritten,
)
from bot.core.params import ParamKind
from bot.features import DECLARATIONS

SENTENCES = """
start
setup
set-keeping | emoji=💡 | threshold=1 | zone=UTC | seals=on
tell-zone | zone=UTC
let-keep | channel=C7 | channel_name=workshop
stop-keeping | channel=C7
choose-parts
choose-parts | sent=1
quest
turn-on-part | part=quests
turn-on-part | part=goals
turn-on-part | part=focus
turn-on-part | part=memory
me
home
page
page | page=2
menu
topics
help
everything
help | topic=recap
privacy
forget-me
thanks
words
not-built | said=polls
on-card | said=high-five
offer-opt-out
offer-opt-in
offer-undo
be-quiet
speak-again
pause-notes
pause-notes | off=1
rest-notes
rest-notes | off=1
noor opt-out
noor opt-out | back=1
log | text=We keep a logbook beside the machine
show | moment={mine}
show | moment={old}
list
find | words=lesson
find | words=cach
find | words=失效
find | words=lesson | before={old}
read-on | moment={mine} | page=1
edit | moment={mine}
edit | moment={mine} | text=We keep two logbooks beside the machine
ben high-five | moment={mine}
ben high-five | moment={old}
ben i-was-there | moment={mine}
ben add-version | moment={mine} | text=I saw the pen run dry
ben add-version | moment={old} | text=I was told
ben drop-version | moment={old}
ben give-words | moment={mine} | text=My own words
ben how-far | moment={mine}
ben millimetres | moment={mine} | distance=3
breakthrough
breakthrough | text=The build takes a minute
failed
failed | text=We cached the answers | happened=It broke | taught=To sign them | there=U-ben | there_names=Ben
ben save | kind=aha | message=m901 | text=It was the cache | author=U-ben | author_name=Ben
ben save-first | kind=aha | message=m902 | text=It was the cache again | author=U-ben | author_name=Ben
ben version-of | message=m901 | text=I saw it too | author=U-ana | author_name=Ana
ben why-of | message=m903 | text=Why did it break | author=U-ben | author_name=Ben
it-was-an-aha | moment={mine}
it-failed | moment={mine}
place-attempt | moment={tried}
add-sequel | moment={found} | kind=possible | text=A logbook for each machine
drop-sequels | moment={found}
follow-on | moment={found} | kind=next
say-stuck | moment={found} | stuck=habit
next-quest | moment={found} | text=What else is slow?
quest
quest | text=Why do logins take so long?
open-quest | text=What makes builds slow?
see-quest | quest={quest}
see-quest | quest={found-quest}
log-attempt | quest={quest}
start-attempt | quest={quest} | text=We try a cache | outcome=under_way
expect | moment={under-way} | text=It will break
expect-next | quest={quest} | text=It will hold | name=1
drop-expectation | line={expectation}
restore-expectation | line={expectation}
undo-expectation | line={expectation}
keep-result | moment={under-way}
keep-result | moment={under-way} | outcome=failed | happened=It broke | taught=To sign
undo-result | moment={tried}
undo-result-change | moment={tried}
ask-why | moment={tried}
ask-why | moment={tried} | text=It asked too much
ask-why | moment={old-tried} | text=Nobody measured it
reword-why | moment={tried} | under=1 | text=It asked much
see-ladder | moment={tried}
see-ladder | moment={old-tried}
mark-insight | moment={tried} | why=1
take-why-out | moment={tried} | why=1
see-road | moment={found}
see-road | moment={old-found}
link | moment={found}
link | moment={found} | asked=1 | chosen={old-tried}
unlink | moment={found} | stop={old-tried}
undo-links | moment={found}
quest-serves | quest={quest}
quest-serves | quest={quest} | asked=1 | goals=
found-it | quest={quest}
let-go | quest={quest} | reason=Nobody needs it
reopen-quest | quest={let-go-quest}
take-quest-back | quest={quest}
remove-quest | quest={quest} | sure=1
cycle
post-cycle
memories
year-ago
look-back | moment={month-old} | kind=month
look-back | moment={month-old} | kind=month | text=It still holds
undo-look-back | moment={month-old} | kind=month | version=1
drop-look-back | moment={month-old} | kind=month
tell-again
here-before | moment={mine}
recall-wish | moment={year-old} | wish=more
memory
memory | what=fuel
book | format=html
book-again | posting={book}
own-note | text=To read more
career | text=I learned to read | happened=spring 2014
own-list
own-see | own={own}
own-edit | own={own}
own-edit | own={own} | asked=1 | text=To read much more
own-undo | own={own}
own-drop | own={own}
mission
write-mission
write-mission | asked=1 | who=people | how=early | offer=bread | why=they are hungry
mission-versions
keep-line | line=who
take-mission-back | version={mission}
goal
goal-new
goal-new | text=Builds of one minute | kind=supporting
goal-from | text=Ten schools teach with us
goal-list
goal-show | goal={goal}
goal-go-on | goal={goal}
goal-big | goal={goal}
goal-edit | goal={goal}
goal-edit | goal={goal} | asked=1 | text=Builds of half a minute
goal-measure | goal={goal}
goal-measure | goal={goal} | asked=1 | start=10 | target=1 | unit=minutes | due_on=2026-06-30
goal-align | goal={goal}
goal-align | goal={goal} | asked=1 | line=who | attainable=We did it once | relevant=It is slow
goal-days | goal={goal}
goal-days | goal={goal} | asked=1 | days=2026-03-30
goal-check | goal={goal}
goal-check | goal={goal} | asked=1 | progress=5
undo-check-in | goal={goal} | checkpoint={checkpoint}
remind-owner | goal={goal} | on=1
goal-step | goal={goal} | text=Measure it
goal-steps | goal={goal}
tick-step | goal={goal} | step={goal-step}
drop-step | goal={goal} | step={goal-step}
serves | moment={mine}
serves | moment={mine} | asked=1 | goals=
goal-keep | goal={goal} | asked=1 | until=2026-07-30
undo-goal-keep | goal={goal} | until=2026-06-30 | was=2026-07-30
ben take-over | goal={goal}
goal-close | goal={goal}
goal-close | goal={goal} | asked=1 | outcome=reached | taught=To measure
goal-reopen | goal={closed-goal}
became | goal={goal} | kind=breakthrough
take-goal-back | goal={goal}
remove-goal | goal={goal} | sure=1
no | text=We build no app | why=It would take a year
shiny | text=A robot that waters the plants
keep-parked | moment={shiny} | rest=30
make-goal | moment={shiny}
let-shiny-go | moment={shiny}
undo-parked | moment={shiny}
chance | text=A fair in May | kind=door
describe-chance | moment={chance}
tell-outcome | moment={chance} | chosen=came
drop-outcome | moment={chance}
ben offer-key | moment={door} | text=I know them
ben take-key-back | moment={door}
focus-ratio
focus-check
focus-check | asked=1 | went=Into meetings
focus-go-on | check={check}
focus-lists | check={check} | works=pairing | out=the report | by_on=2026-04-30
focus-chances | check={check} | chances=the fair
focus-add | check={check} | text=the other report | name=out | by_on=2026-04-30
focus-see | check={check}
focus-earlier
focus-edit | check={check}
focus-edit-line | check={check} | item={item}
focus-edit-line | check={check} | item={item} | asked=1 | text=the long report
focus-tick | check={check} | item={item}
focus-ticks | check={check}
focus-due
focus-answer | check={check} | item={item} | answer=out
focus-reopen | check={check} | item={item}
focus-drop-line | check={check} | item={item}
focus-drop-lines | check={check} | first={item} | last={item}
focus-went | check={check} | asked=1 | went=Into more meetings
focus-step | check={check} | asked=1 | title=Where we laugh
focus-remove | check={check}
focus-session
read-together | posting={focus-part}
next-part | posting={focus-part}
session-check | posting={focus-part}
ask
ask | text=What did we decide? | sort=prompt
ask-now
ben give-answer | posting={prompt}
ben give-answer | posting={prompt} | text=To wait
ben keep-answer | answer={answer}
ben drop-answer | answer={answer}
ben take-answer-back | posting={prompt}
all-answers | posting={prompt}
all-answers | posting={old-prompt}
take-back | posting={prompt}
ask | text=Who brings what? | sort=brings
im-in | posting={brings}
ben im-in | posting={brings}
close-round | posting={brings}
write-line | posting={brings} | text=She sees what is missing
write-free-line | posting={brings} | text=He asks | about=1
drop-line | posting={brings}
ask | text=What do two crafts say? | sort=cross_pair
im-in | posting={cross-pair} | craft=welding
ben im-in | posting={cross-pair} | craft=sewing
not-this-time | posting={cross-pair}
answer-together | posting={cross-pair} | text=We agree
drop-together | posting={cross-pair}
ask | text=What is on your mind? | sort=park_it
park | posting={park-it} | text=The bus
give-back | posting={park-it}
host
pick-question | text=What did you drop?
drop-pick
packs | kind=prompt
pack-questions | pack=one-millimetre | kind=prompt
one-question | question={question}
choose-packs | kind=prompt | packs=one-millimetre
mute-question | question={question}
unmute-question | question={question}
ask-next | question={question}
suggest-question | kind=prompt | text=What did you keep?
remove-question | question={own-question}
see-season
begin-season | text=What do we want? | schedule=prompt | weeks=4 | since=2026-03-17
first-and-last | season={season}
show-pair | season={season}
end-season | season={season} | sure=1
undo-season | season={season}
ask | text=What shall we keep? | sort=retro
give-step | posting={retro}
give-step | posting={retro} | asked=1 | condition=the build is red | action=we stop | taker=nobody
see-step | step={step}
change-step | step={step}
change-step | step={step} | asked=1 | condition=the build is very red | action=we stop | taker=nobody
undo-step-change | step={step}
ben take-step | step={step}
ask | text=What shall we keep now? | sort=retro
carry-step | step={step}
settle-step | step={step} | outcome=done
unsettle-step | step={step}
drop-next-step | step={step}
recap
recap | period=month
recap | period=quarter
recap | period=year
post-recap | period=week
post-recap | period=year
read-recap | posting={recap} | team=1
pause-date | kind=recap | team=1
pause-date | kind=recap | team=1 | off=1
plan
change-schedule | kind=prompt
change-schedule | kind=prompt | days=1 | at=10:00 | every=1 | zone=UTC | state=on | packs=one-millimetre
pause-posts
resume-posts
resume | kind=prompt
ben fine | moment={mine}
note-all | posting={note} | decision=stays
note-one | posting={note} | item={note-item} | decision=stays
misfit | text=find lessn
guess | text=recaps
put-aside | form=x
later | pending={pending}
in-team | pending={pending} | team=1
open-form | pending={pending}
take-form | pending={pending}
keep-own | pending={pending}
drop-words | pending={pending}
take-down | posting={recap}
leave-moment | moment={mine}
delete | moment={mine}
delete | moment={mine} | sure=1
restore | moment={deleted}
undo | moment={mine}
move | channel=C8 | channel_name=attic
move | channel=C1 | channel_name=lantern
small log | text=We keep a list at the door
small find | words=lesson
small find | words=cach
small find | words=失效
small failed
small failed | text=We cached the answers
small breakthrough | text=It opens by itself
small recap
small recap | period=month
small recap | period=quarter
small recap | period=year
small post-recap | period=year
small cycle
small post-cycle
small memories
small memory
small memory | what=fuel
small year-ago
small tell-again
small book | format=html
small quest
small goal
small goal-list
small home
small see-season
how-to-remember
how-to-remember-thread
offer-to-save
ben remember | message=m903 | text=It was the clock this time | author=U-mei | author_name=Mei
ben save-thread | thread=m904
ben undo-all | saved=1
"""

ALIVE = "SELECT '1.' || number FROM moment WHERE team_id = 1 AND state = 'kept' AND deleted_at IS NULL AND"
GROWN = "event LIKE 'grown%'"
ROW = "SELECT id FROM {} WHERE team_id = 1 AND {} ORDER BY id DESC LIMIT 1"
GOAL = "SELECT number FROM goal WHERE team_id = 1 AND withdrawn_at IS NULL AND closed_at IS {} ORDER BY id DESC LIMIT 1"

FOUND = {
    "mine": f"{ALIVE} kind = 'aha' AND author_id = (SELECT id FROM person WHERE external_id = 'U-ana')",
    "old": f"{ALIVE} kind = 'aha' AND {GROWN} AND number % 20 = 9",
    "found": f"{ALIVE} kind = 'breakthrough'",
    "old-found": f"{ALIVE} kind = 'breakthrough' AND {GROWN}",
    "tried": f"{ALIVE} kind = 'experiment'",
    "old-tried": f"{ALIVE} kind = 'experiment' AND {GROWN}",
    "under-way": f"{ALIVE} id IN (SELECT moment_id FROM attempt WHERE outcome = 'under_way')",
    "shiny": f"{ALIVE} kind = 'shiny'",
    "chance": f"{ALIVE} kind = 'chance'",
    "door": f"{ALIVE} id IN (SELECT moment_id FROM chance WHERE kind = 'door')",
    "month-old": f"{ALIVE} kind = 'aha' AND created_at < '2026-02-10'",
    "year-old": f"{ALIVE} kind = 'aha' AND created_at < '2025-03-10'",
    "deleted": "SELECT '1.' || number FROM moment WHERE team_id = 1 AND deleted_at IS NOT NULL",
    "quest": ROW.format("quest", "closed_at IS NULL AND withdrawn_at IS NULL"),
    "found-quest": ROW.format("quest", "found_id IS NOT NULL"),
    "let-go-quest": ROW.format("quest", "closed_at IS NOT NULL AND found_id IS NULL"),
    "expectation": ROW.format("expectation", "true"),
    "goal": GOAL.format("NULL"),
    "closed-goal": GOAL.format("NOT NULL"),
    "checkpoint": "SELECT id FROM checkpoint ORDER BY id DESC LIMIT 1",
    "goal-step": "SELECT id FROM goalstep ORDER BY id DESC LIMIT 1",
    "own": "SELECT id FROM ownmoment ORDER BY id DESC LIMIT 1",
    "mission": ROW.format("mission", "true"),
    "check": ROW.format("focuscheck", "true"),
    "item": "SELECT id FROM focusitem ORDER BY id DESC LIMIT 1",
    "season": ROW.format("season", "true"),
    "step": ROW.format("nextstep", "true"),
    "answer": "SELECT id FROM answer ORDER BY id DESC LIMIT 1",
    "own-question": "SELECT 'own.' || id FROM question ORDER BY id DESC LIMIT 1",
    "question": "SELECT 'doors-not-dollars:give-away'",
    "pending": "SELECT id || '-1' FROM pending ORDER BY id DESC LIMIT 1",
    "book": "SELECT id FROM posting WHERE kind = 'book' ORDER BY id DESC LIMIT 1",
    "note": "SELECT id FROM posting WHERE kind = 'note_kept' ORDER BY id DESC LIMIT 1",
    "note-item": "SELECT id FROM noteitem ORDER BY id DESC LIMIT 1",
    "prompt": ROW.format("posting", "kind = 'prompt' AND form = ''"),
    "old-prompt": ROW.format("posting", "kind = 'prompt' AND key LIKE 'grown%'"),
    "retro": ROW.format("posting", "kind = 'retro'"),
    "recap": ROW.format("posting", "kind = 'recap'"),
    "brings": ROW.format("posting", "form = 'brings'"),
    "cross-pair": ROW.format("posting", "form = 'cross_pair'"),
    "park-it": ROW.format("posting", "form = 'park_it'"),
    "focus-part": ROW.format("posting", "form = 'focus_part'"),
}
"""Where the newest rows are found by the names in the sentences. Nothing is counted while they are looked up."""

NEWEST_FIRST = " ORDER BY number DESC LIMIT 1"


class Sentence(NamedTuple):
    """One line: who, the command's key, its fields before the names in them are found, and the line itself."""

    who: str
    key: str
    given: Mapping[str, str]
    line: str

    def build(self, session: Session) -> Any:
        """Return the command, with the newest rows in place of the names."""
        declaration = next(each for each in DECLARATIONS if each.key == self.key)
        known = {each.name for each in fields(declaration.command)}
        assert self.given.keys() <= known, f"{self.line}: {sorted(known)}"
        return declaration.command(**{name: find_names(session, value) for name, value in self.given.items()})


def list_sentences() -> list[Sentence]:
    """Return the sentences in their order."""
    return [_read_sentence(line) for line in SENTENCES.strip().splitlines()]


def _read_sentence(line: str) -> Sentence:
    head, *given = line.split(" | ")
    who, _, key = head.rpartition(" ")
    return Sentence(who or "ana", key, dict(each.split("=", 1) for each in given), line)


def find_names(session: Session, value: str) -> str:
    """Return a value with the reference of the newest row for each name in braces, and 0 where there is none."""

    def find(name: re.Match[str]) -> str:
        query = FOUND[name[1]]
        query += "" if " LIMIT 1" in query or " FROM " not in query else NEWEST_FIRST
        return str(session.execute(text(query)).scalar() or 0)

    return re.sub(r"{([\w-]+)}", find, value)


EVENTS: tuple[tuple[str, Any], ...] = (
    ("ben", EmojiAdded("m910", "💡", "U-ana", "Ana")),
    ("ben", EmojiRemoved("m910", "💡")),
    ("ben", ReplyWritten("m911", "That it is slow", to="p20")),
    ("ana", MessageEdited("s21", "We changed our minds")),
    ("ana", MessageDeleted("s41")),
    ("ana", ChannelJoined()),
    ("ana", ChannelReopened()),
    ("mei", PersonLeft()),
    ("mei", PersonCame()),
    ("mei", PersonRenamed("May")),
    ("ana", ReadersChanged()),
    ("ana", ChannelChanged()),
    ("ana", ChannelMoved("C1")),
    ("ana", PermissionsChanged()),
    ("ana", RepliesChanged()),
    ("ana", ChannelLeft()),
)
"""What happens to messages, people and channels."""

SUGGESTED = ("", "les", "cach", "失效", "1")
"""What somebody has typed when the platform asks for suggestions."""

SUGGESTED_KINDS = tuple(ParamKind)
