"""What is told of each request: a count for the metrics, and a line for the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from iomld.serve.metrics import Metrics

__all__ = ["Account"]


class Account:
    """Takes note of requests.

    :param log: is told of each request: time, client, method, path, status, bytes, seconds, agent
    """

    def __init__(self, metrics: Metrics, log: Callable[[Mapping[str, object]], None] | None) -> None:
        self._metrics, self._log = metrics, log

    def note(
        self, *, client: str | None, method: str, path: str, status: int, size: int, began: float, agent: bytes | None
    ) -> None:
        """A request was answered.

        :param size: bytes of the body
        :param began: when it came, by :func:`time.monotonic`
        """
        seconds = time.monotonic() - began
        self._metrics.count(path, status, seconds)
        if self._log:
            self._log(
                {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "client": client,
                    "method": method,
                    "path": path,
                    "status": status,
                    "bytes": size,
                    "seconds": round(seconds, 6),
                    "agent": (agent or b"").decode("latin-1")[:200],
                }
            )
