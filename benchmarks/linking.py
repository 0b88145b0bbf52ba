"""Resolving names: time and quality against rapidfuzz over the same names of the reference tables.

    python benchmarks/linking.py [GOLD]

The peer is what one would write in three lines: the best of all names by `token_sort_ratio`, taken from 90 on
(rapidfuzz's usual advice), with its own default processor. Both see the names of states in GOLD (default
tests/linking/gold.csv). Prints the median of five paired runs for 10,000 distinct texts, and precision and recall.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from iomld.linking import Resolver
from iomld.linking.evaluation import read_gold


def main() -> None:
    from rapidfuzz import fuzz, process, utils

    gold = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "tests" / "linking" / "gold.csv"
    cases = [case for case in read_gold(gold) if case.kind == "state"]
    # Distinct texts, so that no answer is remembered from the turn before.
    names = [case.name + " " * turn for turn in range(10_000 // len(cases) + 1) for case in cases][:10_000]
    start = time.perf_counter()
    resolver = Resolver.from_tables()
    loading = time.perf_counter() - start
    table = {
        utils.default_process(name.text): entity.path
        for entity in resolver.reference.entities.values()
        if entity.group == "state"
        for name in entity.names
        if name.use == "name"
    }
    known, fold = list(table), utils.default_process

    def ours(wanted: list[str]) -> list[str]:
        resolver._cached.cache_clear()
        return [resolver.resolve(name, kind="state").iri.partition("/id/")[2] for name in wanted]

    def theirs(wanted: list[str]) -> list[str]:
        found = (
            process.extractOne(name, known, scorer=fuzz.token_sort_ratio, processor=fold, score_cutoff=90)
            for name in wanted
        )
        return [table[each[0]] if each else "" for each in found]

    ratios, seconds = [], []
    for _ in range(5):
        start = time.perf_counter()
        ours(names)
        mine = time.perf_counter() - start
        start = time.perf_counter()
        theirs(names[:500])
        peer = (time.perf_counter() - start) * len(names) / 500
        ratios.append(mine / peer)
        seconds.append(mine)
    print(f"10,000 names: {statistics.median(seconds):.2f} s, tables read in {loading:.2f} s")
    print(f"ratio to rapidfuzz: {statistics.median(ratios):.3f}")
    dated = [resolver.resolve(case.name, kind="state", at=case.at).iri.partition("/id/")[2] for case in cases]
    for label, answers in (("iomld, with dates", dated), ("rapidfuzz", theirs([case.name for case in cases]))):
        given = sum(bool(answer) for answer in answers)
        right = sum(bool(answer) and answer == case.expected for case, answer in zip(cases, answers, strict=True))
        expected = sum(bool(case.expected) for case in cases)
        print(f"{label:<18} precision {right / given:.3f}, recall {right / expected:.3f}")


if __name__ == "__main__":
    main()
