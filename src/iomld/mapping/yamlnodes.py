"""YAML with the place of every value, since a mistake is shown where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from iomld.errors import IomldError, MappingError
from iomld.location import SourceLocation

if TYPE_CHECKING:
    import yaml

__all__ = ["Node", "parse_yaml"]

_DEEPEST = 100  # levels; no mapping has a tenth of them, and a parser that recurses ends without a word far beyond
_MOST = 1_000_000  # nodes, those that aliases stand for counted each time


class Node:
    """A YAML value: ``text`` of a scalar (None for null), ``items`` of a list, ``entries`` of a mapping."""

    def __init__(self, node: yaml.Node, file: str, errors: list[IomldError]) -> None:
        import yaml

        self.place = SourceLocation(file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)
        self.text: str | None = None
        self.items: list[Node] | None = None
        self.entries: dict[str, Node] | None = None
        self.key_places: dict[str, SourceLocation] = {}
        if isinstance(node, yaml.ScalarNode):
            is_null = node.tag == "tag:yaml.org,2002:null"
            self.text = None if is_null else node.value
        elif isinstance(node, yaml.SequenceNode):
            self.items = [Node(each, file, errors) for each in node.value]
        elif isinstance(node, yaml.MappingNode):
            self._read_entries(node, file, errors)

    def _read_entries(self, node: yaml.MappingNode, file: str, errors: list[IomldError]) -> None:
        import yaml

        self.entries = {}
        own: set[str] = set()  # what a merge brought gives way to a key that stands here, before it or after
        for key, value in node.value:
            name = str(key.value)
            place = SourceLocation(file, line=key.start_mark.line + 1, column=key.start_mark.column + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    for inner, entry in (Node(merged, file, errors).entries or {}).items():
                        self.entries.setdefault(inner, entry)
                        self.key_places.setdefault(inner, place)
                continue
            if name in own:
                errors.append(MappingError("key-doubled", f"the key “{name}” stands twice", location=place))
            own.add(name)
            self.entries[name] = Node(value, file, errors)
            self.key_places[name] = place

    @property
    def is_scalar(self) -> bool:
        return self.items is None and self.entries is None

    @property
    def kind(self) -> str:
        return "a text" if self.is_scalar else "a list" if self.items is not None else "a mapping"

    def get(self, *names: str) -> Node | None:
        """The value of the first key that is there."""
        return next((self.entries[name] for name in names if name in self.entries), None) if self.entries else None

    def each(self) -> list[Node]:
        """The items of a list; a single value is a list of one."""
        return [self] if self.items is None else self.items

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return iter((self.entries or {}).items())


def parse_yaml(content: str, file: str, errors: list[IomldError]) -> Node | None:
    """Parse one YAML document; its mistakes are added to the list, with line and column."""
    import yaml

    try:
        # libyaml, where PyYAML was built with it, reads ten times faster and marks the same places
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if mistake := _out_of_bounds(yaml.parse(content, Loader=loader), file):
            errors.append(mistake)
            return None
        root = yaml.compose(content, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = SourceLocation(file, line=mark.line + 1, column=mark.column + 1) if mark else SourceLocation(file)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        errors.append(MappingError("yaml-syntax", f"not well-formed YAML: {what}", location=place))
        return None
    except yaml.YAMLError as error:
        errors.append(MappingError("yaml-syntax", f"not well-formed YAML: {error}", location=SourceLocation(file)))
        return None
    return None if root is None else Node(root, file, errors)


def _out_of_bounds(events: Iterator[yaml.Event], file: str) -> MappingError | None:
    """The mistake of a document that would nest too deep, grow too large or never end once its aliases are expanded.

    :param events: of the document; they are read no further than to the mistake
    """
    import yaml

    extents: dict[str, tuple[int, int] | None] = {}  # number of nodes and levels of an anchor; None while it is open
    opened: list[list[int]] = [[0, 0]]  # of each open collection the same so far, the document first
    anchors: list[str | None] = [None]

    def wrong(message: str, event: yaml.Event, hint: str) -> MappingError:
        mark = event.start_mark
        place = SourceLocation(file, line=mark.line + 1, column=mark.column + 1) if mark else SourceLocation(file)
        return MappingError("yaml-syntax", message, location=place, hint=hint)

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
            return wrong(f"the document nests deeper than {_DEEPEST} levels", event, "a mapping has less than ten")
        if sum(nodes for nodes, _ in opened) > _MOST:
            hint = "aliases of what holds aliases multiply: write fewer of them"
            return wrong(f"the document has more than {_MOST:,} values once its aliases are expanded", event, hint)
    return None
