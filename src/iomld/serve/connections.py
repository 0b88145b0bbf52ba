"""Connections whose clients must not be slow: a request has a time and a size, and so has an answer that nobody reads.

Without this, a client that opens a thousand connections and sends a byte now and then is cheaper to be than to serve.
Requests that the application's shortcut takes are answered from here; to be an ASGI request costs more than they do.
"""

from __future__ import annotations

import asyncio
import re
from asyncio.events import TimerHandle
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

if TYPE_CHECKING:
    from iomld.serve.shortcut import Exchange, Shortcut

__all__ = ["Connection", "is_local", "waiting"]

_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")
_LISTS = (b"accept", b"accept-language", b"if-none-match")  # headers that we read, and that may come in several lines


def is_local(address: str) -> bool:
    """Whether an address is of this machine: then a proxy may stand there, and speak for others.

    >>> is_local("127.0.0.1"), is_local("203.0.113.7")
    (True, False)
    """
    return address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1", "")


class Connection(HttpToolsProtocol):
    """A connection of uvicorn, with limits."""

    #: seconds from the connection, or from the first byte of a later request, to its last byte
    request_seconds: ClassVar[float] = 10.0
    #: seconds in which a client that is sent an answer has to take some of it
    reading_seconds: ClassVar[float] = 30.0
    #: bytes of address and headers
    most_head: ClassVar[int] = 65_536
    #: connections without a whole request; of more, the one that waits longest is closed
    most_waiting: ClassVar[int] = 8_000
    #: connections of one address, other than of this machine
    most_of_one: ClassVar[int] = 200

    _own: ClassVar[tuple[list[tuple[bytes, bytes]], bytes]] = [], b""
    _waiting: ClassVar[dict[Connection, None]] = {}
    _of: ClassVar[Counter[str]] = Counter()
    _timer: TimerHandle | None = None
    _lingering: TimerHandle | None = None
    _head = 0  # bytes of the head that is being sent
    _number = 0  # of the request, from 1
    _begun = False  # the parser is within a request
    _in_head = False  # … and within its head
    _broken = False  # what was sent is no request, and nothing after it is read
    _first = b""  # what was received last, where it is the beginning of a request
    _taking: Exchange | None = None  # takes the request that is being sent
    _under_way: Exchange | None = None  # was not answered yet
    _last = False  # the server stops: what is under way is the last

    def __init__(self, config: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(config, *arguments, **options)
        self._shortcut: Shortcut | None = getattr(config.app, "shortcut", None)
        self._trusted: Any = getattr(config.loaded_app, "trusted_hosts", ())  # proxies that speak for their clients

    def connection_made(self, transport: Any) -> None:
        """Begin the time of the first request."""
        self._direct = transport
        self._gathering = _Gathering(transport, self.loop)
        gathering: Any = self._gathering
        super().connection_made(gathering)
        self._host = self.client[0] if self.client else ""
        self._of[self._host] += 1
        if self._of[self._host] > self.most_of_one and not is_local(self._host):
            transport.abort()
            return
        self._start_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._of[self._host] -= 1
        if not self._of[self._host]:
            del self._of[self._host]
        self._done_waiting()
        if self._lingering:
            self._lingering.cancel()
        if self._under_way:
            self._under_way.leave()
        super().connection_lost(exc)

    def _start_waiting(self) -> None:
        if self._timer is None:
            self._waiting[self] = None
            if len(self._waiting) > self.most_waiting:
                next(iter(self._waiting))._abort()
            self._timer = self.loop.call_later(self.request_seconds, self._too_slow)

    def _done_waiting(self) -> None:
        self._waiting.pop(self, None)
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self.flow.read_paused:  # it is us who are slow
            self._start_waiting()
        else:
            self._abort()

    def _abort(self) -> None:
        self._done_waiting()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes; those that end a request end its time."""
        if self._broken:
            return
        if not self._begun and self._takes_over():
            if self._at_once(data):
                return
            self._first = data
        self._unset_keepalive_if_required()
        number = self._number + (not self._begun)  # of the head that these bytes belong to
        self._feed(data)
        self._first = b""
        if self._in_head and self._number == number:  # and nothing else; its headers are told when they end
            self._head += len(data)
            if self._head > self.most_head:
                self.send_400_response("")
        if self.transport.is_closing():
            return
        # Bytes that begin no request, as line breaks may, are held to the same time as those that do.
        if not self._broken and (self._begun or (self._is_idle() and self.timeout_keep_alive_task is None)):
            self._start_waiting()
        elif self._timer:
            self._done_waiting()

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self.parser.get_method() == b"CONNECT":
                self.send_400_response("this server builds no tunnels")
                return
            # The offer of another protocol is ignored (RFC 9110, section 7.8): the request is read anew without it.
            kept = [header for header in self.headers if header[0] not in (b"upgrade", b"http2-settings")]
            lines = b"".join([b"%b: %b\r\n" % header for header in kept])
            head = b"%b %b HTTP/1.1\r\n%b\r\n" % (self.parser.get_method(), self.url, lines)
            self.parser = httptools.HttpRequestParser(self)
            self._feed(head + data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("what was sent is no HTTP request")

    def _at_once(self, data: bytes) -> bool:
        """Whether the bytes are a request with a head that was read before; then they need not be parsed."""
        shortcut = self._shortcut
        found = shortcut.heads.find(data) if shortcut else None
        if shortcut is None or found is None:
            return False
        usual, body = found
        self._under_way = exchange = shortcut.take(self, self._speaks_for(usual.forwarded), usual)
        if exchange is None:
            return False
        self._unset_keepalive_if_required()
        if self._timer:
            self._done_waiting()
        exchange.add(body)
        exchange.begin()
        return True

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head, self._begun, self._in_head = 0, True, True
        self._number += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head of a request is whole: what the shortcut takes does not come to the application."""
        self._in_head = False
        if self.parser.should_upgrade():
            return
        self._check_headers()
        parser, first, self._first = self.parser, self._first, b""
        if self._shortcut and self._takes_over() and parser.get_http_version() == "1.1" and parser.should_keep_alive():
            method = parser.get_method()
            usual = self._shortcut.read(method, self.url, self.headers)
            if usual:
                self._taking = self._shortcut.take(self, self._speaks_for(usual.forwarded), usual)
                if self._taking:
                    self._under_way = self._taking
                    if first:
                        self._shortcut.heads.keep(first, method, self.url, usual)
                    return
        super().on_headers_complete()

    def _check_headers(self) -> None:
        """Have a head of usual size, each list in one line (RFC 9110, section 5.3), and one host (RFC 9112, 3.2)."""
        headers = self.headers
        self._head = len(self.url) + sum([len(name) + len(value) for name, value in headers])
        if self._head > self.most_head:
            raise ValueError("the head of the request is too large")  # ends the parser's work
        hosts = [value for name, value in headers if name == b"host"]
        if (len(hosts) != 1 and self.parser.get_http_version() == "1.1") or not all(map(_HOST.fullmatch, hosts)):
            raise ValueError("a request has one host")
        if len({name for name, _ in headers}) == len(headers):
            return
        for list_name in _LISTS:
            values = [value for name, value in headers if name == list_name]
            if len(values) > 1:
                headers[:] = [header for header in headers if header[0] != list_name]
                headers.append((list_name, b", ".join(values)))

    def _is_idle(self) -> bool:
        """Whether no request is still to be answered."""
        return self._under_way is None and (self.cycle is None or self.cycle.response_complete) and not self.pipeline

    def _takes_over(self) -> bool:
        """Whether the next request may be answered at once: none is before it, and the client reads what it is sent."""
        return self._is_idle() and not self.flow.write_paused

    def _speaks_for(self, forwarded: bytes | None) -> str:
        """The address of the client: that of the other side, or the one that a trusted proxy names."""
        if forwarded and self._host in self._trusted:
            named: str = self._trusted.get_trusted_client_address(forwarded.decode("latin-1"))[0]
            return named or self._host
        return self._host

    def on_body(self, body: bytes) -> None:
        """A piece of the body of a request."""
        if self._taking:
            self._taking.add(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
        if self.parser.should_upgrade():
            return
        self._begun = False
        taken, self._taking = self._taking, None
        if taken:
            taken.begin()
        else:
            super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if self._under_way:  # answers come in the order of the requests
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))
        else:
            super()._start_asgi_task(cycle, app)

    def reply(self, status: int, head: bytes, body: bytes) -> None:
        """See :class:`iomld.serve.shortcut.Connected`."""
        self._under_way = None
        if self._direct.is_closing():
            return
        own = self._own_lines()
        end = b"connection: close\r\n\r\n" if self._last else b"\r\n"
        self._gathering.flush()  # what the application answered before goes first
        self._direct.write(b"".join((STATUS_LINE[status], own, head, end, body)))
        if self._last:
            self.transport.close()
        self.on_response_complete()

    def _own_lines(self) -> bytes:
        """Lines of the headers that the server adds, which it makes anew once in a second."""
        headers, lines = self._own
        now = self.server_state.default_headers
        if headers is not now:
            lines = b"".join([b"%b: %b\r\n" % header for header in now])
            Connection._own = now, lines
        return lines

    def shutdown(self) -> None:
        """The server stops."""
        if self._under_way:
            self._last = True
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or one with too large a head (RFC 6585, section 5).

        Requests before it are answered first, and then nothing more is said.
        """
        self._broken = True
        in_body = self._begun and not self._in_head
        before = bool(self.pipeline) or (not self._is_idle() and not in_body)
        if in_body and before:
            self.transport.abort()  # the application waits for what will not come
        elif self.pipeline:
            self.pipeline[0][0].keep_alive = False
        elif before and self._under_way:
            self._last = True
        elif before:
            self.cycle.keep_alive = False
        elif self._head > self.most_head:
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()
        else:
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        """The client does not read what is sent."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._lingering:
            self._lingering.cancel()
            self._lingering = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for a while; what was answered may still be on its way."""
        if self._direct.get_write_buffer_size():
            self._watch_reader()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().timeout_keep_alive_handler()

    def _watch_reader(self) -> None:
        """Give a client up that takes nothing of what it is sent."""
        if self._lingering is None:
            size = self._direct.get_write_buffer_size()
            self._lingering = self.loop.call_later(self.reading_seconds, self._look_at_reader, size)

    def _look_at_reader(self, before: int) -> None:
        self._lingering = None
        now = self._direct.get_write_buffer_size()
        if now >= before:
            self.transport.abort()
        elif now:
            self._watch_reader()


class _Gathering:
    """A transport that sends what is written in one turn of the loop at once: head and body of an answer."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._pieces: list[bytes] = []
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self.flush)
        self._pieces.append(data)

    def flush(self) -> None:
        """Send what was written."""
        if self._pieces:
            pieces, self._pieces = self._pieces, []
            self._transport.writelines(pieces)

    def close(self) -> None:
        self.flush()
        self._transport.close()


def waiting() -> int:
    """How many connections have no whole request."""
    return len(Connection._waiting)
