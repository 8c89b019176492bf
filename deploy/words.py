"""The collector of every sentence that people read: it writes the catalogs of each language anew.

It is run by `make words`. A catalog keeps the translations that it has; what nobody says any more goes, and what is
new is empty until somebody translates it. `bot/languages/<code>/` holds one `.po` file for each room, `shared.po` for
what several rooms say, and `questions.po` for the questions. `--check` only tells what is missing or wrong.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LANGUAGES = ROOT / "bot" / "languages"
QUESTIONS = "questions"
SHARED = "shared"
PLATFORMS = "platforms"

MARKS = {
    **dict.fromkeys(("_", "lazy", "line", "words_param", "moment_param", "goal_param", "choice_param"), 1),
    **dict.fromkeys(("pack_param", "Lazy"), 1),
    **dict.fromkeys(("ngettext", "nline"), 2),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), 2),
}
"""The functions that mark a sentence, with how many of their first arguments are texts."""
IN_JAVASCRIPT = {"_": (1,), "ngettext": (1, 2)}
"""Those that mark a sentence on a page, with the places of their texts."""
WITH_CONTEXT = ("pgettext", "lazy_pgettext")
"""Those of them whose first text is the context."""

Key = tuple[tuple[str, ...], str | None]
"""A sentence, or its singular and plural, and the context that tells its meaning."""


@dataclass
class Sentence:
    """A sentence with the files that say it."""

    key: Key
    files: list[str] = field(default_factory=list)

    @property
    def rooms(self) -> set[str]:
        """The rooms whose files say it."""
        return {room_of(each) for each in self.files}


def room_of(path: str) -> str:
    """Return the room that a file belongs to: `moments` for `bot/moments/card.py`."""
    parts = path.split("/")
    if parts[0] == "adapters":
        return PLATFORMS
    if path.endswith(".toml"):
        return QUESTIONS
    return parts[1] if parts[0] == "bot" and len(parts) > 2 else "core"


def collect_sentences() -> dict[Key, Sentence]:
    """Return every sentence in the code, the page and the packs of questions, in the order of the files."""
    found: dict[Key, Sentence] = {}
    for path, key in _sentences():
        sentence = found.setdefault(key, Sentence(key))
        if path not in sentence.files:
            sentence.files.append(path)
    return found


def _sentences() -> Iterator[tuple[str, Key]]:
    for path in _files("py"):
        name = path.relative_to(ROOT).as_posix()
        if name != "bot/core/language/words.py":
            yield from ((name, key) for key in marked_in(path.read_text()))
    for path in _files("js"):
        name = path.relative_to(ROOT).as_posix()
        for _line, message, _comments, _context in extract_from_file("javascript", path, IN_JAVASCRIPT):
            yield name, ((message,) if isinstance(message, str) else tuple(message), None)
    for path in sorted((ROOT / "bot" / "prompts").rglob("*.toml")):
        name = path.relative_to(ROOT).as_posix()
        yield from ((name, ((text,), None)) for text in _texts_of(tomllib.loads(path.read_text())))


def _files(kind: str) -> list[Path]:
    return sorted([*(ROOT / "bot").rglob(f"*.{kind}"), *(ROOT / "adapters").rglob(f"*.{kind}")])


def marked_in(source: str) -> Iterator[Key]:
    """Yield the sentences that a source marks, in their order.

    Babel's own extractor sees no mark within another one's arguments, nor one within an f-string.
    """
    calls = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
    for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        given = [each.value for each in call.args[: MARKS.get(name, 0)] if isinstance(each, ast.Constant)]
        texts = tuple(each for each in given if isinstance(each, str) and each)
        if not texts or len(texts) != MARKS[name]:
            continue
        yield (texts[1:], texts[0]) if name in WITH_CONTEXT else (texts, None)


def _texts_of(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for name, each in found.items():
            if name != "needs":
                yield from _texts_of(each)


def sort_into_rooms(found: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    """Return the sentences of each catalog. What several rooms say is shared."""
    rooms: dict[str, list[Sentence]] = defaultdict(list)
    for each in found:
        rooms[next(iter(each.rooms)) if len(each.rooms) == 1 else SHARED].append(each)
    return rooms


def read_catalogs(language: str) -> dict[str, Catalog]:
    """Return the catalogs of a language by room."""
    paths = sorted((LANGUAGES / language).glob("*.po"))
    return {path.stem: read_po(BytesIO(path.read_bytes()), locale=language) for path in paths}


def known_translations(catalogs: Iterable[Catalog]) -> dict[Key, tuple[str, ...]]:
    """Return what a language has for each sentence, in any of its catalogs."""
    every = (each for catalog in catalogs for each in catalog if each.id)
    return {_key_of(each): _forms_of(each) for each in every if all(_forms_of(each))}


def _key_of(message: Message) -> Key:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id), message.context


def _forms_of(message: Message) -> tuple[str, ...]:
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return forms or ("",)


def write_catalogs(language: str, rooms: Sequence[str]) -> None:
    """Write the catalogs of a language for the rooms, and say how much of each is translated."""
    sorted_in = sort_into_rooms(collect_sentences().values())
    known = known_translations(read_catalogs(language).values())
    for room in rooms or sorted(sorted_in):
        sentences = sorted_in.get(room, [])
        path = LANGUAGES / language / f"{room}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        if sentences:
            path.write_bytes(_catalog_text(language, sentences, known))
        else:
            path.unlink(missing_ok=True)
        missing = sum(each.key not in known for each in sentences)
        print(f"{language}/{room}.po: {len(sentences)} sentences, {missing} to translate")
    if not rooms:
        for stale in set((LANGUAGES / language).glob("*.po")):
            if stale.stem not in sorted_in:
                stale.unlink()


def _catalog_text(
    language: str, sentences: Sequence[Sentence], known: Mapping[Key, tuple[str, ...]]
) -> bytes:
    catalog = Catalog(locale=language, header_comment="")
    for each in sentences:
        ids, context = each.key
        forms, files = known.get(each.key, ("",)), [(name, 1) for name in sorted(each.files)]
        catalog.add(
            ids if len(ids) > 1 else ids[0],
            forms if len(ids) > 1 else forms[0],
            locations=files,
            context=context,
        )
    written = BytesIO()
    write_po(written, catalog, width=0, include_lineno=False)
    text = written.getvalue().decode()
    keep = ("Language:", "Plural-Forms:", "Content-Type:")
    head, _, body = text.partition("\n\n")
    lines = [
        line
        for line in head.splitlines()
        if not line.startswith(("#", '"')) or line.startswith(tuple(f'"{each}' for each in keep))
    ]
    return ("\n".join(lines) + "\n\n" + body.strip() + "\n").encode()


def find_problems(language: str) -> list[str]:
    """Return a line for each sentence of a language that is missing, not used any more, or broken."""
    found, catalogs = collect_sentences(), read_catalogs(language)
    rooms = sort_into_rooms(found.values())
    problems = []
    seen: set[Key] = set()
    for room, catalog in catalogs.items():
        meant = {each.key for each in rooms.get(room, ())}
        for each in catalog:
            if not each.id:
                continue
            key = _key_of(each)
            seen.add(key)
            name = f"{language}/{room}.po: {_short(key)}"
            if key not in found:
                problems.append(f"{name}: nobody says this any more. Run make words")
            elif key not in meant:
                problems.append(f"{name}: this belongs into another room's catalog. Run make words")
            elif not all(_forms_of(each)):
                problems.append(f"{name}: not translated")
            else:
                problems += [f"{name}: {why}" for why in _faults(key, _forms_of(each))]
    problems += [
        f"{language}: {_short(key)} ({found[key].files[0]}): not in a catalog. Run make words"
        for key in found
        if key not in seen
    ]
    return problems


def _faults(key: Key, forms: Sequence[str]) -> Iterator[str]:
    ids = key[0]
    wanted = {name for each in ids for name in placeholders(each)}
    for form in forms:
        try:
            given = placeholders(form)
        except ValueError:
            yield "a brace is open"
            continue
        may_lack = {"n"} if len(ids) == 2 else set()
        if given - wanted or (wanted - given) - may_lack - _lacking(ids):
            yield f"its placeholders are {sorted(given)}, not {sorted(wanted)}"
    if any(_ends(form) != _ends(ids[0]) for form in forms):
        yield "spaces at its ends differ"


def _lacking(ids: Sequence[str]) -> set[str]:
    """Return the placeholders that not every form of a sentence has in English."""
    every = [placeholders(each) for each in ids]
    return {name for each in every for name in each if not all(name in other for other in every)}


def _ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def placeholders(text: str) -> set[str]:
    """Return the names in braces. ValueError for a brace that is not closed."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def _short(key: Key) -> str:
    return f"“{key[0][0][:60]}”"


def count_words() -> tuple[int, int]:
    """Return how many sentences there are in English, and how many words they have."""
    found = collect_sentences()
    return len(found), sum(len(ids[-1].split()) for ids, _context in found)


def run(arguments: Sequence[str]) -> int:
    """Write the catalogs, or check them. Return 1 if the check found anything."""
    parser = argparse.ArgumentParser(description="Collect every sentence for the catalogs of each language.")
    parser.add_argument("rooms", nargs="*", help="write only these rooms' catalogs, such as goals")
    parser.add_argument("--all", action="store_true", help="write the catalogs of all rooms")
    parser.add_argument("--check", action="store_true", help="only say what is missing or wrong")
    parser.add_argument("--language", action="append", help="only this language, such as de")
    given = parser.parse_args(arguments)
    languages = given.language or sorted({each.parent.name for each in LANGUAGES.glob("*/*.po")})
    if given.check:
        problems = [each for language in languages for each in find_problems(language)]
        rooms = tuple(f"/{room}.po" for room in given.rooms)
        shown = [each for each in problems if not rooms or any(room in each for room in rooms)]
        print(*shown, f"{len(shown)} problems", sep="\n")
        return bool(shown)
    if not given.rooms and not given.all:
        parser.error("name the rooms to write, such as goals or platforms, or say --all")
    for language in languages:
        write_catalogs(language, given.rooms)
    sentences, words = count_words()
    print(f"English: {sentences} sentences, {words} words")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
