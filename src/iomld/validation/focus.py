"""How many focus nodes each shape with targets has: a shape without any checks nothing."""

from __future__ import annotations

from collections.abc import Sequence

from iomld.graph import Quads
from iomld.validation.model import Shapes
from iomld.validation.vocabulary import rdf

__all__ = ["focus_counts"]

_SELECTS = {
    # The class and its subclasses, to any depth; UNION drops what was there, so circles end.
    "Class": """
        WITH RECURSIVE member(class) AS (
          SELECT $1 UNION SELECT s.sub FROM member JOIN subclass s ON s.super = member.class
        )
        SELECT count(DISTINCT subject) FROM quad SEMI JOIN member ON quad.object = member.class WHERE predicate = $2
        """,
    "Node": "SELECT count(*) FROM (SELECT $1 WHERE $2 <> '')",
    "SubjectsOf": "SELECT count(DISTINCT subject) FROM quad WHERE predicate = $1 AND $2 <> ''",
    "ObjectsOf": "SELECT count(DISTINCT object) FROM quad WHERE predicate = $1 AND $2 <> ''",
}


def focus_counts(data: Quads, shapes: Shapes, *, subclasses: Sequence[tuple[str, str]] = ()) -> dict[str, int]:
    """The number of focus nodes of each shape that has targets, by the shape's label.

    :param subclasses: pairs of class and superclass (spelt) beside those of the data
    :returns: shapes in the order of their files; a node that two targets name counts twice

    Source: SHACL, section 2.1.3 (targets).
    """
    cursor = data.connection.cursor()
    cursor.execute("CREATE TEMP TABLE subclass (sub VARCHAR, super VARCHAR)")
    cursor.execute(
        "INSERT INTO subclass SELECT subject, object FROM quad "
        "WHERE predicate = '<http://www.w3.org/2000/01/rdf-schema#subClassOf>'"
    )
    if subclasses:
        columns = [list(column) for column in zip(*subclasses, strict=True)]
        cursor.execute("INSERT INTO subclass SELECT unnest($1), unnest($2)", columns)
    counts = {}
    for node, shape in shapes.shapes.items():
        if shape.targets:
            found = [
                cursor.execute(_SELECTS[target.kind], [target.term, rdf("type")]).fetchone() for target in shape.targets
            ]
            counts[shapes.triples.label(node)] = sum(row[0] for row in found if row)
    cursor.close()
    return counts
