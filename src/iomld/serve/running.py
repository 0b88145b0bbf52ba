"""Starting and stopping the server.

The ASGI stack comes with the extra ``iomld[serve]``; it enters the house through this module.
"""

from __future__ import annotations

import errno
import importlib.util
import signal
import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from iomld.errors import OutsideError
from iomld.location import SourceLocation

if TYPE_CHECKING:
    from iomld.serve.documents import Documents
    from iomld.serve.engines import Engines
    from iomld.serve.following import Following

__all__ = ["listen", "require_extra", "run"]

_PARTS = ("starlette", "uvicorn", "httptools")
_FILES = 16_384


def require_extra(*more: str) -> None:
    """Make sure that the optional parts are there.

    :param more: further parts that are wanted
    :raises OutsideError: ``serve-not-installed``
    """
    missing = [name for name in (*_PARTS, *more) if importlib.util.find_spec(name) is None]
    if missing:
        raise OutsideError(
            "serve-not-installed",
            f"serving needs {', '.join(missing)}, which {'are' if len(missing) > 1 else 'is'} not installed",
            hint="pip install 'iomld[serve]'",
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    :param port: 0 takes a free one
    :raises OutsideError: ``port-in-use``, ``address-not-usable``
    """
    place = SourceLocation(f"{host}:{port}")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
            listening.listen(1024)
        except BaseException:
            listening.close()
            raise
        return listening
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OutsideError(
                "port-in-use",
                "another program listens on this port",
                location=place,
                hint="choose another with --port; --port 0 takes a free one",
            ) from error
        raise OutsideError(
            "address-not-usable",
            f"cannot listen here: {error.strerror or error}",
            location=place,
            hint="--host 127.0.0.1 is this machine; ports below 1024 may need rights of their own",
        ) from error


def run(
    documents: Documents,
    engines: Callable[[], Engines],
    listening: socket.socket,
    *,
    rate: float = 0,
    log: Callable[[Mapping[str, object]], None] | None = None,
    following: Following | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; requests under way have five seconds to end.

    :param rate: requests a second of each client; see :func:`iomld.serve.app.application`
    :param following: renews what is served when the project changes
    """
    import uvicorn

    from iomld.serve.app import application
    from iomld.serve.connections import Connection

    config = uvicorn.Config(
        application(documents, engines, rate=rate, log=log, following=following),
        http=Connection,
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    _raise_file_limit()
    # The server takes the signals while it runs and raises them again when it has stopped: then they mean nothing more.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: None)
    uvicorn.Server(config).run(sockets=[listening])


def _raise_file_limit() -> None:
    """Let as many connections be open as the system lets us: slow ones must not keep others out."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
