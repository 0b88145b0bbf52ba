"""A static site: whole, replaced as a whole, and nothing outside of it."""

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from iomld.errors import OutsideError
from iomld.publish import replacing_site, write_site
from iomld.serve import Dataset, Documents
from iomld.terms import WELL_KNOWN, PrefixMap, literal

BASE = "https://example.org/"
SKOS = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def documents(*paths: str) -> Documents:
    triples = [(f"<{BASE}{path}>", SKOS, literal(f"Thing {path}", language="en")) for path in paths]
    triples += [(f"<{BASE}{path}>", TYPE, "<https://w3id.org/iomld/ns#State>") for path in paths]
    return Documents(Dataset(triples, base=BASE), PrefixMap(WELL_KNOWN), site="things")


def test_each_thing_has_its_documents_and_every_link_a_file(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with replacing_site(target) as folder:
        count = write_site(documents("id/a", "id/a/b c", "id/é"), folder, answers=[("api/x.csv", b"a\r\n")])
    files = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert len(files) == count
    assert {"doc/id/a.html", "doc/id/a.ttl", "doc/id/a/b c.nt", "index.html", ".htaccess", "sitemap.xml"} <= files
    for page in (file for file in files if file.endswith(".html")):
        for link in re.findall(r'href="([^"]+)"', (target / page).read_text(encoding="utf-8")):
            url = urlsplit(urljoin(f"http://localhost/{page}", link))
            if url.hostname == "localhost":
                assert unquote(url.path).removeprefix("/") in files, (page, link)


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with replacing_site(tmp_path / name) as folder:
            write_site(documents("id/b", "id/a"), folder)
    for path in (tmp_path / "one").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_a_site_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "site"
    for path in ("id/old", "id/new"):
        with replacing_site(target) as folder:
            write_site(documents(path), folder)
    assert not (target / "doc/id/old.html").exists() and (target / "doc/id/new.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_failure_leaves_the_old_site(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with replacing_site(target) as folder:
        write_site(documents("id/old"), folder)
    with pytest.raises(OutsideError) as caught, replacing_site(target) as folder:
        write_site(documents("id/../../../escaped"), folder)
    assert caught.value.id == "path-not-safe"
    assert (target / "doc/id/old.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutsideError) as caught, replacing_site(tmp_path) as folder:
        write_site(documents("id/a"), folder)
    assert caught.value.id == "output-not-a-site"
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_link_leads_to_the_site_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "link").symlink_to("www/site")
    for path in ("id/old", "id/new"):  # the first time, it leads to nothing yet
        with replacing_site(tmp_path / "link") as folder:
            write_site(documents(path), folder)
    assert (tmp_path / "link").is_symlink()
    assert not (tmp_path / "www/site/doc/id/old.html").exists() and (tmp_path / "www/site/doc/id/new.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "www"]
    assert [path.name for path in (tmp_path / "www").iterdir()] == ["site"]
