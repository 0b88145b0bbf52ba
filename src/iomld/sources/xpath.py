"""XML, asked by XPath 1.0; entities are not expanded and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from iomld.errors import OutsideError, SourceError
from iomld.location import SourceLocation
from iomld.sources.records import Cell

__all__ = ["XmlItem", "compile_xpath", "xml_items"]

Namespaces = tuple[tuple[str, str], ...]


def _etree() -> Any:
    try:
        from lxml import etree  # type: ignore[import-untyped]
    except ImportError:
        raise OutsideError("library-missing", "XML needs the library lxml", hint="pip install iomld[xml]") from None
    return etree


@cache
def compile_xpath(path: str, namespaces: Namespaces) -> Any:
    """Compile an XPath.

    :raises SourceError: ``path-syntax``, without its place
    """
    etree = _etree()
    try:
        return etree.XPath(path, namespaces=dict(namespaces) or None)
    except etree.XPathSyntaxError as error:
        raise SourceError("path-syntax", f"“{path}” is not XPath: {error}") from None


class XmlItem:
    """An element, asked by XPath; or the text of an attribute or a text node, which knows of nothing but itself."""

    formulation = "xml"

    def __init__(self, element: Any, namespaces: Namespaces, nulls: tuple[str, ...] | None = None) -> None:
        self.element = element
        self.namespaces = namespaces
        self.nulls = nulls

    def _found(self, path: str) -> list[Any]:
        etree = _etree()
        if isinstance(self.element, str):
            if path == ".":
                return [self.element]
            raise SourceError("path-syntax", f"“{path}” cannot be asked of a text or an attribute, only “.” can")
        try:
            found = compile_xpath(path, self.namespaces)(self.element)
        except etree.XPathError as error:
            raise SourceError("path-syntax", f"“{path}” cannot be asked: {error}") from None
        return found if isinstance(found, list) else [found]

    def cell(self, reference: str) -> Cell:
        values = []
        for each in self._found(reference):
            if isinstance(each, bool):
                text = "true" if each else "false"
            elif isinstance(each, float):
                text = str(int(each)) if each.is_integer() else str(each)
            else:
                text = each if isinstance(each, str) else "".join(each.itertext())
            if self.nulls is None or text not in self.nulls:
                values.append((str(text), None))
        return values

    def parts(self, iterator: str) -> Iterator[XmlItem]:
        for each in self._found(iterator):
            yield XmlItem(each, self.namespaces, self.nulls)


def xml_items(
    content: bytes, label: str, iterator: str | None, namespaces: Namespaces, nulls: tuple[str, ...] | None = None
) -> Iterator[XmlItem]:
    """The elements that an iterator finds in a document.

    :raises SourceError: ``xml-syntax``, ``xml-entity``
    """
    etree = _etree()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (None, None)
        place = SourceLocation(label, line=line, column=column)
        raise SourceError("xml-syntax", f"not well-formed XML: {error.msg}", location=place) from None
    for each in root.iter(etree.Entity):
        raise SourceError(
            "xml-entity",
            f"the entity {each.text} is not expanded",
            location=SourceLocation(label, line=each.sourceline),
            hint="write its text in its place",
        )
    # prefixes that the mapping does not declare are those of the document
    own = {prefix: iri for prefix, iri in root.nsmap.items() if prefix}
    namespaces = tuple(sorted({**own, **dict(namespaces)}.items()))
    yield from XmlItem(root.getroottree() if iterator else root, namespaces, nulls).parts(iterator or ".")
