"""Compact JSON-LD 1.1: one document, nodes sorted by IRI, keys sorted behind ``@id`` and ``@type``.

The document carries its context, so that it can be read with no network. Every node stands for itself and points to
others: what a thing says is found in one place, whoever refers to it.

Source: JSON-LD 1.1, sections 4 and 9; JSON-LD 1.1 Processing Algorithms, section 5 (compaction).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from iomld.serialization.compaction import Compaction, Value, dump
from iomld.serialization.curies import Curies
from iomld.serialization.selection import Selection, Subject
from iomld.terms import PrefixMap

__all__ = ["write_json_ld"]

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SPOOLED = 64 * 2**20
_FLUSH = 2_000


def write_json_ld(
    selection: Selection,
    output: BinaryIO,
    *,
    prefixes: PrefixMap,
    context: Mapping[str, object] | None = None,
    base: str | None = None,
) -> int:
    """Write one JSON-LD document; returns the number of statements.

    :param context: context to compact with; None: the prefixes that occur
    :param base: absolute IRI, ending in a slash, that is left off before ``@id``
    :raises DataError: ``jsonld-prefix-clash``
    """
    schemes = selection.schemes()
    curies = Curies(PrefixMap({name: iri for name, iri in prefixes.items() if name and name not in schemes and iri}))
    compaction = Compaction(context, curies=curies, schemes=schemes, base=base)
    with tempfile.SpooledTemporaryFile(_SPOOLED) as body:
        count = _write_nodes(selection, compaction, body)  # type: ignore[arg-type]
        shown = compaction.context if context is not None else {**dict(curies.declarations()), **compaction.context}
        output.write(f'{{\n  "@context": {dump(shown, indent="  ")},\n  "@graph": ['.encode())
        body.seek(0)
        shutil.copyfileobj(body, output, 2**20)
        output.write(b"\n  ]\n}\n")
    return count


def _write_nodes(selection: Selection, compaction: Compaction, body: BinaryIO) -> int:
    graph, pad, comma = "", "    ", ""
    parts: list[str] = []
    for subject in selection.subjects(key=str):
        if subject.graph != graph:
            if graph:
                parts.append("\n      ]\n    }")
                comma = ","
            graph, pad = subject.graph, "        "
            parts.append(f'{comma}\n    {{\n      "{compaction.id}": "{compaction.spell(graph)}",\n      "@graph": [')
            comma = ""
        parts.append(f"{comma}\n{pad}{node(subject, compaction, pad)}")
        comma = ","
        if len(parts) > _FLUSH:
            body.write("".join(parts).encode())
            parts.clear()
    if graph:
        parts.append("\n      ]\n    }")
    body.write("".join(parts).encode())
    return selection.passed


def node(
    subject: Subject,
    compaction: Compaction,
    pad: str,
    *,
    inside: Mapping[str, str] | None = None,
    without: str | None = None,
) -> str:
    """The JSON text of a node object, without the indent of its first line.

    :param inside: texts of node objects that stand in the place of references to them
    :param without: an object that is left out
    """
    inner = pad + "  "
    head = [f'"{compaction.id}": "{compaction.spell(subject.subject)}"']
    lines = []
    columns = compaction.values
    for predicate, objects in subject.statements:
        if predicate == _TYPE and objects[0][0] != '"':
            types = [f'"{compaction.names[one]}"' for one in objects]
            head.append(f'"{compaction.type}": {_array(types, "")}')
            continue
        values = columns[predicate]
        if inside or without:
            found = [(values[object], inside and inside.get(object)) for object in objects if object != without]
            lines += _members([value._replace(text=text) if text else value for value, text in found], inner)
        elif len(objects) == 1 and (line := values[objects[0]].line):
            lines.append(line)
        else:
            several = [values[object] for object in objects]
            key = several[0].key
            texts = [value.text for value in several if value.key is key and value.line]
            if len(texts) == len(objects):
                listed = f",\n{inner}  ".join(texts)
                lines.append(f'"{key}": [\n{inner}  {listed}\n{inner}]')
            else:
                lines += _members(several, inner)
    lines.sort()
    return "{\n" + inner + f",\n{inner}".join(head + lines) + f"\n{pad}}}"


def _members(values: Iterable[Value], pad: str) -> list[str]:
    """Members of a node object for the values of one property, which may go to several keys."""
    plain: dict[str, list[str]] = {}
    maps: dict[str, dict[str, list[str]]] = {}
    arrays: set[str] = set()
    for value in values:
        if value.array:
            arrays.add(value.key)
        if value.language is None:
            plain.setdefault(value.key, []).append(value.text)
        else:
            maps.setdefault(value.key, {}).setdefault(value.language, []).append(value.text)
    members = [f'"{key}": {_array(texts, pad, key in arrays)}' for key, texts in plain.items()]
    for key, languages in maps.items():
        shown = [f'"{tag}": {_array(languages[tag], "", key in arrays)}' for tag in sorted(languages)]
        members.append(f'"{key}": {{\n{pad}  ' + f",\n{pad}  ".join(shown) + f"\n{pad}}}")
    return members


def _array(texts: list[str], pad: str, always: bool = False) -> str:
    if len(texts) == 1 and not always:
        return texts[0]
    if not pad:
        return "[" + ", ".join(texts) + "]"
    return f"[\n{pad}  " + f",\n{pad}  ".join(texts) + f"\n{pad}]"
