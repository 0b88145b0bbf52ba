"""What ``--check`` notes of a mapping that may not mean what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import project

from iomld.engine import connect
from iomld.mapping import check, load

MAPPING = """
mappings:
  a:
    sources: t.csv
    s: ex:$(id)
    po: [PO]
"""


def notes(folder: Path, po: str) -> list[str]:
    path = project(folder, MAPPING.replace("PO", po), {"t.csv": "id,v\n1,x\n"})
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=folder)
    return [f"{place}: {note}" for place, note in check(mapping, connect(), root=folder)]


@pytest.mark.parametrize(
    ("po", "noted"),
    [
        ("[ex:p, $(v)]", []),
        ("[ex:p, 'http://x.org/$(v)']", ["m.yml:6:17: “http://x.org/…” is a literal here"]),
        ("[ex:p, 'http://x.org/$(v)~iri']", []),
        ("[ex:p, 'http://x.org/$(v)', xsd:anyURI]", []),
        (
            "{p: ex:p, o: $(v), condition: {function: 'equal(str1 = a, str2 = b)'}}",
            ["m.yml:6:51: the condition is never true: what depends on it in “a” is not made"],
        ),
        ("{p: ex:p, o: $(v), condition: {function: 'equal(str1 = a, str2 = a)'}}", []),
        ("{p: ex:p, o: $(v), condition: {function: 'equal(str1 = $(v), str2 = b)'}}", []),
        (
            "{p: ex:p, o: {value: $(v), condition: {function: 'isNull(str = a)'}}}",
            ["m.yml:6:59: the condition is never true"],
        ),
        ("[ex:p, $(v)], [ex:p, $(v)]", ["m.yml:6:31: “a / ex:p” may make the same triples as “a / ex:p”"]),
    ],
)
def test_doubts(tmp_path: Path, po: str, noted: list[str]) -> None:
    found = notes(tmp_path, po)
    assert len(found) == len(noted)
    assert all(one.startswith(other) for one, other in zip(found, noted, strict=True)), found
