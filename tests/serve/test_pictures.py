"""What pictures say: places as they are, times as far as they are known, the same bytes each time."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from iomld.serve import Dataset, Documents
from iomld.serve.shown import Shown, Site, by_label
from iomld.serve.timeline import moments_of, timeline
from iomld.serve.worldmap import Mark, country_map, outlines_of, world
from iomld.terms import WELL_KNOWN, PrefixMap, literal

BASE = "https://example.org/"
MLD = "https://w3id.org/iomld/ns#"
PREFIXES = PrefixMap({**WELL_KNOWN, "mld": MLD})


def iri(text: str) -> str:
    return f"<{PREFIXES.expand(text)}>" if re.match(r"\w+:", text) else f"<{BASE}{text}>"


def shown(*facts: tuple[str, str, str], language: str = "en") -> Shown:
    """A page over some facts; an object in quotation marks is a literal."""
    triples = [(iri(s), iri(p), literal(o[1:]) if o.startswith('"') else iri(o)) for s, p, o in facts]
    return Shown(Site(Dataset(triples, base=BASE)), "index", language)


def state(slug: str, code: str) -> list[tuple[str, str, str]]:
    return [
        (slug, "rdf:type", "mld:State"),
        (slug, "dcterms:identifier", f'"{code}'),
        (slug, "skos:prefLabel", f'"{slug}'),
    ]


def test_outlines_lie_where_the_countries_do() -> None:
    outlines, _ = world()
    assert len(outlines) > 230
    middle = {code: outline.middle for code, outline in outlines.items()}
    assert middle["CAN"][0] < middle["FRA"][0] < middle["CHN"][0], "west is left"
    assert middle["NOR"][1] < middle["DZA"][1] < middle["ZAF"][1], "north is up"
    for code, outline in outlines.items():
        assert -2000 <= outline.all.left <= outline.all.right <= 2000, code
        # A part that ran across the map would be a country cut at its edge and joined the long way round.
        assert outline.main.right - outline.main.left < 1800, code


def test_a_former_state_is_drawn_as_those_that_followed() -> None:
    facts = [*state("old", "SCG"), *state("serbia", "SRB"), *state("montenegro", "MNE")]
    facts += [("change", "org:originalOrganization", "old"), ("change", "org:resultingOrganization", "serbia"),
              ("change", "org:resultingOrganization", "montenegro")]  # fmt: skip
    page = shown(*facts)
    assert sorted(outlines_of(page.dataset, iri("old"))) == ["MNE", "SRB"]
    drawn = country_map(page, [Mark(iri("old"), "member")], name="m", title="t")
    assert drawn and "Drawn as the states that followed: old." in drawn


def test_what_has_no_outline_is_said_and_not_drawn() -> None:
    page = shown(*state("here", "FRA"), *state("nowhere", "QQQ"))
    assert country_map(page, [Mark(iri("nowhere"), "member")], name="m", title="t") is None
    drawn = country_map(page, [Mark(iri("here"), "member"), Mark(iri("nowhere"), "member")], name="m", title="t")
    assert drawn and "Not on the map: nowhere." in drawn and drawn.count('class="mark member"') == 1


PERIODS = {
    "day": ("2002-10-16", "2002-10-16", "2002-10-16", "2002-10-16"),
    "month": ("2002-10-01", "2002-10-31", "2002-10-01", "2002-10-31"),
    "month-to-year": ("2002-10-01", "2002-10-31", "2004-01-01", "2004-12-31"),
    "open": ("2002-10-16", "2002-10-16", None, None),
}


def period(name: str) -> list[tuple[str, str, str]]:
    bounds = zip(("earliestStart", "latestStart", "earliestEnd", "latestEnd"), PERIODS[name], strict=True)
    found = [(name, "mld:period", "p"), ("p", "rdf:type", "mld:Period"), ("p", "mld:edtf", '"text')]
    return found + [("p", f"mld:{bound}", f'"{day}') for bound, day in bounds if day]


@pytest.mark.parametrize(
    ("name", "first", "last", "sure"),
    [
        ("day", "2002-10-16", "2002-10-16", ("2002-10-16", "2002-10-16")),
        ("month", "2002-10-01", "2002-10-31", None),
        ("month-to-year", "2002-10-01", "2004-12-31", ("2002-10-31", "2004-01-01")),
        ("open", "2002-10-16", "2002-10-16", ("2002-10-16", "2002-10-16")),
    ],
)
def test_only_what_is_sure_of_a_time_is_drawn_solid(
    name: str, first: str, last: str, sure: tuple[str, str] | None
) -> None:
    page = shown(*period(name))
    [moment] = moments_of(page, [iri(name)])
    assert (str(moment.first), str(moment.last)) == (first, last)
    assert (tuple(map(str, moment.sure)) if moment.sure else None) == sure
    drawn = timeline(page, [moment], name="t", title="t")
    assert drawn and (f'class="mark {moment.kind}"' in drawn.partition('class="key"')[0]) == (sure is not None)


def test_the_network_is_drawn_alike_and_no_dot_hides_another() -> None:
    facts = []
    codes = sorted(world()[0])[:60]
    for n in range(5):
        facts += [(f"id/p{n}", "rdf:type", "mld:Dialogue"), (f"id/p{n}", "skos:prefLabel", f'"Process {n}')]
    for n, code in enumerate(codes):
        facts += state(f"id/s{code}", code)
        for process in {n % 5, n % 3 * 2 % 5}:
            seat = f"id/{n}-{process}"
            facts += [(seat, "rdf:type", "mld:Participation"), (seat, "org:member", f"id/s{code}"),
                      (seat, "org:organization", f"id/p{process}")]  # fmt: skip
    pages = []
    for order in (facts, facts[::-1]):
        documents = Documents(shown(*order).dataset, PREFIXES)
        found = documents.read("network.html")
        assert found
        pages.append(found.content.decode())
    assert pages[0] == pages[1]
    dots = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', pages[0])]
    assert len(dots) == 60
    near = [(a, b) for a, b in combinations(dots, 2) if (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 < 15**2]
    assert not near


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "MC/1, annex 2 row 8"),
        ("fr", "MC/1, annexe 2 ligne 8"),
        ("es", "MC/1, anexo 2 fila 8"),
    ],
)
def test_a_place_in_a_document_is_said_in_the_language_of_the_page(language: str, said: str) -> None:
    facts = [
        ("id/document/mc", "dcterms:identifier", '"MC/1'),
        *((f"id/document/mc/{part}", "skos:prefLabel", f'"mc/{part}') for part in ("annex-2/row-8", "xyz/para-1.a")),
        *(
            (f"id/document/mc/{part}", "dcterms:isPartOf", "id/document/mc")
            for part in ("annex-2/row-8", "xyz/para-1.a")
        ),
    ]
    page = shown(*facts, language=language)
    assert page.place(iri("id/document/mc/annex-2/row-8")) == said
    assert page.place(iri("id/document/mc/xyz/para-1.a")).startswith("MC/1, xyz p"), "an unknown word stays as it is"


def test_names_stand_in_the_order_of_their_letters_accents_or_not() -> None:
    labels = ["Zambie", "Népal", "Nicaragua", "Équateur", "Égypte", "Estonie", "États-Unis", "Népal"]
    page = shown(*((f"id/{n}", "skos:prefLabel", f'"{label}') for n, label in enumerate(labels)), language="fr")
    found = sorted((iri(f"id/{n}") for n in range(len(labels))), key=by_label(page))
    assert [page.label(one) for one in found] == [
        "Égypte", "Équateur", "Estonie", "États-Unis", "Népal", "Népal", "Nicaragua", "Zambie",
    ]  # fmt: skip


def test_the_parts_of_a_document_stand_in_the_order_of_their_numbers() -> None:
    facts = [("id/document/mc", "rdf:type", "mld:Document")]
    for number in (1, 10, 2, 11):
        part = f"id/document/mc/body/para-{number}"
        facts += [(part, "rdf:type", "mld:DocumentPart"), (part, "dcterms:isPartOf", "id/document/mc"),
                  (part, "skos:prefLabel", f'"mc/body/para-{number}')]  # fmt: skip
    found = Documents(shown(*facts).dataset, PREFIXES).read("doc/id/document/mc.html")
    assert found
    parts = found.content.decode().partition('<h2 id="parts">')[2].partition("</section>")[0]
    assert re.findall(r">mc/body/para-(\d+)<", parts) == ["1", "2", "10", "11"]


def test_the_outlines_name_their_source() -> None:
    import iomld.serve

    file = Path(iomld.serve.__file__).parent / "world.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    assert "Natural Earth" in document["source"] and document["licence"] == "public domain"
    assert file.stat().st_size < 150_000


def test_pages_over_all_are_left_out_where_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    from iomld.serve import membership

    facts = [("id/p", "rdf:type", "mld:Dialogue"), *state("id/s", "FRA"), ("id/t", "rdf:type", "mld:Participation"),
             ("id/t", "org:member", "id/s"), ("id/t", "org:organization", "id/p")]  # fmt: skip
    for most, offered in ((1, True), (0, False)):
        monkeypatch.setattr(membership, "_MOST_SEATS", most)
        documents = Documents(shown(*facts).dataset, PREFIXES)
        page = documents.read("doc/id/p.html")
        assert page and b'class="map"' in page.content, "its own picture stands"
        assert (b"network.html" in page.content) == (b"compare/index.html" in page.content) == offered
        for path in ("network.html", "compare/index.html"):
            assert (documents.read(path) is not None) == offered
