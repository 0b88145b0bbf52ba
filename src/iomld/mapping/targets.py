"""Logical targets (RML-IO): files beside the output, in any syntax, encoding and compression."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from iomld.engine import Engine
from iomld.errors import IomldError, MappingError, raise_all
from iomld.graph import Quad
from iomld.mapping.model import Target
from iomld.mapping.planning import from_clause
from iomld.mapping.rules import Emit
from iomld.outputs import replacing, same_file
from iomld.terms import parse_term

__all__ = ["write_targets"]

_FORMATS = {
    "N-Triples": "N_TRIPLES",
    "N-Quads": "N_QUADS",
    "Turtle": "TURTLE",
    "TriG": "TRIG",
    "N3": "N3",
    "RDF_XML": "RDF_XML",
    "JSON-LD": "JSON_LD",
}
#: those that hold triples alone
_TRIPLES = ("N-Triples", "Turtle", "N3", "RDF_XML", "RDF_JSON")


def write_targets(engine: Engine, emits: Iterable[Emit], spared: Sequence[Path] = ()) -> None:
    """Write the quads that go to files of their own.

    :param engine: holds the records that the quads are made from
    :param spared: files that no target may replace
    :raises MappingError: ``target-format`` for a syntax or compression that is not known; for a syntax without named
        graphs where quads have one, before anything is written; ``output-taken``, likewise
    """
    queries: dict[Target, list[str]] = {}
    for emit in emits:
        terms = (emit.subject, emit.predicate, emit.object, emit.graph)
        columns = ", ".join(f"{term.sql} AS {name}" for term, name in zip(terms, "spog", strict=True))
        where = f" WHERE {' AND '.join(emit.conditions)}" if emit.conditions else ""
        for each in emit.targets:
            select = f"SELECT {each.path} AS path, {columns} FROM {from_clause(emit, emit.generators)}{where}"
            queries.setdefault(each.target, []).append(select)
    for target, selects in queries.items():
        if target.serialization in _TRIPLES:
            _check_graphs(engine, target, selects)
    _check_files(engine, queries, spared)
    present = " AND ".join(f"{name} IS NOT NULL" for name in ("path", *"spog"))
    for target, selects in queries.items():
        rows = engine.rows(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(selects)}) WHERE {present}")
        files: dict[str, set[Quad]] = {target.path: set()} if isinstance(target.path, str) else {}
        for path, *quad in rows:
            files.setdefault(path, set()).add((quad[0], quad[1], quad[2], quad[3]))
        for path, found in files.items():
            _write(target, path, sorted(found))


def _check_graphs(engine: Engine, target: Target, selects: Sequence[str]) -> None:
    found = engine.rows(f"SELECT g FROM ({' UNION ALL '.join(selects)}) WHERE g <> '' ORDER BY 1 LIMIT 1")
    if found:
        raise MappingError(
            "target-format",
            f"{target.serialization} has no named graphs, and quads of the graph {found[0][0]} go to this target",
            location=target.location,
            hint="write it as N-Quads, TriG or JSON-LD, or leave the graph map out",
        )


def _check_files(engine: Engine, queries: Mapping[Target, Sequence[str]], spared: Sequence[Path]) -> None:
    """Find every target that is a file which is needed, or that of another target."""
    errors: list[IomldError] = []
    taken = list(spared)
    for target, selects in queries.items():
        query = f"SELECT DISTINCT path FROM ({' UNION ALL '.join(selects)}) WHERE path IS NOT NULL ORDER BY 1"
        names = [target.path] if isinstance(target.path, str) else [name for (name,) in engine.rows(query)]
        own = [target.folder / name for name in names]
        for path in own:
            if any(same_file(path, other) for other in taken):
                message = f"{path} would be overwritten, and the run needs it"
                hint = "name another file for the target"
                errors.append(MappingError("output-taken", message, location=target.location, hint=hint))
        taken += own
    raise_all(errors)


def _write(target: Target, name: str, quads: Iterable[Quad]) -> None:
    path = target.folder / name
    content = _compressed(_serialized(quads, target).decode().encode(target.encoding), target, path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(content)


def _serialized(quads: Iterable[Quad], target: Target) -> bytes:
    import pyoxigraph

    if target.serialization == "RDF_JSON":
        return _rdf_json(quads)
    if target.serialization not in _FORMATS:
        raise MappingError(
            "target-format",
            f"quads cannot be written as “{target.serialization}”",
            location=target.location,
            hint=f"known are {', '.join(_FORMATS)} and RDF_JSON",
        )
    lines = "".join(" ".join(part for part in quad if part) + " .\n" for quad in quads).encode()
    if target.serialization in ("N-Quads", "N-Triples"):
        return lines
    format_ = getattr(pyoxigraph.RdfFormat, _FORMATS[target.serialization])
    parsed = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)
    serialized = pyoxigraph.serialize(parsed, format=format_)
    assert serialized is not None
    return serialized


def _rdf_json(quads: Iterable[Quad]) -> bytes:
    """RDF 1.1 JSON Alternate Serialization (W3C note, 2013)."""
    graph: dict[str, dict[str, list[dict[str, str]]]] = {}
    for subject, predicate, object_, _ in quads:
        term = parse_term(object_)
        value = {"type": {"iri": "uri", "blank": "bnode"}.get(term.kind, "literal")}
        value["value"] = f"_:{term.value}" if term.kind == "blank" else term.value
        if term.language:
            value["lang"] = term.language
        elif term.kind == "literal" and term.datatype and not term.datatype.endswith("#string"):
            value["datatype"] = term.datatype
        node = parse_term(subject)
        key = f"_:{node.value}" if node.kind == "blank" else node.value
        graph.setdefault(key, {}).setdefault(parse_term(predicate).value, []).append(value)
    return json.dumps(graph, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _compressed(content: bytes, target: Target, name: str) -> bytes:
    import gzip
    import lzma
    import tarfile
    import zipfile

    match target.compression:
        case None:
            return content
        case "gzip":
            return gzip.compress(content, mtime=0)
        case "zip":
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(zipfile.ZipInfo(name.removesuffix(".zip")), content)
            return buffer.getvalue()
        case "targz" | "tarxz":
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w") as archive:
                member = tarfile.TarInfo(name.partition(".tar")[0])
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
            packed = buffer.getvalue()
            # not by the library for archives, which writes the time into the file
            return gzip.compress(packed, mtime=0) if target.compression == "targz" else lzma.compress(packed)
    raise MappingError("target-format", f"unknown compression “{target.compression}”", location=target.location)
