"""The relation of quads, with the origin of each."""

from iomld.graph.quads import Origin, Quad, Quads, Rule
from iomld.graph.reading import SYNTAXES, Syntax, read_rdf, syntax_of

__all__ = ["SYNTAXES", "Origin", "Quad", "Quads", "Rule", "Syntax", "read_rdf", "syntax_of"]
