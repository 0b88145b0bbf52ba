"""Canonical labels for blank nodes, within bounds.

RDFC-1.0 needs factorial time on some inputs ("poison graphs"), and the library that computes it cannot be stopped from
Python. So it runs in a child process that is killed at the time limit; only a handful of blank nodes, which cannot
take long whatever their shape, are labelled on the spot. Where the library takes long or dies, which it does on long
chains of nodes that look alike, our own code (:mod:`iomld.serialization.rdfc`) starts beside it: it is slower on
other data, and quicker there.

Quads without blank nodes have no influence on the labels: only the others need be handed over.

Source: RDF Dataset Canonicalization (RDFC-1.0), section 4 and section 7.1 (Dataset Poisoning).
"""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from iomld.errors import DataError
from iomld.graph import Quad
from iomld.serialization.rdfc import canonical_labels, first_degree_hashes

__all__ = ["canonicalize", "canonicalize_n_quads", "parse_line"]

_HANDFUL = 5
_CHILD = "from iomld.serialization.canonical import _child; _child()"
_PATIENCE = 5.0  # seconds that the library has to itself
_CURE = "give these nodes IRIs, or keep their labels (--blank-nodes keep)"

# A line as canonical N-Quads writes it: single spaces, no comments. Other blanks of Unicode may stand in IRIs.
_LINE = re.compile(r'([^ ]+) ([^ ]+) ("(?:[^"\\]|\\.)*"[^ ]*|[^ ]+) (?:([^ ]+) )?\.')


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
    :raises DataError: ``blank-nodes-too-many``, ``blank-nodes-endless`` with how many nodes look alike, and how
    """
    quads = list(quads)
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
        result: bytes | None = canonicalize_n_quads(data)
    else:
        result = _by_children(data, seconds)
    if result is None:
        raise _endless(quads, len(labels), seconds)
    return [parse_line(line) for line in result.decode().split("\n") if line]


def _by_children(data: bytes, seconds: float) -> bytes | None:
    """The canonical N-Quads from whichever child is done first; None where none is in time."""
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="iomld-") as folder:
        source = Path(folder) / "input.nq"
        source.write_bytes(data)
        children: list[tuple[subprocess.Popen[bytes], Path]] = []
        try:
            for method, patience in (("library", min(_PATIENCE, seconds)), ("own", 0.0)):
                output = Path(folder) / f"{method}.nq"
                command = [sys.executable, "-c", _CHILD, method, str(source), str(output)]
                environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
                child = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
                children.append((child, output))
                try:
                    child.wait(patience)
                except subprocess.TimeoutExpired:
                    continue
                if child.returncode == 0:
                    return output.read_bytes()
            while time.monotonic() < end and any(child.poll() is None for child, _ in children):
                if (done := _done(children)) is not None:
                    return done.read_bytes()
                time.sleep(0.05)
            return None if (done := _done(children)) is None else done.read_bytes()
        finally:
            for child, _ in children:
                child.kill()
                child.wait()


def _done(children: Sequence[tuple[subprocess.Popen[bytes], Path]]) -> Path | None:
    return next((output for child, output in children if child.poll() == 0), None)


def _endless(quads: Iterable[Quad], number: int, seconds: float) -> DataError:
    """The error that says which blank nodes cannot be told apart in time."""
    alike = max(first_degree_hashes(quads).values(), key=len)
    said = sorted({predicate for subject, predicate, _, _ in quads if subject == alike[0]})
    looks = f" with {', '.join(said)}" if said else ""
    return DataError(
        "blank-nodes-endless",
        f"canonical labels for {number:,} blank nodes were not found within {seconds:g} s: {len(alike):,} of them"
        f"{looks} say the same and differ only by the blank nodes that they are linked to",
        hint=_CURE,
    )


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
    method, source, output = sys.argv[1:]
    data = Path(source).read_bytes()
    if method == "library":
        result = canonicalize_n_quads(data)
    else:
        gc.disable()  # nothing here refers to itself, and looking for it takes a third of the time
        sys.setrecursionlimit(10_000_000)  # a chain is walked to its end; Python's calls of Python take no stack
        quads = [parse_line(line) for line in data.decode().split("\n")]
        labels = canonical_labels(quads)
        result = "".join(
            sorted(
                f"{labels.get(subject, subject)} {predicate} {labels.get(object, object)}"
                f" {labels.get(graph, graph) + ' ' if graph else ''}.\n"
                for subject, predicate, object, graph in quads
            )
        ).encode()
    Path(output).write_bytes(result)
