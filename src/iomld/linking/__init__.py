"""Names to identifiers, candidate links, decisions and audit."""

from iomld.linking.reference import Entity, Identifier, Name, Period, Reference, packaged_reference, read_reference
from iomld.linking.resolver import Candidate, Resolution, Resolver

__all__ = [
    "Candidate",
    "Entity",
    "Identifier",
    "Name",
    "Period",
    "Reference",
    "Resolution",
    "Resolver",
    "packaged_reference",
    "read_reference",
]
