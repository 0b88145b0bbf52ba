"""Shapes to checks, checks to SQL, findings at the row and column of the source."""

from iomld.validation.asking import ask_store
from iomld.validation.model import Shapes
from iomld.validation.published import publish_checks
from iomld.validation.rendering import FORMATS, render
from iomld.validation.report import SEVERITIES, Judged, Report, Result
from iomld.validation.shapes import load_shapes
from iomld.validation.validator import validate

__all__ = [
    "FORMATS",
    "SEVERITIES",
    "Judged",
    "Report",
    "Result",
    "Shapes",
    "ask_store",
    "load_shapes",
    "publish_checks",
    "render",
    "validate",
]
