"""Questions of fifteen kinds to iomld's index and to rdflib, in pairs; and a named query as a whole process.

    python benchmarks/query.py [--triples 200000] [--pairs 5] [--runs 21]

Each query is put to all in turn, once unmeasured and then again for at least 20 ms, of which the mean counts; all
must give as many rows. Printed are the medians of the times (of the processor), their ratios, and the geometric means
of these. Loading is not in the times: rdflib holds the data in memory; iomld holds it in memory, as ``iomld query
--data`` and ``iomld.open()`` do, or opens an index on disk read-only, as ``iomld query`` does over a project; its
times include the making of the rows. Then ``iomld query documents`` on the packaged project, with its index in the
cache, runs in turn with a Python that does nothing.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from installed import as_installed

BASE = "https://w3id.org/iomld/"
PREFIXES = {
    "mld": f"{BASE}ns#",
    "org": "http://www.w3.org/ns/org#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
A, STATE, ORG = "<id/activity/a500>", "<id/state/S10>", "<id/organisation/o5>"
THEME, PROCESS = "<code/theme/t3>", "<id/process/p1>"
_LEAST = 0.02  # seconds of one measurement

QUERIES = {
    "all of one thing": f"SELECT ?p ?o {{ {A} ?p ?o }}",
    "a page's triples": f"""CONSTRUCT {{ {A} ?p ?o . ?i ?q ?v }}
        {{ {A} ?p ?o OPTIONAL {{ {A} mld:involvement ?i . ?i ?q ?v }} }}""",
    "by state": f"SELECT ?a ?l {{ ?a mld:country {STATE} ; skos:prefLabel ?l FILTER(lang(?l) = 'en') }} LIMIT 50",
    "by state and theme": f"SELECT ?a {{ ?a mld:country {STATE} ; dcterms:subject {THEME} }}",
    "activities of a body": f"SELECT ?a ?r {{ ?i prov:agent {ORG} ; prov:hadRole ?r . ?a mld:involvement ?i }}",
    "yes or no, by class": f"ASK {{ {A} a/rdfs:subClassOf* mld:Activity }}",
    "activities of a process": f"""SELECT ?a ?s {{ ?a dcterms:isPartOf {PROCESS} ; mld:period/mld:earliestStart ?s }}
        ORDER BY ?s LIMIT 20""",
    "count by type": "SELECT ?t (COUNT(*) AS ?n) { ?a mld:activityType ?t } GROUP BY ?t",
    "count by state": """SELECT ?c (COUNT(?a) AS ?n) { ?a mld:country ?c ; mld:period ?p } GROUP BY ?c
        ORDER BY DESC(?n) LIMIT 10""",
    "count by year": """SELECT ?y (COUNT(?p) AS ?n)
        { ?p mld:earliestStart ?d BIND(SUBSTR(STR(?d), 1, 4) AS ?y) } GROUP BY ?y""",
    "between two days": """SELECT ?a { ?a mld:period ?p . ?p mld:earliestStart ?d ; mld:latestEnd ?e
        FILTER(?d >= "2001-01-01"^^xsd:date && ?e < "2001-03-01"^^xsd:date) }""",
    "words in a label": "SELECT ?a ?l { ?a skos:prefLabel ?l FILTER(CONTAINS(LCASE(?l), 'diaspora and')) } LIMIT 100",
    "who works with whom": f"""SELECT ?o (COUNT(*) AS ?n) {{ ?i prov:agent {ORG} . ?a mld:involvement ?i, ?j .
        ?j prov:agent ?o FILTER(?o != {ORG}) }} GROUP BY ?o
        ORDER BY DESC(?n) LIMIT 10""",
    "without a French label": """SELECT (COUNT(?a) AS ?n) { ?a mld:activityType <code/activity-type/y1>
        FILTER NOT EXISTS { ?a skos:prefLabel ?l FILTER(lang(?l) = 'fr') } }""",
    "leaders by theme": """SELECT ?t (COUNT(DISTINCT ?o) AS ?n) { ?a dcterms:subject ?t ; mld:involvement ?i .
        ?i prov:hadRole <code/role/r0> ; prov:agent ?o } GROUP BY ?t""",
}


def triples(wanted: int) -> Iterator[str]:
    """Activities with involvements, periods, labels in two languages and themes, as lines of N-Triples."""
    rng = random.Random(11)
    words = ("border", "labour", "return", "diaspora", "data", "health", "youth", "skills", "climate", "visa", "asylum")
    type_, label = f"{PREFIXES['rdf']}type", f"{PREFIXES['skos']}prefLabel"
    count = 0

    def say(subject: str, predicate: str, object: str) -> str:
        return f"<{BASE}{subject}> <{predicate}> {object} .\n"

    def thing(path: str) -> str:
        return f"<{BASE}{path}>"

    mld, dct, prov = PREFIXES["mld"], PREFIXES["dcterms"], PREFIXES["prov"]
    for kind in range(6):
        yield f"<{mld}Kind{kind}> <{PREFIXES['rdfs']}subClassOf> <{mld}Activity> .\n"
    number = 0
    while count < wanted:
        a, year = f"id/activity/a{number}", rng.randint(1990, 2009)
        start, end = f"{year}-{rng.randint(1, 6):02d}-01", f"{year}-{rng.randint(6, 12):02d}-28"
        name = f"{rng.choice(words)} and {rng.choice(words)} {number}"
        lines = [
            say(a, type_, f"<{mld}Kind{number % 6}>"),
            say(a, label, f'"{name}"@en'),
            say(a, f"{mld}activityType", thing(f"code/activity-type/y{rng.randint(0, 7)}")),
            say(a, f"{dct}isPartOf", thing(f"id/process/p{rng.randint(0, 199)}")),
            say(a, f"{mld}country", thing(f"id/state/S{rng.randint(0, 190)}")),
            say(a, f"{mld}period", thing(f"id/period/a{number}")),
            say(f"id/period/a{number}", f"{mld}earliestStart", f'"{start}"^^<{PREFIXES["xsd"]}date>'),
            say(f"id/period/a{number}", f"{mld}latestEnd", f'"{end}"^^<{PREFIXES["xsd"]}date>'),
        ]
        if number % 3:
            lines.append(say(a, label, f'"{name} en français"@fr'))
        for theme in rng.sample(range(24), 2):
            lines.append(say(a, f"{dct}subject", thing(f"code/theme/t{theme}")))
        for place in range(rng.randint(1, 4)):
            i = f"id/involvement/a{number}-{place}"
            lines += [
                say(a, f"{mld}involvement", thing(i)),
                say(i, f"{prov}agent", thing(f"id/organisation/o{rng.randint(0, max(wanted // 200, 10))}")),
                say(i, f"{prov}hadRole", thing(f"code/role/r{place}")),
            ]
        yield from lines
        count += len(lines)
        number += 1


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, which other work on the machine disturbs less than those of the clock.

    Work of less than ``_LEAST`` seconds is done again and again, and the mean counts: both sides are asked warm.
    """
    done, start = 0, time.process_time()
    while True:
        found = work()
        done += 1
        if (used := time.process_time() - start) >= _LEAST:
            return used / done, found


def run(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, children included, of a whole process."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - start, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used


def compare(wanted: int, pairs: int) -> None:
    import pyoxigraph
    import rdflib

    from iomld.query import Local, open_index
    from iomld.terms import PrefixMap

    with tempfile.TemporaryDirectory() as folder:
        data = "".join(triples(wanted))
        store = pyoxigraph.Store(f"{folder}/index")
        store.bulk_load(data.encode(), pyoxigraph.RdfFormat.N_TRIPLES)
        store.optimize()
        store.flush()
        print(f"{len(store):,} triples, {pairs} pairs\n")
        del store
        memory = pyoxigraph.Store()
        memory.bulk_load(data.encode(), pyoxigraph.RdfFormat.N_TRIPLES)
        prefixes = PrefixMap(PREFIXES)
        ours = [Local(one, base=BASE, prefixes=prefixes) for one in (memory, open_index(Path(folder) / "index"))]
        peer = rdflib.Graph().parse(data=data, format="nt")
        print("| question | rdflib, ms | in memory, ms | ratio | index on disk, ms | ratio |")
        print("| --- | --: | --: | --: | --: | --: |")
        ratios: list[tuple[float, float]] = []
        for name, text in QUERIES.items():
            times = [_once(peer, ours, text, name) for _ in range(pairs)]
            theirs, mine, disk = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
            ratios.append(
                (statistics.median(a / b for a, b, _ in times), statistics.median(a / c for a, _, c in times))
            )
            print(
                f"| {name} | {theirs:.2f} | {mine:.2f} | {ratios[-1][0]:.0f} | {disk:.2f} | {ratios[-1][1]:.0f} |",
                flush=True,
            )
        means = [math.exp(statistics.fmean(map(math.log, column))) for column in zip(*ratios, strict=True)]
        print(f"| **geometric mean** | | | **{means[0]:.0f}** | | **{means[1]:.0f}** |")


def _once(peer: Any, ours: list[Any], text: str, name: str) -> tuple[float, float, float]:
    """Seconds of rdflib, of the store in memory and of the index on disk; all must give as many rows."""
    from iomld.query.sparql import completed

    whole = completed(text, base=BASE, prefixes=PREFIXES)
    list(peer.query(whole))  # once untimed: what the one asked before left in the processor's caches is not its matter
    theirs, rows = timed(lambda: list(peer.query(whole)))
    times = [theirs]
    for asker in ours:
        asker.ask(text)
        seconds, answer = timed(lambda asker=asker: asker.ask(text))
        times.append(seconds)
        found = answer.triples if answer.triples is not None else answer.solutions and answer.solutions.rows
        if found is not None and len(found) != len(rows):
            raise SystemExit(f"{name}: rdflib gives {len(rows)} rows, iomld {len(found)}")
    return times[0], times[1], times[2]


def whole_process(runs: int) -> None:
    question = [sys.executable, "-m", "iomld", "query", "documents", "-f", "csv"]
    run(question)
    pairs = [(run([sys.executable, "-c", "pass"]), run(question)) for _ in range(runs)]
    clock, processor = (statistics.median(b[k] - a[k] for a, b in pairs) * 1000 for k in (0, 1))
    print(
        f"\niomld query documents, beyond bare python: {clock:.0f} ms by the clock, {processor:.0f} ms of the processor"
    )
    print(f"(medians of {runs} pairs)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=200_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--runs", type=int, default=21)
    given = parser.parse_args()
    as_installed()
    compare(given.triples, given.pairs)
    whole_process(given.runs)
