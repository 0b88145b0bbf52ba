"""Mapping documents, RML or YARRRML, to one frozen model; the model to quads."""

from iomld.mapping.loading import load
from iomld.mapping.materialize import materialize
from iomld.mapping.model import Mapping
from iomld.mapping.writing import write_quads

__all__ = ["Mapping", "load", "materialize", "write_quads"]
