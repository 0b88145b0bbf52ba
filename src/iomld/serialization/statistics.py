"""Counts of a dataset in VoID: of the whole, by class and by property.

Source: VoID (W3C Interest Group Note), section 4.6.
"""

from __future__ import annotations

import re

from iomld.graph import Quads
from iomld.serialization.triples import Triples, typed
from iomld.terms import iri

__all__ = ["statistics"]


def statistics(out: Triples, data: Quads, release: str, *, base: str) -> None:
    """Counts as VoID defines them: of distinct triples, whatever graphs they stand in."""
    cursor = data.connection.cursor()
    cursor.execute("CREATE TEMP VIEW triple AS SELECT DISTINCT subject, predicate, object FROM quad")
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    whole = cursor.execute(
        "SELECT count(*), count(DISTINCT subject), count(DISTINCT object), count(DISTINCT predicate),"
        " count(DISTINCT object) FILTER (predicate = $1), min(subject) FILTER (starts_with(subject, $2)) FROM triple",
        [type_, f"<{base}id/"],
    ).fetchone()
    assert whole is not None
    out.say(
        release,
        void_triples=typed(whole[0], "integer"),
        void_entities=typed(whole[1], "integer"),
        void_distinctSubjects=typed(whole[1], "integer"),
        void_distinctObjects=typed(whole[2], "integer"),
        void_properties=typed(whole[3], "integer"),
        void_classes=typed(whole[4], "integer"),
        void_exampleResource=[whole[5]] if whole[5] else [],
    )
    classes = cursor.execute(
        "SELECT object, count(*) FROM triple WHERE predicate = ? AND starts_with(object, '<') GROUP BY object", [type_]
    ).fetchall()
    for kind, entities in classes:
        part = f"{release}/class/{_slug(kind)}"
        out.a(part, "void:Dataset")
        out.say(release, void_classPartition=iri(part))
        out.say(part, void_class=kind, void_entities=typed(entities, "integer"))
    properties = cursor.execute(
        "SELECT predicate, count(*), count(DISTINCT subject), count(DISTINCT object) FROM triple GROUP BY predicate"
    ).fetchall()
    for predicate, triples, subjects, objects in properties:
        part = f"{release}/property/{_slug(predicate)}"
        out.a(part, "void:Dataset")
        out.say(release, void_propertyPartition=iri(part))
        out.say(
            part,
            void_property=predicate,
            void_triples=typed(triples, "integer"),
            void_distinctSubjects=typed(subjects, "integer"),
            void_distinctObjects=typed(objects, "integer"),
        )


def _slug(term: str) -> str:
    """The IRI of a class or property as the last step of a path: ``https-schema.org-Event``."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", term[1:-1])
