"""Blank nodes that Turtle can write without a label: nested in the one place that uses them, or as a collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from iomld.graph import Quad

__all__ = ["BlankNodes"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FIRST, REST, NIL = f"<{_RDF}first>", f"<{_RDF}rest>", f"<{_RDF}nil>"
_DEPTH = 20  # deeper nesting is not read by anyone, and Python's stack is finite


class BlankNodes:
    """What blank nodes say, and where each may stand. Held in memory: the bound on blank nodes bounds it.

    :param quads: all quads that mention a blank node
    :param key: order of the predicates
    :param labelled: nodes that are used in other places too, and so need their labels
    """

    def __init__(self, quads: Sequence[Quad], *, key: Callable[[str], object], labelled: Collection[str] = ()) -> None:
        uses: Counter[str] = Counter(labelled)
        parent: dict[str, str] = {}
        graphs: dict[str, set[str]] = {}
        self._statements: dict[str, dict[str, list[str]]] = {}
        for subject, predicate, object, graph in sorted(quads):
            if subject.startswith("_"):
                self._statements.setdefault(subject, {}).setdefault(predicate, []).append(object)
                graphs.setdefault(subject, set()).add(graph)
            if object.startswith("_"):
                uses[object] += 1
                parent[object] = subject
                graphs.setdefault(object, set()).add(graph)
            if graph.startswith("_"):
                uses[graph] += 2  # the name of a graph needs its label
        self._key = key
        self._uses = uses
        self._graphs = graphs
        self._parent = {
            label: parent[label] for label in sorted(parent) if uses[label] == 1 and len(graphs[label]) == 1
        }
        self.lists: dict[str, list[str]] = {}
        self._cells: dict[str, list[str]] = {}
        self._find_lists()
        self._cut()

    def _find_lists(self) -> None:
        """Collections: chains of nested nodes with one ``rdf:first`` and one ``rdf:rest`` each, up to ``rdf:nil``."""
        for head in sorted(self._parent):
            above = self._parent[head]
            if above in self._parent and self._is_rest(above, head):
                continue
            items, cells, at = [], [], head
            while at in self._parent and (cell := self._cell(at)) is not None:
                cells.append(at)
                items.append(cell[0])
                at = cell[1]
            if at == NIL and cells:
                self.lists[head] = items
                self._cells.update((label, cells) for label in cells)

    def _cell(self, label: str) -> tuple[str, str] | None:
        says = self._statements.get(label, {})
        if len(says) == 2 and len(says.get(FIRST, ())) == len(says.get(REST, ())) == 1:
            return says[FIRST][0], says[REST][0]
        return None

    def _is_rest(self, above: str, label: str) -> bool:
        cell = self._cell(above)
        return cell is not None and cell[1] == label

    def _cut(self) -> None:
        """Give a label back to one node of every ring, and to those nested too deep."""
        depth: dict[str, int] = {}
        for label in sorted(self._parent):
            path: dict[str, None] = {}
            at = label
            while at in self._parent and at not in depth and at not in path:
                path[at] = None
                at = self._parent[at]
            if at in path:
                self._label(at)
            for node in reversed(path):
                above = self._parent.get(node)
                if above is not None:
                    step = 0 if node in self._cells and self._cells[node][0] != node else 1
                    depth[node] = depth.get(above, 0) + step
                    if depth[node] > _DEPTH:
                        self._label(node)
                        depth[node] = 0

    def _label(self, label: str) -> None:
        cells = self._cells.get(label, [label])  # a collection with a label in it is none
        self.lists.pop(cells[0], None)
        for cell in cells:
            self._parent.pop(cell, None)

    def nested(self, label: str) -> bool:
        """Whether the node stands inside the one statement that uses it."""
        return label in self._parent

    def anonymous(self, label: str) -> bool:
        """Whether nothing uses the node, so that it can be written as ``[]``."""
        return self._uses[label] == 0 and len(self._graphs[label]) == 1

    def statements(self, label: str) -> list[tuple[str, list[str]]]:
        """What is said of a node, in the order of the predicates."""
        says = self._statements.get(label, {})
        return [(predicate, says[predicate]) for predicate in sorted(says, key=self._key)]  # type: ignore[arg-type]
