"""What the phases of a build tell while they last."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

__all__ = ["Phase", "Phases", "silent"]


class Phase(Protocol):
    """What a phase is told while it lasts (see ``iomld.cli.console.Phase``)."""

    def count(self, number: int, what: str) -> None: ...
    def progress(self, done: int, total: int | None = None) -> None: ...


class _Silent:
    def count(self, number: int, what: str) -> None: ...
    def progress(self, done: int, total: int | None = None) -> None: ...


Phases = Callable[[str], AbstractContextManager[Any]]


def silent(name: str) -> AbstractContextManager[Phase]:
    """Phases that nobody listens to."""
    return nullcontext(_Silent())
