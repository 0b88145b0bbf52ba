"""Canonical labels for blank nodes, within bounds.

RDFC-1.0 needs factorial time on some inputs ("poison graphs"), and the library that computes it cannot be stopped from
Python. So it runs in a child process that is killed at the time limit; only a handful of blank nodes, which cannot
take long whatever their shape, are labelled on the spot.

Quads without blank nodes have no influence on the labels: only the others need be handed over.

Source: RDF Dataset Canonicalization (RDFC-1.0), section 4 and section 7.1 (Dataset Poisoning).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable

from iomld.errors import DataError
from iomld.graph import Quad

__all__ = ["canonicalize", "canonicalize_n_quads", "parse_line"]

_HANDFUL = 5
_CHILD = "from iomld.serialization.canonical import _child; _child()"
_CURE = "give these nodes IRIs, or keep their labels (--blank-nodes keep)"

# A line as canonical N-Quads writes it: single spaces, no comments.
_LINE = re.compile(r'(\S+) (\S+) ("(?:[^"\\]|\\.)*"\S*|\S+) (?:(\S+) )?\.')


def parse_line(line: str) -> Quad:
    """The quad of a line of canonical N-Quads.

    >>> parse_line('<http://a/s> <http://a/p> "b c"@en .')
    ('<http://a/s>', '<http://a/p>', '"b c"@en', '')
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a line of canonical N-Quads: {line[:80]}")
    subject, predicate, object, graph = match.groups(default="")
    return subject, predicate, object, graph


def canonicalize(quads: Iterable[Quad], *, bound: int = 200_000, seconds: float = 60.0) -> list[Quad]:
    """Quads with their blank nodes relabelled ``_:c14n0``, ``_:c14n1`` … as RDFC-1.0 does, sorted.

    :param quads: quads; those without blank nodes may be left out and come back unchanged
    :param bound: more blank nodes than this are refused
    :param seconds: time limit
    :raises DataError: ``blank-nodes-too-many``, ``blank-nodes-endless``
    """
    lines: list[str] = []
    labels: set[str] = set()
    for subject, predicate, object, graph in quads:
        lines.append(f"{subject} {predicate} {object} {graph + ' ' if graph else ''}.")
        labels.update(term for term in (subject, object, graph) if term.startswith("_:"))
    if len(labels) > bound:
        raise DataError(
            "blank-nodes-too-many",
            f"{len(labels):,} blank nodes are too many to be given canonical labels (the bound is {bound:,})",
            hint=_CURE,
        )
    data = "\n".join(lines).encode()
    if len(labels) <= _HANDFUL:
        result = canonicalize_n_quads(data)
    else:
        try:
            child = subprocess.run(
                [sys.executable, "-c", _CHILD],
                input=data,
                stdout=subprocess.PIPE,
                timeout=seconds,
                check=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        except subprocess.TimeoutExpired:
            raise DataError(
                "blank-nodes-endless",
                f"canonical labels for {len(labels):,} blank nodes were not found within {seconds:g} s:"
                " their pattern is too regular to tell them apart",
                hint=_CURE,
            ) from None
        result = child.stdout
    return [parse_line(line) for line in result.decode().split("\n") if line]


def canonicalize_n_quads(data: bytes) -> bytes:
    """The canonical N-Quads of a dataset by RDFC-1.0, with no bound on time.

    :param data: N-Quads
    """
    from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

    dataset = Dataset(parse(data, RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = []
    for quad in dataset:
        graph = str(quad.graph_name)
        lines.append(f"{quad.subject} {quad.predicate} {quad.object} {'' if graph == 'DEFAULT' else graph + ' '}.\n")
    return "".join(sorted(lines)).encode()


def _child() -> None:
    sys.stdout.buffer.write(canonicalize_n_quads(sys.stdin.buffer.read()))
