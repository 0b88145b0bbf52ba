"""The relation of quads, with the origin of each."""

from iomld.graph.keeping import keep, reopen
from iomld.graph.quads import Origin, Quad, Quads, Rule
from iomld.graph.reading import SYNTAXES, Syntax, read_rdf, syntax_of
from iomld.graph.undescribed import Undescribed, undescribed

__all__ = [
    "SYNTAXES",
    "Origin",
    "Quad",
    "Quads",
    "Rule",
    "Syntax",
    "Undescribed",
    "keep",
    "read_rdf",
    "reopen",
    "syntax_of",
    "undescribed",
]
