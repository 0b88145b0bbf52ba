"""Asking others over HTTP, and no further than allowed.

Everything that iomld asks of a SPARQL endpoint or another service goes through :class:`Remote`: a time limit for the
answer as a whole, a limit on its size, a bounded number of attempts that heeds ``Retry-After``, a polite agent string,
credentials that no redirection carries elsewhere. SPARQLWrapper builds the SPARQL requests: POST, and content
negotiation only.

Source: SPARQL 1.1 Protocol, section 2.1; RFC 9110, sections 10.2.3 (Retry-After) and 15.
"""

from __future__ import annotations

import email.utils
import queue
import random
import re
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from iomld import __version__
from iomld.errors import OutsideError, UsageError

__all__ = ["AGENT", "Refused", "Remote", "Reply", "excerpt"]

AGENT = f"iomld/{__version__} (+https://w3id.org/iomld/)"
_AGAIN = (429, 502, 503, 504)


class Reply(NamedTuple):
    """The bytes of an answer, and its media type without parameters."""

    body: bytes
    type: str


class Refused(OutsideError):
    """A status that is no answer.

    :ivar status: of HTTP; 0 where it is not known
    :ivar said: the beginning of what came with it, as plain text
    """

    status: int = 0
    said: str = ""


class Remote:
    """Somebody elsewhere, and how far to go with them.

    :param url: http or https
    :param size: bytes of one answer
    :param attempts: how often one thing is asked, where the first attempt may have failed by chance
    :param authorization: value of the header ``Authorization``
    :param hints: what to do about an error, by its id: the caller knows the options by which its user can do so
    :param again: statuses after which another attempt may go better
    :param sleep: what waits between attempts
    :raises UsageError: ``remote-address``
    """

    def __init__(
        self,
        url: str,
        *,
        size: int,
        attempts: int = 4,
        authorization: str | None = None,
        hints: Mapping[str, str] | None = None,
        again: tuple[int, ...] = _AGAIN,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            message = f"“{url}” is no address that can be asked"
            raise UsageError("remote-address", message, hint="give http:// or https://")
        self.url = url
        self._size = size
        self._attempts = attempts
        self._authorization = authorization
        self._hints = hints or {}
        self._again = again
        self._sleep = sleep

    def sparql(self, query: str, *, form: str = "SELECT", seconds: float | None) -> Reply:
        """The answer to a query; its type is for the caller to check.

        :param form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``: what is asked for in ``Accept``
        :param seconds: for the answer as a whole, its attempts and pauses included; None for no limit
        :raises OutsideError: ``remote-unreachable``, ``remote-timeout``, ``remote-refused`` (:class:`Refused`),
            ``remote-too-large``, ``remote-malformed``
        """
        return self._ask(lambda left: self._sparql(query, form, left), seconds)

    def fetch(self, body: bytes | None = None, *, accept: str = "application/json", seconds: float | None) -> Reply:
        """The answer to a GET, or to a POST of a form.

        :param body: of the form; None for GET
        :raises OutsideError: as :meth:`sparql`
        """
        return self._ask(lambda left: self._fetch(body, accept, left), seconds)

    def _sparql(self, query: str, form: str, seconds: float) -> Any:
        """The one place where SPARQLWrapper is called."""
        import SPARQLWrapper

        authorization = self._authorization

        class Wrapper(SPARQLWrapper.SPARQLWrapper):
            def _createRequest(self) -> Any:
                request = super()._createRequest()
                if authorization:
                    request.add_unredirected_header("Authorization", authorization)
                return request

        wrapper = Wrapper(self.url, agent=AGENT)
        wrapper.setTimeout(max(1, int(seconds + 0.999)))
        wrapper.setMethod(SPARQLWrapper.POST)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(query)
        wrapper.queryType = form  # its own guess is made by regular expressions
        wrapper.setReturnFormat(SPARQLWrapper.JSON if form in ("SELECT", "ASK") else SPARQLWrapper.TURTLE)
        return wrapper.query().response

    def _fetch(self, body: bytes | None, accept: str, seconds: float) -> Any:
        import urllib.request

        request = urllib.request.Request(self.url, body, {"User-Agent": AGENT, "Accept": accept})
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)
        return urllib.request.urlopen(request, timeout=max(0.1, seconds))

    def _ask(self, request: Callable[[float], Any], seconds: float | None) -> Reply:
        until = None if seconds is None else time.monotonic() + seconds

        def left() -> float:
            return 3600.0 if until is None else until - time.monotonic()

        for attempt in range(1, self._attempts + 1):
            try:
                return self._once(request, seconds, left)
            except _Again as again:
                pause = again.pause if again.pause is not None else min(2.0**attempt, 10) * random.uniform(0.25, 0.5)
                if attempt == self._attempts or pause >= left():
                    raise self._gives_up(again, attempt, left()) from again
                self._sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, request: Callable[[float], Any], seconds: float | None, left: Callable[[], float]) -> Reply:
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError

        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        try:
            if left() <= 0:
                raise TimeoutError
            with _in_time(lambda: request(left()), left()) as response:
                return Reply(self._read(response, left), response.headers.get_content_type())
        except HTTPError as error:
            if error.code in self._again:
                pause = _pause(error.headers.get("Retry-After"))
                raise _Again("remote-refused", f"answers {error.code} {error.reason}", pause) from error
            raise self._refused(error.code, str(error.reason), error.read(2000)) from error
        except SPARQLWrapperException as error:
            status, body = _unwrapped(error)
            if status in self._again:
                raise _Again("remote-refused", f"answers {status}", None) from error
            raise self._refused(status, type(error).__name__, body) from error
        except (TimeoutError, URLError) as error:
            if isinstance(error, TimeoutError) or isinstance(error.reason, TimeoutError):
                raise self._error("remote-timeout", f"gives no whole answer within {seconds or 0:.3g} s") from error
            raise self._error("remote-unreachable", f"cannot be reached: {error.reason}") from error
        except (HTTPException, ConnectionError) as error:
            raise _Again("remote-unreachable", f"ends the connection in the middle ({type(error).__name__})") from error

    def _read(self, response: Any, left: Callable[[], float]) -> bytes:
        promised = response.headers.get("Content-Length", "")
        parts, size = [], 0
        while part := response.read1(1 << 16):
            parts.append(part)
            size += len(part)
            if size > self._size:
                raise self._error("remote-too-large", f"answers with more than {self._size / 1e6:,.0f} MB")
            if left() <= 0:
                raise TimeoutError
        if promised.isdigit() and size < int(promised):
            raise _Again("remote-malformed", f"ends in the middle: {size:,} of {int(promised):,} bytes came")
        return b"".join(parts)

    def _error(self, id: str, what: str) -> OutsideError:
        return OutsideError(id, f"{self.url} {what}", hint=self._hints.get(id) or _HINTS.get(id))

    def _gives_up(self, again: _Again, attempt: int, left: float) -> OutsideError:
        times = f" (asked {attempt} times)" if attempt > 1 else ""
        hint = "try again later"
        if again.pause is not None and again.pause >= left:
            hint = f"it asks to come back in {again.pause:,.0f} s, which the time limit does not leave"
        return OutsideError(again.id, f"{self.url} {again.message}{times}", hint=hint)

    def _refused(self, status: int, reason: str, body: bytes) -> Refused:
        said = excerpt(body)
        what = f"{status} {reason}" if status else reason
        message = f"{self.url} answers {what}{': ' + said if said else ''}"
        error = Refused("remote-refused", message, hint=_STATUS_HINTS.get(status))
        error.status, error.said = status, said or reason
        return error


_HINTS = {
    "remote-timeout": "ask for less, or give it more time",
    "remote-too-large": "ask for less",
    "remote-unreachable": "check the address and the network",
}
_CREDENTIALS = "set IOMLD_ENDPOINT_USER and IOMLD_ENDPOINT_PASSWORD, or IOMLD_ENDPOINT_TOKEN"
_STATUS_HINTS = {
    401: _CREDENTIALS,
    403: _CREDENTIALS,
    404: "check the address: that of a SPARQL endpoint often ends in /sparql or /query",
    405: "the address takes no POST: it may be a web page beside the endpoint",
}


class _Again(Exception):  # a turn of the loop, told to nobody
    """What may go better the next time."""

    def __init__(self, id: str, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.id, self.message, self.pause = id, message, pause


def _in_time(work: Callable[[], Any], seconds: float) -> Any:
    """What work gives; it is left behind in its thread when the time is over.

    The time limit of a connection begins anew with each byte, so headers that come one by one would pass it for ever.
    """
    done: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as error:
            done.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        found, error = done.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error:
        raise error
    return found


def excerpt(body: bytes) -> str:
    """The beginning of an answer as plain text on one line, without mark-up; at most 200 characters."""
    text = re.sub(r"<style.*?</style>|<[^<>]*>|\s+", " ", body.decode("utf-8", "replace"), flags=re.S)
    text = " ".join(text.split())
    return "".join(char if char.isprintable() else "�" for char in text[:200])


def _pause(text: str | None) -> float | None:
    """The seconds that a ``Retry-After`` asks for: a number, or a date."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _unwrapped(error: Exception) -> tuple[int, bytes]:
    """Status and body of what SPARQLWrapper makes an exception of its own; the body is in its message."""
    from SPARQLWrapper import SPARQLExceptions

    codes: dict[type[Exception], int] = {
        SPARQLExceptions.QueryBadFormed: 400,
        SPARQLExceptions.Unauthorized: 401,
        SPARQLExceptions.EndPointNotFound: 404,
        SPARQLExceptions.URITooLong: 414,
        SPARQLExceptions.EndPointInternalError: 500,
    }
    message = str(error).partition("Response:\n")[2]
    body = message.encode().decode("unicode_escape", "replace")[2:-1] if message.startswith(("b'", 'b"')) else message
    return codes.get(type(error), 0), body.encode()[:2000]
