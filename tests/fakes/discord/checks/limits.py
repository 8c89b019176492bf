"""Limits of Discord that its OpenAPI description lacks. Every body that is sent in a test is checked against them.

The numbers are from Discord's documentation. One rule is the project's own: no message of the bot notifies anyone, so
each text is sent with `allowed_mentions` that allow none. A body with a problem fails the test that sent it.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from PIL import Image

Json = Mapping[str, Any]

CONTENT = 2000
EMBEDS = 10
EMBED_CHARACTERS = 6000
EMBED_TEXTS = {"title": 256, "description": 4096}
FIELDS = 25
ROWS = 5
ROW_BUTTONS = 5
COMPONENTS = 40
V2_CHARACTERS = 4000
CUSTOM_ID = 100
OPTIONS = 25
LABEL = 80
MODAL_PARTS = 5
MODAL_TITLE = 45
MODAL_LABEL = 45
COMMANDS = {1: 100, 2: 15, 3: 15}
"""The highest number of commands of each type, global or on one server."""
COMMAND_CHARACTERS = 8000
COMMAND_OPTIONS = 25
NAME = re.compile(r"^[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")
NONCE = 25
UPLOAD = 10 << 20
V2 = 1 << 15
FLAGS = {"message": 1 << 2 | 1 << 12 | V2, "interaction": 1 << 2 | 1 << 6 | 1 << 12 | V2}
"""The flags that may be set. An answer to an interaction may be ephemeral, a message may not."""

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABELLED = (
    9,
    10,
    11,
    12,
    13,
    14,
    17,
    18,
)
FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
ONLY_V2 = (SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER)
TOP_V2 = (ACTION_ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
IN_LABEL = (*SELECTS, TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX)
LINK, PREMIUM = 5, 6

Files = Mapping[str, bytes]
"""The files uploaded with a body, by name."""


def of_message(
    body: Json, files: Files | None = None, v2: bool = False, standing: Collection[str] = (), edit: bool = False,
    flags: str = "message",
) -> list[str]:  # fmt: skip
    """Return the problems of a message that is sent or, with `edit`, edited.

    `v2` says whether the edited message has components v2, and `standing` names its files.
    """
    return list(_of_message(body, files or {}, v2, standing, edit, flags))


def _of_message(
    body: Json, files: Files, v2: bool, standing: Collection[str], edit: bool, flags: str
) -> Iterator[str]:
    set_flags = body.get("flags") or 0
    v2 = v2 or bool(set_flags & V2)
    content, embeds = body.get("content") or "", _dicts(body.get("embeds"))
    components = _dicts(body.get("components"))
    if unknown := set_flags & ~FLAGS[flags]:
        yield f"flags: {unknown} may not be set here"
    if len(content) > CONTENT:
        yield f"content: {len(content)} characters, {CONTENT} are taken"
    shown = (content.strip(), embeds, components, files, body.get("sticker_ids"), body.get("poll"))
    if not edit and not any(shown):
        yield "an empty message (50006)"
    yield from _of_embeds(embeds)
    yield from _of_nonce(body)
    yield from _of_attachments(body, files, standing)
    yield from _pictures(files)
    named = {*files, *standing}
    yield from (f"{at}: {name} was not uploaded" for at, name in _attached(body) if name not in named)
    if v2:
        yield from _of_v2(body, components)
    else:
        yield from _of_v1(components)
    yield from _unique(components)
    if content.strip() or embeds or components:
        yield from _mentions(body)


def _mentions(body: Json) -> Iterator[str]:
    """Yield a problem if the message may notify anyone, which is the project's own rule."""
    allowed = body.get("allowed_mentions")
    if not isinstance(allowed, dict) or allowed.get("parse") != []:
        yield "allowed_mentions: without parse [] it may ring, and we are calm"
    elif allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"):
        yield "allowed_mentions: rings somebody, and we are calm"


def _of_nonce(body: Json) -> Iterator[str]:
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > NONCE:
        yield f"nonce: {len(nonce)} characters, {NONCE} are taken"
    if body.get("enforce_nonce") and nonce in (None, ""):
        yield "enforce_nonce: without a nonce"


def _of_attachments(body: Json, files: Files, standing: Collection[str]) -> Iterator[str]:
    given = _dicts(body.get("attachments"))
    names = [each.get("filename") for each in given if each.get("filename")]
    yield from (f"attachments: {name} twice" for name, times in Counter(names).items() if times > 1)
    known = {*files, *standing}
    yield from (f"attachments: {name} was not uploaded" for name in names if name not in known)
    if files and "attachments" in body:
        yield from (
            f"attachments: {name} was uploaded, and is not told of" for name in files if name not in names
        )
    for name, data in files.items():
        if len(data) > UPLOAD:
            yield f"{name}: {len(data)} bytes, {UPLOAD} are taken"
        if not data:
            yield f"{name}: empty"


def _pictures(files: Files) -> Iterator[str]:
    """Yield a problem for each file that has the name of a picture and does not decode."""
    for name, data in files.items():
        if name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")) and data:
            try:
                Image.open(io.BytesIO(data)).load()
            except Exception as wrong:  # on any error nobody would see a picture
                yield f"{name}: does not decode: {wrong}"


def _attached(node: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place and the file name of every `attachment://` URL."""
    match node:
        case dict():
            for name, value in node.items():
                if name not in ("content", "description", "label", "allowed_mentions"):
                    yield from _attached(value, f"{where}.{name}".lstrip("."))
        case list():
            for number, value in enumerate(node):
                yield from _attached(value, f"{where}[{number}]")
        case str() if node.startswith("attachment://"):
            yield where, node.removeprefix("attachment://")
        case _:
            return


def _of_embeds(embeds: list[dict[str, Any]]) -> Iterator[str]:
    if len(embeds) > EMBEDS:
        yield f"embeds: {len(embeds)}, {EMBEDS} are taken"
    if (size := sum(map(_embed_size, embeds))) > EMBED_CHARACTERS:
        yield f"embeds: {size} characters in all, {EMBED_CHARACTERS} are taken"
    for number, embed in enumerate(embeds):
        shown = ("title", "description", "fields", "image", "thumbnail", "author", "footer", "url")
        if not any(embed.get(name) for name in shown):
            yield f"embeds[{number}]: empty"
        if len(_dicts(embed.get("fields"))) > FIELDS:
            yield f"embeds[{number}]: more than {FIELDS} fields"
        for field in _dicts(embed.get("fields")):
            if not field.get("name") or not field.get("value"):
                yield f"embeds[{number}]: a field without name or value"
        yield from (
            f"embeds[{number}].{name}: {len(embed[name])} characters, {most} are taken"
            for name, most in EMBED_TEXTS.items()
            if len(embed.get(name) or "") > most
        )


def _embed_size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field.get(name) for field in _dicts(embed.get("fields")) for name in ("name", "value")]
    return sum(len(text or "") for text in texts)


def _of_v1(components: list[dict[str, Any]]) -> Iterator[str]:
    if len(components) > ROWS:
        yield f"components: {len(components)} rows, {ROWS} are taken"
    for number, row in enumerate(components):
        where = f"components[{number}]"
        if row.get("type") in ONLY_V2:
            yield f"{where}: type {row['type']} without the flag for components v2"
        elif row.get("type") != ACTION_ROW:
            yield f"{where}: type {row.get('type')} is not a row"
        else:
            yield from _of_row(row, where)


def _of_v2(body: Json, components: list[dict[str, Any]]) -> Iterator[str]:
    if body.get("content") or body.get("embeds") or body.get("poll") or body.get("sticker_ids"):
        yield "components v2: beside content, embeds, a poll or stickers"
    if (count := sum(1 for _ in _nodes(components))) > COMPONENTS:
        yield f"components: {count} in all, {COMPONENTS} are taken"
    texts = [node.get("content") or "" for node in _nodes(components) if node.get("type") == TEXT_DISPLAY]
    if sum(map(len, texts)) > V2_CHARACTERS:
        yield f"components: {sum(map(len, texts))} characters of text in all, {V2_CHARACTERS} are taken"
    for number, component in enumerate(components):
        if component.get("type") not in TOP_V2:
            yield f"components[{number}]: type {component.get('type')} may not stand alone"
        yield from _of_component(component, f"components[{number}]")


def _of_component(node: Json, where: str) -> Iterator[str]:
    """Yield the problems of a component of a v2 message and of those in it."""
    match node.get("type"):
        case 1:
            yield from _of_row(node, where)
        case 10 if not (node.get("content") or "").strip():
            yield f"{where}: an empty text"
        case 9:
            if not 1 <= len(_dicts(node.get("components"))) <= 3:
                yield f"{where}: a section has one to three texts"
            accessory = node.get("accessory")
            if not isinstance(accessory, dict) or accessory.get("type") not in (BUTTON, THUMBNAIL):
                yield f"{where}: a section has a button or a thumbnail beside it"
            elif accessory["type"] == BUTTON:
                yield from _of_button(accessory, f"{where}.accessory")
        case 12 if not 1 <= len(_dicts(node.get("items"))) <= 10:
            yield f"{where}: a gallery has one to ten pictures"
        case 17:
            if not _dicts(node.get("components")):
                yield f"{where}: an empty container"
        case _:
            pass
    for number, inner in enumerate(_dicts(node.get("components")) if node.get("type") != ACTION_ROW else []):
        allowed = (TEXT_DISPLAY,) if node.get("type") == SECTION else tuple(set(TOP_V2) - {CONTAINER})
        if inner.get("type") not in allowed:
            yield f"{where}.components[{number}]: type {inner.get('type')} in a {node.get('type')}"
        yield from _of_component(inner, f"{where}.components[{number}]")


def _of_row(row: Json, where: str) -> Iterator[str]:
    inner = _dicts(row.get("components"))
    if not inner:
        yield f"{where}: an empty row"
    buttons = [each for each in inner if each.get("type") == BUTTON]
    selects = [each for each in inner if each.get("type") in SELECTS]
    if len(buttons) > ROW_BUTTONS:
        yield f"{where}: {len(buttons)} buttons, {ROW_BUTTONS} are taken"
    if selects and len(inner) > 1:
        yield f"{where}: a menu fills its row"
    for number, each in enumerate(inner):
        at = f"{where}.components[{number}]"
        if each.get("type") == BUTTON:
            yield from _of_button(each, at)
        elif each.get("type") in SELECTS:
            yield from _of_select(each, at)
        else:
            yield f"{at}: type {each.get('type')} in a row"


def _of_button(button: Json, where: str) -> Iterator[str]:
    style = button.get("style")
    if style not in (1, 2, 3, 4, LINK, PREMIUM):
        yield f"{where}: style {style!r}"
    if style == LINK and (button.get("custom_id") or not button.get("url")):
        yield f"{where}: a link has an address and no custom_id"
    if style in (1, 2, 3, 4) and (button.get("url") or not button.get("custom_id")):
        yield f"{where}: a button has a custom_id and no address"
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        yield f"{where}: a button with nothing on it"
    if len(button.get("label") or "") > LABEL:
        yield f"{where}.label: {len(button['label'])} characters, {LABEL} are taken"


def _of_select(select: Json, where: str, modal: bool = False) -> Iterator[str]:
    if not select.get("custom_id"):
        yield f"{where}: no custom_id"
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if least is not None and most is not None and least > most:
        yield f"{where}: from {least} to {most} values"
    if select.get("type") != STRING_SELECT:
        return
    options = _dicts(select.get("options"))
    if not 1 <= len(options) <= OPTIONS:
        yield f"{where}: {len(options)} options, 1 to {OPTIONS} are taken"
    if isinstance(most, int) and most > max(len(options), 1):
        yield f"{where}: {most} values of {len(options)} options"
    if sum(bool(each.get("default")) for each in options) > (most or 1):
        yield f"{where}: more options chosen at first than can be"
    if modal and select.get("disabled"):
        yield f"{where}: a menu in a modal cannot be disabled"
    yield from _values(options, where)


def _values(options: list[dict[str, Any]], where: str) -> Iterator[str]:
    for name in ("label", "value"):
        if any(not each.get(name) for each in options):
            yield f"{where}: an option without {name}"
    values = Counter(each.get("value") for each in options)
    yield from (f"{where}: option {value!r} {times} times" for value, times in values.items() if times > 1)
    for each in options:
        for name in ("label", "value", "description"):
            if len(each.get(name) or "") > 100:
                yield f"{where}: an option's {name} of {len(each[name])} characters, 100 are taken"


def _unique(components: Any) -> Iterator[str]:
    ids = Counter(node["custom_id"] for node in _nodes(components) if node.get("custom_id"))
    yield from (f"custom_id {name!r}: {times} times" for name, times in ids.items() if times > 1)
    yield from (
        f"custom_id {name!r}: more than {CUSTOM_ID} characters" for name in ids if len(name) > CUSTOM_ID
    )
    own = Counter(node["id"] for node in _nodes(components) if node.get("id"))
    yield from (f"component id {number}: {times} times" for number, times in own.items() if times > 1)


def of_callback(
    body: Json, files: Files | None = None, v2: bool = False, standing: Collection[str] = ()
) -> list[str]:
    """Return the problems of an answer to an interaction. `v2` and `standing` describe the message with the button."""
    data = body.get("data") or {}
    match body.get("type"):
        case 4:
            return of_message(data, files, flags="interaction")
        case 7:
            return of_message(data, files, v2, standing, edit=True, flags="interaction")
        case 5:
            extra = (data.get("flags") or 0) & ~(1 << 6)
            return [f"flags: {extra} may not be set when deferring"] if extra else []
        case 8:
            return list(_of_choices(data))
        case 9:
            return of_modal(data)
        case 1 | 6:
            return []
        case other:
            return [f"type {other!r}"]


def _of_choices(data: Json) -> Iterator[str]:
    choices = data.get("choices")
    if not isinstance(choices, list):
        yield "choices: none"
        return
    if len(choices) > OPTIONS:
        yield f"choices: {len(choices)}, {OPTIONS} are taken"
    for number, each in enumerate(_dicts(choices)):
        if not 1 <= len(str(each.get("name") or "")) <= 100:
            yield f"choices[{number}].name: 1 to 100 characters are taken"
        if isinstance(each.get("value"), str) and len(each["value"]) > 100:
            yield f"choices[{number}].value: {len(each['value'])} characters, 100 are taken"


def of_modal(body: Json) -> list[str]:
    """Return the problems of a modal."""
    return list(_of_modal(body))


def _of_modal(body: Json) -> Iterator[str]:
    if not 1 <= len(body.get("title") or "") <= MODAL_TITLE:
        yield f"title: 1 to {MODAL_TITLE} characters are taken"
    if not 1 <= len(body.get("custom_id") or "") <= CUSTOM_ID:
        yield f"custom_id: 1 to {CUSTOM_ID} characters are taken"
    parts = _dicts(body.get("components"))
    if not 1 <= len(parts) <= MODAL_PARTS:
        yield f"components: {len(parts)} parts, 1 to {MODAL_PARTS} are taken"
    for number, part in enumerate(parts):
        yield from _of_part(part, f"components[{number}]")
    yield from _unique(parts)


def _of_part(part: Json, where: str) -> Iterator[str]:
    match part.get("type"):
        case 1:
            inner = _dicts(part.get("components"))
            if [each.get("type") for each in inner] != [TEXT_INPUT]:
                yield f"{where}: a row in a modal has one text input"
            for each in inner:
                if not 1 <= len(each.get("label") or "") <= MODAL_LABEL:
                    yield f"{where}: a label of 1 to {MODAL_LABEL} characters is wanted"
                yield from _of_input(each, where)
        case 10:
            if not (part.get("content") or "").strip():
                yield f"{where}: an empty text"
        case 18:
            if not 1 <= len(part.get("label") or "") <= MODAL_LABEL:
                yield f"{where}.label: 1 to {MODAL_LABEL} characters are taken"
            inner_part = part.get("component")
            if not isinstance(inner_part, dict) or inner_part.get("type") not in IN_LABEL:
                yield f"{where}: a label has one component"
            else:
                if inner_part.get("label"):
                    yield f"{where}: a label within a label"
                yield from _of_input(inner_part, where)
        case other:
            yield f"{where}: type {other!r} in a modal"


def _of_input(node: Json, where: str) -> Iterator[str]:
    match node.get("type"):
        case 4:
            least, most = node.get("min_length") or 0, node.get("max_length") or 4000
            if not 0 <= least <= most <= 4000:
                yield f"{where}: lengths from {least} to {most}"
            if (value := node.get("value")) and not least <= len(value) <= most:
                yield f"{where}.value: {len(value)} characters, {least} to {most} are taken"
        case 3 | 5 | 6 | 7 | 8:
            yield from _of_select(node, where, modal=True)
            if node.get("required", True) and node.get("min_values") == 0:
                yield f"{where}: required, and none may be chosen"
        case 21 | 22:
            options, least = _dicts(node.get("options")), 2 if node["type"] == RADIO else 1
            if not least <= len(options) <= 10:
                yield f"{where}: {len(options)} options, {least} to 10 are taken"
            yield from _values(options, where)
            chosen = sum(bool(each.get("default")) for each in options)
            if chosen > (1 if node["type"] == RADIO else node.get("max_values") or len(options)):
                yield f"{where}: more options chosen at first than can be"
        case _:
            return


def of_commands(commands: Any) -> list[str]:
    """Return the problems of all commands that the app registers at once."""
    return list(_of_commands(commands))


def _of_commands(commands: Any) -> Iterator[str]:
    if not isinstance(commands, list):
        yield "commands: not a list"
        return
    kinds = Counter(each.get("type") or 1 for each in commands)
    for kind, most in COMMANDS.items():
        if kinds[kind] > most:
            yield f"commands: {kinds[kind]} of type {kind}, {most} are taken"
    names = Counter((each.get("type") or 1, each.get("name")) for each in commands)
    yield from (f"command {name!r}: {times} times" for (_, name), times in names.items() if times > 1)
    for command in commands:
        yield from _of_command(command, str(command.get("name")))


def _of_command(command: Json, where: str) -> Iterator[str]:
    if (command.get("type") or 1) != 1:
        if not 1 <= len(command.get("name") or "") <= 32:
            yield f"{where}: a name of 1 to 32 characters is wanted"
        if command.get("description") or command.get("options"):
            yield f"{where}: an entry of a menu has no description and no options"
        return
    yield from _named(command, where)
    yield from _of_options(command, where)
    if (size := _size(command)) > COMMAND_CHARACTERS:
        yield f"{where}: {size} characters in all, {COMMAND_CHARACTERS} are taken"


def _named(node: Json, where: str) -> Iterator[str]:
    names = [node.get("name"), *(node.get("name_localizations") or {}).values()]
    for name in names:
        if not isinstance(name, str) or not NAME.match(name) or name != name.lower():
            yield f"{where}: {name!r} is not a name that a command can have"
    texts = [node.get("description"), *(node.get("description_localizations") or {}).values()]
    if any(not isinstance(text, str) or not 1 <= len(text) <= 100 for text in texts):
        yield f"{where}: a description of 1 to 100 characters is wanted"


def _of_options(node: Json, where: str, depth: int = 0) -> Iterator[str]:
    options = _dicts(node.get("options"))
    if len(options) > COMMAND_OPTIONS:
        yield f"{where}: {len(options)} options, {COMMAND_OPTIONS} are taken"
    names = Counter(each.get("name") for each in options)
    yield from (f"{where}: option {name!r} {times} times" for name, times in names.items() if times > 1)
    kinds = {each.get("type") in (1, 2) for each in options}
    if len(kinds) > 1:
        yield f"{where}: subcommands beside options"
    required = [bool(each.get("required")) for each in options if each.get("type") not in (1, 2)]
    if required != sorted(required, reverse=True):
        yield f"{where}: required options come first"
    for each in options:
        at = f"{where} {each.get('name')}"
        yield from _named(each, at)
        if each.get("type") == 2 and (depth or not each.get("options")):
            yield f"{at}: a group of subcommands in the wrong place, or of none"
        if each.get("type") == 1 and depth > 1:
            yield f"{at}: a subcommand too deep"
        if each.get("type") in (1, 2):
            yield from _of_options(each, at, depth + (1 if each["type"] == 2 else 2))
        else:
            yield from _of_option(each, at)


def _of_option(option: Json, where: str) -> Iterator[str]:
    kind, choices = option.get("type"), _dicts(option.get("choices"))
    if kind not in range(3, 12):
        yield f"{where}: type {kind!r}"
    if len(choices) > OPTIONS:
        yield f"{where}: {len(choices)} choices, {OPTIONS} are taken"
    if option.get("autocomplete") and choices:
        yield f"{where}: choices beside autocomplete"
    if (option.get("autocomplete") or choices) and kind not in (3, 4, 10):
        yield f"{where}: choices for type {kind}"
    for each in choices:
        if not 1 <= len(str(each.get("name") or "")) <= 100:
            yield f"{where}: a choice's name of 1 to 100 characters is wanted"
        if isinstance(each.get("value"), str) and not 1 <= len(each["value"]) <= 100:
            yield f"{where}: a choice's value of 1 to 100 characters is wanted"
    low, high = option.get("min_length") or 0, option.get("max_length") or 6000
    if not 0 <= low <= high <= 6000:
        yield f"{where}: lengths from {low} to {high}"


def _size(node: Json) -> int:
    """Return the characters of names, descriptions and values. Of localisations only the longest counts."""
    total = 0
    for name in ("name", "description"):
        texts = [node.get(name) or "", *(node.get(f"{name}_localizations") or {}).values()]
        total += max(map(len, texts))
    for choice in _dicts(node.get("choices")):
        total += len(str(choice.get("name") or "")) + len(str(choice.get("value") or ""))
    return total + sum(map(_size, _dicts(node.get("options"))))


def size_of(command: Json) -> int:
    """Return the characters of a command, as the limit of 8,000 counts them."""
    return _size(command)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _nodes(components: Any) -> Iterator[dict[str, Any]]:
    """Yield every component, with those in it."""
    for node in _dicts(components):
        yield node
        yield from _nodes(node.get("components"))
        yield from _nodes([node.get("accessory"), node.get("component")])


def as_text(body: Any) -> str:
    """Return a body as JSON for a report, cut to 400 characters."""
    return json.dumps(body, ensure_ascii=False)[:400]
