"""Looking up things: redirects, negotiation, caching, what is not there."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph
import pytest
from tests.serve.conftest import Server

BASE = "https://w3id.org/iomld/"
THING = "/id/process/midsa"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (BROWSER, "html"),
        ("*/*", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-triples", "nt"),
        ("text/html;q=0.2, text/turtle;q=0.9", "ttl"),
        ("text/turtle;q=0, */*", "html"),
    ],
)
def test_a_thing_is_not_its_document(server: Server, accept: str, suffix: str) -> None:
    found = server.get(THING, Accept=accept)
    assert found.status == 303
    assert urljoin(THING, found.headers["location"]) == f"/doc/id/process/midsa.{suffix}"
    assert "Accept" in found.headers["vary"]


@pytest.mark.parametrize("path", ["/ns", "/ns/0.2.0", "/code/theme/labour-migration", "/code/theme", "/dataset"])
def test_vocabulary_concepts_and_dataset_are_found(server: Server, path: str) -> None:
    for accept in (BROWSER, "text/turtle"):
        found = server.get(path, Accept=accept)
        assert found.status == 303
        there = server.get(urljoin(path, found.headers["location"]))
        assert there.status == 200 and there.headers["content-type"].startswith(accept.partition(",")[0])


def test_all_syntaxes_of_a_document_say_the_same(server: Server) -> None:
    kinds = {"ttl": "TURTLE", "jsonld": "JSON_LD", "nt": "N_TRIPLES"}
    graphs = [
        {
            (str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in pyoxigraph.parse(
                server.get(f"/doc{THING}.{suffix}").body, format=getattr(pyoxigraph.RdfFormat, kind)
            )
        }
        for suffix, kind in kinds.items()
    ]
    page = server.get(f"/doc{THING}.html").text
    embedded = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert embedded
    inside = pyoxigraph.parse(embedded[1].encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    graphs.append({(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in inside})
    assert len(graphs[0]) > 100
    assert all(graph == graphs[0] for graph in graphs)


def test_format_in_the_address_beats_the_header(server: Server) -> None:
    assert server.get(f"{THING}?format=ttl", Accept=BROWSER).headers["location"].endswith("midsa.ttl")
    found = server.get(f"/doc{THING}?format=nt", Accept=BROWSER)
    assert (found.status, found.headers["content-location"]) == (200, "midsa.nt")


def test_what_cannot_be_given_is_said(server: Server) -> None:
    found = server.get(THING, Accept="image/png")
    assert found.status == 406 and "text/turtle" in found.text
    assert server.get(f"{THING}?format=png").status == 406


def test_a_document_that_is_known_is_not_sent_again(server: Server) -> None:
    first = server.get(f"/doc{THING}.ttl")
    again = server.get(f"/doc{THING}.ttl", If_None_Match=f'"other", W/{first.headers["etag"]}')
    assert (again.status, again.body) == (304, b"")
    assert server.get(f"/doc{THING}.ttl", If_None_Match='"other"').status == 200
    assert 'rel="about"' in first.headers["link"] and 'rel="alternate"' in first.headers["link"]


def test_head_sends_the_headers_only(server: Server) -> None:
    full, head = server.get(f"/doc{THING}.html"), server.ask("HEAD", f"/doc{THING}.html")
    assert head.body == b"" and head.headers["content-length"] == str(len(full.body))


def test_void_and_sitemap(server: Server) -> None:
    assert b"void:Dataset" in server.get("/.well-known/void").body
    assert f"<loc>{BASE}doc/id/process/midsa.html</loc>" in server.get("/sitemap.xml").text


def test_a_name_that_is_not_there_finds_its_neighbours(server: Server) -> None:
    found = server.get("/id/process/midsa-dialogue", Accept=BROWSER)
    assert found.status == 404 and "browse/index.html" in found.text
    assert server.get("/id/group/tajikistan", Accept=BROWSER).text.count("doc/id/state/TJK.html") == 1


@pytest.mark.parametrize(
    ("path", "languages", "language", "heading"),
    [
        ("/id/state/tadjikistan", "fr", "fr", "Rien ici"),
        ("/id/state/tadjikistan?lang=es", "fr", "es", "Aquí no hay nada"),
        ("/doc/id/state/tadjikistan.fr.html", "es", "fr", "Rien ici"),
        ("/id/state/tadjikistan?lang=xx", "ja", "en", "Nothing here"),
    ],
)
def test_what_is_not_there_is_said_in_the_language_of_the_client(
    server: Server, path: str, languages: str, language: str, heading: str
) -> None:
    found = server.get(path, Accept=BROWSER, Accept_Language=languages)
    assert (found.status, found.headers["content-language"]) == (404, language)
    assert found.headers["vary"] == "Accept, Accept-Language"
    assert f"<h1>{heading}</h1>" in found.text and f'<html lang="{language}">' in found.text
    name = {"en": "Tajikistan", "fr": "Tadjikistan", "es": "Tayikistán"}[language]
    suffix = "html" if language == "en" else f"{language}.html"
    assert f'doc/id/state/TJK.{suffix}">{name}</a>' in found.text
    assert ('<p lang="en">there is nothing' in found.text) == (language != "en")


@pytest.mark.parametrize(
    "path",
    ["/../../../etc/passwd", "/doc/../../iomld.toml", "/%2e%2e/%2e%2e/etc/passwd", "/doc/id/..%2f..%2fiomld.ttl",
     "/%00", "//etc/passwd", "/doc/.htaccess", "/.iomld-site"],
)  # fmt: skip
def test_no_path_leads_out_of_the_site(server: Server, path: str) -> None:
    assert server.get(path).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_nothing_is_written(server: Server, method: str) -> None:
    assert server.ask(method, THING, body=b"x").status == 405


def test_scripts_of_other_sites_may_read(server: Server) -> None:
    found = server.ask("OPTIONS", "/sparql", Origin="https://example.org", Access_Control_Request_Method="POST")
    assert found.status == 204 and "POST" in found.headers["access-control-allow-methods"]
    assert server.get("/").headers["access-control-allow-origin"] == "*"


def test_every_answer_is_guarded(server: Server) -> None:
    for path in ("/", "/nothing", "/sparql", f"/doc{THING}.ttl"):
        headers = server.get(path, Accept="text/html").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.loaded: set[str] = set()
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("a", "form"):
            self.found.add(said.get("href") or said.get("action") or "")
        if tag in ("script", "img", "iframe") and said.get("src"):
            self.loaded.add(said["src"] or "")
        if said.get("id"):
            assert said["id"] not in self.ids, f"the id {said['id']} stands twice"
            self.ids.add(said["id"] or "")


PAGES = [
    "/", "/browse/", "/compare/", "/compare", "/browse/state.html", "/search?q=migration", "/ns.html",
    "/api/index.html", "/sparql",
    "/doc/id/process/midsa.html", "/doc/id/state/SWZ.html", "/doc/id/document/mc-inf-259.html",
    "/doc/id/document/mc-inf-266/annex-1/para-1.html", "/doc/code/theme/labour-migration.html",
    "/doc/id/organisation/iom.html", "/doc/code/role/participant",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(server: Server, page: str) -> None:
    found = server.get(page, Accept=BROWSER)
    if found.status == 308:
        page = urljoin(page, found.headers["location"])
        found = server.get(page)
    assert found.status == 200
    links = Links()
    links.feed(found.text)
    loaded = {urljoin(f"http://localhost{page}", one) for one in links.loaded}
    assert loaded <= {f"http://localhost/{name}.js" for name in ("search", "editor")}, "only our own scripts are loaded"
    for link in sorted(links.found)[:60]:
        target = urlsplit(urljoin(f"http://localhost{page}", link))
        if target.hostname != "localhost" or link.startswith("#"):
            continue
        assert server.get(target.path).status in (200, 308), (page, link)


def test_every_page_can_be_walked_without_a_script(server: Server) -> None:
    start = server.get("/").text
    assert "browse/consultativeprocess.html" in start
    process = server.get("/doc/id/process/midsa.html").text
    for said in ("Migration Dialogue for Southern Africa", "Eswatini", "Swaziland", "MC/INF/266, annex 2 row 8"):
        assert said in process
    country = server.get("/doc/id/state/SWZ.html").text
    assert "Migration Dialogue for Southern Africa" in country and 'lang="fr"' in country
    document = server.get("/doc/id/document/mc-inf-259.html").text
    assert "MC/INF/259, annex para 17" in document and "have facts that rest on them" in document
    paragraph = server.get("/doc/id/document/mc-inf-266/annex-2/row-8.html").text
    assert "Facts that rest on this place" in paragraph and "participant – Zambia" in paragraph


def test_terms_of_other_vocabularies_have_words_in_the_language_of_the_page(server: Server) -> None:
    page = server.get("/doc/code/theme/labour-migration.fr.html").text
    assert "<dt>Dans la liste</dt>" in page and "<dt>Définition</dt>" in page and "In scheme" not in page


def test_the_document_of_a_part_says_what_rests_on_it(server: Server) -> None:
    lines = server.get("/doc/id/document/mc-inf-266/annex-2/row-8.nt").text.splitlines()
    fact, place = (f"<{BASE}id/{name}>" for name in (
        "participation/midsa-state-swz-participant", "citation/mc-inf-266-annex-2-row-8"
    ))  # fmt: skip
    assert f"{fact} <http://www.w3.org/ns/prov#wasDerivedFrom> {place} ." in lines
    assert any(line.startswith(f"{place} <http://www.w3.org/ns/oa#hasSource>") for line in lines)


@pytest.mark.parametrize(("word", "path"), [
    ("söderköping", "doc/id/process/soderkoping.html"), ("SODERKOPING", "doc/id/process/soderkoping.html"),
    ("OIM", "doc/id/organisation/iom.html"), ("Tayikistán", "doc/id/state/TJK.html"), ("swz", "doc/id/state/SWZ.html"),
])  # fmt: skip
def test_names_are_found_in_any_language(server: Server, word: str, path: str) -> None:
    from urllib.parse import quote

    found = server.get(f"/search?q={quote(word)}").text
    assert path in unquote(found)


def test_what_is_searched_for_never_becomes_markup(server: Server) -> None:
    found = server.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22onfocus%3D").text
    assert "<script>alert" not in found and '"onfocus' not in found


@pytest.mark.parametrize(
    ("languages", "page"),
    [("fr-CA, en;q=0.3", "midsa.fr.html"), ("es", "midsa.es.html"), ("ja", "midsa.html"), ("en, fr", "midsa.html"),
     ("fr;q=0, *", "midsa.html"), ("de;q=0.9, es;q=0.8, fr;q=0.85", "midsa.fr.html")],
)  # fmt: skip
def test_people_are_led_to_a_page_in_a_language_they_read(server: Server, languages: str, page: str) -> None:
    found = server.get(THING, Accept=BROWSER, Accept_Language=languages)
    assert found.headers["location"].endswith(f"/{page}")
    assert "Accept-Language" in found.headers["vary"]
    there = server.get(urljoin(THING, found.headers["location"]))
    said = {"fr": "fr", "es": "es"}.get(page.split(".")[1], "en")
    assert there.headers["content-language"] == said and f'lang="{said}"' in there.text


def test_language_in_the_address_beats_the_header(server: Server) -> None:
    assert (
        server.get(f"{THING}?lang=es", Accept=BROWSER, Accept_Language="fr")
        .headers["location"]
        .endswith("midsa.es.html")
    )
    found = server.get("/?lang=fr", Accept_Language="es")
    assert (found.headers["content-language"], found.headers["content-location"]) == ("fr", "index.fr.html")
    assert server.get("/", Accept_Language="es").headers["content-language"] == "es"
    assert server.get("/index.html", Accept_Language="es").headers["content-language"] == "en"
    assert server.get("/search?q=oim", Accept_Language="fr").headers["content-language"] == "fr"
    assert server.get(f"{THING}?lang=de").status == 406
    assert server.get(THING, Accept="text/turtle", Accept_Language="fr").headers["location"].endswith("midsa.ttl")
    assert 'hreflang="fr"' in server.get(f"/doc{THING}.html").headers["link"]


@pytest.mark.parametrize("path", ["/browse/", "/browse", "/api/", "/compare/", "/compare"])
def test_the_server_negotiates_where_the_address_names_no_language(server: Server, path: str) -> None:
    found = server.get(path, Accept_Language="fr")
    assert found.status == 308 and found.headers["location"].endswith("index.fr.html")
    assert "Accept-Language" in found.headers["vary"]
    assert server.get(f"{path}?lang=es", Accept_Language="fr").headers["location"].endswith("index.es.html")
    assert server.get(path).headers["location"].endswith("index.html")


def test_the_page_of_the_search_says_that_it_was_negotiated(server: Server) -> None:
    for address in ("/search", "/search?q=", "/search?q=oim"):
        found = server.get(address, Accept_Language="fr")
        assert found.headers["content-language"] == "fr" and "Accept-Language" in found.headers["vary"]
    assert "vary" not in server.get("/search.html", Accept_Language="fr").headers


@pytest.mark.parametrize(
    "path",
    ["/sparql", "/api/participation.html", "/api/participation.html?limit=1", "/api/index.html", "/search",
     "/search.html", "/network.html", "/doc/id/process/midsa.html", "/compare/budapest/igc.html"],
)  # fmt: skip
def test_the_language_is_chosen_by_a_parameter_on_every_page(server: Server, path: str) -> None:
    found = server.get(path + ("&" if "?" in path else "?") + "lang=fr", Accept=BROWSER)
    assert found.status == 200 and '<html lang="fr">' in found.text, found.text[:300]
    assert server.get(path + ("&" if "?" in path else "?") + "lang=de", Accept=BROWSER).status == 406


def test_the_language_is_no_parameter_of_answers_in_csv(server: Server) -> None:
    assert server.get("/api/participation.csv?lang=fr").status == 400
    assert server.get("/sparql?lang=fr&default-graph-uri=http://x/").status == 400


def test_many_pages_are_listed_in_several_files() -> None:
    from iomld.serve.sitemap import sitemaps

    files = sitemaps([f"doc/{number}&.html" for number in range(5)], BASE, most=2)
    assert list(files) == ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]
    assert f"<sitemap><loc>{BASE}sitemap-3.xml</loc></sitemap>" in files["sitemap.xml"]
    assert f"<url><loc>{BASE}doc/4&amp;.html</loc></url>" in files["sitemap-3.xml"]
    assert list(sitemaps(["a.html"], BASE)) == ["sitemap.xml"]
