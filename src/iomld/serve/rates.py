"""How much a client may ask for in a time: a bucket of tokens for each, filled steadily."""

from __future__ import annotations

import time
from collections.abc import Callable

from iomld.serve.connections import is_local

__all__ = ["Rates"]

_BURST = 5.0  # seconds' worth of requests that may come at once
_MOST = 10_000  # clients remembered


class Rates:
    """Requests a second of each client, on average; clients on this machine itself are not counted.

    :param most: requests a second; 0 sets no limit
    """

    def __init__(self, most: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens left, and when that was

    def allows(self, client: str) -> bool:
        """Whether a request of this client is within the rate; it is counted."""
        if not self._most or is_local(client):
            return True
        now = self._clock()
        tokens, at = self._buckets.get(client, (self._most * _BURST, now))
        tokens = min(self._most * _BURST, tokens + (now - at) * self._most)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > _MOST:
            # A bucket that is full again says nothing.
            self._buckets = {one: kept for one, kept in self._buckets.items() if now - kept[1] < _BURST}
            if len(self._buckets) > _MOST:
                self._buckets.clear()
        return allowed
