"""What the server did, for a Prometheus to read.

Source: Prometheus, text-based exposition format, version 0.0.4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iomld.serve.engines import Load


__all__ = ["Metrics", "kind_of"]

_BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0)
_KINDS = {"sparql": "sparql", "api": "query", "reconcile": "reconciliation", "search": "search"}


@lru_cache(4096)
def kind_of(path: str) -> str:
    """What a path is counted as.

    >>> kind_of("/api/processes.csv"), kind_of("/doc/id/process/igc.ttl")
    ('query', 'document')
    """
    return _KINDS.get(path[1:].partition("/")[0].partition(".")[0], "document")


class Metrics:
    """Counts since the start."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, int], int] = {}
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def count(self, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        kind = kind_of(path)
        self._requests[kind, status] = self._requests.get((kind, status), 0) + 1
        times = self._times.setdefault(kind, [0] * (len(_BOUNDS) + 1))
        times[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[kind] = self._seconds.get(kind, 0) + seconds

    def text(self, pools: Mapping[str, Load], **gauges: float) -> str:
        """All of it; ``gauges`` are told by their names."""
        lines = ["# TYPE iomld_requests_total counter"]
        lines += [
            f'iomld_requests_total{{kind="{kind}",status="{status}"}} {count}'
            for (kind, status), count in sorted(self._requests.items())
        ]
        lines.append("# TYPE iomld_request_seconds histogram")
        for kind, times in sorted(self._times.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, "+Inf"), times, strict=True):
                total += count
                lines.append(f'iomld_request_seconds_bucket{{kind="{kind}",le="{bound}"}} {total}')
            lines.append(f'iomld_request_seconds_sum{{kind="{kind}"}} {self._seconds[kind]:.6f}')
            lines.append(f'iomld_request_seconds_count{{kind="{kind}"}} {total}')
        lines += ["# TYPE iomld_queries gauge", "# TYPE iomld_queries_stopped_total counter"]
        for name, pool in pools.items():
            running, waiting = pool.load
            lines.append(f'iomld_queries{{engine="{name}",state="running"}} {running}')
            lines.append(f'iomld_queries{{engine="{name}",state="waiting"}} {waiting}')
            lines.append(f'iomld_queries_stopped_total{{engine="{name}"}} {pool.stopped}')
        for name, value in gauges.items():
            lines += [f"# TYPE iomld_{name} gauge", f"iomld_{name} {value}"]
        return "\n".join(lines) + "\n"
