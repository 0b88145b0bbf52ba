"""What leaves the house: writers, JSON-LD context, dataset description, checksums."""

from iomld.serialization.canonical import canonicalize
from iomld.serialization.formats import FORMATS, Format, replacing, write

__all__ = ["FORMATS", "Format", "canonicalize", "replacing", "write"]
