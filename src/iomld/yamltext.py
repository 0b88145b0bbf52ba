"""YAML that people write: how far it may nest and grow, and what is wrong with it, at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import yaml

__all__ = ["Beyond", "out_of_bounds", "yaml_value"]

_DEEPEST = 100  # levels; no document has a tenth of them, and a parser that recurses ends without a word far beyond
_MOST = 1_000_000  # nodes, those that aliases stand for counted each time


class Beyond(NamedTuple):
    """What goes too far in a document, and where; lines and columns count from 1."""

    message: str
    hint: str
    line: int | None
    column: int | None


def yaml_value(text: str, wrong: Callable[[str, int | None, str | None], Exception]) -> Any:
    """The value of a YAML document, of plain types; None where it is empty.

    :param wrong: makes the error to raise from what is wrong, its line (from 1) and what to do, where known
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads ten times faster
    try:
        if beyond := out_of_bounds(yaml.parse(text, Loader=loader)):
            raise wrong(beyond.message, beyond.line, beyond.hint)
        return yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise wrong(str(error.problem or error.context), mark.line + 1 if mark else None, None) from error
    except yaml.YAMLError as error:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        if found is None:
            raise wrong(str(error), None, None) from error
        message = f"the character U+{ord(found[0]):04X} may not stand in it"
        raise wrong(message, text.count("\n", 0, found.start()) + 1, "remove it") from error
    except ValueError as error:  # of a date that there is not, which has no mark
        raise wrong(str(error), None, "write a text in quotes") from error


def out_of_bounds(events: Iterable[yaml.Event]) -> Beyond | None:
    """Where a document would nest too deep, grow too large or never end once its aliases are expanded.

    :param events: of the document; they are read no further than to that place
    """
    import yaml

    extents: dict[str, tuple[int, int] | None] = {}  # number of nodes and levels of an anchor; None while it is open
    opened: list[list[int]] = [[0, 0]]  # of each open collection the same so far, the document first
    anchors: list[str | None] = [None]

    def wrong(message: str, event: yaml.Event, hint: str) -> Beyond:
        mark = event.start_mark
        return Beyond(message, hint, mark.line + 1 if mark else None, mark.column + 1 if mark else None)

    for event in events:
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append([0, 0])
            anchors.append(anchor)
            if anchor:
                extents[anchor] = None
            nodes = levels = 0
        elif isinstance(event, yaml.CollectionEndEvent):
            inner, levels = opened.pop()
            nodes, levels = inner + 1, levels + 1
            anchor = anchors.pop()
            if anchor:
                extents[anchor] = nodes, levels
        elif isinstance(event, yaml.AliasEvent):
            extent = extents.get(str(event.anchor), (1, 0))  # an unknown one is told by the parser
            if extent is None:
                return wrong(f"the alias *{event.anchor} stands within what it names", event, "write the value out")
            nodes, levels = extent
        elif isinstance(event, yaml.ScalarEvent):
            nodes, levels = 1, 0
            if anchor:
                extents[anchor] = nodes, levels
        else:
            continue
        opened[-1][0] += nodes
        opened[-1][1] = max(opened[-1][1], levels)
        if len(opened) - 1 + levels > _DEEPEST:
            return wrong(f"the document nests deeper than {_DEEPEST} levels", event, "ten are plenty")
        if sum(nodes for nodes, _ in opened) > _MOST:
            hint = "aliases of what holds aliases multiply: write fewer of them"
            return wrong(f"the document has more than {_MOST:,} values once its aliases are expanded", event, hint)
    return None
