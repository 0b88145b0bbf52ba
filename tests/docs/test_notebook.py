"""docs/pictures.ipynb runs, and what it shows is what its readers would get."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
pytest.importorskip("networkx")
pytest.importorskip("pandas")
image = pytest.importorskip("matplotlib.image")

from docs.notebook_page import PAGE, executed  # noqa: E402


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IOMLD_CACHE", str(tmp_path_factory.mktemp("cache")))  # so that the notebook builds, too
        yield list(executed().cells)


def outputs(cells: list[Any]) -> list[Any]:
    return [output for cell in cells for output in cell.get("outputs", [])]


def texts(cells: list[Any]) -> list[str]:
    said = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs(cells))
    return [text for text in said if not text.startswith("<Figure")]


def test_the_answers_that_stand_in_the_notebook_are_those_of_the_data(cells: list[Any]) -> None:
    import nbformat

    assert texts(cells) == texts(nbformat.read(PAGE, as_version=4).cells), "run: make docs"


def test_it_draws_a_network_a_map_and_a_timeline(cells: list[Any]) -> None:
    pictures = [output.data["image/png"] for output in outputs(cells) if "image/png" in output.get("data", {})]
    assert len(pictures) == 3
    for picture in pictures:
        pixels = image.imread(io.BytesIO(base64.b64decode(picture)), format="png")
        assert pixels.shape[0] > 200
        assert len({tuple(pixel) for row in pixels[::4, ::4] for pixel in row.tolist()}) > 5, "a blank picture"
