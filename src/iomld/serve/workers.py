"""Processes of Python that answer questions, and are ended where one takes too long: the engine knows no other way.

A worker opens the index once and answers one question after another.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from iomld.errors import IomldError
from iomld.serve.pool import Died

__all__ = ["Asked", "PythonWorker"]

Work = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Asked:
    """A question for a worker.

    :param work: module-level function of what ``load`` gave and the argument
    :param argument: crosses by pickle, as does the answer
    """

    work: Work
    argument: Any


class PythonWorker:
    """One process with the pipe to it.

    :param load: module-level function or object that gives what the questions are put to
    :param memory: bytes that it may take beyond what it loaded (Linux only)
    """

    def __init__(self, load: Callable[[], Any], memory: int | None = 2 * 10**9) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._life, life = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, life, load, memory), daemon=True)
        self._process.start()
        theirs.close()
        life.close()
        self._thread = ThreadPoolExecutor(1)
        self._is_ready = self._ended = False

    async def ready(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        if not self._is_ready:
            await self._receive()
            self._is_ready = True

    async def ask(self, asked: Asked) -> Any:
        """See :class:`iomld.serve.pool.Worker`."""
        try:
            self._ours.send(asked)
        except OSError as error:
            raise Died from error
        good, value = await self._receive()
        if good:
            return value
        if isinstance(value, tuple):
            kind, id, message, location, hint = value
            raise kind(id, message, location=location, hint=hint)
        raise RuntimeError(value)

    async def _receive(self) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._ours.recv)
        except (EOFError, OSError) as error:
            self.end()
            raise Died from error

    @property
    def alive(self) -> bool:
        """See :class:`iomld.serve.pool.Worker`."""
        return not self._ended and self._process.is_alive()

    def end(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        self._ended = True
        self._process.kill()
        self._thread.shutdown(wait=False)

    def wait(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        self._process.join()


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
