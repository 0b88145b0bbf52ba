"""The names as our own tables quote them from the documents, against what their curators say they name."""

import csv

import pytest

from iomld.linking import Resolver, packaged_reference

TABLES = packaged_reference().parent / "tables"
DATES = {
    "mc-inf-259": "2002-11-13",
    "mc-inf-266": "2003-11-10",
    "pace-rec-1806": "2007-10-01",
    "pace-doc-11549": "2008-03-28",
}
KINDS = {"state": "state", "territory": "state", "organisation": "organisation", "process": "organisation"}


def quoted() -> dict[tuple[str, str, str], set[str]]:
    """Wording, kind and date to the paths that curators gave it."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for document, date in DATES.items():
        for name, column, wording in [
            ("participation.csv", "participant", "as_written"),
            ("involvements.csv", "agent", "as_written"),
            ("groupings.csv", "grouping", "as_written"),
            ("names.csv", "subject", "name"),
        ]:
            path = TABLES / document / name
            if not path.exists():
                continue
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    kind = KINDS.get(row[column].partition("/")[0])
                    # “Tunisian” tells of which state, but names none.
                    if kind and row[wording] and row.get("kind") != "adjective":
                        found.setdefault((row[wording], kind, date), set()).add(row[column])
    return found


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver.from_tables()


def test_no_name_is_resolved_to_anything_else(resolver: Resolver) -> None:
    wrong = []
    for (name, kind, date), paths in quoted().items():
        answer = resolver.resolve(name, kind=kind, at=date)
        path = answer.iri.partition("/id/")[2]
        if path and path not in paths:
            wrong.append((name, path, paths))
    assert wrong == []


def test_every_participating_state_and_territory_is_resolved(resolver: Resolver) -> None:
    refused = []
    for (name, kind, date), paths in quoted().items():
        answer = resolver.resolve(name, kind=kind, at=date)
        # A government or its institutions are named by more than the name of the state.
        if kind == "state" and answer.status != "matched" and "overnment" not in name:
            refused.append((name, paths, answer.reason))
    assert refused == []
