"""A little dataset in our vocabulary: two documents, two processes, three participations."""

from pathlib import Path

import pyoxigraph
import pytest

from iomld.query import Local
from iomld.terms import WELL_KNOWN, PrefixMap

BASE = "https://example.org/data/"
PREFIXES = PrefixMap(WELL_KNOWN).merged({"mld": "https://w3id.org/iomld/ns#"})
DATA = Path(__file__).with_name("data.ttl")


@pytest.fixture
def store() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=str(DATA), format=pyoxigraph.RdfFormat.TURTLE, base_iri=BASE)
    return store


@pytest.fixture
def asker(store: pyoxigraph.Store) -> Local:
    return Local(store, base=BASE, prefixes=PREFIXES)
