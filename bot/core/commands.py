"""Declares commands once, beside their handlers. Every platform derives its input from that.

A command is a frozen dataclass whose fields are text. Its `Declaration` gives Slack's
text grammar (`parse`), Discord's typed options, the text that a button carries
(`encode`), the values that a form fills in (`fill_fields`), the help texts and the page
of the docs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from sqlmodel import Session

from bot.core.addressed import Addressed
from bot.core.addressed.line import Said, find_said, is_thought_at_the_end
from bot.core.guesses.judge import (
    SAVING,
    Begun,
    Phrase,
    Retyped,
    build_vocabulary,
    find_head,
    find_number,
    find_phrase,
    judge_line,
    phrase_forms,
)
from bot.core.guesses.spelling import find_misspelt
from bot.core.guesses.words import number_words, phrases_by_command, split_words
from bot.core.language.words import NOTHING, Lazy
from bot.core.messages import Form, Reply
from bot.core.params import (
    CHOSEN,
    GOAL_PATTERN,
    MOMENT_PATTERN,
    VERB_AND_GOAL,
    Guess,
    NearMiss,
    Param,
    ParamKind,
    merge_typed_choices,
)
from bot.core.parts.part import Part
from bot.core.text import clean_text, sanitize_texts
from storage.models import Moment
from storage.models.shown import has_words

HELPING, TOPICS, ON_CARD, GLOSSARY = "help", "topics", "on-card", "words"
"""The commands that help with a topic, list the topics, say which card has a button, and explain the words."""
OFFERING = "offer-to-save"
"""The command that asks whether words were meant to be saved."""
ANY_VERB = "*"
"""Among a command's verbs, every verb that no other command has."""
COLON = re.compile(r"[:：]+(?:\s+|$)")
"""A colon between a command's name and its text. That of an emoji's name has no space behind it."""


class Needs(StrEnum):
    """The context that a handler requires.

    TEAM: a team. The first command in a channel creates it. In a direct message, a form asks
    for the team.

    CHANNEL: as TEAM, but not from a direct message, because what people write there is
    private.

    KNOWN_TEAM: a team that exists already. Without one the command is silently ignored.

    PERSON: only the person who sends the command.

    NOBODY: only the workspace. For events that no person causes.
    """

    TEAM = "team"
    CHANNEL = "channel"
    KNOWN_TEAM = "known_team"
    PERSON = "person"
    NOBODY = "nobody"


class OwnWords(StrEnum):
    """Whether a command works on the person's own words alone, so that nobody has to be in the channel for it.

    MOMENT: where they wrote the moment that it names. ALWAYS: its handler knows no other words.
    """

    NEVER = "never"
    MOMENT = "moment"
    ALWAYS = "always"


Handler = Callable[[Any, Any], Reply | Form | None]
"""Answers a command with a reply, a form, or nothing. Takes a `Context` and the command.

`Context` is not named here, because it holds the `Commands` of this module.
"""

OfferCheck = Callable[[Any, Any], bool]
"""Tells whether a command would work for a person. Takes a `Context` and the command.

A private card leaves the button out otherwise. It may run in a transaction that only reads.
"""


@dataclass(frozen=True)
class Declaration:
    """One command: its dataclass, its handler, and its description for people.

    `name` is the word that a person types, or two words such as `goal new`. It is empty for
    commands that only buttons and forms send. `typed_only` commands exist only in the text grammar, and `instead` names
    another way to do the same. `read_only` commands promise to write nothing. `shown` commands
    show the person's text to others. `anywhere` commands answer in every conversation.

    `said_as` lists, between commas, what else people type and mean this command: they are asked
    first. A phrase with a colon at its end means it with any text behind the colon, and one with ` …` with
    any text at all. A field `said` of the command gets the phrase, and a field `rest` what it can't read.
    """

    key: str
    """The command's name in encoded form. Posted buttons and stored drafts carry it, so it never changes."""
    command: type
    handle: Handler
    name: str = ""
    summary: Lazy = NOTHING
    aliases: tuple[str, ...] = ()
    typed_only: bool = False
    instead: Lazy = NOTHING
    read_only: bool = False
    needs: Needs = Needs.TEAM
    shown: bool = False
    """Whether others see the text that the person gives. In a direct message they are asked first."""
    anywhere: bool = False
    """Whether it also answers in a conversation between people that the bot is not part of."""
    own_words: OwnWords = OwnWords.NEVER
    """Whether it works for a person who is not in the channel any more."""
    hides_person: Callable[[Session, Any], bool] | None = None
    """Whether nobody may ever tell who sent a command, or when.

    Then no row about the person is written, and a command with such a function is in no metrics.
    """
    personal: bool = False
    """Whether its answers are about the person alone, so that others see nothing of them, however short they are."""
    works_for: OfferCheck | None = None
    """Tells whether the command is offered to a person in private. None offers it to everyone."""
    said_as: str = ""
    names_moment: bool = False
    """Whether a number in place of its text means the moment with that number."""
    names_goal: bool = False
    """Whether a number in place of its text means the goal with that number, and a word and a number what
    the command with that verb does with the goal."""
    verbs: str = ""
    """The verbs that mean this command before a goal's number, as in `goal edit 2`, or `*` for any other."""
    example: Lazy = NOTHING
    """What a person could write behind the name, for the help, such as `Ten schools teach with us`."""
    button: Lazy = NOTHING
    """The label of a button that offers the command. It is the name if left out."""
    at_once: bool = False
    """Whether the answer is shown at once when this was probably meant: it is private and offers buttons."""
    once: bool = False
    """Whether a repeated event gets the first answer again, because what it changes has a way back."""
    candidates: Callable[[Any], Sequence[Moment]] | None = None
    """The moments the command could be about, newest first, for one typed without a number."""
    opens_form: bool = False
    """Whether it asks for more with a form, though none of its fields takes the person's words."""

    part: Part | None = None
    """The part of the product that it belongs to, which a team can turn off. None for what is always there."""
    by_name: type | None = None
    """The command that its phrases mean where the bot is called by its name, which runs at once.

    It gets the phrase as `said`, and what is known of the message that is answered.
    """

    def probably_asks(self, command: Any) -> bool:
        """Return whether a command will probably answer with a form: it has none of the person's words yet.

        It is tried beside the writer first, because a form may read much.
        """
        written = [f.name for f in fields(self.command) if f.metadata.get("written")]
        return self.opens_form or (bool(written) and not any(getattr(command, name) for name in written))

    @property
    def group(self) -> str:
        """The first word of a name of two words, or an empty string."""
        first, _, second = self.name.partition(" ")
        return first if second else ""

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases in `said_as`."""
        return tuple(each.strip() for each in self.said_as.split(",") if each.strip())

    @property
    def moment_field(self) -> str:
        """The name of the field for a moment, or an empty string."""
        return next((name for name, param in self.params.items() if param.kind is ParamKind.MOMENT), "")

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """The arguments that a person gives, by field name."""
        return {f.name: f.metadata["param"] for f in fields(self.command) if "param" in f.metadata}

    @cached_property
    def words_field(self) -> str:
        """The name of the field that takes free text, or an empty string."""
        return next((name for name, param in self.params.items() if param.kind is ParamKind.WORDS), "")

    @property
    def usage(self) -> str:
        """How to type the command, such as `show 42` or `recap [week|month|quarter|year]`."""
        typed = ((name, param) for name, param in self.params.items() if param.kind is not ParamKind.PACK)
        return " ".join([self.name, *(_param_usage(name, param) for name, param in typed)])


def _param_usage(name: str, param: Param) -> str:
    match param.kind:
        case ParamKind.MOMENT:
            return "42"
        case ParamKind.GOAL:
            return "[3]"
        case _:
            pass
    return f"[{'|'.join(param.choices) or name}]"


@dataclass(frozen=True)
class Shortcut:
    """An entry in the menu of a message. The platform fills in what it knows of the message.

    Fields it may fill: `message`, `text`, `author`, `author_name`, `link`, `by_bot`,
    `external`, `shows`. `by_bot` and `external` are "1" or empty, `shows` is a `Shows`.
    `Commands.fill_fields` ignores those that the command does not have.
    """

    label: Lazy
    command: Any


class Commands:
    """All declarations, indexed by type, by typed word and by key, and the entries of a message's menu."""

    def __init__(self, declarations: Iterable[Declaration], shortcuts: Iterable[Shortcut] = ()) -> None:
        self.all, self.shortcuts = tuple(declarations), tuple(shortcuts)
        self._by_type = {d.command: d for d in self.all}
        self._by_key = {d.key: d for d in self.all}
        self._fields = {d.command: tuple(f.name for f in fields(d.command)) for d in self.all}
        if len(self._by_key) != len(self.all):
            raise ValueError("two commands have the same key")
        self._by_word = {word: d for d in self.all if d.name for word in (d.name, *d.aliases)}
        labels = {
            d.button.text.casefold(): d for d in self.all if d.button
        }  # people type what they read on one
        others = {
            each: self._by_key[key]
            for key, said in phrases_by_command().items()
            if key in self._by_key
            for each in said
        }
        phrases = others | labels | {each: d for d in self.all for each in d.phrases}
        self._by_phrase = {form: d for each, d in phrases.items() for form in phrase_forms(each)}
        self._vocabulary = build_vocabulary(frozenset(self._by_word), phrases)

    def find_declaration(self, command: Any) -> Declaration:
        """Return the declaration of a command.

        Raises KeyError if its type is not declared.
        """
        return self._by_type[type(command)]

    def find_part(self, command: Any) -> Part | None:
        """Return the part that a command belongs to, or None for one that is always there."""
        return self.find_declaration(command).part

    def find_by_word(self, word: str) -> Declaration | None:
        """Return the declaration for a typed word, or for two such as `goal new`, or None."""
        return self._by_word.get(" ".join(word.casefold().split()))

    def find_topic(self, topic: str) -> Declaration | None:
        """Return the declaration that help can tell about: by its name, or by a phrase that means it."""
        meant = self._by_phrase.get(number_words(split_words(topic)))
        explained = meant is not None and (meant.name or meant.key in (ON_CARD, GLOSSARY))
        return self.find_by_word(topic) or (meant if explained else None)

    def list_group(self, word: str) -> Sequence[Declaration]:
        """Return the declarations whose name has this word and another one behind it."""
        return [each for each in self.all if each.group and each.group == word.casefold()]

    def split_name(self, line: str) -> tuple[str, str]:
        """Return the command's name at the beginning of a line, and the rest.

        It is two words where these are a command, else one word, whether it is a command or not.
        """
        word, rest = _split_first_word(line)
        second, after = _split_first_word(rest) if rest else ("", "")
        second = second.rstrip(":：")
        both = f"{word} {second}"
        return (both, after) if second and self.find_by_word(both) else (word, rest)

    def encode(self, command: Any) -> str:
        """Encode a command as one short text.

        It consists of the key and the fields. Trailing empty fields are left out.
        """
        values = vars(command)
        carried = [_escape_value(values[name]) for name in self._fields[type(command)]]
        return ":".join([self.find_declaration(command).key, *carried]).rstrip(":")

    def decode(self, text: str) -> Any:
        """Decode a command from the text that `encode` returned.

        Raises ValueError for any other text.
        """
        key, *values = text.split(":")
        declaration = self._by_key.get(key)
        if declaration is None or len(values) > len(fields(declaration.command)):
            raise ValueError("no such command")
        return sanitize_texts(declaration.command(*map(unquote, values)))

    def fill_fields(self, command: Any, values: Mapping[str, str]) -> Any:
        """Return a form's command with the submitted values in its fields.

        Values without a field of that name in the command are ignored. What was typed beside a choice takes
        its place.
        """
        known, given = {f.name for f in fields(command)}, merge_typed_choices(values)
        return replace(command, **{name: value for name, value in given.items() if name in known})

    def parse(self, text: str, called: str = "") -> Any:
        """Parse a typed line as a command.

        Every line gives a command: an unknown one logs the line as a moment, and one that was probably
        meant otherwise becomes a NearMiss. No text is lost. `called` is the text before the line, such
        as `/aha`.
        """
        if not has_words(text):
            return self._by_key["menu"].command()
        line = text.strip()
        word, rest = self.split_name(line)
        declaration = self.find_by_word(word)
        if declaration is None:
            return self._guess(line, called) or self._by_key[SAVING].command(line)
        if after_colon := COLON.match(rest):
            at = len(line) - len(rest) + after_colon.end()
            return self._ask_retyped(line, Retyped(word.casefold(), at))
        if declaration.words_field:
            return self._read_words(declaration, line, rest, called)
        return self._read_values(declaration, rest) or self._ask_half_typed(line, declaration, rest)

    def read_addressed(self, addressed: Addressed) -> Any | None:
        """Return what a message says to the bot, in the grammar of `parse`.

        None where the message only mentions the bot in passing. A question, and words that may as well be about
        the bot, become a NearMiss, so that nothing of them is saved before the person was asked.
        """
        said = find_said(addressed)
        if said is None:
            return None
        command = self._read_by_name(self.parse(said.words, addressed.called), addressed)
        if addressed.called and (said.asks or said.words.rstrip().endswith("?")):
            return self._ask_before_saving(command, said, at_the_end=not has_words(addressed.after))
        return command

    def is_personal(self, command: Any) -> bool:
        """Return whether nobody else may see an answer to a command, or to a line that was probably meant as one."""
        try:
            meant = self.decode(command.meant) if isinstance(command, NearMiss) and command.meant else command
        except ValueError:
            return False
        declaration = self.find_declaration(meant)
        return declaration.personal or declaration.hides_person is not None

    def _read_by_name(self, command: Any, addressed: Addressed) -> Any:
        """Return what a phrase means by name, in place of the question about it."""
        if not addressed.called or not isinstance(command, NearMiss) or not command.meant:
            return command
        meant = self.decode(command.meant)
        by_name = self.find_declaration(meant).by_name
        if by_name is not None:
            return self.fill_fields(by_name(said=getattr(meant, "said", "")), addressed.answers)
        if command.words_at and self.find_declaration(meant).key == SAVING:  # *remember this: we sign once*
            return replace(meant, text=command.text[int(command.words_at) :].strip())
        return command

    def _ask_before_saving(self, command: Any, said: Said, at_the_end: bool) -> Any | None:
        """Return the question about words that others would see, or any other command as it is."""
        declaration = self.find_declaration(command)
        if isinstance(command, NearMiss) or not (declaration.shown and bool(getattr(command, "text", ""))):
            return command
        if at_the_end and said.asks and not is_thought_at_the_end(said):
            return None
        if declaration.key == SAVING:
            return self._ask(said.words, self._by_key[OFFERING].command())
        return self._ask(said.words, declaration.command(), typed=command)

    def parse_options(self, declaration: Declaration, options: Mapping[str, str], called: str = "") -> Any:
        """Parse a command that was chosen from a menu, and whose arguments were given one by one.

        It is judged as if its line had been typed, but its name counts as none of the person's words.
        A value that does not fit is asked about and never lost.
        """
        chosen = {n: options.get(n, "") for n, p in declaration.params.items() if p.kind is ParamKind.PACK}
        given = {name: value for name, value in options.items() if has_words(value)}
        typed = [given[name] for name in declaration.params if name in given and name not in chosen]
        if declaration.key == SAVING:
            text = " ".join(typed)
            return self._guess_saved(text.strip(), called) or declaration.command(*typed)
        line = " ".join([declaration.name, *typed])
        if declaration.words_field and any(chosen.values()):
            words = _build_with_words(declaration, line, self.split_name(line)[1])
            return self._drop_name(self.fill_fields(words, chosen), len(declaration.name) + 1)
        return self._drop_name(self.parse(line, called), len(declaration.name) + 1)

    def _drop_name(self, command: Any, length: int) -> Any:
        """Return a command without its name, of `length` characters with the space, in the person's words."""
        if not isinstance(command, NearMiss):
            return replace(command, head=CHOSEN) if getattr(command, "head", "") else command
        text = command.text[length:].lstrip()
        if not text:
            return command
        left_out = len(command.text) - len(text)
        typed = self._drop_name(self.decode(command.typed), length) if command.typed else None
        return replace(
            command,
            text=text,
            words_at=str(max(0, int(command.words_at) - left_out)) if command.words_at else "",
            typed=self.encode(typed) if typed else "",
        )

    # Lines that were probably meant otherwise

    def _read_words(self, declaration: Declaration, line: str, rest: str, called: str) -> Any:
        """Return a command with a text, or ask first if the text is said to the bot rather than the team."""
        command = _build_with_words(declaration, line, rest)
        if not rest or declaration.read_only or not declaration.shown:  # nobody else sees what is private
            return command
        if declaration.key == SAVING:
            return self._guess_saved(rest, called) or command
        if _is_help(rest):
            return self._ask_help(line, declaration, command)
        if declaration.names_moment and MOMENT_PATTERN.fullmatch(rest.strip()):
            return command
        if declaration.names_goal and GOAL_PATTERN.fullmatch(rest.strip()):
            return command
        if (number := find_number(line)) is not None:
            return self._ask_retyped(line, number)
        if " " in declaration.name and _is_in_pictures(rest):  # two words and a picture are no slip
            return command
        phrase = find_phrase(line, self._vocabulary)
        if phrase and (asked := self._ask_phrase(line, phrase.words, command)):
            return asked
        if meant := self._find_misspelt_second(declaration, rest):
            return self._ask(line, meant.command(), typed=command)
        if declaration.names_goal and (verb := VERB_AND_GOAL.fullmatch(rest.strip())):
            return self._ask(line, self._find_verb(verb["verb"]).command(goal=verb["goal"]), typed=command)
        if rest.casefold() in self._by_word or _has_no_letter(rest) or self._is_phrase(line, rest):
            return self._ask(line, declaration.command(), typed=command)
        return command

    def _find_verb(self, verb: str) -> Declaration:
        """Return the command that a verb before a goal's number means, or the one for any other verb."""
        wanted = (verb.casefold(), ANY_VERB)
        return next(each for said in wanted for each in self.all if said in each.verbs.split())

    def _find_misspelt_second(
        self, declaration: Declaration, rest: str, with_text: bool = False
    ) -> Declaration | None:
        """Return the command of two words whose second word a short text misspells, as in `goal lsit`.

        With `with_text`, it is one that takes the text behind that word, however long that is.
        """
        second, after = _split_first_word(rest)
        names = [each.name for each in self.list_group(declaration.name)]
        meant = find_misspelt(second.casefold(), [name.partition(" ")[2] for name in names])
        found = self.find_by_word(f"{declaration.name} {meant}") if meant else None
        fits = bool(after and found and found.words_field) if with_text else len(after.split()) < 2
        return found if fits else None

    def _guess_saved(self, text: str, called: str) -> NearMiss | None:
        """Ask about a text that is to be saved, if it is a whole command or said to the bot.

        A longer text that only begins with a command's name is meant as it is.
        """
        word, rest = self.split_name(text) if text else ("", "")
        declaration = self.find_by_word(word)
        if declaration is None:
            return self._guess(text, called) if text else None
        if declaration.words_field:
            return None if rest else self._ask(text, declaration.command())
        command = self._read_values(declaration, rest)
        return self._ask(text, command) if command else None

    def _guess(self, line: str, called: str) -> NearMiss | None:
        """Return the question about a line, or None for a thought."""
        match judge_line(line, self._vocabulary, called):
            case Retyped() as retyped:
                return self._ask_retyped(line, retyped)
            case Phrase(words):
                return self._ask_phrase(line, words)
            case Begun() as begun:
                return self._ask_begun(line, begun)
            case None:
                return None

    def _ask_phrase(self, line: str, words: tuple[str, ...], typed: Any = None) -> NearMiss | None:
        """Ask about a phrase that means a command, or offer the menu for one that names nothing.

        `typed` is the command that the line is as it stands, if it is one.
        """
        if words not in self._by_phrase and "menu" not in self._by_key:
            return None
        return self._ask(line, self._command_of(words), typed=typed)

    def _command_of(self, words: tuple[str, ...]) -> Any:
        """Return the command that a phrase means, with the phrase if it takes that, or else the menu."""
        declaration = self._by_phrase.get(words) or self._by_key["menu"]
        takes_phrase = any(each.name == "said" for each in fields(declaration.command))
        return declaration.command(**({"said": " ".join(words)} if takes_phrase else {}))

    def _ask_begun(self, line: str, begun: Begun) -> NearMiss:
        """Ask whether the text behind a phrase was meant for the command that the phrase means.

        Behind one that means a message by name, the text itself is saved.
        """
        meant = self._command_of(begun.words)
        if self.find_declaration(meant).by_name is not None:
            meant = self._by_key[SAVING].command()
        return self._ask(line, meant, words_at=str(begun.at))

    def _ask_retyped(self, line: str, retyped: Retyped) -> NearMiss | None:
        """Ask whether a line was meant as the command that it resembles."""
        name, rest = self.split_name(clean_text(f"{retyped.word} {line[retyped.at :].strip()}"))
        declaration = self.find_by_word(name)
        if declaration is None:
            return None
        if declaration.words_field:
            at = len(line.rstrip()) - len(rest)
            return self._ask(line, declaration.command(), words_at=str(at) if rest else "")
        typed = rest if split_words(rest) else ""
        command = self._read_values(declaration, typed)
        return self._ask(line, command) if command else self._ask_half_typed(line, declaration, typed)

    def _ask_half_typed(self, line: str, declaration: Declaration, rest: str) -> NearMiss:
        """Ask what was meant by a command whose arguments do not fit."""
        if _is_help(rest):
            return self._ask_help(line, declaration)
        if begun := find_head(line, self._vocabulary):
            return self._ask_begun(line, begun)
        whole, said = find_phrase(line, self._vocabulary), find_phrase(rest, self._vocabulary)
        if said is not None and not self._by_phrase[said.words].at_once:
            said = None
        if (phrase := whole or said) and (asked := self._ask_phrase(line, phrase.words)):
            return asked
        if rest and (second := self._find_misspelt_second(declaration, rest)):
            return self._ask(line, second.command())
        if rest and (second := self._find_misspelt_second(declaration, rest, with_text=True)):
            at = len(line.rstrip()) - len(_split_first_word(rest)[1])
            return self._ask(line, second.command(), words_at=str(at))
        if declaration.key == HELPING and not any(word in self._by_word for word in split_words(rest)):
            return self._ask(line, self._by_key[TOPICS].command())
        return self._ask(line, self._build_leniently(declaration, rest))

    def _read_values(self, declaration: Declaration, rest: str) -> Any | None:
        """Return a command whose arguments fit, else None."""
        if declaration.key == HELPING:
            topic = " ".join(rest.casefold().split())
            known = not topic or self.find_topic(topic) is not None or bool(self.list_group(topic))
            return declaration.command(topic) if known else None
        return _build_with_values(declaration, rest)

    def _build_leniently(self, declaration: Declaration, rest: str) -> Any:
        """Build a command with those of its values that can be read from what was typed after its name."""
        if declaration.key == HELPING:
            return declaration.command(next(word for word in split_words(rest) if word in self._by_word))
        given = {name: _find_value(param, rest) for name, param in declaration.params.items()}
        if any(each.name == "rest" for each in fields(declaration.command)):
            given["rest"] = rest
        return declaration.command(**given)

    def _is_phrase(self, *texts: str) -> bool:
        return any(find_phrase(text, self._vocabulary) for text in texts)

    def _ask_help(self, line: str, declaration: Declaration, typed: Any = None) -> NearMiss:
        helping = self._by_key[HELPING].command(declaration.name)
        return self._ask(line, helping, typed=typed)

    def _ask(self, line: str, command: Any, words_at: str = "", typed: Any = None) -> NearMiss:
        """Return the question about a line. What a team keeps is only looked at for a NearMiss."""
        meant = self.find_declaration(command)
        alone = meant.needs is Needs.PERSON or not (meant.moment_field or meant.at_once)
        kind = Guess if alone else NearMiss
        return kind(line, meant.usage, self.encode(command), words_at, self.encode(typed) if typed else "")


def _escape_value(value: str) -> str:
    return value.replace("%", "%25").replace(":", "%3A") if ":" in value or "%" in value else value


def _split_first_word(line: str) -> tuple[str, str]:
    """Return the first word of a line and the rest, which is empty if nothing of it can be seen."""
    word, *rest = line.split(maxsplit=1)
    return word, rest[0] if rest and has_words(rest[0]) else ""


def _build_with_words(declaration: Declaration, line: str, rest: str) -> Any:
    """Build a command with the rest of the line as its text.

    A `head` field, if there is one, keeps the typed word, so that the line can be restored.
    """
    given = {declaration.words_field: rest}
    if rest and any(f.name == "head" for f in fields(declaration.command)):
        given["head"] = line[: len(line) - len(rest)]
    return declaration.command(**given)


def _build_with_values(declaration: Declaration, rest: str) -> Any | None:
    """Build a command if the words after its name fit its fields exactly, else return None."""
    given: dict[str, str] = {}
    words = [word for word in rest.split() if has_words(word)]
    for name, param in declaration.params.items():
        value = _parse_value(param, words[0]) if words else ""
        if value is None or (param.required and not value):
            return None
        given[name] = value
        words = words[1:]
    return None if words else declaration.command(**given)


def _parse_value(param: Param, word: str) -> str | None:
    if param.kind in NUMBERED:
        found = MOMENT_PATTERN.fullmatch(word)
        return found[1] if found and "." not in found[1] else None
    return word.casefold() if word.casefold() in param.choices or not param.choices else None


NUMBERED = (ParamKind.MOMENT, ParamKind.GOAL)
"""The kinds of arguments that are given as a number."""
MOST_NOISE = 2
"""Words beside a moment's number that may be ignored, as in `show the number 42`."""
NUMBER_LIKE = re.compile(r"(?<![\w.])#?(\d{1,9})(?:st|nd|rd|th)?(?!\w|\.\w)")


def _find_value(param: Param, rest: str) -> str:
    if param.kind in NUMBERED:
        numbers = [found[1] for found in NUMBER_LIKE.finditer(rest)]
        return numbers[0] if len(numbers) == 1 and len(split_words(rest)) <= MOST_NOISE + 2 else ""
    words = split_words(rest)
    return next((each for each in param.choices if {each, f"{each}s", f"{each}ly"} & set(words)), "")


def _is_help(rest: str) -> bool:
    return rest == "?" or split_words(rest) in (("help",), ("h",))


def _is_in_pictures(text: str) -> bool:
    """Return whether a text has emoji, and neither letters nor digits."""
    kinds = {unicodedata.category(character) for character in text}
    return "So" in kinds and not any(character.isalnum() for character in text)


def _has_no_letter(text: str) -> bool:
    return not any(character.isalpha() for character in text)
