"""Names found in the file of a dataset: by words, by key, by likeness; long lists in pages."""

import json
import random
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from iomld.engine import connect
from iomld.graph import Quads
from iomld.linking import similarity
from iomld.linking.similarity import Similar
from iomld.serve import Dataset, Documents, lists
from iomld.serve.likeness import Likeness
from iomld.serve.search import Index
from iomld.terms import WELL_KNOWN, PrefixMap, literal

BASE = "https://example.org/"
PREFIXES = PrefixMap({**WELL_KNOWN, "mld": "https://w3id.org/iomld/ns#"})
LABEL, TYPE = f"<{PREFIXES.expand('skos:prefLabel')}>", f"<{PREFIXES.expand('rdf:type')}>"
BODY = f"<{PREFIXES.expand('org:Organization')}>"
NAMES = {
    "a": "Évian Group", "b": "Group of Évian", "c": "Border Management Centre", "d": "Centre for Borders",
    "e": "5+5 Dialogue", "f": "Égalité",
}  # fmt: skip


def triples(names: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        triple
        for slug, name in names.items()
        for triple in ((f"<{BASE}id/{slug}>", TYPE, BODY), (f"<{BASE}id/{slug}>", LABEL, literal(name, language="en")))
    ]


@pytest.fixture(params=["in memory", "in a file"])
def dataset(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    if request.param == "in memory":
        return Dataset(triples(NAMES), base=BASE)
    quads = Quads(connect())
    quads.insert([(*triple, "") for triple in triples(NAMES)])
    Dataset.write(tmp_path / "file.sqlite", quads, base=BASE)
    return Dataset.opened(tmp_path / "file.sqlite")


def test_things_are_found_by_all_their_words_the_very_name_first(dataset: Dataset) -> None:
    index = Index(dataset)
    assert [one.path for one in index.find("evian group")] == ["id/a", "id/b"]
    assert [one.path for one in index.find("Group évian")] == ["id/a", "id/b"]
    assert [one.path for one in index.find("group of evian")] == ["id/b"]
    assert [one.path for one in index.find("cent", most=1)] == ["id/d"], "what begins so comes first"
    assert index.find("  ") == [] == index.find("evian border")
    assert [one.path for one in index.find("%")] == [] == index.find("_")
    assert [row[1] for row in json.loads(index.document(lambda path: f"doc/{path}"))] == [
        f"doc/id/{slug}" for slug in "ecdfab"
    ], "by letter, accents or not; what begins with no letter first"


def test_the_index_of_a_static_site_has_the_names_of_each_language() -> None:
    names = [*triples({"a": "Chad"}), (f"<{BASE}id/a>", LABEL, literal("Tchad", language="fr"))]
    documents = Documents(Dataset(names, base=BASE), PREFIXES, languages=("en", "fr"))
    assert [path for path in documents.paths() if "search-index" in path] == [
        "search-index.json", "search-index.fr.json",
    ]  # fmt: skip
    for path, label in (("search-index.json", "Chad"), ("search-index.fr.json", "Tchad")):
        found = documents.read(path)
        assert found and json.loads(found.content)[0][:2] == [label, "doc/id/a.html"]
        assert "tchad" in json.loads(found.content)[0][3], "the names of all languages find it"


def test_likeness_from_the_file_is_that_of_the_index_in_memory(dataset: Dataset) -> None:
    likeness = Likeness(dataset)
    assert likeness.same("evianofgroup") == [] and likeness.same("groupofevian") == ["id/b"]
    assert [path for _, path in likeness.nearest("bordermanagmentcenter", count=3, least=0.75)] == ["id/c"]
    assert list(likeness.nearest("zzzzz", count=3, least=0.5)) == []


def test_rare_trigrams_suffice_where_names_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(5)
    words = ["training", "on", "border", "labour", "visas", "return", "health", "data", "skills", "youth", "asylum"]
    names = [("".join(drawn.sample(words, 4)) + str(number), number) for number in range(3000)]
    similar = Similar(names)
    asked = [name[:7] + name[8:] for name, _ in drawn.sample(names, 50)]
    whole = [similar.nearest(name, count=1) for name in asked]
    monkeypatch.setattr(similarity, "_LOOKED_AT", 2_000)
    some = [similar.nearest(name, count=1) for name in asked]
    assert all(found and found[0][0] > 0.9 for found in whole)
    # What is best of all may share its rare trigrams with more names than are compared.
    assert sum(one == other for one, other in zip(whole, some, strict=True)) >= 45


def test_a_long_list_is_divided_into_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 2)
    dataset = Dataset(triples(NAMES), base=BASE)
    documents = Documents(dataset, PREFIXES)
    stems = ["browse/organization", "browse/organization/2", "browse/organization/3"]
    assert [stem for stem in documents.pages.stems() if stem.startswith("browse/o")] == stems
    addresses = {f"{stem}{suffix}" for stem in stems for suffix in (".html", ".fr.html", ".es.html")}
    assert addresses < set(documents.pages.paths())
    seen = []
    for number, stem in enumerate(stems, 1):
        for suffix in (".html", ".fr.html"):
            page = documents.pages.read(stem + suffix)
            assert page is not None and f"({number}/3)" in page
            links = {
                urljoin(f"{BASE}{stem}{suffix}", href) for href in re.findall(r'href="([^"#]*browse/?[^"#]*)', page)
            }
            assert all(documents.pages.read(one.removeprefix(BASE)) for one in links), links
            if suffix == ".html":
                seen += re.findall(r'<li><a href="[./]*doc/id/(.)\.html"', page)
                assert (f'"{"../" * (stem.count("/"))}browse/organization/3.html#l-47"' in page) == (number < 3)
    assert seen == list("ecdfab")
    for wrong in ("browse/organization/1", "browse/organization/4", "browse/organization/02", "browse/organization/x"):
        assert documents.pages.read(f"{wrong}.html") is None
