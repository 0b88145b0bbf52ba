"""YAML with the place of every value, since a mistake is shown where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from iomld.errors import IomldError, MappingError
from iomld.location import SourceLocation
from iomld.yamltext import out_of_bounds

if TYPE_CHECKING:
    import yaml

__all__ = ["Node", "parse_yaml"]


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
        if beyond := out_of_bounds(yaml.parse(content, Loader=loader)):
            place = SourceLocation(file, line=beyond.line, column=beyond.column)
            errors.append(MappingError("yaml-syntax", beyond.message, location=place, hint=beyond.hint))
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
