"""One JSON-LD document a resource."""

from __future__ import annotations

import json

from tests.serialization.roundtrip import by_pyld, canonical, relation

from iomld.serialization import documents, in_html

DATA = """
@prefix ex: <http://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:midsa skos:prefLabel "MIDSA"@en ; ex:started ex:t . ex:t ex:edtf "2000" ; ex:cites ex:c . ex:c ex:pinpoint "para-1" .
ex:mdg skos:prefLabel "Madagascar </script>"@en ; ex:near ex:midsa .
ex:p a ex:Participation ; ex:member ex:mdg ; ex:in ex:midsa ; ex:cites ex:c . ex:ring ex:next ex:ring ; ex:of ex:mdg .
"""
CONTEXT = {
    "@context": {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "label": {"@id": "http://www.w3.org/2004/02/skos/core#prefLabel", "@container": "@language"},
        **{
            name: {"@id": f"http://example.org/{name}", "@type": "@id"} for name in ("started", "cites", "member", "in")
        },
    }
}


def test_a_document_holds_what_is_said_of_a_thing_and_the_facts_that_point_to_it() -> None:
    found = dict(documents(relation(DATA), context=CONTEXT, base="http://example.org/"))
    assert list(found) == ["http://example.org/mdg", "http://example.org/midsa"]
    midsa = json.loads(found["http://example.org/midsa"])
    del midsa["@context"]
    cited = {"id": "c", "http://example.org/pinpoint": "para-1"}
    assert midsa == {
        "id": "midsa",
        "label": {"en": "MIDSA"},
        "started": {"id": "t", "cites": cited, "http://example.org/edtf": "2000"},
        "@reverse": {
            "in": [{"id": "p", "type": "http://example.org/Participation", "cites": cited, "member": "mdg"}],
        },
    }


def test_the_documents_together_are_the_data() -> None:
    union: set[str] = set()
    for _, text in documents(relation(DATA), context=CONTEXT, base="http://example.org/"):
        assert canonical(text, "jsonld") == by_pyld(text)
        union |= canonical(text, "jsonld")
    assert union == canonical(DATA, "turtle")


def test_a_document_can_point_to_its_context() -> None:
    _, text = next(
        documents(relation(DATA), context=CONTEXT, base="http://example.org/", context_url="http://example.org/context")
    )
    assert json.loads(text)["@context"] == ["http://example.org/context", {"@base": "http://example.org/"}]


def test_a_document_in_html_cannot_end_its_element() -> None:
    _, text = next(documents(relation(DATA), context=CONTEXT))
    element = in_html(text)
    assert element.count("</script>") == 1
    inner = element.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inner) == json.loads(text)
