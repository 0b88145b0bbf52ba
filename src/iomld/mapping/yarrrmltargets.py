"""The targets of a YARRRML document (specification, section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from iomld.errors import IomldError, MappingError, nearest
from iomld.mapping.model import Reference, Target, Template
from iomld.mapping.templates import parse_yarrrml_template
from iomld.mapping.yamlnodes import Node

__all__ = ["TargetReader"]

_KEYS = {"access", "type", "serialization", "compression", "source"}
_TYPES = {"localfile", "void", "dcat"}
#: YARRRML's names of syntaxes to the local names of the W3C's format IRIs
_SERIALIZATIONS = {
    "nquads": "N-Quads", "ntriples": "N-Triples", "turtle": "Turtle", "trig": "TriG", "n3": "N3", "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD", "rdfjson": "RDF_JSON",
}  # fmt: skip
_COMPRESSIONS = {"gzip": "gzip", "zip": "zip", "targzip": "targz", "targz": "targz", "tarxz": "tarxz"}


class TargetReader:
    """Named and inline targets; mistakes go to ``errors``."""

    def __init__(self, named: Mapping[str, Node], folder: Path, errors: list[IomldError]) -> None:
        self.folder = folder
        self.errors = errors
        self.named = named

    def _wrong(self, message: str, node: Node, hint: str | None = None, id: str = "mapping-malformed") -> None:
        self.errors.append(MappingError(id, message, location=node.place, hint=hint))

    def read(self, node: Node | None) -> tuple[Target, ...]:
        """The targets that the value of the key ``targets`` names: one, or a list of them."""
        if node is None:
            return ()
        # [access, serialization, compression] is one target, a list of names or of lists several
        items = node.each()
        if node.items and all(item.is_scalar for item in items) and items[0].text not in self.named:
            items = [node]
        found = []
        for item in items:
            if item.text is not None and item.text in self.named:
                target = self._target(self.named[item.text])
            elif item.is_scalar and "~" not in (item.text or "") and not Path(item.text or "").suffix:
                hint = nearest(item.text or "", self.named) or "declare it under targets"
                self._wrong(f"no target is named “{item.text}”", item, hint, "unknown-target")
                continue
            else:
                target = self._target(item)
            if target is not None:
                found.append(target)
        return tuple(found)

    def _target(self, node: Node) -> Target | None:
        if node.entries is not None:
            for key, _ in node:
                if key not in _KEYS:
                    hint = nearest(key, _KEYS) or f"its keys are {', '.join(sorted(_KEYS))}"
                    message = f"“{key}” is no key of a target"
                    self.errors.append(MappingError("unknown-key", message, location=node.key_places[key], hint=hint))
            parts = [node.get(key) for key in ("access", "serialization", "compression", "type")]
        else:
            parts = [*[*node.each(), None, None, None][:3], None]
        texts = [part.text if part is not None else None for part in parts]
        access, type_ = texts[0] or "", texts[3] or ""
        if "~" in access and not type_:
            access, _, type_ = access.rpartition("~")
        if not access:
            self._wrong("a target names its file", node, "write [data/dump.ttl~void, turtle]")
            return None
        if type_ and type_ not in _TYPES:
            self._wrong(
                f"targets of the type “{type_}” are not written", node, "write a file and load it", "target-unsupported"
            )
            return None
        if access.startswith(("http://", "https://")):
            self._wrong(f"“{access}” is no file", node, "write a file and load it", "target-unsupported")
            return None
        path = self._path(access.removeprefix("file://"), parts[0] or node)
        serialization = self._of(_SERIALIZATIONS, texts[1] or "nquads", parts[1] or node, "serialization")
        compression = self._of(_COMPRESSIONS, texts[2], parts[2] or node, "compression") if texts[2] else None
        if path is None or serialization is None or (texts[2] and compression is None):
            return None
        return Target(path, self.folder, serialization, node.place, compression=compression)

    def _path(self, access: str, node: Node) -> str | Template | None:
        """The name of the file, with the references that it holds."""
        try:
            template = parse_yarrrml_template(access, node.place)
        except MappingError as error:
            self.errors.append(error)
            return None
        return template if any(isinstance(part, Reference) for part in template.parts) else access

    def _of(self, known: dict[str, str], name: str, node: Node, what: str) -> str | None:
        if name not in known:
            hint = nearest(name, known) or f"known are {', '.join(known)}"
            self._wrong(f"“{name}” is no {what} that can be written", node, hint, "target-format")
        return known.get(name)
