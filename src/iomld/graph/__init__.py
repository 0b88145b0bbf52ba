"""The relation of quads, with the origin of each."""

from iomld.graph.quads import Origin, Quad, Quads, Rule

__all__ = ["Origin", "Quad", "Quads", "Rule"]
