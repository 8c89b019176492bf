"""The house keeps its shape: imports go one way, SQL stays in storage, a platform's words in its own folder.

Each rule looks at one module and says, in a sentence, what is wrong there. They read the source and run none
of it.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
PACKAGES = ("storage", "bot", "adapters")
COMPOSER = "bot/__main__.py"
"""The one place that builds the whole, and so may know all of it."""

SCRIPT = "storage/migrations/env.py"
"""What Alembic runs rather than imports."""

ROOMS = ("adapter.py", "payloads.py", "render.py", "settings.py")
"""What stands in every platform's folder."""

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
        """The folder in `adapters/` that it stands in, or nothing."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "adapters" and len(parts) > 2 else ""

    @property
    def imports(self) -> Iterator[str]:
        """The dotted names it imports, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{each.name}" for each in node.names)

    def imports_from(self, *libraries: str) -> Iterator[str]:
        """Those of its imports that come from one of these."""
        return (name for name in self.imports if name.partition(".")[0] in libraries)


Rule = Callable[[Module], Iterator[str]]


def one_way(module: Module) -> Iterator[str]:
    """adapters -> bot -> storage, and no platform knows another."""
    above = {"storage": ("bot", "adapters"), "bot": ("adapters",)}.get(module.package, ())
    if module.path != COMPOSER:
        yield from (f"{module.package} knows nothing of {name}" for name in module.imports_from(*above))
    for name in module.imports_from("adapters"):
        if (
            module.platform
            and (ROOT_OF_ADAPTERS / name.split(".")[1]).is_dir()
            and name.split(".")[1] != module.platform
        ):
            yield f"{module.platform} knows nothing of {name}"


def no_way_out_of_the_checkout(module: Module) -> Iterator[str]:
    """What we install needs nothing that we only test with."""
    yield from (f"{name} is not installed" for name in module.imports_from("tests", "benchmarks", "deploy"))


def libraries_at_home(module: Module) -> Iterator[str]:
    """A platform's library is imported in its folder alone."""
    for library, platform in AT_HOME.items():
        if module.platform != platform:
            yield from (f"{name} belongs in adapters/{platform}" for name in module.imports_from(library))


def sql_in_storage(module: Module) -> Iterator[str]:
    """Only storage writes SQL; the core hands a Session on, and its type is all it needs."""
    allowed = ("sqlmodel.Session",) if module.package == "bot" else ()
    if module.package != "storage":
        yield from (f"{name} belongs in storage" for name in module.imports_from(*SQL) if name not in allowed)


def no_platform_in_the_core(module: Module) -> Iterator[str]:
    """What only one platform can do has no word in the core; texts for people may name them all."""
    if module.package == "adapters" or module.path == COMPOSER:
        return
    names = {name for node in ast.walk(module.tree) for name in named(node)}
    yield from (
        f"{name} names a platform" for name in sorted(names) if any(p in name.lower() for p in platforms())
    )


def named(node: ast.AST) -> Iterator[str]:
    """What a node names: an identifier, or a text that is nothing but one word."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield from filter(None, (name, other))
        case ast.Constant(value=str(word)) if word.isidentifier() and word.islower():
            yield word


def platforms() -> tuple[str, ...]:
    """Those whose names are words of their own; `playground` is one of ours."""
    return tuple(dict.fromkeys(AT_HOME.values()))


def says_what_it_is(module: Module) -> Iterator[str]:
    """A module opens with a sentence."""
    if not ast.get_docstring(module.tree):
        yield "no docstring"


def no_work_at_import(module: Module) -> Iterator[str]:
    """Importing only names things: the environment is read and everything built when somebody asks."""
    if module.path == SCRIPT:
        return
    _docstring, *statements = module.tree.body or [ast.Pass()]
    for statement in statements:
        guarded = isinstance(statement, ast.If) and ast.unparse(statement.test) in ASKED
        if not (isinstance(statement, QUIET) or guarded or is_text(statement)):
            yield f"line {statement.lineno} does something at import"


ASKED = ("TYPE_CHECKING", "__name__ == '__main__'")


def is_text(statement: ast.stmt) -> bool:
    """A docstring below a constant."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


RULES: tuple[Rule, ...] = (
    one_way,
    no_way_out_of_the_checkout,
    libraries_at_home,
    sql_in_storage,
    no_platform_in_the_core,
    says_what_it_is,
    no_work_at_import,
)


def modules(root: Path) -> Iterator[Module]:
    """All modules that we install; migrations included."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield Module(path.relative_to(root).as_posix(), ast.parse(path.read_text()))


def broken(root: Path, *rules: Rule) -> list[str]:
    """What is wrong in this tree, a sentence each."""
    return [f"{each.path}: {wrong}" for each in modules(root) for rule in rules for wrong in rule(each)]


def same_rooms(root: Path) -> list[str]:
    """What a platform's folder lacks."""
    folders = sorted(path.parent for path in (root / "adapters").glob("*/__init__.py"))
    return [
        f"{folder.name} has no {room}" for folder in folders for room in ROOMS if not (folder / room).exists()
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_shape(rule: Rule) -> None:
    """Nothing in bot, adapters and storage breaks a rule."""
    assert broken(HERE, rule) == []


def test_every_platform_has_the_same_rooms() -> None:
    """Who knows one platform's folder finds the way in any other."""
    assert same_rooms(HERE) == []


def test_every_platform_is_named() -> None:
    """A platform is a folder and a line in `adapters/__init__.py`, neither without the other."""
    from adapters import PLATFORMS

    folders = {path.parent.name for path in (HERE / "adapters").glob("*/__init__.py")}
    assert set(PLATFORMS) == folders


@pytest.mark.parametrize(
    ("path", "source", "sentence"),
    [
        ("storage/x.py", "from bot.turn import Turn", "storage knows nothing of bot.turn.Turn"),
        ("storage/x.py", "def f():\n    import adapters.slack", "storage knows nothing of adapters.slack"),
        ("bot/x.py", "from adapters import slack", "bot knows nothing of adapters.slack"),
        (
            "adapters/slack/x.py",
            "from adapters.discord import y",
            "slack knows nothing of adapters.discord.y",
        ),
        ("bot/x.py", "from tests.stores import Clock", "tests.stores.Clock is not installed"),
        ("bot/x.py", "import discord", "discord belongs in adapters/discord"),
        ("adapters/slack/x.py", "from discord import ui", "discord.ui belongs in adapters/discord"),
        ("adapters/x.py", "import slack_sdk.web", "slack_sdk.web belongs in adapters/slack"),
        ("bot/x.py", "from sqlmodel import select", "sqlmodel.select belongs in storage"),
        ("adapters/slack/x.py", "from sqlmodel import Session", "sqlmodel.Session belongs in storage"),
        ("bot/x.py", "def f(slack_ts): ...", "slack_ts names a platform"),
        ("bot/x.py", "if origin.platform == 'discord': pass", "discord names a platform"),
        ("storage/x.py", "class DiscordToken: ...", "DiscordToken names a platform"),
        ("bot/x.py", "'''What.'''\nopen('x')", "line 2 does something at import"),
        ("bot/x.py", "'''What.'''\nif TRUE:\n    x = 1", "line 2 does something at import"),
        ("bot/x.py", "x = 1", "no docstring"),
    ],
)
def test_what_breaks_a_rule_is_found(tmp_path: Path, path: str, source: str, sentence: str) -> None:
    """The rules themselves are tried on a small house with one thing wrong in it."""
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(source)
    assert f"{path}: {sentence}" in broken(tmp_path, *RULES)


def test_what_keeps_the_rules_is_left_alone(tmp_path: Path) -> None:
    """Texts may name platforms, the composer may know all, and the core may name a Session."""
    good = {
        COMPOSER: "'''Builds it all.'''\nfrom adapters import slack\nNO_PLATFORM = 'Set up Slack.'",
        "bot/x.py": "'''Slack and Discord.'''\nfrom sqlmodel import Session\nZONE = 1\n'''Slack's.'''",
        "adapters/slack/x.py": "'''Its own.'''\nimport slack_sdk\nfrom bot.turn import Turn",
        "storage/x.py": "'''Rows.'''\nfrom sqlalchemy import select",
    }
    for path, source in good.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source)
    assert broken(tmp_path, *RULES) == []


def test_a_missing_room_is_found(tmp_path: Path) -> None:
    """A platform without its payloads is not one."""
    folder = tmp_path / "adapters" / "teams"
    folder.mkdir(parents=True)
    for room in ("__init__.py", "adapter.py", "render.py", "settings.py"):
        (folder / room).touch()
    assert same_rooms(tmp_path) == ["teams has no payloads.py"]
