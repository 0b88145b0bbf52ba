"""CURIEs to IRIs and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomld.errors import TermError
from iomld.terms import WELL_KNOWN, PrefixMap

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
