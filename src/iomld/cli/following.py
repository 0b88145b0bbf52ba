"""Showing how far the engine is with a query while it works on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from iomld.cli.console import Phase

__all__ = ["following"]


@contextmanager
def following(phase: Phase, connection: duckdb.DuckDBPyConnection) -> Iterator[Callable[[str, int], None] | None]:
    """Ask the engine now and then how far it is, and show it; on a terminal only.

    :returns: what takes the name of each step and the number of rows that it goes through; None where nobody looks
    """
    if not phase.shows:
        yield None
        return
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    rows = 0
    ended = threading.Event()

    def told(step: str, number: int) -> None:
        nonlocal rows
        rows = number

    def look() -> None:
        while not ended.wait(0.2):
            share = max(0.0, connection.query_progress()) / 100
            phase.progress(int(share * rows), rows, "rows") if rows else phase.progress(int(share * 100), 100)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        ended.set()
        thread.join()
