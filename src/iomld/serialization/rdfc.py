"""RDFC-1.0 with less copying: for chains of blank nodes that look alike, such as long lists with repeated values.

The library's own code copies what it has labelled at each step of a chain, and calls itself at each: a list of a
thousand equal values takes it minutes, a longer one its stack. Here labels are copied only where there are several
orders to try, and a hash that was made before is looked up. A chain of n nodes that look alike still takes n² steps,
since the standard walks the chain from each of them.

Source: RDF Dataset Canonicalization (RDFC-1.0), sections 4.4 to 4.8.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import permutations

from iomld.graph import Quad

__all__ = ["canonical_labels", "first_degree_hashes"]

Issued = dict[str, str]  # labels by blank node, in the order in which they were issued


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _quads_of(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """The quads that mention each blank node."""
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        for node in {term for term in (quad[0], quad[2], quad[3]) if term.startswith("_:")}:
            found[node].append(quad)
    return found


def _first_degree(node: str, quads: Sequence[Quad]) -> str:
    def shown(term: str) -> str:
        return term if not term.startswith("_:") else "_:a" if term == node else "_:z"

    lines = sorted(
        f"{shown(subject)} {predicate} {shown(object)} {shown(graph) + ' ' if graph else ''}.\n"
        for subject, predicate, object, graph in quads
    )
    return _sha("".join(lines))


def first_degree_hashes(quads: Iterable[Quad]) -> dict[str, list[str]]:
    """The blank nodes by the hash of the quads that mention them: those that look alike stand together."""
    found: dict[str, list[str]] = defaultdict(list)
    for node, about in _quads_of(quads).items():
        found[_first_degree(node, about)].append(node)
    return found


def canonical_labels(quads: Iterable[Quad]) -> dict[str, str]:
    """The canonical label of each blank node (``_:c14n0`` …), by the label that it has.

    :param quads: a dataset, terms spelt as in canonical N-Quads; each quad once
    """
    return _Canonicalizer(_quads_of(quads)).labels()


class _Canonicalizer:
    def __init__(self, quads: dict[str, list[Quad]]) -> None:
        self._canonical: Issued = {}
        self._first_degree = {node: _first_degree(node, about) for node, about in quads.items()}
        self._hashes: dict[str, str] = {}
        # of each node: position and predicate of each of its neighbours, as they go into the hash, and the neighbour
        self._neighbours = {
            node: [
                (position if position == "g" else f"{position}{predicate}", term)
                for subject, predicate, object, graph in about
                for position, term in (("s", subject), ("o", object), ("g", graph))
                if term.startswith("_:") and term != node
            ]
            for node, about in quads.items()
        }

    def labels(self) -> dict[str, str]:
        """Section 4.4.3."""
        alike: dict[str, list[str]] = defaultdict(list)
        for node, hashed in self._first_degree.items():
            alike[hashed].append(node)
        in_order = sorted(alike.items())
        for _, nodes in in_order:
            if len(nodes) == 1:
                self._issue(nodes[0])
        for _, nodes in in_order:
            if len(nodes) > 1:
                starts = [node for node in nodes if node not in self._canonical]
                paths = [self._n_degree(node, {node: "_:b0"}) for node in starts]
                for _, issued in sorted(paths, key=lambda path: path[0]):
                    for node in issued:
                        self._issue(node)
        return self._canonical

    def _issue(self, node: str) -> None:
        self._canonical.setdefault(node, f"_:c14n{len(self._canonical)}")

    def _n_degree(self, node: str, issued: Issued) -> tuple[str, Issued]:
        """Section 4.8; the labels issued may be those that were handed in, with more added."""
        canonical, hashes = self._canonical, self._hashes
        related: dict[str, str] = {}  # for a hash the first node, and in several all where there are more
        several: dict[str, set[str]] = {}
        for lead, other in self._neighbours[node]:
            text = lead + (canonical.get(other) or issued.get(other) or self._first_degree[other])
            hashed = hashes.get(text)
            if hashed is None:
                hashed = hashes[text] = _sha(text)
            if related.setdefault(hashed, other) != other:
                several.setdefault(hashed, {related[hashed]}).add(other)
        data = ""
        for hashed in sorted(related):
            if hashed in several:
                path, issued = self._best_path(several[hashed], issued)
                data += hashed + path
                continue
            # what _path does for a single node, written out: chains spend their time here
            other = related[hashed]
            label = canonical.get(other) or issued.get(other)
            if label is None:
                label = issued[other] = f"_:b{len(issued)}"
                further, issued = self._n_degree(other, issued)
                data += f"{hashed}{label}{label}<{further}>"
            else:
                data += hashed + label
        return _sha(data), issued

    def _best_path(self, others: Iterable[str], issued: Issued) -> tuple[str, Issued]:
        chosen, chosen_issued = "", issued
        for order in permutations(others):
            tried = self._path(order, dict(issued), chosen)
            if tried is not None and (not chosen or tried[0] < chosen):
                chosen, chosen_issued = tried
        return chosen, chosen_issued

    def _path(self, order: Sequence[str], issued: Issued, best: str) -> tuple[str, Issued] | None:
        """The path through related nodes in one order; None where a better one is known."""
        path, further = "", []
        for node in order:
            label = self._canonical.get(node) or issued.get(node)
            if label is None:
                further.append(node)
                label = issued[node] = f"_:b{len(issued)}"
            path += label
            if best and len(path) >= len(best) and path > best:
                return None
        for node in further:
            hashed, after = self._n_degree(node, issued)
            path += f"{issued[node]}<{hashed}>"
            issued = after
            if best and len(path) >= len(best) and path > best:
                return None
        return path, issued
