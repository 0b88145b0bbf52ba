"""``iomld serve --watch``: a change is built, the page reloads, mistakes stand on top until they are mended."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.serve.conftest import ROOT, Server

pytest.importorskip("playwright", reason="needs iomld[test]")
pytest.importorskip("watchfiles", reason="needs iomld[serve]")

from urllib.parse import quote

from playwright.sync_api import expect
from tests.serve.browsing import chromium, window

from iomld.serve.following import watched_paths


@pytest.fixture
def watched(parts: None, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "src/iomld/starter", project)
    running = Server(project, tmp_path / "cache", "--watch", "--workers", "1")
    try:
        yield running, project
    finally:
        running.stop()


def test_a_change_reaches_the_open_page_and_mistakes_are_told(watched: tuple[Server, Path]) -> None:
    server, project = watched
    table = project / "tables/paper-1/meetings.csv"
    good = table.read_text(encoding="utf-8")
    mapping = next((project / "mappings").glob("*.yml"))
    with chromium() as browser, window(browser, f"http://127.0.0.1:{server.port}") as page:
        page.set_default_timeout(20_000)
        page.goto("/browse/meeting.html")
        page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
        heading, notices = page.get_by_role("heading", level=1), page.locator(".notices")
        before = heading.inner_text()
        assert before in good
        expect(notices).to_have_count(0)
        # A table changes: the page that is open tells the new name.
        table.write_text(good.replace(before, "Another name"), encoding="utf-8")
        expect(heading).to_have_text("Another name", timeout=20_000)
        count = "ASK { ?s ?p 'Another name'@en }"
        assert server.get(f"/sparql?query={quote(count)}&format=json").json == {"head": {}, "boolean": True}
        # A mapping breaks: the old data stays, the mistake stands on top with its file and line.
        whole = mapping.read_text(encoding="utf-8")
        mapping.write_text(whole.replace("$(", "$(no_", 1), encoding="utf-8")
        expect(notices).to_contain_text(f"mappings/{mapping.name}:", timeout=20_000)
        expect(heading).to_have_text("Another name")
        # It is mended: nothing is left of it.
        mapping.write_text(whole, encoding="utf-8")
        expect(notices).to_have_count(0, timeout=20_000)
        expect(heading).to_have_text("Another name")


def test_terms_of_ours_in_a_project_of_ones_own_are_called_by_their_labels(watched: tuple[Server, Path]) -> None:
    server, _ = watched
    english, french = (server.get(f"/doc/id/meeting/first-meeting{lang}.html").text for lang in ("", ".fr"))
    assert "Date as EDTF" in english and "Date en EDTF" in french
    vocabulary = server.get("/ns.html").text
    assert [server.get(path).status for path in ("/compare/", "/compare", "/api/")] == [404, 404, 308]
    assert "earliest start" in vocabulary and "consultative process" not in vocabulary, "the terms that are used"


def test_nothing_is_told_where_nothing_is_watched(server: Server) -> None:
    assert server.get("/news").status == 404
    assert "data-news" not in server.get("/").text


def test_folders_of_inputs_are_watched_and_the_root_is_not(tmp_path: Path) -> None:
    (tmp_path / "tables/deep").mkdir(parents=True)
    files = [tmp_path / "iomld.toml", tmp_path / "tables/a.csv", tmp_path / "tables/deep/b.csv"]
    for file in files:
        file.touch()
    assert watched_paths(tmp_path, files) == [tmp_path / "iomld.toml", tmp_path / "tables"]
