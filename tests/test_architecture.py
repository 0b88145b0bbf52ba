"""The house: imports go one way, exports are listed, and starting up loads nothing heavy."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "iomld"

#: A room imports only rooms before it.
ROOMS = (
    "location", "errors", "yamltext", "outputs", "remote", "terms", "graph", "engine", "sources", "mapping", "linking",
    "validation", "serialization", "query", "serve", "publish", "project", "vocabulary", "pipeline", "releasing", "cli",
)  # fmt: skip
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "packaged" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[tuple[str, int]]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "iomld" else [node.module]
        for name in names:
            parts = name.split(".")
            if parts[0] == "iomld" and len(parts) > 1 and not parts[1].startswith("__"):
                found.add((parts[1], node.lineno))
    return found


def test_every_module_stands_in_a_known_room() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__", "__main__", "api"}
    assert rooms <= set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    room = room_of(path)
    if room not in ROOMS:
        pytest.skip("the package itself")
    wrong = [
        f"line {line}: {other}"
        for other, line in sorted(imported_rooms(path))
        if other in ROOMS and ROOMS.index(other) > ROOMS.index(room)
    ]
    assert not wrong, f"{room} imports from below: {wrong}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name != "__main__.py"], ids=lambda path: str(path.relative_to(SOURCE))
)
def test_public_names_are_listed(path: Path) -> None:
    name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip():
        pytest.skip("an empty package")
    assert hasattr(module, "__all__"), "say in __all__ what is public"
    missing = [public for public in module.__all__ if not hasattr(module, public)]
    assert not missing
    assert list(module.__all__) == list(dict.fromkeys(module.__all__))


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "common", "misc"])
def test_no_module_without_a_subject(name: str) -> None:
    assert not list(SOURCE.rglob(f"{name}.py"))


HEAVY = (
    "rdflib", "pyshacl", "duckdb", "pyoxigraph", "SPARQLWrapper", "yaml", "pyparsing", "numpy", "pandas", "pyspark",
)  # fmt: skip


def commands() -> list[str]:
    from iomld.cli import COMMANDS

    return sorted(COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in commands())], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from iomld.cli.console import run\n"
        "from iomld.cli import cli\n"
        f"code = run(cli, {arguments!r})\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Usage: iomld" in done.stdout


def test_core_rooms_do_not_know_the_command_line() -> None:
    for path in MODULES:
        if room_of(path) in ("cli", "__main__"):
            continue
        imports = {
            alias.name.split(".")[0] if isinstance(node, ast.Import) else (node.module or "").split(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert "click" not in imports, path
