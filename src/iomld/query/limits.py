"""Work in a child process that can be stopped: the engine cannot be interrupted from within.

The child ends when the work is done, when the time is over, when the parent is interrupted, and when the parent
is gone for whatever reason (it reads the end of a pipe that only the parent holds).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from iomld.errors import IomldError, OutsideError, QueryError

__all__ = ["Limits", "report", "run_limited"]

T = TypeVar("T")
R = TypeVar("R")
_LOOK = 0.1  # seconds between two looks at the memory of the child


class Limits:
    """How far a question may go.

    :param seconds: time of the question, not of loading the data; None for no limit
    :param memory: bytes that the question may take beyond the loaded data (Linux only); None for no limit
    """

    def __init__(self, seconds: float | None = 30, memory: int | None = None) -> None:
        self.seconds = seconds
        self.memory = memory


_to_parent: Connection | None = None


def report(done: int) -> None:
    """Tell the parent how far the work has come; nothing happens outside of :func:`run_limited`."""
    if _to_parent is not None:
        _to_parent.send(("report", done))


def run_limited(
    load: Callable[[], T],
    work: Callable[[T], R],
    *,
    limits: Limits,
    progress: Callable[[int], None] = lambda done: None,
) -> R:
    """``work(load())`` in a child process; only ``work`` is limited.

    :param load: module-level function or object, as are ``work`` and what it returns (they may cross by pickle)
    :param progress: is told what the work reports
    :raises QueryError: ``query-timeout``, ``query-memory``
    :raises OutsideError: ``query-died`` where the child was ended by something else
    """
    context: Any = multiprocessing.get_context(_method())
    ours, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, ours, load, work), daemon=True)
    with _signals_end_us():
        child.start()
        theirs.close()
        try:
            answer: R = _wait(ours, child, limits, progress)
            return answer
        finally:
            child.kill()
            child.join()
            ours.close()


def _method() -> str:
    """``fork`` takes 2 ms instead of 100, and is safe so long as no other thread holds a lock."""
    alone = threading.active_count() == 1 and not {"duckdb", "pyoxigraph"} & sys.modules.keys()
    return "fork" if sys.platform == "linux" and alone else "spawn"


class _signals_end_us:  # reads as what it does
    """SIGTERM raises while we wait, so that the child is taken along."""

    def __enter__(self) -> None:
        self._before: Any = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)


def _wait(ours: Connection, child: Any, limits: Limits, progress: Callable[[int], None]) -> Any:
    deadline: float | None = None
    loaded = 0
    while True:
        left = float("inf") if deadline is None else max(0.0, deadline - time.monotonic())
        # The memory is looked at from here: an allocation that fails in the child may leave it hanging.
        if not ours.poll(min(left, _LOOK)):
            if left == 0:
                raise _too_long(limits)
            if limits.memory is not None and loaded and _memory(child.pid) - loaded > limits.memory:
                raise _too_much(limits.memory)
            continue
        try:
            kind, value = ours.recv()
        except EOFError:
            child.join()
            message = f"the process that answers ended by itself (exit code {child.exitcode})"
            raise OutsideError("query-died", message) from None
        if kind == "loaded":
            loaded = _memory(child.pid)
            deadline = None if limits.seconds is None else time.monotonic() + limits.seconds
        elif kind == "report":
            progress(value)
        elif kind == "error":
            raise value
        elif kind == "bug":
            raise RuntimeError(value)
        else:
            return value


def _too_long(limits: Limits) -> QueryError:
    return QueryError(
        "query-timeout",
        f"no answer within {limits.seconds:g} s; the query was stopped",
        hint="--timeout SECONDS gives it more, --explain shows which pattern gives many solutions",
    )


def _too_much(memory: int) -> QueryError:
    return QueryError(
        "query-memory",
        f"the query needs more than {memory / 1e6:,.0f} MB; it was stopped",
        hint="--max-memory gives it more; LIMIT, or patterns that share a variable, make it need less",
    )


def _memory(pid: int) -> int:
    """Bytes of memory in which a process now lies; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) * 1024


def _child(theirs: Connection, ours: Connection, load: Callable[[], T], work: Callable[[T], R]) -> None:
    global _to_parent
    _to_parent = theirs
    ours.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, args=(theirs,), daemon=True).start()
    try:
        loaded = load()
        theirs.send(("loaded", None))
        theirs.send(("done", work(loaded)))
    except IomldError as error:
        theirs.send(("error", error))
    except BrokenPipeError:
        pass
    except Exception as error:
        theirs.send(("bug", f"{type(error).__name__}: {error}"))


def _die_with_parent(theirs: Connection) -> None:
    try:
        theirs.recv()  # nothing is ever sent: this ends when the parent does
    except (EOFError, OSError):
        os._exit(1)
