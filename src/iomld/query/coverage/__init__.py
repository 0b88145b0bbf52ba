"""What of the documents, the tables and the vocabulary is used, and what is not."""

from iomld.query.coverage.columns import ColumnUse, columns_used
from iomld.query.coverage.forms import FORMATS, render
from iomld.query.coverage.measuring import Coverage, measure, terms_and_shapes
from iomld.query.coverage.units import Unit, units

__all__ = [
    "FORMATS",
    "ColumnUse",
    "Coverage",
    "Unit",
    "columns_used",
    "measure",
    "render",
    "terms_and_shapes",
    "units",
]
