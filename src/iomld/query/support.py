"""What each row of an answer rests on: the nodes of the data that bear the fact.

A row shows values; the fact stands on nodes that the query may not show. So the pattern is asked once more for the
variables that stand as subjects, and of the nodes found for a row those count that no other of them points to:
a participation points to its process and its state, and says more about the row than all that names these two.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from iomld.query.answers import Asker, Solutions
from iomld.query.misspelt import values_of
from iomld.query.sparql import Token, outline, tokenize

__all__ = ["Nodes", "related", "supporting"]

#: for each row the solutions of the pattern that it comes from, each as (nodes that bear the fact, all nodes)
Nodes = list[list[tuple[frozenset[str], frozenset[str]]]]

_BATCH = 500


def supporting(asker: Asker, query: str, solutions: Solutions) -> Nodes:
    """The nodes that each row rests on, in the order of the rows; an empty list where none is found."""
    tokens = tokenize(query)
    found = outline(tokens)
    if found is None or found.opening is None or found.closing is None or found.form != "SELECT":
        return [[] for _ in solutions.rows]
    opening, end = found.opening, found.closing
    inside = {token.text[1:] for token in tokens[opening:end] if token.kind == "variable"}
    shown = [
        name for name in solutions.variables if name in inside and not _computed(tokens[found.start : opening], name)
    ]
    subjects = list(dict.fromkeys(_subjects(tokens[opening : end + 1])))
    wanted = list(dict.fromkeys([*shown, *subjects]))
    if not wanted:
        return [[] for _ in solutions.rows]
    head = query[: tokens[found.start].start]
    body = query[tokens[opening].start : tokens[end].end]
    # A clause after the pattern that binds parameters belongs to it; grouping and order do not.
    answer = asker.ask(f"{head}SELECT DISTINCT {' '.join(f'?{name}' for name in wanted)} WHERE {body}")
    assert answer.solutions is not None
    index = {name: number for number, name in enumerate(answer.solutions.variables)}
    by_key: dict[tuple[str | None, ...], set[frozenset[str]]] = {}
    for row in answer.solutions.rows:
        key = tuple(row[index[name]] for name in shown)
        by_key.setdefault(key, set()).add(frozenset(term for term in row if term and term.startswith("<")))
    columns = [solutions.variables.index(name) for name in shown]
    pointed = _pointing(asker, {nodes for sets in by_key.values() for nodes in sets})
    return [
        [
            (frozenset(node for node in nodes if not (pointed.get(node, set()) & nodes)), nodes)
            for nodes in sorted(by_key.get(tuple(row[column] for column in columns), set()), key=sorted)
        ]
        for row in solutions.rows
    ]


def _computed(head: list[Token], name: str) -> bool:
    """Whether the SELECT clause makes the variable by ``(… AS ?name)``."""
    return any(before.is_word("AS") and token.text[1:] == name for before, token in pairwise(head))


def _subjects(tokens: list[Token]) -> Iterable[str]:
    """Variables that stand where a triple begins."""
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        begins = before.text in ("{", "}", ".", ")") and before.kind == "sign"
        if begins and token.kind == "variable" and after.text not in (")", "}", "{"):
            yield token.text[1:]


def _pointing(asker: Asker, groups: Iterable[frozenset[str]]) -> dict[str, set[str]]:
    """For each node the nodes that point to it."""
    nodes = {node for group in groups if len(group) > 1 for node in group}
    found: dict[str, set[str]] = {}
    for node, values in related(asker, nodes, "?n ?p ?v FILTER(isIRI(?v))").items():
        for value, *_ in values:
            if value != node and value in nodes:
                found.setdefault(value, set()).add(node)
    return found


def related(asker: Asker, nodes: Iterable[str], pattern: str) -> dict[str, list[tuple[str, ...]]]:
    """For each node the values of ``?v`` (and ``?w``) that a pattern about ``?n`` gives, sorted."""
    wanted = sorted(set(nodes))
    found: dict[str, set[tuple[str, ...]]] = {}
    for start in range(0, len(wanted), _BATCH):
        block = values_of("n", wanted[start : start + _BATCH])
        answer = asker.ask(f"SELECT DISTINCT * {{ {block} {pattern} }}")
        if answer.solutions is None:
            continue
        order = [
            answer.solutions.variables.index(name) for name in ("n", "v", "w") if name in answer.solutions.variables
        ]
        for row in answer.solutions.rows:
            node, *rest = (row[column] or "" for column in order)
            found.setdefault(node, set()).add(tuple(rest))
    return {node: sorted(values) for node, values in found.items()}
