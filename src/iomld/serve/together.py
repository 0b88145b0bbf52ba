"""Short questions, answered side by side by one process, whose warm cache they share.

A process that answers many cannot be made to stop one of them. So a question has a turn here, and where it takes
longer, it is put anew to a process of its own, under the limits of :class:`iomld.serve.pool.Pool`; the process that
still works on it is ended, another stands ready, and whoever else was asking is asked for again there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from iomld.serve.channel import AnswerTooLong, Channel, Reply
from iomld.serve.oxigraph import Process, Wording
from iomld.serve.pool import Died, Pool, TooBusy
from iomld.serve.problems import Refused
from iomld.serve.questions import Sparql, too_long
from iomld.serve.waiting import Done, Leaving, Said, call_at_end

__all__ = ["Together"]

_TURN = 0.25  # seconds that a question has here
_LOOK = 0.05  # seconds between looks at whose turn is over
_TRIES = 3  # how often a question is put here; whoever else was asking may have had the process ended
_APART = 5.0  # seconds after a long question in which all questions of its client are put alone
_MOST_APART = 10_000  # clients remembered
_STARTS = 3  # processes that may fail one after another to start


@dataclass(eq=False, slots=True)
class _Turn:
    asked: Sparql
    client: str
    done: Done | None  # None: whoever asked was told, or went away
    began: float = 0
    tries: int = 0
    channel: Channel | None = None
    alone: asyncio.Task[Any] | None = None

    def leave(self) -> None:
        """See :class:`iomld.serve.waiting.Leaving`."""
        self.done = None
        if self.alone:
            self.alone.cancel()

    def settle(self, said: Said) -> None:
        """Tell whoever asked, if nobody did."""
        done, self.done = self.done, None
        if done:
            done(said)


class Together:
    """The process, and who waits for it.

    :param make: starts a process
    :param wording: how questions are put to it
    :param alone: where long questions go
    :param most: questions under way at a time
    :param waiting: questions that may wait
    """

    def __init__(
        self, make: Callable[[], Process], wording: Wording, alone: Pool, *, most: int = 4, waiting: int = 64
    ) -> None:
        self._make, self._wording, self._alone = make, wording, alone
        self._most, self._most_waiting = most, waiting
        self._free: list[Channel] = []
        self._running: dict[_Turn, None] = {}
        self._waiting: dict[str, deque[_Turn]] = {}  # by client, the one whose turn is next first
        self._count = 0  # of those that wait
        self._apart: dict[str, float] = {}  # until when
        self._failed = 0
        self._looking: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._process, self._next = make(), make()
        self._opening = self._loop.create_task(self._open(self._process))
        self.stopped = 0  # questions that took longer than their turn

    @property
    def load(self) -> tuple[int, int]:
        """How many questions are worked on, and how many wait."""
        return len(self._running), self._count

    def put(self, asked: Sparql, client: str, done: Done) -> Leaving:
        """Have a question answered.

        :param done: is called with what :meth:`iomld.serve.pool.Pool.ask` gives or raises, but not before this returns
        :raises TooBusy: at once, where too many wait already
        """
        turn = _Turn(asked, client, done)
        if self._failed >= _STARTS or (self._apart and self._apart.get(client, 0) > self._loop.time()):
            self._put_alone(turn)
        elif not self._count and (channel := self._take()):
            self._send(turn, channel)
        else:
            if self._count >= self._most_waiting:
                self._make_room(client)
            self._waiting.setdefault(client, deque()).append(turn)
            self._count += 1
            self._serve()
        return turn

    def _make_room(self, client: str) -> None:
        """Who asks much gives way to who asks little."""
        greedy = max(self._waiting.values(), key=len)
        if len(greedy) <= len(self._waiting.get(client, ())) + 1:
            raise TooBusy
        self._count -= 1
        greedy.pop().settle(TooBusy())

    async def _open(self, process: Process) -> None:
        """Connect to a process; the first connection serves before the others are there."""
        while len(self._free) + len(self._running) < self._most:
            try:
                channel = await process.connect()
            except Died:
                self._fail(process)
                return
            if process is not self._process:
                channel.leave()
                return
            self._failed = 0
            self._free.append(channel)
            self._serve()

    def _fail(self, process: Process) -> None:
        """A process did not start: try the next one, but not for ever."""
        if process is not self._process:
            return
        self._failed += 1
        if self._failed < _STARTS:
            self._exchange([])
            return
        for turn in self._emptied():
            self._put_alone(turn)

    def _emptied(self) -> list[_Turn]:
        """Those that waited; nobody waits any more."""
        turns = [turn for turns in self._waiting.values() for turn in turns]
        self._waiting.clear()
        self._count = 0
        return turns

    def _take(self) -> Channel | None:
        """A free connection. The server closes those that are idle for a minute; they are opened again."""
        closed = False
        while self._free:
            channel = self._free.pop()
            if not channel.closed:
                return channel
            closed = True
        if closed and self._opening.done():
            self._opening = self._loop.create_task(self._open(self._process))
        return None

    def _serve(self) -> None:
        """Clients in turns, as long as connections are free."""
        while self._count and (channel := self._take()):
            client = next(iter(self._waiting))
            turns = self._waiting.pop(client)
            turn = turns.popleft()
            self._count -= 1
            if turns:
                self._waiting[client] = turns  # behind the others
            if turn.done is None:
                self._free.append(channel)
            else:
                self._send(turn, channel)

    def _send(self, turn: _Turn, channel: Channel) -> None:
        turn.began, turn.channel = self._loop.time(), channel
        turn.tries += 1
        self._running[turn] = None
        if self._looking is None:
            self._looking = self._loop.call_later(_LOOK, self._look)
        channel.send(self._wording.request(turn.asked), partial(self._said, turn))

    def _said(self, turn: _Turn, said: Reply | Exception) -> None:
        channel, turn.channel = turn.channel, None
        self._running.pop(turn, None)
        if isinstance(said, Reply):
            if channel is not None and not channel.closed:
                self._free.append(channel)
            try:
                found: Said = self._wording.answer(turn.asked, said)
            except Exception as error:
                found = error
            turn.settle(found)
            self._serve()
        elif isinstance(said, AnswerTooLong):
            turn.settle(too_long())
            self._exchange([])  # it would go on to write
        else:
            self._put_alone(turn)  # the process died of this one or another; alone, each dies of its own
            self._exchange([])

    def _look(self) -> None:
        """See whose turn is over."""
        self._looking = None
        over = [turn for turn in self._running if self._loop.time() - turn.began > _TURN]
        if over:
            self._exchange(over)
        if self._running or self._count:
            self._looking = self._loop.call_later(_LOOK, self._look)

    def _exchange(self, over: list[_Turn]) -> None:
        """End the process and go on with the next; what had not had its turn is asked for again."""
        if self._alone.closed:
            return
        old, self._process, self._next = self._process, self._next, self._make()
        running, self._running = list(self._running), {}
        for channel in (*self._free, *(turn.channel for turn in running)):
            if channel is not None:
                channel.leave()
        self._free.clear()
        old.end()
        self._opening.cancel()
        self._opening = self._loop.create_task(self._open(self._process))
        for turn in running:
            turn.channel = None
            if turn in over:
                self.stopped += 1
                self._put_apart(turn.client)
            if turn in over or turn.tries >= _TRIES:
                self._put_alone(turn)
            elif turn.done:
                self._waiting.setdefault(turn.client, deque()).appendleft(turn)
                self._count += 1
        self._loop.run_in_executor(None, old.wait)

    def _put_apart(self, client: str) -> None:
        time = self._loop.time()
        self._apart[client] = time + _APART
        if len(self._apart) > _MOST_APART:
            self._apart = {one: until for one, until in self._apart.items() if until > time}

    def _put_alone(self, turn: _Turn) -> None:
        """Put a question to a process of its own."""
        if turn.done is None:
            return
        began = self._loop.time()

        def end(said: Said) -> None:
            if self._loop.time() - began > _TURN:
                self._put_apart(turn.client)
            turn.settle(said)

        turn.alone = self._loop.create_task(self._alone.ask(turn.asked, turn.client))
        call_at_end(turn.alone, end)

    def close(self) -> None:
        """End all of it; who waits is told."""
        self._opening.cancel()
        if self._looking:
            self._looking.cancel()
        for turn in (*self._running, *self._emptied()):
            if turn.channel:
                turn.channel.leave()
            turn.settle(Refused(503, "stopping", "the server stops, or renews its data"))
        self._running.clear()
        for process in (self._process, self._next):
            process.end()
            process.wait()
