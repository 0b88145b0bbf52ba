"""Processes that answer questions, and are ended where a question takes too long: the engine knows no other way.

A worker opens the index once and answers one question after another. The pool hands each question to a worker that is
free; questions beyond the length of its queue are turned away.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from iomld.errors import IomldError, OutsideError, QueryError

__all__ = ["Asked", "Pool", "TooBusy"]

Work = Callable[[Any, Any], Any]


class TooBusy(Exception):
    """All workers are at work, and as many questions wait as may."""


@dataclass(frozen=True)
class Asked:
    """A question for a worker.

    :param work: module-level function of what ``load`` gave and the argument
    :param argument: crosses by pickle, as does the answer
    """

    work: Work
    argument: Any


class _Worker:
    """One process with the pipe to it; made anew after each end."""

    def __init__(self, load: Callable[[], Any], memory: int | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._life, life = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, life, load, memory), daemon=True)
        self._process.start()
        theirs.close()
        life.close()
        self._ready = False

    def ask(self, asked: Asked, seconds: float) -> Any:
        """The answer; blocks. After an error other than of the question itself, the worker is dead."""
        try:
            if not self._ready:
                self._ready = self._ours.poll(60) and self._ours.recv() is None
                if not self._ready:
                    raise EOFError
            self._ours.send(asked)
            if not self._ours.poll(seconds):
                self.end()
                raise QueryError(
                    "query-timeout",
                    f"no answer within {seconds:g} s; the query was stopped",
                    hint="ask for less: LIMIT, or patterns that share a variable",
                )
            good, value = self._ours.recv()
        except (EOFError, OSError) as error:
            self.end()
            raise OutsideError(
                "query-died", "the process that answers ended; the query may need more memory than it may have"
            ) from error
        if good:
            return value
        if isinstance(value, tuple):
            kind, id, message, location, hint = value
            raise kind(id, message, location=location, hint=hint)
        raise RuntimeError(value)

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        self._process.kill()
        self._process.join()


class Pool:
    """Some workers and a queue.

    :param load: module-level function or object that gives what the questions are put to
    :param seconds: time for each question
    :param waiting: questions that may wait for a free worker
    :param memory: bytes that a worker may take beyond what it loaded (Linux only)
    """

    def __init__(
        self,
        load: Callable[[], Any],
        *,
        workers: int = 2,
        seconds: float = 30,
        waiting: int = 32,
        memory: int | None = 2 * 10**9,
    ) -> None:
        self._load, self._seconds, self._memory = load, seconds, memory
        self._most = workers + waiting
        self._under_way = 0
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers = [_Worker(load, memory) for _ in range(workers)]
        for worker in self._workers:
            self._free.put_nowait(worker)

    async def ask(self, asked: Asked) -> Any:
        """The answer to a question.

        :raises TooBusy: at once, where too many wait already
        :raises QueryError: ``query-timeout``, and those of the work
        """
        if self._under_way >= self._most:
            raise TooBusy
        self._under_way += 1
        try:
            worker = await self._free.get()
            task = asyncio.ensure_future(asyncio.to_thread(worker.ask, asked, self._seconds))
            try:
                # A client that goes away leaves the worker at its work: only its end frees it.
                return await asyncio.shield(task)
            finally:
                task.add_done_callback(lambda done: self._release(worker, done))
        finally:
            self._under_way -= 1

    def _release(self, worker: _Worker, done: asyncio.Future[Any]) -> None:
        if not done.cancelled():
            done.exception()  # it was told to whoever asked
        if not worker.alive:
            self._workers.remove(worker)
            worker = _Worker(self._load, self._memory)
            self._workers.append(worker)
        self._free.put_nowait(worker)

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()


def _serve(pipe: Connection, life: Connection, load: Callable[[], Any], memory: int | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is told, and ends us
    threading.Thread(target=_die_with_parent, args=(life,), daemon=True).start()
    loaded = load()
    if memory is not None:
        _limit(memory)
    pipe.send(None)
    while True:
        try:
            asked: Asked = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, Any] = (True, asked.work(loaded, asked.argument))
        except IomldError as error:
            answer = (False, (type(error), error.id, error.message, error.location, error.hint))
        except MemoryError:
            os.abort()
        except Exception as error:  # a bug of ours must not end the worker without a word
            answer = (False, f"{type(error).__name__}: {error}")
        pipe.send(answer)


def _die_with_parent(life: Connection) -> None:
    try:
        life.recv()  # nothing is ever sent: this ends when the server does
    except (EOFError, OSError):
        os._exit(1)


def _limit(memory: int) -> None:
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            used = next(int(line.split()[1]) for line in status if line.startswith("VmData")) * 1024
    except OSError:
        return
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (used + memory, used + memory))
