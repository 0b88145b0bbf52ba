"""Who takes part: pages count as the saved queries do, and whoever is only invited, or host, is not counted."""

from __future__ import annotations

import html
import re

from tests.serve.conftest import Server


def answer(server: Server, query: str) -> dict[str, int]:
    """The counts of a saved query of two columns."""
    found = server.get(f"/api/{query}.csv")
    assert found.status == 200
    rows = [line.split(",") for line in found.text.split()[1:]]
    return {iri.removeprefix("https://w3id.org/iomld/"): int(count) for iri, count in rows}


def section(page: str, id: str) -> str:
    """A part of a page."""
    found = re.search(rf'<section><h2 id="{id}">.*?</section>', page, re.S)
    assert found, id
    return found[0]


def column(page: str, number: int) -> dict[str, str]:
    """The text of a column of the table on a page, by what the first cell leads to."""
    found = {}
    for row in re.findall(r"<tr><td>.*?</tr>", page, re.S):
        cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>|<td/>", row, re.S)]
        if match := re.search(r"doc/(id/\w+/[\w.-]+)\.html", row):
            found[match[1]] = html.unescape(cells[number])
    return found


def test_the_start_page_counts_the_states_of_a_process_as_the_saved_query_does(server: Server) -> None:
    counted = column(section(server.get("/index.html").text, "processes"), 3)
    asked = answer(server, "participating-states-of-each-process")
    assert {process: int(count) for process, count in counted.items() if count} == asked
    assert counted["id/process/gfmd"] == counted["id/process/colombo"] == ""


def test_the_network_counts_the_processes_of_a_state_as_the_saved_query_does(server: Server) -> None:
    counted = column(section(server.get("/network.html").text, "states"), 1)
    most = {state: int(count) for state, count in counted.items() if int(count) > 3}
    assert most == answer(server, "states-in-four-or-more-processes")
    assert "id/state/MDG" not in counted and counted["id/state/BEL"] == "3"


def test_the_map_of_the_world_counts_the_processes_of_a_state_as_the_network_does(server: Server) -> None:
    drawn = section(server.get("/index.html").text, "world")
    on_map = dict(re.findall(r'href="doc/(id/state/\w+)\.html" aria-label="[^"]*: processes: (\d+)"', drawn))
    counted = column(section(server.get("/network.html").text, "states"), 1)
    assert on_map and on_map == {state: counted[state] for state in on_map}
    assert "id/state/MDG" not in on_map


def test_a_comparison_counts_as_the_saved_query_does(server: Server) -> None:
    both = len(server.get("/api/states-in-budapest-and-igc.csv").text.split()[1:])
    page = server.get("/compare/index.html").text
    assert re.search(rf'href="[./a-z]*budapest/igc.html" aria-label="[^"]*: {both} in common"', page)


def test_who_only_is_invited_or_host_sits_with_nobody(server: Server) -> None:
    madagascar = section(server.get("/doc/id/state/MDG.html").text, "picture-on-the-map")
    assert "sits in" not in madagascar and "processes in common" not in madagascar
    eswatini = server.get("/doc/id/state/SWZ.html").text
    assert "Zambia: processes in common: 1" in eswatini and "Madagascar: processes in common" not in eswatini
    midsa = server.get("/doc/id/process/midsa.html").text
    assert "Madagascar: invited" in midsa, "its own page shows whom it invited"
    assert "compare/gfmd" not in server.get("/compare/index.html").text
