"""Make the pictures of the pages in ``docs/pictures``: every kind of page, some in dark or on a narrow screen.

    pip install -e '.[test]' && python docs/screenshots.py

It serves the dataset on loopback and looks at it with Chromium. The pictures have few colours, so that they stay small.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
QUERY = """\
SELECT ?process ?name (COUNT(?state) AS ?states) {
  ?process a mld:ConsultativeProcess ; skos:prefLabel ?name ; mld:participant ?state .
  ?state a mld:State
  FILTER(lang(?name) = "en")
} GROUP BY ?process ?name ORDER BY DESC(?states)"""
WIDE, NARROW = (1040, 760), (390, 760)


class Picture(NamedTuple):
    """What is looked at: name of the file, address, size of the window, colours, and where to scroll."""

    name: str
    address: str
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    to: str | None = None


PICTURES = (
    Picture("start", "/"),
    Picture("process", "/doc/id/process/midsa.html", (1040, 1080)),
    Picture("process-dark", "/doc/id/process/budapest.html", scheme="dark"),
    Picture("process-narrow", "/doc/id/process/manila.es.html", NARROW),
    Picture("country", "/doc/id/state/KAZ.html", (1040, 1080)),
    Picture("compare", "/compare/index.html", (1040, 840)),
    Picture("pair", "/compare/apc/bali.html", (1040, 1000)),
    Picture("network", "/network.html", (1040, 900)),
    Picture("themes", "/themes.html", to="#of-processes"),
    Picture("theme", "/doc/code/theme/labour-migration.fr.html", (1040, 1000)),
    Picture("recommendations", "/recommendations.html"),
    Picture("document", "/doc/id/document/mc-inf-259.html"),
    Picture("paragraph", "/doc/id/document/mc-inf-266/annex-2/row-8.html"),
    Picture("search", "/"),
    Picture("answer", "/api/processes-of-one-state.html"),
    Picture("sparql", "/sparql", (1040, 840)),
    Picture("vocabulary", "/ns.html", to="#Participation"),
)


@contextmanager
def server() -> Iterator[str]:
    """The address of the dataset, served on a free port."""
    command = [sys.executable, "-m", "iomld", "serve", "--project", str(Path(__file__).parents[1]), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def prepare(page: Page, picture: Picture) -> None:
    """What a reader would do before looking."""
    if picture.to:
        page.locator(picture.to).scroll_into_view_if_needed()
        page.evaluate("at => document.querySelector(at).scrollIntoView()", picture.to)
    if picture.name == "search":
        page.get_by_role("combobox", name="Search names").press_sequentially("repub")
        page.get_by_role("option").first.wait_for()
    if picture.name == "sparql":
        page.get_by_label("Query").fill(QUERY)
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Enter")
        page.locator("#answer table").wait_for()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    program = shutil.which("chromium")
    with server() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            width, height = picture.size
            context = browser.new_context(
                base_url=base, viewport={"width": width, "height": height}, color_scheme=picture.scheme
            )
            page = context.new_page()
            page.goto(picture.address)
            prepare(page, picture)
            image = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(48)
            image.save(FOLDER / f"{picture.name}.png", optimize=True)
            context.close()
        browser.close()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(PICTURES)} pictures, {total:,} bytes")


if __name__ == "__main__":
    main()
