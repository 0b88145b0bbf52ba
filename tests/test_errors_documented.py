"""Every id of an error is a heading in docs/errors.md, and every heading there is an id that can be met."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLASSES = re.compile(r"[A-Z]\w*Error$")


def ids() -> set[str]:
    """The constant first arguments of everything that makes an error; a placeholder in one becomes *."""
    found = set()
    for path in (ROOT / "src" / "iomld").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if not CLASSES.match(name) and name != "IomldError":
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
            elif isinstance(first, ast.JoinedStr):
                found.add("".join(part.value if isinstance(part, ast.Constant) else "*" for part in first.values))
    return {id for id in found if re.fullmatch(r"[a-z0-9*]+(-[a-z0-9*]+)+", id)}


def headings() -> list[str]:
    return re.findall(r"^## (\S+)$", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.M)


def test_every_error_is_documented() -> None:
    known = headings()
    patterns = [re.escape(heading).replace(r"\*", ".*") for heading in known]
    missing = {id for id in ids() if not any(re.fullmatch(pattern, id.replace("*", "x")) for pattern in patterns)}
    assert not missing, sorted(missing)


def test_the_headings_are_sorted_and_stand_once() -> None:
    assert headings() == sorted(set(headings()))
