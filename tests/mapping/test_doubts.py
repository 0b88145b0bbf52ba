"""What ``--check`` notes of a mapping that may not mean what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import project, quads

from iomld.engine import connect
from iomld.mapping import check, load
from iomld.mapping.distinct import may_collide
from iomld.mapping.planning import planned

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


def checked(folder: Path, mappings: str) -> list[str]:
    path = project(folder, f"{PREFIXES}mappings:\n{mappings}", {"t.csv": "id,v\n1,x\n"})
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=folder)
    return [f"{place}: {note}" for place, note in check(mapping, connect(), root=folder)]


PREFIXES = "prefixes: {ex: https://example.org/}\n"


def of_type(name: str, subject: str) -> str:
    return f"  {name}: {{sources: t.csv, s: {subject}, po: [[ex:p, $(v)]]}}\n"


def identifier(kind: str, *parts: str) -> str:
    given = ", ".join(f"[part, {each}]" for each in (*parts, "$(id)"))
    return f"{{function: iomldf:identifier, parameters: [[type, {kind}], {given}], type: iri}}"


def concat(*parts: str) -> str:
    return f"{{function: iomldf:concat, parameters: [{', '.join(f'[part, {each}]' for each in parts)}], type: iri}}"


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        (identifier("catch"), identifier("membership"), True),
        (identifier("catch"), identifier("catch"), False),
        (identifier("$(v)"), identifier("catch"), False),
        (identifier("period", "catch"), identifier("period", "Mem ber"), True),
        (identifier("period", "a"), identifier("period", "a-b"), False),
        (identifier("period", "catch"), identifier("period"), False),
        (concat("id/a/", "$(id)"), concat("id/b/", "$(id)"), True),
        (concat("id/", "a", "$(id)"), concat("id/", "a-$(v)"), False),
        (concat("http://a.org/", "$(id)"), concat("http://b.org/", "$(id)"), True),
        (concat("a", "$(id)"), concat("b", "$(id)"), False),  # a scheme may follow
        (identifier("catch"), "id/membership/$(id)", True),
        (identifier("catch"), "$(id)~iri", False),
    ],
)
def test_what_functions_begin_with_keeps_rules_apart(tmp_path: Path, one: str, two: str, apart: bool) -> None:
    made = quads(
        project(tmp_path, f"{PREFIXES}mappings:\n{of_type('one', one)}{of_type('two', two)}", {"t.csv": "id,v\n1,x\n"})
    )
    assert may_collide_of(tmp_path) != apart
    assert len({row[:4] for row in made.sorted()}) == len(list(made.sorted())), "each quad once"


def may_collide_of(folder: Path) -> bool:
    mapping = load([folder / "m.yml"], base="https://example.org/", prefixes={}, root=folder)
    with planned(mapping, connect(), root=folder, rows=0) as plan:
        [one], [two] = plan.emits
        return may_collide(one, two)


def test_a_mapping_without_a_subject_is_told(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        "  a: {sources: t.csv, po: [[ex:p, $(v)]]}\n"
        "  b:\n    sources: t.csv\n    s: ex:$(id)\n    po: [{p: ex:q, o: {mapping: a}}]\n"
        "  c: {sources: t.csv, s: '_:b$(id)', po: [[ex:r, $(v)]]}\n",
    )
    assert [each.partition(";")[0] for each in found] == [
        "m.yml:3:3: “a” has no subject: each record makes a blank node, to which nothing can link",
        "m.yml:7:33: the objects are blank nodes, since “a” (m.yml:3:3) has no subject",
    ]
