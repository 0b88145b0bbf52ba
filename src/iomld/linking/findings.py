"""What an audit finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iomld.location import SourceLocation

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind, its severity (a label that differs is a warning), where it stands, what it is about."""

    kind: str
    severity: Literal["error", "warning"]
    location: SourceLocation
    subject: str
    message: str
