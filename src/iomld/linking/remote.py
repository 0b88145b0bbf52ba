"""Asking others, only when told to: a SPARQL endpoint, or a reconciliation service (W3C community group API, 0.2).

Whoever is asked only *finds*; what comes back is a register like any other, ``(id, name, label)``, and is scored here.
Every request goes through :mod:`iomld.remote`, within limits, and its answer is kept on disk, so that the same question
is asked once.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from iomld.errors import IomldError, OutsideError
from iomld.linking.names import is_acronym, repaired
from iomld.remote import Remote, Reply
from iomld.terms import literal

__all__ = ["Limits", "Row", "answer", "ask_endpoint", "ask_service", "bindings", "cache_folder"]

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


_HINTS = {
    "remote-timeout": "try later, or allow more with --timeout",
    "remote-too-large": "ask for fewer names at once",
}


@dataclass(frozen=True)
class Limits:
    """How long, how much and how often.

    :param seconds: for one answer, its attempts and pauses included
    :param size: bytes of one answer
    :param attempts: how often one question is asked
    :param pause: what waits between attempts; a test hands in its own
    """

    seconds: float = 30.0
    size: int = 32 * 1024 * 1024
    attempts: int = 3
    pause: Callable[[float], None] = time.sleep

    def remote(self, url: str) -> Remote:
        """Somebody elsewhere, asked within these limits.

        :raises UsageError: ``remote-address``
        """
        again = (429, 500, 502, 503, 504)
        return Remote(url, size=self.size, attempts=self.attempts, hints=_HINTS, again=again, sleep=self.pause)


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
    limits = limits or Limits()
    remote = limits.remote(url)
    for batch in _batches(names):
        spelt = [literal(name, language=tag) for name in batch for tag in (*_LANGUAGES, None)]
        query = _QUERY.format(names=" ".join(spelt))

        found = answer(url, query, partial(remote.sparql, query, seconds=limits.seconds), cache)
        yield from ((row["id"], row["name"], row["label"]) for row in bindings(url, found, "id", "name", "label"))


def ask_service(
    url: str, names: Iterable[str], *, kind: str | None = None, cache: Path | None = None, limits: Limits | None = None
) -> Iterator[Row]:
    """Candidates of a reconciliation service.

    :param url: the service, as its manifest is served
    :param kind: identifier of a type of the service; candidates are restricted to it
    :raises OutsideError: as :func:`ask_endpoint`
    """
    limits = limits or Limits()
    remote = limits.remote(url)
    manifest = answer(url, "manifest", partial(remote.fetch, seconds=limits.seconds), cache)
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
        answers = answer(url, body.decode(), partial(remote.fetch, body, seconds=limits.seconds), cache)
        for found in (answers.get(key) if isinstance(answers, dict) else None for key in queries):
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


def bindings(url: str, found: Any, *needed: str) -> Iterator[dict[str, str]]:
    """The solutions of SPARQL results in JSON, as variable to value.

    :param needed: variables that every solution binds
    :raises OutsideError: ``remote-not-json`` where these are no such results
    """
    try:
        for binding in found["results"]["bindings"]:
            row = {variable: term["value"] for variable, term in binding.items()}
            if not all(isinstance(row[variable], str) for variable in needed):
                raise TypeError
            yield row
    except (AttributeError, KeyError, TypeError):
        raise _not_json(url, "these are no SPARQL results") from None


def answer(url: str, question: str, request: Callable[[], Reply], cache: Path | None) -> Any:
    """The answer as JSON: the kept one, or what is asked for now.

    :param question: what tells it from other questions to this address
    :param request: asks
    :param cache: folder of kept answers; None keeps nothing
    :raises OutsideError: ``remote-not-json``, and those of :class:`iomld.remote.Remote`
    """
    key = hashlib.sha256(f"{url}\n{question}".encode()).hexdigest()
    file = cache / f"{key}.json" if cache else None
    if file and file.exists():
        try:
            return json.loads(file.read_bytes())
        except ValueError:
            file.unlink()  # cut off while it was written: ask again
    content = request().body
    try:
        found = json.loads(content)
    except ValueError:
        shown = content[:60].decode("utf-8", "replace").strip().splitlines()[:1]
        raise _not_json(url, f"the answer begins “{shown[0] if shown else ''}”") from None
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.replace(file)
    return found


def _not_json(url: str, what: str) -> IomldError:
    return OutsideError(
        "remote-not-json", f"{url}: {what}", hint="is it the address of the service itself, not of its page?"
    )
