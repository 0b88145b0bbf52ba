"""The data as numbers: each term once, whatever its hash."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iomld.engine import Embedded
from iomld.graph import Quads
from iomld.validation import relation


@pytest.mark.parametrize("hash", ["hash({})", "length({}) // 8"])
def test_terms_that_share_a_hash_stay_apart(
    data_of: Callable[[str], Quads], monkeypatch: pytest.MonkeyPatch, hash: str
) -> None:
    """The second one is a bad hash on purpose: nearly all terms share theirs with another."""
    monkeypatch.setattr(relation, "_HASH", hash)
    data = data_of("ex:a ex:p ex:b, 'b', 'c' . ex:b ex:q ex:a, ex:c . _:x ex:p ex:a .")
    encoded = relation.Relation(Embedded(data.connection.cursor()), needed=None, known=())
    rows = encoded.run(
        """
        SELECT s.spelt, p.spelt, o.spelt FROM t JOIN term s ON s.id = t.s JOIN term p ON p.id = t.p
        JOIN term o ON o.id = t.o ORDER BY ALL
        """
    )
    asked = data.connection.execute("SELECT subject, predicate, object FROM quad ORDER BY ALL").fetchall()
    assert rows == asked
