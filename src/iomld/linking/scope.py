"""Keep of the authorities only what is about things of the dataset.

Reference tables and link tables know every state and many organizations; a dataset names some of them. A row of such
a table is kept if every thing of the dataset's own namespace that it mentions is described, by whichever table.
"""

from __future__ import annotations

from collections.abc import Sequence

from iomld.graph import Quads

__all__ = ["restrict"]

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def restrict(quads: Quads, *, sources: Sequence[str], things: str) -> int:
    """Drop the rows of some sources that mention a thing which nothing describes.

    :param sources: folders of authorities, as the paths in :attr:`Quads.sources` begin
    :param things: start of the IRIs of the dataset's own things, such as ``https://w3id.org/iomld/id/``
    :returns: number of rows dropped
    """
    indexes = [
        index for index, path in enumerate(quads.sources) if any(path.startswith(f"{folder}/") for folder in sources)
    ]
    if not indexes:
        return 0
    connection = quads.connection
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE astray AS
        WITH mentioned AS (
          SELECT source, row, unnest([subject, object]) AS thing FROM quad WHERE list_contains($sources, source)
        ), described AS (
          SELECT DISTINCT subject AS thing FROM quad WHERE predicate = $type
        )
        SELECT DISTINCT source, row FROM mentioned ANTI JOIN described USING (thing) WHERE starts_with(thing, $things)
        """,
        {"sources": indexes, "type": _TYPE, "things": f"<{things}"},
    )
    row = connection.execute("SELECT count(*) FROM astray").fetchone()
    connection.execute("DELETE FROM quad USING astray WHERE quad.source = astray.source AND quad.row = astray.row")
    connection.execute("DROP TABLE astray")
    return int(row[0]) if row else 0
