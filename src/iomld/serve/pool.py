"""Whose question is answered next, and which is stopped so that others have their turn.

A question is put to a worker that is free. Where none is, the client that has had least of the workers' time lately
comes first, and a question that has had its turn already may be stopped for one that waits, by ending its worker.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from iomld.errors import OutsideError, QueryError

__all__ = ["Died", "Pool", "TooBusy", "Worker"]

_TURN = 0.5  # seconds that a question has before it may be stopped for others
_PATIENCE = 0.2  # seconds after which it is looked whom to stop
_HALF_LIFE = 20.0  # seconds after which half of the time that a client has had is forgotten
_HINT = "ask for less: LIMIT, or patterns that share a variable"


class TooBusy(Exception):
    """As many questions wait as may."""


class Died(Exception):
    """The worker ended before it had answered."""


class Worker(Protocol):
    """Something that answers one question at a time and can be ended at any moment."""

    async def ready(self) -> None:
        """Wait until it can answer.

        :raises Died: it ended before
        """

    async def ask(self, asked: Any) -> Any:
        """The answer.

        :raises Died: the worker ended
        """

    @property
    def alive(self) -> bool:
        """Whether it can answer another question."""

    def end(self) -> None:
        """End it at once; a question that it works on fails."""

    def wait(self) -> None:
        """Wait until it has ended."""


@dataclass(eq=False)
class _Turn:
    client: str
    number: int
    ready: asyncio.Future[Worker]
    worker: Worker | None = None
    began: float = 0
    stopped: str | None = None


@dataclass
class _Use:
    """Seconds of the workers' time, forgotten by halves."""

    seconds: float = 0
    at: float = 0
    waiting: int = 0

    def now(self, time: float) -> float:
        return self.seconds * math.exp2((self.at - time) / _HALF_LIFE)


class Pool:
    """Some workers and a queue.

    :param make: starts a worker
    :param workers: questions worked on at a time; one worker more stands ready to take the place of one that is ended
    :param seconds: time for each question
    :param waiting: questions that may wait for a free worker
    """

    def __init__(self, make: Callable[[], Worker], *, workers: int = 2, seconds: float = 30, waiting: int = 64) -> None:
        self._make, self._most, self._seconds, self._most_waiting = make, workers, seconds, waiting
        self._free: list[Worker] = [make()]
        self._waiting: list[_Turn] = []
        self._running: list[_Turn] = []
        self._uses: dict[str, _Use] = {}
        self._numbers = itertools.count()
        self._closed = False
        self.stopped = 0  # questions stopped so far

    @property
    def closed(self) -> bool:
        """Whether it answers nothing any more."""
        return self._closed

    @property
    def load(self) -> tuple[int, int]:
        """How many questions are worked on, and how many wait."""
        return len(self._running), len(self._waiting)

    async def ask(self, asked: Any, client: str = "") -> Any:
        """The answer to a question.

        :param client: who asks; clients have their turns fairly
        :raises TooBusy: at once, where too many wait already
        :raises QueryError: ``query-timeout``, and those of the work
        :raises OutsideError: ``query-died``
        """
        loop = asyncio.get_running_loop()
        turn = _Turn(client, next(self._numbers), loop.create_future())
        self._queue(turn)
        try:
            worker = await turn.ready
            await worker.ready()
            turn.began = loop.time()
            timer = loop.call_later(self._seconds, self._stop, turn, f"no answer within {self._seconds:g} s")
            try:
                return await worker.ask(asked)
            finally:
                timer.cancel()
        except Died as error:
            if turn.stopped:
                raise QueryError("query-timeout", f"{turn.stopped}; the query was stopped", hint=_HINT) from error
            raise OutsideError(
                "query-died", "the process that answers ended; the query may need more memory than it may have"
            ) from error
        except asyncio.CancelledError:
            if turn.worker:  # who asked went away
                turn.worker.end()
            raise
        finally:
            self._give_back(turn)

    def _queue(self, turn: _Turn) -> None:
        use = self._uses.setdefault(turn.client, _Use())
        if len(self._running) >= self._most and len(self._waiting) >= self._most_waiting:
            # Who asks much gives way to who asks little.
            greedy = max(self._waiting, key=lambda other: (self._uses[other.client].waiting, other.number))
            if self._uses[greedy.client].waiting <= use.waiting + 1:
                raise TooBusy
            greedy.ready.set_exception(TooBusy())
            self._leave(greedy)
        use.waiting += 1
        self._waiting.append(turn)
        self._next()
        if turn.worker is None:
            asyncio.get_running_loop().call_later(_PATIENCE, self._press, turn)

    def _leave(self, turn: _Turn) -> None:
        self._waiting.remove(turn)
        self._uses[turn.client].waiting -= 1

    def _next(self) -> None:
        time = asyncio.get_running_loop().time()
        while self._waiting and len(self._running) < self._most and not self._closed:
            turn = self._waiting[0]
            if len(self._waiting) > 1:
                turn = min(self._waiting, key=lambda one: (self._recent(one.client, time), one.number))
            self._leave(turn)
            if turn.ready.done():
                continue
            turn.worker = self._take()
            turn.began = time
            self._running.append(turn)
            if not self._free:
                self._free.append(self._make())
            turn.ready.set_result(turn.worker)

    def _take(self) -> Worker:
        while self._free:
            worker = self._free.pop()
            if worker.alive:
                return worker
        return self._make()

    def _recent(self, client: str, time: float) -> float:
        under_way = sum(time - turn.began for turn in self._running if turn.client == client)
        return round(self._uses[client].now(time) + under_way, 1)

    def _press(self, turn: _Turn) -> None:
        """Stop what has run longest, where somebody waits who has had less."""
        if turn not in self._waiting:
            return
        loop = asyncio.get_running_loop()
        time, mine = loop.time(), self._recent(turn.client, loop.time())
        long = [
            other
            for other in self._running
            if not other.stopped
            and time - other.began >= _TURN
            and other.client != turn.client
            and self._recent(other.client, time) > 2 * mine  # who had about as much is left alone
        ]
        if long:
            other = min(long, key=lambda one: one.began)
            self._stop(other, f"others waited after {time - other.began:.1f} s")
        loop.call_later(_PATIENCE, self._press, turn)

    def _stop(self, turn: _Turn, why: str) -> None:
        turn.stopped = why
        self.stopped += 1
        if turn.worker:
            turn.worker.end()

    def _give_back(self, turn: _Turn) -> None:
        if turn in self._waiting:  # the client went away
            self._leave(turn)
        if turn.worker is not None:
            time = asyncio.get_running_loop().time()
            use = self._uses[turn.client]
            use.seconds, use.at = use.now(time) + time - turn.began, time
            self._running.remove(turn)
            if turn.worker.alive:
                self._free.append(turn.worker)
            elif not self._closed and len(self._free) <= self._most:
                self._free.insert(0, self._make())
            self._forget(time)
        self._next()

    def _forget(self, time: float) -> None:
        if len(self._uses) > 10_000:
            kept = {turn.client for turn in (*self._running, *self._waiting)}
            self._uses = {one: use for one, use in self._uses.items() if one in kept or use.now(time) > 0.1}

    def close(self) -> None:
        """End all workers."""
        self._closed = True
        workers = [*self._free, *(turn.worker for turn in self._running if turn.worker)]
        for worker in workers:
            worker.end()
        for worker in workers:
            worker.wait()
