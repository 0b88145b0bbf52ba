"""Damage to data: what shapes notice, and what nobody does."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from iomld.graph import Quads
from iomld.validation import Shapes
from iomld.validation.damage import Damage, find_unnoticed
from iomld.validation.rendering.damage import noticed_share, render

PEOPLE = "".join(
    f"ex:p{number} a ex:Person ; ex:name 'Person {number}'@en ; ex:born '19{number:02}-01-01'^^xsd:date .\n"
    f"ex:p{number} ex:knows ex:p{number + 1} .\n"
    for number in range(20)
)
SHAPES = """
ex:Person-shape a sh:NodeShape ; sh:targetClass ex:Person ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:languageIn ( "en" "fr" ) ] ;
  sh:property [ sh:path ex:born ; sh:datatype xsd:date ] .
"""


@pytest.fixture
def people(data_of: Callable[[str], Quads]) -> Quads:
    return data_of(PEOPLE + " ex:p20 a ex:Person ; ex:name 'Last'@en .")


def told(damages: list[Damage]) -> dict[tuple[str, str], set[bool]]:
    found: dict[tuple[str, str], set[bool]] = {}
    for damage in damages:
        name = damage.predicate.rpartition("/")[2].rstrip(">").rpartition("#")[2]
        found.setdefault((name, damage.kind), set()).add(damage.noticed)
    return found


def test_each_damage_is_noticed_where_a_shape_speaks_of_it_and_nowhere_else(
    people: Quads, shapes_of: Callable[[str], Shapes]
) -> None:
    before = people.connection.execute("FROM quad ORDER BY ALL").fetchall()
    damages = list(find_unnoticed(people, shapes_of(SHAPES), size=1000))
    assert len(damages) == 2 * len(people)
    assert told(damages) == {
        ("name", "dropped"): {True},
        ("name", "other language"): {True},
        ("born", "dropped"): {False},
        ("born", "ill-formed"): {True},
        ("knows", "dropped"): {False},
        ("knows", "unknown"): {False},
        ("type", "dropped"): {False},
        ("type", "unknown"): {False},
    }
    assert people.connection.execute("FROM quad ORDER BY ALL").fetchall() == before


def test_damage_that_shows_at_another_node_is_noticed(
    data_of: Callable[[str], Quads], shapes_of: Callable[[str], Shapes]
) -> None:
    shapes = shapes_of(
        "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ( ex:a ex:b ex:c ) ; sh:minCount 1 ] ."
    )
    chains = (f"ex:s{n} a ex:P ; ex:a ex:t{n} . ex:t{n} ex:b ex:u{n} . ex:u{n} ex:c ex:v ." for n in range(3))
    data = data_of("".join(chains))
    assert told(list(find_unnoticed(data, shapes, size=1000)))["c", "dropped"] == {True}


def test_the_same_seed_gives_the_same_sample(people: Quads, shapes_of: Callable[[str], Shapes]) -> None:
    shapes = shapes_of(SHAPES)
    first, again, other = (list(find_unnoticed(people, shapes, size=5, seed=seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 10


def test_the_report_tells_places_and_shares(people: Quads, shapes_of: Callable[[str], Shapes]) -> None:
    damages = list(find_unnoticed(people, shapes_of(SHAPES), size=1000))
    prefixes = {"ex": "http://example.org/"}
    text = render(damages, "human", prefixes=prefixes)
    assert 'ex:Person  ex:born  dropped: 20 of 20 not noticed\n        ex:p0 "1900-01-01"' in text
    document = json.loads(render(damages, "json", prefixes=prefixes))
    assert document["damages"] == len(damages)
    assert document["noticed"] == len(damages) - len(document["unnoticed"])
    assert f"({noticed_share(damages):.0%})" in text
    assert {one["source"] for one in document["unnoticed"]} == {"data.ttl"}
