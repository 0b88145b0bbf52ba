"""The pages as a person walks them in a browser: clicking, keyboard, screens, languages, accessibility."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from tests.serve.conftest import ROOT, Server
from tests.serve.test_running import HOSTILE, hostile

from iomld.query import SavedQuery

pytest.importorskip("playwright", reason="needs iomld[test]")

from playwright.sync_api import Browser, Page, Route, expect
from tests.serve.browsing import chromium, window

#: one page of each kind
PAGES = (
    "/", "/browse/index.html", "/browse/state.html", "/compare/index.html", "/compare/budapest/igc.html",
    "/network.html", "/themes.html", "/recommendations.html", "/api/index.html", "/api/processes-of-one-state.html",
    "/sparql", "/search?q=oim", "/doc/id/process/midsa.html", "/doc/id/state/TJK.html", "/doc/id/state/SCG.html",
    "/doc/code/theme/labour-migration.html", "/doc/id/document/mc-inf-266.html",
    "/doc/id/document/mc-inf-266/annex-2/row-8.html", "/doc/id/activity/cbmmp.fr.html",
    "/doc/id/recommendation/pace-rec-1806-8.1.html", "/doc/id/participation/midsa-state-swz-participant.es.html",
    "/ns.html", "/nothing-of-that-name",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with window(browser, f"http://127.0.0.1:{server.port}") as opened:
        yield opened


def click(page: Page, *names: str) -> None:
    """Follow links by their text, the first of several."""
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.click()


# --- ten questions in words, answered by clicking from the start page; docs/looking-around.md tells the way


def test_which_states_take_part_in_midsa_as_a_picture(page: Page) -> None:
    page.goto("/")
    click(page, "Migration Dialogue for Southern Africa")
    drawn = page.locator("svg.map")
    expect(drawn.get_by_role("link")).to_have_count(15)
    expect(drawn.get_by_role("link", name="Eswatini: participant")).to_have_count(1)
    drawn.get_by_role("link", name=re.compile("^Zambia")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zambia")


def test_when_did_the_manila_process_meet(page: Page) -> None:
    page.goto("/")
    click(page, "Manila Process")
    line = page.locator("svg.timeline")
    expect(line.get_by_role("link")).to_have_count(4)
    first = line.get_by_role("link").first
    expect(first).to_have_attribute("aria-label", re.compile(r"^1996-12: Seminar on Irregular Migration"))
    first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Seminar on Irregular Migration")


def test_in_which_processes_is_tajikistan_and_as_what(page: Page) -> None:
    page.goto("/")
    click(page, "Countries", "Tajikistan")
    table = page.get_by_role("region", name="Taking part in processes")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text("CIS Conference and Follow-up Process")
    expect(table).to_contain_text("participant")


def test_what_is_done_in_kazakhstan(page: Page) -> None:
    page.goto("/")
    click(page, "Countries", "Kazakhstan")
    here = page.get_by_role("region", name="Here took or takes place")
    expect(here).to_contain_text("Legal Assistance to Migrants")
    expect(here).not_to_contain_text("Human Rights Course")  # for prosecutors of Kazakhstan; where is not said
    kinds = here.locator("tbody tr td:nth-child(2)")
    assert set(kinds.all_inner_texts()) <= {"activity", "event"}, "a body takes no place"
    expect(page.get_by_role("region", name="Bodies that have their place here").get_by_role("row")).to_have_count(3)


def test_which_states_sit_in_both_the_budapest_process_and_the_igc(page: Page) -> None:
    page.goto("/")
    click(page, "Compare")
    page.locator("select[name=a]").select_option("budapest")
    page.locator("select[name=b]").select_option("igc")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"/compare/budapest/igc\.html$"))
    both = page.locator("section:has(> #states) ul").first
    expect(both.get_by_role("listitem")).to_have_count(16)
    expect(both).to_contain_text("Switzerland")
    page.go_back()
    page.get_by_role("link", name=re.compile(r"^Budapest Process and .* Asylum.*: 16 in common")).click()
    expect(page).to_have_url(re.compile(r"/compare/budapest/igc\.html$"))


def test_which_processes_deal_with_trafficking(page: Page) -> None:
    page.goto("/")
    click(page, "Themes", "Countering trafficking in persons", "Consultative process")
    listed = page.locator("#with-consultativeprocess + ul")
    expect(listed.get_by_role("listitem")).to_have_count(9)
    expect(listed).to_contain_text("Bali Process")


def test_what_was_done_about_recommendation_8_1(page: Page) -> None:
    page.goto("/")
    click(page, "Recommendations")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="8.1", exact=True))
    expect(row).to_contain_text("The bank gave grants to two IOM projects in three years.")
    expect(row).to_contain_text("Council of Europe Development Bank")


def test_on_which_part_of_mc_inf_266_does_no_fact_rest_and_why(page: Page) -> None:
    page.goto("/")
    page.locator("section:has(> #documents)").get_by_role("listitem").filter(has_text="MC/INF/266").get_by_role(
        "link"
    ).click()
    expect(page.locator("svg.coverage .depth-0")).to_have_count(1)
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="none", exact=True))
    expect(row.get_by_role("cell").last).not_to_be_empty()


def test_who_says_that_swaziland_takes_part(page: Page) -> None:
    page.goto("/")
    click(page, "Migration Dialogue for Southern Africa")
    row = page.get_by_role("row").filter(has_text="Swaziland").first
    row.get_by_role("link", name="MC/INF/266, annex 2 row 8").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("MC/INF/266, annex 2 row 8")


def test_which_states_join_the_most_processes(page: Page) -> None:
    page.goto("/")
    click(page, "Network")
    expect(page.locator("svg.network a.here")).to_have_count(13)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Australia")
    expect(page.get_by_role("row").nth(1).get_by_role("cell").nth(1)).to_have_text("5")


def test_the_ten_questions_stand_in_the_documentation() -> None:
    told = (ROOT / "docs/looking-around.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| \d+ \| .+\? \|", told, re.M)) == 10


# --- every kind of page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_violation(browser: Browser, server: Server, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    # On the longest pages the contrast of thousands of like elements takes long, and shows nothing that others do not.
    long = ("/ns.html", "/sparql", "/doc/id/document/mc-inf-266.html")
    with window(browser, f"http://127.0.0.1:{server.port}", color_scheme=scheme, bypass_csp=True) as page:
        for address in PAGES if scheme == "light" else PAGES[::6]:
            page.goto(address)
            options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": address not in long}}}
            for violation in axe.run(page, options=options).response["violations"]:
                places = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{address}: {violation['id']}: {violation['help']}: {places}")
    assert not found, "\n".join(found)


def test_every_page_fits_a_small_screen(browser: Browser, server: Server) -> None:
    size = {"width": 360, "height": 640}
    wide = []
    with window(browser, f"http://127.0.0.1:{server.port}", viewport=size, has_touch=True) as page:
        for address in PAGES:
            page.goto(address)
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
                wide.append((address, width))
    assert not wide


def test_dark_mode_and_print_change_the_page(browser: Browser, server: Server) -> None:
    with window(browser, f"http://127.0.0.1:{server.port}", color_scheme="dark") as page:
        page.goto("/doc/id/process/midsa.html")
        colour = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(colour)
        page.emulate_media(color_scheme="light")
        assert page.evaluate(colour) != dark
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
        expect(page.locator("svg.map")).to_be_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/doc/id/process/midsa.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


# --- finding and asking


def test_names_are_completed_in_three_languages(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="Search names")
    for typed, label in (
        ("Tayik", "Tajikistan"),
        ("suede", "Sweden"),
        ("midsa", "Migration Dialogue for Southern Africa"),
    ):
        box.fill("")
        box.press_sequentially(typed)
        expect(page.get_by_role("option").first).to_contain_text(label)
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    box.press_sequentially(" ")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Migration Dialogue for Southern Africa")


def test_a_question_is_asked_of_something_else(page: Page) -> None:
    page.goto("/api/index.html")
    click(page, "In which processes does a state take part, and where is that said?")
    expect(page.get_by_role("row")).to_have_count(6)
    box = page.get_by_role("combobox", name=re.compile("^state"))
    box.fill("")
    box.press_sequentially("tadjik")
    page.get_by_role("option").first.click()
    expect(box).to_have_value("id/state/TJK")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("CIS Conference")


def test_the_editor_completes_asks_and_tells_mistakes(page: Page) -> None:
    page.goto("/sparql")
    editor = page.get_by_label("Query")
    editor.fill("SELECT ?s { ?s a mld:Consul")
    editor.press("End")
    editor.press("Control+ ")
    expect(page.get_by_role("option").first).to_contain_text("mld:ConsultativeProcess")
    editor.press("Enter")
    editor.press_sequentially(" }")
    editor.press("Escape")
    editor.press("Control+Enter")
    expect(page.locator("#answer tbody tr")).to_have_count(13)
    editor.fill("SELECT ?s {")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#answer")).to_contain_text("The query was not answered:")
    page.get_by_text("Which posters are named, of which year").first.click()
    page.get_by_role("button", name=re.compile("^SPARQL: Which posters")).click()
    expect(editor).to_have_value(re.compile("PREFIX|SELECT"))


def test_everything_works_without_a_script(browser: Browser, server: Server) -> None:
    with window(browser, f"http://127.0.0.1:{server.port}", java_script_enabled=False) as page:
        page.goto("/index.fr.html")
        page.get_by_role("searchbox", name="Rechercher des noms").fill("tadjikistan")
        page.get_by_role("button", name="Rechercher").click()
        click(page, "Tadjikistan")
        expect(page.locator("svg.map")).to_be_visible()
        page.goto("/api/processes-of-one-state.html")
        page.get_by_label(re.compile("^state")).fill("id/state/TJK")
        page.get_by_role("button", name="Ask").click()
        expect(page.get_by_role("row")).to_have_count(2)
        page.goto("/sparql")
        page.get_by_label("Query").fill("ASK { ?s a mld:State }")
        with page.expect_response(lambda answer: answer.url.endswith("/sparql") and answer.request.method == "POST"):
            page.get_by_label("Answer as").select_option("json")
            page.get_by_role("button", name="Ask").click()


def test_pages_speak_three_languages(page: Page) -> None:
    page.goto("/doc/id/state/SWZ.html")
    for language, label, heading in (
        ("Français", "fr", "Participation aux processus"),
        ("Español", "es", "Participación en procesos"),
    ):
        click(page, language)
        assert page.evaluate("document.documentElement.lang") == label
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Esuatini")
    # What has no name in the language of the page stands in another one, and is marked so.
    click(page, "Migration Dialogue for Southern Africa")
    assert page.evaluate("document.documentElement.lang") == "es"
    expect(page.get_by_role("heading", level=1)).to_have_attribute("lang", "en")


def test_hostile_labels_stay_text(browser: Browser) -> None:
    """The window fails on any dialog or error, and what stands on the pages stays text."""
    queries = {"q": SavedQuery("q", Path("q.rq"), HOSTILE, question=HOSTILE)}
    documents = replace(hostile(), queries=queries)
    asking = replace(documents, endpoint=True)
    with window(browser, "http://127.0.0.1:1") as page:

        def answer(route: Route) -> None:
            path = unquote(urlsplit(route.request.url).path).removeprefix("/")
            found = (asking if path.startswith("sparql") else documents).read(path)
            route.fulfill(status=200 if found else 404, body=found.content if found else b"", content_type=(
                f"{found.media_type}; charset=utf-8" if found else "text/plain"
            ))  # fmt: skip

        page.route("**/*", answer)
        for path in [*documents.pages.paths()]:
            page.goto(f"/{quote(path)}")
            assert not page.locator("img").count()
        page.goto("/index.html")
        page.get_by_role("combobox").press_sequentially("script")
        expect(page.get_by_role("option").first).to_contain_text("<script>alert(1)</script>")
        page.goto("/search.html?q=script")  # answered by the script, as on a site without a server
        expect(page.locator("#found li").first).to_contain_text("<script>alert(1)</script>")
        page.goto("/sparql.html")
        page.locator("summary").first.click()
        page.get_by_role("button", name="SPARQL: ").first.click()
        expect(page.get_by_label("Query")).to_have_value(HOSTILE)


def test_a_reader_of_french_is_met_in_french(browser: Browser, server: Server) -> None:
    with window(browser, f"http://127.0.0.1:{server.port}", locale="fr-FR") as page:
        page.goto("/")
        assert page.evaluate("document.documentElement.lang") == "fr"
        click(page, "Comparer")
        page.locator("select[name=a]").select_option("budapest")
        page.get_by_role("button", name="Afficher").click()
        expect(page).to_have_url(re.compile(r"/compare/.+\.fr\.html$"))
        page.goto("/id/state/TJK")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tadjikistan")
        page.goto("/id/state/TJK?lang=es")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tayikistán")


def test_words_stand_in_all_languages_with_the_same_values() -> None:
    with (Path(ROOT) / "src/iomld/serve/words.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["en"] for row in rows}) == len(rows) > 200
    for row in rows:
        wanted = set(re.findall(r"\{\w+\}", row["en"]))
        for language in ("fr", "es"):
            assert row[language] and set(re.findall(r"\{\w+\}", row[language])) == wanted, row
