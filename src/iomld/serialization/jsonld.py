"""Compact JSON-LD 1.1: one document, nodes sorted by IRI, keys sorted behind ``@id`` and ``@type``.

The document carries its context, so that it can be read with no network. Every node stands for itself and points to
others: what a thing says is found in one place, whoever refers to it.

Source: JSON-LD 1.1, sections 4 and 9; JSON-LD 1.1 Processing Algorithms, section 5 (compaction).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

from iomld.serialization.compaction import LITERAL_TYPE, Compaction, Value, dump
from iomld.serialization.curies import Curies, prefix_definition
from iomld.serialization.memory import Memory
from iomld.serialization.selection import Selection
from iomld.serialization.subjects import Gathered
from iomld.terms import PrefixMap

__all__ = ["Nodes", "write_json_ld"]

_SPOOLED = 64 * 2**20
_FLUSH = 2_000
_REMEMBERED = 20_000  # statements; those of many subjects come again and again


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
    inner = {} if context is None else context.get("@context", context)
    schemes = selection.schemes([*prefixes, *inner] if isinstance(inner, Mapping) else [])
    curies = Curies(PrefixMap({name: iri for name, iri in prefixes.items() if name and name not in schemes and iri}))
    compaction = Compaction(context, curies=curies, schemes=schemes, base=base)
    with tempfile.SpooledTemporaryFile(_SPOOLED) as body:
        count = _write_nodes(selection, compaction, body)  # type: ignore[arg-type]
        compaction.finish()
        declared = {name: prefix_definition(iri) for name, iri in curies.declarations()}
        shown = compaction.context if context is not None else {**declared, **compaction.context}
        output.write(f'{{\n  "@context": {dump(shown, indent="  ")},\n  "@graph": ['.encode())
        body.seek(0)
        shutil.copyfileobj(body, output, 2**20)
        output.write(b"\n  ]\n}\n")
    return count


def _write_nodes(selection: Selection, compaction: Compaction, body: BinaryIO) -> int:
    graph, pad, comma = "", "    ", ""
    nodes = Nodes(compaction, pad)
    parts: list[str] = []
    for subject in selection.gathered():
        if subject.graph != graph:
            if graph:
                parts.append("\n      ]\n    }")
                comma = ","
            if not graph:
                pad = "        "
                nodes = Nodes(compaction, pad)
            graph = subject.graph
            parts.append(f'{comma}\n    {{\n      "{compaction.id}": "{compaction.spell(graph)}",\n      "@graph": [')
            comma = ""
        parts.append(f"{comma}\n{pad}{nodes.text(subject)}")
        comma = ","
        if len(parts) > _FLUSH:
            body.write("".join(parts).encode())
            parts.clear()
    if graph:
        parts.append("\n      ]\n    }")
    body.write("".join(parts).encode())
    return selection.passed


class Nodes:
    """The JSON text of node objects.

    :param pad: their indent
    """

    def __init__(self, compaction: Compaction, pad: str) -> None:
        self._compaction, self._spell, self._types = compaction, compaction.spell, compaction.type
        self._start, self._next, self._end = f'{{\n{pad}  "{compaction.id}": "', f",\n{pad}  ", f"\n{pad}}}"
        self._inner = pad + "  "
        # By statement: its key, and the member that it is where nothing else has this key.
        self._find = Memory(self._member, bound=_REMEMBERED).__getitem__
        self._values: Memory[Value] = Memory(compaction.value, bound=_REMEMBERED)
        self._formed: set[str] = set()  # keys that take language maps, or arrays always
        self._literal_types = False

    def text(self, subject: Gathered, *, inside: Mapping[str, str] | None = None, without: str | None = None) -> str:
        """The text of a node object, without the indent of its first line.

        :param inside: texts of node objects that stand in the place of references to them
        :param without: an object that is left out
        """
        said = subject.said
        members = {} if inside or without else dict(map(self._find, said))
        if inside or without or self._literal_types:
            members = self._altered(said, inside or {}, without)
        elif len(members) < len(said):
            members = self._shared(said)
        types = members.pop(self._types, None)
        lines = [f'{self._start}{self._spell(subject.subject)}"']
        if types is not None:
            lines.append(types)
        lines += sorted(members.values())
        return self._next.join(lines) + self._end

    def _member(self, said: str) -> tuple[str, str]:
        key, text, language, array = self._compaction.value(said)
        if array or language is not None:
            self._formed.add(key)
            return key, self._line([(key, text, language, array)])
        if said.startswith(LITERAL_TYPE):
            self._literal_types = True
        return key, f'"{key}": {text}'

    def _shared(self, said: Iterable[str]) -> dict[str, str]:
        """Members where several statements have one key."""
        found: dict[str, str] = {}
        several: dict[str, list[str]] = {}
        ordered = sorted(said)
        for key, line in map(self._find, ordered):
            if key not in found:
                found[key] = line
            elif key in several:
                several[key].append(line)
            else:
                several[key] = [found[key], line]
        for key, lines in several.items():
            if key in self._formed:
                values = map(self._values.__getitem__, ordered)
                found[key] = self._line([value for value in values if value[0] == key])
            else:
                behind = len(key) + 4  # the key in quotes, a colon and a space
                found[key] = self._array(key, [line[behind:] for line in lines])
        return found

    def _altered(self, said: Iterable[str], inside: Mapping[str, str], without: str | None) -> dict[str, str]:
        """Members where not every statement stands as it is."""
        found: dict[str, list[Value]] = {}
        # A literal cannot stand behind @type: then the other types of the node do not either.
        properties = any(one.startswith(LITERAL_TYPE) for one in said)
        for one in sorted(said):
            value = self._compaction.value(one, types=False) if properties else self._values[one]
            key, text, language, array = value
            object = one[one.index(" ") + 1 :]
            if key != self._types:
                if object == without:
                    continue
                text = inside.get(object, text)
            found.setdefault(key, []).append((key, text, language, array))
        return {key: self._line(values) for key, values in found.items()}

    def _line(self, values: Sequence[Value]) -> str:
        """The member for all values of one key."""
        key, text, language, array = values[0]
        if language is None:
            if len(values) == 1 and not array:
                return f'"{key}": {text}'
            return self._array(key, [text for _, text, _, _ in values])
        tags: dict[str, list[str]] = {}
        for _, text, tag, _ in values:
            tags.setdefault(tag or "", []).append(text)
        shown = [f'"{tag}": {_inline(texts, array)}' for tag, texts in sorted(tags.items())]
        pad = self._inner
        return f'"{key}": {{\n{pad}  ' + f",\n{pad}  ".join(shown) + f"\n{pad}}}"

    def _array(self, key: str, texts: Sequence[str]) -> str:
        if key == self._types:
            return f'"{key}": {_inline(texts)}'
        pad = self._inner
        return f'"{key}": [\n{pad}  ' + f",\n{pad}  ".join(texts) + f"\n{pad}]"


def _inline(texts: Sequence[str], always: bool = False) -> str:
    return texts[0] if len(texts) == 1 and not always else f"[{', '.join(texts)}]"
