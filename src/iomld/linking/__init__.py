"""Names to identifiers, candidate links, decisions and audit."""

from iomld.linking.reference import Entity, Identifier, Name, Period, Reference, packaged_reference, read_reference
from iomld.linking.resolver import Candidate, Resolution, Resolver
from iomld.linking.sssom import NO_TERM_FOUND, Link, LinkTable, add_links, read_links, write_links

__all__ = [
    "NO_TERM_FOUND",
    "Candidate",
    "Entity",
    "Identifier",
    "Link",
    "LinkTable",
    "Name",
    "Period",
    "Reference",
    "Resolution",
    "Resolver",
    "add_links",
    "packaged_reference",
    "read_links",
    "read_reference",
    "write_links",
]
