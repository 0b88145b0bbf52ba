"""What a name turned out to mean: matched, ambiguous or none, with the reason and what it could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iomld.errors import LinkError

__all__ = ["Candidate", "Resolution"]

Status = Literal["matched", "ambiguous", "none"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something the name could mean, with how well it fits, 0 to 1."""

    iri: str
    label: str
    code: str
    score: float

    def __str__(self) -> str:
        return f"{self.label} ({self.code})" if self.code else self.label


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means.

    :param iri: empty unless matched
    :param label: the name that the thing bore at the date
    :param code: ISO 3166 alpha-3 of a state or territory
    :param confidence: 0 to 1; 0 unless matched
    :param reason: why, in words
    :param candidates: what it could mean, best first
    """

    name: str
    status: Status
    iri: str = ""
    label: str = ""
    code: str = ""
    confidence: float = 0.0
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    cause: str = ""

    @property
    def error(self) -> LinkError | None:
        """Why there is no match, as an error to raise; None where there is one."""
        if self.status == "matched":
            return None
        return LinkError(self.cause, f"“{self.name}” is not resolved: {self.reason}", hint=self._hint())

    def _hint(self) -> str | None:
        return f"could be {', '.join(map(str, self.candidates))}" if self.candidates else None

    def require(self) -> str:
        """The IRI.

        :raises LinkError: ``name-unknown``, ``name-ambiguous``, ``name-not-at-date``
        """
        if error := self.error:
            raise error
        return self.iri
