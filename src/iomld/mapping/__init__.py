"""Mapping documents, RML or YARRRML, to one frozen model; the model to quads."""

from iomld.mapping.loading import load
from iomld.mapping.materialize import materialize
from iomld.mapping.model import Mapping

__all__ = ["Mapping", "load", "materialize"]
