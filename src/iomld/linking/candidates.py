"""The plan that finds candidates: lists of named relations, each one SELECT over those before it.

Nothing here knows a connection. An engine makes a table or view of each step under its name and gives the rows of the
last one; the functions used (``levenshtein``, ``substr``, ``concat``, ``ln``, window functions) are spelt alike by
DuckDB and Spark. What is known of the register alone is made once; the names can be taken a part at a time, so that the
pairs of all of them never stand in memory together. What the steps read first is filled in by the caller:

===========================  ==============================================================================
``wanted (name, k)``         a name to be looked up, and the number of its folded form
``ours (k, sorted, joined)``  folded forms of the names wanted, see :mod:`iomld.linking.names`
``ours_word (k, word)``      the distinct words of each
``entry (id, label, name, k)``  a name of an entry of the register, and the number of its folded form
``theirs``, ``theirs_word``  the same for the register
``decided (name, candidate)``  pairs that were judged before
``place (n)``                the numbers from 1 to :data:`LONGEST` + 1
===========================  ==============================================================================
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LEAST", "LONGEST", "Step", "of_names", "of_register"]

#: The default threshold: from here on at least 98 of 100 best candidates are right (benchmarks/linking_register.py).
LEAST = 0.85
LONGEST = 40  # letters of a word in which a slip of the pen is looked for
_SHORTEST = 5  # letters of a word in an entry that may have suffered a slip: Koya and Kaya are two places
_LONG = 8  # letters from which on the slip may be on the first one
_COMMON = 500  # a word that so many names share is no help in looking one up
_PAIRS = 600  # entries that the rare words of one name may bring in, the rarest word excepted
_SLIP = 0.85  # so many letters in common are a slip of the pen


class Step(NamedTuple):
    """One relation of the plan: its name and the SELECT that makes it."""

    name: str
    sql: str


def _deletions(words: str) -> str:
    """Every word as it is and with each of its letters left out: two words that differ by a slip share one of these."""
    return f"""
      SELECT DISTINCT w.word, concat(substr(w.word, 1, p.n - 1), substr(w.word, p.n + 1)) AS shape
      FROM ({words}) w JOIN place p ON p.n <= length(w.word) + 1
      WHERE length(w.word) BETWEEN {_SHORTEST} - 1 AND {LONGEST}"""


def of_register() -> tuple[Step, ...]:
    """The steps that read the register alone."""
    return (
        Step("word", "SELECT word, count(*) AS names FROM theirs_word GROUP BY word"),
        Step("total", "SELECT ln(1 + count(*)) AS most FROM theirs"),
        Step("weight", "SELECT word, names, most - ln(1 + names) + 0.1 AS weight FROM word CROSS JOIN total"),
        Step("their_shape", _deletions("SELECT word FROM word")),
        Step(
            "theirs_weight",
            """SELECT w.k, count(*) AS words, sum(weight.weight) AS weight
               FROM theirs_word w JOIN weight ON weight.word = w.word GROUP BY w.k""",
        ),
    )


def of_names(*, least: float, count: int) -> tuple[Step, ...]:
    """The steps that find the best candidates of the names wanted, after those of :func:`of_register`.

    :param least: score below which nothing is offered, 0 to 1
    :param count: candidates of one name at most
    :returns: steps in the order in which they are made; the last has the columns name, candidate, label, matched,
        score, rank and note
    """
    # A score is the mean of two shares of which neither is above 1: what each of them must reach at least.
    share = max(0.5, 2 * least / 0.99 - 1)
    return (
        Step(
            "asked",
            # A single letter that is in no entry is debris of an article or "of", not a word.
            """SELECT o.k, o.word, coalesce(w.names, 0) AS names, coalesce(w.weight, total.most + 0.1) AS weight
               FROM ours_word o LEFT JOIN weight w ON w.word = o.word CROSS JOIN total
               WHERE w.word IS NOT NULL OR o.word NOT BETWEEN 'a' AND 'z' OR length(o.word) > 1""",
        ),
        Step("our_shape", _deletions("SELECT DISTINCT word FROM asked WHERE names = 0")),
        Step(
            "slip",
            # Few slip on the first letter of a short word: Shunan and Hunan are two places.
            f"""SELECT DISTINCT o.word AS ours, t.word AS theirs
               FROM our_shape o JOIN their_shape t ON t.shape = o.shape
               WHERE length(t.word) >= {_SHORTEST}
                 AND (substr(o.word, 1, 1) = substr(t.word, 1, 1) OR length(t.word) >= {_LONG})""",
        ),
        Step(
            "block",
            f"""SELECT k, word FROM (
                 SELECT k, word, row_number() OVER rarest AS place, sum(names) OVER rarest AS entries
                 FROM asked WHERE names BETWEEN 1 AND {_COMMON}
                 WINDOW rarest AS (PARTITION BY k ORDER BY names, word ROWS UNBOUNDED PRECEDING)) known
               WHERE place = 1 OR entries <= {_PAIRS}
               UNION
               SELECT a.k, s.theirs FROM asked a JOIN slip s ON s.ours = a.word
               JOIN word ON word.word = s.theirs AND word.names <= {_COMMON}""",
        ),
        Step(
            "same",
            """SELECT o.k AS o, t.k AS t FROM ours o JOIN theirs t ON t.sorted = o.sorted
               UNION SELECT o.k, t.k FROM ours o JOIN theirs t ON t.joined = o.joined""",
        ),
        Step("pair", "SELECT DISTINCT b.k AS o, w.k AS t FROM block b JOIN theirs_word w ON w.word = b.word"),
        Step(
            "shared",
            """SELECT p.o, p.t, count(*) AS words, sum(a.weight) AS weight
               FROM pair p JOIN asked a ON a.k = p.o JOIN theirs_word w ON w.k = p.t AND w.word = a.word
               GROUP BY p.o, p.t""",
        ),
        Step(
            "ours_weight",
            "SELECT k, count(*) AS words, sum(weight) AS weight FROM asked GROUP BY k",
        ),
        Step(
            "slipped",
            """SELECT p.o, p.t, count(DISTINCT a.word) AS words
               FROM pair p JOIN asked a ON a.k = p.o JOIN slip ON slip.ours = a.word
               JOIN theirs_word w ON w.k = p.t AND w.word = slip.theirs
               WHERE a.names = 0 GROUP BY p.o, p.t""",
        ),
        Step(
            "likely",
            # As many words, and each of ours that is not among theirs is in no entry at all and a slip for one of them.
            # A word that the register knows is another word: Inorganic is no slip for Organic.
            f"""SELECT * FROM (
                 SELECT p.o, p.t, coalesce(s.weight, 0) / (o.weight + t.weight - coalesce(s.weight, 0)) AS common,
                        o.words = t.words AND o.words = coalesce(s.words, 0) + l.words AS slip
                 FROM pair p JOIN ours_weight o ON o.k = p.o JOIN theirs_weight t ON t.k = p.t
                 LEFT JOIN shared s ON s.o = p.o AND s.t = p.t LEFT JOIN slipped l ON l.o = p.o AND l.t = p.t
                 LEFT JOIN same ON same.o = p.o AND same.t = p.t WHERE same.o IS NULL) weighed
               WHERE common >= {share} OR slip""",
        ),
        Step(
            "near",
            # Comparing letters costs most by far, so it comes last, for the pairs that can still reach the threshold.
            """SELECT l.o, l.t, l.common, l.slip, 1 - least(
                 levenshtein(o.joined, t.joined) / CAST(greatest(length(o.joined), length(t.joined)) AS DOUBLE),
                 levenshtein(o.sorted, t.sorted) / CAST(greatest(length(o.sorted), length(t.sorted)) AS DOUBLE))
                 AS letters
               FROM likely l JOIN ours o ON o.k = l.o JOIN theirs t ON t.k = l.t""",
        ),
        Step(
            "likeness",
            f"""SELECT o, t, 1.0 AS score FROM same
               UNION ALL
               SELECT o, t, 0.99 * (letters + CASE WHEN slip AND letters >= {_SLIP}
                                              THEN greatest(common, letters - 0.05) ELSE common END) / 2
               FROM near WHERE letters >= {share}""",
        ),
        Step(
            "candidate",
            f"""SELECT name, id, label, matched, score FROM (
                 SELECT w.name, e.id, e.label, e.name AS matched, l.score,
                        row_number() OVER (PARTITION BY w.name, e.id ORDER BY l.score DESC, e.name) AS place
                 FROM likeness l JOIN wanted w ON w.k = l.o JOIN entry e ON e.k = l.t
                 LEFT JOIN decided d ON d.name = w.name AND d.candidate = e.id
                 WHERE l.score >= {least} AND d.name IS NULL) found
               WHERE place = 1""",
        ),
        Step(
            "best",
            f"""SELECT name, id AS candidate, label, matched, CAST(round(score, 4) AS DOUBLE) AS score,
                       CAST(place AS INTEGER) AS rank,
                       CASE WHEN score < top OR equal = 1 THEN ''
                            ELSE concat('homonym: ', CAST(equal AS VARCHAR(20)), CASE WHEN score = 1.0
                                 THEN ' entries bear this name' ELSE ' entries are equally alike' END) END AS note
               FROM (SELECT *, sum(CASE WHEN score = top THEN 1 ELSE 0 END) OVER (PARTITION BY name) AS equal
                     FROM (SELECT name, id, label, matched, score, max(score) OVER (PARTITION BY name) AS top,
                                  row_number() OVER (PARTITION BY name ORDER BY score DESC, id) AS place
                           FROM candidate) ranked) counted
               WHERE place <= {count} ORDER BY name, place""",
        ),
    )
