"""The JSON-LD API suite: toRdf through our reader, fromRdf through our writer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.serialization.roundtrip import by_pyld, canonical, relation, written
from tests.suites import ROOT, suite

from iomld.errors import IomldError

FOLDER = ROOT / "json-ld-api"
MANIFEST = json.loads((FOLDER / "toRdf-manifest.jsonld").read_text()) if FOLDER.is_dir() else {"sequence": []}


def applies(entry: dict[str, Any]) -> bool:
    """Whether the test is one of JSON-LD 1.1 as it is read with no options: what our reader promises."""
    options = entry.get("option", {})
    return options.get("specVersion", "json-ld-1.1") == "json-ld-1.1" and not (
        options.keys() & {"expandContext", "rdfDirection", "processingMode"} or options.get("produceGeneralizedRdf")
    )


ENTRIES = [entry for entry in MANIFEST["sequence"] if applies(entry)]
#: what the parser of pyoxigraph 0.5 does otherwise, by test
KNOWN = {
    **dict.fromkeys(
        ("#tc031", "#tc034", "#te126", "#te127", "#te128", "#tso05", "#tso06", "#tso08", "#tso09", "#tso11"),
        "the context is a document of its own: none is fetched, on purpose",
    ),
    **dict.fromkeys(
        ("#tdi02", "#tdi04", "#tdi05", "#tdi06"),
        "base direction is kept, as RDF 1.2 does; the suite expects it dropped",
    ),
    **dict.fromkeys(("#t0122", "#t0123", "#te062", "#te091"), "dot segments in @base are not removed"),
    "#tc013": "a type-scoped context does not end at an index map",
    "#tli12": "an @base that is no IRI is an error; the suite expects the list items to be dropped",
}

#: documents with terms that are ill-formed: the algorithm drops their statements, our reader refuses them unless told
ILL_FORMED = ("#te060", "#te068", "#te111", "#te112", "#tli14", *(f"#twf0{number}" for number in (1, 2, 3, 4, 5, 7)))


def test_the_suite_is_there() -> None:
    suite("json-ld-api")
    assert len(ENTRIES) > 300


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["@id"])
def test_to_rdf(entry: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if entry["@id"] in KNOWN:
        request.applymarker(pytest.mark.xfail(reason=KNOWN[entry["@id"]], strict=True))
    base = entry.get("option", {}).get("base", MANIFEST["baseIri"] + entry["input"])
    data = (FOLDER / entry["input"]).read_bytes()
    if "jld:NegativeEvaluationTest" in entry["@type"]:
        with pytest.raises(IomldError):
            relation(data, "jsonld", base=base, shared=True)
        return
    if entry["@id"] in ILL_FORMED:
        with pytest.raises(IomldError, match=r"IRI|language tag|no property|no label"):
            relation(data, "jsonld", base=base, shared=True)
    quads = relation(data, "jsonld", base=base, shared=True, drop_ill_formed=entry["@id"] in ILL_FORMED)
    if "jld:PositiveSyntaxTest" not in entry["@type"]:
        lines = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads.sorted())
        assert canonical(lines) == canonical((FOLDER / entry["expect"]).read_bytes())


FROM_RDF = json.loads((FOLDER / "fromRdf-manifest.jsonld").read_text()) if FOLDER.is_dir() else {"sequence": []}
WRITTEN = [entry for entry in FROM_RDF["sequence"] if "jld:PositiveEvaluationTest" in entry["@type"] and applies(entry)]


@pytest.mark.parametrize("entry", WRITTEN, ids=lambda entry: entry["@id"])
def test_from_rdf(entry: dict[str, Any]) -> None:
    """Expanded form is not what we write: the document must say the same to two processors."""
    data = (FOLDER / entry["input"]).read_bytes()
    quads = relation(data, "nquads", shared=True)
    text = written(quads, "jsonld")
    assert canonical(text, "jsonld") == canonical(written(quads, "nquads")) == canonical(data)
    if "double" not in text:  # PyLD writes these anew, in canonical form
        assert by_pyld(text) == canonical(data)
