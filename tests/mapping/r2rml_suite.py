"""Runs the test cases of R2RML on real databases.

The suite is a clone of github.com/kg-construct/r2rml-test-cases-support in the folder ``r2rml`` of the suites.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.mapping import load, materialize

#: cases that do not pass, each with its reason
KNOWN_FAILURES = {
    "R2RMLTC0002f": "an error is expected for the column ID where the table has “ID” in quotes; names are found anyway",
    "R2RMLTC0015b": "an error is expected for the language tag “english”, which is well-formed (BCP 47, section 2.2.9)",
}

_TEST = "http://purl.org/NET/rdb2rdf-test#"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"


@dataclass(frozen=True)
class Case:
    id: str
    mapping: Path
    output: Path | None
    script: Path

    def for_database(self, kind: str) -> Case:
        """The case with the files that the suite holds for one kind of database."""

        def own(path: Path) -> Path:
            special = path.with_name(f"{path.stem}-{kind}{path.suffix}")
            return special if special.is_file() else path

        return Case(self.id, own(self.mapping), self.output, own(self.script))


def cases(root: Path) -> list[Case]:
    """The cases of the suite, in the order of their ids."""
    found = []
    quads = list(pyoxigraph.parse(path=str(root / "manifest.ttl"), base_iri="http://x.org/"))
    about: dict[str, dict[str, str]] = {}
    for quad in quads:
        about.setdefault(str(quad.subject), {})[quad.predicate.value] = getattr(quad.object, "value", "")
    for properties in about.values():
        document = properties.get(_TEST + "mappingDocument")
        if document is None:
            continue
        id = properties.get(_TERMS + "identifier") or properties[_DC + "identifier"]
        number = properties[_TEST + "database"].rpartition("#")[2]
        expects = properties.get(_TEST + "hasExpectedOutput") == "true"
        output = root / id / properties[_TEST + "output"] if expects else None
        found.append(Case(id, root / id / document, output, root / "databases" / f"{number}.sql"))
    return sorted(found, key=lambda case: case.id)


def statements(script: Path) -> list[str]:
    """The statements of an SQL script of the suite."""
    text = re.sub(r"^--.*$", "", script.read_text(encoding="utf-8"), flags=re.M)
    return [each.strip() for each in re.split(r";\s*(?:\n|$)", text) if each.strip()]


def _canonical(data: bytes) -> set[str]:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def run(case: Case, url: str) -> str | None:
    """Run a case on a database that holds its tables; None where it passes, else what is wrong."""
    try:
        mapping = load(
            [case.mapping], base="http://example.com/base/", prefixes={}, root=case.mapping.parent, database=url
        )
        quads = materialize(mapping, connect(threads=1), root=case.mapping.parent)
    except IomldError as error:
        return None if case.output is None else f"fails: {error}"
    if case.output is None:
        return "should fail"
    made = _canonical("".join(" ".join(part for part in quad if part) + " .\n" for quad in quads.sorted()).encode())
    expected = _canonical(case.output.read_bytes())
    if made == expected:
        return None
    return f"missing {sorted(expected - made)[:3]}, extra {sorted(made - expected)[:3]}"
