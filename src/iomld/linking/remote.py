"""Asking others, only when told to: a SPARQL endpoint, or a reconciliation service (W3C community group API, 0.2).

Whoever is asked only *finds*; what comes back is a register like any other, ``(id, name, label)``, and is scored here.
Every request has a time limit, a limit on what is read, a polite agent string, a bounded number of attempts that heeds
``Retry-After``, and a copy on disk, so that the same question is asked once.
"""

from __future__ import annotations

import email.utils
import hashlib
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from iomld import __version__
from iomld.errors import IomldError, OutsideError, UsageError
from iomld.linking.names import is_acronym, repaired
from iomld.terms import literal

__all__ = ["AGENT", "Limits", "Row", "ask_endpoint", "ask_service", "cache_folder"]

AGENT = f"iomld/{__version__} (+https://w3id.org/iomld/)"
Row = tuple[str, str, str]
_LANGUAGES = ("en", "fr", "es")
_BATCH = 25  # names in one question

_QUERY = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?id ?name ?label WHERE {{
  VALUES ?name {{ {names} }}
  {{ ?id rdfs:label ?name }} UNION {{ ?id skos:prefLabel ?name }} UNION {{ ?id skos:altLabel ?name }}
  OPTIONAL {{ ?id rdfs:label ?found . FILTER (lang(?found) = "en") }}
  BIND (COALESCE(?found, ?name) AS ?label)
}} LIMIT 1000"""


@dataclass(frozen=True)
class Limits:
    """How long, how much and how often: seconds for one answer, bytes of one answer, attempts, seconds between them.

    :param wait: the longest pause that a ``Retry-After`` may ask for
    :param pause: what waits; a test hands in its own
    """

    seconds: float = 30.0
    size: int = 32 * 1024 * 1024
    attempts: int = 3
    wait: float = 60.0
    pause: Callable[[float], None] = time.sleep


def cache_folder() -> Path:
    """Where answers are kept: ``$XDG_CACHE_HOME/iomld/link``, else ``~/.cache/iomld/link``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "iomld" / "link"


def ask_endpoint(
    url: str, names: Iterable[str], *, cache: Path | None = None, limits: Limits | None = None
) -> Iterator[Row]:
    """Entries of a SPARQL endpoint that bear one of the names as a label, in English, French, Spanish or no language.

    :param url: the endpoint
    :param cache: folder of kept answers; None asks each time
    :raises OutsideError: ``remote-unreachable``, ``remote-timeout``, ``remote-refused``, ``remote-not-json``,
        ``remote-too-large``
    """
    _check(url)
    limits = limits or Limits()
    for batch in _batches(names):
        spelt = [literal(name, language=tag) for name in batch for tag in (*_LANGUAGES, None)]
        query = _QUERY.format(names=" ".join(spelt))

        def request(query: str = query) -> Any:
            from SPARQLWrapper import JSON, POST, SPARQLWrapper

            wrapper = SPARQLWrapper(url, agent=AGENT)
            wrapper.setTimeout(max(1, int(limits.seconds)))
            wrapper.setMethod(POST)
            wrapper.setReturnFormat(JSON)
            wrapper.setQuery(query)
            return wrapper.query().response

        answer = _answer(url, query, request, cache, limits)
        try:
            bindings = answer["results"]["bindings"]
            yield from ((b["id"]["value"], b["name"]["value"], b["label"]["value"]) for b in bindings)
        except (KeyError, TypeError):
            raise _not_json(url, "these are no SPARQL results") from None


def ask_service(
    url: str, names: Iterable[str], *, kind: str | None = None, cache: Path | None = None, limits: Limits | None = None
) -> Iterator[Row]:
    """Candidates of a reconciliation service.

    :param url: the service, as its manifest is served
    :param kind: identifier of a type of the service; candidates are restricted to it
    :raises OutsideError: as :func:`ask_endpoint`
    """
    _check(url)
    limits = limits or Limits()
    manifest = _answer(url, "manifest", lambda: _open(url, None, limits), cache, limits)
    if not isinstance(manifest, dict) or "name" not in manifest or "identifierSpace" not in manifest:
        raise _not_json(url, "this is no manifest of a reconciliation service")
    view = (manifest.get("view") or {}).get("url", "")
    space = manifest["identifierSpace"]
    for batch in _batches(names):
        queries = {
            f"q{index}": {"query": name, "limit": 5, **({"type": kind} if kind else {})}
            for index, name in enumerate(batch)
        }
        body = urllib.parse.urlencode({"queries": json.dumps(queries, ensure_ascii=False)}).encode()
        answer = _answer(url, body.decode(), lambda body=body: _open(url, body, limits), cache, limits)  # type: ignore[misc]
        for found in (answer.get(key) if isinstance(answer, dict) else None for key in queries):
            if not isinstance(found, dict) or not isinstance(found.get("result"), list):
                raise _not_json(url, "a query is not answered by a list of candidates")
            for each in found["result"]:
                try:
                    identifier, name = each["id"], each["name"]
                except (KeyError, TypeError):
                    raise _not_json(url, "a candidate has no id or no name") from None
                yield _iri(identifier, view, space), name, name


def _iri(identifier: str, view: str, space: str) -> str:
    """The identifier as an IRI: by its space where that ends like a namespace, else by the page to view it at."""
    if "://" in identifier:
        return identifier
    if space.endswith(("/", "#")):
        return space + identifier
    return view.replace("{{id}}", identifier) if view else identifier


def _batches(names: Iterable[str]) -> Iterator[Sequence[str]]:
    """Distinct names, repaired; a bare acronym is not asked for."""
    wanted = [name for name in dict.fromkeys(map(repaired, names)) if name and not is_acronym(name)]
    for start in range(0, len(wanted), _BATCH):
        yield wanted[start : start + _BATCH]


def _check(url: str) -> None:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise UsageError("remote-address", f"“{url}” is no address that can be asked", hint="give http:// or https://")


def _open(url: str, body: bytes | None, limits: Limits) -> Any:
    headers = {"User-Agent": AGENT, "Accept": "application/json"}
    return urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=limits.seconds)


def _answer(url: str, question: str, request: Callable[[], Any], cache: Path | None, limits: Limits) -> Any:
    """The answer as JSON: the kept one, or what an attempt brings."""
    key = hashlib.sha256(f"{url}\n{question}".encode()).hexdigest()
    file = cache / f"{key}.json" if cache else None
    if file and file.exists():
        try:
            return json.loads(file.read_bytes())
        except ValueError:
            file.unlink()  # cut off while it was written: ask again
    for attempt in range(1, limits.attempts + 1):
        try:
            content = _read(request(), url, limits)
            break
        except OutsideError:
            raise
        except Exception as error:
            refused, pause = _refusal(error, attempt, limits)
            if refused is None:
                raise
            if pause is None or attempt == limits.attempts:
                raise _outside(url, error, refused, attempt) from error
            limits.pause(pause)
    try:
        answer = json.loads(content)
    except ValueError:
        shown = content[:60].decode("utf-8", "replace").strip().splitlines()[:1]
        raise _not_json(url, f"the answer begins “{shown[0] if shown else ''}”") from None
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.replace(file)
    return answer


def _read(response: Any, url: str, limits: Limits) -> bytes:
    """Read no more than the limit, and no longer than the time limit in all."""
    until = time.monotonic() + limits.seconds
    parts: list[bytes] = []
    size = 0
    with response:
        while part := response.read1(65536):
            parts.append(part)
            size += len(part)
            if size > limits.size:
                raise OutsideError(
                    "remote-too-large",
                    f"{url} sent more than {limits.size // 1024:,} KB",
                    hint="ask for fewer names at once",
                )
            if time.monotonic() > until:
                raise TimeoutError
    return b"".join(parts)


def _refusal(error: Exception, attempt: int, limits: Limits) -> tuple[str | None, float | None]:
    """The id of the error and how long to wait before the next attempt; None where another attempt is no use."""
    own = float(2**attempt)
    name = type(error).__name__
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (429, 500, 502, 503, 504):
            return "remote-refused", _retry_after(error, own, limits)
        return "remote-refused", None
    if name == "EndPointInternalError":
        return "remote-refused", own
    if name in ("QueryBadFormed", "EndPointNotFound", "Unauthorized", "URITooLong"):
        return "remote-refused", None
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return "remote-timeout", own
    if isinstance(error, (urllib.error.URLError, HTTPException, OSError)):
        return "remote-unreachable", own
    return None, None


def _retry_after(error: urllib.error.HTTPError, own: float, limits: Limits) -> float | None:
    """Source: RFC 9110, section 10.2.3: seconds, or a date. None where it asks for more patience than the limit."""
    said = error.headers.get("Retry-After", "")
    if said.isdecimal():
        seconds = float(said)
    elif said:
        try:
            seconds = max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
        except ValueError:
            seconds = own
    else:
        seconds = own
    return seconds if seconds <= limits.wait else None


def _outside(url: str, error: Exception, id: str, attempts: int) -> IomldError:
    tried = f" ({attempts} attempts)" if attempts > 1 else ""
    if id == "remote-timeout":
        return OutsideError(id, f"{url} did not answer in time{tried}", hint="try later, or allow more with --timeout")
    if id == "remote-unreachable":
        return OutsideError(
            id, f"{url} cannot be reached{tried}: {getattr(error, 'reason', error)}", hint="check the address"
        )
    code = getattr(error, "code", None) or type(error).__name__
    after = error.headers.get("Retry-After") if isinstance(error, urllib.error.HTTPError) else None
    hint = f"it asks to come back after {after}" if after else "try later; what was answered so far is kept"
    return OutsideError(id, f"{url} refused the question: {code}{tried}", hint=hint)


def _not_json(url: str, what: str) -> IomldError:
    return OutsideError(
        "remote-not-json", f"{url}: {what}", hint="is it the address of the service itself, not of its page?"
    )
