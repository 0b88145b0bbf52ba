"""Canonical N-Quads and N-Triples: one line a statement, in the code point order of the lines.

The relation spells terms as canonical N-Quads does, so that nothing is left to do but to join and to sort.

Source: RDF 1.2 N-Quads, section "A Canonical form of N-Quads".
"""

from __future__ import annotations

from typing import BinaryIO

from iomld.serialization.selection import Selection

__all__ = ["write_n_quads"]


def write_n_quads(selection: Selection, output: BinaryIO) -> int:
    """Write canonical N-Quads (N-Triples where there is no named graph); returns the number of statements."""
    count = 0
    for lines in selection.lines():
        output.write(("\n".join(lines) + "\n").encode())
        count += len(lines)
    return count
