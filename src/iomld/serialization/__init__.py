"""What leaves the house: writers, JSON-LD context, dataset description, checksums."""

from iomld.serialization.canonical import canonicalize
from iomld.serialization.checksums import checksums, sha256
from iomld.serialization.context import context_from_ontology
from iomld.serialization.convert import convert
from iomld.serialization.description import Distribution, Input, Metadata, describe
from iomld.serialization.diff import Difference, Event, diff
from iomld.serialization.diff_report import REPORTS
from iomld.serialization.documents import documents, in_html
from iomld.serialization.formats import FORMATS, Format, write

__all__ = [
    "FORMATS",
    "REPORTS",
    "Difference",
    "Distribution",
    "Event",
    "Format",
    "Input",
    "Metadata",
    "canonicalize",
    "checksums",
    "context_from_ontology",
    "convert",
    "describe",
    "diff",
    "documents",
    "in_html",
    "sha256",
    "write",
]
