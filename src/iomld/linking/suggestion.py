"""Candidates for names that have no link yet: blocked and scored in DuckDB, for a person to judge.

The plan, in the same few statements for ten names or a hundred thousand:

1. fold every distinct name (:func:`iomld.linking.names.keys`) and split it into words
2. block: two names are compared where they share their whole sorted key, or one of the three rarest words of ours;
   a word that the register does not have counts as the words of the register that differ in a letter or two
3. score: 1 for equal keys, else below 0.99 the mean of two: how few letters would have to change (Levenshtein), and
   the share of words in common, rare words counting more; where only a few letters differ, the words do not count
4. keep the best few of each name above the threshold
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iomld.linking.names import acronym_beside, is_acronym, keys, readings
from iomld.linking.registers import fill

if TYPE_CHECKING:
    import duckdb

__all__ = ["Suggestion", "suggest"]

_RARE = 3  # words of a name that it is looked up by
_COMMON = 500  # a word that so many names share is no help in looking one up
_TYPO = 0.85  # so many letters in common are a slip of the pen


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One candidate pair: the name, the entry, which of its names is alike, how much, and what to heed."""

    name: str
    candidate: str
    label: str
    matched: str
    score: float
    rank: int
    note: str


def suggest(
    connection: duckdb.DuckDBPyConnection,
    names: Iterable[str],
    register: str,
    *,
    least: float = 0.8,
    count: int = 5,
    decided: Iterable[tuple[str, str]] = (),
) -> list[Suggestion]:
    """The best candidates of every name.

    :param register: table ``(id, name, label)`` on the connection, see :mod:`iomld.linking.registers`
    :param least: score below which nothing is offered, 0 to 1
    :param count: candidates of one name at most
    :param decided: pairs of name and candidate that were judged before; they are not offered again
    :returns: suggestions by name and rank; a bare acronym gets none
    """
    # "Name (ACRONYM)" is looked up by the name.
    wanted = {name: readings(name)[-1][0] if acronym_beside(name) else name for name in dict.fromkeys(names)}
    fill(
        connection,
        "wanted",
        ("name", "reading"),
        ((n, r) for n, r in wanted.items() if n.strip() and not is_acronym(r)),
    )
    fill(connection, "decided", ("name", "candidate"), decided)
    _fold(connection, "folded_wanted", "SELECT DISTINCT reading AS name FROM wanted")
    _fold(connection, "folded_register", f"SELECT DISTINCT name FROM {register}")
    connection.execute(_WORDS)
    connection.execute(_PAIRS)
    rows = connection.execute(_BEST.format(register=register), {"least": least, "count": count}).fetchall()
    return [Suggestion(*row) for row in rows]


def _fold(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> None:
    cursor = connection.cursor()
    cursor.execute(select)

    def rows() -> Iterable[tuple[str, ...]]:
        while batch := cursor.fetchmany(20_000):
            for (name,) in batch:
                if not is_acronym(name):
                    yield (name, *keys.__wrapped__(name))

    fill(connection, table, ("name", "plain", "joined", "sorted"), rows())


_WORDS = f"""
CREATE OR REPLACE TABLE word AS
  SELECT word, count(*) AS names
  FROM (SELECT unnest(string_split(sorted, ' ')) AS word FROM folded_register) GROUP BY word;
CREATE OR REPLACE TABLE total AS SELECT ln(1 + count(*)) AS most FROM folded_register;
CREATE OR REPLACE TABLE wanted_word AS
  SELECT DISTINCT f.sorted, w.word, coalesce(word.names, 0) AS names
  FROM (SELECT sorted, unnest(string_split(sorted, ' ')) AS word FROM folded_wanted) w
  JOIN folded_wanted f USING (sorted) LEFT JOIN word USING (word);
CREATE OR REPLACE TABLE rare AS
  SELECT sorted, word FROM wanted_word WHERE names BETWEEN 1 AND {_COMMON}
  QUALIFY row_number() OVER (PARTITION BY sorted ORDER BY names, word) <= {_RARE};
INSERT INTO rare
  SELECT DISTINCT w.sorted, v.word FROM (SELECT * FROM wanted_word WHERE names = 0 AND length(word) > 3) w
  JOIN (SELECT * FROM word WHERE names <= {_COMMON}) v ON w.word[1:3] = v.word[1:3]
   AND abs(length(w.word) - length(v.word)) <= 2
   AND levenshtein(w.word, v.word) <= CASE WHEN length(w.word) > 6 THEN 2 ELSE 1 END;
CREATE OR REPLACE TABLE register_word AS
  SELECT DISTINCT r.sorted, r.joined, w.word FROM folded_register r, unnest(string_split(r.sorted, ' ')) AS w(word)
  WHERE w.word IN (SELECT word FROM rare);
"""

_PAIRS = f"""
CREATE OR REPLACE TABLE pair AS
SELECT DISTINCT w.sorted AS ours, w.joined AS our_joined, r.sorted AS theirs, r.joined AS their_joined
FROM folded_wanted w JOIN folded_register r USING (sorted)
UNION
SELECT w.sorted, w.joined, r.sorted, r.joined
FROM rare JOIN folded_wanted w USING (sorted) JOIN register_word r USING (word);
CREATE OR REPLACE TABLE likeness AS
WITH near AS (
  SELECT *, CASE WHEN ours = theirs OR our_joined = their_joined THEN 1.0 ELSE 1 - least(
      levenshtein(our_joined, their_joined) / greatest(length(our_joined), length(their_joined)),
      levenshtein(ours, theirs) / greatest(length(ours), length(theirs))) END AS letters
  FROM pair WHERE least(length(ours), length(theirs)) >= 0.5 * greatest(length(ours), length(theirs))),
split AS (
  SELECT *, string_split(ours, ' ') AS a, string_split(theirs, ' ') AS b FROM near WHERE letters >= 0.5),
weighed AS (
  SELECT s.ours, s.our_joined, s.theirs, s.their_joined, s.letters, w.word,
         list_contains(s.a, w.word) AND list_contains(s.b, w.word) AS shared,
         (SELECT most FROM total) - ln(1 + coalesce(word.names, 0)) + 0.1 AS weight
  FROM split s, unnest(list_distinct(list_concat(s.a, s.b))) AS w(word) LEFT JOIN word ON word.word = w.word
  WHERE s.letters < 1.0),
overlap AS (
  SELECT ours, our_joined, theirs, their_joined, letters,
         coalesce(sum(weight) FILTER (shared), 0) / sum(weight) AS common
  FROM weighed GROUP BY ours, our_joined, theirs, their_joined, letters)
SELECT ours, our_joined, theirs, their_joined,
  0.99 * (letters + greatest(common, CASE WHEN letters >= {_TYPO} THEN letters - 0.05 ELSE 0 END)) / 2 AS score
FROM overlap
UNION ALL
SELECT ours, our_joined, theirs, their_joined, 1.0 FROM near WHERE letters = 1.0;
"""

_BEST = """
WITH found AS (
  SELECT w.name, r.id, r.label, r.name AS matched, l.score
  FROM likeness l
  JOIN folded_wanted fw ON fw.sorted = l.ours AND fw.joined = l.our_joined
  JOIN wanted w ON w.reading = fw.name
  JOIN folded_register fr ON fr.sorted = l.theirs AND fr.joined = l.their_joined
  JOIN {register} r ON r.name = fr.name
  WHERE l.score >= $least
    AND NOT EXISTS (SELECT 1 FROM decided d WHERE d.name = w.name AND d.candidate = r.id)),
best AS (
  SELECT name, id, label, matched, score FROM found
  QUALIFY row_number() OVER (PARTITION BY name, id ORDER BY score DESC, matched) = 1),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY name ORDER BY score DESC, id) AS rank,
         count(*) FILTER (score = 1.0) OVER (PARTITION BY name) AS equal
  FROM best)
SELECT name, id, label, matched, round(score, 4)::DOUBLE, rank::INTEGER,
  CASE WHEN score = 1.0 AND equal > 1 THEN 'homonym: ' || equal || ' entries bear this name' ELSE '' END
FROM ranked WHERE rank <= $count ORDER BY name, rank
"""
