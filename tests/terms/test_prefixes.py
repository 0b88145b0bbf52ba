"""CURIEs to IRIs and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomld.errors import TermError
from iomld.terms import WELL_KNOWN, PrefixMap, undeclared

PREFIXES = PrefixMap(WELL_KNOWN)


@given(st.sampled_from(sorted(WELL_KNOWN)), st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,10}", fullmatch=True))
def test_compress_undoes_expand(prefix: str, local: str) -> None:
    expanded = PREFIXES.expand(f"{prefix}:{local}")
    curie = PREFIXES.compress(expanded)
    assert curie is None or PREFIXES.expand(curie) == expanded


def test_the_longest_namespace_wins() -> None:
    prefixes = PrefixMap({"a": "https://e.org/", "b": "https://e.org/b/"})
    assert prefixes.compress("https://e.org/b/c") == "b:c"


def test_what_cannot_be_written_without_escapes_stays_an_iri() -> None:
    assert PrefixMap({"e": "https://e.org/"}).compress("https://e.org/a/b") is None


def test_an_unknown_prefix_offers_the_nearest() -> None:
    with pytest.raises(TermError) as caught:
        PREFIXES.expand("scos:Concept")
    assert caught.value.id == "unknown-prefix"
    assert "skos" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("prefix", "known", "where", "hint"),
    [
        ("fish", ["f", "sh"], "yarrrml", "declare it: under prefixes: “fish: https://…”"),
        ("g", ["f"], "project", 'declare it: under [prefixes] of iomld.toml: g = "https://…"'),
        ("skos", [], "turtle", "declare it: @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."),
        ("rml", [], "turtle", "declare it: @prefix rml: <http://w3id.org/rml/> ."),
        ("xds", ["xsd", "ex"], "turtle", "did you mean xsd? Else declare it: @prefix xds: <https://…> ."),
        ("Skos", ["skos"], "sssom", "did you mean skos? Else declare it: under curie_map"),
        ("shh", ["sh"], "yarrrml", "did you mean sh?"),
        ("rdsf", ["rdf", "rdfs", "owl"], "yarrrml", "did you mean rdf or rdfs?"),
    ],
)
def test_only_a_slip_of_the_pen_is_offered(prefix: str, known: list[str], where: str, hint: str) -> None:
    found = undeclared(prefix, known, where)
    assert found.startswith(hint) and ("did you mean" in found) == ("did you mean" in hint)


def test_a_missing_prefix_of_a_project_names_its_table() -> None:
    with pytest.raises(TermError) as caught:
        PREFIXES.expand("f:value")
    assert "[prefixes] of iomld.toml" in (caught.value.hint or "")
