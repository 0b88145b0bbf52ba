"""Who waits for an answer, and is called when it is there.

Calls cost a server less than futures do: it is asked thousands of times a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from iomld.serve.questions import Found

__all__ = ["Done", "Leaving", "Said", "call_at_end", "future_of"]

#: what comes of a query: its answer, None where no form suits the client, or why there is none
Said = Found | Exception | None
#: is called once
Done = Callable[[Said], None]


class Leaving(Protocol):
    """A question that is waited for."""

    def leave(self) -> None:
        """Wait no more: the work ends, and nobody is called."""


def future_of(put: Callable[[Done], Leaving]) -> asyncio.Future[Found | None]:
    """What comes of a query, for those who await it; where it is cancelled, the work ends."""
    answer: asyncio.Future[Found | None] = asyncio.get_running_loop().create_future()
    waiting = put(partial(_settle, answer))
    answer.add_done_callback(lambda answer: waiting.leave() if answer.cancelled() else None)
    return answer


def _settle(answer: asyncio.Future[Found | None], said: Said) -> None:
    if answer.done():
        return
    if isinstance(said, Exception):
        answer.set_exception(said)
    else:
        answer.set_result(said)


def call_at_end(task: asyncio.Task[Any], done: Done) -> None:
    """Call when a task has ended, unless it was cancelled."""
    task.add_done_callback(
        lambda task: None if task.cancelled() else done(cast(Exception, task.exception()) or task.result())
    )
