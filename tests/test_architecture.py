"""The layout stays as it is described in docs/architecture.md: five rules, each with the sentence that names the place.

The rules read the source as text and run none of it. They are tried on small trees that break one of them each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
PACKAGES = ("storage", "bot", "adapters")

SCRIPT = "storage/migrations/env.py"
"""What Alembic runs rather than imports."""

STACK = (
    ("runtime",),
    ("features",),
    ("help",),
    ("teams", "people"),
    ("schedules",),
    ("recaps", "data"),
    ("focus",),
    ("prompts",),
    ("doors",),
    ("moments",),
    ("memory",),
    ("quests",),
    ("goals",),
    ("charts",),
    ("core",),
)
"""The rooms of `bot/` from the top down, `features` being the registry. Those in one row do not know each other."""

SHARED = ("settings", "logs", "check", "encryption")
"""The files at the root of `bot/` that every part may import, for they import no room."""

ENTRY = ("bot/__main__.py", "bot/cli.py")
"""The entry points, which may know all rooms."""

TWIN_ROOMS = (
    "focus",
    "doors",
    "moments",
    "quests",
    "memory",
    "prompts",
    "recaps",
    "schedules",
    "people",
    "teams",
    "data",
    "goals",
)
"""The product's nouns: each has a room in `bot/`, `storage/` and `tests/bot/`."""

PLATFORM_FILES = (
    "adapter.py",
    "settings.py",
    "payloads.py",
    "interactions.py",
    "events.py",
    "render.py",
    "forms.py",
    "text.py",
    "responses.py",
    "posting.py",
    "errors.py",
    "connection/http.py",
)
"""The files of every platform's folder. `connection/http.py` is `connection/client.py` where nothing calls us."""

INSTEAD = {"connection/http.py": "connection/client.py"}

LARGEST_FOLDER = 18
"""The most Python files in one folder."""

AT_HOME = {"slack_bolt": "slack", "slack_sdk": "slack", "discord": "discord"}
"""Libraries of one platform, and its folder."""

SQL = ("sqlalchemy", "sqlmodel", "alembic", "sqlite3", "psycopg")
QUIET = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)
"""What may stand at the top of a module: nothing of it does any work when it is imported."""


@dataclass(frozen=True)
class Module:
    """A source file, parsed."""

    path: str
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.path.partition("/")[0]

    @property
    def platform(self) -> str:
        """The platform whose folder it is in, or an empty string."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "adapters" and len(parts) > 2 else ""

    @property
    def room(self) -> str | None:
        """The folder of `bot/` that it is in, or None. `bot/features.py` counts as one."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[1] if parts[0] == "bot" and level(parts[1]) is not None else None

    @property
    def dotted(self) -> str:
        """Its name in an import."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def imports(self) -> Iterator[str]:
        """The dotted names that it imports, anywhere in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{each.name}" for each in node.names)

    def imports_from(self, *libraries: str) -> Iterator[str]:
        """Return the imports that come from one of these packages."""
        return (name for name in self.imports if name.partition(".")[0] in libraries)


Rule = Callable[[Module], Iterator[str]]


def packages_in_order(module: Module) -> Iterator[str]:
    """Check that imports go adapters -> bot -> storage, and from no platform to another."""
    above = {"storage": ("bot", "adapters"), "bot": ("adapters",)}.get(module.package, ())
    if module.path not in ENTRY:
        for name in module.imports_from(*above):
            yield f"{name} is above {module.package}: pass its value in, or move the code up"
    for name in module.imports_from("adapters"):
        other = name.split(".")[1]
        if module.platform and other in PLATFORMS and other != module.platform:
            yield f"{name} is another platform's: what both need belongs in bot/core or adapters/"


def platforms_know_the_core(module: Module) -> Iterator[str]:
    """Check that platforms import only `bot/core` and the four shared files of the bot."""
    if module.package != "adapters":
        return
    for name in module.imports_from("bot"):
        part = name.split(".")[1]
        if part not in ("core", *SHARED):
            yield f"{name} is no platform's business: it belongs behind the Protocol Bot in bot/core/adapter.py"


def rooms_in_order(module: Module) -> Iterator[str]:
    """Check that imports between the folders of `bot/` go down the stack only."""
    if module.room is None or module.path in ENTRY:
        return
    for name in module.imports_from("bot"):
        other = name.split(".")[1]
        if other == module.room or other in SHARED:
            continue
        if level(other) is None:
            yield f"{name} is in no room: give it one of {', '.join(room for row in STACK for room in row)}"
        elif level(other) <= level(module.room):  # type: ignore[operator]
            yield (
                f"{name} is not below {module.room}: move what both need down, "
                "or let bot/features.py join the two"
            )


def level(room: str) -> int | None:
    """Return the place of a folder in the stack, 0 at the top, or None if it has none."""
    return next((at for at, row in enumerate(STACK) if room in row), None)


def no_way_out_of_the_checkout(module: Module) -> Iterator[str]:
    """Check that installed code imports no test code."""
    yield from (
        f"{name} is not installed: move what both need into bot, adapters or storage"
        for name in module.imports_from("tests", "benchmarks", "deploy")
    )


def libraries_at_home(module: Module) -> Iterator[str]:
    """Check that a platform's library is imported in its folder only."""
    for library, platform in AT_HOME.items():
        if module.platform != platform:
            yield from (f"{name} belongs in adapters/{platform}" for name in module.imports_from(library))


def sql_in_storage(module: Module) -> Iterator[str]:
    """Check that only `storage/` imports SQL. The core passes a Session on, and may import its type."""
    allowed = ("sqlmodel.Session",) if module.package == "bot" else ()
    if module.package != "storage":
        yield from (
            f"{name} belongs in storage: write the query there and call it"
            for name in module.imports_from(*SQL)
            if name not in allowed
        )


def no_platform_in_the_core(module: Module) -> Iterator[str]:
    """Check that no identifier in the core names a platform. Texts for people may."""
    if module.package == "adapters" or module.path in ENTRY:
        return
    names = {name for node in ast.walk(module.tree) for name in named(node)}
    yield from (
        f"{name} names a platform: the core has no word for what only one can do"
        for name in sorted(names)
        if any(p in name.lower() for p in platforms())
    )


def named(node: ast.AST) -> Iterator[str]:
    """Yield the names in a node: identifiers, and texts that are one lower-case word."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield from filter(None, (name, other))
        case ast.Constant(value=str(word)) if word.isidentifier() and word.islower():
            yield word


PLATFORMS = ("slack", "discord", "playground")


def platforms() -> tuple[str, ...]:
    """Return the platforms whose names must not be in the core. `playground` is an ordinary word."""
    return tuple(dict.fromkeys(AT_HOME.values()))


def says_what_it_is(module: Module) -> Iterator[str]:
    """Check that a module has a docstring."""
    if not ast.get_docstring(module.tree):
        yield "no docstring: say in one sentence what the file is for"


def no_work_at_import(module: Module) -> Iterator[str]:
    """Check that a module does no work when it is imported."""
    if module.path == SCRIPT:
        return
    _docstring, *statements = module.tree.body or [ast.Pass()]
    for statement in statements:
        guarded = isinstance(statement, ast.If) and ast.unparse(statement.test) in ASKED
        if not (isinstance(statement, QUIET) or guarded or is_text(statement)):
            yield f"line {statement.lineno} does something at import: move it into a function"


ASKED = ("TYPE_CHECKING", "__name__ == '__main__'")


def is_text(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring below a constant."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


RULES: tuple[Rule, ...] = (
    packages_in_order,
    platforms_know_the_core,
    rooms_in_order,
    no_way_out_of_the_checkout,
    libraries_at_home,
    sql_in_storage,
    no_platform_in_the_core,
    says_what_it_is,
    no_work_at_import,
)


@cache
def modules(root: Path) -> tuple[Module, ...]:
    """Return all installed modules, migrations included. Each tree is read once."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    return tuple(Module(path.relative_to(root).as_posix(), ast.parse(path.read_text())) for path in paths)


def broken(root: Path, *rules: Rule) -> list[str]:
    """Return the broken rules in this tree, one sentence each."""
    return [f"{each.path}: {wrong}" for each in modules(root) for rule in rules for wrong in rule(each)]


def circles(root: Path) -> list[str]:
    """Return the groups of files that import each other, directly or not. Imports for types count too."""
    known = {module.dotted: module for module in modules(root)}
    edges = {name: set(targets(module, known)) - {name} for name, module in known.items()}
    found = [sorted(ring) for ring in strongly_connected(edges) if len(ring) > 1]
    return [
        f"{' <-> '.join(ring)} import each other: move what both need into a third file" for ring in found
    ]


def targets(module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    """Yield the modules of this project that a module imports."""
    for name in module.imports:
        package = name.rpartition(".")[0]
        if name in known or package in known:
            yield name if name in known else package


def strongly_connected(edges: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the sets of names in which each reaches every other, by Tarjan's algorithm."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    rings: list[set[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in edges[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            rings.append(set(stack[at:]))
            del stack[at:]

    for name in edges:
        if name not in index:
            visit(name)
    return rings


def same_rooms(root: Path) -> list[str]:
    """Return the folders that a noun lacks in one of the trees, and the files that a platform lacks."""
    trees = ("bot", "storage", "tests/bot")
    lacking = [
        f"{tree} has no room {room}: a noun has the same room in {', '.join(trees)}"
        for room in TWIN_ROOMS
        for tree in trees
        if not (root / tree / room).is_dir()
    ]
    for folder in sorted(path.parent for path in (root / "adapters").glob("*/__init__.py")):
        for file in PLATFORM_FILES:
            if not (folder / file).exists() and not (folder / INSTEAD.get(file, file)).exists():
                lacking.append(f"adapters/{folder.name} has no {file}, which every platform has")
    return lacking


def crowded(root: Path) -> list[str]:
    """Return the folders with more than LARGEST_FOLDER files. Migrations only ever grow in number."""
    folders = {(root / module.path).parent for module in modules(root)}
    counted = ((folder.relative_to(root).as_posix(), len(list(folder.glob("*.py")))) for folder in folders)
    return [
        f"{name} has {number} files: give a noun among them a folder of its own"
        for name, number in sorted(counted)
        if number > LARGEST_FOLDER and not name.endswith("migrations/versions")
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_to_the_rules(rule: Rule) -> None:
    """Nothing in bot, adapters and storage breaks a rule."""
    assert broken(HERE, rule) == []


def test_a_noun_has_the_same_room_everywhere() -> None:
    """And a platform the same files: one who knows one tree or platform finds the way in any other."""
    assert same_rooms(HERE) == []


def test_no_two_files_import_each_other() -> None:
    """Not through others either, and not for their types alone."""
    assert circles(HERE) == []


def test_no_folder_is_crowded() -> None:
    """Eighteen files are what one looks through."""
    assert crowded(HERE) == []


def test_every_platform_is_named() -> None:
    """A platform is a folder and a line in `adapters/__init__.py`, neither without the other."""
    from adapters import PLATFORMS

    folders = {path.parent.name for path in (HERE / "adapters").glob("*/__init__.py")}
    assert set(PLATFORMS) == folders


@pytest.mark.parametrize(
    ("path", "source", "sentence"),
    [
        ("storage/x.py", "from bot.core.context import Context", "bot.core.context.Context is above storage"),
        ("storage/x.py", "def f():\n    import adapters.slack", "adapters.slack is above storage"),
        ("bot/core/x.py", "from adapters import slack", "adapters.slack is above bot"),
        ("adapters/slack/x.py", "from adapters.discord import y", "adapters.discord.y is another platform's"),
        ("adapters/slack/x.py", "from bot.moments import log", "bot.moments.log is no platform's business"),
        ("adapters/slack/x.py", "from bot import features", "bot.features is no platform's business"),
        ("bot/quests/x.py", "from bot.moments import card", "bot.moments.card is not below quests"),
        ("bot/charts/x.py", "from bot.goals import card", "bot.goals.card is not below charts"),
        ("bot/moments/x.py", "from bot import features", "bot.features is not below moments"),
        (
            "bot/core/x.py",
            "if TYPE_CHECKING:\n    from bot.runtime.bot import Bot",
            "bot.runtime.bot.Bot is not below",
        ),
        ("bot/quests/x.py", "from bot.helpers import f", "bot.helpers.f is in no room"),
        (
            "bot/core/x.py",
            "from tests.support.databases import Clock",
            "tests.support.databases.Clock is not installed",
        ),
        ("bot/core/x.py", "import discord", "discord belongs in adapters/discord"),
        ("adapters/slack/x.py", "from discord import ui", "discord.ui belongs in adapters/discord"),
        ("adapters/x.py", "import slack_sdk.web", "slack_sdk.web belongs in adapters/slack"),
        ("bot/core/x.py", "from sqlmodel import select", "sqlmodel.select belongs in storage"),
        ("adapters/slack/x.py", "from sqlmodel import Session", "sqlmodel.Session belongs in storage"),
        ("bot/core/x.py", "def f(slack_ts): ...", "slack_ts names a platform"),
        ("bot/core/x.py", "if origin.platform == 'discord': pass", "discord names a platform"),
        ("storage/x.py", "class DiscordToken: ...", "DiscordToken names a platform"),
        ("bot/core/x.py", "'''What.'''\nopen('x')", "line 2 does something at import"),
        ("bot/core/x.py", "'''What.'''\nif TRUE:\n    x = 1", "line 2 does something at import"),
        ("bot/core/x.py", "x = 1", "no docstring"),
    ],
)
def test_what_breaks_a_rule_is_found(tmp_path: Path, path: str, source: str, sentence: str) -> None:
    """The rules themselves are tried on a small tree with one thing wrong in it."""
    write(tmp_path, {path: source})
    assert any(each.startswith(f"{path}: {sentence}") for each in broken(tmp_path, *RULES))


def test_what_keeps_the_rules_is_left_alone(tmp_path: Path) -> None:
    """Texts may name platforms, the entry point may know all, and the core may name a Session."""
    good = {
        "bot/__main__.py": "'''Builds it all.'''\nfrom adapters import slack\nNO_PLATFORM = 'Set up Slack.'",
        "bot/core/x.py": "'''Slack and Discord.'''\nfrom sqlmodel import Session\nZONE = 1\n'''Slack's.'''",
        "bot/moments/x.py": "'''A moment.'''\nfrom bot.quests import card\nfrom bot.core import x",
        "adapters/slack/x.py": "'''Its own.'''\nimport slack_sdk\nfrom bot.core.context import Context",
        "storage/x.py": "'''Rows.'''\nfrom sqlalchemy import select",
    }
    write(tmp_path, good)
    assert broken(tmp_path, *RULES) == []


def test_a_circle_is_found_even_for_types_alone(tmp_path: Path) -> None:
    """Whatever hides it: TYPE_CHECKING, an import inside a function, a file between."""
    write(
        tmp_path,
        {
            "bot/core/a.py": "from bot.core.b import B",
            "bot/core/b.py": "def f():\n    from bot.core import c",
            "bot/core/c.py": "if TYPE_CHECKING:\n    from bot.core.a import A",
            "bot/core/d.py": "from bot.core.a import A",
        },
    )
    [sentence] = circles(tmp_path)
    assert sentence.startswith("bot.core.a <-> bot.core.b <-> bot.core.c import each other")


def test_a_missing_room_is_found(tmp_path: Path) -> None:
    """A platform without its payloads is not one, and a noun without its tests has no room."""
    every = [f"{tree}/{room}/x.py" for tree in ("bot", "storage", "tests/bot") for room in TWIN_ROOMS]
    files = [f"adapters/teams/{file}" for file in ("__init__.py", *PLATFORM_FILES)]
    gone = {"adapters/teams/payloads.py", "tests/bot/quests/x.py"}
    write(tmp_path, dict.fromkeys({*every, *files} - gone, ""))
    quests, payloads = same_rooms(tmp_path)
    assert quests.startswith("tests/bot has no room quests")
    assert payloads.startswith("adapters/teams has no payloads.py")


def test_a_crowded_folder_is_found(tmp_path: Path) -> None:
    """One file more than the most."""
    write(tmp_path, {f"bot/moments/x{number}.py": "" for number in range(LARGEST_FOLDER + 1)})
    assert crowded(tmp_path) == ["bot/moments has 19 files: give a noun among them a folder of its own"]


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files into a small tree."""
    for path, source in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source)
